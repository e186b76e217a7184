package chaos

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/live"
	"github.com/hawkerhq/hawker/internal/safehttp"
	"github.com/hawkerhq/hawker/internal/webhook"
)

const (
	shop    = id.ID(22)
	account = id.ID(33)
	number  = id.ID(44)
)

var owner22 = access.Caller{Businesses: []id.ID{shop}}

// outbox is the webhook service alone, in this process.
func outbox(d *db.DB, c clock.Clock, carry webhook.Transport) *webhook.Service {
	return webhook.New(webhook.Deps{
		DB: d, Clock: c, Client: safehttp.New(safehttp.Config{AllowPrivate: true}), Transport: carry, Live: live.New(),
		Logger:  slog.New(slog.NewTextHandler(io.Discard, nil)),
		Secrets: func(context.Context, *db.Tx, id.ID) (string, string, error) { return secret, "", nil },
		Owner:   func(context.Context, *db.Tx, id.ID) (id.ID, error) { return shop, nil },
	})
}

// receiver answers verifications as it should, and deliveries with answer.
func receiver(t *testing.T, answer http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c := r.URL.Query().Get("hub.challenge"); c != "" {
			_, _ = io.WriteString(w, c)
			return
		}
		answer(w, r)
	}))
	t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
	})
	return s
}

func subscribe(t *testing.T, s *webhook.Service, app id.ID, url string) {
	t.Helper()
	err := s.Subscribe(t.Context(), app, webhook.Object, url, "v", []string{"messages"})
	if err == nil {
		err = s.SubscribeWABA(t.Context(), account, app, "", "")
	}
	if err != nil {
		t.Fatal(err)
	}
}

// emit stores events, a thousand to a transaction.
func emit(t *testing.T, d *db.DB, s *webhook.Service, from, to int) {
	t.Helper()
	for from < to {
		end := min(from+1000, to)
		err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			for n := from; n < end; n++ {
				err := s.EnqueueTx(ctx, tx, webhook.Event{
					BusinessID: shop, WABAID: account, PhoneID: number, Field: "messages", Lane: fmt.Sprint(n % 512), Value: fmt.Appendf(nil, `{"n":%d}`, n),
				})
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		from = end
	}
}

// hostile are the ways in which a receiver can hold a sender, by name. None ends before the sender lets go.
func hostile(release <-chan struct{}) map[string]http.HandlerFunc {
	hang := func(r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}
	seize := func(w http.ResponseWriter, say string) net.Conn {
		c, b, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return nil
		}
		_, _ = b.WriteString(say)
		_ = b.Flush()
		return c
	}
	return map[string]http.HandlerFunc{
		"no answer":   func(_ http.ResponseWriter, r *http.Request) { hang(r) },
		"never reads": func(w http.ResponseWriter, r *http.Request) { _ = seize(w, ""); hang(r) },
		"half a head": func(w http.ResponseWriter, r *http.Request) { _ = seize(w, "HTTP/1.1 200 OK\r\nX-"); hang(r) },
		"endless head": func(w http.ResponseWriter, r *http.Request) {
			endless(seize(w, "HTTP/1.1 200 OK\r\n"), "X-A: b\r\n", release)
		},
		"endless body": func(w http.ResponseWriter, r *http.Request) {
			endless(seize(w, "HTTP/1.1 200 OK\r\n\r\n"), "0123456789", release)
		},
		"trickling": trickle(release),
		"reset":     func(w http.ResponseWriter, _ *http.Request) { reset(seize(w, "HTTP/1.1 2")) },
		"moved in ring": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path, http.StatusMovedPermanently)
		},
		"error":   func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
		"no HTTP": func(w http.ResponseWriter, _ *http.Request) { reset(seize(w, "\x00\x01\x02 hello\r\n\r\n")) },
	}
}

func trickle(release <-chan struct{}) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusOK)
		tick := time.NewTicker(500 * time.Millisecond)
		defer tick.Stop()
		for {
			_, _ = io.WriteString(w, ".")
			_ = http.NewResponseController(w).Flush()
			select {
			case <-tick.C:
			case <-release:
				return
			case <-r.Context().Done():
				return
			}
		}
	}
}

