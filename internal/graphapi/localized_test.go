package graphapi_test

import (
	"strings"
	"testing"
)

func TestTheOlderBatchSpeaksTheNodesVocabulary(t *testing.T) {
	t.Parallel()
	eachMarket(t, func(m market) {
		m.Do(`POST /v17.0/{catalog}/batch`, `requests=[{"method":"CREATE","retailer_id":"pho","data":{"name":"Phở","price":4500,"currency":"USD","url":"https://shop.example/pho","image_url":"https://shop.example/p.jpg","availability":"in stock"}},{"method":"CREATE","retailer_id":"bad","data":{"name":"x"}}]`,
			`200 {"handles":["<handle>"],"validation_status":[{"retailer_id":"bad","errors":[{"message":"currency: is missing; write the price with its currency, for example \"9.99 USD\""},{"message":"price: is missing; the price in minor units, for example 999 for 9.99 USD"}]}]}`)
		m.drain()
		m.Do(`GET /v25.0/{catalog}/products?fields=retailer_id,name,price`, ``, `200 {"data":[{"retailer_id":"pho","name":"Phở","price":"$45.00","id":"<pho>"}],"paging":*`)
		m.Do(`POST /v17.0/{catalog}/batch`, `{"requests":[{"method":"UPDATE","retailer_id":"pho","data":{"price":5000}},{"method":"UPDATE","retailer_id":"no","data":{"price":1}}],"allow_upsert":false}`, `200 {"handles":["<second>"],"validation_status":[]}`)
		m.drain()
		m.Do(`GET /v25.0/{catalog}/check_batch_request_status?handle={second}`, ``, `200 {"data":[{"handle":"{second}","status":"finished","errors_total_count":1,"errors":[{"line":1,"id":"no","message":"there is no item with this id; create it, or leave allow_upsert on"}]*`)
		m.Do(`GET /v25.0/{pho}?fields=price`, ``, `200 {"price":"$50.00","id":"{pho}"}`)
	})
}

func TestItemsInOtherLanguagesAndCountries(t *testing.T) {
	t.Parallel()
	eachMarket(t, func(m market) {
		m.Do(`POST /v25.0/{catalog}/products`, `name=Pho&description=Hot&price=1000&currency=USD&retailer_id=pho`, `200 {"id":"<pho>"}`)
		m.Do(`POST /v25.0/{catalog}/localized_items_batch`, `{"item_type":"PRODUCT_ITEM","requests":[
			{"method":"UPDATE","localization":{"type":"LANGUAGE","value":"vi_VN"},"data":{"id":"pho","title":"Phở bò","description":"Nóng hổi"}},
			{"method":"UPDATE","localization":{"type":"COUNTRY","value":"VN"},"data":{"id":"pho","price":"45000 VND"}},
			{"method":"UPDATE","localization":{"type":"LANGUAGE_AND_COUNTRY","value":"vi_VN|VN"},"data":{"id":"pho","title":"Phở bò Hà Nội"}},
			{"method":"UPDATE","localization":{"type":"LANGUAGE","value":"vi_VN"},"data":{"id":"pho","price":"1 USD"}},
			{"method":"UPDATE","localization":{"type":"LANGUAGE","value":"Vietnamese"},"data":{"id":"pho","title":"x"}},
			{"method":"UPDATE","data":{"id":"pho","title":"x"}},
			{"method":"UPDATE","localization":{"type":"COUNTRY","value":"US"},"data":{"id":"pho","gtin":"1"}},
			{"method":"UPDATE","localization":{"type":"COUNTRY","value":"US"},"data":{"id":"no","title":"x"}}]}`,
			`200 {"handles":["<handle>"],"validation_status":[{"retailer_id":"pho","errors":[{"message":"price: differs by country only, not by language"}]},{"retailer_id":"pho","errors":[{"message":"localization.value: \"Vietnamese\" is not right for LANGUAGE: write es_XX for a language, US for a country, es_XX|US for both"}]},{"retailer_id":"pho","errors":[{"message":"localization: is missing; say*`)
		m.drain()
		m.Do(`GET /v25.0/{catalog}/check_batch_request_status?handle={handle}&fields=errors_total_count`, ``, `200 {"data":[{"errors_total_count":5}]*`)
		m.Do(`GET /v25.0/{pho}?fields=name,description,price`, ``, `200 {"name":"Pho","description":"Hot","price":"$10.00","id":"{pho}"}`)
		m.Do(`GET /v25.0/{pho}?fields=name,description,price&override_language=vi_VN`, ``, `200 {"name":"Phở bò","description":"Nóng hổi","price":"$10.00","id":"{pho}"}`)
		m.Do(`GET /v25.0/{pho}?fields=name,price&override_country=VN&override_language=vi_VN`, ``, `200 {"name":"Phở bò Hà Nội","price":"45,000 ₫","id":"{pho}"}`)
		m.Do(`GET /v25.0/{pho}/override_details?type=LANGUAGE`, ``, `200 {"data":[{"type":"LANGUAGE","key":"vi_VN","values":{"description":"Nóng hổi","title":"Phở bò"}}]}`)
		m.Do(`GET /v25.0/{pho}/override_details?keys=["VN","US"]`, ``, `200 {"data":[{"type":"COUNTRY","key":"VN","values":{"price":"45000 VND"}}]}`)
		m.Do(`POST /v25.0/{catalog}/localized_items_batch`, `{"item_type":"PRODUCT_ITEM","requests":[{"method":"DELETE","localization":{"type":"LANGUAGE","value":"vi_VN"},"data":{"id":"pho"}}]}`, `200 {"handles":["<*>"],"validation_status":[]}`)
		m.drain()
		m.Do(`GET /v25.0/{pho}?fields=name&override_language=vi_VN`, ``, `200 {"name":"Pho","id":"{pho}"}`)
		// What a language says in all regions holds where the region says nothing itself.
		m.Do(`POST /v25.0/{catalog}/localized_items_batch`, `{"item_type":"PRODUCT_ITEM","requests":[
			{"method":"UPDATE","localization":{"type":"LANGUAGE","value":"es_XX"},"data":{"id":"pho","title":"Sopa","description":"Caliente"}},
			{"method":"UPDATE","localization":{"type":"LANGUAGE","value":"es_MX"},"data":{"id":"pho","title":"Caldo"}},
			{"method":"UPDATE","localization":{"type":"LANGUAGE_AND_COUNTRY","value":"es_XX|US"},"data":{"id":"pho","price":"12 USD"}}]}`, `200 {"handles":["<*>"],"validation_status":[]}`)
		m.drain()
		m.Do(`GET /v25.0/{pho}?fields=name,description&override_language=es_ES`, ``, `200 {"name":"Sopa","description":"Caliente","id":"{pho}"}`)
		m.Do(`GET /v25.0/{pho}?fields=name,description,price&override_language=es_MX&override_country=US`, ``, `200 {"name":"Caldo","description":"Caliente","price":"$12.00","id":"{pho}"}`)
		m.Do(`GET /v25.0/{pho}?fields=name&override_language=vi_VN`, ``, `200 {"name":"Pho","id":"{pho}"}`)
	})
}

