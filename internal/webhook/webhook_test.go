package webhook_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
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
	app      = id.ID(11)
	business = id.ID(22)
	waba     = id.ID(33)
	secret   = "shh"
)

var owner = access.Caller{Businesses: []id.ID{business}}

// hook is a receiver that can be told how to answer.
type hook struct {
	*httptest.Server
	mu     sync.Mutex
	status int
	header http.Header
	got    []*http.Request
	bodies []string
}

func newHook(t *testing.T) *hook {
	h := &hook{status: http.StatusOK}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c := r.URL.Query().Get("hub.challenge"); c != "" && r.URL.Query().Get("hub.verify_token") == "vt" {
			_, _ = io.WriteString(w, c)
			return
		}
		b, _ := io.ReadAll(r.Body)
		h.mu.Lock()
		defer h.mu.Unlock()
		h.got, h.bodies = append(h.got, r), append(h.bodies, string(b))
		for k, v := range h.header {
			w.Header()[k] = v
		}
		w.WriteHeader(h.status)
	}))
	t.Cleanup(h.Close)
	return h
}

func (h *hook) answer(status int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.status = status
}

func (h *hook) count() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.got)
}

func service(d *db.DB, c clock.Clock) *webhook.Service {
	return webhook.New(webhook.Deps{
		DB: d, Clock: c, Client: safehttp.New(safehttp.Config{AllowPrivate: true}), Live: live.New(),
		Logger:  slog.New(slog.NewTextHandler(io.Discard, nil)),
		Secrets: func(context.Context, *db.Tx, id.ID) (string, error) { return secret, nil },
	})
}

func subscribe(t *testing.T, s *webhook.Service, url string) {
	t.Helper()
	if err := s.Subscribe(t.Context(), app, webhook.Object, url, "vt", []string{"messages"}); err != nil {
		t.Fatal(err)
	}
	if err := s.SubscribeWABA(t.Context(), waba, app, "", ""); err != nil {
		t.Fatal(err)
	}
}

func emit(t *testing.T, d *db.DB, s *webhook.Service, lane, value string) {
	t.Helper()
	err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		return s.EnqueueTx(ctx, tx, webhook.Event{BusinessID: business, WABAID: waba, PhoneID: 44, Field: "messages", Lane: lane, Value: []byte(value)})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func drain(t *testing.T, s *webhook.Service) {
	t.Helper()
	if err := s.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestADeliveryIsSignedEscapedAndLogged(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		h, s := newHook(t), service(d, c)
		emit(t, d, s, "l", `{"lost":true}`)
		subscribe(t, s, h.URL)
		emit(t, d, s, "l", `{"text":"phở 🍜"}`)
		drain(t, s)
		if h.count() != 1 {
			t.Fatalf("%d deliveries, want 1", h.count())
		}
		want := `{"object":"whatsapp_business_account","entry":[{"id":"33","changes":[{"value":{"text":"ph\u1edf \ud83c\udf5c"},"field":"messages"}]}]}`
		if h.bodies[0] != want {
			t.Errorf("body %s\nwant %s", h.bodies[0], want)
		}
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write([]byte(want))
		if got := h.got[0].Header.Get("X-Hub-Signature-256"); got != "sha256="+hex.EncodeToString(mac.Sum(nil)) {
			t.Errorf("signature %s", got)
		}
		if got := h.got[0].Header.Get("X-Hub-Signature"); !strings.HasPrefix(got, "sha1=") || len(got) != 45 {
			t.Errorf("legacy signature %s", got)
		}
		list, err := s.Deliveries(t.Context(), owner, "", 0, 10)
		if err != nil || len(list) != 1 || list[0].State != "delivered" || list[0].Body != want {
			t.Errorf("log %+v, %v", list, err)
		}
		if foreign, err := s.Deliveries(t.Context(), access.Caller{Businesses: []id.ID{5}}, "", 0, 10); err != nil || len(foreign) != 0 {
			t.Errorf("another business sees %+v, %v", foreign, err)
		}
		if _, err := s.Replay(t.Context(), access.Caller{Businesses: []id.ID{5}}, list[0].ID); !errors.Is(err, webhook.ErrDelivery) {
			t.Errorf("another business replayed: %v", err)
		}
		if _, err := s.Replay(t.Context(), owner, list[0].ID); err != nil {
			t.Fatal(err)
		}
		drain(t, s)
		if h.count() != 2 || h.bodies[1] != want || h.got[1].Header.Get("X-Hawker-Event-Id") != h.got[0].Header.Get("X-Hawker-Event-Id") {
			t.Errorf("replayed %v", h.bodies)
		}
	})
}

