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
}

// Int binds a whole number.
func (b *Binder) Int(v int64) {
	if b.s == nil {
		b.args = append(b.args, v)
		return
	}
	b.n++
	b.s.BindInt64(b.n, v)
}

// Text binds a text.
func (b *Binder) Text(v string) {
	if b.s == nil {
		b.args = append(b.args, v)
		return
	}
	b.n++
	b.text.bind(b.s, b.n, v)
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
