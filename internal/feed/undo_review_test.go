package feed

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/live"
	"github.com/hawkerhq/hawker/internal/policy"
)

// reviewed is what the review says of the catalog's items, and how many of them customers see.
func (k taker) reviewed() (states map[string]int, shown int) {
	k.t.Helper()
	err := k.s.db.View(k.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		states, shown = map[string]int{}, 0
		list, _, err := catalog.ListTx(ctx, tx, owner, k.cat, catalog.Query{Limit: 5000}, true)
		if err != nil {
			return err
		}
		var skus []string
		for _, i := range list {
			states[fmt.Sprint(i.Title, " ", i.Review.Status)]++
			skus = append(skus, i.RetailerID)
		}
		visible, err := catalog.ResolveVisibleTx(ctx, tx, k.cat, skus)
		shown = len(visible)
		return err
	})
	if err != nil {
		k.t.Fatal(err)
	}
	return states, shown
}

// connected sets whether the catalog is shown by an account.
func (k taker) connected(on bool) {
	k.t.Helper()
	if err := k.s.db.Update(k.t.Context(), func(ctx context.Context, tx *db.Tx) error { return catalog.SetReviewedTx(ctx, tx, k.cat, on) }); err != nil {
		k.t.Fatal(err)
	}
}

// TestAnUploadTakenBackAcrossAConnectionLeavesTheRightReview: while an upload that turns out broken goes on, its catalog is connected,
// disconnected or both, and the review runs; what is put back has the state of the catalog as it is then, never one of before or of
// what the upload wrote, and nothing it wrote is shown in between.
func TestAnUploadTakenBackAcrossAConnectionLeavesTheRightReview(t *testing.T) {
	t.Parallel()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write([]byte(titled("Mug", 200, 5000))); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	broken := packed.String()[:packed.Len()*9/10]
	for name, c := range map[string]struct {
		before bool   // connected when it begins
		turns  []bool // what it becomes meanwhile, one after another
		runs   bool   // a review runs after each turn
		after  string // the state of what is put back
	}{
		"connected":                            {false, []bool{true}, false, catalog.Rejected},
		"connected and reviewed":               {false, []bool{true}, true, catalog.Rejected},
		"disconnected":                         {true, []bool{false}, false, catalog.NoReview},
		"disconnected and connected":           {true, []bool{false, true}, false, catalog.Rejected},
		"disconnected, connected and reviewed": {true, []bool{false, true}, true, catalog.Rejected},
		"connected and disconnected":           {false, []bool{true, false}, true, catalog.NoReview},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dbtest.EachClock(t, func(t *testing.T, d *db.DB, fixed *clock.Fixed) {
				k, reviewer := newTaker(t, d, fixed), policy.NewReviewer(d, live.New())
				review := func() {
					if err := reviewer.ItemsChanged(t.Context(), catalog.ItemsChanged{CatalogID: k.cat}); err != nil {
						t.Fatal(err)
					}
				}
				k.take("a.csv", titled("Vodka", 0, 300))
				k.connected(c.before)
				review()
				turns := c.turns
				commits := 0
				k.s.committed = func() {
					if commits++; !k.running() || commits%2 == 1 {
						return
					}
					if len(turns) > 0 {
						k.connected(turns[0])
						turns = turns[1:]
						if c.runs {
							review()
						}
					}
					if states, shown := k.reviewed(); shown > 0 {
						t.Errorf("after %d commits %d items are shown: %v", commits, shown, states)
					}
				}
				i, err := k.s.StartUpload(t.Context(), owner, k.feed, Source{FileName: "b.csv.gz"}, strings.NewReader(broken))
				if err != nil {
					t.Fatal(err)
				}
				if err := k.s.Import(t.Context(), ImportUpload{UploadID: i}); err != nil {
					t.Fatal(err)
				}
				if u, _ := (&shelf{Service: k.s, t: t}).upload(i); !u.Failed || len(turns) > 0 {
					t.Fatalf("the upload is %+v, turns left %v", u, turns)
				}
				review()
				states, shown := k.reviewed()
				if len(states) != 1 || states["Vodka "+c.after] != 300 || shown != 0 {
					t.Errorf("%v, %d are shown; want 300 %q", states, shown, c.after)
				}
			})
		})
	}
}
