package webhook_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/webhook"
)

func take(t *testing.T, l *webhook.Listener) webhook.Forward {
	t.Helper()
	select {
	case f := <-l.C:
		return f
	case <-time.After(wait):
		t.Fatal("nothing was passed on")
		return webhook.Forward{}
	}
}

// tried waits until a delivery was attempted so often.
func tried(t *testing.T, s *webhook.Service, delivery id.ID, n int) []webhook.Attempt {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	late := time.After(wait)
	for {
		a, err := s.Attempts(t.Context(), owner, delivery)
		if err != nil {
			t.Fatal(err)
		}
		if len(a) == n {
			return a
		}
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("attempts %+v, want %d", a, n)
		}
	}
}

// settled waits until a delivery in a state stands in the log.
func settled(t *testing.T, s *webhook.Service, state string, n int) []webhook.Delivery {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	late := time.After(wait)
	for {
		if l := list(t, s, state); len(l) == n {
			return l
		}
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("%s: %+v, want %d", state, list(t, s, state), n)
		}
	}
}

func TestAProgramListensByAStreamWithTheAppsSignature(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		s := service(d, c)
		program := access.Caller{Kind: access.KindSystemUser, App: app, Businesses: []id.ID{business}}
		emit(t, d, s, "l", `"before"`)
		if err := s.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		defer s.Stop()
		l, err := s.Listen(t.Context(), program, 0, nil)
		if err != nil {
			t.Fatal(err)
		}
		emit(t, d, s, "l", `"ă"`)
		f := take(t, l)
		if value(f.Body) != `"\u0103"` || f.Header.Get("X-Hub-Signature-256") != signature(secret, f.Body) {
			t.Errorf("passed on %+v", f)
		}
		stranger := access.Caller{App: app, Businesses: []id.ID{5}}
		if err := s.Answer(t.Context(), stranger, l.Session, f.ID, webhook.Forwarded{Status: 200}); !errors.Is(err, webhook.ErrListener) {
			t.Errorf("another business answered: %v", err)
		}
		if err := s.Answer(t.Context(), program, l.Session, f.ID, webhook.Forwarded{Status: 200, Body: "ok", Duration: 12 * time.Millisecond}); err != nil {
			t.Fatal(err)
		}
		if err := s.Answer(t.Context(), program, l.Session, f.ID, webhook.Forwarded{Status: 200}); !errors.Is(err, webhook.ErrListener) {
			t.Errorf("answered twice: %v", err)
		}
		log := settled(t, s, "delivered", 1)
		a, err := s.Attempts(t.Context(), owner, log[0].ID)
		if err != nil || len(a) != 1 || a[0].Response != "ok" || a[0].DurationMS != 12 || log[0].URL != "hawker listen" {
			t.Errorf("%+v: attempts %+v, %v", log, a, err)
		}
		// What fails there is tried again like anywhere else.
		emit(t, d, s, "l", `2`)
		f = take(t, l)
		if err := s.Answer(t.Context(), program, l.Session, f.ID, webhook.Forwarded{Error: "connection refused"}); err != nil {
			t.Fatal(err)
		}
		left := settled(t, s, "pending", 1)
		if a := tried(t, s, left[0].ID, 1); !strings.Contains(a[0].Error, "connection refused") {
			t.Errorf("attempts %+v", a)
		}
		c.Advance(time.Minute)
		s.Wake()
		if f = take(t, l); value(f.Body) != "2" {
			t.Errorf("then %s", f.Body)
		}
		// Who goes away in the middle and comes back gets it again, and what was caused meanwhile.
		if err := l.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		emit(t, d, s, "l", `3`)
		if _, err := s.Listen(t.Context(), stranger, l.Session, nil); !errors.Is(err, webhook.ErrListener) {
			t.Errorf("another business took the session over: %v", err)
		}
		back, err := s.Listen(t.Context(), program, l.Session, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"2", "3"} {
			f := take(t, back)
			if value(f.Body) != want {
				t.Errorf("after coming back %s, want %s", f.Body, want)
			}
			if err := s.Answer(t.Context(), program, back.Session, f.ID, webhook.Forwarded{Status: 200}); err != nil {
				t.Fatal(err)
			}
		}
		settled(t, s, "delivered", 3)
		// A second connection with the same session takes over.
		third, err := s.Listen(t.Context(), program, l.Session, nil)
		if err != nil {
			t.Fatal(err)
		}
		select {
		case <-back.Gone():
		case <-time.After(wait):
			t.Error("the older connection was not told")
		}
		if err := third.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		// After ten minutes nobody waits for it any more.
		c.Advance(11 * time.Minute)
		emit(t, d, s, "l", `4`)
		if l := list(t, s, "pending"); len(l) != 0 {
			t.Errorf("still kept for a program that is gone: %+v", l)
		}
		if _, err := s.Listen(t.Context(), owner, 0, nil); !errors.Is(err, webhook.ErrParam) {
			t.Errorf("a person without an app listens: %v", err)
		}
	})
}

func TestListenersHearTheFieldsTheyName(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		s := service(d, c)
		program := access.Caller{App: app, Businesses: []id.ID{business}}
		if _, err := s.Listen(t.Context(), program, 0, []string{"massages"}); !errors.Is(err, webhook.ErrParam) {
			t.Errorf("an unknown field: %v", err)
		}
		if _, err := s.Listen(t.Context(), program, 0, []string{"security"}); err != nil {
			t.Fatal(err)
		}
		emit(t, d, s, "l", `1`)
		if l := list(t, s, ""); len(l) != 0 {
			t.Errorf("kept %+v", l)
		}
	})
}
