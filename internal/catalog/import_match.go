package catalog

import (
	"context"
	"slices"
	"sync/atomic"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// Matcher finds out what a catalog holds of the rows of a file, chunk by chunk; chunks may be matched at once.
type Matcher struct {
	im        Import
	scattered atomic.Int32 // chunks that were no stretch of the catalog
}

// NewMatcher returns a matcher for a file.
func NewMatcher(im Import) *Matcher { return &Matcher{im: im} }

// held is what is known of an item that is there.
type held struct {
	feed id.ID
	hash int64
}

// Match tells apart the rows that the catalog holds as they are, those whose items are others, and those that
// have none yet. It only reads: a row it has seen may have changed when it is written.
func (m *Matcher) Match(ctx context.Context, tx *db.Tx, list []*Row) error {
	skus := make([]string, 0, len(list))
	for _, r := range list {
		if !r.Fatal() {
			skus = append(skus, r.SKU)
		}
	}
	have, err := m.have(ctx, tx, skus)
	if err != nil {
		return err
	}
	for _, r := range list {
		if r.Fatal() {
			continue
		}
		h, ok := have[r.SKU]
		switch {
		case !ok:
			r.state = newcomer
		case m.im.Primaries == nil && h.feed == m.im.Feed && h.hash&^toldBit == r.rowHash():
			r.state = unchanged
			if h.hash&toldBit == 0 {
				r.read = true
			}
		default:
			r.state = existing
		}
	}
	return nil
}

// A chunk is taken for a stretch when the catalog holds less than so much between its first and its last SKU, and no longer
// tried after some that were none.
const (
	stretchLeast    = 16
	scatteredEnough = 3
)

func stretchMost(skus int) int { return skus + skus/4 + stretchLeast }

// have looks the items up. Files mostly come in the order of their SKUs, and a stretch of the index is read several times as fast
// as its entries one by one.
func (m *Matcher) have(ctx context.Context, tx *db.Tx, skus []string) (map[string]held, error) {
	const columns = `SELECT i.retailer_id, i.feed_id, i.feed_hash FROM item_row i WHERE i.catalog_id = $1 AND `
	// PostgreSQL orders texts by a language's rules.
	if tx.Dialect() == db.SQLite && len(skus) >= stretchLeast && m.scattered.Load() < scatteredEnough {
		most := stretchMost(len(skus))
		have, n, err := m.query(ctx, tx, len(skus), columns+`i.retailer_id >= $2 AND i.retailer_id <= $3 ORDER BY i.retailer_id LIMIT $4`,
			m.im.Catalog, slices.Min(skus), slices.Max(skus), most)
		if err != nil || n < most {
			return have, err
		}
		m.scattered.Add(1)
	}
	have, _, err := m.query(ctx, tx, len(skus), columns+`i.retailer_id = ANY($2)`, m.im.Catalog, skus)
	return have, err
}

func (m *Matcher) query(ctx context.Context, tx *db.Tx, size int, sql string, args ...any) (have map[string]held, n int, err error) {
	have = make(map[string]held, size)
	rows, err := tx.Query(ctx, sql, args...)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	for ; rows.Next(); n++ {
		var sku string
		var h held
		if err := rows.Scan(&sku, &h.feed, &h.hash); err != nil {
			return nil, 0, err
		}
		have[sku] = h
	}
	return have, n, rows.Err()
}
