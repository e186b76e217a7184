package feed

import (
	"slices"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
)

// TestAColumnThatARuleReadsIsNotPassedOver: neither an upload nor lint warns of it, while a column that nobody reads is told.
func TestAColumnThatARuleReadsIsNotPassedOver(t *testing.T) {
	t.Parallel()
	const file = "id,title,description,Stock,colour_of_eyes,condition,price,link,image_link,brand\n" +
		"a,A cup,A cup.,in stock,green,new,1 USD,https://s.example/1,https://s.example/1.jpg,B\n"
	rule := Rule{Attribute: "availability", Type: MappingRule, Params: map[string]string{"map_from": "stock"}}
	if r := lint(t, "a.csv", file, LintOptions{Rules: []Rule{rule}}); r.Good != 1 || !slices.Equal(r.Unknown, []string{"colour_of_eyes"}) {
		t.Errorf("lint: %d good, unknown columns %q", r.Good, r.Unknown)
	}
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		k := newTaker(t, d, c)
		if _, err := k.s.AddRule(t.Context(), owner, k.feed, rule); err != nil {
			t.Fatal(err)
		}
		u, _ := k.take("a.csv", file)
		told := k.told(u)
		if u.Persisted != 1 || strings.Contains(told, "passed over: Stock") || !strings.Contains(told, "passed over: colour_of_eyes") {
			t.Errorf("%d taken\n%s", u.Persisted, told)
		}
	})
}
