package db_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
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

func TestIDsRiseAcrossRestartsThoughTheClockGoesBack(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := clock.NewFixed(dbtest.Start)
	newest := func() (n int64) {
		d, err := db.Open(t.Context(), db.Config{Dir: dir, Clock: c})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = d.Close() }()
		err = d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			n = int64(tx.NewID())
			_, err := tx.Exec(ctx, `INSERT INTO node (id, kind) VALUES ($1, 'app')`, n)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	first := newest()
	c.Advance(-1 << 40)
	if second := newest(); second <= first {
		t.Errorf("%d after %d", second, first)
	}
}
