package graphapi_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/graphapi"
	"github.com/hawkerhq/hawker/internal/graphapi/apitest"
	"github.com/hawkerhq/hawker/internal/job"
	"github.com/hawkerhq/hawker/internal/live"
	"github.com/hawkerhq/hawker/internal/policy"
)

// market is a world with a {catalog} and the jobs of catalogs.
type market struct {
	*apitest.World
	runner *job.Runner
}

func eachMarket(t *testing.T, f func(m market), change ...func(*graphapi.Deps)) {
	t.Helper()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		m := market{apitest.New(t, d, c, change...), job.NewRunner(d, c, slog.New(slog.NewTextHandler(io.Discard, nil)))}
		reviewer := policy.NewReviewer(d, live.New())
		job.Handle(m.runner, m.Deps.Catalogs.Apply)
		job.OnDead(m.runner, m.Deps.Catalogs.BatchDied)
		m.Deps.Feeds.Register(m.runner)
		job.Handle(m.runner, reviewer.ItemsChanged)
		m.Do(`POST /v25.0/{business}/owned_product_catalogs`, `name=Quán`, `200 {"id":"<catalog>"}`)
		f(m)
	})
}

func (m market) drain() {
	m.T.Helper()
	if err := m.runner.Drain(m.T.Context()); err != nil {
		m.T.Fatal(err)
	}
}

// review connects or disconnects the catalog.
func (m market) review(on bool) {
	m.T.Helper()
	err := m.DB.Update(m.T.Context(), func(ctx context.Context, tx *db.Tx) error {
		return catalog.SetReviewedTx(ctx, tx, m.ID("catalog"), on)
	})
	if err != nil {
		m.T.Fatal(err)
	}
}

func TestCatalogs(t *testing.T) {
	t.Parallel()
	eachMarket(t, func(m market) {
		m.Do(`GET /v25.0/{catalog}`, ``, `200 {"id":"{catalog}","name":"Quán"}`)
		m.Do(`GET /v25.0/{catalog}/?fields=["name","vertical","product_count","feed_count","business{name}"]`, ``,
			`200 {"name":"Quán","vertical":"commerce","product_count":0,"feed_count":0,"business":{"name":"Quán Góc Phố","id":"{business}"},"id":"{catalog}"}`)
		m.Do(`POST /v25.0/{catalog}`, `{"name":" Spring ","default_image_url":"https://shop.example/x.png","fallback_image_url":["https://shop.example/y.png"],"da_display_settings":{"single_ad":{"transformation_type":"none"}}}`,
			`200 {"success":true}`)
		m.Do(`GET /v25.0/{catalog}?fields=name,default_image_url,fallback_image_url,da_display_settings,store_catalog_settings`, ``,
			`200 {"name":"Spring","default_image_url":"https://shop.example/x.png","fallback_image_url":["https://shop.example/y.png"],"da_display_settings":{"single_ad":{"transformation_type":"none"}},"id":"{catalog}"}`)

		m.Do(`POST /v25.0/{business}/product_catalogs`, `{"name":"Flights","vertical":"flights"}`, `200 {"id":"<flights>"}`)
		m.Do(`GET /v25.0/{business}/owned_product_catalogs?summary=true&fields=vertical`, ``,
			`200 {"data":[{"vertical":"commerce","id":"{catalog}"},{"vertical":"flights","id":"{flights}"}],"paging":{"cursors":{"before":"<*>","after":"<*>"}},"summary":{"total_count":2}}`)
		m.Do(`GET /v25.0/{business}/client_product_catalogs`, ``, `200 {"data":[]}`)
		m.As("foreign_token").Do(`GET /v25.0/{foreign}/client_product_catalogs`, ``, `200 {"data":[]}`)
		err := m.DB.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			return catalog.ShareTx(ctx, tx, m.ID("catalog"), m.ID("foreign"))
		})
		if err != nil {
			t.Fatal(err)
		}
		m.As("foreign_token").Do(`GET /v25.0/{foreign}/client_product_catalogs`, ``, `200 {"data":[{"id":"{catalog}","name":"Spring"}]*`)
		m.As("foreign_token").Do(`POST /v25.0/{catalog}`, `name=Mine`, `403 {"error":{"message":"(#200) Permissions error: catalog {catalog} is shared with your business for reading and connecting; its owner lets you change it with the task MANAGE (POST /{catalog}/agencies)*`)
		m.As("foreign_token").Do(`POST /v25.0/{catalog}/products`, `name=x&price=1&currency=USD&retailer_id=x`, `403 {"error":{"message":"(#200)*`)
		m.As("foreign_token").Do(`DELETE /v25.0/{catalog}`, ``, `403 {"error":{"message":"(#200)*`)
		m.As("foreign_token").Do(`DELETE /v25.0/{flights}`, ``, `400 {"error":{"message":"Unsupported delete request.*`)

		m.review(true)
		m.Do(`DELETE /v25.0/{catalog}`, ``, `400 {"error":{"message":"(#100) Invalid parameter: catalog {catalog} is connected to a WhatsApp Business Account; disconnect it first*`)
		m.review(false)
		m.Do(`POST /v25.0/{catalog}/products`, `name=x&price=1&currency=USD&retailer_id=x`, `200 {"id":"<item>"}`)
		m.Do(`DELETE /v25.0/{catalog}`, ``, `200 {"success":true}`)
		m.Do(`GET /v25.0/{catalog}`, ``, fmt.Sprintf(unsupported, "{catalog}"))
		m.Do(`GET /v25.0/{item}`, ``, fmt.Sprintf(unsupported, "{item}"))
	})
}

