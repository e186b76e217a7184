package graphapi

import (
	"context"
	"strings"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/feed"
	"github.com/hawkerhq/hawker/internal/graph"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/waba"
)

// itemLister lists items of a catalog: of all of it, a set or a group.
type itemLister func(ctx context.Context, tx *db.Tx, q catalog.Query, count bool) ([]catalog.Item, int, error)

// listProducts answers GET /{catalog}/products.
func (a *API) listProducts(r *graph.Request) (graph.Page, error) {
	return a.products(r, catalog.Query{}, func(ctx context.Context, tx *db.Tx, q catalog.Query, count bool) ([]catalog.Item, int, error) {
		return catalog.ListTx(ctx, tx, r.Caller, r.ID, q, count)
	})
}

// products answers every edge "products": by id, so that deep pages cost what the first one does.
func (a *API) products(r *graph.Request, query catalog.Query, list itemLister) (graph.Page, error) {
	p, err := r.Paging(0)
	if err != nil {
		return graph.Page{}, err
	}
	if query.After, err = p.AfterID(); err != nil {
		return graph.Page{}, err
	}
	if query.Before, err = p.BeforeID(); err != nil {
		return graph.Page{}, err
	}
	query.Limit = p.Limit + 1
	if err := readItemQuery(r, &query); err != nil {
		return graph.Page{}, err
	}
	if query.ErrorType != "" || query.ErrorPriority != "" {
		if query.InIndia, err = a.soldInIndia(r); err != nil {
			return graph.Page{}, err
		}
	}
	read := func(query catalog.Query, count bool) (items []catalog.Item, total int, err error) {
		err = a.DB.View(r.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
			items, total, err = list(ctx, tx, query, count)
			return err
		})
		return items, total, err
	}
	query.Slim = slim(r.Fields)
	items, _, err := read(query, false)
	if err != nil {
		return graph.Page{}, err
	}
	shown := make([]*catalog.Item, len(items))
	for n := range items {
		shown[n] = &items[n]
	}
	return graph.PageOf(p, shown, func(i *catalog.Item) string { return query.Key(*i).String() }).Counted(func() (int64, error) {
		query.After, query.Before, query.Limit = 0, 0, 1
		_, total, err := read(query, true)
		return int64(total), err
	}), nil
}

// soldInIndia tells whether a business in India sells the catalog that the node of a request is or belongs to.
func (a *API) soldInIndia(r *graph.Request) (bool, error) {
	return view(a, r, func(ctx context.Context, tx *db.Tx) (bool, error) {
		cat := r.ID
		switch n := r.Node.(type) {
		case catalog.Set:
			cat = n.CatalogID
		case catalog.Group:
			cat = n.CatalogID
		case feed.Feed:
			cat = n.CatalogID
		}
		return waba.SoldInIndiaTx(ctx, tx, cat)
	})
}

// readItemQuery reads the parameters of an edge "products".
func readItemQuery(r *graph.Request, q *catalog.Query) error {
	if text := string(r.Params.JSON("filter")); text != "" {
		rule, err := catalog.ParseRule(text)
		if err != nil {
			return err
		}
		q.Rules = append(q.Rules, rule)
	}
	q.ApprovedOnly = r.Params.Bool("return_only_approved_products")
	q.ErrorType = strings.ToUpper(r.Params.String("error_type"))
	q.ErrorPriority = r.Params.String("error_priority", graph.OneOf("HIGH", "MEDIUM", "LOW"))
	r.Params.Bool("bulk_pagination") // checked; every list here is fit for reading it all
	return r.Params.Err()
}

// countItems is how many items a query selects.
func (a *API) countItems(r *graph.Request, list itemLister) (any, error) {
	return view(a, r, func(ctx context.Context, tx *db.Tx) (int, error) {
		_, total, err := list(ctx, tx, catalog.Query{Limit: 1}, true)
		return total, err
	})
}

// afterOf reads the cursor of a list that only goes forward.
func afterOf(r *graph.Request) (p graph.Paging, after id.ID, err error) {
	if p, err = r.Paging(0); err == nil {
		after, err = p.AfterID()
	}
	return p, after, err
}
