package storefront

import (
	"context"
	"errors"
	"fmt"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/live"
	"github.com/hawkerhq/hawker/internal/waba"
)

// requireConnecting holds the caller against the permissions of the edge /{waba}/product_catalogs.
func requireConnecting(c access.Caller) error {
	return c.Require(access.WhatsAppBusinessManagement, access.WhatsAppBusinessMessaging, access.CatalogManagement)
}

// ListConnected returns the catalog an account of the caller is connected to: a list of none or one.
func (s *Service) ListConnected(ctx context.Context, c access.Caller, wabaID id.ID) ([]catalog.Catalog, error) {
	if err := requireConnecting(c); err != nil {
		return nil, err
	}
	var list []catalog.Catalog
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		list = nil
		if _, err := waba.AccountForTx(ctx, tx, c, wabaID); err != nil {
			return err
		}
		catalogID, ok, err := waba.ConnectedCatalogTx(ctx, tx, wabaID)
		if err != nil || !ok {
			return err
		}
		cat, err := catalog.CatalogTx(ctx, tx, c, catalogID)
		if errors.Is(err, catalog.ErrUnknown) {
			return nil // its owner no longer shares it: what it holds is not the caller's to see
		}
		list = append(list, cat)
		return err
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// Connect connects a catalog of vertical commerce, owned by the account's business or shared with it, to an
// account of the caller. Connecting the same catalog again succeeds; a second one is refused with
// [ErrConnectedOther], which names the first. From the moment of connecting its items are reviewed.
func (s *Service) Connect(ctx context.Context, c access.Caller, wabaID, catalogID id.ID) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		s.tell(tx, catalogID)
		return ConnectTx(ctx, tx, c, wabaID, catalogID)
	})
}

// ConnectTx is [Service.Connect] in the caller's transaction.
func ConnectTx(ctx context.Context, tx *db.Tx, c access.Caller, wabaID, catalogID id.ID) error {
	if err := requireConnecting(c); err != nil {
		return err
	}
	account, err := waba.AccountForTx(ctx, tx, c, wabaID)
	if err != nil {
		return err
	}
	cat, err := catalog.CatalogTx(ctx, tx, c, catalogID)
	if err != nil {
		return err
	}
	if err := connectable(ctx, tx, account, cat); err != nil {
		return err
	}
	have, connected, err := waba.ConnectedCatalogTx(ctx, tx, wabaID)
	if err != nil {
		return err
	}
	if connected {
		if have == catalogID {
			return nil
		}
		return connectedOther(ctx, tx, c, wabaID, have)
	}
	others, err := waba.WABAsOfCatalogTx(ctx, tx, catalogID)
	if err != nil {
		return err
	}
	if err := waba.ConnectTx(ctx, tx, wabaID, catalogID); err != nil {
		return err
	}
	if len(others) > 0 {
		return nil // reviewed already, for another account
	}
	return catalog.SetReviewedTx(ctx, tx, catalogID, true)
}

// PublishTo has pages that show a catalog hear of its connecting and disconnecting. It is called while the
// house is put together.
func (s *Service) PublishTo(hub *live.Hub) { s.live = hub }

// tell has pages hear of a catalog once tx is committed.
func (s *Service) tell(tx *db.Tx, catalogID id.ID) {
	if s.live != nil {
		tx.AfterCommit(func() { s.live.Publish(catalog.Topic(catalogID), nil) })
	}
}

// connectable holds a catalog against the rules of the account.
func connectable(ctx context.Context, tx *db.Tx, a waba.Account, cat catalog.Catalog) error {
	if cat.Vertical != catalog.Commerce {
		return ErrVertical.Withf("catalog_id", "catalog %s has the vertical %s; only catalogs of vertical %s can be connected to a "+
			"WhatsApp Business Account: create one with vertical=%s", cat.ID, cat.Vertical, catalog.Commerce, catalog.Commerce)
	}
	usable, err := catalog.UsableByTx(ctx, tx, cat.ID, a.BusinessID)
	if err == nil && !usable {
		return ErrCatalogForeign.Withf("catalog_id", "catalog %s belongs to business %s and is not shared with business %s, which owns the "+
			"WhatsApp Business Account; share it, or use a catalog of the same business", cat.ID, cat.BusinessID, a.BusinessID)
	}
	return err
}

