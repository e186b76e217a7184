package catalog

import (
	"slices"
	"strings"
)

// Nearly all rows of a file are as they should be: every column is one field, and every value is right. For these, what a new
// item is comes straight out of the cells. Where anything is the matter, the row is read again with care ([Row.readWithCare]),
// which tells what it is; both have the same outcome (TestFastRowsAreTheSame).

// target is what a column sets.
type target int

const (
	toExtra target = iota
	toTitle
	toDescription
	toBrand
	toLink
	toImage
	toMoreImages
	toPrice
	toSale
	toSalePeriod
	toAvailability
	toCondition
	toVisibility
	toCategory
	toGroup
	withCare // what else a row says has to be read with care
)

var targets = map[string]target{
	"name": toTitle, "description": toDescription, "brand": toBrand, "url": toLink, "image_url": toImage, "additional_image_urls": toMoreImages,
	"price": toPrice, "sale_price": toSale, "sale_price_effective_date": toSalePeriod, "availability": toAvailability, "condition": toCondition,
	"visibility": toVisibility, "category": toCategory, "retailer_product_group_id": toGroup,
}

// fastRows is a layout whose rows can be read fast.
type fastRows struct {
	columns []fastColumn
	extras  []extraSlot // in the order of their names; slot: of the values of a row
	variant []int       // slots of [variantFields], -1 where there is none
	more    int         // slot of the fields that tell variants apart besides, or -1
	gtin    int
	mpn     int
}

type fastColumn struct {
	at   int
	to   target
	slot int // of an extra
	*field
}

// newFastRows is nil where rows of the layout have to be read with care.
func newFastRows(r *Rows) *fastRows {
	if len(r.folded) > 0 || len(r.plain) != len(r.names) {
		return nil
	}
	f := &fastRows{}
	slots := map[string]int{}
	for n := range r.plain {
		c := &r.plain[n]
		to, known := targets[c.name]
		switch {
		case extras[c.name]:
			slots[c.name] = len(slots)
		case !known:
			to = withCare
		}
		f.columns = append(f.columns, fastColumn{c.at, to, slots[c.name], &c.field})
	}
	for _, e := range r.extras {
		f.extras = append(f.extras, extraSlot{slots[r.names[e.slot]], e.key})
	}
	slot := func(name string) int {
		if n, ok := slots[name]; ok {
			return n
		}
		return -1
	}
	for _, name := range variantFields {
		f.variant = append(f.variant, slot(name))
	}
	f.more, f.gtin, f.mpn = slot("additional_variant_attributes"), slot("gtin"), slot("manufacturer_part_number")
	return f
}

// extraValue is a value of [Item.Extra]: a text, a number by its digits, or something else.
type extraValue struct {
	text  string
	digit bool
	other any
}

func (v *extraValue) empty() bool { return v.text == "" && v.other == nil }

// value is what [Item.Extra] would hold.
func (v *extraValue) value() any {
	switch {
	case v.other != nil:
		return v.other
	case v.text == "":
		return nil
	}
	return v.text
}

// readFast makes a new item of the row; false: the row has to be read with care.
func (r *Row) readFast() bool {
	f := r.rows.fast
	if f == nil || r.Fatal() {
		return false
	}
	i := &r.item
	i.RetailerID = r.SKU
	values := r.values[:0]
	for range f.extras {
		values = append(values, extraValue{})
	}
	r.values = values
	for n := range f.columns {
		c := &f.columns[n]
		if c.at >= len(r.cells) {
			continue
		}
		s := trim(r.cells[c.at])
		if s == "" {
			continue
		}
		ok := false
		switch c.to {
		case toExtra:
			ok = r.rows.readExtra(c, s, &values[c.slot])
		case toMoreImages:
			v, err := c.readLinksCell(s)
			i.MoreImages, ok = v.([]string)
			ok = ok && err == nil
		case toPrice:
			var err error
			i.Price, err = r.rows.readPrice(s)
			ok = err == nil
		case toSale:
			var err error
			r.sale, err = r.rows.readPrice(s)
			i.Sale, ok = &r.sale, err == nil
		case toSalePeriod:
			sp, err := r.rows.readPeriod(s)
			i.SaleStart, i.SaleEnd, ok = sp.start, sp.end, err == nil
		case withCare:
		default:
			var text string
			text, ok = c.readPlain(s)
			i.put(c.to, text)
		}
		if !ok {
			r.item = Item{}
			return false
		}
	}
	if !i.complete() {
		r.item = Item{}
		return false
	}
	r.finishFast(f)
	return true
}

