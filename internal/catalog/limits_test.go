package catalog

import (
	"fmt"
	"strings"
	"testing"
)

// TestLimitsOfFields: each limit of the contract holds to the last character, in both vocabularies, whatever the letters are; the
// refusal tells how many there are and how many may be.
func TestLimitsOfFields(t *testing.T) {
	t.Parallel()
	for _, l := range []struct {
		node, batch string
		most        int
	}{
		{"name", "title", 200},
		{"description", "description", 9999},
		{"rich_text_description", "rich_text_description", 9999},
		{"brand", "brand", 100},
		{"color", "color", 200},
		{"size", "size", 200},
		{"material", "material", 200},
		{"pattern", "pattern", 100},
		{"product_type", "product_type", 750},
		{"category", "google_product_category", 250},
		{"fb_product_category", "fb_product_category", 250},
		{"manufacturer_part_number", "mpn", 100},
		{"retailer_product_group_id", "item_group_id", 100},
		{"custom_label_0", "custom_label_0", 100},
		{"custom_label_1", "custom_label_1", 100},
		{"custom_label_2", "custom_label_2", 100},
		{"custom_label_3", "custom_label_3", 100},
		{"custom_label_4", "custom_label_4", 100},
	} {
		for vocabulary, name := range map[Vocabulary]string{Node: l.node, Batch: l.batch} {
			fits := strings.Repeat("ợ", l.most)
			if ch := ReadChange(vocabulary, map[string]any{name: fits}); len(ch.Problems) > 0 || ch.get(index[vocabulary][name].name) != fits {
				t.Errorf("%s of %d characters: %v", name, l.most, ch.Problems)
			}
			ch := ReadChange(vocabulary, map[string]any{name: fits + "👍"})
			if want := fmt.Sprintf("%s: has %d characters, at most %d are allowed", name, l.most+1, l.most); len(ch.Problems) != 1 || ch.Problems[0].String() != want {
				t.Errorf("%s of %d characters: %v, want %s", name, l.most+1, ch.Problems, want)
			}
		}
	}
	if CheckRetailerID(strings.Repeat("ợ", 100)) != "" || CheckRetailerID(strings.Repeat("ợ", 101)) == "" {
		t.Error("an id has at most 100 characters")
	}
}

// TestLimitsOfLists: how many entries a list may have, how long they are, and the ends of numbers.
func TestLimitsOfLists(t *testing.T) {
	t.Parallel()
	several := func(n int, one func(n int) any) []any {
		list := make([]any, n)
		for k := range list {
			list[k] = one(k)
		}
		return list
	}
	link := func(n int) any { return fmt.Sprintf("https://shop.example/%d.jpg", n) }
	picture := func(n int) any { return map[string]any{"url": link(n), "tag": []any{"x"}} }
	label := func(n int) any { return fmt.Sprintf("label %d", n) }
	rate := func(n int) any { return fmt.Sprintf("US:CA:Service %d:1 USD", n) }
	for _, l := range []struct {
		name       string
		fits, over any
		want       string
	}{
		{"image", several(21, picture), several(22, picture), "at most 21"},
		{"additional_image_link", several(50, link), several(51, link), "has 51 URLs, at most 50"},
		{"video", several(20, picture), several(21, picture), "has 21 videos, at most 20"},
		{"internal_label", several(5000, label), several(5001, label), "has 5001 labels, at most 5000"},
		{"internal_label", []any{strings.Repeat("ợ", 110)}, []any{strings.Repeat("ợ", 111)}, "has 111 characters, at most 110"},
		{"shipping", several(100, rate), several(101, rate), "has 101 rates, at most 100"},
		{"link", "https://shop.example/" + strings.Repeat("a", 2027), "https://shop.example/" + strings.Repeat("a", 2028), "of at most 2048 characters"},
		{"custom_number_0", 4294967295, 4294967296, "is not between 0 and 4294967295"},
		{"custom_number_4", 0, -1, "is not between 0 and 4294967295"},
		{"quantity_to_sell_on_facebook", 4294967295, 4294967296, "is not between 0 and 4294967295"},
		{"return_policy_days", 4294967295, -1, "is not between"},
		{"user_rating", 1.0, 0.9, "is not between 1 and 5"},
		{"user_rating", "5.0", "5.1", "is not between 1 and 5"},
		{"price", "999999999999.99 USD", "1000000000000.00 USD", "is too large"},
		{"expiration_date", "2026-02-28", "2026-02-29", "is not a date; write YYYY-MM-DD"},
		{"origin_country", "XK", "ZZ", "is not an ISO 3166 country code"},
	} {
		if ch := ReadChange(Batch, map[string]any{l.name: l.fits}); len(ch.Problems) > 0 {
			t.Errorf("%s %.60v: %v", l.name, l.fits, ch.Problems)
		}
		if ch := ReadChange(Batch, map[string]any{l.name: l.over}); len(ch.Problems) != 1 || !strings.Contains(ch.Problems[0].Message, l.want) {
			t.Errorf("%s %.60v: %v, want %s", l.name, l.over, ch.Problems, l.want)
		}
	}
}
