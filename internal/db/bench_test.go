package db_test

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
)

const benchCallers = 128

// BenchmarkGroupCommit is one durable single-row insert on SQLite, with many callers at once.
func BenchmarkGroupCommit(b *testing.B) {
	benchInsert(b, dbtest.SQLite(b, clock.NewFixed(dbtest.Start)))
}

// BenchmarkPostgresCommit is the same on PostgreSQL, where its address is given.
func BenchmarkPostgresCommit(b *testing.B) {
	server := os.Getenv(dbtest.Env)
	if server == "" {
		b.Logf("%s is not set: nothing measured", dbtest.Env)
		return
	}
	benchInsert(b, dbtest.Postgres(b, server, clock.NewFixed(dbtest.Start)))
}

func benchInsert(b *testing.B, d *db.DB) {
	b.ResetTimer()
	var n atomic.Int64
	var wg sync.WaitGroup
	for range benchCallers {
		wg.Go(func() {
			for n.Add(1) <= int64(b.N) {
				err := d.Update(context.Background(), func(ctx context.Context, tx *db.Tx) error {
					_, err := tx.Exec(ctx, `INSERT INTO node (id, kind) VALUES ($1, $2)`, tx.NewID(), "product_item")
					return err
				})
				if err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
}

// BenchmarkCommitPerWrite is what [BenchmarkGroupCommit] is compared with: the same rows, each with a commit of its own.
func BenchmarkCommitPerWrite(b *testing.B) {
	c, err := sqlite.OpenConn(filepath.Join(b.TempDir(), "x.db"), sqlite.OpenReadWrite, sqlite.OpenCreate, sqlite.OpenWAL)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if err := sqlitex.ExecuteTransient(c, `CREATE TABLE node (id INTEGER PRIMARY KEY, kind TEXT NOT NULL)`, nil); err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	for i := range b.N {
		s, err := c.Prepare(`INSERT INTO node (id, kind) VALUES (?1, ?2)`)
		if err != nil {
			b.Fatal(err)
		}
		s.BindInt64(1, int64(i))
		s.BindText(2, "product_item")
		if _, err := s.Step(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkView reads one row by its key.
func BenchmarkView(b *testing.B) {
	d := dbtest.SQLite(b, clock.NewFixed(dbtest.Start))
	b.RunParallel(func(pb *testing.PB) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		for pb.Next() {
			err := d.View(ctx, func(ctx context.Context, tx *db.Tx) error {
				var n int64
				return tx.QueryRow(ctx, `SELECT count(*) FROM node WHERE id = $1`, 7).Scan(&n)
			})
			if err != nil {
				b.Error(err)
			}
		}
	})
}

// BenchmarkFirstStart opens a database in an empty directory.
func BenchmarkFirstStart(b *testing.B) {
	for b.Loop() {
		d, err := db.Open(context.Background(), db.Config{Dir: b.TempDir()})
		if err != nil {
			b.Fatal(err)
		}
		if err := d.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
