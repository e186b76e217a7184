package grapherr

import "github.com/hawkerhq/hawker/internal/fault"

// Causes of pictures that are uploaded. They are told by pages only.
func init() {
	register(map[fault.Code]Voice{
		"picture.invalid": {Code: 100, Title: "Invalid parameter"},
	})
}
