package policy_test

import (
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/money"
	"github.com/hawkerhq/hawker/internal/policy"
)

func rulesIn(t *testing.T, text string) (*policy.Rules, error) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "house.txt"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return policy.Load(policy.Options{Dir: dir})
}

func TestAnOperatorsRulesAddAndTakeAway(t *testing.T) {
	t.Parallel()
	r, err := rulesIn(t, "# ours\n[alcohol]\nreject: zzqfizz\nremove: vodka\nhard both: @one + @other\n@one: blorp\n@other: # flobs\n")
	if err != nil {
		t.Fatal(err)
	}
	for title, want := range map[string]string{"Zzqfizz 1 L": policy.Reject, "Blorp, 12 flobs": policy.Reject, "Blorp": policy.Approve, "Vodka": policy.Approve, "Whisky": policy.Reject} {
		j := r.Judge(catalog.Item{Title: title})
		if j.Verdict != want || !strings.HasPrefix(j.Version, policy.Version+"+") {
			t.Errorf("%q: %+v, want %s", title, j, want)
		}
	}
}

// TestAnOperatorsTaxonomyNamesCategories: an id that the built-in branches do not list is known by the path of the file.
func TestAnOperatorsTaxonomyNamesCategories(t *testing.T) {
	t.Parallel()
	tax, err := catalog.ReadTaxonomy(strings.NewReader("987654 - Food, Beverages & Tobacco > Beverages > Alcoholic Beverages > Something New\n987655 - Home & Garden > Something Old\n"))
	if err != nil {
		t.Fatal(err)
	}
	with, err := policy.Load(policy.Options{Taxonomy: tax})
	if err != nil {
		t.Fatal(err)
	}
	without, err := policy.Load(policy.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for category, want := range map[string][2]string{
		"987654": {policy.Reject, policy.Approve}, "987655": {policy.Approve, policy.Approve}, "499676": {policy.Reject, policy.Reject}, "5": {policy.Approve, policy.Approve},
	} {
		i := catalog.Item{Title: "Gift box", GoogleCategory: category}
		if got := [2]string{with.Judge(i).Verdict, without.Judge(i).Verdict}; got != want {
			t.Errorf("%s: with the file and without %v, want %v", category, got, want)
		}
	}
}

func TestWrongRulesAreRefusedWithFileAndLine(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"[alcohol]\nreject beer":                         "line 2",
		"\n\n[beer]":                                     "line 3",
		"reject: beer":                                   "line 1",
		"[alcohol]\nloud: beer":                          "line 2",
		"[alcohol]\nreject: 5":                           "every number",
		"[alcohol]\nreject: #9-2 ml":                     "no span",
		"[alcohol]\nreject: *x":                          "no ending",
		"[alcohol]\nreject both: @a":                     "names one set",
		"[alcohol]\nreject both: @a + @nobody\n@a: b":    "has no words",
		"[alcohol]\nreject: \xff\xfe":                    "UTF-8",
		"[alcohol]\nreject: " + strings.Repeat("a", 300): "bytes",
	} {
		_, err := rulesIn(t, text)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "policy-rules") {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
	if _, err := policy.Load(policy.Options{Dir: t.TempDir()}); err == nil {
		t.Error("a directory without rules was taken")
	}
}

func TestSupplementsByTheSetting(t *testing.T) {
	t.Parallel()
	for setting, want := range map[string]string{"": policy.Human, policy.SupplementsUnsafe: policy.Human, policy.SupplementsAll: policy.Reject} {
		r, err := policy.Load(policy.Options{Supplements: setting})
		if err != nil {
			t.Fatal(err)
		}
		if j := r.Judge(catalog.Item{Title: "Whey protein 1 kg"}); j.Verdict != want {
			t.Errorf("%q: %+v, want %s", setting, j, want)
		}
	}
	if _, err := policy.Load(policy.Options{Supplements: "some"}); err == nil {
		t.Error("an unknown setting was taken")
	}
}

// TestHostileTextsStayInBounds: what a text makes the reviewer compare, keep and wait for has a bound, whatever it repeats. Time is
// measured against the time for a sixteenth of the text, each the best of some tries, so that a slow or busy machine changes nothing:
// work that grows with the square of the text takes 256 times as long.
func TestHostileTextsStayInBounds(t *testing.T) {
	r, err := policy.NewRules()
	if err != nil {
		t.Fatal(err)
	}
	r.Judge(catalog.Item{Title: "Mug"}) // what is done once is done
	judge := func(text string) (j policy.Judgement, took time.Duration) {
		spent := clock.Stopwatch()
		j = r.Judge(catalog.Item{Title: "Mug", Description: text})
		return j, spent()
	}
	const most, tries, slower = 32 << 20, 100, 64
	for name, text := range map[string]string{
		"a megabyte of words":     strings.Repeat("weed mug THC cocaine and beer ", 40_000),
		"a megabyte of one word":  strings.Repeat("a", 1<<20),
		"combining marks":         "a" + strings.Repeat("\u0301", 10_000),
		"marks on every letter":   strings.Repeat("v\u0301\u0301o\u0323d\u0301k\u0301a\u0301 ", 10_000),
		"right-to-left overrides": strings.Repeat("\u202eakdov\u202c ", 50_000),
		"invalid UTF-8":           strings.Repeat("\xff\xfevodka", 100_000),
		"spaced letters":          strings.Repeat("v o d k a ", 100_000),
		"dotted letters":          strings.Repeat("b.", 500_000),
		"digits for letters":      strings.Repeat("V0dk4 ", 150_000),
		"pictures":                strings.Repeat("\U0001f37a", 250_000),
		"commas":                  strings.Repeat("vodka,", 170_000),
		"with and with":           strings.Repeat("wine with glass ", 65_000),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		j, _ := judge(text)
		runtime.ReadMemStats(&after)
		if grew := after.TotalAlloc - before.TotalAlloc; grew > most {
			t.Errorf("%s: %d MB were taken", name, grew>>20)
		}
		for _, pair := range [][2]string{{text[:len(text)/256], text[:len(text)/16]}, {text[:len(text)/16], text}} {
			short, whole := time.Duration(math.MaxInt64), time.Duration(math.MaxInt64)
			for n := 0; n < tries && (n == 0 || whole > slower*short); n++ {
				_, took := judge(pair[0])
				short = min(short, took)
				_, took = judge(pair[1])
				whole = min(whole, took)
			}
			if whole > slower*short {
				t.Errorf("%s: %d bytes took %v, a sixteenth of them %v", name, len(pair[1]), whole, short)
			}
		}
		for _, e := range j.Evidence {
			if e.Field == "description" && text[e.Start:e.End] != e.Text {
				t.Errorf("%s: evidence %q is not in the text", name, e.Text)
			}
		}
	}
}

// TestHostileRuleFilesAreReadOrRefused: with a line, and never by a crash.
func TestHostileRuleFilesAreReadOrRefused(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"combining marks":        "[alcohol]\nreject: a" + strings.Repeat("\u0301", 10_000),
		"right-to-left override": "[alcohol]\nreject: \u202eakdov\u202c, zzqfizz",
		"a line of a megabyte":   "[alcohol]\nreject: " + strings.Repeat("zzqfizz, ", 150_000),
		"a file without lines":   strings.Repeat("a", 1<<20),
		"only marks":             "[alcohol]\nreject: \u0301\u0301",
		"a nul":                  "[alcohol]\nreject: zz\x00q",
		"a deep condition":       "[alcohol]\nreject when: " + strings.Repeat("(", 3000) + "true" + strings.Repeat(")", 900),
		"many conditions":        "[alcohol]\n" + strings.Repeat("hold when: item.price > 1.0\n", 201),
	} {
		if _, err := rulesIn(t, text); err != nil && (!strings.Contains(err.Error(), "line ") || len(err.Error()) > 1000) {
			t.Errorf("%s: %.300v", name, err)
		}
	}
}

