package catalog

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/node"
)

// Import is the taking in of a file into a catalog.
type Import struct {
	Catalog id.ID
	// Feed is the primary feed the file belongs to: items it makes are its own, and it does not touch those of others.
	Feed id.ID
	// Primaries makes it a file of a supplementary feed: it only changes items of these feeds.
	Primaries []id.ID
	// UpdateOnly never makes an item.
	UpdateOnly bool
}

func (im Import) mayTouch(i *Item) bool {
	if im.Primaries != nil {
		return slices.Contains(im.Primaries, i.FeedID)
	}
	return i.FeedID == 0 || i.FeedID == im.Feed
}

// Imported is what a chunk of rows came to.
type Imported struct {
	// Persisted rows are in the catalog now: Created, Updated, or found so.
	Persisted, Created, Updated int64
	Refused                     int64
	Problems                    []RowProblem
}

// MatchTx tells apart the rows that the catalog holds as they are, those whose items are others, and those that
// have none yet. It only reads: a row it has seen may have changed when it is written.
func MatchTx(ctx context.Context, tx *db.Tx, im Import, list []*Row) error {
	skus := make([]string, 0, len(list))
	for _, r := range list {
		if !r.Fatal() {
			skus = append(skus, r.SKU)
		}
	}
	type held struct {
		feed id.ID
		hash int64
	}
	have := make(map[string]held, len(skus))
	rows, err := tx.Query(ctx, `SELECT i.retailer_id, i.feed_id, i.feed_hash FROM item i WHERE i.catalog_id = $1 AND i.retailer_id = ANY($2)`, im.Catalog, skus)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var sku string
		var h held
		if err := rows.Scan(&sku, &h.feed, &h.hash); err != nil {
			return err
		}
		have[sku] = h
	}
	for _, r := range list {
		if r.Fatal() {
			continue
		}
		h, ok := have[r.SKU]
		switch {
		case !ok:
			r.state = newcomer
		case im.Primaries == nil && h.feed == im.Feed && h.hash&^toldBit == r.hash:
			r.state = unchanged
			if h.hash&toldBit == 0 {
				r.read = true
			}
		default:
			r.state = existing
		}
	}
	return rows.Err()
}

// ImportRowsTx writes a chunk of rows that were read. No two of them, and of the file, have one SKU.
func (s *Service) ImportRowsTx(ctx context.Context, tx *db.Tx, im Import, list []*Row) (Imported, error) {
	var reviewed bool
	// The lock makes connecting the catalog wait, and the other way round: no item slips past its review.
	if err := tx.QueryRow(ctx, `SELECT reviewed FROM catalog WHERE id = $1`+lock(tx, "FOR SHARE"), im.Catalog).Scan(&reviewed); err != nil {
		return Imported{}, err
	}
	k := importing{Import: im, reviewed: reviewed}
	var fresh, rest []*Row
	for _, r := range list {
		switch {
		case r.Fatal():
			k.refuse(r, r.problems)
		case r.state == unchanged:
			k.out.Persisted++
			k.tell(r.problems)
			k.tell(r.warned)
		case r.state != existing && len(r.unfit) == 0 && !im.UpdateOnly && im.Primaries == nil:
			fresh = append(fresh, r)
		default:
			rest = append(rest, r)
		}
	}
	taken, err := k.insert(ctx, tx, fresh)
	if err != nil {
		return Imported{}, fmt.Errorf("catalog: import: %w", err)
	}
	if err := k.update(ctx, tx, append(rest, taken...)); err != nil {
		return Imported{}, fmt.Errorf("catalog: import: %w", err)
	}
	if k.out.Created+k.out.Updated == 0 {
		return k.out, nil
	}
	s.changed(tx, im.Catalog)
	if err := EnqueuePicturesTx(ctx, tx, im.Catalog); err != nil {
		return Imported{}, err
	}
	if !reviewed {
		return k.out, nil
	}
	return k.out, enqueueReviewTx(ctx, tx, im.Catalog)
}

// importing is a chunk on its way.
type importing struct {
	Import
	reviewed bool
	out      Imported
}

func (k *importing) tell(p []RowProblem) { k.out.Problems = append(k.out.Problems, p...) }

func (k *importing) refuse(r *Row, problems []RowProblem) {
	k.out.Refused++
	k.tell(problems)
}