func TestCatalogsRefuseBadInput(t *testing.T) {
	t.Parallel()
	eachMarket(t, func(m market) {
		for _, c := range []struct{ call, body, want string }{
			{`{business}/owned_product_catalogs`, `vertical=commerce`, `The parameter name is required`},
			{`{business}/owned_product_catalogs`, `name=%20`, `name: a catalog needs a name of 1 to 200 characters, this one has 0`},
			{`{business}/owned_product_catalogs`, `{"name":["x"]}`, `Param name must be a string`},
			{`{business}/owned_product_catalogs`, `{"name":"x","name":"y"}`, ``},
			{`{business}/owned_product_catalogs`, `{"name":"x"`, ``},
			{`{business}/owned_product_catalogs`, `{"name":"a\u0000b"}`, `Param name must not hold the character U+0000`},
			{`{business}/owned_product_catalogs`, `name=` + strings.Repeat("ợ", 201), `1 to 200 characters, this one has 201`},
			{`{business}/owned_product_catalogs`, `name=x&vertical=pets`, `\"pets\" is no vertical; one of adoptable_pets, apps_and_software`},
			{`{business}/owned_product_catalogs`, `name=x&default_image_url=ftp://x`, `default_image_url: \"ftp://x\" is not an http(s) URL`},
			{`{business}/owned_product_catalogs`, `name=x&parent_catalog_id={catalog}`, `Hawker does not offer catalog segments`},
			{`{business}/owned_product_catalogs`, `name=x&additional_vertical_option=PETS`, `must be one of LOCAL_DA_CATALOG, LOCAL_PRODUCTS`},
			{`{catalog}`, `name=`, ``},
			{`{catalog}`, `da_display_settings=[1]`, `Param da_display_settings must be an object`},
		} {
			want := `400 {"error":{"message":"(#100) *`
			if c.call == "{catalog}" && c.body == "name=" {
				want = `200 {"success":true}` // an empty parameter counts as absent
			}
			answer, _ := m.Call(`POST /v25.0/`+c.call, c.body)
			if !strings.HasPrefix(answer, strings.TrimSuffix(want, "*")) || !strings.Contains(answer, c.want) {
				t.Errorf("%s %.60s\n got %s\nwant %s … %s", c.call, c.body, answer, want, c.want)
			}
		}
		m.Do(`POST /v25.0/{foreign}/owned_product_catalogs`, `name=x`, `400 {"error":{"message":"Unsupported post request.*`)
	})
}

