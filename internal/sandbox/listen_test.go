package sandbox_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/demo"
	"github.com/hawkerhq/hawker/internal/sandbox"
)

func TestWebhooksAreListenedToByAStream(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		w := open(t, d, c)
		if err := w.hooks.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		defer w.hooks.Stop()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.url+sandbox.Prefix+"/webhooks/listen?fields=messages", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+demo.AccessToken)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		lines := bufio.NewScanner(res.Body)
		next := func(event string, v any) {
			t.Helper()
			for lines.Scan() {
				if lines.Text() == "event: "+event {
					lines.Scan()
					if err := json.Unmarshal([]byte(strings.TrimPrefix(lines.Text(), "data: ")), v); err != nil {
						t.Fatal(err)
					}
					return
				}
			}
			t.Fatalf("the stream ended before %s: %v", event, lines.Err())
		}
		var session struct{ Session string }
		next("session", &session)
		w.want(200, "POST", threads+"/messages", w.chat("/messages"), `{"text":"Xin chào"}`)
		var f struct {
			Request string
			Headers map[string][]string
			Body    string
		}
		next("webhook", &f)
		if !strings.Contains(f.Body, `Xin ch\u00e0o`) || !strings.HasPrefix(f.Headers["X-Hub-Signature-256"][0], "sha256=") {
			t.Errorf("heard %+v", f)
		}
		answers := "/webhooks/listen/" + session.Session + "/answers"
		w.refused(400, 100, "say status, or error", "POST", answers, `{"request":"`+f.Request+`"}`)
		w.refused(400, 100, "no HTTP status", "POST", answers, `{"request":"`+f.Request+`","status":2000}`)
		w.refused(404, 100, "does not wait", "POST", answers, `{"request":"7","status":200}`)
		w.want(200, "POST", "/webhooks/listen/{session}/answers", answers, `{"request":"`+f.Request+`","status":200,"headers":{"Server":"mine"},"body":"ok","duration_ms":3}`)
		w.refused(404, 100, "no listener", "GET", "/webhooks/listen?session=7", "")
		w.refused(400, 100, "massages", "GET", "/webhooks/listen?fields=massages", "")
	})
}
