package catalog_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/job"
	"github.com/hawkerhq/hawker/internal/live"
	"github.com/hawkerhq/hawker/internal/policy"
)

var (
	owner    = access.Caller{Businesses: []id.ID{7}, Permissions: access.Permissions()}
	stranger = access.Caller{Businesses: []id.ID{8}, Permissions: access.Permissions()}
)

// shop is a catalog with everything that works on it.
type shop struct {
	db      *db.DB
	svc     *catalog.Service
	runner  *job.Runner
	catalog id.ID
}

func open(t *testing.T, d *db.DB, c clock.Clock) shop {
	t.Helper()
	hub := live.New()
	s := shop{db: d, svc: catalog.New(d, hub), runner: job.NewRunner(d, c, slog.New(slog.NewTextHandler(io.Discard, nil)))}
	reviewer := policy.NewReviewer(d, hub)
	job.Handle(s.runner, s.svc.Apply)
	job.Handle(s.runner, s.svc.IndexItems)
	job.Handle(s.runner, reviewer.ItemsChanged)
	cat, err := s.svc.Create(t.Context(), owner, catalog.Catalog{BusinessID: 7, Name: "Quán"})
	if err != nil {
		t.Fatal(err)
	}
	s.catalog = cat.ID
	return s
}

func (s shop) update(t *testing.T, f func(ctx context.Context, tx *db.Tx) error) {
	t.Helper()
	if err := s.db.Update(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

func (s shop) connect(t *testing.T) {
	t.Helper()
	s.update(t, func(ctx context.Context, tx *db.Tx) error { return catalog.SetReviewedTx(ctx, tx, s.catalog, true) })
}

func (s shop) drain(t *testing.T) {
	t.Helper()
	if err := s.runner.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (s shop) count(t *testing.T) (n int) {
	t.Helper()
	s.update(t, func(ctx context.Context, tx *db.Tx) (err error) {
		n, err = catalog.CountTx(ctx, tx, s.catalog)
		return err
	})
	return n
}

// visible lists the SKUs that may be sent, of those asked for.
func (s shop) visible(t *testing.T, skus ...string) string {
	t.Helper()
	var got []string
	s.update(t, func(ctx context.Context, tx *db.Tx) error {
		m, err := catalog.ResolveVisibleTx(ctx, tx, s.catalog, skus)
		got = nil
		for _, sku := range skus {
			if _, ok := m[sku]; ok {
				got = append(got, sku)
			}
		}
		return err
	})
	return strings.Join(got, " ")
}

func create(sku string, more ...string) catalog.Request {
	data := map[string]any{
		"id": sku, "title": "Item " + sku, "description": "d", "availability": "in stock", "condition": "new",
		"link": "https://shop.example/" + sku, "image_link": "https://shop.example/" + sku + ".jpg", "brand": "b", "price": "45000 VND",
	}
	for i := 0; i+1 < len(more); i += 2 {
		data[more[i]] = more[i+1]
	}
	return catalog.Request{Method: "CREATE", Data: data}
}

func TestABatchIsAppliedInOrderAndExplained(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		s := open(t, d, c)
		s.connect(t)
		requests := []catalog.Request{
			create("a"),
			create("b", "google_product_category", "499676"),
			{Method: "UPDATE", Data: map[string]any{"id": "a", "title": "Cà phê", "sale_price": "40000 VND"}},
			create("c", "price", "12,34.5 USD"),
			create("d", "mood", "great"),
			{Method: "DELETE", Data: map[string]any{"id": "d"}},
			{Method: "DELETE", Data: map[string]any{"id": "nobody"}},
			{Method: "MERGE", Data: map[string]any{"id": "e"}},
			{Method: "UPDATE", Data: map[string]any{"id": "new", "price": "1 VND"}},
		}
		sent, err := s.svc.SubmitBatch(t.Context(), owner, s.catalog, catalog.ItemsBatch, requests, true)
		handle, v := sent.Handle, sent.Validation
		if err != nil || handle == "" {
			t.Fatal(handle, err)
		}
		if len(v) != 3 || v[0].RetailerID != "c" || len(v[0].Errors) != 1 || v[1].RetailerID != "d" || len(v[1].Warnings) != 1 || v[2].RetailerID != "e" {
			t.Errorf("validation %+v", v)
		}
		before, err := s.svc.BatchStatus(t.Context(), owner, s.catalog, handle)
		if err != nil || before.Status != "scheduled" {
			t.Errorf("status %+v, %v", before, err)
		}
		s.drain(t)
		b, err := s.svc.BatchStatus(t.Context(), owner, s.catalog, handle)
		if err != nil || b.Status != "finished" {
			t.Fatalf("status %+v, %v", b, err)
		}
		errorLines, warnings := "", ""
		for _, p := range b.Problems {
			if p.Warning {
				warnings += fmt.Sprint(p.Line, " ")
			} else if !strings.HasSuffix(errorLines, fmt.Sprint(p.Line, " ")) {
				errorLines += fmt.Sprint(p.Line, " ")
			}
		}
		if errorLines != "3 7 8 " || warnings != "4 6 " {
			t.Errorf("errors in lines %s, warnings in %s: %+v", errorLines, warnings, b.Problems)
		}
		if got := s.visible(t, "a", "b", "c", "d", "new"); got != "a" {
			t.Errorf("visible %q, want a: b is beer", got)
		}
		if _, err := s.svc.BatchStatus(t.Context(), stranger, s.catalog, handle); !errors.Is(err, catalog.ErrUnknown) {
			t.Errorf("another business reads the batch: %v", err)
		}
	})
}

func TestACrashBetweenChunksCostsNothing(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		s := open(t, d, c)
		s.connect(t)
		var requests []catalog.Request
		for n := range 600 {
			requests = append(requests, create(fmt.Sprint("sku", n)))
		}
		requests = append(requests, catalog.Request{Method: "DELETE", Data: map[string]any{"id": "sku0"}})
		sent, err := s.svc.SubmitBatch(t.Context(), owner, s.catalog, catalog.ItemsBatch, requests, true)
		handle := sent.Handle
		if err != nil {
			t.Fatal(err)
		}
		// A worker that dies after the first chunk, and one that dies in the middle of writing the second.
		if err := s.svc.ApplyNext(t.Context(), handle); err != nil {
			t.Fatal(err)
		}
		if n := s.count(t); n != catalog.ChunkSize {
			t.Errorf("%d items after the first chunk, want %d", n, catalog.ChunkSize)
		}
		b, err := s.svc.BatchStatus(t.Context(), owner, s.catalog, handle)
		if err != nil || b.Status != "started" {
			t.Errorf("status %+v, %v", b, err)
		}
		died := errors.New("died")
		if err := s.svc.ApplyNextThen(t.Context(), handle, died); !errors.Is(err, died) {
			t.Fatal(err)
		}
		if n := s.count(t); n != catalog.ChunkSize {
			t.Errorf("%d items after a crash, want %d", n, catalog.ChunkSize)
		}
		s.drain(t)
		if n := s.count(t); n != 599 {
			t.Errorf("%d items, want 599", n)
		}
		if b, err = s.svc.BatchStatus(t.Context(), owner, s.catalog, handle); err != nil || b.Status != "finished" || len(b.Problems) != 0 {
			t.Errorf("status %+v, %v", b, err)
		}
		if got := s.visible(t, "sku0", "sku1", "sku599"); got != "sku1 sku599" {
			t.Errorf("visible %q", got)
		}
	})
}

