package policy_test

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/policy"
)

func (w *world) similar(i id.ID, businesses ...id.ID) (list []policy.Ruling) {
	w.Helper()
	w.update(func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = policy.SimilarTx(ctx, tx, caller(businesses...), w.item2(ctx, tx, i), 3)
		return err
	})
	return list
}

func (w *world) agreement(businesses ...id.ID) (a policy.Agreement) {
	w.Helper()
	w.update(func(ctx context.Context, tx *db.Tx) (err error) {
		a, err = policy.AgreementTx(ctx, tx, caller(businesses...))
		return err
	})
	return a
}

func (w *world) decided(d policy.Decision, items ...id.ID) {
	w.Helper()
	for _, i := range items {
		if err := w.moderate(i, d); err != nil {
			w.Fatal(err)
		}
	}
}

// Who decides sees what was decided on items that waited for the same words, then on those of the same policy, and nothing of others'.
func TestSimilarDecisionsStandBesideAnItem(t *testing.T) {
	each(t, func(w *world) {
		mai, an := policy.Decision{Act: policy.ActApprove, Reason: "A kitchen thing.", Person: 7, By: "Mai"}, policy.Decision{Act: policy.ActReject, PolicyID: "supplements", Reason: "Dose unclear.", Person: 8, By: "An"}
		first, other, hold := w.add("V1", "Vitamin C tablets"), w.add("W1", "Whey protein 1 kg"), w.add("V3", "Whey protein 2 kg")
		w.decided(mai, first.ID)
		w.decided(an, other.ID)
		mai.Act = policy.ActHold
		w.decided(mai, hold.ID)
		now := w.add("V2", "Vitamin C tablets, 60 pieces")
		got := w.similar(now.ID, mine)
		if len(got) != 2 || got[0].SKU != "V1" || !got[0].SameTerms || got[0].Act != policy.ActApprove || got[0].Person != "Mai" || got[0].Reason != "A kitchen thing." {
			w.Fatalf("similar to %q: %+v", now.Review.Evidence, got)
		}
		if got[1].SKU != "W1" || got[1].SameTerms || got[1].Policy != "supplements" {
			w.Errorf("of the same policy: %+v", got[1])
		}
		if got := w.similar(now.ID, foreign); len(got) != 0 {
			w.Errorf("another business reads %+v", got)
		}
		if got := w.similar(other.ID, mine); len(got) != 1 || got[0].SKU != "V1" {
			w.Errorf("an item is similar to itself: %+v", got)
		}
	})
}

// Agreement is counted where two persons judged the same: a second opinion, or an appeal that another person decided.
func TestModeratorsAgreementIsCounted(t *testing.T) {
	each(t, func(w *world) {
		mai, an := policy.Decision{Person: 7, By: "Mai"}, policy.Decision{Person: 8, By: "An"}
		act := func(d policy.Decision, act, lean, p string) policy.Decision {
			d.Act, d.Lean, d.PolicyID = act, lean, p
			return d
		}
		if a := w.agreement(mine); a.Twice != 0 || len(a.People) != 0 {
			w.Errorf("before anything: %+v", a)
		}
		one, two, three := w.add("A", "Vitamin C tablets"), w.add("B", "Vitamin D tablets"), w.add("C", "Whey protein 1 kg")
		w.decided(act(mai, policy.ActSecond, policy.ActReject, "supplements"), one.ID, two.ID)
		w.decided(act(an, policy.ActReject, "", "supplements"), one.ID)
		w.decided(act(an, policy.ActApprove, "", ""), two.ID)
		w.decided(act(mai, policy.ActHold, "", "supplements"), three.ID)
		w.decided(act(mai, policy.ActReject, "", "healthcare"), three.ID)
		if err := w.appeal(three.ID); err != nil {
			w.Fatal(err)
		}
		w.decided(act(an, policy.ActApprove, "", ""), three.ID)
		a := w.agreement(mine)
		if a.Twice != 3 || a.Agreed != 1 || a.Rejected != 1 || a.SamePolicy != 1 || len(a.People) != 2 {
			w.Fatalf("%+v", a)
		}
		if m := a.People[0]; m.Name != "An" || m.Approved != 2 || m.Rejected != 1 || m.Reversed != 0 || m.Twice != 3 || m.Agreed != 1 {
			w.Errorf("An: %+v", m)
		}
		if m := a.People[1]; m.Name != "Mai" || m.Held != 1 || m.Rejected != 1 || m.Reversed != 1 || m.Twice != 3 || m.Agreed != 1 {
			w.Errorf("Mai: %+v", m)
		}
		// The first rejected all three, the second one of them: chance alone agrees as often.
		if k, ok := a.Kappa(); !ok || math.Abs(k) > 1e-9 {
			w.Errorf("kappa %v %v", k, ok)
		}
		four := w.add("D", "Vitamin E tablets")
		w.decided(act(mai, policy.ActSecond, policy.ActApprove, ""), four.ID)
		w.decided(act(an, policy.ActApprove, "", ""), four.ID)
		if k, ok := w.agreement(mine).Kappa(); !ok || math.Abs(k-0.2) > 1e-9 {
			w.Errorf("kappa of 2 in 4, with 1 and 3 approvals: %v %v", k, ok)
		}
		if a := w.agreement(foreign); a.Twice != 0 || len(a.People) != 0 {
			w.Errorf("another business counts %+v", a)
		}
		w.clock.Advance(policy.AgreementDays*24*time.Hour + time.Hour)
		if a := w.agreement(mine); len(a.People) != 0 {
			w.Errorf("long ago: %+v", a)
		}
		if got := w.item(two.ID).Review.Status; got != catalog.Approved {
			w.Errorf("decided: %s", got)
		}
	})
}
