package catalog_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/fault"
)

// FuzzFilter: a stranger's filter is refused with words, or selects from the database what it matches in memory; its opposite
// selects the rest; and written in other white space it is the same.
func FuzzFilter(f *testing.F) {
	for _, seed := range []string{
		`{"brand":{"eq":"quán"}}`, `{"price":{"lt":1000}}`, `{"name":{"i_contains":"phở"}}`, `{"not":{"brand":{"is_any":["QUÁN","Malabar"]}}}`,
		`{"and":[{"availability":{"eq":"in stock"}},{"or":[{"product_type":{"starts_with":"home"}},{"retailer_id":{"is_any":["mug-1","pho"]}}]},{"custom_number_0":{"gte":7}}]}`,
		`{"title":{"regex_match":"^(mug|tea)s?"}}`, `{"sale_price":{"is_present":true}}`, `{"custom_label_0":{"contains":"hot"}}`, `{"internal_label":{"eq":"new in"}}`,
		`{"color":{"is_not_any":[""]}}`, `{"description":{"not_contains":"t-shirt 100%"}}`, `{"price":{"neq":0}}`, `{}`, `{"and":[{"price":{"gte":-1}},{"not":{"size":{"eq":"L"}}}]}`,
	} {
		f.Add(seed)
	}
	d := dbtest.SQLite(f, clock.NewFixed(time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)))
	var s shop
	var all []catalog.Item
	stocked := false
	f.Fuzz(func(t *testing.T, text string) {
		if !stocked {
			s = open(t, d, clock.NewFixed(time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)))
			all = s.stock(t)
			stocked = true
		}
		if len(text) > 4000 {
			return
		}
		r, err := catalog.ParseRule(text)
		if err != nil {
			if got, ok := fault.As(err); !ok || got.Detail == "" {
				t.Errorf("%.100q is refused by %.200v", text, err)
			}
			return
		}
		matched := func(r *catalog.Rule) string {
			return skus(slices.DeleteFunc(slices.Clone(all), func(i catalog.Item) bool { return !r.Match(&i) }))
		}
		want := matched(r)
		got, total := s.list(t, catalog.Query{Rules: []*catalog.Rule{r}, Limit: 100})
		if skus(got) != want || total != len(got) {
			t.Errorf("%s selects %q (%d), and matches %q", text, skus(got), total, want)
		}
		opposite, err := catalog.ParseRule(`{"not":` + text + `}`)
		if err != nil {
			return // too deep by one
		}
		if rest, n := s.list(t, catalog.Query{Rules: []*catalog.Rule{opposite}, Limit: 100}); n+total != len(all) || skus(rest) != matched(opposite) {
			t.Errorf("%s selects %d items and its opposite %d of %d", text, total, n, len(all))
		}
		if spaced, err := catalog.ParseRule("\n " + strings.TrimSpace(text) + "\t"); err != nil || matched(spaced) != want {
			t.Errorf("%s with white space around is %v, and matches otherwise", text, err)
		}
	})
}
