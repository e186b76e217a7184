package webhook

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// Kinds of endpoints.
const (
	kindHTTP   = "http"
	kindStream = "stream" // a program that listens; see listen.go
)

// Bounds of endpoints.
const (
	endpointsMost = 50 // of one business
	nameMost      = 100
	overlapMost   = 7 * 24 * time.Hour
)

// Endpoint is a receiver of a business's own, beside the one callback that each app has.
type Endpoint struct {
	ID         id.ID    `json:"id"`
	BusinessID id.ID    `json:"business_id"`
	Name       string   `json:"name"`
	URL        string   `json:"url"`
	Fields     []string `json:"fields"`
	// Secret is told when it is made, and never again.
	Secret    string    `json:"secret,omitempty"`
	CreatedAt time.Time `json:"created_at"`
}

// Change is what of an endpoint is to be changed; nil stays.
type Change struct {
	Name, URL *string
	Fields    *[]string
	// VerifyToken has the address asked to repeat a challenge first; empty does not ask.
	VerifyToken string
}

// CreateEndpoint makes an endpoint of a business of the caller's, with a secret of its own. No fields are all.
func (s *Service) CreateEndpoint(ctx context.Context, c access.Caller, e Endpoint, verifyToken string) (Endpoint, error) {
	if e.BusinessID == 0 {
		return Endpoint{}, ErrParam.With("business_id", "whose events? business_id names a business")
	}
	if !slices.Contains(c.Businesses, e.BusinessID) {
		return Endpoint{}, ErrParam.Withf("business_id", "business %s is not one of this token's", e.BusinessID)
	}
	if err := s.checkEndpoint(ctx, &e, verifyToken); err != nil {
		return Endpoint{}, err
	}
	e.Secret = newSecret()
	err := s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		var have int
		err := tx.QueryRow(ctx, `SELECT count(*) FROM webhook_endpoint WHERE business_id = $1 AND deleted_at = 0`, e.BusinessID).Scan(&have)
		if err != nil {
			return fmt.Errorf("webhook: %w", err)
		}
		if have >= endpointsMost {
			return ErrParam.Withf("business_id", "the business has %d endpoints, which is the most; delete one first", have)
		}
		e.ID, e.CreatedAt = tx.NewID(), tx.Now()
		_, err = tx.Exec(ctx, `INSERT INTO webhook_endpoint (id, business_id, app_id, kind, name, url, fields, secret, created_at) VALUES ($1, $2, 0, $3, $4, $5, $6, $7, $8)`,
			e.ID, e.BusinessID, kindHTTP, e.Name, e.URL, strings.Join(e.Fields, " "), e.Secret, e.CreatedAt)
		if err != nil {
			return fmt.Errorf("webhook: %w", err)
		}
		if _, err = tx.Exec(ctx, `INSERT INTO webhook_endpoint_hears (business_id, endpoint_id) VALUES ($1, $2)`, e.BusinessID, e.ID); err != nil {
			return fmt.Errorf("webhook: %w", err)
		}
		_, err = s.receiverTx(ctx, tx, address{endpoint: e.ID, url: e.URL})
		return err
	})
	return e, err
}

// newSecret is 128 random bits, as an app's secret.
func newSecret() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b)
	return hex.EncodeToString(b)
}

// checkEndpoint checks what is to be stored and puts it into its usual form.
func (s *Service) checkEndpoint(ctx context.Context, e *Endpoint, verifyToken string) error {
	if e.Name = strings.TrimSpace(e.Name); e.Name == "" || utf8.RuneCountInString(e.Name) > nameMost {
		return ErrParam.Withf("name", "an endpoint needs a name of 1 to %d characters", nameMost)
	}
	if len(e.Fields) == 0 {
		e.Fields = Fields()
	}
	for _, f := range e.Fields {
		if !slices.Contains(Fields(), f) {
			return ErrParam.Withf("fields", "%.40q is not a field; the fields are %s", f, strings.Join(Fields(), ", "))
		}
	}
	if verifyToken != "" {
		return s.verify(ctx, 0, "url", e.URL, verifyToken)
	}
	_, err := s.Client.CheckURL("url", e.URL)
	return err
}

// Endpoints lists the endpoints of the caller's businesses.
func (s *Service) Endpoints(ctx context.Context, c access.Caller) (list []Endpoint, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		list = nil
		rows, err := tx.Query(ctx, `SELECT id, business_id, name, url, fields, created_at FROM webhook_endpoint
			WHERE business_id = ANY($1) AND deleted_at = 0 ORDER BY id`, c.Businesses)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var e Endpoint
			var fields string
			if err := rows.Scan(&e.ID, &e.BusinessID, &e.Name, &e.URL, &fields, &e.CreatedAt); err != nil {
				return err
			}
			e.Fields = strings.Fields(fields)
			list = append(list, e)
		}
		return rows.Err()
	})
	return list, err
}

