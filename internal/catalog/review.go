package catalog

import (
	"context"
	"fmt"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// Verdict is what a reviewer found.
type Verdict struct {
	// Status is Approved or Rejected, or Pending when a person has to decide.
	Status   string
	PolicyID string
	Reason   string // one sentence for the seller
	Evidence string // the field and value that triggered it
	Reviewer string // who decided: a version of the rules, or a person
}

// SetReviewedTx turns the review of a catalog on or off. On: every item waits for a review. Off: items
// have no review status, and none may be sent. What is as asked already stays as it is.
func SetReviewedTx(ctx context.Context, tx *db.Tx, catalog id.ID, on bool) error {
	tx.Notify(Changes)
	n, err := tx.Exec(ctx, `UPDATE catalog SET reviewed = $1 WHERE id = $2 AND reviewed <> $1`, on, catalog)
	if err != nil {
		return fmt.Errorf("catalog: %w", err)
	}
	if n == 0 {
		return nil
	}
	status := NoReview
	if on {
		status = Pending
	}
	for _, table := range []string{"item_row", "item_before"} {
		_, err = tx.Exec(ctx, `UPDATE `+table+` SET review = $1, held = FALSE, review_policy = '', review_reason = '', review_evidence = '', reviewer = ''
			WHERE catalog_id = $2`, status, catalog)
		if err != nil {
			return fmt.Errorf("catalog: %w", err)
		}
	}
	if !on {
		return nil
	}
	return enqueueReviewTx(ctx, tx, catalog)
}

// ToReviewTx lists items that wait for a review, oldest first; none where the catalog is not reviewed. Those of an upload
// that nobody sees yet are among them, so that they have their verdicts when they are seen.
func ToReviewTx(ctx context.Context, tx *db.Tx, catalog id.ID, limit int) ([]Item, error) {
	return queryItems(ctx, tx, selectRow+`WHERE i.catalog_id = $1 AND i.review IN ('pending', 'outdated') AND NOT i.held
		AND EXISTS (SELECT 1 FROM catalog c WHERE c.id = $1 AND c.reviewed) ORDER BY i.id LIMIT $2`, catalog, limit)
}

// SetVerdictTx stores a verdict on an item as it was at a revision. applied is false when the item has
// changed since, and a newer review is on its way, or when its catalog is no longer reviewed. A verdict of
// [Pending] holds the item for a person, and takes it off if it was approved.
func SetVerdictTx(ctx context.Context, tx *db.Tx, item id.ID, rev int64, v Verdict) (applied bool, err error) {
	n, err := setVerdicts(ctx, tx, []Decision{{item, rev, v}})
	return n == 1, err
}

// Decision is a verdict on an item at a revision.
type Decision struct {
	Item id.ID
	Rev  int64
	Verdict
}

// SetVerdictsTx is [SetVerdictTx] for many items.
func SetVerdictsTx(ctx context.Context, tx *db.Tx, list []Decision) error {
	_, err := setVerdicts(ctx, tx, list)
	return err
}

func setVerdicts(ctx context.Context, tx *db.Tx, list []Decision) (int64, error) {
	tx.Notify(Changes)
	rows := make([][]any, len(list))
	for n, d := range list {
		rows[n] = []any{d.Status == Pending, d.Status, d.PolicyID, d.Reason, d.Evidence, d.Reviewer, tx.Now(), d.Item, d.Rev}
	}
	n, err := tx.ExecMany(ctx, `UPDATE item_row SET review = CASE WHEN $1 AND review = 'outdated' THEN review ELSE $2 END, held = $1, review_policy = $3,
		review_reason = $4, review_evidence = $5, reviewer = $6, reviewed_at = $7
		WHERE id = $8 AND rev = $9 AND EXISTS (SELECT 1 FROM catalog c WHERE c.id = item_row.catalog_id AND c.reviewed)`, rows)
	if err != nil {
		return 0, fmt.Errorf("catalog: %w", err)
	}
	return n, nil
}
