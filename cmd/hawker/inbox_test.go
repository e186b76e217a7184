package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

const inboxMost = 1000

// patience is when a script has got stuck.
const patience = 2 * time.Minute

// inbox is a program that receives webhooks in a script.
type inbox struct {
	came chan string // bodies with the signature of the demo's app
	seen []string
}

type inboxKey struct{}

// receive starts it and puts its address into $HOOK.
func receive(ts *testscript.TestScript, _ bool, _ []string) {
	in := ts.Value(inboxKey{}).(*inbox)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if challenge := r.URL.Query().Get("hub.challenge"); challenge != "" {
			_, _ = io.WriteString(w, challenge)
			return
		}
		b, _ := io.ReadAll(r.Body)
		mac := hmac.New(sha256.New, []byte("demo-app-secret"))
		mac.Write(b)
		if r.Header.Get("X-Hub-Signature-256") != "sha256="+hex.EncodeToString(mac.Sum(nil)) {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		in.came <- string(b)
	}))
	ts.Defer(srv.Close)
	ts.Setenv("HOOK", srv.URL)
}

// arrived waits until a webhook with a text has come.
func arrived(ts *testscript.TestScript, _ bool, args []string) {
	in := ts.Value(inboxKey{}).(*inbox)
	for _, b := range in.seen {
		if strings.Contains(b, args[0]) {
			return
		}
	}
	late := time.After(patience)
	for {
		select {
		case b := <-in.came:
			in.seen = append(in.seen, b)
			if strings.Contains(b, args[0]) {
				return
			}
		case <-late:
			ts.Fatalf("no webhook with %s among %q", args[0], in.seen)
		}
	}
}

// heard waits until the delivery log can be told of: the stream is open once the server has a listener.
func heard(ts *testscript.TestScript, _ bool, _ []string) {
	in := ts.Value(inboxKey{}).(*inbox)
	late := time.After(patience)
	for {
		call(ts, false, []string{"200", "POST", "/sandbox/v1/customers/84901234567/chats/400000000000001/messages", `{"text":"there?"}`})
		select {
		case b := <-in.came:
			in.seen = append(in.seen, b)
			return
		case <-time.After(100 * time.Millisecond): // once more: nobody listened yet
		case <-late:
			ts.Fatalf("nobody listens")
		}
	}
}

// forget lets arrived wait for what comes from now on.
func forget(ts *testscript.TestScript, _ bool, _ []string) {
	in := ts.Value(inboxKey{}).(*inbox)
	in.seen = nil
	for {
		select {
		case <-in.came:
		default:
			return
		}
	}
}

// delivered waits until a webhook with a text stands in the log as delivered, and puts the id of the delivery into $DELIVERY.
func delivered(ts *testscript.TestScript, _ bool, args []string) {
	late := time.After(patience)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		var list struct{ Data []struct{ ID string } }
		ts.Check(json.Unmarshal(ask(ts, "200", "GET", "/sandbox/v1/webhooks/deliveries?state=delivered&q="+args[0], ""), &list))
		if len(list.Data) > 0 {
			ts.Setenv("DELIVERY", list.Data[0].ID)
			return
		}
		select {
		case <-tick.C:
		case <-late:
			ts.Fatalf("no webhook with %s was delivered", args[0])
		}
	}
}
