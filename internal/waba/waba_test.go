package waba_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/waba"
)

const (
	mine    id.ID = 200000000000001
	foreign id.ID = 200000000000002
	account id.ID = 300000000000001
	number  id.ID = 400000000000001
)

func update(t *testing.T, d *db.DB, f func(ctx context.Context, tx *db.Tx) error) {
	t.Helper()
	if err := d.Update(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

// world has one account with one number.
func world(t *testing.T, d *db.DB) {
	t.Helper()
	update(t, d, func(ctx context.Context, tx *db.Tx) error {
		_, err := waba.CreateAccountTx(ctx, tx, waba.Account{ID: account, BusinessID: mine, Name: "Quán Góc Phố", Currency: "VND", Country: "VN"})
		if err != nil {
			return err
		}
		_, err = waba.CreateNumberTx(ctx, tx, waba.Number{ID: number, WABAID: account, Digits: "+84 28 7100 0001", VerifiedName: "Quán Góc Phố"})
		return err
	})
}

func TestNumbersBelongToTheirBusiness(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		world(t, d)
		update(t, d, func(ctx context.Context, tx *db.Tx) error {
			n, err := waba.NumberForTx(ctx, tx, access.Caller{Businesses: []id.ID{mine}}, number)
			if err != nil {
				return err
			}
			want := waba.Number{
				ID: number, WABAID: account, BusinessID: mine, Digits: "842871000001", Country: "VN",
				VerifiedName: "Quán Góc Phố", QualityRating: waba.QualityGreen, OnboardedAt: dbtest.Start,
				Status: waba.Connected, VerifiedAt: dbtest.Start, NameStatus: waba.NameApproved, NewNameStatus: waba.NameNone, Throughput: waba.ThroughputStandard,
			}
			if diff := cmp.Diff(want, n); diff != "" {
				t.Error(diff)
			}
			stranger := access.Caller{Businesses: []id.ID{foreign}}
			_, errForeign := waba.NumberForTx(ctx, tx, stranger, number)
			_, errUnknown := waba.NumberForTx(ctx, tx, stranger, number+1)
			if !errors.Is(errForeign, waba.ErrNumberUnknown) || !errors.Is(errUnknown, waba.ErrNumberUnknown) {
				t.Errorf("foreign: %v, unknown: %v", errForeign, errUnknown)
			}
			if a, b := errForeign.Error(), errUnknown.Error(); strings.ReplaceAll(a, number.String(), "X") != strings.ReplaceAll(b, (number+1).String(), "X") {
				t.Errorf("a foreign number is told from an unknown one:\n%s\n%s", a, b)
			}
			if _, err := waba.AccountForTx(ctx, tx, stranger, account); !errors.Is(err, waba.ErrAccountUnknown) {
				t.Errorf("a foreign account: %v", err)
			}
			if all, err := waba.NumbersTx(ctx, tx, access.Caller{}); err != nil || len(all) != 0 {
				t.Errorf("a caller without businesses sees %d numbers, %v", len(all), err)
			}
			all, err := waba.NumbersOfTx(ctx, tx, account)
			if len(all) != 1 {
				t.Errorf("%d numbers", len(all))
			}
			return err
		})
	})
}

func TestTwoNumbersCannotShareDigits(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		world(t, d)
		err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			_, err := waba.CreateNumberTx(ctx, tx, waba.Number{WABAID: account, Digits: "(84) 28-7100-0001", VerifiedName: "Copy"})
			return err
		})
		if !errors.Is(err, waba.ErrNumberTaken) {
			t.Fatal(err)
		}
	})
}

func TestSettingsAreDefaultsUntilStored(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		world(t, d)
		update(t, d, func(ctx context.Context, tx *db.Tx) error {
			s, err := waba.SettingsTx(ctx, tx, number)
			if s != (waba.Settings{CartEnabled: true}) {
				t.Errorf("defaults: %+v", s)
			}
			return err
		})
		yes, no := true, false
		var first waba.Settings
		update(t, d, func(ctx context.Context, tx *db.Tx) (err error) {
			first, err = waba.SetSettingsTx(ctx, tx, number, waba.SettingsChange{CatalogVisible: &yes})
			return err
		})
		if !first.CartEnabled || !first.CatalogVisible || !first.Stored || first.ID == 0 || first.ID == number {
			t.Errorf("after the first change: %+v", first)
		}
		update(t, d, func(ctx context.Context, tx *db.Tx) error {
			if _, err := waba.SetSettingsTx(ctx, tx, number, waba.SettingsChange{CartEnabled: &no}); err != nil {
				return err
			}
			s, err := waba.SettingsTx(ctx, tx, number)
			if s != (waba.Settings{ID: first.ID, CatalogVisible: true, Stored: true}) {
				t.Errorf("the omitted setting was touched, or the id changed: %+v", s)
			}
			return err
		})
	})
}

