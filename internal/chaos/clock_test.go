package chaos

import (
	"context"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/id"
)

// A clock that jumps makes no storm of attempts, and ids stay unique and rise, whichever way it goes.
func TestTheClockJumps(t *testing.T) {
	const events = 20
	c := clock.NewFixed(dbtest.Start)
	d := dbtest.SQLite(t, c)
	nobody := receiver(t, nil)
	cut := &switched{}
	cut.down.Store(true)
	s := outbox(d, c, cut)
	subscribe(t, s, 1001, nobody.URL)
	emit(t, d, s, 0, events)
	var last id.ID
	var worst float64
	jumps := []time.Time{
		dbtest.Start, dbtest.Start.Add(-time.Hour), dbtest.Start.Add(time.Hour), dbtest.Start.Add(30 * time.Minute),
		time.Date(2027, 3, 28, 0, 59, 59, 0, time.UTC), time.Date(2027, 3, 28, 1, 0, 1, 0, time.UTC), // summer time begins in Europe
		time.Date(2016, 12, 31, 23, 59, 60, 0, time.UTC), // a leap second
		time.Date(2036, 11, 23, 9, 0, 0, 0, time.UTC), time.Date(2038, 1, 19, 3, 14, 8, 0, time.UTC),
		time.Date(2089, 1, 1, 0, 0, 0, 0, time.UTC), dbtest.Start.Add(2 * time.Hour),
	}
	for _, to := range jumps {
		c.Set(to)
		before := cut.tries.Load()
		if err := s.Drain(t.Context()); err != nil {
			t.Fatalf("at %v: %v", to, err)
		}
		tries := float64(cut.tries.Load()-before) / events
		if worst = max(worst, tries); tries > 2 {
			t.Errorf("a jump to %v made %.1f attempts for each event", to, tries)
		}
		err := d.Update(t.Context(), func(_ context.Context, tx *db.Tx) error {
			if i := tx.NewID(); i <= last {
				t.Errorf("at %v an id is %d, not above %d", to, i, last)
			} else {
				last = i
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	figure(t, "R13", "%d jumps of the clock: at most %.1f attempts for each event after one, ids always above the last", len(jumps), worst)
}

// A clock that is set back by an hour holds up nothing: what waited for its next attempt makes it as if nothing had
// happened, also after a restart.
func TestAClockThatIsSetBack(t *testing.T) {
	const events = 20
	c := clock.NewFixed(dbtest.Start)
	d := dbtest.SQLite(t, c)
	nobody := receiver(t, nil)
	cut := &switched{}
	cut.down.Store(true)
	s := outbox(d, c, cut)
	subscribe(t, s, 1001, nobody.URL)
	emit(t, d, s, 0, events)
	drain := func() {
		t.Helper()
		if err := s.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	drain()
	c.Advance(-time.Hour)
	drain()
	cut.down.Store(false)
	waited := time.Duration(0)
	for ; cut.taken.Load() < events && waited < 10*time.Minute; waited += time.Second {
		c.Advance(time.Second)
		drain()
	}
	if waited > time.Minute {
		t.Errorf("after the clock was set back webhooks waited for %v", waited)
	}
	figure(t, "R13", "the clock set back by an hour: everything delivered %v later", waited)
}