func TestItemsOfAnotherBusinessAreLikeNone(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		s := open(t, d, c)
		ch := catalog.ReadChange(catalog.Node, map[string]any{"name": "x", "price": 999.0, "currency": "USD"})
		item, err := s.svc.CreateItem(t.Context(), owner, s.catalog, "x", ch, true)
		if err != nil {
			t.Fatal(err)
		}
		foreign := s.svc.UpdateItem(t.Context(), stranger, item, "", ch)
		none := s.svc.UpdateItem(t.Context(), stranger, 5, "", ch)
		if !errors.Is(foreign, catalog.ErrItemUnknown) || strings.ReplaceAll(foreign.Error(), item.String(), "5") != none.Error() {
			t.Errorf("foreign: %v; unknown: %v", foreign, none)
		}
		if err := s.svc.DeleteItem(t.Context(), stranger, item); !errors.Is(err, catalog.ErrItemUnknown) {
			t.Errorf("another business deleted it: %v", err)
		}
		if _, err := s.svc.CreateItem(t.Context(), owner, s.catalog, "x", ch, false); !errors.Is(err, catalog.ErrDuplicate) {
			t.Errorf("a second x: %v", err)
		}
		if _, err := s.svc.SubmitBatch(t.Context(), stranger, s.catalog, catalog.ItemsBatch, []catalog.Request{create("y")}, true); !errors.Is(err, catalog.ErrUnknown) {
			t.Errorf("another business's batch: %v", err)
		}
	})
}

