package webhook

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"net/http"
	"net/url"
	"unicode/utf8"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/safehttp"
)

// overrideMost is the longest override URL the contract allows.
const overrideMost = 200

func (s *Service) checkOverride(ctx context.Context, app id.ID, override, verifyToken string) error {
	if override == "" {
		if verifyToken != "" {
			return ErrParam.With("override_callback_uri", "verify_token comes with override_callback_uri; send both or neither")
		}
		return nil
	}
	if verifyToken == "" {
		return ErrParam.With("verify_token", "override_callback_uri comes with verify_token; send both or neither")
	}
	if n := utf8.RuneCountInString(override); n > overrideMost {
		return ErrParam.Withf("override_callback_uri", "the URL has %d characters, at most %d are allowed", n, overrideMost)
	}
	return s.verify(ctx, app, "override_callback_uri", override, verifyToken)
}

// newChallenge is a random number: receivers in the field read it as one.
func newChallenge() (string, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(1<<31-1))
	if err != nil {
		return "", fmt.Errorf("webhook: challenge: %w", err)
	}
	return n.String(), nil
}

// verify asks the receiver to repeat a challenge: HTTP 200 and the challenge as the whole body.
func (s *Service) verify(ctx context.Context, app id.ID, field, callback, verifyToken string) error {
	u, err := s.Client.CheckURL(field, callback)
	if err != nil {
		return err
	}
	if verifyToken == "" {
		return ErrParam.With("verify_token", "a text of your choice that the receiver checks is needed")
	}
	challenge, err := newChallenge()
	if err != nil {
		return err
	}
	q := u.Query()
	q.Set("hub.mode", "subscribe")
	q.Set("hub.challenge", challenge)
	q.Set("hub.verify_token", verifyToken)
	u.RawQuery = q.Encode()
	var client *safehttp.Client
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		client, err = s.clientTx(ctx, tx, app)
		return err
	})
	if err != nil {
		return err
	}
	a, err := client.Do(ctx, http.MethodGet, u.String(), http.Header{"User-Agent": {UserAgent}}, nil)
	host := (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
	const shown = 100
	switch {
	case err != nil:
		return ErrVerify.Withf(field, "%s could not be verified: %v", host, err).Wrap(err)
	case a.Status != http.StatusOK:
		return ErrVerify.Withf(field, "%s answered the verification request with HTTP %d; it must answer 200 with the value of hub.challenge as the body (it answered %.*q). Is the verify_token the one it expects?", host, a.Status, shown, a.Body)
	case string(a.Body) != challenge:
		return ErrVerify.Withf(field, "%s answered %.*q; it must answer with the value of hub.challenge, here %q, and nothing else", host, shown, a.Body, challenge)
	}
	return nil
}
