package catalog_test

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
)

const withIDs = "# Google_Product_Taxonomy_Version: 2021-09-21\n166 - Apparel & Accessories\n1604 - Apparel & Accessories > Clothing\n2271 - Apparel & Accessories > Clothing > Dresses\n"

// TestTaxonomies: the vendor's three forms of its file, and what is no taxonomy.
func TestTaxonomies(t *testing.T) {
	t.Parallel()
	const nested = "# Generated\r\n\r\n 1 | [   1-   6] | Apparel & Accessories\r\n   3 | [   4-   5] | Shoes\r\n   2 | [   2-   3] | Clothing\r\n"
	for name, c := range map[string]struct {
		in, err string
		n       int
		known   string // categories, one a line, each as it is written in the file
		unknown string
	}{
		"with ids":     {in: withIDs, n: 3, known: "2271=Apparel & Accessories > Clothing > Dresses\napparel & accessories  >clothing=Apparel & Accessories > Clothing", unknown: "1\nClothing\nApparel & Accessories > Shoes"},
		"paths":        {in: "Apparel & Accessories\nApparel & Accessories > Shoes\n", n: 2, known: "Apparel & Accessories > SHOES=Apparel & Accessories > Shoes", unknown: "Shoes"},
		"nested":       {in: nested, n: 3, known: "Apparel & Accessories > Shoes=Apparel & Accessories > Shoes\nApparel & Accessories > Clothing=Apparel & Accessories > Clothing", unknown: "Shoes\nApparel & Accessories > Clothing > Shoes"},
		"nothing":      {in: "# a comment\n", err: "holds no category"},
		"a page":       {in: "<html><body>404</body></html>", err: "line 1: "},
		"a table":      {in: "166 - Apparel\n\nid\tname\n", err: "line 3: "},
		"an id of two": {in: "1 - A\n1 - B\n", err: "line 2: the id 1 is also that of \"A\""},
		"no text":      {in: "1 - \xff\n", err: "line 1 is no UTF-8"},
		"one line":     {in: strings.Repeat("x", 1<<20), err: "line 1: "},
	} {
		tax, err := catalog.ReadTaxonomy(strings.NewReader(c.in))
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%s: %v, want %q", name, err, c.err)
			}
			continue
		}
		if err != nil || tax.Len() != c.n {
			t.Errorf("%s: %v, want %d categories", name, err, c.n)
			continue
		}
		for line := range strings.SplitSeq(c.known, "\n") {
			category, want, _ := strings.Cut(line, "=")
			if got, ok := tax.Path(category); !ok || got != want {
				t.Errorf("%s: %q is %q %v, want %q", name, category, got, ok, want)
			}
		}
		for category := range strings.SplitSeq(c.unknown, "\n") {
			if got, ok := tax.Path(category); ok {
				t.Errorf("%s: %q is %q", name, category, got)
			}
		}
	}
}

// TestTheVendorsTaxonomy is read whole where it is at hand (HAWKER_ORACLE names its folder).
func TestTheVendorsTaxonomy(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("HAWKER_ORACLE")
	if dir == "" {
		t.Log("NOT checked against the vendor's list: HAWKER_ORACLE is not set")
		return
	}
	tax, err := catalog.LoadTaxonomy(filepath.Join(dir, "taxonomy-with-ids.en-US.txt"))
	if err != nil || tax.Len() < 5000 {
		t.Fatalf("%v", err)
	}
	if path, ok := tax.Path("apparel & accessories > clothing > dresses"); !ok || path != "Apparel & Accessories > Clothing > Dresses" {
		t.Errorf("%q %v", path, ok)
	}
}

