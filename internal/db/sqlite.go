package db

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// File names inside the data directory.
const (
	sqliteFile = "hawker.db"
	lockFile   = "hawker.lock"
)

// readers is how many connections read at once; a second core has no use for more than a few.
const readers = 4

const writerPragmas = `
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA foreign_keys = ON;
PRAGMA temp_store = MEMORY;
PRAGMA wal_autocheckpoint = 1000;
PRAGMA journal_size_limit = 67108864;
PRAGMA cache_size = -65536;
`

const readerPragmas = `
PRAGMA query_only = ON;
PRAGMA temp_store = MEMORY;
PRAGMA cache_size = -16384;
`

// prepareDir makes the data directory and takes its lock; release gives the lock back.
func prepareDir(dir string) (release func() error, err error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("the data directory cannot be made: %w; choose another one with --data", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_CREATE|os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrPermission) || isReadOnlyFS(err) {
		return nil, fmt.Errorf("the data directory %s is read-only for this user: %w; make it writable or choose another one with --data", dir, err)
	}
	if err != nil {
		return nil, fmt.Errorf("the data directory %s cannot be locked: %w", dir, err)
	}
	if err := lockExclusive(f); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("the data directory %s is in use by another hawker; stop it or choose another one with --data", dir)
	}
	return f.Close, nil
}

// openSQLite opens the writer and the readers of the database file.
func (d *DB) openSQLite(path string) error {
	w, err := sqlite.OpenConn(path, sqlite.OpenReadWrite, sqlite.OpenWAL)
	if err != nil {
		return explainSQLite(path, err)
	}
	if err := execEach(w, writerPragmas); err != nil {
		_ = w.Close()
		return explainSQLite(path, err)
	}
	pool, err := sqlitex.NewPool(path, sqlitex.PoolOptions{
		Flags:    sqlite.OpenReadWrite | sqlite.OpenWAL,
		PoolSize: readers,
		PrepareConn: func(c *sqlite.Conn) error {
			c.SetBusyTimeout(5 * time.Second)
			return execEach(c, readerPragmas)
		},
	})
	if err != nil {
		_ = w.Close()
		return explainSQLite(path, err)
	}
	d.readers = pool
	d.writer = newWriter(d, w)
	return nil
}

// explainSQLite turns a failure to open into words a person can act on.
func explainSQLite(path string, err error) error {
	switch code := sqlite.ErrCode(err); code.ToPrimary() {
	case sqlite.ResultCorrupt, sqlite.ResultNotADB:
		return fmt.Errorf("the database %s is damaged (%v); restore it from a backup, or move it away to start anew", path, code)
	case sqlite.ResultReadOnly, sqlite.ResultCantOpen, sqlite.ResultPerm:
		return fmt.Errorf("the database %s cannot be written (%v); check that this user may write the file and its directory", path, code)
	case sqlite.ResultBusy, sqlite.ResultLocked:
		return fmt.Errorf("the database %s is locked by another program; stop that program", path)
	}
	return fmt.Errorf("opening the database %s: %w", path, err)
}

// viewSQLite runs fn on a reader in a snapshot of its own.
func (d *DB) viewSQLite(ctx context.Context, tx *Tx, fn func(context.Context, *Tx) error) (err error) {
	c, err := d.readers.Take(ctx)
	if err != nil {
		if ctx.Err() != nil {
			err = ctx.Err() // the driver says "interrupted"
		}
		return fmt.Errorf("db: waiting for a reader: %w", err)
	}
	defer d.readers.Put(c)
	if err := run(c, "BEGIN"); err != nil {
		return err
	}
	sc := &sqliteConn{c: c, rw: &d.rewriter}
	tx.conn = sc
	defer func() {
		sc.closeAll()
		// The reader changed nothing; ending its snapshot can only fail with the statement's own error.
		_ = run(c, "ROLLBACK")
	}()
	return protect(func() error { return fn(ctx, tx) })
}

// sqliteConn is a transaction's hold on a SQLite connection.
type sqliteConn struct {
	c    *sqlite.Conn
	rw   *rewriter
	open []*sqliteCursor
}

func (s *sqliteConn) prepare(sql string) (*sqlite.Stmt, bool, error) {
	sql = s.rw.rewrite(sql)
	for _, cur := range s.open {
		if cur.stmt != nil && cur.sql == sql {
			// The cached statement is being read: a second use needs one of its own.
			stmt, _, err := s.c.PrepareTransient(sql)
			return stmt, true, err
		}
	}
	stmt, err := s.c.Prepare(sql)
	return stmt, false, err
}

func bind(stmt *sqlite.Stmt, args []any) {
	for i, a := range args {
		p := i + 1
		switch v := a.(type) {
		case nil:
			stmt.BindNull(p)
		case int64:
			stmt.BindInt64(p, v)
		case float64:
			stmt.BindFloat(p, v)
		case string:
			stmt.BindText(p, v)
		case bool:
			stmt.BindBool(p, v)
		case []byte:
			if v == nil {
				v = []byte{}
			}
			stmt.BindBytes(p, v)
		default:
			stmt.BindText(p, listJSON(v))
		}
	}
}

func (s *sqliteConn) exec(_ context.Context, sql string, args []any) (int64, error) {
	stmt, own, err := s.prepare(sql)
	if err != nil {
		return 0, err
	}
	if own {
		defer func() { _ = stmt.Finalize() }()
	}
	return stepAll(s.c, stmt, args)
}

