package feed

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/id"
)

// titled are rows of items, all of one title.
func titled(title string, first, n int) string {
	var b strings.Builder
	b.WriteString("id,title,description,availability,condition,price,link,image_link,brand\n")
	for i := first; i < first+n; i++ {
		fmt.Fprintf(&b, "s%d,%s,d,in stock,new,1.00 USD,https://s.example/%d,https://s.example/%d.jpg,b\n", i, title, i, i)
	}
	return b.String()
}

// seen is what everybody sees of the catalog, by every way of reading it.
func (k taker) seen() string {
	k.t.Helper()
	var b strings.Builder
	err := k.s.db.View(k.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		b.Reset()
		list, total, err := catalog.ListTx(ctx, tx, owner, k.cat, catalog.Query{Limit: 5000}, true)
		if err != nil {
			return err
		}
		if total != len(list) {
			return fmt.Errorf("%d items, and %d in all", len(list), total)
		}
		skus := make([]string, len(list))
		for n, i := range list {
			skus[n] = i.RetailerID
			fmt.Fprintln(&b, i.RetailerID, i.Title, i.Rev)
		}
		by, err := catalog.ItemsByRetailerTx(ctx, tx, k.cat, skus)
		if err != nil {
			return err
		}
		for _, i := range list {
			one, err := catalog.ItemTx(ctx, tx, owner, i.ID)
			if err != nil || one.Title != i.Title || by[i.RetailerID].Title != i.Title {
				return fmt.Errorf("%s is %q in a list, %q by its id, %q by its SKU, %w", i.RetailerID, i.Title, one.Title, by[i.RetailerID].Title, err)
			}
		}
		hidden, err := catalog.ItemsByRetailerTx(ctx, tx, k.cat, []string{"s450", "s499"})
		for sku := range hidden {
			fmt.Fprintln(&b, "and", sku)
		}
		return err
	})
	if err != nil {
		k.t.Fatal(err)
	}
	return b.String()
}

// TestAReplaceIsSeenAtOnce: after every commit of an upload that changes, adds and takes away, everybody sees what was
// before, and then, at one moment, all of it.
func TestAReplaceIsSeenAtOnce(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		k := newTaker(t, d, c)
		k.take("a.csv", titled("Old", 0, 400))
		before, commits := k.seen(), 0
		k.s.committed = func() {
			if commits++; k.running() && k.seen() != before {
				t.Errorf("half a replace is seen after %d commits", commits)
			}
		}
		u, _ := k.take("b.csv", titled("New", 100, 400))
		after := k.seen()
		if u.Deleted != 100 || u.Persisted != 400 || strings.Count(after, " New 2\n") != 300 || strings.Count(after, " New 1\n") != 100 ||
			strings.Count(after, "\n") != 402 || strings.Contains(after, "Old") || commits < 4 {
			t.Errorf("%+v after %d commits:\n%.900s", u.Counters, commits, after)
		}
		var left int
		err := d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			return tx.QueryRow(ctx, `SELECT (SELECT COUNT(*) FROM item_before) + (SELECT COUNT(*) FROM item_unseen)`).Scan(&left)
		})
		if err != nil || left != 0 {
			t.Errorf("%d rows are left over, %v", left, err)
		}
	})
}

// running tells whether the latest upload of the feed goes on.
func (k taker) running() (yes bool) {
	k.t.Helper()
	err := k.s.db.View(k.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM item_unseen)`).Scan(&yes)
	})
	if err != nil {
		k.t.Fatal(err)
	}
	return yes
}

// TestWhatABrokenFileWroteIsTakenBack, also when the taking back is killed.
func TestWhatABrokenFileWroteIsTakenBack(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		k := newTaker(t, d, c)
		k.take("a.csv", titled("Old", 0, 400))
		before := k.seen()
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		if _, err := z.Write([]byte(titled("New", 200, 5000))); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		i, err := k.s.StartUpload(t.Context(), owner, k.feed, Source{FileName: "b.csv.gz"}, strings.NewReader(packed.String()[:packed.Len()*9/10]))
		if err != nil {
			t.Fatal(err)
		}
		kills := 0
		for {
			ctx, kill := context.WithCancel(t.Context())
			left := 3
			k.s.committed = func() {
				if k.seen() != before {
					t.Errorf("half a file is seen after %d kills", kills)
				}
				if left--; left == 0 {
					kill()
				}
			}
			err := k.s.Import(ctx, ImportUpload{UploadID: i})
			kill()
			if err == nil {
				break
			}
			if ctx.Err() == nil {
				t.Fatal(err)
			}
			kills++
		}
		u, _ := (&shelf{Service: k.s, t: t}).upload(i)
		if !u.Failed || u.State != StateEnded || u.Persisted != 0 || u.Errors != 1 || kills < 4 || k.seen() != before {
			t.Errorf("%+v after %d kills:\n%.300s", u, kills, k.seen())
		}
	})
}

// TestAnEditBesideAnUploadCounts: an item that somebody changes while an upload goes on has both changes, one that the
// upload took away is there again, and one that somebody deletes is gone.
func TestAnEditBesideAnUploadCounts(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		k := newTaker(t, d, c)
		k.take("a.csv", titled("Old", 0, 300))
		find := func(sku string) id.ID {
			var items map[string]catalog.Item
			err := d.View(t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
				items, err = catalog.ItemsByRetailerTx(ctx, tx, k.cat, []string{sku})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return items[sku].ID
		}
		changed, taken, deleted := find("s100"), find("s20"), find("s101")
		edit := func(i id.ID) {
			if err := k.s.catalogs.UpdateItem(t.Context(), owner, i, "", catalog.ReadChange(catalog.Node, map[string]any{"custom_label_0": "mine"})); err != nil {
				t.Error(err)
			}
		}
		took := false
		k.s.committed = func() {
			if took || !k.running() || k.stored("s20") {
				return
			}
			took = true // all rows are in, and what the file leaves out is taken away
			edit(changed)
			edit(taken)
			if err := k.s.catalogs.DeleteItem(t.Context(), owner, deleted); err != nil {
				t.Error(err)
			}
			if _, err := k.s.catalogs.CreateItem(t.Context(), owner, k.cat, "s320", catalog.ReadChange(catalog.Node, map[string]any{"custom_label_0": "mine"}), true); err != nil {
				t.Error(err)
			}
		}
		u, types := k.take("b.csv", titled("New", 50, 300))
		if u.Failed || u.Deleted != 50 || !took {
			t.Fatalf("%+v %v", u.Counters, types)
		}
		var items map[string]catalog.Item
		err := d.View(t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
			items, err = catalog.ItemsByRetailerTx(ctx, tx, k.cat, []string{"s100", "s20", "s101", "s320", "s200", "s21"})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for sku, want := range map[string]string{"s100": "New mine", "s20": "Old mine", "s320": "New mine", "s200": "New <nil>"} {
			if got := fmt.Sprint(items[sku].Title, " ", items[sku].Extra["custom_label_0"]); got != want {
				t.Errorf("%s is %q, want %q", sku, got, want)
			}
		}
		if len(items) != 4 {
			t.Errorf("%d items", len(items))
		}
	})
}

// stored tells whether an item is stored, seen or not.
func (k taker) stored(sku string) (yes bool) {
	k.t.Helper()
	err := k.s.db.View(k.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM item_row WHERE retailer_id = $1)`, sku).Scan(&yes)
	})
	if err != nil {
		k.t.Fatal(err)
	}
	return yes
}
