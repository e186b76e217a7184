package webhook_test

import (
	"context"
	"errors"
	"fmt"
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
	"github.com/hawkerhq/hawker/internal/fault"
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
	refuse string // bodies that hold it are answered with 500
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
		if r.Method == http.MethodGet {
			w.WriteHeader(http.StatusTeapot)
			return
		}
		b, _ := io.ReadAll(r.Body)
		h.mu.Lock()
		defer h.mu.Unlock()
		h.got, h.bodies = append(h.got, r), append(h.bodies, string(b))
		for k, v := range h.header {
			w.Header()[k] = v
		}
		if h.refuse != "" && strings.Contains(string(b), h.refuse) {
			w.WriteHeader(http.StatusInternalServerError)
			return
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
		DB: d, Clock: c, Client: safehttp.New(safehttp.Config{AllowPrivate: true}), Live: live.New(), Batch: 1,
		Logger:  slog.New(slog.NewTextHandler(io.Discard, nil)),
		Secrets: func(context.Context, *db.Tx, id.ID) (string, string, error) { return secret, "", nil },
		Owner:   func(context.Context, *db.Tx, id.ID) (id.ID, error) { return business, nil },
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
		for header, want := range map[string]string{ // computed with another implementation
			"X-Hub-Signature-256": "sha256=a91146db77e8ebf9222f56fa2886104c2b28612b634cddab0a70cec2b3f228ac",
			"X-Hub-Signature":     "sha1=8542d9e38bed1bef67c598ac4b77c828d19f70c3",
			"Content-Type":        "application/json",
			"User-Agent":          "facebookexternalua",
			"X-Hawker-Attempt":    "1",
		} {
			if got := h.got[0].Header.Get(header); got != want {
				t.Errorf("%s: %s, want %s", header, got, want)
			}
		}
		list, err := s.Deliveries(t.Context(), owner, webhook.Filter{}, 0, 10)
		if err != nil || len(list) != 1 || list[0].State != "delivered" || list[0].Body != want {
			t.Errorf("log %+v, %v", list, err)
		}
		if foreign, err := s.Deliveries(t.Context(), access.Caller{Businesses: []id.ID{5}}, webhook.Filter{}, 0, 10); err != nil || len(foreign) != 0 {
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
			list, err := s.Deliveries(t.Context(), owner, webhook.Filter{State: "pending"}, 0, 1)
			if err != nil {
				t.Fatal(err)
			}
			if len(list) == 0 {
				break
			}
			resumePaused(t, s)
			c.Set(list[0].DueAt.Add(time.Minute)) // past the breaker's probe gap too
		}
		list, err := s.Deliveries(t.Context(), owner, webhook.Filter{State: "undelivered"}, 0, 10)
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

// resumePaused is the person who believes in a receiver.
func resumePaused(t *testing.T, s *webhook.Service) {
	t.Helper()
	for _, r := range receivers(t, s) {
		if r.State != "paused" {
			continue
		}
		if err := s.Resume(t.Context(), owner, r.ID); err != nil {
			t.Fatal(err)
		}
	}
}

func receivers(t *testing.T, s *webhook.Service) []webhook.Receiver {
	t.Helper()
	list, err := s.Receivers(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestVerification(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		h, s := newHook(t), service(d, c)
		answers := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch q := r.URL.Query(); r.URL.Path {
			case "/newline":
				fmt.Fprintln(w, q.Get("hub.challenge"))
			case "/html":
				io.WriteString(w, "<h1>Xin chào</h1>")
			case "/created":
				w.WriteHeader(http.StatusCreated)
				io.WriteString(w, q.Get("hub.challenge"))
			case "/moved":
				http.Redirect(w, r, h.URL+"?"+r.URL.RawQuery, http.StatusMovedPermanently)
			case "/reset":
				panic(http.ErrAbortHandler)
			}
		}))
		defer answers.Close()
		messages := []string{"messages"}
		for _, x := range []struct {
			name, object, url, token string
			fields                   []string
			cause                    error
			field, says              string
		}{
			{"wrong token", webhook.Object, h.URL, "other", messages, webhook.ErrVerify, "callback_url", "HTTP 418"},
			{"new line", webhook.Object, answers.URL + "/newline", "vt", messages, webhook.ErrVerify, "callback_url", `\n"; it must answer with the value of hub.challenge`},
			{"page", webhook.Object, answers.URL + "/html", "vt", messages, webhook.ErrVerify, "callback_url", `answered "<h1>Xin chào</h1>"`},
			{"nothing", webhook.Object, answers.URL, "vt", messages, webhook.ErrVerify, "callback_url", `answered ""`},
			{"201", webhook.Object, answers.URL + "/created", "vt", messages, webhook.ErrVerify, "callback_url", "HTTP 201"},
			{"redirect", webhook.Object, answers.URL + "/moved", "vt", messages, webhook.ErrVerify, "callback_url", "HTTP 301"},
			{"reset", webhook.Object, answers.URL + "/reset", "vt", messages, webhook.ErrVerify, "callback_url", "no answer"},
			{"nobody there", webhook.Object, "http://127.0.0.1:1/", "vt", messages, webhook.ErrVerify, "callback_url", "no answer"},
			{"no URL", webhook.Object, "/hook", "vt", messages, safehttp.ErrAddress, "callback_url", "absolute"},
			{"unknown field", webhook.Object, h.URL, "vt", []string{"messages", "massages"}, webhook.ErrParam, "fields", `"massages"`},
			{"no field", webhook.Object, h.URL, "vt", nil, webhook.ErrParam, "fields", "messages"},
			{"other object", "page", h.URL, "vt", messages, webhook.ErrParam, "object", webhook.Object},
			{"no token", webhook.Object, h.URL, "", messages, webhook.ErrParam, "verify_token", "needed"},
		} {
			err := s.Subscribe(t.Context(), app, x.object, x.url, x.token, x.fields)
			var f *fault.Fault
			if !errors.Is(err, x.cause) || !errors.As(err, &f) || f.Field != x.field || !strings.Contains(f.Detail, x.says) {
				t.Errorf("%s: %v (%+v)", x.name, err, f)
			}
		}
		for name, err := range map[string]error{
			"half override":     s.SubscribeWABA(t.Context(), waba, app, h.URL, ""),
			"other half":        s.SubscribeWABA(t.Context(), waba, app, "", "vt"),
			"long override":     s.SubscribeWABA(t.Context(), waba, app, h.URL+"/"+strings.Repeat("x", 200), "vt"),
			"override refused":  s.SubscribeWABA(t.Context(), waba, app, answers.URL, "vt"),
			"number's override": s.OverridePhone(t.Context(), 44, app, answers.URL, "vt"),
		} {
			if err == nil {
				t.Errorf("%s: stored", name)
			}
		}
		if list, err := s.Subscriptions(t.Context(), app); err != nil || len(list) != 0 {
			t.Errorf("stored %+v, %v", list, err)
		}
		if list, err := s.WABASubscriptions(t.Context(), waba); err != nil || len(list) != 0 {
			t.Errorf("stored %+v, %v", list, err)
		}
	})
}

