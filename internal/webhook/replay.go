package webhook

import (
	"context"
	"fmt"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// Replay sends an event once more to the same app, as a new delivery of the same bytes.
func (s *Service) Replay(ctx context.Context, c access.Caller, delivery id.ID) (again id.ID, err error) {
	err = s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		var event, app, endpoint id.ID
		if err := known(ctx, tx, c, delivery, &event); err != nil {
			return err
		}
		again = tx.NewID()
		_, err := tx.Exec(ctx, `INSERT INTO webhook_delivery (id, event_id, business_id, receiver_id, state, due_at, created_at)
			SELECT $1, event_id, business_id, receiver_id, 'pending', $2, $2 FROM webhook_delivery WHERE id = $3`, again, tx.Now(), delivery)
		if err != nil {
			return fmt.Errorf("webhook: %w", err)
		}
		err = tx.QueryRow(ctx, `SELECT r.app_id, r.endpoint_id FROM webhook_delivery d JOIN webhook_receiver r ON r.id = d.receiver_id WHERE d.id = $1`, again).
			Scan(&app, &endpoint)
		if err != nil {
			return fmt.Errorf("webhook: %w", err)
		}
		return s.rerouteTx(ctx, tx, app)
	})
	return again, err
}

// ReplayFailed replays what was given up since a moment and not replayed yet. It returns how many.
func (s *Service) ReplayFailed(ctx context.Context, c access.Caller, since time.Time) (total int, err error) {
	for n := batch; n == batch; total += n {
		err = s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			n, err = s.replayFailedTx(ctx, tx, c, since)
			return err
		})
		if err != nil {
			return total, fmt.Errorf("webhook: replaying: %w", err)
		}
	}
	return total, nil
}

func (s *Service) replayFailedTx(ctx context.Context, tx *db.Tx, c access.Caller, since time.Time) (int, error) {
	rows, err := tx.Query(ctx, `SELECT d.event_id, d.business_id, d.receiver_id, r.app_id FROM webhook_delivery d JOIN webhook_receiver r ON r.id = d.receiver_id
		WHERE d.business_id = ANY($1) AND d.state = 'undelivered' AND d.done_at >= $2
		AND NOT EXISTS (SELECT 1 FROM webhook_delivery n JOIN webhook_receiver o ON o.id = n.receiver_id
			WHERE n.event_id = d.event_id AND n.id > d.id AND o.app_id = r.app_id AND o.endpoint_id = r.endpoint_id)
		ORDER BY d.id LIMIT $3`, c.Businesses, since, batch)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	var again [][]any
	apps := map[id.ID]bool{}
	for rows.Next() {
		var event, business, receiver, app id.ID
		if err := rows.Scan(&event, &business, &receiver, &app); err != nil {
			return 0, err
		}
		again = append(again, []any{tx.NewID(), event, business, receiver, statePending, tx.Now(), tx.Now()})
		apps[app] = true
	}
	if err := rows.Err(); err != nil || len(again) == 0 {
		return 0, err
	}
	rows.Close()
	if _, err := tx.ExecMany(ctx, insertDelivery, again); err != nil {
		return 0, err
	}
	for app := range apps {
		if err := s.rerouteTx(ctx, tx, app); err != nil {
			return 0, err
		}
	}
	return len(again), nil
}
