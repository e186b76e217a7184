package registration

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/waba"
	"github.com/hawkerhq/hawker/internal/webhook"
)

// DecideAccount gives an account of the caller's a decision of the review on purpose, and tells of it.
func (s *Service) DecideAccount(ctx context.Context, c access.Caller, wabaID id.ID, r waba.Review) error {
	if err := c.Require(access.Sandbox); err != nil {
		return err
	}
	if !slices.Contains(waba.Reviews(), r) {
		return ErrParam.Withf("decision", "decision is %.20q; it is APPROVED, REJECTED, PENDING or DEFERRED", r)
	}
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		a, err := waba.AccountForTx(ctx, tx, c, wabaID)
		if err != nil {
			return err
		}
		if err := waba.SetReviewTx(ctx, tx, a.ID, r); err != nil {
			return err
		}
		return s.tellReview(ctx, tx, a, r)
	})
}

// tellReview tells the business's programs of a decision; what is told of one account keeps its order.
func (s *Service) tellReview(ctx context.Context, tx *db.Tx, a waba.Account, r waba.Review) error {
	b, err := json.Marshal(struct {
		Decision waba.Review `json:"decision"`
	}{r})
	if err != nil {
		return err
	}
	return s.Outbox.EnqueueTx(ctx, tx, webhook.Event{
		BusinessID: a.BusinessID, WABAID: a.ID, Field: "account_review_update", Lane: "account:" + a.ID.String(), Value: b,
	})
}
