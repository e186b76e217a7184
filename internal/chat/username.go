package chat

import (
	"context"
	"errors"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// UsernameTx gives a customer a username, or takes it away; taken is true where somebody else has it.
func UsernameTx(ctx context.Context, tx *db.Tx, waID, username string) (taken bool, err error) {
	if username != "" {
		var other string
		err := tx.QueryRow(ctx, `SELECT wa_id FROM customer WHERE username = $1 AND username <> ''`, username).Scan(&other)
		if err == nil && other != waID {
			return true, nil
		}
		if err != nil && !errors.Is(err, db.ErrNoRows) {
			return false, wrap(err)
		}
	}
	_, err = tx.Exec(ctx, `INSERT INTO customer AS c (wa_id, username, created_at) VALUES ($1, $2, $3)
		ON CONFLICT (wa_id) DO UPDATE SET username = excluded.username`, waID, username, tx.Now())
	return false, wrap(err)
}

// NewIdentityTx changes a customer's keys.
func NewIdentityTx(ctx context.Context, tx *db.Tx, waID string) error {
	_, err := tx.Exec(ctx, `INSERT INTO customer AS c (wa_id, identity, created_at) VALUES ($1, 1, $2)
		ON CONFLICT (wa_id) DO UPDATE SET identity = c.identity + 1`, waID, tx.Now())
	return wrap(err)
}

// KnowNumberTx notes that a business knows a customer's number.
func KnowNumberTx(ctx context.Context, tx *db.Tx, phoneID id.ID, waID string) error {
	_, err := tx.Exec(ctx, `UPDATE thread SET number_known = TRUE WHERE phone_id = $1 AND wa_id = $2`, phoneID, waID)
	return wrap(err)
}

// NumberKnownTx tells whether a business knows the number of one of its customers, from a chat with any of its numbers.
func NumberKnownTx(ctx context.Context, tx *db.Tx, t Thread) (known bool, err error) {
	if t.NumberKnown {
		return true, nil
	}
	err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM thread WHERE user_id = $1 AND wa_id = $2 AND number_known)`, t.UserID, t.WaID).Scan(&known)
	return known, wrap(err)
}
