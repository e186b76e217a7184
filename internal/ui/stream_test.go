package ui_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/live"
	"github.com/hawkerhq/hawker/internal/ui"
)

// A stream that has taken its connection over has the headers that were set before, tells changes, begins with one for whoever
// comes back, and ends with the hub; the handler has returned long before.
func TestAStreamHasItsConnectionForItself(t *testing.T) {
	t.Parallel()
	for _, wrap := range []func(http.Handler) http.Handler{func(h http.Handler) http.Handler { return h }, ui.Pack} {
		hub, returned := live.New(), make(chan struct{}, 1)
		server := httptest.NewServer(wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ui.Guard(w.Header())
			ui.Stream(w, r, hub, "chat")
			returned <- struct{}{}
		})))
		defer server.Close()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Last-Event-ID", "1")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		<-returned
		if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "text/event-stream" || res.Header.Get("Content-Security-Policy") == "" || res.Header.Get("Date") == "" {
			t.Errorf("the answer begins with %d %v", res.StatusCode, res.Header)
		}
		lines := bufio.NewScanner(res.Body)
		heard := func() (text string) {
			for lines.Scan() && lines.Text() != "" {
				text += lines.Text() + "\n"
			}
			return text
		}
		if got := heard(); !strings.Contains(got, "event: changed") {
			t.Errorf("who comes back hears %q", got)
		}
		hub.Publish("chat", nil)
		if got := heard(); !strings.Contains(got, "event: changed") || !strings.Contains(got, "id: 1") {
			t.Errorf("after a change the page hears %q", got)
		}
		hub.Close()
		if got := heard(); got != "" {
			t.Errorf("after the end the page hears %q", got)
		}
	}
}

// A page that goes away is heard at once, not with the next heartbeat: its connection ends on this side too.
func TestAStreamEndsWithItsPage(t *testing.T) {
	t.Parallel()
	hub := live.New()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { ui.Stream(w, r, hub, "chat") }))
	defer server.Close()
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	stream := bufio.NewReader(conn)
	for line := ""; line != ": connected\n"; {
		if line, err = stream.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
	}
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if rest, err := io.ReadAll(stream); err != nil || strings.TrimSpace(string(rest)) != "" {
		t.Errorf("after the page went away: %q, %v", rest, err)
	}
}
