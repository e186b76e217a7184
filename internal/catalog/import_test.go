package catalog_test

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/live"
)

var importColumns = []string{"id", "title", "description", "availability", "condition", "price", "link", "image_link", "brand", "color", "sale_price"}

func importRow(sku, title, price string) []string {
	return []string{sku, title, "A " + title, "in stock", "new", price, "https://shop.example/" + sku, "https://shop.example/" + sku + ".jpg", "Acme", "blue", ""}
}

type importer struct {
	t    *testing.T
	d    *db.DB
	svc  *catalog.Service
	im   catalog.Import
	cols []string
}

func newImporter(t *testing.T, d *db.DB) *importer {
	t.Helper()
	svc := catalog.New(d, live.New())
	cat, err := svc.Create(t.Context(), access.Caller{Businesses: []id.ID{1}, Permissions: access.Permissions()}, catalog.Catalog{BusinessID: 1, Name: "import"})
	if err != nil {
		t.Fatal(err)
	}
	return &importer{t, d, svc, catalog.Import{Catalog: cat.ID, Feed: 77}, importColumns}
}

// run takes rows in as a feed does: matched first, or not.
func (i *importer) run(match bool, cells ...[]string) catalog.Imported {
	i.t.Helper()
	rows := catalog.NewRows(i.cols, catalog.RowOptions{Currency: "VND"})
	var list []*catalog.Row
	for n, c := range cells {
		list = append(list, rows.Begin(n+2, c))
	}
	var out catalog.Imported
	if match {
		err := i.d.View(i.t.Context(), func(ctx context.Context, tx *db.Tx) error { return catalog.NewMatcher(i.im).Match(ctx, tx, list) })
		if err != nil {
			i.t.Fatal(err)
		}
	}
	for _, r := range list {
		r.Read()
	}
	err := i.d.Update(i.t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		out, err = i.svc.ImportRowsTx(ctx, tx, i.im, list)
		return err
	})
	if err != nil {
		i.t.Fatal(err)
	}
	return out
}

func (i *importer) item(sku string) catalog.Item {
	i.t.Helper()
	var it catalog.Item
	err := i.d.View(i.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		m, err := catalog.ItemsByRetailerTx(ctx, tx, i.im.Catalog, []string{sku})
		it = m[sku]
		return err
	})
	if err != nil {
		i.t.Fatal(err)
	}
	return it
}

func (i *importer) want(got catalog.Imported, persisted, created, updated, refused int64) {
	i.t.Helper()
	if got.Persisted != persisted || got.Created != created || got.Updated != updated || got.Refused != refused {
		i.t.Errorf("persisted %d, created %d, updated %d, refused %d; want %d, %d, %d, %d: %v", got.Persisted, got.Created, got.Updated, got.Refused,
			persisted, created, updated, refused, got.Problems)
	}
}

func TestImportWritesWhatChanged(t *testing.T) {
	t.Parallel()
	for _, match := range []bool{true, false} {
		t.Run(fmt.Sprint("match=", match), func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				i := newImporter(t, d)
				i.want(i.run(match, importRow("a", "Mug", "9.99 USD"), importRow("b", "Cup", "45000")), 2, 2, 0, 0)
				a, b := i.item("a"), i.item("b")
				if a.Title != "Mug" || a.Price.Minor != 999 || a.FeedID != 77 || a.Extra["color"] != "blue" || b.Price.Currency != "VND" || a.Rev != 1 {
					t.Errorf("stored %+v and %+v", a, b)
				}
				i.want(i.run(match, importRow("a", "Mug", "9.99 USD"), importRow("b", "Cup", "50000")), 2, 0, 1, 0)
				if again := i.item("a"); !reflect.DeepEqual(again, a) {
					t.Errorf("an unchanged row made %+v of %+v", again, a)
				}
				if b := i.item("b"); b.Price.Minor != 50000 || b.Rev != 2 {
					t.Errorf("a changed row made %+v", b)
				}
				// An item that something else changed is put right by the same row.
				caller := access.Caller{Businesses: []id.ID{1}, Permissions: access.Permissions()}
				ch := catalog.ReadChange(catalog.Node, map[string]any{"name": "Other"})
				if err := i.svc.UpdateItem(t.Context(), caller, a.ID, "", ch); err != nil {
					t.Fatal(err)
				}
				i.want(i.run(match, importRow("a", "Mug", "9.99 USD")), 1, 0, 1, 0)
				if a := i.item("a"); a.Title != "Mug" {
					t.Errorf("title %q", a.Title)
				}
			})
		})
	}
}

