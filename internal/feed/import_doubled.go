package feed

import (
	"context"
	"fmt"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
)

// doubledRows is how many ids are put back in one transaction.
const doubledRows = 100

// doubledRow is the first row of an id that stands more than once in a file: it was taken in before the second one came.
type doubledRow struct {
	number int
	sku    string
	hash   int64
}

// putBackDoubled puts back what the first rows of ids did that stand more than once: all rows of such an id are passed over.
func (t *taking) putBackDoubled(ctx context.Context) error {
	if t.file.surveyed || t.file.doubled.empty() {
		return nil
	}
	skip := t.up.DoubledDone
	seen := idStore{temp: t.files.Temp}
	defer seen.close()
	var list []doubledRow
	err := t.eachRow(ctx, func(l line) error {
		if l.Problem != "" {
			return nil
		}
		sku := l.layout.rows.RowID(l.Values)
		if sku == "" {
			return nil
		}
		if doubled, err := t.file.isDoubled(sku); err != nil || !doubled {
			return err
		}
		if first, err := seen.add(t.file.hash(sku)); err != nil || !first {
			return err
		}
		if skip > 0 {
			skip--
			return nil
		}
		list = append(list, doubledRow{l.Number, sku, l.layout.rows.Hash(l.Values)})
		if len(list) < doubledRows {
			return nil
		}
		defer func() { list = list[:0] }()
		return t.putBack(ctx, list)
	})
	if err != nil || len(list) == 0 {
		return err
	}
	return t.putBack(ctx, list)
}

func (t *taking) putBack(ctx context.Context, list []doubledRow) error {
	err := t.part(ctx, func(ctx context.Context, tx *db.Tx) error {
		hashes := make(map[string]int64, len(list))
		problems := make([]Problem, len(list))
		for n, r := range list {
			hashes[r.sku] = r.hash
			problems[n] = Problem{Fatal: true, Type: TypeDuplicate, Field: "id", Summary: doubledSummary, Description: doubledRemedy, Row: r.number, RetailerID: r.sku, Value: r.sku}
		}
		counted, err := catalog.RevertTx(ctx, tx, t.im, hashes)
		if err != nil {
			return err
		}
		if err := recordProblemsTx(ctx, tx, t.up.ID, problems); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, `UPDATE feed_upload SET doubled_done = doubled_done + $2, persisted = persisted - $3, invalid = invalid + $3, errors = errors + $2
			WHERE id = $1 AND doubled_done = $4`, t.up.ID, len(list), counted, t.up.DoubledDone)
		if err == nil && n == 0 {
			err = fmt.Errorf("doubled ids are put back twice")
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("feed: upload %s: %w", t.up.ID, err)
	}
	t.up.DoubledDone += int64(len(list))
	return nil
}
