// Package job does work after the transaction that asked for it: durable rows, leases that expire,
// retries by the platform's clock. A handler may run more than once for one row and must not mind.
package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
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

// Key makes jobs of one key run one at a time, in the order they were enqueued. A job that waits for its
// next attempt holds up those behind it; one that only waits for its [DueAt] does not.
func Key(k string) Option { return func(o *options) { o.key = k } }

// DueAt holds the job back until t.
func DueAt(t time.Time) Option { return func(o *options) { o.due = t } }

// Unique drops the job when one of the same kind, key and arguments is waiting already and has not begun.
func Unique() Option { return func(o *options) { o.unique = true } }

// States of a job.
const (
	stateWaiting = "waiting"
	stateRunning = "running"
	stateDone    = "done"
	stateDead    = "dead"
)

// topic is what a commit with new jobs rings.
const topic = "job"

// EnqueueTx adds a job that exists exactly when tx commits, and wakes the runner of this process then.
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
		waiting, err := waitingTx(ctx, tx, a.Kind(), o.key, string(args))
		if err != nil {
			return fmt.Errorf("job: %s: %w", a.Kind(), err)
		}
		if waiting {
			tx.Notify(topic) // a runner may have passed it by meanwhile
			return nil
		}
	}
	_, err = tx.Exec(ctx, `INSERT INTO job (id, kind, args, key, state, due_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		tx.NewID(), a.Kind(), string(args), o.key, stateWaiting, o.due.Add(tx.Ahead()), tx.Now())
	if err != nil {
		return fmt.Errorf("job: %s: %w", a.Kind(), err)
	}
	tx.Notify(topic)
	return nil
}

// waitingTx tells whether the same job is waiting, and holds it back until tx commits: begun earlier, it would not
// see what tx wrote. On SQLite nothing happens beside tx anyway.
func waitingTx(ctx context.Context, tx *db.Tx, kind, key, args string) (bool, error) {
	hold := ""
	if tx.Dialect() == db.Postgres {
		hold = ` FOR SHARE SKIP LOCKED`
	}
	var i id.ID
	err := tx.QueryRow(ctx, `SELECT id FROM job WHERE state = 'waiting' AND attempt = 0 AND kind = $1 AND key = $2 AND args = $3 LIMIT 1`+hold, kind, key, args).Scan(&i)
	if errors.Is(err, db.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// Dead is a job that was given up and is kept for a person to look at.
type Dead struct {
	ID        id.ID
	Kind      string
	Key       string
	Args      string // JSON
	Attempts  int
	LastError string
	CreatedAt time.Time
	DiedAt    time.Time
}

// DeadTx lists the jobs given up, the latest first.
func DeadTx(ctx context.Context, tx *db.Tx, limit int) ([]Dead, error) {
	rows, err := tx.Query(ctx, `SELECT id, kind, key, args, attempt, last_error, created_at, finished_at FROM job
		WHERE state = 'dead' ORDER BY finished_at DESC, id DESC LIMIT $1`, limit)
	if err != nil {
		return nil, fmt.Errorf("job: dead jobs: %w", err)
	}
	defer rows.Close()
	var out []Dead
	for rows.Next() {
		var j Dead
		if err := rows.Scan(&j.ID, &j.Kind, &j.Key, &j.Args, &j.Attempts, &j.LastError, &j.CreatedAt, &j.DiedAt); err != nil {
			return nil, fmt.Errorf("job: dead jobs: %w", err)
		}
		out = append(out, j)
	}
	return out, rows.Err()
}

// ErrNotDead: the job to be revived does not exist or is not dead.
var ErrNotDead = errors.New("job: no such dead job")

// ReviveTx gives a dead job all its attempts again, from now.
func ReviveTx(ctx context.Context, tx *db.Tx, i id.ID) error {
	n, err := tx.Exec(ctx, `UPDATE job SET state = 'waiting', attempt = 0, due_at = $1, finished_at = 0 WHERE id = $2 AND state = 'dead'`, tx.Now(), i)
	if err != nil {
		return fmt.Errorf("job: reviving %s: %w", i, err)
	}
	if n == 0 {
		return ErrNotDead
	}
	tx.Notify(topic)
	return nil
}
