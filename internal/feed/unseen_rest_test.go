package feed

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
)

// grouped are rows of items in groups of four.
func grouped(group string, first, n int) string {
	var b strings.Builder
	b.WriteString("id,title,description,availability,condition,price,link,image_link,brand,item_group_id\n")
	for i := first; i < first+n; i++ {
		fmt.Fprintf(&b, "s%d,T,d,in stock,new,1.00 USD,https://s.example/%d,https://s.example/%d.jpg,b,%s%d\n", i, i, i, group, i/4)
	}
	return b.String()
}

// broken is the first nine tenths of a packed file.
func broken(t *testing.T, file string) string {
	t.Helper()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write([]byte(file)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.String()[:packed.Len()*9/10]
}

// rest is what everybody sees of a catalog besides its items: groups, and what items say elsewhere.
func (k taker) rest() string {
	k.t.Helper()
	var b strings.Builder
	err := k.s.db.View(k.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		b.Reset()
		list, err := catalog.GroupsTx(ctx, tx, owner, k.cat, 0, 1000)
		if err != nil {
			return err
		}
		n, err := catalog.GroupCountTx(ctx, tx, k.cat)
		if err != nil || n != len(list) {
			return fmt.Errorf("%d groups, %d in the list, %w", n, len(list), err)
		}
		for _, g := range list {
			fmt.Fprintln(&b, g.RetailerID)
			one, ok, err := catalog.GroupByRetailerTx(ctx, tx, k.cat, g.RetailerID)
			if err != nil || !ok || one.ID != g.ID {
				return fmt.Errorf("group %s: %v %w", g.RetailerID, ok, err)
			}
		}
		if _, ok, err := catalog.GroupByRetailerTx(ctx, tx, k.cat, "new50"); err != nil || ok {
			fmt.Fprintln(&b, "and new50", err)
		}
		items, _, err := catalog.ListTx(ctx, tx, owner, k.cat, catalog.Query{Limit: 1000}, false)
		if err != nil {
			return err
		}
		for _, i := range items {
			all, err := catalog.OverridesTx(ctx, tx, i.ID, "", nil)
			if err != nil {
				return err
			}
			there, err := catalog.LocalizedTx(ctx, tx, i, "vi_VN", "VN")
			if err != nil {
				return err
			}
			fmt.Fprintln(&b, i.RetailerID, there.Title, there.Price, all)
		}
		return nil
	})
	if err != nil {
		k.t.Fatal(err)
	}
	return b.String()
}

// leftOver is how many rows are kept as they were, or hidden.
func (k taker) leftOver() (n int) {
	k.t.Helper()
	err := k.s.db.View(k.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, `SELECT (SELECT COUNT(*) FROM item_before) + (SELECT COUNT(*) FROM item_unseen) + (SELECT COUNT(*) FROM override_before)`).Scan(&n)
	})
	if err != nil {
		k.t.Fatal(err)
	}
	return n
}

// TestGroupsAreSeenWithTheirUpload: the groups that a file makes are there when its items are, at one moment; those of rows
// that do not count are not; and those of a file that breaks off never are.
func TestGroupsAreSeenWithTheirUpload(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		k := newTaker(t, d, c)
		k.take("a.csv", grouped("old", 0, 200))
		before, commits := k.rest(), 0
		k.s.committed = func() {
			if commits++; k.running() && k.rest() != before {
				t.Errorf("some groups are seen after %d commits", commits)
			}
		}
		doubled := "s999,T,d,in stock,new,1.00 USD,https://s.example/9,https://s.example/9.jpg,b,twice\n"
		k.take("b.csv", grouped("new", 100, 200)+doubled+doubled)
		after := k.rest()
		if strings.Count(after, "new") != 51 || strings.Contains(after, "twice") || commits < 3 || k.leftOver() != 0 {
			t.Errorf("%d commits, %d rows left over:\n%.600s", commits, k.leftOver(), after)
		}
		k.s.committed = nil
		if u, _ := k.take("c.csv.gz", broken(t, grouped("third", 0, 3000))); !u.Failed || k.rest() != after || k.leftOver() != 0 {
			t.Errorf("a broken file leaves %d rows:\n%.600s", k.leftOver(), k.rest())
		}
		var hidden int
		err := d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			return tx.QueryRow(ctx, `SELECT COUNT(*) FROM group_row WHERE retailer_id LIKE 'third%' OR retailer_id = 'twice'`).Scan(&hidden)
		})
		if err != nil || hidden != 0 {
			t.Errorf("%d groups are left, %v", hidden, err)
		}
	})
}

