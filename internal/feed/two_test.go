package feed

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/job"
)

// tagged are rows whose every text names their file.
func tagged(tag string, n int) string {
	var b strings.Builder
	b.WriteString("id,title,description,availability,condition,price,link,image_link,brand\n")
	for i := range n {
		fmt.Fprintf(&b, "s%d,%[2]s,%[2]s,in stock,new,1.00 USD,https://%[2]s.example/%[1]d,https://%[2]s.example/%[1]d.jpg,%[2]s\n", i, tag)
	}
	return b.String()
}

// TestTwoFeedsDoNotInterleave: files for several feeds of one catalog that come at once, and a batch between them, are taken in one
// behind the other; no item has values of two of them.
func TestTwoFeedsDoNotInterleave(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		s, cat := open(t, d, c)
		r := job.NewRunner(d, c, slog.New(slog.DiscardHandler))
		s.Register(r)
		job.Handle(r, s.catalogs.Apply)
		const rows, feeds = 400, 3
		var mu sync.Mutex
		commits := 0
		s.committed = func() {
			var n int
			err := d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				return tx.QueryRow(ctx, `SELECT COUNT(*) FROM item_unseen`).Scan(&n)
			})
			mu.Lock()
			defer mu.Unlock()
			if commits++; err != nil || n > 1 {
				t.Errorf("%d uploads are on their way at once, %v", n, err)
			}
		}
		owns := map[string]id.ID{}
		var uploads []id.ID
		for n := range feeds {
			tag := fmt.Sprintf("file%d", n)
			f, err := s.Create(t.Context(), owner, cat, Settings{Name: &tag})
			if err != nil {
				t.Fatal(err)
			}
			owns[tag] = f.ID
			i, err := s.StartUpload(t.Context(), owner, f.ID, Source{FileName: "a.csv"}, strings.NewReader(tagged(tag, rows)))
			if err != nil {
				t.Fatal(err)
			}
			uploads = append(uploads, i)
		}
		batch := make([]catalog.Request, rows/4)
		for n := range batch {
			batch[n] = catalog.Request{Method: "UPDATE", Data: map[string]any{"id": fmt.Sprintf("s%d", n), "color": "red"}}
		}
		if _, err := s.catalogs.SubmitBatch(t.Context(), owner, cat, catalog.ItemsBatch, batch, false); err != nil {
			t.Fatal(err)
		}
		if err := r.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		var items []catalog.Item
		persisted := int64(0)
		err := d.View(t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
			persisted = 0
			for _, i := range uploads {
				u, err := uploadTx(ctx, tx, i)
				if err != nil || u.State != StateEnded {
					return fmt.Errorf("%+v %w", u, err)
				}
				persisted += u.Persisted
			}
			items, _, err = catalog.ListTx(ctx, tx, owner, cat, catalog.Query{Limit: 1000}, false)
			return err
		})
		if err != nil || len(items) != rows || persisted != rows || commits < feeds {
			t.Fatalf("%d items, %d rows stored, %d commits, %v", len(items), persisted, commits, err)
		}
		for _, i := range items {
			if i.Description != i.Title || i.Brand != i.Title || !strings.HasPrefix(i.Link, "https://"+i.Title+".") || !strings.HasPrefix(i.ImageLink, "https://"+i.Title+".") ||
				i.FeedID != owns[i.Title] || i.Title != items[0].Title {
				t.Fatalf("an item has values of two files: %+v", i)
			}
		}
	})
}
