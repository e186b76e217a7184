package webhook_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/account"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/webhook"
)

const day = 24 * time.Hour

// replayFailed replays what was given up since a moment and tells how many that were.
func replayFailed(t *testing.T, s *webhook.Service, c access.Caller, since time.Time) int {
	t.Helper()
	run, err := s.StartReplay(t.Context(), c, webhook.Selection{State: "undelivered", Since: &since})
	if err != nil {
		t.Fatal(err)
	}
	if err := webhook.RunReplay(s, t.Context(), run.ID); err != nil {
		t.Fatal(err)
	}
	runs, err := s.Replays(t.Context(), c, run.ID, 1)
	if err != nil || runs[0].State != "done" || runs[0].Done != run.Total {
		t.Fatalf("after the run %+v, %v; it began with %d", runs, err, run.Total)
	}
	return runs[0].Done
}

func TestWhatIsGivenUpIsKeptReplayedOnceAndDeletedAfterThirtyDays(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		h, s := newHook(t), service(d, c)
		subscribe(t, s, h.URL)
		h.answer(http.StatusInternalServerError)
		const events = 40
		for range events {
			emit(t, d, s, "l", `{}`)
		}
		drain(t, s) // the breaker opens before all had their turn
		if n := h.count(); n >= events {
			t.Fatalf("%d attempts: the breaker did not open", n)
		}
		c.Advance(7*day + time.Second)
		h.answer(http.StatusOK)
		before := h.count()
		drain(t, s)
		if n := len(list(t, s, "undelivered")); n != events || h.count() != before {
			t.Fatalf("%d undelivered of %d, %d sent late", n, events, h.count()-before)
		}
		if n := replayFailed(t, s, access.Caller{Businesses: []id.ID{5}}, dbtest.Start); n != 0 {
			t.Errorf("another business replayed %d", n)
		}
		if n := replayFailed(t, s, owner, c.Now().Add(time.Hour)); n != 0 {
			t.Errorf("replayed %d of what was given up later", n)
		}
		for _, want := range []int{events, 0} {
			if n := replayFailed(t, s, owner, c.Now().Add(-time.Hour)); n != want {
				t.Errorf("replayed %d, want %d", n, want)
			}
		}
		c.Advance(time.Minute) // past the probe gap
		drain(t, s)
		if got := h.count() - before; got != events || len(list(t, s, "delivered")) != events {
			t.Errorf("%d arrived, want %d", got, events)
		}
		c.Advance(29 * day)
		if err := s.Prune(t.Context()); err != nil || len(list(t, s, "")) != 2*events {
			t.Errorf("%d left after 29 days, %v", len(list(t, s, "")), err)
		}
		c.Advance(2 * day)
		if err := s.Prune(t.Context()); err != nil || len(list(t, s, "")) != 0 {
			t.Errorf("%d left after 31 days, %v", len(list(t, s, "")), err)
		}
		for _, table := range []string{"webhook_event", "webhook_attempt"} {
			var n int
			err := d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				return tx.QueryRow(ctx, `SELECT count(*) FROM `+table).Scan(&n)
			})
			if err != nil || n != 0 {
				t.Errorf("%d rows left in %s, %v", n, table, err)
			}
		}
	})
}

func TestPruneKeepsWhatIsPendingOrStillWantedByAnother(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		good, bad, s := newHook(t), newHook(t), service(d, c)
		s.Keep = day
		subscribe(t, s, good.URL)
		connect(t, d, 12, bad.URL)
		bad.answer(http.StatusBadGateway)
		emit(t, d, s, "l", `{"a":"á"}`)
		drain(t, s)
		c.Advance(2 * day)
		if err := s.Prune(t.Context()); err != nil {
			t.Fatal(err)
		}
		left := list(t, s, "")
		if len(left) != 1 || left[0].State != "pending" {
			t.Fatalf("left %+v", left)
		}
		bad.answer(http.StatusOK)
		drain(t, s)
		if bad.count() != 2 || bad.bodies[0] != bad.bodies[1] {
			t.Errorf("the retry sent %q", bad.bodies)
		}
	})
}

