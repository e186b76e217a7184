package manager

import (
	"encoding/csv"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/i18n"
	"github.com/hawkerhq/hawker/internal/money"
)

// pastedMost is how many lines of a spreadsheet are taken at once.
const pastedMost = 200

// pastedLine is a line of a spreadsheet: values by the name of their field.
type pastedLine struct {
	Line    int // of the text, from 1
	Values  map[string]string
	Problem string // key of a text: why it cannot be read
}

// gridColumns are the columns of lines without a head, as the grid has them.
func gridColumns() []string { return []string{"id", "price", "availability"} }

// pasteColumns are the fields that a head may name: those that variants differ in, and what is worth changing in one go.
func pasteColumns() []string {
	return []string{"id", "title", "description", "color", "size", "material", "pattern", "price", "sale_price", "availability", "condition", "image_link", "link", "gtin", "brand"}
}

// pasted reads what was copied from a spreadsheet: cells between tabs, semicolons or commas, with or without a head.
func pasted(text string) []pastedLine {
	rows, lines, problem := cells(text)
	if problem != "" {
		return []pastedLine{{Line: 1, Problem: problem}}
	}
	list := []pastedLine{}
	columns, first := gridColumns(), true
	for n, row := range rows {
		if strings.TrimSpace(strings.Join(row, "")) == "" {
			continue
		}
		if first {
			first = false
			if head, ok := pastedHead(row); ok {
				columns = head
				continue
			}
		}
		if len(list) == pastedMost {
			return append(list, pastedLine{Line: lines[n], Problem: "manager.paste_many"})
		}
		line := pastedLine{Line: lines[n], Values: map[string]string{}}
		for i, cell := range row {
			if cell = strings.TrimSpace(cell); cell == "" {
				continue
			}
			if i >= len(columns) {
				line.Problem = "manager.paste_wide"
				break
			}
			line.Values[columns[i]] = cell
		}
		list = append(list, line)
	}
	return list
}

// cells takes a text apart, and tells in which line of it each row begins. A cell in quotes may hold what separates others.
func cells(text string) (rows [][]string, lines []int, problem string) {
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	switch first, _, _ := strings.Cut(text, "\n"); {
	case strings.Contains(text, "\t"):
		r.Comma = '\t'
	case strings.Contains(first, ";"):
		r.Comma = ';'
	}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, lines, ""
		}
		if err != nil {
			return nil, nil, "manager.paste_broken"
		}
		line, _ := r.FieldPos(0)
		rows, lines = append(rows, row), append(lines, line)
	}
}

// pastedHead reads a head: names of fields, as the API has them or as the pages show them in either language.
func pastedHead(row []string) (columns []string, ok bool) {
	for _, cell := range row {
		name := ""
		for _, field := range pasteColumns() {
			if fieldNamed(field, strings.TrimSpace(cell)) {
				name = field
			}
		}
		if name == "" || slices.Contains(columns, name) {
			return nil, false
		}
		columns = append(columns, name)
	}
	return columns, len(columns) > 0
}

func fieldNamed(field, text string) bool {
	if strings.EqualFold(field, text) || (field == "id" && strings.EqualFold(text, "sku")) {
		return true
	}
	for _, lang := range i18n.Languages() {
		if key := "manager.f_" + field; i18n.Has(lang, key) && strings.EqualFold(i18n.T(lang, key), text) {
			return true
		}
	}
	return false
}

// grouped is a number whose digits stand in threes.
var grouped = regexp.MustCompile(`^\d{1,3}([., \x{a0}\x{202f}]\d{3})+$`)

// pastedPrice is a price as a spreadsheet shows it, made one that the API reads: "420.000 ₫" of an item in dong.
func pastedPrice(text, currency string) string {
	number := strings.TrimSpace(strings.NewReplacer("₫", "", "₹", "", "$", "", "€", "", currency, "").Replace(text))
	if strings.ContainsFunc(number, func(r rune) bool { return r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' }) {
		return text // another currency: the API says what is wrong with it
	}
	if decimals, ok := money.Exponent(currency); ok && decimals == 0 && grouped.MatchString(number) {
		number = strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, number)
	}
	return number + " " + currency
}

// pastedStock is an availability as the API has it, where the text is how a page shows it.
func pastedStock(text string) string {
	for _, value := range availabilities() {
		for _, lang := range i18n.Languages() {
			if strings.EqualFold(text, choice(lang, "availability", value)) {
				return value
			}
		}
	}
	return text
}

// values are the line's as a batch takes them, for an item in that currency.
func (l pastedLine) values(currency string) map[string]any {
	values := map[string]any{}
	for name, text := range l.Values {
		switch name {
		case "id":
			continue
		case "price", "sale_price":
			text = pastedPrice(text, currency)
		case "availability":
			text = pastedStock(text)
		}
		values[name] = text
	}
	return values
}

// names tells whether the line is about that item: by its id, or by all that variants differ in.
func (l pastedLine) names(it catalog.Item) bool {
	if sku := l.Values["id"]; sku != "" {
		return sku == it.RetailerID
	}
	told := false
	for _, name := range []string{"color", "size", "material", "pattern"} {
		have, _ := it.Extra[name].(string)
		if want, ok := l.Values[name]; ok {
			told = true
			if !strings.EqualFold(want, have) {
				return false
			}
		} else if have != "" {
			return false
		}
	}
	return told
}
