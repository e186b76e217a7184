package graphapi_test

import (
	"fmt"
	"testing"
)

func TestProductSets(t *testing.T) {
	t.Parallel()
	eachMarket(t, func(m market) {
		for n := range 4 {
			m.Do(`POST /v25.0/{catalog}/products`, fmt.Sprintf(`name=Item %[1]d&price=%[1]d00&currency=USD&retailer_id=s%[1]d&brand=%[2]s`, n, []string{"Áo", "Quần"}[n%2]),
				fmt.Sprintf(`200 {"id":"<item%d>"}`, n))
		}
		m.Do(`POST /v25.0/{catalog}/product_sets`, `filter={"brand":{"eq":"áo"}}`, `400 {"error":{"message":"(#100)<*>name*`)
		m.Do(`POST /v25.0/{catalog}/product_sets`, `{"name":"Áo","filter":{"brand":{"eq":"áo"}},"retailer_id":"ao","metadata":{"cover_image_url":"https://shop.example/c.jpg","description":"Mùa hè","external_url_handle":"x"}}`,
			`200 {"id":"<set>"}`)
		m.Do(`GET /v25.0/{set}`, ``, `200 {"id":"{set}","name":"Áo"}`)
		m.Do(`GET /v25.0/{set}?fields=filter,retailer_id,product_count,product_catalog{name},live_metadata`, ``,
			`200 {"filter":"{\"brand\":{\"eq\":\"áo\"}}","retailer_id":"ao","product_count":2,"product_catalog":{"name":"Quán","id":"{catalog}"},"live_metadata":{"cover_image_url":"https://shop.example/c.jpg","description":"Mùa hè","integrity_review_status":"APPROVED"},"id":"{set}"}`)
		m.Do(`GET /v25.0/{set}/products?fields=retailer_id&summary=1`, ``, `200 {"data":[{"retailer_id":"s0","id":"{item0}"},{"retailer_id":"s2","id":"{item2}"}],"paging":{"cursors":{"before":"<*>","after":"<*>"}},"summary":{"total_count":2}}`)
		m.Do(`GET /v25.0/{set}/products?fields=id&filter={"price":{"gt":100}}`, ``, `200 {"data":[{"id":"{item2}"}]*`)
		// Membership is live.
		m.Do(`POST /v25.0/{item2}`, `brand=Quần`, `200 {"success":true}`)
		m.Do(`GET /v25.0/{set}?fields=product_count`, ``, `200 {"product_count":1,"id":"{set}"}`)
		m.Do(`GET /v25.0/{item0}/product_sets`, ``, `200 {"data":[{"id":"{set}","name":"Áo"}],"paging":*`)
		m.Do(`GET /v25.0/{item2}/product_sets`, ``, `200 {"data":[]}`)

		m.Do(`POST /v25.0/{catalog}/product_sets`, `{"name":"Again","filter":"{ \"brand\" : {\"eq\":\"áo\"} }"}`, `400 {"error":{"message":"(#10803)*`)
		m.Do(`POST /v25.0/{catalog}/product_sets`, `{"name":"x","filter":{"brand":{"like":"x"}}}`, `400 {"error":{"message":"(#100)<*>there is no operator*`)
		m.Do(`POST /v25.0/{catalog}/product_sets`, `{"name":"x","retailer_id":"ao"}`, `400 {"error":{"message":"(#10803)*`)
		m.Do(`POST /v25.0/{catalog}/product_sets`, `name=All&ordering_info=["{item3}","{item1}"]&publish_to_shops=[{"shop_id":"1"}]`, `200 {"id":"<all>"}`)

		// Items of the ordering come first, through all pages and back.
		m.Do(`GET /v25.0/{all}/products?fields=retailer_id&limit=3`, ``, `200 {"data":[{"retailer_id":"s3","id":"{item3}"},{"retailer_id":"s1","id":"{item1}"},{"retailer_id":"s0","id":"{item0}"}],"paging":{"cursors":{"before":"<*>","after":"<third>"},"next":"<*>"}}`)
		m.Do(`GET /v25.0/{all}/products?fields=retailer_id&limit=3&after={third}`, ``, `200 {"data":[{"retailer_id":"s2","id":"{item2}"}],"paging":{"cursors":{"before":"<fourth>","after":"<*>"},"previous":"<*>"}}`)
		m.Do(`GET /v25.0/{all}/products?fields=retailer_id&limit=2&before={fourth}`, ``, `200 {"data":[{"retailer_id":"s1","id":"{item1}"},{"retailer_id":"s0","id":"{item0}"}],"paging":{"cursors":{"before":"<second>","after":"<*>"}*`)
		m.Do(`GET /v25.0/{all}/products?fields=retailer_id&limit=2&before={second}`, ``, `200 {"data":[{"retailer_id":"s3","id":"{item3}"}],"paging":*`)

		m.Do(`GET /v25.0/{catalog}/product_sets?fields=name&parent_id=0`, ``, `200 {"data":[{"name":"Áo","id":"{set}"},{"name":"All","id":"{all}"}],"paging":*`)
		m.Do(`GET /v25.0/{catalog}/product_sets?retailer_id=ao`, ``, `200 {"data":[{"id":"{set}","name":"Áo"}],"paging":*`)
		m.Do(`GET /v25.0/{catalog}/product_sets?has_children=true`, ``, `200 {"data":[]}`)
		m.Do(`POST /v25.0/{set}`, `name=Áo mới`, `200 {"success":true}`)
		m.Do(`DELETE /v25.0/{all}`, ``, `400 {"error":{"message":"(#100)<*>allow_live_product_set_deletion*`)
		m.Do(`DELETE /v25.0/{catalog}`, ``, `400 {"error":{"message":"(#100)<*>allow_delete_catalog_with_live_product_set*`)
		m.Do(`DELETE /v25.0/{all}?allow_live_product_set_deletion=true`, ``, `200 {"success":true}`)
		m.As("foreign_token").Do(`GET /v25.0/{set}`, ``, `400 {"error":{"message":"Unsupported get request.*`)
		m.As("foreign_token").Do(`POST /v25.0/{set}`, `name=x`, `400 {"error":{"message":"Unsupported post request.*`)
		m.As("foreign_token").Do(`GET /v25.0/{set}/products`, ``, `400 {"error":{"message":"Unsupported get request.*`)
		m.Do(`DELETE /v25.0/{catalog}`, ``, `200 {"success":true}`)
		m.Do(`GET /v25.0/{set}`, ``, `400 {"error":{"message":"Unsupported get request.*`)
	})
}

