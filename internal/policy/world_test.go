package policy_test

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/account"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/job"
	"github.com/hawkerhq/hawker/internal/live"
	"github.com/hawkerhq/hawker/internal/policy"
	"github.com/hawkerhq/hawker/internal/safehttp"
	"github.com/hawkerhq/hawker/internal/storefront"
	"github.com/hawkerhq/hawker/internal/waba"
	"github.com/hawkerhq/hawker/internal/webhook"
)

// Two businesses, and a program of the first.
const (
	mine    id.ID = 200000000000001
	foreign id.ID = 200000000000002
	program id.ID = 100000000000001
)

func caller(businesses ...id.ID) access.Caller {
	return access.Caller{Kind: access.KindSystemUser, UserName: "Shop", Businesses: businesses, Permissions: access.Permissions()}
}

// world is a business with an account, a number and a connected catalog, and a program that hears of it.
type world struct {
	*testing.T
	db       *db.DB
	clock    *clock.Fixed
	hooks    *webhook.Service
	catalogs *catalog.Service
	reviewer *policy.Reviewer
	enforcer *policy.Enforcer
	jobs     *job.Runner

	waba, phone, catalog id.ID
}

func open(t *testing.T, d *db.DB, c *clock.Fixed) *world {
	t.Helper()
	log, hub := slog.New(slog.NewTextHandler(io.Discard, nil)), live.New()
	w := &world{T: t, db: d, clock: c, catalogs: catalog.New(d, hub), jobs: job.NewRunner(d, c, log)}
	w.hooks = webhook.New(webhook.Deps{DB: d, Clock: c, Client: safehttp.New(safehttp.Config{}), Secrets: account.AppSecretTx, Owner: account.AppOwnerTx, Logger: log, Live: hub})
	w.reviewer = policy.NewReviewer(d, hub)
	w.enforcer = policy.NewEnforcer(d, hub, w.hooks)
	w.reviewer.CountAgainst(w.enforcer)
	w.enforcer.Register(w.jobs)
	w.reviewer.Register(w.jobs)
	cat, err := w.catalogs.Create(t.Context(), caller(mine), catalog.Catalog{BusinessID: mine, Name: "Menu"})
	if err != nil {
		t.Fatal(err)
	}
	w.catalog = cat.ID
	w.update(func(ctx context.Context, tx *db.Tx) error {
		a, err := waba.CreateAccountTx(ctx, tx, waba.Account{BusinessID: mine, Name: "A", Country: "VN"})
		if err != nil {
			return err
		}
		n, err := waba.CreateNumberTx(ctx, tx, waba.Number{WABAID: a.ID, Digits: "+84 28 7100 0001", VerifiedName: "Quán"})
		if err != nil {
			return err
		}
		w.waba, w.phone = a.ID, n.ID
		if _, err := tx.Exec(ctx, `INSERT INTO webhook_subscription (app_id, object, callback_url, fields, created_at) VALUES ($1, $2, 'http://example.com', 'account_update', 0)`, program, webhook.Object); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `INSERT INTO waba_subscription (waba_id, app_id, created_at) VALUES ($1, $2, 0)`, w.waba, program)
		return err
	})
	if err := storefront.New(d).Connect(t.Context(), caller(mine), w.waba, w.catalog); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) update(f func(ctx context.Context, tx *db.Tx) error) {
	w.Helper()
	if err := w.db.Update(w.Context(), f); err != nil {
		w.Fatal(err)
	}
}

// add makes an item and reviews what waits.
func (w *world) add(sku, title string) catalog.Item {
	w.Helper()
	change := catalog.ReadChange(catalog.Batch, map[string]any{
		"title": title, "description": "As it is.", "availability": "in stock", "condition": "new", "link": "https://shop.example/" + sku,
		"image_link": "https://shop.example/" + sku + ".jpg", "price": "10.00 USD",
	})
	i, err := w.catalogs.CreateItem(w.Context(), caller(mine), w.catalog, sku, change, false)
	if err != nil {
		w.Fatal(err)
	}
	w.review()
	return w.item(i)
}

func (w *world) review() {
	w.Helper()
	if err := w.reviewer.ItemsChanged(w.Context(), catalog.ItemsChanged{CatalogID: w.catalog}); err != nil {
		w.Fatal(err)
	}
}

func (w *world) item(i id.ID) (it catalog.Item) {
	w.Helper()
	w.update(func(ctx context.Context, tx *db.Tx) (err error) {
		it, err = catalog.ItemTx(ctx, tx, caller(mine), i)
		return err
	})
	return it
}

// told are the values of the account's webhooks so far, the first one first.
func (w *world) told() []string {
	w.Helper()
	list, err := w.hooks.Deliveries(w.Context(), caller(mine), webhook.Filter{}, 0, 1000)
	if err != nil {
		w.Fatal(err)
	}
	var values []string
	for _, d := range list {
		_, v, _ := strings.Cut(d.Body, `"value":`)
		v, _, _ = strings.Cut(v, `,"field":"account_update"`)
		values = append(values, v)
	}
	slices.Reverse(values)
	return values
}

// expect compares the webhooks since the last call.
func (w *world) expect(seen *int, want ...string) {
	w.Helper()
	all := w.told()
	got := all[*seen:]
	*seen = len(all)
	if !slices.Equal(got, want) {
		w.Errorf("told\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func (w *world) standing() policy.Standing {
	w.Helper()
	s, err := w.enforcer.Standing(w.Context(), caller(mine), w.waba)
	if err != nil {
		w.Fatal(err)
	}
	return s
}

// allowed tells whether the account may do something now, and the text of the refusal.
func (w *world) allowed(r waba.Restriction) (text string) {
	w.Helper()
	w.update(func(ctx context.Context, tx *db.Tx) error {
		s, err := waba.StandingTx(ctx, tx, w.waba)
		if err != nil {
			return err
		}
		text = ""
		if err := s.Allow(r, tx.Now()); err != nil {
			text = err.Error()
		}
		return nil
	})
	return text
}

// later moves the clock and runs what became due.
func (w *world) later(by time.Duration) {
	w.Helper()
	w.clock.Advance(by)
	if err := w.jobs.Drain(w.Context()); err != nil {
		w.Fatal(err)
	}
}

func each(t *testing.T, f func(w *world)) {
	t.Helper()
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) { f(open(t, d, c)) })
}
