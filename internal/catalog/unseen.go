package catalog

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// What an upload of a feed writes is not seen until all of it is written: rows of item_row that name an upload of
// item_unseen are passed over, and what they were before is seen instead (item_before). [ShowTx] is the one small change
// that shows everything; [UndoTx] puts everything back.

// rowColumns are all columns of item_row.
const rowColumns = `id, catalog_id, retailer_id, feed_id, feed_hash, title, description, brand, link, image_link, more_images, price_minor, currency,
	sale_minor, sale_start, sale_end, availability, condition, visibility, google_category, group_id, variant, expires_at, extra, rev, review, held, review_policy, review_reason, review_evidence, reviewer, reviewed_at, created_at, updated_at, picture, upload_id, flaws`

// HideTx has nobody see what an upload writes into a catalog from now on.
func HideTx(ctx context.Context, tx *db.Tx, catalog, upload id.ID) error {
	_, err := tx.Exec(ctx, `INSERT INTO item_unseen (upload_id, catalog_id) VALUES ($1, $2) ON CONFLICT (upload_id) DO NOTHING`, upload, catalog)
	if err != nil {
		return fmt.Errorf("catalog: hiding an upload: %w", err)
	}
	return nil
}

// ShowTx shows what an upload wrote. What was before is of no use any more: see [Service.ForgetTx].
func (s *Service) ShowTx(ctx context.Context, tx *db.Tx, catalog, upload id.ID) error {
	n, err := tx.Exec(ctx, `DELETE FROM item_unseen WHERE upload_id = $1`, upload)
	if err != nil {
		return fmt.Errorf("catalog: showing an upload: %w", err)
	}
	if n == 0 {
		return nil
	}
	s.changed(tx, catalog)
	// What was put back may never have been reviewed.
	var reviewed bool
	err = tx.QueryRow(ctx, `SELECT reviewed FROM catalog WHERE id = $1`, catalog).Scan(&reviewed)
	if err != nil && !errors.Is(err, db.ErrNoRows) {
		return fmt.Errorf("catalog: showing an upload: %w", err)
	}
	if reviewed {
		if err := enqueueReviewTx(ctx, tx, catalog); err != nil {
			return err
		}
	}
	return enqueueIndexTx(ctx, tx, catalog)
}

// UnseenTx is the catalog of an upload that nobody sees; ok is false where there is none.
func UnseenTx(ctx context.Context, tx *db.Tx, upload id.ID) (catalog id.ID, ok bool, err error) {
	err = tx.QueryRow(ctx, `SELECT catalog_id FROM item_unseen WHERE upload_id = $1`, upload).Scan(&catalog)
	if errors.Is(err, db.ErrNoRows) {
		return 0, false, nil
	}
	return catalog, err == nil, err
}

