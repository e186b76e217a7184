package waba

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// ReachedTx tells since when a customer counts as one the business wrote to first; ok is false for one it never did.
func ReachedTx(ctx context.Context, tx *db.Tx, business id.ID, waID string) (at time.Time, ok bool, err error) {
	err = tx.QueryRow(ctx, `SELECT at FROM business_reach WHERE business_id = $1 AND wa_id = $2`, business, waID).Scan(&at)
	if errors.Is(err, db.ErrNoRows) {
		return time.Time{}, false, nil
	}
	if err != nil {
		return time.Time{}, false, fmt.Errorf("waba: reach: %w", err)
	}
	return at, true, nil
}

// ReachTx counts a customer as written to first from now on, by a number of the business.
func ReachTx(ctx context.Context, tx *db.Tx, n Number, waID string) error {
	_, err := tx.Exec(ctx, `INSERT INTO business_reach (business_id, wa_id, phone_id, at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (business_id, wa_id) DO UPDATE SET phone_id = excluded.phone_id, at = excluded.at`, n.BusinessID, waID, n.ID, tx.Now())
	if err != nil {
		return fmt.Errorf("waba: reach: %w", err)
	}
	return nil
}

// ReachCountTx counts the customers a business wrote to first after a moment, up to most; of one number only where phone is
// not zero.
func ReachCountTx(ctx context.Context, tx *db.Tx, business, phone id.ID, after time.Time, most int) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM business_reach WHERE business_id = $1 AND at > $2 AND (CAST($3 AS BIGINT) = 0 OR phone_id = $3) LIMIT $4) r`,
		business, after, phone, most).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("waba: reach: %w", err)
	}
	return n, nil
}
