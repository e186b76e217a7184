// Package db is the one way to the database: SQLite in the data directory, or PostgreSQL.
//
// Statements are written once, in PostgreSQL's spelling, and rewritten for SQLite. A transaction is a
// closure handed to [DB.Update] or [DB.View] and passed on explicitly as *Tx. On SQLite the closures of
// many callers share one commit, each in a savepoint of its own; on PostgreSQL each is a transaction,
// retried when the database asks for it. An Update that returned nil is on disk.
package db

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/id"
)

// Dialect is the kind of database.
type Dialect int

// Dialects.
const (
	SQLite Dialect = iota
	Postgres
)

// String is the dialect's name: "sqlite" or "postgres".
func (d Dialect) String() string {
	if d == Postgres {
		return "postgres"
	}
	return "sqlite"
}

// Config says which database to open.
type Config struct {
	// URL is "" or "sqlite" for SQLite in Dir, or a postgres:// URL.
	URL string
	// Dir is the data directory of SQLite.
	Dir string
	// Clock gives transactions their time; nil means the system's.
	Clock clock.Clock
	// Logger hears of storage failures; nil means slog's default.
	Logger *slog.Logger
	// Instance is this process's number among those on one PostgreSQL database, 0 to 15.
	Instance int
}

// DB is an open database. It is safe for concurrent use.
type DB struct {
	dialect  Dialect
	clock    clock.Clock
	log      *slog.Logger
	ids      *id.Source
	instance int
	bell     bell
	steady   steady
	dir      string // SQLite's data directory
	// complaints are what the log has been told lately.
	complaints complaints
	release    func() error // gives the data directory's lock back

	writer  *writer       // SQLite
	readers *readerPool   // SQLite
	pool    *pgxpool.Pool // PostgreSQL
}

// Open opens the database and brings its schema up to date. It refuses a database that is newer than
// this program, damaged, locked by another process or not writable, and says what to do about it.
func Open(ctx context.Context, c Config) (*DB, error) {
	if c.Clock == nil {
		c.Clock = clock.System{}
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	if c.Instance < 0 || c.Instance > id.MaxInstance {
		return nil, fmt.Errorf("database: instance %d is not between 0 and %d", c.Instance, id.MaxInstance)
	}
	d := &DB{clock: c.Clock, log: c.Logger, instance: c.Instance}
	d.ids = id.NewSource(steadyClock{d}, c.Instance) // so that the newest id tells after a restart where the steady time stood
	var err error
	if c.URL == "" || c.URL == "sqlite" {
		err = d.startSQLite(ctx, c.Dir)
	} else if strings.HasPrefix(c.URL, "postgres://") || strings.HasPrefix(c.URL, "postgresql://") {
		err = d.startPostgres(ctx, c.URL)
	} else {
		return nil, errors.New(`database: neither "sqlite" nor a postgres:// URL`)
	}
	if err == nil {
		err = d.reserveIDs(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

func (d *DB) startSQLite(ctx context.Context, dir string) error {
	d.dialect = SQLite
	release, err := prepareDir(dir)
	if err != nil {
		return err
	}
	d.release, d.dir = release, dir
	path := filepath.Join(dir, sqliteFile)
	if err := migrateSQLite(ctx, path); err != nil {
		return err
	}
	return d.openSQLite(path)
}

// Dialect tells which database this is.
func (d *DB) Dialect() Dialect { return d.dialect }

// Clock is the clock transactions take their time from.
func (d *DB) Clock() clock.Clock { return d.clock }

// Commits counts the commits of the database, each before it is acknowledged: what was read after it told a number is
// still so while it tells the same. ok is false where others write as well.
func (d *DB) Commits() (n uint64, ok bool) {
	if d.writer == nil {
		return 0, false
	}
	return d.writer.commits.Load(), true
}

// NewID makes an id for what is not a row.
func (d *DB) NewID() id.ID { return d.ids.New() }

// Instance is this process's number among those on one database.
func (d *DB) Instance() int { return d.instance }

// Close waits for running transactions and closes the database.
func (d *DB) Close() error {
	var errs []error
	if d.writer != nil {
		errs = append(errs, d.writer.close())
	}
	if d.readers != nil {
		errs = append(errs, d.readers.close())
	}
	if d.pool != nil {
		d.pool.Close()
	}
	if d.release != nil {
		errs = append(errs, d.release())
		d.release = nil
	}
	return errors.Join(errs...)
}

// Update runs fn in a transaction that may write and returns once it is on disk. fn may run more than
// once, so it must hold no side effects; what should happen after the commit goes to [Tx.AfterCommit].
func (d *DB) Update(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error {
	if nested(ctx) {
		return ErrNested
	}
	inner := context.WithValue(ctx, guardKey{}, true)
	var tx *Tx
	var err error
	if d.dialect == SQLite {
		tx = d.newTx()
		err = d.writer.update(inner, tx, fn)
	} else {
		tx, err = d.updatePostgres(inner, false, fn)
	}
	return d.finish(ctx, tx, err)
}

// finish does what a transaction left for after its commit.
func (d *DB) finish(ctx context.Context, tx *Tx, err error) error {
	if err != nil {
		return d.unavailable(ctx, err)
	}
	for _, topic := range tx.topics {
		d.bell.ring(topic)
	}
	for _, f := range tx.after {
		f()
	}
	return nil
}

// View runs fn in a read-only snapshot.
func (d *DB) View(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error {
	if nested(ctx) {
		return ErrNested
	}
	inner := context.WithValue(ctx, guardKey{}, true)
	if d.dialect == SQLite {
		return d.unavailable(ctx, d.viewSQLite(inner, d.newTx(), fn))
	}
	return d.unavailable(ctx, d.viewPostgres(inner, fn))
}

// Read runs fn without a snapshot around it: each of its statements sees what is committed when it begins. It is for
// readers of one row or one list, and spares a round trip or two.
func (d *DB) Read(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error {
	if nested(ctx) {
		return ErrNested
	}
	inner := context.WithValue(ctx, guardKey{}, true)
	if d.dialect == SQLite {
		return d.readSQLite(inner, d.newTx(), fn)
	}
	return d.unavailable(ctx, d.readPostgres(inner, d.newTx(), fn))
}

func (d *DB) newTx() *Tx {
	return &Tx{db: d, now: d.clock.Now().UTC().Truncate(time.Millisecond)}
}

// guardKey marks the context inside a transaction.
type guardKey struct{}

func nested(ctx context.Context) bool { return ctx.Value(guardKey{}) != nil }

// Ping tells whether the database answers.
func (d *DB) Ping(ctx context.Context) error {
	if d.writer != nil && d.writer.broken.Load() {
		return storageFailed(nil)
	}
	return d.View(ctx, func(ctx context.Context, tx *Tx) error {
		var one int
		if err := tx.QueryRow(ctx, `SELECT 1`).Scan(&one); err != nil {
			return fmt.Errorf("ping: %w", err)
		}
		return nil
	})
}
