package catalog

import (
	"time"

	"github.com/hawkerhq/hawker/internal/money"
)

// applyTo writes the change into an item and returns what is wrong with the result. On problems the item
// must be thrown away.
func (c Change) applyTo(i *Item) []Problem {
	problems := append([]Problem(nil), c.Problems...)
	str := func(name string, to *string) {
		if v, ok := c.values[name]; ok {
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
	if v, ok := c.values["additional_image_urls"]; ok {
		i.MoreImages, _ = v.([]string)
	}
	if v, ok := c.values["image"]; ok {
		// The batch field "image" wins over the older pair.
		i.ImageLink, i.MoreImages = "", nil
		if list, _ := v.([]string); len(list) > 0 {
			i.ImageLink, i.MoreImages = list[0], list[1:]
		}
	}
	if v, ok := c.values["visibility"]; ok {
		s, _ := v.(string)
		i.Visibility = map[string]string{"": Published, "active": Published, "archived": Staging}[s]
		if i.Visibility == "" {
			i.Visibility = s
		}
	}
	if v, ok := c.values["expiration_date"]; ok {
		s, _ := v.(string)
		// The day itself is still for sale.
		if t, err := time.Parse(time.DateOnly, s); err == nil {
			i.ExpiresAt = t.AddDate(0, 0, 1)
		} else {
			i.ExpiresAt = time.Time{}
		}
	}
	problems = append(problems, c.applyPrices(i)...)
	c.applyExtra(i)
	return append(problems, c.missing(i)...)
}

func (c Change) applyPrices(i *Item) []Problem {
	var problems []Problem
	add := func(field, message string) { problems = append(problems, Problem{Field: field, Message: message}) }
	if v, ok := c.values["currency"]; ok {
		s, _ := v.(string)
		if _, known := money.Exponent(s); !known {
			add("currency", show(s)+" is not an ISO 4217 currency code such as USD or VND")
		} else {
			i.Price.Currency = s
		}
	}
	if a, ok := c.values["price"].(money.Amount); ok {
		i.Price = a
	}
	if n, ok := c.values["price_minor"].(int64); ok {
		i.Price.Minor = n
	}
	if v, ok := c.values["sale_price"]; ok {
		i.Sale = nil
		if a, ok := v.(money.Amount); ok {
			i.Sale = &a
		}
	}
	if v, ok := c.values["sale_minor"]; ok {
		i.Sale = nil
		if n, ok := v.(int64); ok {
			i.Sale = &money.Amount{Minor: n, Currency: i.Price.Currency}
		}
	}
	if v, ok := c.values["sale_price_start_date"]; ok {
		i.SaleStart, _ = v.(time.Time)
	}
	if v, ok := c.values["sale_price_end_date"]; ok {
		i.SaleEnd, _ = v.(time.Time)
	}
	if v, ok := c.values["sale_price_effective_date"]; ok {
		sp, _ := v.(span)
		i.SaleStart, i.SaleEnd = sp.start, sp.end
	}
	if i.Sale != nil {
		if i.Sale.Currency != i.Price.Currency {
			add("sale_price", "its currency "+i.Sale.Currency+" is not the price's "+i.Price.Currency)
		} else if i.Sale.Minor > i.Price.Minor {
			add("sale_price", "is higher than the price; a sale price is at most the price")
		}
	}
	return problems
}

func (c Change) applyExtra(i *Item) {
	extra := make(map[string]any, len(i.Extra)+len(c.values))
	for k, v := range i.Extra {
		extra[k] = v
	}
	for _, f := range fields {
		v, ok := c.values[f.name]
		if f.core || !ok {
			continue
		}
		if v == nil {
			delete(extra, f.name)
		} else {
			extra[f.name] = v
		}
	}
	i.Extra = extra
}

// missing names what an item cannot be without. The batch vocabulary asks for more than the node does.
func (c Change) missing(i *Item) []Problem {
	var problems []Problem
	need := func(ok bool, node, batch, remedy string) {
		name := node
		if c.vocab == Batch {
			name = batch
		}
		broken := false
		for _, p := range c.Problems {
			broken = broken || p.Field == name
		}
		if !ok && name != "" && !broken {
			problems = append(problems, Problem{Field: name, Message: "is missing; " + remedy})
		}
	}
	need(i.Title != "", "name", "title", "every item needs a title")
	need(i.Price.Currency != "", "currency", "price", `write the price with its currency, for example "9.99 USD"`)
	need(i.Description != "", "", "description", "say what the item is")
	need(i.Availability != "", "", "availability", `for example "in stock"`)
	need(i.Condition != "", "", "condition", `for example "new"`)
	need(i.Link != "", "", "link", "the item's page on your site")
	need(i.ImageLink != "", "", "image_link", "a JPEG or PNG of at least 500 × 500 pixels")
	if _, ok := c.values["price_minor"]; !ok && c.vocab == Node && i.Rev == 0 {
		need(false, "price", "", "the price in minor units, for example 999 for 9.99 USD")
	}
	return problems
}

// settle puts the finishing values of a changed item: defaults, revision, and whether it needs a review.
func (i *Item) settle(reviewed bool, now time.Time) {
	if i.Visibility == "" {
		i.Visibility = Published
	}
	if i.Availability == "" {
		i.Availability = InStock
	}
	if i.Condition == "" {
		i.Condition = "new"
	}
	i.Rev++
	i.UpdatedAt = now
	if i.CreatedAt.IsZero() {
		i.CreatedAt = now
	}
	hash := i.hashForReview()
	if !reviewed || (hash == i.reviewHash && i.Review.Status != NoReview) {
		i.reviewHash = hash
		return
	}
	i.reviewHash = hash
	status := Pending
	if i.Review.Status == Approved || i.Review.Status == Outdated {
		status = Outdated
	}
	i.Review = Review{Status: status}
}