// TestAGroupThatSomebodyNamesIsThere, although the upload that made it goes on.
func TestAGroupThatSomebodyNamesIsThere(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		k := newTaker(t, d, c)
		k.take("a.csv", grouped("old", 0, 4))
		did := false
		k.s.committed = func() {
			if did || !k.running() || !k.stored("s20") {
				return
			}
			did = true
			change := catalog.ReadChange(catalog.Node, map[string]any{
				"name": "Mine", "price": 100, "currency": "USD", "url": "https://s.example/m", "image_url": "https://s.example/m.jpg", "retailer_product_group_id": "new3",
			})
			if _, err := k.s.catalogs.CreateItem(t.Context(), owner, k.cat, "mine", change, true); err != nil {
				t.Error(err)
			}
			if _, err := k.s.catalogs.CreateItem(t.Context(), owner, k.cat, "s20", catalog.ReadChange(catalog.Node, map[string]any{"color": "red"}), true); err != nil {
				t.Error(err)
			}
			if got := k.rest(); !strings.Contains(got, "new3\n") || !strings.Contains(got, "new5\n") || strings.Contains(got, "new2\n") {
				t.Errorf("seen are\n%s", got)
			}
		}
		k.take("b.csv.gz", broken(t, grouped("new", 0, 3000)))
		if got := k.rest(); !did || !strings.Contains(got, "new3\n") || !strings.Contains(got, "new5\n") || strings.Count(got, "new") != 2 {
			t.Errorf("in the end there are\n%s", got)
		}
	})
}

// said is a file of a country's feed.
func said(first, n int, price string) string {
	var b strings.Builder
	b.WriteString("id,override,title,price\n")
	for i := first; i < first+n; i++ {
		fmt.Fprintf(&b, "s%d,VN,Ở Việt Nam %d,%s\n", i, i, price)
	}
	return b.String()
}

// TestALocalisedFeedIsSeenAtOnce: what a country's file says of items is seen when all of it is taken in, and not at all
// where it breaks off; a value that somebody sets by call meanwhile stays.
func TestALocalisedFeedIsSeenAtOnce(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		k := newTaker(t, d, c)
		k.take("a.csv", rowsFrom(0, 400))
		name, kind := "vn", catalog.ByCountry
		f, err := k.s.Create(t.Context(), owner, k.cat, Settings{Name: &name, OverrideType: &kind})
		if err != nil {
			t.Fatal(err)
		}
		k.feed = f.ID
		k.take("vn.csv", said(0, 300, "1000 VND"))
		before, commits := k.rest(), 0
		if strings.Count(before, "Ở Việt Nam") < 300 || strings.Count(before, "₫1") < 300 && strings.Count(before, "1000 VND") < 300 {
			t.Fatalf("seen is\n%.600s", before)
		}
		watch := func() {
			if commits++; k.running() && k.rest() != before {
				t.Errorf("half a file is seen after %d commits", commits)
			}
		}
		k.s.committed = watch
		u, types := k.take("vn.csv.gz", broken(t, said(100, 300, "2000 VND")))
		if !u.Failed || k.rest() != before || commits < 2 || k.leftOver() != 0 {
			t.Errorf("a broken file came to %+v %v, %d commits, %d rows left over:\n%.600s", u.Counters, types, commits, k.leftOver(), k.rest())
		}
		u, types = k.take("vn.csv", said(100, 300, "2000 VND"))
		after := k.rest()
		if u.Failed || u.Persisted != 300 || len(types) > 0 || strings.Count(after, "price:1000 VND") != 100 || strings.Count(after, "price:2000 VND") != 300 || k.leftOver() != 0 {
			t.Errorf("%+v %v, %d rows left over:\n%.600s", u.Counters, types, k.leftOver(), after)
		}

		did := false
		k.s.committed = func() {
			if did || !k.running() {
				return
			}
			did = true
			batch, err := k.s.catalogs.SubmitBatch(t.Context(), owner, k.cat, catalog.LocalizedBatch, []catalog.Request{{
				Method: "UPDATE", Localization: &catalog.Localization{Type: kind, Value: "VN"}, Data: map[string]any{"id": "s150", "brand": "mine"},
			}}, true)
			if err == nil {
				err = k.s.catalogs.Apply(t.Context(), catalog.ApplyBatch{Handle: batch.Handle})
			}
			if err != nil || len(batch.Validation) > 0 {
				t.Error(batch.Validation, err)
			}
		}
		k.take("vn.csv", said(100, 300, "3000 VND"))
		if got := k.rest(); !did || strings.Count(got, "brand:mine") != 1 || strings.Count(got, "price:3000 VND") != 300 || k.leftOver() != 0 {
			t.Errorf("an edit beside the file, %d rows left over:\n%.600s", k.leftOver(), got)
		}
	})
}

