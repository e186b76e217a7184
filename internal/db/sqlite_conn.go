package db

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"modernc.org/libc"
	"zombiezen.com/go/sqlite"

	"github.com/hawkerhq/hawker/internal/id"
)

// Statements kept per connection, and the size of an argument above which a kept statement lets go of it.
const (
	maxStatements = 1024
	largeArgument = 64 << 10
)

// sqliteConn is one connection with its prepared statements. It is a [conn].
type sqliteConn struct {
	conn  *sqlite.Conn
	stmts map[string]*statement
	open  []*sqliteCursor
	texts arena // of [Tx.ExecBulk]
}

// statement is a prepared statement; busy while a cursor walks over it.
type statement struct {
	*sqlite.Stmt
	params, columns        int
	busy, transient, large bool

	tls *libc.TLS // with raw, the statement as SQLite knows it; see [arena]
	raw uintptr
}

func (c *sqliteConn) close() error {
	for _, s := range c.stmts {
		_ = s.Finalize()
	}
	c.texts.free()
	return c.conn.Close()
}

// run executes a statement of our own that has no arguments.
func (c *sqliteConn) run(sql string) error {
	s, err := c.statement(sql)
	if err != nil {
		return wrap(err, sql)
	}
	_, err = s.Step()
	_ = s.Reset() // repeats the error of Step
	return wrap(err, sql)
}

// setting runs a pragma that takes effect when it is prepared, so that it cannot be kept.
func (c *sqliteConn) setting(sql string) error {
	s, _, err := c.conn.PrepareTransient(sql)
	if err == nil {
		_, err = s.Step()
		err = errors.Join(err, s.Finalize())
	}
	return wrap(err, sql)
}

// statement finds or prepares sql. One that is being walked over is prepared a second time.
func (c *sqliteConn) statement(sql string) (*statement, error) {
	kept, ok := c.stmts[sql]
	if ok && !kept.busy {
		return kept, nil
	}
	st, trailing, err := c.conn.PrepareTransient(sqlText.rewrite(sql))
	if err != nil {
		return nil, err
	}
	if trailing != 0 {
		_ = st.Finalize()
		return nil, errors.New("more than one statement")
	}
	s := &statement{Stmt: st, params: st.BindParamCount(), columns: st.ColumnCount(), transient: ok}
	if tls, raw, known := rawStatement(st); known {
		s.tls, s.raw = tls, raw
	}
	if !ok {
		c.keep(sql, s)
	}
	return s, nil
}

func (c *sqliteConn) keep(sql string, s *statement) {
	if len(c.stmts) >= maxStatements {
		for k, old := range c.stmts {
			if !old.busy {
				_ = old.Finalize()
				delete(c.stmts, k)
				break
			}
		}
	}
	c.stmts[sql] = s
}

func (s *statement) end() error {
	s.busy = false
	if s.transient {
		return s.Finalize()
	}
	err := s.Reset()
	if s.large {
		s.large = false
		_ = s.ClearBindings()
	}
	return err
}

func (s *statement) bind(args []any) error { return s.rebind(args, nil) }

// rebind binds args, but for those that are as they were before: the database keeps what was bound.
func (s *statement) rebind(args, before []any) error {
	if len(args) != s.params {
		return fmt.Errorf("%d arguments for %d placeholders", len(args), s.params)
	}
	for i, a := range args {
		p := i + 1
		switch v := a.(type) {
		case nil:
			s.BindNull(p)
		case int64:
			if old, ok := earlier[int64](before, i); !ok || old != v {
				s.BindInt64(p, v)
			}
		case string:
			if old, ok := earlier[string](before, i); ok && old == v {
				continue
			}
			s.large = s.large || len(v) > largeArgument
			s.BindText(p, v)
		case bool:
			s.BindBool(p, v)
		case float64:
			s.BindFloat(p, v)
		case []byte:
			s.large = s.large || len(v) > largeArgument
			s.BindBytes(p, v)
		default:
			s.BindText(p, listJSON(v))
		}
	}
	return nil
}

