package policy

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// The first review of a catalog is one long pass over it: items are read and decided on in spans, on all cores, and what is written of a
// span is how far the pass has come, one row of history, and the items that are not approved.

// Of a pass: how many items a span has, and how many spans are cut at once.
const (
	spanSize = 2000
	spansCut = 64
)

// swept is a span with what was decided on its items.
type swept struct {
	catalog.Span
	items    []catalog.Item
	verdicts []catalog.Verdict
	err      error
}

// errMoved is a pass that somebody else carries on, or that ended because the catalog was disconnected.
var errMoved = errors.New("policy: the review of the catalog is elsewhere")

// sweepWhole reviews a catalog that was connected, from where the last attempt was ended.
func (r *Reviewer) sweepWhole(ctx context.Context, cat id.ID) error {
	for {
		w, spans, err := r.spans(ctx, cat)
		if err != nil || w.Run == 0 {
			return err
		}
		if len(spans) == 0 {
			return r.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return catalog.EndSweepTx(ctx, tx, w) })
		}
		err = r.sweepSpans(ctx, w, spans)
		if errors.Is(err, errMoved) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// spans is how far the pass has come, and what comes next.
func (r *Reviewer) spans(ctx context.Context, cat id.ID) (w catalog.Sweep, list []catalog.Span, err error) {
	err = r.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		list = nil
		ok := false
		if w, ok, err = catalog.SweepTx(ctx, tx, cat); err != nil || !ok {
			w.Run = 0
			return err
		}
		list, err = catalog.SpansTx(ctx, tx, cat, w.To, spanSize, spansCut)
		return err
	})
	return w, list, err
}

// sweepSpans reviews spans that follow each other: each core reads and decides, and in their order they are written.
func (r *Reviewer) sweepSpans(ctx context.Context, w catalog.Sweep, spans []catalog.Span) error {
	ctx, stop := context.WithCancel(ctx)
	var busy sync.WaitGroup
	defer busy.Wait()
	defer stop()
	cores := runtime.GOMAXPROCS(0)
	ahead := make(chan struct{}, 2*cores) // spans that are decided and not yet written
	done := make([]chan swept, len(spans))
	for n := range done {
		done[n] = make(chan swept, 1)
	}
	next := make(chan int)
	busy.Go(func() {
		defer close(next)
		for n := range spans {
			select {
			case ahead <- struct{}{}:
				next <- n
			case <-ctx.Done():
				return
			}
		}
	})
	for range cores {
		busy.Go(func() {
			for n := range next {
				done[n] <- r.sweepSpan(ctx, w.Catalog, spans[n])
			}
		})
	}
	for n := range spans {
		select {
		case s := <-done[n]:
			<-ahead
			if s.err != nil {
				return s.err
			}
			if err := r.settleSpan(ctx, w, s); err != nil {
				return err
			}
			w.To = s.Last
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// sweepSpan reads a span and decides on its items.
func (r *Reviewer) sweepSpan(ctx context.Context, cat id.ID, s catalog.Span) swept {
	var seller Seller
	out := swept{Span: s}
	out.err = r.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if out.items, err = catalog.UnsweptTx(ctx, tx, cat, s); err != nil || !r.rules.asks {
			return err
		}
		if seller, err = sellerTx(ctx, tx, cat); err != nil {
			return err
		}
		out.items, err = catalog.WholeTx(ctx, tx, idsOf(out.items))
		return err
	})
	if out.err == nil {
		out.verdicts = make([]catalog.Verdict, len(out.items))
		for n := range out.items {
			out.verdicts[n] = r.rules.EvaluateFor(out.items[n], seller)
		}
	}
	return out
}

// settleSpan writes what was decided on a span.
func (r *Reviewer) settleSpan(ctx context.Context, w catalog.Sweep, s swept) error {
	err := r.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := overtakenTx(ctx, tx, w.Catalog, s.items); err != nil {
			return err
		}
		approved, err := r.settleOthersTx(ctx, tx, s.items, s.verdicts)
		if err != nil {
			return err
		}
		if err := keepApprovedTx(ctx, tx, w.Catalog, approved, r.rules.version); err != nil {
			return err
		}
		// Last, since from here on what waited counts as approved.
		ok, err := catalog.SweptTx(ctx, tx, w, s.Span, r.rules.version)
		if err == nil && !ok {
			err = errMoved
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("policy: %w", err)
	}
	r.live.Publish(catalog.Topic(w.Catalog), nil)
	return nil
}
