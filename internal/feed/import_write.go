package feed

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/crash"
	"github.com/hawkerhq/hawker/internal/db"
)

// takeIn writes the rows of the file that are not written yet. While the writer has one chunk the next one is handed
// over, so that it need not wait for a processor to bring it.
func (t *taking) takeIn(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	p := newPipe(t)
	p.start(ctx)
	defer p.wait()
	defer close(p.written)
	defer stop()
	var before *handed
	for k := range p.ordered {
		if err := k.arrive(ctx); err != nil {
			return errors.Join(err, t.settle(p, before))
		}
		h := t.hand(ctx, k)
		if err := t.settle(p, before); err != nil {
			_ = h.write.Wait() // which refused, for the rows before are not written
			return err
		}
		if before.crowded() {
			if err := t.settle(p, h); err != nil {
				return err
			}
			h = nil
		}
		before = h
	}
	if err := t.settle(p, before); err != nil {
		return err
	}
	return ctx.Err()
}

// arrive waits until the rows of a chunk are read.
func (k *chunk) arrive(ctx context.Context) error {
	select {
	case <-k.ready:
		return k.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// handed is a chunk that the writer has.
type handed struct {
	*chunk
	write *db.Submitted
	out   catalog.Imported
	took  time.Duration
}

// errGap: the chunk before was not written, so this one must not be.
var errGap = errors.New("the rows before are not written")

// hand has a chunk written with the progress it makes.
func (t *taking) hand(ctx context.Context, k *chunk) *handed {
	h := &handed{chunk: k}
	h.write = t.db.Submit(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		watch := clock.Stopwatch()
		if err := t.noGapTx(ctx, tx, k); err != nil {
			return err
		}
		if h.out, err = t.writeRowsTx(ctx, tx, k); err != nil {
			return err
		}
		err = t.tellTx(ctx, tx, k, h.out)
		h.took = watch()
		return err
	})
	return h
}

// noGapTx makes sure that all rows before those of a chunk are written.
func (t *taking) noGapTx(ctx context.Context, tx *db.Tx, k *chunk) error {
	var done int64
	var cancelled bool
	err := tx.QueryRow(ctx, `SELECT rows_done, cancelled FROM feed_upload WHERE id = $1`, t.up.ID).Scan(&done, &cancelled)
	if err == nil && cancelled {
		return errCancelled
	}
	if err == nil && done != k.done-k.detected {
		err = errGap
	}
	return err
}

// tellTx records the progress of a chunk, and what is wrong with its rows.
func (t *taking) tellTx(ctx context.Context, tx *db.Tx, k *chunk, out catalog.Imported) error {
	p := Progress{Rows: k.detected, Counters: Counters{Detected: k.detected, Persisted: out.Persisted, Invalid: out.Refused + k.unreadable}}
	problems := slices.Clone(k.problems)
	for _, r := range out.Problems {
		problems = append(problems, rowProblem(r))
	}
	for _, r := range problems {
		if r.Fatal {
			p.Errors++
		} else {
			p.Warnings++
		}
	}
	if err := recordProblemsTx(ctx, tx, t.up.ID, problems); err != nil {
		return err
	}
	return advanceTx(ctx, tx, t.up.ID, p)
}

// settle waits until a chunk is written, and learns from it.
func (t *taking) settle(p *pipe, h *handed) error {
	if h == nil {
		return nil
	}
	if err := t.wrote(h.write.Wait()); err != nil {
		return fmt.Errorf("feed: upload %s: row %d: %w", t.up.ID, h.done, err)
	}
	t.adapt(h)
	p.written <- h.chunk
	return nil
}

// crowded tells that others wrote beside a chunk that is settled: they should not find a second one queued.
func (h *handed) crowded() bool { return h != nil && h.write.Crowded() }

func (t *taking) writeRowsTx(ctx context.Context, tx *db.Tx, k *chunk) (catalog.Imported, error) {
	defer crash.At(crash.FeedStage)
	if t.feed.Localised() {
		return catalog.ImportLocalTx(ctx, tx, t.feed.CatalogID, t.up.ID, k.local)
	}
	return t.catalogs.ImportRowsTx(ctx, tx, t.im, k.rows)
}

// missesMost is how many chunks without a match end the looking up.
const missesMost = 3

// pace is how long the next chunk may take.
func (t *taking) pace(crowded bool) time.Duration {
	switch {
	case t.db.Dialect() == db.Postgres:
		return chunkAlone
	case crowded:
		return chunkTime
	}
	return chunkQuiet
}

// adapt makes the next chunks as large as time allows, and stops looking rows up where none is ever found.
func (t *taking) adapt(h *handed) {
	size, rows, pace := t.size.Load(), int64(len(h.rows)+len(h.local)), t.pace(h.crowded())
	if rows == size || h.took > pace {
		want := int64(chunkMost)
		if h.took > 0 {
			want = rows * int64(pace) / int64(h.took)
		}
		t.size.Store(min(max((size+want)/2, chunkLeast, size/4), chunkMost))
	}
	switch found := h.out.Persisted > h.out.Created; {
	case found:
		t.misses = 0
		t.matching.Store(true)
	case h.matched:
		if t.misses++; t.misses >= missesMost && !t.up.UpdateOnly {
			t.matching.Store(false)
		}
	}
}
