package grapherr

import "github.com/hawkerhq/hawker/internal/fault"

func init() {
	register(map[fault.Code]Voice{
		"chat.order_unknown": {Code: 100, Subcode: 33, Type: GraphMethod, Plain: true},
		"chat.order_state":   {Code: 100, Title: "Invalid parameter"},
		"chat.quick_reply":   {Code: 100, Title: "Invalid parameter"},
	})
}
