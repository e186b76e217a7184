package catalog

import (
	"context"
	"fmt"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// What [HideTx] says of items holds for what they say elsewhere (override_row, override_before), and for the product groups
// that an upload makes (group_row).

// keepOverrideTx keeps an override as it is, before an upload changes or removes it.
func keepOverrideTx(ctx context.Context, tx *db.Tx, catalog, upload, item id.ID, l Localization) error {
	_, err := tx.Exec(ctx, `INSERT INTO override_before (item_id, kind, key, data, updated_at, catalog_id, by_upload)
		SELECT item_id, kind, key, data, updated_at, $1, $2 FROM override_row WHERE item_id = $3 AND kind = $4 AND key = $5 AND upload_id <> $2
		ON CONFLICT (item_id, kind, key) DO NOTHING`, catalog, upload, item, l.Type, l.Value)
	if err != nil {
		return fmt.Errorf("catalog: keeping an override: %w", err)
	}
	return nil
}

// releaseOverrideTx is for a change from elsewhere: see [releaseTx].
func releaseOverrideTx(ctx context.Context, tx *db.Tx, _, _, item id.ID, l Localization) error {
	if yes, err := unseen(ctx, tx); err != nil || !yes {
		return err
	}
	for _, statement := range []string{
		`UPDATE override_row SET upload_id = 0 WHERE item_id = $1 AND kind = $2 AND key = $3`,
		`INSERT INTO override_row (item_id, kind, key, data, updated_at) SELECT item_id, kind, key, data, updated_at FROM override_before
			WHERE item_id = $1 AND kind = $2 AND key = $3 ON CONFLICT DO NOTHING`,
		`DELETE FROM override_before WHERE item_id = $1 AND kind = $2 AND key = $3`,
	} {
		if _, err := tx.Exec(ctx, statement, item, l.Type, l.Value); err != nil {
			return fmt.Errorf("catalog: releasing an override: %w", err)
		}
	}
	return nil
}

// undoRestTx puts overrides back and removes the groups that an upload, which nobody sees, has made.
func undoRestTx(ctx context.Context, tx *db.Tx, catalog, upload id.ID, limit int) (done bool, err error) {
	items, err := listIDs(ctx, tx, `SELECT DISTINCT item_id FROM override_before WHERE catalog_id = $1 AND by_upload = $2 ORDER BY item_id LIMIT $3`, catalog, upload, limit)
	if err == nil && len(items) == 0 {
		items, err = listIDs(ctx, tx, `SELECT DISTINCT item_id FROM override_row WHERE upload_id = $1 ORDER BY item_id LIMIT $2`, upload, limit)
	}
	if err != nil {
		return false, err
	}
	if len(items) > 0 {
		return false, putOverridesBackTx(ctx, tx, upload, items)
	}
	groups, err := listIDs(ctx, tx, `SELECT id FROM group_row WHERE upload_id = $1 ORDER BY id LIMIT $2`, upload, limit)
	if err != nil || len(groups) == 0 {
		return err == nil, err
	}
	return false, dropGroupsTx(ctx, tx, groups)
}

func putOverridesBackTx(ctx context.Context, tx *db.Tx, upload id.ID, items []id.ID) error {
	for _, statement := range []string{
		`DELETE FROM override_row WHERE upload_id = $1 AND item_id = ANY($2)`,
		`INSERT INTO override_row (item_id, kind, key, data, updated_at) SELECT item_id, kind, key, data, updated_at FROM override_before
			WHERE by_upload = $1 AND item_id = ANY($2)`,
		`DELETE FROM override_before WHERE by_upload = $1 AND item_id = ANY($2)`,
	} {
		if _, err := tx.Exec(ctx, statement, upload, items); err != nil {
			return fmt.Errorf("catalog: putting overrides back: %w", err)
		}
	}
	return nil
}

func dropGroupsTx(ctx context.Context, tx *db.Tx, groups []id.ID) error {
	for _, statement := range []string{`DELETE FROM group_row WHERE id = ANY($1)`, `DELETE FROM node WHERE id = ANY($1)`} {
		if _, err := tx.Exec(ctx, statement, groups); err != nil {
			return fmt.Errorf("catalog: dropping groups: %w", err)
		}
	}
	return nil
}

// dropEmptyGroupsTx removes those of the groups that an upload, which nobody sees, has made and no item is in.
func dropEmptyGroupsTx(ctx context.Context, tx *db.Tx, im Import, retailerIDs []string) error {
	if len(retailerIDs) == 0 {
		return nil
	}
	groups, err := listIDs(ctx, tx, `SELECT g.id FROM group_row g WHERE g.catalog_id = $1 AND g.upload_id = $2 AND g.retailer_id = ANY($3)
		AND NOT EXISTS (SELECT 1 FROM item_row i WHERE i.catalog_id = $1 AND i.group_id = g.retailer_id AND i.group_id <> '')`, im.Catalog, im.Upload, retailerIDs)
	if err != nil || len(groups) == 0 {
		return err
	}
	return dropGroupsTx(ctx, tx, groups)
}

// overridesToForgetTx lists items with overrides as they were before uploads that everybody sees now.
func overridesToForgetTx(ctx context.Context, tx *db.Tx, catalog id.ID, limit int) ([]id.ID, error) {
	return listIDs(ctx, tx, `SELECT DISTINCT b.item_id FROM override_before b WHERE b.catalog_id = $1 AND b.by_upload NOT IN (SELECT u.upload_id FROM item_unseen u)
		ORDER BY b.item_id LIMIT $2`, catalog, limit)
}

func forgetOverridesTx(ctx context.Context, tx *db.Tx, catalog id.ID, limit int) error {
	items, err := overridesToForgetTx(ctx, tx, catalog, limit)
	if err != nil || len(items) == 0 {
		return err
	}
	_, err = tx.Exec(ctx, `DELETE FROM override_before WHERE item_id = ANY($1) AND by_upload NOT IN (SELECT u.upload_id FROM item_unseen u)`, items)
	return err
}
