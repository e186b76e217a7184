package catalog

import (
	"maps"
	"time"

	"github.com/hawkerhq/hawker/internal/money"
)

// applyTo writes the change into an item and returns what is wrong with the result. fresh asks for all
// that a new item needs. On problems the item must be thrown away.
func (c Change) applyTo(i *Item, fresh bool) []Problem {
	str := func(name string, to *string) {
		if v, ok := c.value(name); ok {
			*to, _ = v.(string)
		}
	}
	str("name", &i.Title)
	str("description", &i.Description)
	str("brand", &i.Brand)
	str("url", &i.Link)
	str("image_url", &i.ImageLink)
	str("availability", &i.Availability)
	str("condition", &i.Condition)
	str("category", &i.GoogleCategory)
	str("retailer_product_group_id", &i.GroupID)
	c.applyImages(i)
	if v, ok := c.value("visibility"); ok {
		s, _ := v.(string)
		i.Visibility = Staging
		if s == "" || s == "active" || s == Published {
			i.Visibility = Published
		}
	}
	if v, ok := c.value("expiration_date"); ok {
		s, _ := v.(string)
		i.ExpiresAt = time.Time{}
		if t, err := time.Parse(time.DateOnly, s); err == nil {
			i.ExpiresAt = t.AddDate(0, 0, 1) // the day itself is still for sale
		}
	}
	problems := append(append([]Problem(nil), c.Problems...), c.applyPrices(i)...)
	c.applyExtra(i)
	return append(problems, c.missing(i, fresh, problems)...)
}

func (c Change) applyImages(i *Item) {
	if v, ok := c.value("additional_image_urls"); ok {
		i.MoreImages, _ = v.([]string)
	}
	if v, ok := c.value("image"); ok {
		// The batch field "image" wins over the older pair.
		i.ImageLink, i.MoreImages = "", nil
		if list, _ := v.([]string); len(list) > 0 {
			i.ImageLink, i.MoreImages = list[0], list[1:]
		}
	}
}

func (c Change) applyPrices(i *Item) []Problem {
	var problems []Problem
	add := func(field, message string) { problems = append(problems, Problem{Field: field, Message: message}) }
	if v, ok := c.value("currency"); ok {
		s, _ := v.(string)
		if _, known := money.Exponent(s); !known {
			add("currency", show(s)+" is not an ISO 4217 currency code such as USD or VND")
		} else {
			i.Price.Currency = s
			if i.Sale != nil {
				// In the node's vocabulary one currency is that of both prices.
				i.Sale = &money.Amount{Minor: i.Sale.Minor, Currency: s}
			}
		}
	}
	if a, ok := c.get("price").(money.Amount); ok {
		i.Price = a
	}
	if n, ok := c.get("price_minor").(int64); ok {
		i.Price.Minor = n
	}
	if v, ok := c.value("sale_price"); ok {
		i.Sale = nil
		if a, ok := v.(money.Amount); ok {
			i.Sale = &a
		}
	}
	if v, ok := c.value("sale_minor"); ok {
		i.Sale = nil
		if n, ok := v.(int64); ok {
			i.Sale = &money.Amount{Minor: n, Currency: i.Price.Currency}
		}
	}
	if v, ok := c.value("sale_price_start_date"); ok {
		i.SaleStart, _ = v.(time.Time)
	}
	if v, ok := c.value("sale_price_end_date"); ok {
		i.SaleEnd, _ = v.(time.Time)
	}
	if v, ok := c.value("sale_price_effective_date"); ok {
		sp, _ := v.(span)
		i.SaleStart, i.SaleEnd = sp.start, sp.end
	}
	if !i.SaleEnd.IsZero() && !i.SaleStart.Before(i.SaleEnd) {
		add("sale_price_end_date", "is not after sale_price_start_date; a sale ends after it starts")
	}
	return append(problems, checkSale(i)...)
}

func checkSale(i *Item) []Problem {
	switch {
	case i.Sale == nil || i.Price.Currency == "":
		return nil
	case i.Sale.Currency != i.Price.Currency:
		return []Problem{{"sale_price", "is in " + i.Sale.Currency + " and the price in " + i.Price.Currency + "; write both in one currency"}}
	case i.Sale.Minor > i.Price.Minor:
		return []Problem{{"sale_price", "is higher than the price; a sale price is at most the price"}}
	}
	return nil
}

