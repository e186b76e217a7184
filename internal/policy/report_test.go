package policy_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/policy"
)

func (w *world) report(customer, sku, reason string) error {
	return w.reviewer.Report(w.Context(), policy.Report{PhoneID: w.phone, WaID: customer, RetailerID: sku, Reason: reason, Text: "said by " + customer})
}

func (w *world) reported(customer, sku, reason string) {
	w.Helper()
	if err := w.report(customer, sku, reason); err != nil {
		w.Fatal(err)
	}
}

// customer is one of many.
func customer(n int) string { return fmt.Sprintf("849010%05d", n) }

func (w *world) edit(i id.ID, name string, value any) {
	w.Helper()
	if err := w.catalogs.UpdateItem(w.Context(), caller(mine), i, "", catalog.ReadChange(catalog.Batch, map[string]any{name: value})); err != nil {
		w.Fatal(err)
	}
	w.review()
}

func (w *world) decide(i id.ID, status, policyID string) {
	w.Helper()
	if err := w.reviewer.Decide(w.Context(), caller(mine), i, catalog.Verdict{Status: status, PolicyID: policyID, Reason: "Decided."}); err != nil {
		w.Fatal(err)
	}
}

func (w *world) inbox() (list []policy.Reported) {
	w.Helper()
	w.update(func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = policy.ReportedTx(ctx, tx, caller(mine), w.catalog, 50)
		return err
	})
	return list
}

func TestThreeCustomersTakeAnItemOffUntilAPersonHasLooked(t *testing.T) {
	each(t, func(w *world) {
		i := w.add("TEA", "Green tea, 100 g")
		for range 4 {
			w.reported(customer(1), "TEA", "misleading")
		}
		w.edit(i.ID, "price", "12.00 USD") // another price is the same item
		w.reported(customer(1), "TEA", "other")
		w.reported(customer(2), "TEA", "counterfeit")
		if it := w.item(i.ID); it.Review.Status != catalog.Approved {
			w.Errorf("two customers make it %s", it.Review.Status)
		}
		if got := w.inbox(); len(got) != 1 || got[0].Count != 2 || len(got[0].Reasons) != 2 || len(got[0].Texts) != 2 {
			w.Errorf("the inbox: %+v", got)
		}
		w.reported(customer(3), "TEA", "counterfeit")
		it := w.item(i.ID)
		if it.Review.Status != catalog.Pending || !it.Review.Held || it.Review.PolicyID != "counterfeit" || it.Review.Evidence != "reports: 3 (2 counterfeit, 1 misleading)" {
			w.Errorf("three customers: %+v", it.Review)
		}
		w.reported(customer(4), "TEA", "other")
		if e := w.item(i.ID).Review.Evidence; !strings.HasPrefix(e, "reports: 4") {
			w.Errorf("the fourth is not told: %s", e)
		}
		w.decide(i.ID, catalog.Approved, "")
		if len(w.inbox()) != 0 || w.item(i.ID).Review.Status != catalog.Approved {
			w.Errorf("after a person approved it: %+v", w.inbox())
		}
		w.reported(customer(1), "TEA", "misleading") // heard already
		if len(w.inbox()) != 0 {
			w.Error("a report that was dismissed counts again")
		}
		w.edit(i.ID, "title", "Green tea, 200 g")
		w.reported(customer(1), "TEA", "misleading")
		if got := w.inbox(); len(got) != 1 || got[0].Count != 1 {
			w.Errorf("of what it says now: %+v", got)
		}
		w.edit(i.ID, "title", "Green tea, 250 g")
		if len(w.inbox()) != 0 {
			w.Error("reports of what the item no longer says are still open")
		}
	})
}

func TestWhoWasRightWeighsMoreAndWhoNeverWasWeighsNothing(t *testing.T) {
	each(t, func(w *world) {
		const right, wrong = "84905550001", "84905550002"
		for n := range 3 {
			bad, good := fmt.Sprint("BAD", n), fmt.Sprint("GOOD", n)
			b, g := w.add(bad, "Clay pot"), w.add(good, "Clay jug")
			w.reported(right, bad, "counterfeit")
			w.reported(wrong, good, "counterfeit")
			w.decide(b.ID, catalog.Rejected, "counterfeit")
			w.decide(g.ID, catalog.Approved, "")
		}
		i, j := w.add("POT", "Iron pot"), w.add("JUG", "Iron jug")
		w.reported(right, "POT", "other")
		w.reported(customer(1), "POT", "other")
		if !w.item(i.ID).Review.Held {
			w.Error("a trusted customer and another one do not hold it")
		}
		for n, c := range []string{wrong, customer(1), customer(2)} {
			w.reported(c, "JUG", "other")
			if w.item(j.ID).Review.Held {
				w.Errorf("held after report %d, one of which weighs nothing", n+1)
			}
		}
		w.reported(customer(3), "JUG", "other")
		if !w.item(j.ID).Review.Held {
			w.Error("three customers do not hold it")
		}
	})
}

func TestReportsThatBreakARule(t *testing.T) {
	each(t, func(w *world) {
		w.add("TEA", "Green tea, 100 g")
		for _, c := range []struct{ sku, reason, text string }{
			{"TEA", "because", ""}, {"TEA", "", ""}, {"NONE", "other", ""}, {"TEA", "other", strings.Repeat("ế", 501)},
		} {
			err := w.reviewer.Report(w.Context(), policy.Report{PhoneID: w.phone, WaID: customer(1), RetailerID: c.sku, Reason: c.reason, Text: c.text})
			if !errors.Is(err, policy.ErrReport) {
				w.Errorf("%+v: %v", c, err)
			}
		}
		for n := range 31 {
			w.add(fmt.Sprint("P", n), fmt.Sprint("Plate ", n))
			err := w.report(customer(7), fmt.Sprint("P", n), "other")
			if (n < 30) != (err == nil) || (n == 30 && !errors.Is(err, policy.ErrReportOften)) {
				w.Fatalf("report %d of a day: %v", n+1, err)
			}
		}
		w.later(day)
		w.reported(customer(7), "P30", "other")
	})
}
