package db

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
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

// pageSize is that of new databases: most of what is written are rows of half a kilobyte and more, for which larger pages
// are less work. Databases made before keep their 4096.
const pageSize = 8192

// Memory for pages. SQLite does not count what the driver needs around a page, about half as much again.
const writerPragmas = `
PRAGMA synchronous = FULL;
PRAGMA foreign_keys = ON;
PRAGMA temp_store = MEMORY;
PRAGMA journal_size_limit = 67108864;
PRAGMA cache_size = -16384;
`

const readerPragmas = `
PRAGMA query_only = ON;
PRAGMA temp_store = MEMORY;
PRAGMA cache_size = -12288;
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
		return nil, fmt.Errorf("the data directory %s is %w; stop it or choose another one with --data", dir, ErrInUse)
	}
	return f.Close, nil
}

// openSQLite opens the writer and the readers of the database file.
func (d *DB) openSQLite(path string) error {
	w, err := openConn(path, writerPragmas)
	if err != nil {
		return explainSQLite(path, err)
	}
	d.readers, err = openReaders(path)
	if err != nil {
		return explainSQLite(path, errors.Join(err, w.close()))
	}
	if d.writer, err = newWriter(d, w, path); err != nil {
		return explainSQLite(path, errors.Join(err, w.close(), d.readers.close()))
	}
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

func openConn(path, pragmas string) (*sqliteConn, error) {
	c, err := sqlite.OpenConn(path, sqlite.OpenReadWrite, sqlite.OpenWAL)
	if err != nil {
		return nil, err
	}
	c.SetBusyTimeout(5 * time.Second)
	if err := execEach(c, pragmas); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return &sqliteConn{conn: c, stmts: map[string]*statement{}}, nil
}

// viewSQLite runs fn on a reader in a snapshot of its own.
func (d *DB) viewSQLite(ctx context.Context, tx *Tx, fn func(context.Context, *Tx) error) error {
	c, err := d.readers.take(ctx)
	if err != nil {
		return err
	}
	// Deferred, so that a closure that ends its goroutine (t.FailNow) gives the reader back as well. The
	// reader changed nothing: ending its snapshot can only fail with the statement's own error.
	defer func() {
		c.endAll()
		_ = c.run("ROLLBACK")
		d.readers.put(c)
	}()
	if err := c.run("BEGIN"); err != nil {
		return err
	}
	tx.conn = c
	return protect(tx, func() error { return fn(ctx, tx) })
}

// readSQLite runs fn on a reader, each statement by itself.
func (d *DB) readSQLite(ctx context.Context, tx *Tx, fn func(context.Context, *Tx) error) error {
	c, err := d.readers.take(ctx)
	if err != nil {
		return err
	}
	defer func() {
		c.endAll()
		d.readers.put(c)
	}()
	tx.conn = c
	return protect(tx, func() error { return fn(ctx, tx) })
}

// readerPool hands out reading connections. It is closed by taking each of them for good.
type readerPool struct {
	free  chan *sqliteConn
	ended chan struct{}
	once  sync.Once
}

func openReaders(path string) (*readerPool, error) {
	p := &readerPool{free: make(chan *sqliteConn, readers), ended: make(chan struct{})}
	for range readers {
		c, err := openConn(path, readerPragmas)
		if err != nil {
			return nil, errors.Join(err, p.close())
		}
		p.free <- c
	}
	return p, nil
}

func (p *readerPool) take(ctx context.Context) (*sqliteConn, error) {
	select {
	case <-p.ended:
		return nil, ErrClosed
	default:
	}
	select {
	case c := <-p.free:
		if err := ctx.Err(); err != nil {
			p.put(c)
			return nil, fmt.Errorf("db: waiting for a reader: %w", err)
		}
		return c, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("db: waiting for a reader: %w", ctx.Err())
	case <-p.ended:
		return nil, ErrClosed
	}
}

func (p *readerPool) put(c *sqliteConn) { p.free <- c }

// close waits for running Views.
func (p *readerPool) close() error {
	var errs []error
	p.once.Do(func() {
		close(p.ended)
		for range readers {
			errs = append(errs, (<-p.free).close())
		}
	})
	return errors.Join(errs...)
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
