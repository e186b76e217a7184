package job

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/crash"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// claimed is one job taken for running. The attempt, which every claim raises, is the fencing token: whoever
// comes back after losing the lease finds another number.
type claimed struct {
	ctx     context.Context // of the handler
	id      id.ID
	kind    string
	key     string
	args    string
	attempt int
	due     time.Time
}

// claim takes due jobs that are not in flight here and whose key nobody is busy with or ahead in.
func (r *Runner) claim(ctx context.Context, inflight []id.ID, keys []string) ([]claimed, error) {
	kinds := slices.Collect(maps.Keys(r.handlers))
	due := false
	err := r.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM job WHERE state IN ('waiting', 'running') AND due_at <= $1
			AND lease_until <= $1 AND kind = ANY($2) AND id <> ALL($3))`, tx.Steady(), kinds, inflight).Scan(&due)
	})
	if err != nil || !due {
		return nil, err
	}
	var jobs []claimed
	err = r.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		jobs = nil
		rows, err := tx.Query(ctx, `UPDATE job SET state = 'running', lease_until = $2, lease_by = $3, attempt = attempt + 1
			WHERE id IN (
				SELECT id FROM job j
				WHERE state IN ('waiting', 'running') AND due_at <= $1 AND lease_until <= $1
				AND kind = ANY($5) AND id <> ALL($6)
				AND (key = '' OR key <> ALL($7) AND NOT EXISTS (
					SELECT 1 FROM job o WHERE o.key = j.key AND o.key <> '' AND o.id <> j.id AND o.state IN ('waiting', 'running')
					AND (o.lease_until > $1 OR o.id < j.id AND (o.attempt > 0 OR o.due_at <= $1))))
				ORDER BY due_at, id LIMIT $4 `+tx.SkipLocked()+`)
			RETURNING id, kind, key, args, attempt, due_at`,
			tx.Steady(), tx.Steady().Add(lease), r.db.Instance(), claimMost, kinds, inflight, keys)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var j claimed
			if err := rows.Scan(&j.id, &j.kind, &j.key, &j.args, &j.attempt, &j.due); err != nil {
				return err
			}
			jobs = append(jobs, j)
		}
		return rows.Err()
	})
	slices.SortFunc(jobs, func(a, b claimed) int { return cmp.Or(a.due.Compare(b.due), cmp.Compare(a.id, b.id)) })
	return jobs, err
}

// store keeps the outcome. Outcomes that arrive while one is being stored share the next transaction.
func (r *Runner) store(o outcome) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.outcomes = append(r.outcomes, o)
	if r.flushing {
		return
	}
	r.flushing = true
	for len(r.outcomes) > 0 {
		batch := r.outcomes
		r.outcomes = nil
		r.mu.Unlock()
		if err := r.write(batch); err != nil {
			r.log.Error("outcomes of jobs cannot be stored; they run again when their lease ends", "jobs", len(batch), "error", err)
		}
		r.mu.Lock()
		for _, o := range batch {
			delete(r.inflight, o.id)
		}
		close(r.changed)
		r.changed = make(chan struct{})
		r.Wake()
	}
	r.flushing = false
}

// write stores outcomes, each only while its claim still stands. A death that somebody asked to hear of has a
// transaction of its own, so that what goes wrong there holds up no other outcome.
func (r *Runner) write(batch []outcome) error {
	var told []outcome
	batch = slices.DeleteFunc(slices.Clone(batch), func(o outcome) bool {
		tell := o.state == stateDead && r.handlers[o.kind].dead != nil
		if tell {
			told = append(told, o)
		}
		return tell
	})
	var failed []error
	for _, o := range told {
		if err := r.writeDeath(o); err != nil {
			failed = append(failed, fmt.Errorf("%s %s: %w", o.kind, o.id, err))
		}
	}
	if len(batch) > 0 {
		failed = append(failed, r.writeAll(batch))
	}
	return errors.Join(failed...)
}

func (r *Runner) writeDeath(o outcome) error {
	return r.db.Update(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		n, err := tx.Exec(ctx, `UPDATE job SET state = $1, due_at = $2, finished_at = $2, last_error = $3, lease_until = 0
			WHERE id = $4 AND state = 'running' AND attempt = $5`, stateDead, tx.Now(), errorText(o.err), o.id, o.attempt)
		if err != nil || n == 0 {
			return err // n is 0: another process took it over
		}
		return r.handlers[o.kind].dead(ctx, tx, []byte(o.args), o.err)
	})
}

// errorText is an error as text that every database takes.
func errorText(err error) string {
	return strings.ToValidUTF8(strings.ReplaceAll(err.Error(), "\x00", ""), "\uFFFD")
}

func (r *Runner) writeAll(batch []outcome) error {
	return r.db.Update(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		rows := make([][]any, len(batch))
		for i, o := range batch {
			due, finished, text := o.due, time.Time{}, ""
			if o.err != nil {
				text = errorText(o.err)
				due = tx.Steady().Add(o.pause)
			}
			if o.state != stateWaiting {
				finished = tx.Now()
			}
			token := o.attempt
			if o.state == stateWaiting && o.err == nil {
				token++ // interrupted: the attempt is given back
			}
			rows[i] = []any{o.state, due, finished, text, o.attempt, o.id, token}
		}
		_, err := tx.ExecMany(ctx, `UPDATE job SET state = $1, due_at = $2, finished_at = $3, last_error = $4, attempt = $5, lease_until = 0
			WHERE id = $6 AND state = 'running' AND attempt = $7`, rows)
		return err
	})
}

// release hands back claimed jobs that have not begun.
func (r *Runner) release() {
	r.mu.Lock()
	queued := r.queue
	r.queue = nil
	r.mu.Unlock()
	for _, j := range queued {
		o := outcome{claimed: j, state: stateWaiting}
		o.attempt--
		r.store(o)
	}
}

// recover hands back what this process had in flight when it died. A SQLite database belongs to one process,
// so there it is everything.
func (r *Runner) recover(ctx context.Context) error {
	return r.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE job SET state = 'waiting', lease_until = 0 WHERE state = 'running' AND (lease_by = $1 OR $2)`,
			r.db.Instance(), r.db.Dialect() == db.SQLite)
		return err
	})
}

// extend renews the leases of what is in flight.
func (r *Runner) extend(ctx context.Context) error {
	r.mu.Lock()
	rows := make([][]any, 0, len(r.inflight))
	for i, j := range r.inflight {
		rows = append(rows, []any{time.Time{}, i, j.attempt})
	}
	r.mu.Unlock()
	if len(rows) == 0 {
		return nil
	}
	return r.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, row := range rows {
			row[0] = tx.Steady().Add(lease)
		}
		_, err := tx.ExecMany(ctx, `UPDATE job SET lease_until = $1 WHERE id = $2 AND state = 'running' AND attempt = $3`, rows)
		crash.At(crash.LeaseRenew)
		return err
	})
}

// sweepMost bounds how long one sweep holds the writer.
const sweepMost = 1000

// sweep deletes jobs finished a day ago, once an hour.
func (r *Runner) sweep(ctx context.Context) error {
	r.mu.Lock()
	now := r.clock.Now()
	due := !now.Before(r.sweepDue)
	if due {
		r.sweepDue = now.Add(sweepEvery)
	}
	r.mu.Unlock()
	for n := int64(sweepMost); due && n == sweepMost; {
		err := r.db.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			n, err = tx.Exec(ctx, `DELETE FROM job WHERE id IN (SELECT id FROM job WHERE state = 'done' AND finished_at < $1 LIMIT $2)`,
				tx.Now().Add(-keepDone), sweepMost)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
