package grapherr

import (
	"net/http"

	"github.com/hawkerhq/hawker/internal/fault"
)

func init() {
	register(map[fault.Code]Voice{
		"calllog.unknown": {Code: 100, Subcode: 33, Type: GraphMethod, Status: http.StatusNotFound, Plain: true},
	})
}
