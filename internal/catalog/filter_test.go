package catalog_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
)

// FuzzParseRule: strangers' filters never panic, and what is refused is refused with a reason.
func FuzzParseRule(f *testing.F) {
	for _, seed := range []string{
		``, `{}`, `[]`, `{"and":[]}`, `{"not":{"brand":{"eq":"x"}}}`, `{"brand":{"eq":["x"]}}`, `{"price":{"lt":"1e9"}}`, `{"name":{"regex_match":"(a*)*"}}`,
		`{"and":[{"availability":{"eq":"in stock"}},{"or":[{"product_type":{"i_contains":"mug"}},{"retailer_id":{"is_any":["sku-1","sku-7"]}}]},{"custom_number_0":{"gte":2025}}]}`,
		strings.Repeat(`{"not":`, 50) + `{}` + strings.Repeat(`}`, 50), `{"brand":{"eq":"\u0000"}}`, `{"brand":{"i_contains":"🍜"}}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := catalog.ParseRule(text)
		if err != nil {
			if got, ok := fault.As(err); !ok || got.Detail == "" || len(got.Detail) > 4000 {
				t.Errorf("%.100q is refused by %.200v", text, err)
			}
			return
		}
		r.Match(&catalog.Item{RetailerID: "a", Title: "Phở bò"})
	})
}

// goods are the items filters are tried on: letters of several scripts, cases, separators, missing values.
var goods = []map[string]any{
	{"id": "mug-1", "title": "Blue mug", "description": "Stoneware t-shirt", "brand": "Quán", "price": "999 USD", "custom_number_0": 2025, "product_type": "Home/Kitchen > Mugs", "internal_label": []any{"sale", "new in"}},
	{"id": "MUG-1", "title": "MUGS & more", "description": "it's", "brand": "quán", "price": "5.00 USD", "sale_price": "4.00 USD", "custom_number_0": 7, "color": "Xanh dương"},
	{"id": "pho", "title": "Phở bò tái", "description": "Nóng hổi", "brand": "QUÁN GÓC PHỐ", "price": "12 USD", "availability": "out of stock", "size": "L"},
	{"id": "chai", "title": "मसाला चाय", "description": "गरम", "brand": "Malabar", "price": "3 USD", "gender": "unisex", "status": "archived", "custom_label_0": "Hot_Drink"},
	{"id": "tea", "title": "شاي أخضر", "description": "green tea 🍵", "brand": "Straße", "price": "3 USD", "google_product_category": "Food, Beverages & Tobacco > Beverages > Tea"},
	{"id": "x_1%", "title": "100% cotton_shirt", "description": "a.b:c", "brand": "", "price": "0 USD", "item_group_id": "G1", "condition": "used"},
}

// stock puts the goods into the catalog.
func (s shop) stock(t *testing.T) []catalog.Item {
	t.Helper()
	for _, g := range goods {
		values := map[string]any{
			"availability": "in stock", "condition": "new", "link": "https://quan.example/" + url.PathEscape(fmt.Sprint(g["id"])), "image_link": "https://quan.example/x.jpg",
		}
		for k, v := range g {
			switch n := v.(type) {
			case int:
				values[k] = json.Number(fmt.Sprint(n))
			default:
				values[k] = v
			}
		}
		delete(values, "id")
		if _, err := s.svc.CreateItem(t.Context(), owner, s.catalog, fmt.Sprint(g["id"]), catalog.ReadChange(catalog.Batch, values), true); err != nil {
			t.Fatal(err)
		}
	}
	all, _ := s.list(t, catalog.Query{Limit: 100})
	if len(all) != len(goods) {
		t.Fatalf("%d items, want %d", len(all), len(goods))
	}
	return all
}

func (s shop) list(t testing.TB, q catalog.Query) (list []catalog.Item, total int) {
	t.Helper()
	err := s.db.View(t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		list, total, err = catalog.ListTx(ctx, tx, owner, s.catalog, q, true)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list, total
}

func skus(list []catalog.Item) string {
	var names []string
	for _, i := range list {
		names = append(names, i.RetailerID)
	}
	return strings.Join(names, " ")
}

func TestFilters(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		s := open(t, d, c)
		s.stock(t)
		for rule, want := range map[string]string{
			`{"brand":{"eq":"quán"}}`:                                    "mug-1 MUG-1",
			`{"brand":{"neq":"Quán"}}`:                                   "pho chai tea x_1%",
			`{"brand":{"is_present":true}}`:                              "mug-1 MUG-1 pho chai tea",
			`{"brand":{"is_not_present":true}}`:                          "x_1%",
			`{"brand":{"eq":""}}`:                                        "x_1%",
			`{"retailer_id":{"is_any":["mug-1","pho"]}}`:                 "mug-1 pho",
			`{"retailer_id":{"in":["MUG-1"]}}`:                           "MUG-1",
			`{"name":{"i_contains":"mug"}}`:                              "mug-1",
			`{"name":{"contains":"MUGS"}}`:                               "MUG-1",
			`{"name":{"i_contains":"bò phở"}}`:                           "pho",
			`{"name":{"i_contains":"pho"}}`:                              "",
			`{"name":{"i_contains":"चाय"}}`:                              "chai",
			`{"name":{"i_contains":"أخضر"}}`:                             "tea",
			`{"description":{"i_contains":"🍵"}}`:                         "tea",
			`{"description":{"i_contains":"shirt"}}`:                     "mug-1",
			`{"description":{"i_contains":"t-shirt"}}`:                   "mug-1",
			`{"description":{"i_contains":"it's"}}`:                      "MUG-1",
			`{"description":{"i_contains":"b"}}`:                         "x_1%",
			`{"name":{"i_not_contains":"mug"}}`:                          "MUG-1 pho chai tea x_1%",
			`{"price":{"gt":500}}`:                                       "mug-1 pho",
			`{"price":{"lte":"300"}}`:                                    "chai tea x_1%",
			`{"sale_price":{"lt":1000}}`:                                 "MUG-1",
			`{"not":{"sale_price":{"lt":1000}}}`:                         "mug-1 pho chai tea x_1%",
			`{"custom_number_0":{"gte":2025}}`:                           "mug-1",
			`{"custom_number_0":{"neq":7}}`:                              "mug-1 pho chai tea x_1%",
			`{"internal_label":{"is_any":["sale"]}}`:                     "mug-1",
			`{"visibility":{"eq":"archived"}}`:                           "chai",
			`{"availability":{"eq":"IN STOCK"}}`:                         "mug-1 MUG-1 chai tea x_1%",
			`{"product_type":{"i_starts_with":"home/"}}`:                 "mug-1",
			`{"google_product_category":{"i_contains":"beverages tea"}}`: "tea",
			`{"google_product_category":{"starts_with":"Food,"}}`:        "tea",
			`{"item_group_id":{"eq":"g1"}}`:                              "x_1%",
			`{"name":{"regex_match":"^blue|shirt$"}}`:                    "mug-1 x_1%",
			`{"custom_label_0":{"i_contains":"drink"}}`:                  "chai",
			`{"brand":{"eq":"STRASSE"}}`:                                 "",
			`{"and":[{"condition":{"eq":"new"}},{"or":[{"color":{"i_contains":"xanh"}},{"size":{"eq":"l"}}]}]}`: "MUG-1 pho",
			`{"not":{"or":[{"price":{"gt":200}},{"gender":{"is_present":true}}]}}`:                              "x_1%",
		} {
			r, err := catalog.ParseRule(rule)
			if err != nil {
				t.Errorf("%s: %v", rule, err)
				continue
			}
			list, total := s.list(t, catalog.Query{Rules: []*catalog.Rule{r}, Limit: 100})
			if got := skus(list); got != want || total != len(list) {
				t.Errorf("%s selects %q (%d), want %q", rule, got, total, want)
			}
		}
	})
}

func TestFiltersThatAreRefused(t *testing.T) {
	t.Parallel()
	for rule, want := range map[string]string{
		`x`:                            "is not a JSON object",
		`{"colour":{"eq":"x"}}`:        "there is no field",
		`{"brand":{"like":"x"}}`:       "there is no operator",
		`{"brand":{"is_any":"x"}}`:     "takes a list",
		`{"brand":{"eq":["x"]}}`:       "takes one value",
		`{"brand":"x"}`:                "needs an operator",
		`{"brand":{"lt":1}}`:           "compares numbers",
		`{"price":{"eq":"9.99"}}`:      "whole number",
		`{"price":{"i_contains":"9"}}`: "works on texts",
		`{"name":{"starts_with":"x"}}`: "product categories",
		`{"name":{"i_contains":" ,"}}`: "at least one word",
		`{"name":{"regex_match":"("}}`: "no regular expression",
		`{"and":{"brand":{"eq":"x"}}}`: "holds a list of rules",
		`{"a":1,"b":2}`:                "exactly one key",
		strings.Repeat(`{"not":`, 12) + `{"brand":{"eq":"x"}}` + strings.Repeat(`}`, 12): "nested deeper",
		`{"brand":{"eq":"` + strings.Repeat("x", 512<<10) + `"}}`:                        "at most 512000 are allowed",
	} {
		if _, err := catalog.ParseRule(rule); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s: %.200v, want %q", rule, err, want)
		}
	}
}

// TestFiltersMeanTheSameInSQL: any rule selects from the database what it matches in memory, forwards and
// backwards, page by page.
func TestFiltersMeanTheSameInSQL(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		s := open(t, d, c)
		all := s.stock(t)
		rapid.Check(t, func(rt *rapid.T) {
			text := jsonOf(drawRule(rt, 0))
			r, err := catalog.ParseRule(text)
			if err != nil {
				rt.Skip()
			}
			want := slices.DeleteFunc(slices.Clone(all), func(i catalog.Item) bool { return !r.Match(&i) })
			got, total := s.list(t, catalog.Query{Rules: []*catalog.Rule{r}, Limit: 100})
			if skus(got) != skus(want) || total != len(want) {
				rt.Fatalf("%s selects %q (%d), and matches %q", text, skus(got), total, skus(want))
			}
			var back []catalog.Item
			for before := id.Max; ; before = back[0].ID {
				page, _ := s.list(t, catalog.Query{Rules: []*catalog.Rule{r}, Before: before, Limit: 2})
				back = append(page, back...)
				if len(page) < 2 {
					break
				}
			}
			if skus(back) != skus(want) {
				rt.Fatalf("%s backwards selects %q, and matches %q", text, skus(back), skus(want))
			}
		})
	})
}

func drawRule(t *rapid.T, depth int) any {
	kind := rapid.IntRange(0, 5).Draw(t, "kind")
	if depth > 3 {
		kind = 5
	}
	switch kind {
	case 0, 1:
		list := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) any { return drawRule(t, depth+1) }), 1, 3).Draw(t, "rules")
		return map[string]any{[]string{"and", "or"}[kind]: list}
	case 2:
		return map[string]any{"not": drawRule(t, depth+1)}
	}
	numeric := rapid.Bool().Draw(t, "numeric")
	if numeric {
		field := rapid.SampledFrom([]string{"price", "sale_price", "custom_number_0", "custom_number_1"}).Draw(t, "field")
		op := rapid.SampledFrom([]string{"eq", "neq", "lt", "lte", "gt", "gte", "is_present", "is_not_present"}).Draw(t, "op")
		return map[string]any{field: map[string]any{op: rapid.SampledFrom([]int{0, 1, 7, 300, 400, 500, 99900, 2025}).Draw(t, "number")}}
	}
	field := rapid.SampledFrom([]string{
		"retailer_id", "name", "description", "brand", "availability", "condition", "visibility", "product_type", "category", "color", "size", "gender",
		"custom_label_0", "internal_label", "item_group_id", "url", "currency",
	}).Draw(t, "field")
	op := rapid.SampledFrom([]string{"eq", "neq", "is_any", "is_not_any", "i_contains", "i_not_contains", "starts_with", "is_present", "regex_match"}).Draw(t, "op")
	word := rapid.SampledFrom([]string{
		"quán", "QUÁN", "mug", "MUG-1", "mug-1", "phở", "bò", "चाय", "मसाला चाय", "شاي", "tea", "🍵", "t-shirt", "shirt", "in stock", "used", "archived", "home/", "Food,", "usd",
		"new in", "sale", "100%", "cotton_shirt", "a.b:c", "x_1%", "G1", "", "straße", "STRASSE", "unisex", "https", "quan.example", "L",
	})
	if strings.HasSuffix(op, "_any") {
		return map[string]any{field: map[string]any{op: rapid.SliceOfN(word, 1, 3).Draw(t, "words")}}
	}
	return map[string]any{field: map[string]any{op: word.Draw(t, "word")}}
}

func jsonOf(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}
