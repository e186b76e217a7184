package manager

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/policy"
	"github.com/hawkerhq/hawker/internal/waba"
)

// StandingPage is what is held against the business's accounts: the ladder, where each stands on it, and every violation.
type StandingPage struct {
	Shell
	Accounts []AccountStanding
	// Moderates tells that the visitor decides on appeals, and may put an account on a rung.
	Moderates bool
	Policies  []string
	Rungs     []string
	Problem   *Problem
}

// AccountStanding is an account on the ladder.
type AccountStanding struct {
	policy.Standing
	Ladder []RungStep
	now    time.Time
}

// RungStep is a rung of the ladder: passed, here, or to come.
type RungStep struct {
	Rung         string
	Passed, Here bool
}

// Left is how long the rung lasts from now, in whole hours, at least one.
func (a AccountStanding) Left() (hours int) {
	if a.Until.IsZero() {
		return 0
	}
	return max(1, int((a.Until.Sub(a.now)+time.Hour-1)/time.Hour))
}

// DaysLeft is how long the rung lasts from now, in whole days.
func (a AccountStanding) DaysLeft() int { return a.Left() / 24 }

// Next is what the next violation leads to; "" at the top.
func (a AccountStanding) Next() string {
	for _, s := range a.Ladder {
		if !s.Passed && !s.Here {
			return s.Rung
		}
	}
	return ""
}

// ladderOf puts an account on the ladder: where the violations that still count have led it.
func ladderOf(s policy.Standing) (steps []RungStep) {
	at := slices.Index(waba.Rungs(), s.Reached())
	for n, r := range waba.Rungs() {
		steps = append(steps, RungStep{Rung: r, Passed: n < at, Here: n == at})
	}
	return steps
}

// standing shows it.
func (s *Server) standing(v *visit) error { return s.showStanding(v, http.StatusOK, nil) }

func (s *Server) showStanding(v *visit, status int, problem *Problem) error {
	p := StandingPage{
		Shell: v.shell(v.t("manager.nav_standing"), "standing"), Moderates: v.may(s.moderators()...), Problem: problem,
		Policies: policy.AccountPolicies(), Rungs: append(waba.Rungs(), policy.Reinstate),
	}
	err := s.view(v.Context(), func(ctx context.Context, tx *db.Tx) error {
		p.Accounts = nil
		accounts, err := waba.AccountsTx(ctx, tx, v.caller)
		if err != nil {
			return err
		}
		for _, a := range accounts {
			held, err := policy.StandingTx(ctx, tx, v.caller, a.ID)
			if err != nil {
				return err
			}
			p.Accounts = append(p.Accounts, AccountStanding{held, ladderOf(held), tx.Now()})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return v.show(status, "standing.html", p)
}

// stood shows the page again with what was wrong, or goes on to it.
func (s *Server) stood(v *visit, err error, toast string) error {
	if problem, ok := v.words(err); ok && !errors.Is(err, waba.ErrAccountUnknown) && !errors.Is(err, waba.ErrViolationUnknown) {
		return s.showStanding(v, http.StatusUnprocessableEntity, &problem)
	}
	if err != nil {
		return err
	}
	return v.done(v.at("/standing"), toast)
}

// violation reads the path of one.
func (v *visit) violation() (account, violation id.ID, err error) {
	if account, err = v.pathID("account"); err == nil {
		violation, err = v.pathID("violation")
	}
	return account, violation, err
}

// appealViolation asks for another look at a violation.
func (s *Server) appealViolation(v *visit) error {
	account, violation, err := v.violation()
	if err != nil {
		return err
	}
	return s.stood(v, s.Enforcer.AppealViolation(v.Context(), v.caller, account, violation, strings.TrimSpace(v.PostFormValue("message")), v.person.Name), "manager.done_appealed")
}

// decideViolation settles an appeal.
func (s *Server) decideViolation(v *visit) error {
	account, violation, err := v.violation()
	if err != nil {
		return err
	}
	o := policy.Outcome{Reverse: v.PostFormValue("outcome") == waba.AppealReversed, Reason: strings.TrimSpace(v.PostFormValue("reason")), By: v.person.Name}
	return s.stood(v, s.Enforcer.DecideViolation(v.Context(), v.caller, account, violation, o), "manager.done_decided")
}

// enforce puts an account on a rung on purpose.
func (s *Server) enforce(v *visit) error {
	account, err := v.pathID("account")
	if err != nil {
		return err
	}
	o := policy.Order{PolicyID: v.PostFormValue("policy"), Rung: v.PostFormValue("rung"), Reason: strings.TrimSpace(v.PostFormValue("reason")), By: v.person.Name}
	_, err = s.Enforcer.Enforce(v.Context(), v.caller, account, o)
	return s.stood(v, err, "manager.done_enforced")
}
