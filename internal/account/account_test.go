package account_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/account"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/id"
)

// world is two businesses, an app and a token that reaches the first.
func world(t *testing.T, d *db.DB, n account.NewToken) (one, two id.ID, text string) {
	t.Helper()
	err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		a, err := account.CreateBusinessTx(ctx, tx, account.Business{Name: "One"})
		if err != nil {
			return err
		}
		b, err := account.CreateBusinessTx(ctx, tx, account.Business{Name: "Two"})
		if err != nil {
			return err
		}
		app, err := account.CreateAppTx(ctx, tx, account.App{ID: 77, BusinessID: a.ID, Name: "App"}, "shh")
		if err != nil {
			return err
		}
		u, err := account.CreateSystemUserTx(ctx, tx, account.SystemUser{BusinessID: a.ID, Name: "Robot"})
		if err != nil {
			return err
		}
		n.App, n.User, n.Businesses = app.ID, u.ID, []id.ID{a.ID}
		one, two = a.ID, b.ID
		text, err = account.CreateTokenTx(ctx, tx, n)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return one, two, text
}

func TestTokens(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		one, two, text := world(t, d, account.NewToken{
			Permissions: []access.Permission{access.CatalogManagement}, ExpiresAt: dbtest.Start.Add(time.Hour),
		})
		s := account.New(d)
		tok, err := s.Authenticate(t.Context(), text)
		if err != nil || !tok.Caller.Reaches(one) || tok.Caller.Reaches(two) || !tok.Caller.Can(access.CatalogManagement) || tok.Caller.Can(access.Sandbox) {
			t.Fatalf("caller %+v, %v", tok.Caller, err)
		}
		for _, bad := range []string{"EAAnonsense", text + "x", "77|wrong", "78|shh", "x|y", "|", strings.Repeat("x", 5000)} {
			if _, err := s.Authenticate(t.Context(), bad); !errors.Is(err, account.ErrTokenInvalid) {
				t.Errorf("Authenticate(%.20q) = %v", bad, err)
			}
		}
		if _, err := s.Authenticate(t.Context(), ""); !errors.Is(err, account.ErrTokenMissing) {
			t.Errorf("no token: %v", err)
		}
		app, err := s.Authenticate(t.Context(), "77|shh")
		if err != nil || app.Caller.Kind != access.KindApp || app.Caller.App != 77 {
			t.Errorf("app token: %+v, %v", app.Caller, err)
		}
		c.Advance(time.Hour)
		if _, err := s.Authenticate(t.Context(), text); !errors.Is(err, account.ErrTokenExpired) {
			t.Errorf("after an hour: %v", err)
		}
		c.Advance(-time.Minute)
		if err := s.Revoke(t.Context(), text); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Authenticate(t.Context(), text); !errors.Is(err, account.ErrTokenRevoked) {
			t.Errorf("after Revoke: %v", err)
		}
	})
}

func TestAnotherBusinessIsLikeNone(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		one, two, text := world(t, d, account.NewToken{})
		tok, err := account.New(d).Authenticate(t.Context(), text)
		if err != nil {
			t.Fatal(err)
		}
		err = d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			if b, err := account.BusinessTx(ctx, tx, tok.Caller, one); err != nil || b.Name != "One" {
				t.Errorf("own business: %+v, %v", b, err)
			}
			_, foreign := account.BusinessTx(ctx, tx, tok.Caller, two)
			_, none := account.BusinessTx(ctx, tx, tok.Caller, 5)
			if !errors.Is(foreign, account.ErrUnknown) || strings.ReplaceAll(foreign.Error(), two.String(), "5") != none.Error() {
				t.Errorf("foreign %v, unknown %v", foreign, none)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestProof(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		_, _, text := world(t, d, account.NewToken{})
		tok, err := account.New(d).Authenticate(t.Context(), text)
		if err != nil {
			t.Fatal(err)
		}
		mac := hmac.New(sha256.New, []byte("shh"))
		mac.Write([]byte(text))
		good := hex.EncodeToString(mac.Sum(nil))
		if err := tok.CheckProof(text, good); err != nil {
			t.Error(err)
		}
		if err := tok.CheckProof(text, ""); err != nil {
			t.Error(err)
		}
		if err := tok.CheckProof(text, good[:63]+"x"); !errors.Is(err, account.ErrProof) {
			t.Errorf("altered proof: %v", err)
		}
	})
}

// What has expired stays so when the clock is set back, also after a restart; a new token lives as long as was asked.
func TestAnExpiredTokenStaysExpired(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		s := account.New(d)
		one, _, robot := world(t, d, account.NewToken{})
		who, err := s.Authenticate(t.Context(), robot)
		if err != nil {
			t.Fatal(err)
		}
		mint := func(life time.Duration) (text string) {
			t.Helper()
			err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
				text, err = account.CreateTokenTx(ctx, tx, account.NewToken{App: 77, User: who.Caller.User, Businesses: []id.ID{one}, ExpiresAt: tx.Now().Add(life)})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return text
		}
		old := mint(time.Hour)
		c.Advance(2 * time.Hour)
		if _, err := s.Authenticate(t.Context(), old); !errors.Is(err, account.ErrTokenExpired) {
			t.Errorf("after two hours: %v", err)
		}
		c.Advance(-90 * time.Minute)
		if _, err := s.Authenticate(t.Context(), old); !errors.Is(err, account.ErrTokenExpired) {
			t.Errorf("after the clock was set back: %v", err)
		}
		fresh := mint(time.Hour)
		c.Advance(59 * time.Minute)
		if _, err := s.Authenticate(t.Context(), fresh); err != nil {
			t.Errorf("a new token within its hour: %v", err)
		}
		c.Advance(2 * time.Minute)
		if _, err := s.Authenticate(t.Context(), fresh); !errors.Is(err, account.ErrTokenExpired) {
			t.Errorf("a new token after its hour: %v", err)
		}
	})
}
