// Package feedgen writes feeds of made-up products: the same seed and number of items give the same bytes, as CSV
// and as RSS.
package feedgen

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"
	"strings"
)

// Columns of the feeds, in Meta's names.
var Columns = []string{
	"id", "title", "description", "availability", "condition", "price", "link", "image_link", "brand", "additional_image_link", "sale_price",
	"sale_price_effective_date", "item_group_id", "google_product_category", "product_type", "color", "gender", "size", "age_group", "material",
	"pattern", "quantity_to_sell_on_facebook", "mpn", "custom_label_0", "custom_label_1", "custom_number_0",
}

var (
	makes      = []string{"Lotus", "Sông Hồng", "Northwind", "Casa Verde", "Acme", "Mekong", "Bluebird", "Kumo"}
	things     = []string{"mug", "tea pot", "linen shirt", "áo dài", "rice bowl", "lantern", "notebook", "canvas bag", "desk lamp", "wool scarf", "phone case", "yoga mat"}
	materials  = []string{"ceramic", "linen", "silk", "bamboo", "steel", "cotton"}
	colors     = []string{"White", "Black", "Indigo", "Terracotta", "Olive", "Sand"}
	sizes      = []string{"S", "M", "L", "XL"}
	genders    = []string{"female", "male", "unisex"}
	patterns   = []string{"plain", "striped", "checked"}
	sentences  = []string{"Made by hand in small numbers.", "Packed without plastic.", "Made to be used every day.", "Bền, đẹp và nhẹ.", "Washes well and keeps its shape.", "A gift that lasts."}
	categories = []string{"Home & Garden > Kitchen & Dining > Tableware", "Apparel & Accessories > Clothing", "Office Supplies > General Office Supplies", "Luggage & Bags"}
)

// source makes the items of a seed, in the order of [Columns]; each time in the same slice.
type source struct {
	rng    *rand.Rand
	values []string
}

func newSource(seed uint64) *source {
	return &source{rand.New(rand.NewPCG(seed, 77)), make([]string, len(Columns))}
}

func pick(rng *rand.Rand, list []string) string { return list[rng.IntN(len(list))] }

func (s *source) item(n int) []string {
	rng := s.rng
	brand, thing, material, color, size := pick(rng, makes), pick(rng, things), pick(rng, materials), pick(rng, colors), pick(rng, sizes)
	sku := fmt.Sprintf("SKU-%08d", n)
	price := 1 + rng.IntN(400)
	sale, dates := "", ""
	if rng.IntN(5) == 0 {
		sale, dates = strconv.Itoa(price*8/10)+".50 USD", "2026-11-20T00:00+07:00/2026-12-01T23:59+07:00"
	}
	group, more := "", ""
	if n%8 < 2 {
		group = fmt.Sprintf("G-%07d", n/8)
	}
	if rng.IntN(3) == 0 {
		more = "https://cdn.shop.example/p/" + sku + "-2.jpg,https://cdn.shop.example/p/" + sku + "-3.jpg"
	}
	description := brand + " " + thing + " of " + material + ", " + strings.ToLower(color) + ". "
	for range 2 + rng.IntN(3) {
		description += pick(rng, sentences) + " "
	}
	availability := "in stock"
	if rng.IntN(10) == 0 {
		availability = "out of stock"
	}
	copy(s.values, []string{
		sku, brand + " " + thing + " " + color + " " + strconv.Itoa(n), strings.TrimSpace(description), availability, "new", strconv.Itoa(price) + ".99 USD",
		"https://shop.example/p/" + sku, "https://cdn.shop.example/p/" + sku + ".jpg", brand, more, sale, dates, group, pick(rng, categories),
		"Shop > " + thing, color, pick(rng, genders), size, "adult", material, pick(rng, patterns), strconv.Itoa(rng.IntN(500)), "MPN" + strconv.Itoa(n*7),
		"season-" + strconv.Itoa(rng.IntN(4)), "margin-" + strconv.Itoa(rng.IntN(3)), strconv.Itoa(rng.IntN(1000)),
	})
	return s.values
}

// CSV writes a feed of items numbered from first on.
func CSV(w io.Writer, seed uint64, first, items int) error {
	b := bufio.NewWriterSize(w, 1<<20)
	out := csv.NewWriter(b)
	if err := out.Write(Columns); err != nil {
		return fmt.Errorf("feedgen: %w", err)
	}
	s := newSource(seed)
	for n := range items {
		if err := out.Write(s.item(first + n)); err != nil {
			return fmt.Errorf("feedgen: %w", err)
		}
	}
	out.Flush()
	if err := errors.Join(out.Error(), b.Flush()); err != nil {
		return fmt.Errorf("feedgen: %w", err)
	}
	return nil
}

var escapeXML = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// RSS writes the same items as RSS 2.0.
func RSS(w io.Writer, seed uint64, first, items int) error {
	b := bufio.NewWriterSize(w, 1<<20)
	_, _ = b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" +
		`<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><title>Shop</title><link>https://shop.example</link><description>All of it</description>` + "\n")
	s := newSource(seed)
	for n := range items {
		_, _ = b.WriteString("<item>")
		for at, v := range s.item(first + n) {
			if v == "" {
				continue
			}
			_, _ = b.WriteString("<g:" + Columns[at] + ">" + escapeXML.Replace(v) + "</g:" + Columns[at] + ">")
		}
		_, _ = b.WriteString("</item>\n")
	}
	_, _ = b.WriteString("</channel></rss>\n")
	if err := b.Flush(); err != nil { // repeats the first error of a write
		return fmt.Errorf("feedgen: %w", err)
	}
	return nil
}
