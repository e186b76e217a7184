package storefront_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/live"
	"github.com/hawkerhq/hawker/internal/storefront"
	"github.com/hawkerhq/hawker/internal/waba"
)

// reviewed tells whether a catalog's items are reviewed, and whether it is connected to anything.
func (m *mart) reviewed(t *testing.T, catalogID id.ID) (reviewed, connected bool) {
	t.Helper()
	m.update(t, func(ctx context.Context, tx *db.Tx) error {
		c, err := catalog.CatalogTx(ctx, tx, caller(quan, lua), catalogID)
		if err != nil {
			return err
		}
		of, err := waba.WABAsOfCatalogTx(ctx, tx, catalogID)
		reviewed, connected = c.Reviewed, len(of) > 0
		return err
	})
	return reviewed, connected
}

func TestOneCatalogAnAccount(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m *mart) {
		other := m.newCatalog(t, quan, "Đồ uống", "")
		err := m.shop.Connect(t.Context(), caller(quan), m.waba, other)
		refused(t, err, storefront.ErrConnectedOther, "catalog_id")
		if !strings.Contains(err.Error(), m.menu.String()) || !strings.Contains(err.Error(), "Thực đơn") || !strings.Contains(err.Error(), "DELETE /") {
			t.Errorf("the refusal names neither catalog nor remedy: %v", err)
		}
		if on, _ := m.reviewed(t, other); on {
			t.Error("the refused catalog is reviewed")
		}
		if err := m.shop.Connect(t.Context(), caller(quan), m.waba, m.menu); err != nil {
			t.Errorf("the same catalog again: %v", err)
		}
		list, err := m.shop.ListConnected(t.Context(), caller(quan), m.waba)
		if err != nil || len(list) != 1 || list[0].ID != m.menu {
			t.Errorf("connected: %+v, %v", list, err)
		}
		refused(t, m.shop.Disconnect(t.Context(), caller(quan), m.waba, other), storefront.ErrNotConnected, "catalog_id")
		if err := m.shop.Disconnect(t.Context(), caller(quan), m.waba, m.menu); err != nil {
			t.Fatal(err)
		}
		if list, err := m.shop.ListConnected(t.Context(), caller(quan), m.waba); err != nil || len(list) != 0 {
			t.Errorf("still connected: %+v, %v", list, err)
		}
		if err := m.shop.Connect(t.Context(), caller(quan), m.waba, other); err != nil {
			t.Errorf("the other one, once the first is gone: %v", err)
		}
	})
}

func TestReconnectingTheSameCatalogKeepsItsReviews(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m *mart) {
		m.put(t, "bo")
		if err := m.shop.Connect(t.Context(), caller(quan), m.waba, m.menu); err != nil {
			t.Fatal(err)
		}
		if _, err := m.shop.Product(t.Context(), m.phone, lan, "bo"); err != nil {
			t.Errorf("the approved item is gone: %v", err)
		}
	})
}

func TestWhatMayBeConnected(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m *mart) {
		silk, _ := m.account(t, lua, "+84 24 7100 0002")
		hotels := m.newCatalog(t, quan, "Nhà nghỉ", "hotels")
		refused(t, m.shop.Connect(t.Context(), caller(quan, lua), silk, hotels), storefront.ErrVertical, "catalog_id")
		refused(t, m.shop.Connect(t.Context(), caller(quan, lua), silk, m.menu), storefront.ErrCatalogForeign, "catalog_id")
		refused(t, m.shop.Connect(t.Context(), caller(lua), silk, m.menu), catalog.ErrUnknown, "catalog_id")
		refused(t, m.shop.Connect(t.Context(), caller(quan), silk, m.menu), waba.ErrAccountUnknown, "")
		refused(t, m.shop.Disconnect(t.Context(), caller(lua), m.waba, m.menu), waba.ErrAccountUnknown, "")

		m.update(t, func(ctx context.Context, tx *db.Tx) error { return catalog.ShareTx(ctx, tx, m.menu, lua) })
		if err := m.shop.Connect(t.Context(), caller(lua), silk, m.menu); err != nil {
			t.Errorf("a shared catalog: %v", err)
		}
		// Two accounts use it: it stays reviewed until the last one lets go.
		for _, step := range []struct {
			waba id.ID
			want bool
		}{{m.waba, true}, {silk, false}} {
			if err := m.shop.Disconnect(t.Context(), caller(quan, lua), step.waba, m.menu); err != nil {
				t.Fatal(err)
			}
			if on, _ := m.reviewed(t, m.menu); on != step.want {
				t.Errorf("reviewed is %v after account %s let go", on, step.waba)
			}
		}
	})
}

