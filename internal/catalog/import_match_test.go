package catalog

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/money"
)

// TestRowsAreFoundInWhateverOrder: the items of a file's SKUs are found, and no others said to be among them are missed, whether
// the SKUs are a stretch of the catalog or lie all over it.
func TestRowsAreFoundInWhateverOrder(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		name := func(n int) string { return fmt.Sprintf("phở-%03d-🍜", n) }
		err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			if _, err := tx.Exec(ctx, `INSERT INTO catalog (id, business_id, name, vertical, created_at) VALUES (7, 1, 'Shop', 'commerce', 0), (8, 1, 'Other', 'commerce', 0)`); err != nil {
				return err
			}
			for _, catalog := range []id.ID{7, 8} {
				var list []freshItem
				for n := range 400 {
					list = append(list, freshItem{
						Item: &Item{RetailerID: name(n), Title: "Phở", Price: money.Amount{Minor: 1, Currency: "VND"}, Availability: InStock, Condition: "new", Visibility: Published},
						id:   catalog*1000 + id.ID(n), hash: int64(catalog)*1000 + int64(n),
					})
				}
				if _, err := insertRows(ctx, tx, origin{catalog: catalog, feed: catalog + 70}, list); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		m := NewMatcher(Import{Catalog: 7, Feed: 77})
		var stretch, backwards, scattered, strangers []string
		for n := range 40 {
			stretch = append(stretch, name(100+n))
			backwards = append(backwards, name(390-n))
			scattered = append(scattered, name(n*37%400))
			strangers = append(strangers, fmt.Sprintf("bún-%d", n), name(200+n))
		}
		for _, skus := range [][]string{stretch, backwards, strangers, {name(5)}, nil, scattered, scattered, scattered, scattered, stretch} {
			want := map[string]held{}
			for n := range 400 {
				if slices.Contains(skus, name(n)) {
					want[name(n)] = held{77, 7000 + int64(n)}
				}
			}
			err := d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				have, err := m.have(ctx, tx, skus)
				maps.DeleteFunc(have, func(sku string, _ held) bool { return !slices.Contains(skus, sku) }) // neighbours do not matter
				if !maps.Equal(have, want) {
					t.Errorf("%d SKUs: %d items are found, want %d", len(skus), len(have), len(want))
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if got := m.scattered.Load(); d.Dialect() == db.SQLite && got != scatteredEnough {
			t.Errorf("%d chunks were tried as a stretch and were none, want %d", got, scatteredEnough)
		}
	})
}
