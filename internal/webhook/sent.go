package webhook

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
)

// ExplainFor is [Explain] with what the caller may know: the other secrets of its app and endpoints, and the
// bytes that were sent with this signature, if they stand in the log.
func (s *Service) ExplainFor(ctx context.Context, c access.Caller, body []byte, secret, header string) (d Diagnosis, err error) {
	var others []Key
	var sent []byte
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		if others, err = s.keysTx(ctx, tx, c); err != nil {
			return err
		}
		sent, err = sentTx(ctx, tx, c, header)
		return err
	})
	if err != nil {
		return d, fmt.Errorf("webhook: %w", err)
	}
	return Explain(body, secret, header, others, sent), nil
}

// keysTx are the secrets that sign for a caller.
func (s *Service) keysTx(ctx context.Context, tx *db.Tx, c access.Caller) (list []Key, err error) {
	add := func(kind string, i id.ID, current, previous string) {
		for _, k := range []Key{{kind, i, false, current}, {kind, i, true, previous}} {
			if k.Secret != "" {
				list = append(list, k)
			}
		}
	}
	current, previous, err := s.Secrets(ctx, tx, c.App)
	if _, none := fault.As(err); err != nil && !none {
		return nil, err
	}
	add("app", c.App, current, previous)
	rows, err := tx.Query(ctx, `SELECT id FROM webhook_endpoint WHERE business_id = ANY($1) AND deleted_at = 0`, c.Businesses)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var endpoints []id.ID
	for rows.Next() {
		var i id.ID
		if err := rows.Scan(&i); err != nil {
			return nil, err
		}
		endpoints = append(endpoints, i)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	rows.Close()
	for _, i := range endpoints {
		if current, previous, err = endpointSecretTx(ctx, tx, i); err != nil {
			return nil, err
		}
		add("endpoint", i, current, previous)
	}
	return list, nil
}

// sentLooked is among how many of the latest deliveries a signature is looked for.
const sentLooked = 2000

// sentTx finds the body that was sent alone with a signature; nil where there is none.
func sentTx(ctx context.Context, tx *db.Tx, c access.Caller, header string) (body []byte, err error) {
	given, _ := readHeader(header)
	if len(given) == 0 {
		return nil, nil
	}
	err = tx.QueryRow(ctx, `SELECT e.body FROM (SELECT id, event_id FROM webhook_delivery WHERE business_id = ANY($1) ORDER BY id DESC LIMIT $3) AS d
		JOIN webhook_attempt a ON a.delivery_id = d.id AND a.updates = 1 AND a.request_head LIKE $2
		JOIN webhook_event e ON e.id = d.event_id LIMIT 1`, c.Businesses, "%="+hex.EncodeToString(given)+"%", sentLooked).Scan(&body)
	if errors.Is(err, db.ErrNoRows) {
		return nil, nil
	}
	return body, err
}
