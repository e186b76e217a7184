package policy

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// The first review of a catalog, and of what comes into it in numbers, is one long pass: items are read and decided on in spans, on all cores, and what is written of a
// span is how far the pass has come, one row of history, and the items that are not approved.

// Of a pass: how many items a span has, and how many spans are cut at once.
const (
	spanSize = 2000
	spansCut = 64
)

// swept is a span with what was decided on its items.
type swept struct {
	catalog.Span
	approved runs
	others   []catalog.Item // what is not approved, as far as the rules read it
	verdicts []catalog.Verdict
	err      error
}

// ids are all items of the span that were decided on.
func (s *swept) ids() (list []id.ID) {
	for _, i := range s.approved.items(0) {
		list = append(list, i.ID)
	}
	return append(list, idsOf(s.others)...)
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
			// Where items came in meanwhile, the job that they asked for goes on.
			return r.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return catalog.EndSweepTx(ctx, tx, w) })
		}
		if err = r.claim(ctx, w, spans); err == nil {
			err = r.sweepSpans(ctx, w, spans)
		}
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
		var ok bool
		if w, ok, err = catalog.SweepTx(ctx, tx, cat); err != nil || !ok {
			w.Run = 0
			return err
		}
		list, err = catalog.SpansTx(ctx, tx, cat, w.To, spanSize, spansCut)
		return err
	})
	return w, list, err
}

// claim has what comes in from now on stay behind the spans.
func (r *Reviewer) claim(ctx context.Context, w catalog.Sweep, spans []catalog.Span) error {
	return r.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		ok, err := catalog.ReadingTx(ctx, tx, w, spans[len(spans)-1].Last)
		if err == nil && !ok {
			err = errMoved
		}
		return err
	})
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
	for n := 0; n < len(spans); {
		var list []swept
		for more := true; more && n < len(spans) && len(list) < 2*cores; {
			var s swept
			select {
			case s = <-done[n]:
			case <-ctx.Done():
				return ctx.Err()
			}
			<-ahead
			if s.err != nil {
				return s.err
			}
			list, n = append(list, s), n+1
			more = n < len(spans) && len(done[n]) > 0 && len(s.others) < spanSize/20
		}
		if err := r.settleSpans(ctx, w, list); err != nil {
			return err
		}
		w.To = list[len(list)-1].Last
	}
	return nil
}

// sweepSpan reads a span and decides on its items.
func (r *Reviewer) sweepSpan(ctx context.Context, cat id.ID, s catalog.Span) (out swept) {
	out.Span = s
	out.err = r.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		out = swept{Span: s}
		if r.rules.asks {
			return r.sweepWithConditions(ctx, tx, cat, &out)
		}
		x := r.rules.desk()
		defer r.rules.desks.Put(x)
		var priced []id.ID
		err := catalog.EachUnsweptTx(ctx, tx, cat, s, func(l *catalog.Listing) {
			if r.rules.harmless(x, l) {
				out.approved = out.approved.add(l.ID, l.Rev)
				return
			}
			i := catalog.Item{ID: l.ID, CatalogID: cat, Rev: l.Rev, Title: string(l.Title), Description: string(l.Description), GoogleCategory: string(l.Category)}
			if len(l.ProductType) > 0 {
				i.Extra = map[string]any{"product_type": string(l.ProductType)}
			}
			if v, byPrice := r.rules.evaluate(i, Seller{}); byPrice {
				priced = append(priced, i.ID)
			} else {
				out.take(i, v)
			}
		})
		if err != nil || len(priced) == 0 {
			return err
		}
		items, err := catalog.WholeTx(ctx, tx, priced)
		for _, i := range items {
			out.take(i, r.rules.Evaluate(i))
		}
		slices.SortFunc(out.approved, func(a, b [3]int64) int { return cmp.Compare(a[0], b[0]) })
		return err
	})
	return out
}

// sweepWithConditions is for rules that ask all of an item.
func (r *Reviewer) sweepWithConditions(ctx context.Context, tx *db.Tx, cat id.ID, out *swept) error {
	seller, err := sellerTx(ctx, tx, cat)
	if err != nil {
		return err
	}
	var list []id.ID
	if err := catalog.EachUnsweptTx(ctx, tx, cat, out.Span, func(l *catalog.Listing) { list = append(list, l.ID) }); err != nil {
		return err
	}
	items, err := catalog.WholeTx(ctx, tx, list)
	for _, i := range items {
		out.take(i, r.rules.EvaluateFor(i, seller))
	}
	return err
}

// take takes what the rules make of an item.
func (s *swept) take(i catalog.Item, v catalog.Verdict) {
	if v.Status == catalog.Approved {
		s.approved = s.approved.add(i.ID, i.Rev)
		return
	}
	s.others, s.verdicts = append(s.others, i), append(s.verdicts, v)
}

// settleSpans writes what was decided on spans that follow each other.
func (r *Reviewer) settleSpans(ctx context.Context, w catalog.Sweep, list []swept) error {
	err := r.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := catalog.HoldSweepTx(ctx, tx, w.Catalog); err != nil {
			return err
		}
		for _, s := range list {
			if err := r.settleSpanTx(ctx, tx, w, s); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("policy: %w", err)
	}
	r.live.Publish(catalog.Topic(w.Catalog), nil)
	return nil
}

func (r *Reviewer) settleSpanTx(ctx context.Context, tx *db.Tx, w catalog.Sweep, s swept) error {
	if err := overtakenTx(ctx, tx, w.Catalog, s.ids); err != nil {
		return err
	}
	if _, err := r.settleOthersTx(ctx, tx, s.others, s.verdicts); err != nil {
		return err
	}
	if err := keepApprovedTx(ctx, tx, w.Catalog, s.approved, r.rules.version); err != nil {
		return err
	}
	// Last, since from here on what waited counts as approved.
	ok, err := catalog.SweptTx(ctx, tx, w, s.Span, r.rules.version)
	if err == nil && !ok {
		err = errMoved
	}
	return err
}
