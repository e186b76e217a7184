package db

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hawkerhq/hawker/internal/id"
)

// Tx is one transaction. It is valid only inside the closure it was handed to, in that goroutine.
type Tx struct {
	db     *DB
	conn   conn
	now    time.Time
	after  []func()
	topics []string
	ended  bool
}

// conn is what a driver gives a transaction.
type conn interface {
	exec(ctx context.Context, sql string, args []any) (int64, error)
	execMany(ctx context.Context, sql string, rows [][]any) (int64, error)
	query(ctx context.Context, sql string, args []any) (cursor, error)
	execBulk(ctx context.Context, sql string, runs int, bind func(b *Binder, run int)) (int64, error)
}

// cursor is a driver's open result.
type cursor interface {
	next() bool
	scan(dest []any) error
	err() error
	close()
}

// Now is the moment of this transaction: every row it writes shares it. UTC, whole milliseconds.
func (tx *Tx) Now() time.Time { return tx.now }

// NewID makes an id for a new row.
func (tx *Tx) NewID() id.ID { return tx.db.ids.New() }

// NewIDs makes n ids for new rows, in rising order and as consecutive as they come.
func (tx *Tx) NewIDs(n int) []id.ID { return tx.db.ids.Many(n) }

// Dialect tells which database this is.
func (tx *Tx) Dialect() Dialect { return tx.db.dialect }

// SkipLocked is the end of a claiming subselect: other claimers' rows are passed over.
// SQLite has one writer and needs none.
func (tx *Tx) SkipLocked() string {
	if tx.db.dialect == Postgres {
		return "FOR UPDATE SKIP LOCKED"
	}
	return ""
}

// AfterCommit runs f once the transaction is on disk. It is for hints (wake a poller, publish to a
// page): a crash may lose them, so losing one must be harmless.
func (tx *Tx) AfterCommit(f func()) { tx.after = append(tx.after, f) }

// Exec runs a statement and returns how many rows it changed.
func (tx *Tx) Exec(ctx context.Context, sql string, args ...any) (int64, error) {
	if err := tx.ready(args); err != nil {
		return 0, err
	}
	n, err := tx.conn.exec(ctx, sql, args)
	return n, wrap(err, sql)
}

// ExecMany runs one statement for each row of arguments and returns how many rows changed in all.
func (tx *Tx) ExecMany(ctx context.Context, sql string, rows [][]any) (int64, error) {
	if len(rows) == 0 {
		return 0, nil
	}
	for _, r := range rows {
		if err := tx.ready(r); err != nil {
			return 0, err
		}
	}
	n, err := tx.conn.execMany(ctx, sql, rows)
	return n, wrap(err, sql)
}

// Query runs a statement that returns rows. The caller closes them.
func (tx *Tx) Query(ctx context.Context, sql string, args ...any) (*Rows, error) {
	if err := tx.ready(args); err != nil {
		return nil, err
	}
	c, err := tx.conn.query(ctx, sql, args)
	if err != nil {
		return nil, wrap(err, sql)
	}
	return &Rows{c: c, sql: sql}, nil
}

// QueryRow runs a statement of which the first row matters.
func (tx *Tx) QueryRow(ctx context.Context, sql string, args ...any) *Row {
	rows, err := tx.Query(ctx, sql, args...)
	return &Row{rows: rows, err: err}
}

// Rows are the rows of a result, read one by one.
type Rows struct {
	c   cursor
	sql string
}

// Next moves to the next row; false at the end or on an error, see Err.
func (r *Rows) Next() bool { return r.c.next() }

// Scan copies the columns of the row into dest: pointers to integers, strings, bools, floats, []byte,
// time.Time (UTC milliseconds), any type of those kinds, or pointers to such pointers where NULL is possible.
func (r *Rows) Scan(dest ...any) error { return wrap(r.c.scan(dest), r.sql) }

// Err is what ended the rows early.
func (r *Rows) Err() error { return wrap(r.c.err(), r.sql) }

// Close lets the statement go. Closing twice is fine.
func (r *Rows) Close() { r.c.close() }

// Row is the first row of a result.
type Row struct {
	rows *Rows
	err  error
}

// Scan copies the columns into dest, or returns [ErrNoRows].
func (r *Row) Scan(dest ...any) error {
	if r.err != nil {
		return r.err
	}
	defer r.rows.Close()
	if !r.rows.Next() {
		if err := r.rows.Err(); err != nil {
			return err
		}
		return ErrNoRows
	}
	return r.rows.Scan(dest...)
}

var errEnded = errors.New("db: the transaction is over")

// ready normalises the arguments in place, which a second time changes nothing.
func (tx *Tx) ready(args []any) error {
	if tx.ended {
		return errEnded
	}
	for i, a := range args {
		n, err := normalize(a)
		if err != nil {
			return fmt.Errorf("%w (argument %d)", err, i+1)
		}
		args[i] = n
	}
	return nil
}

func wrap(err error, sql string) error {
	if err == nil {
		return nil
	}
	const most = 120
	if len(sql) > most {
		sql = sql[:most] + "…"
	}
	return fmt.Errorf("db: %w in %q", err, sql)
}
