package catalog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// The first review of many items writes nothing on what it approves. An item of a connected catalog that has no review state of
// its own is pending until the sweep has come by, and approved from then on; whatever changes an item, or decides on it alone, gives it
// a state of its own, which always counts. So where the sweep stands, one number, says of every item what it is (see item_stored).
//
// A sweep begins when the catalog is connected, and goes on when files and batches bring items in numbers. Those stand behind what
// it has read ([newcomers]); what comes in one by one, or with an older id, waits by a state of its own ([ToReviewTx]).

// Sweep is the first review of a catalog since it was connected.
type Sweep struct {
	Catalog id.ID
	// Run tells this connection from others: what was read before the catalog was connected anew counts no more.
	Run id.ID
	// To is the last item it has come by.
	To id.ID
}

// Span is some items of a catalog, by their ids: those behind After up to Last.
type Span struct{ After, Last id.ID }

// SweepTx is how far the first review of a catalog has come; ok is false when it is over, or the catalog is not reviewed.
func SweepTx(ctx context.Context, tx *db.Tx, catalog id.ID) (s Sweep, ok bool, err error) {
	s.Catalog = catalog
	err = tx.QueryRow(ctx, `SELECT run, swept_to FROM review_sweep WHERE catalog_id = $1 AND NOT done`, catalog).Scan(&s.Run, &s.To)
	if errors.Is(err, db.ErrNoRows) {
		return s, false, nil
	}
	if err != nil {
		return s, false, fmt.Errorf("catalog: sweep: %w", err)
	}
	return s, true, nil
}

// ReadingTx claims spans that are to be read: from here on no item comes in up to the last of them without a state of its own, and those
// that did are there to be read. ok is false when the sweep is elsewhere.
func ReadingTx(ctx context.Context, tx *db.Tx, w Sweep, last id.ID) (ok bool, err error) {
	n, err := tx.Exec(ctx, `UPDATE review_sweep SET read_to = CASE WHEN read_to > $1 THEN read_to ELSE $1 END
		WHERE catalog_id = $2 AND run = $3 AND swept_to = $4 AND NOT done`, last, w.Catalog, w.Run, w.To)
	return n == 1, wrapSweep(err)
}

// HoldSweepTx has whoever brings items in wait until the transaction ends, and the other way round: a sweep that is written locks the
// catalog, its sweep and then items, in this order as they do.
func HoldSweepTx(ctx context.Context, tx *db.Tx, catalog id.ID) error {
	if tx.Dialect() != db.Postgres {
		return nil
	}
	for _, sql := range []string{`SELECT id FROM catalog WHERE id = $1 FOR SHARE`, `SELECT catalog_id FROM review_sweep WHERE catalog_id = $1 FOR UPDATE`} {
		var n id.ID
		if err := tx.QueryRow(ctx, sql, catalog).Scan(&n); err != nil && !errors.Is(err, db.ErrNoRows) {
			return wrapSweep(err)
		}
	}
	return nil
}

// leastSwept is how many items that come in together are worth a sweep.
const leastSwept = 20

// newcomers is the state of new items' reviews. Where they are many, and all behind what the sweep has read, the sweep goes on to them
// and they need none of their own.
func newcomers(ctx context.Context, tx *db.Tx, catalog id.ID, reviewed bool, ids []id.ID) (string, error) {
	switch {
	case !reviewed:
		return NoReview, nil
	case len(ids) < leastSwept:
		return Pending, nil
	}
	first := slices.Min(ids)
	n, err := tx.Exec(ctx, `UPDATE review_sweep SET done = FALSE WHERE catalog_id = $1 AND swept_to < $2 AND read_to < $2`, catalog, first)
	if err != nil || n == 0 {
		return Pending, wrapSweep(err)
	}
	return NoReview, nil
}

// SpansTx cuts the items behind one into spans of so many, and as many of these.
func SpansTx(ctx context.Context, tx *db.Tx, catalog, after id.ID, size, most int) (list []Span, err error) {
	for len(list) < most {
		s := Span{After: after}
		err := tx.QueryRow(ctx, `SELECT id FROM item_row WHERE catalog_id = $1 AND id > $2 ORDER BY id LIMIT 1 OFFSET $3`, catalog, after, size-1).Scan(&s.Last)
		if errors.Is(err, db.ErrNoRows) { // the rest
			err = tx.QueryRow(ctx, `SELECT COALESCE(MAX(id), 0) FROM item_row WHERE catalog_id = $1 AND id > $2`, catalog, after).Scan(&s.Last)
		}
		if err != nil {
			return nil, fmt.Errorf("catalog: sweep: %w", err)
		}
		if s.Last == 0 {
			break
		}
		list, after = append(list, s), s.Last
	}
	return list, nil
}

// Listing is what the rules read of an item. Its texts last until the next one is read.
type Listing struct {
	ID                                        id.ID
	Rev                                       int64
	Title, Description, Category, ProductType []byte
}

// EachUnsweptTx calls f for the items of a span that have no review state of their own.
func EachUnsweptTx(ctx context.Context, tx *db.Tx, catalog id.ID, s Span, f func(*Listing)) error {
	rows, err := tx.Query(ctx, `SELECT i.id, i.rev, i.title, i.description, i.google_category, i.extra FROM item_row i
		WHERE i.catalog_id = $1 AND i.id > $2 AND i.id <= $3 AND i.review = '' ORDER BY i.id`, catalog, s.After, s.Last)
	if err != nil {
		return wrapSweep(err)
	}
	defer rows.Close()
	var l Listing
	var title, description, category, extra db.Bytes
	types := productTypes{}
	for rows.Next() {
		if err := rows.Scan(&l.ID, &l.Rev, &title, &description, &category, &extra); err != nil {
			return wrapSweep(err)
		}
		l.Title, l.Description, l.Category = title, description, category
		if l.ProductType, err = types.in(extra); err != nil {
			return fmt.Errorf("catalog: fields of item %s: %w", l.ID, err)
		}
		f(&l)
	}
	return wrapSweep(rows.Err())
}