func TestPrivateAddressesAreRefusedUnlessTheOperatorAllowsThem(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		h, s := newHook(t), service(d, c)
		s.Client = safehttp.New(safehttp.Config{})
		err := s.Subscribe(t.Context(), app, webhook.Object, "https"+strings.TrimPrefix(h.URL, "http"), "vt", []string{"messages"})
		if !errors.Is(err, webhook.ErrVerify) || !errors.Is(err, safehttp.ErrAddress) {
			t.Errorf("a loopback receiver was called: %v", err)
		}
	})
}

func TestSubscriptionsAreReplacedAndRemovedByField(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		h, s := newHook(t), service(d, c)
		have := func(want ...string) {
			t.Helper()
			list, err := s.Subscriptions(t.Context(), app)
			var got []string
			for _, sub := range list {
				got = append(got, sub.Object, sub.CallbackURL, strings.Join(sub.Fields, ","))
			}
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("%q, want %q, %v", got, want, err)
			}
		}
		do := func(err error) {
			t.Helper()
			if err != nil {
				t.Error(err)
			}
		}
		do(s.Subscribe(t.Context(), app, webhook.Object, h.URL, "vt", []string{"messages"}))
		have(webhook.Object, h.URL, "messages")
		do(s.Subscribe(t.Context(), app, webhook.Object, h.URL+"/2", "vt", []string{"messages", "security"}))
		have(webhook.Object, h.URL+"/2", "messages,security")
		do(s.Unsubscribe(t.Context(), 12, "", nil))
		do(s.Unsubscribe(t.Context(), app, webhook.Object, []string{"messages", "flows"}))
		have(webhook.Object, h.URL+"/2", "security")
		do(s.SubscribeWABA(t.Context(), waba, app, "", ""))
		emit(t, d, s, "l", `{}`)
		drain(t, s)
		if h.count() != 0 {
			t.Error("an app heard of a field it is not subscribed to")
		}
		do(s.Unsubscribe(t.Context(), app, webhook.Object, []string{"security"}))
		have()
		do(s.Subscribe(t.Context(), app, webhook.Object, h.URL, "vt", []string{"messages", "calls", "smb_message_echoes"})) // nothing is told by these here
		have(webhook.Object, h.URL, "messages,calls,smb_message_echoes")
		do(s.UnsubscribeWABA(t.Context(), waba, app))
		if list, err := s.WABASubscriptions(t.Context(), waba); err != nil || len(list) != 0 {
			t.Errorf("still subscribed %+v, %v", list, err)
		}
	})
}

func TestFieldsOtherThanMessagesCarryATimeAndIgnoreOverrides(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		base, override, s := newHook(t), newHook(t), service(d, c)
		if err := s.Subscribe(t.Context(), app, webhook.Object, base.URL, "vt", []string{"account_update"}); err != nil {
			t.Fatal(err)
		}
		if err := s.SubscribeWABA(t.Context(), waba, app, override.URL, "vt"); err != nil {
			t.Fatal(err)
		}
		err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			return s.EnqueueTx(ctx, tx, webhook.Event{BusinessID: business, WABAID: waba, Field: "account_update", Value: []byte(`{"event":"X"}`)})
		})
		if err != nil {
			t.Fatal(err)
		}
		drain(t, s)
		want := `{"object":"whatsapp_business_account","entry":[{"id":"33","time":1795424400,"changes":[{"value":{"event":"X"},"field":"account_update"}]}]}`
		if !slices.Equal(base.bodies, []string{want}) || override.count() != 0 {
			t.Errorf("%q and %d at the override; want %s", base.bodies, override.count(), want)
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
