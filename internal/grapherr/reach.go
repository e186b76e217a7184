package grapherr

import (
	"net/http"

	"github.com/hawkerhq/hawker/internal/fault"
)

func init() {
	register(map[fault.Code]Voice{
		"reach.limit":     {Code: 131064, Title: "Messaging limit reached", Details: true},
		"reach.spam":      {Code: 131048, Title: "Spam rate limit hit", Details: true},
		"reach.upgrading": {Code: 131057, Title: "Account in maintenance mode", Status: http.StatusInternalServerError, Details: true, Transient: true},
		"reach.parameter": {Code: 100, Title: "Invalid parameter"},
	})
}
