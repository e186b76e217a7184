package catalog

import (
	"testing"

	"github.com/hawkerhq/hawker/internal/money"
)

// Two items have the same content exactly when a reviewer would see nothing new.
func TestContentIsWhatAReviewerSees(t *testing.T) {
	t.Parallel()
	base := Item{
		Title: "Belt", Description: "Leather", Brand: "B", Link: "https://a", ImageLink: "https://b", MoreImages: []string{"https://c"}, Price: money.Amount{Minor: 900, Currency: "USD"},
		Condition: "new", Extra: map[string]any{"product_type": "Belts", "origin_country": "VN"},
	}
	for name, change := range map[string]func(*Item){
		"nothing": func(*Item) {}, "stock": func(i *Item) { i.Availability = "out of stock" }, "price": func(i *Item) { i.Price.Minor = 800 },
		"own bookkeeping": func(i *Item) {
			i.Extra = map[string]any{"product_type": "Belts", "origin_country": "IN", "internal_label": "x"}
		},
		"title": func(i *Item) { i.Title = "Belts" }, "moved border": func(i *Item) { i.Title, i.Description = "Bel", "tLeather" },
		"picture": func(i *Item) { i.MoreImages = []string{"https://c", "https://d"} }, "free": func(i *Item) { i.Price.Minor = 0 },
		"type": func(i *Item) { i.Extra = map[string]any{"product_type": "Whips"} }, "list": func(i *Item) { i.Extra = map[string]any{"product_type": []any{"Belts"}} },
		"label": func(i *Item) { i.Extra = map[string]any{"product_type": "Belts", "custom_label_0": "sale"} },
	} {
		next := base
		change(&next)
		if same, looks := base.Content() == next.Content(), base.looksAs(&next); same != looks {
			t.Errorf("%s: the same content is %v, looking the same %v", name, same, looks)
		}
	}
}
