package webhook

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

const selectDelivery = `SELECT d.id, d.event_id, d.app_id, e.field, d.url, d.state, d.attempt, d.last_status, d.due_at, d.created_at, e.body
	FROM webhook_delivery d JOIN webhook_event e ON e.id = d.event_id `

// Deliveries lists the deliveries of the caller's businesses, newest first, older than before (0: all).
// An empty state means all states.
func (s *Service) Deliveries(ctx context.Context, c access.Caller, state string, before id.ID, limit int) ([]Delivery, error) {
	if before == 0 {
		before = id.Max
	}
	var list []Delivery
	err := s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		rows, err := tx.Query(ctx, selectDelivery+`WHERE d.business_id = ANY($1) AND d.id < $2 AND ($3 = '' OR d.state = $3)
			ORDER BY d.id DESC LIMIT $4`, c.Businesses, before, state, limit)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			d, err := scanDelivery(rows)
			if err != nil {
				return err
			}
			list = append(list, d)
		}
		return rows.Err()
	})
	return list, err
}

func scanDelivery(rows *db.Rows) (Delivery, error) {
	var d Delivery
	var body []byte
	err := rows.Scan(&d.ID, &d.EventID, &d.AppID, &d.Field, &d.URL, &d.State, &d.Attempts, &d.LastStatus, &d.DueAt, &d.CreatedAt, &body)
	d.Body = string(body)
	return d, err
}

// Attempts lists the attempts at one delivery of the caller's businesses, in order.
func (s *Service) Attempts(ctx context.Context, c access.Caller, delivery id.ID) ([]Attempt, error) {
	var list []Attempt
	err := s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := known(ctx, tx, c, delivery, new(id.ID)); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `SELECT at, status, duration_ms, response, error FROM webhook_attempt WHERE delivery_id = $1 ORDER BY id`, delivery)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var a Attempt
			if err := rows.Scan(&a.At, &a.Status, &a.DurationMS, &a.Response, &a.Error); err != nil {
				return err
			}
			list = append(list, a)
		}
		return rows.Err()
	})
	return list, err
}

// Replay sends an event once more to the same app, as a new delivery of the same bytes.
func (s *Service) Replay(ctx context.Context, c access.Caller, delivery id.ID) (again id.ID, err error) {
	err = s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		var event, app id.ID
		if err := known(ctx, tx, c, delivery, &event); err != nil {
			return err
		}
		again = tx.NewID()
		err := tx.QueryRow(ctx, `INSERT INTO webhook_delivery (id, event_id, business_id, app_id, url, state, due_at, created_at)
			SELECT $1, event_id, business_id, app_id, url, 'pending', $2, $2 FROM webhook_delivery WHERE id = $3
			RETURNING app_id`, again, tx.Now(), delivery).Scan(&app)
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
	rows, err := tx.Query(ctx, `SELECT d.event_id, d.business_id, d.app_id, d.url FROM webhook_delivery d
		WHERE d.business_id = ANY($1) AND d.state = 'undelivered' AND d.done_at >= $2
		AND NOT EXISTS (SELECT 1 FROM webhook_delivery n WHERE n.event_id = d.event_id AND n.app_id = d.app_id AND n.id > d.id)
		ORDER BY d.id LIMIT $3`, c.Businesses, since, batch)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	var again [][]any
	apps := map[id.ID]bool{}
	for rows.Next() {
		var event, business, app id.ID
		var url string
		if err := rows.Scan(&event, &business, &app, &url); err != nil {
			return 0, err
		}
		again = append(again, []any{tx.NewID(), event, business, app, url, statePending, tx.Now(), tx.Now()})
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

func known(ctx context.Context, tx *db.Tx, c access.Caller, delivery id.ID, event *id.ID) error {
	err := tx.QueryRow(ctx, `SELECT event_id FROM webhook_delivery WHERE id = $1 AND business_id = ANY($2)`, delivery, c.Businesses).Scan(event)
	if errors.Is(err, db.ErrNoRows) {
		return ErrDelivery.Withf("id", "no delivery %s is visible to this token", delivery)
	}
	return err
}
