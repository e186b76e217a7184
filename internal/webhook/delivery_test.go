package webhook_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/safehttp"
	"github.com/hawkerhq/hawker/internal/webhook"
)

// wait bounds what a test waits for; reaching it is a failure.
const wait = 2 * time.Minute

// connect subscribes another app to the account without asking its receiver.
func connect(t *testing.T, d *db.DB, app id.ID, url string) {
	t.Helper()
	err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `INSERT INTO webhook_subscription (app_id, object, callback_url, fields, created_at) VALUES ($1, $2, $3, 'messages', 0)`, app, webhook.Object, url); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO waba_subscription (waba_id, app_id, created_at) VALUES ($1, $2, 0)`, waba, app)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// value is what stands in a body's changes[].value.
func value(body string) string {
	_, v, _ := strings.Cut(body, `"value":`)
	v, _, _ = strings.Cut(v, `,"field"`)
	return v
}

func list(t *testing.T, s *webhook.Service, state string) []webhook.Delivery {
	t.Helper()
	l, err := s.Deliveries(t.Context(), owner, webhook.Filter{State: state}, 0, 2000)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// givenUp is when a receiver that never ends is, in a test.
const givenUp = 300 * time.Millisecond

// hasty gives these paths up soon, which never end, and waits for the others however slow the machine is.
type hasty struct {
	these []string
	quick *safehttp.Client
	webhook.Transport
}

func (h hasty) Post(ctx context.Context, url string, header http.Header, body []byte) (safehttp.Answer, error) {
	for _, path := range h.these {
		if strings.HasSuffix(url, path) {
			return h.quick.Post(ctx, url, header, body)
		}
	}
	return h.Transport.Post(ctx, url, header, body)
}

func TestBadReceiversAreBoundedLoggedAndTriedAgain(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		over := make(chan struct{})
		good := newHook(t)
		bad := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			raw := func(text string) {
				conn, _, err := w.(http.Hijacker).Hijack()
				if err != nil {
					return
				}
				_, _ = io.WriteString(conn, text)
				_ = conn.Close()
			}
			flush := func() { _ = http.NewResponseController(w).Flush() }
			switch r.URL.Path {
			case "/silent":
				<-over
			case "/slowbody":
				w.WriteHeader(http.StatusOK)
				flush()
				<-over
			case "/huge":
				for b := make([]byte, 1<<20); r.Context().Err() == nil; {
					if _, err := w.Write(b); err != nil {
						return
					}
				}
			case "/moved":
				http.Redirect(w, r, good.URL, http.StatusMovedPermanently)
			case "/500":
				w.WriteHeader(http.StatusInternalServerError)
				_, _ = io.WriteString(w, strings.Repeat("x", 5000)+"\x00\xff")
			case "/reset":
				raw("")
			case "/garbage":
				raw("SSH-2.0-OpenSSH_9.2\r\n")
			case "/hugehead":
				raw("HTTP/1.1 200 OK\r\nX-Long: " + strings.Repeat("y", 1<<20) + "\r\n\r\n")
			case "/cut":
				raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort")
			case "/binary":
				w.WriteHeader(http.StatusBadRequest)
				_, _ = w.Write([]byte("a\x00b\xffc"))
			case "/http10":
				raw("HTTP/1.0 200 OK\r\n\r\nfine")
			default:
				w.WriteHeader(http.StatusNoContent)
			}
		}))
		defer bad.Close()
		defer close(over)
		cases := []struct {
			path      string
			status    int
			delivered bool
			response  string
		}{
			{"/silent", 0, false, ""},
			{"/slowbody", 0, false, ""},
			{"/huge", 200, true, strings.Repeat("\ufffd", 1024)},
			{"/moved", 301, false, ""},
			{"/500", 500, false, strings.Repeat("x", 1024)},
			{"/reset", 0, false, ""},
			{"/garbage", 0, false, ""},
			{"/hugehead", 0, false, ""},
			{"/cut", 0, false, "short"},
			{"/binary", 400, false, "a\ufffdb\ufffdc"},
			{"/http10", 200, true, "fine"},
			{"/204", 204, false, ""},
		}
		s := service(d, c)
		s.Transport = hasty{
			these: []string{"/silent", "/slowbody"}, quick: safehttp.New(safehttp.Config{AllowPrivate: true, Timeout: givenUp}),
			Transport: safehttp.New(safehttp.Config{AllowPrivate: true, Timeout: wait}),
		}
		for n, x := range cases {
			connect(t, d, id.ID(100+n), bad.URL+x.path)
		}
		emit(t, d, s, "l", `{}`)
		drain(t, s)
		byURL := map[string]webhook.Delivery{}
		for _, l := range list(t, s, "") {
			byURL[l.URL] = l
		}
		for _, x := range cases {
			l := byURL[bad.URL+x.path]
			attempts, err := s.Attempts(t.Context(), owner, l.ID)
			if err != nil || len(attempts) != 1 {
				t.Fatalf("%s: %d attempts, %v", x.path, len(attempts), err)
			}
			a := attempts[0]
			want := "pending"
			if x.delivered {
				want = "delivered"
			}
			if l.State != want || a.Status != x.status || (a.Status == 0) != (a.Error != "") {
				t.Errorf("%s: %s with attempt %+v, want %s and %d", x.path, l.State, a, want, x.status)
			}
			if x.path != "/moved" && a.Response != x.response {
				t.Errorf("%s: kept %.60q of the answer, want %.60q", x.path, a.Response, x.response)
			}
			endless := x.path == "/silent" || x.path == "/slowbody"
			if endless != strings.Contains(a.Error, "timeout") || endless && a.DurationMS < givenUp.Milliseconds() {
				t.Errorf("%s: ended with %q after %d ms", x.path, a.Error, a.DurationMS)
			}
			if !x.delivered && !l.DueAt.After(c.Now()) {
				t.Errorf("%s: due at %v", x.path, l.DueAt)
			}
		}
		if good.count() != 0 {
			t.Error("a redirect was followed")
		}
	})
}

func TestACrashBetweenSendingAndMarkingRepeatsTheSameBytes(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		crash, die := context.WithCancel(t.Context())
		var mu sync.Mutex
		var bodies, heads []string
		srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			b, _ := io.ReadAll(r.Body)
			mu.Lock()
			defer mu.Unlock()
			bodies = append(bodies, string(b))
			heads = append(heads, r.Header.Get("X-Hawker-Event-Id")+" "+r.Header.Get("X-Hub-Signature-256"))
			if len(bodies) == 1 {
				die() // the receiver has it; the sender never learns
				<-r.Context().Done()
			}
		}))
		defer srv.Close()
		connect(t, d, app, srv.URL)
		first := service(d, c)
		emit(t, d, first, "l", `{"text":"bún chả"}`)
		if err := first.Drain(crash); err != nil {
			t.Log("the first process ended with", err)
		}
		if l := list(t, first, "pending"); len(l) != 1 || l[0].Attempts != 1 {
			t.Fatalf("after the crash %+v", l)
		}
		second := service(d, c)
		drain(t, second)
		if len(bodies) != 1 {
			t.Fatal("sent again while the lease of the first process ran")
		}
		c.Advance(2 * time.Minute)
		drain(t, second)
		if len(bodies) != 2 || bodies[0] != bodies[1] || heads[0] != heads[1] {
			t.Errorf("bodies %q, heads %q", bodies, heads)
		}
		if l := list(t, second, "delivered"); len(l) != 1 || l[0].Attempts != 2 {
			t.Errorf("in the end %+v", l)
		}
	})
}

func TestARestartDoesNotWaitForLeasesOnSQLite(t *testing.T) {
	t.Parallel()
	c := clock.NewFixed(dbtest.Start)
	d := dbtest.SQLite(t, c)
	crash, die := context.WithCancel(t.Context())
	got := make(chan string, 10)
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		if crash.Err() == nil {
			die()
			<-r.Context().Done()
			return
		}
		got <- value(string(b))
	}))
	defer srv.Close()
	connect(t, d, app, srv.URL)
	first := service(d, c)
	for n := range 3 {
		emit(t, d, first, "l", fmt.Sprint(n))
	}
	if err := first.Drain(crash); err != nil {
		t.Log("the first process ended with", err)
	}
	second := service(d, c)
	if err := second.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer second.Stop()
	for n := range 3 {
		select {
		case v := <-got:
			if v != fmt.Sprint(n) {
				t.Errorf("%s came as number %d", v, n)
			}
		case <-time.After(wait):
			t.Fatal("not delivered after the restart")
		}
	}
}

func TestEachLaneKeepsItsOrder(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		const lanes, each = 7, 40
		h, s := newHook(t), service(d, c)
		subscribe(t, s, h.URL)
		for n := range each {
			for l := range lanes {
				emit(t, d, s, fmt.Sprint(l), fmt.Sprintf("[%d,%d]", l, n))
			}
			c.Advance(time.Millisecond)
		}
		drain(t, s)
		got := map[int][]int{}
		for _, b := range h.bodies {
			var l, n int
			if _, err := fmt.Sscanf(value(b), "[%d,%d]", &l, &n); err != nil {
				t.Fatal(err)
			}
			got[l] = append(got[l], n)
		}
		for l := range lanes {
			if len(got[l]) != each || !slices.IsSorted(got[l]) {
				t.Errorf("lane %d arrived as %v", l, got[l])
			}
		}
	})
}

func TestHostileReceiversHoldNobody(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		const hostile, events = 30, 40
		over := make(chan struct{})
		hang := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-over }))
		defer hang.Close()
		good := make(chan string, events)
		srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			b, _ := io.ReadAll(r.Body)
			good <- value(string(b))
		}))
		defer srv.Close()
		s := service(d, c)
		s.Client = safehttp.New(safehttp.Config{AllowPrivate: true, Timeout: time.Hour}) // no hanging receiver is given up meanwhile
		for n := range hostile {
			connect(t, d, id.ID(1000+n), fmt.Sprintf("%s/%02d", hang.URL, n))
		}
		connect(t, d, app, srv.URL)
		if err := s.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		defer s.Stop()
		defer close(over)
		for n := range events {
			emit(t, d, s, fmt.Sprint(n), fmt.Sprint(n))
		}
		late := time.After(wait)
		for n := range events {
			select {
			case <-good:
			case <-late:
				t.Fatalf("the good receiver had %d of %d webhooks", n, events)
			}
		}
	})
}

func TestTwoProcessesShareTheWorkWithoutDoubles(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		const events = 200
		h, s := newHook(t), service(d, c)
		subscribe(t, s, h.URL)
		for n := range events {
			emit(t, d, s, fmt.Sprint(n), fmt.Sprint(n))
		}
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				if err := service(d, c).Drain(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		seen := map[string]int{}
		for _, b := range h.bodies {
			seen[value(b)]++
		}
		if len(seen) != events || len(h.bodies) != events {
			t.Errorf("%d webhooks of %d events arrived as %d", len(seen), events, len(h.bodies))
		}
	})
}

func TestStopWaitsForWhatIsInFlight(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		started, answer := make(chan struct{}), make(chan struct{})
		srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			_, _ = bufio.NewReader(r.Body).Peek(1)
			started <- struct{}{}
			<-answer
		}))
		defer srv.Close()
		connect(t, d, app, srv.URL)
		s := service(d, c)
		if err := s.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		emit(t, d, s, "l", `1`)
		emit(t, d, s, "l", `2`)
		<-started
		stopped := make(chan struct{})
		go func() {
			s.Stop()
			close(stopped)
		}()
		close(answer)
		select {
		case <-stopped:
		case <-started: // the second one left before the stop was noticed
			<-stopped
		case <-time.After(wait):
			t.Fatal("Stop hangs")
		}
		for _, l := range list(t, s, "") {
			if l.State == "pending" && (l.Attempts != 0 || l.DueAt.After(c.Now())) {
				t.Errorf("left behind %+v", l)
			}
		}
		if n := len(list(t, s, "delivered")); n == 0 {
			t.Error("what was in flight was not marked")
		}
	})
}
