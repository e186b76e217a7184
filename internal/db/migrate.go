package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	_ "modernc.org/sqlite" // goose speaks database/sql
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/hawkerhq/hawker/internal/crash"
	"github.com/hawkerhq/hawker/internal/schema"
)

// checkVersions refuses a schema with migrations this program does not know; done means there is nothing to
// migrate. The numbers are compared one by one: parts of the house number theirs in ranges of their own, so a
// later one may fill a gap.
func checkVersions(have []int64) (done bool, err error) {
	known, err := schema.Versions()
	if err != nil {
		return false, err
	}
	for _, v := range have {
		if v != 0 && !slices.Contains(known, v) {
			return false, fmt.Errorf("the database has schema version %d, newer than this program knows (%d); run the newer hawker, or restore a backup made before the upgrade", v, known[len(known)-1])
		}
	}
	for _, v := range known {
		if !slices.Contains(have, v) {
			return false, nil
		}
	}
	return true, nil
}

// migrateSQLite brings the file's schema up to date. A current file is only looked at; a new one is made
// beside its place, without waiting for the disk, and moved there when it is whole and safe.
func migrateSQLite(ctx context.Context, path string) error {
	if info, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
		return createSQLite(ctx, path)
	}
	// SQLite opens a file it may not write without a word, so it is tried first (and closed before SQLite
	// takes its locks, which closing any handle of the file would drop).
	f, err := os.OpenFile(path, os.O_RDWR, 0) //nolint:gosec // the operator's data directory
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		return fmt.Errorf("the database %s cannot be written: %w; check that this user may write the file and its directory", path, err)
	}
	have, err := versionsSQLite(path)
	if err != nil {
		return explainSQLite(path, err)
	}
	if done, err := checkVersions(have); done || err != nil {
		return err
	}
	err = gooseSQLite(ctx, path, "_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=busy_timeout(5000)")
	if err != nil {
		return explainSQLite(path, err)
	}
	return nil
}

func createSQLite(ctx context.Context, path string) error {
	fresh := path + ".new"
	for _, suffix := range []string{"", "-journal"} {
		if err := os.Remove(fresh + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("making the database: %w", err)
		}
	}
	if err := writeSQLite(ctx, fresh); err != nil {
		return explainSQLite(path, err)
	}
	if err := syncFile(fresh, os.O_RDWR); err != nil {
		return err
	}
	if err := os.Rename(fresh, path); err != nil {
		return fmt.Errorf("making the database: %w", err)
	}
	return syncDir(filepath.Dir(path))
}

// gooseTable is where goose looks up what was done.
const gooseTable = `CREATE TABLE goose_db_version (
	id         INTEGER PRIMARY KEY AUTOINCREMENT,
	version_id INTEGER NOT NULL,
	is_applied INTEGER NOT NULL,
	tstamp     TIMESTAMP DEFAULT (datetime('now'))
);
INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, 1);
`

// writeSQLite puts the schema into a new file in one transaction: the whole of it at once, or all migrations while that
// text is older than they are. It leaves what goose would have left, in a small part of the time: a first start has nothing
// else to wait for.
func writeSQLite(ctx context.Context, path string) error {
	whole, err := schema.Whole()
	if err != nil {
		return err
	}
	if whole != "" {
		return writeScripts(ctx, path, []string{whole})
	}
	scripts, err := migrationScripts()
	if err != nil {
		return err
	}
	return writeScripts(ctx, path, scripts)
}

// migrationScripts are the texts of all migrations for SQLite, in order.
func migrationScripts() ([]string, error) {
	migrations, err := schema.Migrations(schema.SQLite)
	if err != nil {
		return nil, err
	}
	names, err := fs.Glob(migrations, "*.sql") // in order of their numbers, which have as many digits
	if err != nil {
		return nil, err
	}
	scripts := make([]string, len(names))
	for i, name := range names {
		b, err := fs.ReadFile(migrations, name)
		if err != nil {
			return nil, err
		}
		scripts[i] = string(b)
	}
	return scripts, nil
}

