package policy_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/policy"
)

// What sellers elsewhere complain of, and what must not happen here.

// TestARejectedItemIsAmongThoseToAppeal: the list to appeal from holds every rejected item, and appealing each of them works.
func TestARejectedItemIsAmongThoseToAppeal(t *testing.T) {
	each(t, func(w *world) {
		var want []id.ID
		for n := range 12 {
			want = append(want, w.add(fmt.Sprint("v", n), fmt.Sprint("Rum ", n)).ID)
		}
		w.add("mug", "Mug")
		var listed []id.ID
		w.update(func(ctx context.Context, tx *db.Tx) error {
			list, _, err := catalog.ListTx(ctx, tx, caller(mine), w.catalog, catalog.Query{Review: catalog.Rejected, Limit: 100}, false)
			listed = nil
			for _, i := range list {
				if !policy.CanAppeal(i, false) {
					t.Errorf("%s cannot be appealed", i.RetailerID)
				}
				listed = append(listed, i.ID)
			}
			return err
		})
		if len(listed) != len(want) {
			t.Fatalf("%d rejected items are listed, want %d", len(listed), len(want))
		}
		if err := w.reviewer.Appeal(w.Context(), caller(mine), w.catalog, listed, "They are names."); err != nil {
			t.Error(err)
		}
	})
}

// TestBeltsAndNecklacesAreNoWeapons: plain clothes and jewels in every language of the rules.
func TestBeltsAndNecklacesAreNoWeapons(t *testing.T) {
	t.Parallel()
	r, err := policy.NewRules()
	if err != nil {
		t.Fatal(err)
	}
	for _, title := range []string{
		"Leather belt", "Belt with buckle, black", "Chain necklace", "Bullet necklace charm", "Choker necklace", "Thắt lưng da nam", "Dây nịt da bò", "Dây chuyền bạc",
		"Vòng cổ ngọc trai", "Cinturón de cuero", "Collar de plata", "Cinto de couro", "Colar de prata", "Ikat pinggang kulit", "Kalung perak", "चमड़े की बेल्ट", "चांदी का हार",
		"حزام جلد", "قلادة فضة", "Body harness belt", "Bikini top", "Nursing bra",
	} {
		if j := r.Judge(catalog.Item{Title: title}); j.Verdict == policy.Reject {
			t.Errorf("%q: %+v", title, j)
		}
	}
}

// TestNothingStaysBeingProcessed: after a review every item is approved, rejected, or waits for a person and says why.
func TestNothingStaysBeingProcessed(t *testing.T) {
	each(t, func(w *world) {
		for n, title := range []string{"Mug", "Vodka", held, "Cup", "Marlboro", "Mug \u0301\u0301", ""} {
			if title == "" {
				title = "…"
			}
			i := w.add(fmt.Sprint("s", n), title)
			switch {
			case i.Review.Status == catalog.Approved, i.Review.Status == catalog.Rejected && i.Review.Reason != "":
			case i.Review.Held && i.Review.Reason != "" && i.Review.PolicyID != "":
			default:
				t.Errorf("%q: %+v", title, i.Review)
			}
		}
	})
}

// TestARejectedItemCanBeChangedAndDeleted: and what it says then is reviewed at once.
func TestARejectedItemCanBeChangedAndDeleted(t *testing.T) {
	each(t, func(w *world) {
		i := w.add("a", "Vodka")
		if i.Review.Status != catalog.Rejected {
			t.Fatalf("%+v", i.Review)
		}
		if err := w.reviewer.Appeal(w.Context(), caller(mine), w.catalog, []id.ID{i.ID}, ""); err != nil {
			t.Fatal(err)
		}
		if i = w.retitle(i, "Mug"); i.Review.Status != catalog.Approved || i.Review.Reason != "" {
			t.Errorf("%+v", i.Review)
		}
		i = w.retitle(i, "Gin 1 L")
		if err := w.catalogs.DeleteItem(w.Context(), caller(mine), i.ID); err != nil {
			t.Error(err)
		}
		if again := w.add("a", "Mug"); again.Review.Status != catalog.Approved {
			t.Errorf("the same SKU again: %+v", again.Review)
		}
	})
}

// TestTenCallsADay: not one less, and not one more, until the day is over.
func TestTenCallsADay(t *testing.T) {
	each(t, func(w *world) {
		i := w.add("a", "Vodka")
		ask := func(items ...id.ID) error {
			return w.reviewer.Appeal(w.Context(), caller(mine), w.catalog, items, "")
		}
		for n := range 10 {
			if err := ask(i.ID); err != nil {
				t.Fatalf("call %d: %v", n+1, err)
			}
			i = w.retitle(i, fmt.Sprint("Vodka ", n))
		}
		if err := ask(i.ID); !errors.Is(err, policy.ErrAppealOften) {
			t.Errorf("an eleventh call: %v", err)
		}
		w.clock.Advance(24 * time.Hour)
		if err := ask(i.ID); err != nil {
			t.Errorf("a day later: %v", err)
		}
	})
}
