// Package apitest runs scenarios against the Graph API over a fresh database: calls as a client writes
// them, answers as golden JSON.
//
//	w := apitest.New(t, d, clk)
//	w.Do(`POST /v25.0/{business}/system_users`, `name=Robot`, `200 {"id":"<robot>"}`)
//	w.Do(`GET /v25.0/{robot}?fields=name`, ``, `200 {"name":"Robot","id":"{robot}"}`)
//	w.As("foreign_token").Do(`GET /v25.0/{robot}`, ``, `400 *`)
//
// {name} is replaced in calls, bodies and answers. <name> in an answer takes what stands there; <*> takes
// and forgets it. An answer that ends in * is compared up to there.
package apitest

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/account"
	"github.com/hawkerhq/hawker/internal/attachment"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/feed"
	"github.com/hawkerhq/hawker/internal/flow"
	"github.com/hawkerhq/hawker/internal/graphapi"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/live"
	"github.com/hawkerhq/hawker/internal/media"
	"github.com/hawkerhq/hawker/internal/node"
	"github.com/hawkerhq/hawker/internal/policy"
	"github.com/hawkerhq/hawker/internal/registration"
	"github.com/hawkerhq/hawker/internal/safehttp"
	"github.com/hawkerhq/hawker/internal/storefront"
	"github.com/hawkerhq/hawker/internal/template"
	"github.com/hawkerhq/hawker/internal/webhook"
)

// World is an API with these names: {app} with the secret {secret}, {business} and its {user} with a {token}
// that may do everything; {foreign}, another business, with {foreign_token}.
type World struct {
	T     *testing.T
	DB    *db.DB
	Clock *clock.Fixed
	// Deps are what the API runs on.
	Deps graphapi.Deps
	URL  string

	vars  map[string]string
	token string
}

// New makes the world. change may add to what the API runs on.
func New(t *testing.T, d *db.DB, c *clock.Fixed, change ...func(*graphapi.Deps)) *World {
	t.Helper()
	w := &World{T: t, DB: d, Clock: c, vars: map[string]string{"secret": "app-secret"}, token: "token"}
	w.Deps = graphapi.Deps{
		DB: d, Kinds: node.NewRegistry(d), Accounts: account.New(d), Catalogs: catalog.New(d, live.New()), Store: storefront.New(d),
		Webhooks: webhook.New(webhook.Deps{DB: d, Clock: c, Client: safehttp.New(safehttp.Config{AllowPrivate: true}), Secrets: account.AppSecretTx, Owner: account.AppOwnerTx}),
	}
	w.Deps.Catalogs.OnUnshare(w.Deps.Store.UnsharedTx)
	files, err := media.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	w.Deps.Feeds = feed.New(feed.Deps{DB: d, Clock: c, Files: files, Client: safehttp.New(safehttp.Config{AllowPrivate: true}), Catalogs: w.Deps.Catalogs})
	w.Deps.Attachments = attachment.New(d, c, files, safehttp.New(safehttp.Config{AllowPrivate: true}))
	rules, err := policy.NewRules()
	if err != nil {
		t.Fatal(err)
	}
	w.Deps.Flows = flow.New(d, w.Deps.Webhooks, safehttp.New(safehttp.Config{AllowPrivate: true}))
	w.Deps.Templates = template.New(template.Deps{Flows: w.Deps.Flows, DB: d, Live: live.New(), Outbox: w.Deps.Webhooks, Rules: rules, Samples: files, Handles: w.Deps.Feeds, Delay: time.Minute})
	w.Deps.Numbers = registration.New(registration.Deps{DB: d, Outbox: w.Deps.Webhooks, Handles: w.Deps.Feeds, Pictures: files})
	for _, f := range change {
		f(&w.Deps)
	}
	err = d.Update(t.Context(), w.populate)
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(graphapi.New(w.Deps))
	t.Cleanup(srv.Close)
	w.URL = srv.URL
	return w
}

