package policy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/policy"
)

func (w *world) retitle(i catalog.Item, title string) catalog.Item {
	w.Helper()
	if err := w.catalogs.UpdateItem(w.Context(), caller(mine), i.ID, i.RetailerID, catalog.ReadChange(catalog.Batch, map[string]any{"title": title})); err != nil {
		w.Fatal(err)
	}
	w.review()
	return w.item(i.ID)
}

// TestEveryVerdictIsKeptByRevision: what rules, people and customers said stays when the item says something else.
func TestEveryVerdictIsKeptByRevision(t *testing.T) {
	each(t, func(w *world) {
		i := w.add("cup", "Mug")
		i = w.retitle(i, "Vodka 1 L")
		if err := w.reviewer.Appeal(w.Context(), caller(mine), w.catalog, []id.ID{i.ID}, "It is a mug."); err != nil {
			t.Fatal(err)
		}
		d := policy.Decision{Act: policy.ActApprove, Reason: "Only a name.", Person: 5, By: "Mod"}
		if err := w.reviewer.Moderate(w.Context(), caller(mine), i.ID, i.Content(), d); err != nil {
			t.Fatal(err)
		}
		err := w.reviewer.Report(w.Context(), policy.Report{PhoneID: w.phone, WaID: "84900000001", RetailerID: "cup", Reason: "not_real", Text: "never came"})
		if err != nil {
			t.Fatal(err)
		}
		i = w.retitle(w.item(i.ID), "Cup")
		list := w.timeline(i, true)
		revs := map[string]int64{}
		for _, told := range list {
			if told.What == policy.ToldReviewed {
				revs[told.By+" "+told.Status] = max(revs[told.By+" "+told.Status], told.Rev)
			}
		}
		got := whats(list)
		for _, want := range []string{"reviewed approved", "reviewed rejected", "appealed", "granted", "reported not_real"} {
			if !strings.Contains(got, want) {
				t.Errorf("%s is not told: %s", want, got)
			}
		}
		if revs[policy.Version+" rejected"] == 0 || revs["Mod approved"] != revs[policy.Version+" rejected"] || revs[policy.Version+" approved"] != i.Rev {
			t.Errorf("by revision: %v, now %d", revs, i.Rev)
		}
		for _, told := range list {
			if told.By == "Mod" && told.What == policy.ToldReviewed && told.Text != "Only a name." {
				t.Errorf("%+v", told)
			}
		}
		if mine := whats(w.timeline(i, false)); strings.Contains(mine, "reported") || strings.Contains(fmt.Sprintf("%+v", list), "84900000001") {
			t.Errorf("the business reads %s", mine)
		}
	})
}

// TestApprovalsOfManyItemsAreKeptTogether: each item's own is found again.
func TestApprovalsOfManyItemsAreKeptTogether(t *testing.T) {
	each(t, func(w *world) {
		var list []id.ID
		for n := range 45 {
			change := catalog.ReadChange(catalog.Batch, map[string]any{
				"title": fmt.Sprint("Mug ", n), "description": "As it is.", "availability": "in stock", "condition": "new", "link": "https://shop.example/x",
				"image_link": "https://shop.example/x.jpg", "price": "10.00 USD",
			})
			i, err := w.catalogs.CreateItem(w.Context(), caller(mine), w.catalog, fmt.Sprint("sku-", n), change, false)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, i)
		}
		w.review()
		for _, n := range []int{0, 20, 44} {
			i := w.item(list[n])
			told := w.timeline(i, false)
			if i.Review.Status != catalog.Approved || len(told) != 1 || told[0].Status != catalog.Approved || told[0].Rev != i.Rev || told[0].By != policy.Version {
				t.Errorf("item %d: %s, %+v", n, i.Review.Status, told)
			}
		}
	})
}
