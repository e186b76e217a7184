package grapherr

import "github.com/hawkerhq/hawker/internal/fault"

func init() {
	register(map[fault.Code]Voice{
		"sandbox.body":      {Code: 100, Title: "Invalid parameter"},
		"sandbox.parameter": {Code: 100, Title: "Invalid parameter"},
	})
}
