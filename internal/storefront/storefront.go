// Package storefront is the shop in the chat: which catalog an account sells from, what customers see of it,
// and the cart they fill.
package storefront

import (
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/live"
)

// Causes of refused calls.
var (
	// ErrConnectedOther: the account is connected to another catalog already.
	ErrConnectedOther = fault.New("storefront.connected_other")
	// ErrVertical: only catalogs of vertical commerce can be sold from in a chat.
	ErrVertical = fault.New("storefront.catalog_vertical")
	// ErrCatalogForeign: the account's business neither owns the catalog nor was it shared with it.
	ErrCatalogForeign = fault.New("storefront.catalog_foreign")
	// ErrNotConnected: the catalog to be disconnected is not connected to the account.
	ErrNotConnected = fault.New("storefront.not_connected")
	// ErrSettings: a commerce setting has a bad value, or none was given.
	ErrSettings = fault.New("storefront.settings_invalid")

	// ErrNoCatalog: the business sells nothing in the chat.
	ErrNoCatalog = fault.New("storefront.no_catalog")
	// ErrCatalogHidden: the business has hidden its catalog.
	ErrCatalogHidden = fault.New("storefront.catalog_hidden")
	// ErrSearch: the text to search for is too long.
	ErrSearch = fault.New("storefront.search_invalid")
	// ErrProductUnavailable: no such item that a customer could see.
	ErrProductUnavailable = fault.New("storefront.product_unavailable")
	// ErrOutOfStock: the item can be seen but not ordered.
	ErrOutOfStock = fault.New("storefront.out_of_stock")
	// ErrQuantity: a quantity is not a whole number from 0 to 99.
	ErrQuantity = fault.New("storefront.quantity")
	// ErrCurrency: the item's currency is not that of the rest of the cart.
	ErrCurrency = fault.New("storefront.cart_currency")
	// ErrCartDisabled: the business takes no orders by cart.
	ErrCartDisabled = fault.New("storefront.cart_disabled")
	// ErrCartEmpty: there is nothing to send.
	ErrCartEmpty = fault.New("storefront.cart_empty")
	// ErrCartChanged: the shop changed something since the customer last saw the cart. The error is a
	// [CartChangedError].
	ErrCartChanged = fault.New("storefront.cart_changed")
)

// MaxQuantity is the most of one item a cart takes.
const MaxQuantity = 99

// Service opens the transactions; the ...Tx functions compose.
type Service struct {
	db   *db.DB
	live *live.Hub // nil: nobody hears
}

// New returns the service over d.
func New(d *db.DB) *Service { return &Service{db: d} }
