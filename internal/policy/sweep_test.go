package policy_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/policy"
)

// goods is a catalog with mugs, some bottles and some things a person has to look at, connected anew and not yet reviewed.
func (w *world) goods(n int) (list []id.ID) {
	w.Helper()
	w.connect(false)
	for k := range n {
		title := fmt.Sprint("Mug ", k)
		switch k % 9 {
		case 3:
			title = fmt.Sprint("Vodka ", k)
		case 7:
			title = fmt.Sprint(held, " ", k)
		}
		change := catalog.ReadChange(catalog.Batch, map[string]any{
			"title": title, "description": "As it is.", "availability": "in stock", "condition": "new", "link": "https://shop.example/x",
			"image_link": "https://shop.example/x.jpg", "price": "10.00 USD",
		})
		i, err := w.catalogs.CreateItem(w.Context(), caller(mine), w.catalog, fmt.Sprint("sku-", k), change, false)
		if err != nil {
			w.Fatal(err)
		}
		list = append(list, i)
	}
	w.connect(true)
	return list
}

func (w *world) connect(on bool) {
	w.Helper()
	if err := w.db.Update(w.Context(), func(ctx context.Context, tx *db.Tx) error { return catalog.SetReviewedTx(ctx, tx, w.catalog, on) }); err != nil {
		w.Fatal(err)
	}
}

// states are what the items are, and how often the rules said so.
func (w *world) states(list []id.ID) map[string]int {
	w.Helper()
	all := map[string]int{}
	for _, item := range list {
		i := w.item(item)
		status := i.Review.Status
		if i.Review.Held {
			status = catalog.Held
		}
		all[status]++
		for _, told := range w.timeline(i, false) {
			if told.What != policy.ToldReviewed {
				continue
			}
			decided := status != catalog.Pending && status != catalog.NoReview
			if told.By != policy.Version || told.Rev != i.Rev || decided && told.Status != i.Review.Status || told.At.IsZero() {
				w.Errorf("item %s is %+v and told %+v", item, i.Review, told)
			}
			all["told"]++
		}
		if status == catalog.Approved && (i.Review.Reviewer != policy.Version || i.Review.At.IsZero()) {
			w.Errorf("item %s is approved by %q at %s", item, i.Review.Reviewer, i.Review.At)
		}
		if (status == catalog.Rejected || status == catalog.Held) && (i.Review.PolicyID == "" || i.Review.Evidence == "") {
			w.Errorf("item %s: %+v", item, i.Review)
		}
	}
	return all
}

// TestAConnectedCatalogIsReviewedInOnePass: connecting writes no item, and nor does approving one; whoever reads an item sees what was
// decided, by whom and when. Disconnecting takes it all off, and connecting again begins anew.
func TestAConnectedCatalogIsReviewedInOnePass(t *testing.T) {
	each(t, func(w *world) {
		list := w.goods(27)
		if got := w.states(list); got[catalog.Pending] != 27 || got["told"] != 0 {
			t.Fatalf("connected: %v", got)
		}
		w.review()
		want := map[string]int{catalog.Approved: 21, catalog.Rejected: 3, catalog.Held: 3, "told": 27}
		if got := w.states(list); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("reviewed: %v, want %v", got, want)
		}
		var own int
		if err := w.db.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			return tx.QueryRow(ctx, `SELECT COUNT(*) FROM item_row WHERE catalog_id = $1 AND review <> ''`, w.catalog).Scan(&own)
		}); err != nil || own != 6 {
			t.Errorf("%d items were written, want the 6 that are not approved: %v", own, err)
		}
		w.connect(false)
		if got := w.states(list)[catalog.NoReview]; got != 27 {
			t.Errorf("disconnected: %d without review", got)
		}
		w.connect(true)
		if got := w.states(list)[catalog.Pending]; got != 27 {
			t.Errorf("connected again: %d pending", got)
		}
		w.review()
		if got := w.states(list); got[catalog.Approved] != 21 || got[catalog.Rejected] != 3 || got["told"] != 2*27 {
			t.Errorf("reviewed again: %v", got)
		}
	})
}

// TestAPassThatWasEndedGoesOn: after a part of it was written, and another part only read, the next one ends the same.
func TestAPassThatWasEndedGoesOn(t *testing.T) {
	each(t, func(w *world) {
		list := w.goods(27)
		for range 2 {
			x, ok, err := w.reviewer.ReadSpan(t.Context(), w.catalog, 5)
			if err != nil || !ok {
				t.Fatal(ok, err)
			}
			if moved, err := w.reviewer.WriteSpan(t.Context(), x); err != nil || moved {
				t.Fatal(moved, err)
			}
		}
		lost, _, err := w.reviewer.ReadSpan(t.Context(), w.catalog, 5)
		if err != nil {
			t.Fatal(err)
		}
		if got := w.states(list); got[catalog.Pending] != 17 || got["told"] != 10 {
			t.Fatalf("in the middle: %v", got)
		}
		w.review()
		want := map[string]int{catalog.Approved: 21, catalog.Rejected: 3, catalog.Held: 3, "told": 27}
		if got := w.states(list); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("at the end: %v, want %v", got, want)
		}
		if moved, err := w.reviewer.WriteSpan(t.Context(), lost); err != nil || !moved {
			t.Errorf("what was read before the crash was written: %v", err)
		}
		if got := w.states(list); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("after that: %v", got)
		}
	})
}

// TestWhatChangesUnderAPassIsDecidedAnew: an item that is rewritten between reading and writing, or before the catalog was connected
// anew, is not what was decided on.
func TestWhatChangesUnderAPassIsDecidedAnew(t *testing.T) {
	each(t, func(w *world) {
		list := w.goods(3)
		read := func() policy.SpanOnItsWay {
			x, ok, err := w.reviewer.ReadSpan(t.Context(), w.catalog, 3)
			if err != nil || !ok {
				t.Fatal(ok, err)
			}
			return x
		}
		rewrite := func(item id.ID, title string) {
			i := w.item(item)
			if err := w.catalogs.UpdateItem(t.Context(), caller(mine), i.ID, i.RetailerID, catalog.ReadChange(catalog.Batch, map[string]any{"title": title})); err != nil {
				t.Fatal(err)
			}
		}
		old := read()
		w.connect(false)
		rewrite(list[0], "Rum 1 L")
		w.connect(true)
		if moved, err := w.reviewer.WriteSpan(t.Context(), old); err != nil || !moved {
			t.Fatalf("what was read before the catalog was connected anew was written: %v", err)
		}
		now := read()
		rewrite(list[1], "Whisky 1 L")
		if moved, err := w.reviewer.WriteSpan(t.Context(), now); err != nil || moved {
			t.Fatal(moved, err)
		}
		got := []string{}
		for _, i := range list {
			got = append(got, w.item(i).Review.Status)
		}
		if fmt.Sprint(got) != "[rejected pending approved]" {
			t.Errorf("the pass made them %v", got)
		}
		w.review()
		if got := w.item(list[1]).Review; got.Status != catalog.Rejected {
			t.Errorf("in the end: %+v", got)
		}
	})
}
