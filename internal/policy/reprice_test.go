package policy_test

import (
	"context"
	"testing"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/policy"
)

// reprice changes nothing of an item but its price.
func (w *world) reprice(item id.ID, price string) catalog.Item {
	w.Helper()
	i := w.item(item)
	if err := w.catalogs.UpdateItem(w.Context(), caller(mine), i.ID, i.RetailerID, catalog.ReadChange(catalog.Batch, map[string]any{"price": price})); err != nil {
		w.Fatal(err)
	}
	return w.item(item)
}

// TestAPriceThatCrossesALevelIsReviewed: an approved item is not sold at a price that says it is another thing, whoever writes it; a price
// that says nothing new, and one of an item that no level concerns, keep the verdict. What the rules held for its price alone comes back
// with a price that is right, and what a person decided does not.
func TestAPriceThatCrossesALevelIsReviewed(t *testing.T) {
	each(t, func(w *world) {
		w.catalogs.AskPrices(w.reviewer.PriceMatters)
		mug := w.add("mug", "Mug")
		if got := w.reprice(mug.ID, "1.00 USD").Review.Status; got != catalog.Approved {
			t.Errorf("a mug at another price is %s", got)
		}
		watch := w.add("watch", "Rolex Submariner 41 mm")
		if watch.Review.PolicyID != "counterfeit" || !watch.Review.Held {
			t.Fatalf("at 10 USD: %+v", watch.Review)
		}
		if got := w.reprice(watch.ID, "20.00 USD").Review; !got.Held {
			t.Errorf("as cheap as before: %+v", got)
		}
		if got := w.reprice(watch.ID, "9800.00 USD").Review; got.Status != catalog.Pending || got.Held {
			t.Errorf("at its price: %+v", got)
		}
		w.review()
		if got := w.reprice(watch.ID, "9500.00 USD").Review.Status; got != catalog.Approved {
			t.Errorf("reviewed at its price, and changed a little: %s", got)
		}
		if got := w.reprice(watch.ID, "80.00 USD").Review.Status; got != catalog.Outdated {
			t.Errorf("cheap again: %s", got)
		}
		w.review()
		i := w.item(watch.ID)
		if !i.Review.Held {
			t.Errorf("reviewed when it was cheap again: %+v", i.Review)
		}
		if err := w.reviewer.Moderate(t.Context(), caller(mine), i.ID, i.Content(), policy.Decision{Act: policy.ActApprove, Person: 5, By: "Mod"}); err != nil {
			t.Fatal(err)
		}
		if got := w.reprice(watch.ID, "70.00 USD").Review.Status; got != catalog.Approved {
			t.Errorf("approved by a person, and as cheap as before: %s", got)
		}
		if err := w.reviewer.Decide(t.Context(), caller(mine), i.ID, catalog.Verdict{Status: catalog.Rejected, PolicyID: "counterfeit"}); err != nil {
			t.Fatal(err)
		}
		if got := w.reprice(watch.ID, "9800.00 USD").Review.Status; got != catalog.Rejected {
			t.Errorf("rejected on purpose, and dear: %s", got)
		}
	})
}

// TestAFilesPricesCrossLevelsToo: prices come by files and batches more often than by hand.
func TestAFilesPricesCrossLevelsToo(t *testing.T) {
	each(t, func(w *world) {
		w.catalogs.AskPrices(w.reviewer.PriceMatters)
		take := func(price string) catalog.Item {
			rows := catalog.NewRows([]string{"id", "title", "description", "availability", "condition", "price", "link", "image_link"}, catalog.RowOptions{Currency: "USD"})
			r := rows.Begin(2, []string{"watch", "Rolex Submariner 41 mm", "As it is.", "in stock", "new", price, "https://shop.example/x", "https://shop.example/x.jpg"})
			r.Read()
			w.update(func(ctx context.Context, tx *db.Tx) error {
				_, err := w.catalogs.ImportRowsTx(ctx, tx, catalog.Import{Catalog: w.catalog}, []*catalog.Row{r})
				return err
			})
			var found map[string]catalog.Item
			w.update(func(ctx context.Context, tx *db.Tx) (err error) {
				found, err = catalog.ItemsByRetailerTx(ctx, tx, w.catalog, []string{"watch"})
				return err
			})
			return found["watch"]
		}
		take("9800.00 USD")
		w.review()
		if got := take("9700.00 USD").Review.Status; got != catalog.Approved {
			t.Fatalf("a file with about the price: %s", got)
		}
		if got := take("45.00 USD").Review.Status; got != catalog.Outdated {
			t.Fatalf("a file with another price: %s", got)
		}
	})
}
