package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/app"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
)

// searchRounds is how many searches are timed.
const searchRounds = 2000

// searches loads a catalog, has it indexed, and times searches as people type them.
func searches(ctx context.Context, b *bench) (string, error) {
	dir, err := os.MkdirTemp("", "hawker-bench")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	s, err := openShop(ctx, dir, b.database)
	if err != nil {
		return "", err
	}
	defer func() { _ = s.db.Close() }()
	path, err := b.feedFile("csv", b.rows)
	if err != nil {
		return "", err
	}
	load, _, err := s.load(ctx, path)
	if err != nil {
		return "", err
	}
	start := time.Now()
	for behind := true; behind; {
		if err := s.catalogs.IndexItems(ctx, catalog.IndexItems{CatalogID: s.catalog.ID}); err != nil {
			return "", err
		}
		if behind, err = indexBehind(ctx, s.db); err != nil {
			return "", err
		}
	}
	index := time.Since(start)
	var took []time.Duration
	rng := rand.New(rand.NewPCG(feedSeed, 1))
	found := 0
	for range searchRounds {
		q := catalog.Query{Search: typed(rng, b.rows), Limit: 26}
		start := time.Now()
		err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
			list, _, err := catalog.ListTx(ctx, tx, benchCaller, s.catalog.ID, q, false)
			found += len(list)
			return err
		})
		if err != nil {
			return "", err
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	ms := func(of float64) float64 { return float64(took[int(of*searchRounds)].Microseconds()) / 1000 }
	return fmt.Sprintf("%.1f ms (half %.1f ms, 99 of 100 %.1f ms, %.1f found; indexed in %.1f × the load, %.0f k items/s; %d items)", ms(0.95), ms(0.5), ms(0.99),
		float64(found)/searchRounds, index.Seconds()/load.Seconds(), float64(b.rows)/index.Seconds()/1000, b.rows), nil
}

// typed is a search over the items of [feedgen]: words they have, in any order, often broken off.
func typed(rng *rand.Rand, rows int) string {
	words := strings.Fields("lotus song hong northwind casa verde acme mekong bluebird kumo mug tea pot linen shirt ao dai rice bowl lantern notebook canvas bag desk lamp " +
		"wool scarf phone case yoga mat white black indigo terracotta olive sand ceramic silk bamboo steel cotton gift washes plastic dep nhe")
	var list []string
	for range 1 + rng.IntN(3) {
		list = append(list, words[rng.IntN(len(words))])
	}
	switch rng.IntN(6) {
	case 0:
		list = []string{fmt.Sprintf("SKU-%08d", rng.IntN(rows))}
	case 1:
		list = append(list, fmt.Sprint(rng.IntN(rows)))
	case 2:
		list = []string{"nothing", list[0]}
	}
	text := strings.Join(list, " ")
	if cut := rng.IntN(4); cut < len(text) && rng.IntN(2) == 0 {
		text = text[:len(text)-cut]
	}
	return text
}

// indexBehind tells whether the search index still follows.
func indexBehind(ctx context.Context, d *db.DB) (behind bool, err error) {
	err = d.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM search_todo)`).Scan(&behind)
	})
	return behind, err
}

// indexed waits until the search index of a server has caught up, so that it takes no part in what is measured next.
func indexed(ctx context.Context, a *app.App) error {
	for behind := true; behind; time.Sleep(50 * time.Millisecond) {
		var err error
		if behind, err = indexBehind(ctx, a.DB); err != nil {
			return err
		}
	}
	return nil
}
