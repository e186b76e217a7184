package policy_test

import (
	"context"
	"errors"
	"testing"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/policy"
)

func (w *world) appeal(items ...id.ID) error {
	return w.reviewer.Appeal(w.Context(), caller(mine), w.catalog, items, "It keeps the policy.")
}

func (w *world) appeals(item id.ID) (list []policy.Appeal) {
	w.Helper()
	w.update(func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = policy.AppealsTx(ctx, tx, item)
		return err
	})
	return list
}

func (w *world) moderate(i id.ID, d policy.Decision) error {
	w.Helper()
	return w.reviewer.Moderate(w.Context(), caller(mine), i, w.item(i).Content(), d)
}

func TestAnAppealIsOfWhatTheItemSays(t *testing.T) {
	each(t, func(w *world) {
		i := w.add("BELT", "Plain leather belt")
		w.decide(i.ID, catalog.Rejected, "weapons")
		if err := w.appeal(i.ID); err != nil {
			w.Fatal(err)
		}
		w.edit(i.ID, "availability", "out of stock")
		w.edit(i.ID, "price", "14.00 USD")
		if got := w.appeals(i.ID); len(got) != 1 || got[0].State != policy.AppealOpen || got[0].AskedBy != "Shop" {
			w.Fatalf("another price or stock: %+v", got)
		}
		if err := w.appeal(i.ID); !errors.Is(err, policy.ErrAppeal) {
			w.Errorf("appealed again at another price: %v", err)
		}
		if err := w.moderate(i.ID, policy.Decision{Act: policy.ActReject, PolicyID: "weapons", Reason: "It has a blade.", Person: 7, By: "Mai"}); err != nil {
			w.Fatal(err)
		}
		if got := w.appeals(i.ID)[0]; got.State != policy.AppealRefused || got.Reason != "It has a blade." || got.DecidedBy != "Mai" {
			w.Errorf("refused: %+v", got)
		}
		w.edit(i.ID, "title", "Plain belt of leather")
		if got := w.item(i.ID).Review.Status; got != catalog.Approved {
			w.Errorf("what it says now is %s", got)
		}
		w.edit(i.ID, "title", "Plain leather belt")
		w.decide(i.ID, catalog.Rejected, "weapons")
		if err := w.appeal(i.ID); !errors.Is(err, policy.ErrAppeal) {
			w.Errorf("what was refused is appealed again after it was changed and changed back: %v", err)
		}
		w.edit(i.ID, "title", "Belt")
		w.decide(i.ID, catalog.Rejected, "weapons")
		if err := w.appeal(i.ID); err != nil {
			w.Errorf("other content: %v", err)
		}
		w.edit(i.ID, "description", "Cow leather, brass buckle.")
		if got := w.appeals(i.ID)[0]; got.State != policy.AppealOvertaken || w.item(i.ID).Review.Status != catalog.Approved {
			w.Errorf("changed while an appeal was open: %+v", got)
		}
	})
}

func TestASecondOpinionIsAnothersDecision(t *testing.T) {
	each(t, func(w *world) {
		i := w.add("VIT", "Vitamin C tablets")
		if !w.item(i.ID).Review.Held {
			w.Fatalf("not held: %+v", i.Review)
		}
		mai, an := policy.Decision{Person: 7, By: "Mai"}, policy.Decision{Person: 8, By: "An"}
		ask := mai
		ask.Act, ask.Lean, ask.PolicyID, ask.Reason = policy.ActSecond, policy.ActReject, "supplements", "Dose unclear."
		if err := w.moderate(i.ID, ask); err != nil {
			w.Fatal(err)
		}
		approve := mai
		approve.Act = policy.ActApprove
		if err := w.moderate(i.ID, approve); !errors.Is(err, policy.ErrSecond) {
			w.Errorf("the one who asked decides: %v", err)
		}
		if !w.item(i.ID).Review.Held {
			w.Error("an opinion decides")
		}
		other := an
		other.Act = policy.ActApprove
		if err := w.moderate(i.ID, other); err != nil {
			w.Fatal(err)
		}
		w.update(func(ctx context.Context, tx *db.Tx) error {
			list, err := policy.OpinionsTx(ctx, tx, w.item2(ctx, tx, i.ID))
			if len(list) != 1 || list[0].Person != "Mai" || list[0].Verdict != policy.ActReject || list[0].Reason != "Dose unclear." {
				w.Errorf("kept: %+v", list)
			}
			return err
		})
		if got := w.item(i.ID).Review; got.Status != catalog.Approved || got.Reviewer != "An" {
			w.Errorf("decided: %+v", got)
		}
		if err := w.moderate(i.ID, other); !errors.Is(err, policy.ErrDecided) {
			w.Errorf("deciding twice: %v", err)
		}
		for _, d := range []policy.Decision{{Act: "shrug"}, {Act: policy.ActReject}, {Act: policy.ActReject, PolicyID: "rudeness"}} {
			if err := w.moderate(i.ID, d); !errors.Is(err, policy.ErrDecision) {
				w.Errorf("%+v: %v", d, err)
			}
		}
	})
}

func (w *world) item2(ctx context.Context, tx *db.Tx, i id.ID) catalog.Item {
	w.Helper()
	it, err := catalog.ItemTx(ctx, tx, caller(mine), i)
	if err != nil {
		w.Fatal(err)
	}
	return it
}

func TestAppealsHaveLimits(t *testing.T) {
	each(t, func(w *world) {
		i := w.add("A", "Plain belt")
		w.decide(i.ID, catalog.Rejected, "weapons")
		if err := w.appeal(make([]id.ID, 101)...); !errors.Is(err, policy.ErrAppeal) {
			w.Errorf("101 items: %v", err)
		}
		w.update(func(ctx context.Context, tx *db.Tx) error {
			rows := make([][]any, 5000)
			for n := range rows {
				rows[n] = []any{tx.NewID(), tx.NewID(), mine, tx.Now()}
			}
			_, err := tx.ExecMany(ctx, `INSERT INTO item_appeal (id, item_id, catalog_id, business_id, rev, state, created_at) VALUES ($1, $2, 9, $3, 1, 'refused', $4)`, rows)
			return err
		})
		if err := w.appeal(i.ID); !errors.Is(err, policy.ErrAppealOften) {
			w.Errorf("item 5001 of the business's week, in another catalog: %v", err)
		}
		w.later(7 * day)
		if err := w.appeal(i.ID); err != nil {
			w.Errorf("a week later: %v", err)
		}
	})
}
