package waba

import (
	"context"
	"fmt"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// RecipientsTx lists the people a test number may write to, by their wa_ids.
func RecipientsTx(ctx context.Context, tx *db.Tx, phoneID id.ID) ([]string, error) {
	rows, err := tx.Query(ctx, `SELECT wa_id FROM test_recipient WHERE phone_id = $1 ORDER BY added_at, wa_id`, phoneID)
	if err != nil {
		return nil, fmt.Errorf("waba: recipients: %w", err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var w string
		if err := rows.Scan(&w); err != nil {
			return nil, fmt.Errorf("waba: recipients: %w", err)
		}
		all = append(all, w)
	}
	return all, rows.Err()
}

// AddRecipientTx lets a test number write to a person.
func AddRecipientTx(ctx context.Context, tx *db.Tx, phoneID id.ID, waID string) error {
	tx.Notify(Changes)
	_, err := tx.Exec(ctx, `INSERT INTO test_recipient (phone_id, wa_id, added_at) VALUES ($1, $2, $3) ON CONFLICT (phone_id, wa_id) DO NOTHING`, phoneID, waID, tx.Now())
	if err != nil {
		return fmt.Errorf("waba: recipients: %w", err)
	}
	return nil
}

// RemoveRecipientTx takes a person off a test number's list.
func RemoveRecipientTx(ctx context.Context, tx *db.Tx, phoneID id.ID, waID string) error {
	tx.Notify(Changes)
	if _, err := tx.Exec(ctx, `DELETE FROM test_recipient WHERE phone_id = $1 AND wa_id = $2`, phoneID, waID); err != nil {
		return fmt.Errorf("waba: recipients: %w", err)
	}
	return nil
}
