package embed_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/embed"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/limit"
	"github.com/hawkerhq/hawker/internal/phone"
	"github.com/hawkerhq/hawker/internal/waba"
)

const (
	mine    id.ID = 200000000000001
	account id.ID = 300000000000001
	number  id.ID = 400000000000001
	shop          = "https://shop.example"
)

func world(t *testing.T, d *db.DB, c clock.Clock) (*embed.Service, access.Caller) {
	t.Helper()
	err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		if _, err := waba.CreateAccountTx(ctx, tx, waba.Account{ID: account, BusinessID: mine, Name: "Quán Góc Phố", Currency: "VND", Country: "VN"}); err != nil {
			return err
		}
		_, err := waba.CreateNumberTx(ctx, tx, waba.Number{ID: number, WABAID: account, Digits: "+84 28 7100 0001", VerifiedName: "Quán Góc Phố"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return embed.New(d, c, []string{shop, "https://other.example"}, limit.New(c)), access.Caller{Businesses: []id.ID{mine}}
}

func TestOriginsAreReadStrictly(t *testing.T) {
	t.Parallel()
	list, err := embed.ParseOrigins(" https://Shop.Example , http://localhost:5000,https://shop.example/,https://[::1]:8443 ,")
	if want := []string{shop, "http://localhost:5000", "https://[::1]:8443"}; err != nil || !slices.Equal(list, want) {
		t.Errorf("%v, %v; want %v", list, err, want)
	}
	for _, bad := range []string{"shop.example", "http://shop.example", "https://*.shop.example", "https://shop.example/path", "https://a@shop.example", "https://shop.example;script-src *", "https://shop.example *", "null", "*", "https://", "javascript:1", "https://shöp.example", "https://shop.example?x", "file:///x"} {
		if list, err := embed.ParseOrigins(bad); err == nil {
			t.Errorf("%q was read as %v", bad, list)
		}
	}
}

func TestSitesArePickedAmongTheOperators(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		s, owner := world(t, d, c)
		ctx := t.Context()
		if list, err := s.Sites(ctx, number); err != nil || len(list) != 0 {
			t.Errorf("before anybody picked: %v, %v", list, err)
		}
		if err := s.Pick(ctx, owner, number, []string{"https://evil.example"}); !errors.Is(err, embed.ErrOrigin) {
			t.Errorf("a site that the operator does not allow: %v", err)
		}
		stranger := access.Caller{Businesses: []id.ID{mine + 1}}
		if err := s.Pick(ctx, stranger, number, []string{shop}); !errors.Is(err, waba.ErrNumberUnknown) {
			t.Errorf("somebody else's number: %v", err)
		}
		if err := s.Pick(ctx, owner, number, []string{shop, shop}); err != nil {
			t.Fatal(err)
		}
		if list, err := s.Sites(ctx, number); err != nil || !slices.Equal(list, []string{shop}) {
			t.Errorf("picked: %v, %v", list, err)
		}
		// What the operator takes back is closed at once.
		if list, err := embed.New(d, c, []string{"https://other.example"}, nil).Sites(ctx, number); err != nil || len(list) != 0 {
			t.Errorf("taken back by the operator: %v, %v", list, err)
		}
		if err := s.Pick(ctx, owner, number, nil); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Begin(ctx, number, embed.Newcomer{Name: "An"}); !errors.Is(err, embed.ErrOff) {
			t.Errorf("a chat that stands nowhere begins: %v", err)
		}
	})
}

func TestAVisitorIsWhoHoldsTheToken(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		s, owner := world(t, d, c)
		ctx := t.Context()
		if err := s.Pick(ctx, owner, number, []string{shop}); err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{"", " \t\u202e ", strings.Repeat("a", 61), "\xff"} {
			if _, err := s.Begin(ctx, number, embed.Newcomer{Name: bad}); !errors.Is(err, embed.ErrName) {
				t.Errorf("the name %q: %v", bad, err)
			}
		}
		token, err := s.Begin(ctx, number, embed.Newcomer{Name: " Chị\u202e  Hạnh 🌸 ", Lang: "vi", Place: "192.0.2.1"})
		if err != nil {
			t.Fatal(err)
		}
		visitor, ok, err := s.Visitor(ctx, number, token)
		if err != nil || !ok || visitor.Name != "Chị Hạnh 🌸" || visitor.Locale != "vi" || len(token) < 50 {
			t.Errorf("%+v %v %v", visitor, ok, err)
		}
		if n, err := phone.Parse(visitor.WaID, "VN"); err != nil || n.WaID() != visitor.WaID {
			t.Errorf("programs cannot answer to %s: %v", visitor.WaID, err)
		}
		for _, other := range []string{"", token + "x", strings.ToLower(token), "' OR 1=1 --"} {
			if _, ok, err := s.Visitor(ctx, number, other); ok || err != nil {
				t.Errorf("the token %q is somebody's: %v", other, err)
			}
		}
		if _, ok, _ := s.Visitor(ctx, number+1, token); ok {
			t.Error("the token opens another number's chat")
		}
		c.Advance(embed.Life - time.Second)
		if _, ok, _ := s.Visitor(ctx, number, token); !ok {
			t.Error("forgotten too early")
		}
		c.Advance(time.Second)
		if _, ok, _ := s.Visitor(ctx, number, token); ok {
			t.Error("remembered for ever")
		}
		again, err := s.Begin(ctx, number, embed.Newcomer{Name: "An", Place: "192.0.2.1"})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.End(ctx, number, again); err != nil {
			t.Fatal(err)
		}
		if _, ok, _ := s.Visitor(ctx, number, again); ok {
			t.Error("a visitor who ended the chat is still known")
		}
	})
}

func TestVisitorsAreHeldBack(t *testing.T) {
	t.Parallel()
	c := clock.NewFixed(dbtest.Start)
	s, owner := world(t, dbtest.SQLite(t, c), c)
	ctx := t.Context()
	if err := s.Pick(ctx, owner, number, []string{shop}); err != nil {
		t.Fatal(err)
	}
	begin := func(place string) error {
		_, err := s.Begin(ctx, number, embed.Newcomer{Name: "An", Place: place})
		return err
	}
	for i := range 10 {
		if err := begin("192.0.2.1"); err != nil {
			t.Fatalf("visitor %d: %v", i+1, err)
		}
	}
	if err := begin("192.0.2.1"); !errors.Is(err, embed.ErrTooMany) {
		t.Errorf("the eleventh visitor from one address: %v", err)
	}
	if err := begin("192.0.2.2"); err != nil {
		t.Errorf("somebody elsewhere: %v", err)
	}
	c.Advance(time.Minute)
	if err := begin("192.0.2.1"); err != nil {
		t.Errorf("a minute later: %v", err)
	}
	for i := range 20 {
		if err := s.Speak("a"); err != nil {
			t.Fatalf("message %d: %v", i+1, err)
		}
	}
	if err := s.Speak("a"); !errors.Is(err, embed.ErrTooMany) {
		t.Errorf("the twenty-first message at once: %v", err)
	}
	if err := s.Speak("b"); err != nil {
		t.Errorf("somebody else's message: %v", err)
	}
}
