package catalog

import (
	"context"
	"strconv"
	"testing"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/money"
)

// TestFreshItemsHaveTheirOwnIDs: SQLite counts ids by itself where they follow each other. Whether they do, begin below what is
// there, or somebody has one of the SKUs, each item is found under the id it was given.
func TestFreshItemsHaveTheirOwnIDs(t *testing.T) {
	t.Parallel()
	stretch := func(first, n int) (ids []id.ID) {
		for i := range n {
			ids = append(ids, id.ID(first+i))
		}
		return ids
	}
	for name, c := range map[string]struct {
		ids   []id.ID
		taken []int // rows whose SKU is taken
	}{
		"one":                       {ids: stretch(5000, 1)},
		"a series":                  {ids: stretch(5000, 130)},
		"several":                   {ids: append(append(stretch(5000, 70), stretch(6000, 3)...), stretch(7000, 80)...)},
		"below others":              {ids: stretch(10, 130)},
		"one is taken":              {ids: stretch(5000, 130), taken: []int{70}},
		"the first is taken":        {ids: stretch(5000, 130), taken: []int{0}},
		"the last is taken":         {ids: stretch(5000, 130), taken: []int{129}},
		"all are taken":             {ids: stretch(5000, 2), taken: []int{0, 1}},
		"taken, in several":         {ids: append(stretch(5000, 64), stretch(6000, 64)...), taken: []int{1, 64, 65}},
		"falling, as none ever are": {ids: []id.ID{5002, 5001, 5000}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				sku := func(n int) string { return "sku-" + strconv.Itoa(n) }
				item := func(n int, i id.ID) freshItem {
					return freshItem{Item: &Item{RetailerID: sku(n), Title: sku(n), Price: money.Amount{Minor: 1, Currency: "VND"}, Availability: InStock, Condition: "new", Visibility: Published}, id: i}
				}
				err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
					from := origin{catalog: 7}
					if _, err := tx.Exec(ctx, `INSERT INTO catalog (id, business_id, name, vertical, created_at) VALUES (7, 1, 'Shop', 'commerce', 0)`); err != nil {
						return err
					}
					there := []freshItem{item(-1, 1000)}
					for k, n := range c.taken {
						there = append(there, item(n, id.ID(1001+k)))
					}
					if _, err := insertRows(ctx, tx, from, there); err != nil {
						return err
					}
					list := make([]freshItem, len(c.ids))
					for n, i := range c.ids {
						list[n] = item(n, i)
					}
					written, err := insertRows(ctx, tx, from, list)
					if err != nil {
						return err
					}
					if want := len(list) - len(c.taken); written != int64(want) {
						t.Errorf("%d are written, want %d", written, want)
					}
					want := map[string]id.ID{sku(-1): 1000}
					for n, i := range c.ids {
						want[sku(n)] = i
					}
					for k, n := range c.taken {
						want[sku(n)] = id.ID(1001 + k)
					}
					rows, err := tx.Query(ctx, `SELECT id, retailer_id FROM item_row`)
					if err != nil {
						return err
					}
					defer rows.Close()
					for rows.Next() {
						var i id.ID
						var s string
						if err := rows.Scan(&i, &s); err != nil {
							return err
						}
						if want[s] != i {
							t.Errorf("%s has the id %s, want %s", s, i, want[s])
						}
						delete(want, s)
					}
					if len(want) > 0 {
						t.Errorf("not there: %v", want)
					}
					return rows.Err()
				})
				if err != nil {
					t.Fatal(err)
				}
			})
		})
	}
}
