package policy_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/policy"
	"github.com/hawkerhq/hawker/internal/waba"
)

const day = 24 * time.Hour

func (w *world) enforce(policyID, rung string) waba.Violation {
	w.Helper()
	v, err := w.enforcer.Enforce(w.Context(), caller(mine), w.waba, policy.Order{PolicyID: policyID, Rung: rung, By: "test"})
	if err != nil {
		w.Fatal(err)
	}
	return v
}

// violated is the webhook of a violation.
func violated(kind string) string {
	return `{"event":"ACCOUNT_VIOLATION","violation_info":{"violation_type":"` + kind + `"}}`
}

// restricted is the webhook of restrictions that end at a moment.
func restricted(end int64, text string, kinds ...string) string {
	list := make([]string, len(kinds))
	for n, k := range kinds {
		list[n] = fmt.Sprintf(`{"restriction_type":"RESTRICTED_%s","expiration":%d,"remediation":%q}`, k, end, text)
	}
	return `{"event":"ACCOUNT_RESTRICTION","restriction_info":[` + strings.Join(list, ",") + `]}`
}

func banned(state, date string) string {
	return `{"event":"DISABLED_UPDATE","ban_info":{"waba_ban_state":"` + state + `","waba_ban_date":"` + date + `"}}`
}

const (
	addNumbers = "ADD_PHONE_NUMBER_ACTION"
	writeFirst = "BIZ_INITIATED_MESSAGING"
	writeAtAll = "CUSTOMER_INITIATED_MESSAGING"
	endless    = 4102444800
	noEnd      = "This restriction has no end of its own; only an appeal lifts it."
)

func remedy(policyID string) string {
	return "Remove what violates the policy " + policyID + ", or appeal the violation."
}

func TestEachRungTakesAwayWhatItSaysUntilTheClockGivesItBack(t *testing.T) {
	each(t, func(w *world) {
		seen := 0
		now := func() int64 { return w.clock.Now().Unix() }
		w.enforce("adult", waba.Warned)
		w.expect(&seen, violated("ADULT"))
		if w.allowed(waba.AddNumbers)+w.allowed(waba.WriteFirst)+w.allowed(waba.WriteAtAll) != "" || w.standing().Rung != "" {
			w.Errorf("a warning takes something away: %+v", w.standing())
		}
		for rung, days := range map[string]int64{waba.Days1: 1, waba.Days3: 3} {
			w.enforce("alcohol", rung)
			w.expect(&seen, violated("ALCOHOL"), restricted(now()+days*86400, remedy("alcohol"), addNumbers, writeFirst))
			if w.allowed(waba.WriteAtAll) != "" || !strings.Contains(w.allowed(waba.WriteFirst), "waba.restricted") || w.allowed(waba.AddNumbers) == "" {
				w.Errorf("%s: %q, %q, %q", rung, w.allowed(waba.AddNumbers), w.allowed(waba.WriteFirst), w.allowed(waba.WriteAtAll))
			}
			w.later(time.Duration(days)*day - time.Second)
			if w.standing().Rung != rung || w.allowed(waba.WriteFirst) == "" {
				w.Errorf("%s ended before its time", rung)
			}
			w.later(time.Second)
			if w.standing().Rung != "" || w.allowed(waba.WriteFirst) != "" {
				w.Errorf("%s has not ended", rung)
			}
		}
		for rung, days := range map[string]int64{waba.Days5: 5, waba.Days7: 7, waba.Days30: 30} {
			w.enforce("gambling", rung)
			w.expect(&seen, violated("GAMBLING"), restricted(now()+days*86400, remedy("gambling"), addNumbers, writeFirst, writeAtAll))
			if w.allowed(waba.WriteAtAll) == "" || w.allowed(waba.AddNumbers) == "" {
				w.Errorf("%s lets messages go", rung)
			}
			w.later(time.Duration(days) * day)
			if w.standing().Rung != "" {
				w.Errorf("%s has not ended", rung)
			}
		}
		w.enforce("drugs", waba.Locked)
		w.expect(&seen, violated("DRUGS"), restricted(endless, noEnd, addNumbers, writeFirst, writeAtAll))
		w.later(400 * day)
		if !strings.Contains(w.allowed(waba.WriteAtAll), "waba.locked") {
			w.Errorf("a lock that ends by itself: %q", w.allowed(waba.WriteAtAll))
		}
		w.enforce("drugs", waba.Disabled)
		w.expect(&seen, violated("DRUGS"), banned("DISABLE", w.clock.Now().Format("January 2, 2006")))
		if !w.standing().Disabled || !strings.Contains(w.allowed(waba.WriteAtAll), "disabled") {
			w.Errorf("disabled: %+v", w.standing())
		}
		w.enforceReinstate()
		w.expect(&seen, banned("REINSTATE", w.clock.Now().Format("January 2, 2006")),
			restricted(now(), "The restriction was lifted.", addNumbers, writeFirst, writeAtAll))
		if s := w.standing(); s.Rung != "" || s.Disabled || len(s.Restrictions) != 0 || w.allowed(waba.WriteAtAll) != "" {
			w.Errorf("reinstated: %+v", s)
		}
	})
}

