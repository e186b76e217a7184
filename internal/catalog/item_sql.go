package catalog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/money"
)

const itemColumns = `i.id, i.catalog_id, i.retailer_id, i.feed_id, i.feed_hash, i.title, i.description, i.brand, i.link, i.image_link, i.more_images,
	i.price_minor, i.currency, i.sale_minor, i.sale_start, i.sale_end, i.availability, i.condition, i.visibility,
	i.google_category, i.group_id, i.variant, i.expires_at, i.extra, i.rev, i.review, i.held, i.review_policy, i.review_reason,
	i.review_evidence, i.reviewer, i.reviewed_at, i.created_at, i.updated_at, i.picture`

// selectItem reads what everybody sees, selectRow what is stored: see [HideTx].
const (
	selectItem = `SELECT ` + itemColumns + ` FROM item i `
	selectRow  = `SELECT ` + itemColumns + ` FROM item_stored i `
)

// visible is the one rule of what customers may see and be sent; $1 is the catalog, $2 the time.
const visible = `i.catalog_id = $1 AND i.review = 'approved' AND i.visibility = 'published' AND (i.expires_at = 0 OR i.expires_at > $2)`

// scanner is a row of a result.
type scanner interface{ Scan(dest ...any) error }

func scanItem(row scanner) (Item, error) {
	var i Item
	var images, extra string
	var sale int64
	err := row.Scan(&i.ID, &i.CatalogID, &i.RetailerID, &i.FeedID, &i.feedHash, &i.Title, &i.Description, &i.Brand, &i.Link, &i.ImageLink, &images,
		&i.Price.Minor, &i.Price.Currency, &sale, &i.SaleStart, &i.SaleEnd, &i.Availability, &i.Condition, &i.Visibility,
		&i.GoogleCategory, &i.GroupID, &i.Variant, &i.ExpiresAt, &extra, &i.Rev, &i.Review.Status, &i.Review.Held, &i.Review.PolicyID,
		&i.Review.Reason, &i.Review.Evidence, &i.Review.Reviewer, &i.Review.At, &i.CreatedAt, &i.UpdatedAt, &i.Picture)
	if err != nil {
		return Item{}, err
	}
	if sale >= 0 {
		i.Sale = &money.Amount{Minor: sale, Currency: i.Price.Currency}
	}
	if i.MoreImages, err = decodeImages(i.ID, images); err != nil {
		return Item{}, err
	}
	if extra != "" {
		v, err := decodeJSON([]byte(extra))
		if err != nil {
			return Item{}, fmt.Errorf("catalog: fields of item %s: %w", i.ID, err)
		}
		i.Extra, _ = v.(map[string]any)
	}
	return i, nil
}

func queryItems(ctx context.Context, tx *db.Tx, query string, args ...any) ([]Item, error) {
	return queryWith(ctx, tx, scanItem, query, args...)
}

func queryWith(ctx context.Context, tx *db.Tx, scan func(scanner) (Item, error), query string, args ...any) ([]Item, error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Item
	for rows.Next() {
		i, err := scan(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, i)
	}
	return list, rows.Err()
}

const upsertItem = `INSERT INTO item_row AS i (id, catalog_id, retailer_id, title, description, brand, link, image_link, more_images,
		price_minor, currency, sale_minor, sale_start, sale_end, availability, condition, visibility, google_category, group_id,
		variant, expires_at, extra, rev, review, held, review_policy, review_reason, review_evidence, reviewer, reviewed_at,
		created_at, updated_at, feed_id, feed_hash, flaws, upload_id)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26,
		$27, $28, $29, $30, $31, $32, $33, $34, $35, $36)
	ON CONFLICT (id) DO UPDATE SET retailer_id = excluded.retailer_id, title = excluded.title, description = excluded.description,
		brand = excluded.brand, link = excluded.link, image_link = excluded.image_link, more_images = excluded.more_images,
		price_minor = excluded.price_minor, currency = excluded.currency, sale_minor = excluded.sale_minor,
		sale_start = excluded.sale_start, sale_end = excluded.sale_end, availability = excluded.availability,
		condition = excluded.condition, visibility = excluded.visibility, google_category = excluded.google_category,
		group_id = excluded.group_id, variant = excluded.variant, expires_at = excluded.expires_at, extra = excluded.extra,
		rev = excluded.rev, review = excluded.review, held = excluded.held,
		review_policy = excluded.review_policy, review_reason = excluded.review_reason, review_evidence = excluded.review_evidence,
		reviewer = excluded.reviewer, reviewed_at = excluded.reviewed_at, updated_at = excluded.updated_at,
		feed_id = excluded.feed_id, feed_hash = excluded.feed_hash, flaws = excluded.flaws, upload_id = excluded.upload_id,
		picture = CASE WHEN i.image_link = excluded.image_link AND i.more_images = excluded.more_images THEN i.picture ELSE '' END`

