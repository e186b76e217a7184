package catalog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/money"
)

// Verdict is what a reviewer found.
type Verdict struct {
	// Status is Approved or Rejected, or Pending when a person has to decide.
	Status   string
	PolicyID string
	Reason   string // one sentence for the seller
	Evidence string // the field and value that triggered it
	Reviewer string // who decided: a version of the rules, or a person
}

// ToReviewTx lists items that wait for a review and have a state that says so ([UnsweptTx] has the others), from one on, oldest first; none where the catalog is not reviewed. Those of an
// upload that nobody sees yet are among them, so that they have their verdicts when they are seen. They have what the rules read:
// [WholeTx] has all.
func ToReviewTx(ctx context.Context, tx *db.Tx, catalog, after id.ID, limit int) ([]Item, error) {
	return queryWith(ctx, tx, scanListing, `SELECT i.id, i.catalog_id, i.title, i.description, i.google_category, i.extra, i.rev, i.review, i.reviewed_at,
		i.price_minor, i.currency, i.sale_minor FROM item_row i WHERE i.catalog_id = $1 AND i.review IN ('pending', 'outdated') AND NOT i.held AND i.id > $2
		AND EXISTS (SELECT 1 FROM catalog c WHERE c.id = $1 AND c.reviewed) ORDER BY i.id LIMIT $3`, catalog, after, limit)
}

// productType is the one field outside the columns that the rules read.
const productType = "product_type"

func scanListing(row scanner) (i Item, err error) {
	var extra string
	var sale int64
	err = row.Scan(&i.ID, &i.CatalogID, &i.Title, &i.Description, &i.GoogleCategory, &extra, &i.Rev, &i.Review.Status, &i.Review.At,
		&i.Price.Minor, &i.Price.Currency, &sale)
	if err != nil {
		return i, err
	}
	if sale >= 0 {
		i.Sale = &money.Amount{Minor: sale, Currency: i.Price.Currency}
	}
	if i.Extra, err = productTypeOf(extra); err != nil {
		return i, fmt.Errorf("catalog: fields of item %s: %w", i.ID, err)
	}
	return i, nil
}

// productTypeOf reads the one field. Quotes inside a text are escaped, so where its name stands behind the first brace it is the item's own.
func productTypeOf(extra string) (map[string]any, error) {
	before, text, ok := strings.Cut(extra, `"`+productType+`":"`)
	switch {
	case ok && strings.LastIndexByte(before, '{') == 0:
		var value string
		if err := json.Unmarshal([]byte(`"`+text[:endOfText(text)]+`"`), &value); err != nil {
			return nil, err
		}
		return map[string]any{productType: value}, nil
	case !strings.Contains(extra, `"`+productType+`"`):
		return nil, nil
	}
	var all map[string]any
	if err := json.Unmarshal([]byte(extra), &all); err != nil {
		return nil, err
	}
	if text, ok := all[productType].(string); ok {
		return map[string]any{productType: text}, nil
	}
	return nil, nil
}

// endOfText is where a text of JSON ends.
func endOfText(s string) int {
	for n := 0; n < len(s); n++ {
		switch s[n] {
		case '"':
			return n
		case '\\':
			n++
		}
	}
	return len(s)
}

// WholeTx is items by their ids, as they are stored, in the order of their ids.
func WholeTx(ctx context.Context, tx *db.Tx, items []id.ID) ([]Item, error) {
	if len(items) == 0 {
		return nil, nil
	}
	return queryItems(ctx, tx, selectRow+`WHERE i.id = ANY($1) ORDER BY i.id`, items)
}

// SetVerdictTx stores a verdict on an item as it was at a revision. applied is false when the item has
// changed since, and a newer review is on its way, or when its catalog is no longer reviewed. A verdict of
// [Pending] holds the item for a person, and takes it off if it was approved.
func SetVerdictTx(ctx context.Context, tx *db.Tx, item id.ID, rev int64, v Verdict) (applied bool, err error) {
	n, err := setVerdicts(ctx, tx, []Decision{{item, rev, v}}, "")
	return n == 1, err
}

// Decision is a verdict on an item at a revision.
type Decision struct {
	Item id.ID
	Rev  int64
	Verdict
}

// ApproveTx approves items of a catalog at their revisions as one reviewer does who has nothing to say: [SetVerdictsTx] where all say so.
func ApproveTx(ctx context.Context, tx *db.Tx, catalog id.ID, items []Item, reviewer string) error {
	reviewed := false
	err := tx.QueryRow(ctx, `SELECT reviewed FROM catalog WHERE id = $1`+lock(tx, "FOR SHARE"), catalog).Scan(&reviewed)
	if err != nil && !errors.Is(err, db.ErrNoRows) {
		return fmt.Errorf("catalog: %w", err)
	}
	if !reviewed || len(items) == 0 {
		return nil
	}
	tx.Notify(Changes)
	byRev := map[int64][]id.ID{} // most items of a catalog are of few revisions
	for _, i := range items {
		byRev[i.Rev] = append(byRev[i.Rev], i.ID)
	}
	rows := make([][]any, 0, len(byRev))
	for _, rev := range slices.Sorted(maps.Keys(byRev)) {
		rows = append(rows, []any{byRev[rev], rev, reviewer, tx.Now()})
	}
	_, err = tx.ExecMany(ctx, `UPDATE item_row SET review = 'approved', held = FALSE, review_policy = '', review_reason = '', review_evidence = '',
		reviewer = $3, reviewed_at = $4 WHERE id = ANY($1) AND rev = $2 AND review IN ('pending', 'outdated') AND NOT held`, rows)
	if err != nil {
		return fmt.Errorf("catalog: %w", err)
	}
	return nil
}

// SetVerdictsTx is [SetVerdictTx] for many items of one catalog, of which only those get one that still wait for it.
func SetVerdictsTx(ctx context.Context, tx *db.Tx, list []Decision) error {
	_, err := setVerdicts(ctx, tx, list, " AND review IN ('', 'pending', 'outdated') AND NOT held")
	return err
}

// setVerdicts is for items of one catalog. Where there is more than one writer, disconnecting it waits, and the other way round: what is no
// longer reviewed keeps no verdict.
func setVerdicts(ctx context.Context, tx *db.Tx, list []Decision, also string) (int64, error) {
	if len(list) == 0 {
		return 0, nil
	}
	tx.Notify(Changes)
	if tx.Dialect() == db.Postgres {
		var reviewed bool
		err := tx.QueryRow(ctx, `SELECT c.reviewed FROM catalog c WHERE c.id = (SELECT i.catalog_id FROM item_row i WHERE i.id = $1) FOR SHARE`, list[0].Item).Scan(&reviewed)
		if err != nil && !errors.Is(err, db.ErrNoRows) {
			return 0, fmt.Errorf("catalog: %w", err)
		}
	}
	rows := make([][]any, len(list))
	for n, d := range list {
		rows[n] = []any{d.Status == Pending, d.Status, d.PolicyID, d.Reason, d.Evidence, d.Reviewer, tx.Now(), d.Item, d.Rev}
	}
	n, err := tx.ExecMany(ctx, `UPDATE item_row SET review = CASE WHEN $1 AND review = 'outdated' THEN review ELSE $2 END, held = $1, review_policy = $3,
		review_reason = $4, review_evidence = $5, reviewer = $6, reviewed_at = $7
		WHERE id = $8 AND rev = $9 AND EXISTS (SELECT 1 FROM catalog c WHERE c.id = item_row.catalog_id AND c.reviewed)`+also, rows)
	if err != nil {
		return 0, fmt.Errorf("catalog: %w", err)
	}
	return n, nil
}
