package grapherr

import "github.com/hawkerhq/hawker/internal/fault"

// Causes of connecting catalogs, of commerce settings, and of what customers do in the shop. The last are
// heard through the sandbox API only, and speak as the Cloud API does: code 131009 with details.
func init() {
	const parameter = "Invalid parameter"
	const value = "Parameter value is not valid"
	register(map[fault.Code]Voice{
		"storefront.connected_other":     {Code: 100, Title: parameter},
		"storefront.catalog_vertical":    {Code: 100, Title: parameter},
		"storefront.catalog_foreign":     {Code: 100, Title: parameter},
		"storefront.not_connected":       {Code: 100, Title: parameter},
		"storefront.settings_invalid":    {Code: 100, Title: parameter},
		"storefront.no_catalog":          {Code: 131009, Title: value, Details: true},
		"storefront.catalog_hidden":      {Code: 131009, Title: value, Details: true},
		"storefront.search_invalid":      {Code: 100, Title: parameter},
		"storefront.product_unavailable": {Code: 131009, Title: value, Details: true},
		"storefront.out_of_stock":        {Code: 131009, Title: value, Details: true},
		"storefront.quantity":            {Code: 100, Title: parameter},
		"storefront.cart_currency":       {Code: 131009, Title: value, Details: true},
		"storefront.cart_disabled":       {Code: 131009, Title: value, Details: true},
		"storefront.cart_empty":          {Code: 131009, Title: value, Details: true},
		"storefront.cart_changed":        {Code: 131009, Title: value, Details: true},
	})
}
