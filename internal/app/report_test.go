package app_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func (w world) itemOf(catalog, sku string) string {
	w.t.Helper()
	list := w.must(http.MethodGet, "/v25.0/"+catalog+`/products?filter=%7B%22retailer_id%22:%7B%22eq%22:%22`+sku+`%22%7D%7D`, "")["data"].([]any)
	if len(list) != 1 {
		w.t.Fatalf("%d items %s", len(list), sku)
	}
	return list[0].(map[string]any)["id"].(string)
}

func TestAProductIsReportedFromAMessage(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	w.must(http.MethodPost, chatA+"/messages", `{"text":"Hi"}`)
	sent := w.must(http.MethodPost, "/v25.0/"+phoneA+"/messages", `{"messaging_product":"whatsapp","to":"`+lan+`","type":"interactive","interactive":{"type":"product","action":{"catalog_id":"`+catalogA+`","product_retailer_id":"PH01"}}}`)
	wamid := sent["messages"].([]any)[0].(map[string]any)["id"].(string)
	v := visit(t, w)
	v.page(http.MethodPost, "/chat/customer", url.Values{"wa_id": {lan}})
	_, chat, _ := v.page(http.MethodGet, "/chat/"+phoneA, nil)
	link := "/chat/" + phoneA + "/product/PH01?m=" + url.QueryEscape(wamid)
	if !strings.Contains(chat, link) {
		t.Errorf("the card does not lead to its product with the message: %.300s", visibleText(chat))
	}
	_, page, _ := v.page(http.MethodGet, link, nil)
	if !strings.Contains(page, `name="m" value="`+wamid+`"`) {
		t.Error("the report form does not know the message")
	}
	v.page(http.MethodPost, "/chat/"+phoneA+"/product/PH01/report", url.Values{"reason": {"misleading"}, "m": {wamid}})
	inbox, _ := login(t, w, "en").do(http.StatusOK, http.MethodGet, officeA+"/reports", nil)
	if text := visibleText(inbox); !strings.Contains(text, "Phở bò") || strings.Contains(text, lan) {
		t.Errorf("the inbox of reports: %.800s", text)
	}
	for body, want := range map[string]int{
		`{"reason":"other","message_id":"` + wamid + `"}`: http.StatusOK, `{"reason":"other","message_id":"wamid.NONE"}`: http.StatusBadRequest,
	} {
		if status, v := w.call(http.MethodPost, chatA+"/products/PH01/report", body); status != want {
			t.Errorf("%s: %d %v", body, status, v)
		}
	}
	if status, v := w.call(http.MethodPost, chatA+"/products/CF01/report", `{"reason":"other","message_id":"`+wamid+`"}`); status != http.StatusBadRequest || !strings.Contains(details(v), "does not show") {
		t.Errorf("a product that the message does not show: %d %v", status, v)
	}
}

// What a customer reported, who they are, and what came of it: neither side learns of the other, on any surface.
func TestReportersAndOutcomesStayApart(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	h := newHook(t)
	w.hear(wabaA, h)
	item := w.itemOf(catalogA, "PH01")
	reporters := []string{"84909990001", "84909990002", "84909990003"}
	const secret = "bí mật của người báo cáo"
	for _, c := range reporters {
		w.must(http.MethodPost, "/sandbox/v1/customers/"+c+"/chats/"+phoneA+"/products/PH01/report", `{"reason":"misleading","text":"`+secret+`"}`)
	}
	if w.review(item) != "pending" {
		t.Fatalf("the item is %s", w.review(item))
	}
	keeper, owner := join(t, w, "catalog_manager"), login(t, w, "vi")
	hears := func(when string) {
		t.Helper()
		surfaces := map[string]string{}
		for _, path := range []string{
			"/v25.0/" + item + "?fields=id,name,review_status,review_rejection_reasons,errors,capability_to_review_status", "/v25.0/" + item + "/channels_to_integrity_status",
			"/v25.0/" + catalogA + "/diagnostics", "/v25.0/" + catalogA + "/products?fields=id,errors,review_status&limit=100",
			"/v25.0/" + wabaA + "?fields=status,health_status", "/sandbox/v1/webhooks/deliveries?limit=200", "/sandbox/v1/items/" + item + "/appeal", "/sandbox/v1/wabas/" + wabaA + "/enforcement",
		} {
			surfaces[path] = w.raw(http.MethodGet, path)
		}
		for _, path := range []string{"", "/items", "/items/" + item, "/issues", "/appeals", "/standing", "/events"} {
			for name, c := range map[string]clerk{"keeper ": keeper, "owner ": owner} {
				if name == "keeper " && path == "/events" {
					continue
				}
				surfaces[name+path], _ = c.do(http.StatusOK, http.MethodGet, officeA+path, nil)
			}
		}
		for _, path := range []string{"/reports", "/queue"} { // in the demo world the owner plays the moderator too
			surfaces["owner "+path], _ = owner.do(http.StatusOK, http.MethodGet, officeA+path, nil)
		}
		h.mu.Lock()
		surfaces["webhooks"] = strings.Join(h.bodies, "\n")
		h.mu.Unlock()
		for where, text := range surfaces {
			for _, c := range append(reporters, secret) {
				if strings.Contains(text, c) {
					t.Errorf("%s: %s tells the business %q", when, where, c)
				}
			}
		}
	}
	hears("while it is held")
	before := map[string]string{}
	customerReads := func(c string) string {
		v := visit(t, w)
		v.page(http.MethodPost, "/chat/customer", url.Values{"wa_id": {c}})
		_, chats, _ := v.page(http.MethodGet, "/chat", nil)
		_, chat, _ := v.page(http.MethodGet, "/chat/"+phoneA, nil)
		_, store, _ := v.page(http.MethodGet, "/chat/"+phoneA+"/catalog", nil)
		return chats + chat + store + w.raw(http.MethodGet, "/sandbox/v1/customers/"+c+"/chats/"+phoneA) + w.raw(http.MethodGet, "/sandbox/v1/customers/"+c+"/chats/"+phoneA+"/products/PH01")
	}
	w.must(http.MethodPost, "/sandbox/v1/items/"+item+"/verdict", `{"status":"rejected","policy_id":"misleading","reason":"Upheld for a reason."}`)
	hears("after it was rejected")
	for _, c := range append(reporters, "84909990004") {
		before[c] = customerReads(c)
		for _, word := range []string{"rejected", "misleading", "Upheld", "từ chối"} {
			if strings.Contains(before[c], word) {
				t.Errorf("%s learns %q", c, word)
			}
		}
	}
	// A report after the decision, and a second one, are answered as the first was.
	for _, c := range []string{reporters[0], "84909990004"} {
		if v := w.must(http.MethodPost, "/sandbox/v1/customers/"+c+"/chats/"+phoneA+"/products/PH01/report", `{"reason":"other"}`); v["success"] != true {
			t.Errorf("%s is answered %v", c, v)
		}
	}
}

// raw is the text of an answer.
func (w world) raw(method, path string) string {
	w.t.Helper()
	_, v := w.call(method, path, "")
	return jsonOf(w.t, v)
}

func jsonOf(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
