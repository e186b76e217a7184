package waba

import (
	"context"
	"errors"
	"fmt"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/node"
)

// SettingsTx returns a number's commerce settings, or the defaults when none are stored.
func SettingsTx(ctx context.Context, tx *db.Tx, phoneID id.ID) (Settings, error) {
	s := Settings{Stored: true}
	err := tx.QueryRow(ctx, `SELECT id, cart_enabled, catalog_visible FROM commerce_settings WHERE phone_id = $1`, phoneID).
		Scan(&s.ID, &s.CartEnabled, &s.CatalogVisible)
	if errors.Is(err, db.ErrNoRows) {
		return DefaultSettings(), nil
	}
	if err != nil {
		return Settings{}, fmt.Errorf("waba: commerce settings: %w", err)
	}
	return s, nil
}

// SetSettingsTx changes a number's commerce settings; the first change stores them under an id of their own.
func SetSettingsTx(ctx context.Context, tx *db.Tx, phoneID id.ID, change SettingsChange) (Settings, error) {
	tx.Notify(Changes)
	s, err := SettingsTx(ctx, tx, phoneID)
	if err != nil {
		return Settings{}, err
	}
	if change.CartEnabled != nil {
		s.CartEnabled = *change.CartEnabled
	}
	if change.CatalogVisible != nil {
		s.CatalogVisible = *change.CatalogVisible
	}
	if !s.Stored {
		if s.ID, err = node.NewTx(ctx, tx, node.CommerceSettings); err != nil {
			return Settings{}, err
		}
		s.Stored = true
	}
	_, err = tx.Exec(ctx, `INSERT INTO commerce_settings (phone_id, id, cart_enabled, catalog_visible) VALUES ($1, $2, $3, $4)
		ON CONFLICT (phone_id) DO UPDATE SET cart_enabled = excluded.cart_enabled, catalog_visible = excluded.catalog_visible`,
		phoneID, s.ID, s.CartEnabled, s.CatalogVisible)
	if err != nil {
		return Settings{}, fmt.Errorf("waba: commerce settings: %w", err)
	}
	return s, nil
}

// ConnectedCatalogTx returns the catalog an account is connected to; ok is false when there is none.
func ConnectedCatalogTx(ctx context.Context, tx *db.Tx, wabaID id.ID) (catalogID id.ID, ok bool, err error) {
	err = tx.QueryRow(ctx, `SELECT catalog_id FROM waba_catalog WHERE waba_id = $1`, wabaID).Scan(&catalogID)
	if errors.Is(err, db.ErrNoRows) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, fmt.Errorf("waba: connected catalog: %w", err)
	}
	return catalogID, true, nil
}

// ConnectTx connects an account that has no catalog yet. A second catalog breaks the table's key: the
// caller has looked at [ConnectedCatalogTx] in the same transaction.
func ConnectTx(ctx context.Context, tx *db.Tx, wabaID, catalogID id.ID) error {
	tx.Notify(Changes)
	if err := touchTx(ctx, tx, catalogID); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO waba_catalog (waba_id, catalog_id, connected_at) VALUES ($1, $2, $3)`, wabaID, catalogID, tx.Now())
	if err != nil {
		return fmt.Errorf("waba: connecting: %w", err)
	}
	return nil
}

// touchTx makes accounts that connect and disconnect one catalog at the same time get in each other's way on
// PostgreSQL, so that each knows truly whether it was the first or the last.
func touchTx(ctx context.Context, tx *db.Tx, catalogID id.ID) error {
	if _, err := tx.Exec(ctx, `UPDATE waba_catalog SET connected_at = connected_at WHERE catalog_id = $1`, catalogID); err != nil {
		return fmt.Errorf("waba: %w", err)
	}
	return nil
}

// DisconnectTx takes a catalog from an account and tells whether it was connected.
func DisconnectTx(ctx context.Context, tx *db.Tx, wabaID, catalogID id.ID) (bool, error) {
	tx.Notify(Changes)
	if err := touchTx(ctx, tx, catalogID); err != nil {
		return false, err
	}
	n, err := tx.Exec(ctx, `DELETE FROM waba_catalog WHERE waba_id = $1 AND catalog_id = $2`, wabaID, catalogID)
	if err != nil {
		return false, fmt.Errorf("waba: disconnecting: %w", err)
	}
	return n > 0, nil
}

// WABAsOfCatalogTx lists the accounts a catalog is connected to, by rising id.
func WABAsOfCatalogTx(ctx context.Context, tx *db.Tx, catalogID id.ID) ([]id.ID, error) {
	rows, err := tx.Query(ctx, `SELECT waba_id FROM waba_catalog WHERE catalog_id = $1 ORDER BY waba_id`, catalogID)
	if err != nil {
		return nil, fmt.Errorf("waba: accounts of a catalog: %w", err)
	}
	defer rows.Close()
	var all []id.ID
	for rows.Next() {
		var i id.ID
		if err := rows.Scan(&i); err != nil {
			return nil, fmt.Errorf("waba: accounts of a catalog: %w", err)
		}
		all = append(all, i)
	}
	return all, rows.Err()
}
