package app_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestAFailingEndpointThrottlesAndBlocksItsFlow lets an endpoint fail, and do well again: alerts, statuses, sends and openings follow it.
func TestAFailingEndpointThrottlesAndBlocksItsFlow(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	h := newHook(t)
	w.listen(wabaA, h)
	w.fields(h, "messages,flows")
	e := newEndpoint(t)
	well := func(string) (int, string) { return 200, `{"data":{"status":"active"}}` }
	e.says(well)
	key, _ := json.Marshal(map[string]string{"business_public_key": e.public()})
	w.must(http.MethodPost, "/v25.0/"+phoneA+"/whatsapp_business_encryption", string(key))
	text, _ := json.Marshal(map[string]any{"name": "Đặt bàn", "categories": []string{"OTHER"}, "flow_json": asking, "endpoint_uri": e.URL, "publish": true})
	id := w.must(http.MethodPost, "/v25.0/"+wabaA+"/flows", string(text))["id"].(string)
	w.must(http.MethodPost, chatA+"/messages", `{"text":"alo"}`)
	message := `{"messaging_product":"whatsapp","to":"` + lan + `","type":"interactive","interactive":{"type":"flow","body":{"text":"Đặt bàn nhé"},
		"action":{"name":"flow","parameters":{"flow_message_version":"3","flow_id":"` + id + `","flow_cta":"Đặt bàn","flow_action":"data_exchange"}}}}`
	send := func() (int, map[string]any) { return w.call(http.MethodPost, "/v25.0/"+phoneA+"/messages", message) }
	_, sent := send()
	wamid := sent["messages"].([]any)[0].(map[string]any)["id"].(string)
	v := visit(t, w)
	v.page(http.MethodPost, "/chat/customer", url.Values{"wa_id": {lan}})
	at := "/chat/" + phoneA + "/flow?m=" + url.QueryEscape(wamid)
	becomes := func(status, health string) {
		t.Helper()
		eventually(t, "is "+status, func() bool {
			f := w.must(http.MethodGet, "/v25.0/"+id+"?fields=status,health_status", "")
			b, _ := json.Marshal(f["health_status"])
			return f["status"] == status && strings.Contains(string(b), `"can_send_message":"`+health+`"`)
		})
	}
	told := func(parts ...string) {
		t.Helper()
		eventually(t, "told of "+parts[0], func() bool {
			_, _, ok := h.find(append(parts, `"field":"flows"`, `"flow_id":"`+id+`"`)...)
			return ok
		})
	}

	// Nine failures say nothing yet; the tenth makes a rate.
	e.says(func(string) (int, string) { return 503, `` })
	for range 9 {
		v.page(http.MethodGet, at, nil)
	}
	w.must(http.MethodPost, "/sandbox/v1/clock", `{"advance":"61s"}`)
	becomes("PUBLISHED", "AVAILABLE")
	v.page(http.MethodGet, at, nil)
	w.must(http.MethodPost, "/sandbox/v1/clock", `{"advance":"61s"}`)
	becomes("THROTTLED", "LIMITED")
	told(`"event":"ENDPOINT_ERROR_RATE"`, `"alert_state":"ACTIVATED"`, `"error_rate":100`, `"threshold":50`, `"errors":[{"error_type":"HTTP_STATUS_CODE","error_rate":100,"error_count":10}]`)
	told(`"event":"FLOW_STATUS_CHANGE"`, `"old_status":"PUBLISHED"`, `"new_status":"THROTTLED"`)

	// Ten more go out in an hour, and can still be opened.
	for n := range 11 {
		status, answer := send()
		b, _ := json.Marshal(answer)
		if (status == http.StatusOK) != (n < 10) || n == 10 && !strings.Contains(string(b), "132069") {
			t.Errorf("message %d answered %d %s", n, status, b)
		}
	}
	if _, page, _ := v.page(http.MethodGet, at, nil); !strings.Contains(page, "status 503") {
		t.Errorf("a throttled flow opens as %s", page)
	}

	// It goes on failing.
	w.must(http.MethodPost, "/sandbox/v1/clock", `{"advance":"10m"}`)
	becomes("BLOCKED", "BLOCKED")
	if status, answer := send(); status != http.StatusBadRequest {
		t.Errorf("a blocked flow is sent: %d %v", status, answer)
	}
	if status, page, _ := v.page(http.MethodGet, at, nil); status != http.StatusUnprocessableEntity || !strings.Contains(page, "Biểu mẫu này đang bị chặn.") {
		t.Errorf("a blocked flow opens with %d %s", status, page)
	}

	// It does well again: step by step.
	e.says(well)
	w.must(http.MethodPost, "/sandbox/v1/clock", `{"advance":"61m"}`)
	becomes("THROTTLED", "LIMITED")
	told(`"event":"ENDPOINT_ERROR_RATE"`, `"alert_state":"DEACTIVATED"`, `"threshold":50`)
	w.must(http.MethodPost, "/sandbox/v1/clock", `{"advance":"11m"}`)
	becomes("PUBLISHED", "AVAILABLE")
}
