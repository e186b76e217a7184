package waba

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// Secret is what only the owner of a number knows: the two-step PIN, and the code of a verification under way.
type Secret struct {
	PINHash  string    // empty: no PIN is set
	PINTries int       // wrong guesses in a row
	PINTried time.Time // the last of them

	Code       string // empty: none was asked for, or it was used
	CodeMethod string // SMS or VOICE
	CodeUntil  time.Time
	CodeTries  int
	CodeSent   time.Time
}

// SecretTx returns the secret of a number; one that has none is empty.
func SecretTx(ctx context.Context, tx *db.Tx, phoneID id.ID) (s Secret, err error) {
	err = tx.QueryRow(ctx, `SELECT pin_hash, pin_tries, pin_tried_at, code, code_method, code_until, code_tries, code_sent_at FROM phone_secret WHERE phone_id = $1`, phoneID).
		Scan(&s.PINHash, &s.PINTries, &s.PINTried, &s.Code, &s.CodeMethod, &s.CodeUntil, &s.CodeTries, &s.CodeSent)
	if errors.Is(err, db.ErrNoRows) {
		return Secret{}, nil
	}
	if err != nil {
		return Secret{}, fmt.Errorf("waba: secret: %w", err)
	}
	return s, nil
}

// SetSecretTx stores the secret of a number.
func SetSecretTx(ctx context.Context, tx *db.Tx, phoneID id.ID, s Secret) error {
	_, err := tx.Exec(ctx, `INSERT INTO phone_secret (phone_id, pin_hash, pin_tries, pin_tried_at, code, code_method, code_until, code_tries, code_sent_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (phone_id) DO UPDATE SET pin_hash = excluded.pin_hash, pin_tries = excluded.pin_tries, pin_tried_at = excluded.pin_tried_at,
			code = excluded.code, code_method = excluded.code_method, code_until = excluded.code_until, code_tries = excluded.code_tries, code_sent_at = excluded.code_sent_at`,
		phoneID, s.PINHash, s.PINTries, s.PINTried, s.Code, s.CodeMethod, s.CodeUntil, s.CodeTries, s.CodeSent)
	if err != nil {
		return fmt.Errorf("waba: secret: %w", err)
	}
	return nil
}
