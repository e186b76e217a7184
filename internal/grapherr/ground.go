package grapherr

import (
	"net/http"

	"github.com/hawkerhq/hawker/internal/fault"
)

// Causes of the ground floor.
func init() {
	register(map[fault.Code]Voice{
		"access.permission_missing": {Code: 200, Status: http.StatusForbidden, Title: "Permissions error"},
		"money.format":              {Code: 100, Title: "Invalid parameter"},
		"money.currency_unknown":    {Code: 100, Title: "Invalid parameter"},
		"phone.invalid":             {Code: 100, Title: "Invalid parameter", Details: true},
		"safehttp.address_refused":  {Code: 100, Title: "Invalid parameter"},
		"safehttp.unreachable":      {Code: 100, Title: "Invalid parameter"},
	})
}
