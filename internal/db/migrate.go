package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	_ "modernc.org/sqlite" // goose speaks database/sql
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/hawkerhq/hawker/internal/schema"
)

// checkVersion refuses a schema that a newer program wrote; done means there is nothing to migrate.
func checkVersion(have int64) (done bool, err error) {
	newest, err := schema.Newest()
	if err != nil {
		return false, err
	}
	if have > newest {
		return false, fmt.Errorf("the database has schema version %d, newer than this program knows (%d); run the newer hawker, or restore a backup made before the upgrade", have, newest)
	}
	return have == newest, nil
}

// migrateSQLite brings the file's schema up to date. A current file is only looked at.
func migrateSQLite(ctx context.Context, path string) error {
	have, err := versionSQLite(path)
	if err != nil {
		return explainSQLite(path, err)
	}
	if done, err := checkVersion(have); done || err != nil {
		return err
	}
	// The page size and the journal are set while the file is still empty.
	std, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=busy_timeout(5000)")
	if err != nil {
		return explainSQLite(path, err)
	}
	defer func() { _ = std.Close() }()
	std.SetMaxOpenConns(1)
	if err := migrate(ctx, std, goose.DialectSQLite3, schema.SQLite); err != nil {
		return explainSQLite(path, err)
	}
	return nil
}

func versionSQLite(path string) (version int64, err error) {
	if info, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) || (err == nil && info.Size() == 0) {
		return 0, nil
	}
	c, err := sqlite.OpenConn(path, sqlite.OpenReadWrite, sqlite.OpenWAL)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	has := false
	read := func(query string, f func(*sqlite.Stmt)) error {
		return sqlitex.ExecuteTransient(c, query, &sqlitex.ExecOptions{ResultFunc: func(s *sqlite.Stmt) error { f(s); return nil }})
	}
	if err := read(`SELECT 1 FROM sqlite_schema WHERE name = 'goose_db_version'`, func(*sqlite.Stmt) { has = true }); err != nil || !has {
		return 0, err
	}
	err = read(`SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version WHERE is_applied`, func(s *sqlite.Stmt) { version = s.ColumnInt64(0) })
	return version, err
}

func migratePostgres(ctx context.Context, cfg *pgx.ConnConfig) error {
	std := stdlib.OpenDB(*cfg)
	defer func() { _ = std.Close() }()
	var has bool
	if err := std.QueryRowContext(ctx, `SELECT to_regclass('goose_db_version') IS NOT NULL`).Scan(&has); err != nil {
		return fmt.Errorf("database: PostgreSQL does not answer: %w; check the URL and that the server runs", err)
	}
	if has {
		var have int64
		if err := std.QueryRowContext(ctx, `SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version WHERE is_applied`).Scan(&have); err != nil {
			return fmt.Errorf("database: reading the schema version: %w", err)
		}
		if done, err := checkVersion(have); done || err != nil {
			return err
		}
	}
	return migrate(ctx, std, goose.DialectPostgres, schema.Postgres)
}

func migrate(ctx context.Context, std *sql.DB, d goose.Dialect, e schema.Engine) error {
	migrations, err := schema.Migrations(e)
	if err != nil {
		return err
	}
	opts := []goose.ProviderOption{goose.WithSlog(slog.New(slog.DiscardHandler))}
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
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("database: migrating: %w", err)
	}
	return nil
}
