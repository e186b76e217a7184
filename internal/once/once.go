// Package once makes a call that is repeated under the same Idempotency-Key have its effect once: the answer is kept
// in the transaction of the effect and given again to whoever repeats the call.
//
// A door finds what is kept ([Find]) and otherwise begins the call ([Begin]); the function that has the effect calls
// [KeepTx] in its transaction, which is nothing where no call with a key was begun. Of calls made at the same time one
// keeps its answer; the others get [ErrTaken], undo theirs, and find that answer.
package once

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/job"
)

// KeyMost is the longest key, in characters.
const KeyMost = 255

// Kept is how long an answer is given again.
const Kept = 24 * time.Hour

// Causes of refused keys.
var (
	ErrKey   = fault.New("once.key")
	ErrOther = fault.New("once.other_call")
)

// ErrTaken reports that another call with the key was faster; [Find] tells what it was answered.
var ErrTaken = errors.New("once: another call with this key was faster")

// Call is one call under a key.
type Call struct {
	Route string // method and path, without what does not count
	Key   string
	Asked []byte // a hash of what is asked for
}

// begun is a call on its way.
type begun struct {
	Call
	write  func(answer any) ([]byte, error)
	answer func(result any) any
}

type begunKey struct{}

// Begin makes what [KeepTx] is called for under ctx the effect of c. write makes bytes of answers.
func Begin(ctx context.Context, c Call, write func(answer any) ([]byte, error)) context.Context {
	return context.WithValue(ctx, begunKey{}, begun{c, write, func(result any) any { return result }})
}

// Answering says how the result handed to [KeepTx] is answered to the caller.
func Answering(ctx context.Context, answer func(result any) any) context.Context {
	b, ok := ctx.Value(begunKey{}).(begun)
	if !ok {
		return ctx
	}
	b.answer = answer
	return context.WithValue(ctx, begunKey{}, b)
}

// Sweep removes answers that are not given again any more.
type Sweep struct{}

// Kind implements job.Args.
func (Sweep) Kind() string { return "once.sweep" }

// KeepTx keeps the answer of the call begun under ctx, if one was, with its effect on a node of business.
func KeepTx(ctx context.Context, tx *db.Tx, business id.ID, result any) error {
	b, ok := ctx.Value(begunKey{}).(begun)
	if !ok {
		return nil
	}
	answer, err := b.write(b.answer(result))
	if err != nil {
		return fmt.Errorf("once: %w", err)
	}
	n, err := tx.Exec(ctx, `INSERT INTO once_call (id, business_id, route, key, asked, answer, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (business_id, route, key) DO UPDATE SET asked = excluded.asked, answer = excluded.answer, created_at = excluded.created_at
		WHERE once_call.created_at <= $8`,
		tx.NewID(), business, b.Route, b.Key, b.Asked, answer, tx.Now(), tx.Now().Add(-Kept))
	if err != nil {
		return fmt.Errorf("once: %w", err)
	}
	if n == 0 {
		return ErrTaken
	}
	return job.EnqueueTx(ctx, tx, Sweep{}, job.DueAt(tx.Now().Add(Kept)), job.Unique())
}

// Find is the answer kept for c, nil where there is none. businesses are those the caller may see. A call under the
// same key that asked for something else is refused.
func Find(ctx context.Context, d *db.DB, businesses []id.ID, c Call) (answer []byte, err error) {
	var asked []byte
	err = d.Read(ctx, func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, `SELECT asked, answer FROM once_call WHERE business_id = ANY($1) AND route = $2 AND key = $3 AND created_at > $4`,
			businesses, c.Route, c.Key, tx.Now().Add(-Kept)).Scan(&asked, &answer)
	})
	if errors.Is(err, db.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("once: %w", err)
	}
	if !slices.Equal(asked, c.Asked) {
		return nil, ErrOther.Withf("", "the Idempotency-Key %.80q was used for a call to this address with other parameters; use a new key for each call, and the same one only to repeat it", c.Key)
	}
	return answer, nil
}

// Runner removes old answers.
type Runner struct{ db *db.DB }

// Register lets r's jobs be done.
func Register(r *job.Runner, d *db.DB) { job.Handle(r, Runner{d}.sweep) }

// sweptAtOnce bounds one transaction of a sweep.
const sweptAtOnce = 500

func (r Runner) sweep(ctx context.Context, _ Sweep) error {
	for {
		var n int64
		err := r.db.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			if n, err = tx.Exec(ctx, `DELETE FROM once_call WHERE id IN (SELECT id FROM once_call WHERE created_at <= $1 ORDER BY created_at LIMIT $2 `+tx.SkipLocked()+`)`,
				tx.Now().Add(-Kept), sweptAtOnce); err != nil || n == sweptAtOnce {
				return err
			}
			var next time.Time
			if err := tx.QueryRow(ctx, `SELECT created_at FROM once_call ORDER BY created_at LIMIT 1`).Scan(&next); errors.Is(err, db.ErrNoRows) {
				return nil
			} else if err != nil {
				return err
			}
			return job.EnqueueTx(ctx, tx, Sweep{}, job.DueAt(tx.Now().Add(time.Hour)), job.Unique())
		})
		if err != nil {
			return fmt.Errorf("once: sweep: %w", err)
		}
		if n < sweptAtOnce {
			return nil
		}
	}
}
