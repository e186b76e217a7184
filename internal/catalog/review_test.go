package catalog_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/id"
)

func (s shop) item(t *testing.T, sku string) (it catalog.Item) {
	t.Helper()
	s.update(t, func(ctx context.Context, tx *db.Tx) error {
		m, err := catalog.ItemsByRetailerTx(ctx, tx, s.catalog, []string{sku})
		it = m[sku]
		return err
	})
	return it
}

func (s shop) verdict(t *testing.T, item id.ID, rev int64, v catalog.Verdict) (applied bool) {
	t.Helper()
	s.update(t, func(ctx context.Context, tx *db.Tx) (err error) {
		applied, err = catalog.SetVerdictTx(ctx, tx, item, rev, v)
		return err
	})
	return applied
}

func (s shop) make(t *testing.T, sku string) id.ID {
	t.Helper()
	values := map[string]any{"name": "Mug", "price": 45000.0, "currency": "VND", "category_specific_fields": `{"weight":1.50}`}
	item, err := s.svc.CreateItem(t.Context(), owner, s.catalog, sku, catalog.ReadChange(catalog.Node, values), true)
	if err != nil {
		t.Fatal(err)
	}
	return item
}

func (s shop) edit(t *testing.T, item id.ID, name string, value any) {
	t.Helper()
	if err := s.svc.UpdateItem(t.Context(), owner, item, "", catalog.ReadChange(catalog.Node, map[string]any{name: value})); err != nil {
		t.Fatal(err)
	}
}

func TestAVerdictOnAnOldRevisionIsDropped(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		s := open(t, d, c)
		s.connect(t)
		item := s.make(t, "x")
		seen := s.item(t, "x").Rev
		s.edit(t, item, "name", "Gun")
		if s.verdict(t, item, seen, catalog.Verdict{Status: catalog.Approved}) || s.visible(t, "x") != "" {
			t.Error("a verdict on what is no longer there was applied")
		}
		if !s.verdict(t, item, s.item(t, "x").Rev, catalog.Verdict{Status: catalog.Approved}) || s.visible(t, "x") != "x" {
			t.Error("a verdict on what is there was not applied")
		}
		// A person's hold takes an approved item off.
		if !s.verdict(t, item, s.item(t, "x").Rev, catalog.Verdict{Status: catalog.Pending, PolicyID: "weapons"}) || s.visible(t, "x") != "" {
			t.Error("an item that is held is still visible")
		}
		if r := s.item(t, "x").Review; r.Status != catalog.Pending || !r.Held || r.PolicyID != "weapons" {
			t.Errorf("held: %+v", r)
		}
		s.drain(t)
		if r := s.item(t, "x").Review; !r.Held {
			t.Errorf("the machine decided what a person has to: %+v", r)
		}
		s.edit(t, item, "name", "Mug")
		s.drain(t)
		if s.visible(t, "x") != "x" {
			t.Errorf("an edited item is looked at anew: %+v", s.item(t, "x").Review)
		}
	})
}

func TestReviewGoesWithTheConnection(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		s := open(t, d, c)
		item := s.make(t, "x")
		if r := s.item(t, "x").Review; r.Status != catalog.NoReview {
			t.Errorf("an unconnected item has the status %q", r.Status)
		}
		if s.verdict(t, item, 1, catalog.Verdict{Status: catalog.Approved}) {
			t.Error("a verdict was applied in a catalog that is not reviewed")
		}
		s.connect(t)
		s.drain(t)
		s.connect(t) // by a second account: nothing changes
		if s.visible(t, "x") != "x" {
			t.Error("connecting again took the items off")
		}
		s.update(t, func(ctx context.Context, tx *db.Tx) error { return catalog.SetReviewedTx(ctx, tx, s.catalog, false) })
		if s.visible(t, "x") != "" {
			t.Error("a disconnected item is visible")
		}
	})
}