// TestCategoriesOutsideTheTaxonomy are told with a warning by batches and feeds, and kept: the operator's file may be older than
// the shop's.
func TestCategoriesOutsideTheTaxonomy(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		s := open(t, d, c)
		tax, err := catalog.ReadTaxonomy(strings.NewReader(withIDs))
		if err != nil {
			t.Fatal(err)
		}
		s.svc.UseTaxonomy(tax)
		item := func(sku, category string) catalog.Request {
			return catalog.Request{Method: "CREATE", Data: map[string]any{
				"id": sku, "title": "Dress", "description": "d", "availability": "in stock", "condition": "new", "price": "1 USD", "link": "https://s.example/1",
				"image_link": "https://s.example/1.jpg", "brand": "b", "google_product_category": category,
			}}
		}
		b, err := s.svc.SubmitBatch(t.Context(), owner, s.catalog, catalog.ItemsBatch, []catalog.Request{item("a", "2271"), item("b", "99"), item("c", "Apparel & Accessories > Clothing"), item("d", "Dresses")}, true)
		if err != nil {
			t.Fatal(err)
		}
		s.drain(t)
		status, err := s.svc.BatchStatus(t.Context(), owner, s.catalog, b.Handle)
		if err != nil || len(status.Problems) != 2 {
			t.Fatalf("%+v %v", status, err)
		}
		for n, sku := range []string{"b", "d"} {
			if p := status.Problems[n]; p.ID != sku || !p.Warning || !strings.Contains(p.Message, "is no category of Google's product taxonomy; write an id or a path") {
				t.Errorf("%+v", p)
			}
		}
		if list, _ := s.list(t, catalog.Query{Limit: 10}); skus(list) != "a b c d" || list[3].GoogleCategory != "Dresses" {
			t.Errorf("%q", skus(list))
		}

		rows := catalog.NewRows([]string{"id", "title", "description", "availability", "condition", "price", "link", "image_link", "brand", "google_product_category"}, catalog.RowOptions{})
		feed := func(category string) catalog.Imported {
			r := rows.Begin(2, []string{"e", "Dress", "d", "in stock", "new", "1 USD", "https://s.example/1", "https://s.example/1.jpg", "b", category})
			list := []*catalog.Row{r}
			var out catalog.Imported
			s.update(t, func(ctx context.Context, tx *db.Tx) (err error) {
				im := catalog.Import{Catalog: s.catalog, Feed: 1}
				if err := catalog.NewMatcher(im).Match(ctx, tx, list); err != nil {
					return err
				}
				r.Read()
				out, err = s.svc.ImportRowsTx(ctx, tx, im, list)
				return err
			})
			return out
		}
		for n, c := range []struct {
			category string
			warned   bool
		}{{"Gowns", true}, {"Gowns", true}, {"Robes", true}, {"Robes", true}, {"2271", false}, {"2271", false}, {"98", true}} {
			out := feed(c.category)
			if warned := len(out.Problems) == 1 && !out.Problems[0].Fatal && out.Problems[0].Value == c.category && out.Problems[0].Remedy != ""; warned != c.warned || out.Persisted != 1 || len(out.Problems) > 1 {
				t.Errorf("upload %d with %s: %+v", n, c.category, out)
			}
		}
	})
}

// FuzzTaxonomy: a stranger's file is refused with its line, or every path and id of it is found as it is written.
func FuzzTaxonomy(f *testing.F) {
	f.Add(withIDs)
	f.Add("1 | [1-4] | A\n2 | [2-3] | B > C\n")
	f.Add("A > > b\n>\n1 - >\n")
	f.Fuzz(func(t *testing.T, text string) {
		tax, err := catalog.ReadTaxonomy(strings.NewReader(text))
		if err != nil {
			if err.Error() == "" {
				t.Error("refused without a word")
			}
			return
		}
		if tax.Len() == 0 {
			t.Errorf("%q is a taxonomy of nothing", text)
		}
		for line := range strings.Lines(text) {
			id, path, ok := strings.Cut(strings.TrimRight(line, " \r\n"), " - ")
			if !ok || strings.Trim(id, "0123456789") != "" || len(id) == 0 || len(id) > 9 || strings.TrimSpace(path) == "" || path != strings.TrimSpace(path) {
				continue
			}
			if got, known := tax.Path(id); !known || got != path {
				t.Errorf("%q: id %s is %q %v, want %q", text, id, got, known, path)
			}
		}
	})
}

// TestTaxonomyIsSearched: by words in any order, with marks or without, those called so first.
func TestTaxonomyIsSearched(t *testing.T) {
	t.Parallel()
	tax, err := catalog.ReadTaxonomy(strings.NewReader("1 - Animals\n5 - Animals > Coffee Mugs for Dogs\n422 - Food\n1868 - Food > Coffee\n2073 - Food > Coffee > Ground\n9 - Thực phẩm > Cà phê\n"))
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"coffee": "1868 5 2073", "food COFFEE": "1868 2073", "ca phe": "9", "CÀ PHÊ": "9", "ground": "2073", "1868": "1868", "Food > Coffee": "1868 2073", "tea": "", "": "", ">": "",
	} {
		var got []string
		for _, c := range tax.Search(text, 10) {
			got = append(got, strconv.Itoa(c.ID))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q finds %v, want %s", text, got, want)
		}
	}
	if got := tax.Search("a", 2); len(got) != 2 {
		t.Errorf("at most 2: %v", got)
	}
	if got := (*catalog.Taxonomy)(nil).Search("coffee", 9); got != nil {
		t.Errorf("without a taxonomy: %v", got)
	}
}
