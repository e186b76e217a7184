package policy

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/job"
	"github.com/hawkerhq/hawker/internal/live"
	"github.com/hawkerhq/hawker/internal/waba"
	"github.com/hawkerhq/hawker/internal/webhook"
)

// ErrEnforcement is an order that names no rung or no policy.
var ErrEnforcement = fault.New("policy.enforcement_invalid")

// Outbox is where webhooks go: webhook.Service.
type Outbox interface {
	EnqueueTx(ctx context.Context, tx *db.Tx, e webhook.Event) error
}

// Enforcer holds violations against accounts: what they may not do follows, and ends by the clock or by an appeal.
type Enforcer struct {
	db     *db.DB
	live   *live.Hub
	outbox Outbox
}

// NewEnforcer returns an enforcer.
func NewEnforcer(d *db.DB, hub *live.Hub, outbox Outbox) *Enforcer { return &Enforcer{d, hub, outbox} }

// Register has its jobs run.
func (e *Enforcer) Register(r *job.Runner) { job.Handle(r, e.effectDue) }

// TopicAccount is where changes of an account's standing are published.
func TopicAccount(wabaID id.ID) string { return "account:" + wabaID.String() }

// Order is a rung on purpose.
type Order struct {
	PolicyID string // one of [AccountPolicies]; with [Reinstate] none is needed
	Rung     string // one of [waba.Rungs], or [Reinstate]
	Reason   string
	By       string // who orders it
}

// reasonMost bounds what people write about a decision, in characters.
const reasonMost = 500

func (o Order) check() error {
	if o.Rung != Reinstate && !slices.Contains(waba.Rungs(), o.Rung) {
		return ErrEnforcement.Withf("rung", "rung is %.40q; one of %v, or %s", o.Rung, waba.Rungs(), Reinstate)
	}
	if o.Rung != Reinstate && !slices.Contains(AccountPolicies(), o.PolicyID) {
		return ErrEnforcement.Withf("policy_id", "policy_id is %.40q; one of %v", o.PolicyID, AccountPolicies())
	}
	if n := utf8.RuneCountInString(o.Reason); n > reasonMost {
		return ErrEnforcement.Withf("reason", "reason has %d characters, at most %d are allowed", n, reasonMost)
	}
	return nil
}

// Enforce puts an account of the caller on a rung, or reinstates it: for the sandbox and for moderators. It returns the violation;
// the zero one for [Reinstate].
func (e *Enforcer) Enforce(ctx context.Context, c access.Caller, wabaID id.ID, o Order) (v waba.Violation, err error) {
	if err := o.check(); err != nil {
		return waba.Violation{}, err
	}
	err = e.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		a, err := waba.AccountForTx(ctx, tx, c, wabaID)
		if err != nil {
			return err
		}
		if o.Rung == Reinstate {
			v = waba.Violation{}
			return e.reinstateTx(ctx, tx, a, o.By)
		}
		v, err = e.holdTx(ctx, tx, a, violation(waba.Violation{WABAID: wabaID, PolicyID: o.PolicyID, Rung: o.Rung, Reason: o.Reason, DecidedBy: o.By}, tx.Now(), true))
		return err
	})
	return v, err
}

// holdTx stores a violation with everything it causes: webhooks now, and a job for when its effect changes.
func (e *Enforcer) holdTx(ctx context.Context, tx *db.Tx, a waba.Account, v waba.Violation) (waba.Violation, error) {
	v, err := waba.AddViolationTx(ctx, tx, v)
	if err != nil {
		return waba.Violation{}, err
	}
	e.changed(tx, a, "account.violation", v)
	if !v.Ends.IsZero() {
		if err := job.EnqueueTx(ctx, tx, effectDue{a.ID, v.ID}, job.DueAt(v.Ends)); err != nil {
			return waba.Violation{}, err
		}
	}
	if v.DisabledAt.After(tx.Now()) {
		if err := job.EnqueueTx(ctx, tx, effectDue{a.ID, v.ID}, job.DueAt(v.DisabledAt)); err != nil {
			return waba.Violation{}, err
		}
	}
	return v, e.tellHeldTx(ctx, tx, a, v)
}

