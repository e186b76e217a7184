// Package dbtest gives tests a fresh, migrated database of each engine: SQLite always, PostgreSQL where
// HAWKER_TEST_POSTGRES names a server (`make test` starts one; CI fails without).
package dbtest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/schema"
)

// Env names the PostgreSQL server for tests.
const Env = "HAWKER_TEST_POSTGRES"

// Start is where the clock of a test database stands.
var Start = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// Each runs f on a fresh database of each engine, in parallel.
func Each(t *testing.T, f func(t *testing.T, d *db.DB)) {
	t.Helper()
	EachClock(t, func(t *testing.T, d *db.DB, _ *clock.Fixed) { f(t, d) })
}

// EachClock is [Each] with the clock the database runs on, standing at [Start].
func EachClock(t *testing.T, f func(t *testing.T, d *db.DB, c *clock.Fixed)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		c := clock.NewFixed(Start)
		f(t, SQLite(t, c), c)
	})
	server := os.Getenv(Env)
	if server == "" {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is not set: in CI every storage test runs on PostgreSQL too", Env)
		}
		warn.Do(func() {
			fmt.Fprintf(os.Stderr, "\n*** %s is not set: NOT testing PostgreSQL. `make test` does. ***\n\n", Env)
		})
		return
	}
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		c := clock.NewFixed(Start)
		f(t, Postgres(t, server, c), c)
	})
}

var warn sync.Once

// SQLite opens a fresh SQLite database.
func SQLite(t testing.TB, c clock.Clock) *db.DB {
	t.Helper()
	dir := t.TempDir()
	template, err := sqliteTemplate()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "hawker.db"), template, 0o600); err != nil {
		t.Fatal(err)
	}
	return open(t, db.Config{Dir: dir, Clock: c})
}

// sqliteTemplate is the file of an empty, migrated database: copying it is cheaper than migrating.
var sqliteTemplate = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "hawker-dbtest")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	d, err := db.Open(context.Background(), db.Config{Dir: dir})
	if err != nil {
		return nil, err
	}
	if err := d.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(dir, "hawker.db"))
})

var serial atomic.Int64

// Postgres opens a fresh database on server.
func Postgres(t testing.TB, server string, c clock.Clock) *db.DB {
	t.Helper()
	return open(t, db.Config{URL: PostgresURL(t, server), Clock: c})
}

// PostgresURL makes a fresh, migrated database on server and drops it when the test ends.
func PostgresURL(t testing.TB, server string) string {
	t.Helper()
	template, err := postgresTemplate(server)
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("hawker_%d_%d", os.Getpid(), serial.Add(1))
	if err := admin(server, "CREATE DATABASE "+name+" TEMPLATE "+template); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := admin(server, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	u, err := withDatabase(server, name)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

var templates struct {
	sync.Mutex
	name string
}

// postgresTemplate is the name of a migrated database to copy. It is named after the migrations, so that all
// test programs on one server share it; an advisory lock lets one of them make it. It is left for the server's
// end: test servers are temporary.
func postgresTemplate(server string) (string, error) {
	templates.Lock()
	defer templates.Unlock()
	if templates.name != "" {
		return templates.name, nil
	}
	hash, err := migrationsHash()
	if err != nil {
		return "", err
	}
	name := "hawker_template_" + hash
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	c, err := pgx.Connect(ctx, server)
	if err != nil {
		return "", fmt.Errorf("%s: %w", Env, err)
	}
	defer func() { _ = c.Close(ctx) }()
	if _, err := c.Exec(ctx, `SELECT pg_advisory_lock(7283091)`); err != nil {
		return "", err
	}
	var ready bool
	if err := c.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1 AND datistemplate)`, name).Scan(&ready); err != nil {
		return "", err
	}
	if !ready {
		if err := makeTemplate(ctx, server, name); err != nil {
			return "", err
		}
	}
	templates.name = name
	return name, nil
}

func makeTemplate(ctx context.Context, server, name string) error {
	for _, sql := range []string{"DROP DATABASE IF EXISTS " + name, "CREATE DATABASE " + name} {
		if err := admin(server, sql); err != nil {
			return err
		}
	}
	u, err := withDatabase(server, name)
	if err != nil {
		return err
	}
	d, err := db.Open(ctx, db.Config{URL: u})
	if err != nil {
		return err
	}
	if err := d.Close(); err != nil {
		return err
	}
	return admin(server, "ALTER DATABASE "+name+" IS_TEMPLATE true")
}

func migrationsHash() (string, error) {
	files, err := schema.Migrations(schema.Postgres)
	if err != nil {
		return "", err
	}
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return "", err
	}
	h := sha256.New()
	for _, name := range names {
		b, err := fs.ReadFile(files, name)
		if err != nil {
			return "", err
		}
		_, _ = fmt.Fprintf(h, "%s %d\n%s", name, len(b), b)
	}
	return hex.EncodeToString(h.Sum(nil)[:8]), nil
}

func admin(server, statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	c, err := pgx.Connect(ctx, server)
	if err != nil {
		return fmt.Errorf("%s: %w", Env, err)
	}
	defer func() { _ = c.Close(ctx) }()
	_, err = c.Exec(ctx, statement)
	return err
}

func withDatabase(server, name string) (string, error) {
	u, err := url.Parse(server)
	if err != nil {
		return "", fmt.Errorf("%s: %w", Env, err)
	}
	u.Path = "/" + name
	q := u.Query()
	if q.Get("pool_max_conns") == "" {
		q.Set("pool_max_conns", "8")
	}
	u.RawQuery = q.Encode()
	return u.String(), nil
}

func open(t testing.TB, cfg db.Config) *db.DB {
	t.Helper()
	cfg.Logger = slog.New(slog.NewTextHandler(io.Discard, nil))
	d, err := db.Open(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}
