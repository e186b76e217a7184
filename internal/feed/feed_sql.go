package feed

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

const (
	feedCols = `SELECT f.id, f.catalog_id, f.name, f.file_name, f.feed_type, f.country, f.currency, f.encoding, f.delimiter, f.quoted_fields,
		f.deletion_enabled, f.update_only, f.supplementary, f.primary_feeds, f.override_type, f.override_value, f.override_fields,
		f.item_sub_type, f.use_case, f.migrated_from, f.latest_upload, f.created_at FROM product_feed f `
	// mine limits a query over feeds f to those in catalogs that the businesses in $1 own.
	mine = `NOT f.deleted AND f.catalog_id IN (SELECT c.id FROM catalog c WHERE c.business_id = ANY($1))`
)

func scanFeed(row interface{ Scan(...any) error }) (f Feed, err error) {
	var primaries, fields string
	err = row.Scan(&f.ID, &f.CatalogID, &f.Name, &f.FileName, &f.Type, &f.Country, &f.Currency, &f.Encoding, &f.Delimiter, &f.QuotedFields,
		&f.DeletionEnabled, &f.UpdateOnly, &f.Supplementary, &primaries, &f.OverrideType, &f.OverrideValue, &fields,
		&f.ItemSubType, &f.UseCase, &f.MigratedFrom, &f.LatestUpload, &f.CreatedAt)
	if err == nil {
		err = errors.Join(fromJSON(primaries, &f.PrimaryFeeds), fromJSON(fields, &f.OverrideFields))
	}
	return f, err
}

// toJSON is a list or map as a column keeps it: nothing for an empty one.
func toJSON(v any, n int) string {
	if n == 0 {
		return ""
	}
	b, err := json.Marshal(v)
	if err != nil {
		return "" // lists and maps of texts always encode
	}
	return string(b)
}

func fromJSON(text string, to any) error {
	if text == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(text), to); err != nil {
		return fmt.Errorf("feed: a stored list: %w", err)
	}
	return nil
}

// ownedTx answers whether the caller may see and change the feeds of a catalog: sharing a catalog does not
// show where its owner keeps files.
func ownedTx(ctx context.Context, tx *db.Tx, c access.Caller, i id.ID) error {
	cat, err := catalog.CatalogTx(ctx, tx, c, i)
	if err == nil && !c.Reaches(cat.BusinessID) {
		err = catalog.ErrShared.Withf("catalog_id", "catalog %s is shared with your business for reading and connecting; its feeds are its owner's", i)
	}
	return err
}

// FeedTx returns a feed of a catalog that the caller's businesses own.
func FeedTx(ctx context.Context, tx *db.Tx, c access.Caller, i id.ID) (Feed, error) {
	f, err := scanFeed(tx.QueryRow(ctx, feedCols+`WHERE `+mine+` AND f.id = $2`, c.Businesses, i))
	if errors.Is(err, db.ErrNoRows) {
		return Feed{}, ErrUnknown.Withf("feed_id", "no feed %s is visible to this token", i)
	}
	return f, err
}

// changeTx is [FeedTx] for a feed that the caller will change.
func changeTx(ctx context.Context, tx *db.Tx, c access.Caller, i id.ID) (Feed, error) {
	f, err := FeedTx(ctx, tx, c, i)
	if err == nil {
		err = catalog.MayChangeTx(ctx, tx, c, f.CatalogID)
	}
	return f, err
}

// feedTx is a feed for the service's own work, whoever owns it; [db.ErrNoRows] when it is deleted.
func feedTx(ctx context.Context, tx *db.Tx, i id.ID) (Feed, error) {
	return scanFeed(tx.QueryRow(ctx, feedCols+`WHERE f.id = $1 AND NOT f.deleted`, i))
}

// ListTx lists the feeds of a catalog, the oldest first.
func ListTx(ctx context.Context, tx *db.Tx, c access.Caller, catalogID id.ID) ([]Feed, error) {
	if err := ownedTx(ctx, tx, c, catalogID); err != nil {
		return nil, err
	}
	return feedsTx(ctx, tx, feedCols+`WHERE f.catalog_id = $1 AND NOT f.deleted ORDER BY f.id`, catalogID)
}

func feedsTx(ctx context.Context, tx *db.Tx, query string, args ...any) ([]Feed, error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Feed
	for rows.Next() {
		f, err := scanFeed(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, f)
	}
	return list, rows.Err()
}

// SupplementsTx lists the supplementary feeds that add to a feed.
func SupplementsTx(ctx context.Context, tx *db.Tx, f Feed) ([]id.ID, error) {
	all, err := feedsTx(ctx, tx, feedCols+`WHERE f.catalog_id = $1 AND f.supplementary AND NOT f.deleted ORDER BY f.id`, f.CatalogID)
	var ids []id.ID
	for _, other := range all {
		for _, p := range other.PrimaryFeeds {
			if p == f.ID {
				ids = append(ids, other.ID)
			}
		}
	}
	return ids, err
}