// TestAnItemNamedAsAGroup is taken, and tells so.
func TestAnItemNamedAsAGroup(t *testing.T) {
	t.Parallel()
	eachMarket(t, func(m market) {
		const item = `name=Cup&price=100&currency=USD&description=Clay&brand=b&url=https://shop.example/a&image_url=https://shop.example/a.jpg&`
		m.Do(`POST /v25.0/{catalog}/products`, item+`retailer_id=cups`, `200 {"id":"<cups>"}`)
		m.Do(`GET /v25.0/{cups}?fields=errors`, ``, `200 {"errors":[],"id":"{cups}"}`)
		m.Do(`POST /v25.0/{catalog}/products`, item+`retailer_id=cup-s&retailer_product_group_id=cups`, `200 {"id":"<small>"}`)
		m.Do(`GET /v25.0/{cups}?fields=errors{error_type,error_priority}`, ``, `200 {"errors":[{"error_priority":"LOW","error_type":"RETAILER_ID_USED_BY_GROUP"}],"id":"{cups}"}`)
		m.Do(`GET /v25.0/{small}?fields=errors`, ``, `200 {"errors":[],"id":"{small}"}`)
		m.Do(`POST /v25.0/{cups}`, `retailer_id=cup-l`, `200 {"success":true}`)
		m.Do(`GET /v25.0/{cups}?fields=errors`, ``, `200 {"errors":[],"id":"{cups}"}`)
	})
}

func TestProductGroups(t *testing.T) {
	t.Parallel()
	eachMarket(t, func(m market) {
		m.Do(`POST /v25.0/{catalog}/product_groups`, `{"retailer_id":"shirt","variants":[{"product_field":"colour"}]}`, `400 {"error":{"message":"(#100)<*>variants[0].product_field must be a field of an item*`)
		m.Do(`POST /v25.0/{catalog}/product_groups`, `retailer_id=shirt&variants=[{"product_field":"color","label":"Màu","options":["white"]}]`, `200 {"id":"<shirt>"}`)
		m.Do(`POST /v25.0/{shirt}/products`, `name=White&price=100&currency=USD&retailer_id=w`, `400 {"error":{"message":"(#100)<*>image_url*`)
		m.Do(`POST /v25.0/{shirt}/products`, `name=White&price=100&currency=USD&retailer_id=w&color=white&image_url=https://shop.example/w.jpg`, `200 {"id":"<white>"}`)
		m.Do(`GET /v25.0/{white}?fields=retailer_product_group_id,product_group{retailer_id,variants}`, ``,
			`200 {"retailer_product_group_id":"shirt","product_group":{"retailer_id":"shirt","variants":[{"product_field":"color","label":"Màu","options":["white"]}],"id":"{shirt}"},"id":"{white}"}`)
		// A group that an item names is made.
		m.Do(`POST /v25.0/{catalog}/products`, `name=Cup&price=100&currency=USD&retailer_id=cup&retailer_product_group_id=cups`, `200 {"id":"<cup>"}`)
		m.Do(`GET /v25.0/{catalog}/product_groups?fields=retailer_id&summary=1`, ``, `200 {"data":[{"retailer_id":"shirt","id":"{shirt}"},{"retailer_id":"cups","id":"<cups>"}],"paging":{"cursors":{"before":"<*>","after":"<*>"}},"summary":{"total_count":2}}`)
		m.Do(`GET /v25.0/{cups}/products?fields=name`, ``, `200 {"data":[{"name":"Cup","id":"{cup}"}],"paging":*`)
		m.Do(`POST /v25.0/{shirt}`, `default_product_id={cup}`, `400 {"error":{"message":"(#100)<*>is no item of this group*`)
		m.Do(`POST /v25.0/{shirt}`, `default_product_id={white}&variants=[]`, `200 {"success":true}`)
		m.Do(`GET /v25.0/{shirt}?fields=variants`, ``, `200 {"id":"{shirt}"}`)
		m.As("foreign_token").Do(`DELETE /v25.0/{shirt}`, ``, `400 {"error":{"message":"Unsupported delete request.*`)
		m.Do(`DELETE /v25.0/{shirt}`, ``, `400 {"error":{"message":"(#100) Invalid parameter: the group holds 1 items*`)
		m.Do(`DELETE /v25.0/{shirt}?deletion_method=DELETE_ITEMS`, ``, `200 {"success":true}`)
		m.Do(`GET /v25.0/{white}`, ``, `400 {"error":{"message":"Unsupported get request.*`)
	})
}
