package app

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/hawkerhq/hawker/internal/attachment"
	"github.com/hawkerhq/hawker/internal/demo"
	"github.com/hawkerhq/hawker/internal/dev"
	"github.com/hawkerhq/hawker/internal/feed"
	"github.com/hawkerhq/hawker/internal/graphapi"
	"github.com/hawkerhq/hawker/internal/manager"
	"github.com/hawkerhq/hawker/internal/picture"
	"github.com/hawkerhq/hawker/internal/registration"
	"github.com/hawkerhq/hawker/internal/sandbox"
	"github.com/hawkerhq/hawker/internal/template"
	"github.com/hawkerhq/hawker/internal/ui"
	"github.com/hawkerhq/hawker/internal/web"
)

// storybook is where developers look at pages with sample data, in the demo world.
const storybook = "/dev/storybook/"

// handler mounts the doors. What no other door claims is the Graph API's: its paths are versions and ids.
func (a *App) handler(p parts) (http.Handler, error) {
	graph := graphapi.New(a.graphDeps(p))
	api := http.Handler(graph)
	if p.calls != nil {
		api = p.calls.Wrap(graph)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", a.ready)
	mux.Handle("GET /favicon.ico", http.RedirectHandler("/static/favicon.svg", http.StatusFound))
	mux.Handle("GET /metrics", metrics())
	mux.HandleFunc("GET "+attachment.AddressPath+"{$}", graph.MediaFiles)
	mux.HandleFunc("GET "+attachment.SealedPath+"{$}", p.attachments.ServeSealed)
	mux.HandleFunc("GET "+graphapi.QRCodePath+"{name}", graph.QRCodes)
	mux.HandleFunc("GET "+registration.PicturePath+"{name}", p.numbers.ServePicture)
	mux.HandleFunc("GET "+picture.PathThumb+"{name}", p.pictures.Serve)
	mux.HandleFunc("GET "+picture.PathFull+"{name}", p.pictures.Serve)
	mux.HandleFunc("GET "+picture.PathOwn+"{name}", p.pictures.Serve)
	mux.HandleFunc("GET "+graphapi.FlowJSONs+"{key}", graph.FlowJSON)
	mux.HandleFunc("GET "+template.SamplePath+"{key}", p.templates.ServeSample)
	mux.HandleFunc("GET "+graphapi.FeedReports+"{name}", feedReport(p.feeds))
	everything := &world{a: a, p: p}
	if a.Config.Demo {
		mux.Handle("GET /demo/", demo.Files(a.URL()))
		// The sandbox and the chat let anybody be anybody: they exist in the demo world only.
		mux.Handle(sandbox.Prefix+"/", sandbox.New(sandbox.Deps{
			DB: a.DB, Accounts: p.accounts, Exchange: p.exchange, Store: p.store, Reviewer: p.reviewer, Enforcer: p.enforcer, Templates: p.templates, Webhooks: p.webhooks, Numbers: p.numbers, Reach: p.reach, Faults: p.faults, World: everything,
			Live: p.hub, Clock: a.Clock, Logger: a.log,
		}))
	}
	pages, err := web.New(web.Deps{
		DB: a.DB, Clock: a.Clock, Exchange: p.exchange, Store: p.store, Flows: p.flows, Reviewer: p.reviewer, Attachments: p.attachments, Live: p.hub, Logger: a.log, Tour: a.tour(p),
		Embed: p.embed, Place: a.place, BaseURL: a.URL(),
	})
	if err != nil {
		return nil, err
	}
	for _, pattern := range web.Patterns() {
		mux.Handle(pattern, ui.Pack(pages))
	}
	office, err := a.manager(p)
	if err != nil {
		return nil, err
	}
	if a.Config.Demo {
		tools, err := dev.New(dev.Deps{
			DB: a.DB, Clock: a.Clock, Accounts: p.accounts, Webhooks: p.webhooks, Calls: p.calls, Live: p.hub, Logger: a.log, API: mux,
			Faults: p.faults, World: everything, Graph: graphCalls(graph),
			Token: demo.AccessToken, AppID: demo.AppID, AppSecret: demo.AppSecret, VerifyToken: demo.VerifyToken, BaseURL: a.URL(),
		})
		if err != nil {
			return nil, err
		}
		mux.Handle(dev.Prefix, ui.Pack(tools))
		mux.Handle(dev.Prefix+"/", ui.Pack(tools))
		book, err := ui.NewStorybook(storybook, a.Clock, pages.Book(), office.Book(), tools.Book())
		if err != nil {
			return nil, err
		}
		mux.Handle(storybook, ui.Pack(book))
	}
	mux.Handle(manager.Prefix, ui.Pack(office))
	mux.Handle(manager.Prefix+"/", ui.Pack(office))
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if isStartPage(r) {
			ui.Pack(pages).ServeHTTP(w, r)
			return
		}
		api.ServeHTTP(w, r)
	})
	return mux, nil
}

