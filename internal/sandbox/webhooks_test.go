package sandbox_test

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/demo"
)

func TestReceiversAndEndpointsAreSteered(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		w := open(t, d, c)
		var bodies []string
		hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			b, _ := io.ReadAll(r.Body)
			bodies = append(bodies, string(b)) // one lane: one request at a time
		}))
		defer hook.Close()
		const endpoints, one, threads = "/webhooks/endpoints", "/webhooks/endpoints/{endpoint_id}", "/customers/{wa_id}/chats/{phone_number_id}"
		made := w.want(200, "POST", endpoints, endpoints, `{"business_id":"`+w.shop.Business.String()+`","name":"Kho","url":"`+hook.URL+`","fields":["messages"]}`)
		path := endpoints + "/" + made["id"].(string)
		if made["secret"] == "" {
			t.Error("the secret was not told")
		}
		if l := w.want(200, "GET", endpoints, endpoints, "")["data"].([]any); len(l) != 1 || l[0].(map[string]any)["secret"] != nil {
			t.Errorf("listed %v", l)
		}
		if v := w.want(200, "POST", one, path, `{"name":"Kho hàng"}`); v["name"] != "Kho hàng" || v["url"] != hook.URL {
			t.Errorf("changed %v", v)
		}
		if v := w.want(200, "POST", one+"/secret", path+"/secret", `{"overlap":"24h"}`); v["secret"] == made["secret"] {
			t.Error("the secret stayed")
		}
		receiver := w.want(200, "GET", "/webhooks/receivers", "/webhooks/receivers", "")["data"].([]any)[0].(map[string]any)
		r := "/webhooks/receivers/" + receiver["id"].(string)
		w.want(200, "POST", "/webhooks/receivers/{receiver_id}/pause", r+"/pause", "")
		w.want(200, "POST", threads+"/messages", w.chat("/messages"), `{"text":"Còn bánh mì không?"}`)
		drain := func() {
			t.Helper()
			if err := w.hooks.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		drain()
		if len(bodies) != 0 {
			t.Error("a paused receiver heard")
		}
		if v := w.want(200, "GET", "/webhooks/receivers", "/webhooks/receivers", "")["data"].([]any)[0].(map[string]any); v["state"] != "paused" || v["reason"] != "asked" || v["waiting"] != 1.0 {
			t.Errorf("paused %v", v)
		}
		w.want(200, "POST", "/webhooks/receivers/{receiver_id}/resume", r+"/resume", "")
		drain()
		const deliveries = "/webhooks/deliveries"
		for query, want := range map[string]int{
			"": 1, "?q=b%C3%A1nh": 1, "?q=ph%E1%BB%9F": 0, "?field=messages": 1, "?field=security": 0, "?receiver_id=" + receiver["id"].(string): 1, "?receiver_id=7": 0,
			"?phone_number_id=" + w.shop.Phone.String(): 1, "?phone_number_id=7": 0, "?since=2026-11-23T00:00:00Z": 1, "?since=2027-01-01T00:00:00Z": 0,
		} {
			if l := w.want(200, "GET", deliveries, deliveries+query, "")["data"].([]any); len(l) != want {
				t.Errorf("%q finds %d, want %d", query, len(l), want)
			}
		}
		first := w.want(200, "GET", deliveries, deliveries, "")["data"].([]any)[0].(map[string]any)
		again := w.want(200, "GET", deliveries+"/{delivery_id}", deliveries+"/"+first["id"].(string), "")
		if len(bodies) != 1 || again["body"] != bodies[0] || again["endpoint_id"] != made["id"] {
			t.Errorf("%v of %q", again, bodies)
		}
		w.debugs(first, bodies[0])
		w.token = foreignToken
		w.refused(404, 100, "", "POST", path, `{}`)
		w.refused(404, 100, "", "DELETE", path, ``)
		w.refused(404, 100, "", "POST", path+"/secret", ``)
		w.refused(404, 100, "", "POST", r+"/pause", ``)
		w.refused(404, 100, "", "POST", r+"/resume", ``)
		w.refused(404, 100, "", "GET", deliveries+"/"+first["id"].(string), ``)
		if l := w.want(200, "GET", "/webhooks/receivers", "/webhooks/receivers", "")["data"].([]any); len(l) != 0 {
			t.Errorf("another business sees %v", l)
		}
		w.token = demo.AccessToken
		w.want(200, "DELETE", one, path, "")
		w.refused(404, 100, "", "POST", path, `{}`)
	})
}