// What customers may see must never be wrong: any sequence of changes, reviews and hours, checked against
// the plain words of the rule.
func TestOnlyApprovedPublishedUnexpiredItemsAreEverVisible(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		c := clock.NewFixed(dbtest.Start)
		d := dbtest.SQLite(t, c)
		s := open(t, d, c)
		s.connect(t)
		title := rapid.SampledFrom([]string{"mug", "cup", "bowl"})
		for range rapid.IntRange(1, 8).Draw(r, "steps") {
			switch rapid.IntRange(0, 3).Draw(r, "step") {
			case 0:
				req := create("x", "title", title.Draw(r, "title"), "status", rapid.SampledFrom([]string{"active", "archived", "hidden"}).Draw(r, "status"),
					"expiration_date", rapid.SampledFrom([]string{"", "2026-11-23", "2026-11-20"}).Draw(r, "expires"),
					"google_product_category", rapid.SampledFrom([]string{"", "414", "2169"}).Draw(r, "category"))
				if _, err := s.svc.SubmitBatch(t.Context(), owner, s.catalog, catalog.ItemsBatch, []catalog.Request{req}, true); err != nil {
					r.Fatal(err)
				}
				if err := s.svc.Apply(t.Context(), lastBatch(t, d)); err != nil {
					r.Fatal(err)
				}
			case 1:
				s.drain(t)
			case 2:
				c.Advance(time.Duration(rapid.IntRange(1, 30).Draw(r, "hours")) * time.Hour)
			default:
				s.update(t, func(ctx context.Context, tx *db.Tx) error {
					return catalog.SetReviewedTx(ctx, tx, s.catalog, rapid.Bool().Draw(r, "connected"))
				})
			}
			s.update(t, func(ctx context.Context, tx *db.Tx) error {
				all, err := catalog.ItemsByRetailerTx(ctx, tx, s.catalog, []string{"x"})
				if err != nil {
					return err
				}
				shown, err := catalog.ResolveVisibleTx(ctx, tx, s.catalog, []string{"x"})
				if err != nil {
					return err
				}
				page, err := catalog.VisiblePageTx(ctx, tx, s.catalog, catalog.Query{Limit: 5})
				if err != nil {
					return err
				}
				want := 0
				if it, ok := all["x"]; ok && it.VisibleAt(tx.Now()) {
					want = 1
				}
				if len(shown) != want || len(page) != want {
					r.Fatalf("%d resolved and %d on the page, want %d of %+v", len(shown), len(page), want, all["x"])
				}
				return nil
			})
		}
	})
}

