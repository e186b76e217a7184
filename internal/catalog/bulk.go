package catalog

import (
	"context"
	"fmt"
	"strings"

	"github.com/hawkerhq/hawker/internal/db"
)

// bulk is an INSERT of rows that have some values in common, as statements of [bulkSizes] rows: many rows in one take the
// database less time than one by one.
type bulk [len(bulkSizes)]string

var bulkSizes = [...]int{64, 16, 4, 1}

// newBulk makes an INSERT: into names the table and its columns, shared are the expressions of the first columns, with
// sharedCols placeholders, and cols more columns are each row's own.
func newBulk(into, shared string, sharedCols, cols int, conflict string) bulk {
	statement := func(rows int) string {
		var b strings.Builder
		b.WriteString("INSERT INTO " + into + " VALUES ")
		for row := range rows {
			if row > 0 {
				b.WriteByte(',')
			}
			b.WriteString("(" + shared)
			for col := range cols {
				fmt.Fprintf(&b, ",$%d", sharedCols+row*cols+col+1)
			}
			b.WriteByte(')')
		}
		b.WriteString(" " + conflict)
		return b.String()
	}
	var all bulk
	for n, rows := range bulkSizes {
		all[n] = statement(rows)
	}
	return all
}

// insert writes n rows and returns how many there are more.
func (s *bulk) insert(ctx context.Context, tx *db.Tx, n int, shared func(b *db.Binder), own func(b *db.Binder, row int)) (written int64, err error) {
	done := 0
	for at, rows := range bulkSizes {
		runs := (n - done) / rows
		more, err := tx.ExecBulk(ctx, s[at], runs, func(b *db.Binder, run int) {
			shared(b)
			for i := range rows {
				own(b, done+run*rows+i)
			}
		})
		if err != nil {
			return 0, err
		}
		written += more
		done += runs * rows
	}
	return written, nil
}