// CountTx is the number of feeds of a catalog.
func CountTx(ctx context.Context, tx *db.Tx, catalogID id.ID) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM product_feed WHERE catalog_id = $1 AND NOT deleted`, catalogID).Scan(&n)
	return n, err
}

// checkPrimariesTx checks that a supplementary feed adds to primary feeds of its own catalog.
func (f Feed) checkPrimariesTx(ctx context.Context, tx *db.Tx) error {
	for _, i := range f.PrimaryFeeds {
		p, err := feedTx(ctx, tx, i)
		if err != nil && !errors.Is(err, db.ErrNoRows) {
			return err
		}
		if err != nil || p.CatalogID != f.CatalogID || p.Supplementary || p.ID == f.ID {
			return ErrParam.Withf("primary_feed_ids", "primary_feed_ids: %s is no primary feed of this catalog", i)
		}
	}
	return nil
}

func insertFeedTx(ctx context.Context, tx *db.Tx, f Feed) error {
	_, err := tx.Exec(ctx, `INSERT INTO product_feed (id, catalog_id, name, file_name, feed_type, country, currency, encoding, delimiter, quoted_fields,
		deletion_enabled, update_only, supplementary, primary_feeds, override_type, override_value, override_fields, item_sub_type, use_case,
		migrated_from, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)`,
		f.ID, f.CatalogID, f.Name, f.FileName, f.Type, f.Country, f.Currency, f.Encoding, f.Delimiter, f.QuotedFields,
		f.DeletionEnabled, f.UpdateOnly, f.Supplementary, toJSON(f.PrimaryFeeds, len(f.PrimaryFeeds)), f.OverrideType, f.OverrideValue,
		toJSON(f.OverrideFields, len(f.OverrideFields)), f.ItemSubType, f.UseCase, f.MigratedFrom, f.CreatedAt)
	return err
}

func updateFeedTx(ctx context.Context, tx *db.Tx, f Feed) error {
	_, err := tx.Exec(ctx, `UPDATE product_feed SET name = $2, currency = $3, encoding = $4, delimiter = $5, quoted_fields = $6,
		deletion_enabled = $7, update_only = $8, primary_feeds = $9, migrated_from = $10, country = $11, file_name = $12 WHERE id = $1`,
		f.ID, f.Name, f.Currency, f.Encoding, f.Delimiter, f.QuotedFields, f.DeletionEnabled, f.UpdateOnly,
		toJSON(f.PrimaryFeeds, len(f.PrimaryFeeds)), f.MigratedFrom, f.Country, f.FileName)
	return err
}

// forgetFilesTx makes the next fetch of a feed ask for the whole file.
func forgetFilesTx(ctx context.Context, tx *db.Tx, feed id.ID) error {
	_, err := tx.Exec(ctx, `UPDATE feed_schedule SET etag = '', last_modified = '' WHERE feed_id = $1`, feed)
	return err
}

// hideFeedTx lets a feed vanish at once, with what hangs on it but its items.
func hideFeedTx(ctx context.Context, tx *db.Tx, feed id.ID) error {
	for _, statement := range []string{
		`DELETE FROM node WHERE id IN (SELECT id FROM feed_schedule WHERE feed_id = $1)`,
		`DELETE FROM feed_schedule WHERE feed_id = $1`,
		`DELETE FROM node WHERE id IN (SELECT id FROM feed_rule WHERE feed_id = $1)`,
		`DELETE FROM feed_rule WHERE feed_id = $1`,
		`UPDATE product_feed SET deleted = TRUE WHERE id = $1`,
	} {
		if _, err := tx.Exec(ctx, statement, feed); err != nil {
			return fmt.Errorf("feed: deleting %s: %w", feed, err)
		}
	}
	return nil
}

// dropFeedsTx removes feeds that match a condition over product_feed, with all that hangs on them.
func dropFeedsTx(ctx context.Context, tx *db.Tx, where string, arg any) error {
	feeds := `(SELECT id FROM product_feed WHERE ` + where + `)`
	uploads := `(SELECT id FROM feed_upload WHERE feed_id IN ` + feeds + `)`
	problems := `(SELECT id FROM feed_upload_error WHERE upload_id IN ` + uploads + `)`
	if err := dropFilesTx(ctx, tx, feeds, arg); err != nil {
		return err
	}
	for _, statement := range []string{
		`DELETE FROM node WHERE id IN (SELECT id FROM feed_upload_sample WHERE error_id IN ` + problems + `)`,
		`DELETE FROM feed_upload_sample WHERE error_id IN ` + problems,
		`DELETE FROM node WHERE id IN ` + problems,
		`DELETE FROM feed_upload_error WHERE upload_id IN ` + uploads,
		`DELETE FROM node WHERE id IN ` + uploads,
		`DELETE FROM feed_upload WHERE feed_id IN ` + feeds,
		`DELETE FROM node WHERE id IN (SELECT id FROM feed_schedule WHERE feed_id IN ` + feeds + `)`,
		`DELETE FROM feed_schedule WHERE feed_id IN ` + feeds,
		`DELETE FROM node WHERE id IN (SELECT id FROM feed_rule WHERE feed_id IN ` + feeds + `)`,
		`DELETE FROM feed_rule WHERE feed_id IN ` + feeds,
		`DELETE FROM node WHERE id IN ` + feeds,
		`DELETE FROM product_feed WHERE ` + where,
	} {
		if _, err := tx.Exec(ctx, statement, arg); err != nil {
			return fmt.Errorf("feed: deleting: %w", err)
		}
	}
	return nil
}

// deleteCatalogTx removes the feeds of a catalog that is deleted.
func deleteCatalogTx(ctx context.Context, tx *db.Tx, catalogID id.ID) error {
	return dropFeedsTx(ctx, tx, `catalog_id = $1`, catalogID)
}
