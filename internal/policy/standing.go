package policy

import (
	"context"
	"slices"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/waba"
)

// Record is a violation with its appeal, as it is at a moment.
type Record struct {
	waba.Violation
	Appeal waba.Appeal // zero: none
	Items  []waba.Strike
	now    time.Time
}

// RecordAt is a violation without an appeal, as it is at a moment.
func RecordAt(v waba.Violation, now time.Time) Record { return Record{Violation: v, now: now} }

// State is what became of the violation: active, ended, lifted, or told for a warning.
func (r Record) State() string {
	switch {
	case !r.LiftedAt.IsZero():
		return "lifted"
	case r.Rung == waba.Warned:
		return "told"
	case r.InForce(r.now):
		return "active"
	}
	return "ended"
}

// Disabled tells whether the account is disabled by it.
func (r Record) Disabled() bool { return r.DisabledBy(r.now) }

func recordTx(ctx context.Context, tx *db.Tx, c access.Caller, wabaID, violation id.ID) (a waba.Account, r Record, err error) {
	if a, err = waba.AccountForTx(ctx, tx, c, wabaID); err != nil {
		return a, r, err
	}
	if r.Violation, err = waba.ViolationTx(ctx, tx, wabaID, violation); err != nil {
		return a, r, err
	}
	all, err := waba.AppealsTx(ctx, tx, wabaID)
	r.Appeal, r.now = all[violation], tx.Now()
	return a, r, err
}

// Bounds of what is told of an account.
const (
	recordsMost     = 100
	recordItemsMost = 20
)

// Standing is what is, and was, held against an account.
type Standing struct {
	Account waba.Account
	Rung    string // the highest in force; "" where there is none
	// Until is when the rung ends by itself; zero: never, or there is none.
	Until        time.Time
	Disabled     bool
	DisabledAt   time.Time // from when it is, or will be
	Restrictions []waba.Restriction
	Records      []Record // the latest first
}

// Standing tells it of an account of the caller.
func (e *Enforcer) Standing(ctx context.Context, c access.Caller, wabaID id.ID) (s Standing, err error) {
	err = e.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		s, err = StandingTx(ctx, tx, c, wabaID)
		return err
	})
	return s, err
}

// StandingTx is [Enforcer.Standing] in a transaction.
func StandingTx(ctx context.Context, tx *db.Tx, c access.Caller, wabaID id.ID) (s Standing, err error) {
	if s.Account, err = waba.AccountForTx(ctx, tx, c, wabaID); err != nil {
		return s, err
	}
	held, err := waba.StandingTx(ctx, tx, wabaID)
	if err != nil {
		return s, err
	}
	now := tx.Now()
	s.Rung, s.Disabled = held.Rung(now), held.Disabled(now)
	for _, r := range writeAtAll {
		if _, ok := held.Holds(r, now); ok {
			s.Restrictions = append(s.Restrictions, r)
		}
	}
	for _, v := range held.InForce(now) {
		if v.Rung == s.Rung && v.Ends.After(s.Until) {
			s.Until = v.Ends
		}
		if !v.DisabledAt.IsZero() && (s.DisabledAt.IsZero() || v.DisabledAt.Before(s.DisabledAt)) {
			s.DisabledAt = v.DisabledAt
		}
	}
	list, err := waba.ViolationsTx(ctx, tx, wabaID, recordsMost)
	if err != nil {
		return s, err
	}
	appeals, err := waba.AppealsTx(ctx, tx, wabaID)
	if err != nil {
		return s, err
	}
	for _, v := range list {
		r := Record{Violation: v, Appeal: appeals[v.ID], now: now}
		if r.Items, err = waba.StrikesOfTx(ctx, tx, v.ID, recordItemsMost); err != nil {
			return s, err
		}
		s.Records = append(s.Records, r)
	}
	return s, nil
}

// Reached is the highest rung that violations which still lead further have reached; "" where there is none.
func (s Standing) Reached() string {
	best := -1
	for _, r := range s.Records {
		if r.LiftedAt.IsZero() && (r.now.Sub(r.At) < climbWindow || r.InForce(r.now)) {
			best = max(best, slices.Index(waba.Rungs(), r.Rung))
		}
	}
	if best < 0 {
		return ""
	}
	return waba.Rungs()[best]
}
