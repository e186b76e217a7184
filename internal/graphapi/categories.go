package graphapi

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/graph"
)

// category is a ProductCatalogCategory.
type category struct {
	Criteria    string `json:"categorization_criteria"`
	Value       string `json:"criteria_value"`
	Items       int    `json:"num_items"`
	Description string `json:"description,omitempty"`
	Destination string `json:"destination_uri,omitempty"`
	Image       string `json:"image_url,omitempty"`
}

// listCategories answers GET /{catalog}/categories: how many items have each value, the most frequent first, and what the shop says
// of it.
func (a *API) listCategories(r *graph.Request) (graph.Page, error) {
	by := r.Params.String("categorization_criteria", graph.Required, graph.OneOf(catalog.Criteria()...))
	var query catalog.Query
	if text := string(r.Params.JSON("filter")); text != "" {
		rule, err := catalog.ParseRule(text)
		if err != nil {
			return graph.Page{}, err
		}
		query.Rules = append(query.Rules, rule)
	}
	if err := r.Params.Err(); err != nil {
		return graph.Page{}, err
	}
	counts, err := a.shelves(r, by, query)
	if err != nil {
		return graph.Page{}, err
	}
	said, err := view(a, r, func(ctx context.Context, tx *db.Tx) (map[string]catalog.CategoryNote, error) {
		return catalog.CategoriesTx(ctx, tx, r.ID, by)
	})
	if err != nil {
		return graph.Page{}, err
	}
	for value := range said {
		counts[value] += 0 // also where no item has it
	}
	list := make([]category, 0, len(counts))
	for value, n := range counts {
		s := said[value]
		list = append(list, category{strings.ToLower(by), value, n, s.Description, s.DestinationURI, s.ImageURL})
	}
	slices.SortFunc(list, func(x, y category) int { return cmp.Or(cmp.Compare(y.Items, x.Items), cmp.Compare(x.Value, y.Value)) })
	var page graph.Page
	for _, c := range list[:min(len(list), categoriesTold)] {
		page.Items = append(page.Items, c)
	}
	return page, nil
}

const (
	categoriesTold = 1000
	// shelfPage is how many items are counted in one transaction, shelvesWithin how long is counted.
	shelfPage     = 2000
	shelvesWithin = 30 * time.Second
)

// shelves counts the items that a query selects by a value of theirs.
func (a *API) shelves(r *graph.Request, by string, q catalog.Query) (map[string]int, error) {
	counts := map[string]int{}
	if by != catalog.ByProductType && len(q.Rules) == 0 {
		list, err := view(a, r, func(ctx context.Context, tx *db.Tx) ([]catalog.Shelf, error) {
			return catalog.ShelvesTx(ctx, tx, r.Caller, r.ID, strings.ToLower(by))
		})
		for _, s := range list {
			counts[s.Value] = s.Items
		}
		return counts, err
	}
	value := map[string]func(*catalog.Item) string{
		catalog.ByBrand:       func(i *catalog.Item) string { return i.Brand },
		catalog.ByCategory:    func(i *catalog.Item) string { return i.GoogleCategory },
		catalog.ByProductType: func(i *catalog.Item) string { s, _ := i.Extra["product_type"].(string); return s },
	}[by]
	elapsed := clock.Stopwatch()
	q.Limit, q.Within, q.Slim = shelfPage, cmp.Or(a.Look, lookWithin), by != catalog.ByProductType
	for {
		found, err := view(a, r, func(ctx context.Context, tx *db.Tx) (catalog.Found, error) {
			return catalog.PageTx(ctx, tx, r.Caller, r.ID, q, false)
		})
		if err != nil {
			return nil, err
		}
		for n := range found.Items {
			if v := value(&found.Items[n]); v != "" {
				counts[v]++
			}
		}
		switch {
		case found.On != 0:
			q.After = found.On
		case len(found.Items) == q.Limit:
			q.After = q.Key(found.Items[len(found.Items)-1])
		default:
			return counts, nil
		}
		if elapsed() > shelvesWithin {
			return nil, graph.Invalid("filter", fmt.Sprintf("must select fewer items: counting them takes longer than %s", shelvesWithin))
		}
	}
}

// postCategories answers POST /{catalog}/categories: what the shop says of its brands, categories and product types.
func (a *API) postCategories(r *graph.Request) (any, error) {
	var entries []struct {
		Criteria    string `json:"categorization_criteria"`
		Value       string `json:"criteria_value"`
		Description string `json:"description"`
		Destination string `json:"destination_uri"`
		Image       string `json:"image_url"`
	}
	r.Params.Decode("data", &entries, graph.Required)
	if err := r.Params.Err(); err != nil {
		return nil, err
	}
	list := make([]catalog.CategoryNote, len(entries))
	for n, e := range entries {
		list[n] = catalog.CategoryNote{Criteria: strings.ToUpper(e.Criteria), Value: e.Value, Description: e.Description, DestinationURI: e.Destination, ImageURL: e.Image}
	}
	return graph.Success{}, a.Catalogs.Describe(r.Context(), r.Caller, r.ID, list)
}
