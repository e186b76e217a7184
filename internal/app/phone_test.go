package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// sees makes a request and looks for what a person should see, and should not.
func (v visitor) sees(method, path string, form url.Values, want []string, never ...string) string {
	v.t.Helper()
	status, body, _ := v.page(method, path, form)
	if status != http.StatusOK {
		v.t.Fatalf("%s %s answered %d", method, path, status)
	}
	for _, part := range want {
		if !strings.Contains(body, part) {
			v.t.Errorf("%s %s does not show %q", method, path, part)
		}
	}
	for _, part := range never {
		if strings.Contains(body, part) {
			v.t.Errorf("%s %s shows %q", method, path, part)
		}
	}
	return body
}

// lanAt is Lan's phone in front of a visitor.
func lanAt(t *testing.T, w world) visitor {
	t.Helper()
	v := visit(t, w)
	v.page(http.MethodPost, "/language", url.Values{"lang": {"en"}})
	v.page(http.MethodPost, "/chat/customer", url.Values{"wa_id": {lan}})
	return v
}

func TestACustomerChoosesAmongVariants(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	shirt := func(sku, color, size, stock string) string {
		return `{"method":"CREATE","data":{"id":"` + sku + `","item_group_id":"SHIRT","title":"Linen shirt","description":"Linen","availability":"` + stock + `","condition":"new","price":"420000 VND","link":"https://x.example/` + sku +
			`","image_link":"https://x.example/a.jpg","brand":"M","color":"` + color + `","size":"` + size + `"}}`
	}
	w.must(http.MethodPost, "/v25.0/"+catalogA+"/items_batch", `{"item_type":"PRODUCT_ITEM","requests":[`+strings.Join([]string{
		shirt("WS", "White", "S", "in stock"), shirt("WM", "White", "M", "out of stock"), shirt("BS", "Navy blue", "S", "in stock"),
	}, ",")+`]}`)
	v := lanAt(t, w)
	at := "/chat/" + phoneA + "/product/"
	eventually(t, "the shirts are approved", func() bool {
		_, body, _ := v.page(http.MethodGet, at+"WS", nil)
		return strings.Count(body, `<a class="option`) == 4 // two colours, two sizes
	})
	body := v.sees(http.MethodGet, at+"WS", nil, []string{
		`data-swatch="white"`, `data-swatch="blue"`, `href="` + at + `BS"`, `<a class="option option--gone" href="` + at + `WM"`, "<s>M</s>", "Colour", "Size",
	})
	if n := strings.Count(body, `aria-current="true"`); n < 2 {
		t.Errorf("%d choices are marked as taken, want white and S", n)
	}
	v.sees(http.MethodGet, at+"WM", nil, []string{"Sold out"}, `class="stepper"`)
}

func TestWhatWasTakenOutOfTheCartCanBePutBack(t *testing.T) {
	t.Parallel()
	v := lanAt(t, start(t, t.TempDir()))
	at := "/chat/" + phoneA
	v.page(http.MethodPost, at+"/cart", url.Values{"sku": {"PH01"}, "quantity": {"2"}})
	v.sees(http.MethodPost, at+"/cart", url.Values{"sku": {"PH01"}, "quantity": {"0"}, "was": {"2"}, "back": {at + "/catalog?q=pho"}}, []string{"Taken out of the cart", `name="quantity" value="2"`, `value="pho"`})
	v.sees(http.MethodPost, at+"/cart", url.Values{"sku": {"PH01"}, "quantity": {"2"}, "back": {at + "/cart?removed=PH01&was=2"}}, []string{"130,000"}, "Taken out of the cart")
	v.page(http.MethodPost, at+"/cart", url.Values{"sku": {"PH01"}, "quantity": {"99"}})
	v.sees(http.MethodGet, at+"/cart", nil, []string{"99 is the most"})
	v.sees(http.MethodGet, at+"/cart?removed=PH01&was=%22%3E%3Cscript%3E", nil, []string{"99"}, "Taken out of the cart")
}

func TestASheetTellsWhatTheShopChanged(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	w.must(http.MethodPost, chatA+"/messages", `{"text":"Chào quán"}`)
	sent := w.must(http.MethodPost, "/v25.0/"+phoneA+"/messages", `{"messaging_product":"whatsapp","to":"`+lan+`","type":"interactive","interactive":{"type":"product_list",
		"header":{"type":"text","text":"Món nước"},"body":{"text":"Mời"},"action":{"catalog_id":"`+catalogA+`","sections":[{"title":"Món nước","product_items":[{"product_retailer_id":"PH01"},{"product_retailer_id":"PH02"}]}]}}}`)
	sheet := "/chat/" + phoneA + "/items?m=" + url.QueryEscape(sent["messages"].([]any)[0].(map[string]any)["id"].(string))
	v := lanAt(t, w)
	v.sees(http.MethodGet, sheet, nil, []string{"65,000"}, "The shop changed something")
	found := w.must(http.MethodGet, "/v25.0/"+catalogA+`/products?filter=%7B%22retailer_id%22%3A%7B%22eq%22%3A%22PH01%22%7D%7D`, "")
	w.must(http.MethodPost, "/v25.0/"+found["data"].([]any)[0].(map[string]any)["id"].(string), `{"price":70000}`)
	v.sees(http.MethodGet, sheet, nil, []string{"The shop changed something", "70,000", `price--before">65,000`})
}

