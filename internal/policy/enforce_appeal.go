package policy

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/waba"
)

// ErrViolationAppeal is an appeal of a violation, or a decision on one, that breaks a rule.
var ErrViolationAppeal = fault.New("policy.violation_appeal_invalid")

// violationMessageMost bounds what a business says in an appeal, in characters.
const violationMessageMost = 2000

// Appealable tells whether a violation can be appealed at a moment: once, within 90 days, and not for spam.
func (r Record) Appealable() bool { return r.whyNot() == "" }

// whyNot says why a violation cannot be appealed; "" where it can.
func (r Record) whyNot() string {
	switch v := r.Violation; {
	case !v.LiftedAt.IsZero():
		return "it was lifted already"
	case r.Appeal.State != "":
		return "it was appealed already; each violation gets one appeal"
	case v.PolicyID == spam:
		return "violations for spam cannot be appealed"
	case r.now.Sub(v.At) > appealWindow:
		return "it is older than 90 days"
	}
	return ""
}

// AppealViolation asks for another look at a violation of an account of the caller.
func (e *Enforcer) AppealViolation(ctx context.Context, c access.Caller, wabaID, violation id.ID, message, by string) error {
	if err := c.Require(access.WhatsAppBusinessManagement); err != nil {
		return err
	}
	if n := utf8.RuneCountInString(message); n > violationMessageMost {
		return ErrViolationAppeal.Withf("message", "message has %d characters, at most %d are allowed", n, violationMessageMost)
	}
	if strings.TrimSpace(message) == "" {
		return ErrViolationAppeal.With("message", "message is required: say why the account keeps the policy, in at most 2000 characters")
	}
	return e.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		a, r, err := recordTx(ctx, tx, c, wabaID, violation)
		if err != nil {
			return err
		}
		if why := r.whyNot(); why != "" {
			return ErrViolationAppeal.Withf("violation_id", "violation %s cannot be appealed: %s", violation, why)
		}
		added, err := waba.AddAppealTx(ctx, tx, waba.Appeal{ViolationID: violation, WABAID: wabaID, Message: message, AskedBy: by})
		if err == nil && !added {
			return ErrViolationAppeal.Withf("violation_id", "violation %s was appealed already; each violation gets one appeal", violation)
		}
		e.changed(tx, a, "account.appealed", r.Violation)
		return err
	})
}

// Outcome is the decision on an appeal of a violation.
type Outcome struct {
	Reverse bool // the violation is lifted, and what stood before stands again
	Reason  string
	By      string
}

// DecideViolation settles an open appeal: for moderators and for the sandbox.
func (e *Enforcer) DecideViolation(ctx context.Context, c access.Caller, wabaID, violation id.ID, o Outcome) error {
	if n := utf8.RuneCountInString(o.Reason); n > reasonMost {
		return ErrViolationAppeal.Withf("reason", "reason has %d characters, at most %d are allowed", n, reasonMost)
	}
	return e.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		a, r, err := recordTx(ctx, tx, c, wabaID, violation)
		if err != nil {
			return err
		}
		state := waba.AppealUnchanged
		if o.Reverse {
			state = waba.AppealReversed
		}
		settled, err := waba.SettleAppealTx(ctx, tx, violation, state, o.Reason, o.By)
		if err != nil {
			return err
		}
		if !settled {
			return ErrViolationAppeal.Withf("violation_id", "violation %s has no open appeal", violation)
		}
		e.changed(tx, a, "account.appeal_decided", r.Violation)
		if !o.Reverse || !r.LiftedAt.IsZero() {
			return nil
		}
		return e.liftTx(ctx, tx, a, []waba.Violation{r.Violation}, o.By)
	})
}
