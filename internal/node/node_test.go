package node_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/node"
)

func update(t *testing.T, d *db.DB, f func(ctx context.Context, tx *db.Tx) error) {
	t.Helper()
	if err := d.Update(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

func wantKind(t *testing.T, r *node.Registry, i id.ID, want node.Kind, known bool) {
	t.Helper()
	k, ok, err := r.KindOf(t.Context(), i)
	if err != nil || k != want || ok != known {
		t.Errorf("KindOf(%s) = %q, %v, %v; want %q, %v", i, k, ok, err, want, known)
	}
}

func TestNewIDsRiseAndKeepTheirKind(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var items []id.ID
		var app id.ID
		update(t, d, func(ctx context.Context, tx *db.Tx) (err error) {
			if items, err = node.NewManyTx(ctx, tx, node.ProductItem, 600); err != nil {
				return err
			}
			app, err = node.NewTx(ctx, tx, node.App)
			return err
		})
		if len(items) != 600 || !slices.IsSorted(items) || len(slices.Compact(slices.Clone(items))) != 600 || app <= items[599] {
			t.Errorf("%d ids from %d to %d, then %d; want 600 that rise", len(items), items[0], items[len(items)-1], app)
		}
		r := node.NewRegistry(d)
		for range 2 { // from the table, then from memory
			wantKind(t, r, items[0], node.ProductItem, true)
			wantKind(t, r, app, node.App, true)
			wantKind(t, r, 12345, "", false)
		}
	})
}

func TestAnUnknownIDIsFoundOnceItExists(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := node.NewRegistry(d)
		wantKind(t, r, 500000000000001, "", false)
		update(t, d, func(ctx context.Context, tx *db.Tx) error {
			return node.AdoptTx(ctx, tx, 500000000000001, node.Business)
		})
		wantKind(t, r, 500000000000001, node.Business, true)
	})
}

func TestAdoptingTwiceIsFineButNotAsAnotherKind(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		adopt := func(k node.Kind) error {
			return d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error { return node.AdoptTx(ctx, tx, id.Max, k) })
		}
		if err := errors.Join(adopt(node.WABA), adopt(node.WABA)); err != nil {
			t.Fatal(err)
		}
		if err := adopt(node.App); err == nil {
			t.Error("an account became an app")
		}
		wantKind(t, node.NewRegistry(d), id.Max, node.WABA, true)
		var fresh id.ID
		update(t, d, func(ctx context.Context, tx *db.Tx) (err error) {
			fresh, err = node.NewTx(ctx, tx, node.App)
			return err
		})
		if fresh >= id.Max {
			t.Errorf("the next id is %d: an adopted one moved the counter", fresh)
		}
	})
}

func TestRunsKeepTheirKind(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var run []id.ID
		var before, after id.ID
		update(t, d, func(ctx context.Context, tx *db.Tx) (err error) {
			if before, err = node.NewTx(ctx, tx, node.App); err != nil {
				return err
			}
			if run, err = node.NewRunTx(ctx, tx, node.ProductItem, 700); err != nil {
				return err
			}
			after, err = node.NewTx(ctx, tx, node.Business)
			return err
		})
		r := node.NewRegistry(d)
		if !slices.IsSorted(run) || len(slices.Compact(slices.Clone(run))) != 700 || before >= run[0] || after <= run[699] {
			t.Errorf("ids do not rise: %s, %v … %v, %s", before, run[0], run[699], after)
		}
		wantKind(t, r, before, node.App, true)
		wantKind(t, r, after, node.Business, true)
		for _, n := range []int{0, 1, 255, 256, 300, 699} {
			wantKind(t, r, run[n], node.ProductItem, true)
		}
		wantKind(t, r, run[0]-1000, "", false)
		wantKind(t, r, run[699]+4096, "", false)
		var rows int
		err := d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			return tx.QueryRow(ctx, `SELECT COUNT(*) FROM node_run`).Scan(&rows)
		})
		if err != nil || rows > 5 {
			t.Errorf("%d rows for 700 ids, %v", rows, err)
		}
	})
}