func TestDiagnostics(t *testing.T) {
	t.Parallel()
	eachMarket(t, func(m market) {
		m.Do(`GET /v25.0/{catalog}/diagnostics`, ``, `200 {"data":[]}`)
		m.Do(`POST /v25.0/{catalog}/products`, `name=PHỞ BÒ&description=PHỞ BÒ&price=0&currency=USD&retailer_id=a&brand=Quán&url=https://shop.example/a&image_url=https://shop.example/a.jpg&category=Food`, `200 {"id":"<a>"}`)
		m.Do(`POST /v25.0/{catalog}/products`, `name=Cup&price=100&currency=USD&retailer_id=b&brand=Quán&category=Cups&url=https://shop.example/b&image_url=https://shop.example/b.jpg`, `200 {"id":"<b>"}`)
		m.Do(`GET /v25.0/{catalog}/diagnostics?severities=["MUST_FIX"]`, ``, `200 {"data":[{"type":"ATTRIBUTES_MISSING","severity":"MUST_FIX","title":"Items have no description","subtitle":"Say in the description what the item is","error_code":2,`+
			`"affected_entity":"product_item","affected_channels":["whatsapp"],"affected_features":[],"number_of_affected_items":1,"number_of_affected_entities":1,"diagnostics":[{"field":"description","samples":[{"id":"{b}","retailer_id":"b"}]}]},{"type":"ATTRIBUTES_INVALID",*`)
		m.Do(`GET /v25.0/{catalog}/diagnostics?types=["LOW_QUALITY_TITLE_AND_DESCRIPTION"]&fields=title`, ``, `200 {"data":[{"title":"Descriptions only repeat the title"},{"title":"Titles are all in capitals"}]}`)
		m.Do(`GET /v25.0/{catalog}/diagnostics?affected_channels=["marketplace"]`, ``, `200 {"data":[]}`)
		m.Do(`GET /v25.0/{catalog}/diagnostics?severities=["BAD"]`, ``, `400 {"error":{"message":"(#100)*`)
		m.Do(`GET /v25.0/{catalog}/categories?categorization_criteria=BRAND`, ``, `200 {"data":[{"categorization_criteria":"brand","criteria_value":"Quán","num_items":2}]}`)
		m.As("foreign_token").Do(`GET /v25.0/{catalog}/diagnostics`, ``, `400 {"error":{"message":"Unsupported get request.*`)
	})
}