func (i Item) row() []any {
	sale := int64(-1)
	if i.Sale != nil {
		sale = i.Sale.Minor
	}
	return []any{
		i.ID, i.CatalogID, i.RetailerID, i.Title, i.Description, i.Brand, i.Link, i.ImageLink, jsonText(i.MoreImages, len(i.MoreImages)),
		i.Price.Minor, i.Price.Currency, sale, i.SaleStart, i.SaleEnd, i.Availability, i.Condition, i.Visibility, i.GoogleCategory,
		i.GroupID, i.variant(i.extra), i.ExpiresAt, jsonText(i.Extra, len(i.Extra)), i.Rev, i.Review.Status, i.Review.Held,
		i.Review.PolicyID, i.Review.Reason, i.Review.Evidence, i.Review.Reviewer, i.Review.At, i.CreatedAt, i.UpdatedAt,
		i.FeedID, i.feedHash, i.flaws(),
	}
}

// upsertTx writes items that have an id, in the name of an upload of a feed, if one makes the change.
func upsertTx(ctx context.Context, tx *db.Tx, upload id.ID, items []Item) error {
	tx.Notify(Changes)
	rows := make([][]any, len(items))
	groups := map[id.ID][]string{}
	all, reworded := map[id.ID][]id.ID{}, map[id.ID][]id.ID{}
	for n, i := range items {
		rows[n] = append(i.row(), int64(upload))
		all[i.CatalogID] = append(all[i.CatalogID], i.ID)
		if i.found() != i.was {
			reworded[i.CatalogID] = append(reworded[i.CatalogID], i.ID)
		}
		if i.GroupID != "" {
			groups[i.CatalogID] = append(groups[i.CatalogID], i.GroupID)
		}
	}
	for catalog, list := range groups {
		if err := ensureGroupsTx(ctx, tx, catalog, upload, list); err != nil {
			return fmt.Errorf("catalog: groups: %w", err)
		}
	}
	if _, err := tx.ExecMany(ctx, upsertItem, rows); err != nil {
		return fmt.Errorf("catalog: %w", err)
	}
	for catalog, list := range all {
		if err := toPictureTx(ctx, tx, catalog, list); err != nil {
			return err
		}
	}
	for catalog, list := range reworded {
		if err := toIndexTx(ctx, tx, catalog, upload, list); err != nil {
			return err
		}
	}
	return nil
}

// sendable are the columns of an item that a message, a storefront page or a cart shows: what
// [ResolveVisibleTx] reads, on the hot path of sends.
const sendable = `i.id, i.catalog_id, i.retailer_id, i.title, i.description, i.brand, i.link, i.image_link, i.more_images,
	i.price_minor, i.currency, i.sale_minor, i.sale_start, i.sale_end, i.availability, i.condition, i.visibility,
	i.google_category, i.group_id, i.variant, i.expires_at, i.rev, i.review`

func scanSendable(row scanner) (i Item, err error) {
	var images string
	var sale int64
	err = row.Scan(&i.ID, &i.CatalogID, &i.RetailerID, &i.Title, &i.Description, &i.Brand, &i.Link, &i.ImageLink, &images,
		&i.Price.Minor, &i.Price.Currency, &sale, &i.SaleStart, &i.SaleEnd, &i.Availability, &i.Condition, &i.Visibility,
		&i.GoogleCategory, &i.GroupID, &i.Variant, &i.ExpiresAt, &i.Rev, &i.Review.Status)
	if err != nil {
		return Item{}, err
	}
	if sale >= 0 {
		i.Sale = &money.Amount{Minor: sale, Currency: i.Price.Currency}
	}
	i.MoreImages, err = decodeImages(i.ID, images)
	return i, err
}

