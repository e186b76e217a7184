package catalog

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/node"
)

// freshItem is an item that is to be written for the first time, with what only its writer knows.
type freshItem struct {
	*Item
	id             id.ID
	hash           int64  // of the feed's row
	images         string // [Item.MoreImages] as JSON
	variant, extra string
}

// origin is what fresh items have in common.
type origin struct {
	catalog, feed, upload id.ID
	status                string // of their review
}

// insertItems writes new items; what it leaves out has the default of its column.
var insertItems = newBulk(`item_row (catalog_id, feed_id, upload_id, review, created_at, updated_at, rev, id, feed_hash, retailer_id, title, description,
	brand, link, image_link, more_images, price_minor, currency, sale_minor, sale_start, sale_end, availability, condition, visibility, google_category,
	group_id, variant, expires_at, extra, flaws)`, "$1,$2,$3,$4,$5,$5,1", 5, "iitttttttitiiittttttiti", `ON CONFLICT (catalog_id, retailer_id) DO NOTHING`)

// insertRows writes items where there is none of their SKU, and returns how many were written.
func insertRows(ctx context.Context, tx *db.Tx, from origin, list []freshItem) (int64, error) {
	if len(list) == 0 {
		return 0, nil
	}
	items := make([]id.ID, len(list))
	for n := range list {
		items[n] = list[n].id
	}
	n, err := insertSeries(ctx, tx, from, list, items)
	if err == nil && n < int64(len(list)) {
		n, err = insertItems.insert(ctx, tx, len(list), func(b *db.Binder) { from.bind(b, tx.Now()) }, func(b *db.Binder, row int) { list[row].bind(b, true) })
	}
	if err != nil {
		return 0, err
	}
	if err := toPictureTx(ctx, tx, from.catalog, items); err != nil {
		return 0, err
	}
	return n, toIndexTx(ctx, tx, from.catalog, from.upload, items)
}

// insertSeries writes all items or, where somebody has one of their SKUs, none.
func insertSeries(ctx context.Context, tx *db.Tx, from origin, list []freshItem, ids []id.ID) (int64, error) {
	if tx.Dialect() == db.Postgres || !slices.IsSorted(ids) {
		return 0, nil
	}
	var most id.ID
	if err := tx.QueryRow(ctx, `SELECT COALESCE(MAX(id), 0) FROM item_row`).Scan(&most); err != nil || most >= ids[0] {
		return 0, err
	}
	n, err := insertItems.insertSeries(ctx, tx, ids, func(b *db.Binder) { from.bind(b, tx.Now()) }, func(b *db.Binder, row int, numbered bool) {
		list[row].bind(b, numbered)
	})
	if err != nil || n == int64(len(list)) {
		return n, err
	}
	_, err = tx.Exec(ctx, `DELETE FROM item_row WHERE id > $1`, most)
	return 0, err
}

// bind binds the first arguments of [insertItems].
func (o *origin) bind(b *db.Binder, now time.Time) {
	b.Int(int64(o.catalog))
	b.Int(int64(o.feed))
	b.Int(int64(o.upload))
	b.Text(o.status)
	b.Int(now.UnixMilli())
}

// bind binds the other arguments of [insertItems], the id where the item is numbered by it.
func (f *freshItem) bind(b *db.Binder, numbered bool) {
	i := f.Item
	sale := int64(-1)
	if i.Sale != nil {
		sale = i.Sale.Minor
	}
	if numbered {
		b.Int(int64(f.id))
	}
	b.Int(f.hash)
	b.Text(i.RetailerID)
	b.Text(i.Title)
	b.Text(i.Description)
	b.Text(i.Brand)
	b.Text(i.Link)
	b.Text(i.ImageLink)
	b.Text(f.images)
	b.Int(i.Price.Minor)
	b.Text(i.Price.Currency)
	b.Int(sale)
	b.Int(millis(i.SaleStart))
	b.Int(millis(i.SaleEnd))
	b.Text(i.Availability)
	b.Text(i.Condition)
	b.Text(i.Visibility)
	b.Text(i.GoogleCategory)
	b.Text(i.GroupID)
	b.Text(f.variant)
	b.Int(millis(i.ExpiresAt))
	b.Text(f.extra)
	b.Int(i.flaws())
}

// insertTx writes items that are not there yet and gives them their ids.
func insertTx(ctx context.Context, tx *db.Tx, catalog id.ID, reviewed bool, list []*Item) error {
	if len(list) == 0 {
		return nil
	}
	ids, err := node.NewRunTx(ctx, tx, node.ProductItem, len(list))
	if err != nil {
		return err
	}
	tx.Notify(Changes)
	fresh, groups := make([]freshItem, len(list)), []string{}
	for n, i := range list {
		i.ID = ids[n]
		if i.GroupID != "" {
			groups = append(groups, i.GroupID)
		}
		fresh[n] = freshItem{
			Item: i, id: i.ID, hash: i.feedHash, images: jsonText(i.MoreImages, len(i.MoreImages)), variant: i.variant(i.extra), extra: jsonText(i.Extra, len(i.Extra)),
		}
	}
	if err := ensureGroupsTx(ctx, tx, catalog, 0, groups); err != nil {
		return fmt.Errorf("catalog: groups: %w", err)
	}
	status, err := newcomers(ctx, tx, catalog, reviewed, ids)
	if err != nil {
		return err
	}
	n, err := insertRows(ctx, tx, origin{catalog: catalog, status: status}, fresh)
	if err == nil && n != int64(len(list)) {
		err = fmt.Errorf("%d of %d items were there already", int64(len(list))-n, len(list))
	}
	if err != nil {
		return fmt.Errorf("catalog: %w", err)
	}
	return nil
}

// millis is a time as a column keeps it.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