func TestAPhoneThatIsOfflineTakesNothing(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	v := lanAt(t, w)
	at := "/chat/" + phoneA
	v.page(http.MethodPost, at+"/messages", url.Values{"text": {"Chào quán"}})
	last := func() (text, status string) {
		list := w.must(http.MethodGet, chatA, "")["messages"].([]any)
		m := list[len(list)-1].(map[string]any)
		return m["text"].(string), m["status"].(string)
	}
	say := func(text string) {
		w.must(http.MethodPost, "/v25.0/"+phoneA+"/messages", `{"messaging_product":"whatsapp","to":"`+lan+`","type":"text","text":{"body":"`+text+`"}}`)
	}
	v.page(http.MethodPost, "/chat/device", url.Values{"device": {"offline"}})
	say("Mời anh")
	v.sees(http.MethodGet, at, nil, []string{`class="offline"`}, "Mời anh", "hx-sse:connect")
	if text, status := last(); status != "sent" {
		t.Errorf("%s is %s while the phone is offline, want sent", text, status)
	}
	if status, body, _ := v.page(http.MethodPost, at+"/messages", url.Values{"text": {"Alo?"}}); status != http.StatusUnprocessableEntity || !strings.Contains(body, "was not sent") {
		t.Errorf("writing while offline answered %d", status)
	}
	v.page(http.MethodPost, "/chat/device", url.Values{"device": {"silent"}})
	v.sees(http.MethodGet, at, nil, []string{"Mời anh", "hx-sse:connect"}, `class="offline"`)
	if text, status := last(); status != "delivered" {
		t.Errorf("%s is %s on a phone without read receipts, want delivered", text, status)
	}
	v.page(http.MethodPost, "/chat/device", url.Values{"device": {"online"}})
	v.sees(http.MethodGet, at, nil, []string{"Mời anh"})
	if text, status := last(); status != "read" {
		t.Errorf("%s is %s after it was shown, want read", text, status)
	}
}

func TestCustomersSeeThatTheBusinessIsWriting(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	v := lanAt(t, w)
	at := "/chat/" + phoneA
	wrote := w.must(http.MethodPost, chatA+"/messages", `{"text":"Chào quán"}`)["message_id"].(string)
	writes := func() {
		w.must(http.MethodPost, "/v25.0/"+phoneA+"/messages", `{"messaging_product":"whatsapp","status":"read","message_id":"`+wrote+`","typing_indicator":{"type":"text"}}`)
	}
	v.sees(http.MethodGet, at, nil, nil, "is typing")
	writes()
	v.sees(http.MethodGet, at, nil, []string{"Quán Góc Phố is typing"})
	w.must(http.MethodPost, "/v25.0/"+phoneA+"/messages", `{"messaging_product":"whatsapp","to":"`+lan+`","type":"text","text":{"body":"Dạ"}}`)
	v.sees(http.MethodGet, at, nil, []string{"Dạ"}, "is typing")
	writes()
	w.must(http.MethodPost, "/sandbox/v1/clock", `{"advance":"26s"}`)
	v.sees(http.MethodGet, at, nil, nil, "is typing")
}

func TestTheProfileAndLinksOfABusiness(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	v := lanAt(t, w)
	at := "/chat/" + phoneA
	w.must(http.MethodPost, "/v25.0/"+phoneA+"/whatsapp_business_profile", `{"messaging_product":"whatsapp","about":"Open 6 to 22","websites":["https://goc.example/"]}`)
	v.sees(http.MethodGet, at+"/profile", nil, []string{"Open 6 to 22", `href="https://goc.example/"`, `href="/c/842871000001"`})
	v.sees(http.MethodPost, at+"/block", url.Values{"blocked": {"1"}}, []string{"You blocked this business"})
	v.sees(http.MethodGet, at, nil, []string{"You blocked this business"}, `name="text"`)
	v.sees(http.MethodPost, at+"/block", url.Values{}, nil, "You blocked this business")

	stranger := visit(t, w) // nobody chose a customer
	stranger.page(http.MethodPost, "/language", url.Values{"lang": {"en"}})
	stranger.sees(http.MethodGet, "/c/842871000001", nil, []string{"Catalog of Quán Góc Phố", `href="` + at + `/catalog"`})
	stranger.sees(http.MethodGet, "/p/PH01/842871000001", nil, []string{"Phở bò tái chín", "65,000", `href="` + at + `/product/PH01"`})
	for _, path := range []string{"/c/1", "/p/nope/842871000001", "/c/842471000002"} {
		if status, _, _ := stranger.page(http.MethodGet, path, nil); status != http.StatusNotFound {
			t.Errorf("%s answered %d, want 404", path, status)
		}
	}
}
