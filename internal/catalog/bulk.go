package catalog

import (
	"context"
	"fmt"
	"strings"

	"github.com/hawkerhq/hawker/internal/db"
)

// bulk is an INSERT of rows that have some values in common. It writes manyRows of them in one statement, which takes the
// database less time than one by one.
type bulk struct{ one, many string }

const manyRows = 16

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
	return bulk{statement(1), statement(manyRows)}
}

// insert writes n rows and returns how many there are more.
func (s *bulk) insert(ctx context.Context, tx *db.Tx, n int, shared func(b *db.Binder), own func(b *db.Binder, row int)) (int64, error) {
	runs := n / manyRows
	written, err := tx.ExecBulk(ctx, s.many, runs, func(b *db.Binder, run int) {
		shared(b)
		for i := range manyRows {
			own(b, run*manyRows+i)
		}
	})
	if err != nil {
		return 0, err
	}
	done := runs * manyRows
	rest, err := tx.ExecBulk(ctx, s.one, n-done, func(b *db.Binder, run int) {
		shared(b)
		own(b, done+run)
	})
	return written + rest, err
}