// writeScripts makes a new file of scripts, in which every migration is done.
func writeScripts(ctx context.Context, path string, scripts []string) (err error) {
	versions, err := schema.Versions()
	if err != nil {
		return err
	}
	c, err := sqlite.OpenConn(path, sqlite.OpenReadWrite|sqlite.OpenCreate)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	c.SetInterrupt(ctx.Done())
	for _, pragma := range []string{fmt.Sprintf("page_size = %d", pageSize), "journal_mode = MEMORY", "synchronous = OFF", "locking_mode = EXCLUSIVE"} {
		if err := sqlitex.ExecuteTransient(c, "PRAGMA "+pragma, nil); err != nil {
			return err
		}
	}
	defer sqlitex.Transaction(c)(&err)
	if err := sqlitex.ExecuteScript(c, gooseTable, nil); err != nil {
		return err
	}
	for i, script := range scripts {
		if err := sqlitex.ExecuteScript(c, script, nil); err != nil {
			return fmt.Errorf("script %d: %w", i, err)
		}
	}
	crash.At(crash.MigrateEach)
	for _, v := range versions {
		err := sqlitex.Execute(c, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (?, 1)`, &sqlitex.ExecOptions{Args: []any{v}})
		if err != nil {
			return err
		}
	}
	return nil
}

// syncFile waits until a file is on disk. Windows wants a handle that may write, a directory one that only reads.
func syncFile(path string, flag int) error {
	f, err := os.OpenFile(path, flag, 0) //nolint:gosec // the operator's data directory
	if err != nil {
		return fmt.Errorf("making the database: %w", err)
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("making the database: %w", err)
	}
	return nil
}

func gooseSQLite(ctx context.Context, path, pragmas string) (err error) {
	std, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: pragmas}).String())
	if err != nil {
		return fmt.Errorf("database: %w", err)
	}
	defer func() { err = errors.Join(err, std.Close()) }()
	std.SetMaxOpenConns(1)
	return migrate(ctx, std, goose.DialectSQLite3, schema.SQLite)
}

func versionsSQLite(path string) (versions []int64, err error) {
	c, err := sqlite.OpenConn(path, sqlite.OpenReadWrite, sqlite.OpenWAL)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	has := false
	read := func(query string, f func(*sqlite.Stmt)) error {
		return sqlitex.ExecuteTransient(c, query, &sqlitex.ExecOptions{ResultFunc: func(s *sqlite.Stmt) error { f(s); return nil }})
	}
	if err := read(`SELECT 1 FROM sqlite_schema WHERE name = 'goose_db_version'`, func(*sqlite.Stmt) { has = true }); err != nil || !has {
		return nil, err
	}
	err = read(`SELECT version_id FROM goose_db_version WHERE is_applied`, func(s *sqlite.Stmt) { versions = append(versions, s.ColumnInt64(0)) })
	return versions, err
}

func migratePostgres(ctx context.Context, pool *pgxpool.Pool) error {
	have, err := versionsPostgres(ctx, pool)
	if err != nil {
		c := pool.Config().ConnConfig
		return fmt.Errorf("database: PostgreSQL at %s, database %q, does not answer: %w; check the URL, that the server runs and what user %q may do",
			c.Host, c.Database, err, c.User)
	}
	if done, err := checkVersions(have); done || err != nil {
		return err
	}
	std := stdlib.OpenDB(*pool.Config().ConnConfig)
	return errors.Join(migrate(ctx, std, goose.DialectPostgres, schema.Postgres), std.Close())
}

func versionsPostgres(ctx context.Context, pool *pgxpool.Pool) ([]int64, error) {
	var has bool
	if err := pool.QueryRow(ctx, `SELECT to_regclass('goose_db_version') IS NOT NULL`).Scan(&has); err != nil || !has {
		return nil, err
	}
	rows, err := pool.Query(ctx, `SELECT version_id FROM goose_db_version WHERE is_applied`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[int64])
}

func migrate(ctx context.Context, std *sql.DB, d goose.Dialect, e schema.Engine) error {
	migrations, err := schema.Migrations(e)
	if err != nil {
		return err
	}
	opts := []goose.ProviderOption{goose.WithSlog(slog.New(slog.DiscardHandler)), goose.WithAllowOutofOrder(true), goose.WithDisableGlobalRegistry(true)}
	if e == schema.Postgres {
		// Several processes may start at once: one migrates, the others wait.
		l, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return fmt.Errorf("database: %w", err)
		}
		opts = append(opts, goose.WithSessionLocker(l))
	}
	p, err := goose.NewProvider(d, std, migrations, opts...)
	if err != nil {
		return fmt.Errorf("database: %w", err)
	}
	for err = nil; crash.On && err == nil; { // one by one, to have a point between them
		if _, err = p.UpByOne(ctx); err == nil {
			crash.At(crash.MigrateEach)
		}
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("database: migrating: %w", err)
	}
	return nil
}