func TestRetriesGrowForSevenDaysThenTheDeliveryStaysVisible(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		h, s := newHook(t), service(d, c)
		subscribe(t, s, h.URL)
		h.answer(http.StatusAccepted) // a 2xx, but not 200
		emit(t, d, s, "l", `{}`)
		end := dbtest.Start.Add(8 * 24 * time.Hour)
		for c.Now().Before(end) {
			drain(t, s)
			list, err := s.Deliveries(t.Context(), owner, "pending", 0, 1)
			if err != nil {
				t.Fatal(err)
			}
			if len(list) == 0 {
				break
			}
			c.Set(list[0].DueAt.Add(time.Minute)) // past the breaker's probe gap too
		}
		list, err := s.Deliveries(t.Context(), owner, "undelivered", 0, 10)
		if err != nil || len(list) != 1 {
			t.Fatalf("undelivered %+v, %v", list, err)
		}
		n := h.count()
		if n < 18 || n > 26 {
			t.Errorf("%d attempts in seven days, want about 22", n)
		}
		if age := c.Now().Sub(dbtest.Start); age < 6*24*time.Hour || age > 7*24*time.Hour+time.Hour {
			t.Errorf("given up after %v", age)
		}
		for _, b := range h.bodies {
			if b != h.bodies[0] {
				t.Fatal("attempts differ in their bytes")
			}
		}
		attempts, err := s.Attempts(t.Context(), owner, list[0].ID)
		if err != nil || len(attempts) != n || attempts[0].Status != http.StatusAccepted {
			t.Errorf("%d attempts logged of %d, %v", len(attempts), n, err)
		}
	})
}

func TestALaneKeepsItsOrderAndABadReceiverHoldsNobody(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		h, s := newHook(t), service(d, c)
		subscribe(t, s, h.URL)
		dead := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
		dead.Config.ErrorLog = slog.NewLogLogger(slog.NewTextHandler(io.Discard, nil), slog.LevelError)
		defer dead.Close()
		err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			if _, err := tx.Exec(ctx, `INSERT INTO webhook_subscription (app_id, object, callback_url, fields, created_at) VALUES (12, $1, $2, 'messages', 0)`, webhook.Object, dead.URL); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, `INSERT INTO waba_subscription (waba_id, app_id, created_at) VALUES ($1, 12, 0)`, waba)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		want := []string{"1", "2", "3", "4", "5"}
		for _, v := range want {
			emit(t, d, s, "one", v)
		}
		drain(t, s)
		var got []string
		for _, b := range h.bodies {
			_, v, _ := strings.Cut(b, `"value":`)
			v, _, _ = strings.Cut(v, ",")
			got = append(got, v)
		}
		if !slices.Equal(got, want) {
			t.Errorf("order %v", got)
		}
	})
}

func TestVerification(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		h, s := newHook(t), service(d, c)
		for name, f := range map[string]func() error{
			"wrong token": func() error {
				return s.Subscribe(t.Context(), app, webhook.Object, h.URL, "other", []string{"messages"})
			},
			"unknown field": func() error { return s.Subscribe(t.Context(), app, webhook.Object, h.URL, "vt", []string{"massages"}) },
			"other object":  func() error { return s.Subscribe(t.Context(), app, "page", h.URL, "vt", []string{"messages"}) },
			"no token":      func() error { return s.Subscribe(t.Context(), app, webhook.Object, h.URL, "", []string{"messages"}) },
			"nobody there": func() error {
				return s.Subscribe(t.Context(), app, webhook.Object, "http://127.0.0.1:1/", "vt", []string{"messages"})
			},
			"half override": func() error { return s.SubscribeWABA(t.Context(), waba, app, h.URL, "") },
		} {
			if err := f(); err == nil {
				t.Errorf("%s: subscribed", name)
			}
		}
		if list, err := s.Subscriptions(t.Context(), app); err != nil || len(list) != 0 {
			t.Errorf("stored %+v, %v", list, err)
		}
	})
}

func TestOverridesGoFirst(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		base, wabaHook, phoneHook, s := newHook(t), newHook(t), newHook(t), service(d, c)
		subscribe(t, s, base.URL)
		counts := func(want ...int) {
			t.Helper()
			emit(t, d, s, "l", `{}`)
			drain(t, s)
			if got := []int{base.count(), wabaHook.count(), phoneHook.count()}; !slices.Equal(got, want) {
				t.Errorf("counts %v, want %v", got, want)
			}
		}
		counts(1, 0, 0)
		if err := s.SubscribeWABA(t.Context(), waba, app, wabaHook.URL, "vt"); err != nil {
			t.Fatal(err)
		}
		counts(1, 1, 0)
		if err := s.OverridePhone(t.Context(), 44, app, phoneHook.URL, "vt"); err != nil {
			t.Fatal(err)
		}
		counts(1, 1, 1)
		if err := s.OverridePhone(t.Context(), 44, app, "", ""); err != nil {
			t.Fatal(err)
		}
		if err := s.SubscribeWABA(t.Context(), waba, app, "", ""); err != nil {
			t.Fatal(err)
		}
		counts(2, 1, 1)
	})
}
