package policy

import (
	"github.com/hawkerhq/hawker/internal/catalog"
)

// Listing is what the reviewer reads of an item, by the names of feeds and batches.
type Listing struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description"`
	ProductType string `json:"product_type"`
	Category    string `json:"google_product_category"`
}

// Review judges a listing without storing anything.
func (r *Rules) Review(l Listing) Judgement {
	i := catalog.Item{Title: l.Title, Description: l.Description, GoogleCategory: l.Category}
	if l.ProductType != "" {
		i.Extra = map[string]any{"product_type": l.ProductType}
	}
	return r.Judge(i)
}

// Rules are what the reviewer decides by.
func (r *Reviewer) Rules() *Rules { return r.rules }
