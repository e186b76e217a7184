package catalog_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
)

// page reads one page.
func (s shop) page(t *testing.T, q catalog.Query, count bool) (found catalog.Found) {
	t.Helper()
	err := s.db.View(t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		found, err = catalog.PageTx(ctx, tx, owner, s.catalog, q, count)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// A page that stops looking when its time is over tells where to go on; going on finds every item once, in both directions.
func TestLookingStopsAndGoesOn(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		s := open(t, d, c)
		var requests []catalog.Request
		for n := range 40 {
			more := []string{"price", fmt.Sprint(n, " USD"), "color", "red"}
			if n%13 == 5 {
				more = []string{"price", "9000 USD", "color", "mauve", "availability", "out of stock"}
			}
			requests = append(requests, create(fmt.Sprintf("s%02d", n), more...))
		}
		if _, err := s.svc.SubmitBatch(t.Context(), owner, s.catalog, catalog.ItemsBatch, requests, true); err != nil {
			t.Fatal(err)
		}
		s.drain(t)
		for name, q := range map[string]catalog.Query{
			"exact":            {Rules: []*catalog.Rule{rule(t, `{"price":{"gt":800000}}`)}},
			"by hand":          {Rules: []*catalog.Rule{rule(t, `{"color":{"eq":"mauve"}}`)}},
			"nothing":          {Rules: []*catalog.Rule{rule(t, `{"color":{"eq":"blue"}}`)}},
			"search":           {Search: "item", Rules: []*catalog.Rule{rule(t, `{"price":{"gt":800000}}`)}},
			"search by hand":   {Search: "item", Rules: []*catalog.Rule{rule(t, `{"color":{"eq":"mauve"}}`)}},
			"search, nothing":  {Search: "item", Rules: []*catalog.Rule{rule(t, `{"color":{"eq":"blue"}}`)}},
			"two conditions":   {Rules: []*catalog.Rule{rule(t, `{"availability":{"eq":"out of stock"}}`), rule(t, `{"color":{"eq":"mauve"}}`)}},
			"by an index":      {Rules: []*catalog.Rule{rule(t, `{"availability":{"eq":"out of stock"}}`)}},
			"everything there": {},
		} {
			q.Limit = 100
			want, total := s.list(t, q)
			q.Limit, q.Within = 2, time.Nanosecond
			var got []catalog.Item
			stops := 0
			for next := q; ; {
				found := s.page(t, next, false)
				got = append(got, found.Items...)
				switch {
				case found.On != 0:
					next.After, stops = found.On, stops+1
				case len(found.Items) == 2:
					next.After = q.Key(found.Items[1])
				default:
					next.Limit = 0
				}
				if next.Limit == 0 {
					break
				}
			}
			if skus(got) != skus(want) {
				t.Errorf("%s: forwards %s, want %s", name, skus(got), skus(want))
			}
			if indexed := name == "by an index" || name == "everything there"; indexed != (stops == 0) && (d.Dialect() == db.SQLite || q.Search == "") {
				t.Errorf("%s: stopped %d times", name, stops)
			}
			var back []catalog.Item
			for next := withBefore(q); ; {
				found := s.page(t, next, false)
				back = append(append([]catalog.Item{}, found.Items...), back...)
				if found.On == 0 && len(found.Items) < 2 {
					break
				}
				if next.Before = found.On; next.Before == 0 {
					next.Before = q.Key(found.Items[0])
				}
			}
			if skus(back) != skus(want) {
				t.Errorf("%s: backwards %s, want %s", name, skus(back), skus(want))
			}
			counted := s.page(t, q, true)
			if counted.Total > total || counted.Total < total && !counted.More {
				t.Errorf("%s: counted %d (more: %v) of %d", name, counted.Total, counted.More, total)
			}
			q.Within = time.Hour
			if counted = s.page(t, q, true); counted.Total != total || counted.More {
				t.Errorf("%s: counted %d (more: %v), there are %d", name, counted.Total, counted.More, total)
			}
		}
	})
}