func TestImportKeepsToItsOwnItems(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		i := newImporter(t, d)
		i.run(true, importRow("a", "Mug", "1 USD"))
		other := *i
		other.im.Feed = 78
		got := other.run(true, importRow("a", "Stolen", "2 USD"), importRow("b", "Cup", "2 USD"))
		other.want(got, 1, 1, 0, 1)
		if got.Problems[0].Kind != catalog.OfOtherFeed || i.item("a").Title != "Mug" {
			t.Errorf("problems %+v, title %q", got.Problems, i.item("a").Title)
		}
		more := *i
		more.im.Primaries, more.im.Feed = []id.ID{77}, 79
		got = more.run(true, importRow("a", "Mug", "5 USD"), importRow("b", "Cup", "5 USD"), importRow("c", "New", "5 USD"))
		more.want(got, 1, 0, 1, 2)
		if a := i.item("a"); a.Price.Minor != 500 || a.FeedID != 77 {
			t.Errorf("a supplementary feed made %+v", a)
		}
		i.want(i.run(true, importRow("a", "Mug", "1 USD")), 1, 0, 0, 0) // it adds to the primary's row, which did not change
		only := *i
		only.im.UpdateOnly = true
		got = only.run(false, importRow("n", "New", "5 USD"), importRow("a", "Mug", "7 USD"))
		only.want(got, 1, 0, 1, 1)
		if got.Problems[0].Kind != catalog.NoSuchItem {
			t.Errorf("problems %+v", got.Problems)
		}
	})
}

func TestImportSeverities(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		i := newImporter(t, d)
		i.cols = append(append([]string{}, importColumns...), "sale_price_effective_date", "gender", "image[1].url", "applink.ios_url", "custom_number_0")
		base := func(sku string, change map[string]string) []string {
			row := append(importRow(sku, "Mug", "9.99 USD"), "", "", "", "", "")
			for name, v := range change {
				for n, c := range i.cols {
					if c == name {
						row[n] = v
					}
				}
			}
			return row
		}
		long := strings.Repeat("x", 201)
		for _, c := range []struct {
			sku     string
			change  map[string]string
			fatal   bool
			summary string
		}{
			{"p1", map[string]string{"price": ""}, true, "A required field is missing: price."},
			{"p2", map[string]string{"price": "9,99 USD"}, true, "A field has a value that is not right: price is not a price."},
			{"t1", map[string]string{"title": long}, true, "A field has a value that is not right: title has too many characters, at most 200 are allowed."},
			{"a1", map[string]string{"availability": "maybe"}, true, "A field has a value that is not right: availability is not one of"},
			{"g1", map[string]string{"gender": "robot"}, false, "A field has a value that is not right: gender is not one of female, male, unisex."},
			{"s1", map[string]string{"sale_price": "20 USD"}, false, "A field has a value that is not right: sale_price is higher than the price."},
			{"s2", map[string]string{"sale_price": "5 EUR"}, false, "A field has a value that is not right: sale_price is in EUR and the price in USD"},
			{"d1", map[string]string{"sale_price": "5 USD", "sale_price_effective_date": "soon"}, false, "A field has a value that is not right: sale_price_effective_date is not start/end."},
			{"n1", map[string]string{"custom_number_0": "-4"}, false, "A field has a value that is not right: custom_number_0 is not between"},
			{"b1", map[string]string{"brand": ""}, false, "A recommended field is missing: brand."},
			{"", nil, true, "A required field is missing: id."},
		} {
			for range 2 { // a second upload tells the same
				got := i.run(true, base(c.sku, c.change))
				if len(got.Problems) != 1 {
					t.Fatalf("%s: %d problems: %+v", c.sku, len(got.Problems), got.Problems)
				}
				p := got.Problems[0]
				if p.Fatal != c.fatal || !strings.HasPrefix(p.Summary, c.summary) || p.Row != 2 || p.SKU != c.sku {
					t.Errorf("%s: %+v, want fatal %v, %q", c.sku, p, c.fatal, c.summary)
				}
			}
			it := i.item(c.sku)
			if stored := it.ID != 0; stored == c.fatal && c.sku != "" {
				t.Errorf("%s: stored %v", c.sku, stored)
			}
			if it.Sale != nil {
				t.Errorf("%s: a sale that was refused is on", c.sku)
			}
		}
		i.want(i.run(true, base("ok", map[string]string{"image[1].url": "https://shop.example/2.jpg", "applink.ios_url": "x://y"})), 1, 1, 0, 0)
		it := i.item("ok")
		if it.ImageLink != "https://shop.example/2.jpg" || !reflect.DeepEqual(it.Extra["applinks"], map[string]any{"ios_url": "x://y"}) {
			t.Errorf("%+v", it)
		}
	})
}
