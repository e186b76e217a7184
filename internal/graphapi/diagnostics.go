package graphapi

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/catalog"
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

// diagnosticEnums are what the lists that narrow diagnostics may hold.
var diagnosticEnums = map[string]string{
	"severities": `MUST_FIX OPPORTUNITY`,
	"types": `AR_VISIBILITY_ISSUES ATTRIBUTES_INVALID ATTRIBUTES_MISSING CATEGORY CHECKOUT DA_VISIBILITY_ISSUES EVENT_SOURCE_ISSUES IMAGE_QUALITY
		LOW_QUALITY_TITLE_AND_DESCRIPTION POLICY_VIOLATION SHOPS_VISIBILITY_ISSUES`,
	"affected_channels": `b2c_marketplace c2c_marketplace da daily_deals daily_deals_legacy ig_product_tagging marketplace marketplace_ads_deprecated
		marketplace_shops mini_shops offline_conversions shops universal_checkout whatsapp`,
	"affected_entities": `product_catalog product_event product_item product_set`,
	"affected_features": `augmented_reality checkout`,
}

// diagnosticEnum reads one of those lists, as the contract spells its values.
func diagnosticEnum(p *graph.Params, name string) []string {
	known := strings.Fields(diagnosticEnums[name])
	list := p.Strings(name)
	for n, s := range list {
		at := slices.IndexFunc(known, func(k string) bool { return strings.EqualFold(k, s) })
		if at < 0 {
			p.Fail(graph.Invalid(name, fmt.Sprintf("must hold %s, not %.40q", strings.Join(known, ", "), s)))
			return nil
		}
		list[n] = known[at]
	}
	return list
}

// listDiagnostics answers GET /{catalog}/diagnostics.
func (a *API) listDiagnostics(r *graph.Request) (graph.Page, error) {
	types, severities := diagnosticEnum(r.Params, "types"), diagnosticEnum(r.Params, "severities")
	channels, entities, features := diagnosticEnum(r.Params, "affected_channels"), diagnosticEnum(r.Params, "affected_entities"), diagnosticEnum(r.Params, "affected_features")
	if err := r.Params.Err(); err != nil {
		return graph.Page{}, err
	}
	list, err := a.Catalogs.Diagnostics(r.Context(), r.Caller, r.ID)
	if err != nil {
		return graph.Page{}, err
	}
	asked := func(list []string, value string) bool { return len(list) == 0 || slices.Contains(list, value) }
	if len(features) > 0 || !asked(channels, "whatsapp") || !asked(entities, "product_item") {
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
