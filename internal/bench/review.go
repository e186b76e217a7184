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
	var ratios, imports, reviews []float64
	for range b.rounds {
		load, took, err := b.reviewOnce(ctx, path)
		if err != nil {
			return "", err
		}
		ratios = append(ratios, took.Seconds()/load.Seconds())
		imports, reviews = append(imports, load.Seconds()), append(reviews, took.Seconds())
	}
	return fmt.Sprintf("%.2f (%s ÷ %.1f s; %d items)", median(ratios), perSecond(b.rows, time.Duration(median(reviews)*float64(time.Second))), median(imports), b.rows), nil
}

// reviewOnce takes a file into an empty database and has its items reviewed.
func (b *bench) reviewOnce(ctx context.Context, path string) (load, took time.Duration, err error) {
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
	if load, _, err = s.load(ctx, path); err != nil {
		return 0, 0, err
	}
	reviewer := policy.NewReviewer(s.db, live.New())
	start := time.Now()
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return catalog.SetReviewedTx(ctx, tx, s.catalog.ID, true) })
	if err != nil {
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
