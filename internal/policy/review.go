package policy

import (
	"context"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/live"
)

// Causes.
var (
	ErrVerdict   = fault.New("policy.verdict_invalid")
	ErrUnwatched = fault.New("policy.catalog_unwatched")
)

// Reviewer reviews items of connected catalogs.
type Reviewer struct {
	db    *db.DB
	rules *Rules
	live  *live.Hub
	// enforcer hears of rejections; nil: nobody counts them.
	enforcer *Enforcer
	// endpoint is the operator's own reviewer; nil: there is none.
	endpoint *Endpoint
}

// CountAgainst has rejected items count against their accounts. It is called while the house is put together.
func (r *Reviewer) CountAgainst(e *Enforcer) { r.enforcer = e }

// NewReviewer returns a reviewer with the built-in rules.
func NewReviewer(d *db.DB, hub *live.Hub) *Reviewer {
	return &Reviewer{db: d, rules: unbuilt(), live: hub}
}

// DecideBy has the reviewer decide by other rules than the built-in ones. It is called before the first review.
func (r *Reviewer) DecideBy(rules *Rules) { r.rules = rules }

// Decide gives an item of a connected catalog a verdict on purpose: the sandbox's way.
func (r *Reviewer) Decide(ctx context.Context, c access.Caller, item id.ID, v catalog.Verdict) error {
	if err := c.Require(access.Sandbox); err != nil {
		return err
	}
	if v.Status != catalog.Approved && v.Status != catalog.Rejected && v.Status != catalog.Pending {
		return ErrVerdict.Withf("status", "%.40q is no verdict; one of approved, rejected, pending", v.Status)
	}
	if v.Status == catalog.Rejected && v.PolicyID == "" {
		return ErrVerdict.With("policy_id", `a rejection names the policy it rests on, for example "weapons"`)
	}
	return r.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		i, err := catalog.ItemTx(ctx, tx, c, item)
		if err != nil {
			return err
		}
		if i.Review.Status == catalog.NoReview {
			return ErrUnwatched.With("id", "the item's catalog is not connected to a WhatsApp Business Account, so it has no review; connect it first")
		}
		v.Reviewer = "sandbox"
		return r.decideTx(ctx, tx, i, v)
	})
}
