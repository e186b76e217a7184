package policy

import (
	"context"
	"maps"
	"slices"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// settleTx stores a verdict on an item as it was read, and what follows from it: for its reports, and for the accounts that sell it.
func (r *Reviewer) settleTx(ctx context.Context, tx *db.Tx, i catalog.Item, v catalog.Verdict) error {
	stored := v
	if v.Status == catalog.Approved {
		stored.Reason = "" // why stands in the history; the item needs no reason
	}
	applied, err := catalog.SetVerdictTx(ctx, tx, i.ID, i.Rev, stored)
	if err != nil || !applied {
		return err
	}
	if err := keepVerdictTx(ctx, tx, i, v); err != nil {
		return err
	}
	switch {
	case v.Status == catalog.Rejected:
		if err := settleReportsTx(ctx, tx, i, reportUpheld); err != nil || r.enforcer == nil {
			return err
		}
		return r.enforcer.RejectedTx(ctx, tx, i, v.PolicyID)
	case v.Status == catalog.Approved && i.Review.Status == catalog.Rejected && r.enforcer != nil:
		return r.enforcer.ClearedTx(ctx, tx, i.ID, v.Reviewer)
	}
	return nil
}

// settleManyTx is [Reviewer.settleTx] for the automatic review of items of a catalog that wait: in one go but for what has consequences.
// Of the items it needs what the rules read.
func (r *Reviewer) settleManyTx(ctx context.Context, tx *db.Tx, cat id.ID, items []catalog.Item, verdicts []catalog.Verdict) error {
	if err := overtakenTx(ctx, tx, cat, func() []id.ID { return idsOf(items) }); err != nil {
		return err
	}
	approved, err := r.settleOthersTx(ctx, tx, items, verdicts)
	if err != nil {
		return err
	}
	if err := keepApprovedTx(ctx, tx, cat, runsOf(approved), r.rules.version); err != nil {
		return err
	}
	return catalog.ApproveTx(ctx, tx, cat, approved, r.rules.version)
}

// settleOthersTx settles what is not approved, and returns what is.
func (r *Reviewer) settleOthersTx(ctx context.Context, tx *db.Tx, items []catalog.Item, verdicts []catalog.Verdict) ([]catalog.Item, error) {
	approved, other := make([]catalog.Item, 0, len(items)), []catalog.Item(nil)
	var plain, held []catalog.Decision
	var said []catalog.Verdict
	grave := map[id.ID]catalog.Decision{}
	for n, i := range items {
		d := catalog.Decision{Item: i.ID, Rev: i.Rev, Verdict: verdicts[n]}
		switch {
		case d.Status == catalog.Approved:
			approved = append(approved, i)
		case d.Status == catalog.Rejected && severityOf(d.PolicyID) != ordinary:
			grave[i.ID] = d
		default:
			plain, other, said = append(plain, d), append(other, i), append(said, d.Verdict)
			if d.Status == catalog.Pending {
				held = append(held, d)
			}
		}
	}
	if err := keepVerdictsTx(ctx, tx, other, said); err != nil {
		return nil, err
	}
	if err := r.consultTx(ctx, tx, held); err != nil {
		return nil, err
	}
	if err := catalog.SetVerdictsTx(ctx, tx, plain); err != nil {
		return nil, err
	}
	whole, err := catalog.WholeTx(ctx, tx, slices.Collect(maps.Keys(grave)))
	if err != nil {
		return nil, err
	}
	for _, i := range whole {
		if d := grave[i.ID]; i.Rev == d.Rev && i.Review.Waits() {
			if err := r.settleTx(ctx, tx, i, d.Verdict); err != nil {
				return nil, err
			}
		}
	}
	return approved, nil
}
