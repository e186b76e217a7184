package account

import (
	"context"
	"crypto/subtle"
	"fmt"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// OverlapMost is how long an old secret may still count.
const OverlapMost = 7 * 24 * time.Hour

// Secrets are what an app signs and proves with. Previous is empty unless the secret was changed a little
// while ago.
type Secrets struct {
	Current, Previous string
	PreviousUntil     time.Time
}

// match tells whether text is one of them, in the time that takes whatever it is.
func (s Secrets) match(text string) bool {
	current := subtle.ConstantTimeCompare([]byte(text), []byte(s.Current))
	previous := subtle.ConstantTimeCompare([]byte(text), []byte(s.Previous))
	return current == 1 || (previous == 1 && s.Previous != "")
}

// AppSecretTx returns an app's secret for signing, and the one before it while that still counts.
func AppSecretTx(ctx context.Context, tx *db.Tx, i id.ID) (current, previous string, err error) {
	s, err := secretsTx(ctx, tx, i)
	return s.Current, s.Previous, err
}

func secretsTx(ctx context.Context, tx *db.Tx, i id.ID) (Secrets, error) {
	var s Secrets
	err := tx.QueryRow(ctx, `SELECT secret, old_secret, old_secret_until FROM app WHERE id = $1`, i).Scan(&s.Current, &s.Previous, &s.PreviousUntil)
	return s.at(tx.Now()), unknown(err, i)
}

// at is what counts at a moment.
func (s Secrets) at(now time.Time) Secrets {
	if !now.Before(s.PreviousUntil) {
		s.Previous, s.PreviousUntil = "", time.Time{}
	}
	return s
}

// RotateSecret gives an app of the caller's businesses a new secret. The old one counts for overlap longer:
// tokens and proofs made with it are taken, and webhooks carry both signatures.
func (s *Service) RotateSecret(ctx context.Context, c access.Caller, app id.ID, overlap time.Duration) (Secrets, error) {
	if overlap < 0 || overlap > OverlapMost {
		return Secrets{}, ErrParam.Withf("overlap", "the old secret may count for 0s to %s longer, not %s", OverlapMost, overlap)
	}
	var made Secrets
	fresh := randomHex(16)
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		a, err := AppTx(ctx, tx, access.Caller{Businesses: c.Businesses}, app)
		if err != nil {
			return err
		}
		old, err := secretsTx(ctx, tx, a.ID)
		if err != nil {
			return err
		}
		made = Secrets{Current: fresh, Previous: old.Current, PreviousUntil: tx.Now().Add(overlap)}.at(tx.Now())
		_, err = tx.Exec(ctx, `UPDATE app SET secret = $1, old_secret = $2, old_secret_until = $3 WHERE id = $4`,
			made.Current, made.Previous, made.PreviousUntil, a.ID)
		if err != nil {
			return fmt.Errorf("account: %w", err)
		}
		return nil
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.cache) // tokens remember their app's secret
	return made, err
}