func endless(c net.Conn, piece string, release <-chan struct{}) {
	if c == nil {
		return
	}
	defer func() { _ = c.Close() }()
	block := bytes.Repeat([]byte(piece), 1000)
	for {
		select {
		case <-release:
			return
		default:
		}
		if _, err := c.Write(block); err != nil {
			return
		}
	}
}

func reset(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
		_ = tcp.Close()
	}
}

// Receivers that hold their sender in every way they can do not hold the others' webhooks.
func TestHostileReceivers(t *testing.T) {
	beside(t)
	const good, events = 10, 40
	bad := often(t, 20, 100)
	d := dbtest.SQLite(t, clock.System{})
	s := outbox(d, clock.System{}, nil)
	release := make(chan struct{})
	var mu sync.Mutex
	var took []time.Duration
	var arrived atomic.Int64
	begun := make([]time.Time, events)
	for n := range good {
		r := receiver(t, func(_ http.ResponseWriter, r *http.Request) {
			b, _ := io.ReadAll(r.Body)
			mu.Lock()
			defer mu.Unlock()
			for _, n := range numbersIn(b) {
				took = append(took, time.Since(begun[n]))
				arrived.Add(1)
			}
		})
		subscribe(t, s, id.ID(1000+n), r.URL)
	}
	kinds := hostile(release)
	names := make([]string, 0, len(kinds))
	for name := range kinds {
		names = append(names, name)
	}
	slices.Sort(names)
	var held atomic.Int64
	for n := range bad {
		h := kinds[names[n%len(names)]]
		r := receiver(t, func(w http.ResponseWriter, r *http.Request) { held.Add(1); h(w, r) })
		subscribe(t, s, id.ID(2000+n), r.URL)
	}
	t.Cleanup(func() { close(release) }) // before the servers close, who wait for their handlers
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer s.Stop()
	for n := range events {
		mu.Lock()
		begun[n] = time.Now()
		mu.Unlock()
		emit(t, d, s, n, n+1)
		s.Wake()
	}
	until(t, "every webhook at every good receiver", func() bool { return arrived.Load() >= good*events })
	until(t, "a hostile receiver to be tried", func() bool { return held.Load() > 0 })
	mu.Lock()
	defer mu.Unlock()
	slices.Sort(took)
	figure(t, "R9", "%d hostile and %d good receivers: %d webhooks at the good ones, p99 %v", bad, good, len(took), took[len(took)*99/100].Round(time.Millisecond))
}

// switched is a way out that can be cut.
type switched struct {
	down  atomic.Bool
	tries atomic.Int64
	taken atomic.Int64
}

func (w *switched) Post(_ context.Context, _ string, _ http.Header, body []byte) (safehttp.Answer, error) {
	if w.down.Load() {
		w.tries.Add(1)
		return safehttp.Answer{}, errors.New("connection refused")
	}
	w.taken.Add(int64(len(numbersIn(body))))
	return safehttp.Answer{Status: http.StatusOK}, nil
}

// byHost sends each call the way its host is told.
type byHost map[string]webhook.Transport

func (b byHost) Post(ctx context.Context, url string, header http.Header, body []byte) (safehttp.Answer, error) {
	for prefix, w := range b {
		if strings.HasPrefix(url, prefix) {
			return w.Post(ctx, url, header, body)
		}
	}
	return safehttp.Answer{}, errors.New("no such host: " + url)
}

var number22 = regexp.MustCompile(`"n":(\d+)`)

// numbersIn are the events of a body.
func numbersIn(b []byte) (list []int) {
	for _, m := range number22.FindAllSubmatch(b, -1) {
		n, err := strconv.Atoi(string(m[1]))
		if err == nil {
			list = append(list, n)
		}
	}
	return list
}

