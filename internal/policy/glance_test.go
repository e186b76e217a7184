package policy_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/policy"
)

// TestAGlanceMissesNothing: what is approved at a glance is approved when it is read; and most of what a shop sells is.
func TestAGlanceMissesNothing(t *testing.T) {
	t.Parallel()
	r, err := policy.NewRules()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"own_tune", "own_heldout", "second_tune", "second_heldout"} {
		list, items := listings(t, "testdata/"+name+".csv")
		harmless, seen := 0, 0
		for n, i := range items {
			clean, empty := r.Glance(i)
			if clean && !empty {
				t.Errorf("%s: a glance finds nothing in %q, %q", name, i.Title, i.Description)
			}
			if empty && list[n].Expected == policy.Approve {
				harmless++
				if clean {
					seen++
				}
			}
		}
		t.Logf("%s: %d of %d listings with nothing in them are seen to be so at a glance", name, seen, harmless)
	}
}

// hides are ways to write a phrase so that it is not found by its letters.
var hides = []func(string) string{
	func(s string) string { return s },
	strings.ToUpper,
	func(s string) string { return strings.Join(strings.Split(s, ""), ".") },
	func(s string) string { return strings.Join(strings.Split(s, ""), " ") },
	func(s string) string { return strings.Join(strings.Split(s, ""), "\u200b") },
	strings.NewReplacer("o", "0", "e", "3", "i", "1", "a", "@").Replace,
	strings.NewReplacer("a", "а", "o", "о", "e", "е").Replace,
	strings.NewReplacer(" ", "-").Replace,
	strings.NewReplacer(" ", "\n").Replace,
	strings.NewReplacer("#", "18").Replace,
	func(s string) string { return s + "s" },
	func(s string) string { return "x" + s },
}

// TestAGlanceMissesNothingHoweverItIsHidden puts phrases of the rules together in all ways.
func TestAGlanceMissesNothingHoweverItIsHidden(t *testing.T) {
	t.Parallel()
	r, err := policy.NewRules()
	if err != nil {
		t.Fatal(err)
	}
	phrases := r.Phrases()
	words := []string{"mug", "of", "with", "a", "1", "B", "16", "555", "7-", "-x", "500ml", "ly", "để", "và", "(", ",", "&", "’", "'", "🍺", "\u0301", "كوب", "कप", "\xff"}
	piece := rapid.OneOf(
		rapid.Custom(func(rt *rapid.T) string {
			return rapid.SampledFrom(hides).Draw(rt, "hidden")(rapid.SampledFrom(phrases).Draw(rt, "phrase"))
		}),
		rapid.SampledFrom(words), rapid.SampledFrom(words), rapid.String(),
	)
	rapid.Check(t, func(rt *rapid.T) {
		text := func(name string) string {
			s := ""
			for range rapid.IntRange(0, 4).Draw(rt, name) {
				s += piece.Draw(rt, "piece") + rapid.SampledFrom([]string{" ", " ", "  ", "", "-", ". ", "\t", "\u00a0"}).Draw(rt, "between")
			}
			return s
		}
		i := catalog.Item{Title: text("title"), Description: text("description")}
		if clean, empty := r.Glance(i); clean && !empty {
			rt.Fatalf("a glance finds nothing in %q, %q", i.Title, i.Description)
		}
	})
}
