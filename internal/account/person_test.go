package account_test

import (
	"context"
	"errors"
	"fmt"
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

func invite(t *testing.T, d *db.DB, i account.Invitation) (code string) {
	t.Helper()
	err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		code, err = account.InviteTx(ctx, tx, i)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// founder makes the first administrator and returns their session and business.
func founder(t *testing.T, d *db.DB, s *account.Service) (cookie string, business id.ID) {
	t.Helper()
	code := invite(t, d, account.Invitation{Role: account.Administrator})
	cookie, err := s.Join(t.Context(), code, account.Joining{Email: " Lan@Shop.example ", Name: "Lan", Password: "mật khẩu 1", Business: "Quán", Country: "VN"}, "test")
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Visit(t.Context(), cookie)
	if err != nil || len(p.Businesses()) != 1 {
		t.Fatalf("%+v, %v", p, err)
	}
	return cookie, p.Businesses()[0]
}

func TestPeopleJoinLogInAndOut(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		s := account.New(d)
		code := invite(t, d, account.Invitation{Role: account.Administrator})
		first, err := s.Join(t.Context(), code, account.Joining{Email: "a@b.example", Name: "A", Password: "12345678", Business: "Quán"}, "test")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Join(t.Context(), code, account.Joining{Email: "c@b.example", Name: "C", Password: "12345678", Business: "x"}, ""); !errors.Is(err, account.ErrInvitation) {
			t.Errorf("a link used twice: %v", err)
		}
		second, err := s.Login(t.Context(), "A@b.example", "12345678", "1.2.3.4", strings.Repeat("é", 300))
		if err != nil {
			t.Fatal(err)
		}
		p, err := s.Visit(t.Context(), second)
		if err != nil || p.Email != "a@b.example" {
			t.Fatalf("%+v, %v", p, err)
		}
		caller := p.Caller(p.Businesses()[0])
		if !caller.Can(access.CatalogManagement) || caller.Can(access.Sandbox) || len(p.Caller(42).Businesses) != 0 {
			t.Errorf("an administrator may %v; of another business %v", caller.Permissions, p.Caller(42))
		}
		list, err := s.Sessions(t.Context(), p.ID)
		if err != nil || len(list) != 2 {
			t.Fatalf("%d sessions, %v", len(list), err)
		}
		if err := s.SetPassword(t.Context(), p.ID, "12345678", "another one", second); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Visit(t.Context(), first); !errors.Is(err, account.ErrSession) {
			t.Errorf("a changed password leaves other sessions: %v", err)
		}
		if _, err := s.Login(t.Context(), "a@b.example", "12345678", "1.2.3.4", ""); !errors.Is(err, account.ErrLogin) {
			t.Errorf("the old password: %v", err)
		}
		if err := s.Logout(t.Context(), second); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Visit(t.Context(), second); !errors.Is(err, account.ErrSession) {
			t.Errorf("after logging out: %v", err)
		}
	})
}

func TestSessionsAndLinksEnd(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		s := account.New(d)
		cookie, business := founder(t, d, s)
		code := invite(t, d, account.Invitation{Business: business, Role: account.Agent})
		for range 8 { // each visit makes it last again, up to 90 days
			c.Advance(11 * 24 * time.Hour)
			if _, err := s.Visit(t.Context(), cookie); err != nil {
				t.Fatal(err)
			}
		}
		c.Advance(3 * 24 * time.Hour)
		if _, err := s.Visit(t.Context(), cookie); !errors.Is(err, account.ErrSession) {
			t.Errorf("after 91 days: %v", err)
		}
		if _, err := s.Join(t.Context(), code, account.Joining{Email: "c@b.example", Name: "C", Password: "12345678"}, ""); !errors.Is(err, account.ErrInvitation) {
			t.Errorf("an old link: %v", err)
		}
	})
}

func TestPasswordsAreNotGuessed(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		s := account.New(d)
		founder(t, d, s)
		var last error
		tries := 0
		for ; tries < 20 && !errors.Is(last, account.ErrLoginOften); tries++ {
			_, last = s.Login(t.Context(), "lan@shop.example", "wrong", "1.1.1."+string(rune('0'+tries)), "")
		}
		if tries != 7 {
			t.Errorf("%d tries at one person's password, from many places", tries)
		}
		for n := range 80 { // one place, many people
			_, last = s.Login(t.Context(), fmt.Sprintf("p%d@shop.example", n), "x", "7.7.7.7", "")
		}
		if !errors.Is(last, account.ErrLoginOften) {
			t.Errorf("80 people tried from one place: %v", last)
		}
		c.Advance(4 * time.Minute)
		if _, err := s.Login(t.Context(), "lan@shop.example", "mật khẩu 1", "9.9.9.9", ""); err != nil {
			t.Errorf("after waiting: %v", err)
		}
	})
}

func TestWhatPeopleMayNotBe(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, _ *clock.Fixed) {
		s := account.New(d)
		cookie, business := founder(t, d, s)
		for want, j := range map[error]account.Joining{
			account.ErrEmail:      {Email: "Lan <lan@b.example>", Name: "x", Password: "12345678"},
			account.ErrName:       {Email: "x@b.example", Name: "  ", Password: "12345678"},
			account.ErrPassword:   {Email: "x@b.example", Name: "x", Password: "1234567"},
			account.ErrEmailTaken: {Email: "LAN@shop.example", Name: "x", Password: "12345678"},
		} {
			code := invite(t, d, account.Invitation{Business: business, Role: account.Agent})
			if _, err := s.Join(t.Context(), code, j, ""); !errors.Is(err, want) {
				t.Errorf("%+v: %v, want %v", j, err, want)
			}
		}
		p, err := s.Visit(t.Context(), cookie)
		if err != nil {
			t.Fatal(err)
		}
		err = d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			return account.GrantTx(ctx, tx, p.ID, business, account.Moderator)
		})
		if !errors.Is(err, account.ErrLastAdmin) {
			t.Errorf("the last administrator is let go: %v", err)
		}
	})
}
