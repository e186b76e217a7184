package catalog

import (
	"slices"
	"time"

	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/money"
)

// Review states of an item.
const (
	NoReview = ""
	Pending  = "pending"
	Approved = "approved"
	Rejected = "rejected"
	Outdated = "outdated"
)

// Held is not a state of its own but [Pending], waiting for a person: [Query] and [Tally] tell it apart.
const Held = "held"

// Visibilities of an item.
const (
	Published = "published"
	Staging   = "staging" // hidden from customers; "archived" and "hidden" mean the same
)

// InStock is the availability of what can be ordered, besides "available for order" and "preorder".
const InStock = "in stock"

// Item is one thing for sale.
type Item struct {
	ID, CatalogID  id.ID
	RetailerID     string // the shop's own id, unique in the catalog
	Title          string
	Description    string
	Brand          string
	Link           string
	ImageLink      string
	MoreImages     []string
	Price          money.Amount
	Sale           *money.Amount // nil: none
	SaleStart      time.Time     // zero: at once
	SaleEnd        time.Time     // zero: for ever
	Availability   string
	Condition      string
	Visibility     string
	GoogleCategory string // taxonomy id or path
	GroupID        string // retailer id of the variant group
	Variant        string // what tells it from the others of its group: "White · S"
	ExpiresAt      time.Time
	// Extra are the other known fields, by their Graph name.
	Extra map[string]any

	// FeedID is the primary feed that keeps the item; zero: none.
	FeedID id.ID

	// Picture is what became of the pictures; see [PictureWaits].
	Picture string

	Rev       int64 // rises with every change
	Review    Review
	CreatedAt time.Time
	UpdatedAt time.Time

	was      [4]string // [Item.found] as stored, of an item that was read to be changed
	feedHash int64     // of the feed's row that the item is as of; zero once something else changed it
}

// Review is the verdict on an item.
type Review struct {
	Status   string
	Held     bool // pending, and waiting for a person
	PolicyID string
	Reason   string
	Evidence string
	Reviewer string
	At       time.Time
}

// Waits tells whether the rules have yet to look.
func (r Review) Waits() bool { return (r.Status == Pending || r.Status == Outdated) && !r.Held }

// PriceAt is what the item costs at a moment: the sale price while a sale is on.
func (i Item) PriceAt(now time.Time) money.Amount {
	if i.Sale == nil || now.Before(i.SaleStart) || (!i.SaleEnd.IsZero() && !now.Before(i.SaleEnd)) {
		return i.Price
	}
	return *i.Sale
}

// Orderable tells whether the item can go into a cart.
func (i Item) Orderable() bool {
	switch i.Availability {
	case InStock, "available for order", "preorder":
		return true
	}
	return false
}

// VisibleAt tells whether customers may see and be sent the item: the Go twin of the SQL predicate.
func (i Item) VisibleAt(now time.Time) bool {
	return i.Review.Status == Approved && i.Visibility == Published && (i.ExpiresAt.IsZero() || i.ExpiresAt.After(now))
}

// looksAs tells whether a reviewer would see nothing new: else a change needs a new review. Labels of the shop's own
// bookkeeping and stock are left out, a price of nothing is not.
func (i *Item) looksAs(b *Item) bool {
	if i.Title != b.Title || i.Description != b.Description || i.Brand != b.Brand || i.Link != b.Link || i.ImageLink != b.ImageLink ||
		i.GoogleCategory != b.GoogleCategory || i.Condition != b.Condition || (i.Price.Minor == 0) != (b.Price.Minor == 0) ||
		!slices.Equal(i.MoreImages, b.MoreImages) {
		return false
	}
	for _, name := range reviewFields {
		x, y := i.Extra[name], b.Extra[name]
		if xs, ok := x.(string); ok {
			if ys, ok := y.(string); !ok || xs != ys {
				return false
			}
			continue
		}
		if (x == nil) != (y == nil) || x != nil && jsonText(x, 1) != jsonText(y, 1) {
			return false
		}
	}
	return true
}

// extra is a field of [Item.Extra].
func (i *Item) extra(name string) any { return i.Extra[name] }

// reviewFields are the fields of [Item.Extra] that a reviewer looks at.
var reviewFields = []string{
	"product_type", "short_description", "rich_text_description", "fb_product_category", "color", "material", "pattern", "size",
	"custom_label_0", "custom_label_1", "custom_label_2", "custom_label_3", "custom_label_4", "category_specific_fields", "videos",
}

// found are the texts an item is found by.
func (i *Item) found() [4]string { return [4]string{i.Title, i.Brand, i.RetailerID, i.Description} }
