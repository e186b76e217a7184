package catalog

import (
	"context"
	"fmt"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// FeedSizeTx is how many items a primary feed keeps.
func FeedSizeTx(ctx context.Context, tx *db.Tx, catalog, feed id.ID) (n int64, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM item_row WHERE catalog_id = $1 AND feed_id = $2`, catalog, feed).Scan(&n)
	return n, err
}

// FeedItem is an item of a feed.
type FeedItem struct {
	ID         id.ID
	RetailerID string
}

// FeedItemsTx lists items of a primary feed behind after, oldest first.
func FeedItemsTx(ctx context.Context, tx *db.Tx, catalog, feed, after id.ID, limit int) ([]FeedItem, error) {
	rows, err := tx.Query(ctx, `SELECT id, retailer_id FROM item_row WHERE catalog_id = $1 AND feed_id = $2 AND id > $3 ORDER BY id LIMIT $4`, catalog, feed, after, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []FeedItem
	for rows.Next() {
		var i FeedItem
		if err := rows.Scan(&i.ID, &i.RetailerID); err != nil {
			return nil, err
		}
		list = append(list, i)
	}
	return list, rows.Err()
}

// DeleteOfFeedTx deletes those of the items that a primary feed still keeps, and tells how many.
func (s *Service) DeleteOfFeedTx(ctx context.Context, tx *db.Tx, catalog, feed id.ID, items []id.ID) (int64, error) {
	list, err := ofFeedTx(ctx, tx, catalog, feed, items)
	if err != nil {
		return 0, err
	}
	if err := deleteTx(ctx, tx, list); err != nil {
		return 0, fmt.Errorf("catalog: deleting items of a feed: %w", err)
	}
	s.changed(tx, catalog)
	return int64(len(list)), nil
}

func ofFeedTx(ctx context.Context, tx *db.Tx, catalog, feed id.ID, items []id.ID) ([]id.ID, error) {
	return listIDs(ctx, tx, `SELECT id FROM item_row WHERE id = ANY($1) AND catalog_id = $2 AND feed_id = $3`+lock(tx, "FOR UPDATE"), items, catalog, feed)
}

// TakeAwayTx is [Service.DeleteOfFeedTx] for an upload, which nobody sees yet: until then, they are as they were.
func (s *Service) TakeAwayTx(ctx context.Context, tx *db.Tx, im Import, items []id.ID) (int64, error) {
	list, err := ofFeedTx(ctx, tx, im.Catalog, im.Feed, items)
	if err != nil || len(list) == 0 {
		return 0, err
	}
	if err := keepBeforeTx(ctx, tx, im.Upload, list); err != nil {
		return 0, err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM item_row WHERE id = ANY($1)`, list); err != nil {
		return 0, fmt.Errorf("catalog: deleting items of a feed: %w", err)
	}
	return int64(len(list)), toIndexTx(ctx, tx, im.Catalog, im.Upload, list)
}
