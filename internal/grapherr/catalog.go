package grapherr

import (
	"net/http"

	"github.com/hawkerhq/hawker/internal/fault"
)

func init() {
	register(map[fault.Code]Voice{
		"catalog.unknown":          {Code: 100, Subcode: 33, Type: GraphMethod, Plain: true},
		"catalog.item_unknown":     {Code: 100, Subcode: 33, Type: GraphMethod, Plain: true},
		"catalog.parameter":        {Code: 100, Title: "Invalid parameter"},
		"catalog.item_invalid":     {Code: 100, Title: "Invalid parameter"},
		"catalog.item_duplicate":   {Code: 10800, Title: "Duplicate retailer_id"},
		"catalog.handle_unknown":   {Code: 100, Title: "Invalid parameter"},
		"catalog.filter_invalid":   {Code: 100, Title: "Invalid parameter"},
		"catalog.connected":        {Code: 100, Title: "Invalid parameter"},
		"catalog.shared":           {Code: 200, Status: http.StatusForbidden, Title: "Permissions error"},
		"catalog.task_missing":     {Code: 200, Status: http.StatusForbidden, Title: "Permissions error"},
		"catalog.set_unknown":      {Code: 100, Subcode: 33, Type: GraphMethod, Plain: true},
		"catalog.set_duplicate":    {Code: 10803, Title: "A product set with the same filter exists"},
		"catalog.set_live":         {Code: 100, Title: "Invalid parameter"},
		"catalog.group_unknown":    {Code: 100, Subcode: 33, Type: GraphMethod, Plain: true},
		"catalog.group_not_empty":  {Code: 100, Title: "Invalid parameter"},
		"policy.report_invalid":    {Code: 100, Title: "Invalid parameter"},
		"policy.appeal_invalid":    {Code: 100, Title: "Invalid parameter"},
		"policy.appeal_often":      {Code: 80014, Title: "Too many calls", Transient: true},
		"policy.verdict_invalid":   {Code: 100, Title: "Invalid parameter"},
		"policy.catalog_unwatched": {Code: 100, Title: "Invalid parameter"},
	})
}