func (k *importing) refuseAs(r *Row, kind, summary, remedy string) {
	k.refuse(r, []RowProblem{{Row: r.Number, SKU: r.SKU, Fatal: true, Kind: kind, Field: "id", Summary: summary, Remedy: remedy, Value: r.SKU}})
}

// insert writes rows as new items, all at once. Those whose SKU is taken come back.
func (k *importing) insert(ctx context.Context, tx *db.Tx, list []*Row) (taken []*Row, err error) {
	if len(list) == 0 {
		return nil, nil
	}
	ids, err := node.NewRunTx(ctx, tx, node.ProductItem, len(list))
	if err != nil {
		return nil, err
	}
	groups := []string{}
	args := make([][]any, len(list))
	status := NoReview
	if k.reviewed {
		status = Pending
	}
	var catalog, feed, now any = int64(k.Catalog), int64(k.Feed), tx.Now().UnixMilli()
	for n, r := range list {
		if r.item.GroupID != "" {
			groups = append(groups, r.item.GroupID)
		}
		a := r.args
		a[0], a[1], a[2], a[3], a[4], a[5] = int64(ids[n]), catalog, feed, r.stored(), status, now
		args[n] = a
	}
	if err := ensureGroupsTx(ctx, tx, k.Catalog, groups); err != nil {
		return nil, err
	}
	n, err := insertRows(ctx, tx, args)
	if err != nil {
		return nil, err
	}
	if n < int64(len(list)) {
		if list, taken, err = k.inserted(ctx, tx, list, ids); err != nil {
			return nil, err
		}
	}
	for _, r := range list {
		k.out.Persisted++
		k.out.Created++
		k.tell(r.problems)
		k.tell(r.warned)
	}
	return taken, nil
}

// inserted tells the rows that were written from those whose SKU was taken.
func (k *importing) inserted(ctx context.Context, tx *db.Tx, list []*Row, ids []id.ID) (written, taken []*Row, err error) {
	rows, err := tx.Query(ctx, `SELECT id FROM item WHERE id = ANY($1)`, ids)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	there := map[id.ID]bool{}
	for rows.Next() {
		var i id.ID
		if err := rows.Scan(&i); err != nil {
			return nil, nil, err
		}
		there[i] = true
	}
	for n, r := range list {
		if there[ids[n]] {
			written = append(written, r)
		} else {
			taken = append(taken, r)
		}
	}
	return written, taken, rows.Err()
}

// update changes the items of rows, and makes those that are not there after all.
func (k *importing) update(ctx context.Context, tx *db.Tx, list []*Row) error {
	if len(list) == 0 {
		return nil
	}
	skus := make([]string, len(list))
	for n, r := range list {
		skus[n] = r.SKU
	}
	have, err := lockItemsTx(ctx, tx, k.Catalog, skus)
	if err != nil {
		return err
	}
	var changed []Item
	var marks [][]any
	for _, r := range list {
		r.Read()
		i, ok := have[r.SKU]
		if !ok {
			if err := k.updateMissing(ctx, tx, r); err != nil {
				return err
			}
			continue
		}
		if !k.mayTouch(&i) {
			k.refuseAs(r, OfOtherFeed, "The item belongs to another feed.", "An item lives in exactly one primary feed: take it out of one of the two files.")
			continue
		}
		next := i
		_, problems := r.applyTo(r.change, &next, false)
		problems = append(problems, r.noBrand(&next, next.extra)...)
		if slices.ContainsFunc(problems, isFatal) {
			k.refuse(r, append(r.problems, problems...))
			continue
		}
		k.out.Persisted++
		k.tell(r.problems)
		k.tell(problems)
		if k.Primaries == nil {
			next.FeedID = k.Feed
		}
		hash := i.feedHash
		if k.Primaries == nil {
			hash = r.stored()
		}
		if same(&i, &next) {
			if hash != i.feedHash || next.FeedID != i.FeedID {
				marks = append(marks, []any{i.ID, next.FeedID, hash})
			}
			continue
		}
		next.settle(k.reviewed, tx.Now())
		next.feedHash = hash
		k.out.Updated++
		changed = append(changed, next)
	}
	if len(changed) > 0 {
		if err := upsertTx(ctx, tx, changed); err != nil {
			return err
		}
	}
	_, err = tx.ExecMany(ctx, `UPDATE item SET feed_id = $2, feed_hash = $3 WHERE id = $1`, marks)
	return err
}

