package grapherr

import "github.com/hawkerhq/hawker/internal/fault"

func init() {
	register(map[fault.Code]Voice{
		"graphapi.debug_token_foreign": {Code: 100, Plain: true},
		"graphapi.client_invalid":      {Code: 101, Plain: true},
		"graphapi.grant_unsupported":   {Code: 100, Plain: true},
	})
}
