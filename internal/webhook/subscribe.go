package webhook

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
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
}

// overrideMost is the longest override URL the contract allows.
const overrideMost = 200

// Subscribe verifies the callback and stores it. fields replace those of an earlier subscription.
func (s *Service) Subscribe(ctx context.Context, app id.ID, object, callback, verifyToken string, fields []string) error {
	if object != Object {
		return ErrParam.Withf("object", "%q has no webhooks here; the object is %s", object, Object)
	}
	if len(fields) == 0 {
		return ErrParam.Withf("fields", "no fields are named; they are a comma-separated list of %s", strings.Join(Fields(), ", "))
	}
	for _, f := range fields {
		if !slices.Contains(Fields(), f) {
			return ErrParam.Withf("fields", "%.40q is not a field of %s; the fields are %s", f, Object, strings.Join(Fields(), ", "))
		}
	}
	if err := s.verify(ctx, "callback_url", callback, verifyToken); err != nil {
		return err
	}
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO webhook_subscription AS s (app_id, object, callback_url, verify_token, fields, created_at)
			VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (app_id, object) DO UPDATE SET callback_url = excluded.callback_url, verify_token = excluded.verify_token, fields = excluded.fields`,
			app, object, callback, verifyToken, strings.Join(fields, " "), tx.Now())
		if err != nil {
			return fmt.Errorf("webhook: %w", err)
		}
		// What still waits goes to where the app listens now, unless an override sends it elsewhere.
		_, err = tx.Exec(ctx, `UPDATE webhook_delivery SET url = $1 WHERE app_id = $2 AND state = 'pending'
			AND url NOT IN (SELECT override_url FROM waba_subscription WHERE app_id = $2 UNION SELECT override_url FROM phone_override WHERE app_id = $2)`,
			callback, app)
		return err
	})
}

// Subscriptions lists an app's callbacks.
func (s *Service) Subscriptions(ctx context.Context, app id.ID) ([]Subscription, error) {
	var list []Subscription
	err := s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		rows, err := tx.Query(ctx, `SELECT object, callback_url, fields FROM webhook_subscription WHERE app_id = $1 ORDER BY object`, app)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			sub := Subscription{Active: true}
			var fields string
			if err := rows.Scan(&sub.Object, &sub.CallbackURL, &fields); err != nil {
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
	if err := s.checkOverride(ctx, override, verifyToken); err != nil {
		return err
	}
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO waba_subscription AS w (waba_id, app_id, override_url, created_at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (waba_id, app_id) DO UPDATE SET override_url = excluded.override_url`, waba, app, override, tx.Now())
		return err
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
	if err := s.checkOverride(ctx, override, verifyToken); err != nil {
		return err
	}
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if override == "" {
			_, err := tx.Exec(ctx, `DELETE FROM phone_override WHERE phone_id = $1 AND app_id = $2`, phone, app)
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO phone_override AS p (phone_id, app_id, override_url, created_at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (phone_id, app_id) DO UPDATE SET override_url = excluded.override_url`, phone, app, override, tx.Now())
		return err
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

func (s *Service) checkOverride(ctx context.Context, override, verifyToken string) error {
	if override == "" {
		if verifyToken != "" {
			return ErrParam.With("override_callback_uri", "verify_token comes with override_callback_uri; send both or neither")
		}
		return nil
	}
	if verifyToken == "" {
		return ErrParam.With("verify_token", "override_callback_uri comes with verify_token; send both or neither")
	}
	if len(override) > overrideMost {
		return ErrParam.Withf("override_callback_uri", "the URL has %d characters, at most %d are allowed", len(override), overrideMost)
	}
	return s.verify(ctx, "override_callback_uri", override, verifyToken)
}

// verify asks the receiver to repeat a challenge: HTTP 200 and the challenge as the whole body.
func (s *Service) verify(ctx context.Context, field, callback, verifyToken string) error {
	u, err := s.Client.CheckURL(field, callback)
	if err != nil {
		return err
	}
	if verifyToken == "" {
		return ErrParam.With("verify_token", "a text of your choice that the receiver checks is needed")
	}
	challenge := rand.Text()
	q := u.Query()
	q.Set("hub.mode", "subscribe")
	q.Set("hub.challenge", challenge)
	q.Set("hub.verify_token", verifyToken)
	u.RawQuery = q.Encode()
	a, err := s.Client.Do(ctx, http.MethodGet, u.String(), http.Header{"User-Agent": {userAgent}}, nil)
	host := (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
	const shown = 100
	switch {
	case err != nil:
		return ErrVerify.Withf(field, "%s could not be verified: %v", host, err).Wrap(err)
	case a.Status != http.StatusOK:
		return ErrVerify.Withf(field, "%s answered the verification request with HTTP %d; it must answer 200 with the value of hub.challenge as the body. Is the verify_token the one it expects?", host, a.Status)
	case strings.TrimSpace(string(a.Body)) != challenge:
		return ErrVerify.Withf(field, "%s answered %.*q; it must answer with the value of hub.challenge and nothing else", host, shown, a.Body)
	}
	return nil
}
