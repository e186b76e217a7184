package webhook

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// Subscription is an app's callback for an object.
type Subscription struct {
	Object      string
	CallbackURL string
	Fields      []string
	Active      bool
	// Version is the major number of the version of the API that webhooks come in; 0: the newest.
	Version int
}

// Subscribe is [Service.SubscribeVersion] for webhooks of the newest version.
func (s *Service) Subscribe(ctx context.Context, app id.ID, object, callback, verifyToken string, fields []string) error {
	return s.SubscribeVersion(ctx, app, object, callback, verifyToken, fields, 0)
}

// SubscribeVersion verifies the callback and stores it. fields and version replace those of an earlier subscription.
func (s *Service) SubscribeVersion(ctx context.Context, app id.ID, object, callback, verifyToken string, fields []string, version int) error {
	if object != Object {
		return ErrParam.Withf("object", "%q has no webhooks here; the object is %s", object, Object)
	}
	if len(fields) == 0 {
		return ErrParam.Withf("fields", "no fields are named; they are a comma-separated list of %s", strings.Join(Fields(), ", "))
	}
	for _, f := range fields {
		if !slices.Contains(Fields(), f) && !slices.Contains(silentFields, f) {
			return ErrParam.Withf("fields", "%.40q is not a field of %s; the fields are %s", f, Object, strings.Join(Fields(), ", "))
		}
	}
	if err := s.verify(ctx, app, "callback_url", callback, verifyToken); err != nil {
		return err
	}
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO webhook_subscription AS s (app_id, object, callback_url, fields, created_at, version) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (app_id, object) DO UPDATE SET callback_url = excluded.callback_url, fields = excluded.fields, version = excluded.version`,
			app, object, callback, strings.Join(fields, " "), tx.Now(), version)
		if err != nil {
			return fmt.Errorf("webhook: %w", err)
		}
		if err := s.verifiedTx(ctx, tx, app, callback); err != nil {
			return err
		}
		return s.rerouteTx(ctx, tx, app)
	})
}

// rerouteTx sends what still waits for an app to where it listens now.
func (s *Service) rerouteTx(ctx context.Context, tx *db.Tx, app id.ID) error {
	if err := s.callbacksTx(ctx, tx, app); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE webhook_delivery SET receiver_id = COALESCE(
			(SELECT r.id FROM webhook_event e JOIN phone_override p ON p.phone_id = e.phone_id AND p.app_id = $1
				JOIN webhook_receiver r ON r.app_id = $1 AND r.endpoint_id = 0 AND r.url = p.override_url
				WHERE e.id = webhook_delivery.event_id AND e.field = 'messages'),
			(SELECT r.id FROM webhook_event e JOIN waba_subscription w ON w.waba_id = e.waba_id AND w.app_id = $1 AND w.override_url <> ''
				JOIN webhook_receiver r ON r.app_id = $1 AND r.endpoint_id = 0 AND r.url = w.override_url
				WHERE e.id = webhook_delivery.event_id AND e.field = 'messages'),
			(SELECT r.id FROM webhook_subscription s JOIN webhook_receiver r ON r.app_id = $1 AND r.endpoint_id = 0 AND r.url = s.callback_url
				WHERE s.app_id = $1 AND s.object = $2), receiver_id)
		WHERE state = 'pending' AND receiver_id IN (SELECT id FROM webhook_receiver WHERE app_id = $1 AND endpoint_id = 0)`, app, Object)
	if err != nil {
		return fmt.Errorf("webhook: %w", err)
	}
	tx.AfterCommit(s.Wake)
	return nil
}

// callbacksTx makes sure that every callback of an app is a receiver.
func (s *Service) callbacksTx(ctx context.Context, tx *db.Tx, app id.ID) error {
	rows, err := tx.Query(ctx, `SELECT callback_url FROM webhook_subscription WHERE app_id = $1
		UNION SELECT override_url FROM waba_subscription WHERE app_id = $1 AND override_url <> ''
		UNION SELECT override_url FROM phone_override WHERE app_id = $1`, app)
	if err != nil {
		return fmt.Errorf("webhook: %w", err)
	}
	defer rows.Close()
	var urls []string
	for rows.Next() {
		var u string
		if err := rows.Scan(&u); err != nil {
			return fmt.Errorf("webhook: %w", err)
		}
		urls = append(urls, u)
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("webhook: %w", err)
	}
	rows.Close()
	for _, u := range urls {
		if _, err := s.receiverTx(ctx, tx, address{app: app, url: u}); err != nil {
			return err
		}
	}
	return nil
}

