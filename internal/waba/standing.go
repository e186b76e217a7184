package waba

import (
	"slices"
	"time"

	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
)

// Causes of what an account may not do because of violations.
var (
	// ErrRestricted: for a while.
	ErrRestricted = fault.New("waba.restricted")
	// ErrLocked: until an appeal is granted, or for good.
	ErrLocked = fault.New("waba.locked")
	// ErrViolationUnknown: no such violation, or one of another account.
	ErrViolationUnknown = fault.New("waba.violation_unknown")
)

// Restriction is something an account may not do, by Meta's name for it.
type Restriction string

// Restrictions.
const (
	AddNumbers Restriction = "RESTRICTED_ADD_PHONE_NUMBER_ACTION"
	WriteFirst Restriction = "RESTRICTED_BIZ_INITIATED_MESSAGING"      // templates
	WriteAtAll Restriction = "RESTRICTED_CUSTOMER_INITIATED_MESSAGING" // answers
)

// Rungs of the ladder that violations lead up.
const (
	Warned   = "warning"
	Days1    = "restrict_1_day"
	Days3    = "restrict_3_days"
	Days5    = "restrict_5_days"
	Days7    = "restrict_7_days"
	Days30   = "restrict_30_days"
	Locked   = "lock"
	Disabled = "disable"
)

// Rungs are all of them, the lowest first.
func Rungs() []string {
	return []string{Warned, Days1, Days3, Days5, Days7, Days30, Locked, Disabled}
}

// Violation is something held against an account, and what follows from it.
type Violation struct {
	ID, WABAID   id.ID
	PolicyID     string
	Rung         string
	Restrictions []Restriction
	Reason       string // one sentence for the business
	DecidedBy    string // a version of the rules, a person, or the sandbox
	At           time.Time
	Ends         time.Time // zero: never by itself
	DisabledAt   time.Time // from when the account is disabled by it; zero: not by this
	LiftedAt     time.Time // zero: it stands
	LiftedBy     string
}

// InForce tells whether the violation has an effect at a moment. A warning has none.
func (v Violation) InForce(now time.Time) bool {
	return v.LiftedAt.IsZero() && len(v.Restrictions) > 0 && (v.Ends.IsZero() || v.Ends.After(now))
}

// open tells whether only an appeal ends the violation's effect.
func (v Violation) open() bool { return v.Ends.IsZero() }

// DisabledBy tells whether the account is disabled by the violation at a moment.
func (v Violation) DisabledBy(now time.Time) bool {
	return v.InForce(now) && !v.DisabledAt.IsZero() && !v.DisabledAt.After(now)
}

// Standing is what is held against an account: facts, of which the clock makes what holds at a moment.
type Standing struct {
	// Violations that have, or had, an effect and were not lifted, the oldest first.
	Violations []Violation
}

// InForce are the violations with an effect at a moment.
func (s Standing) InForce(now time.Time) []Violation {
	var list []Violation
	for _, v := range s.Violations {
		if v.InForce(now) {
			list = append(list, v)
		}
	}
	return list
}

// outlasts tells whether v's effect ends later than w's at a moment.
func (v Violation) outlasts(w Violation, now time.Time) bool {
	switch {
	case v.DisabledBy(now) != w.DisabledBy(now):
		return v.DisabledBy(now)
	case v.open() != w.open():
		return v.open()
	}
	return v.Ends.After(w.Ends)
}

// Holds is the violation that forbids r the longest at a moment; ok is false where nothing does.
func (s Standing) Holds(r Restriction, now time.Time) (v Violation, ok bool) {
	for _, x := range s.InForce(now) {
		if slices.Contains(x.Restrictions, r) && (!ok || x.outlasts(v, now)) {
			v, ok = x, true
		}
	}
	return v, ok
}

// Disabled tells whether the account is disabled at a moment.
func (s Standing) Disabled(now time.Time) bool {
	return slices.ContainsFunc(s.Violations, func(v Violation) bool { return v.DisabledBy(now) })
}

// Rung is the highest rung in force at a moment; "" where there is none.
func (s Standing) Rung(now time.Time) string {
	best := -1
	for _, v := range s.InForce(now) {
		best = max(best, slices.Index(Rungs(), v.Rung))
	}
	if best < 0 {
		return ""
	}
	return Rungs()[best]
}

// Allow refuses what a violation forbids at a moment, with [ErrRestricted] or [ErrLocked].
func (s Standing) Allow(r Restriction, now time.Time) error {
	v, ok := s.Holds(r, now)
	switch {
	case !ok:
		return nil
	case v.DisabledBy(now):
		return ErrLocked.Withf("", "Business Account locked: account %s is disabled for violating the policy %s; only an appeal of violation %s can bring it back",
			v.WABAID, v.PolicyID, v.ID).Fact("policy", v.PolicyID)
	case v.open():
		return ErrLocked.Withf("", "Business Account locked: account %s is locked for violating the policy %s; only an appeal of violation %s lifts that",
			v.WABAID, v.PolicyID, v.ID).Fact("policy", v.PolicyID)
	}
	return ErrRestricted.Withf("", "Temporarily blocked for policies violations: account %s %s until %s for violating the policy %s (violation %s); appeal it, or try again then",
		v.WABAID, forbids[r], v.Ends.Format(time.RFC3339), v.PolicyID, v.ID).Fact("policy", v.PolicyID).Fact("until", v.Ends.Format(time.RFC3339))
}

// forbids says what a restriction takes away.
var forbids = map[Restriction]string{
	AddNumbers: "gets no new phone numbers", WriteFirst: "sends no template messages", WriteAtAll: "sends no messages",
}

// States of appeals of violations.
const (
	AppealOpen      = "open"
	AppealReversed  = "reversed"
	AppealUnchanged = "unchanged"
)

// Appeal is a business's request to look at a violation again.
type Appeal struct {
	ViolationID, WABAID  id.ID
	Message, AskedBy     string
	State                string
	Reason, DecidedBy    string
	CreatedAt, DecidedAt time.Time
}

// Strike is a rejected item that counts against an account.
type Strike struct {
	WABAID, CatalogID, ItemID, ViolationID id.ID
	PolicyID, RetailerID                   string
	At                                     time.Time
}
