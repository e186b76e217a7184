package graphapi_test

import (
	"context"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
)

// TestForeignAndUnknownAreAlike: whatever is wrong with a call, an object of somebody else is answered as one
// that does not exist.
func TestForeignAndUnknownAreAlike(t *testing.T) {
	t.Parallel()
	eachMarket(t, func(m market) {
		m.Do(`POST /v25.0/{catalog}/products`, `name=Pho&price=1000&currency=USD&retailer_id=pho`, `200 {"id":"<pho>"}`)
		const unknown = "987654321987"
		stranger := m.As("foreign_token")
		for _, c := range []struct{ call, body string }{
			{`GET /v25.0/%`, ``},
			{`GET /v25.0/%/nowhere`, ``},
			{`POST /v25.0/%/nowhere`, `a=b`},
			{`GET /v25.0/%/agencies`, ``},
			{`GET /v25.0/%?fields=nothing`, ``},
			{`POST /v25.0/%`, `{"name":`},
			{`POST /v25.0/%/items_batch`, `{"requests":[}`},
			{`POST /v25.0/%/products`, `{"name":"a","name":"b"}`},
		} {
			for _, known := range []string{"catalog", "pho"} {
				call := strings.ReplaceAll(c.call, "%", m.Get(known))
				foreign, _ := stranger.Call(call, c.body)
				other, _ := stranger.Call(strings.ReplaceAll(c.call, "%", unknown), c.body)
				if got := strings.ReplaceAll(foreign, m.Get(known), unknown); got != other {
					t.Errorf("%s of a foreign %s\n got %s\nwant %s", c.call, known, got, other)
				}
			}
		}
		m.Do(`GET /v25.0/{catalog}/check_marketplace_partner_sellers_status`, ``, `400 {"error":{"message":"(#3) Hawker does not offer this edge: ProductCatalog/check_marketplace_partner_sellers_status is for advertising*`)
		m.Do(`GET /v25.0/{business}/agencies`, ``, `400 {"error":{"message":"(#3) Hawker does not offer this edge yet*`)
		m.Do(`GET /v25.0/{catalog}/nowhere`, ``, `400 {"error":{"message":"Unknown path components: /nowhere"*`)
		m.Do(`POST /v25.0/{catalog}/products`, `{"name":`, `400 {"error":{"message":"(#100)*`)
	})
}

func TestABatchThatCannotBeAppliedEndsWithAnError(t *testing.T) {
	t.Parallel()
	eachMarket(t, func(m market) {
		m.Do(`POST /v25.0/{catalog}/items_batch`, `{"item_type":"PRODUCT_ITEM","requests":[{"method":"DELETE","data":{"id":"a"}}]}`, `200 {"handles":["<handle>"],"validation_status":[]}`)
		err := m.DB.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			return m.Deps.Catalogs.BatchDied(ctx, tx, catalog.ApplyBatch{Handle: m.Get("handle")}, context.DeadlineExceeded)
		})
		if err != nil {
			t.Fatal(err)
		}
		m.Do(`GET /v25.0/{catalog}/check_batch_request_status?handle={handle}&fields=status`, ``, `200 {"data":[{"status":"error"}]*`)
	})
}
