package catalog

import (
	"context"
	"strconv"
	"testing"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
)

// TestABulkWritesEachRowOnce: whatever the number of rows, each of them is written as it is, and those that are there are
// passed over.
func TestABulkWritesEachRowOnce(t *testing.T) {
	t.Parallel()
	write := newBulk(`setting (name, value)`, "$1", 1, "t", `ON CONFLICT (name) DO NOTHING`)
	numbered := newBulk(`node_run (kind, id, last_id)`, "$1", 1, "ii", `ON CONFLICT (id) DO NOTHING`)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, n := range []int{0, 1, 3, 4, 5, 16, 63, 64, 65, 149} {
			var once, twice int64
			var sum, most int64
			err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
				if _, err := tx.Exec(ctx, `DELETE FROM node_run`); err != nil {
					return err
				}
				rows := func() (int64, error) {
					return numbered.insert(ctx, tx, n, func(b *db.Binder) { b.Text("bulk") }, func(b *db.Binder, row int) {
						b.Int(int64(row) + 1)
						b.Int(int64(row) * 10)
					})
				}
				if once, err = rows(); err != nil {
					return err
				}
				if twice, err = rows(); err != nil {
					return err
				}
				return tx.QueryRow(ctx, `SELECT COALESCE(SUM(last_id), 0), COALESCE(MAX(id), 0) FROM node_run WHERE kind = 'bulk'`).Scan(&sum, &most)
			})
			if want := int64(10 * n * (n - 1) / 2); err != nil || once != int64(n) || twice != 0 || sum != want || most != int64(n) {
				t.Errorf("%d rows: %d written, %d again, sum %d of %d, last %d, %v", n, once, twice, sum, want, most, err)
			}
		}
		var v string
		err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			_, err := write.insert(ctx, tx, 1, func(b *db.Binder) { b.Text("bulk " + strconv.Itoa(1)) }, func(b *db.Binder, _ int) { b.Text(`phở {"a",\} 'NULL'`) })
			if err != nil {
				return err
			}
			return tx.QueryRow(ctx, `SELECT value FROM setting WHERE name = 'bulk 1'`).Scan(&v)
		})
		if err != nil || v != `phở {"a",\} 'NULL'` {
			t.Errorf("%q, %v", v, err)
		}
	})
}