func TestAppsGetSecretsAndCertificates(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		w := open(t, d, c)
		app := "/apps/" + demo.AppID.String()
		const cert = "/client-certificate"
		w.refused(404, 100, "without a client certificate", "GET", app+cert, "")
		made := w.want(200, "PUT", "/apps/{app_id}"+cert, app+cert, "")
		if !strings.Contains(made["authority"].(string), "BEGIN CERTIFICATE") || strings.Contains(made["certificate"].(string), "PRIVATE") {
			t.Errorf("made %v", made)
		}
		if shown := w.want(200, "GET", "/apps/{app_id}"+cert, app+cert, ""); shown["sha256_fingerprint"] != made["sha256_fingerprint"] {
			t.Errorf("shown %v", shown)
		}
		w.want(200, "DELETE", "/apps/{app_id}"+cert, app+cert, "")
		if v := w.want(200, "POST", "/apps/{app_id}/secret", app+"/secret", `{"overlap":"1h"}`); v["secret"] == demo.AppSecret || v["secret"] == "" {
			t.Errorf("secret %v", v)
		}
		w.token = foreignToken // made for the same app, by another business
		w.refused(404, 100, "", "PUT", app+cert, "")
		w.refused(404, 100, "", "GET", app+cert, "")
		w.refused(404, 100, "", "DELETE", app+cert, "")
		w.refused(400, 100, "no object", "POST", app+"/secret", "")
	})
}

// debugs asks for the reason why a receiver's check fails that parsed the body and knows the secret of the app
// instead of its own.
func (w *world) debugs(delivery map[string]any, body string) {
	w.Helper()
	attempts := w.want(200, "GET", "/webhooks/deliveries/{delivery_id}/attempts", "/webhooks/deliveries/"+delivery["id"].(string)+"/attempts", "")
	head := attempts["data"].([]any)[0].(map[string]any)["request_head"].(string)
	_, header, _ := strings.Cut(head, "X-Hub-Signature-256: ")
	header, _, _ = strings.Cut(header, "\n")
	ask := func(v map[string]string) map[string]any {
		b, err := json.Marshal(v)
		if err != nil {
			w.Fatal(err)
		}
		return w.want(200, "POST", "/webhooks/verify-signature", "/webhooks/verify-signature", string(b))
	}
	says := func(v map[string]any, codes ...string) {
		w.Helper()
		var got []string
		for _, r := range v["reasons"].([]any) {
			got = append(got, r.(map[string]any)["code"].(string))
		}
		if v["valid"] != false || !slices.Equal(got, codes) {
			w.Errorf("%v, want %v", v, codes)
		}
	}
	says(ask(map[string]string{"body": body, "secret": demo.AppSecret, "header": header}), "wrong_secret")
	says(ask(map[string]string{"body_base64": base64.StdEncoding.EncodeToString([]byte(body + "\n")), "secret": demo.AppSecret, "header": header}), "wrong_secret", "trailing_newline")
	v := ask(map[string]string{"body": "{}", "secret": demo.AppSecret, "header": header})
	says(v, "wrong_secret", "body_changed") // the bytes that were sent stand in the log
	if v["body"].(map[string]any)["offset"] != 1.0 {
		w.Errorf("%v", v)
	}
	w.refused(400, 100, "not both", "POST", "/webhooks/verify-signature", `{"body":"a","body_base64":"YQ==","secret":"s"}`)
	w.refused(400, 100, "base64", "POST", "/webhooks/verify-signature", `{"body_base64":"?","secret":"s"}`)
	w.refused(400, 100, "secret is required", "POST", "/webhooks/verify-signature", `{}`)
}
