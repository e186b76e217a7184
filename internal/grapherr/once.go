package grapherr

import (
	"net/http"

	"github.com/hawkerhq/hawker/internal/fault"
)

// Causes of calls under an Idempotency-Key, an extension of Hawker's.
func init() {
	register(map[fault.Code]Voice{
		"once.key":        {Code: 100, Title: "Invalid parameter"},
		"once.other_call": {Code: 100, Status: http.StatusConflict, Title: "The Idempotency-Key belongs to another call"},
	})
}