// A receiver is away for three days of the platform's clock while events pile up for it. It is asked now and then, the
// others get theirs at once, and when it is back it gets everything.
func TestAReceiverIsAwayForDays(t *testing.T) {
	events := often(t, 3000, 1_000_000)
	c := clock.NewFixed(dbtest.Start)
	d := dbtest.SQLite(t, c)
	nobody := func(http.ResponseWriter, *http.Request) {}
	away, near := receiver(t, nobody), receiver(t, nobody)
	cut, fine := &switched{}, &switched{}
	s := outbox(d, c, byHost{away.URL: cut, near.URL: fine})
	subscribe(t, s, 1001, away.URL)
	subscribe(t, s, 1002, near.URL)
	cut.down.Store(true)
	drain := func() {
		t.Helper()
		if err := s.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for hour := range 72 {
		emit(t, d, s, hour*events/72, (hour+1)*events/72)
		drain()
		c.Advance(time.Hour)
	}
	if got := fine.taken.Load(); got != int64(events) {
		t.Errorf("the receiver that was there got %d of %d events while the other was away", got, events)
	}
	tries := cut.tries.Load()
	if most := int64(1500 + 72*4); tries > most {
		t.Errorf("the receiver that was away was asked %d times in three days", tries)
	}
	p99 := queueP99(t, s)
	const more = 300
	with, without := besideTheBacklog(t, d, s, fine, near.URL, events, more)
	events += more
	cut.down.Store(false)
	for range 24 {
		drain()
		if cut.taken.Load() >= int64(events) {
			break
		}
		c.Advance(time.Hour)
	}
	if got := cut.taken.Load(); got != int64(events) {
		t.Errorf("the receiver that came back got %d of %d events", got, events)
	}
	memory := memoryOf(t, os.Getpid())
	if alone := events > 100_000; alone && memory > 300 {
		t.Errorf("the process holds %d MB, more than 300", memory)
	}
	figure(t, "R8", "%d events for a receiver away for 72 h: asked %d times meanwhile, then all delivered; the log's first page p99 %v, %d MB in this process; "+
		"a webhook for the other one left after %v (median; p99 %v), where nothing waits after %v (%v)",
		events, tries, p99.Round(time.Microsecond*100), memory, at(with, 50), at(with, 99), at(without, 50), at(without, 99))
	if at(with, 50) > at(without, 50)*3/2 {
		t.Errorf("a receiver that is away makes half of the other's wait longer than %v instead of %v", at(with, 50), at(without, 50))
	}
}

// besideTheBacklog is how long webhooks take to leave for a receiver that is there while many wait for one that is not, and, in
// turn with them, where none waits.
func besideTheBacklog(t *testing.T, d *db.DB, s *webhook.Service, fine *switched, near string, first, more int) (with, without []time.Duration) {
	t.Helper()
	empty, alone := dbtest.SQLite(t, clock.NewFixed(dbtest.Start)), &switched{}
	quiet := outbox(empty, clock.NewFixed(dbtest.Start), byHost{near: alone})
	subscribe(t, quiet, 1002, near)
	leave := func(d *db.DB, s *webhook.Service, w *switched, n int) time.Duration {
		t.Helper()
		emit(t, d, s, n, n+1)
		begin, before := time.Now(), w.taken.Load()
		if err := s.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if w.taken.Load() != before+1 {
			t.Fatalf("event %d did not leave", n)
		}
		return time.Since(begin)
	}
	for n := first; n < first+more; n++ {
		with = append(with, leave(d, s, fine, n))
		without = append(without, leave(empty, quiet, alone, n))
	}
	return with, without
}

// at is a percentile of what took some time.
func at(took []time.Duration, percent int) time.Duration {
	slices.Sort(took)
	return took[len(took)*percent/100].Round(10 * time.Microsecond)
}

// queueP99 is how long the first page of what waits takes.
func queueP99(t *testing.T, s *webhook.Service) time.Duration {
	t.Helper()
	took := make([]time.Duration, 100)
	for n := range took {
		begin := time.Now()
		if _, err := s.Deliveries(t.Context(), owner22, webhook.Filter{State: "pending"}, 0, 50); err != nil {
			t.Fatal(err)
		}
		took[n] = time.Since(begin)
	}
	slices.Sort(took)
	return took[98]
}
