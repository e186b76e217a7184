package grapherr

import (
	"net/http"

	"github.com/hawkerhq/hawker/internal/fault"
)

func init() {
	register(map[fault.Code]Voice{
		"feed.unknown":        {Code: 100, Subcode: 33, Type: GraphMethod, Plain: true},
		"feed.parameter":      {Code: 100, Title: "Invalid parameter"},
		"feed.no_file":        {Code: 10801, Title: "Neither file nor url is given"},
		"feed.file_too_large": {Code: 100, Status: http.StatusRequestEntityTooLarge, Title: "Invalid parameter"},
		"feed.too_many":       {Code: 100, Title: "Invalid parameter"},
	})
}