func (w *world) enforceReinstate() {
	w.Helper()
	if _, err := w.enforcer.Enforce(w.Context(), caller(mine), w.waba, policy.Order{Rung: policy.Reinstate, By: "test"}); err != nil {
		w.Fatal(err)
	}
}

func TestRejectedItemsOfHighRiskLeadUpTheLadder(t *testing.T) {
	each(t, func(w *world) {
		seen, items := 0, 0
		offend := func(n int, title string) (list []id.ID) {
			for range n {
				items++
				i := w.add(fmt.Sprintf("SKU%d", items), title)
				if i.Review.Status != catalog.Rejected {
					w.Fatalf("%s is %s", title, i.Review.Status)
				}
				list = append(list, i.ID)
			}
			return list
		}
		offend(5, "Replica Rolex watch, 1:1 mirror quality")
		offend(2, "Red wine, 750 ml bottle")
		w.expect(&seen) // counterfeits and two bottles are the items' own matter
		offend(1, "Red wine, 750 ml bottle")
		w.expect(&seen, violated("ALCOHOL"))
		offend(7, "Whisky, single malt, 700 ml")
		w.expect(&seen) // the same day, the same violation
		end := func(days int64) int64 { return w.clock.Now().Unix() + days*86400 }
		for _, c := range []struct {
			rung string
			days int64
			what []string
		}{
			{waba.Days1, 1, []string{addNumbers, writeFirst}},
			{waba.Days3, 3, []string{addNumbers, writeFirst}},
			{waba.Days5, 5, []string{addNumbers, writeFirst, writeAtAll}},
			{waba.Days7, 7, []string{addNumbers, writeFirst, writeAtAll}},
			{waba.Days30, 30, []string{addNumbers, writeFirst, writeAtAll}},
		} {
			w.later(2 * day)
			offend(3, "Whisky, single malt, 700 ml")
			w.expect(&seen, violated("ALCOHOL"), restricted(end(c.days), remedy("alcohol"), c.what...))
			if got := w.standing(); got.Rung != c.rung {
				w.Errorf("rung %s, want %s", got.Rung, c.rung)
			}
		}
		w.later(2 * day)
		offend(3, "Whisky, single malt, 700 ml")
		w.expect(&seen, violated("ALCOHOL"), restricted(endless, noEnd, addNumbers, writeFirst, writeAtAll))
		w.later(2 * day)
		offend(3, "Whisky, single malt, 700 ml")
		date := w.clock.Now().Add(7 * day).Format("January 2, 2006")
		w.expect(&seen, violated("ALCOHOL"), restricted(endless, noEnd, addNumbers, writeFirst, writeAtAll), banned("SCHEDULE_FOR_DISABLE", date))
		if w.standing().Disabled {
			w.Error("disabled before the day")
		}
		w.later(7 * day)
		w.expect(&seen, banned("DISABLE", date))
		if !w.standing().Disabled {
			w.Error("not disabled on the day")
		}
		w.later(0)
		w.expect(&seen) // once
	})
}