func TestItemsInTheNodesWords(t *testing.T) {
	t.Parallel()
	eachMarket(t, func(m market) {
		m.Do(`POST /v25.0/{catalog}/products`, `{"retailer_id":"mug/1","name":"Cốc xanh","price":999,"currency":"usd","availability":"IN_STOCK","url":"https://shop.example/1",
			"image_url":"https://shop.example/1.png","additional_image_urls":["https://shop.example/2.png"],"brand":"Mộc","description":"Gốm","category":"2169",
			"sale_price":899,"sale_price_start_date":"2026-11-23T00:00:00+0700","sale_price_end_date":"2026-11-30T00:00:00+0700","gtin":4006381333931,"custom_number_0":7,
			"additional_variant_attributes":{"Scent":"Fruity"},"ios_url":"shop://1","ios_app_store_id":123,"wa_compliance_category":"country_origin_exempt",
			"importer_address":{"street1":"1 Hàng Bài","city":"Hà Nội","country":"VN"},"expiration_date":"2027-01-31","size":"1.50","no_such_field":{"x":1}}`,
			`200 {"id":"<item>"}`)
		m.Do(`GET /v25.0/{item}`, ``, `200 {"id":"{item}","name":"Cốc xanh","retailer_id":"mug/1"}`)
		m.Do(`GET /v25.0/{item}?fields=price,currency,sale_price,sale_price_start_date,sale_price_end_date,availability,condition,visibility,status,url,image_url,additional_image_urls,brand,description,category,expiration_date`, ``,
			`200 {"price":"$9.99","currency":"USD","sale_price":"$8.99","sale_price_start_date":"2026-11-22T17:00:00+0000","sale_price_end_date":"2026-11-29T17:00:00+0000","availability":"in stock",
			"condition":"new","visibility":"published","status":"PUBLISHED","url":"https://shop.example/1","image_url":"https://shop.example/1.png","additional_image_urls":["https://shop.example/2.png"],
			"brand":"Mộc","description":"Gốm","category":"2169","expiration_date":"2027-01-31","id":"{item}"}`)
		m.Do(`GET /v25.0/{item}?fields=gtin,size,custom_number_0,additional_variant_attributes,applinks,wa_compliance_category,importer_address,product_catalog{name}`, ``,
			`200 {"gtin":"4006381333931","size":"1.50","custom_number_0":"7","additional_variant_attributes":[{"key":"Scent","value":"Fruity"}],"applinks":{"ios":[{"app_store_id":123,"url":"shop://1"}]},
			"wa_compliance_category":"COUNTRY_ORIGIN_EXEMPT","importer_address":{"city":"Hà Nội","country":"VN","street1":"1 Hàng Bài"},"product_catalog":{"name":"Quán","id":"{catalog}"},"id":"{item}"}`)

		// By the shop's own id, with and without padding.
		m.Set("alias", base64.RawURLEncoding.EncodeToString([]byte("mug/1")))
		m.Set("padded", base64.URLEncoding.EncodeToString([]byte("mug/1")))
		m.Do(`GET /v25.0/catalog:{catalog}:{alias}?fields=name`, ``, `200 {"name":"Cốc xanh","id":"{item}"}`)
		m.Do(`GET /v25.0/catalog:{catalog}:{padded}?fields=name`, ``, `200 {"name":"Cốc xanh","id":"{item}"}`)
		m.Do(`POST /v25.0/catalog:{catalog}:{padded}/`, `price=45000&currency=VND&sale_price=&size=10.0&name=1e3`, `200 {"success":true}`)
		m.Do(`GET /v25.0/{item}?fields=price,sale_price,size,name`, ``, `200 {"price":"45,000<*>","size":"10.0","name":"1e3","id":"{item}"}`)
		for _, none := range []string{"bm9uZQ", "", "!!", "AA", "_w"} {
			m.Set("none", none)
			m.Do(`GET /v25.0/catalog:{catalog}:{none}`, ``, `400 {"error":{"message":"*`)
		}
		m.As("foreign_token").Do(`GET /v25.0/catalog:{catalog}:{alias}`, ``, `400 {"error":{"message":"*`)

		// Create with upsert, without it, a new retailer_id.
		m.Do(`POST /v25.0/{catalog}/products?fields=name`, `retailer_id=mug/1&name=Again&price=1&currency=VND`, `200 {"name":"Again","id":"{item}"}`)
		m.Do(`POST /v25.0/{catalog}/products`, `retailer_id=mug/1&name=Again&price=1&currency=VND&allow_upsert=false`,
			`400 {"error":{"message":"(#10800) *`)
		m.Do(`POST /v25.0/{item}`, `retailer_id=mug-2`, `200 {"success":true}`)
		m.Do(`GET /v25.0/catalog:{catalog}:bXVnLTI`, ``, `200 {"id":"{item}","name":"Again","retailer_id":"mug-2"}`)
		m.As("foreign_token").Do(`GET /v25.0/{item}`, ``, fmt.Sprintf(unsupported, "{item}"))
		m.Do(`DELETE /v25.0/{item}`, ``, `200 {"success":true}`)
		m.Do(`GET /v25.0/{item}`, ``, fmt.Sprintf(unsupported, "{item}"))
	})
}

