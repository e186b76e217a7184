package policy

import (
	"context"
	"errors"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// SpanOnItsWay is items of the first review of a catalog that were read and decided on, and not yet written.
type SpanOnItsWay struct {
	sweep catalog.Sweep
	swept
}

// RevisionOf is the revision of an item that was decided on.
func (x *SpanOnItsWay) RevisionOf(item id.ID) (rev int64, ok bool) {
	for _, run := range x.approved {
		if run[0] <= int64(item) && int64(item) <= run[1] {
			return run[2], true
		}
	}
	for _, i := range x.others {
		if i.ID == item {
			return i.Rev, true
		}
	}
	return 0, false
}

// ReadSpan reads the next so many items of a pass; ok is false when there are none.
func (r *Reviewer) ReadSpan(ctx context.Context, cat id.ID, size int) (x SpanOnItsWay, ok bool, err error) {
	var spans []catalog.Span
	err = r.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if x.sweep, ok, err = catalog.SweepTx(ctx, tx, cat); err == nil && ok {
			spans, err = catalog.SpansTx(ctx, tx, cat, x.sweep.To, size, 1)
		}
		return err
	})
	if err != nil || len(spans) == 0 {
		return x, false, err
	}
	if err := r.claim(ctx, x.sweep, spans); err != nil {
		return x, false, err
	}
	x.swept = r.sweepSpan(ctx, cat, spans[0])
	return x, true, x.err
}

// WriteSpan writes it; moved tells that it no longer counts.
func (r *Reviewer) WriteSpan(ctx context.Context, x SpanOnItsWay) (moved bool, err error) {
	err = r.settleSpans(ctx, x.sweep, []swept{x.swept})
	if errors.Is(err, errMoved) {
		return true, nil
	}
	return false, err
}

// Glance is what a glance at an item's texts says, and what reading them does: whether nothing is there.
func (r *Rules) Glance(i catalog.Item) (clean, empty bool) {
	t := r.tables()
	x := r.desk()
	defer r.desks.Put(x)
	texts := []field{{"title", i.Title}, {"description", i.Description}}
	x.read(t.lexicons, texts)
	_, found := x.strongest(t.lexicons)
	return x.clean(t, []byte(i.Title), []byte(i.Description)), !found
}

// Phrases are the texts of the built-in phrases that stand against a listing.
func (r *Rules) Phrases() (list []string) {
	var p phrase
	for _, l := range r.tables().lexicons {
		for n := range int32(l.Phrases) {
			if l.phrase(l.record(n), &p); p.use.accuses() || p.use == useSet {
				list = append(list, p.text)
			}
		}
	}
	return list
}