func TestConnectingNeedsThreePermissions(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m *mart) {
		for _, missing := range []access.Permission{access.CatalogManagement, access.WhatsAppBusinessManagement, access.WhatsAppBusinessMessaging} {
			c := caller(quan)
			c.Permissions = nil
			for _, p := range access.Permissions() {
				if p != missing {
					c.Permissions = append(c.Permissions, p)
				}
			}
			refused(t, m.shop.Connect(t.Context(), c, m.waba, m.menu), access.ErrPermission, "access_token")
			refused(t, m.shop.Disconnect(t.Context(), c, m.waba, m.menu), access.ErrPermission, "access_token")
			_, err := m.shop.ListConnected(t.Context(), c, m.waba)
			refused(t, err, access.ErrPermission, "access_token")
		}
	})
}

// However accounts connect and disconnect one catalog at the same time: it is reviewed exactly while one of
// them is connected.
func TestReviewFollowsConnectionsUnderContention(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m *mart) {
		second, _ := m.account(t, quan, "+84 28 7100 0009")
		for range 6 {
			var wg sync.WaitGroup
			for _, w := range []id.ID{m.waba, second} {
				wg.Go(func() {
					// Whether the account is connected already does not matter here.
					if m.shop.Disconnect(t.Context(), caller(quan), w, m.menu) != nil {
						if err := m.shop.Connect(t.Context(), caller(quan), w, m.menu); err != nil {
							t.Error(err)
						}
					}
				})
			}
			wg.Wait()
			if on, connected := m.reviewed(t, m.menu); on != connected {
				t.Fatalf("reviewed %v, connected %v", on, connected)
			}
			if err := m.shop.Disconnect(t.Context(), caller(quan), m.waba, m.menu); err != nil {
				if err := m.shop.Connect(t.Context(), caller(quan), m.waba, m.menu); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

func TestCommerceSettings(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m *mart) {
		refused(t, m.shop.SetCommerceSettings(t.Context(), caller(quan), m.phone, waba.SettingsChange{}), storefront.ErrSettings, "is_cart_enabled")
		no := false
		refused(t, m.shop.SetCommerceSettings(t.Context(), caller(lua), m.phone, waba.SettingsChange{CartEnabled: &no}), waba.ErrNumberUnknown, "")
		weak := caller(quan)
		weak.Permissions = []access.Permission{access.CatalogManagement, access.WhatsAppBusinessMessaging}
		refused(t, m.shop.SetCommerceSettings(t.Context(), weak, m.phone, waba.SettingsChange{CartEnabled: &no}), access.ErrPermission, "access_token")
		if err := m.shop.SetCommerceSettings(t.Context(), caller(quan), m.phone, waba.SettingsChange{CartEnabled: &no}); err != nil {
			t.Fatal(err)
		}
		s, err := m.shop.CommerceSettings(t.Context(), caller(quan), m.phone)
		if err != nil || s.CartEnabled || !s.CatalogVisible || !s.Stored {
			t.Errorf("%+v, %v", s, err)
		}
		_, err = m.shop.CommerceSettings(t.Context(), caller(lua), m.phone)
		refused(t, err, waba.ErrNumberUnknown, "")
	})
}

func TestPagesHearOfConnecting(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m *mart) {
		hub := live.New()
		m.shop.PublishTo(hub)
		sub := hub.Subscribe(catalog.Topic(m.menu))
		defer sub.Close()
		heard := func(what string) {
			t.Helper()
			select {
			case e := <-sub.C:
				if e.Topic != catalog.Topic(m.menu) {
					t.Errorf("%s: heard of %s", what, e.Topic)
				}
			default:
				t.Errorf("%s: nobody heard", what)
			}
		}
		if err := m.shop.Disconnect(t.Context(), caller(quan), m.waba, m.menu); err != nil {
			t.Fatal(err)
		}
		heard("disconnecting")
		if err := m.shop.Connect(t.Context(), caller(quan), m.waba, m.menu); err != nil {
			t.Fatal(err)
		}
		heard("connecting")
	})
}
