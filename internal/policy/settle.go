package policy

import (
	"context"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
)

// settleTx stores a verdict on an item as it was read, and what follows from it: for its reports, and for the accounts that sell it.
func (r *Reviewer) settleTx(ctx context.Context, tx *db.Tx, i catalog.Item, v catalog.Verdict) error {
	applied, err := catalog.SetVerdictTx(ctx, tx, i.ID, i.Rev, v)
	if err != nil || !applied {
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

// settleManyTx is [Reviewer.settleTx] for the automatic review of items that wait: in one go but for what has consequences.
func (r *Reviewer) settleManyTx(ctx context.Context, tx *db.Tx, items []catalog.Item, verdicts []catalog.Verdict) error {
	if err := overtakenTx(ctx, tx, items); err != nil {
		return err
	}
	plain := make([]catalog.Decision, 0, len(items))
	for n, i := range items {
		if v := verdicts[n]; v.Status == catalog.Rejected && severityOf(v.PolicyID) != ordinary {
			if err := r.settleTx(ctx, tx, i, v); err != nil {
				return err
			}
			continue
		}
		plain = append(plain, catalog.Decision{Item: i.ID, Rev: i.Rev, Verdict: verdicts[n]})
	}
	return catalog.SetVerdictsTx(ctx, tx, plain)
}
