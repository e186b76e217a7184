package webhook

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// anyExpiredTx tells whether something pending is older than seven days.
func anyExpiredTx(ctx context.Context, tx *db.Tx) (bool, error) {
	var one int
	err := tx.QueryRow(ctx, `SELECT 1 FROM webhook_delivery WHERE state = 'pending' AND created_at < $1 LIMIT 1`, tx.Now().Add(-giveUpAfter)).Scan(&one)
	if errors.Is(err, db.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// expireTx gives up pending deliveries older than seven days: a receiver that was held back by its
// breaker may have many. They are kept and can be replayed.
func expireTx(ctx context.Context, tx *db.Tx) (more bool, err error) {
	n, err := tx.Exec(ctx, `UPDATE webhook_delivery SET state = 'undelivered', done_at = $1, due_at = $1, lease_until = 0
		WHERE id IN (SELECT id FROM webhook_delivery WHERE state = 'pending' AND created_at < $2 ORDER BY created_at LIMIT $3 `+tx.SkipLocked()+`)`,
		tx.Now(), tx.Now().Add(-giveUpAfter), batch)
	return n == batch, err
}

// keepUndelivered is how long what was given up can still be replayed.
const keepUndelivered = 30 * 24 * time.Hour

// Prune deletes what was delivered longer ago than Deps.Keep and what was given up 30 days ago, with its
// attempts, then the events nobody waits for. A running service does so every hour.
func (s *Service) Prune(ctx context.Context) error {
	for more := true; more; {
		err := s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			more, err = pruneTx(ctx, tx, s.Keep)
			return err
		})
		if err != nil {
			return fmt.Errorf("webhook: deleting old deliveries: %w", err)
		}
	}
	return nil
}

func pruneTx(ctx context.Context, tx *db.Tx, keep time.Duration) (more bool, err error) {
	rows, err := tx.Query(ctx, `SELECT id, event_id FROM webhook_delivery
		WHERE state <> 'pending' AND done_at < $1 AND ((done_at < $2 AND state = 'delivered') OR (done_at < $3 AND state = 'undelivered'))
		ORDER BY done_at LIMIT $4`,
		tx.Now().Add(-min(keep, keepUndelivered)), tx.Now().Add(-keep), tx.Now().Add(-keepUndelivered), batch)
	if err != nil {
		return false, err
	}
	defer rows.Close()
	var gone, events []id.ID
	for rows.Next() {
		var d, e id.ID
		if err := rows.Scan(&d, &e); err != nil {
			return false, err
		}
		gone, events = append(gone, d), append(events, e)
	}
	if err := rows.Err(); err != nil || len(gone) == 0 {
		return false, err
	}
	rows.Close()
	for _, q := range []struct {
		sql  string
		list []id.ID
	}{
		{`DELETE FROM webhook_attempt WHERE delivery_id = ANY($1)`, gone},
		{`DELETE FROM webhook_delivery WHERE id = ANY($1)`, gone},
		{`DELETE FROM webhook_event WHERE id = ANY($1) AND NOT EXISTS (SELECT 1 FROM webhook_delivery d WHERE d.event_id = webhook_event.id)`, events},
	} {
		if _, err := tx.Exec(ctx, q.sql, q.list); err != nil {
			return false, err
		}
	}
	return len(gone) == batch, nil
}
