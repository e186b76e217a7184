package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// A verdict is everywhere at once: in the storefront, on the product's page, in carts, in what is sent and in what was sent.
func TestAVerdictIsEverywhereAtOnce(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	w.must(http.MethodPost, chatA+"/messages", `{"text":"Hi"}`)
	item := w.itemOf(catalogA, "PH01")
	v := visit(t, w)
	v.page(http.MethodPost, "/chat/customer", url.Values{"wa_id": {lan}})
	single := `{"messaging_product":"whatsapp","to":"` + lan + `","type":"interactive","interactive":{"type":"product","action":{"catalog_id":"` + catalogA + `","product_retailer_id":"PH01"}}}`
	list := func(skus string) string {
		return `{"messaging_product":"whatsapp","to":"` + lan + `","type":"interactive","interactive":{"type":"product_list","header":{"type":"text","text":"H"},"body":{"text":"B"},"action":{"catalog_id":"` + catalogA +
			`","sections":[{"title":"S","product_items":[` + skus + `]}]}}}`
	}
	const ph01, ph02 = `{"product_retailer_id":"PH01"}`, `{"product_retailer_id":"PH02"}`
	w.must(http.MethodPost, "/v25.0/"+phoneA+"/messages", single)
	fill := func() { w.must(http.MethodPut, chatA+"/cart/PH01", `{"quantity":2}`) }
	walk := func(when string, sold bool) {
		t.Helper()
		if got := strings.Contains(w.raw(http.MethodGet, chatA+"/catalog?limit=100"), `"PH01"`); got != sold {
			t.Errorf("%s: the storefront shows it: %v", when, got)
		}
		if status, _ := w.call(http.MethodGet, chatA+"/products/PH01", ""); (status == http.StatusOK) != sold {
			t.Errorf("%s: the product's page answers %d", when, status)
		}
		if status, page, _ := v.page(http.MethodGet, "/chat/"+phoneA+"/product/PH01", nil); (status == http.StatusOK && strings.Contains(page, "Phở bò")) != sold {
			t.Errorf("%s: the product's page in the browser answers %d", when, status)
		}
		status, _, text := w.sent(single)
		if want := "product not found for product_retailer_id PH01 in catalog_id " + catalogA; (status == http.StatusOK) != sold || (!sold && text != want) {
			t.Errorf("%s: sent alone: %d %q", when, status, text)
		}
		status, code, text := w.sent(list(ph01))
		if want := "None of the products provided could be sent. Please check your catalog."; (status == http.StatusOK) != sold || (!sold && (code != 131009 || text != want)) {
			t.Errorf("%s: a list of it alone: %d %v %q", when, status, code, text)
		}
		w.must(http.MethodPost, "/v25.0/"+phoneA+"/messages", list(ph01+","+ph02))
		messages := w.must(http.MethodGet, chatA+"?limit=1", "")["messages"].([]any)
		last := jsonOf(t, messages[len(messages)-1])
		if got := strings.Contains(last, `"PH01"`); got != sold || !strings.Contains(last, `"PH02"`) {
			t.Errorf("%s: a list with another one shows it: %v", when, got)
		}
	}
	fill()
	walk("approved", true)
	w.must(http.MethodPost, "/sandbox/v1/items/"+item+"/verdict", `{"status":"rejected","policy_id":"weapons","reason":"No."}`)
	if cart := w.raw(http.MethodGet, chatA+"/cart"); !strings.Contains(cart, `"updated":true`) || !strings.Contains(cart, `"removed":[{`) || !strings.Contains(cart, `"unavailable":true`) {
		t.Errorf("the cart after the rejection: %s", cart)
	}
	if status, _ := w.call(http.MethodPut, chatA+"/cart/PH01", `{"quantity":1}`); status == http.StatusOK {
		t.Error("a rejected item goes into the cart")
	}
	walk("rejected", false)
	if _, page, _ := v.page(http.MethodGet, "/chat/"+phoneA, nil, "Accept-Language", "en"); !strings.Contains(visibleText(page), "no longer available") {
		t.Error("the message sent before does not say that it is gone")
	}
	w.must(http.MethodPost, "/v25.0/"+catalogA+"/additional_reviews", `{"retailer_ids":["PH01"],"message":"It is soup."}`)
	walk("appealed", false)
	w.must(http.MethodPost, "/sandbox/v1/items/"+item+"/verdict", `{"status":"approved"}`)
	fill()
	walk("granted", true)
	w.must(http.MethodPost, "/v25.0/"+item, `{"description":"Nước dùng hầm xương mười giờ."}`)
	eventually(t, "reviewed again", func() bool { return w.review(item) == "approved" })
	walk("changed and approved", true)
}
