package grapherr

import (
	"net/http"

	"github.com/hawkerhq/hawker/internal/fault"
)

func init() {
	register(map[fault.Code]Voice{
		"waba.restricted":                 {Code: 368, Status: http.StatusForbidden, Title: "Temporarily blocked for policies violations", Details: true},
		"waba.locked":                     {Code: 131031, Status: http.StatusForbidden, Title: "Account has been locked", Details: true},
		"waba.violation_unknown":          {Code: 100, Subcode: 33, Type: GraphMethod, Plain: true},
		"policy.report_often":             {Code: 4, Title: "Application request limit reached", Transient: true},
		"policy.second_opinion":           {Code: 100, Title: "Invalid parameter"},
		"policy.decision_invalid":         {Code: 100, Title: "Invalid parameter"},
		"policy.enforcement_invalid":      {Code: 100, Title: "Invalid parameter"},
		"policy.violation_appeal_invalid": {Code: 100, Title: "Invalid parameter"},
	})
}
