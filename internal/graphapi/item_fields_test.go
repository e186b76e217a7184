package graphapi_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// itemField is a field of the contract's item: how it is sent in each of the two vocabularies, as JSON, and
// how it is read back. A vocabulary that does not write it has "".
type itemField struct {
	name, node, batchName, batch, read string
}

// same is a field of one name, one spelling and one reading.
func same(name, value string) itemField { return itemField{name, value, name, value, value} }

var itemFieldsOfContract = []itemField{
	{`name`, `"Cốc xanh ☕"`, `title`, `"Cốc xanh ☕"`, `"Cốc xanh ☕"`},
	same(`description`, `"Men lam, 300 ml"`), same(`brand`, `"Bát Tràng"`),
	{`url`, `"https://shop.example/coc"`, `link`, `"https://shop.example/coc"`, `"https://shop.example/coc"`},
	{`image_url`, `"https://shop.example/c.jpg"`, `image_link`, `"https://shop.example/c.jpg"`, `"https://shop.example/c.jpg"`},
	{`additional_image_urls`, `["https://shop.example/d.jpg"]`, `additional_image_link`, `["https://shop.example/d.jpg"]`, `["https://shop.example/d.jpg"]`},
	{`images`, ``, ``, ``, `["{\"url\":\"https://shop.example/c.jpg\"}","{\"url\":\"https://shop.example/d.jpg\"}"]`},
	{`price`, `999`, `price`, `"9.99 USD"`, `"$9.99"`},
	{`currency`, `"USD"`, ``, ``, `"USD"`},
	{`sale_price`, `599`, `sale_price`, `"5.99 USD"`, `"$5.99"`},
	{`sale_price_start_date`, `"2026-12-01T00:00+00:00"`, `sale_price_effective_date`, `"2026-12-01T00:00+00:00/2026-12-08T00:00+00:00"`, `"2026-12-01T00:00:00+0000"`},
	{`sale_price_end_date`, `"2026-12-08T00:00+00:00"`, ``, ``, `"2026-12-08T00:00:00+0000"`},
	same(`availability`, `"preorder"`), same(`condition`, `"used_like_new"`),
	{`visibility`, `"staging"`, `status`, `"archived"`, `"staging"`},
	{`status`, ``, ``, ``, `"STAGING"`},
	{`category`, `"2169"`, `google_product_category`, `"2169"`, `"2169"`},
	{`retailer_product_group_id`, ``, `item_group_id`, `"cups"`, `"cups"`},
	same(`expiration_date`, `"2027-03-31"`), same(`start_date`, `"2026-12-24"`), same(`launch_date`, `"2026-12-25"`),
	{`manufacturer_part_number`, `"BT-1"`, `mpn`, `"BT-1"`, `"BT-1"`},
	same(`gtin`, `"4006381333931"`),
	same(`gender`, `"unisex"`), same(`age_group`, `"all ages"`), same(`color`, `"xanh"`), same(`size`, `"M"`),
	same(`material`, `"gốm"`), same(`pattern`, `"sọc"`), same(`product_type`, `"Nhà > Cốc"`), same(`fb_product_category`, `"home > mugs"`),
	same(`short_description`, `"Cốc"`), same(`rich_text_description`, `"<b>Cốc</b>"`), same(`offer_disclaimer`, `"Đến khi hết hàng"`),
	same(`offer_disclaimer_url`, `"https://shop.example/offer"`), same(`live_special_price`, `"4.99 USD"`), same(`mobile_link`, `"https://m.shop.example/coc"`),
	{`checkout_url`, `"https://shop.example/buy"`, `checkout_url`, `"https://shop.example/buy"`, `"https://shop.example/buy"`},
	same(`custom_label_0`, `"a"`), same(`custom_label_1`, `"b"`), same(`custom_label_2`, `"c"`), same(`custom_label_3`, `"d"`), same(`custom_label_4`, `"e"`),
	{`custom_number_0`, `0`, `custom_number_0`, `0`, `"0"`},
	{`custom_number_1`, `"4294967295"`, `custom_number_1`, `4294967295`, `"4294967295"`},
	{`custom_number_2`, `2`, `custom_number_2`, `"2"`, `"2"`},
	{`custom_number_3`, `3`, `custom_number_3`, `3`, `"3"`},
	{`custom_number_4`, `4`, `custom_number_4`, `4`, `"4"`},
	{`inventory`, `7`, ``, ``, `7`},
	{`quantity_to_sell_on_facebook`, `7`, `quantity_to_sell_on_facebook`, `7`, `7`},
	same(`ordering_index`, `5`), same(`return_policy_days`, `30`), same(`origin_country`, `"VN"`), same(`importer_name`, `"Nhập khẩu"`),
	same(`importer_address`, `{"street1":"1 Hàng Bạc","city":"Hà Nội","country":"VN"}`), same(`manufacturer_info`, `"Bát Tràng, Hà Nội"`),
	same(`wa_compliance_category`, `"COUNTRY_ORIGIN_EXEMPT"`), same(`marked_for_product_launch`, `"not_marked"`), same(`vendor_id`, `"v1"`),
	same(`commerce_tax_category`, `"FB_HMGN"`), same(`category_specific_fields`, `{"item_sub_type":"HOME_GOODS"}`),
	{`additional_variant_attributes`, `{"Scent":"Fruity"}`, `additional_variant_attribute`, `"Scent:Fruity"`, `[{"key":"Scent","value":"Fruity"}]`},
	{`custom_data`, `{"glaze":"lam"}`, ``, ``, `[{"key":"glaze","value":"lam"}]`},
	{`tags`, ``, `internal_label`, `["mùa hè","gốm"]`, `["mùa hè","gốm"]`},
	{`capabilities_disabled_by_user`, ``, `disabled_capabilities`, `["marketplace"]`, `["marketplace"]`},
	{`videos`, ``, `video`, `[{"url":"https://shop.example/v.mp4","tag":["x"]}]`, `[{"url":"https://shop.example/v.mp4","tags":["x"]}]`},
	{`applinks`, ``, `applink`, `{"ios_url":"shop://coc","ios_app_store_id":42,"android_package":"vn.shop"}`, `{"ios":[{"url":"shop://coc","app_store_id":"42"}],"android":[{"package":"vn.shop"}]}`},
	{`shipping_weight_value`, ``, `shipping_weight`, `"1.5 kg"`, `1.5`},
	{`shipping_weight_unit`, ``, ``, ``, `"kg"`},
	{`shipping`, ``, `shipping`, `"US:CA:Ground:9.99 USD"`, `[{"shipping_country":"US","shipping_region":"CA","shipping_service":"Ground","shipping_price_value":"9.99","shipping_price_currency":"USD"}]`},
	{`unit_price`, ``, `unit_price`, `{"value":"3.99","currency":"USD","unit":"kg"}`, `{"value":3.99,"currency":"USD","unit":"kg"}`},
	{`rating_count`, ``, `rating_count`, `12`, `12`},
	{`user_rating`, ``, `user_rating`, `4.5`, `4.5`},
}

