package grapherr

import (
	"net/http"

	"github.com/hawkerhq/hawker/internal/fault"
)

func init() {
	register(map[fault.Code]Voice{
		"webhook.parameter":           {Code: 100, Title: "Invalid parameter"},
		"webhook.verification_failed": {Code: 2200, Title: "Callback verification failed"},
		"webhook.app_unknown":         {Code: 100, Subcode: 33, Type: GraphMethod, Status: http.StatusNotFound, Plain: true},
		"webhook.endpoint_unknown":    {Code: 100, Subcode: 33, Type: GraphMethod, Status: http.StatusNotFound, Plain: true},
		"webhook.replay_unknown":      {Code: 100, Subcode: 33, Type: GraphMethod, Status: http.StatusNotFound, Plain: true},
		"webhook.certificate_unknown": {Code: 100, Subcode: 33, Type: GraphMethod, Status: http.StatusNotFound, Plain: true},
		"webhook.listener_unknown":    {Code: 100, Subcode: 33, Type: GraphMethod, Status: http.StatusNotFound, Plain: true},
		"webhook.receiver_unknown":    {Code: 100, Subcode: 33, Type: GraphMethod, Status: http.StatusNotFound, Plain: true},
		"webhook.delivery_unknown":    {Code: 100, Subcode: 33, Type: GraphMethod, Status: http.StatusNotFound, Plain: true},
	})
}