func endpointTx(ctx context.Context, tx *db.Tx, c access.Caller, i id.ID) (Endpoint, error) {
	e := Endpoint{ID: i}
	var fields string
	err := tx.QueryRow(ctx, `SELECT business_id, name, url, fields, created_at FROM webhook_endpoint
		WHERE id = $1 AND business_id = ANY($2) AND deleted_at = 0`, i, c.Businesses).Scan(&e.BusinessID, &e.Name, &e.URL, &fields, &e.CreatedAt)
	if errors.Is(err, db.ErrNoRows) {
		return e, ErrEndpoint.Withf("id", "no endpoint %s is visible to this token", i)
	}
	e.Fields = strings.Fields(fields)
	return e, err
}

// ChangeEndpoint changes an endpoint; what waits for it goes to its new address.
func (s *Service) ChangeEndpoint(ctx context.Context, c access.Caller, i id.ID, change Change) (e Endpoint, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		e, err = endpointTx(ctx, tx, c, i)
		return err
	})
	if err != nil {
		return Endpoint{}, err
	}
	if change.Name != nil {
		e.Name = *change.Name
	}
	if change.URL != nil {
		e.URL = *change.URL
	}
	if change.Fields != nil {
		e.Fields = *change.Fields
	}
	if err := s.checkEndpoint(ctx, &e, change.VerifyToken); err != nil {
		return Endpoint{}, err
	}
	err = s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := endpointTx(ctx, tx, c, i); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `UPDATE webhook_endpoint SET name = $1, url = $2, fields = $3 WHERE id = $4`, e.Name, e.URL, strings.Join(e.Fields, " "), i)
		if err != nil {
			return fmt.Errorf("webhook: %w", err)
		}
		return s.rerouteEndpointTx(ctx, tx, address{endpoint: i, url: e.URL})
	})
	return e, err
}

// rerouteEndpointTx sends what waits for an endpoint to its address of today.
func (s *Service) rerouteEndpointTx(ctx context.Context, tx *db.Tx, a address) error {
	r, err := s.receiverTx(ctx, tx, a)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE webhook_delivery SET receiver_id = $1
		WHERE state = 'pending' AND receiver_id IN (SELECT id FROM webhook_receiver WHERE endpoint_id = $2 AND id <> $1)`, r, a.endpoint)
	if err != nil {
		return fmt.Errorf("webhook: %w", err)
	}
	tx.AfterCommit(s.Wake)
	return nil
}

// RotateEndpointSecret gives an endpoint a new secret and returns it; the old one counts for overlap longer.
func (s *Service) RotateEndpointSecret(ctx context.Context, c access.Caller, i id.ID, overlap time.Duration) (string, error) {
	if overlap < 0 || overlap > overlapMost {
		return "", ErrParam.Withf("overlap", "the old secret may count for 0s to %s longer, not %s", overlapMost, overlap)
	}
	fresh := newSecret()
	return fresh, s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := endpointTx(ctx, tx, c, i); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `UPDATE webhook_endpoint SET old_secret = secret, old_secret_until = $1, secret = $2 WHERE id = $3`, tx.Now().Add(overlap), fresh, i)
		return err
	})
}

// DeleteEndpoint removes an endpoint. What waited for it stays in the log as undelivered.
func (s *Service) DeleteEndpoint(ctx context.Context, c access.Caller, i id.ID) error {
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := endpointTx(ctx, tx, c, i); err != nil {
			return err
		}
		return deleteEndpointTx(ctx, tx, i)
	})
}

func deleteEndpointTx(ctx context.Context, tx *db.Tx, i id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM webhook_endpoint_hears WHERE endpoint_id = $1`, i)
	if err == nil {
		_, err = tx.Exec(ctx, `UPDATE webhook_endpoint SET deleted_at = $1 WHERE id = $2`, tx.Now(), i)
	}
	if err == nil {
		_, err = tx.Exec(ctx, `UPDATE webhook_delivery SET state = 'undelivered', done_at = $1, due_at = $1, lease_until = 0
			WHERE state = 'pending' AND receiver_id IN (SELECT id FROM webhook_receiver WHERE endpoint_id = $2)`, tx.Now(), i)
	}
	if err != nil {
		return fmt.Errorf("webhook: %w", err)
	}
	return nil
}

// endpointSecretTx is what an endpoint signs with; empty where its app does.
func endpointSecretTx(ctx context.Context, tx *db.Tx, i id.ID) (current, previous string, err error) {
	var until time.Time
	err = tx.QueryRow(ctx, `SELECT secret, old_secret, old_secret_until FROM webhook_endpoint WHERE id = $1`, i).Scan(&current, &previous, &until)
	if !tx.Now().Before(until) {
		previous = ""
	}
	return current, previous, err
}