// productTypes are those that were read, by how they are stored: shops use few.
type productTypes map[string][]byte

// mostProductTypes is how many are kept.
const mostProductTypes = 1000

// in is [productTypeOf] of stored fields.
func (t productTypes) in(extra []byte) ([]byte, error) {
	at := bytes.Index(extra, productTypeBegins)
	switch {
	case at < 0 && !bytes.Contains(extra, productTypeName):
		return nil, nil
	case at < 1 || bytes.IndexByte(extra[1:at], '{') >= 0: // perhaps inside another field
		return productTypeBytes(extra)
	}
	text := extra[at+len(productTypeBegins):]
	end := bytes.IndexByte(text, '"')
	if end < 0 || end > 0 && text[end-1] == '\\' {
		return productTypeBytes(extra)
	}
	if bytes.IndexByte(text[:end], '\\') < 0 {
		return text[:end], nil
	}
	if v, ok := t[string(text[:end])]; ok {
		return v, nil
	}
	v, err := productTypeBytes(extra)
	if err == nil && len(t) < mostProductTypes {
		t[string(text[:end])] = v
	}
	return v, err
}

func productTypeBytes(extra []byte) ([]byte, error) {
	fields, err := productTypeOf(string(extra))
	product, _ := fields[productType].(string)
	return []byte(product), err
}

var (
	productTypeName   = []byte(`"` + productType + `"`)
	productTypeBegins = []byte(`"` + productType + `":"`)
)

// SweptTx takes a sweep over a span that was read: what has no state of its own there is approved. ok is false when the sweep is not where
// the span begins, as when the catalog was connected anew.
func SweptTx(ctx context.Context, tx *db.Tx, w Sweep, s Span, reviewer string) (ok bool, err error) {
	tx.Notify(Changes)
	n, err := tx.Exec(ctx, `UPDATE review_sweep SET swept_to = $1 WHERE catalog_id = $2 AND run = $3 AND swept_to = $4 AND NOT done`, s.Last, w.Catalog, w.Run, s.After)
	if err != nil || n == 0 {
		return false, wrapSweep(err)
	}
	_, err = tx.Exec(ctx, `INSERT INTO review_page (catalog_id, last_item, reviewer, at) VALUES ($1, $2, $3, $4)`, w.Catalog, s.Last, reviewer, tx.Now())
	return err == nil, wrapSweep(err)
}

// EndSweepTx ends a sweep that has come by every item. It stays open where some came in meanwhile.
func EndSweepTx(ctx context.Context, tx *db.Tx, w Sweep) error {
	if err := HoldSweepTx(ctx, tx, w.Catalog); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE review_sweep SET done = TRUE WHERE catalog_id = $1 AND run = $2 AND swept_to = $3
		AND NOT EXISTS (SELECT 1 FROM item_row i WHERE i.catalog_id = $1 AND i.id > $3)`, w.Catalog, w.Run, w.To)
	return wrapSweep(err)
}

func wrapSweep(err error) error {
	if err != nil {
		return fmt.Errorf("catalog: sweep: %w", err)
	}
	return nil
}

// SetReviewedTx turns the review of a catalog on or off. On: every item waits for a review. Off: items
// have no review status, and none may be sent. What is as asked already stays as it is.
func SetReviewedTx(ctx context.Context, tx *db.Tx, catalog id.ID, on bool) error {
	tx.Notify(Changes)
	n, err := tx.Exec(ctx, `UPDATE catalog SET reviewed = $1 WHERE id = $2 AND reviewed <> $1`, on, catalog)
	if err != nil {
		return fmt.Errorf("catalog: %w", err)
	}
	if n == 0 {
		return nil
	}
	if !on {
		return stopReviewTx(ctx, tx, catalog)
	}
	if _, err := tx.Exec(ctx, `INSERT INTO review_sweep (catalog_id, run) VALUES ($1, $2)`, catalog, tx.NewID()); err != nil {
		return wrapSweep(err)
	}
	// The sweep goes over what is stored, not over what is seen while an upload of a feed is on its way.
	if _, err := tx.Exec(ctx, `UPDATE item_before SET review = 'pending' WHERE catalog_id = $1`, catalog); err != nil {
		return fmt.Errorf("catalog: %w", err)
	}
	return enqueueReviewTx(ctx, tx, catalog)
}

// stopReviewTx takes all review states off.
func stopReviewTx(ctx context.Context, tx *db.Tx, catalog id.ID) error {
	for _, table := range []string{"item_row", "item_before"} {
		_, err := tx.Exec(ctx, `UPDATE `+table+` SET review = '', held = FALSE, review_policy = '', review_reason = '', review_evidence = '', reviewer = ''
			WHERE catalog_id = $1 AND review <> ''`, catalog)
		if err != nil {
			return fmt.Errorf("catalog: %w", err)
		}
	}
	return dropSweepTx(ctx, tx, catalog)
}

func dropSweepTx(ctx context.Context, tx *db.Tx, catalog id.ID) error {
	for _, table := range []string{"review_page", "review_sweep"} {
		if _, err := tx.Exec(ctx, `DELETE FROM `+table+` WHERE catalog_id = $1`, catalog); err != nil {
			return wrapSweep(err)
		}
	}
	return nil
}
