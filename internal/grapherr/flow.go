package grapherr

import "github.com/hawkerhq/hawker/internal/fault"

// Causes of flows.
func init() {
	register(map[fault.Code]Voice{
		"flow.unknown":          {Code: 100, Subcode: 33, Type: GraphMethod, Plain: true},
		"flow.invalid":          {Code: 100, Title: "Invalid parameter"},
		"flow.not_updatable":    {Code: 139001, Title: "Updating attempt failed"},
		"flow.not_publishable":  {Code: 139002, Title: "Publishing attempt failed"},
		"flow.not_deprecatable": {Code: 139003, Title: "Deprecating attempt failed"},
		"flow.not_deletable":    {Code: 139004, Title: "Deleting attempt failed"},
		"flow.blocked":          {Code: 132068, Title: "Flow is Blocked", Details: true},
		"flow.throttled":        {Code: 132069, Title: "Flow is Throttled", Details: true, Transient: true},
		"flow.endpoint":         {Code: 131000, Status: 500, Title: "Something went wrong", Details: true, Transient: true},
		"flow.too_many":         {Code: 4, Title: "Application request limit reached", Transient: true},
		"flow.files":            {Code: 131009, Title: "Parameter value is not valid", Details: true},
		"flow.ended":            {Code: 131009, Title: "Parameter value is not valid", Details: true},
	})
}
