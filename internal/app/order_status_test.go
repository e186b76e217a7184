package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// What becomes of an order is told as the status of the customer's bill, where one is open.
func TestAnOrderIsToldAsTheStatusOfABill(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	const phoneC, priya, officeC = "400000000000003", "919812345678", "/manager/200000000000003"
	const chatC = "/sandbox/v1/customers/" + priya + "/chats/" + phoneC
	c := login(t, w, "en")
	w.must(http.MethodPut, chatC+"/cart/B03", `{"quantity":1}`)
	order := w.must(http.MethodPost, chatC+"/cart/send", `{}`)["order_id"].(string)
	at := officeC + "/orders/" + order
	if page, _ := c.do(http.StatusOK, http.MethodGet, at, nil); strings.Contains(page, `name="bill"`) {
		t.Error("a bill is offered before there is one")
	}
	w.must(http.MethodPost, "/v25.0/"+phoneC+"/messages", `{"messaging_product":"whatsapp","to":"`+priya+`","type":"interactive","interactive":{"type":"order_details","body":{"text":"Please pay"},
		"action":{"name":"review_and_pay","parameters":{"reference_id":"chai-1","type":"physical-goods","currency":"INR","payment_settings":[{"type":"payment_gateway","payment_gateway":{"type":"razorpay","configuration_name":"x"}}],
		"total_amount":{"value":15000,"offset":100},"order":{"status":"pending","items":[{"name":"Chai masala","retailer_id":"B03","amount":{"value":15000,"offset":100},"quantity":1,"country_of_origin":"India","importer_name":"Chai","importer_address":{"city":"Kochi"}}],
		"subtotal":{"value":15000,"offset":100},"tax":{"value":0,"offset":100}}}}}}`)
	page, _ := c.do(http.StatusOK, http.MethodGet, at, nil)
	if !strings.Contains(page, `<option value="chai-1">As the status of bill chai-1`) {
		t.Fatalf("the bill is not offered: %.700s", visibleText(page))
	}
	kinds := func() (list []string) {
		for _, m := range w.must(http.MethodGet, chatC, "")["messages"].([]any) {
			if m := m.(map[string]any); m["from_business"] == true {
				list = append(list, m["kind"].(string)+" "+m["status"].(string))
			}
		}
		return list
	}
	c.do(http.StatusOK, http.MethodPost, at, url.Values{"state": {"shipped"}, "tell": {"on"}, "bill": {"chai-1"}})
	if got := kinds(); len(got) != 2 || !strings.HasPrefix(got[1], "order_status") || strings.Contains(got[1], "failed") {
		t.Errorf("after it is shipped the customer has %v", got)
	}
	c.do(http.StatusOK, http.MethodPost, at, url.Values{"state": {"done"}, "tell": {"on"}, "bill": {"chai-1"}})
	if page, _ = c.do(http.StatusOK, http.MethodGet, at, nil); strings.Contains(page, `name="bill"`) {
		t.Error("a bill that is completed is offered")
	}
	c.do(http.StatusOK, http.MethodPost, at, url.Values{"state": {"paid"}, "tell": {"on"}})
	if got := kinds(); len(got) != 4 || !strings.HasPrefix(got[3], "text") {
		t.Errorf("told without a bill: %v", got)
	}
}
