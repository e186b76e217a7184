package graphapi

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/graph"
)

// diagnosticGroup is a ProductCatalogDiagnosticGroup.
type diagnosticGroup struct {
	Type             string           `json:"type"`
	Severity         string           `json:"severity"`
	Title            string           `json:"title"`
	Subtitle         string           `json:"subtitle"`
	ErrorCode        int              `json:"error_code"`
	AffectedEntity   string           `json:"affected_entity"`
	AffectedChannels []string         `json:"affected_channels"`
	AffectedFeatures []string         `json:"affected_features"`
	Items            int              `json:"number_of_affected_items"`
	Entities         int              `json:"number_of_affected_entities"`
	Diagnostics      []diagnosticItem `json:"diagnostics"`
}

// diagnosticItem names the field and some of the items.
type diagnosticItem struct {
	Field   string           `json:"field"`
	Samples []catalog.Sample `json:"samples"`
}

// listDiagnostics answers GET /{catalog}/diagnostics.
func (a *API) listDiagnostics(r *graph.Request) (graph.Page, error) {
	upper := func(name string) []string {
		list := r.Params.Strings(name)
		for n := range list {
			list[n] = strings.ToUpper(list[n])
		}
		return list
	}
	types, severities := upper("types"), upper("severities")
	channels, entities, features := upper("affected_channels"), upper("affected_entities"), upper("affected_features")
	for _, s := range severities {
		if s != catalog.MustFix && s != catalog.Opportunity {
			r.Params.Fail(graph.Invalid("severities", fmt.Sprintf("must be MUST_FIX or OPPORTUNITY, not %.40q", s)))
		}
	}
	if err := r.Params.Err(); err != nil {
		return graph.Page{}, err
	}
	list, err := a.Catalogs.Diagnostics(r.Context(), r.Caller, r.ID)
	if err != nil {
		return graph.Page{}, err
	}
	asked := func(list []string, value string) bool { return len(list) == 0 || slices.Contains(list, value) }
	if len(features) > 0 || !asked(channels, "WHATSAPP") || !asked(entities, "PRODUCT_ITEM") {
		return graph.Page{}, nil
	}
	var page graph.Page
	for _, d := range list {
		if !asked(types, d.Type) || !asked(severities, d.Severity) {
			continue
		}
		page.Items = append(page.Items, diagnosticGroup{
			Type: d.Type, Severity: d.Severity, Title: d.Title, Subtitle: d.Subtitle, ErrorCode: d.Code, AffectedEntity: "product_item",
			AffectedChannels: []string{"whatsapp"}, AffectedFeatures: []string{}, Items: d.Items, Entities: d.Items,
			Diagnostics: []diagnosticItem{{Field: d.Field, Samples: d.Samples}},
		})
	}
	return page, nil
}

// category is a ProductCatalogCategory.
type category struct {
	Criteria string `json:"categorization_criteria"`
	Value    string `json:"criteria_value"`
	Items    int    `json:"num_items"`
}

// listCategories answers GET /{catalog}/categories.
func (a *API) listCategories(r *graph.Request) (graph.Page, error) {
	by := r.Params.String("categorization_criteria", graph.Required, graph.OneOf("BRAND", "CATEGORY", "PRODUCT_TYPE"))
	if by == "PRODUCT_TYPE" {
		r.Params.Fail(graph.Invalid("categorization_criteria", "must be BRAND or CATEGORY: Hawker does not count product types"))
	}
	if err := r.Params.Err(); err != nil {
		return graph.Page{}, err
	}
	list, err := view(a, r, func(ctx context.Context, tx *db.Tx) ([]catalog.Shelf, error) {
		return catalog.ShelvesTx(ctx, tx, r.Caller, r.ID, strings.ToLower(by))
	})
	if err != nil {
		return graph.Page{}, err
	}
	var page graph.Page
	for _, s := range list {
		page.Items = append(page.Items, category{Criteria: strings.ToLower(by), Value: s.Value, Items: s.Items})
	}
	return page, nil
}