func TestItemsRefuseBadInput(t *testing.T) {
	t.Parallel()
	eachMarket(t, func(m market) {
		m.Do(`POST /v25.0/{catalog}/products`, `name=x&price=100&currency=USD&retailer_id=x`, `200 {"id":"<item>"}`)
		m.Do(`POST /v25.0/{catalog}/products`, `name=y&price=100&currency=USD&retailer_id=y`, `200 {"id":"<other>"}`)
		for _, c := range []struct{ target, body, want string }{
			{`{catalog}/products`, `name=x&price=1&currency=USD`, `retailer_id: is missing`},
			{`{catalog}/products`, `name=x&price=1&currency=USD&retailer_id=` + strings.Repeat("ợ", 101), `retailer_id: has 101 characters, at most 100`},
			{`{catalog}/products`, `{"name":"x","price":1,"currency":"USD","retailer_id":"a\u0000"}`, `Param retailer_id must not hold the character U+0000`},
			{`{catalog}/products`, `retailer_id=z&price=1&currency=USD`, `name: is missing`},
			{`{catalog}/products`, `retailer_id=z&name=z&currency=USD`, `price: is missing; the price in minor units, for example 999 for 9.99 USD`},
			{`{catalog}/products`, `retailer_id=z&name=z&price=1`, `currency: is missing`},
			{`{catalog}/products`, `retailer_id=z&name=z&price=1&currency=XXY`, `currency: \"XXY\" is not an ISO 4217 currency code`},
			{`{catalog}/products`, `retailer_id=z&name=z&price=9.99&currency=USD`, `price: \"9.99\" is not a whole number`},
			{`{catalog}/products`, `{"retailer_id":"z","name":"z","price":9.5,"currency":"USD"}`, `price: \"9.5\" is not a whole number`},
			{`{catalog}/products`, `retailer_id=z&name=z&price=-1&currency=USD`, `price: \"-1\" is not between 0 and`},
			{`{catalog}/products`, `{"retailer_id":"z","name":["z"],"price":1,"currency":"USD"}`, `name: \"[\\\"z\\\"]\" is not text`},
			{`{catalog}/products`, `{"retailer_id":{"a":1},"name":"z","price":1,"currency":"USD"}`, `Param retailer_id must be a string`},
			{`{catalog}/products`, `{"retailer_id":"z"`, `(#100)`},
			{`{catalog}/products`, `{"retailer_id":"z","retailer_id":"y"}`, `(#100)`},
			{`{catalog}/products`, strings.Repeat("[", 100000), ``},
			{`{catalog}/products`, `{"x":` + strings.Repeat("[", 100000), `(#100)`},
			{`{item}`, `allow_upsert=perhaps&availability=sometimes`, `availability: \"sometimes\" is not one of in stock, out of stock`},
			{`{catalog}/products`, `retailer_id=z&name=z&price=1&currency=USD&allow_upsert=perhaps`, `Param allow_upsert must be a boolean`},
			{`{item}`, `name=` + strings.Repeat("ợ", 201), `name: has 201 characters, at most 200 are allowed`},
			{`{item}`, `description=` + strings.Repeat("a", 10000), `description: has 10000 characters`},
			{`{item}`, `price=`, `price: is missing`},
			{`{item}`, `name=`, `name: is missing`},
			{`{item}`, `image_url=javascript:alert(1)`, `image_url: \"javascript:alert(1)\" is not an http(s) URL`},
			{`{item}`, `sale_price=101`, `sale_price: is higher than the price`},
			{`{item}`, `sale_price=1&sale_price_start_date=2026-12-01&sale_price_end_date=2026-11-01`, `sale_price_end_date: is not after sale_price_start_date`},
			{`{item}`, `expiration_date=tomorrow`, `expiration_date: \"tomorrow\" is not a date; write YYYY-MM-DD`},
			{`{item}`, `inventory=4294967296`, `inventory: \"4294967296\" is not between 0 and 4294967295`},
			{`{item}`, `origin_country=Vietnam`, `origin_country: \"Vietnam\" is not an ISO 3166 country code`},
			{`{item}`, `importer_address=Hanoi`, `importer_address: \"Hanoi\" is not a JSON object`},
			{`{item}`, `retailer_id=y`, `(#10800)`},
		} {
			answer, _ := m.Call(`POST /v25.0/`+c.target, c.body)
			if !strings.HasPrefix(answer, `400 {"error":{"message":"`) || !strings.Contains(answer, c.want) {
				t.Errorf("%s %.80s\n got %.400s\nwant %s", c.target, c.body, answer, c.want)
			}
		}
		m.Do(`GET /v25.0/{catalog}/products?fields=name,price`, ``, `200 {"data":[{"name":"x","price":"$1.00","id":"{item}"},{"name":"y","price":"$1.00","id":"{other}"}]*`)
	})
}

