package catalog

import (
	"context"
	"fmt"
	"strings"
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
	status         string // of its review
	variant, extra string
}

// origin is where fresh items come from.
type origin struct {
	catalog, feed, upload id.ID
}

// insertFresh writes a new item; what it leaves out has the default of its column. insertMany writes manyRows of
// them, which takes the database less time than one by one.
var insertFresh, insertMany = freshStatement(1), freshStatement(manyRows)

const (
	manyRows  = 16
	freshCols = 28
)

func freshStatement(rows int) string {
	var b strings.Builder
	b.WriteString(`INSERT INTO item_row (id, catalog_id, feed_id, feed_hash, upload_id, review, created_at, updated_at, retailer_id, title, description,
		brand, link, image_link, more_images, price_minor, currency, sale_minor, sale_start, sale_end, availability, condition, visibility, google_category,
		group_id, variant, expires_at, extra, rev) VALUES `)
	for row := range rows {
		for col := range freshCols {
			fmt.Fprintf(&b, "%c$%d", "(,"[min(col, 1)], row*freshCols+col+1)
			if col == 6 { // updated_at is created_at
				fmt.Fprintf(&b, ",$%d", row*freshCols+col+1)
			}
		}
		b.WriteString("),"[:1+min(1, rows-1-row)])
	}
	b.WriteString(` ON CONFLICT (catalog_id, retailer_id) DO NOTHING`)
	return b.String()
}

// insertRows writes items where there is none of their SKU, and returns how many were written.
func insertRows(ctx context.Context, tx *db.Tx, from origin, list []freshItem) (int64, error) {
	now := tx.Now()
	whole := len(list) / manyRows
	n, err := tx.ExecBulk(ctx, insertMany, whole, func(b *db.Binder, run int) {
		for i := range manyRows {
			list[run*manyRows+i].bind(b, from, now)
		}
	})
	if err != nil {
		return 0, err
	}
	left := list[whole*manyRows:]
	rest, err := tx.ExecBulk(ctx, insertFresh, len(left), func(b *db.Binder, run int) { left[run].bind(b, from, now) })
	if err != nil || len(list) == 0 {
		return 0, err
	}
	items := make([]id.ID, len(list))
	for n := range list {
		items[n] = list[n].id
	}
	if err := toPictureTx(ctx, tx, from.catalog, items); err != nil {
		return 0, err
	}
	return n + rest, toIndexTx(ctx, tx, from.catalog, from.upload, items)
}

// bind binds the arguments of [insertFresh].
func (f *freshItem) bind(b *db.Binder, from origin, now time.Time) {
	i := f.Item
	created := now
	if !i.CreatedAt.IsZero() {
		created = i.CreatedAt
	}
	sale := int64(-1)
	if i.Sale != nil {
		sale = i.Sale.Minor
	}
	b.Int(int64(f.id))
	b.Int(int64(from.catalog))
	b.Int(int64(from.feed))
	b.Int(f.hash)
	b.Int(int64(from.upload))
	b.Text(f.status)
	b.Int(created.UnixMilli())
	for _, text := range [...]string{i.RetailerID, i.Title, i.Description, i.Brand, i.Link, i.ImageLink, jsonText(i.MoreImages, len(i.MoreImages))} {
		b.Text(text)
	}
	b.Int(i.Price.Minor)
	b.Text(i.Price.Currency)
	b.Int(sale)
	b.Int(millis(i.SaleStart))
	b.Int(millis(i.SaleEnd))
	for _, text := range [...]string{i.Availability, i.Condition, i.Visibility, i.GoogleCategory, i.GroupID, f.variant} {
		b.Text(text)
	}
	b.Int(millis(i.ExpiresAt))
	b.Text(f.extra)
	b.Int(1) // rev
}

// insertTx writes items that are not there yet and gives them their ids.
func insertTx(ctx context.Context, tx *db.Tx, catalog id.ID, list []*Item) error {
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
		fresh[n] = freshItem{Item: i, id: i.ID, hash: i.feedHash, status: i.Review.Status, variant: i.variant(i.extra), extra: jsonText(i.Extra, len(i.Extra))}
	}
	if err := ensureGroupsTx(ctx, tx, catalog, 0, groups); err != nil {
		return fmt.Errorf("catalog: groups: %w", err)
	}
	n, err := insertRows(ctx, tx, origin{catalog: catalog}, fresh)
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
