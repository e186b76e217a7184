package webhook_test

import (
	"errors"
	"fmt"
	"net/http"
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

func TestGoneAndDaysOfFailuresPauseAReceiverWhichHoldsWhatWaits(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		h, s := newHook(t), service(d, c)
		subscribe(t, s, h.URL)
		h.answer(http.StatusGone)
		emit(t, d, s, "l", `1`)
		drain(t, s)
		emit(t, d, s, "l", `2`)
		c.Advance(time.Hour)
		drain(t, s)
		r := receivers(t, s)
		if len(r) != 1 || r[0].State != "paused" || r[0].Reason != "gone" || r[0].Waiting != 2 || h.count() != 1 {
			t.Fatalf("after 410: %+v, %d requests", r, h.count())
		}
		if err := s.Resume(t.Context(), access.Caller{Businesses: []id.ID{5}}, r[0].ID); !errors.Is(err, webhook.ErrReceiver) {
			t.Errorf("another business resumed it: %v", err)
		}
		h.answer(http.StatusInternalServerError)
		subscribe(t, s, h.URL) // a callback that proves to be there is resumed
		for end := c.Now().Add(5*day - time.Hour); c.Now().Before(end); c.Advance(6 * time.Hour) {
			drain(t, s)
		}
		if r = receivers(t, s); r[0].State != "failing" || r[0].Waiting != 2 {
			t.Fatalf("before five days of failures: %+v", r)
		}
		c.Advance(15 * time.Hour) // longer than the longest gap
		drain(t, s)
		n := h.count()
		c.Advance(15 * time.Hour)
		drain(t, s)
		if r = receivers(t, s); r[0].State != "paused" || r[0].Reason != "failing" || h.count() != n {
			t.Fatalf("after five days of failures: %+v, %d requests more", r, h.count()-n)
		}
		h.answer(http.StatusOK)
		if err := s.Resume(t.Context(), owner, r[0].ID); err != nil {
			t.Fatal(err)
		}
		drain(t, s)
		if r = receivers(t, s); r[0].State != "active" || r[0].Waiting != 0 || len(list(t, s, "delivered")) != 2 {
			t.Errorf("resumed: %+v", r)
		}
	})
}

func TestAPauseByHandHoldsAndIsEndedByHand(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		h, s := newHook(t), service(d, c)
		subscribe(t, s, h.URL)
		r := receivers(t, s)[0]
		if err := s.Pause(t.Context(), owner, r.ID); err != nil {
			t.Fatal(err)
		}
		emit(t, d, s, "l", `1`)
		drain(t, s)
		if n := h.count(); n != 0 {
			t.Errorf("%d requests to a paused receiver", n)
		}
		if err := s.Resume(t.Context(), owner, r.ID); err != nil {
			t.Fatal(err)
		}
		drain(t, s)
		if n := h.count(); n != 1 {
			t.Errorf("%d requests after the pause, want 1", n)
		}
	})
}

func TestAReceiverThatIsBehindGetsSeveralUpdatesInOneRequest(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		const lanes, each = 5, 60
		h, s := newHook(t), service(d, c)
		s.Batch = 250
		subscribe(t, s, h.URL)
		r := receivers(t, s)[0]
		if err := s.Pause(t.Context(), owner, r.ID); err != nil {
			t.Fatal(err)
		}
		for n := range each {
			for l := range lanes {
				emit(t, d, s, fmt.Sprint(l), fmt.Sprintf(`[%d,%d,"ă"]`, l, n))
			}
		}
		c.Advance(time.Minute)
		if err := s.Resume(t.Context(), owner, r.ID); err != nil {
			t.Fatal(err)
		}
		drain(t, s)
		if n := h.count(); n > lanes*each/2 {
			t.Errorf("%d requests for %d updates", n, lanes*each)
		}
		next := make([]int, lanes)
		ids := map[string]bool{}
		for i, body := range h.bodies {
			entries := strings.Split(strings.TrimSuffix(strings.TrimPrefix(body, `{"object":"whatsapp_business_account","entry":[`), `]}`), `]},{`)
			names := strings.Split(h.got[i].Header.Get("X-Hawker-Event-Id"), ",")
			if len(entries) != len(names) {
				t.Fatalf("%d entries with %d ids", len(entries), len(names))
			}
			for k, e := range entries {
				var l, n int
				if _, err := fmt.Sscanf(value(e), `[%d,%d,`, &l, &n); err != nil || n != next[l] {
					t.Fatalf("entry %q, want number %d of its lane (%v)", e, next[l], err)
				}
				next[l]++
				ids[names[k]] = true
			}
		}
		if len(ids) != lanes*each {
			t.Errorf("%d updates arrived, want %d", len(ids), lanes*each)
		}
		shared := 0
		for _, l := range list(t, s, "delivered") {
			a, err := s.Attempts(t.Context(), owner, l.ID)
			if err != nil || len(a) != 1 || !strings.Contains(a[0].RequestHead, "X-Hub-Signature-256: sha256=") || !strings.Contains(a[0].RequestHead, l.EventID.String()) {
				t.Fatalf("attempts %+v, %v", a, err)
			}
			if a[0].Updates > 1 {
				shared++
			}
		}
		if shared == 0 {
			t.Error("no attempt says that it carried several updates")
		}
	})
}

func TestAnUpdateThatAReceiverCannotTakeDoesNotHoldUpThoseItLeftWith(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		const events = 60
		h, s := newHook(t), service(d, c)
		s.Batch = 250
		subscribe(t, s, h.URL)
		h.refuse = "poison"
		r := receivers(t, s)[0]
		if err := s.Pause(t.Context(), owner, r.ID); err != nil {
			t.Fatal(err)
		}
		for n := range events {
			v := fmt.Sprint(n)
			if n == 20 {
				v = `"poison"`
			}
			emit(t, d, s, "l", v)
		}
		c.Advance(time.Minute)
		if err := s.Resume(t.Context(), owner, r.ID); err != nil {
			t.Fatal(err)
		}
		drain(t, s)
		c.Advance(10 * time.Second) // the first retry
		drain(t, s)
		if left := list(t, s, "pending"); len(left) != 1 || !strings.Contains(left[0].Body, "poison") {
			t.Errorf("%d wait, want the one that cannot be taken", len(left))
		}
	})
}
