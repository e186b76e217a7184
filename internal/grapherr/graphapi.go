package grapherr

import "github.com/hawkerhq/hawker/internal/fault"

func init() {
	register(map[fault.Code]Voice{
		"graphapi.debug_token_foreign": {Code: 100, Plain: true},
		"graphapi.client_invalid":      {Code: 101, Plain: true},
		"graphapi.grant_unsupported":   {Code: 100, Plain: true},
		"graphapi.rate_catalog":        {Code: 80009, Title: "Too many calls", Transient: true},
		"graphapi.rate_catalog_batch":  {Code: 80014, Title: "Too many calls", Transient: true},
		"graphapi.rate_waba":           {Code: 80008, Title: "Too many calls", Transient: true},
	})
}
