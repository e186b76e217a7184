package app_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

const wabaA = "300000000000001"

const textA = `{"messaging_product":"whatsapp","to":"` + lan + `","type":"text","text":{"body":"Chào Lan"}}`

// hear subscribes the demo app's webhooks of an account's standing to a receiver.
func (w world) hear(waba string, h *hook) {
	w.t.Helper()
	body, err := json.Marshal(map[string]string{
		"access_token": appToken, "object": object, "callback_url": h.URL, "verify_token": "v", "fields": "messages,account_update",
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.must(http.MethodPost, subscriptionOfApp, string(body))
	w.must(http.MethodPost, "/v25.0/"+waba+"/subscribed_apps", "")
}

// sent posts a message of shop A and returns the code of the refusal, with its details; zero when it was taken.
func (w world) sent(body string) (status int, code float64, text string) {
	w.t.Helper()
	status, v := w.call(http.MethodPost, "/v25.0/"+phoneA+"/messages", body)
	if status == http.StatusOK {
		return status, 0, ""
	}
	return status, v["error"].(map[string]any)["code"].(float64), details(v)
}

func (w world) rung(waba, body string) map[string]any {
	w.t.Helper()
	return w.must(http.MethodPost, "/sandbox/v1/wabas/"+waba+"/enforcement", body)
}

func TestTheRungsOfTheLadderByTheSandbox(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	h := newHook(t)
	w.hear(wabaA, h)
	w.must(http.MethodPost, chatA+"/messages", `{"text":"Hi"}`)
	node := func() map[string]any {
		return w.must(http.MethodGet, "/v25.0/"+wabaA+"?fields=status,health_status", "")
	}
	grade := func(id string) (string, []any) {
		for _, e := range w.must(http.MethodGet, "/v25.0/"+phoneA+"?fields=health_status", "")["health_status"].(map[string]any)["entities"].([]any) {
			if m := e.(map[string]any); m["id"] == id {
				errs, _ := m["errors"].([]any)
				return m["can_send_message"].(string), errs
			}
		}
		return "", nil
	}
	for _, c := range []struct {
		rung    string
		code    float64 // of a text
		hours   string
		grade   string
		status  string
		webhook string
	}{
		{"warning", 0, "0h", "AVAILABLE", "ACTIVE", `"violation_type":"ALCOHOL"`},
		{"restrict_1_day", 0, "24h", "LIMITED", "RESTRICTED", `"RESTRICTED_BIZ_INITIATED_MESSAGING"`},
		{"restrict_3_days", 0, "72h", "LIMITED", "RESTRICTED", `"RESTRICTED_ADD_PHONE_NUMBER_ACTION"`},
		{"restrict_5_days", 368, "120h", "BLOCKED", "RESTRICTED", `"RESTRICTED_CUSTOMER_INITIATED_MESSAGING"`},
		{"restrict_7_days", 368, "168h", "BLOCKED", "RESTRICTED", ""},
		{"restrict_30_days", 368, "720h", "BLOCKED", "RESTRICTED", ""},
		{"lock", 131031, "9000h", "BLOCKED", "RESTRICTED", `"expiration":4102444800`},
		{"disable", 131031, "9000h", "BLOCKED", "DISABLED", `"waba_ban_state":"DISABLE"`},
	} {
		w.rung(wabaA, `{"policy_id":"alcohol","rung":"`+c.rung+`","reason":"Wine in the menu."}`)
		status, code, text := w.sent(textA)
		if code != c.code || (code != 0 && (status != http.StatusForbidden || !strings.Contains(text, "alcohol"))) {
			t.Errorf("%s: a text is answered %d %v %q, want %v", c.rung, status, code, text, c.code)
		}
		want := map[string]float64{"AVAILABLE": 132001, "LIMITED": 368, "BLOCKED": c.code}[c.grade] // 132001: there is no such template
		if _, code, _ := w.sent(`{"messaging_product":"whatsapp","to":"` + lan + `","type":"template","template":{"name":"none","language":{"code":"vi"}}}`); code != want {
			t.Errorf("%s: a template is answered %v, want %v", c.rung, code, want)
		}
		status, made := w.call(http.MethodPost, "/v25.0/"+wabaA+"/message_templates", `{"name":"t_`+c.rung+`","language":"vi","category":"UTILITY","components":[{"type":"BODY","text":"Cảm ơn bạn đã đặt hàng"}]}`)
		if (status == http.StatusOK) != (c.code != 131031) || (status != http.StatusOK && made["error"].(map[string]any)["code"] != 131031.0) {
			t.Errorf("%s: a new template is answered %d %v", c.rung, status, made)
		}
		if got, errs := grade(wabaA); got != c.grade || (len(errs) > 0) != (c.grade != "AVAILABLE") {
			t.Errorf("%s: health %s %v, want %s", c.rung, got, errs, c.grade)
		}
		if v := node(); v["status"] != c.status || v["health_status"].(map[string]any)["can_send_message"] != c.grade {
			t.Errorf("%s: the account reads %v", c.rung, v)
		}
		if c.webhook != "" {
			eventually(t, "told of "+c.rung, func() bool { _, _, ok := h.find(c.webhook, `"field":"account_update"`, `"time":`); return ok })
		}
		w.must(http.MethodPost, "/sandbox/v1/clock", `{"advance":"`+c.hours+`"}`)
		if c.status == "RESTRICTED" && c.rung != "lock" && node()["status"] != "ACTIVE" {
			t.Errorf("%s has not ended after %s", c.rung, c.hours)
		}
		w.must(http.MethodPost, chatA+"/messages", `{"text":"Still there?"}`)
		if _, code, _ := w.sent(textA); (code != 0) != (c.code == 131031) {
			t.Errorf("%s: after %s a text is answered %v", c.rung, c.hours, code)
		}
	}
	v := w.rung(wabaA, `{"rung":"reinstate"}`)
	if v["rung"] != "" || v["disabled"] != false || len(v["violations"].([]any)) != 8 {
		t.Errorf("reinstated: %v", v)
	}
	if _, code, _ := w.sent(textA); code != 0 || node()["status"] != "ACTIVE" {
		t.Errorf("after being reinstated a text is answered %v", code)
	}
	eventually(t, "told of the return", func() bool { _, _, ok := h.find(`"waba_ban_state":"REINSTATE"`); return ok })
	for body, want := range map[string]string{
		`{"policy_id":"alcohol","rung":"prison"}`: "restrict_1_day", `{"rung":"lock"}`: "policy_id", `{"policy_id":"alcohol"}`: "rung",
	} {
		if status, v := w.call(http.MethodPost, "/sandbox/v1/wabas/"+wabaA+"/enforcement", body); status != http.StatusBadRequest || !strings.Contains(details(v), want) {
			t.Errorf("%s: %d %v", body, status, v)
		}
	}
	if status, v := w.call(http.MethodGet, "/sandbox/v1/wabas/300000000000009/enforcement", ""); status != http.StatusBadRequest || v["error"].(map[string]any)["error_subcode"] != 33.0 {
		t.Errorf("an unknown account: %d %v", status, v)
	}
}

func TestAViolationIsAppealedAndDecidedBySandbox(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	w.must(http.MethodPost, chatA+"/messages", `{"text":"Hi"}`)
	lock := w.rung(wabaA, `{"policy_id":"drugs","rung":"lock"}`)["violations"].([]any)[0].(map[string]any)
	path := "/sandbox/v1/wabas/" + wabaA + "/violations/" + lock["id"].(string)
	v := w.must(http.MethodPost, path+"/appeal", `{"message":"Đây là trà sen."}`)["violations"].([]any)[0].(map[string]any)
	if v["appealable"] != false || v["appeal"].(map[string]any)["state"] != "open" {
		t.Errorf("appealed: %v", v)
	}
	if _, code, _ := w.sent(textA); code != 131031 {
		t.Errorf("while the appeal is open a text is answered %v", code)
	}
	v = w.must(http.MethodPost, path+"/decision", `{"outcome":"reversed","reason":"It is tea."}`)
	first := v["violations"].([]any)[0].(map[string]any)
	if v["rung"] != "" || first["state"] != "lifted" || first["appeal"].(map[string]any)["reason"] != "It is tea." {
		t.Errorf("reversed: %v", v)
	}
	if status, _, _ := w.sent(textA); status != http.StatusOK {
		t.Errorf("after the reversal a text is answered %d", status)
	}
	if status, _ := w.call(http.MethodPost, path+"/decision", `{"outcome":"unchanged"}`); status != http.StatusBadRequest {
		t.Errorf("deciding twice answered %d", status)
	}
}
