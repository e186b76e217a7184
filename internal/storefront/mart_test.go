package storefront_test

import (
	"context"
	"errors"
	"testing"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/live"
	"github.com/hawkerhq/hawker/internal/storefront"
	"github.com/hawkerhq/hawker/internal/waba"
)

const (
	lan  = "84901234567"
	minh = "84912345678"
)

// The two businesses of the test world.
const (
	quan id.ID = 200000000000001
	lua  id.ID = 200000000000002
)

func caller(businesses ...id.ID) access.Caller {
	return access.Caller{Kind: access.KindSystemUser, Businesses: businesses, Permissions: access.Permissions()}
}

// mart is a business with an account, a number and a catalog, connected and open.
type mart struct {
	db      *db.DB
	clock   *clock.Fixed
	shop    *storefront.Service
	catalog *catalog.Service

	waba, phone, menu id.ID
}

func open(t testing.TB, d *db.DB, c *clock.Fixed) *mart {
	t.Helper()
	m := &mart{db: d, clock: c, shop: storefront.New(d), catalog: catalog.New(d, live.New())}
	m.waba, m.phone = m.account(t, quan, "+84 28 7100 0001")
	m.menu = m.newCatalog(t, quan, "Thực đơn", "")
	if err := m.shop.Connect(t.Context(), caller(quan), m.waba, m.menu); err != nil {
		t.Fatal(err)
	}
	m.set(t, true, true)
	return m
}

func (m *mart) update(t testing.TB, f func(ctx context.Context, tx *db.Tx) error) {
	t.Helper()
	if err := m.db.Update(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

func (m *mart) account(t testing.TB, business id.ID, digits string) (wabaID, phoneID id.ID) {
	t.Helper()
	m.update(t, func(ctx context.Context, tx *db.Tx) error {
		a, err := waba.CreateAccountTx(ctx, tx, waba.Account{BusinessID: business, Name: "A", Country: "VN"})
		if err != nil {
			return err
		}
		n, err := waba.CreateNumberTx(ctx, tx, waba.Number{WABAID: a.ID, Digits: digits, VerifiedName: "Quán Góc Phố"})
		wabaID, phoneID = a.ID, n.ID
		return err
	})
	return wabaID, phoneID
}

func (m *mart) newCatalog(t testing.TB, business id.ID, name, vertical string) id.ID {
	t.Helper()
	c, err := m.catalog.Create(t.Context(), caller(business), catalog.Catalog{BusinessID: business, Name: name, Vertical: vertical})
	if err != nil {
		t.Fatal(err)
	}
	return c.ID
}

func (m *mart) set(t testing.TB, cart, visible bool) {
	t.Helper()
	err := m.shop.SetCommerceSettings(t.Context(), caller(quan), m.phone, waba.SettingsChange{CartEnabled: &cart, CatalogVisible: &visible})
	if err != nil {
		t.Fatal(err)
	}
}

// put creates or changes an item of the menu and has it approved. more are pairs in batch vocabulary.
func (m *mart) put(t testing.TB, sku string, more ...any) {
	t.Helper()
	m.offer(t, sku, more...)
	m.judge(t, sku, catalog.Approved)
}

// offer creates or changes an item and leaves its review as it falls.
func (m *mart) offer(t testing.TB, sku string, more ...any) {
	t.Helper()
	values := map[string]any{}
	for i := 0; i+1 < len(more); i += 2 {
		values[more[i].(string)] = more[i+1]
	}
	for k, v := range map[string]any{
		"title": "Phở " + sku, "description": "Nóng hổi", "availability": "in stock", "condition": "new", "brand": "Quán",
		"link": "https://quan.example/" + sku, "image_link": "https://quan.example/" + sku + ".jpg", "price": "45000 VND",
	} {
		if _, ok := values[k]; !ok {
			values[k] = v
		}
	}
	if _, err := m.catalog.CreateItem(t.Context(), caller(quan), m.menu, sku, catalog.ReadChange(catalog.Batch, values), true); err != nil {
		t.Fatal(err)
	}
}

func (m *mart) judge(t testing.TB, sku, status string) {
	t.Helper()
	m.update(t, func(ctx context.Context, tx *db.Tx) error {
		items, err := catalog.ItemsByRetailerTx(ctx, tx, m.menu, []string{sku})
		if err != nil {
			return err
		}
		applied, err := catalog.SetVerdictTx(ctx, tx, items[sku].ID, items[sku].Rev, catalog.Verdict{Status: status, Reviewer: "test"})
		if err == nil && !applied {
			err = errors.New("the verdict was not applied")
		}
		return err
	})
}

func (m *mart) remove(t testing.TB, sku string) {
	t.Helper()
	var item id.ID
	m.update(t, func(ctx context.Context, tx *db.Tx) error {
		items, err := catalog.ItemsByRetailerTx(ctx, tx, m.menu, []string{sku})
		item = items[sku].ID
		return err
	})
	if err := m.catalog.DeleteItem(t.Context(), caller(quan), item); err != nil {
		t.Fatal(err)
	}
}

func (m *mart) add(t testing.TB, sku string, quantity int) storefront.CartView {
	t.Helper()
	v, err := m.shop.SetQuantity(t.Context(), m.phone, lan, sku, quantity)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func (m *mart) cart(t testing.TB) storefront.CartView {
	t.Helper()
	v, err := m.shop.Cart(t.Context(), m.phone, lan)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// take takes the cart as the exchange does.
func (m *mart) take(t testing.TB) (storefront.Taken, error) {
	t.Helper()
	var taken storefront.Taken
	err := m.db.Update(t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		taken, err = storefront.TakeCartTx(ctx, tx, m.phone, lan)
		return err
	})
	if err == nil {
		err = taken.Err()
	}
	return taken, err
}

// refused checks that err is the cause want, about field.
func refused(t testing.TB, err error, want *fault.Fault, field string) {
	t.Helper()
	f, ok := fault.As(err)
	if !ok || !errors.Is(err, want) {
		t.Errorf("got %v, want %s", err, want.Code)
		return
	}
	if f.Field != field || f.Detail == "" {
		t.Errorf("the fault blames %q and says %q, want it to blame %q", f.Field, f.Detail, field)
	}
}

// each runs f on an open mart on each engine.
func each(t *testing.T, f func(t *testing.T, m *mart)) {
	t.Helper()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) { f(t, open(t, d, c)) })
}
