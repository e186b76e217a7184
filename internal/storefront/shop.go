package storefront

import (
	"context"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/waba"
)

// maxSearch bounds what a customer types to find an item, in characters.
const maxSearch = 200

// shop is what a number sells from, and how.
type shop struct {
	number    waba.Number
	settings  waba.Settings
	catalogID id.ID // zero when no catalog is connected
}

func shopTx(ctx context.Context, tx *db.Tx, phoneID id.ID) (sh shop, err error) {
	if sh.number, err = waba.NumberTx(ctx, tx, phoneID); err != nil {
		return shop{}, err
	}
	if sh.settings, err = waba.SettingsTx(ctx, tx, phoneID); err != nil {
		return shop{}, err
	}
	sh.catalogID, _, err = waba.ConnectedCatalogTx(ctx, tx, sh.number.WABAID)
	return sh, err
}

// open returns [ErrNoCatalog] unless the shop has something to sell from.
func (sh shop) open() error {
	if sh.catalogID == 0 {
		return ErrNoCatalog.With("", "no catalog is connected to the WhatsApp Business Account of this number; connect one with POST /{waba}/product_catalogs")
	}
	return nil
}

// visible resolves items of the connected catalog that a customer may see. Without a catalog there are none.
func (sh shop) visible(ctx context.Context, tx *db.Tx, retailerIDs []string) (map[string]catalog.Item, error) {
	if sh.catalogID == 0 || len(retailerIDs) == 0 {
		return nil, nil
	}
	return catalog.ResolveVisibleTx(ctx, tx, sh.catalogID, retailerIDs)
}

// product shows an item as the customer of a thread with cart sees it.
func (sh shop) product(it catalog.Item, now time.Time, inCart map[string]int) ProductView {
	v := ProductView{
		ID: it.ID, CatalogID: it.CatalogID, RetailerID: it.RetailerID, Title: it.Title, Variant: it.Variant, Description: it.Description,
		Brand: it.Brand, Link: it.Link, Image: it.ImageLink, Availability: it.Availability, InStock: it.Orderable(),
		Price: Price{it.PriceAt(now)}, WasPrice: regular(it, now), InCart: inCart[it.RetailerID],
	}
	v.CanAdd = v.InStock && sh.settings.CartEnabled
	if it.ImageLink != "" {
		v.Images = append(v.Images, it.ImageLink)
	}
	v.Images = append(v.Images, it.MoreImages...)
	return v
}

// regular is the price to strike while a sale runs.
func regular(it catalog.Item, now time.Time) *Price {
	if it.PriceAt(now) == it.Price {
		return nil
	}
	return &Price{it.Price}
}

// inCartTx is how many of each item are in the cart of a thread.
func inCartTx(ctx context.Context, tx *db.Tx, phoneID id.ID, waID string) (byItem map[string]int, sum int, err error) {
	lines, err := chat.CartTx(ctx, tx, phoneID, waID)
	if err != nil {
		return nil, 0, err
	}
	byItem = make(map[string]int, len(lines))
	for _, l := range lines {
		byItem[l.RetailerID] = l.Quantity
		sum += l.Quantity
	}
	return byItem, sum, nil
}

// Storefront is a page of what a customer sees in a shop. A shop without a catalog answers [ErrNoCatalog], a
// hidden one [ErrCatalogHidden].
func (s *Service) Storefront(ctx context.Context, phoneID id.ID, waID string, q Query) (StorefrontView, error) {
	if n := utf8.RuneCountInString(q.Search); n > maxSearch {
		return StorefrontView{}, ErrSearch.Withf("q", "the search text has %d characters, at most %d are allowed; shorten it", n, maxSearch)
	}
	if q.Limit <= 0 {
		q.Limit = DefaultPage
	}
	q.Limit = min(q.Limit, MaxPage)
	var v StorefrontView
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		sh, err := shopTx(ctx, tx, phoneID)
		if err != nil {
			return err
		}
		if err := sh.open(); err != nil {
			return err
		}
		if !sh.settings.CatalogVisible {
			return ErrCatalogHidden.With("", "Invalid catalog link: the business has set is_catalog_visible to false; "+
				"set it with POST /{phone-number-id}/whatsapp_commerce_settings")
		}
		untold, err := waba.UntoldTx(ctx, tx, sh.number)
		if err != nil {
			return err
		}
		if untold {
			return ErrCatalogHidden.With("", "Invalid catalog link: a business in India shows its storefront once it has told its details; "+
				"POST them to /{phone-number-id}/business_compliance_info")
		}
		v, err = sh.page(ctx, tx, waID, q)
		return err
	})
	return v, err
}

