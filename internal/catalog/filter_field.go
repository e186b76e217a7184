package catalog

import (
	stdjson "encoding/json"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// filterField is a field a rule can test: a column of its own, or one of [Item.Extra].
type filterField struct {
	extra    string // name in Item.Extra
	column   string // of table item; empty for extra
	searched bool   // its text is part of item.search_text
	caseful  bool   // compared with regard to case
	listed   bool   // one of a few words, in lower case
	category bool   // takes starts_with
	numeric  bool
	text     func(i *Item) []string // its values; none where the item has no such value
	number   func(i *Item) (int64, bool)
}

// filterFields are the fields of rules, by every name they go by.
var filterFields = buildFilterFields()

func buildFilterFields() map[string]filterField {
	one := func(get func(i *Item) string) func(i *Item) []string {
		return func(i *Item) []string {
			if s := get(i); s != "" {
				return []string{s}
			}
			return nil
		}
	}
	column := func(name string, get func(i *Item) string) filterField {
		return filterField{column: name, text: one(get)}
	}
	listed := func(name string, get func(i *Item) string) filterField {
		return filterField{column: name, listed: true, text: one(get)}
	}
	title := filterField{column: "title", searched: true, text: one(func(i *Item) string { return i.Title })}
	sku := filterField{column: "retailer_id", searched: true, caseful: true, text: one(func(i *Item) string { return i.RetailerID })}
	category := column("google_category", func(i *Item) string { return i.GoogleCategory })
	category.category = true
	group := column("group_id", func(i *Item) string { return i.GroupID })
	price := filterField{column: "price_minor", numeric: true, number: func(i *Item) (int64, bool) { return i.Price.Minor, true }}
	sale := filterField{column: "sale_minor", numeric: true, number: func(i *Item) (int64, bool) {
		if i.Sale == nil {
			return 0, false
		}
		return i.Sale.Minor, true
	}}
	fields := map[string]filterField{
		"retailer_id": sku, "id": sku, "name": title, "title": title,
		"product_item_id": {column: "id", numeric: true, number: func(i *Item) (int64, bool) { return int64(i.ID), true }},
		"description":     {column: "description", searched: true, text: one(func(i *Item) string { return i.Description })},
		"brand":           {column: "brand", searched: true, text: one(func(i *Item) string { return i.Brand })},
		"availability":    listed("availability", func(i *Item) string { return i.Availability }),
		"condition":       listed("condition", func(i *Item) string { return i.Condition }),
		"visibility":      listed("visibility", func(i *Item) string { return i.Visibility }),
		"currency":        column("currency", func(i *Item) string { return i.Price.Currency }),
		"url":             column("link", func(i *Item) string { return i.Link }),
		"image_url":       column("image_link", func(i *Item) string { return i.ImageLink }),
		"category":        category, "google_product_category": category,
		"retailer_product_group_id": group, "item_group_id": group, "price": price, "sale_price": sale,
	}
	for _, f := range ruleExtras() {
		x := filterField{extra: f.name, category: strings.HasSuffix(f.name, "product_category") || f.name == "product_type"}
		if f.kind == count || f.kind == whole {
			x.numeric, x.number = true, extraNumber(f.name)
		} else {
			x.text = extraTexts(f.name)
		}
		for _, name := range []string{f.name, f.node, f.batch} {
			if _, taken := fields[name]; !taken && name != "" {
				fields[name] = x
			}
		}
	}
	return fields
}

// ruleExtras are the fields outside the columns that hold texts, labels or whole numbers.
func ruleExtras() []field {
	return slices.DeleteFunc(slices.Clone(fields), func(f field) bool {
		return f.core || !slices.Contains([]kind{text, enum, count, whole, labels, country, weight, date}, f.kind)
	})
}

func extraTexts(name string) func(i *Item) []string {
	return func(i *Item) []string {
		switch v := i.Extra[name].(type) {
		case string:
			if v != "" {
				return []string{v}
			}
		case []any:
			var list []string
			for _, e := range v {
				if s, ok := e.(string); ok {
					list = append(list, s)
				}
			}
			return list
		case []string:
			return v
		}
		return nil
	}
}

func extraNumber(name string) func(i *Item) (int64, bool) {
	return func(i *Item) (int64, bool) {
		switch v := i.Extra[name].(type) {
		case stdjson.Number:
			n, err := strconv.ParseInt(v.String(), 10, 64)
			return n, err == nil
		case int64:
			return v, true
		}
		return 0, false
	}
}

// visibilityWords are the other names of visibilities.
var visibilityWords = map[string]string{"active": Published, "archived": Staging, "hidden": Staging}

// operand adds one value to the test, checked against field and operator.
func (t *test) operand(name, op, s string) error {
	switch t.op {
	case opPresent:
		if s != "true" && s != "1" {
			t.not = !t.not
		}
		return nil
	case opLess, opAtMost, opMore, opAtLeast:
		if !t.field.numeric {
			return ErrFilter.Withf("filter", "%s compares numbers, and %s is a text; the numbers are price, sale_price, inventory, custom_number_0 to 4 and the like", op, name)
		}
	case opStarts:
		if !t.field.category {
			return ErrFilter.Withf("filter", "%s works on product_type and the product categories, not on %s; use i_contains", op, name)
		}
	case opRegex:
		if t.field.numeric {
			return ErrFilter.Withf("filter", "%s works on texts, and %s is a number", op, name)
		}
		return t.pattern(s)
	case opContains:
		if t.field.numeric {
			return ErrFilter.Withf("filter", "%s works on texts, and %s is a number; use eq, lt, lte, gt or gte", op, name)
		}
	}
	if t.field.numeric {
		n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
		if err != nil || n > math.MaxInt64-1 {
			return ErrFilter.Withf("filter", "%s is compared with a whole number, not with %s; prices are in minor units, 999 for 9.99 USD", name, show(s))
		}
		t.numbers = append(t.numbers, n)
		return nil
	}
	if !storable(s) {
		return ErrFilter.Withf("filter", "%s is compared with bytes that are no text", name)
	}
	if t.op == opContains {
		if t.words = filterWords(s); len(t.words) == 0 {
			return ErrFilter.Withf("filter", "%s needs at least one word, not %s", op, show(s))
		}
		return nil
	}
	if s == "" {
		// What is equal to nothing has no value.
		if filterOps[op].list {
			return ErrFilter.Withf("filter", "%s has an empty text in its list; is_not_present finds items without %s", op, name)
		}
		t.op, t.not = opPresent, !t.not
		return nil
	}
	s = t.field.fold(s)
	if t.field.column == "visibility" {
		if same, ok := visibilityWords[s]; ok {
			s = same
		}
	}
	t.texts = append(t.texts, s)
	return nil
}

func (t *test) pattern(s string) error {
	if len(s) > regexMost {
		return ErrFilter.Withf("filter", "the regular expression has %d bytes, at most %d are allowed", len(s), regexMost)
	}
	re, err := regexp.Compile("(?i)" + s)
	if err != nil {
		return ErrFilter.Withf("filter", "%s is no regular expression (RE2): %.120v", show(s), err)
	}
	t.regex = re
	return nil
}

// fold makes texts comparable: without regard to case, except for SKUs. A text of ASCII letters is folded as
// databases do it, others by Unicode.
func (f filterField) fold(s string) string {
	if f.caseful {
		return s
	}
	return strings.ToLower(s)
}

// same compares a stored value with a folded operand.
func (f filterField) same(value, operand string) bool {
	if f.caseful {
		return value == operand
	}
	if isASCII(operand) {
		return lowerASCII(value) == operand
	}
	return strings.ToLower(value) == operand
}

func isASCII(s string) bool {
	for n := range len(s) {
		if s[n] >= 0x80 {
			return false
		}
	}
	return true
}

func lowerASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

func sortedKeys[T any](m map[string]T) []string { return slices.Sorted(maps.Keys(m)) }
