package main

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/go-json-experiment/json" // the decoder of the Graph API

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// openDB opens an empty SQLite database.
func openDB(ctx context.Context) (*db.DB, func(), error) {
	dir, err := os.MkdirTemp("", "hawker-bench")
	if err != nil {
		return nil, nil, err
	}
	d, err := db.Open(ctx, db.Config{Dir: dir})
	if err != nil {
		_ = os.RemoveAll(dir)
		return nil, nil, err
	}
	return d, func() { _ = d.Close(); _ = os.RemoveAll(dir) }, nil
}

// groupCommit compares many callers that share commits with one that waits for each.
func groupCommit(ctx context.Context, b *bench) (string, error) {
	d, stop, err := openDB(ctx)
	if err != nil {
		return "", err
	}
	defer stop()
	writes := func(callers int) (float64, error) {
		var wg sync.WaitGroup
		counts, errs := make([]int, callers), make([]error, callers)
		start := time.Now()
		for c := range callers {
			wg.Go(func() {
				for time.Since(start) < b.slice && errs[c] == nil {
					errs[c] = d.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
						_, err := tx.Exec(ctx, `INSERT INTO node (id, kind) VALUES ($1, 'bench')`, tx.NewID())
						return err
					})
					counts[c]++
				}
			})
		}
		wg.Wait()
		total := 0
		for c := range callers {
			if errs[c] != nil {
				return 0, errs[c]
			}
			total += counts[c]
		}
		return float64(total) / time.Since(start).Seconds(), nil
	}
	var many, one []float64
	for range b.rounds {
		m, err := writes(clients)
		if err != nil {
			return "", err
		}
		o, err := writes(1)
		if err != nil {
			return "", err
		}
		many, one = append(many, m), append(one, o)
	}
	return fmt.Sprintf("%.0f (%.0f/s ÷ %.0f/s)", median(many)/median(one), median(many), median(one)), nil
}

// itemsBatch compares a batch from call to finished with decoding it and upserting the same rows.
func itemsBatch(ctx context.Context, b *bench) (string, error) {
	p, remove, err := b.place(ctx)
	if err != nil {
		return "", err
	}
	defer remove()
	shop, err := openShop(ctx, p)
	if err != nil {
		return "", err
	}
	d, svc, cat := shop.db, shop.catalogs, shop.catalog
	defer func() { _ = d.Close() }()
	path, err := b.feedFile("csv", b.rows)
	if err != nil {
		return "", err
	}
	if _, _, err := shop.load(ctx, path); err != nil {
		return "", err
	}
	run := func(first int) (time.Duration, error) {
		raw, err := json.Marshal(requests(first))
		if err != nil {
			return 0, err
		}
		start := time.Now()
		var list []catalog.Request
		if err := json.Unmarshal(raw, &list); err != nil {
			return 0, err
		}
		sent, err := svc.SubmitBatch(ctx, benchCaller, cat.ID, catalog.ItemsBatch, list, true)
		handle := sent.Handle
		if err != nil {
			return 0, err
		}
		err = svc.Apply(ctx, catalog.ApplyBatch{Handle: handle})
		return time.Since(start), err
	}
	var ours, raw []float64
	for n := range b.rounds {
		t, err := run(n * catalog.BatchMost)
		if err != nil {
			return "", err
		}
		r, err := rawUpsert(ctx, d, cat.ID, n)
		if err != nil {
			return "", err
		}
		ours, raw = append(ours, t.Seconds()), append(raw, r.Seconds())
	}
	return fmt.Sprintf("%.2f (%.0f ms ÷ %.0f ms, on a catalog of %d)", median(ours)/median(raw), median(ours)*1000, median(raw)*1000, b.rows), nil
}

func requests(first int) []catalog.Request {
	list := make([]catalog.Request, catalog.BatchMost)
	for n := range list {
		sku := fmt.Sprintf("sku-%07d", first+n)
		list[n] = catalog.Request{Method: "CREATE", Data: map[string]any{
			"id": sku, "title": "Item " + sku, "description": "A thing of number " + sku, "availability": "in stock", "condition": "new", "brand": "Bench",
			"link": "https://shop.example/" + sku, "image_link": "https://shop.example/" + sku + ".jpg", "price": "45000 VND",
		}}
	}
	return list
}

// rawUpsert decodes a batch and writes its rows in one transaction, without a rule.
func rawUpsert(ctx context.Context, d *db.DB, cat id.ID, round int) (time.Duration, error) {
	raw, err := json.Marshal(requests(10_000_000 + round*catalog.BatchMost))
	if err != nil {
		return 0, err
	}
	start := time.Now()
	var list []catalog.Request
	if err := json.Unmarshal(raw, &list); err != nil {
		return 0, err
	}
	err = d.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		rows := make([][]any, len(list))
		for n, r := range list {
			v := func(name string) string { s, _ := r.Data[name].(string); return s }
			rows[n] = []any{
				tx.NewID(), cat, v("id"), v("title"), v("description"), v("brand"), v("link"), v("image_link"), "", 45000, "VND",
				v("availability"), v("condition"), "published", "", "", "", 1, tx.Now(), tx.Now(),
			}
		}
		_, err := tx.ExecMany(ctx, `INSERT INTO item_row (id, catalog_id, retailer_id, title, description, brand, link, image_link, more_images, price_minor,
			currency, availability, condition, visibility, google_category, group_id, extra, rev, created_at, updated_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
			ON CONFLICT (id) DO UPDATE SET title = excluded.title`, rows)
		return err
	})
	return time.Since(start), err
}
