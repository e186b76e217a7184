// Package graphapi declares the nodes and edges of the Graph API on top of the engine in internal/graph:
// which fields they have, and which domain function answers which call. nodes.go lists them all.
package graphapi

import (
	"context"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/account"
	"github.com/hawkerhq/hawker/internal/attachment"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/feed"
	"github.com/hawkerhq/hawker/internal/flow"
	"github.com/hawkerhq/hawker/internal/graph"
	"github.com/hawkerhq/hawker/internal/i18n"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/node"
	"github.com/hawkerhq/hawker/internal/once"
	"github.com/hawkerhq/hawker/internal/policy"
	"github.com/hawkerhq/hawker/internal/registration"
	"github.com/hawkerhq/hawker/internal/storefront"
	"github.com/hawkerhq/hawker/internal/template"
	"github.com/hawkerhq/hawker/internal/webhook"
)

// Deps is what the declarations call.
type Deps struct {
	DB          *db.DB
	Kinds       *node.Registry
	Accounts    *account.Service
	Webhooks    *webhook.Service
	Catalogs    *catalog.Service
	Feeds       *feed.Service
	Attachments *attachment.Service
	Exchange    *messaging.Exchange
	Store       *storefront.Service
	Reviewer    *policy.Reviewer
	Templates   *template.Service
	Flows       *flow.Service
	Numbers     *registration.Service
	Logger      *slog.Logger
	// ShowDefaultSettings lists the defaults for a number whose commerce settings were never set, where
	// Meta's API lists nothing.
	ShowDefaultSettings bool
	// Limit takes a call from the caller's allowance and returns the usage headers; nil for no limits.
	Limit func(r *graph.Request) (usage map[string]string, err error)
	// Meddle lets calls go wrong on purpose; nil for never.
	Meddle func(r *graph.Request) (said map[string]string, lose bool, err error)
	// MostAtWork is how many calls are worked on at once; zero for no bound.
	MostAtWork int
	// Look is how long lists look for items that are few and far between and count them, LookMost how long before they have found
	// any; zero for what is usual.
	Look, LookMost time.Duration
	// TrustForwarded believes X-Forwarded-Proto and X-Forwarded-Host, for a proxy in front.
	TrustForwarded bool
}

// API holds the declarations together.
type API struct {
	Deps
	engine *graph.Engine
	turns  once.Turns
}

// New declares the graph.
func New(d Deps) *API {
	a := &API{Deps: d}
	a.engine = graph.New(graph.Config{
		Authenticate:   a.authenticate,
		KindOf:         a.kindOf,
		Alias:          a.alias,
		Limit:          d.Limit,
		Missing:        missing,
		Meddle:         d.Meddle,
		UserText:       userText,
		TrustForwarded: d.TrustForwarded,
		Logger:         d.Logger,
		Stopwatch:      clock.Stopwatch,
		MostAtWork:     d.MostAtWork,
	}, a.declared(), a.roots())
	return a
}

// ServeHTTP implements [http.Handler].
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.engine.ServeHTTP(w, r) }

func (a *API) authenticate(ctx context.Context, token, proof string) (access.Caller, error) {
	t, err := a.Accounts.Authenticate(ctx, token)
	if err != nil {
		return access.Caller{}, err
	}
	return t.Caller, t.CheckProof(token, proof)
}

func (a *API) kindOf(ctx context.Context, i id.ID) (string, bool, error) {
	k, ok, err := a.Kinds.KindOf(ctx, i)
	return string(k), ok, err
}

// alias asks the declarations of nodes that have other names than their id.
func (a *API) alias(r *graph.Request, text string) (id.ID, bool, error) {
	for _, resolve := range a.aliases() {
		if i, ok, err := resolve(r, text); ok || err != nil {
			return i, ok, err
		}
	}
	return 0, false, nil
}

// view runs f on a snapshot and returns what it found.
func view[T any](a *API, r *graph.Request, f func(ctx context.Context, tx *db.Tx) (T, error)) (v T, err error) {
	err = a.DB.View(r.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		v, err = f(ctx, tx)
		return err
	})
	return v, err
}

// joined puts edges together that are declared in several files.
func joined(lists ...graph.Edges) graph.Edges {
	all := graph.Edges{}
	for _, l := range lists {
		maps.Copy(all, l)
	}
	return all
}

// unset declares fields of the contract that are known and never have a value here.
func unset(fields graph.Fields, names ...string) graph.Fields {
	for _, n := range names {
		fields[n] = graph.Field{Get: func(*graph.Request, any) (any, error) { return nil, nil }}
	}
	return fields
}

// userText is the error_user_msg of a fault.
func userText(locale string, f *fault.Fault) (title, message string) {
	lang := i18n.Match(locale)
	key := "fault." + string(f.Code)
	if !i18n.Has(lang, key) {
		return "", ""
	}
	pairs := make([]string, 0, 2*len(f.Facts))
	for k, v := range f.Facts {
		pairs = append(pairs, k, v)
	}
	return i18n.T(lang, "graph.refused"), i18n.T(lang, key, slices.Clip(pairs)...)
}
