package graphapi_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
)

func TestItemsBatch(t *testing.T) {
	t.Parallel()
	eachMarket(t, func(m market) {
		const full = `"title":"Mug","description":"d","availability":"IN STOCK","condition":"new","brand":"b","link":"https://shop.example/1","image_link":"https://shop.example/1.png"`
		m.Do(`POST /v25.0/{catalog}/items_batch`, `{"item_type":"PRODUCT_ITEM","requests":[
			{"method":"CREATE","data":{"id":"a",`+full+`,"price":"9.99 USD"}},
			{"method":"CREATE","data":{"id":"b",`+full+`,"price":"9.99"}},
			{"method":"CREATE","data":{"id":"c",`+full+`,"price":"45000 VND","mood":"great","custom_label_0":1.50,"sale_price":"40000 VND",
				"sale_price_effective_date":"2026-11-23T00:00+07:00/2026-11-30T23:59+07:00","internal_label":["Summer"],"item_group_id":"g"}},
			{"method":"UPDATE","data":{"id":"a","title":"Cup","image":[{"url":"https://shop.example/2.png","tag":["x"]},{"url":"https://shop.example/3.png"}]}},
			{"method":"create","data":{"retailer_id":"d",`+full+`,"price":"1 VND"}},
			{"method":"DELETE","data":{"id":"d"}},
			{"method":"DELETE","data":{"id":"nobody"}},
			{"method":"UPDATE","data":{"id":"new","price":"1 VND"}},
			{"method":"MERGE","data":{"id":"e"}},
			{"method":"CREATE"}
		]}`, `200 {"handles":["<handle>"],"validation_status":[
			{"retailer_id":"b","errors":[{"message":"price: \"9.99\" has no currency; write a number, a space and an ISO 4217 code, for example 9.99 USD"}]},
			{"retailer_id":"c","warnings":[{"message":"Unrecognised field: A request for item c contains unrecognised field: 'mood'"}]},
			{"retailer_id":"d","warnings":[{"message":"Unrecognised field: A request for item d contains unrecognised field: 'retailer_id'"}]},
			{"retailer_id":"e","errors":[{"message":"method: \"MERGE\" is not CREATE, UPDATE or DELETE"}]},
			{"retailer_id":"","errors":[{"message":"id: is missing; every item needs an id of your own, unique in the catalog"}]}]}`)
		m.Do(`GET /v25.0/{catalog}/check_batch_request_status?handle={handle}`, ``, `200 {"data":[{"handle":"{handle}","status":"scheduled","errors_total_count":0,"errors":[],
			"warnings_total_count":0,"warnings":[],"ids_of_invalid_requests":[]}]}`)
		m.drain()
		m.Do(`GET /v25.0/{catalog}/check_batch_request_status?handle={handle}&load_ids_of_invalid_requests=true&error_priority=HIGH`, ``,
			`200 {"data":[{"handle":"{handle}","status":"finished","errors_total_count":9,"errors":[
			{"line":1,"id":"b","message":"price: \"9.99\" has no currency; write a number, a space and an ISO 4217 code, for example 9.99 USD"},
			{"line":7,"id":"new","message":"title: is missing; every item needs a title"},*`)
		m.Do(`GET /v25.0/{catalog}/check_batch_request_status?handle={handle}&error_priority=LOW&fields=warnings,status`, ``,
			`200 {"data":[{"status":"finished","warnings":[{"id":"c","line":2,"message":"Unrecognised field: A request for item c contains unrecognised field: 'mood'"},
			{"id":"d","line":4,"message":"Unrecognised field: A request for item d contains unrecognised field: 'retailer_id'"},
			{"id":"nobody","line":6,"message":"there is no item with this id; nothing was deleted"}]}]}`)
		m.Do(`GET /v25.0/{catalog}/products?fields=retailer_id,name,price,sale_price,availability,image_url,additional_image_urls,custom_label_0,tags,retailer_product_group_id`, ``, `200 {"data":[
			{"retailer_id":"a","name":"Cup","price":"$9.99","availability":"in stock","image_url":"https://shop.example/2.png","additional_image_urls":["https://shop.example/3.png"],"id":"<*>"},
			{"retailer_id":"c","name":"Mug","price":"45,000<*>","sale_price":"40,000<*>","availability":"in stock","image_url":"https://shop.example/1.png","custom_label_0":"1.50","tags":["summer"],
			"retailer_product_group_id":"g","id":"<*>"}]*`)

		// Requests as JSON in a form, allow_upsert off, a foreign caller.
		m.Do(`POST /v25.0/{catalog}/items_batch`, `item_type=PRODUCT_ITEM&allow_upsert=false&requests=`+url.QueryEscape(`[{"method":"UPDATE","data":{"id":"zz","price":"1 VND"}},{"method":"UPDATE","data":{"id":"a","price":"2 USD"}}]`),
			`200 {"handles":["<second>"],"validation_status":[]}`)
		m.drain()
		m.Do(`GET /v25.0/{catalog}/check_batch_request_status?handle={second}&load_ids_of_invalid_requests=1`, ``, `200 {"data":[{"handle":"{second}","status":"finished","errors_total_count":1,
			"errors":[{"line":0,"id":"zz","message":"there is no item with this id; create it, or leave allow_upsert on"}],"warnings_total_count":0,"warnings":[],"ids_of_invalid_requests":["zz"]}]}`)
		m.Do(`POST /v25.0/{catalog}/items_batch`, `{"item_type":"PRODUCT_ITEM","requests":"[{\"method\":\"DELETE\",\"data\":{\"id\":\"c\"}}]"}`, `200 {"handles":["<third>"],"validation_status":[]}`)
		m.drain()
		m.Do(`GET /v25.0/{catalog}?fields=product_count`, ``, `200 {"product_count":1,"id":"{catalog}"}`)
		m.Do(`GET /v25.0/{catalog}/check_batch_request_status?handle={handle}&load_ids_of_invalid_requests=true&fields=ids_of_invalid_requests`, ``,
			`200 {"data":[{"ids_of_invalid_requests":["b","new","e"]}]}`)
		m.As("foreign_token").Do(`POST /v25.0/{catalog}/items_batch`, `{"item_type":"PRODUCT_ITEM","requests":[{"method":"DELETE","data":{"id":"a"}}]}`, `400 {"error":{"message":"Unsupported post request.*`)
		m.As("foreign_token").Do(`GET /v25.0/{catalog}/check_batch_request_status?handle={handle}`, ``, `400 {"error":{"message":"Unsupported get request.*`)
	})
}

