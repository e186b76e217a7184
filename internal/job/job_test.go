package job_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
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

func TestAPanicIsAFailedAttempt(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		runs := 0
		r := runner(d, c)
		job.Handle(r, func(context.Context, note) error {
			switch runs++; runs {
			case 1:
				panic("loud")
			case 2:
				runtime.Goexit()
			}
			return nil
		})
		enqueue(t, d, "x")
		for want := 1; want <= 3; want++ {
			drain(t, r)
			drain(t, r)
			if runs != want {
				t.Fatalf("ran %d times, want %d", runs, want)
			}
			c.Advance(time.Minute)
		}
		drain(t, r)
		if runs != 3 {
			t.Errorf("ran %d times, want 3", runs)
		}
	})
}

// A process that hangs while its lease runs out finds its job taken, and its late answer changes nothing.
func TestALostLeaseIsTakenOverAndFenced(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		enqueue(t, d, "x", job.Key("k"))
		began, carryOn := make(chan struct{}), make(chan struct{})
		hung := runner(d, c)
		job.Handle(hung, func(context.Context, note) error {
			close(began)
			<-carryOn
			return job.ErrGiveUp
		})
		ended := make(chan error)
		go func() { ended <- hung.Drain(context.Background()) }()
		<-began

		runs := 0
		other := runner(d, c)
		job.Handle(other, func(context.Context, note) error {
			if runs++; runs == 1 {
				return errors.New("not yet")
			}
			return nil
		})
		drain(t, other)
		if runs != 0 {
			t.Fatal("a leased job ran twice")
		}
		c.Advance(31 * time.Second)
		drain(t, other)
		close(carryOn)
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
		c.Advance(2 * time.Second) // the pause after a second attempt
		drain(t, other)
		if runs != 2 {
			t.Errorf("the other runner ran it %d times, want 2", runs)
		}
		if dead := deadJobs(t, d); len(dead) != 0 {
			t.Errorf("the late answer counted: %v", dead)
		}
	})
}

func TestAnInterruptedAttemptDoesNotCount(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		ctx, cancel := context.WithCancel(t.Context())
		runs := 0
		r := runner(d, c)
		job.Handle(r, func(ctx context.Context, _ note) error {
			if runs++; runs == 1 {
				cancel()
				<-ctx.Done()
				return ctx.Err()
			}
			return nil
		}, job.Policy{Attempts: 1})
		enqueue(t, d, "x")
		if err := r.Drain(ctx); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		drain(t, r)
		if dead := deadJobs(t, d); runs != 2 || len(dead) != 0 {
			t.Errorf("ran %d times, dead %v; want two runs and no dead job", runs, dead)
		}
	})
}