// Whatever is edited in whatever order: an approved item that differs in what a reviewer looks at is not
// visible before it was reviewed again, and one that does not differ stays.
func TestEditsAndReviewsInAnyOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		c := clock.NewFixed(dbtest.Start)
		s := open(t, dbtest.SQLite(t, c), c)
		s.connect(t)
		item := s.make(t, "x")
		s.drain(t)
		now := map[string]any{}
		relevant := map[string][]any{
			"name": {"Mug", "Cup"}, "description": {"", "a", "b"}, "image_url": {"", "https://shop.example/1.png"}, "category": {"", "2169"},
			"category_specific_fields": {`{"weight":1.50}`, `{"weight":2}`}, "custom_label_0": {"", "x"},
		}
		start := map[string]any{"name": "Mug", "category_specific_fields": `{"weight":1.50}`}
		for name := range relevant {
			now[name] = ""
			if v, ok := start[name]; ok {
				now[name] = v
			}
		}
		other := map[string][]any{"price": {1.0, 45000.0}, "availability": {"in stock", "out of stock"}, "inventory": {1.0, 2.0}, "gtin": {"4006381333931", ""}}
		changed := false
		for range rapid.IntRange(1, 10).Draw(r, "steps") {
			switch rapid.IntRange(0, 2).Draw(r, "step") {
			case 0:
				name := rapid.SampledFrom([]string{"name", "description", "image_url", "category", "category_specific_fields", "custom_label_0"}).Draw(r, "field")
				value := rapid.SampledFrom(relevant[name]).Draw(r, "value")
				changed = changed || now[name] != value
				now[name] = value
				s.edit(t, item, name, value)
			case 1:
				name := rapid.SampledFrom([]string{"price", "availability", "inventory", "gtin"}).Draw(r, "other")
				s.edit(t, item, name, rapid.SampledFrom(other[name]).Draw(r, "value"))
			default:
				s.drain(t)
				changed = false
			}
			want := "x"
			if changed {
				want = ""
			}
			if got := s.visible(t, "x"); got != want {
				r.Fatalf("visible %q, want %q: %+v", got, want, s.item(t, "x").Review)
			}
		}
	})
}

func TestTwoWritersOfOneSKUMakeOneItem(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		s := open(t, d, c)
		var group sync.WaitGroup
		ids := make([]id.ID, 6)
		for n := range ids {
			group.Go(func() {
				values := map[string]any{"name": fmt.Sprint("Mug ", n), "price": 1.0, "currency": "VND"}
				var err error
				if ids[n], err = s.svc.CreateItem(t.Context(), owner, s.catalog, "x", catalog.ReadChange(catalog.Node, values), true); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		for _, i := range ids {
			if i != ids[0] {
				t.Errorf("two items of one SKU: %v", ids)
			}
		}
		if n := s.count(t); n != 1 {
			t.Errorf("%d items", n)
		}
		if rev := s.item(t, "x").Rev; rev != 6 {
			t.Errorf("revision %d after 6 changes", rev)
		}
	})
}

func TestSearchAndPages(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		s := open(t, d, c)
		s.connect(t)
		for _, it := range [][2]string{{"a", "Cà phê sữa đá"}, {"b", "Trà đào 100%"}, {"c", "CÀ PHÊ đen"}, {"d", "Ca_phe giả"}} {
			values := map[string]any{"name": it[1], "price": 1.0, "currency": "VND"}
			if _, err := s.svc.CreateItem(t.Context(), owner, s.catalog, it[0], catalog.ReadChange(catalog.Node, values), true); err != nil {
				t.Fatal(err)
			}
		}
		s.drain(t)
		for search, want := range map[string]string{
			"": "abcd", "ca phe": "acd", "CÀ PHÊ": "acd", "da phe ca": "a", "da": "ab", "%": "", "_": "", "x": "", "phe den": "c", "he": "", "\x00da": "ab", "cà phê": "acd",
		} {
			var got string
			s.update(t, func(ctx context.Context, tx *db.Tx) error {
				got = ""
				q := catalog.Query{Search: search, Limit: 2}
				for {
					page, err := catalog.VisiblePageTx(ctx, tx, s.catalog, q)
					if err != nil || len(page) == 0 {
						return err
					}
					for _, it := range page {
						got += it.RetailerID
						q.After = q.Key(it)
					}
				}
			})
			if got != want {
				t.Errorf("search %q: %q, want %q", search, got, want)
			}
		}
		c.Advance(time.Hour)
		s.edit(t, s.item(t, "a").ID, "expiration_date", "2026-11-23")
		if s.visible(t, "a", "b") != "a b" {
			t.Error("the last day of an item is a day of sale")
		}
		c.Advance(24 * time.Hour)
		if s.visible(t, "a", "b") != "b" {
			t.Error("an expired item is visible")
		}
	})
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"Áo dài", "ĐÁ", "İstanbul", "ǅ", "ａｂｃ", "e\u0301", "नि", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if once := catalog.Fold(s); catalog.Fold(once) != once {
			t.Errorf("%q folds to %q, and that to %q", s, once, catalog.Fold(once))
		}
	})
}