func TestConnectedCatalog(t *testing.T) {
	t.Parallel()
	const catalog id.ID = 500000000000001
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		world(t, d)
		update(t, d, func(ctx context.Context, tx *db.Tx) error { return waba.ConnectTx(ctx, tx, account, catalog) })
		if err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			return waba.ConnectTx(ctx, tx, account, catalog+1)
		}); !db.IsUnique(err) {
			t.Errorf("a second catalog: %v", err)
		}
		update(t, d, func(ctx context.Context, tx *db.Tx) error {
			got, ok, err := waba.ConnectedCatalogTx(ctx, tx, account)
			if err != nil || !ok || got != catalog {
				t.Errorf("connected to %s, %v, %v", got, ok, err)
			}
			if of, err := waba.WABAsOfCatalogTx(ctx, tx, catalog); err != nil || !slices.Equal(of, []id.ID{account}) {
				t.Errorf("accounts of the catalog: %v, %v", of, err)
			}
			if gone, err := waba.DisconnectTx(ctx, tx, account, catalog+1); gone || err != nil {
				t.Errorf("disconnected another catalog: %v, %v", gone, err)
			}
			if gone, err := waba.DisconnectTx(ctx, tx, account, catalog); !gone || err != nil {
				t.Errorf("not disconnected: %v, %v", gone, err)
			}
			_, ok, err = waba.ConnectedCatalogTx(ctx, tx, account)
			if ok {
				t.Error("still connected")
			}
			return err
		})
	})
}

func TestProfile(t *testing.T) {
	t.Parallel()
	str := func(s string) *string { return &s }
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		world(t, d)
		update(t, d, func(ctx context.Context, tx *db.Tx) error {
			return waba.SetProfileTx(ctx, tx, number, waba.ProfileChange{
				About: str(strings.Repeat("ế", 139)), Vertical: str("RESTAURANT"), Websites: &[]string{"https://quan.example"},
			})
		})
		update(t, d, func(ctx context.Context, tx *db.Tx) error {
			if err := waba.SetProfileTx(ctx, tx, number, waba.ProfileChange{Address: str("1 Phố Huế")}); err != nil {
				return err
			}
			p, err := waba.ProfileTx(ctx, tx, number)
			want := waba.Profile{
				About: strings.Repeat("ế", 139), Vertical: "RESTAURANT", Websites: []string{"https://quan.example"}, Address: "1 Phố Huế",
			}
			if diff := cmp.Diff(want, p); diff != "" {
				t.Error(diff)
			}
			return err
		})
	})
}

func TestProfileRules(t *testing.T) {
	t.Parallel()
	str := func(s string) *string { return &s }
	d := dbtest.SQLite(t, nil)
	for name, c := range map[string]struct {
		change waba.ProfileChange
		field  string
	}{
		"empty about":    {waba.ProfileChange{About: str("")}, "about"},
		"long about":     {waba.ProfileChange{About: str(strings.Repeat("ế", 140))}, "about"},
		"long address":   {waba.ProfileChange{Address: str(strings.Repeat("a", 257))}, "address"},
		"long words":     {waba.ProfileChange{Description: str(strings.Repeat("ế", 513))}, "description"},
		"long email":     {waba.ProfileChange{Email: str("a@" + strings.Repeat("b", 119) + ".example")}, "email"},
		"long website":   {waba.ProfileChange{Websites: &[]string{"https://a.example/" + strings.Repeat("b", 239)}}, "websites[0]"},
		"no address":     {waba.ProfileChange{Email: str("shop@")}, "email"},
		"unknown trade":  {waba.ProfileChange{Vertical: str("PIRACY")}, "vertical"},
		"three websites": {waba.ProfileChange{Websites: &[]string{"https://a.example", "https://b.example", "https://c.example"}}, "websites"},
		"no scheme":      {waba.ProfileChange{Websites: &[]string{"https://a.example", "b.example"}}, "websites[1]"},
		"bad scheme":     {waba.ProfileChange{Websites: &[]string{"javascript://a.example/%0aalert(1)"}}, "websites[0]"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				return waba.SetProfileTx(ctx, tx, number, c.change)
			})
			if f, ok := fault.As(err); !ok || !errors.Is(err, waba.ErrProfile) || f.Field != c.field || f.Detail == "" {
				t.Errorf("got %v, want a fault of %s", err, c.field)
			}
		})
	}
}
