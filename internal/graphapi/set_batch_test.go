package graphapi_test

import (
	"strings"
	"testing"
)

func TestProductSetsInBatches(t *testing.T) {
	t.Parallel()
	eachMarket(t, func(m market) {
		m.Do(`POST /v25.0/{catalog}/products`, `name=Áo&price=100&currency=USD&retailer_id=a&brand=Áo`, `200 {"id":"<item>"}`)
		m.Do(`POST /v25.0/{catalog}/product_sets_batch`, `{"requests":[
			{"method":"CREATE","data":{"name":"Áo","retailer_id":"ao","filter":{"brand":{"eq":"áo"}},"metadata":{"description":"Mùa hè"},"ordering_info":["{item}"]}},
			{"method":"create","data":{"name":"Sale","retailer_id":"sale","filter":"{\"sale_price\":{\"gt\":0}}","publish_to_shops":[{"shop_id":"1"}]}},
			{"method":"CREATE","data":{"retailer_id":"nameless"}},
			{"method":"CREATE","data":{"name":"Again","retailer_id":"ao"}},
			{"method":"CREATE","data":{"name":"Bad","filter":{"brand":{"like":"x"}}}},
			{"method":"UPDATE","data":{"retailer_id":"ao","name":"Áo mới"}},
			{"method":"UPDATE","data":{"id":"99","name":"x"}},
			{"method":"DELETE","data":{"retailer_id":"sale"}},
			{"method":"DELETE","data":{}},
			{"method":"MERGE","data":{"name":"x"}},
			{"method":"CREATE","data":{"name":"Ordered","ordering_info":["x"]}}]}`, `200 {"handles":["<handle>"]}`)
		m.Do(`GET /v25.0/{catalog}/product_sets?fields=name,retailer_id,product_count,filter`, ``,
			`200 {"data":[{"name":"Áo mới","retailer_id":"ao","product_count":1,"filter":"{\"brand\":{\"eq\":\"áo\"}}","id":"<ao>"},
			{"name":"Sale","retailer_id":"sale","product_count":0,"filter":"{\"sale_price\":{\"gt\":0}}","id":"<sale>"}],"paging":*`)
		m.Do(`GET /v25.0/{ao}?fields=latest_metadata{description},ordering_info`, ``, `200 {"latest_metadata":{"description":"Mùa hè"},"ordering_info":["{item}"],"id":"{ao}"}`)
		m.Do(`GET /v25.0/{catalog}/product_sets_batch?handle={handle}`, ``, `200 {"data":[{"handle":"{handle}","status":"finished","errors":[
			{"line":2,"id":"nameless","message":"(#100) The parameter name is required"},
			{"line":3,"id":"ao","message":"product set {ao} of this catalog has the same filter or the same retailer_id; change that one, or use it"},
			{"line":4,"id":"Bad","message":"there is no operator \"like\"; the operators are contains, eq, gt, gte, i_contains, i_is_any, i_is_not_any, i_not_contains, i_starts_with, i_str_eq, i_str_neq, in, is_any, is_not_any, is_not_present, is_present, lt, lte, neq, not_contains, not_in, regex_match, starts_with"},
			{"line":6,"id":"99","message":"no product set 99 is visible to this token"},
			{"line":7,"id":"sale","message":"the product set is published to shops; send allow_live_product_set_deletion=true to delete it all the same"},
			{"line":8,"id":"","message":"id: say which product set to delete, by id or retailer_id"},
			{"line":9,"id":"x","message":"method \"MERGE\" is unknown; one of CREATE, UPDATE, DELETE"},
			{"line":10,"id":"Ordered","message":"Param ordering_info must be a list of item ids; entry 0 is \"x\""}],"errors_total_count":8}]}`)
		m.Do(`GET /v25.0/{catalog}/product_sets_batch?handle={handle}&fields=status,errors_total_count`, ``, `200 {"data":[{"errors_total_count":8,"status":"finished"}]}`)

		m.Do(`POST /v25.0/{catalog}/product_sets_batch`, `requests=[{"method":"DELETE","data":{"id":"{sale}","allow_live_product_set_deletion":true}},{"method":"UPDATE","data":{"id":{ao},"retailer_id":"shirts"}}]`, `200 {"handles":["<second>"]}`)
		m.Do(`GET /v25.0/{catalog}/product_sets_batch?handle={second}`, ``, `200 {"data":[{"handle":"{second}","status":"finished","errors":[],"errors_total_count":0}]}`)
		m.Do(`GET /v25.0/{catalog}/product_sets?fields=retailer_id`, ``, `200 {"data":[{"retailer_id":"shirts","id":"{ao}"}],"paging":*`)
		m.Do(`GET /v25.0/{sale}`, ``, `400 {"error":{"message":"Unsupported get request.*`)

		// A handle is of its catalog and its edge; a stranger has neither.
		m.Do(`POST /v25.0/{business}/owned_product_catalogs`, `name=Other`, `200 {"id":"<other>"}`)
		m.Do(`GET /v25.0/{other}/product_sets_batch?handle={handle}`, ``, `400 {"error":{"message":"(#100) Invalid parameter: \"<*>\" is no handle of a batch of catalog {other}*`)
		m.Do(`GET /v25.0/{catalog}/check_batch_request_status?handle={handle}`, ``, `400 {"error":{"message":"(#100) Invalid parameter: \"<*>\" is no handle of a batch*`)
		m.Do(`POST /v25.0/{catalog}/items_batch`, `{"item_type":"PRODUCT_ITEM","requests":[{"method":"UPDATE","data":{"id":"a","brand":"B"}}]}`, `200 {"handles":["<items>"]*`)
		m.Do(`GET /v25.0/{catalog}/product_sets_batch?handle={items}`, ``, `400 {"error":{"message":"(#100) Invalid parameter: \"<*>\" is no handle of a batch*`)
		m.Do(`POST /v25.0/{other}/product_sets_batch`, `requests=[{"method":"UPDATE","data":{"id":"{ao}","name":"Mine"}}]`, `200 {"handles":["<third>"]}`)
		m.Do(`GET /v25.0/{other}/product_sets_batch?handle={third}&fields=errors`, ``, `200 {"data":[{"errors":[{"id":"{ao}","line":0,"message":"no product set {ao} is visible to this token"}]}]}`)
		for _, call := range []string{`POST /v25.0/{catalog}/product_sets_batch`, `GET /v25.0/{catalog}/product_sets_batch?handle={handle}`} {
			m.As("foreign_token").Do(call, `requests=[{"method":"CREATE","data":{"name":"x"}}]`, `400 {"error":{"message":"Unsupported *`)
		}

		for _, c := range [][2]string{
			{``, `The parameter requests is required`},
			{`requests=[]`, `requests has 0 entries`},
			{`requests=[{"data":[1]}]`, ``},
			{`url=https://shop.example/sets.csv`, `Hawker takes product sets as a list in requests`},
			{`requests=[` + strings.Repeat(`{},`, 100) + `{}]`, `requests has 101 entries`},
		} {
			m.Do(`POST /v25.0/{catalog}/product_sets_batch`, c[0], `400 {"error":{"message":"(#100) <*>`+c[1]+`*`)
		}
		m.Do(`GET /v25.0/{catalog}/product_sets_batch`, ``, `400 {"error":{"message":"(#100) The parameter handle is required*`)
		m.Do(`DELETE /v25.0/{catalog}?allow_delete_catalog_with_live_product_set=true`, ``, `200 {"success":true}`)
	})
}