func TestOldViolationsLeadNoHigher(t *testing.T) {
	each(t, func(w *world) {
		for n := range 2 {
			for i := range 3 {
				w.add(fmt.Sprintf("S%d-%d", n, i), "Red wine, 750 ml bottle")
			}
			if got := w.standing().Records[0].Rung; got != waba.Warned {
				w.Errorf("violation %d leads to %s", n, got)
			}
			w.later(91 * day)
		}
	})
}

func TestARejectionPutRightTakesItsViolationBack(t *testing.T) {
	each(t, func(w *world) {
		var list []catalog.Item
		for _, rung := range []string{waba.Warned, waba.Days1} {
			list = nil
			for n := range 3 {
				list = append(list, w.add(fmt.Sprint(rung, n), "Red wine, 750 ml bottle"))
			}
			w.later(day + time.Hour)
		}
		w.enforce("alcohol", waba.Days30)
		seen := len(w.told())
		if err := w.reviewer.Decide(w.Context(), caller(mine), list[0].ID, catalog.Verdict{Status: catalog.Approved}); err != nil {
			w.Fatal(err)
		}
		if r := w.standing().Records[1]; r.State() != "lifted" || r.LiftedBy != "sandbox" {
			w.Errorf("the violation of an item that was cleared: %s by %q", r.State(), r.LiftedBy)
		}
		w.expect(&seen) // thirty days hold in any case
		if r := w.standing().Records[2]; r.State() != "told" {
			w.Errorf("the other one: %s", r.State())
		}
	})
}

func TestAViolationIsAppealedOnceAndWhatStoodBeforeStandsAgain(t *testing.T) {
	each(t, func(w *world) {
		three := w.enforce("alcohol", waba.Days3)
		w.later(day)
		lock := w.enforce("drugs", waba.Locked)
		seen := len(w.told())
		appeal := func(v id.ID, text string) error {
			return w.enforcer.AppealViolation(w.Context(), caller(mine), w.waba, v, text, "An")
		}
		decide := func(v id.ID, reverse bool) error {
			return w.enforcer.DecideViolation(w.Context(), caller(mine), w.waba, v, policy.Outcome{Reverse: reverse, Reason: "We looked.", By: "Mod"})
		}
		if err := decide(lock.ID, true); !errors.Is(err, policy.ErrViolationAppeal) {
			w.Errorf("deciding without an appeal: %v", err)
		}
		for _, text := range []string{"", "  ", strings.Repeat("ế", 2001)} {
			if err := appeal(lock.ID, text); !errors.Is(err, policy.ErrViolationAppeal) {
				w.Errorf("a message of %d bytes: %v", len(text), err)
			}
		}
		if err := appeal(lock.ID, "Chúng tôi bán trà, không bán thuốc."); err != nil {
			w.Fatal(err)
		}
		if err := appeal(lock.ID, "Again"); !errors.Is(err, policy.ErrViolationAppeal) {
			w.Errorf("a second appeal: %v", err)
		}
		if w.allowed(waba.WriteAtAll) == "" {
			w.Error("an appeal alone lifts the lock")
		}
		if err := decide(lock.ID, true); err != nil {
			w.Fatal(err)
		}
		w.expect(&seen,
			`{"event":"ACCOUNT_RESTRICTION","restriction_info":[`+
				fmt.Sprintf(`{"restriction_type":"RESTRICTED_ADD_PHONE_NUMBER_ACTION","expiration":%d,"remediation":%q},`, three.Ends.Unix(), remedy("alcohol"))+
				fmt.Sprintf(`{"restriction_type":"RESTRICTED_BIZ_INITIATED_MESSAGING","expiration":%d,"remediation":%q},`, three.Ends.Unix(), remedy("alcohol"))+
				fmt.Sprintf(`{"restriction_type":"RESTRICTED_CUSTOMER_INITIATED_MESSAGING","expiration":%d,"remediation":"The restriction was lifted."}]}`, w.clock.Now().Unix()))
		if w.standing().Rung != waba.Days3 || w.allowed(waba.WriteAtAll) != "" || w.allowed(waba.WriteFirst) == "" {
			w.Errorf("after the reversal: %+v", w.standing())
		}
		if err := decide(lock.ID, false); !errors.Is(err, policy.ErrViolationAppeal) {
			w.Errorf("deciding twice: %v", err)
		}
		if err := appeal(three.ID, "No."); err != nil {
			w.Fatal(err)
		}
		if err := decide(three.ID, false); err != nil {
			w.Fatal(err)
		}
		if r := w.standing().Records[1]; r.Appeal.State != waba.AppealUnchanged || r.Appeal.Reason != "We looked." || r.Appealable() || w.allowed(waba.WriteFirst) == "" {
			w.Errorf("unchanged: %+v", r)
		}
		for v, why := range map[id.ID]string{w.enforce("spam", waba.Days1).ID: "spam", w.old(): "90 days"} {
			if err := appeal(v, "Please"); err == nil || !strings.Contains(err.Error(), why) {
				w.Errorf("%v does not say %s", err, why)
			}
		}
	})
}