func stepAll(c *sqlite.Conn, stmt *sqlite.Stmt, args []any) (int64, error) {
	if stmt.BindParamCount() != len(args) {
		return 0, fmt.Errorf("%d arguments for %d placeholders", len(args), stmt.BindParamCount())
	}
	bind(stmt, args)
	for {
		more, err := stmt.Step()
		if err != nil {
			_ = stmt.Reset()
			return 0, err
		}
		if !more {
			break
		}
	}
	n := int64(c.Changes())
	return n, stmt.Reset()
}

func (s *sqliteConn) execMany(_ context.Context, sql string, rows [][]any) (int64, error) {
	stmt, own, err := s.prepare(sql)
	if err != nil {
		return 0, err
	}
	if own {
		defer func() { _ = stmt.Finalize() }()
	}
	total := int64(0)
	for _, r := range rows {
		n, err := stepAll(s.c, stmt, r)
		if err != nil {
			return total, err
		}
		total += n
	}
	return total, nil
}

func (s *sqliteConn) query(_ context.Context, sql string, args []any) (cursor, error) {
	stmt, own, err := s.prepare(sql)
	if err != nil {
		return nil, err
	}
	if stmt.BindParamCount() != len(args) {
		return nil, fmt.Errorf("%d arguments for %d placeholders", len(args), stmt.BindParamCount())
	}
	bind(stmt, args)
	cur := &sqliteCursor{conn: s, stmt: stmt, own: own, sql: s.rw.rewrite(sql)}
	s.open = append(s.open, cur)
	return cur, nil
}

// closeAll lets go of results the closure left open.
func (s *sqliteConn) closeAll() {
	for len(s.open) > 0 {
		s.open[len(s.open)-1].close()
	}
}

type sqliteCursor struct {
	conn *sqliteConn
	stmt *sqlite.Stmt
	own  bool
	sql  string
	fail error
}

func (c *sqliteCursor) next() bool {
	if c.stmt == nil || c.fail != nil {
		return false
	}
	more, err := c.stmt.Step()
	c.fail = err
	return more && err == nil
}

func (c *sqliteCursor) err() error { return c.fail }

func (c *sqliteCursor) close() {
	if c.stmt == nil {
		return
	}
	if c.own {
		_ = c.stmt.Finalize()
	} else {
		_ = c.stmt.Reset()
	}
	c.stmt = nil
	for i, o := range c.conn.open {
		if o == c {
			c.conn.open = append(c.conn.open[:i], c.conn.open[i+1:]...)
			break
		}
	}
}

func (c *sqliteCursor) scan(dest []any) error {
	if n := c.stmt.ColumnCount(); n != len(dest) {
		return fmt.Errorf("%d destinations for %d columns", len(dest), n)
	}
	for i, d := range dest {
		if err := scanColumn(c.stmt, i, d); err != nil {
			return fmt.Errorf("column %s: %w", c.stmt.ColumnName(i), err)
		}
	}
	return nil
}

func scanColumn(stmt *sqlite.Stmt, i int, dest any) error {
	switch d := dest.(type) {
	case *int64:
		*d = stmt.ColumnInt64(i)
	case *int:
		*d = stmt.ColumnInt(i)
	case *string:
		*d = stmt.ColumnText(i)
	case *bool:
		*d = stmt.ColumnInt64(i) != 0
	case *float64:
		*d = stmt.ColumnFloat(i)
	case *[]byte:
		b := make([]byte, stmt.ColumnLen(i))
		stmt.ColumnBytes(i, b)
		*d = b
	case *time.Time:
		*d = fromMillis(stmt.ColumnInt64(i))
	default:
		return scanReflect(stmt, i, dest)
	}
	return nil
}

func scanReflect(stmt *sqlite.Stmt, i int, dest any) error {
	v := reflect.ValueOf(dest)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return fmt.Errorf("%T is not a pointer", dest)
	}
	v = v.Elem()
	switch v.Kind() {
	case reflect.Pointer:
		if stmt.ColumnIsNull(i) {
			v.SetZero()
			return nil
		}
		v.Set(reflect.New(v.Type().Elem()))
		return scanColumn(stmt, i, v.Interface())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(stmt.ColumnInt64(i))
	case reflect.String:
		v.SetString(stmt.ColumnText(i))
	case reflect.Bool:
		v.SetBool(stmt.ColumnInt64(i) != 0)
	case reflect.Float32, reflect.Float64:
		v.SetFloat(stmt.ColumnFloat(i))
	case reflect.Slice:
		b := make([]byte, stmt.ColumnLen(i))
		stmt.ColumnBytes(i, b)
		v.SetBytes(b)
	default:
		return fmt.Errorf("no column scans into %T", dest)
	}
	return nil
}

// execEach runs statements one by one, outside any transaction: pragmas want that.
func execEach(c *sqlite.Conn, script string) error {
	for stmt := range strings.SplitSeq(script, ";") {
		if strings.TrimSpace(stmt) == "" {
			continue
		}
		if err := sqlitex.ExecuteTransient(c, stmt, nil); err != nil {
			return err
		}
	}
	return nil
}

// run steps one statement without arguments or results.
func run(c *sqlite.Conn, sql string) error {
	stmt, err := c.Prepare(sql)
	if err != nil {
		return wrap(err, sql)
	}
	_, err = stmt.Step()
	if rerr := stmt.Reset(); err == nil {
		err = rerr
	}
	return wrap(err, sql)
}
