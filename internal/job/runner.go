package job

import (
	"context"
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
	claimMost  = 100              // rows claimed at once
	workers    = 4                // jobs at once
	lease      = 30 * time.Second // by the platform's clock; a crashed process's jobs are taken over after it
	renewEvery = lease / 3        // by the machine's clock
	pollEvery  = time.Second      // for due times and other processes' jobs
	sweepEvery = time.Hour        // by the platform's clock
	keepDone   = 24 * time.Hour
	stopGrace  = 10 * time.Second // for running handlers, before their context ends
)

// Runner runs jobs until it is stopped. While nothing is due it is one goroutine that looks once a second.
type Runner struct {
	db       *db.DB
	clock    clock.Clock
	log      *slog.Logger
	handlers map[string]handler
	wake     chan struct{}

	stopLoop context.CancelFunc // no more claiming
	stopJobs context.CancelFunc // handlers' context
	loops    sync.WaitGroup
	unlisten func()

	claiming sync.Mutex // one claim at a time, so that two never see the same jobs in flight

	mu       sync.Mutex
	inflight map[id.ID]claimed // claimed, and the outcome not yet stored
	queue    []claimed         // of these, not yet begun
	active   int               // workers
	outcomes []outcome
	flushing bool
	changed  chan struct{} // closed when something left inflight
	sweepDue time.Time
}

// NewRunner returns a runner without handlers.
func NewRunner(d *db.DB, c clock.Clock, l *slog.Logger) *Runner {
	return &Runner{
		db: d, clock: c, log: l,
		handlers: map[string]handler{}, wake: make(chan struct{}, 1),
		inflight: map[id.ID]claimed{}, changed: make(chan struct{}),
	}
}

// Wake makes the runner look for due jobs now. Enqueueing wakes by itself; moving the clock does not.
func (r *Runner) Wake() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// Start begins to run jobs. Jobs that a crash of this process left running are due at once.
func (r *Runner) Start(ctx context.Context) error {
	if err := r.recover(ctx); err != nil {
		return fmt.Errorf("job: %w", err)
	}
	jobs, stopJobs := context.WithCancel(context.WithoutCancel(ctx))
	loop, stopLoop := context.WithCancel(jobs)
	r.stopJobs, r.stopLoop = stopJobs, stopLoop
	r.unlisten = r.db.OnNotify(topic, r.Wake)
	r.loops.Go(func() { r.loop(loop, jobs) })
	r.loops.Go(func() { r.renew(loop) })
	return nil
}

// Stop claims no more, hands back what has not begun, and waits for running handlers. Those that take long
// have their context ended; what they leave undone runs again later.
func (r *Runner) Stop() {
	if r.stopLoop == nil {
		return
	}
	r.unlisten()
	r.stopLoop()
	r.loops.Wait()
	r.release()
	grace := time.AfterFunc(stopGrace, r.stopJobs)
	for r.wait(context.Background()) {
	}
	grace.Stop()
	r.stopJobs()
	r.stopLoop = nil
}

// Drain runs due jobs until none is left and none runs: for tests and shutdown.
func (r *Runner) Drain(ctx context.Context) error {
	if err := r.sweep(ctx); err != nil {
		return err
	}
	for {
		r.mu.Lock()
		idle := len(r.inflight) == 0
		r.mu.Unlock()
		n, err := r.fill(ctx, ctx)
		if err != nil || n == 0 && idle {
			return err
		}
		r.wait(ctx)
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("job: %w", err)
		}
	}
}

// wait returns once a job has left flight; false when there is none to wait for.
func (r *Runner) wait(ctx context.Context) bool {
	r.mu.Lock()
	n, changed := len(r.inflight), r.changed
	r.mu.Unlock()
	if n == 0 {
		return false
	}
	select {
	case <-changed:
	case <-ctx.Done():
	}
	return true
}

func (r *Runner) loop(ctx, jobs context.Context) {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	failing := false
	for {
		_, err := r.fill(ctx, jobs)
		if err == nil {
			err = r.sweep(ctx)
		}
		if ctx.Err() != nil {
			return
		}
		if err != nil && !failing {
			r.log.Error("jobs cannot be claimed; trying on every second", "error", err)
		}
		failing = err != nil
		wake := r.wake
		if failing {
			wake = nil // a disk in trouble is asked once a second, not as fast as jobs arrive
		}
		select {
		case <-ctx.Done():
			return
		case <-wake:
		case <-tick.C:
		}
	}
}

// renew keeps the leases of what is in flight.
func (r *Runner) renew(ctx context.Context) {
	tick := time.NewTicker(renewEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := r.extend(ctx); err != nil && ctx.Err() == nil {
			r.log.Error("leases of jobs cannot be renewed", "error", err)
		}
	}
}

// fill claims due jobs, if the workers are about to run out, and returns how many.
func (r *Runner) fill(ctx, jobs context.Context) (int, error) {
	r.claiming.Lock()
	defer r.claiming.Unlock()
	r.mu.Lock()
	busy := len(r.queue) >= workers
	var ids []id.ID
	var keys []string
	for i, j := range r.inflight {
		ids = append(ids, i)
		if j.key != "" {
			keys = append(keys, j.key)
		}
	}
	r.mu.Unlock()
	if busy || len(r.handlers) == 0 {
		return 0, nil
	}
	got, err := r.claim(ctx, ids, keys)
	if err != nil || len(got) == 0 {
		return 0, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, j := range got {
		j.ctx = jobs
		r.inflight[j.id] = j
		r.queue = append(r.queue, j)
		if r.active < workers {
			r.active++
			go r.work()
		}
	}
	return len(got), nil
}

// work runs queued jobs until there are none.
func (r *Runner) work() {
	for {
		r.mu.Lock()
		if len(r.queue) == 0 {
			r.active--
			r.mu.Unlock()
			return
		}
		j := r.queue[0]
		r.queue = r.queue[1:]
		r.mu.Unlock()
		r.store(r.run(j))
	}
}

// outcome is what became of one attempt.
type outcome struct {
	claimed
	state string
	pause time.Duration
	err   error
}

// run makes one attempt.
func (r *Runner) run(j claimed) outcome {
	h := r.handlers[j.kind]
	took := clock.Stopwatch()
	err := call(j.ctx, h, j)
	log := r.log.With("kind", j.kind, "job", j.id.String(), "attempt", j.attempt, "took", took())
	o := outcome{claimed: j, state: stateWaiting, err: err}
	switch {
	case err == nil:
		o.state = stateDone
		log.Debug("job done")
	case j.ctx.Err() != nil: // stopping: not the job's fault
		o.attempt, o.err = j.attempt-1, nil
		log.Info("job interrupted", "error", err)
	case errors.Is(err, ErrGiveUp) || j.attempt >= h.policy.Attempts:
		o.state = stateDead
		log.Error("job failed for good", "error", err)
	default:
		o.pause = h.policy.Backoff(j.attempt)
		log.Warn("job failed", "error", err, "again_in", o.pause)
	}
	return o
}

// call runs the handler; a panic, or an end of its goroutine, is a failed attempt.
func call(ctx context.Context, h handler, j claimed) error {
	if h.policy.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, h.policy.Timeout)
		defer cancel()
	}
	done := make(chan error, 1)
	go func() {
		err := errors.New("job: the handler ended its goroutine")
		defer func() {
			if p := recover(); p != nil {
				err = fmt.Errorf("job: panic: %v\n%s", p, debug.Stack())
			}
			done <- err
		}()
		err = h.run(ctx, []byte(j.args))
	}()
	return <-done
}
