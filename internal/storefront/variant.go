package storefront

import (
	"context"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
)

// variantsMost is how many items of a group a product's page offers.
const variantsMost = 200

// VariantView is an item of the same group as a product, the product itself among them.
type VariantView struct {
	RetailerID string `json:"retailer_id"`
	// Attributes are what it differs in, in the order people choose: colour, size, material, pattern, then others.
	Attributes []AttributeView `json:"attributes"`
	Image      string          `json:"image_url,omitempty"`
	Price      Price           `json:"price"`
	InStock    bool            `json:"in_stock"`
}

// AttributeView is something variants differ in, and what this one is.
type AttributeView struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// variantsTx lists the items of a product's group that customers see; none where it stands alone.
func variantsTx(ctx context.Context, tx *db.Tx, p ProductView) ([]VariantView, error) {
	it, ok, err := catalog.VisibleItemTx(ctx, tx, p.CatalogID, p.ID)
	if err != nil || !ok {
		return nil, err
	}
	items, err := catalog.VisibleGroupTx(ctx, tx, p.CatalogID, it.GroupID, variantsMost)
	if err != nil || len(items) < 2 {
		return nil, err
	}
	list := make([]VariantView, len(items))
	for n, i := range items {
		v := VariantView{RetailerID: i.RetailerID, Image: i.ImageLink, Price: Price{i.PriceAt(tx.Now())}, InStock: i.Orderable(), Attributes: []AttributeView{}}
		for _, a := range i.Attributes() {
			v.Attributes = append(v.Attributes, AttributeView(a))
		}
		list[n] = v
	}
	return list, nil
}