func TestFieldsWithPartsInBothVocabularies(t *testing.T) {
	t.Parallel()
	eachMarket(t, func(m market) {
		m.Do(`POST /v25.0/{catalog}/items_batch`, `{"item_type":"PRODUCT_ITEM","requests":[{"method":"CREATE","data":{"id":"mug","title":"Mug","description":"Clay","availability":"mark_as_expired","condition":"new",
			"link":"https://shop.example/1","image":[{"url":"https://shop.example/1.jpg"},{"url":"https://shop.example/2.jpg"}],"brand":"Mộc","price":"9.99 USD","gtin":"4006381333932",
			"rich_text_description":"<p id=x>Hot<script>1</script></p>","video":[{"url":"https://shop.example/1.mp4","tag":["tour"]}],"applink":{"ios_url":"shop://1"},
			"shipping":"US:CA:Ground:9.99 USD","shipping_weight":"1.5 kg","unit_price":{"value":"1","currency":"USD","unit":"kg"},"internal_label":"['A','B']","quantity_to_sell_on_facebook":"3",
			"return_policy_info":{"is_final_sale":"false","return_policy_days":"30"},"offer_disclaimer":"While it lasts"}}]}`,
			`200 {"handles":["<handle>"],"validation_status":[{"retailer_id":"mug","warnings":[{"message":"gtin: \"4006381333932\" is not a GTIN: its check digit would be 1; the item goes without"}]}]}`)
		m.drain()
		m.Do(`GET /v25.0/{catalog}/products?fields=availability,gtin,rich_text_description,videos,applinks,shipping_weight_value,shipping_weight_unit,tags,inventory,images,offer_disclaimer,video_fetch_status`, ``,
			`200 {"data":[{"availability":"mark_as_expired","rich_text_description":"<p>Hot</p>","videos":[{"tags":["tour"],"url":"https://shop.example/1.mp4"}],"applinks":{"ios":[{"url":"shop://1"}]},
			"shipping_weight_value":1.5,"shipping_weight_unit":"kg","tags":["a","b"],"inventory":3,"images":["{\"url\":\"https://shop.example/1.jpg\"}","{\"url\":\"https://shop.example/2.jpg\"}"],
			"offer_disclaimer":"While it lasts","video_fetch_status":"NO_STATUS","id":"<mug>"}]*`)
		m.Do(`GET /v25.0/{mug}/videos_metadata`, ``, `200 {"data":[{"tags":["tour"],"url":"https://shop.example/1.mp4"}]}`)
		m.Do(`GET /v25.0/{mug}?fields=shipping,unit_price,return_policy_info`, ``, `200 {"shipping":[{"shipping_country":"US","shipping_price_currency":"USD","shipping_price_value":"9.99","shipping_region":"CA","shipping_service":"Ground"}],
			"unit_price":{"currency":"USD","unit":"kg","value":1.00},"return_policy_info":{"is_final_sale":"false","return_policy_days":"30"},"id":"{mug}"}`)
		m.Do(`POST /v25.0/{mug}`, `gtin=1`, `400 {"error":{"message":"(#100)*`)
		m.Do(`POST /v25.0/{mug}`, `android_url=shop://2&gtin=0-306-40615-2&shipping=&importer_address={"street1":"1 MG Road","city":"Pune","country":"IN"}`, `200 {"success":true}`)
		m.Do(`GET /v25.0/{mug}?fields=applinks,gtin,shipping,importer_address`, ``,
			`200 {"applinks":{"android":[{"url":"shop://2"}],"ios":[{"url":"shop://1"}]},"gtin":"9780306406157","importer_address":{"city":"Pune","country":"IN","street1":"1 MG Road"},"id":"{mug}"}`)
	})
}

