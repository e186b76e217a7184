package webhook

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/hawkerhq/hawker/internal/crash"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// States of a delivery.
const (
	statePending     = "pending"
	stateDelivered   = "delivered"
	stateUndelivered = "undelivered"
)

// batch is how many rows housekeeping takes in one transaction.
const batch = 500

// One index answers what is due, by receiver, without reading what waits behind it: the query walks from receiver
// to receiver. A claim leaves due_at where it is, so that it costs no change of an index; what is claimed is passed over.
const selectDue = `WITH RECURSIVE r(id) AS (
		SELECT (SELECT min(d.receiver_id) FROM webhook_delivery d WHERE d.state = 'pending')
		UNION ALL
		SELECT (SELECT min(d.receiver_id) FROM webhook_delivery d WHERE d.state = 'pending' AND d.receiver_id > r.id) FROM r WHERE r.id IS NOT NULL
	)
	SELECT r.id, w.endpoint_id, w.url FROM r JOIN webhook_receiver w ON w.id = r.id AND w.paused_at = 0
		WHERE EXISTS (SELECT 1 FROM webhook_delivery d WHERE d.state = 'pending' AND d.receiver_id = r.id AND d.due_at <= $1 AND d.lease_until <= $1)`

// dueTx lists the receivers something is due for, but those that are paused.
func dueTx(ctx context.Context, tx *db.Tx) (receivers []receiver, err error) {
	rows, err := tx.Query(ctx, selectDue, tx.Steady())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var r receiver
		if err := rows.Scan(&r.id, &r.endpoint, &r.url); err != nil {
			return nil, err
		}
		receivers = append(receivers, r)
	}
	return receivers, rows.Err()
}

// claim takes due deliveries of a receiver, the longest due first, with their bytes and the secrets of today.
func (s *Service) claim(ctx context.Context, receiver id.ID, most int) claim {
	c := claim{}
	err := s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		c.list, err = claimTx(ctx, tx, receiver, most)
		return err
	})
	if err == nil && len(c.list) > 0 {
		err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			if c.to, err = loadReceiverTx(ctx, tx, receiver); err != nil {
				return err
			}
			if c.keys, err = s.signerTx(ctx, tx, c.to); err != nil {
				return err
			}
			return loadTx(ctx, tx, c.list)
		})
	}
	if err != nil {
		return claim{err: fmt.Errorf("webhook: claiming: %w", err)}
	}
	if len(c.list) > 0 {
		crash.At(crash.OutboxClaimed)
	}
	return c
}

// claimTx takes due deliveries of one receiver under a lease.
func claimTx(ctx context.Context, tx *db.Tx, receiver id.ID, most int) (list []*sending, err error) {
	rows, err := tx.Query(ctx, `UPDATE webhook_delivery SET lease_until = $1, attempt = attempt + 1
		WHERE id IN (SELECT id FROM webhook_delivery WHERE receiver_id = $2 AND state = 'pending' AND due_at <= $3 AND lease_until <= $3
			ORDER BY due_at, id LIMIT $4 `+tx.SkipLocked()+`)
		RETURNING id, event_id, business_id, attempt, created_at, lease_until`, tx.Steady().Add(lease), receiver, tx.Steady(), most)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		d := &sending{}
		if err := rows.Scan(&d.id, &d.event, &d.business, &d.attempt, &d.created, &d.until); err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	slices.SortFunc(list, func(a, b *sending) int { return cmp.Compare(a.id, b.id) })
	return list, rows.Err()
}

// loadTx reads the bytes of claimed deliveries.
func loadTx(ctx context.Context, tx *db.Tx, list []*sending) error {
	byEvent := map[id.ID][]*sending{}
	for _, d := range list {
		byEvent[d.event] = append(byEvent[d.event], d)
	}
	events := make([]id.ID, 0, len(byEvent))
	for e := range byEvent {
		events = append(events, e)
	}
	rows, err := tx.Query(ctx, `SELECT id, phone_id, field, lane, body FROM webhook_event WHERE id = ANY($1)`, events)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var event, phone id.ID
		var field, lane string
		var body []byte
		if err := rows.Scan(&event, &phone, &field, &lane, &body); err != nil {
			return err
		}
		for _, d := range byEvent[event] {
			d.phone, d.field, d.lane, d.body = phone, field, lane, body
		}
	}
	return rows.Err()
}

