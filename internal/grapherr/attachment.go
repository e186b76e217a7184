package grapherr

import "github.com/hawkerhq/hawker/internal/fault"

func init() {
	register(map[fault.Code]Voice{
		"attachment.unknown":   {Code: 100, Subcode: 33, Type: GraphMethod, Plain: true},
		"attachment.parameter": {Code: 100, Title: "Invalid parameter"},
		"attachment.file":      {Code: 131053, Title: "Media upload error", Details: true},
	})
}