// earlier is argument i of the row before, if there is one of that type.
func earlier[T any](before []any, i int) (v T, ok bool) {
	if i < len(before) {
		v, ok = before[i].(T)
	}
	return v, ok
}

func (c *sqliteConn) exec(ctx context.Context, sql string, args []any) (int64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	s, err := c.statement(sql)
	if err != nil {
		return 0, err
	}
	if err := s.bind(args); err != nil {
		return 0, err
	}
	return c.finish(s)
}

// finish steps s to its end and returns how many rows it changed.
func (c *sqliteConn) finish(s *statement) (int64, error) {
	for {
		more, err := s.Step()
		if err != nil {
			_ = s.end()
			return 0, err
		}
		if !more {
			break
		}
	}
	n := int64(c.conn.Changes())
	if err := s.end(); err != nil {
		return 0, err
	}
	return n, nil
}

func (c *sqliteConn) execMany(ctx context.Context, sql string, rows [][]any) (int64, error) {
	var total int64
	var before []any
	for i, r := range rows {
		if i%64 == 0 {
			if err := ctx.Err(); err != nil {
				return 0, err
			}
		}
		s, err := c.statement(sql)
		if err != nil {
			return 0, err
		}
		if err := s.rebind(r, before); err != nil {
			return 0, err
		}
		if before = r; s.large || s.transient {
			before = nil // nothing stays bound
		}
		n, err := c.finish(s)
		if err != nil {
			return 0, err
		}
		total += n
	}
	return total, nil
}

func (c *sqliteConn) execBulk(ctx context.Context, sql string, runs int, bind func(b *Binder, run int)) (int64, error) {
	var total int64
	for run := range runs {
		if run%16 == 0 {
			if err := ctx.Err(); err != nil {
				return 0, err
			}
		}
		s, err := c.statement(sql)
		if err != nil {
			return 0, err
		}
		c.texts.begin()
		b := Binder{s: s, text: &c.texts}
		bind(&b, run)
		if b.n != s.params {
			err = fmt.Errorf("%d arguments for %d placeholders", b.n, s.params)
		}
		var n int64
		if err == nil {
			n, err = c.finish(s)
		}
		if err == nil && run == runs-1 && !s.transient {
			err = s.ClearBindings() // the arena's texts do not last
		}
		if err != nil {
			return 0, err
		}
		total += n
	}
	return total, nil
}

func (c *sqliteConn) query(ctx context.Context, sql string, args []any) (cursor, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s, err := c.statement(sql)
	if err != nil {
		return nil, err
	}
	if err := s.bind(args); err != nil {
		return nil, err
	}
	s.busy = true
	cur := &sqliteCursor{ctx: ctx, s: s, c: c}
	c.open = append(c.open, cur)
	return cur, nil
}

// endAll closes cursors their owner forgot.
func (c *sqliteConn) endAll() {
	for len(c.open) > 0 {
		c.open[len(c.open)-1].close()
	}
}

// sqliteCursor walks over a statement. SQLite runs a query lazily, so writing rows of the table being read is
// the caller's risk, as it would be on PostgreSQL, where it fails.
type sqliteCursor struct {
	ctx  context.Context // of the query, for as long as it is read
	c    *sqliteConn
	s    *statement
	rows int
	row  bool
	done bool
	fail error
}

func (k *sqliteCursor) next() bool {
	if k.done || k.fail != nil {
		return false
	}
	if k.rows++; k.rows%64 == 0 {
		if k.fail = k.ctx.Err(); k.fail != nil {
			return false
		}
	}
	var more bool
	more, k.fail = k.s.Step()
	k.row = more && k.fail == nil
	return k.row
}

func (k *sqliteCursor) err() error { return k.fail }