func connectedOther(ctx context.Context, tx *db.Tx, c access.Caller, wabaID, have id.ID) error {
	name := have.String()
	cat, err := catalog.CatalogTx(ctx, tx, c, have)
	switch {
	case err == nil:
		name = fmt.Sprintf("%s (%q)", have, cat.Name)
	case !errors.Is(err, catalog.ErrUnknown):
		return err
	}
	return ErrConnectedOther.Withf("catalog_id", "an account is connected to one catalog at a time, and this one is connected to %s; "+
		"disconnect it first with DELETE /%s/product_catalogs?catalog_id=%s", name, wabaID, have).Fact("catalog", name)
}

// Disconnect takes the connected catalog from an account of the caller. Any other catalog is refused with
// [ErrNotConnected]. Once no account uses it, its items are reviewed no longer.
func (s *Service) Disconnect(ctx context.Context, c access.Caller, wabaID, catalogID id.ID) error {
	if err := requireConnecting(c); err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := waba.AccountForTx(ctx, tx, c, wabaID); err != nil {
			return err
		}
		gone, err := waba.DisconnectTx(ctx, tx, wabaID, catalogID)
		if err != nil {
			return err
		}
		if !gone {
			return ErrNotConnected.Withf("catalog_id", "catalog %s is not connected to account %s; GET /%s/product_catalogs tells which one is",
				catalogID, wabaID, wabaID)
		}
		s.tell(tx, catalogID)
		others, err := waba.WABAsOfCatalogTx(ctx, tx, catalogID)
		if err != nil || len(others) > 0 {
			return err
		}
		return catalog.SetReviewedTx(ctx, tx, catalogID, false)
	})
}

// UnsharedTx disconnects a catalog from the accounts of a business that it is no longer shared with: see
// [catalog.Service.OnUnshare].
func (s *Service) UnsharedTx(ctx context.Context, tx *db.Tx, catalogID, businessID id.ID) error {
	connected, err := waba.WABAsOfCatalogTx(ctx, tx, catalogID)
	if err != nil {
		return err
	}
	left := len(connected)
	for _, i := range connected {
		account, err := waba.AccountTx(ctx, tx, i)
		if err != nil {
			return err
		}
		if account.BusinessID != businessID {
			continue
		}
		if _, err := waba.DisconnectTx(ctx, tx, i, catalogID); err != nil {
			return err
		}
		left--
	}
	if left == len(connected) {
		return nil
	}
	s.tell(tx, catalogID)
	if left > 0 {
		return nil
	}
	return catalog.SetReviewedTx(ctx, tx, catalogID, false)
}

// CommerceSettings returns the settings of a number of the caller.
func (s *Service) CommerceSettings(ctx context.Context, c access.Caller, phoneID id.ID) (waba.Settings, error) {
	var settings waba.Settings
	if err := c.Require(access.WhatsAppBusinessManagement); err != nil {
		return settings, err
	}
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := waba.NumberForTx(ctx, tx, c, phoneID); err != nil {
			return err
		}
		var err error
		settings, err = waba.SettingsTx(ctx, tx, phoneID)
		return err
	})
	return settings, err
}

// SetCommerceSettings changes the settings of a number of the caller: one of them or both.
func (s *Service) SetCommerceSettings(ctx context.Context, c access.Caller, phoneID id.ID, change waba.SettingsChange) error {
	if err := c.Require(access.WhatsAppBusinessManagement); err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := waba.NumberForTx(ctx, tx, c, phoneID); err != nil {
			return err
		}
		if change.CartEnabled == nil && change.CatalogVisible == nil {
			return ErrSettings.With("is_cart_enabled", "there is nothing to change; send is_cart_enabled, is_catalog_visible or both, each true or false")
		}
		_, err := waba.SetSettingsTx(ctx, tx, phoneID, change)
		return err
	})
}
