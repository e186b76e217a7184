package catalog

import (
	"context"
	"fmt"
	"strings"

	"github.com/hawkerhq/hawker/internal/db"
)

// bulk is an INSERT of rows that have some values in common: many rows in one take a database less time than one by one.
type bulk struct {
	rows    [len(bulkSizes)]string // statements of so many rows, for SQLite
	columns string                 // a statement of any number of rows, for PostgreSQL
}

var bulkSizes = [...]int{64, 16, 4, 1}

// newBulk makes an INSERT: into names the table and its columns, shared are the expressions of the first columns, with
// sharedCols placeholders, and kinds tells of each more column, which is each row's own, whether it holds numbers (i) or
// texts (t).
func newBulk(into, shared string, sharedCols int, kinds, conflict string) bulk {
	statement := func(rows int) string {
		var b strings.Builder
		b.WriteString("INSERT INTO " + into + " VALUES ")
		for row := range rows {
			if row > 0 {
				b.WriteByte(',')
			}
			b.WriteString("(" + shared)
			for col := range kinds {
				fmt.Fprintf(&b, ",$%d", sharedCols+row*len(kinds)+col+1)
			}
			b.WriteByte(')')
		}
		b.WriteString(" " + conflict)
		return b.String()
	}
	var all bulk
	for n, rows := range bulkSizes {
		all.rows[n] = statement(rows)
	}
	arrays := make([]string, len(kinds))
	for n, kind := range kinds {
		arrays[n] = fmt.Sprintf("$%d::%s[]", sharedCols+n+1, map[rune]string{'i': "bigint", 't': "text"}[kind])
	}
	all.columns = "INSERT INTO " + into + " SELECT " + shared + ", u.* FROM unnest(" + strings.Join(arrays, ",") + ") u " + conflict
	return all
}

// insert writes n rows and returns how many there are more.
func (s *bulk) insert(ctx context.Context, tx *db.Tx, n int, shared func(b *db.Binder), own func(b *db.Binder, row int)) (written int64, err error) {
	if tx.Dialect() == db.Postgres {
		return tx.ExecColumns(ctx, s.columns, n, shared, own)
	}
	done := 0
	for at, rows := range bulkSizes {
		runs := (n - done) / rows
		more, err := tx.ExecBulk(ctx, s.rows[at], runs, func(b *db.Binder, run int) {
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
