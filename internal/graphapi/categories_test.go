package graphapi_test

import (
	"fmt"
	"strings"
	"testing"
)

// TestCategories: how many items each brand, category and product type has, of all items or those of a rule, and what the shop says of
// them, which no other shop reads or changes.
func TestCategories(t *testing.T) {
	t.Parallel()
	eachMarket(t, func(m market) {
		for n, more := range []string{"brand=Mộc&product_type=Cốc&category=2169", "brand=Mộc&product_type=Cốc > Sứ&availability=out of stock", "brand=Acme&product_type=Cốc", "availability=in stock"} {
			m.Do(`POST /v25.0/{catalog}/products`, fmt.Sprintf(`name=Item %d&price=100&currency=USD&retailer_id=s%d&%s`, n, n, more), `200 {"id":"<*>"}`)
		}
		const edge = `GET /v25.0/{catalog}/categories?categorization_criteria=`
		m.Do(edge+`BRAND`, ``, `200 {"data":[{"categorization_criteria":"brand","criteria_value":"Mộc","num_items":2},{"categorization_criteria":"brand","criteria_value":"Acme","num_items":1}]}`)
		m.Do(edge+`CATEGORY`, ``, `200 {"data":[{"categorization_criteria":"category","criteria_value":"2169","num_items":1}]}`)
		m.Do(edge+`PRODUCT_TYPE`, ``, `200 {"data":[{"categorization_criteria":"product_type","criteria_value":"Cốc","num_items":2},{"categorization_criteria":"product_type","criteria_value":"Cốc > Sứ","num_items":1}]}`)
		m.Do(edge+`BRAND&filter={"availability":{"eq":"out%20of%20stock"}}`, ``, `200 {"data":[{"categorization_criteria":"brand","criteria_value":"Mộc","num_items":1}]}`)
		m.Do(edge+`PRODUCT_TYPE&filter={"brand":{"eq":"acme"}}&fields=criteria_value`, ``, `200 {"data":[{"criteria_value":"Cốc"}]}`)
		m.Do(edge+`PRODUCT_TYPE&filter={"moon":{"eq":"full"}}`, ``, `400 {"error":{"message":"(#100)*`)
		m.Do(edge+`COLOR`, ``, `400 {"error":{"message":"(#100) Invalid parameter: Param categorization_criteria must be one of BRAND, CATEGORY, PRODUCT_TYPE*`)

		m.Do(`POST /v25.0/{catalog}/categories`, `{"data":[{"categorization_criteria":"BRAND","criteria_value":"Mộc","description":"Gốm Bát Tràng","destination_uri":"https://shop.example/moc","image_url":"https://shop.example/moc.jpg"},
			{"categorization_criteria":"brand","criteria_value":"Later"}]}`, `200 {"success":true}`)
		m.Do(`POST /v25.0/{catalog}/categories`, `data=[{"categorization_criteria":"PRODUCT_TYPE","criteria_value":"Cốc","description":"Cups"}]`, `200 {"success":true}`)
		m.Do(edge+`BRAND`, ``, `200 {"data":[{"categorization_criteria":"brand","criteria_value":"Mộc","num_items":2,"description":"Gốm Bát Tràng","destination_uri":"https://shop.example/moc","image_url":"https://shop.example/moc.jpg"},
			{"categorization_criteria":"brand","criteria_value":"Acme","num_items":1},{"categorization_criteria":"brand","criteria_value":"Later","num_items":0}]}`)
		m.Do(edge+`PRODUCT_TYPE&fields=criteria_value,description`, ``, `200 {"data":[{"criteria_value":"Cốc","description":"Cups"},{"criteria_value":"Cốc > Sứ"}]}`)
		for body, want := range map[string]string{
			``:            `The parameter data is required`,
			`{"data":5}`:  `(#100)`,
			`{"data":[]}`: `data has 0 entries, 1 to 500 are allowed`,
			`{"data":[{"categorization_criteria":"COLOR","criteria_value":"x"}]}`:                                                   `data[0].categorization_criteria \"COLOR\" is unknown; one of BRAND, CATEGORY, PRODUCT_TYPE`,
			`{"data":[{"categorization_criteria":"BRAND"}]}`:                                                                        `data[0].criteria_value has 0 characters; it names a BRAND of your items in 1 to 100`,
			`{"data":[{"categorization_criteria":"BRAND","criteria_value":"` + strings.Repeat("ợ", 101) + `"}]}`:                    `has 101 characters`,
			`{"data":[{"categorization_criteria":"BRAND","criteria_value":"x","description":"` + strings.Repeat("d", 1001) + `"}]}`: `data[0].description has 1001 characters, at most 1000`,
			`{"data":[{"categorization_criteria":"BRAND","criteria_value":"x","image_url":"javascript:1"}]}`:                        `data[0].image_url: \"javascript:1\" is not an http(s) URL`,
		} {
			answer, _ := m.Call(`POST /v25.0/{catalog}/categories`, body)
			if !strings.HasPrefix(answer, `400 {"error":{"message":"`) || !strings.Contains(answer, want) {
				t.Errorf("%.80s\n got %.300s\nwant %s", body, answer, want)
			}
		}
		m.As("foreign_token").Do(edge+`BRAND`, ``, `400 {"error":{"message":"Unsupported get request.*`)
		m.As("foreign_token").Do(`POST /v25.0/{catalog}/categories`, `data=[{"categorization_criteria":"BRAND","criteria_value":"x"}]`, `400 {"error":{"message":"Unsupported post request.*`)
		m.Do(`DELETE /v25.0/{catalog}`, ``, `200 {"success":true}`)
	})
}