// appFields are the flat parameters of links into apps.
var appFields = map[string]string{
	`android_app_name`: `"Shop"`, `android_class`: `"Main"`, `android_package`: `"vn.shop"`, `android_url`: `"shop://a"`,
	`ios_app_name`: `"Shop"`, `ios_app_store_id`: `42`, `ios_url`: `"shop://i"`, `ipad_app_name`: `"Shop"`, `ipad_app_store_id`: `43`, `ipad_url`: `"shop://p"`,
	`iphone_app_name`: `"Shop"`, `iphone_app_store_id`: `44`, `iphone_url`: `"shop://h"`,
	`windows_phone_app_id`: `"w"`, `windows_phone_app_name`: `"Shop"`, `windows_phone_url`: `"shop://w"`,
}

// told are the fields of the contract that nobody writes.
var told = strings.Fields(`id retailer_id additional_image_cdn_urls affiliate_seller_rating affiliate_seller_rating_count base_commission_rate bundle_items
	bundle_retailer_ids capability_to_review_status category_ranking commerce_insights errors generated_background_images generated_background_images_ad_usage
	image_cdn_urls image_fetch_status invalidation_errors is_bundle_hero overall_ranking parent_product_id
	post_conversion_signal_based_enforcement_appeal_eligibility product_catalog product_feed product_group product_local_info product_relationship
	review_rejection_reasons review_status video_fetch_status`)

