package catalog_test

import (
	"context"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
)

// A page of items is read along an index: nothing is sorted, and nothing before its cursor is looked at.
func TestAPageIsReadAlongItsIndex(t *testing.T) {
	t.Parallel()
	c := clock.NewFixed(dbtest.Start)
	d := dbtest.SQLite(t, c)
	s := open(t, d, c)
	for name, q := range map[string]catalog.Query{
		"first": {Limit: 25}, "deep": {Limit: 25, After: 1 << 40}, "back": {Limit: 25, Before: 1 << 40}, "slim": {Limit: 25, After: 1 << 40, Slim: true},
		"search": {Limit: 25, Search: "mug", After: 1<<53*2 + 5}, "search, back": {Limit: 25, Search: "mug", Before: 1<<53*3 + 5},
	} {
		all := s.plan(t, q)
		if strings.Contains(all, "TEMP B-TREE") || strings.Contains(all, "SCAN item_row") || strings.Contains(all, "SCAN item_before") || strings.Contains(all, "MATERIALIZE") {
			t.Errorf("%s: a page is read by\n%s", name, all)
		}
	}
}

// plan is how SQLite reads a page.
func (s shop) plan(t *testing.T, q catalog.Query) (plan string) {
	t.Helper()
	err := s.db.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		query, args, err := catalog.PageSQL(ctx, tx, s.catalog, q)
		if err == nil {
			plan, err = explain(ctx, tx, query, args...)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func explain(ctx context.Context, tx *db.Tx, query string, args ...any) (string, error) {
	rows, err := tx.Query(ctx, "EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	var plan []string
	for rows.Next() {
		var n, parent, unused int
		var step string
		if err := rows.Scan(&n, &parent, &unused, &step); err != nil {
			return "", err
		}
		plan = append(plan, step)
	}
	return strings.Join(plan, "\n"), rows.Err()
}
