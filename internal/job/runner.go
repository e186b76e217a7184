package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// How the runner works.
const (
	claimMost  = 32               // rows claimed at once
	workers    = 4                // jobs at once
	lease      = 5 * time.Minute  // a crash is a retry this much later at the latest
	attempts   = 20               // then a job is dead
	backoffMin = time.Second      // doubles with each attempt
	backoffMax = 30 * time.Minute // at the most
	pollEvery  = time.Second      // for due times and other processes' jobs
	keepDone   = 24 * time.Hour
)

// Runner runs jobs until it is stopped.
type Runner struct {
	db    *db.DB
	clock clock.Clock
	log   *slog.Logger

	handlers map[string]func(context.Context, []byte) error
	wake     chan struct{}
	stop     context.CancelFunc
	wg       sync.WaitGroup
}

// NewRunner returns a runner without handlers.
func NewRunner(d *db.DB, c clock.Clock, l *slog.Logger) *Runner {
	return &Runner{db: d, clock: c, log: l, handlers: map[string]func(context.Context, []byte) error{}, wake: make(chan struct{}, 1)}
}

// Handle registers fn for the jobs of T's kind. All handlers are registered before Start.
func Handle[T Args](r *Runner, fn func(ctx context.Context, a T) error) {
	var zero T
	r.handlers[zero.Kind()] = func(ctx context.Context, raw []byte) error {
		var a T
		if err := json.Unmarshal(raw, &a); err != nil {
			return fmt.Errorf("job: arguments: %w", err)
		}
		return fn(ctx, a)
	}
}

// Wake makes the runner look for due jobs now.
func (r *Runner) Wake() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// Start begins to run jobs. Jobs that a crash left running are due at once on SQLite, where no other
// process can hold them.
func (r *Runner) Start(ctx context.Context) error {
	if r.db.Dialect() == db.SQLite {
		err := r.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE job SET state = 'waiting', lease_until = 0 WHERE state = 'running'`)
			return err
		})
		if err != nil {
			return fmt.Errorf("job: %w", err)
		}
	}
	ctx, r.stop = context.WithCancel(context.WithoutCancel(ctx))
	r.wg.Add(1)
	go r.loop(ctx)
	return nil
}

// Stop waits for running jobs; those that do not end are retried later.
func (r *Runner) Stop() {
	if r.stop != nil {
		r.stop()
		r.wg.Wait()
	}
}

func (r *Runner) loop(ctx context.Context) {
	defer r.wg.Done()
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		n, err := r.round(ctx)
		if err != nil && ctx.Err() == nil {
			r.log.Error("jobs cannot be claimed", "error", err)
		}
		if n > 0 && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-r.wake:
		case <-tick.C:
		}
	}
}

// Drain runs due jobs until none is left: for tests and shutdown.
func (r *Runner) Drain(ctx context.Context) error {
	for {
		n, err := r.round(ctx)
		if n == 0 || err != nil {
			return err
		}
	}
}

// claimed is one job taken for running.
type claimed struct {
	id      id.ID
	kind    string
	args    string
	attempt int
	until   time.Time // the lease, which is also the fencing token
}

// round claims due jobs, runs them and returns how many there were.
func (r *Runner) round(ctx context.Context) (int, error) {
	jobs, err := r.claim(ctx)
	if err != nil || len(jobs) == 0 {
		return 0, err
	}
	var wg sync.WaitGroup
	slots := make(chan struct{}, workers)
	for _, j := range jobs {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			r.runOne(ctx, j)
		})
	}
	wg.Wait()
	return len(jobs), nil
}

// claim takes due jobs whose key nobody else is ahead of.
func (r *Runner) claim(ctx context.Context) ([]claimed, error) {
	var jobs []claimed
	due := false
	err := r.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM job WHERE state IN ('waiting', 'running') AND due_at <= $1 AND lease_until < $1)`, tx.Now()).Scan(&due)
	})
	if err != nil || !due {
		return nil, err
	}
	err = r.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		jobs = jobs[:0]
		rows, err := tx.Query(ctx, `UPDATE job SET state = 'running', lease_until = $2, attempt = attempt + 1
			WHERE id IN (
				SELECT id FROM job j
				WHERE state IN ('waiting', 'running') AND due_at <= $1 AND lease_until < $1
				AND (key = '' OR NOT EXISTS (
					SELECT 1 FROM job o WHERE o.key = j.key AND o.id < j.id AND o.state IN ('waiting', 'running')))
				ORDER BY due_at, id LIMIT $3 `+tx.SkipLocked()+`)
			RETURNING id, kind, args, attempt, lease_until`,
			tx.Now(), tx.Now().Add(lease), claimMost)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var j claimed
			if err := rows.Scan(&j.id, &j.kind, &j.args, &j.attempt, &j.until); err != nil {
				return err
			}
			jobs = append(jobs, j)
		}
		return rows.Err()
	})
	return jobs, err
}

func (r *Runner) runOne(ctx context.Context, j claimed) {
	took := clock.Stopwatch()
	err := r.call(ctx, j)
	if ctx.Err() != nil {
		return // stopping: the lease gives it back
	}
	log := r.log.With("kind", j.kind, "job", j.id.String(), "attempt", j.attempt, "took", took())
	if err != nil {
		log.Error("job failed", "error", err)
	} else {
		log.Debug("job done")
	}
	if err := r.finish(ctx, j, err); err != nil {
		log.Error("job cannot be marked", "error", err)
	}
}

func (r *Runner) call(ctx context.Context, j claimed) (err error) {
	h, ok := r.handlers[j.kind]
	if !ok {
		return fmt.Errorf("job: nobody handles %s", j.kind)
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("job: panic: %v\n%s", p, debug.Stack())
		}
	}()
	return h(ctx, []byte(j.args))
}

// finish marks the outcome, unless the lease ran out and somebody else has the job now.
func (r *Runner) finish(ctx context.Context, j claimed, failure error) error {
	return r.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if failure == nil {
			_, err := tx.Exec(ctx, `UPDATE job SET state = $1, lease_until = 0, finished_at = $2, last_error = '' WHERE id = $3 AND lease_until = $4`,
				stateDone, tx.Now(), j.id, j.until)
			if err != nil {
				return err
			}
			_, err = tx.Exec(ctx, `DELETE FROM job WHERE state = 'done' AND finished_at < $1`, tx.Now().Add(-keepDone))
			return err
		}
		state, due := stateWaiting, tx.Now().Add(backoff(j.attempt))
		if j.attempt >= attempts || errors.Is(failure, ErrGiveUp) {
			state = stateDead
		}
		_, err := tx.Exec(ctx, `UPDATE job SET state = $1, lease_until = 0, due_at = $2, last_error = $3 WHERE id = $4 AND lease_until = $5`,
			state, due, failure.Error(), j.id, j.until)
		return err
	})
}

// ErrGiveUp inside a handler's error makes the job dead at once: trying again cannot help.
var ErrGiveUp = errors.New("job: give up")

func backoff(attempt int) time.Duration {
	d := backoffMin << min(attempt-1, 20)
	return min(d, backoffMax)
}