func (w *World) populate(ctx context.Context, tx *db.Tx) error {
	for _, side := range []struct{ business, user, token, name string }{
		{"business", "user", "token", "Quán Góc Phố"}, {"foreign", "foreign_user", "foreign_token", "Elsewhere"},
	} {
		b, err := account.CreateBusinessTx(ctx, tx, account.Business{Name: side.name, Country: "VN", TimezoneID: 1})
		if err != nil {
			return err
		}
		a, err := account.CreateAppTx(ctx, tx, account.App{BusinessID: b.ID, Name: side.name + " app"}, "app-secret")
		if err != nil {
			return err
		}
		u, err := account.CreateSystemUserTx(ctx, tx, account.SystemUser{BusinessID: b.ID, Name: "Admin", Role: "ADMIN"})
		if err != nil {
			return err
		}
		token, err := account.CreateTokenTx(ctx, tx, account.NewToken{App: a.ID, User: u.ID, Businesses: []id.ID{b.ID}, Permissions: access.Permissions()})
		if err != nil {
			return err
		}
		w.Set(side.business, b.ID.String())
		w.Set(side.user, u.ID.String())
		w.Set(side.token, token)
		if side.business == "business" {
			w.Set("app", a.ID.String())
		} else {
			w.Set("foreign_app", a.ID.String())
		}
	}
	return nil
}

// Set gives a name a value.
func (w *World) Set(name, value string) { w.vars[name] = value }

// Get is the value of a name.
func (w *World) Get(name string) string { return w.vars[name] }

// ID is the value of a name that is an id.
func (w *World) ID(name string) id.ID {
	w.T.Helper()
	i, err := id.Parse(w.vars[name])
	if err != nil {
		w.T.Fatalf("{%s}: %v", name, err)
	}
	return i
}

// As is w calling with the token of another name; the empty name sends no token. Names are shared.
func (w *World) As(token string) *World {
	c := *w
	c.token = token
	return &c
}

var placeholder = regexp.MustCompile(`\{([a-z_][a-z0-9_]*)\}`)

// Fill replaces the names in text.
func (w *World) Fill(text string) string {
	return placeholder.ReplaceAllStringFunc(text, func(m string) string {
		if v, ok := w.vars[m[1:len(m)-1]]; ok {
			return v
		}
		return m
	})
}

// Do makes a call and compares the answer. Further lines of call are headers. A body that begins with {
// is JSON, any other a form.
func (w *World) Do(call, body, want string) {
	w.T.Helper()
	got, _ := w.Call(call, body)
	w.compare(call, got, want)
}

// Call makes a call and returns the answer as "status body", with host and trace id made constant.
func (w *World) Call(call, body string) (answer string, header http.Header) {
	w.T.Helper()
	lines := strings.Split(w.Fill(call), "\n")
	method, target, _ := strings.Cut(lines[0], " ")
	body = w.Fill(body)
	req, err := http.NewRequestWithContext(w.T.Context(), method, w.URL+target, strings.NewReader(body))
	if err != nil {
		w.T.Fatal(err)
	}
	switch {
	case strings.HasPrefix(body, "{"):
		req.Header.Set("Content-Type", "application/json")
	case body != "":
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if w.token != "" {
		req.Header.Set("Authorization", "Bearer "+w.vars[w.token])
	}
	for _, l := range lines[1:] {
		if k, v, ok := strings.Cut(strings.TrimSpace(l), ": "); ok {
			req.Header.Set(k, v)
		}
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		w.T.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		w.T.Fatal(err)
	}
	text := strings.ReplaceAll(string(b), w.URL, "http://HOST")
	text = trace.ReplaceAllString(text, `"fbtrace_id":"A"`)
	return strings.TrimSpace(strconv.Itoa(res.StatusCode) + " " + text), res.Header
}

var (
	trace   = regexp.MustCompile(`"fbtrace_id":"[^"]*"`)
	capture = regexp.MustCompile(`<([a-z_][a-z0-9_]*|\*)>`)
	folds   = regexp.MustCompile(`\n\s*`)
)

// compare matches an answer against a pattern and takes what the pattern names.
func (w *World) compare(call, got, want string) {
	w.T.Helper()
	want = strings.TrimSpace(folds.ReplaceAllString(w.Fill(want), ""))
	want, open := strings.CutSuffix(want, "*")
	var names []string
	var b strings.Builder
	b.WriteString("^")
	last := 0
	for _, m := range capture.FindAllStringSubmatchIndex(want, -1) {
		b.WriteString(regexp.QuoteMeta(want[last:m[0]]))
		b.WriteString(`([^",}\]]*)`)
		names = append(names, want[m[2]:m[3]])
		last = m[1]
	}
	b.WriteString(regexp.QuoteMeta(want[last:]))
	if !open {
		b.WriteString("$")
	}
	m := regexp.MustCompile(b.String()).FindStringSubmatch(got)
	if m == nil {
		w.T.Fatalf("%s\n got %s\nwant %s", call, got, want)
	}
	for i, n := range names {
		if n != "*" {
			w.vars[n] = m[i+1]
		}
	}
}
