package webhook

import (
	"context"
	"errors"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

const selectDelivery = `SELECT d.id, d.event_id, r.app_id, e.field, r.url, d.state, d.attempt, d.last_status, d.due_at, d.created_at, e.body
	FROM webhook_delivery d JOIN webhook_event e ON e.id = d.event_id JOIN webhook_receiver r ON r.id = d.receiver_id `

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
		rows, err := tx.Query(ctx, `SELECT a.at, a.status, a.duration_ms, a.error, a.updates, COALESCE(b.request_head, a.request_head),
			COALESCE(b.response_head, a.response_head), COALESCE(b.response, a.response)
			FROM webhook_attempt a LEFT JOIN webhook_attempt b ON b.id = a.shared_id WHERE a.delivery_id = $1 ORDER BY a.id`, delivery)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var a Attempt
			if err := rows.Scan(&a.At, &a.Status, &a.DurationMS, &a.Error, &a.Updates, &a.RequestHead, &a.ResponseHead, &a.Response); err != nil {
				return err
			}
			list = append(list, a)
		}
		return rows.Err()
	})
	return list, err
}

func known(ctx context.Context, tx *db.Tx, c access.Caller, delivery id.ID, event *id.ID) error {
	err := tx.QueryRow(ctx, `SELECT event_id FROM webhook_delivery WHERE id = $1 AND business_id = ANY($2)`, delivery, c.Businesses).Scan(event)
	if errors.Is(err, db.ErrNoRows) {
		return ErrDelivery.Withf("id", "no delivery %s is visible to this token", delivery)
	}
	return err
}
