package graphapi

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/feed"
	"github.com/hawkerhq/hawker/internal/graph"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/waba"
)

// itemLister lists items of a catalog: of all of it, a set or a group.
type itemLister func(ctx context.Context, tx *db.Tx, q catalog.Query, count bool) (catalog.Found, error)

// lookWithin is how long a page looks for items that are few and far between, and lookMost how long it does so before it has
// found any: clients take a page without items for the last one, so there is none before the patience of proxies ends. What the
// time did not suffice for stands behind the page's cursor. countMost is how long is counted.
const (
	lookWithin = time.Second
	lookMost   = 50 * time.Second
	countMost  = 5 * time.Second
)

// listProducts answers GET /{catalog}/products.
func (a *API) listProducts(r *graph.Request) (graph.Page, error) {
	return a.products(r, catalog.Query{}, func(ctx context.Context, tx *db.Tx, q catalog.Query, count bool) (catalog.Found, error) {
		return catalog.PageTx(ctx, tx, r.Caller, r.ID, q, count)
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
	query.Slim = slim(r.Fields)
	found, err := a.look(r, query, list)
	if err != nil {
		return graph.Page{}, err
	}
	shown := make([]*catalog.Item, len(found.Items))
	for n := range found.Items {
		shown[n] = &found.Items[n]
	}
	page := graph.PageOf(p, shown, func(i *catalog.Item) string { return query.Key(*i).String() })
	if on := found.On.String(); found.On != 0 {
		page = page.GoesOn(p, on)
	}
	return page.Counted(func() (int64, error) { return a.count(r, query, list) }), nil
}

// look reads a page: a short one, where looking for more would take too long. It looks a second at a time, so that no transaction
// is long, and ends when the client goes.
func (a *API) look(r *graph.Request, query catalog.Query, list itemLister) (found catalog.Found, err error) {
	elapsed := clock.Stopwatch()
	query.Within = cmp.Or(a.Look, lookWithin)
	for {
		found, err = view(a, r, func(ctx context.Context, tx *db.Tx) (catalog.Found, error) { return list(ctx, tx, query, false) })
		if err != nil || len(found.Items) > 0 || found.On == 0 || elapsed() > cmp.Or(a.LookMost, lookMost) {
			return found, err
		}
		if query.Before != 0 {
			query.Before = found.On
		} else {
			query.After = found.On
		}
	}
}

// count is how many items a query selects, or [graph.ErrUncounted].
func (a *API) count(r *graph.Request, query catalog.Query, list itemLister) (int64, error) {
	query.After, query.Before, query.Limit, query.Within = 0, 0, 0, cmp.Or(a.Look, countMost)
	found, err := view(a, r, func(ctx context.Context, tx *db.Tx) (catalog.Found, error) { return list(ctx, tx, query, true) })
	if err == nil && found.More {
		err = graph.ErrUncounted
	}
	return int64(found.Total), err
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
	if q.ErrorType != "" && !catalog.IsErrorType(q.ErrorType) {
		r.Params.Fail(graph.Invalid("error_type", fmt.Sprintf("must be an error_type of an item, such as PRODUCT_EXPIRED or EMPTY_IMAGE_URL, not %.60q", q.ErrorType)))
	}
	q.ErrorPriority = r.Params.String("error_priority", graph.OneOf("HIGH", "MEDIUM", "LOW"))
	r.Params.Bool("bulk_pagination") // checked; every list here is fit for reading it all
	return r.Params.Err()
}

// countItems is how many items a query selects; nil where counting them would take too long.
func (a *API) countItems(r *graph.Request, list itemLister) (any, error) {
	n, err := a.count(r, catalog.Query{}, list)
	if errors.Is(err, graph.ErrUncounted) {
		return nil, nil
	}
	return n, err
}

// afterOf reads the cursor of a list that only goes forward.
func afterOf(r *graph.Request) (p graph.Paging, after id.ID, err error) {
	if p, err = r.Paging(0); err == nil {
		after, err = p.AfterID()
	}
	return p, after, err
}
