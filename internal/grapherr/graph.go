package grapherr

import (
	"net/http"

	"github.com/hawkerhq/hawker/internal/fault"
)

func init() {
	register(map[fault.Code]Voice{
		"graph.parameter":          {Code: 100, Title: "Invalid parameter"},
		"graph.parameter_required": {Code: 100, Plain: true},
		"graph.field_unknown":      {Code: 100, Plain: true},
		"graph.query_syntax":       {Code: 2500, Plain: true},
		"graph.object_unknown":     {Code: 100, Subcode: 33, Type: GraphMethod, Plain: true},
		"graph.ids_unknown":        {Code: 803, Plain: true},
		"graphapi.number_unknown":  {Code: 803, Status: http.StatusNotFound, Type: GraphMethod, Plain: true},
		"graph.path_unknown":       {Code: 2500, Plain: true},
		"graph.method_unknown":     {Code: 100, Type: GraphMethod, Plain: true},
		"graph.edge_unbuilt":       {Code: 3, Plain: true},
		"graph.body":               {Code: 100, Title: "Invalid parameter"},
		"graph.body_too_large":     {Code: 100, Status: http.StatusRequestEntityTooLarge, Title: "Invalid parameter"},
		"graph.batch":              {Code: 100, Title: "Invalid batch"},
		"graph.batch_too_many":     {Code: 100, Plain: true},
		"graph.answer_too_large":   {Code: 1, Plain: true},
		"graph.busy":               {Code: 4, Status: http.StatusServiceUnavailable, Title: "Application request limit reached", Transient: true},
		"graph.me_without_token":   {Code: 2500, Plain: true},
	})
}