func (k *sqliteCursor) close() {
	if k.done {
		return
	}
	k.done = true
	for i := len(k.c.open) - 1; i >= 0; i-- {
		if k.c.open[i] == k {
			k.c.open = append(k.c.open[:i], k.c.open[i+1:]...)
			break
		}
	}
	_ = k.s.end() // repeats the error Step has already told
}

func (k *sqliteCursor) scan(dest []any) error {
	if n := k.s.columns; n != len(dest) {
		return fmt.Errorf("row has %d columns, Scan was given %d", n, len(dest))
	}
	if k.done || !k.row {
		return errors.New("no row to scan")
	}
	for i, d := range dest {
		if err := k.column(i, d); err != nil {
			return fmt.Errorf("column %d (%s): %w", i, k.s.ColumnName(i), err)
		}
	}
	return nil
}

func (k *sqliteCursor) column(i int, dest any) error {
	if k.s.ColumnType(i) == sqlite.TypeNull {
		return scanNull(dest)
	}
	switch d := dest.(type) {
	case *int64:
		*d = k.s.ColumnInt64(i)
	case *string:
		*d = k.s.ColumnText(i)
	case *id.ID:
		*d = id.ID(k.s.ColumnInt64(i))
	case *int:
		*d = int(k.s.ColumnInt64(i))
	case *bool:
		*d = k.s.ColumnInt64(i) != 0
	case *float64:
		*d = k.s.ColumnFloat(i)
	case *[]byte:
		b := make([]byte, k.s.ColumnLen(i))
		k.s.ColumnBytes(i, b)
		*d = b
	case *time.Time:
		*d = fromMillis(k.s.ColumnInt64(i))
	case *Bytes:
		*d = slices.Grow((*d)[:0], k.s.ColumnLen(i))
		*d = (*d)[:k.s.ColumnBytes(i, (*d)[:cap(*d)])]
	default:
		return k.reflectColumn(i, reflect.ValueOf(dest))
	}
	return nil
}

func (k *sqliteCursor) reflectColumn(i int, p reflect.Value) error {
	if p.Kind() != reflect.Pointer || p.IsNil() {
		return fmt.Errorf("cannot scan into %s", p.Type())
	}
	v := p.Elem()
	switch v.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n := k.s.ColumnInt64(i)
		if v.OverflowInt(n) {
			return fmt.Errorf("%d does not fit %s", n, v.Type())
		}
		v.SetInt(n)
	case reflect.String:
		v.SetString(k.s.ColumnText(i))
	case reflect.Bool:
		v.SetBool(k.s.ColumnInt64(i) != 0)
	case reflect.Float32, reflect.Float64:
		v.SetFloat(k.s.ColumnFloat(i))
	case reflect.Pointer:
		fresh := reflect.New(v.Type().Elem())
		if err := k.column(i, fresh.Interface()); err != nil {
			return err
		}
		v.Set(fresh)
	case reflect.Slice:
		if v.Type().Elem().Kind() != reflect.Uint8 {
			return fmt.Errorf("cannot scan into %s", p.Type())
		}
		b := make([]byte, k.s.ColumnLen(i))
		k.s.ColumnBytes(i, b)
		v.SetBytes(b)
	case reflect.Struct:
		if !v.CanAddr() || !timeType.ConvertibleTo(v.Type()) {
			return fmt.Errorf("cannot scan into %s", p.Type())
		}
		v.Set(reflect.ValueOf(fromMillis(k.s.ColumnInt64(i))).Convert(v.Type()))
	default:
		return fmt.Errorf("cannot scan into %s", p.Type())
	}
	return nil
}

// scanNull stores NULL where there is room for it.
func scanNull(dest any) error {
	p := reflect.ValueOf(dest)
	if p.Kind() == reflect.Pointer && !p.IsNil() {
		v := p.Elem()
		if v.Kind() == reflect.Pointer || v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetZero()
			return nil
		}
	}
	return fmt.Errorf("NULL does not fit %T", dest)
}
