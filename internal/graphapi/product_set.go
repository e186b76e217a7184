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

// productSet declares the ProductSet node.
func (a *API) productSet() *graph.NodeType {
	return &graph.NodeType{
		Kind: string(node.ProductSet), Name: "ProductSet", Defaults: []string{"id", "name"}, Needs: manageCatalogs,
		Load: graph.Loader(func(r *graph.Request, i id.ID) (catalog.Set, error) {
			return view(a, r, func(ctx context.Context, tx *db.Tx) (catalog.Set, error) { return catalog.SetTx(ctx, tx, r.Caller, i) })
		}),
		Update: func(r *graph.Request) (any, error) {
			ch, err := readSet(r.Params)
			if err != nil {
				return nil, err
			}
			return graph.Success{}, a.Catalogs.UpdateSet(r.Context(), r.Caller, r.ID, ch)
		},
		Delete: func(r *graph.Request) (any, error) {
			allow := r.Params.Bool("allow_live_product_set_deletion")
			if err := r.Params.Err(); err != nil {
				return nil, err
			}
			return graph.Success{}, a.Catalogs.DeleteSet(r.Context(), r.Caller, r.ID, allow)
		},
		Fields: unset(graph.Fields{
			"id":              graph.Get(func(s catalog.Set) any { return s.ID }).Told("numeric string", "The set's ID"),
			"name":            graph.Get(func(s catalog.Set) any { return s.Name }).Told("string", "The set's name"),
			"filter":          graph.Opt(func(s catalog.Set) any { return s.Filter }).Told("string", "The rule its items match, as JSON text"),
			"retailer_id":     graph.Opt(func(s catalog.Set) any { return s.RetailerID }).Told("string", "The shop's own ID of the set"),
			"ordering_info":   graph.Opt(func(s catalog.Set) any { return s.Ordering }).Told("list<int>", "Items that come first"),
			"product_catalog": graph.Get(func(s catalog.Set) any { return s.CatalogID }).As(string(node.ProductCatalog)).Told("ProductCatalog", "The catalog it is of"),
			"product_count": graph.Ask(func(r *graph.Request, s catalog.Set) (any, error) {
				return a.countItems(r, func(ctx context.Context, tx *db.Tx, q catalog.Query, count bool) (catalog.Found, error) {
					return catalog.SetPageTx(ctx, tx, r.Caller, s, q, count)
				})
			}).Told("unsigned int32", "How many items match now"),
			"latest_metadata": graph.Opt(func(s catalog.Set) any { return setMetadata(s) }).Told("ProductSetMetadata", "Picture, text and link as last sent"),
			"live_metadata":   graph.Opt(func(s catalog.Set) any { return setMetadata(s) }).Told("ProductSetMetadata", "Picture, text and link as shown"),
		}, "auto_creation_url"),
		Edges: graph.Edges{
			"products": {Of: string(node.ProductItem), Needs: manageCatalogs, List: a.listSetProducts},
		},
	}
}

// setMetadata is the metadata of a set; what is sent is live at once.
func setMetadata(s catalog.Set) map[string]any {
	if len(s.Metadata) == 0 {
		return nil
	}
	m := map[string]any{"integrity_review_status": "APPROVED"}
	for _, name := range []string{"cover_image_url", "description", "external_url"} {
		if v, ok := s.Metadata[name]; ok {
			m[name] = v
		}
	}
	return m
}

// readSet reads the parameters of a set.
func readSet(p *graph.Params) (ch catalog.SetChange, err error) {
	ch.Name, ch.RetailerID = p.OptString("name"), p.OptString("retailer_id")
	if p.Has("filter") {
		text := string(p.JSON("filter"))
		ch.Filter = &text
	}
	p.Decode("metadata", &ch.Metadata)
	p.Decode("publish_to_shops", &ch.Shops)
	if p.Has("ordering_info") {
		ch.Ordering = []id.ID{}
		for n, text := range p.Strings("ordering_info") {
			i, err := id.Parse(text)
			if err != nil {
				p.Fail(graph.Invalid("ordering_info", fmt.Sprintf("must be a list of item ids; entry %d is %.40q", n, text)))
				break
			}
			ch.Ordering = append(ch.Ordering, i)
		}
	}
	return ch, p.Err()
}

func (a *API) createSet(r *graph.Request) (any, error) {
	r.Params.String("name", graph.Required)
	ch, err := readSet(r.Params)
	if err != nil {
		return nil, err
	}
	s, err := a.Catalogs.CreateSet(r.Context(), r.Caller, r.ID, ch)
	return graph.Created{ID: s.ID}, err
}

// listSets answers GET /{catalog}/product_sets. Sets have no children: every one is a root.
func (a *API) listSets(r *graph.Request) (graph.Page, error) {
	p, after, err := afterOf(r)
	if err != nil {
		return graph.Page{}, err
	}
	sku := r.Params.String("retailer_id")
	children := r.Params.Bool("has_children")
	parent, ancestor := r.Params.String("parent_id"), r.Params.String("ancestor_id")
	if err := r.Params.Err(); err != nil {
		return graph.Page{}, err
	}
	list, err := view(a, r, func(ctx context.Context, tx *db.Tx) ([]catalog.Set, error) {
		return catalog.SetsTx(ctx, tx, r.Caller, r.ID, after, sku, p.Limit+1)
	})
	if err != nil {
		return graph.Page{}, err
	}
	none := children || (parent != "" && parent != "0") || (ancestor != "" && ancestor != "0")
	if none {
		list = nil
	}
	return graph.PageOf(p, list, func(s catalog.Set) string { return s.ID.String() }).Counted(func() (int64, error) {
		if none {
			return 0, nil
		}
		return view(a, r, func(ctx context.Context, tx *db.Tx) (int64, error) { return catalog.SetCountTx(ctx, tx, r.ID, sku) })
	}), nil
}

func (a *API) listSetProducts(r *graph.Request) (graph.Page, error) {
	s := graph.Node[catalog.Set](r)
	return a.products(r, catalog.Query{First: s.Ordering}, func(ctx context.Context, tx *db.Tx, q catalog.Query, count bool) (catalog.Found, error) {
		return catalog.SetPageTx(ctx, tx, r.Caller, s, q, count)
	})
}

// listSetsOfItem answers GET /{item}/product_sets.
func (a *API) listSetsOfItem(r *graph.Request) (graph.Page, error) {
	list, err := view(a, r, func(ctx context.Context, tx *db.Tx) ([]catalog.Set, error) {
		return catalog.SetsOfItemTx(ctx, tx, *graph.Node[*catalog.Item](r))
	})
	if err != nil {
		return graph.Page{}, err
	}
	return graph.Whole(r, list, func(s catalog.Set) string { return s.ID.String() })
}
