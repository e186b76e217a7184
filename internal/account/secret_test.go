package account_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/account"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/id"
)

func TestAnOldSecretCountsUntilItsOverlapIsOver(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		one, two, text := world(t, d, account.NewToken{})
		s := account.New(d)
		owner := access.Caller{Businesses: []id.ID{one}}
		if _, err := s.Authenticate(t.Context(), "77|shh"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.RotateSecret(t.Context(), access.Caller{App: 77, Businesses: []id.ID{two}}, 77, time.Hour); !errors.Is(err, account.ErrUnknown) {
			t.Errorf("another business changed the secret: %v", err)
		}
		if _, err := s.RotateSecret(t.Context(), owner, 77, 8*24*time.Hour); !errors.Is(err, account.ErrParam) {
			t.Errorf("an overlap of eight days: %v", err)
		}
		made, err := s.RotateSecret(t.Context(), owner, 77, time.Hour)
		if err != nil || made.Current == "shh" || made.Current == "" || made.Previous != "shh" || !made.PreviousUntil.Equal(c.Now().Add(time.Hour)) {
			t.Fatalf("made %+v, %v", made, err)
		}
		check := func(oldCounts bool) {
			t.Helper()
			if _, err := s.Authenticate(t.Context(), "77|"+made.Current); err != nil {
				t.Error(err)
			}
			if _, err := s.Authenticate(t.Context(), "77|shh"); (err == nil) != oldCounts {
				t.Errorf("the old app token: %v", err)
			}
			tok, err := s.Authenticate(t.Context(), text)
			if err != nil {
				t.Fatal(err)
			}
			mac := hmac.New(sha256.New, []byte("shh"))
			mac.Write([]byte(text))
			if err := tok.CheckProof(text, hex.EncodeToString(mac.Sum(nil))); (err == nil) != oldCounts {
				t.Errorf("the old proof: %v", err)
			}
			err = d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				current, previous, err := account.AppSecretTx(ctx, tx, 77)
				if current != made.Current || (previous == "shh") != oldCounts {
					t.Errorf("signing with %q and %q", current, previous)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		}
		check(true)
		c.Advance(time.Hour + time.Minute) // past the cache of tokens too
		check(false)
		if _, err := s.Authenticate(t.Context(), "77|"); err == nil {
			t.Error("an empty secret was taken")
		}
	})
}
