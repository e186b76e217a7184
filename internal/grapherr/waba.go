package grapherr

import "github.com/hawkerhq/hawker/internal/fault"

// Causes of accounts, numbers and profiles. An unknown number or account is Graph's missing object:
// code 100, subcode 33.
func init() {
	register(map[fault.Code]Voice{
		"waba.account_unknown":    {Code: 100, Subcode: 33, Type: GraphMethod, Plain: true},
		"waba.number_unknown":     {Code: 100, Subcode: 33, Type: GraphMethod, Plain: true},
		"waba.assignment":         {Code: 100, Title: "Invalid parameter"},
		"waba.number_taken":       {Code: 100, Title: "Invalid parameter"},
		"waba.not_registered":     {Code: 133010, Title: "Phone number not registered", Details: true},
		"waba.profile_invalid":    {Code: 100, Title: "Invalid parameter"},
		"waba.compliance_invalid": {Code: 100, Title: "Invalid parameter"},
		"waba.compliance_unfit":   {Code: 100, Title: "Invalid parameter", Status: 422},
	})
}
