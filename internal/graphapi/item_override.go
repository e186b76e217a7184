package graphapi

import (
	"context"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/graph"
)

// overrideDetails is an element of override_details: values are in the vocabulary of batches.
type overrideDetails struct {
	Type   string `json:"type"`
	Key    string `json:"key"`
	Values any    `json:"values"`
}

func (a *API) listOverrides(r *graph.Request) (graph.Page, error) {
	kind := r.Params.String("type", graph.OneOf(catalog.ByCountry, catalog.ByLanguage, catalog.ByLanguageAndCountry))
	keys := r.Params.Strings("keys")
	if err := r.Params.Err(); err != nil {
		return graph.Page{}, err
	}
	list, err := view(a, r, func(ctx context.Context, tx *db.Tx) ([]catalog.Override, error) {
		return catalog.OverridesTx(ctx, tx, r.ID, kind, keys)
	})
	if err != nil {
		return graph.Page{}, err
	}
	var page graph.Page
	for _, o := range list {
		page.Items = append(page.Items, overrideDetails{Type: o.Type, Key: o.Key, Values: raw(o.Data)})
	}
	return page, nil
}

// listVideos answers GET /{item}/videos_metadata: the videos as they were given.
func (a *API) listVideos(r *graph.Request) (graph.Page, error) {
	var page graph.Page
	list, _ := graph.Node[*catalog.Item](r).Extra["videos"].([]any)
	for _, v := range list {
		page.Items = append(page.Items, raw(v))
	}
	return page, nil
}