func TestWhatWaitsFollowsTheCallback(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		old, override, moved, s := newHook(t), newHook(t), newHook(t), service(d, c)
		subscribe(t, s, old.URL)
		old.answer(http.StatusNotFound)
		emit(t, d, s, "l", `{}`)
		drain(t, s)
		do := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		override.answer(http.StatusNotFound)
		do(s.OverridePhone(t.Context(), 44, app, override.URL, "vt"))
		c.Advance(time.Hour)
		drain(t, s)
		if override.count() != 1 {
			t.Error("the override did not get what waited")
		}
		do(s.Subscribe(t.Context(), app, webhook.Object, moved.URL, "vt", []string{"messages"}))
		c.Advance(time.Hour)
		drain(t, s)
		if override.count() != 2 || moved.count() != 0 {
			t.Errorf("%d at the override, %d at the callback", override.count(), moved.count())
		}
		do(s.OverridePhone(t.Context(), 44, app, "", ""))
		c.Advance(time.Hour)
		drain(t, s)
		if old.count() != 1 || override.count() != 2 || moved.count() != 1 {
			t.Errorf("%d, %d, %d requests; want 1, 2, 1", old.count(), override.count(), moved.count())
		}
	})
}

func TestRetriesAreSignedWithTheSecretOfTheMoment(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		h, s := newHook(t), service(d, c)
		subscribe(t, s, h.URL)
		connect(t, d, 12, newHook(t).URL)
		var failure error
		current := "old"
		s.Secrets = func(_ context.Context, _ *db.Tx, a id.ID) (string, string, error) {
			if a == 12 {
				return "", "", account.ErrUnknown.With("", "no app 12")
			}
			return current, "", failure
		}
		h.answer(http.StatusInternalServerError)
		emit(t, d, s, "l", `{}`)
		drain(t, s)
		current = "new"
		c.Advance(time.Minute)
		drain(t, s)
		if h.count() != 2 || h.got[0].Header.Get("X-Hub-Signature-256") == h.got[1].Header.Get("X-Hub-Signature-256") {
			t.Errorf("%d attempts; the signature did not follow the secret", h.count())
		}
		for _, l := range list(t, s, "pending") {
			a, err := s.Attempts(t.Context(), owner, l.ID)
			if err != nil || (l.AppID == 12) != (a[0].Error != "") {
				t.Errorf("app %d: %+v, %v", l.AppID, a, err)
			}
		}
		failure = errors.New("disk on fire")
		c.Advance(time.Hour)
		if err := s.Drain(t.Context()); !errors.Is(err, failure) {
			t.Errorf("Drain says %v", err)
		}
	})
}

func TestAMovedClockBringsNoDoubles(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		h, s := newHook(t), service(d, c)
		subscribe(t, s, h.URL)
		c.Advance(-30 * day)
		emit(t, d, s, "l", `1`)
		c.Advance(60 * day)
		emit(t, d, s, "l", `2`)
		drain(t, s)
		var got []string
		for _, b := range h.bodies {
			got = append(got, value(b))
		}
		if len(got) != 1 || got[0] != "2" || len(list(t, s, "undelivered")) != 1 {
			t.Errorf("arrived %q; what is older than seven days is given up, the rest sent once", got)
		}
	})
}

func TestVerifyingAReceiverClosesItsBreaker(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		h, s := newHook(t), service(d, c)
		subscribe(t, s, h.URL)
		h.answer(http.StatusInternalServerError)
		const events = 30
		for range events {
			emit(t, d, s, "l", `{}`)
		}
		drain(t, s)
		h.answer(http.StatusOK)
		before := h.count()
		drain(t, s)
		if before >= events || h.count() != before {
			t.Fatalf("%d and %d requests: the breaker is not open", before, h.count())
		}
		subscribe(t, s, h.URL)
		drain(t, s)
		if got := h.count() - before; got != events-before {
			t.Errorf("%d requests after the verification, want %d", got, events-before)
		}
	})
}
