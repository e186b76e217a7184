package db_test

import (
	"context"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
)

func TestSteadyTimeNeverGoesBack(t *testing.T) {
	t.Parallel()
	dir, c := t.TempDir(), clock.NewFixed(dbtest.Start)
	d, err := db.Open(t.Context(), db.Config{Dir: dir, Clock: c})
	if err != nil {
		t.Fatal(err)
	}
	at := func(after time.Duration, ahead time.Duration) {
		t.Helper()
		if got := d.Steady().Sub(dbtest.Start); got != after {
			t.Errorf("the steady time is %v behind the start, not %v", got, after)
		}
		err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			if tx.Ahead() != ahead || tx.Steady().Sub(dbtest.Start) != after {
				t.Errorf("in a transaction it is %v, ahead %v", tx.Steady(), tx.Ahead())
			}
			_, err := tx.Exec(ctx, `INSERT INTO node (id, kind) VALUES ($1, 'x')`, tx.NewID())
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	at(0, 0)
	c.Advance(time.Hour)
	at(time.Hour, 0)
	c.Advance(-30 * time.Minute)
	at(time.Hour, 30*time.Minute)
	c.Advance(time.Minute)
	at(61*time.Minute, 30*time.Minute)
	c.Advance(-100 * time.Millisecond) // transactions beside each other
	c.Advance(100 * time.Millisecond)
	at(61*time.Minute, 30*time.Minute)
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	c.Advance(-2 * time.Hour) // while the program was away
	if d, err = db.Open(t.Context(), db.Config{Dir: dir, Clock: c}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	if gone := d.Steady().Sub(dbtest.Start.Add(61 * time.Minute)).Abs(); gone > time.Second {
		t.Errorf("after a restart the steady time is %v", d.Steady())
	}
}
