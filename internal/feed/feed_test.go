package feed

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/feedfile"
)

func TestRulesChangeRows(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rule Rule
		in   cells
		want string // of the attribute "a"
	}{
		"mapping":             {Rule{Type: MappingRule, Params: map[string]string{"map_from": "B"}}, cells{"b": "x"}, "x"},
		"mapping of nothing":  {Rule{Type: MappingRule, Params: map[string]string{"map_from": "c"}}, cells{"a": "own"}, "own"},
		"values":              {Rule{Type: ValueMappingRule, Params: map[string]string{"InStock": "in stock"}}, cells{"a": "INSTOCK"}, "in stock"},
		"values not named":    {Rule{Type: ValueMappingRule, Params: map[string]string{"x": "y"}}, cells{"a": "z"}, "z"},
		"upper":               {Rule{Type: LetterCaseRule, Params: map[string]string{"type": "to_upper"}}, cells{"a": "phở"}, "PHỞ"},
		"first":               {Rule{Type: LetterCaseRule, Params: map[string]string{"type": "capitalize_first"}}, cells{"a": "áo dài"}, "Áo dài"},
		"all":                 {Rule{Type: LetterCaseRule, Params: map[string]string{"type": "capitalize_all"}}, cells{"a": "áo dài đỏ"}, "Áo Dài Đỏ"},
		"fallback":            {Rule{Type: FallbackRule, Params: map[string]string{"fallback": "new"}}, cells{}, "new"},
		"fallback not needed": {Rule{Type: FallbackRule, Params: map[string]string{"fallback": "new"}}, cells{"a": "used"}, "used"},
		"fallback by column":  {Rule{Type: FallbackRule, Params: map[string]string{"map_from": "b"}}, cells{"b": "x"}, "x"},
		"regex":               {Rule{Type: RegexReplaceRule, Params: map[string]string{"find": `^SKU-(\d+)`, "replace": "$1"}}, cells{"a": "SKU-12"}, "12"},
	} {
		c.rule.Attribute = "a"
		if err := c.rule.check(); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		compiled, err := compileRules([]Rule{c.rule})
		if err != nil {
			t.Fatal(err)
		}
		if compiled[0].apply(c.in); c.in["a"] != c.want {
			t.Errorf("%s: %q, want %q", name, c.in["a"], c.want)
		}
	}
}

func TestCellsBecomeValues(t *testing.T) {
	t.Parallel()
	row := feedfile.Row{
		Names:  []string{"id", "title", "price", "sale_price", "image[0].url", "image[0].tag[0]", "image[1].url", "applink.ios_url", "internal_label", "", "additional_image_link", "additional_image_link", "brand"},
		Values: []string{"1", "Phở", "9,50", "8 USD", "https://a/1", "x", "https://a/2", "app://", "['New','Hot']", "y", "https://a/3", "https://a/4", ""},
	}
	c := newCells(row)
	got, err := json.Marshal(c.data("EUR"))
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"additional_image_link":"https://a/3,https://a/4","applink":{"ios_url":"app://"},"brand":null,"image":[{"tag":["x"],"url":"https://a/1"},{"url":"https://a/2"}],` +
		`"internal_label":"[\"New\",\"Hot\"]","price":"9,50 EUR","sale_price":"8 USD","title":"Phở"}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for _, c := range [][3]string{{"10", "10", "8"}, {"7.5", "8", ""}, {"8.00", "8", ""}, {"", "8", ""}} {
		shopify := cells{"price": "8", "compare_at_price": c[0]}
		if shopify.translate(); shopify["price"] != c[1] || shopify["sale_price"] != c[2] {
			t.Errorf("Shopify's row became %v, want %v", shopify, c)
		}
	}
}

// FuzzPut: no path of a column breaks anything, and what it stores is found again.
func FuzzPut(f *testing.F) {
	for _, p := range []string{"image[0].url", "a.b.c", "a[99]", "a[100]", "a[0][1]", "..", "[", "a[0].b[0].c"} {
		f.Add(p, "image[1].url")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		data := map[string]any{}
		put(data, a, "x")
		put(data, b, "y")
		if _, err := json.Marshal(data); err != nil {
			t.Errorf("%q %q: %v", a, b, err)
		}
	})
}

// TestSchedulesKeepTheClocksOfTheirPlace: over the days the clocks change, too.
func TestSchedulesKeepTheClocksOfTheirPlace(t *testing.T) {
	t.Parallel()
	at := func(s string) time.Time {
		v, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for name, c := range map[string]struct {
		s     Schedule
		after string
		want  []string
	}{
		"daily over the spring change of Berlin": {
			Schedule{Interval: Daily, Count: 1, Hour: 2, Minute: 30, DayOfMonth: unset, Timezone: "Europe/Berlin", CreatedAt: at("2026-03-27T12:00:00Z")},
			"2026-03-27T12:00:00Z",
			[]string{"2026-03-28T01:30:00Z", "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"},
		},
		"daily over the autumn change": {
			Schedule{Interval: Daily, Count: 1, Hour: 2, Minute: 30, DayOfMonth: unset, Timezone: "Europe/Berlin", CreatedAt: at("2026-10-23T12:00:00Z")},
			"2026-10-24T12:00:00Z",
			[]string{"2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"},
		},
		"every second Monday": {
			Schedule{Interval: Weekly, Count: 2, Hour: 9, Minute: unset, DayOfMonth: unset, DayOfWeek: "MONDAY", Timezone: "Asia/Ho_Chi_Minh", CreatedAt: at("2026-11-24T00:00:00Z")},
			"2026-11-24T00:00:00Z",
			[]string{"2026-11-30T02:00:00Z", "2026-12-14T02:00:00Z"},
		},
		"the 31st of every month": {
			Schedule{Interval: Monthly, Count: 1, Hour: 0, Minute: unset, DayOfMonth: 31, Timezone: "UTC", CreatedAt: at("2026-01-01T00:00:00Z")},
			"2026-01-31T00:00:00Z",
			[]string{"2026-02-28T00:00:00Z", "2026-03-31T00:00:00Z", "2026-04-30T00:00:00Z"},
		},
		"every six hours from four": {
			Schedule{Interval: Hourly, Count: 6, Hour: 4, Minute: 15, DayOfMonth: unset, Timezone: "UTC", CreatedAt: at("2026-01-01T00:00:00Z")},
			"2026-01-01T05:00:00Z",
			[]string{"2026-01-01T10:15:00Z", "2026-01-01T16:15:00Z"},
		},
	} {
		now, got := at(c.after), []string{}
		for range c.want {
			now = c.s.Next(now)
			got = append(got, now.UTC().Format(time.RFC3339))
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s\n got %v\nwant %v", name, got, c.want)
		}
	}
}
