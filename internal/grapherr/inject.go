package grapherr

import "github.com/hawkerhq/hawker/internal/fault"

func init() {
	register(map[fault.Code]Voice{
		"inject.rule":    {Code: 100, Title: "Invalid parameter"},
		"inject.purpose": {Code: 1, Title: "A fault on purpose"},
	})
}
