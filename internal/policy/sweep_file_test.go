package policy_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// file is a file of goods, as [world.goods] has them.
func file(prefix string, n int) (list []*catalog.Row) {
	rows := catalog.NewRows([]string{"id", "title", "description", "availability", "condition", "price", "link", "image_link"}, catalog.RowOptions{Currency: "USD"})
	for k := range n {
		title := fmt.Sprint("Mug ", k)
		switch k % 9 {
		case 3:
			title = fmt.Sprint("Vodka ", k)
		case 7:
			title = fmt.Sprint(held, " ", k)
		}
		r := rows.Begin(k+2, []string{fmt.Sprint(prefix, k), title, "As it is.", "in stock", "new", "10.00 USD", "https://shop.example/x", "https://shop.example/x.jpg"})
		r.Read()
		list = append(list, r)
	}
	return list
}

// takeIn takes a file into the catalog, which is connected already, and returns its items.
func (w *world) takeIn(prefix string, n int) (list []id.ID) {
	w.Helper()
	rows := file(prefix, n)
	w.update(func(ctx context.Context, tx *db.Tx) error {
		out, err := w.catalogs.ImportRowsTx(ctx, tx, catalog.Import{Catalog: w.catalog}, rows)
		if err == nil && out.Created != int64(n) {
			err = fmt.Errorf("%d of %d rows made an item: %+v", out.Created, n, out.Problems)
		}
		return err
	})
	return w.named(prefix, n)
}

// named are the items of a file.
func (w *world) named(prefix string, n int) (list []id.ID) {
	w.Helper()
	var skus []string
	for k := range n {
		skus = append(skus, fmt.Sprint(prefix, k))
	}
	w.update(func(ctx context.Context, tx *db.Tx) error {
		list = nil
		found, err := catalog.ItemsByRetailerTx(ctx, tx, w.catalog, skus)
		for _, sku := range skus {
			list = append(list, found[sku].ID)
		}
		return err
	})
	return list
}

// written counts the items that have a review state of their own.
func (w *world) written() (n int) {
	w.Helper()
	w.update(func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, `SELECT COUNT(*) FROM item_row WHERE catalog_id = $1 AND review <> ''`, w.catalog).Scan(&n)
	})
	return n
}

// TestAFileIntoAConnectedCatalogIsReviewedInOnePass: what a file brings waits as everything new does, and the pass goes on to it without
// writing what it approves; so for the next file, and for one that comes between reading and writing.
func TestAFileIntoAConnectedCatalogIsReviewedInOnePass(t *testing.T) {
	want := fmt.Sprint(map[string]int{catalog.Approved: 21, catalog.Rejected: 3, catalog.Held: 3, "told": 27})
	each(t, func(w *world) {
		w.review()
		first := w.takeIn("a", 27)
		if got := w.states(first); got[catalog.Pending] != 27 || w.written() != 0 {
			t.Fatalf("taken in: %v", got)
		}
		x, ok, err := w.reviewer.ReadSpan(t.Context(), w.catalog, 27)
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		second := w.takeIn("b", 27)
		if moved, err := w.reviewer.WriteSpan(t.Context(), x); err != nil || moved {
			t.Fatal(moved, err)
		}
		if got := fmt.Sprint(w.states(first)); got != want {
			t.Errorf("the first file: %s", got)
		}
		if got := w.states(second); got[catalog.Pending] != 27 {
			t.Errorf("the second file before its review: %v", got)
		}
		w.review()
		alone := w.add("alone", "Rum 1 L")
		if alone.Review.Status != catalog.Rejected {
			t.Errorf("one by itself: %+v", alone.Review)
		}
		third := w.takeIn("c", 27)
		w.review()
		for n, list := range [][]id.ID{first, second, third} {
			if got := fmt.Sprint(w.states(list)); got != want {
				t.Errorf("file %d in the end: %s", n+1, got)
			}
		}
		if got := w.written(); got != 3*6+1 {
			t.Errorf("%d items were written, want those that are not approved", got)
		}
	})
}

// TestAFileWithOlderIdsIsNotPassedOver: a second process may have made its ids earlier and write them later, behind a sweep that has read
// or written further.
func TestAFileWithOlderIdsIsNotPassedOver(t *testing.T) {
	each(t, func(w *world) {
		w.takeIn("a", 27)
		x, ok, err := w.reviewer.ReadSpan(t.Context(), w.catalog, 27)
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		far := func(column string) {
			w.update(func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.Exec(ctx, `UPDATE review_sweep SET `+column+` = $1 WHERE catalog_id = $2`, id.Max, w.catalog)
				return err
			})
		}
		far("read_to")
		list := w.takeIn("b", 27)
		if moved, err := w.reviewer.WriteSpan(t.Context(), x); err != nil || moved {
			t.Fatal(moved, err)
		}
		if got := w.states(list); got[catalog.Pending] != 27 {
			t.Errorf("read past: %v", got)
		}
		far("swept_to")
		list = append(list, w.takeIn("c", 27)...)
		if got := w.states(list); got[catalog.Pending] != 54 {
			t.Errorf("written past: %v", got)
		}
		w.review()
		if got := w.states(list); got[catalog.Approved] != 42 || got[catalog.Rejected] != 6 || got[catalog.Held] != 6 {
			t.Errorf("in the end: %v", got)
		}
	})
}

// TestAFileThatIsBeingWrittenIsWaitedFor: on a database with several writers a pass may end while a file is on its way to disk: the job the
// file asks for finds it.
func TestAFileThatIsBeingWrittenIsWaitedFor(t *testing.T) {
	each(t, func(w *world) {
		if w.db.Dialect() != db.Postgres {
			return // there is one writer
		}
		w.review()
		for n := range 5 {
			prefix := fmt.Sprint("f", n, "-")
			rows, begun, end := file(prefix, 27), make(chan struct{}), make(chan error, 1)
			ready := false
			go func() {
				end <- w.db.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
					_, err := w.catalogs.ImportRowsTx(ctx, tx, catalog.Import{Catalog: w.catalog}, rows)
					if !ready {
						ready = true
						close(begun)
					}
					return err
				})
			}()
			<-begun
			w.review()
			if err := <-end; err != nil {
				t.Fatal(err)
			}
			w.review()
			if got := w.states(w.named(prefix, 27)); got[catalog.Approved] != 21 || got[catalog.Rejected] != 3 || got[catalog.Held] != 3 {
				t.Fatalf("file %d: %v", n, got)
			}
		}
	})
}