func TestListsOfItems(t *testing.T) {
	t.Parallel()
	eachMarket(t, func(m market) {
		for n := range 5 {
			m.Do(`POST /v25.0/{catalog}/products`, fmt.Sprintf(`name=Item %[1]d&price=%[1]d00&currency=USD&retailer_id=SKU-%[1]d&availability=%[2]s&brand=Áo`, n, []string{"in stock", "out of stock"}[n%2]),
				fmt.Sprintf(`200 {"id":"<item%d>"}`, n))
		}
		m.Do(`GET /v25.0/{catalog}/products?fields=id,product_group{id}&filter={"retailer_id":{"eq":"SKU-1"}}`, ``, `200 {"data":[{"id":"{item1}"}]*`)
		m.Do(`GET /v25.0/{catalog}/products?fields=id&filter={"retailer_id":{"eq":"sku-1"}}`, ``, `200 {"data":[]}`)
		m.Do(`GET /v25.0/{catalog}/products?fields=id&filter={"retailer_id":{"is_any":["SKU-3","SKU-0","x"]}}&summary=1`, ``, `200 {"data":[{"id":"{item0}"},{"id":"{item3}"}],"paging":{"cursors":{"before":"<*>","after":"<*>"}},"summary":{"total_count":2}}`)
		m.Do(`GET /v25.0/{catalog}/products?fields=id&filter={"and":[{"availability":{"eq":"IN%20STOCK"}},{"brand":{"eq":"Áo"}},{"not":{"retailer_id":{"eq":"SKU-0"}}}]}`, ``, `200 {"data":[{"id":"{item2}"},{"id":"{item4}"}]*`)
		m.Do(`GET /v25.0/{catalog}/products?limit=1&fields=id&filter={"and":[{"item_group_id":{"eq":""}},{"retailer_id":{"is_any":["SKU-3","SKU-0","x"]}}]}`, ``, `200 {"data":[{"id":"{item0}"}],"paging":{"cursors":{"before":"<*>","after":"<page>"},"next":*`)
		m.Do(`GET /v25.0/{catalog}/products?limit=1&fields=id&filter={"and":[{"item_group_id":{"eq":""}},{"retailer_id":{"is_any":["SKU-3","SKU-0","x"]}}]}&after={page}`, ``, `200 {"data":[{"id":"{item3}"}],"paging":*`)
		m.Do(`GET /v25.0/{catalog}/products?limit=2&fields=retailer_id&summary=total_count`, ``, `200 {"data":[{"retailer_id":"SKU-0","id":"{item0}"},{"retailer_id":"SKU-1","id":"{item1}"}],
			"paging":{"cursors":{"before":"<*>","after":"<after>"},"next":"<*>"},"summary":{"total_count":5}}`)
		// The page stays where it is when what came before it goes.
		m.Do(`DELETE /v25.0/{item1}`, ``, `200 {"success":true}`)
		m.Do(`GET /v25.0/{catalog}/products?limit=2&fields=retailer_id&after={after}`, ``, `200 {"data":[{"retailer_id":"SKU-2","id":"{item2}"},{"retailer_id":"SKU-3","id":"{item3}"}],"paging":{"cursors":{"before":"<before>","after":"<*>"}*`)
		m.Do(`GET /v25.0/{catalog}/products?limit=2&fields=retailer_id&before={before}`, ``, `200 {"data":[{"retailer_id":"SKU-0","id":"{item0}"}]*`)
		m.Do(`GET /v25.0/{catalog}?fields=products.limit(1){retailer_id}`, ``, `200 {"products":{"data":[{"retailer_id":"SKU-0","id":"{item0}"}]*`)
		m.Do(`GET /v25.0/{catalog}/products?return_only_approved_products=true`, ``, `200 {"data":[]}`)
		m.Do(`GET /v25.0/{catalog}/products?error_type=IMAGE_RESOLUTION_LOW&summary=true`, ``, `200 {"data":[],"summary":{"total_count":0}}`)
		for filter, want := range map[string]string{
			`nonsense`:                       `filter is not a JSON object such as`,
			`[]`:                             `filter is not a JSON object such as`,
			`{"colour":{"eq":"x"}}`:          `there is no field \"colour\" to filter by; the fields are`,
			`{"name":{"like":"mug"}}`:        `there is no operator \"like\"; the operators are`,
			`{"name":"x"}`:                   `\"name\" needs an operator`,
			`{"name":{"eq":["x"]}}`:          `\"eq\" takes one value`,
			`{"name":{"is_any":"x"}}`:        `\"is_any\" takes a list`,
			`{"name":{"eq":{"x":1}}}`:        `\"eq\" compares with texts, numbers and booleans`,
			`{"and":{}}`:                     `\"and\" holds a list of rules`,
			`{"not":[]}`:                     `\"not\" holds one rule`,
			`{"name":{"eq":"x"},"brand":{}}`: `exactly one key`,
			strings.Repeat(`{"not":`, 12) + `{"name":{"eq":"x"}}` + strings.Repeat(`}`, 12): `nested deeper than 10 levels`,
		} {
			answer, _ := m.Call(`GET /v25.0/{catalog}/products?filter=`+strings.ReplaceAll(filter, " ", "%20"), ``)
			if !strings.HasPrefix(answer, `400 {"error":{"message":"(#100) Invalid parameter`) || !strings.Contains(answer, want) {
				t.Errorf("filter %s\n got %s\nwant %s", filter, answer, want)
			}
		}
	})
}

