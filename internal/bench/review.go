package main

import (
	"context"
	"fmt"
	"time"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/live"
	"github.com/hawkerhq/hawker/internal/policy"
)

// review compares the policy review of all items of a catalog, from the moment it is connected until each has its verdict, with
// taking the same items in.
func review(ctx context.Context, b *bench) (string, error) {
	if _, err := policy.NewRules(); err != nil { // built once a process: no part of the figure
		return "", err
	}
	path, err := b.feedFile("csv", b.rows)
	if err != nil {
		return "", err
	}
	var behind, imports, reviews, into []float64
	for range b.rounds {
		load, took, err := b.reviewOnce(ctx, path, false)
		if err != nil {
			return "", err
		}
		behind = append(behind, took.Seconds()/load.Seconds())
		imports, reviews = append(imports, load.Seconds()), append(reviews, took.Seconds())
		if load, took, err = b.reviewOnce(ctx, path, true); err != nil {
			return "", err
		}
		into = append(into, took.Seconds()/load.Seconds())
	}
	return fmt.Sprintf("%.2f (%s ÷ %.1f s; %d items); into a connected catalog %.2f", median(behind),
		perSecond(b.rows, time.Duration(median(reviews)*float64(time.Second))), median(imports), b.rows, median(into)), nil
}

// reviewOnce takes a file into an empty database and has its items reviewed; the catalog is connected before or after.
func (b *bench) reviewOnce(ctx context.Context, path string, connected bool) (load, took time.Duration, err error) {
	p, remove, err := b.place(ctx)
	if err != nil {
		return 0, 0, err
	}
	defer remove()
	s, err := openShop(ctx, p)
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = s.db.Close() }()
	connect := func() error {
		return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return catalog.SetReviewedTx(ctx, tx, s.catalog.ID, true) })
	}
	reviewer := policy.NewReviewer(s.db, live.New())
	if connected {
		if err := connect(); err != nil {
			return 0, 0, err
		}
		if err := reviewer.ItemsChanged(ctx, catalog.ItemsChanged{CatalogID: s.catalog.ID}); err != nil { // there is nothing yet
			return 0, 0, err
		}
	}
	if load, _, err = s.load(ctx, path); err != nil {
		return 0, 0, err
	}
	start := time.Now()
	if err := connect(); err != nil { // again: nothing happens
		return 0, 0, err
	}
	if err := reviewer.ItemsChanged(ctx, catalog.ItemsChanged{CatalogID: s.catalog.ID}); err != nil {
		return 0, 0, err
	}
	took = time.Since(start)
	var decided int
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, `SELECT count(*) FROM item WHERE catalog_id = $1 AND review IN ('approved', 'rejected')`, s.catalog.ID).Scan(&decided)
	})
	if err == nil && decided == 0 {
		err = fmt.Errorf("no item has a verdict")
	}
	return load, took, err
}