func (c Change) applyExtra(i *Item) {
	if c.bare {
		return
	}
	var extra map[string]any
	for name, v := range c.all() {
		if !extras[name] {
			continue
		}
		if extra == nil {
			if extra = maps.Clone(i.Extra); extra == nil {
				extra = map[string]any{}
			}
		}
		if v == nil {
			delete(extra, name)
		} else {
			extra[name] = v
		}
	}
	if extra != nil {
		i.Extra = extra
	}
}

// requirement is a value an item cannot be without.
type requirement struct {
	node, batch string // what the vocabularies call it; "" : that vocabulary does not ask for it
	names       []string
	has         func(i *Item) bool
	remedy      string
}

var requirements = []requirement{
	{"name", "title", []string{"name"}, func(i *Item) bool { return i.Title != "" }, "every item needs a title"},
	{"currency", "price", []string{"currency", "price"}, func(i *Item) bool { return i.Price.Currency != "" }, `write the price with its currency, for example "9.99 USD"`},
	{"", "description", []string{"description"}, func(i *Item) bool { return i.Description != "" }, "say what the item is"},
	{"", "availability", []string{"availability"}, func(i *Item) bool { return i.Availability != "" }, `for example "in stock"`},
	{"", "condition", []string{"condition"}, func(i *Item) bool { return i.Condition != "" }, `for example "new"`},
	{"", "link", []string{"url"}, func(i *Item) bool { return i.Link != "" }, "the item's page on your site"},
	{"", "image_link", []string{"image_url", "image"}, func(i *Item) bool { return i.ImageLink != "" }, "a JPEG or PNG of at least 500 × 500 pixels, in image_link or image"},
}

// missing names what an item cannot be without: all of it when the item is new, and else what the change
// itself takes away. The batch vocabulary asks for more than the node's.
func (c Change) missing(i *Item, fresh bool, found []Problem) []Problem {
	var problems []Problem
	add := func(name, remedy string) {
		for _, p := range found {
			if p.Field == name {
				return // it is there, and wrong
			}
		}
		problems = append(problems, Problem{Field: name, Message: "is missing; " + remedy})
	}
	for _, r := range requirements {
		name := r.node
		if c.vocab == Batch {
			name = r.batch
		}
		if name != "" && !r.has(i) && (fresh || c.touches(r.names)) {
			add(name, r.remedy)
		}
	}
	if v, ok := c.value("price_minor"); c.vocab == Node && v == nil && (ok || fresh) {
		add("price", "the price in minor units, for example 999 for 9.99 USD")
	}
	if v, ok := c.value("price"); c.vocab == Batch && ok && v == nil && !fresh {
		add("price", `write it with its currency, for example "9.99 USD"`)
	}
	return problems
}

func (c Change) touches(names []string) bool {
	for _, n := range names {
		if _, ok := c.value(n); ok {
			return true
		}
	}
	return false
}

// PriceEye tells whether an item needs a review for its new price alone.
type PriceEye func(before, after Item) bool

// AskPrices has f asked of items of reviewed catalogs whose price changed and nothing else that a review looks at. It is called while
// the house is put together.
func (s *Service) AskPrices(f PriceEye) { s.prices = f }

// repriced tells whether the price of an item changed, and that matters.
func (e PriceEye) repriced(before, after *Item) bool {
	same := before.Price == after.Price && (before.Sale == nil) == (after.Sale == nil) && (before.Sale == nil || *before.Sale == *after.Sale)
	return e != nil && !same && e(*before, *after)
}

// settle puts the finishing values of a changed item: defaults, revision, and whether it needs a review. before is what it
// was, or nil.
func (i *Item) settle(before *Item, reviewed bool, prices PriceEye, now time.Time) {
	i.settleDefaults()
	i.Rev++
	i.feedHash = 0
	i.UpdatedAt = now
	if i.CreatedAt.IsZero() {
		i.CreatedAt = now
	}
	if !reviewed {
		i.Review = Review{}
		return
	}
	if before != nil && i.Review.Status != NoReview && i.looksAs(before) && !prices.repriced(before, i) {
		return
	}
	status := Pending
	if i.Review.Status == Approved || i.Review.Status == Outdated {
		status = Outdated
	}
	i.Review = Review{Status: status}
}

// settleDefaults puts the values of what an item may leave out.
func (i *Item) settleDefaults() {
	if i.Visibility == "" {
		i.Visibility = Published
	}
	if i.Availability == "" {
		i.Availability = InStock
	}
	if i.Condition == "" {
		i.Condition = "new"
	}
}
