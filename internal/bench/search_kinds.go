package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/live"
)

// Of the manager's table: items on a page, up to how many a filter's are counted, and how long it looks for either.
const (
	tableShown  = 50
	tableCount  = 1000
	tableWithin = 15 * time.Millisecond
)

// readings are the kinds of what is read: pages of the manager's table at any depth, under each filter it offers, searches as
// people type them, and what is counted. rows: how many items there are.
func (s *shop) readings(ctx context.Context, rows int) ([]reading, error) {
	ids, err := s.someItems(ctx)
	if err != nil {
		return nil, err
	}
	deep := func(rng *rand.Rand) id.ID { return ids[rng.IntN(len(ids))] }
	kinds := []reading{
		{name: "a page, anywhere", once: func(rng *rand.Rand) error { return s.table(ctx, catalog.Query{After: deep(rng)}) }},
		{name: "the page before, anywhere", once: func(rng *rand.Rand) error { return s.table(ctx, catalog.Query{Before: deep(rng)}) }},
		{name: "all counted by state, once a minute", seldom: true, once: func(*rand.Rand) error {
			_, err := s.fresh().Tally(ctx, benchCaller, s.catalog.ID)
			return err
		}},
		{name: "all looked through for issues", once: func(*rand.Rand) error {
			_, err := s.fresh().Diagnostics(ctx, benchCaller, s.catalog.ID)
			return err
		}},
	}
	filters := filterQueries()
	for _, f := range filters {
		kinds = append(kinds, reading{name: f.name, once: func(rng *rand.Rand) error {
			q := f.query
			if rng.IntN(2) == 0 {
				q.After = deep(rng)
			}
			return s.table(ctx, q)
		}})
	}
	rank := func(rng *rand.Rand, ranks int) id.ID { return id.ID(2+rng.IntN(ranks))*(id.Max+1) + deep(rng) } // see [catalog.ParseKey]
	kinds = append(kinds, reading{name: "search: deep pages of frequent words", once: func(rng *rand.Rand) error {
		return s.table(ctx, catalog.Query{Search: pick(rng, "lotus", "áo dài", "of", "mug sand"), After: rank(rng, 3)})
	}})
	searches := []struct {
		name string
		text func(rng *rand.Rand) string
	}{
		{"search: as people type", func(rng *rand.Rand) string { return typed(rng, rows) }},
		{"search: a word of every eighth item", func(rng *rand.Rand) string { return pick(rng, "lotus", "kumo", "áo dài", "Sông Hồng") }},
		{"search: a word of every description", func(*rand.Rand) string { return "of" }},
		{"search: two frequent words", func(rng *rand.Rand) string { return pick(rng, "lotus mug", "ao dai song", "nhe dep ben") }},
		{"search: frequent words that never meet", func(*rand.Rand) string { return "lotus kumo" }},
		{"search: one letter", func(rng *rand.Rand) string { return pick(rng, "s", "m", "1", "đ") }},
		{"search: a word of one item", func(rng *rand.Rand) string { return fmt.Sprint(rng.IntN(rows)) }},
		{"search: a SKU", func(rng *rand.Rand) string { return fmt.Sprintf("SKU-%08d", rng.IntN(rows)) }},
		{"search: a word that is nowhere", func(rng *rand.Rand) string { return pick(rng, "nothing", "phở lotus", "zzz mug") }},
	}
	for _, f := range searches {
		kinds = append(kinds, reading{name: f.name, once: func(rng *rand.Rand) error { return s.table(ctx, catalog.Query{Search: f.text(rng)}) }},
			reading{name: f.name + ", filtered", once: func(rng *rand.Rand) error {
				q := filters[rng.IntN(len(filters))].query
				q.Search = f.text(rng)
				return s.table(ctx, q)
			}})
	}
	return kinds, nil
}

// filterQuery is a filter that the manager's table or a product set has.
type filterQuery struct {
	name  string
	query catalog.Query
}

func filterQueries() (list []filterQuery) {
	rule := func(text string) {
		r, err := catalog.ParseRule(text)
		if err != nil {
			panic(err) // it is written below
		}
		list = append(list, filterQuery{"filter: " + text, catalog.Query{Rules: []*catalog.Rule{r}}})
	}
	for _, v := range []string{catalog.InStock, "out of stock", "preorder", "available for order", "discontinued"} {
		rule(`{"availability":{"eq":"` + v + `"}}`)
	}
	for _, text := range []string{
		`{"visibility":{"eq":"published"}}`, `{"visibility":{"eq":"staging"}}`, `{"brand":{"eq":"Kumo"}}`, `{"brand":{"eq":"Nobody"}}`, `{"brand":{"eq":"mug"}}`,
		`{"price":{"lt":500}}`, `{"price":{"gt":50000}}`, `{"color":{"eq":"Sand"}}`, `{"color":{"eq":"Mauve"}}`, `{"category":{"i_contains":"tableware"}}`,
		`{"category":{"i_contains":"boats"}}`, `{"title":{"i_contains":"boats"}}`, `{"and":[{"price":{"gt":39000}},{"availability":{"eq":"out of stock"}}]}`,
		`{"retailer_id":{"eq":"SKU-00000077"}}`,
	} {
		rule(text)
	}
	for _, v := range []string{catalog.Approved, catalog.Pending, catalog.Held, catalog.Rejected, catalog.Outdated} {
		list = append(list, filterQuery{"review: " + v, catalog.Query{Review: v}})
	}
	for _, v := range []string{"EMPTY_DESCRIPTION", "EMPTY_IMAGE_URL", "EMPTY_PRODUCT_URL", "ITEM_PRICE_NOT_POSITIVE", "PRODUCT_EXPIRED", "EMPTY_BRAND", "DUPLICATE_TITLE_AND_DESCRIPTION", "PROPERTY_VALUE_UPPERCASE_WARNING", catalog.PolicyViolation} {
		list = append(list, filterQuery{"issue: " + v, catalog.Query{ErrorType: v}})
	}
	return list
}

// table reads a page as the manager's table does, and counts as it does.
func (s *shop) table(ctx context.Context, q catalog.Query) error {
	q.Limit, q.Within = tableShown+1, tableWithin
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		found, err := catalog.PageTx(ctx, tx, benchCaller, s.catalog.ID, q, false)
		if err != nil || len(found.Items) <= tableShown && found.On == 0 && q.After == 0 && q.Before == 0 || plain(q) {
			return err
		}
		q.After, q.Before, q.Limit, q.CountMost = 0, 0, 0, tableCount
		_, err = catalog.PageTx(ctx, tx, benchCaller, s.catalog.ID, q, true)
		return err
	})
	if err == nil && plain(q) {
		_, err = s.catalogs.Tally(ctx, benchCaller, s.catalog.ID)
	}
	return err
}

// plain tells whether nothing but the review filters the table: then the tally has the count.
func plain(q catalog.Query) bool {
	return q.Search == "" && len(q.Rules) == 0 && q.ErrorType == ""
}

// fresh is the catalogs' service before it has kept anything in memory.
func (s *shop) fresh() *catalog.Service { return catalog.New(s.db, live.New()) }

func pick(rng *rand.Rand, list ...string) string { return list[rng.IntN(len(list))] }

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
