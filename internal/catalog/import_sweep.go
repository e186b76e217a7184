package catalog

import (
	"context"
	"fmt"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// FeedSizeTx is how many items a primary feed keeps.
func FeedSizeTx(ctx context.Context, tx *db.Tx, catalog, feed id.ID) (n int64, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM item WHERE catalog_id = $1 AND feed_id = $2`, catalog, feed).Scan(&n)
	return n, err
}

// FeedItem is an item of a feed.
type FeedItem struct {
	ID         id.ID
	RetailerID string
}

// FeedItemsTx lists items of a primary feed behind after, oldest first.
func FeedItemsTx(ctx context.Context, tx *db.Tx, catalog, feed, after id.ID, limit int) ([]FeedItem, error) {
	rows, err := tx.Query(ctx, `SELECT id, retailer_id FROM item WHERE catalog_id = $1 AND feed_id = $2 AND id > $3 ORDER BY id LIMIT $4`, catalog, feed, after, limit)
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
	rows, err := tx.Query(ctx, `SELECT id FROM item WHERE id = ANY($1) AND catalog_id = $2 AND feed_id = $3`+lock(tx, "FOR UPDATE"), items, catalog, feed)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	var list []id.ID
	for rows.Next() {
		var i id.ID
		if err := rows.Scan(&i); err != nil {
			return 0, err
		}
		list = append(list, i)
	}
	if err := rows.Err(); err != nil {
		return 0, err
	}
	if err := deleteTx(ctx, tx, list); err != nil {
		return 0, fmt.Errorf("catalog: deleting items of a feed: %w", err)
	}
	s.changed(tx, catalog)
	return int64(len(list)), nil
}