// old is a violation of more than 90 days ago.
func (w *world) old() id.ID {
	v := w.enforce("alcohol", waba.Warned)
	w.later(91 * day)
	return v.ID
}

func TestAnAccountIsItsBusinesssAlone(t *testing.T) {
	each(t, func(w *world) {
		v := w.enforce("alcohol", waba.Days3)
		stranger := caller(foreign)
		for name, err := range map[string]error{
			"enforce": func() error {
				_, err := w.enforcer.Enforce(w.Context(), stranger, w.waba, policy.Order{Rung: policy.Reinstate})
				return err
			}(),
			"standing": func() error { _, err := w.enforcer.Standing(w.Context(), stranger, w.waba); return err }(),
			"appeal":   w.enforcer.AppealViolation(w.Context(), stranger, w.waba, v.ID, "Mine", "X"),
			"decide":   w.enforcer.DecideViolation(w.Context(), stranger, w.waba, v.ID, policy.Outcome{Reverse: true}),
		} {
			if !errors.Is(err, waba.ErrAccountUnknown) {
				w.Errorf("%s: %v", name, err)
			}
		}
		if err := w.enforcer.AppealViolation(w.Context(), caller(mine), w.waba, v.ID+1, "Mine", "X"); !errors.Is(err, waba.ErrViolationUnknown) {
			w.Errorf("an unknown violation: %v", err)
		}
		for _, o := range []policy.Order{{Rung: "prison", PolicyID: "alcohol"}, {Rung: waba.Days1}, {Rung: waba.Days1, PolicyID: "rudeness"}, {Rung: waba.Days1, PolicyID: "alcohol", Reason: strings.Repeat("x", 501)}} {
			if _, err := w.enforcer.Enforce(w.Context(), caller(mine), w.waba, o); !errors.Is(err, policy.ErrEnforcement) {
				w.Errorf("%+v: %v", o, err)
			}
		}
	})
}

func TestARestrictedAccountGetsNoNumbers(t *testing.T) {
	each(t, func(w *world) {
		w.enforce("alcohol", waba.Days1)
		add := func() error {
			return w.db.Update(w.Context(), func(ctx context.Context, tx *db.Tx) error {
				_, err := waba.CreateNumberTx(ctx, tx, waba.Number{WABAID: w.waba, Digits: "+84 24 7100 0009", VerifiedName: "B"})
				return err
			})
		}
		if err := add(); !errors.Is(err, waba.ErrRestricted) {
			w.Errorf("a new number: %v", err)
		}
		w.later(day)
		if err := add(); err != nil {
			w.Errorf("a new number afterwards: %v", err)
		}
	})
}
