package dev

import (
	"context"
	"net/http"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/waba"
)

// examples are calls of the Graph API that work as they stand, with what there is in this world.
func (s *Server) examples(v *visit) (list []Example, err error) {
	add := func(name, method, path, body string) {
		list = append(list, Example{Name: name, Href: Prefix + "/explorer?" + query("method", method, "path", path, "body", body)})
	}
	err = s.view(v.Context(), func(ctx context.Context, tx *db.Tx) error {
		list = nil
		add("GET /me", http.MethodGet, "/v25.0/me", "")
		numbers, err := waba.NumbersTx(ctx, tx, v.caller)
		if err != nil || len(numbers) == 0 {
			return err
		}
		n := numbers[0]
		add("GET /{waba}/phone_numbers", http.MethodGet, "/v25.0/"+n.WABAID.String()+"/phone_numbers", "")
		connected, ok, err := waba.ConnectedCatalogTx(ctx, tx, n.WABAID)
		if err != nil || !ok {
			return err
		}
		at := "/v25.0/" + connected.String()
		add("GET /{catalog}/products", http.MethodGet, at+"/products?fields=retailer_id,name,price,review_status&limit=3", "")
		add("GET /{catalog}/diagnostics", http.MethodGet, at+"/diagnostics", "")
		items, err := catalog.VisiblePageTx(ctx, tx, connected, catalog.Query{Limit: 1})
		if err != nil || len(items) == 0 {
			return err
		}
		add("POST /{phone}/messages: text", http.MethodPost, "/v25.0/"+n.ID.String()+"/messages",
			"{\n  \"messaging_product\": \"whatsapp\",\n  \"to\": \"84901234567\",\n  \"type\": \"text\",\n  \"text\": {\"body\": \"Xin chào!\"}\n}")
		add("POST /{phone}/messages: product", http.MethodPost, "/v25.0/"+n.ID.String()+"/messages",
			"{\n  \"messaging_product\": \"whatsapp\",\n  \"to\": \"84901234567\",\n  \"type\": \"interactive\",\n  \"interactive\": {\n    \"type\": \"product\",\n    \"action\": {\"catalog_id\": \""+connected.String()+"\", \"product_retailer_id\": \""+items[0].RetailerID+"\"}\n  }\n}")
		return nil
	})
	return list, err
}
