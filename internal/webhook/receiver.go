package webhook

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// Why a receiver is paused. What waits for it is held, and given up after seven days like everything else.
const (
	pauseGone    = "gone"    // it answered 410
	pauseFailing = "failing" // nothing but failures for days
	pauseAsked   = "asked"   // somebody wanted it
)

// pauseAfter is how long a receiver may do nothing but fail.
const pauseAfter = 5 * 24 * time.Hour

// receiverTx is the row of an address, made where there is none. Rows are never deleted, so their ids may
// be remembered.
func (s *Service) receiverTx(ctx context.Context, tx *db.Tx, a address) (id.ID, error) {
	if i, ok := s.known.Load(a); ok {
		return i.(id.ID), nil
	}
	var i id.ID
	err := tx.QueryRow(ctx, `SELECT id FROM webhook_receiver WHERE app_id = $1 AND endpoint_id = $2 AND url = $3`, a.app, a.endpoint, a.url).Scan(&i)
	if errors.Is(err, db.ErrNoRows) {
		i, err = s.newReceiverTx(ctx, tx, a)
	}
	if err != nil {
		return 0, fmt.Errorf("webhook: %w", err)
	}
	tx.AfterCommit(func() { s.known.Store(a, i) })
	return i, nil
}

func (s *Service) newReceiverTx(ctx context.Context, tx *db.Tx, a address) (id.ID, error) {
	var owner id.ID
	var err error
	if a.endpoint != 0 {
		err = tx.QueryRow(ctx, `SELECT business_id FROM webhook_endpoint WHERE id = $1`, a.endpoint).Scan(&owner)
	} else {
		owner, err = s.Owner(ctx, tx, a.app)
	}
	if err != nil {
		return 0, err
	}
	i := tx.NewID()
	_, err = tx.Exec(ctx, `INSERT INTO webhook_receiver (id, business_id, app_id, endpoint_id, url, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		i, owner, a.app, a.endpoint, a.url, tx.Now())
	return i, err
}

// receiver is a row of webhook_receiver as the dispatcher needs it.
type receiver struct {
	address
	id           id.ID
	failingSince time.Time
	pausedAt     time.Time
}

func loadReceiverTx(ctx context.Context, tx *db.Tx, i id.ID) (receiver, error) {
	r := receiver{id: i}
	err := tx.QueryRow(ctx, `SELECT app_id, endpoint_id, url, failing_since, paused_at FROM webhook_receiver WHERE id = $1`, i).
		Scan(&r.app, &r.endpoint, &r.url, &r.failingSince, &r.pausedAt)
	return r, err
}

// noteTx keeps how a receiver does, and tells why it is paused from now on, if it is.
func noteTx(ctx context.Context, tx *db.Tx, r receiver, list []mark) (paused string, err error) {
	var answered, failed, gone bool
	for _, d := range list {
		if !d.sent || d.lost {
			continue
		}
		ok := d.outcome.Status == http.StatusOK
		answered, failed = answered || ok, failed || !ok
		gone = gone || d.outcome.Status == http.StatusGone
	}
	switch {
	case answered && !r.failingSince.IsZero():
		_, err = tx.Exec(ctx, `UPDATE webhook_receiver SET failing_since = 0 WHERE id = $1`, r.id)
	case failed && !answered && r.failingSince.IsZero():
		_, err = tx.Exec(ctx, `UPDATE webhook_receiver SET failing_since = $1 WHERE id = $2 AND failing_since = 0`, tx.Now(), r.id)
	}
	switch {
	case err != nil:
		return "", err
	case gone:
		paused = pauseGone
	case failed && !answered && !r.failingSince.IsZero() && tx.Now().Sub(r.failingSince) >= pauseAfter:
		paused = pauseFailing
	default:
		return "", nil
	}
	return paused, pauseTx(ctx, tx, r.id, paused)
}

func pauseTx(ctx context.Context, tx *db.Tx, receiver id.ID, reason string) error {
	_, err := tx.Exec(ctx, `UPDATE webhook_receiver SET paused_at = $1, pause_reason = $2 WHERE id = $3 AND paused_at = 0`, tx.Now(), reason, receiver)
	return err
}

// resumeTx lets what waits for a receiver leave again.
func (s *Service) resumeTx(ctx context.Context, tx *db.Tx, receiver id.ID) error {
	_, err := tx.Exec(ctx, `UPDATE webhook_receiver SET paused_at = 0, pause_reason = '', failing_since = 0 WHERE id = $1`, receiver)
	if err != nil {
		return fmt.Errorf("webhook: %w", err)
	}
	tx.AfterCommit(func() {
		s.trust(receiver)
		s.Wake()
	})
	return nil
}

// verifiedTx is [Service.resumeTx] for an app's callback that has just proved to be there.
func (s *Service) verifiedTx(ctx context.Context, tx *db.Tx, app id.ID, url string) error {
	if url == "" {
		return nil
	}
	r, err := s.receiverTx(ctx, tx, address{app: app, url: url})
	if err != nil {
		return err
	}
	return s.resumeTx(ctx, tx, r)
}

// Receiver is where webhooks go, and how that is doing.
type Receiver struct {
	ID         id.ID  `json:"id"`
	AppID      id.ID  `json:"app_id,omitempty"`
	EndpointID id.ID  `json:"endpoint_id,omitempty"`
	URL        string `json:"url"`
	// State is active, failing (its latest attempt failed) or paused.
	State string `json:"state"`
	// Reason of a pause: gone, failing or asked.
	Reason       string     `json:"reason,omitempty"`
	FailingSince *time.Time `json:"failing_since,omitempty"`
	PausedAt     *time.Time `json:"paused_at,omitempty"`
	Waiting      int        `json:"waiting"`
	CreatedAt    time.Time  `json:"created_at"`
}

// waitingMost is up to how many waiting deliveries are counted.
const waitingMost = 1000

// Receivers lists where webhooks of the caller's apps go, and those of apps that hear of the caller's accounts.
func (s *Service) Receivers(ctx context.Context, c access.Caller) ([]Receiver, error) {
	var list []Receiver
	err := s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		rows, err := tx.Query(ctx, `SELECT r.id, r.app_id, r.endpoint_id, r.url, r.failing_since, r.paused_at, r.pause_reason, r.created_at,
			(SELECT count(*) FROM (SELECT 1 FROM webhook_delivery d WHERE d.receiver_id = r.id AND d.state = 'pending' LIMIT $3) AS waiting)
			FROM webhook_receiver r
			WHERE r.business_id = ANY($1) OR (r.app_id = $2 AND r.app_id <> 0)
				OR (r.endpoint_id = 0 AND r.app_id IN (SELECT w.app_id FROM waba_subscription w JOIN waba a ON a.id = w.waba_id WHERE a.business_id = ANY($1)))
			ORDER BY r.id`, c.Businesses, ownApp(c), waitingMost)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			r := Receiver{State: "active"}
			var failing, paused time.Time
			if err := rows.Scan(&r.ID, &r.AppID, &r.EndpointID, &r.URL, &failing, &paused, &r.Reason, &r.CreatedAt, &r.Waiting); err != nil {
				return err
			}
			if !failing.IsZero() {
				r.State, r.FailingSince = "failing", &failing
			}
			if !paused.IsZero() {
				r.State, r.PausedAt = "paused", &paused
			}
			list = append(list, r)
		}
		return rows.Err()
	})
	return list, err
}

// Pause holds what waits for a receiver of the caller's; Resume lets it leave.
func (s *Service) Pause(ctx context.Context, c access.Caller, receiver id.ID) error {
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := ownTx(ctx, tx, c, receiver); err != nil {
			return err
		}
		return pauseTx(ctx, tx, receiver, pauseAsked)
	})
}

// Resume lets what waits for a receiver of the caller's leave again.
func (s *Service) Resume(ctx context.Context, c access.Caller, receiver id.ID) error {
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := ownTx(ctx, tx, c, receiver); err != nil {
			return err
		}
		return s.resumeTx(ctx, tx, receiver)
	})
}

func ownTx(ctx context.Context, tx *db.Tx, c access.Caller, receiver id.ID) error {
	var one int
	err := tx.QueryRow(ctx, `SELECT 1 FROM webhook_receiver WHERE id = $1 AND (business_id = ANY($2) OR (app_id = $3 AND app_id <> 0))`, receiver, c.Businesses, ownApp(c)).Scan(&one)
	if errors.Is(err, db.ErrNoRows) {
		return ErrReceiver.Withf("id", "no receiver %s belongs to this token", receiver)
	}
	return err
}

// ownApp is the app that calls for itself; zero for everybody else.
func ownApp(c access.Caller) id.ID {
	if c.Kind == access.KindApp {
		return c.App
	}
	return 0
}