func (k *importing) updateMissing(ctx context.Context, tx *db.Tx, r *Row) error {
	switch {
	case k.UpdateOnly || k.Primaries != nil:
		k.refuseAs(r, NoSuchItem, "There is no item with this id.", "This upload only changes items that exist: upload the item with its primary feed first.")
		return nil
	case len(r.unfit) > 0:
		k.refuse(r, append(r.problems, r.unfit...))
		return nil
	}
	_, err := k.insert(ctx, tx, []*Row{r})
	return err
}

// stored is the hash that is kept with the item of a row.
func (r *Row) stored() int64 {
	if len(r.problems)+len(r.unfit)+len(r.warned) > 0 {
		return r.hash | toldBit
	}
	return r.hash
}

// same tells that a row changes nothing of an item but whose it is.
func same(a, b *Item) bool {
	x, y := *a, *b
	x.FeedID, x.feedHash = y.FeedID, y.feedHash
	return slices.Equal(x.row(), y.row())
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
	b.WriteString(`INSERT INTO item (id, catalog_id, feed_id, feed_hash, review, created_at, updated_at, retailer_id, title, description, brand, link,
		image_link, more_images, price_minor, currency, sale_minor, sale_start, sale_end, availability, condition, visibility, google_category,
		group_id, variant, expires_at, extra, rev, review_hash) VALUES `)
	for row := range rows {
		for col := range freshCols {
			fmt.Fprintf(&b, "%c$%d", "(,"[min(col, 1)], row*freshCols+col+1)
			if col == 5 { // updated_at is created_at
				fmt.Fprintf(&b, ",$%d", row*freshCols+col+1)
			}
		}
		b.WriteString("),"[:1+min(1, rows-1-row)])
	}
	b.WriteString(` ON CONFLICT (catalog_id, retailer_id) DO NOTHING`)
	return b.String()
}

// insertRows runs the statements for rows of arguments of [insertFresh].
func insertRows(ctx context.Context, tx *db.Tx, args [][]any) (int64, error) {
	whole := len(args) / manyRows
	many := make([][]any, whole)
	flat := make([]any, 0, whole*manyRows*freshCols)
	for n := range many {
		for _, a := range args[n*manyRows : (n+1)*manyRows] {
			flat = append(flat, a...)
		}
		many[n] = flat[len(flat)-manyRows*freshCols:]
	}
	n, err := tx.ExecMany(ctx, insertMany, many)
	if err != nil {
		return 0, err
	}
	rest, err := tx.ExecMany(ctx, insertFresh, args[whole*manyRows:])
	if err != nil {
		return 0, err
	}
	return n + rest, rowsToIndexTx(ctx, tx, args)
}

// freshArgs appends the arguments of [insertFresh]; the first six only the transaction knows. extra is [Item.Extra]
// as JSON.
func (i *Item) freshArgs(to []any, variant, extra, reviewHash string) []any {
	sale := int64(-1)
	if i.Sale != nil {
		sale = i.Sale.Minor
	}
	return append(
		to, nil, nil, nil, nil, nil, nil, i.RetailerID, i.Title, i.Description, i.Brand, i.Link, i.ImageLink, jsonText(i.MoreImages, len(i.MoreImages)),
		i.Price.Minor, i.Price.Currency, sale, millis(i.SaleStart), millis(i.SaleEnd), i.Availability, i.Condition, i.Visibility, i.GoogleCategory,
		i.GroupID, variant, millis(i.ExpiresAt), extra, int64(1), reviewHash,
	)
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
	args, groups := make([][]any, len(list)), []string{}
	for n, i := range list {
		i.ID = ids[n]
		if i.GroupID != "" {
			groups = append(groups, i.GroupID)
		}
		a := i.freshArgs(nil, i.variant(i.extra), jsonText(i.Extra, len(i.Extra)), i.reviewHash)
		a[0], a[1], a[2], a[3], a[4], a[5] = int64(i.ID), int64(catalog), int64(i.FeedID), i.feedHash, i.Review.Status, i.CreatedAt
		args[n] = a
	}
	if err := ensureGroupsTx(ctx, tx, catalog, groups); err != nil {
		return fmt.Errorf("catalog: groups: %w", err)
	}
	n, err := insertRows(ctx, tx, args)
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
