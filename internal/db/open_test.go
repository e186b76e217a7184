package db_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/id"
)

func tryOpen(dir string) error {
	d, err := db.Open(context.Background(), db.Config{Dir: dir})
	if err != nil {
		return err
	}
	return d.Close()
}

func wantError(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("opened")
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%q does not say %q", err, w)
		}
	}
}

func TestOpenExplainsWhatIsWrong(t *testing.T) {
	t.Parallel()
	t.Run("damaged", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "hawker.db"), []byte(strings.Repeat("not a database ", 500)), 0o600); err != nil {
			t.Fatal(err)
		}
		wantError(t, tryOpen(dir), "damaged", "backup")
	})
	t.Run("locked", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		d, err := db.Open(t.Context(), db.Config{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		wantError(t, tryOpen(dir), "in use by another hawker", "--data")
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		if err := tryOpen(dir); err != nil {
			t.Errorf("after Close: %v", err)
		}
	})
	t.Run("directory is a file", func(t *testing.T) {
		t.Parallel()
		name := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		wantError(t, tryOpen(name), "--data")
	})
	t.Run("URL", func(t *testing.T) {
		t.Parallel()
		_, err := db.Open(t.Context(), db.Config{URL: "mysql://x"})
		wantError(t, err, "postgres://")
	})
}

func TestOpenRefusesANewerDatabase(t *testing.T) {
	t.Parallel()
	newer := func(t *testing.T, cfg db.Config) {
		d, err := db.Open(t.Context(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		err = d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, TRUE)`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		_, err = db.Open(t.Context(), cfg)
		wantError(t, err, "99999", "newer")
	}
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		newer(t, db.Config{Dir: t.TempDir()})
	})
	if server := os.Getenv(dbtest.Env); server != "" {
		t.Run("postgres", func(t *testing.T) {
			t.Parallel()
			newer(t, db.Config{URL: dbtest.PostgresURL(t, server)})
		})
	}
}

// The newest id may be that of a row without a node, such as a job; an adopted id, however large, is no measure.
func TestIDsRiseAcrossRestartsThoughTheClockGoesBack(t *testing.T) {
	t.Parallel()
	rise := func(t *testing.T, cfg db.Config) {
		c := clock.NewFixed(dbtest.Start)
		cfg.Clock = c
		newest := func(sql string) (n id.ID) {
			d, err := db.Open(t.Context(), cfg)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = d.Close() }()
			err = d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				n = tx.NewID()
				_, err := tx.Exec(ctx, sql, n)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		const adopted = 1_500_000_000_000_000 // some five years ahead of the clock
		first := newest(`INSERT INTO node (id, kind, adopted) VALUES ($1, 'app', FALSE), (1500000000000000, 'app', TRUE)`)
		c.Advance(-time.Hour)
		second := newest(`INSERT INTO job (id, kind, args, state, due_at, created_at) VALUES ($1, 'x', '{}', 'done', 0, 0)`)
		c.Advance(-time.Hour)
		third := newest(`INSERT INTO node (id, kind) VALUES ($1, 'app')`)
		if first >= second || second >= third || third >= adopted {
			t.Errorf("ids %d, %d, %d: want them to rise, below %d", first, second, third, adopted)
		}
	}
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		rise(t, db.Config{Dir: t.TempDir()})
	})
	if server := os.Getenv(dbtest.Env); server != "" {
		t.Run("postgres", func(t *testing.T) {
			t.Parallel()
			rise(t, db.Config{URL: dbtest.PostgresURL(t, server)})
		})
	}
}

// A start that died while making the database leaves nothing that the next one trips over.
func TestAHalfMadeDatabaseIsMadeAnew(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{"hawker.db.new": "half", "hawker.db.new-journal": "half", "hawker.db": ""} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := tryOpen(dir); err != nil {
		t.Fatal(err)
	}
	left, err := filepath.Glob(filepath.Join(dir, "*.new*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestADirectoryWithSpecialNamesIsFine(t *testing.T) {
	t.Parallel()
	if err := tryOpen(filepath.Join(t.TempDir(), "a b?c#d%20 é")); err != nil {
		t.Error(err)
	}
}

// A page damaged in the middle of the file must not come back as data.
func TestADamagedPageIsAnErrorNotAnAnswer(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := tryOpen(dir); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "hawker.db")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	copy(b[100:], bytes.Repeat([]byte{0xA5}, 3000)) // page 1 holds the schema
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	wantError(t, tryOpen(dir), "damaged", "backup")
}
