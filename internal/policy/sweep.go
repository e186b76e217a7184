package policy

import (
	"context"
	"fmt"
	"runtime"
	"sync"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// page is how many items are reviewed before their verdicts are written.
const page = 1000

// judged is a page of items with their verdicts.
type judged struct {
	items    []catalog.Item
	seller   Seller
	verdicts []catalog.Verdict
	err      error
}

// ItemsChanged reviews everything that waits in a catalog. Deciding happens outside any transaction; a
// verdict on a revision that is gone is dropped, since a newer review is on its way.
func (r *Reviewer) ItemsChanged(ctx context.Context, a catalog.ItemsChanged) error {
	if err := r.sweepWhole(ctx, a.CatalogID); err != nil {
		return err
	}
	for {
		n, err := r.sweep(ctx, a.CatalogID)
		if err != nil || n == 0 {
			return err
		}
	}
}

// sweep reviews what waits in a catalog, once from the first item to the last: while a page's verdicts are written, the next one
// is decided and the one after it is read.
func (r *Reviewer) sweep(ctx context.Context, cat id.ID) (n int, err error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	for p := range r.judge(ctx, r.pages(ctx, cat)) {
		if p.err != nil {
			return n, p.err
		}
		n += len(p.items)
		err := r.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return r.settleManyTx(ctx, tx, cat, p.items, p.verdicts) })
		if err != nil {
			return n, fmt.Errorf("policy: %w", err)
		}
		r.live.Publish(catalog.Topic(cat), nil)
	}
	return n, ctx.Err()
}

// pages reads what waits, until nothing does or ctx ends.
func (r *Reviewer) pages(ctx context.Context, cat id.ID) <-chan judged {
	out := make(chan judged)
	go func() {
		defer close(out)
		for after := id.ID(0); ; {
			var p judged
			p.err = r.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
				if p.items, err = catalog.ToReviewTx(ctx, tx, cat, after, page); err != nil || !r.rules.asks {
					return err
				}
				if p.seller, err = sellerTx(ctx, tx, cat); err != nil {
					return err
				}
				p.items, err = catalog.WholeTx(ctx, tx, idsOf(p.items))
				return err
			})
			if p.err == nil && len(p.items) == 0 {
				return
			}
			select {
			case out <- p:
			case <-ctx.Done():
				return
			}
			if p.err != nil {
				return
			}
			after = p.items[len(p.items)-1].ID
		}
	}()
	return out
}

// judge decides on pages, one after another.
func (r *Reviewer) judge(ctx context.Context, in <-chan judged) <-chan judged {
	out := make(chan judged)
	go func() {
		defer close(out)
		for p := range in {
			p.verdicts = r.rules.evaluateAll(p.items, p.seller)
			select {
			case out <- p:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

func idsOf(items []catalog.Item) []id.ID {
	ids := make([]id.ID, len(items))
	for n, i := range items {
		ids[n] = i.ID
	}
	return ids
}

// evaluateAll is [Rules.EvaluateFor] of many items of a seller, on all cores.
func (r *Rules) evaluateAll(items []catalog.Item, s Seller) []catalog.Verdict {
	verdicts := make([]catalog.Verdict, len(items))
	share := (len(items) + runtime.GOMAXPROCS(0) - 1) / runtime.GOMAXPROCS(0)
	var all sync.WaitGroup
	for from := 0; from < len(items); from += share {
		to := min(from+share, len(items))
		all.Go(func() {
			for n := from; n < to; n++ {
				verdicts[n] = r.EvaluateFor(items[n], s)
			}
		})
	}
	all.Wait()
	return verdicts
}