func lastBatch(t *testing.T, d *db.DB) (a catalog.ApplyBatch) {
	t.Helper()
	err := d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, `SELECT handle FROM catalog_batch ORDER BY created_at DESC, handle LIMIT 1`).Scan(&a.Handle)
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestAnEditOfAnApprovedItemTakesItOffUntilItIsReviewedAgain(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		s := open(t, d, c)
		s.connect(t)
		values := map[string]any{"name": "Mug", "price": 45000.0, "currency": "VND"}
		item, err := s.svc.CreateItem(t.Context(), owner, s.catalog, "x", catalog.ReadChange(catalog.Node, values), true)
		if err != nil {
			t.Fatal(err)
		}
		s.drain(t)
		edit := func(name string, value any) {
			t.Helper()
			if err := s.svc.UpdateItem(t.Context(), owner, item, "", catalog.ReadChange(catalog.Node, map[string]any{name: value})); err != nil {
				t.Fatal(err)
			}
		}
		for name, value := range map[string]any{"price": 50000.0, "availability": "out of stock", "inventory": 3.0} {
			if edit(name, value); s.visible(t, "x") != "x" {
				t.Errorf("a new %s took the item off", name)
			}
		}
		for name, value := range map[string]any{"name": "Cup", "description": "new", "image_url": "https://x.example/1.png", "category": "2169", "color": "red", "price": 0.0} {
			edit(name, value)
			if s.visible(t, "x") != "" {
				t.Errorf("a new %s needs a review first", name)
			}
			if s.drain(t); s.visible(t, "x") != "x" {
				t.Errorf("after the review of a new %s it is not back", name)
			}
		}
	})
}

func FuzzReadChange(f *testing.F) {
	f.Add("price", "9.99 USD")
	f.Add("sale_price_effective_date", "2026-11-23T00:00+07:00/2026-11-30T23:59+07:00")
	f.Add("image", `[{"url":"https://x.example/1.png"}]`)
	f.Fuzz(func(t *testing.T, name, value string) {
		c := catalog.ReadChange(catalog.Batch, map[string]any{name: value})
		if len(c.Unknown) > 1 || len(c.Problems) > 1 {
			t.Errorf("%q=%q: %+v", name, value, c)
		}
	})
}

func TestDiagnosticsOfALargeCatalogAreKeptForAMinute(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		s := open(t, d, c)
		s.svc.KeepDiagnostics()
		add := func(sku string) {
			t.Helper()
			ch := catalog.ReadChange(catalog.Node, map[string]any{"name": sku, "price": 1.0, "currency": "USD", "description": "d", "url": "https://x.test/", "image_url": "https://x.test/1.png", "category": "1"})
			if _, err := s.svc.CreateItem(t.Context(), owner, s.catalog, sku, ch, true); err != nil {
				t.Fatal(err)
			}
		}
		unbranded := func() int {
			t.Helper()
			list, err := s.svc.Diagnostics(t.Context(), owner, s.catalog)
			if err != nil {
				t.Fatal(err)
			}
			for _, g := range list {
				if g.Error == "EMPTY_BRAND" {
					if len(g.Samples) != min(g.Items, 10) {
						t.Errorf("%d items, samples %v", g.Items, g.Samples)
					}
					return g.Items
				}
			}
			return 0
		}
		for n := range 12 {
			add(fmt.Sprint(n))
		}
		if n := unbranded(); n != 12 {
			t.Errorf("%d items without a brand, want 12", n)
		}
		add("late")
		if n := unbranded(); n != 12 {
			t.Errorf("%d within the minute, want the 12 found before", n)
		}
		if _, err := s.svc.Diagnostics(t.Context(), stranger, s.catalog); !errors.Is(err, catalog.ErrUnknown) {
			t.Errorf("a stranger is told %v", err)
		}
		c.Advance(time.Minute)
		if n := unbranded(); n != 13 {
			t.Errorf("%d after a minute, want 13", n)
		}
	})
}
