package policy

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/waba"
	"github.com/hawkerhq/hawker/internal/webhook"
	"github.com/hawkerhq/hawker/wire"
)

// tell puts an event of an account into the outbox; those of one account keep their order.
func (e *Enforcer) tell(ctx context.Context, tx *db.Tx, a waba.Account, u wire.AccountUpdate) error {
	b, err := json.Marshal(u)
	if err != nil {
		return fmt.Errorf("policy: %w", err)
	}
	return e.outbox.EnqueueTx(ctx, tx, webhook.Event{BusinessID: a.BusinessID, WABAID: a.ID, Field: "account_update", Lane: "account:" + a.ID.String(), Value: b})
}

// tellHeldTx tells of a violation, then of what follows from it.
func (e *Enforcer) tellHeldTx(ctx context.Context, tx *db.Tx, a waba.Account, v waba.Violation) error {
	err := e.tell(ctx, tx, a, wire.AccountUpdate{Event: wire.AccountViolation, Violation: &wire.ViolationInfo{Type: strings.ToUpper(v.PolicyID)}})
	if err != nil {
		return err
	}
	if v.DisabledBy(tx.Now()) {
		if _, err := waba.TellBanTx(ctx, tx, v.ID); err != nil {
			return err
		}
		return e.tellBanTx(ctx, tx, a, v)
	}
	if len(v.Restrictions) > 0 {
		if err := e.tell(ctx, tx, a, restricted(v.Restrictions, func(waba.Restriction) (int64, string) { return endOf(v), remedy(v) })); err != nil {
			return err
		}
	}
	if v.DisabledAt.IsZero() {
		return nil
	}
	return e.tell(ctx, tx, a, ban(wire.BanScheduled, v.DisabledAt))
}

func (e *Enforcer) tellBanTx(ctx context.Context, tx *db.Tx, a waba.Account, v waba.Violation) error {
	return e.tell(ctx, tx, a, ban(wire.Banned, v.DisabledAt))
}

// tellLiftedTx tells what is different once violations were lifted: the account is there again, and restrictions end
// sooner, those that are over now at once.
func (e *Enforcer) tellLiftedTx(ctx context.Context, tx *db.Tx, a waba.Account, before, after waba.Standing) error {
	now := tx.Now()
	if banned(before, now) && !banned(after, now) {
		if err := e.tell(ctx, tx, a, ban(wire.Reinstated, now)); err != nil {
			return err
		}
	}
	var freed []waba.Restriction
	for _, r := range writeAtAll {
		was, held := before.Holds(r, now)
		is, holds := after.Holds(r, now)
		if held && (!holds || endOf(is) < endOf(was)) {
			freed = append(freed, r)
		}
	}
	if len(freed) == 0 {
		return nil
	}
	return e.tell(ctx, tx, a, restricted(freed, func(r waba.Restriction) (int64, string) {
		if v, holds := after.Holds(r, now); holds {
			return endOf(v), remedy(v)
		}
		return now.Unix(), "The restriction was lifted."
	}))
}

// banned tells whether an account is disabled or about to be.
func banned(s waba.Standing, now time.Time) bool {
	for _, v := range s.InForce(now) {
		if !v.DisabledAt.IsZero() {
			return true
		}
	}
	return false
}

func ban(state string, at time.Time) wire.AccountUpdate {
	return wire.AccountUpdate{Event: wire.DisabledUpdate, Ban: &wire.BanInfo{State: state, Date: at.UTC().Format("January 2, 2006")}}
}

func restricted(list []waba.Restriction, until func(waba.Restriction) (int64, string)) wire.AccountUpdate {
	u := wire.AccountUpdate{Event: wire.AccountRestriction}
	for _, r := range list {
		end, text := until(r)
		u.Restriction = append(u.Restriction, wire.RestrictionInfo{Type: string(r), Expiration: end, Remediation: text})
	}
	return u
}

// endOf is when a violation's effect ends, in Unix seconds.
func endOf(v waba.Violation) int64 {
	if v.Ends.IsZero() {
		return farAway
	}
	return v.Ends.Unix()
}

// remedy says what can be done about a violation.
func remedy(v waba.Violation) string {
	if v.Ends.IsZero() {
		return "This restriction has no end of its own; only an appeal lifts it."
	}
	return "Remove what violates the policy " + v.PolicyID + ", or appeal the violation."
}