func (sh shop) page(ctx context.Context, tx *db.Tx, waID string, q Query) (StorefrontView, error) {
	v := StorefrontView{
		PhoneID: sh.number.ID, BusinessName: sh.number.VerifiedName, CatalogID: sh.catalogID,
		CartEnabled: sh.settings.CartEnabled, Search: q.Search, Products: []ProductView{},
	}
	inCart, sum, err := inCartTx(ctx, tx, sh.number.ID, waID)
	if err != nil {
		return StorefrontView{}, err
	}
	v.CartItems = sum
	find := catalog.Query{Search: q.Search, After: q.After, Limit: q.Limit + 1, Slim: true}
	items, err := catalog.VisiblePageTx(ctx, tx, sh.catalogID, find)
	if err != nil {
		return StorefrontView{}, fmt.Errorf("storefront: %w", err)
	}
	if len(items) > q.Limit {
		items = items[:q.Limit]
		v.Next = find.Key(items[len(items)-1])
	}
	for _, it := range items {
		v.Products = append(v.Products, sh.product(it, tx.Now(), inCart))
	}
	return v, nil
}

// Product is an item's page with its latest data. It works while the catalog is hidden: a product sent in a
// message can still be opened. What a customer may not see answers [ErrProductUnavailable].
func (s *Service) Product(ctx context.Context, phoneID id.ID, waID, retailerID string) (ProductView, error) {
	var v ProductView
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		found, err := ProductsTx(ctx, tx, phoneID, waID, []string{retailerID})
		if err != nil {
			return err
		}
		var ok bool
		if v, ok = found[retailerID]; !ok {
			return unavailable(retailerID)
		}
		if v.Variants, err = variantsTx(ctx, tx, v); err != nil {
			return err
		}
		v.Legal, err = legalTx(ctx, tx, phoneID, waID, v.CatalogID, retailerID)
		return err
	})
	return v, err
}

// ProductsTx shows those of the given items that a customer may see, by retailer id: what a product message
// offers right now. Without a connected catalog there are none.
func ProductsTx(ctx context.Context, tx *db.Tx, phoneID id.ID, waID string, retailerIDs []string) (map[string]ProductView, error) {
	sh, err := shopTx(ctx, tx, phoneID)
	if err != nil {
		return nil, err
	}
	items, err := sh.visible(ctx, tx, retailerIDs)
	if err != nil {
		return nil, err
	}
	inCart, _, err := inCartTx(ctx, tx, phoneID, waID)
	if err != nil {
		return nil, err
	}
	views := make(map[string]ProductView, len(items))
	for retailerID, it := range items {
		views[retailerID] = sh.product(it, tx.Now(), inCart)
	}
	return views, nil
}

func unavailable(retailerID string) error {
	return ErrProductUnavailable.Withf("product_retailer_id", "product not found for product_retailer_id %s: customers see an item of the connected "+
		"catalog once it is published, approved by review and not expired", retailerID).Fact("product", retailerID)
}

// RetailerID is the shop's own id of an item that customers of a number may see, from the item's id: what
// a product link carries.
func (s *Service) RetailerID(ctx context.Context, phoneID id.ID, itemID string) (string, error) {
	i, notID := id.Parse(itemID)
	var found string
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		sh, err := shopTx(ctx, tx, phoneID)
		if err != nil {
			return err
		}
		if notID == nil {
			it, ok, err := catalog.VisibleItemTx(ctx, tx, sh.catalogID, i)
			if err != nil || ok {
				found = it.RetailerID
				return err
			}
		}
		bySKU, err := catalog.ResolveVisibleTx(ctx, tx, sh.catalogID, []string{itemID})
		if err != nil {
			return err
		}
		if _, ok := bySKU[itemID]; !ok {
			return unavailable(itemID)
		}
		found = itemID
		return nil
	})
	return found, err
}
