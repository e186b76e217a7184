package chat

import (
	"context"
	"errors"
	"fmt"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// Why marketing messages do not reach a customer who wants them.
const (
	Capped     = "capped"     // enough of them for now, whoever sent them
	Experiment = "experiment" // the customer is part of an experiment that gets none
)

// WithholdTx has marketing messages of a number not reach a customer, for a reason; "" ends that.
func WithholdTx(ctx context.Context, tx *db.Tx, phoneID id.ID, waID, reason string) error {
	if _, err := tx.Exec(ctx, `DELETE FROM marketing_withheld WHERE phone_id = $1 AND wa_id = $2`, phoneID, waID); err != nil || reason == "" {
		return wrapWithheld(err)
	}
	_, err := tx.Exec(ctx, `INSERT INTO marketing_withheld (phone_id, wa_id, reason) VALUES ($1, $2, $3)`, phoneID, waID, reason)
	return wrapWithheld(err)
}

// WithheldTx is why marketing messages of a number do not reach a customer; "" where they do.
func WithheldTx(ctx context.Context, tx *db.Tx, phoneID id.ID, waID string) (reason string, err error) {
	err = tx.QueryRow(ctx, `SELECT reason FROM marketing_withheld WHERE phone_id = $1 AND wa_id = $2`, phoneID, waID).Scan(&reason)
	if errors.Is(err, db.ErrNoRows) {
		return "", nil
	}
	return reason, wrapWithheld(err)
}

func wrapWithheld(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("chat: withheld messages: %w", err)
}
