package catalog

import (
	"context"
	"strings"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// What stands out of a large catalog is found by narrow indexes (migrations 00240, 00300), each over the items of one condition. A
// query that repeats the condition word for word may use its index.
const (
	away     = `i.availability <> 'in stock'`
	hidden   = `i.visibility <> 'published'`
	objected = `(i.review IN ('rejected', 'outdated') OR i.held)`
	waiting  = `i.review IN ('pending', 'outdated') AND NOT i.held`
	// issues is every item that a diagnostic may be about.
	issues = `(i.flaws > 0 OR i.expires_at > 0 OR i.review = 'rejected' OR (i.picture <> '' AND i.picture <> 'none' AND i.picture <> 'ok' AND i.picture <> 'part'))`
)

// usual is what nearly all items of a catalog are, by the column that says so, and the condition of those that are not.
var usual = map[string]struct{ value, but string }{
	"availability": {InStock, away},
	"visibility":   {Published, hidden},
}

// unusual tells that a test holds only for items that stand out: they have an index of their own.
func (t test) unusual() bool {
	u, ok := usual[t.field.column]
	return ok && t.op == opEqual && !t.not && len(t.texts) == 1 && t.texts[0] != u.value
}

// reviewIs is the SQL of a review state.
func reviewIs(state string) string {
	switch state {
	case Held:
		return `i.review = 'pending' AND i.held AND ` + objected
	case Rejected:
		return `i.review = 'rejected' AND ` + objected
	case Pending:
		return waiting + ` AND i.review = 'pending'`
	case Outdated:
		return `i.review = 'outdated' AND ` + objected
	case Approved:
		return `i.review = 'approved'`
	}
	return `FALSE`
}

// narrowStored limits the selection to the items that a stored row stands out by, where they are few: what everybody sees of an
// item has no index of its own. done is false where they are many, or rows do not say it: while an upload is on its way what is
// seen are others, and what the first review has yet to come by is pending without a word (see item_stored).
func (s *selection) narrowStored(ctx context.Context, tx *db.Tx, conditions []string, pending bool) (done bool, err error) {
	uploading, err := unseen(ctx, tx)
	if err != nil || uploading {
		return false, err
	}
	if pending {
		if _, sweeping, err := SweepTx(ctx, tx, s.catalog); err != nil || sweeping {
			return false, err
		}
	}
	items, err := column[id.ID](ctx, tx, storedSQL(conditions), s.catalog, tx.Now(), narrowMost+1)
	if err != nil || len(items) > narrowMost {
		return false, err
	}
	s.and(`i.id = ANY($%d)`, items)
	s.sparse = false
	return true, nil
}

// storedSQL lists the stored rows of a catalog ($1) that meet conditions at a time ($2).
func storedSQL(conditions []string) string {
	return `SELECT i.id FROM item_row i WHERE i.catalog_id = $1 AND i.created_at <= $2 AND ` + strings.Join(conditions, " AND ") + ` ORDER BY i.id LIMIT $3`
}