// Subscriptions lists an app's callbacks.
func (s *Service) Subscriptions(ctx context.Context, app id.ID) ([]Subscription, error) {
	var list []Subscription
	err := s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		rows, err := tx.Query(ctx, `SELECT object, callback_url, fields, version FROM webhook_subscription WHERE app_id = $1 ORDER BY object`, app)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			sub := Subscription{Active: true}
			var fields string
			if err := rows.Scan(&sub.Object, &sub.CallbackURL, &fields, &sub.Version); err != nil {
				return err
			}
			sub.Fields = strings.Fields(fields)
			list = append(list, sub)
		}
		return rows.Err()
	})
	return list, err
}

// Unsubscribe removes fields of an object's subscription; all of it when no field is named.
func (s *Service) Unsubscribe(ctx context.Context, app id.ID, object string, fields []string) error {
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if object == "" || len(fields) == 0 {
			_, err := tx.Exec(ctx, `DELETE FROM webhook_subscription WHERE app_id = $1 AND ($2 = '' OR object = $2)`, app, object)
			return err
		}
		var have string
		err := tx.QueryRow(ctx, `SELECT fields FROM webhook_subscription WHERE app_id = $1 AND object = $2`, app, object).Scan(&have)
		if errors.Is(err, db.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		left := slices.DeleteFunc(strings.Fields(have), func(f string) bool { return slices.Contains(fields, f) })
		if len(left) == 0 {
			_, err = tx.Exec(ctx, `DELETE FROM webhook_subscription WHERE app_id = $1 AND object = $2`, app, object)
			return err
		}
		_, err = tx.Exec(ctx, `UPDATE webhook_subscription SET fields = $1 WHERE app_id = $2 AND object = $3`, strings.Join(left, " "), app, object)
		return err
	})
}

// WABASubscription is an app that hears of an account.
type WABASubscription struct {
	AppID       id.ID
	OverrideURL string
}

// SubscribeWABA makes an app hear of an account. With an override URL the account's messages go there;
// without one an earlier override is removed. The caller has checked that the account is theirs.
func (s *Service) SubscribeWABA(ctx context.Context, waba, app id.ID, override, verifyToken string) error {
	if err := s.checkOverride(ctx, app, override, verifyToken); err != nil {
		return err
	}
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO waba_subscription AS w (waba_id, app_id, override_url, created_at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (waba_id, app_id) DO UPDATE SET override_url = excluded.override_url`, waba, app, override, tx.Now())
		if err != nil {
			return fmt.Errorf("webhook: %w", err)
		}
		if err := s.verifiedTx(ctx, tx, app, override); err != nil {
			return err
		}
		return s.rerouteTx(ctx, tx, app)
	})
}

// WABASubscriptions lists the apps that hear of an account.
func (s *Service) WABASubscriptions(ctx context.Context, waba id.ID) ([]WABASubscription, error) {
	var list []WABASubscription
	err := s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		rows, err := tx.Query(ctx, `SELECT app_id, override_url FROM waba_subscription WHERE waba_id = $1 ORDER BY app_id`, waba)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var w WABASubscription
			if err := rows.Scan(&w.AppID, &w.OverrideURL); err != nil {
				return err
			}
			list = append(list, w)
		}
		return rows.Err()
	})
	return list, err
}

// UnsubscribeWABA makes an app hear no more of an account.
func (s *Service) UnsubscribeWABA(ctx context.Context, waba, app id.ID) error {
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM waba_subscription WHERE waba_id = $1 AND app_id = $2`, waba, app)
		return err
	})
}

// OverridePhone sends a number's messages to a callback of its own; an empty URL removes it.
func (s *Service) OverridePhone(ctx context.Context, phone, app id.ID, override, verifyToken string) error {
	if err := s.checkOverride(ctx, app, override, verifyToken); err != nil {
		return err
	}
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM phone_override WHERE phone_id = $1 AND app_id = $2`, phone, app)
		if err == nil && override != "" {
			_, err = tx.Exec(ctx, `INSERT INTO phone_override (phone_id, app_id, override_url, created_at) VALUES ($1, $2, $3, $4)`,
				phone, app, override, tx.Now())
		}
		if err != nil {
			return fmt.Errorf("webhook: %w", err)
		}
		if err := s.verifiedTx(ctx, tx, app, override); err != nil {
			return err
		}
		return s.rerouteTx(ctx, tx, app)
	})
}

// PhoneOverride is a number's own callback, or "".
func (s *Service) PhoneOverride(ctx context.Context, phone, app id.ID) (u string, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		err := tx.QueryRow(ctx, `SELECT override_url FROM phone_override WHERE phone_id = $1 AND app_id = $2`, phone, app).Scan(&u)
		if errors.Is(err, db.ErrNoRows) {
			return nil
		}
		return err
	})
	return u, err
}
