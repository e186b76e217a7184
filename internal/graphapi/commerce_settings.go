package graphapi

import (
	"github.com/hawkerhq/hawker/internal/graph"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/waba"
)

// commerceSettings is the element of GET /{phone}/whatsapp_commerce_settings.
type commerceSettings struct {
	CartEnabled    bool  `json:"is_cart_enabled"`
	CatalogVisible bool  `json:"is_catalog_visible"`
	ID             id.ID `json:"id,omitzero"`
}

// listCommerceSettings answers a list of one. A number whose settings were never set has the defaults, and
// answers an empty list as Meta's does, unless Deps.ShowDefaultSettings.
func (a *API) listCommerceSettings(r *graph.Request) (graph.Page, error) {
	s, err := a.Store.CommerceSettings(r.Context(), r.Caller, r.ID)
	if err != nil || (!s.Stored && !a.ShowDefaultSettings) {
		return graph.Page{}, err
	}
	return graph.Page{Items: []any{commerceSettings{s.CartEnabled, s.CatalogVisible, s.ID}}}, nil
}

// setCommerceSettings takes either setting or both, from query, form or JSON.
func (a *API) setCommerceSettings(r *graph.Request) (any, error) {
	change := waba.SettingsChange{CartEnabled: r.Params.OptBool("is_cart_enabled"), CatalogVisible: r.Params.OptBool("is_catalog_visible")}
	if err := r.Params.Err(); err != nil {
		return nil, err
	}
	return success(a.Store.SetCommerceSettings(r.Context(), r.Caller, r.ID, change))
}