func TestAJobOfACrashedProcessRunsAtOnceAfterItsRestart(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		enqueue(t, d, "x")
		err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE job SET state = 'running', attempt = 1, lease_until = $1, lease_by = 0`, tx.Now().Add(time.Hour))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		ran := make(chan string, 1)
		r := runner(d, c)
		job.Handle(r, func(_ context.Context, n note) error { ran <- n.Text; return nil })
		start(t, r)
		if got := <-ran; got != "x" {
			t.Errorf("ran %q", got)
		}
	})
}

// The slow job waits for the quick one, which was enqueued later: one may not stand in the other's way.
func TestEnqueueingWakesAndASlowJobHoldsUpOnlyItsKey(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		began, quick, done := make(chan struct{}), make(chan struct{}), make(chan string, 2)
		r := runner(d, c)
		job.Handle(r, func(_ context.Context, n note) error {
			switch n.Text {
			case "slow":
				close(began)
				<-quick
			case "quick":
				close(quick)
			}
			done <- n.Text
			return nil
		})
		start(t, r)
		enqueue(t, d, "slow", job.Key("a"))
		<-began
		enqueue(t, d, "behind", job.Key("a"))
		enqueue(t, d, "quick", job.Key("b"))
		got := map[string]bool{<-done: true, <-done: true}
		if !got["slow"] || !got["quick"] {
			t.Errorf("ran %v, want slow and quick", got)
		}
		if last := <-done; last != "behind" {
			t.Errorf("then %q, want behind", last)
		}
	})
}

func TestKeysNeverRunTwoAtOnceAndKeepTheirOrder(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		const keys, each = 3, 20
		var mu sync.Mutex
		running, next := map[string]bool{}, map[string]int{}
		r := runner(d, c)
		job.Handle(r, func(_ context.Context, n note) error {
			key, num, _ := strings.Cut(n.Text, "/")
			mu.Lock()
			if running[key] || num != strconv.Itoa(next[key]) {
				t.Errorf("%s ran while running=%v, want number %d", n.Text, running[key], next[key])
			}
			running[key] = true
			next[key]++
			mu.Unlock()
			runtime.Gosched()
			mu.Lock()
			running[key] = false
			mu.Unlock()
			return nil
		})
		for i := range each {
			for k := range keys {
				key := strconv.Itoa(k)
				enqueue(t, d, key+"/"+strconv.Itoa(i), job.Key(key))
			}
		}
		drain(t, r)
		for k := range keys {
			if n := next[strconv.Itoa(k)]; n != each {
				t.Errorf("key %d ran %d jobs, want %d", k, n, each)
			}
		}
	})
}

func TestAJobForLaterDoesNotHoldUpItsKey(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		var s seen
		r := runner(d, c)
		job.Handle(r, func(_ context.Context, n note) error { s.add(n.Text); return nil })
		enqueue(t, d, "nightly", job.Key("feed"), job.DueAt(dbtest.Start.Add(time.Hour)))
		enqueue(t, d, "now", job.Key("feed"))
		drain(t, r)
		c.Advance(time.Hour)
		drain(t, r)
		if !slices.Equal(s.texts, []string{"now", "nightly"}) {
			t.Errorf("ran %v", s.texts)
		}
	})
}

func TestADeadJobIsKeptAndCanBeRevived(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		runs, heal := 0, false
		r := runner(d, c)
		job.Handle(r, func(context.Context, note) error {
			if runs++; heal {
				return nil
			}
			return errors.New("broken for good")
		}, job.Policy{Attempts: 2, Backoff: func(int) time.Duration { return time.Minute }})
		enqueue(t, d, "x", job.Key("k"))
		enqueue(t, d, "behind", job.Key("k"), job.DueAt(dbtest.Start.Add(time.Hour)))
		drain(t, r)
		c.Advance(59 * time.Second)
		drain(t, r)
		if runs != 1 {
			t.Errorf("ran %d times within the pause", runs)
		}
		c.Advance(time.Second)
		drain(t, r)
		dead := deadJobs(t, d)
		if len(dead) != 1 || dead[0].Attempts != 2 || dead[0].LastError != "broken for good" || dead[0].Args != `{"Text":"x"}` ||
			dead[0].Kind != "test.note" || dead[0].Key != "k" || !dead[0].DiedAt.Equal(c.Now()) {
			t.Fatalf("dead = %+v", dead)
		}
		c.Advance(48 * time.Hour)
		heal = true
		drain(t, r)
		if len(deadJobs(t, d)) != 1 {
			t.Error("a dead job was swept away")
		}
		revive := func() error {
			return d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error { return job.ReviveTx(ctx, tx, dead[0].ID) })
		}
		if err := revive(); err != nil {
			t.Fatal(err)
		}
		drain(t, r)
		if runs != 4 { // 2 attempts, the job behind, the revived one
			t.Errorf("ran %d times, want 4", runs)
		}
		if err := revive(); !errors.Is(err, job.ErrNotDead) {
			t.Errorf("reviving a finished job: %v", err)
		}
	})
}

type stranger struct{}

func (stranger) Kind() string { return "test.stranger" }

func TestJobsNobodyHandlesStay(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error { return job.EnqueueTx(ctx, tx, stranger{}) })
		if err != nil {
			t.Fatal(err)
		}
		r := runner(d, c)
		job.Handle(r, func(context.Context, note) error { return nil })
		drain(t, r)
		late, ran := runner(d, c), 0
		job.Handle(late, func(context.Context, stranger) error { ran++; return nil })
		drain(t, late)
		if ran != 1 {
			t.Errorf("ran %d times, want 1", ran)
		}
	})
}

func TestFinishedJobsGoAfterADay(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		r := runner(d, c)
		job.Handle(r, func(context.Context, note) error { return nil })
		enqueue(t, d, "x")
		drain(t, r)
		for _, step := range []struct {
			after time.Duration
			want  int
		}{{0, 1}, {23 * time.Hour, 1}, {2 * time.Hour, 0}} {
			c.Advance(step.after)
			drain(t, r)
			var n int
			err := d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				return tx.QueryRow(ctx, `SELECT COUNT(*) FROM job`).Scan(&n)
			})
			if err != nil || n != step.want {
				t.Errorf("%v later: %d jobs, %v; want %d", step.after, n, err, step.want)
			}
		}
	})
}

func drain(t *testing.T, r *job.Runner) {
	t.Helper()
	if err := r.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func start(t *testing.T, r *job.Runner) {
	t.Helper()
	if err := r.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Stop)
}

func deadJobs(t *testing.T, d *db.DB) (dead []job.Dead) {
	t.Helper()
	err := d.View(t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		dead, err = job.DeadTx(ctx, tx, 10)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return dead
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

// TestAUniqueJobSeesTheWorkOfWhoCountedOnIt: who enqueues nothing because the same job is waiting relies on that
// job to see what is about to be committed. It must not begin before.
func TestAUniqueJobSeesTheWorkOfWhoCountedOnIt(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		var early, runs atomic.Int64
		var committed atomic.Bool
		r := runner(d, c)
		job.Handle(r, func(context.Context, note) error {
			runs.Add(1)
			if !committed.Load() {
				early.Add(1)
			}
			return nil
		})
		enqueue(t, d, "same", job.Unique())
		err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			if err := job.EnqueueTx(ctx, tx, note{"same"}, job.Unique()); err != nil {
				return err
			}
			if d.Dialect() == db.Postgres { // SQLite has one writer: nothing is claimed beside this
				drain(t, r)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		committed.Store(true)
		drain(t, r)
		if runs.Load() != 1 || early.Load() != 0 {
			t.Errorf("ran %d times, %d of them before the commit", runs.Load(), early.Load())
		}
	})
}
