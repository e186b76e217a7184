package webhook_test

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/job"
	"github.com/hawkerhq/hawker/internal/webhook"
)

func TestEndpointsHearBesideTheAppWithTheirOwnSecretFieldsAndLog(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		mine, own, silent, s := newHook(t), newHook(t), newHook(t), service(d, c)
		subscribe(t, s, mine.URL)
		e, err := s.CreateEndpoint(t.Context(), owner, webhook.Endpoint{BusinessID: business, Name: "Kho hàng", URL: own.URL}, "vt")
		if err != nil || e.Secret == "" || len(e.Fields) != len(webhook.Fields()) {
			t.Fatalf("made %+v, %v", e, err)
		}
		if _, err := s.CreateEndpoint(t.Context(), owner, webhook.Endpoint{BusinessID: business, Name: "Security", URL: silent.URL, Fields: []string{"security"}}, ""); err != nil {
			t.Fatal(err)
		}
		emit(t, d, s, "l", `"ă"`)
		drain(t, s)
		if mine.count() != 1 || own.count() != 1 || silent.count() != 0 {
			t.Fatalf("%d at the app, %d at the endpoint, %d at the one for another field", mine.count(), own.count(), silent.count())
		}
		if mine.bodies[0] != own.bodies[0] || own.got[0].Header.Get("X-Hub-Signature-256") != signature(e.Secret, own.bodies[0]) {
			t.Error("the endpoint's copy differs or is not signed with its own secret")
		}
		// A new secret counts at once, the old one for an hour more.
		fresh, err := s.RotateEndpointSecret(t.Context(), owner, e.ID, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		emit(t, d, s, "l", `2`)
		drain(t, s)
		if h := own.got[1].Header; h.Get("X-Hub-Signature-256") != signature(fresh, own.bodies[1]) || !strings.HasSuffix(h.Get("X-Hawker-Signatures-256"), ","+signature(e.Secret, own.bodies[1])) {
			t.Errorf("after the change %v", h)
		}
		c.Advance(2 * time.Hour)
		// What waits follows the address.
		own.answer(http.StatusInternalServerError)
		emit(t, d, s, "l", `3`)
		drain(t, s)
		if _, has := own.got[2].Header["X-Hawker-Signatures-256"]; has {
			t.Error("the old secret still counts")
		}
		moved := newHook(t)
		if _, err := s.ChangeEndpoint(t.Context(), owner, e.ID, webhook.Change{URL: &moved.URL}); err != nil {
			t.Fatal(err)
		}
		c.Advance(time.Minute)
		drain(t, s)
		if moved.count() != 1 || moved.bodies[0] != own.bodies[2] {
			t.Errorf("%d at the new address", moved.count())
		}
		// What waits for a deleted one stays visible.
		moved.answer(http.StatusInternalServerError)
		emit(t, d, s, "l", `4`)
		drain(t, s)
		if err := s.DeleteEndpoint(t.Context(), owner, e.ID); err != nil {
			t.Fatal(err)
		}
		emit(t, d, s, "l", `5`)
		c.Advance(time.Hour)
		drain(t, s)
		left := list(t, s, "undelivered")
		if len(left) != 1 || left[0].EndpointID != e.ID || moved.count() != 2 {
			t.Errorf("left %+v, %d at the deleted endpoint", left, moved.count())
		}
		if n := replayFailed(t, s, owner, dbtest.Start); n != 1 || len(list(t, s, "pending")) != 0 {
			t.Errorf("%d replayed to nobody, %d wait", n, len(list(t, s, "pending")))
		}
	})
}

