package catalog_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/id"
)

func (s shop) put(t interface {
	Context() context.Context
	Helper()
	Fatal(args ...any)
}, catalogID id.ID, sku, title, brand, description string,
) id.ID {
	t.Helper()
	values := map[string]any{"name": title, "brand": brand, "description": description, "price": 1.0, "currency": "VND"}
	i, err := s.svc.CreateItem(t.Context(), owner, catalogID, sku, catalog.ReadChange(catalog.Node, values), true)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// find walks through a search, forward or back, and returns the SKUs in their order.
func (s shop) find(t interface {
	Context() context.Context
	Helper()
	Fatal(args ...any)
}, q catalog.Query, back bool,
) []string {
	t.Helper()
	skus := []string{}
	if back {
		q.Before = catalogLast
	}
	err := s.db.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		for {
			page, _, err := catalog.ListTx(ctx, tx, owner, s.catalog, q, false)
			if err != nil || len(page) == 0 {
				return err
			}
			if back {
				slices.Reverse(page)
			}
			for _, i := range page {
				skus = append(skus, i.RetailerID)
				if key := q.Key(i); back {
					q.Before = key
				} else {
					q.After = key
				}
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if back {
		slices.Reverse(skus)
	}
	return skus
}

// catalogLast is a key behind all others.
const catalogLast = 5*(id.Max+1) - 1

func TestSearchFindsWordsAndRanksThem(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		s := open(t, d, c)
		for _, i := range [][4]string{
			{"a", "Phở bò tái", "Bếp Bà", "Nước dùng 12 giờ"},
			{"b", "Photo frame", "Acme", "Made of oak"},
			{"c", "Oak table", "Acme", "For your photo album; phở not included"},
			{"SKU-7", "Mug", "Rock'n'Roll", "Holds ☕ and tea"},
			{"SKU-70", "Mug, large", "Acme", "For SKU 7 lovers"},
			{"e", "東京タワー 模型", "ﾄｲ", "組み立て式"},
			{"f", "ผัดไทยกุ้งสด", "", "อาหารจานเดียว"},
			{"g", "قهوة عربية", "", "بن طازج"},
			{"h", "हिन्दी किताब", "", "बच्चों के लिए"},
			{"i", "Trà ☕ đá", "", ""},
		} {
			s.put(t, s.catalog, i[0], i[1], i[2], i[3])
		}
		other, err := s.svc.Create(t.Context(), owner, catalog.Catalog{BusinessID: 7, Name: "Other"})
		if err != nil {
			t.Fatal(err)
		}
		s.put(t, other.ID, "a", "Phở bò tái", "Bếp Bà", "")
		check := func(when string) {
			t.Helper()
			for text, want := range map[string]string{
				"pho":                                "a b c", // the whole word, its beginning, the description
				"PHỞ BÒ":                             "a",
				"bo pho":                             "a",
				"phot":                               "b", // descriptions are found by whole words
				"photo":                              "b c",
				"oak":                                "c b",
				"acme mu":                            "SKU-70",
				"sku 7":                              "SKU-7 SKU-70", // the SKU itself, then what begins so
				"sku-70":                             "SKU-70",
				"mug":                                "SKU-7 SKU-70",
				"rocknroll":                          "SKU-7",
				"rock’n’roll mug":                    "SKU-7",
				"☕":                                  "i SKU-7",
				"東京":                                 "e",
				"タワ":                                 "e",
				"京都":                                 "",
				"ไทย":                                "f",
				"قهوة":                               "g",
				"किताब":                              "h",
				"tra da":                             "i",
				"nowhere":                            "",
				"pho nowhere":                        "",
				"---":                                "",
				"  ":                                 "a b c SKU-7 SKU-70 e f g h i",
				`pho" OR "mug`:                       "",
				`pho* NOT bo`:                        "",
				`words : pho`:                        "",
				`NEAR(pho bo)`:                       "",
				`a:* | ' & !q \`:                     "",
				"bo pho " + strings.Repeat("x", 500): "",
			} {
				got := strings.Join(s.find(t, catalog.Query{Search: text, Limit: 2}, false), " ")
				back := strings.Join(s.find(t, catalog.Query{Search: text, Limit: 3}, true), " ")
				if got != want || text != "  " && back != want {
					t.Errorf("%s: %q finds %q, backwards %q; want %q", when, text, got, back, want)
				}
			}
		}
		check("before the index knows")
		s.drain(t)
		check("indexed")
		s.put(t, s.catalog, "b", "Bilderrahmen", "Acme", "Made of oak")
		if got := s.find(t, catalog.Query{Search: "photo", Limit: 5}, false); !slices.Equal(got, []string{"c"}) {
			t.Errorf("an item that lost the word is found: %q", got)
		}
		s.drain(t)
		if got := s.find(t, catalog.Query{Search: "bilder", Limit: 5}, false); !slices.Equal(got, []string{"b"}) {
			t.Errorf("found %q", got)
		}
	})
}

// texts of a random shop: few words, so that searches find some of its items and not others.
func drawText(t *rapid.T, most int) string {
	pool := []string{"pho", "Phở", "photo", "bò", "mug", "MÚG", "don't", "t-shirt", "shirt", "東京", "京", "ไทย", "☕", "a", "Ab", "abc", "abcd", "x_1", "١٢", "ễ", "%", "naïve"}
	list := rapid.SliceOfN(rapid.SampledFrom(pool), 0, most).Draw(t, "words")
	return strings.Join(list, rapid.SampledFrom([]string{" ", "", "-", "'", ", "}).Draw(t, "between"))
}

// Whatever happened to the items, and however far the index is, a search finds what [catalog.Rank] says, in its order.
func TestSearchFollowsTheItems(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		rapid.Check(t, func(rt *rapid.T) {
			s := open(t, d, c)
			skus := []string{"a", "b", "SKU-1", "SKU-12", "pho"}
			for range rapid.IntRange(1, 12).Draw(rt, "steps") {
				sku := rapid.SampledFrom(skus).Draw(rt, "sku")
				switch rapid.IntRange(0, 4).Draw(rt, "what") {
				case 0:
					s.drain(t)
				case 1:
					if i := s.item(t, sku); i.ID != 0 {
						if err := s.svc.DeleteItem(t.Context(), owner, i.ID); err != nil {
							rt.Fatal(err)
						}
					}
				case 2:
					s.batchOf(t, sku, drawText(rt, 4)+" ")
				case 3: // a worker that dies in between
					if _, err := s.svc.ReadIndexPart(t.Context(), s.catalog, 1); err != nil {
						rt.Fatal(err)
					}
				default:
					s.put(rt, s.catalog, sku, "x"+drawText(rt, 4), drawText(rt, 1), drawText(rt, 6))
				}
			}
			for range 4 {
				text := drawText(rt, 3)
				q := catalog.Query{Search: text, Limit: rapid.IntRange(1, 3).Draw(rt, "limit")}
				if rapid.Bool().Draw(rt, "filtered") {
					rule, err := catalog.ParseRule(`{"brand":{"i_contains":"mug"}}`)
					if err != nil {
						rt.Fatal(err)
					}
					q.Rules = append(q.Rules, rule)
				}
				want := s.ranked(t, q)
				if got := s.find(rt, q, false); !slices.Equal(got, want) {
					rt.Fatalf("%q finds %q, want %q", text, got, want)
				}
				if got := s.find(rt, q, true); strings.TrimSpace(text) != "" && !slices.Equal(got, want) {
					rt.Fatalf("%q finds backwards %q, want %q", text, got, want)
				}
				s.update(t, func(ctx context.Context, tx *db.Tx) error {
					_, n, err := catalog.ListTx(ctx, tx, owner, s.catalog, q, true)
					if err == nil && n != len(want) {
						err = fmt.Errorf("%q: %d counted, want %d", text, n, len(want))
					}
					return err
				})
			}
		})
	})
}

// ranked is what a query should find, worked out item by item.
func (s shop) ranked(t *testing.T, q catalog.Query) []string {
	t.Helper()
	all := s.all(t)
	all = slices.DeleteFunc(all, func(i catalog.Item) bool {
		for _, r := range q.Rules {
			if !r.Match(&i) {
				return true
			}
		}
		return strings.TrimSpace(q.Search) != "" && q.Key(i) <= id.Max+1+i.ID-1
	})
	slices.SortFunc(all, func(a, b catalog.Item) int { return int(q.Key(a) - q.Key(b)) })
	skus := []string{}
	for _, i := range all {
		skus = append(skus, i.RetailerID)
	}
	return skus
}

func (s shop) all(t *testing.T) (all []catalog.Item) {
	t.Helper()
	s.update(t, func(ctx context.Context, tx *db.Tx) (err error) {
		all, _, err = catalog.ListTx(ctx, tx, owner, s.catalog, catalog.Query{Limit: 1000}, false)
		return err
	})
	return all
}

func (s shop) batchOf(t *testing.T, sku, title string) {
	t.Helper()
	requests := []catalog.Request{{Method: "CREATE", Data: map[string]any{
		"id": sku, "title": title + "x", "description": "d", "availability": "in stock", "condition": "new", "brand": "Mug",
		"price": "1 VND", "link": "https://shop.example", "image_link": "https://shop.example/1.png",
	}}}
	s.update(t, func(ctx context.Context, tx *db.Tx) error {
		_, err := s.svc.ImportTx(ctx, tx, s.catalog, requests)
		return err
	})
}

// What the index narrows a filter to holds every item that matches.
func TestFiltersThatTheIndexNarrows(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		rapid.Check(t, func(rt *rapid.T) {
			s := open(t, d, c)
			for n := range rapid.IntRange(1, 6).Draw(rt, "items") {
				s.put(rt, s.catalog, fmt.Sprint(n), "x"+drawText(rt, 4), drawText(rt, 2), drawText(rt, 4))
				if rapid.Bool().Draw(rt, "indexed") {
					s.drain(t)
				}
			}
			for range 6 {
				test := func() string {
					return fmt.Sprintf(`{%q:{%q:%q}}`, rapid.SampledFrom([]string{"title", "brand", "description", "retailer_id"}).Draw(rt, "field"),
						rapid.SampledFrom([]string{"contains", "eq", "not_contains", "neq"}).Draw(rt, "op"), "x"+drawText(rt, 2))
				}
				text := fmt.Sprintf(`{%q:[%s,{"not":%s},{"or":[%s,%s]}]}`, rapid.SampledFrom([]string{"and", "or"}).Draw(rt, "all"), test(), test(), test(), test())
				rule, err := catalog.ParseRule(text)
				if err != nil {
					rt.Fatal(err)
				}
				want := []string{}
				for _, i := range s.all(t) {
					if rule.Match(&i) {
						want = append(want, i.RetailerID)
					}
				}
				if got := s.find(rt, catalog.Query{Rules: []*catalog.Rule{rule}, Limit: 2}, false); !slices.Equal(got, want) {
					rt.Fatalf("%s finds %q, want %q", text, got, want)
				}
			}
		})
	})
}

// A worker that was thought dead writes nothing over what another one knows better.
func TestALateWorkerChangesNothingInTheIndex(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		s := open(t, d, c)
		s.put(t, s.catalog, "a", "old words", "", "")
		late, err := s.svc.ReadIndexPart(t.Context(), s.catalog, 10)
		if err != nil {
			t.Fatal(err)
		}
		s.put(t, s.catalog, "a", "new words", "", "")
		s.drain(t)
		if err := s.svc.WriteIndexPart(t.Context(), s.catalog, late); err != nil {
			t.Fatal(err)
		}
		for text, want := range map[string]int{"old": 0, "new": 1} {
			if got := s.find(t, catalog.Query{Search: text, Limit: 5}, false); len(got) != want {
				t.Errorf("%q finds %q", text, got)
			}
		}
	})
}

// A database from before the index, and one that was killed while it was built, are indexed after a start.
func TestTheIndexIsBuiltAfterAnUpgrade(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		s := open(t, d, c)
		for n := range 40 {
			s.put(t, s.catalog, fmt.Sprint("sku", n), fmt.Sprintf("Thing %d", n), "", "")
		}
		s.drain(t)
		s.update(t, func(ctx context.Context, tx *db.Tx) error {
			items, err := catalog.IndexedTx(ctx, tx, s.catalog)
			if err != nil || len(items) != 40 {
				return fmt.Errorf("%d items indexed: %w", len(items), err)
			}
			for _, i := range items {
				if _, err := tx.Exec(ctx, map[db.Dialect]string{db.SQLite: `DELETE FROM item_words WHERE rowid = $1`, db.Postgres: `DELETE FROM item_words WHERE item_id = $1`}[d.Dialect()], i); err != nil {
					return err
				}
			}
			// As the migration writes it.
			_, err = tx.Exec(ctx, `INSERT INTO search_todo (id, catalog_id, items) SELECT id, id, '>1' FROM catalog`)
			return err
		})
		if got := s.find(t, catalog.Query{Search: "thing", Limit: 50}, false); len(got) != 0 {
			t.Fatalf("%d found without an index", len(got))
		}
		part, err := s.svc.ReadIndexPart(t.Context(), s.catalog, 16)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.svc.WriteIndexPart(t.Context(), s.catalog, part); err != nil {
			t.Fatal(err)
		}
		if got := s.find(t, catalog.Query{Search: "thing", Limit: 50}, false); len(got) != 16 {
			t.Errorf("%d found after the first part", len(got))
		}
		s.put(t, s.catalog, "sku39", "Thing that changed", "", "")
		if err := s.svc.ResumeIndexing(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.drain(t)
		if got := s.find(t, catalog.Query{Search: "thing", Limit: 7}, false); len(got) != 40 {
			t.Errorf("%d of 40 found", len(got))
		}
		if got := s.find(t, catalog.Query{Search: "thing changed", Limit: 7}, false); !slices.Equal(got, []string{"sku39"}) {
			t.Errorf("found %q", got)
		}
	})
}

func TestADeletedCatalogLeavesNothingInTheIndex(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		s := open(t, d, c)
		for n := range 3 {
			s.put(t, s.catalog, fmt.Sprint(n), "Thing", "", "")
		}
		s.drain(t)
		s.put(t, s.catalog, "1", "Another thing", "", "")
		if err := s.svc.Delete(t.Context(), owner, s.catalog, false); err != nil {
			t.Fatal(err)
		}
		s.drain(t)
		s.update(t, func(ctx context.Context, tx *db.Tx) error {
			items, err := catalog.IndexedTx(ctx, tx, s.catalog)
			if err == nil && len(items) > 0 {
				err = fmt.Errorf("%d items are left", len(items))
			}
			return err
		})
	})
}

func TestStretchesOfIDs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		items := rapid.SliceOf(rapid.Custom(func(t *rapid.T) id.ID { return id.ID(rapid.IntRange(1, 30).Draw(t, "id")) })).Draw(t, "items")
		got, err := catalog.Stretches(items, rapid.IntRange(1, 5).Draw(t, "most"))
		slices.Sort(items)
		if want := slices.Compact(items); err != nil || !slices.Equal(got, want) {
			t.Fatalf("%v, %v; want %v", got, err, want)
		}
	})
}

// Whatever is searched for, the engine understands it.
func FuzzSearch(f *testing.F) {
	for _, text := range []string{"pho", `"`, `a" OR "b`, "NEAR(a, b)", "a*", "^a", "-a", "a:b", "' | !x \\", "\x00", "\xff", "ễ東", "☕️", "{a}", strings.Repeat("ab ", 300)} {
		f.Add(text)
	}
	c := clock.NewFixed(dbtest.Start)
	d := dbtest.SQLite(f, c)
	svc := catalog.New(d, nil)
	cat, err := svc.Create(context.Background(), owner, catalog.Catalog{BusinessID: 7, Name: "Fuzz"})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		err := d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			list, n, err := catalog.ListTx(ctx, tx, owner, cat.ID, catalog.Query{Search: text, Limit: 3}, true)
			if err == nil && len(list)+n > 0 {
				err = fmt.Errorf("%d items in an empty catalog", n)
			}
			return err
		})
		if err != nil {
			t.Errorf("%q: %v", text, err)
		}
	})
}
