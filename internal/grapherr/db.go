package grapherr

import (
	"net/http"

	"github.com/hawkerhq/hawker/internal/fault"
)

// Causes of the database: the call was right, and may be made again.
func init() {
	away := Voice{Code: 2, Status: http.StatusServiceUnavailable, Title: "Service temporarily unavailable", Transient: true}
	register(map[fault.Code]Voice{
		"db.storage_full":     away,
		"db.storage_failed":   away,
		"db.server_away":      away,
		"db.snapshot_name":    {Code: 100, Title: "Invalid parameter"},
		"db.snapshot_unknown": {Code: 100, Title: "Invalid parameter"},
		"db.snapshot_version": {Code: 100, Title: "Invalid parameter"},
	})
}