func TestItemsBatchRefusesBadInput(t *testing.T) {
	t.Parallel()
	eachMarket(t, func(m market) {
		line := `{"method":"DELETE","data":{"id":"a"}}`
		for _, c := range []struct{ body, want string }{
			{`{"requests":[` + line + `]}`, `The parameter item_type is required`},
			{`{"item_type":"PRODUCT_ITEM"}`, `The parameter requests is required`},
			{`{"item_type":"HOTEL","requests":[` + line + `]}`, `must be PRODUCT_ITEM`},
			{`{"item_type":"PRODUCT_ITEM","requests":[]}`, `requests is empty`},
			{`{"item_type":"PRODUCT_ITEM","requests":{}}`, `Param requests must be an array`},
			{`{"item_type":"PRODUCT_ITEM","requests":"nonsense"}`, `Param requests must be an array`},
			{`{"item_type":"PRODUCT_ITEM","requests":[` + line + `,7]}`, `requests[1] must be an object like`},
			{`{"item_type":"PRODUCT_ITEM","requests":[{"method":7}]}`, `requests[0].method must be a string`},
			{`{"item_type":"PRODUCT_ITEM","requests":[` + line + `,{"method":"CREATE","data":[]}]}`, `requests[1].data must be an object`},
			{`{"item_type":"PRODUCT_ITEM","requests":[{"method":"CREATE","method":"DELETE"}]}`, `(#100)`},
			{`{"item_type":"PRODUCT_ITEM","requests":[` + line, `(#100)`},
			{`{"item_type":"PRODUCT_ITEM","allow_upsert":"perhaps","requests":[` + line + `]}`, `Param allow_upsert must be a boolean`},
			{`{"item_type":"PRODUCT_ITEM","requests":[` + strings.Repeat(line+",", 5000) + line + `]}`, `requests has 5001 entries, at most 5000 are allowed in one call; split them`},
			{`{"item_type":"PRODUCT_ITEM","requests":` + strings.Repeat("[", 1000000), `(#100)`},
			{`{"item_type":"PRODUCT_ITEM","requests":["` + strings.Repeat("x", 28<<20) + `"]}`, ``},
		} {
			answer, _ := m.Call(`POST /v25.0/{catalog}/items_batch`, c.body)
			if !strings.HasPrefix(answer, `4`) || !strings.Contains(answer, `{"error":{"message":"`) || !strings.Contains(answer, c.want) {
				t.Errorf("%.100s\n got %.400s\nwant %s", c.body, answer, c.want)
			}
		}
		for query, want := range map[string]string{
			``:                               `The parameter handle is required`,
			`handle=Anone`:                   `\"Anone\" is no handle of a batch of catalog`,
			`handle=%00`:                     `Param handle must not hold the character U+0000`,
			`handle=x&error_priority=URGENT`: `Param error_priority must be one of HIGH, MEDIUM, LOW`,
		} {
			answer, _ := m.Call(`GET /v25.0/{catalog}/check_batch_request_status?`+query, ``)
			if !strings.HasPrefix(answer, `400 {"error":{"message":"(#100)`) || !strings.Contains(answer, want) {
				t.Errorf("%s\n got %s\nwant %s", query, answer, want)
			}
		}
		// What is wrong with an item is said of the item, and no handle is given when all are wrong.
		for data, want := range map[string]string{
			`"id":7`:         `title: is missing`,
			`"id":{"x":1}`:   `id: must be a text`,
			`"id":["x"]`:     `id: must be a text`,
			`"id":"a\u0000"`: `id: holds bytes that are no text`,
			`"id":"` + strings.Repeat("ợ", 101) + `"`:                      `id: has 101 characters, at most 100 are allowed`,
			`"id":"a","price":9.99`:                                        `price: \"9.99\" has no currency`,
			`"id":"a","price":"-1 USD"`:                                    `price: \"-1\" is not a price; write digits`,
			`"id":"a","price":"12,34.5 USD"`:                               `price: \"12,34.5\" is not a price`,
			`"id":"a","price":"1.234 USD"`:                                 `price: \"1.234\" has 3 decimals, USD has 2`,
			`"id":"a","price":"1 XXY"`:                                     `price: \"XXY\" is not an ISO 4217`,
			`"id":"a","price":["1 USD"]`:                                   `price: `,
			`"id":"a","title":{"x":1}`:                                     `title: \"{\\\"x\\\":1}\" is not text`,
			`"id":"a","image":[{"link":"x"}]`:                              `image: \"{\\\"link\\\":\\\"x\\\"}\" is not an object with an http(s) \"url\"`,
			`"id":"a","user_rating":7`:                                     `user_rating: \"7\" is not between 1 and 5`,
			`"id":"a","shipping_weight":"heavy"`:                           `shipping_weight: \"heavy\" is not a weight`,
			`"id":"a","sale_price_effective_date":"2026-11-30/2026-11-23"`: `sale_price_effective_date: \"2026-11-30/2026-11-23\" ends before it starts`,
		} {
			answer, _ := m.Call(`POST /v25.0/{catalog}/items_batch`, `{"item_type":"PRODUCT_ITEM","requests":[{"method":"CREATE","data":{`+data+`}}]}`)
			if !strings.HasPrefix(answer, `200 {"handles":[],"validation_status":[{"retailer_id":`) || !strings.Contains(answer, want) {
				t.Errorf("%s\n got %s\nwant %s", data, answer, want)
			}
		}
		m.Do(`GET /v25.0/{catalog}?fields=product_count`, ``, `200 {"product_count":0,"id":"{catalog}"}`)
	})
}

func TestAHandleIsForgottenAMonthAfterItsBatch(t *testing.T) {
	t.Parallel()
	eachMarket(t, func(m market) {
		body := `{"item_type":"PRODUCT_ITEM","requests":[{"method":"DELETE","data":{"id":"a"}}]}`
		m.Do(`POST /v25.0/{catalog}/items_batch`, body, `200 {"handles":["<old>"],"validation_status":[]}`)
		m.drain()
		for n, want := range []string{`200 {"data":[{"handle":"{old}"*`, `400 {"error":{"message":"(#100)*`} {
			m.Clock.Advance(20 * 24 * 3600e9)
			m.Do(`POST /v25.0/{catalog}/items_batch`, body, fmt.Sprintf(`200 {"handles":["<new%d>"],"validation_status":[]}`, n))
			m.Do(`GET /v25.0/{catalog}/check_batch_request_status?handle={old}`, ``, want)
		}
	})
}
