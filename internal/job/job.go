// Package job does work after the transaction that asked for it: durable rows, leases that expire,
// retries by the platform's clock. A handler may run more than once for one row and must not mind.
package job

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/hawkerhq/hawker/internal/db"
)

// Args are the arguments of one kind of work: a struct that encodes as JSON.
type Args interface{ Kind() string }

// Option changes how a job is enqueued.
type Option func(*options)

type options struct {
	key    string
	due    time.Time
	unique bool
}

// Key makes jobs of one key run one at a time, in the order they were enqueued.
func Key(k string) Option { return func(o *options) { o.key = k } }

// DueAt holds the job back until t.
func DueAt(t time.Time) Option { return func(o *options) { o.due = t } }

// Unique drops the job when one of the same kind, key and arguments is waiting already.
func Unique() Option { return func(o *options) { o.unique = true } }

// States of a job.
const (
	stateWaiting = "waiting"
	stateRunning = "running"
	stateDone    = "done"
	stateDead    = "dead"
)

// EnqueueTx adds a job that exists exactly when tx commits.
func EnqueueTx(ctx context.Context, tx *db.Tx, a Args, opts ...Option) error {
	o := options{due: tx.Now()}
	for _, opt := range opts {
		opt(&o)
	}
	args, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("job: %s: %w", a.Kind(), err)
	}
	if o.unique {
		var n int
		err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM job WHERE state = 'waiting' AND attempt = 0 AND kind = $1 AND key = $2 AND args = $3`,
			a.Kind(), o.key, string(args)).Scan(&n)
		if err != nil {
			return fmt.Errorf("job: %s: %w", a.Kind(), err)
		}
		if n > 0 {
			return nil
		}
	}
	_, err = tx.Exec(ctx, `INSERT INTO job (id, kind, args, key, state, due_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		tx.NewID(), a.Kind(), string(args), o.key, stateWaiting, o.due, tx.Now())
	if err != nil {
		return fmt.Errorf("job: %s: %w", a.Kind(), err)
	}
	return nil
}