// TestALocalisedFeedIsOfTheFieldsItSelects: what else stands in its file says nothing.
func TestALocalisedFeedIsOfTheFieldsItSelects(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		k := newTaker(t, d, c)
		k.take("a.csv", rowsFrom(0, 3))
		name, country, language := "vn", catalog.ByCountry, catalog.ByLanguage
		for kind, fields := range map[*string][]string{&country: {"title", "gtin"}, &language: {"price"}} {
			_, err := k.s.Create(t.Context(), owner, k.cat, Settings{Name: &name, OverrideType: kind, OverrideFields: fields})
			if !errors.Is(err, ErrParam) || !strings.Contains(err.Error(), "selected_override_fields") {
				t.Errorf("%s %v: %v", *kind, fields, err)
			}
		}
		f, err := k.s.Create(t.Context(), owner, k.cat, Settings{Name: &name, OverrideType: &country, OverrideFields: []string{"price"}})
		if err != nil {
			t.Fatal(err)
		}
		k.feed = f.ID
		u, types := k.take("vn.csv", said(0, 3, "1000 VND"))
		if got := k.rest(); u.Persisted != 3 || len(types) > 0 || strings.Count(got, "price:1000 VND") != 3 || strings.Contains(got, "title:") {
			t.Errorf("%+v %v\n%s", u.Counters, types, got)
		}
	})
}

// TestWhatIsWrongWithALocalisedRow: a wrong price or title costs the row, anything else is left out; so is what cannot differ.
func TestWhatIsWrongWithALocalisedRow(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		k := newTaker(t, d, c)
		k.take("a.csv", rowsFrom(0, 9))
		name, kind := "vn", catalog.ByCountry
		f, err := k.s.Create(t.Context(), owner, k.cat, Settings{Name: &name, OverrideType: &kind})
		if err != nil {
			t.Fatal(err)
		}
		k.feed = f.ID
		u, _ := k.take("vn.csv", "id,override,price,color,gtin,mood,sale_price\n"+
			"s0,VN,1000 VND,red,,,\n"+ // all is well
			"s1,VN,\"1,250\",red,,,\n"+ // fatal: may be two prices
			"s2,VN,2000 VND,"+strings.Repeat("r", 201)+",,,\n"+ // the colour is left out
			"s3,VN,3000 VND,,4006381333931,great,\n"+ // gtin cannot differ, mood is no column
			"s4,ZZ,4000 VND,,,,\n"+ // fatal: no country
			"nobody,VN,5000 VND,,,,\n"+ // fatal: no item
			"s5,VN,6000,,,,cheap\n") // the feed's currency; the sale is left out
		got := k.rest()
		if u.Failed || u.Persisted != 4 || u.Invalid != 3 || u.Errors != 3 || u.Warnings != 4 {
			t.Errorf("%+v\n%s", u.Counters, k.told(u))
		}
		for text, n := range map[string]int{"price:1000 VND": 1, "color:red": 1, "price:2000 VND": 1, "price:3000 VND": 1, "price:6000 USD": 1, "1,250": 0, "1.250": 0, "gtin:": 0, "4000": 0, "cheap": 0} {
			if strings.Count(got, text) != n {
				t.Errorf("%q stands %d times in\n%s", text, strings.Count(got, text), got)
			}
		}
		for _, text := range []string{"warning INVALID_GTIN ×1  gtin\n    A field cannot differ here: gtin.", "warning INVALID_COLOR ×1", "warning INVALID_SALE_PRICE ×1", "warning UNKNOWN_COLUMN ×1", "fatal INVALID_OVERRIDE ×1", "fatal ITEM_UNKNOWN ×1", "fatal INVALID_PRICE ×1"} {
			if !strings.Contains(k.told(u), text) {
				t.Errorf("%s is not told:\n%s", text, k.told(u))
			}
		}
	})
}
