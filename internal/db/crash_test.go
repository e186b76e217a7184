package db_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"testing"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// crashDir makes the test program write, without end, to the database in that directory.
const crashDir = "HAWKER_CRASH_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashDir); dir != "" {
		writeForEver(dir)
	}
	os.Exit(m.Run())
}

// writeForEver stores pairs of rows from many goroutines and prints the id of each pair once Update returned.
func writeForEver(dir string) {
	d, err := db.Open(context.Background(), db.Config{Dir: dir})
	if err != nil {
		panic(err)
	}
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for {
				var first id.ID
				err := d.Update(context.Background(), func(ctx context.Context, tx *db.Tx) error {
					first = tx.NewID()
					for _, i := range []id.ID{first, tx.NewID()} {
						if _, err := tx.Exec(ctx, `INSERT INTO job (id, kind, args, state, key, due_at, created_at) VALUES ($1, 'crash', '', 'waiting', $2, 0, 0)`,
							i, first.String()); err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil {
					panic(err)
				}
				fmt.Println(int64(first)) // one write: a line is whole or absent
			}
		})
	}
	wg.Wait()
}

// What Update returned nil for survives kill -9, and no transaction is there by half.
func TestAKilledProcessLosesNothingAcknowledged(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	acked := map[int64]bool{}
	for round := range 6 {
		cmd := exec.Command(self)
		cmd.Env = append(os.Environ(), crashDir+"="+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); n++ {
			if n == 150*(round+1) {
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
			i, err := strconv.ParseInt(lines.Text(), 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			acked[i] = true
		}
		if err := cmd.Wait(); err == nil {
			t.Fatal("the process ended by itself")
		}
	}
	d, err := db.Open(t.Context(), db.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	err = d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		rows, err := tx.Query(ctx, `SELECT CAST(key AS BIGINT), COUNT(*) FROM job GROUP BY key`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var first int64
			var n int
			if err := rows.Scan(&first, &n); err != nil {
				return err
			}
			if n != 2 {
				t.Errorf("transaction %d is there by half", first)
			}
			delete(acked, first)
		}
		if err := rows.Err(); err != nil {
			return err
		}
		var check string
		if err := tx.QueryRow(ctx, `PRAGMA quick_check`).Scan(&check); err != nil || check != "ok" {
			t.Errorf("quick_check: %q, %v", check, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(acked) > 0 {
		t.Errorf("%d acknowledged transactions are gone", len(acked))
	}
}
