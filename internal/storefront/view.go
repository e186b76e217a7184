package storefront

import (
	"strconv"

	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/money"
)

// Price is an amount as views carry it. Templates call Format(language) on it; in JSON it is
// {"amount":9.99,"currency":"USD"} with the amount in major units.
type Price struct{ money.Amount }

// MarshalJSON implements [json.Marshaler].
func (p Price) MarshalJSON() ([]byte, error) {
	return []byte(`{"amount":` + p.Number() + `,"currency":` + strconv.Quote(p.Currency) + `}`), nil
}

// IsZero tells that there is no price: the total of an empty cart.
func (p Price) IsZero() bool { return p.Amount == money.Amount{} }

// CartLine is one item in the cart. Unit price and total are what the customer would pay now.
type CartLine struct {
	RetailerID string `json:"retailer_id"`
	Title      string `json:"title"`
	Image      string `json:"image_url,omitempty"`
	Quantity   int    `json:"quantity"`
	UnitPrice  Price  `json:"unit_price"`
	// WasPrice is a price to strike: what the customer saw before where the item was just re-priced,
	// else the regular price while a sale runs; nil where there is none.
	WasPrice  *Price `json:"was_price,omitempty"`
	LineTotal Price  `json:"line_total"`
	// Unavailable marks a line that was just taken out of the cart: it stands in CartView.Removed only.
	Unavailable bool `json:"unavailable,omitempty"`
}

// RepricedLine tells of an item whose price is not what the customer last saw.
type RepricedLine struct {
	RetailerID string `json:"retailer_id"`
	Title      string `json:"title"`
	Old        Price  `json:"old_price"`
	New        Price  `json:"new_price"`
}

// CartView is the cart of a chat as the customer sees it, re-priced.
type CartView struct {
	PhoneID id.ID      `json:"phone_number_id"`
	WaID    string     `json:"wa_id"`
	Lines   []CartLine `json:"lines"`
	// Items is how many pieces are in the cart: the sum of the quantities.
	Items int `json:"items"`
	// Total is estimated, as the chat says: the sum of the lines. Zero for an empty cart.
	Total Price `json:"total,omitzero"`
	// Updated tells that the shop changed something since the customer last saw the cart: show the text
	// "cart.changed" and what stands in Repriced and Removed.
	Updated  bool           `json:"updated"`
	Repriced []RepricedLine `json:"repriced,omitempty"`
	Removed  []CartLine     `json:"removed,omitempty"`
	// CartEnabled is the shop's setting; without it there is no cart and Lines is empty.
	CartEnabled bool `json:"cart_enabled"`
}

// ProductView is an item as its page and the storefront's list show it, with the latest data.
type ProductView struct {
	ID          id.ID  `json:"id"`
	CatalogID   id.ID  `json:"catalog_id"`
	RetailerID  string `json:"retailer_id"`
	Title       string `json:"title"`
	Variant     string `json:"variant,omitempty"` // what tells it from the others of its group: "White · S"
	Description string `json:"description,omitempty"`
	Brand       string `json:"brand,omitempty"`
	Link        string `json:"link,omitempty"`
	Image       string `json:"image_url,omitempty"`
	// Images are all pictures, the main one first.
	Images []string `json:"image_urls,omitempty"`
	// Price is what the customer pays now: the sale price while a sale runs.
	Price Price `json:"price"`
	// WasPrice is the regular price while a sale runs, to strike; nil otherwise.
	WasPrice     *Price `json:"was_price,omitempty"`
	Availability string `json:"availability"`
	InStock      bool   `json:"in_stock"`
	// CanAdd tells that the item can go into the cart: in stock, and the shop has its cart on.
	CanAdd bool `json:"can_add_to_cart"`
	// InCart is how many are in the cart of this chat.
	InCart int `json:"in_cart,omitempty"`
	// Variants are the items of its group, itself among them; on the product's own page only.
	Variants []VariantView `json:"variants,omitempty"`
	// Legal is what a customer in India is told.
	Legal *LegalView `json:"legal,omitempty"`
}

// StorefrontView is a page of what a shop offers in the chat.
type StorefrontView struct {
	PhoneID      id.ID         `json:"phone_number_id"`
	BusinessName string        `json:"business_name"`
	CatalogID    id.ID         `json:"catalog_id"`
	CartEnabled  bool          `json:"cart_enabled"`
	Search       string        `json:"q,omitempty"`
	Products     []ProductView `json:"products"`
	// Next is the Query.After of the next page; zero on the last one.
	Next id.ID `json:"next,omitzero"`
	// CartItems is how many pieces are in the customer's cart.
	CartItems int `json:"cart_items"`
}

// Query asks for a page of a storefront.
type Query struct {
	// Search finds items by title, without regard to case and diacritics; empty for all.
	Search string
	// After is StorefrontView.Next of the page before.
	After id.ID
	// Limit is the size of the page, at most [MaxPage]; zero for [DefaultPage].
	Limit int
}

// Sizes of a storefront's page.
const (
	DefaultPage = 30
	MaxPage     = 100
)
