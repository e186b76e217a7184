package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/hawkerhq/hawker/internal/db"
)

// Policy says how often a kind of job is tried. Fields left zero have the default.
type Policy struct {
	// Attempts after which the job is dead; default 20.
	Attempts int
	// Backoff is the pause after a failed attempt, counted from 1; default one second, doubling up to half an hour.
	Backoff func(attempt int) time.Duration
	// Timeout ends the handler's context; default none.
	Timeout time.Duration
}

const (
	defaultAttempts = 20
	backoffMin      = time.Second
	backoffMax      = 30 * time.Minute
)

func backoff(attempt int) time.Duration {
	return min(backoffMin<<min(attempt-1, 20), backoffMax)
}

// ErrGiveUp inside a handler's error makes the job dead at once: trying again cannot help.
var ErrGiveUp = errors.New("job: give up")

// handler is what runs one kind.
type handler struct {
	run    func(ctx context.Context, raw []byte) error
	dead   func(ctx context.Context, tx *db.Tx, raw []byte, cause error) error // nil: nobody asks
	policy Policy
}

// OnDead has fn called when a job of T's kind is given up, in the transaction that says so: its effect and the
// death are one. An error of fn leaves the job as it was; it is tried, and may die, once more when its lease
// ends. T's handler is registered before.
func OnDead[T Args](r *Runner, fn func(ctx context.Context, tx *db.Tx, a T, cause error) error) {
	var zero T
	h := r.handlers[zero.Kind()]
	h.dead = func(ctx context.Context, tx *db.Tx, raw []byte, cause error) error {
		var a T
		if err := json.Unmarshal(raw, &a); err != nil {
			return nil //nolint:nilerr // arguments that cannot be read are why it died; they name nothing to tell of
		}
		return fn(ctx, tx, a, cause)
	}
	r.handlers[zero.Kind()] = h
}

// Handle registers fn for the jobs of T's kind. All handlers are registered before Start; jobs of kinds
// without a handler stay where they are.
func Handle[T Args](r *Runner, fn func(ctx context.Context, a T) error, policy ...Policy) {
	var zero T
	p := Policy{}
	if len(policy) > 0 {
		p = policy[0]
	}
	if p.Attempts <= 0 {
		p.Attempts = defaultAttempts
	}
	if p.Backoff == nil {
		p.Backoff = backoff
	}
	r.handlers[zero.Kind()] = handler{policy: p, run: func(ctx context.Context, raw []byte) error {
		var a T
		if err := json.Unmarshal(raw, &a); err != nil {
			return fmt.Errorf("%w: arguments: %w", ErrGiveUp, err)
		}
		return fn(ctx, a)
	}}
}
