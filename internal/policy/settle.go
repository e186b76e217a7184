package policy

import (
	"context"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
)

// settleTx stores a verdict on an item as it was read, and what follows from it for the accounts that sell it.
func (r *Reviewer) settleTx(ctx context.Context, tx *db.Tx, i catalog.Item, v catalog.Verdict) error {
	applied, err := catalog.SetVerdictTx(ctx, tx, i.ID, i.Rev, v)
	if err != nil || !applied || r.enforcer == nil {
		return err
	}
	switch {
	case v.Status == catalog.Rejected:
		return r.enforcer.RejectedTx(ctx, tx, i, v.PolicyID)
	case v.Status == catalog.Approved && i.Review.Status == catalog.Rejected:
		return r.enforcer.ClearedTx(ctx, tx, i.ID, v.Reviewer)
	}
	return nil
}

// settleManyTx is [Reviewer.settleTx] for the automatic review: in one go but for what counts against accounts.
func (r *Reviewer) settleManyTx(ctx context.Context, tx *db.Tx, items []catalog.Item, verdicts []catalog.Verdict) error {
	plain := make([]catalog.Decision, 0, len(items))
	for n, i := range items {
		if v := verdicts[n]; r.enforcer != nil && v.Status == catalog.Rejected && severityOf(v.PolicyID) != ordinary {
			if err := r.settleTx(ctx, tx, i, v); err != nil {
				return err
			}
			continue
		}
		plain = append(plain, catalog.Decision{Item: i.ID, Rev: i.Rev, Verdict: verdicts[n]})
	}
	return catalog.SetVerdictsTx(ctx, tx, plain)
}