// TestSettingsOfCatalogsAndSets: what their objects may hold, and what Hawker does not do.
func TestSettingsOfCatalogsAndSets(t *testing.T) {
	t.Parallel()
	eachMarket(t, func(m market) {
		m.Do(`POST /v25.0/{business}/owned_product_catalogs`, `{"name":"A","business_metadata":{"page_id":"1","external_business_id":"e"},"store_catalog_settings":{"page_id":"1"},"additional_vertical_option":"LOCAL_PRODUCTS",
			"da_display_settings":{"carousel_ad":{"transformation_type":"background_padding"},"single_ad":{"transformation_type":"background_cropping_and_padding"}}}`, `200 {"id":"<a>"}`)
		m.Do(`GET /v25.0/{a}?fields=vertical,is_local_catalog,store_catalog_settings`, ``, `200 {"vertical":"commerce","is_local_catalog":true,"store_catalog_settings":{"page_id":"1"},"id":"{a}"}`)
		for _, vertical := range strings.Fields(`adoptable_pets apps_and_software articles_and_publications commerce destinations flights generic home_listings hotels local_service_businesses
			media_titles offer_items offline_commerce services transactable_items vehicles`) {
			m.Do(`POST /v25.0/{business}/owned_product_catalogs`, `name=x&vertical=`+vertical, `200 {"id":"<*>"}`)
		}
		for body, want := range map[string]string{
			`{"vertical":"spaceships"}`:                                            `\"spaceships\" is no vertical; one of adoptable_pets,`,
			`{"additional_vertical_option":"X"}`:                                   `Param additional_vertical_option must be one of LOCAL_DA_CATALOG, LOCAL_PRODUCTS`,
			`{"business_metadata":{"external_business_id":"e"}}`:                   `Param business_metadata must hold page_id`,
			`{"store_catalog_settings":{}}`:                                        `Param store_catalog_settings must hold page_id`,
			`{"store_catalog_settings":{"page_id":"1","x":1}}`:                     `Param store_catalog_settings may hold page_id, not \"x\"`,
			`{"da_display_settings":{"banner":{}}}`:                                `Param da_display_settings may hold carousel_ad and single_ad, not \"banner\"`,
			`{"da_display_settings":{"single_ad":{"transformation_type":"zoom"}}}`: `must say one of background_cropping_and_padding, background_padding, none as transformation_type, not \"zoom\"`,
			`{"destination_catalog_settings":{"generate_items_from_pages":true}}`:  `Param destination_catalog_settings must be left out: Hawker makes no items of pages`,
			`{"flight_catalog_settings":{"generate_items_from_events":true}}`:      `Param flight_catalog_settings must be left out`,
			`{"partner_integration":{"external_access_token":"t"}}`:                `Param partner_integration must be left out`,
			`{"parent_catalog_id":"1"}`:                                            `Param parent_catalog_id must be left out: Hawker does not offer catalog segments`,
			`{"catalog_segment_filter":{"brand":{"eq":"x"}}}`:                      `Param catalog_segment_filter must be left out`,
			`{"catalog_segment_product_set_id":"1"}`:                               `Param catalog_segment_product_set_id must be left out`,
		} {
			answer, _ := m.Call(`POST /v25.0/{business}/owned_product_catalogs`, `{"name":"x",`+body[1:])
			if !strings.HasPrefix(answer, `400 {"error":{"message":"(#100) `) || !strings.Contains(answer, want) {
				t.Errorf("%s\n got %.300s\nwant %s", body, answer, want)
			}
		}
		for body, want := range map[string]string{
			`{"metadata":{"cover_image_url":"x"}}`:                                     `metadata.cover_image_url: \"x\" is not an http(s) URL`,
			`{"metadata":{"external_url":"javascript:x"}}`:                             `metadata.external_url: \"javascript:x\" is not an http(s) URL`,
			`{"metadata":{"description":5}}`:                                           `metadata.description must be a text`,
			`{"metadata":{"external_url_handle":"` + strings.Repeat("h", 2049) + `"}}`: `metadata.external_url_handle has 2049 characters, at most 2048`,
			`{"publish_to_shops":["1"]}`:                                               `publish_to_shops[0] must be an object like`,
			`{"publish_to_shops":[{"ordering_index":1}]}`:                              `publish_to_shops[0] must be an object like`,
			`{"ordering_info":["x"]}`:                                                  `Param ordering_info must be a list of item ids; entry 0 is \"x\"`,
		} {
			answer, _ := m.Call(`POST /v25.0/{catalog}/product_sets`, `{"name":"x",`+body[1:])
			if !strings.HasPrefix(answer, `400 {"error":{"message":"(#100) `) || !strings.Contains(answer, want) {
				t.Errorf("%.80s\n got %.300s\nwant %s", body, answer, want)
			}
		}
		m.Do(`POST /v25.0/{catalog}/product_sets`, `{"name":"Sale","metadata":{"cover_image_url":"https://shop.example/a.jpg","description":"Giảm giá","external_url":"https://shop.example/sale","external_url_handle":"sale"}}`, `200 {"id":"<set>"}`)
		m.Do(`GET /v25.0/{set}?fields=latest_metadata,live_metadata`, ``, `200 {"latest_metadata":{"cover_image_url":"https://shop.example/a.jpg","description":"Giảm giá","external_url":"https://shop.example/sale","integrity_review_status":"APPROVED"},
			"live_metadata":{"cover_image_url":"https://shop.example/a.jpg","description":"Giảm giá","external_url":"https://shop.example/sale","integrity_review_status":"APPROVED"},"id":"{set}"}`)
		m.Do(`GET /v25.0/{catalog}/product_sets?summary=true&fields=id`, ``, `200 {"data":[{"id":"{set}"}],"paging":{"cursors":{"before":"<*>","after":"<*>"}},"summary":{"total_count":1}}`)
		m.Do(`GET /v25.0/{catalog}/product_sets?summary=true&has_children=true`, ``, `200 {"data":[],"summary":{"total_count":0}}`)
	})
}
