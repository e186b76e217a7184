package webhook

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
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

// A claim moves due_at to the end of the lease, so one index answers what is due, by receiver, without
// reading what waits behind it: the query walks from receiver to receiver.
const selectDue = `WITH RECURSIVE r(url) AS (
		SELECT (SELECT min(d.url) FROM webhook_delivery d WHERE d.state = 'pending')
		UNION ALL
		SELECT (SELECT min(d.url) FROM webhook_delivery d WHERE d.state = 'pending' AND d.url > r.url) FROM r WHERE r.url IS NOT NULL
	)
	SELECT r.url FROM r WHERE r.url IS NOT NULL
		AND EXISTS (SELECT 1 FROM webhook_delivery d WHERE d.state = 'pending' AND d.url = r.url AND d.due_at <= $1)`

// dueTx lists the receivers something is due for.
func dueTx(ctx context.Context, tx *db.Tx) (urls []string, err error) {
	rows, err := tx.Query(ctx, selectDue, tx.Now())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var u string
		if err := rows.Scan(&u); err != nil {
			return nil, err
		}
		urls = append(urls, u)
	}
	return urls, rows.Err()
}

// claimTx takes due deliveries of one receiver under a lease.
func claimTx(ctx context.Context, tx *db.Tx, u string, most int) (list []*sending, err error) {
	rows, err := tx.Query(ctx, `UPDATE webhook_delivery SET lease_until = $1, due_at = $1, attempt = attempt + 1
		WHERE id IN (SELECT id FROM webhook_delivery WHERE url = $2 AND state = 'pending' AND due_at <= $3
			ORDER BY due_at, id LIMIT $4 `+tx.SkipLocked()+`)
		RETURNING id, event_id, app_id, business_id, attempt, created_at, lease_until`, tx.Now().Add(lease), u, tx.Now(), most)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		d := &sending{url: u}
		if err := rows.Scan(&d.id, &d.event, &d.app, &d.business, &d.attempt, &d.created, &d.until); err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	slices.SortFunc(list, func(a, b *sending) int { return cmp.Compare(a.id, b.id) })
	return list, rows.Err()
}

// loadTx reads the bytes and secrets of claimed deliveries. An app without a secret fails its own
// deliveries only.
func (s *Service) loadTx(ctx context.Context, tx *db.Tx, list []*sending) error {
	byEvent := map[id.ID][]*sending{}
	type key struct{ secret, problem string }
	secrets := map[id.ID]key{}
	for _, d := range list {
		byEvent[d.event] = append(byEvent[d.event], d)
		k, ok := secrets[d.app]
		if !ok {
			secret, err := s.Secrets(ctx, tx, d.app)
			var f *fault.Fault
			if errors.As(err, &f) {
				k.problem = "the app's secret cannot be read: " + err.Error()
			} else if err != nil {
				return err
			}
			k.secret = secret
			secrets[d.app] = k
		}
		d.secret, d.unsignable = k.secret, k.problem
	}
	events := make([]id.ID, 0, len(byEvent))
	for e := range byEvent {
		events = append(events, e)
	}
	rows, err := tx.Query(ctx, `SELECT id, lane, body FROM webhook_event WHERE id = ANY($1)`, events)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var event id.ID
		var lane string
		var body []byte
		if err := rows.Scan(&event, &lane, &body); err != nil {
			return err
		}
		for _, d := range byEvent[event] {
			d.lane, d.body = lane, body
		}
	}
	return rows.Err()
}

// markTx writes outcomes, fenced by the lease: another process may hold the delivery by now. What was
// not sent goes back to where it stood.
func markTx(ctx context.Context, tx *db.Tx, list []mark) error {
	var attempts, marks, returns [][]any
	for _, d := range list {
		if !d.sent {
			due := tx.Now()
			if d.attempt == 1 {
				due = d.created // its place in the lane
			}
			returns = append(returns, []any{due, d.id, d.until})
			continue
		}
		o := d.outcome
		attempts = append(attempts, []any{tx.NewID(), d.id, o.At, o.Status, o.DurationMS, o.Response, o.Error})
		state, due, done := next(d.sending, tx.Now())
		marks = append(marks, []any{state, due, done, o.Status, d.id, d.until})
	}
	for _, w := range []struct {
		sql  string
		rows [][]any
	}{
		{`INSERT INTO webhook_attempt (id, delivery_id, at, status, duration_ms, response, error) VALUES ($1, $2, $3, $4, $5, $6, $7)`, attempts},
		{`UPDATE webhook_delivery SET state = $1, due_at = $2, done_at = $3, last_status = $4, lease_until = 0 WHERE id = $5 AND lease_until = $6`, marks},
		{`UPDATE webhook_delivery SET due_at = $1, lease_until = 0, attempt = attempt - 1 WHERE id = $2 AND lease_until = $3`, returns},
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

// dropLeasesTx makes what a crashed process had in hand due now; first attempts keep their place.
func dropLeasesTx(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `UPDATE webhook_delivery SET lease_until = 0, due_at = CASE WHEN attempt = 1 THEN created_at ELSE $1 END
		WHERE state = 'pending' AND lease_until > 0`, tx.Now())
	return err
}

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