// reinstateTx takes back everything in force.
func (e *Enforcer) reinstateTx(ctx context.Context, tx *db.Tx, a waba.Account, by string) error {
	s, err := waba.StandingTx(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	return e.liftTx(ctx, tx, a, s.InForce(tx.Now()), by)
}

// liftTx takes violations back: what stood before them, and still would, stands again.
func (e *Enforcer) liftTx(ctx context.Context, tx *db.Tx, a waba.Account, list []waba.Violation, by string) error {
	before, err := waba.StandingTx(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	for _, v := range list {
		if err := waba.LiftTx(ctx, tx, v.ID, by); err != nil {
			return err
		}
		e.changed(tx, a, "account.violation_lifted", v)
	}
	after, err := waba.StandingTx(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	return e.tellLiftedTx(ctx, tx, a, before, after)
}

// effectDue is the job of the moment at which what a violation does changes by the clock: it ends, or the account is disabled.
type effectDue struct {
	WABAID      id.ID `json:"waba_id"`
	ViolationID id.ID `json:"violation_id"`
}

// Kind implements [job.Args].
func (effectDue) Kind() string { return "policy.effect_due" }

// effectDue tells of it; what holds is the clock's word in any case.
func (e *Enforcer) effectDue(ctx context.Context, d effectDue) error {
	return e.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		a, err := waba.AccountTx(ctx, tx, d.WABAID)
		if err != nil {
			return err
		}
		v, err := waba.ViolationTx(ctx, tx, d.WABAID, d.ViolationID)
		if err != nil || !v.LiftedAt.IsZero() {
			return err
		}
		if v.DisabledBy(tx.Now()) {
			first, err := waba.TellBanTx(ctx, tx, v.ID)
			if err != nil || !first {
				return err
			}
			e.changed(tx, a, "account.disabled", v)
			return e.tellBanTx(ctx, tx, a, v)
		}
		e.changed(tx, a, "account.restriction_ended", v)
		waba.EffectEndedTx(tx)
		return nil
	})
}

// changed has pages and programs in this process hear of an account.
func (e *Enforcer) changed(tx *db.Tx, a waba.Account, what string, v waba.Violation) {
	tx.AfterCommit(func() {
		e.live.Publish(TopicAccount(a.ID), nil)
		e.live.Publish("events", map[string]any{
			"type": what, "business_id": a.BusinessID, "waba_id": a.ID, "violation_id": v.ID, "policy_id": v.PolicyID, "rung": v.Rung,
		})
	})
}

// RejectedTx counts a rejected item against the accounts that sell from its catalog: enough of them are a violation.
func (e *Enforcer) RejectedTx(ctx context.Context, tx *db.Tx, i catalog.Item, policyID string) error {
	if severityOf(policyID) == ordinary {
		return nil
	}
	policyID, _, _ = strings.Cut(policyID, ".")
	accounts, err := waba.WABAsOfCatalogTx(ctx, tx, i.CatalogID)
	if err != nil {
		return err
	}
	for _, w := range accounts {
		added, err := waba.AddStrikeTx(ctx, tx, waba.Strike{WABAID: w, CatalogID: i.CatalogID, ItemID: i.ID, PolicyID: policyID, RetailerID: i.RetailerID})
		if err != nil {
			return err
		}
		if !added {
			continue
		}
		if err := e.climbTx(ctx, tx, w, policyID); err != nil {
			return err
		}
	}
	return nil
}

// climbTx makes strikes a violation once there are enough.
func (e *Enforcer) climbTx(ctx context.Context, tx *db.Tx, wabaID id.ID, policyID string) error {
	now := tx.Now()
	earlier, err := waba.ViolationsSinceTx(ctx, tx, wabaID, now.Add(-climbWindow))
	if err != nil {
		return err
	}
	for _, v := range earlier {
		if v.PolicyID == policyID && now.Sub(v.At) < sameOffence {
			return waba.CollectStrikesTx(ctx, tx, v)
		}
	}
	n, err := waba.OpenStrikesTx(ctx, tx, wabaID, policyID, now.Add(-strikeWindow))
	if err != nil || n < strikesToViolate {
		return err
	}
	a, err := waba.AccountTx(ctx, tx, wabaID)
	if err != nil {
		return err
	}
	v := waba.Violation{
		WABAID: wabaID, PolicyID: policyID, Rung: nextRung(policyID, earlier), DecidedBy: Version,
		Reason: fmt.Sprintf("%d items of the catalog were rejected within %d days (policy: %s).", n, int(strikeWindow/day), policyID),
	}
	if v, err = e.holdTx(ctx, tx, a, violation(v, now, false)); err != nil {
		return err
	}
	return waba.CollectStrikesTx(ctx, tx, v)
}

// ClearedTx takes an item off the count: its rejection was put right. A violation that rested on such items alone is lifted.
func (e *Enforcer) ClearedTx(ctx context.Context, tx *db.Tx, item id.ID, by string) error {
	of, err := waba.DropStrikesTx(ctx, tx, item)
	if err != nil {
		return err
	}
	for _, s := range of {
		left, err := waba.StrikesOfTx(ctx, tx, s.ViolationID, strikesToViolate)
		if err != nil {
			return err
		}
		if len(left) >= strikesToViolate {
			continue
		}
		v, err := waba.ViolationTx(ctx, tx, s.WABAID, s.ViolationID)
		if err != nil {
			return err
		}
		if !v.LiftedAt.IsZero() {
			continue
		}
		a, err := waba.AccountTx(ctx, tx, s.WABAID)
		if err != nil {
			return err
		}
		if err := e.liftTx(ctx, tx, a, []waba.Violation{v}, by); err != nil {
			return err
		}
	}
	return nil
}
