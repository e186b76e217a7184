package feedfile

import (
	"slices"
	"strings"
)

// shopify makes products of Shopify's export: the first row of a handle says what all of its variants share,
// and rows without a SKU and a price only add pictures.
type shopify struct {
	t       source
	o       *overlay
	first   map[string]string // what the variants of a handle share
	rows    []Row             // of one handle, or a part of it
	gallery []string          // their pictures
	ahead   *Row              // the first row of the next handle
	ended   error             // what came behind the rows
}

// shared are the columns that stand in the first row of a handle only.
var shared = []string{
	"title", "rich_text_description", "description", "brand", "product_type", "google_product_category", "image_link", "internal_label",
	"option1_name", "option2_name", "option3_name", "status", "published", "gender", "age_group", "condition",
}

// Bounds of what is read of a handle before its first variant is told.
const (
	handleRows  = 2500 // a product has at most 2048 variants and 250 pictures
	handleBytes = 8 << 20
	galleryMost = 20 // what a file may name beside the main picture
)

func newShopify(t source, columns []string) *shopify {
	more := append([]string{"availability", "condition", "status", "shipping_weight", "additional_image_link"}, described...)
	return &shopify{t: t, o: newOverlay(columns, more...), first: map[string]string{}}
}

func (s *shopify) next() (Row, error) {
	for {
		if len(s.rows) == 0 {
			if err := s.read(); err != nil {
				return Row{}, err
			}
		}
		row := s.rows[0]
		if s.rows = s.rows[1:]; row.Problem != "" {
			return row, nil
		}
		s.o.take(row)
		handle := s.o.get("item_group_id")
		if handle != s.first["item_group_id"] {
			clear(s.first)
			s.first["item_group_id"] = handle
			for _, name := range shared {
				s.first[name] = s.o.get(name)
			}
		}
		if s.o.get("id") == "" && s.o.get("price") == "" {
			continue // a further picture
		}
		s.product()
		return s.o.made(row), nil
	}
}

// read reads the rows of the next handle, and which pictures they name.
func (s *shopify) read() error {
	s.rows, s.gallery = s.rows[:0], nil
	handle, size := "", 0
	for len(s.rows) < handleRows && size < handleBytes {
		row, err := s.one()
		if err != nil {
			if s.ended = err; len(s.rows) == 0 {
				return err
			}
			return nil
		}
		if row.Problem == "" {
			own := row.Values[s.o.at["item_group_id"]]
			if len(s.rows) > 0 && own != handle {
				s.ahead = &row
				return nil
			}
			handle = own
			s.o.take(row)
			if link := s.o.get("image_link"); link != "" && !slices.Contains(s.gallery, link) && len(s.gallery) <= galleryMost {
				s.gallery = append(s.gallery, link)
			}
		}
		s.rows = append(s.rows, row)
		for _, v := range row.Values {
			size += len(v)
		}
	}
	return nil
}

// one reads a row that may be kept.
func (s *shopify) one() (row Row, err error) {
	if s.ahead != nil {
		row, s.ahead = *s.ahead, nil
		return row, nil
	}
	if s.ended != nil {
		return Row{}, s.ended
	}
	row, err = s.t.next()
	row.Values = slices.Clone(row.Values)
	return row, err
}

func (s *shopify) product() {
	s.pictures()
	for _, name := range shared {
		s.o.fill(name, s.first[name])
	}
	s.o.fill("id", s.first["item_group_id"])
	availability := "in stock"
	if s.o.get("quantity_to_sell_on_facebook") == "0" && !strings.EqualFold(s.o.get("inventory_policy"), "continue") {
		availability = "out of stock"
	}
	s.o.fill("availability", availability)
	if grams := s.o.get("variant_grams"); grams != "" && strings.Trim(grams, "0.") != "" {
		s.o.fill("shipping_weight", grams+" g")
	}
	s.o.fill("condition", "new")
	if strings.EqualFold(s.o.get("published"), "false") || strings.EqualFold(s.o.get("status"), "draft") {
		s.o.set("status", "archived")
	}
	s.o.describe(s.o.get("rich_text_description"))
	var pairs [][2]string
	for _, n := range []string{"1", "2", "3"} {
		name, value := s.first["option"+n+"_name"], s.o.get("option"+n+"_value")
		if name != "" && value != "" && !strings.EqualFold(name, "title") {
			pairs = append(pairs, [2]string{name, value})
		}
	}
	s.o.vary(pairs)
}

// pictures are the variant's own, or the first one of its handle, and the others of the handle. Whose row a picture stands in
// says nothing: rows just have room for one each.
func (s *shopify) pictures() {
	main := s.o.get("variant_image")
	if main == "" {
		main = s.first["image_link"]
	}
	if main == "" && len(s.gallery) > 0 {
		main = s.gallery[0]
	}
	s.o.set("image_link", main)
	others := slices.DeleteFunc(slices.Clone(s.gallery), func(link string) bool { return link == main })
	s.o.fill("additional_image_link", strings.Join(others[:min(len(others), galleryMost)], ","))
}