// put sets a field of text.
func (i *Item) put(to target, s string) {
	switch to {
	case toTitle:
		i.Title = s
	case toDescription:
		i.Description = s
	case toBrand:
		i.Brand = s
	case toLink:
		i.Link = s
	case toImage:
		i.ImageLink = s
	case toAvailability:
		i.Availability = s
	case toCondition:
		i.Condition = s
	case toCategory:
		i.GoogleCategory = s
	case toGroup:
		i.GroupID = s
	case toVisibility:
		i.Visibility = Staging
		if s == "active" || s == Published {
			i.Visibility = Published
		}
	}
}

// complete tells whether the item has all that [requirements] ask of a new one, and a sale that is right.
func (i *Item) complete() bool {
	return i.Title != "" && i.Description != "" && i.Link != "" && i.ImageLink != "" && i.Availability != "" && i.Condition != "" &&
		i.Price.Currency != "" && len(checkSale(i)) == 0
}

// readPlain is [field.readCell] for fields of text.
func (c *fastColumn) readPlain(s string) (string, bool) {
	switch c.kind {
	case text:
		if len(s) <= c.most && plainASCII(s) {
			return s, true
		}
	case link:
		if simpleLink(s) {
			return s, true
		}
	case enum:
		for _, e := range c.enum {
			if e == s {
				return e, true
			}
		}
	}
	v, err := c.read(s)
	out, ok := v.(string)
	return out, ok && err == nil
}

func (r *Rows) readExtra(c *fastColumn, s string, to *extraValue) bool {
	switch c.kind {
	case text, link, enum:
		var ok bool
		to.text, ok = c.readPlain(s)
		return ok
	case count:
		if plainNumber(s) {
			to.text, to.digit = s, true
			return true
		}
	}
	v, err := r.readCell(c.field, s)
	to.other = v
	return err == nil && v != nil
}

// plainNumber tells that s is a whole number as JSON writes it, and small enough for every field.
func plainNumber(s string) bool {
	if len(s) > 9 || s == "" || (s[0] == '0' && len(s) > 1) {
		return false
	}
	for n := range len(s) {
		if s[n] < '0' || s[n] > '9' {
			return false
		}
	}
	return true
}

// finishFast puts what follows from the fields.
func (r *Row) finishFast(f *fastRows) {
	i := &r.item
	i.settleDefaults()
	at := func(slot int) any {
		if slot < 0 {
			return nil
		}
		return r.values[slot].value()
	}
	if i.Brand == "" && at(f.gtin) == nil && at(f.mpn) == nil {
		r.warned = append(r.warned, r.unbranded())
	}
	if i.GroupID != "" {
		r.variant = i.variant(func(name string) any {
			if n := slices.Index(variantFields, name); n >= 0 {
				return at(f.variant[n])
			}
			return at(f.more)
		})
	}
	buf := jsonBuffers.Get().(*[]byte)
	b := (*buf)[:0]
	for _, e := range f.extras {
		v := &r.values[e.slot]
		if v.empty() {
			continue
		}
		between := byte(',')
		if len(b) == 0 {
			between = '{'
		}
		b = append(append(b, between), e.key...)
		switch {
		case v.other != nil:
			b = appendJSON(b, v.other)
		case v.digit:
			b = append(b, v.text...)
		default:
			b = appendString(b, v.text)
		}
	}
	if len(b) > 0 {
		b = append(b, '}')
	}
	extra := len(b)
	if len(i.MoreImages) > 0 {
		b = appendJSON(b, i.MoreImages)
	}
	if len(b) > 0 { // one piece of memory for both
		text := string(b)
		r.extra, r.images = text[:extra], text[extra:]
	}
	*buf = b
	jsonBuffers.Put(buf)
}

// trim is strings.TrimSpace, quick where there is nothing to trim.
func trim(s string) string {
	if s == "" || tight(s[0]) && tight(s[len(s)-1]) {
		return s
	}
	return strings.TrimSpace(s)
}

func tight(c byte) bool { return c > ' ' && c < 0x80 }
