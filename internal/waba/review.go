package waba

import (
	"context"
	"fmt"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// Review is what the platform's review decided on an account, in the words of the webhook field account_review_update.
type Review string

// Decisions of a review. A deferred one is pending again.
const (
	ReviewApproved Review = "APPROVED"
	ReviewRejected Review = "REJECTED"
	ReviewPending  Review = "PENDING"
	ReviewDeferred Review = "DEFERRED"
)

// Reviews lists all decisions.
func Reviews() []Review {
	return []Review{ReviewApproved, ReviewRejected, ReviewPending, ReviewDeferred}
}

// Status is what the account's node tells of the decision, which knows no deferred accounts.
func (r Review) Status() string {
	if r == ReviewDeferred {
		return string(ReviewPending)
	}
	return string(r)
}

// SetReviewTx stores what a review decided on an account.
func SetReviewTx(ctx context.Context, tx *db.Tx, wabaID id.ID, r Review) error {
	tx.Notify(Changes)
	if _, err := tx.Exec(ctx, `UPDATE waba SET review = $2 WHERE id = $1`, wabaID, string(r)); err != nil {
		return fmt.Errorf("waba: review: %w", err)
	}
	return nil
}
