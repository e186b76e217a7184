package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/app"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// searchRounds is how many searches are timed.
const searchRounds = 2000

// searches loads a catalog, has it indexed, and times searches as people type them.
func searches(ctx context.Context, b *bench) (string, error) {
	p, remove, err := b.place(ctx)
	if err != nil {
		return "", err
	}
	defer remove()
	s, err := openShop(ctx, p)
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
	table, err := s.tablePages(ctx, rng)
	if err != nil {
		return "", err
	}
	slices.Sort(took)
	ms := func(of float64) float64 { return float64(took[int(of*searchRounds)].Microseconds()) / 1000 }
	return fmt.Sprintf("%.1f ms (half %.1f ms, 99 of 100 %.1f ms, %.1f found; %s; indexed in %.1f × the load, %.0f k items/s; %d items)", ms(0.95), ms(0.5), ms(0.99),
		float64(found)/searchRounds, table, index.Seconds()/load.Seconds(), float64(b.rows)/index.Seconds()/1000, b.rows), nil
}

// Of the manager's table: items on a page, up to how many a filter's are counted, and how many pages are timed.
const (
	tableShown  = 50
	tableCount  = 1000
	tableRounds = 400
)

// tablePages times what the manager's table reads of the catalog: pages at any depth, by filters, searched among and counted.
func (s *shop) tablePages(ctx context.Context, rng *rand.Rand) (string, error) {
	ids, err := s.someItems(ctx)
	if err != nil {
		return "", err
	}
	var rules []*catalog.Rule
	for _, text := range []string{
		`{"availability":{"eq":"in stock"}}`, `{"availability":{"eq":"out of stock"}}`, `{"availability":{"eq":"preorder"}}`, `{"visibility":{"eq":"published"}}`,
		`{"visibility":{"eq":"staging"}}`, `{"brand":{"eq":"Kumo"}}`, `{"brand":{"eq":"Nobody"}}`,
	} {
		r, err := catalog.ParseRule(text)
		if err != nil {
			return "", err
		}
		rules = append(rules, r)
	}
	var took []time.Duration
	for n := range tableRounds {
		q := catalog.Query{Limit: tableShown + 1}
		switch n % 4 {
		case 0:
			q.After = ids[rng.IntN(len(ids))]
		case 1:
			q.Rules = []*catalog.Rule{rules[rng.IntN(len(rules))]}
		case 2:
			q.Rules, q.After = []*catalog.Rule{rules[rng.IntN(len(rules))]}, ids[rng.IntN(len(ids))]
		case 3:
			q.Search, q.Rules = typed(rng, len(ids)), []*catalog.Rule{rules[rng.IntN(len(rules))]}
		}
		start := time.Now()
		err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
			if _, _, err := catalog.ListTx(ctx, tx, benchCaller, s.catalog.ID, q, false); err != nil || len(q.Rules) == 0 {
				return err
			}
			q.After, q.Limit, q.CountMost = 0, 1, tableCount
			_, _, err := catalog.ListTx(ctx, tx, benchCaller, s.catalog.ID, q, true)
			return err
		})
		if err != nil {
			return "", err
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	start := time.Now()
	if _, err := s.catalogs.Tally(ctx, benchCaller, s.catalog.ID); err != nil {
		return "", err
	}
	return fmt.Sprintf("pages of the manager's table %.1f ms, slowest %.1f ms, counting all once a minute %.0f ms", float64(took[tableRounds*95/100].Microseconds())/1000,
		float64(took[tableRounds-1].Microseconds())/1000, float64(time.Since(start).Microseconds())/1000), nil
}

// someItems are ids of items from all over the catalog.
func (s *shop) someItems(ctx context.Context) (ids []id.ID, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		rows, err := tx.Query(ctx, `SELECT id FROM item_row WHERE catalog_id = $1 AND id % 97 = 0 ORDER BY id`, s.catalog.ID)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var i id.ID
			if err := rows.Scan(&i); err != nil {
				return err
			}
			ids = append(ids, i)
		}
		return rows.Err()
	})
	if err == nil && len(ids) == 0 {
		err = errors.New("the catalog is empty")
	}
	return ids, err
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
