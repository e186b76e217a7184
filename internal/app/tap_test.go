package app_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// A customer taps buttons, rows and links, shares a place and reacts, with links and plain forms only, and the
// business's side of the chat shows it.
func TestACustomerAnswersWithoutScripts(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	v := visit(t, w)
	v.page(http.MethodPost, "/chat/customer", url.Values{"wa_id": {lan}})
	const chat = "/chat/400000000000001"
	v.page(http.MethodPost, chat+"/messages", url.Values{"text": {"alo"}})
	send := func(body string) (wamid string) {
		t.Helper()
		answer := w.must(http.MethodPost, "/v25.0/400000000000001/messages", `{"messaging_product":"whatsapp","to":"`+lan+`",`+body+`}`)
		message, _ := answer["messages"].([]any)[0].(map[string]any)
		wamid, _ = message["id"].(string)
		return wamid
	}
	buttons := send(`"type":"interactive","interactive":{"type":"button","header":{"type":"text","text":"Giao hàng"},"body":{"text":"Giao hôm nay nhé?"},"action":{"buttons":[{"type":"reply","reply":{"id":"yes","title":"Đồng ý"}},{"type":"reply","reply":{"id":"no","title":"Để sau"}}]}}`)
	list := send(`"type":"interactive","interactive":{"type":"list","body":{"text":"Chọn giờ"},"action":{"button":"Xem giờ","sections":[{"title":"Sáng","rows":[{"id":"8","title":"8 giờ","description":"Còn 3 chỗ"}]}]}}`)
	send(`"type":"interactive","interactive":{"type":"cta_url","body":{"text":"Thực đơn"},"action":{"name":"cta_url","parameters":{"display_text":"Mở trang","url":"https://quan.example/menu"}}}`)
	where := send(`"type":"interactive","interactive":{"type":"location_request_message","body":{"text":"Giao đến đâu?"},"action":{"name":"send_location"}}`)
	send(`"type":"location","location":{"latitude":10.7725,"longitude":106.698,"name":"Chợ Bến Thành","address":"Quận 1"}`)
	send(`"type":"contacts","contacts":[{"name":{"formatted_name":"Anh Shipper","first_name":"Shipper"},"phones":[{"phone":"+84 90 000 00 00"}]}]`)
	send(`"type":"interactive","interactive":{"type":"carousel","body":{"text":"Gợi ý"},"action":{"cards":[{"card_index":0,"type":"product","action":{"catalog_id":"500000000000001","product_retailer_id":"CF01"}},{"card_index":1,"type":"product","action":{"catalog_id":"500000000000001","product_retailer_id":"CF02"}}]}}`)
	_, media := w.uploadMedia("image/png", "món.png", []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"))
	card := func(n string) string {
		return `{"card_index":` + n + `,"type":"cta_url","header":{"type":"image","image":{"id":"` + media["id"].(string) + `"}},"body":{"text":"Món ` + n + `"},"action":{"buttons":[{"type":"quick_reply","quick_reply":{"id":"lay-` + n + `","title":"Lấy món ` + n + `"}}]}}`
	}
	who := send(`"type":"interactive","interactive":{"type":"request_contact_info","body":{"text":"Cho quán xin số nhé"},"action":{"name":"request_contact_info"}}`)
	pictures := send(`"type":"interactive","interactive":{"type":"carousel","body":{"text":"Hai món"},"action":{"cards":[` + card("1") + `,` + card("0") + `]}}`)

	_, page, _ := v.page(http.MethodGet, chat, nil)
	for _, want := range []string{
		"Giao hàng", "Giao hôm nay nhé?", `name="choice" value="yes"`, "Để sau", "Xem giờ", "8 giờ", "Còn 3 chỗ", `href="https://quan.example/menu" target="_blank" rel="noopener noreferrer"`,
		"Chợ Bến Thành", "Anh Shipper", `name="latitude"`, `class="cards"`, `name="contact" value="1"`, `name="choice" value="lay-0"`, "Lấy món 1", `/media/` + media["id"].(string),
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the chat does not show %q", want)
		}
	}
	for n, form := range []url.Values{
		{"reply_to": {buttons}, "choice": {"yes"}},
		{"reply_to": {list}, "choice": {"8"}},
		{"reply_to": {who}, "contact": {"1"}},
		{"reply_to": {pictures}, "choice": {"lay-1"}},
		{"reply_to": {where}, "latitude": {"10.77"}, "longitude": {"106.70"}},
		{"reply_to": {buttons}, "emoji": {"👍"}},
	} {
		if status, _, _ := v.page(http.MethodPost, chat+"/answer", form); status != http.StatusOK {
			t.Errorf("answer %d: %d", n, status)
		}
	}
	status, page, _ := v.page(http.MethodPost, chat+"/answer", url.Values{"reply_to": {buttons}, "choice": {"maybe"}})
	if status != http.StatusUnprocessableEntity || !strings.Contains(page, `role="alert"`) {
		t.Errorf("a button that is not there: %d", status)
	}
	_, page, _ = v.page(http.MethodGet, chat, nil)
	if !strings.Contains(page, `<span class="reactions">👍</span>`) || strings.Count(page, "Đồng ý") < 2 {
		t.Error("the chat does not show the reaction and the answer")
	}
	answer, err := json.Marshal(w.must(http.MethodGet, "/sandbox/v1/customers/"+lan+"/chats/400000000000001", ""))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"kind":"button_reply"`, `"kind":"list_reply"`, `"location":{"latitude":10.77,"longitude":106.7}`, `"reactions":[{"emoji":"👍","from_business":false}]`} {
		if !strings.Contains(string(answer), want) {
			t.Errorf("the sandbox does not show %s in %.3000s", want, answer)
		}
	}
}
