package webhook_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/inject"
	"github.com/hawkerhq/hawker/internal/webhook"
)

func TestWebhooksGoWrongOnPurposeAndTheLogSaysSo(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		for name, x := range map[string]struct {
			rule    inject.Rule
			arrives []string // of 1, 2 at once
			later   []string // three seconds later
			end     []string // ten minutes later: all that arrived
			lost    int
		}{
			"status":    {inject.Rule{Status: 503, Calls: 1}, []string{"2"}, []string{"2"}, []string{"2", "1"}, 0},
			"drop":      {inject.Rule{Drop: inject.DropRequest, Calls: 1}, []string{"2"}, []string{"2"}, []string{"2"}, 1},
			"answer":    {inject.Rule{Drop: inject.DropAnswer, Calls: 1}, []string{"1", "2"}, []string{"1", "2"}, []string{"1", "2", "1"}, 0},
			"duplicate": {inject.Rule{Duplicate: 2, Calls: 1}, []string{"1", "1", "1", "2"}, []string{"1", "1", "1", "2"}, []string{"1", "1", "1", "2"}, 0},
			"reorder":   {inject.Rule{Reorder: true, Calls: 1}, []string{"2"}, []string{"2", "1"}, []string{"2", "1"}, 0},
			"delay":     {inject.Rule{Delay: inject.Duration(5 * time.Minute), Share: 0.5}, []string{"1"}, []string{"1"}, []string{"1", "2"}, 0},
			"field":     {inject.Rule{Drop: inject.DropRequest, Field: "security"}, []string{"1", "2"}, []string{"1", "2"}, []string{"1", "2"}, 0},
		} {
			h, s := newHook(t), service(d, c)
			s.Faults = inject.New(c, nil)
			subscribe(t, s, h.URL)
			x.rule.Name, x.rule.On = "try", inject.Webhook
			if err := s.Faults.Replace([]id.ID{business}, []inject.Rule{x.rule}); err != nil {
				t.Fatal(err)
			}
			lost := len(list(t, s, "undelivered"))
			got := func() (values []string) {
				drain(t, s)
				for _, b := range h.bodies {
					values = append(values, value(b))
				}
				return values
			}
			emit(t, d, s, "l", "1")
			emit(t, d, s, "l", "2")
			if v := got(); !slices.Equal(v, x.arrives) {
				t.Errorf("%s: at once %v, want %v", name, v, x.arrives)
			}
			c.Advance(3 * time.Second)
			if v := got(); !slices.Equal(v, x.later) {
				t.Errorf("%s: three seconds later %v, want %v", name, v, x.later)
			}
			c.Advance(10 * time.Minute)
			if v := got(); !slices.Equal(v, x.end) {
				t.Errorf("%s: in the end %v, want %v", name, v, x.end)
			}
			if n := len(list(t, s, "undelivered")) - lost; n != x.lost {
				t.Errorf("%s: %d undelivered, want %d", name, n, x.lost)
			}
			said := 0
			for _, l := range list(t, s, "")[:2] {
				attempts, err := s.Attempts(t.Context(), owner, l.ID)
				if err != nil {
					t.Fatal(err)
				}
				for _, a := range attempts {
					if strings.HasPrefix(a.Fault, "try: ") {
						said++
					}
				}
			}
			if want := map[bool]int{true: 0, false: 1}[name == "field"]; said != want {
				t.Errorf("%s: %d attempts tell of it, want %d", name, said, want)
			}
			if r := receivers(t, s); name == "drop" && r[len(r)-1].State != "active" {
				t.Error("a receiver is blamed for what was lost on purpose")
			}
			if err := s.UnsubscribeWABA(t.Context(), waba, app); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestLostOnPurposeCanBeSentAgain(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		h, s := newHook(t), service(d, c)
		s.Faults = inject.New(c, nil)
		subscribe(t, s, h.URL)
		drop := []inject.Rule{{On: inject.Webhook, Drop: inject.DropRequest}}
		if err := s.Faults.Replace([]id.ID{business}, drop); err != nil {
			t.Fatal(err)
		}
		emit(t, d, s, "l", "1")
		drain(t, s)
		if err := s.Faults.Replace([]id.ID{business}, nil); err != nil {
			t.Fatal(err)
		}
		if n := replayFailed(t, s, owner, dbtest.Start); n != 1 {
			t.Errorf("%d replayed", n)
		}
		drain(t, s)
		if h.count() != 1 || h.got[0].Method != http.MethodPost {
			t.Errorf("%d arrived", h.count())
		}
		if l, err := s.Deliveries(t.Context(), owner, webhook.Filter{State: "delivered"}, 0, 5); err != nil || len(l) != 1 {
			t.Errorf("delivered %+v, %v", l, err)
		}
	})
}