func TestReviewAsTheApiTellsIt(t *testing.T) {
	t.Parallel()
	eachMarket(t, func(m market) {
		const fields = `?fields=review_status,capability_to_review_status,review_rejection_reasons,errors`
		m.Do(`POST /v25.0/{catalog}/products`, `name=Mug&price=100&currency=USD&retailer_id=mug&description=Clay&brand=Quán&url=https://shop.example/m&image_url=https://shop.example/m.jpg`, `200 {"id":"<mug>"}`)
		m.Do(`POST /v25.0/{catalog}/products`, `name=Thùng gỗ&price=100&currency=USD&retailer_id=beer&category=Food, Beverages %26 Tobacco > Beverages > Alcoholic Beverages > Beer`, `200 {"id":"<beer>"}`)
		m.Do(`POST /v25.0/{catalog}/products`, `name=Mix&price=100&currency=USD&retailer_id=mix&category=5725`, `200 {"id":"<mix>"}`)
		m.Do(`GET /v25.0/{mug}`+fields, ``, `200 {"review_status":"","capability_to_review_status":[{"key":"WHATSAPP","value":"NO_REVIEW"}],"review_rejection_reasons":[],"errors":[],"id":"{mug}"}`)
		m.review(true)
		m.Do(`GET /v25.0/{mug}`+fields, ``, `200 {"review_status":"pending","capability_to_review_status":[{"key":"WHATSAPP","value":"PENDING"}],"review_rejection_reasons":[],"errors":[],"id":"{mug}"}`)
		m.drain()
		m.Do(`GET /v25.0/{mug}`+fields, ``, `200 {"review_status":"approved","capability_to_review_status":[{"key":"WHATSAPP","value":"APPROVED"}],"review_rejection_reasons":[],"errors":[],"id":"{mug}"}`)
		m.Do(`GET /v25.0/{mix}?fields=review_status`, ``, `200 {"review_status":"pending","id":"{mix}"}`)
		m.Do(`GET /v25.0/{beer}`+fields, ``, `200 {"review_status":"rejected","capability_to_review_status":[{"key":"WHATSAPP","value":"REJECTED"}],"review_rejection_reasons":["ALCOHOL"],
			"errors":[{"error_type":"WHATSAPP_POLICY_VIOLATION","error_priority":"HIGH","title":"<*>","description":"<*>*`)
		m.Do(`GET /v25.0/{beer}/channels_to_integrity_status`, ``, `200 {"data":[{"channels":["whatsapp"],"rejection_information":{"message":*`)
		m.Do(`GET /v25.0/{mug}/channels_to_integrity_status`, ``, `200 {"data":[]}`)
		m.Do(`GET /v25.0/{catalog}/products?return_only_approved_products=true&fields=id`, ``, `200 {"data":[{"id":"{mug}"}]*`)
		m.Do(`GET /v25.0/{catalog}/products?error_type=WHATSAPP_POLICY_VIOLATION&error_priority=HIGH&fields=id`, ``, `200 {"data":[{"id":"{beer}"}]*`)
		m.Do(`GET /v25.0/{catalog}/diagnostics?types=["POLICY_VIOLATION"]`, ``, `200 {"data":[{"type":"POLICY_VIOLATION","severity":"MUST_FIX","title":"Items do not comply with the commerce policy","subtitle":"Change the item so that it complies, or ask for another review","error_code":1,`+
			`"affected_entity":"product_item","affected_channels":["whatsapp"],"affected_features":[],"number_of_affected_items":1,"number_of_affected_entities":1,"diagnostics":[{"field":"review_status","samples":[{"id":"{beer}","retailer_id":"beer"}]}]}]}`)
		m.Do(`GET /v25.0/{catalog}/products?error_type=IMAGE_RESOLUTION_LOW`, ``, `200 {"data":[]}`)

		m.Do(`POST /v25.0/{mug}`, `price=200`, `200 {"success":true}`)
		m.Do(`GET /v25.0/{mug}?fields=review_status`, ``, `200 {"review_status":"approved","id":"{mug}"}`)
		m.Do(`POST /v25.0/{mug}`, `name=Cup`, `200 {"success":true}`)
		m.Do(`GET /v25.0/{mug}?fields=review_status,capability_to_review_status`, ``, `200 {"review_status":"outdated","capability_to_review_status":[{"key":"WHATSAPP","value":"OUTDATED"}],"id":"{mug}"}`)
		m.Do(`GET /v25.0/{catalog}/products?return_only_approved_products=true`, ``, `200 {"data":[]}`)
		m.drain()
		m.Do(`GET /v25.0/{mug}?fields=review_status`, ``, `200 {"review_status":"approved","id":"{mug}"}`)
		m.Do(`POST /v25.0/{beer}`, `category=`, `200 {"success":true}`)
		m.drain()
		m.Do(`GET /v25.0/{beer}?fields=review_status,review_rejection_reasons`, ``, `200 {"review_status":"approved","review_rejection_reasons":[],"id":"{beer}"}`)
		m.Do(`GET /v25.0/{catalog}/diagnostics?types=["POLICY_VIOLATION"]`, ``, `200 {"data":[]}`)
		m.review(false)
		m.Do(`GET /v25.0/{mug}?fields=review_status`, ``, `200 {"review_status":"","id":"{mug}"}`)
	})
}