// unseen tells whether an upload is on its way, of whatever catalog.
func unseen(ctx context.Context, tx *db.Tx) (yes bool, err error) {
	err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM item_unseen)`).Scan(&yes)
	return yes, err
}

// keepBeforeTx keeps items as they are, before an upload changes or deletes them.
func keepBeforeTx(ctx context.Context, tx *db.Tx, upload id.ID, items []id.ID) error {
	if len(items) == 0 || upload == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `INSERT INTO item_before (by_upload, `+rowColumns+`) SELECT $1, `+rowColumns+` FROM item_stored WHERE id = ANY($2) AND upload_id <> $1
		ON CONFLICT (id) DO NOTHING`, upload, items)
	if err != nil {
		return fmt.Errorf("catalog: keeping items: %w", err)
	}
	return nil
}

// releaseTx is for changes from elsewhere while an upload is on its way: the items they are about are seen at once as the
// upload has made them, so that neither change is lost; one that it deleted is there again.
func releaseTx(ctx context.Context, tx *db.Tx, catalog id.ID, retailerIDs []string) error {
	if yes, err := unseen(ctx, tx); err != nil || !yes {
		return err
	}
	for _, statement := range []string{
		`UPDATE item_row SET upload_id = 0 WHERE catalog_id = $1 AND retailer_id = ANY($2) AND upload_id IN (SELECT u.upload_id FROM item_unseen u)`,
		`INSERT INTO item_row (` + rowColumns + `) SELECT ` + rowColumns + ` FROM item_before WHERE catalog_id = $1 AND retailer_id = ANY($2)
			ON CONFLICT DO NOTHING`,
		`DELETE FROM item_before WHERE catalog_id = $1 AND retailer_id = ANY($2)`,
		`UPDATE group_row SET upload_id = 0 WHERE catalog_id = $1 AND upload_id IN (SELECT u.upload_id FROM item_unseen u)
			AND retailer_id IN (SELECT group_id FROM item_row WHERE catalog_id = $1 AND retailer_id = ANY($2))`,
	} {
		if _, err := tx.Exec(ctx, statement, catalog, keys(retailerIDs)); err != nil {
			return fmt.Errorf("catalog: releasing items: %w", err)
		}
	}
	return nil
}

func listIDs(ctx context.Context, tx *db.Tx, query string, args ...any) (list []id.ID, err error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var i id.ID
		if err := rows.Scan(&i); err != nil {
			return nil, err
		}
		list = append(list, i)
	}
	return list, rows.Err()
}

// ToForgetTx tells whether something is kept as it was before uploads that everybody sees now.
func ToForgetTx(ctx context.Context, tx *db.Tx, catalog id.ID) (bool, error) {
	left, err := itemsToForgetTx(ctx, tx, catalog, 1)
	if err == nil && len(left) == 0 {
		left, err = overridesToForgetTx(ctx, tx, catalog, 1)
	}
	return len(left) > 0, err
}

func itemsToForgetTx(ctx context.Context, tx *db.Tx, catalog id.ID, limit int) ([]id.ID, error) {
	return listIDs(ctx, tx, `SELECT b.id FROM item_before b WHERE b.catalog_id = $1 AND b.by_upload NOT IN (SELECT u.upload_id FROM item_unseen u)
		ORDER BY b.id LIMIT $2`, catalog, limit)
}

// ForgetTx forgets some of what [ToForgetTx] tells of, and what hung on items that were deleted.
func ForgetTx(ctx context.Context, tx *db.Tx, catalog id.ID, limit int) error {
	page, err := itemsToForgetTx(ctx, tx, catalog, limit)
	if err != nil {
		return err
	}
	if len(page) == 0 {
		return forgetOverridesTx(ctx, tx, catalog, limit)
	}
	gone, err := listIDs(ctx, tx, `SELECT b.id FROM item_before b WHERE b.id = ANY($1) AND NOT EXISTS (SELECT 1 FROM item_row r WHERE r.id = b.id)`, page)
	if err == nil && len(gone) > 0 {
		err = deleteTx(ctx, tx, gone)
	}
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `DELETE FROM item_before WHERE id = ANY($1)`, page)
	return err
}

// UndoTx puts some of what an upload, which nobody sees, has written back; next tells where to go on. When it is
// done, all is as it was, and [Service.ShowTx] ends it.
func UndoTx(ctx context.Context, tx *db.Tx, catalog, upload, after id.ID, limit int) (next id.ID, done bool, err error) {
	page, err := listIDs(ctx, tx, `SELECT b.id FROM item_before b WHERE b.catalog_id = $1 AND b.by_upload = $2 ORDER BY b.id LIMIT $3`, catalog, upload, limit)
	if err != nil {
		return 0, false, err
	}
	if len(page) > 0 {
		return after, false, putBackTx(ctx, tx, page)
	}
	// What is left are items that there were none of. Only those behind after are looked at: all before are done.
	var fresh []id.ID
	rows, err := tx.Query(ctx, `SELECT id, upload_id FROM item_row WHERE catalog_id = $1 AND id > $2 ORDER BY id LIMIT $3`, catalog, after, undoPage)
	if err != nil {
		return 0, false, err
	}
	defer rows.Close()
	next, done = after, true
	for len(fresh) < limit && rows.Next() {
		var by id.ID
		if err := rows.Scan(&next, &by); err != nil {
			return 0, false, err
		}
		done = false
		if by == upload {
			fresh = append(fresh, next)
		}
	}
	if err := rows.Err(); err != nil {
		return 0, false, err
	}
	rows.Close()
	if len(fresh) > 0 {
		err = deleteTx(ctx, tx, fresh)
	}
	if err == nil && done {
		if done, err = undoRestTx(ctx, tx, catalog, upload, limit); err == nil && done {
			_, err = tx.Exec(ctx, `DELETE FROM search_todo WHERE upload_id = $1`, upload)
		}
	}
	return next, done, err
}

// undoPage is how many items are looked at in one transaction.
const undoPage = 2000

// putBackTx makes items what they were.
func putBackTx(ctx context.Context, tx *db.Tx, items []id.ID) error {
	for _, statement := range []string{
		`DELETE FROM item_row WHERE id = ANY($1)`,
		`INSERT INTO item_row (` + rowColumns + `) SELECT ` + rowColumns + ` FROM item_before WHERE id = ANY($1)`,
		`DELETE FROM item_before WHERE id = ANY($1)`,
	} {
		if _, err := tx.Exec(ctx, statement, items); err != nil {
			return fmt.Errorf("catalog: putting items back: %w", err)
		}
	}
	return nil
}

// RevertTx makes items what they were before an upload, which nobody sees: rows of a file that, it turned out, do not
// count, by their SKUs and hashes. It returns how many of them had been persisted.
func RevertTx(ctx context.Context, tx *db.Tx, im Import, rows map[string]int64) (persisted int64, err error) {
	skus := keys(slices.Sorted(maps.Keys(rows)))
	var fresh []id.ID
	var groups []string
	list, err := tx.Query(ctx, `SELECT id, retailer_id, feed_id, feed_hash, upload_id, group_id FROM item_row WHERE catalog_id = $1 AND retailer_id = ANY($2)`, im.Catalog, skus)
	if err != nil {
		return 0, err
	}
	defer list.Close()
	for list.Next() {
		var item, feed, upload id.ID
		var sku, group string
		var hash int64
		if err := list.Scan(&item, &sku, &feed, &hash, &upload, &group); err != nil {
			return 0, err
		}
		if feed == im.Feed && hash&^toldBit == rows[sku] {
			persisted++
		}
		if upload == im.Upload {
			fresh, groups = append(fresh, item), append(groups, group)
		}
	}
	if err := list.Err(); err != nil {
		return 0, err
	}
	list.Close()
	kept, err := listIDs(ctx, tx, `SELECT b.id FROM item_before b WHERE b.catalog_id = $1 AND b.by_upload = $2 AND b.retailer_id = ANY($3)`, im.Catalog, im.Upload, skus)
	if err != nil {
		return 0, err
	}
	if err := putBackTx(ctx, tx, kept); err != nil {
		return 0, err
	}
	if fresh = slices.DeleteFunc(fresh, func(i id.ID) bool { return slices.Contains(kept, i) }); len(fresh) > 0 {
		if err := deleteTx(ctx, tx, fresh); err != nil {
			return 0, err
		}
	}
	return persisted, dropEmptyGroupsTx(ctx, tx, im, groups)
}
