package feedfile

import (
	"slices"
	"strings"
)

// shopify makes products of Shopify's export: the first row of a handle says what all of its variants share,
// and rows without a SKU and a price only add pictures.
type shopify struct {
	t     *table
	at    map[string]int // of columns
	names []string
	first map[string]string // what the variants of a handle share
	row   []string
}

// shared are the columns that stand in the first row of a handle only.
var shared = []string{"title", "rich_text_description", "description", "brand", "product_type", "google_product_category", "image_link", "internal_label", "option1_name", "option2_name"}

func newShopify(t *table, columns []string) *shopify {
	s := &shopify{t: t, at: map[string]int{}, first: map[string]string{}}
	for n, c := range columns {
		s.at[c] = n
	}
	s.names = append(slices.Clone(columns), "availability", "additional_variant_attribute")
	return s
}

func (s *shopify) get(row Row, name string) string {
	if n, ok := s.at[name]; ok && n < len(row.Values) {
		return row.Values[n]
	}
	return ""
}

func (s *shopify) next() (Row, error) {
	for {
		row, err := s.t.next()
		if err != nil || row.Problem != "" {
			return row, err
		}
		handle := s.get(row, "item_group_id")
		if handle != s.first["item_group_id"] {
			clear(s.first)
			s.first["item_group_id"] = handle
			for _, name := range shared {
				s.first[name] = s.get(row, name)
			}
		}
		if s.get(row, "id") == "" && s.get(row, "price") == "" {
			continue // a further picture
		}
		return s.product(row), nil
	}
}

func (s *shopify) product(row Row) Row {
	s.row = append(s.row[:0], row.Values...)
	for _, name := range shared {
		if n, ok := s.at[name]; ok && s.row[n] == "" {
			s.row[n] = s.first[name]
		}
	}
	if n, ok := s.at["id"]; ok && s.row[n] == "" {
		s.row[n] = s.first["item_group_id"]
	}
	if v := s.get(row, "variant_image"); v != "" {
		if n, ok := s.at["image_link"]; ok {
			s.row[n] = v
		}
	}
	availability := "in stock"
	if s.get(row, "quantity_to_sell_on_facebook") == "0" {
		availability = "out of stock"
	}
	var attributes []string
	for _, n := range []string{"1", "2"} {
		name, value := s.first["option"+n+"_name"], s.get(row, "option"+n+"_value")
		if name != "" && value != "" && !strings.EqualFold(name, "title") {
			attributes = append(attributes, name+":"+value)
		}
	}
	row.Names, row.Values = s.names, append(s.row, availability, strings.Join(attributes, ","))
	return row
}
