package feed

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hawkerhq/hawker/internal/feedfile"
)

// cells are the values of a row by column. A column that repeats is a list: its values are joined by commas.
type cells map[string]string

func newCells(row feedfile.Row) cells {
	c := make(cells, len(row.Names))
	for n, name := range row.Names {
		if name == "" {
			continue
		}
		if have := c[name]; have != "" && row.Values[n] != "" {
			c[name] = have + "," + row.Values[n]
		} else if row.Values[n] != "" || have == "" {
			c[name] = row.Values[n]
		}
	}
	return c
}

// notOfItem are columns that mean something to the import itself, or to the tool that wrote the file.
var notOfItem = map[string]bool{
	"id": true, "override": true, "compare_at_price": true, "variant_image": true, "option1_name": true, "option1_value": true, "option2_name": true,
	"option2_value": true, "variant_grams": true, "published": true, "woo_id": true, "woo_type": true, "in_stock": true,
	feedfile.MarkRow: true, "hawker_problem": true, "hawker_remedy": true,
	"option3_name": true, "option3_value": true, "review_status": true, "external_url": true, "inventory_policy": true, "date_sale_price_starts": true, "date_sale_price_ends": true,
}

// ofTool tells whether a column means something to the import itself, or to the tool that wrote the file.
func ofTool(name string) bool {
	return notOfItem[name] || strings.HasPrefix(name, "attribute_") || strings.HasPrefix(name, "meta:")
}

// columns are the cells as names and values, in the order of their names.
func (c cells) columns() (names, values []string) {
	names = slices.Sorted(maps.Keys(c))
	values = make([]string, len(names))
	for n, name := range names {
		values[n] = c[name]
	}
	return names, values
}

// plainPrice is a price without its currency. A comma in it is refused where it is read, as in any price: it means two things.
var plainPrice = regexp.MustCompile(`^\d[\d.,]*$`)

// data are the values of an item in batch vocabulary. Empty cells of a table clear what an update names;
// columns with paths become lists and objects; a price without a currency has the feed's.
func (c cells) data(currency string) map[string]any {
	data := make(map[string]any, len(c))
	for name, value := range c {
		switch {
		case ofTool(name):
		case strings.ContainsAny(name, ".["):
			if value != "" {
				put(data, name, value)
			}
		case value == "":
			if _, ok := data[name]; !ok {
				data[name] = nil
			}
		case (name == "price" || name == "sale_price") && plainPrice.MatchString(value):
			data[name] = value + " " + currency
		case name == "internal_label" && strings.HasPrefix(value, "['"):
			data[name] = strings.ReplaceAll(value, "'", `"`)
		default:
			data[name] = value
		}
	}
	return data
}

// translate puts what other tools write into Meta's words.
func (c cells) translate() {
	before, err := strconv.ParseFloat(c["compare_at_price"], 64)
	if now, nerr := strconv.ParseFloat(c["price"], 64); err == nil && nerr == nil && before > now {
		// Shopify's price is the one paid now, and the higher one what is struck.
		c["sale_price"], c["price"] = c["price"], c["compare_at_price"]
	}
	if _, woo := c["woo_type"]; woo {
		if first, rest, ok := strings.Cut(c["image_link"], ","); ok {
			c["image_link"], c["additional_image_link"] = strings.TrimSpace(first), rest
		}
	}
	if v, ok := c["is_bundle"]; ok && v == "" {
		delete(c, "is_bundle")
	}
}

var step = regexp.MustCompile(`([a-z0-9_]+)((?:\[\d+\])?)`)

// listMost bounds an index in a path.
const listMost = 100

// put stores a value under a path: image[0].url is {"image":[{"url":…}]}.
func put(data map[string]any, path, value string) {
	parts := strings.Split(path, ".")
	node := any(data)
	set := func(v any) {}
	for n, part := range parts {
		m := step.FindStringSubmatch(part)
		if m == nil || len(m[0]) != len(part) {
			data[path] = value
			return
		}
		object, ok := node.(map[string]any)
		if !ok {
			object = map[string]any{}
			set(object)
		}
		set = func(v any) { object[m[1]] = v }
		node = object[m[1]]
		if m[2] != "" {
			index, err := strconv.Atoi(strings.Trim(m[2], "[]"))
			if err != nil || index >= listMost {
				return
			}
			list, _ := node.([]any)
			for len(list) <= index {
				list = append(list, nil)
			}
			set(list)
			set = func(v any) { list[index] = v }
			node = list[index]
		}
		if n == len(parts)-1 {
			set(value)
		}
	}
}
