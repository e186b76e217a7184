package app_test

import (
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// fields subscribes a receiver to other fields.
func (w world) fields(h *hook, list string) {
	w.t.Helper()
	body, err := json.Marshal(map[string]string{"access_token": appToken, "object": object, "callback_url": h.URL, "verify_token": "v", "fields": list})
	if err != nil {
		w.t.Fatal(err)
	}
	w.must(http.MethodPost, subscriptionOfApp, string(body))
}

// TestAFlowInTheWholeProgram sends a flow and fills it in on the chat's pages, without scripts; its preview sends nothing.
func TestAFlowInTheWholeProgram(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	h := newHook(t)
	w.listen(wabaA, h)
	const form = `{"version":"6.0","screens":[{"id":"ASK","title":"Hỏi","layout":{"type":"SingleColumnLayout","children":[{"type":"TextInput","name":"q","label":"Câu hỏi","required":true},
		{"type":"Footer","label":"Tiếp","on-click-action":{"name":"navigate","next":{"type":"screen","name":"END"},"payload":{"q":"${form.q}"}}}]}},
		{"id":"END","title":"Xong","terminal":true,"layout":{"type":"SingleColumnLayout","children":[{"type":"TextBody","text":"${data.q}"},{"type":"Footer","label":"Gửi","on-click-action":{"name":"complete","payload":{"q":"${data.q}"}}}]}}]}`
	made, err := json.Marshal(map[string]any{"name": "Hỏi", "categories": []string{"OTHER"}, "publish": true, "flow_json": form})
	if err != nil {
		t.Fatal(err)
	}
	id := w.must(http.MethodPost, "/v25.0/"+wabaA+"/flows", string(made))["id"].(string)
	w.must(http.MethodPost, chatA+"/messages", `{"text":"alo"}`)
	wamid := w.must(http.MethodPost, "/v25.0/"+phoneA+"/messages", `{"messaging_product":"whatsapp","to":"`+lan+`","type":"interactive","interactive":{"type":"flow","body":{"text":"Hỏi quán nhé"},
		"action":{"name":"flow","parameters":{"flow_message_version":"3","flow_id":"`+id+`","flow_cta":"Mở biểu mẫu","flow_token":"tok"}}}}`)["messages"].([]any)[0].(map[string]any)["id"].(string)

	v := visit(t, w)
	v.page(http.MethodPost, "/chat/customer", url.Values{"wa_id": {lan}})
	at := "/chat/" + phoneA + "/flow?m=" + url.QueryEscape(wamid)
	shows := func(body string, parts ...string) {
		t.Helper()
		for _, p := range parts {
			if !strings.Contains(body, p) {
				t.Errorf("the page does not show %q:\n%s", p, body)
			}
		}
	}
	_, chat, _ := v.page(http.MethodGet, "/chat/"+phoneA, nil)
	shows(chat, "Mở biểu mẫu", "/flow?m=")
	_, page, _ := v.page(http.MethodGet, at, nil)
	shows(page, "Câu hỏi", `name="q"`, "Tiếp")
	state := func(page string) string {
		t.Helper()
		m := flowState.FindStringSubmatch(page)
		if m == nil {
			t.Fatalf("no state in %s", page)
		}
		return html.UnescapeString(m[1])
	}
	status, again, _ := v.page(http.MethodPost, at, url.Values{"-state": {state(page)}})
	if status != http.StatusUnprocessableEntity {
		t.Errorf("an empty form answered %d", status)
	}
	shows(again, `role="alert"`)
	_, next, _ := v.page(http.MethodPost, at, url.Values{"-state": {state(again)}, "q": {"<b>Mấy giờ?</b>"}})
	shows(next, "&lt;b&gt;Mấy giờ?&lt;/b&gt;", "Gửi")
	_, chat, _ = v.page(http.MethodPost, at, url.Values{"-state": {state(next)}})
	shows(chat, "Sent")
	eventually(t, "told of the answer", func() bool {
		_, _, ok := h.find(`"type":"nfm_reply"`, `"name":"flow"`, `\"flow_token\":\"tok\"`, `"id":"`+wamid+`"`)
		return ok
	})
	if status, _, _ := v.page(http.MethodPost, at, url.Values{"-state": {"nonsense"}}); status != http.StatusUnprocessableEntity {
		t.Errorf("a broken state answered %d", status)
	}

	preview := w.must(http.MethodGet, "/v25.0/"+id+"?fields=preview", "")["preview"].(map[string]any)["preview_url"].(string)
	path := strings.TrimPrefix(preview, w.URL())
	_, page, _ = v.page(http.MethodGet, path, nil)
	_, next, _ = v.page(http.MethodPost, path, url.Values{"-state": {state(page)}, "q": {"x"}})
	_, done, _ := v.page(http.MethodPost, path, url.Values{"-state": {state(next)}})
	shows(done, "flow__answer", "&#34;q&#34;: &#34;x&#34;")
	if status, _, _ := v.page(http.MethodGet, "/flow-preview/NOTHING", nil); status != http.StatusNotFound {
		t.Errorf("an unknown preview answered %d", status)
	}
}

var flowState = regexp.MustCompile(`name="-state" value="([^"]*)"`)

// TestTemplatesInTheWholeProgram makes templates over HTTP, has the clock decide on them, sends them to a customer who never wrote, and
// taps what they have to tap in the chat page.
func TestTemplatesInTheWholeProgram(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	h := newHook(t)
	w.listen(wabaA, h)
	w.fields(h, "messages,message_template_status_update")
	const sku = "PH01"
	for _, body := range []string{
		`{"name":"chao","language":"vi","category":"UTILITY","components":[{"type":"BODY","text":"Chào {{1}}, bàn của bạn đã sẵn sàng rồi nhé.","example":{"body_text":[["Lan"]]}},
			{"type":"BUTTONS","buttons":[{"type":"QUICK_REPLY","text":"Tôi tới ngay"},{"type":"URL","text":"Chỉ đường","url":"https://quan.example/"},{"type":"PHONE_NUMBER","text":"Gọi quán","phone_number":"+842871000001"}]}]}`,
		`{"name":"mon","language":"vi","category":"MARKETING","components":[{"type":"HEADER","format":"TEXT","text":"Hôm nay có"},{"type":"BODY","text":"Vài món cho bạn."},{"type":"BUTTONS","buttons":[{"type":"MPM"}]}]}`,
	} {
		if v := w.must(http.MethodPost, "/v25.0/"+wabaA+"/message_templates", body); v["status"] != "PENDING" {
			t.Errorf("a new template is %v", v)
		}
	}
	w.must(http.MethodPost, "/sandbox/v1/clock", `{"advance":"1m"}`)
	for _, name := range []string{"chao", "mon"} {
		eventually(t, "told of the approval of "+name, func() bool {
			_, _, ok := h.find(`"field":"message_template_status_update"`, `"event":"APPROVED"`, `"message_template_name":"`+name+`"`)
			return ok
		})
	}
	const alex = "14155550123"
	send := func(template string) string {
		t.Helper()
		v := w.must(http.MethodPost, "/v25.0/"+phoneA+"/messages", `{"messaging_product":"whatsapp","to":"`+alex+`","type":"template","template":`+template+`}`)
		m := v["messages"].([]any)[0].(map[string]any)
		if m["message_status"] != "accepted" {
			t.Errorf("answered %v", v)
		}
		return m["id"].(string)
	}
	hello := send(`{"name":"chao","language":{"code":"vi"},"components":[{"type":"body","parameters":[{"type":"text","text":"<Alex>"}]}]}`)
	send(`{"name":"mon","language":{"code":"vi"},"components":[{"type":"button","sub_type":"mpm","index":0,"parameters":[{"type":"action","action":{"thumbnail_product_retailer_id":"` + sku + `","sections":[{"title":"Món","product_items":[{"product_retailer_id":"` + sku + `"}]}]}}]}]}`)
	v := visit(t, w)
	v.page(http.MethodPost, "/chat/customer", url.Values{"wa_id": {alex}})
	_, page, _ := v.page(http.MethodGet, "/chat/"+phoneA, nil)
	for _, want := range []string{"Chào &lt;Alex&gt;, bàn của bạn", `name="quick" value="Tôi tới ngay"`, `href="https://quan.example/"`, `href="tel:&#43;842871000001"`, "Hôm nay có", "/items?m="} {
		if !strings.Contains(page, want) {
			t.Errorf("the chat does not show %s:\n%s", want, page)
		}
	}
	v.page(http.MethodPost, "/chat/"+phoneA+"/answer", url.Values{"reply_to": {hello}, "quick": {"Tôi tới ngay"}})
	eventually(t, "told of the tapped quick reply", func() bool {
		_, _, ok := h.find(`"type":"button"`, `"payload":"T\u00f4i t\u1edbi ngay"`, `"id":"`+hello+`"`)
		return ok
	})
}