func decodeImages(item id.ID, text string) (list []string, err error) {
	if text == "" {
		return nil, nil
	}
	if inner, ok := strings.CutPrefix(text, `["`); ok && strings.HasSuffix(inner, `"]`) && !strings.Contains(text, `\`) {
		return strings.Split(inner[:len(inner)-2], `","`), nil // as all are that need no escape
	}
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return nil, fmt.Errorf("catalog: images of item %s: %w", item, err)
	}
	return list, nil
}

// ResolveVisibleTx returns those of the items that may be sent and shown, by retailer id: one query,
// without [Item.Extra], the times and the details of the review.
func ResolveVisibleTx(ctx context.Context, tx *db.Tx, catalog id.ID, retailerIDs []string) (map[string]Item, error) {
	rows, err := tx.Query(ctx, `SELECT `+sendable+` FROM item i WHERE `+visible+` AND i.retailer_id = ANY($3)`, catalog, tx.Now(), keys(retailerIDs))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	m := make(map[string]Item, len(retailerIDs))
	for rows.Next() {
		i, err := scanSendable(rows)
		if err != nil {
			return nil, err
		}
		m[i.RetailerID] = i
	}
	return m, rows.Err()
}

// ItemsByRetailerTx returns those of the items that exist, in whatever state, by retailer id.
func ItemsByRetailerTx(ctx context.Context, tx *db.Tx, catalog id.ID, retailerIDs []string) (map[string]Item, error) {
	return itemsByRetailer(ctx, tx, selectItem, catalog, retailerIDs, "")
}

// lockItemsTx is [ItemsByRetailerTx] for items that will be written: another writer waits, so that an item
// that is deleted meanwhile does not rise again.
func lockItemsTx(ctx context.Context, tx *db.Tx, catalog id.ID, retailerIDs []string) (map[string]Item, error) {
	if err := releaseTx(ctx, tx, catalog, retailerIDs); err != nil {
		return nil, err
	}
	return lockRowsTx(ctx, tx, catalog, retailerIDs)
}

// lockRowsTx is [lockItemsTx] for the upload of a feed itself.
func lockRowsTx(ctx context.Context, tx *db.Tx, catalog id.ID, retailerIDs []string) (map[string]Item, error) {
	have, err := itemsByRetailer(ctx, tx, selectRow, catalog, retailerIDs, lock(tx, "FOR UPDATE"))
	for sku, i := range have {
		i.was = i.found()
		have[sku] = i
	}
	return have, err
}

func itemsByRetailer(ctx context.Context, tx *db.Tx, from string, catalog id.ID, retailerIDs []string, lock string) (map[string]Item, error) {
	list, err := queryItems(ctx, tx, from+`WHERE i.catalog_id = $1 AND i.retailer_id = ANY($2)`+lock, catalog, keys(retailerIDs))
	if err != nil {
		return nil, err
	}
	m := make(map[string]Item, len(list))
	for _, i := range list {
		m[i.RetailerID] = i
	}
	return m, nil
}

// lock is a locking clause where there is more than one writer; SQLite has one.
func lock(tx *db.Tx, clause string) string {
	if tx.Dialect() == db.Postgres {
		return " " + clause
	}
	return ""
}

// keys leaves out what cannot be an id of an item, and what PostgreSQL would refuse as text.
func keys(retailerIDs []string) []string {
	for n, s := range retailerIDs {
		if storable(s) {
			continue
		}
		good := slices.Clone(retailerIDs[:n])
		for _, s := range retailerIDs[n:] {
			if storable(s) {
				good = append(good, s)
			}
		}
		return good
	}
	return retailerIDs
}

// ItemTx returns an item of a catalog the caller may see.
func ItemTx(ctx context.Context, tx *db.Tx, c access.Caller, item id.ID) (Item, error) {
	i, _, err := itemTx(ctx, tx, c, item, itemColumns, scanItem)
	return i, err
}

// lockItemTx is [ItemTx] for an item that will be written.
func lockItemTx(ctx context.Context, tx *db.Tx, c access.Caller, item id.ID) (Item, error) {
	yes, err := unseen(ctx, tx)
	if err != nil {
		return Item{}, err
	}
	if yes {
		i, err := ItemTx(ctx, tx, c, item)
		if err != nil {
			return Item{}, err
		}
		if err := releaseTx(ctx, tx, i.CatalogID, []string{i.RetailerID}); err != nil {
			return Item{}, err
		}
	}
	i, _, _, err := ownedItem(ctx, tx, c, item, ofRow(itemColumns)+lock(tx, "FOR UPDATE OF i"), scanItem)
	if errors.Is(err, db.ErrNoRows) {
		err = noItem(item)
	}
	i.was = i.found()
	return i, err
}

// Statements that read an item by its id, with the owner of its catalog and whether an upload that nobody sees yet has
// changed it: as it is stored, and as everybody sees it.
func ofRow(columns string) string {
	return `SELECT ` + columns + `, c.business_id, EXISTS (SELECT 1 FROM item_unseen u WHERE u.upload_id = i.upload_id) FROM item_stored i JOIN catalog c ON c.id = i.catalog_id WHERE i.id = $1`
}

func ofSeen(columns string) string {
	return `SELECT ` + columns + `, c.business_id, FALSE FROM item i JOIN catalog c ON c.id = i.catalog_id WHERE i.id = $1`
}

// rowStatements spare putting them together on every read.
var rowStatements = map[string]string{itemColumns: ofRow(itemColumns), sendable: ofRow(sendable)}

// itemTx reads the row by its key, with the owner of its catalog, and looks at what everybody sees only where that may be
// another one.
func itemTx(ctx context.Context, tx *db.Tx, c access.Caller, item id.ID, columns string, scan func(scanner) (Item, error)) (Item, id.ID, error) {
	i, owner, hidden, err := ownedItem(ctx, tx, c, item, rowStatements[columns], scan)
	if hidden || errors.Is(err, db.ErrNoRows) {
		i, owner, _, err = ownedItem(ctx, tx, c, item, ofSeen(columns), scan)
	}
	if errors.Is(err, db.ErrNoRows) {
		err = noItem(item)
	}
	return i, owner, err
}

func noItem(item id.ID) error {
	return ErrItemUnknown.Withf("id", "no item %s is visible to this token", item)
}

// withOwner scans more than an item.
type withOwner struct {
	row    scanner
	owner  *id.ID
	hidden *bool
}

func (w withOwner) Scan(dest ...any) error { return w.row.Scan(append(dest, w.owner, w.hidden)...) }

// ownedItem reads an item of a catalog that the caller may see.
func ownedItem(ctx context.Context, tx *db.Tx, c access.Caller, item id.ID, query string, scan func(scanner) (Item, error)) (i Item, owner id.ID, hidden bool, err error) {
	if i, err = scan(withOwner{tx.QueryRow(ctx, query, item), &owner, &hidden}); err != nil || c.Reaches(owner) {
		return i, owner, hidden, err
	}
	shared := false
	err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM catalog_share WHERE catalog_id = $1 AND business_id = ANY($2))`, i.CatalogID, c.Businesses).Scan(&shared)
	if err == nil && !shared {
		err = noItem(item)
	}
	return i, owner, hidden, err
}

// VisiblePageTx lists what customers see of a catalog, oldest first or by a search.
func VisiblePageTx(ctx context.Context, tx *db.Tx, catalog id.ID, q Query) ([]Item, error) {
	q.ApprovedOnly, q.Within = true, 0
	s, err := q.selection(ctx, tx, catalog)
	if err != nil {
		return nil, err
	}
	var list []Item
	if s.search != nil {
		list, _, err = s.found(ctx, tx, q)
	} else {
		list, _, err = s.page(ctx, tx, q.After, q.Limit, false)
	}
	return list, err
}

// VisibleItemTx returns an item of a catalog by its id, if customers may see it.
func VisibleItemTx(ctx context.Context, tx *db.Tx, catalog, item id.ID) (Item, bool, error) {
	i, err := scanItem(tx.QueryRow(ctx, selectItem+`WHERE `+visible+` AND i.id = $3`, catalog, tx.Now(), item))
	if errors.Is(err, db.ErrNoRows) {
		return Item{}, false, nil
	}
	return i, err == nil, err
}