func TestWhatIsWrongWithAnItem(t *testing.T) {
	t.Parallel()
	eachMarket(t, func(m market) {
		m.Do(`POST /v25.0/{catalog}/products`, `name=GREAT SOUP&description=GREAT SOUP&price=0&currency=USD&retailer_id=a&brand=Quán&url=https://shop.example/a&image_url=https://shop.example/a.jpg&expiration_date=2026-11-22`, `200 {"id":"<a>"}`)
		m.Do(`POST /v25.0/{catalog}/products`, `name=Cup&price=100&currency=USD&retailer_id=b&description=Clay`, `200 {"id":"<b>"}`)
		m.Do(`GET /v25.0/{a}?fields=errors{error_type,error_priority}`, ``, `200 {"errors":[{"error_priority":"MEDIUM","error_type":"ITEM_PRICE_NOT_POSITIVE"},{"error_priority":"HIGH","error_type":"PRODUCT_EXPIRED"},
			{"error_priority":"LOW","error_type":"DUPLICATE_TITLE_AND_DESCRIPTION"},{"error_priority":"LOW","error_type":"PROPERTY_VALUE_UPPERCASE_WARNING"}],"id":"{a}"}`)
		m.Do(`GET /v25.0/{b}?fields=errors{error_type}`, ``, `200 {"errors":[{"error_type":"EMPTY_IMAGE_URL"},{"error_type":"EMPTY_PRODUCT_URL"},{"error_type":"EMPTY_BRAND"}],"id":"{b}"}`)
		for query, want := range map[string]string{
			"error_type=PRODUCT_EXPIRED": `[{"id":"{a}"}]`, "error_type=empty_brand": `[{"id":"{b}"}]`, "error_priority=HIGH": `[{"id":"{a}"}]`, "error_priority=LOW": `[{"id":"{a}"},{"id":"{b}"}]`,
			"error_type=PRODUCT_EXPIRED&error_priority=LOW": `[]`, "error_type=VIDEO_FETCH_FAILED": `[]`,
		} {
			m.Do(`GET /v25.0/{catalog}/products?fields=id&`+query, ``, `200 {"data":`+want+`*`)
		}
		// What the contract's lists do not hold is refused, wherever it stands.
		for call, want := range map[string]string{
			`GET {catalog}/products?error_type=SOMETHING`:                       `Param error_type must be an error_type of an item, such as PRODUCT_EXPIRED or EMPTY_IMAGE_URL, not \"SOMETHING\"`,
			`GET {catalog}/products?error_priority=high`:                        `Param error_priority must be one of HIGH, MEDIUM, LOW`,
			`GET {catalog}/diagnostics?types=["SOMETHING"]`:                     `Param types must hold AR_VISIBILITY_ISSUES, ATTRIBUTES_INVALID,`,
			`GET {catalog}/diagnostics?severities=["LOW"]`:                      `Param severities must hold MUST_FIX, OPPORTUNITY, not \"LOW\"`,
			`GET {catalog}/diagnostics?affected_channels=["sms"]`:               `Param affected_channels must hold b2c_marketplace,`,
			`GET {catalog}/diagnostics?affected_entities=["feed"]`:              `Param affected_entities must hold product_catalog, product_event, product_item, product_set, not`,
			`GET {catalog}/diagnostics?affected_features=["x"]`:                 `Param affected_features must hold augmented_reality, checkout, not`,
			`GET {catalog}/data_sources?ingestion_source_type=x`:                `Param ingestion_source_type must be one of ALL, PRIMARY, SUPPLEMENTARY`,
			`POST {catalog}/items_batch?item_type=HOTEL`:                        `Param item_type must be PRODUCT_ITEM`,
			`POST {catalog}/items_batch?item_type=PRODUCT_ITEM&item_sub_type=X`: `Param item_sub_type must be one of EMPTY, APPLIANCES,`,
			`POST {catalog}/product_feeds?name=x&feed_type=X`:                   `feed_type \"X\" is unknown`,
			`POST {catalog}/product_feeds?name=x&feed_type=HOTEL`:               `feed_type \"HOTEL\" is not offered`,
			`POST {catalog}/product_feeds?name=x&item_sub_type=X`:               `item_sub_type \"X\" is unknown; one of EMPTY,`,
			`POST {catalog}/product_feeds?name=x&override_type=X`:               `override_type \"X\" is unknown`,
			`POST {catalog}/product_feeds?name=x&override_type=VERSION`:         `override_type \"VERSION\" is not offered`,
			`POST {catalog}/product_feeds?name=x&encoding=UTF7`:                 `encoding \"UTF7\" is unknown; one of AUTODETECT, LATIN1,`,
			`POST {catalog}/product_feeds?name=x&delimiter=DOT`:                 `delimiter \"DOT\" is unknown; one of AUTODETECT, BAR, COMMA,`,
			`POST {catalog}/product_feeds?name=x&quoted_fields_mode=maybe`:      `quoted_fields_mode \"MAYBE\" is unknown; one of AUTODETECT, ON, OFF`,
			`POST {catalog}/product_feeds?name=x&ingestion_source_type=OTHER`:   `Param ingestion_source_type must be one of PRIMARY_FEED, SUPPLEMENTARY_FEED`,
			`POST {catalog}/product_feeds?name=x&use_case=OTHER`:                `use_case \"OTHER\" is unknown`,
			`POST {catalog}/product_feeds?name=x&country=ZZ`:                    `country \"ZZ\" is no ISO 3166 code`,
			`POST {catalog}/product_feeds?name=x&default_currency=XXY`:          `default_currency \"XXY\" is no ISO 4217 code`,
		} {
			verb, target, _ := strings.Cut(call, " ")
			answer, _ := m.Call(verb+` /v25.0/`+target, ``)
			if !strings.HasPrefix(answer, `400 {"error":{"message":"(#100) `) || !strings.Contains(answer, want) {
				t.Errorf("%s\n got %.400s\nwant %s", call, answer, want)
			}
		}
	})
}
