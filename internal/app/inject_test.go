package app_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/clock"
)

// try posts a text message as the demo's shop A and returns the answer, or the error of a connection that was cut.
func (w world) try(text string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.URL()+"/v25.0/"+phoneA+"/messages",
		strings.NewReader(`{"messaging_product":"whatsapp","to":"`+lan+`","type":"text","text":{"body":"`+text+`"}}`))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer EAADEMO")
	req.Header.Set("Content-Type", "application/json")
	res, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
	if err == nil {
		_ = res.Body.Close()
	}
	return res, err
}

func TestCallsGoWrongOnPurpose(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	w.must("POST", chatA+"/messages", `{"text":"alo"}`)
	const faults = "/sandbox/v1/faults"
	set := func(rule string) { w.t.Helper(); w.must("PUT", faults, `{"faults":[`+rule+`]}`) }
	stored := func(text string) bool {
		for _, m := range w.must("GET", chatA, "")["messages"].([]any) {
			if b, _ := m.(map[string]any)["text"].(string); b == text {
				return true
			}
		}
		return false
	}
	const path, body = "/v25.0/" + phoneA + "/messages", `{"messaging_product":"whatsapp","to":"` + lan + `","type":"text","text":{"body":"mot"}}`
	set(`{"on":"graph","route":"*/messages","method":"POST","code":131000,"status":500,"message":"Something went wrong","calls":1,"name":"lỗi"}`)
	status, v := w.call("POST", path, body)
	if e, _ := v["error"].(map[string]any); status != 500 || e["code"] != 131000.0 || e["message"] != "(#131000) Something went wrong: a fault on purpose: lỗi" {
		t.Errorf("answered %d %v", status, v)
	}
	w.must("POST", path, body) // one call only
	list := w.must("GET", faults, "")
	if r := list["recent"].([]any); len(r) != 1 || r[0].(map[string]any)["what"] != "POST /"+phoneA+"/messages" {
		t.Errorf("listed %v", list)
	}
	if f := list["faults"].([]any)[0].(map[string]any); f["applied"] != 1.0 || f["left"] != 0.0 || f["rule"].(map[string]any)["name"] != "lỗi" {
		t.Errorf("listed %v", list)
	}

	set(`{"on":"graph","phone_number_id":"` + phoneA + `","drop":"request","name":"hai"}`)
	if res, err := w.try("hai"); err == nil {
		t.Errorf("a lost request was answered with %s", res.Status)
	}
	if stored("hai") {
		t.Error("a request that was lost was worked on")
	}
	set(`{"on":"graph","phone_number_id":"` + phoneA + `","drop":"answer","name":"ba"}`)
	if res, err := w.try("ba"); err == nil {
		t.Errorf("a lost answer arrived: %s", res.Status)
	}
	if !stored("ba") {
		t.Error("a call whose answer was lost was not worked on")
	}
	set(`{"on":"graph","latency":"150ms","name":"slow"}`)
	took := clock.Stopwatch()
	if res, err := w.try("tu"); err != nil || res.Header.Get("X-Hawker-Fault") != "slow" || took().Milliseconds() < 150 {
		t.Errorf("after %v: %v, %v", took(), res, err)
	}
	set(`{"on":"graph","app_id":"100000000000002","status":503}`) // another app's
	if res, err := w.try("nam"); err != nil || res.StatusCode != http.StatusOK || res.Header.Get("X-Hawker-Fault") != "" {
		t.Errorf("%v, %v", res, err)
	}
	set(`{"on":"graph","status":503}`)
	if res, err := w.try("sau"); err != nil || res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("%v, %v", res, err)
	}
	w.must("DELETE", faults, "") // the sandbox itself never goes wrong
	if res, err := w.try("bay"); err != nil || res.StatusCode != http.StatusOK {
		t.Errorf("after all faults were cleared: %v, %v", res, err)
	}
	for _, bad := range []string{`{"faults":[{"on":"graph"}]}`, `{"faults":[{"on":"graph","latency":"2"}]}`, `{}`, `{"faults":[{"on":"graph","stauts":500}]}`} {
		if status, v := w.call("PUT", faults, bad); status != 400 {
			t.Errorf("%s answered %d %v", bad, status, v)
		}
	}
}
