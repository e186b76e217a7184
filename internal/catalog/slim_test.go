package catalog_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/id"
)

// TestARememberedItemIsNeverOld reads an item again and again while it changes: what was acknowledged is what is read.
func TestARememberedItemIsNeverOld(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d, d.Clock())
		var item id.ID
		s.update(t, func(ctx context.Context, tx *db.Tx) error {
			if _, err := s.svc.ImportTx(ctx, tx, s.catalog, []catalog.Request{create("a")}); err != nil {
				return err
			}
			m, err := catalog.ItemsByRetailerTx(ctx, tx, s.catalog, []string{"a"})
			item = m["a"].ID
			return err
		})
		ctx, stop := context.WithCancel(t.Context())
		var readers sync.WaitGroup
		for range 4 {
			readers.Go(func() {
				for ctx.Err() == nil {
					_, _ = s.svc.SlimItem(ctx, owner, item)
				}
			})
		}
		defer readers.Wait()
		defer stop()
		for n := range 50 {
			title := fmt.Sprint("Title ", n)
			if err := s.svc.UpdateItem(t.Context(), owner, item, "", catalog.ReadChange(catalog.Node, map[string]any{"name": title})); err != nil {
				t.Fatal(err)
			}
			for range 2 { // the second time it may be remembered
				if i, err := s.svc.SlimItem(t.Context(), owner, item); err != nil || i.Title != title || i.RetailerID != "a" {
					t.Fatalf("%+v, %v; want %s", i, err, title)
				}
			}
		}
		if i, err := s.svc.SlimItem(t.Context(), stranger, item); !errors.Is(err, catalog.ErrItemUnknown) {
			t.Errorf("a stranger reads %+v, %v", i, err)
		}
		if err := s.svc.DeleteItem(t.Context(), owner, item); err != nil {
			t.Fatal(err)
		}
		if i, err := s.svc.SlimItem(t.Context(), owner, item); !errors.Is(err, catalog.ErrItemUnknown) {
			t.Errorf("a deleted item is %+v, %v", i, err)
		}
	})
}
