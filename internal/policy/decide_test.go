package policy_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"testing"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/job"
	"github.com/hawkerhq/hawker/internal/live"
	"github.com/hawkerhq/hawker/internal/policy"
)

func TestVerdictsOnPurpose(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		owner := access.Caller{Businesses: []id.ID{7}, Permissions: access.Permissions()}
		hub := live.New()
		svc := catalog.New(d, hub)
		reviewer := policy.NewReviewer(d, hub)
		runner := job.NewRunner(d, c, slog.New(slog.NewTextHandler(io.Discard, nil)))
		job.Handle(runner, reviewer.ItemsChanged)
		cat, err := svc.Create(t.Context(), owner, catalog.Catalog{BusinessID: 7, Name: "Quán"})
		if err != nil {
			t.Fatal(err)
		}
		values := map[string]any{"name": "Mug", "price": "1", "currency": "VND"}
		item, err := svc.CreateItem(t.Context(), owner, cat.ID, "x", catalog.ReadChange(catalog.Node, values), true)
		if err != nil {
			t.Fatal(err)
		}
		reject := catalog.Verdict{Status: catalog.Rejected, PolicyID: "weapons", Reason: "It is a gun."}
		if err := reviewer.Decide(t.Context(), owner, item, reject); !errors.Is(err, policy.ErrUnwatched) {
			t.Errorf("in a catalog that is not connected: %v", err)
		}
		err = d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error { return catalog.SetReviewedTx(ctx, tx, cat.ID, true) })
		if err != nil {
			t.Fatal(err)
		}
		for name, try := range map[string]struct {
			caller  access.Caller
			verdict catalog.Verdict
			want    error
		}{
			"no verdict":         {owner, catalog.Verdict{Status: "great"}, policy.ErrVerdict},
			"no policy":          {owner, catalog.Verdict{Status: catalog.Rejected}, policy.ErrVerdict},
			"another business":   {access.Caller{Businesses: []id.ID{8}, Permissions: access.Permissions()}, reject, catalog.ErrItemUnknown},
			"without permission": {access.Caller{Businesses: []id.ID{7}}, reject, access.ErrPermission},
		} {
			if err := reviewer.Decide(t.Context(), try.caller, item, try.verdict); !errors.Is(err, try.want) {
				t.Errorf("%s: %v, want %v", name, err, try.want)
			}
		}
		heard := hub.Subscribe(catalog.Topic(cat.ID))
		defer heard.Close()
		for _, v := range []catalog.Verdict{{Status: catalog.Approved}, reject, {Status: catalog.Pending, Reason: "A person looks at it."}, {Status: catalog.Approved}} {
			if err := reviewer.Decide(t.Context(), owner, item, v); err != nil {
				t.Fatal(err)
			}
			<-heard.C
			if err := runner.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
			err := d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				got, err := catalog.ItemTx(ctx, tx, owner, item)
				if r := got.Review; r.Status != v.Status || r.PolicyID != v.PolicyID || r.Reason != v.Reason || r.Reviewer != "sandbox" {
					t.Errorf("after %+v: %+v", v, r)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}
