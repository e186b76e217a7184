package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestPublicPagesAndEmbeddedChatsShowOnlyWhatIsApproved: the catalog's and the item's link, and a chat in a merchant's own site with its
// catalog, product page, cart and order.
func TestPublicPagesAndEmbeddedChatsShowOnlyWhatIsApproved(t *testing.T) {
	t.Parallel()
	w := embedding(t, shopSite)
	openEmbed(t, w, shopSite)
	item := w.itemOf(catalogA, "PH01")
	const title = "Phở bò tái chín"
	see := func(when string, sold bool) {
		t.Helper()
		stranger := visit(t, w)
		for _, path := range []string{"/c/842871000001", "/p/PH01/842871000001", "/p/" + item + "/842871000001"} {
			status, page, _ := stranger.page(http.MethodGet, path, nil)
			shown := status == http.StatusOK && strings.Contains(page, title)
			if path == "/c/842871000001" && sold {
				continue // it shows the shop and leads on
			}
			if shown != sold {
				t.Errorf("%s: %s answers %d and shows it: %t", when, path, status, shown)
			}
		}
		visitor := w.begin("An " + when)
		for _, path := range []string{"/catalog", "/catalog?q=ph%E1%BB%9F+b%C3%B2+t%C3%A1i+ch%C3%ADn", "/product/PH01"} {
			res, page := w.ask(http.MethodGet, embedA+path, visitor, nil)
			if shown := res.StatusCode == http.StatusOK && strings.Contains(page, `/product/PH01`) && strings.Contains(page, title); shown != sold && (sold || strings.Contains(page, title)) {
				t.Errorf("%s: %s in a site answers %d and shows it: %t", when, path, res.StatusCode, shown)
			}
		}
		w.ask(http.MethodPost, embedA+"/cart", visitor, url.Values{"sku": {"PH01"}, "quantity": {"1"}})
		_, cart := w.ask(http.MethodGet, embedA+"/cart", visitor, nil)
		if got := strings.Contains(cart, title); got != sold {
			t.Errorf("%s: a cart in a site holds it: %t", when, got)
		}
		if key := formKey.FindStringSubmatch(cart); sold && key == nil {
			t.Errorf("%s: the cart cannot be sent", when)
		} else if !sold && key != nil {
			w.ask(http.MethodPost, embedA+"/cart/send", visitor, url.Values{"form_key": {key[1]}})
		}
		if _, chat := w.ask(http.MethodGet, embedA, visitor, nil); !sold && strings.Contains(chat, "order-card") {
			t.Errorf("%s: it was ordered from a site", when)
		}
	}
	see("approved", true)
	for _, verdict := range []string{`{"status":"rejected","policy_id":"weapons"}`, `{"status":"pending"}`} {
		w.must(http.MethodPost, "/sandbox/v1/items/"+item+"/verdict", verdict)
		see(verdict, false)
	}
	w.must(http.MethodPost, "/sandbox/v1/items/"+item+"/verdict", `{"status":"approved"}`)
	see("approved again", true)
}

// TestAPriceByTheGraphAPICrossesALevel: the catalog asks the rules of the server about prices.
func TestAPriceByTheGraphAPICrossesALevel(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	made := w.must(http.MethodPost, "/v25.0/"+catalogA+"/products", `{"retailer_id":"watch","name":"Rolex Submariner 41 mm","description":"Steel.","url":"https://goc.example/w",
		"image_url":"https://goc.example/w.jpg","price":980000,"currency":"USD","availability":"in stock","condition":"used","brand":"Rolex"}`)
	item := made["id"].(string)
	eventually(t, "approved at its price", func() bool { return w.review(item) == "approved" })
	w.must(http.MethodPost, "/v25.0/"+item, `{"price":970000,"currency":"USD"}`)
	if got := w.review(item); got != "approved" {
		t.Errorf("at about the same price it is %s", got)
	}
	w.must(http.MethodPost, "/v25.0/"+item, `{"price":4500,"currency":"USD"}`)
	if got := w.review(item); got == "approved" {
		t.Error("for 45 dollars it is approved as before")
	}
}
