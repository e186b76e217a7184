package db_test

import (
	"context"
	"errors"
	"testing"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/id"
)

func TestSnapshots(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var last id.ID
		write := func(value string) {
			t.Helper()
			err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				last = tx.NewID()
				if _, err := tx.Exec(ctx, `INSERT INTO node (id, kind) VALUES ($1, 'x')`, last); err != nil {
					return err
				}
				return db.SetSettingTx(ctx, tx, "k", value)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		holds := func(value string, nodes int) {
			t.Helper()
			err := d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				var n int
				if err := tx.QueryRow(ctx, `SELECT count(*) FROM node`).Scan(&n); err != nil {
					return err
				}
				got, err := db.SettingTx(ctx, tx, "k")
				if got != value || n != nodes {
					t.Errorf("the database holds %q and %d nodes, not %q and %d", got, n, value, nodes)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		rung := 0
		d.OnNotify("whatever", func() { rung++ })
		write("one")
		if err := d.Save(t.Context(), "first"); err != nil {
			t.Fatal(err)
		}
		write("two")
		holds("two", 2)
		before := last
		if err := d.Restore(t.Context(), "first"); err != nil {
			t.Fatal(err)
		}
		holds("one", 1)
		if rung != 1 {
			t.Errorf("listeners were told %d times", rung)
		}
		if write("three"); last <= before {
			t.Errorf("the id %d came after %d", last, before)
		}
		if err := d.Save(t.Context(), "first"); err != nil { // replaces
			t.Fatal(err)
		}
		if err := d.Empty(t.Context()); err != nil {
			t.Fatal(err)
		}
		holds("", 0)
		if err := d.Restore(t.Context(), "first"); err != nil {
			t.Fatal(err)
		}
		holds("three", 2)
		if names, err := d.Snapshots(t.Context()); err != nil || len(names) != 1 || names[0] != "first" {
			t.Errorf("snapshots are %q, %v", names, err)
		}
		if err := errors.Join(d.Remove(t.Context(), "first"), d.Remove(t.Context(), "first")); err != nil {
			t.Error(err)
		}
		if err := d.Restore(t.Context(), "first"); !errors.Is(err, db.ErrSnapshotUnknown) {
			t.Errorf("a removed one: %v", err)
		}
		for _, bad := range []string{"", "../x", "A", "a b", `a"b`} {
			if err := errors.Join(d.Save(t.Context(), bad)); !errors.Is(err, db.ErrSnapshotName) {
				t.Errorf("%q: %v", bad, err)
			}
			if err := d.Restore(t.Context(), bad); !errors.Is(err, db.ErrSnapshotName) {
				t.Errorf("%q: %v", bad, err)
			}
		}
	})
}
