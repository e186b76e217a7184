package grapherr

import "github.com/hawkerhq/hawker/internal/fault"

// Causes of chats in pages of a business. They are told by pages only.
func init() {
	const parameter = "Invalid parameter"
	register(map[fault.Code]Voice{
		"embed.off":      {Code: 100, Title: parameter},
		"embed.origin":   {Code: 100, Title: parameter},
		"embed.name":     {Code: 100, Title: parameter},
		"embed.too_many": {Code: 4, Title: "Application request limit reached", Transient: true},
	})
}
