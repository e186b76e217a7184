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
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/live"
	"github.com/hawkerhq/hawker/internal/policy"
)

// Of each kind of reading: how often it is timed, and for how long at the most.
const (
	searchRounds = 100
	searchSlice  = 4 * time.Second
)

// searches times what the manager's table and the search read of a large catalog that is indexed and reviewed: each kind of
// filter, search and place by itself, since one slow kind hides among many.
func searches(ctx context.Context, b *bench) (string, error) {
	s, made, remove, err := b.reviewedShop(ctx)
	if err != nil {
		return "", err
	}
	defer remove()
	defer func() { _ = s.db.Close() }()
	kinds, err := s.readings(ctx, b.rows)
	if err != nil {
		return "", err
	}
	rng := rand.New(rand.NewPCG(feedSeed, 1))
	var lines []string
	worst := time.Duration(0)
	for _, k := range kinds {
		took, err := k.time(rng)
		if err != nil {
			return "", fmt.Errorf("%s: %w", k.name, err)
		}
		p95 := took[len(took)*95/100]
		if !k.seldom {
			worst = max(worst, p95)
		}
		lines = append(lines, fmt.Sprintf("%-60s %8.1f ms (half %.1f, slowest %.1f; %d times)", k.name, milli(p95), milli(took[len(took)/2]), milli(took[len(took)-1]), len(took)))
	}
	return fmt.Sprintf("%.1f ms, the slowest kind (%d items%s)\n     %s", milli(worst), b.rows, made, strings.Join(lines, "\n     ")), nil
}

func milli(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// reading is one kind of what is read.
type reading struct {
	name string
	once func(rng *rand.Rand) error
	// seldom: what it finds is kept for a minute, so that it is none of what a page costs.
	seldom bool
}

func (k reading) time(rng *rand.Rand) (took []time.Duration, err error) {
	for begin := time.Now(); len(took) < searchRounds && time.Since(begin) < searchSlice; {
		start := time.Now()
		if err := k.once(rng); err != nil {
			return nil, err
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	return took, nil
}

// reviewedShop is a shop whose items are indexed and reviewed: a new one, or the one that was kept.
func (b *bench) reviewedShop(ctx context.Context) (s *shop, made string, remove func(), err error) {
	if b.keep != "" && b.postgres == "" {
		p := place{dir: fmt.Sprintf("%s/%d", b.keep, b.rows)}
		if _, err := os.Stat(p.dir); err == nil {
			s, err := keptShop(ctx, p)
			return s, ", kept from before", func() {}, err
		}
		s, made, err = b.makeReviewed(ctx, p)
		return s, made, func() {}, err
	}
	p, remove, err := b.place(ctx)
	if err == nil {
		s, made, err = b.makeReviewed(ctx, p)
	}
	return s, made, remove, err
}

// keptShop opens the shop that a former run has made.
func keptShop(ctx context.Context, p place) (*shop, error) {
	s, err := connectShop(ctx, p)
	if err != nil {
		return nil, err
	}
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		list, err := catalog.OwnedTx(ctx, tx, benchCaller, 1, 0, 1)
		if err == nil && len(list) == 1 {
			s.catalog = list[0]
		}
		return err
	})
	return s, err
}

func (b *bench) makeReviewed(ctx context.Context, p place) (*shop, string, error) {
	path, err := b.feedFile("csv", b.rows)
	if err != nil {
		return nil, "", err
	}
	s, err := openShop(ctx, p)
	if err != nil {
		return nil, "", err
	}
	load, _, err := s.load(ctx, path)
	if err != nil {
		return nil, "", err
	}
	start := time.Now()
	for behind := true; behind; {
		if err := s.catalogs.IndexItems(ctx, catalog.IndexItems{CatalogID: s.catalog.ID}); err != nil {
			return nil, "", err
		}
		if behind, err = indexBehind(ctx, s.db); err != nil {
			return nil, "", err
		}
	}
	index := time.Since(start)
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return catalog.SetReviewedTx(ctx, tx, s.catalog.ID, true) })
	if err == nil {
		err = policy.NewReviewer(s.db, live.New()).ItemsChanged(ctx, catalog.ItemsChanged{CatalogID: s.catalog.ID})
	}
	return s, fmt.Sprintf(", indexed in %.1f × the load, %.0f k items/s", index.Seconds()/load.Seconds(), float64(b.rows)/index.Seconds()/1000), err
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
		err = fmt.Errorf("the catalog %s is empty", s.catalog.ID)
	}
	return ids, err
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
