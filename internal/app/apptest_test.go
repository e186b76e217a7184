package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/app"
)

// Ids of the demo world's shops A and B.
const (
	phoneA, catalogA          = "400000000000001", "500000000000001"
	wabaB, phoneB, catalogB   = "300000000000002", "400000000000002", "500000000000002"
	lan                       = "84901234567"
	appToken                  = "100000000000001|demo-app-secret"
	deadline                  = 2 * time.Minute
	chatA                     = "/sandbox/v1/customers/" + lan + "/chats/" + phoneA
	chatB                     = "/sandbox/v1/customers/" + lan + "/chats/" + phoneB
	subscriptionOfApp, object = "/v25.0/100000000000001/subscriptions", "whatsapp_business_account"
)

// world is a running demo server.
type world struct {
	t *testing.T
	*app.App
}

// start runs a demo server in a directory of its own. It fetches no pictures: most tests do not look at them.
func start(t *testing.T, dir string) world {
	t.Helper()
	c := app.Defaults()
	c.Pictures = false
	return startWith(t, dir, c)
}

// startWith is [start] with settings of its own.
func startWith(t *testing.T, dir string, c app.Config) world {
	t.Helper()
	c.Addr, c.Data, c.Demo, c.LogLevel = "127.0.0.1:0", dir, true, "error"
	a, err := app.New(t.Context(), c, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), deadline)
		defer cancel()
		if err := a.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return world{t, a}
}

// call makes a request as the demo token and returns status and decoded body.
func (w world) call(method, path, body string) (int, map[string]any) {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), method, w.URL()+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer EAADEMO")
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer res.Body.Close()
	var v map[string]any
	if err := json.NewDecoder(res.Body).Decode(&v); err != nil {
		w.t.Fatalf("%s %s: %v", method, path, err)
	}
	return res.StatusCode, v
}

// must is [world.call] that has to succeed.
func (w world) must(method, path, body string) map[string]any {
	w.t.Helper()
	status, v := w.call(method, path, body)
	if status != http.StatusOK {
		w.t.Fatalf("%s %s answered %d %v", method, path, status, v)
	}
	return v
}

// eventually waits until ok, checking again and again: for what a background worker does.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	end := time.After(deadline)
	for !ok() {
		select {
		case <-tick.C:
		case <-end:
			t.Fatalf("after %v: not %s", deadline, what)
		}
	}
}

// hook is a webhook receiver.
type hook struct {
	*httptest.Server
	mu     sync.Mutex
	bodies []string
	sigs   []string
}

func newHook(t *testing.T) *hook {
	h := &hook{}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c := r.URL.Query().Get("hub.challenge"); c != "" {
			_, _ = io.WriteString(w, c)
			return
		}
		var b bytes.Buffer
		_, _ = b.ReadFrom(r.Body)
		h.mu.Lock()
		defer h.mu.Unlock()
		h.bodies, h.sigs = append(h.bodies, b.String()), append(h.sigs, r.Header.Get("X-Hub-Signature-256"))
	}))
	t.Cleanup(h.Close)
	return h
}

// find returns the first body that contains every part, with its signature.
func (h *hook) find(parts ...string) (body, signature string, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i, b := range h.bodies {
		all := true
		for _, p := range parts {
			all = all && strings.Contains(b, p)
		}
		if all {
			return b, h.sigs[i], true
		}
	}
	return "", "", false
}

// listen subscribes the demo app's webhooks of an account to a receiver.
func (w world) listen(waba string, h *hook) {
	w.t.Helper()
	body, err := json.Marshal(map[string]string{
		"access_token": appToken, "object": object, "callback_url": h.URL, "verify_token": "v", "fields": "messages",
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.must(http.MethodPost, subscriptionOfApp, string(body))
	w.must(http.MethodPost, "/v25.0/"+waba+"/subscribed_apps", "")
}
