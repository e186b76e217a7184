package catalog

import (
	"testing"
	"time"
)

// Every diagnostic that looks at what a shop wrote, and no other, counts as a flaw: the index of items with an issue is over them.
func TestEveryContentDiagnosticIsAFlaw(t *testing.T) {
	t.Parallel()
	whole := func() *Item {
		i := &Item{Title: "Phin coffee", Description: "Robusta, 120 ml", Brand: "Góc Phố", Link: "https://shop.example/1", ImageLink: "https://shop.example/1.jpg", GoogleCategory: "1868"}
		i.Price.Minor = 22_000
		return i
	}
	if n := whole().flaws(); n != 0 {
		t.Errorf("an item without an issue has %d flaws", n)
	}
	for name, spoil := range map[string]func(i *Item){
		"no description":        func(i *Item) { i.Description = "" },
		"no picture":            func(i *Item) { i.ImageLink = "" },
		"no link":               func(i *Item) { i.Link = "" },
		"no price":              func(i *Item) { i.Price.Minor = 0 },
		"no brand":              func(i *Item) { i.Brand = "" },
		"no category":           func(i *Item) { i.GoogleCategory = "" },
		"description is title":  func(i *Item) { i.Description = i.Title },
		"capitals":              func(i *Item) { i.Title = "CÀ PHÊ ĐÁ" },
		"capitals and digits":   func(i *Item) { i.Title = "USB 3.0" },
		"capitals in Greek":     func(i *Item) { i.Title = "ΚΑΦΕΣ ΦΡΑΠΕ" },
		"capitals and an emoji": func(i *Item) { i.Title = "SALE ☕ SALE" },
	} {
		i := whole()
		spoil(i)
		if n := i.flaws(); n != 1 {
			t.Errorf("%s: %d flaws, want 1", name, n)
		}
	}
	for name, leave := range map[string]func(i *Item){
		"expired":              func(i *Item) { i.ExpiresAt = time.Unix(1, 0) },
		"rejected":             func(i *Item) { i.Review.Status = Rejected },
		"a small picture":      func(i *Item) { i.Picture = PictureSmall },
		"short":                func(i *Item) { i.Title = "TV" },
		"a small letter":       func(i *Item) { i.Title = "CÀ PHÊ đÁ" },
		"no letters":           func(i *Item) { i.Title = "123 456" },
		"letters without case": func(i *Item) { i.Title = "कॉफी मशीन" },
	} {
		i := whole()
		leave(i)
		if n := i.flaws(); n != 0 {
			t.Errorf("%s: %d flaws, want none: the shop's words are as they should be", name, n)
		}
	}
}