// TestAnOperatorsRulesMayNameBuiltInSets: alone, such a file is not whole.
func TestAnOperatorsRulesMayNameBuiltInSets(t *testing.T) {
	t.Parallel()
	r, err := rulesIn(t, "[alcohol]\nhard both: @house + @bake\n@house: blorp\n")
	if err != nil {
		t.Fatal(err)
	}
	if j := r.Judge(catalog.Item{Title: "Blorp muffin"}); j.Verdict != policy.Reject {
		t.Errorf("%+v", j)
	}
}

// TestRulesMaySpreadOverFiles: a set may stand in another file than its combination.
func TestRulesMaySpreadOverFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{"a.txt": "[alcohol]\nhard both: @one + @other\n@one: blorp\n", "b.txt": "[alcohol]\n@other: flobs\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r, err := policy.Load(policy.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if j := r.Judge(catalog.Item{Title: "Blorp flobs"}); j.Verdict != policy.Reject {
		t.Errorf("%+v", j)
	}
}

// TestConditionsOfAnOperator: over item, seller and country; a wrong one stops the start with its line.
func TestConditionsOfAnOperator(t *testing.T) {
	t.Parallel()
	r, err := rulesIn(t, `[counterfeit]
hold when: item.brand == "Rolex" &&
    item.price_usd > 0.0 && item.price_usd < 500.0
reject when: item.title.matches("(?i)^rolex") && country == "VN" ? item.price < 1000000.0 : false
[alcohol]
hold when: item.fields["custom_label_0"] > 5
`)
	if err != nil {
		t.Fatal(err)
	}
	price := func(minor int64, currency string) money.Amount { return money.Amount{Minor: minor, Currency: currency} }
	vn := policy.Seller{Name: "Chợ", Country: "VN", Sold: "VN"}
	for name, c := range map[string]struct {
		item    catalog.Item
		seller  policy.Seller
		verdict string
		rule    string
	}{
		"dear":           {catalog.Item{Title: "Watch", Brand: "Rolex", Price: price(900000, "USD")}, vn, policy.Approve, ""},
		"cheap":          {catalog.Item{Title: "Watch", Brand: "Rolex", Price: price(9000, "USD")}, vn, policy.Human, "house.txt line 2"},
		"cheap in dong":  {catalog.Item{Title: "Watch", Brand: "Rolex", Price: price(2_500_000, "VND")}, vn, policy.Human, "house.txt line 2"},
		"by title":       {catalog.Item{Title: "ROLEX", Price: price(2_500, "VND")}, vn, policy.Reject, "house.txt line 4"},
		"elsewhere":      {catalog.Item{Title: "ROLEX", Price: price(2_500, "VND")}, policy.Seller{Sold: "DE"}, policy.Approve, ""},
		"without answer": {catalog.Item{Title: "Mug", Extra: map[string]any{"custom_label_0": "x"}}, vn, policy.Human, "house.txt line 6"},
		"no such field":  {catalog.Item{Title: "Mug"}, vn, policy.Approve, ""},
		"text first":     {catalog.Item{Title: "Vodka", Brand: "Rolex", Price: price(9000, "USD")}, vn, policy.Reject, "any/alcohol"},
	} {
		j := r.JudgeFor(c.item, c.seller)
		rule := ""
		if len(j.Evidence) > 0 {
			rule = j.Evidence[0].Rule
		}
		if j.Verdict != c.verdict || rule != c.rule {
			t.Errorf("%s: %+v, want %s by %s", name, j, c.verdict, c.rule)
		}
	}
	v := r.EvaluateFor(catalog.Item{Title: "Watch", Brand: "Rolex", Price: price(9000, "USD")}, vn)
	if v.Status != catalog.Pending || v.Evidence != "condition: house.txt line 2" || strings.Contains(v.Reason, "Rolex") {
		t.Errorf("the seller reads %+v", v)
	}
	for text, want := range map[string]string{
		"[alcohol]\n\nreject when: item.titel == \"x\"": "line 3: undeclared reference",
		"[alcohol]\nreject when: item.title":            "line 2: the condition is a string",
		"[alcohol]\nclear when: true":                   "line 2: \"clear\" is no use of a condition",
		"[alcohol]\nreject when:":                       "line 2: Syntax error",
		"reject when: true":                             "line 1",
	} {
		if _, err := rulesIn(t, text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}