func rule(t *testing.T, text string) *catalog.Rule {
	t.Helper()
	r, err := catalog.ParseRule(text)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// withBefore is the query from its end on.
func withBefore(q catalog.Query) catalog.Query {
	q.Before = 1<<53 - 1
	if q.Search != "" {
		q.Before = 1<<53*5 - 1
	}
	return q
}

// What stands out is found along its own index, in the order of a page.
func TestWhatStandsOutHasAnIndex(t *testing.T) {
	t.Parallel()
	c := clock.NewFixed(dbtest.Start)
	d := dbtest.SQLite(t, c)
	s := open(t, d, c)
	for name, f := range map[string]struct {
		query catalog.Query
		index string
	}{
		"out of stock": {catalog.Query{Rules: []*catalog.Rule{rule(t, `{"availability":{"eq":"out of stock"}}`)}}, "item_away"},
		"hidden":       {catalog.Query{Rules: []*catalog.Rule{rule(t, `{"visibility":{"eq":"staging"}}`)}}, "item_hidden"},
		"rejected":     {catalog.Query{Review: catalog.Rejected}, "item_objected"},
		"outdated":     {catalog.Query{Review: catalog.Outdated}, "item_objected"},
		"held":         {catalog.Query{Review: catalog.Held}, "item_objected"},
		"pending":      {catalog.Query{Review: catalog.Pending}, "item_to_review"},
		"no picture":   {catalog.Query{ErrorType: "EMPTY_IMAGE_URL"}, "item_issue"},
		"capitals":     {catalog.Query{ErrorType: "PROPERTY_VALUE_UPPERCASE_WARNING"}, "item_issue"},
		"expired":      {catalog.Query{ErrorType: "PRODUCT_EXPIRED"}, "item_issue"},
		"of a group":   {catalog.Query{GroupID: "g"}, "item_group"},
		"small":        {catalog.Query{ErrorType: "IMAGE_RESOLUTION_LOW"}, "item_issue"},
		"any trouble":  {catalog.Query{ErrorPriority: "HIGH"}, "item_issue"},
	} {
		f.query.Limit, f.query.After = 25, 1<<40
		plan := s.plan(t, f.query)
		if q := f.query; len(q.Rules) == 0 && q.GroupID == "" {
			s.update(t, func(ctx context.Context, tx *db.Tx) (err error) {
				plan, err = explain(ctx, tx, catalog.StoredSQL(q.Review, q.ErrorType, q.ErrorPriority), s.catalog, tx.Now(), 25)
				return err
			})
		}
		if !strings.Contains(plan, f.index+" ") || strings.Contains(plan, "TEMP B-TREE") {
			t.Errorf("%s: a page is read by\n%s", name, plan)
		}
	}
}

// The tally counts along indexes what reading all items counts.
func TestATallyIsWhatTheItemsAre(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		s := open(t, d, c)
		compare := func() {
			t.Helper()
			got, err := s.svc.Tally(t.Context(), owner, s.catalog)
			if err != nil {
				t.Fatal(err)
			}
			all, _ := s.list(t, catalog.Query{Limit: 100})
			want := catalog.Tally{Items: len(all), Review: map[string]int{}}
			for _, i := range all {
				state := i.Review.Status
				if state == catalog.Pending && i.Review.Held {
					state = catalog.Held
				}
				want.Review[state]++
				if i.Visibility != catalog.Published {
					want.Hidden++
				}
				if i.Availability == "out of stock" || i.Availability == "discontinued" || i.Availability == "mark_as_sold" {
					want.Gone++
				}
			}
			for _, state := range []string{catalog.NoReview, catalog.Approved, catalog.Pending, catalog.Held, catalog.Rejected, catalog.Outdated} {
				if got.Review[state] != want.Review[state] {
					t.Errorf("%q: %d, want %d", state, got.Review[state], want.Review[state])
				}
				if state == catalog.NoReview {
					continue
				}
				if list, _ := s.list(t, catalog.Query{Limit: 100, Review: state}); len(list) != want.Review[state] {
					t.Errorf("%q: %d are listed, want %d", state, len(list), want.Review[state])
				}
			}
			if got.Items != want.Items || got.Hidden != want.Hidden || got.Gone != want.Gone {
				t.Errorf("%+v, want %+v", got, want)
			}
		}
		_, err := s.svc.SubmitBatch(t.Context(), owner, s.catalog, catalog.ItemsBatch, []catalog.Request{
			create("a"), create("b", "availability", "out of stock"), create("c", "status", "archived"), create("d", "availability", "preorder"),
			create("e", "title", "Cigarettes", "description", "Marlboro cigarettes, one pack"), create("f", "title", "Vitamin C 500 mg", "google_product_category", "525"),
			create("g", "availability", "discontinued"),
		}, true)
		if err != nil {
			t.Fatal(err)
		}
		s.drain(t)
		compare()
		s.connect(t)
		compare()
		s.drain(t)
		compare()
		if _, err := s.svc.SubmitBatch(t.Context(), owner, s.catalog, catalog.ItemsBatch, []catalog.Request{create("a", "title", "Something else")}, true); err != nil {
			t.Fatal(err)
		}
		s.drain(t)
		compare()
	})
}
