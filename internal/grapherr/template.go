package grapherr

import (
	"net/http"

	"github.com/hawkerhq/hawker/internal/fault"
)

// Causes of templates. The subcodes are Meta's.
func init() {
	register(map[fault.Code]Voice{
		"template.unknown":            {Code: 100, Subcode: 33, Type: GraphMethod, Plain: true},
		"template.invalid":            {Code: 100, Title: "Invalid parameter"},
		"template.too_long":           {Code: 100, Subcode: 2388040, Title: "Invalid parameter"},
		"template.header":             {Code: 100, Subcode: 2388047, Title: "Invalid parameter"},
		"template.body":               {Code: 100, Subcode: 2388072, Title: "Invalid parameter"},
		"template.footer":             {Code: 100, Subcode: 2388073, Title: "Invalid parameter"},
		"template.ratio":              {Code: 100, Subcode: 2388293, Title: "Invalid parameter"},
		"template.dangling":           {Code: 100, Subcode: 2388299, Title: "Invalid parameter"},
		"template.sample_missing":     {Code: 100, Subcode: 2388043, Title: "Invalid parameter"},
		"template.exists":             {Code: 100, Subcode: 2388024, Title: "Invalid parameter"},
		"template.being_deleted":      {Code: 100, Subcode: 2388023, Title: "Invalid parameter"},
		"template.too_many":           {Code: 100, Subcode: 2388019, Title: "Invalid parameter"},
		"template.rate":               {Code: 80007, Title: "Rate limit issues", Transient: true},
		"template.state":              {Code: 100, Title: "Invalid parameter"},
		"template.no_catalog":         {Code: 100, Title: "Invalid parameter"},
		"template.absent":             {Code: 132001, Status: http.StatusNotFound, Title: "Template does not exist", Details: true},
		"template.paused":             {Code: 132015, Title: "Template is Paused", Details: true},
		"template.disabled":           {Code: 132016, Title: "Template is Disabled", Details: true},
		"template.parameter_count":    {Code: 132000, Title: "Template Param Count Mismatch", Details: true},
		"template.format_mismatch":    {Code: 132012, Title: "Template Parameter Format Mismatch", Details: true},
		"template.parameter_invalid":  {Code: 132018, Title: "There's an issue with the parameters in your template", Details: true},
		"template.parameter_missing":  {Code: 131008, Title: "Required parameter is missing", Details: true},
		"template.parameter_nameless": {Code: 100, Title: "Invalid parameter", Details: true},
		"template.filled_too_long":    {Code: 132005, Title: "Template Hydrated Text Too Long", Details: true},
		"graphapi.template_cursor":    {Code: 131059, Title: "Invalid paging cursor"},
	})
}
