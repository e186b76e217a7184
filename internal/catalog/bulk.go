package catalog

import (
	"context"
	"fmt"
	"strings"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// bulk is an INSERT of rows that have some values in common: many rows in one take a database less time than one by one.
type bulk struct {
	rows    [len(bulkSizes)]string // statements of so many rows, for SQLite
	series  [len(bulkSizes)]string // the same where SQLite counts on from the id of the first row, which is the first of its own columns
	columns string                 // a statement of any number of rows, for PostgreSQL
}

var bulkSizes = [...]int{64, 16, 4, 1}

// newBulk makes an INSERT: into names the table and its columns, shared are the expressions of the first columns, with
// sharedCols placeholders, and kinds tells of each more column, which is each row's own, whether it holds numbers (i) or
// texts (t).
func newBulk(into, shared string, sharedCols int, kinds, conflict string) bulk {
	statement := func(rows int, series bool) string {
		var b strings.Builder
		b.WriteString("INSERT INTO " + into + " VALUES ")
		arg := sharedCols
		for row := range rows {
			if row > 0 {
				b.WriteByte(',')
			}
			b.WriteString("(" + shared)
			for col := range kinds {
				if series && row > 0 && col == 0 {
					b.WriteString(",NULL")
					continue
				}
				arg++
				fmt.Fprintf(&b, ",$%d", arg)
			}
			b.WriteByte(')')
		}
		b.WriteString(" " + conflict)
		return b.String()
	}
	var all bulk
	for n, rows := range bulkSizes {
		all.rows[n], all.series[n] = statement(rows, false), statement(rows, true)
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
	return s.insertRuns(ctx, tx, n, nil, shared, func(b *db.Binder, row int, _ bool) { own(b, row) })
}

// insertSeries is insert on SQLite for rows numbered by rising ids, above all that are there. Where the ids of a statement follow
// each other SQLite counts: finding the place of each id took it a tenth of its time. own binds the id where numbered says so. Where
// fewer rows are written than there are ids, some that are written have another's id.
func (s *bulk) insertSeries(ctx context.Context, tx *db.Tx, ids []id.ID, shared func(b *db.Binder), own func(b *db.Binder, row int, numbered bool)) (written int64, err error) {
	return s.insertRuns(ctx, tx, len(ids), ids, shared, own)
}

func (s *bulk) insertRuns(ctx context.Context, tx *db.Tx, n int, ids []id.ID, shared func(b *db.Binder), own func(b *db.Binder, row int, numbered bool)) (written int64, err error) {
	done := 0
	for at, rows := range bulkSizes {
		for n-done >= rows {
			runs, series := alike(ids, done, rows, n)
			statement := s.rows[at]
			if series {
				statement = s.series[at]
			}
			more, err := tx.ExecBulk(ctx, statement, runs, func(b *db.Binder, run int) {
				shared(b)
				for i := range rows {
					own(b, done+run*rows+i, i == 0 || !series)
				}
			})
			if err != nil {
				return 0, err
			}
			written += more
			done += runs * rows
		}
	}
	return written, nil
}

// alike is how many runs of so many rows from a row on, at least one, are or are not a series of ids.
func alike(ids []id.ID, from, rows, n int) (runs int, series bool) {
	follows := func(at int) bool { return len(ids) > 0 && int(ids[at+rows-1]-ids[at]) == rows-1 }
	series = follows(from)
	for runs = 1; from+(runs+1)*rows <= n && follows(from+runs*rows) == series; runs++ {
	}
	return runs, series
}