// TestEveryFieldOfAnItem: what the contract lets be written is stored by a node call and by a batch, and read back.
func TestEveryFieldOfAnItem(t *testing.T) {
	t.Parallel()
	eachMarket(t, func(m market) {
		node, batch := map[string]json.RawMessage{}, map[string]json.RawMessage{"id": json.RawMessage(`"b"`)}
		var names []string
		for _, f := range itemFieldsOfContract {
			names = append(names, f.name)
			if f.node != "" {
				node[f.name] = json.RawMessage(f.node)
			}
			if f.batchName != "" {
				batch[f.batchName] = json.RawMessage(f.batch)
			}
		}
		for name, value := range appFields {
			node[name] = json.RawMessage(value)
		}
		for n := range 5 {
			node[fmt.Sprintf("product_priority_%d", n)] = json.RawMessage(`0.5`)
		}
		m.Do(`POST /v25.0/{catalog}/products`, `name=x&price=1&currency=USD&retailer_id=n`, `200 {"id":"<n>"}`)
		m.Do(`POST /v25.0/{n}`, asJSON(t, node), `200 {"success":true}`)
		body := asJSON(t, map[string]any{"item_type": "PRODUCT_ITEM", "requests": []any{map[string]any{"method": "CREATE", "data": batch}}})
		m.Do(`POST /v25.0/{catalog}/items_batch`, body, `200 {"handles":["<handle>"],"validation_status":[]}`)
		m.drain()
		m.Do(`GET /v25.0/{catalog}/products?fields=id&filter={"retailer_id":{"eq":"b"}}`, ``, `200 {"data":[{"id":"<b>"}]*`)

		for _, f := range itemFieldsOfContract {
			if f.node != "" {
				m.reads(`n`, f.name, f.read)
			}
			if f.batchName != "" || f.node == "" {
				m.reads(`b`, f.name, f.read)
			}
		}
		m.reads(`b`, `sale_price_end_date`, `"2026-12-08T00:00:00+0000"`)
		m.reads(`b`, `inventory`, `7`)
		m.reads(`b`, `currency`, `"USD"`)
		for name, value := range appFields {
			m.reads(`n`, name, value)
		}
		m.reads(`n`, `applinks`, `{"android":[{"app_name":"Shop","class":"Main","package":"vn.shop","url":"shop://a"}],"ios":[{"app_name":"Shop","app_store_id":42,"url":"shop://i"}],
			"ipad":[{"app_name":"Shop","app_store_id":43,"url":"shop://p"}],"iphone":[{"app_name":"Shop","app_store_id":44,"url":"shop://h"}],
			"windows_phone":[{"app_id":"w","app_name":"Shop","url":"shop://w"}]}`)
		m.Do(`GET /v25.0/{n}?fields=`+strings.Join(slices.Concat(names, told), ","), ``, `200 *`)
	})
}

// TestEveryValueOfAnItemsEnums: each is taken in both vocabularies and read back as the contract spells it.
func TestEveryValueOfAnItemsEnums(t *testing.T) {
	t.Parallel()
	eachMarket(t, func(m market) {
		m.Do(`POST /v25.0/{catalog}/products`, `name=x&price=1&currency=USD&retailer_id=n`, `200 {"id":"<n>"}`)
		both := func(name, value, batchName, batchValue, read string) {
			m.Do(`POST /v25.0/{n}`, asJSON(t, map[string]string{name: value}), `200 {"success":true}`)
			m.reads(`n`, name, `"`+read+`"`)
			m.Do(`POST /v25.0/{n}`, asJSON(t, map[string]string{name: ""}), `200 {"success":true}`)
			body := asJSON(t, map[string]any{"item_type": "PRODUCT_ITEM", "requests": []any{map[string]any{"method": "UPDATE", "data": map[string]string{"id": "n", batchName: batchValue}}}})
			m.Do(`POST /v25.0/{catalog}/items_batch`, body, `200 {"handles":["<handle>"],"validation_status":[]}`)
			m.drain()
			m.reads(`n`, name, `"`+read+`"`)
		}
		for name, list := range map[string]string{
			"availability": "in stock|out of stock|preorder|available for order|discontinued|pending|mark_as_sold|mark_as_expired",
			"condition":    "new|refurbished|used|used_like_new|used_good|used_fair|cpo|open_box_new",
			"age_group":    "adult|all ages|teen|kids|toddler|infant|newborn", "gender": "female|male|unisex",
			"wa_compliance_category": "DEFAULT|COUNTRY_ORIGIN_EXEMPT", "marked_for_product_launch": "default|marked|not_marked",
		} {
			for value := range strings.SplitSeq(list, "|") {
				both(name, value, name, value, value)
			}
		}
		for _, v := range [][3]string{{"published", "active", "published"}, {"staging", "archived", "staging"}, {"hidden", "hidden", "staging"}, {"published", "published", "published"}, {"staging", "staging", "staging"}} {
			both("visibility", v[0], "status", v[1], v[2])
			both("visibility", v[0], "visibility", v[1], v[2])
		}
	})
}

// reads compares one field of a node, without regard to the order of keys.
func (m market) reads(item, field, want string) {
	m.T.Helper()
	got, _ := m.Call(`GET /v25.0/{`+item+`}?fields=`+field, ``)
	var answer map[string]any
	_, body, _ := strings.Cut(got, " ")
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		m.T.Fatalf("%s of {%s}: %v in %s", field, item, err, got)
	}
	var value any
	if err := json.Unmarshal([]byte(want), &value); err != nil {
		m.T.Fatalf("%s: %v", want, err)
	}
	if g, w := asJSON(m.T, answer[field]), asJSON(m.T, value); g != w {
		m.T.Errorf("%s of {%s} reads %s, want %s", field, item, g, w)
	}
}

func asJSON(t testing.TB, v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
