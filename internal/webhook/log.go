package webhook

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

const selectDelivery = `SELECT d.id, d.event_id, r.app_id, r.id, r.endpoint_id, e.field, r.url, d.state, d.attempt, d.last_status, d.due_at, d.created_at, e.body
	FROM webhook_delivery d JOIN webhook_event e ON e.id = d.event_id JOIN webhook_receiver r ON r.id = d.receiver_id `

// Filter narrows the log; empty parts mean any.
type Filter struct {
	State, Field        string
	ReceiverID, PhoneID id.ID
	Since               time.Time
	// Text is looked for in the bodies, as it is written there or as people write it.
	Text string
}

// searched is among how many deliveries a text is looked for.
const searched = 5000

// Deliveries lists the deliveries of the caller's businesses, newest first, older than before (0: all).
func (s *Service) Deliveries(ctx context.Context, c access.Caller, f Filter, before id.ID, limit int) ([]Delivery, error) {
	if before == 0 {
		before = id.Max
	}
	read := limit
	if f.Text != "" {
		read = searched
	}
	// One business is asked for by name: its index has the order, and nothing is sorted.
	whose, where, args := "d.business_id = ANY($1)", "", []any{c.Businesses, before, read}
	if len(c.Businesses) == 1 {
		whose, args[0] = "d.business_id = $1", c.Businesses[0]
	}
	add := func(set bool, condition string, v any) {
		if set {
			args = append(args, v)
			where += fmt.Sprintf(" AND "+condition+" $%d", len(args))
		}
	}
	add(f.State != "", "d.state =", f.State)
	add(f.Field != "", "e.field =", f.Field)
	add(f.ReceiverID != 0, "d.receiver_id =", f.ReceiverID)
	add(f.PhoneID != 0, "e.phone_id =", f.PhoneID)
	add(!f.Since.IsZero(), "d.created_at >=", f.Since)
	text := string(escape([]byte(f.Text)))
	var list []Delivery
	err := s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		list = nil
		rows, err := tx.Query(ctx, selectDelivery+`WHERE `+whose+` AND d.id < $2`+where+` ORDER BY d.id DESC LIMIT $3`, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for len(list) < limit && rows.Next() {
			d, err := scanDelivery(rows, tx.Ahead())
			if err != nil {
				return err
			}
			if strings.Contains(d.Body, text) {
				list = append(list, d)
			}
		}
		return rows.Err()
	})
	return list, err
}

// DeliveryOf is one delivery of the caller's businesses.
func (s *Service) DeliveryOf(ctx context.Context, c access.Caller, i id.ID) (d Delivery, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		rows, err := tx.Query(ctx, selectDelivery+`WHERE d.id = $1 AND d.business_id = ANY($2)`, i, c.Businesses)
		if err != nil {
			return err
		}
		defer rows.Close()
		if !rows.Next() {
			if err := rows.Err(); err != nil {
				return err
			}
			return ErrDelivery.Withf("id", "no delivery %s is visible to this token", i)
		}
		d, err = scanDelivery(rows, tx.Ahead())
		return err
	})
	return d, err
}

// scanDelivery reads a delivery. ahead is how far the time that schedules is ahead of the clock that people see.
func scanDelivery(rows *db.Rows, ahead time.Duration) (Delivery, error) {
	var d Delivery
	var body []byte
	err := rows.Scan(&d.ID, &d.EventID, &d.AppID, &d.ReceiverID, &d.EndpointID, &d.Field, &d.URL, &d.State, &d.Attempts, &d.LastStatus, &d.DueAt, &d.CreatedAt, &body)
	d.Body = string(body)
	if d.State == statePending {
		d.DueAt = d.DueAt.Add(-ahead)
	}
	return d, err
}

// Attempts lists the attempts at one delivery of the caller's businesses, in order.
func (s *Service) Attempts(ctx context.Context, c access.Caller, delivery id.ID) ([]Attempt, error) {
	var list []Attempt
	err := s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := known(ctx, tx, c, delivery); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `SELECT a.at, a.status, a.duration_ms, a.error, a.updates, a.fault, COALESCE(b.request_head, a.request_head),
			COALESCE(b.response_head, a.response_head), COALESCE(b.response, a.response)
			FROM webhook_attempt a LEFT JOIN webhook_attempt b ON b.id = a.shared_id WHERE a.delivery_id = $1 ORDER BY a.id`, delivery)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var a Attempt
			if err := rows.Scan(&a.At, &a.Status, &a.DurationMS, &a.Error, &a.Updates, &a.Fault, &a.RequestHead, &a.ResponseHead, &a.Response); err != nil {
				return err
			}
			list = append(list, a)
		}
		return rows.Err()
	})
	return list, err
}

func known(ctx context.Context, tx *db.Tx, c access.Caller, delivery id.ID) error {
	var one int
	err := tx.QueryRow(ctx, `SELECT 1 FROM webhook_delivery WHERE id = $1 AND business_id = ANY($2)`, delivery, c.Businesses).Scan(&one)
	if errors.Is(err, db.ErrNoRows) {
		return ErrDelivery.Withf("id", "no delivery %s is visible to this token", delivery)
	}
	return err
}
