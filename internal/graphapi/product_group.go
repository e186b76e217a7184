package graphapi

import (
	"context"
	"fmt"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/graph"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/node"
)

// productGroup declares the ProductGroup node.
func (a *API) productGroup() *graph.NodeType {
	return &graph.NodeType{
		Kind: string(node.ProductGroup), Name: "ProductGroup", Defaults: []string{"id", "retailer_id"}, Needs: manageCatalogs,
		Load: graph.Loader(func(r *graph.Request, i id.ID) (catalog.Group, error) {
			return view(a, r, func(ctx context.Context, tx *db.Tx) (catalog.Group, error) {
				return catalog.GroupTx(ctx, tx, r.Caller, i)
			})
		}),
		Update: a.updateGroup,
		Delete: func(r *graph.Request) (any, error) {
			method := r.Params.String("deletion_method", graph.OneOf("ONLY_IF_EMPTY", "DELETE_ITEMS"))
			if err := r.Params.Err(); err != nil {
				return nil, err
			}
			return graph.Success{}, a.Catalogs.DeleteGroup(r.Context(), r.Caller, r.ID, method == "DELETE_ITEMS")
		},
		Fields: graph.Fields{
			"id":              graph.Get(func(g catalog.Group) any { return g.ID }).Told("numeric string", "The group's ID"),
			"retailer_id":     graph.Get(func(g catalog.Group) any { return g.RetailerID }).Told("string", "The shop's own ID of the group"),
			"product_catalog": graph.Get(func(g catalog.Group) any { return g.CatalogID }).As(string(node.ProductCatalog)).Told("ProductCatalog", "The catalog it is in"),
			"variants":        graph.Opt(func(g catalog.Group) any { return g.Variants }).Told("list<ProductVariant>", "What its items differ in"),
		},
		Edges: graph.Edges{
			"products": {Of: string(node.ProductItem), Needs: manageCatalogs, List: a.listGroupProducts, Post: a.once(manageCatalogs, a.createGroupProduct)},
		},
	}
}

// readVariants reads the parameter variants; nil where it is left out.
func readVariants(r *graph.Request) (list []catalog.Variant) {
	if r.Params.Decode("variants", &list) && list == nil {
		list = []catalog.Variant{}
	}
	return list
}

func (a *API) createGroup(r *graph.Request) (any, error) {
	sku, variants := r.Params.String("retailer_id"), readVariants(r)
	if err := r.Params.Err(); err != nil {
		return nil, err
	}
	g, err := a.Catalogs.CreateGroup(r.Context(), r.Caller, r.ID, sku, variants)
	return graph.Created{ID: g.ID}, err
}

func (a *API) updateGroup(r *graph.Request) (any, error) {
	ch := catalog.GroupChange{Variants: readVariants(r)}
	if text := r.Params.String("default_product_id"); text != "" {
		i, err := id.Parse(text)
		if err != nil {
			r.Params.Fail(graph.Invalid("default_product_id", fmt.Sprintf("must be the id of an item, not %.40q", text)))
		}
		ch.DefaultID = &i
	}
	if err := r.Params.Err(); err != nil {
		return nil, err
	}
	return graph.Success{}, a.Catalogs.UpdateGroup(r.Context(), r.Caller, r.ID, ch)
}

func (a *API) listGroups(r *graph.Request) (graph.Page, error) {
	p, after, err := afterOf(r)
	if err != nil {
		return graph.Page{}, err
	}
	list, err := view(a, r, func(ctx context.Context, tx *db.Tx) ([]catalog.Group, error) {
		return catalog.GroupsTx(ctx, tx, r.Caller, r.ID, after, p.Limit+1)
	})
	if err != nil {
		return graph.Page{}, err
	}
	return graph.PageOf(p, list, func(g catalog.Group) string { return g.ID.String() }).Counted(func() (int64, error) {
		return view(a, r, func(ctx context.Context, tx *db.Tx) (int64, error) {
			n, err := catalog.GroupCountTx(ctx, tx, r.ID)
			return int64(n), err
		})
	}), nil
}

func (a *API) listGroupProducts(r *graph.Request) (graph.Page, error) {
	g := graph.Node[catalog.Group](r)
	return a.products(r, catalog.Query{GroupID: g.RetailerID}, func(ctx context.Context, tx *db.Tx, q catalog.Query, count bool) (catalog.Found, error) {
		return catalog.PageTx(ctx, tx, r.Caller, g.CatalogID, q, count)
	})
}

// createGroupProduct answers POST /{group}/products: an item that is a variant of the group.
func (a *API) createGroupProduct(r *graph.Request) (any, error) {
	g := graph.Node[catalog.Group](r)
	for _, name := range []string{"retailer_id", "image_url"} {
		r.Params.String(name, graph.Required)
	}
	return a.createProductIn(r, g.CatalogID, readItem(r, "retailer_product_group_id", g.RetailerID))
}
