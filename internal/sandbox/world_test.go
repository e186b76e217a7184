package sandbox_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/account"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/demo"
	"github.com/hawkerhq/hawker/internal/flow"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/inject"
	"github.com/hawkerhq/hawker/internal/job"
	"github.com/hawkerhq/hawker/internal/live"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/policy"
	"github.com/hawkerhq/hawker/internal/reach"
	"github.com/hawkerhq/hawker/internal/safehttp"
	"github.com/hawkerhq/hawker/internal/sandbox"
	"github.com/hawkerhq/hawker/internal/storefront"
	"github.com/hawkerhq/hawker/internal/template"
	"github.com/hawkerhq/hawker/internal/webhook"
)

const (
	lan          = "84901234567"
	foreignToken = "EAAFOREIGN"
	timidToken   = "EAATIMID"
)

// movable is the test's clock as the sandbox moves it.
type movable struct{ *clock.Fixed }

func (m movable) Advance(_ context.Context, by time.Duration) error {
	m.Fixed.Advance(by)
	return nil
}

// kept is the database as the world of snapshots.
type kept struct{ *db.DB }

func (k kept) List(ctx context.Context) ([]string, error) { return k.Snapshots(ctx) }

func (k kept) Reset(ctx context.Context) error {
	if err := k.Empty(ctx); err != nil {
		return err
	}
	return demo.Seed(ctx, demo.Deps{DB: k.DB, BaseURL: "http://127.0.0.1"})
}

// world is the demo world behind the sandbox's door, with a foreign business.
type world struct {
	*testing.T
	db        *db.DB
	hooks     *webhook.Service
	exchange  *messaging.Exchange
	templates *template.Service
	shop      demo.Shop
	doc       map[string]any
	url       string
	token     string
}

func open(t *testing.T, d *db.DB, c *clock.Fixed) *world {
	t.Helper()
	if err := demo.Seed(t.Context(), demo.Deps{DB: d, BaseURL: "http://127.0.0.1"}); err != nil {
		t.Fatal(err)
	}
	log, hub := slog.New(slog.NewTextHandler(io.Discard, nil)), live.New()
	hooks := webhook.New(webhook.Deps{
		DB: d, Clock: c, Client: safehttp.New(safehttp.Config{AllowPrivate: true}), Secrets: account.AppSecretTx, Owner: account.AppOwnerTx, Logger: log, Live: hub,
	})
	hooks.Faults = inject.New(c, sandbox.TellFaults(hub))
	reached := reach.New(d, hooks, true)
	exchange := messaging.New(messaging.Deps{DB: d, Clock: c, Live: hub, Outbox: hooks, Reach: reached})
	reviewer := policy.NewReviewer(d, hub)
	templates := template.New(template.Deps{DB: d, Flows: flow.New(d, hooks, safehttp.New(safehttp.Config{AllowPrivate: true})), Live: hub, Outbox: hooks, Rules: reviewer.Rules(), Delay: time.Hour})
	srv := httptest.NewServer(sandbox.New(sandbox.Deps{
		DB: d, Accounts: account.New(d), Exchange: exchange, Store: storefront.New(d), Reviewer: reviewer, Enforcer: policy.NewEnforcer(d, hub, hooks), Webhooks: hooks, Faults: hooks.Faults,
		Templates: templates, Reach: reached, World: kept{d}, Live: hub, Clock: movable{c}, Logger: log,
	}))
	t.Cleanup(srv.Close)
	w := &world{T: t, db: d, hooks: hooks, exchange: exchange, templates: templates, shop: demo.Shops()[0], url: srv.URL, token: demo.AccessToken}
	w.strangers()
	_, w.doc = w.call("GET", "/openapi.json", "")
	return w
}

// strangers adds another business with every permission, and a token of ours without the sandbox's.
func (w *world) strangers() {
	w.Helper()
	err := w.db.Update(w.Context(), func(ctx context.Context, tx *db.Tx) error {
		b, err := account.CreateBusinessTx(ctx, tx, account.Business{Name: "Elsewhere", Country: "SG", TimezoneID: 1})
		if err != nil {
			return err
		}
		u, err := account.CreateSystemUserTx(ctx, tx, account.SystemUser{BusinessID: b.ID, Name: "Robot", Role: "ADMIN"})
		if err != nil {
			return err
		}
		if _, err := account.CreateTokenTx(ctx, tx, account.NewToken{
			App: demo.AppID, User: u.ID, Businesses: []id.ID{b.ID}, Permissions: access.Permissions(), Text: foreignToken,
		}); err != nil {
			return err
		}
		_, err = account.CreateTokenTx(ctx, tx, account.NewToken{
			App: demo.AppID, User: demo.SystemUserID, Businesses: []id.ID{demo.Shops()[0].Business},
			Permissions: []access.Permission{access.CatalogManagement}, Text: timidToken,
		})
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
}

// chat is the path of a customer's chat with the demo's first shop.
func (w *world) chat(rest string) string {
	return "/customers/" + lan + "/chats/" + w.shop.Phone.String() + rest
}

// work runs the jobs that wait, to their end.
func (w *world) work() {
	w.Helper()
	jobs := job.NewRunner(w.db, w.db.Clock(), slog.New(slog.NewTextHandler(io.Discard, nil)))
	w.hooks.Register(jobs)
	if err := jobs.Drain(w.Context()); err != nil {
		w.Fatal(err)
	}
}

// sku is the first item that can be ordered.
func (w *world) sku() string {
	for _, i := range w.shop.Items {
		if i.Rejected == "" && !i.Pending && !i.SoldOut {
			return i.SKU
		}
	}
	w.Fatal("the demo's first shop sells nothing")
	return ""
}

func (w *world) call(method, path, body string) (int, map[string]any) {
	w.Helper()
	req, err := http.NewRequestWithContext(w.Context(), method, w.url+sandbox.Prefix+path, strings.NewReader(body))
	if err != nil {
		w.Fatal(err)
	}
	if w.token != "" {
		req.Header.Set("Authorization", "Bearer "+w.token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		w.Fatal(err)
	}
	defer res.Body.Close()
	var v map[string]any
	if err := json.NewDecoder(res.Body).Decode(&v); err != nil {
		w.Fatalf("%s %s answered %d without JSON: %v", method, path, res.StatusCode, err)
	}
	return res.StatusCode, v
}

// want makes a call and checks status and schema of its answer. route is the path as the document has it.
func (w *world) want(status int, method, route, path, body string) map[string]any {
	w.Helper()
	got, v := w.call(method, path, body)
	if got != status {
		w.Fatalf("%s %s %s answered %d %v, want %d", method, path, body, got, v, status)
	}
	w.conforms(method, route, status, v)
	return v
}

// refused checks that a call is refused with the code and a detail that says so.
func (w *world) refused(status, code int, says, method, path, body string) {
	w.Helper()
	got, v := w.call(method, path, body)
	e, _ := v["error"].(map[string]any)
	data, _ := e["error_data"].(map[string]any)
	detail, _ := data["details"].(string)
	if got != status || e["code"] != float64(code) || !strings.Contains(detail, says) || e["fbtrace_id"] == "" {
		w.Errorf("%s %.100s %.60s answered %d %v, want %d with code %d and %q", method, path, body, got, v, status, code, says)
	}
}
