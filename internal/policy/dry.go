package policy

import (
	"context"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/money"
)

// Listing is what the reviewer reads of an item, by the names of feeds and batches.
type Listing struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description"`
	ProductType string `json:"product_type"`
	Category    string `json:"google_product_category"`
	Brand       string `json:"brand"`
	// Price is as feeds write it, "10.00 USD": an operator's conditions ask it. What cannot be read is no price.
	Price any `json:"price"`
}

// Review judges a listing without storing anything.
func (r *Rules) Review(l Listing) Judgement { return r.ReviewFor(l, Seller{}) }

// ReviewFor is [Rules.Review] of a seller's listing.
func (r *Rules) ReviewFor(l Listing, s Seller) Judgement {
	i := catalog.Item{Title: l.Title, Description: l.Description, GoogleCategory: l.Category, Brand: l.Brand}
	if text, ok := l.Price.(string); ok {
		if price, err := money.Parse(text); err == nil {
			i.Price = price
		}
	}
	if l.ProductType != "" {
		i.Extra = map[string]any{"product_type": l.ProductType}
	}
	return r.JudgeFor(i, s)
}

// Precheck judges a listing as if it were in a catalog of the caller's, while somebody writes it.
func (r *Reviewer) Precheck(ctx context.Context, c access.Caller, cat id.ID, l Listing) (j Judgement, err error) {
	var s Seller
	err = r.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if _, err = catalog.CatalogTx(ctx, tx, c, cat); err == nil && r.rules.asks {
			s, err = sellerTx(ctx, tx, cat)
		}
		return err
	})
	if err != nil {
		return j, err
	}
	return r.rules.ReviewFor(l, s), nil
}

// Rules are what the reviewer decides by.
func (r *Reviewer) Rules() *Rules { return r.rules }
