package graphapi_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/graphapi"
)

// A list whose items are far between stops looking when its time is over, and its cursors go on from there: following them
// finds every item once, in both directions. What is not counted in time is not told.
func TestALongLookGoesOn(t *testing.T) {
	t.Parallel()
	eachMarket(t, func(m market) {
		m.farBetween()
		for _, edge := range []string{`{catalog}/products?` + few, `{set}/products?a=1`} {
			found, pages := m.follow(`GET /v25.0/`+edge+`&limit=2&fields=retailer_id`, "next")
			if want := []string{"sku-0003", "sku-1400", "sku-1401"}; !slices.Equal(found, want) || pages < 4 {
				t.Errorf("%s: forwards %v in %d pages, want %v", edge, found, pages, want)
			}
			answer, _ := m.Call(`GET /v25.0/`+edge+`&limit=1&summary=true`, ``)
			if strings.Contains(answer, `"summary":`) {
				t.Errorf("what was not counted is told: %s", answer)
			}
		}
		// From the end backwards.
		m.Do(`GET /v25.0/{catalog}/products?fields=id&limit=1&filter={"retailer_id":{"eq":"sku-1599"}}`, ``, `200 {"data":[{"id":"<*>"}],"paging":{"cursors":{"before":"<last>"*`)
		found, pages := m.follow(`GET /v25.0/{catalog}/products?`+few+`&limit=2&fields=retailer_id&before={last}`, "previous")
		if want := []string{"sku-1400", "sku-1401", "sku-0003"}; !slices.Equal(found, want) || pages < 3 {
			t.Errorf("backwards %v in %d pages, want %v", found, pages, want)
		}
		m.Do(`GET /v25.0/{set}?fields=name,product_count`, ``, `200 {"name":"Rare","id":"{set}"}`)
		// What an index leads to is all there at once.
		m.Do(`GET /v25.0/{catalog}/product_groups?limit=1`, ``, `200 {"data":[{"id":"<group>"*`)
		m.Do(`GET /v25.0/{group}/products?fields=retailer_id&summary=1`, ``, `200 {"data":[{"retailer_id":"sku-0000","id":"<*>"},{"retailer_id":"sku-0001","id":"<*>"}],
			"paging":{"cursors":{"before":"<*>","after":"<*>"}},"summary":{"total_count":2}}`)
	}, func(d *graphapi.Deps) { d.Look, d.LookMost = time.Nanosecond, time.Nanosecond })
}

// No page is empty but the last one: clients that stop at it, as Meta's SDK for Python does, see every item.
func TestNoPageIsEmptyButTheLast(t *testing.T) {
	t.Parallel()
	eachMarket(t, func(m market) {
		m.farBetween()
		m.Do(`GET /v25.0/{catalog}/products?fields=id&limit=1&filter={"retailer_id":{"eq":"sku-1599"}}`, ``, `200 {"data":[{"id":"<*>"}],"paging":{"cursors":{"before":"<last>"*`)
		for call, link := range map[string]string{`{catalog}/products?` + few: "next", `{set}/products?a=1`: "next", `{catalog}/products?before={last}&` + few: "previous"} {
			found, pages := m.follow(`GET /v25.0/`+call+`&limit=1&fields=retailer_id`, link)
			if len(found) != 3 || pages > 4 {
				t.Errorf("%s: %v in %d pages", call, found, pages)
			}
		}
		// A look for what is nowhere ends, too.
		m.Do(`GET /v25.0/{catalog}/products?fields=id&filter={"custom_label_0":{"eq":"nowhere"}}`, ``, `200 {"data":[]}`)
	}, func(d *graphapi.Deps) { d.Look = time.Nanosecond })
}

// few selects what [market.farBetween] puts far between.
const few = `filter={"custom_label_0":{"eq":"rare"}}`

// farBetween fills the catalog with items of which three are rare, and makes a set of those.
func (m market) farBetween() {
	m.T.Helper()
	var requests []string
	for n := range 1600 {
		label := "usual"
		if n == 3 || n == 1400 || n == 1401 {
			label = "rare"
		}
		requests = append(requests, fmt.Sprintf(`{"method":"CREATE","data":{"id":"sku-%04d","title":"Mug","description":"d","availability":"in stock","condition":"new","brand":"b",
				"link":"https://shop.example/1","image_link":"https://shop.example/1.png","price":"1 VND","custom_label_0":%q,"item_group_id":"g%d"}}`, n, label, n/2))
	}
	m.Do(`POST /v25.0/{catalog}/items_batch`, `{"item_type":"PRODUCT_ITEM","requests":[`+strings.Join(requests, ",")+`]}`, `200 *`)
	m.drain()
	m.Do(`POST /v25.0/{catalog}/product_sets`, `{"name":"Rare","filter":{"custom_label_0":{"eq":"rare"}}}`, `200 {"id":"<set>"}`)
}

// follow reads the SKUs of a list page by page, as its links lead.
func (m market) follow(call, link string) (skus []string, pages int) {
	m.T.Helper()
	for {
		answer, _ := m.Call(call, "")
		var page struct {
			Data []struct {
				SKU string `json:"retailer_id"`
			}
			Paging map[string]any
		}
		body, ok := strings.CutPrefix(answer, "200 ")
		if err := json.Unmarshal([]byte(body), &page); !ok || err != nil || pages > 50 {
			m.T.Fatalf("%s: page %d is %s", call, pages, answer)
		}
		for _, i := range page.Data {
			skus = append(skus, i.SKU)
		}
		pages++
		to, _ := page.Paging[link].(string)
		if to == "" {
			return skus, pages
		}
		call = "GET " + strings.TrimPrefix(to, "http://HOST")
	}
}
