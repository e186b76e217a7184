package graphapi

import (
	"context"
	"fmt"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/graph"
	"github.com/hawkerhq/hawker/internal/id"
)

// postAdditionalReviews answers POST /{catalog}/additional_reviews: another look at rejected items, named by the shop's ids or
// by their own.
func (a *API) postAdditionalReviews(r *graph.Request) (any, error) {
	skus, items, message := r.Params.Strings("retailer_ids"), r.Params.IDs("product_item_ids"), r.Params.String("message")
	if err := r.Params.Err(); err != nil {
		return nil, err
	}
	if len(skus) > 0 {
		found, err := view(a, r, func(ctx context.Context, tx *db.Tx) (map[string]catalog.Item, error) {
			if _, err := catalog.CatalogTx(ctx, tx, r.Caller, r.ID); err != nil {
				return nil, err
			}
			return catalog.ItemsByRetailerTx(ctx, tx, r.ID, skus)
		})
		if err != nil {
			return nil, err
		}
		for _, sku := range skus {
			i, ok := found[sku]
			if !ok {
				return nil, graph.Invalid("retailer_ids", fmt.Sprintf("%.100q is no item of this catalog", sku))
			}
			items = append(items, i.ID)
		}
	}
	return success(a.Reviewer.Appeal(r.Context(), r.Caller, r.ID, unique(items), message))
}

// unique keeps the first of equal ids.
func unique(list []id.ID) []id.ID {
	seen := map[id.ID]bool{}
	out := []id.ID{}
	for _, i := range list {
		if !seen[i] {
			seen[i] = true
			out = append(out, i)
		}
	}
	return out
}