// firstGroups are an item of each of a shop's first groups: their pictures are fetched before all others.
func firstGroups(s demo.Shop, n int) (skus []string) {
	group := ""
	for _, it := range s.Items {
		if it.Group == group || len(skus) == n {
			continue
		}
		group, skus = it.Group, append(skus, it.SKU)
	}
	return skus
}

// tour is what the start page leads a newcomer through: the shop that is not connected yet.
func (a *App) tour(p parts) *web.Tour {
	if !a.Config.Demo {
		return nil
	}
	for _, s := range demo.Shops() {
		if !s.Connected {
			return &web.Tour{
				AppID: demo.AppID, AppSecret: demo.AppSecret, Token: demo.AccessToken, VerifyToken: demo.VerifyToken, Shop: s.Name,
				Business: s.Business, WABA: s.WABA, Phone: s.Phone, Catalog: s.Catalog, Customer: demo.Customers()[0].WaID, Dir: a.Config.Data,
				SKUs: firstGroups(s, 3), Webhooks: p.webhooks,
			}
		}
	}
	return nil
}

// isStartPage tells a person's GET / from the Graph API's own: ids and batches at the root.
func isStartPage(r *http.Request) bool {
	return r.URL.Path == "/" && (r.Method == http.MethodGet || r.Method == http.MethodHead) &&
		!strings.Contains(r.URL.RawQuery, "ids=") && !strings.Contains(r.URL.RawQuery, "access_token=")
}

func (a *App) ready(w http.ResponseWriter, r *http.Request) {
	if err := a.DB.Ping(r.Context()); err != nil {
		a.log.Error("not ready", "error", err)
		http.Error(w, "the database does not answer", http.StatusServiceUnavailable)
		return
	}
	_, _ = fmt.Fprintln(w, "ready")
}

func metrics() http.Handler {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), collectors.NewBuildInfoCollector())
	return promhttp.HandlerFor(r, promhttp.HandlerOpts{})
}

// graphCalls are the operations of the Graph API as the explorer offers them.
func graphCalls(a *graphapi.API) (list []dev.GraphCall) {
	for _, o := range a.Operations() {
		list = append(list, dev.GraphCall{Key: o.Key(), Node: o.Node, Method: o.Method, Path: o.Path, Doc: o.Doc, Fields: o.Fields, Query: o.Query, Body: string(o.Body)})
	}
	return list
}

// feedReport serves error reports of feeds, to whoever knows their unguessable address.
func feedReport(feeds *feed.Service) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		key, ok := strings.CutSuffix(r.PathValue("name"), ".csv")
		f, err := feeds.OpenReport(r.Context(), key)
		if !ok || err != nil {
			http.NotFound(w, r)
			return
		}
		defer func() { _ = f.Close() }()
		w.Header().Set("Content-Type", "text/csv; charset=utf-8")
		w.Header().Set("Content-Disposition", `attachment; filename="errors.csv"`)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		_, _ = io.Copy(w, f) // the reader went away: nobody to tell
	}
}

// manager makes the pages of those who work in a shop.
func (a *App) manager(p parts) (*manager.Server, error) {
	d := manager.Deps{
		DB: a.DB, Clock: a.Clock, Accounts: p.accounts, Catalogs: p.catalogs, Feeds: p.feeds, Store: p.store, Exchange: p.exchange, Webhooks: p.webhooks, Attachments: p.attachments,
		Numbers: p.numbers, Templates: p.templates, Embed: p.embed, Pictures: p.pictures, Place: a.place,
		Live: p.hub, Logger: a.log, Reviewer: p.reviewer, Enforcer: p.enforcer, FeedReports: graphapi.FeedReports,
		Secure: func(r *http.Request) bool {
			return r.TLS != nil || (a.Config.TrustProxy && r.Header.Get("X-Forwarded-Proto") == "https")
		},
	}
	if a.Config.Demo {
		d.Demo = &manager.Login{Email: demo.Email, Password: demo.Password}
	}
	return manager.New(d)
}

// place is where a request came from: the address behind a trusted proxy, else the other end of the connection.
func (a *App) place(r *http.Request) string {
	if via := r.Header.Values("X-Forwarded-For"); a.Config.TrustProxy && len(via) > 0 {
		hops := strings.Split(via[len(via)-1], ",") // the last hop is what the proxy saw
		return strings.TrimSpace(hops[len(hops)-1])
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