// mark is a delivery to be marked, with the lease it is held by.
type mark struct {
	*sending
	until time.Time
}

// mark writes the attempts and what follows from them, in one transaction. It tells why the receiver is
// paused from now on, if it is.
func (s *Service) mark(ctx context.Context, to receiver, list []mark) (paused string, err error) {
	err = s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if err := markTx(ctx, tx, list); err != nil {
			return err
		}
		paused, err = noteTx(ctx, tx, to, list)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("webhook: marking: %w", err)
	}
	crash.At(crash.OutboxMarked)
	for _, d := range list {
		if d.sent {
			s.Live.Publish("events", map[string]any{
				"type": "webhook.attempt", "business_id": d.business, "delivery_id": d.id, "event_id": d.event,
				"attempt": d.attempt, "status": d.outcome.Status,
			})
		}
	}
	if paused != "" {
		s.Logger.Warn("a webhook receiver is paused", "receiver", to.id, "url", to.url, "reason", paused)
	}
	return paused, nil
}

// markTx writes outcomes, fenced by the lease: another process may hold the delivery by now. What was
// not sent goes back to where it stood. Updates of one request share what was sent and answered.
func markTx(ctx context.Context, tx *db.Tx, list []mark) error {
	var attempts, marks, returns, holds [][]any
	for _, d := range list {
		if !d.sent {
			if d.hold > 0 {
				attempts = append(attempts, []any{tx.NewID(), d.id, d.outcome.At, 0, 0, "", 1, "", "", "", id.ID(0), d.outcome.Fault})
				holds = append(holds, []any{tx.Steady().Add(d.hold), d.id, d.until})
			} else {
				returns = append(returns, []any{d.id, d.until})
			}
			continue
		}
		o := &d.outcome
		o.logged = tx.NewID()
		row := []any{o.logged, d.id, o.At, o.Status, o.DurationMS, o.Error, o.Updates, o.RequestHead, o.ResponseHead, o.Response, id.ID(0), o.Fault}
		if o.shares != nil {
			row = append(row[:7], "", "", "", o.shares.outcome.logged, o.Fault)
		}
		attempts = append(attempts, row)
		state, due, done := next(d.sending, tx.Now())
		if state == statePending {
			due = due.Add(tx.Ahead())
		}
		marks = append(marks, []any{state, due, done, o.Status, d.id, d.until})
	}
	for _, w := range []struct {
		sql  string
		rows [][]any
	}{
		{`INSERT INTO webhook_attempt (id, delivery_id, at, status, duration_ms, error, updates, request_head, response_head, response, shared_id, fault)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`, attempts},
		{`UPDATE webhook_delivery SET state = $1, due_at = $2, done_at = $3, last_status = $4, lease_until = 0 WHERE id = $5 AND lease_until = $6`, marks},
		{`UPDATE webhook_delivery SET lease_until = 0, attempt = attempt - 1 WHERE id = $1 AND lease_until = $2`, returns},
		{`UPDATE webhook_delivery SET due_at = $1, lease_until = 0, attempt = attempt - 1 WHERE id = $2 AND lease_until = $3`, holds},
	} {
		if len(w.rows) == 0 {
			continue
		}
		if _, err := tx.ExecMany(ctx, w.sql, w.rows); err != nil {
			return err
		}
	}
	return nil
}

// dropLeasesTx gives free what a crashed process had in hand.
func dropLeasesTx(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `UPDATE webhook_delivery SET lease_until = 0 WHERE state = 'pending' AND lease_until > 0`)
	return err
}
