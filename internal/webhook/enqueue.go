package webhook

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// address is who hears of an event, and where.
type address struct {
	app, endpoint id.ID
	url           string
}

// listener is an address with the version of the API it speaks; zero: the newest.
type listener struct {
	address
	version int
}

// EnqueueTx stores an event for everyone subscribed to it, in the transaction that caused it. Without
// subscribers nothing is stored. The body is rendered here, once for all who speak the same version.
func (s *Service) EnqueueTx(ctx context.Context, tx *db.Tx, e Event) error {
	to, err := addresses(ctx, tx, e)
	if err != nil || len(to) == 0 {
		return err
	}
	var current []listener
	for _, l := range to {
		if l.version == 0 || e.Older == nil {
			current = append(current, l)
			continue
		}
		v := e.Older(l.version)
		if v == nil {
			current = append(current, l)
			continue
		}
		of := e
		of.Value = v
		if err := s.storeTx(ctx, tx, of, []listener{l}); err != nil {
			return err
		}
	}
	if len(current) == 0 {
		return nil
	}
	return s.storeTx(ctx, tx, e, current)
}

func (s *Service) storeTx(ctx context.Context, tx *db.Tx, e Event, to []listener) error {
	event := tx.NewID()
	_, err := tx.Exec(ctx, `INSERT INTO webhook_event (id, business_id, waba_id, phone_id, object, field, lane, body, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		event, e.BusinessID, e.WABAID, e.PhoneID, Object, e.Field, e.Lane, envelope(e, tx.Now().Unix()), tx.Now())
	if err != nil {
		return fmt.Errorf("webhook: %w", err)
	}
	rows := make([][]any, len(to))
	receivers := make([]id.ID, len(to))
	for i, l := range to {
		if receivers[i], err = s.receiverTx(ctx, tx, l.address); err != nil {
			return err
		}
		rows[i] = []any{tx.NewID(), event, e.BusinessID, receivers[i], statePending, tx.Now(), tx.Now()}
	}
	_, err = tx.ExecMany(ctx, insertDelivery, rows)
	if err != nil {
		return fmt.Errorf("webhook: %w", err)
	}
	tx.AfterCommit(func() {
		for _, r := range receivers {
			s.poke(r)
		}
		if s.Live != nil {
			s.Live.Publish("events", map[string]any{"type": "webhook.queued", "business_id": e.BusinessID, "event_id": event, "field": e.Field})
		}
	})
	return nil
}

const insertDelivery = `INSERT INTO webhook_delivery (id, event_id, business_id, receiver_id, state, due_at, created_at)
	VALUES ($1, $2, $3, $4, $5, $6, $7)`

// addresses finds who hears of an event: subscribed apps, then endpoints. Overrides hold for the field
// "messages" only: the phone number's goes before the account's, the account's before the app's own callback.
func addresses(ctx context.Context, tx *db.Tx, e Event) ([]listener, error) {
	rows, err := tx.Query(ctx, `SELECT s.app_id, 0, s.fields, s.callback_url, w.override_url, COALESCE(p.override_url, ''), s.version
		FROM waba_subscription w
		JOIN webhook_subscription s ON s.app_id = w.app_id AND s.object = $1
		LEFT JOIN phone_override p ON p.phone_id = $2 AND p.app_id = w.app_id
		WHERE w.waba_id = $3
		UNION ALL SELECT o.app_id, o.id, o.fields, o.url, '', '', 0
		FROM webhook_endpoint_hears h JOIN webhook_endpoint o ON o.id = h.endpoint_id AND (o.expires_at = 0 OR o.expires_at > $5)
		WHERE h.business_id = $4
		ORDER BY 1, 2`, Object, e.PhoneID, e.WABAID, e.BusinessID, tx.Now())
	if err != nil {
		return nil, fmt.Errorf("webhook: %w", err)
	}
	defer rows.Close()
	var to []listener
	for rows.Next() {
		var a listener
		var fields, waba, phone string
		if err := rows.Scan(&a.app, &a.endpoint, &fields, &a.url, &waba, &phone, &a.version); err != nil {
			return nil, fmt.Errorf("webhook: %w", err)
		}
		if !slices.Contains(strings.Fields(fields), e.Field) {
			continue
		}
		if e.Field == "messages" {
			a.url = firstNonEmpty(phone, waba, a.url)
		}
		to = append(to, a)
	}
	return to, rows.Err()
}

func firstNonEmpty(list ...string) string {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return ""
}
