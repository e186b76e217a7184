package flow_test

import (
	"errors"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/flow"
	"github.com/hawkerhq/hawker/internal/id"
)

func TestOneCustomerDoesNotUseUpAFlowsEndpoint(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		s := flow.New(d, nil, nil)
		asks := func(x flow.Session) (n int) {
			for n = 0; n < 5000; n++ {
				_, err := s.Follow(t.Context(), x, flow.Document{}, flow.Move{Ask: &flow.Ask{Action: "INIT"}})
				if errors.Is(err, flow.ErrTooMany) {
					return n
				}
				if !errors.Is(err, flow.ErrEndpoint) { // the flow has no endpoint: it got as far as asking
					t.Fatal(err)
				}
			}
			return n
		}
		of := func(i int64, by string) flow.Session {
			return flow.Session{Flow: flow.Flow{ID: id.ID(i)}, Phone: 1, By: by}
		}
		if n := asks(of(1, "lan")); n != 60 {
			t.Errorf("one customer may have it asked %d times", n)
		}
		if n := asks(of(1, "minh")); n != 60 {
			t.Errorf("another may have it asked %d times", n)
		}
		if n := asks(of(2, "lan")); n != 60 {
			t.Errorf("another flow may be asked %d times", n)
		}
		c.Advance(10 * time.Second)
		if n := asks(of(1, "lan")); n != 5 {
			t.Errorf("after ten seconds it may be asked %d times", n)
		}
		all := 0
		for k := range 30 {
			all += asks(of(3, string(rune('a'+k))))
		}
		if all != 1000 {
			t.Errorf("all customers of a flow may have it asked %d times", all)
		}
	})
}