func TestEndpointsAreCheckedAndOfOneBusiness(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		h, s := newHook(t), service(d, c)
		stranger := access.Caller{Businesses: []id.ID{5}}
		good := webhook.Endpoint{BusinessID: business, Name: "x", URL: h.URL}
		for name, x := range map[string]struct {
			caller access.Caller
			change func(*webhook.Endpoint)
			token  string
			cause  error
		}{
			"another business": {stranger, func(*webhook.Endpoint) {}, "", webhook.ErrParam},
			"no name":          {owner, func(e *webhook.Endpoint) { e.Name = " " }, "", webhook.ErrParam},
			"long name":        {owner, func(e *webhook.Endpoint) { e.Name = strings.Repeat("ệ", 101) }, "", webhook.ErrParam},
			"unknown field":    {owner, func(e *webhook.Endpoint) { e.Fields = []string{"massages"} }, "", webhook.ErrParam},
			"wrong token":      {owner, func(*webhook.Endpoint) {}, "other", webhook.ErrVerify},
		} {
			e := good
			x.change(&e)
			if _, err := s.CreateEndpoint(t.Context(), x.caller, e, x.token); !errors.Is(err, x.cause) {
				t.Errorf("%s: %v", name, err)
			}
		}
		e, err := s.CreateEndpoint(t.Context(), owner, good, "")
		if err != nil {
			t.Fatal(err)
		}
		_, changed := s.ChangeEndpoint(t.Context(), stranger, e.ID, webhook.Change{})
		_, rotated := s.RotateEndpointSecret(t.Context(), stranger, e.ID, 0)
		for name, err := range map[string]error{"changed": changed, "rotated": rotated, "deleted": s.DeleteEndpoint(t.Context(), stranger, e.ID)} {
			if !errors.Is(err, webhook.ErrEndpoint) {
				t.Errorf("another business %s it: %v", name, err)
			}
		}
		if l, err := s.Endpoints(t.Context(), stranger); err != nil || len(l) != 0 {
			t.Errorf("another business sees %+v, %v", l, err)
		}
		if l, err := s.Endpoints(t.Context(), owner); err != nil || len(l) != 1 || l[0].Secret != "" {
			t.Errorf("listed %+v, %v; the secret is told once", l, err)
		}
	})
}

func TestReplaysAreDurableJobsWithProgress(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		const events = 1100 // more than two batches
		h, s := newHook(t), service(d, c)
		subscribe(t, s, h.URL)
		for range events {
			emit(t, d, s, "l", `{}`)
		}
		drain(t, s)
		bad := []webhook.Selection{
			{},
			{State: "pending"},
			{Field: "massages"},
			{IDs: make([]id.ID, 1001)},
		}
		for _, sel := range bad {
			if _, err := s.StartReplay(t.Context(), owner, sel); !errors.Is(err, webhook.ErrParam) {
				t.Errorf("%+v: %v", sel, err)
			}
		}
		all := list(t, s, "delivered")
		run, err := s.StartReplay(t.Context(), owner, webhook.Selection{State: "delivered", Field: "messages"})
		if err != nil || run.Total != events || run.State != "running" {
			t.Fatalf("began %+v, %v", run, err)
		}
		few, err := s.StartReplay(t.Context(), owner, webhook.Selection{IDs: []id.ID{all[0].ID, all[1].ID, 12345}})
		if err != nil || few.Total != 2 {
			t.Fatalf("began %+v, %v", few, err)
		}
		jobs := job.NewRunner(d, c, slog.New(slog.NewTextHandler(io.Discard, nil)))
		s.Register(jobs)
		if err := jobs.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		defer jobs.Stop()
		late := time.After(wait)
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			runs, err := s.Replays(t.Context(), owner, 0, 10)
			if err != nil || len(runs) != 2 {
				t.Fatalf("%+v, %v", runs, err)
			}
			if runs[0].State == "done" && runs[1].State == "done" {
				if runs[0].Done != 2 || runs[1].Done != events || runs[1].FinishedAt == nil {
					t.Errorf("done %+v", runs)
				}
				break
			}
			select {
			case <-tick.C:
			case <-late:
				t.Fatalf("not done: %+v", runs)
			}
		}
		drain(t, s)
		if n := h.count(); n != 2*events+2 {
			t.Errorf("%d requests, want %d", n, 2*events+2)
		}
		if _, err := s.Replays(t.Context(), access.Caller{Businesses: []id.ID{5}}, run.ID, 1); !errors.Is(err, webhook.ErrReplay) {
			t.Errorf("another business sees the run: %v", err)
		}
	})
}
