package db

import (
	"context"
)

// Binder takes the arguments of one run of a statement, in the order of its placeholders, without making an interface
// value of each: what writes a million rows has no time for that.
type Binder struct {
	s    *statement // SQLite
	text *arena
	n    int
	args []any // PostgreSQL

	columns []any // of [Tx.ExecColumns]: what args would be, of all rows
	row     int
}

// Int binds a whole number.
func (b *Binder) Int(v int64) {
	switch {
	case b.columns != nil:
		addTo(b, v)
	case b.s == nil:
		b.args = append(b.args, v)
	default:
		b.n++
		b.s.BindInt64(b.n, v)
	}
}

// Text binds a text.
func (b *Binder) Text(v string) {
	switch {
	case b.columns != nil:
		addTo(b, v)
	case b.s == nil:
		b.args = append(b.args, v)
	default:
		b.n++
		b.text.bind(b.s, b.n, v)
	}
}

// Bytes binds bytes.
func (b *Binder) Bytes(v []byte) {
	if b.s == nil {
		b.args = append(b.args, append([]byte{}, v...))
		return
	}
	b.n++
	b.s.BindBytes(b.n, v)
}

// ExecBulk runs one statement so many times, binds the arguments of each run, and returns how many rows changed in all.
func (tx *Tx) ExecBulk(ctx context.Context, sql string, runs int, bind func(b *Binder, run int)) (int64, error) {
	if tx.ended {
		return 0, errEnded
	}
	if runs == 0 {
		return 0, nil
	}
	n, err := tx.conn.execBulk(ctx, sql, runs, bind)
	return n, wrap(err, sql)
}

// addTo adds the value of a row to its column.
func addTo[T int64 | string](b *Binder, v T) {
	if b.row == 0 {
		b.columns = append(b.columns, []T{v})
	} else {
		b.columns[b.n] = append(b.columns[b.n].([]T), v)
	}
	b.n++
}

// ExecColumns runs one statement whose first arguments all rows share, and whose others are columns: each an array with the
// value of every row, of numbers or of texts. That is how PostgreSQL takes many rows at once; SQLite has no arrays.
func (tx *Tx) ExecColumns(ctx context.Context, sql string, rows int, shared func(b *Binder), own func(b *Binder, row int)) (int64, error) {
	if tx.ended {
		return 0, errEnded
	}
	if rows == 0 {
		return 0, nil
	}
	var head Binder
	shared(&head)
	b := Binder{columns: []any{}}
	for ; b.row < rows; b.row++ {
		b.n = 0
		own(&b, b.row)
	}
	n, err := tx.conn.exec(ctx, sql, append(head.args, b.columns...))
	return n, wrap(err, sql)
}
