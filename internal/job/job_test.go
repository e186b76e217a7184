package job_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/job"
)

type note struct{ Text string }

func (note) Kind() string { return "test.note" }

func runner(d *db.DB, c clock.Clock) *job.Runner {
	return job.NewRunner(d, c, slog.New(slog.NewTextHandler(io.Discard, nil)))
}

func enqueue(t *testing.T, d *db.DB, text string, opts ...job.Option) {
	t.Helper()
	err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		return job.EnqueueTx(ctx, tx, note{text}, opts...)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// seen collects what handlers saw.
type seen struct {
	mu    sync.Mutex
	texts []string
}

func (s *seen) add(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.texts = append(s.texts, text)
}

func TestJobsOfOneKeyKeepTheirOrderAndRetryByTheClock(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		var s seen
		failures := 2
		r := runner(d, c)
		job.Handle(r, func(_ context.Context, n note) error {
			s.add(n.Text)
			if n.Text == "1" && failures > 0 {
				failures--
				return errors.New("not yet")
			}
			return nil
		})
		for _, text := range []string{"1", "2", "3"} {
			enqueue(t, d, text, job.Key("k"))
		}
		enqueue(t, d, "later", job.DueAt(dbtest.Start.Add(time.Hour)))
		drain := func(want ...string) {
			t.Helper()
			s.texts = nil
			if err := r.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(s.texts, want) {
				t.Errorf("ran %v, want %v", s.texts, want)
			}
		}
		drain("1")
		drain()
		c.Advance(time.Second)
		drain("1")
		c.Advance(2 * time.Second)
		drain("1", "2", "3")
		c.Advance(time.Hour)
		drain("later")
	})
}

func TestALostLeaseIsALateRetryAndThePanicAFailure(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		enqueue(t, d, "x")
		crashed := runner(d, c)
		ctx, cancel := context.WithCancel(t.Context())
		job.Handle(crashed, func(context.Context, note) error { cancel(); return nil })
		if err := crashed.Drain(ctx); err != nil && !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		runs := 0
		r := runner(d, c)
		job.Handle(r, func(context.Context, note) error {
			if runs++; runs == 1 {
				panic("loud")
			}
			return nil
		})
		drain := func(want int) {
			t.Helper()
			if err := r.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
			if runs != want {
				t.Errorf("ran %d times, want %d", runs, want)
			}
		}
		drain(0)
		c.Advance(5*time.Minute + time.Second)
		drain(1)
		c.Advance(time.Minute)
		drain(2)
		c.Advance(time.Hour)
		drain(2)
	})
}

func TestUniqueAndGiveUp(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		runs := 0
		r := runner(d, c)
		job.Handle(r, func(context.Context, note) error { runs++; return job.ErrGiveUp })
		enqueue(t, d, "same", job.Unique())
		enqueue(t, d, "same", job.Unique())
		for range 3 {
			if err := r.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
			c.Advance(time.Hour)
		}
		if runs != 1 {
			t.Errorf("ran %d times, want 1", runs)
		}
	})
}
