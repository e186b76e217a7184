// Package app wires the house together: it opens the database, gives each floor what it needs, mounts the
// doors on one port, and starts and stops what runs in the background.
package app

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/hawkerhq/hawker/internal/account"
	"github.com/hawkerhq/hawker/internal/attachment"
	"github.com/hawkerhq/hawker/internal/calllog"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/crash"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/demo"
	"github.com/hawkerhq/hawker/internal/embed"
	"github.com/hawkerhq/hawker/internal/feed"
	"github.com/hawkerhq/hawker/internal/flow"
	"github.com/hawkerhq/hawker/internal/graphapi"
	"github.com/hawkerhq/hawker/internal/inject"
	"github.com/hawkerhq/hawker/internal/job"
	"github.com/hawkerhq/hawker/internal/limit"
	"github.com/hawkerhq/hawker/internal/live"
	"github.com/hawkerhq/hawker/internal/manager"
	"github.com/hawkerhq/hawker/internal/media"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/node"
	"github.com/hawkerhq/hawker/internal/once"
	"github.com/hawkerhq/hawker/internal/picture"
	"github.com/hawkerhq/hawker/internal/policy"
	"github.com/hawkerhq/hawker/internal/reach"
	"github.com/hawkerhq/hawker/internal/registration"
	"github.com/hawkerhq/hawker/internal/safehttp"
	"github.com/hawkerhq/hawker/internal/sandbox"
	"github.com/hawkerhq/hawker/internal/storefront"
	"github.com/hawkerhq/hawker/internal/template"
	"github.com/hawkerhq/hawker/internal/transparent"
	"github.com/hawkerhq/hawker/internal/waba"
	"github.com/hawkerhq/hawker/internal/webhook"
)

// App is the whole program as a value.
type App struct {
	Config Config
	// Clock is the platform's: the sandbox moves it.
	Clock *Clock
	DB    *db.DB

	log      *slog.Logger
	client   *safehttp.Client
	hub      *live.Hub
	jobs     *job.Runner
	webhooks *webhook.Service
	server   *server
	secure   *server
	listener net.Listener
	failed   chan error
	closing  sync.Once
	calls    *calllog.Log
	carrier  messaging.Carrier // nil: the built-in chat
}

// parts are what the doors call.
type parts struct {
	hub         *live.Hub
	accounts    *account.Service
	catalogs    *catalog.Service
	feeds       *feed.Service
	attachments *attachment.Service
	pictures    *picture.Service
	reviewer    *policy.Reviewer
	templates   *template.Service
	flows       *flow.Service
	enforcer    *policy.Enforcer
	store       *storefront.Service
	exchange    *messaging.Exchange
	webhooks    *webhook.Service
	faults      *inject.Set // nil outside of the demo world
	kinds       *node.Registry
	limiter     *limit.Limiter
	numbers     *registration.Service
	reach       *reach.Service
	calls       *calllog.Log // nil outside the demo world
	embed       *embed.Service
}

// New opens everything and starts to listen, so that URL is known; nothing is answered before Start.
func New(ctx context.Context, c Config, logTo io.Writer, options ...Option) (a *App, err error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	a = &App{Config: c, log: newLogger(c, logTo), failed: make(chan error, 1)}
	for _, o := range options {
		o(a)
	}
	defer func(opened *App) {
		if err != nil { // returning an error has set a to nil
			err = errors.Join(err, opened.Close(ctx))
		}
	}(a)
	adjustable := clock.NewAdjustable(clock.System{})
	a.DB, err = db.Open(ctx, db.Config{URL: c.Database, Dir: c.Data, Clock: adjustable, Logger: a.log, Instance: c.Instance})
	if err != nil {
		return nil, err
	}
	if a.Clock, err = openClock(ctx, a.DB, adjustable); err != nil {
		return nil, err
	}
	if a.listener, err = net.Listen("tcp", c.Addr); err != nil {
		return nil, fmt.Errorf("addr: %w; is another program on that port? choose one with --addr", err)
	}
	p, err := a.build()
	if err != nil {
		return nil, err
	}
	if c.Demo {
		if err := demo.Seed(ctx, demo.Deps{DB: a.DB, BaseURL: a.URL()}); err != nil {
			return nil, fmt.Errorf("seeding the demo world: %w", err)
		}
	}
	if err := p.attachments.KeepKey(ctx); err != nil {
		return nil, err
	}
	if err := p.catalogs.ResumeIndexing(ctx); err != nil {
		return nil, err
	}
	handler, err := a.handler(p)
	if err != nil {
		return nil, err
	}
	a.server = newServer(handler, a.log, a.listener)
	return a, a.openTransparent(handler)
}

// build makes the trades and what works in the background.
func (a *App) build() (parts, error) {
	c := a.Config
	roots, err := readRoots(c.WebhookRoots)
	if err != nil {
		return parts{}, err
	}
	a.client = safehttp.New(safehttp.Config{AllowPrivate: c.WebhookPrivate || c.Demo, Roots: roots})
	hub := live.New()
	a.hub = hub
	p := parts{hub: hub, accounts: account.New(a.DB), catalogs: catalog.New(a.DB, hub), store: storefront.New(a.DB), kinds: node.NewRegistry(a.DB)}
	p.store.PublishTo(hub)
	p.catalogs.OnUnshare(p.store.UnsharedTx)
	p.catalogs.AskIndia(waba.SoldInIndiaTx)
	if c.Limits == LimitsMeta {
		p.limiter = limit.New(a.Clock)
	}
	origins, err := embed.ParseOrigins(c.EmbedOrigins)
	if err != nil {
		return parts{}, err
	}
	p.embed = embed.New(a.DB, a.Clock, origins, p.limiter)
	if c.Demo { // who may let things go wrong is whoever may play the world
		p.faults = inject.New(a.Clock, sandbox.TellFaults(hub))
	}
	p.webhooks = webhook.New(webhook.Deps{DB: a.DB, Clock: a.Clock, Client: a.client, Logger: a.log, Live: hub, Secrets: account.AppSecretTx, Owner: account.AppOwnerTx, Batch: c.WebhookBatch, Faults: p.faults})
	sent, err := media.Open(filepath.Join(c.Data, "attachments"))
	if err != nil {
		return parts{}, err
	}
	p.attachments = attachment.New(a.DB, a.Clock, sent, a.client)
	p.reach = reach.New(a.DB, p.webhooks, p.limiter != nil)
	p.exchange = messaging.New(messaging.Deps{
		Reach: p.reach,
		DB:    a.DB, Attachments: p.attachments, Clock: a.Clock, Live: hub, Outbox: p.webhooks, Limiter: p.limiter, SyncWindow: c.SyncWindow, Carrier: a.carrier,
	})
	shown, err := media.Open(filepath.Join(c.Data, "pictures"))
	if err != nil {
		return parts{}, err
	}
	p.pictures = picture.New(picture.Deps{DB: a.DB, Clock: a.Clock, Files: shown, Client: a.client, Live: hub, Logger: a.log})
	files, err := media.Open(filepath.Join(c.Data, "feeds"))
	if err != nil {
		return parts{}, err
	}
	p.feeds = feed.New(feed.Deps{DB: a.DB, Clock: a.Clock, Files: files, Client: a.client, Catalogs: p.catalogs, Logger: a.log})
	profiles, err := media.Open(filepath.Join(c.Data, "profiles"))
	if err != nil {
		return parts{}, err
	}
	p.numbers = registration.New(registration.Deps{DB: a.DB, Outbox: p.webhooks, Handles: p.feeds, Pictures: profiles})
	p.reviewer = policy.NewReviewer(a.DB, hub)
	taxonomy, err := catalog.LoadTaxonomy(c.Taxonomy)
	if err != nil {
		return parts{}, fmt.Errorf("taxonomy: %w", err)
	}
	p.catalogs.UseTaxonomy(taxonomy)
	rules, err := policy.Load(policy.Options{Dir: c.PolicyRules, Supplements: c.PolicySupplements, Taxonomy: taxonomy})
	if err != nil {
		return parts{}, err
	}
	p.reviewer.DecideBy(rules)
	p.catalogs.AskPrices(p.reviewer.PriceMatters)
	if c.PolicyReviewer != "" {
		p.reviewer.Ask(&policy.Endpoint{
			URL: c.PolicyReviewer, Secret: c.PolicyReviewerSecret, Timeout: c.PolicyReviewerTimeout,
			Client: safehttp.New(safehttp.Config{AllowPrivate: true, Timeout: c.PolicyReviewerTimeout}),
		})
	}
	examples, err := media.Open(filepath.Join(c.Data, "template-samples"))
	if err != nil {
		return parts{}, err
	}
	p.flows = flow.New(a.DB, p.webhooks, a.client)
	p.templates = template.New(template.Deps{
		Flows: p.flows,
		DB:    a.DB, Live: hub, Outbox: p.webhooks, Rules: p.reviewer.Rules(), Limiter: p.limiter, Samples: examples, Handles: p.feeds, Delay: c.TemplateReview,
	})
	p.enforcer = policy.NewEnforcer(a.DB, hub, p.webhooks)
	p.reviewer.CountAgainst(p.enforcer)
	a.webhooks = p.webhooks
	if c.Demo {
		p.calls = calllog.New(a.DB, a.Clock, hub, a.log)
		a.calls = p.calls
	}
	a.jobs = job.NewRunner(a.DB, a.Clock, a.log)
	job.Handle(a.jobs, p.catalogs.Apply)
	job.Handle(a.jobs, p.flows.Watch)
	job.OnDead(a.jobs, p.catalogs.BatchDied)
	job.Handle(a.jobs, p.catalogs.IndexItems)
	p.feeds.Register(a.jobs)
	p.webhooks.Register(a.jobs)
	p.reviewer.Register(a.jobs)
	p.templates.Register(a.jobs)
	p.enforcer.Register(a.jobs)
	p.numbers.RegisterJobs(a.jobs)
	p.reach.RegisterJobs(a.jobs)
	p.exchange.RegisterJobs(a.jobs)
	once.Register(a.jobs, a.DB)
	if c.Pictures {
		p.pictures.Register(a.jobs)
	}
	a.Clock.OnMove(a.jobs.Wake)
	a.Clock.OnMove(p.webhooks.Wake)
	return p, nil
}

// readRoots reads authorities to believe beside the system's; without a file, nil means the system's.
func readRoots(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("webhook-roots: %w", err)
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		return nil, fmt.Errorf("webhook-roots: %w", err)
	}
	if !roots.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("webhook-roots: %s holds no certificate in PEM", file)
	}
	return roots, nil
}

// openTransparent listens where clients that hard-code Meta's hosts are led.
func (a *App) openTransparent(handler http.Handler) error {
	if a.Config.Transparent == "" {
		return nil
	}
	addr, err := netip.ParseAddrPort(a.Config.Transparent)
	if err != nil {
		return fmt.Errorf("transparent: %q is not address:port, for example 127.0.0.77:443", a.Config.Transparent)
	}
	authority, err := transparent.Open(a.Config.Data, clock.System{})
	if err != nil {
		return err
	}
	if _, err := authority.Write(addr.Addr()); err != nil {
		return err
	}
	conf, err := authority.TLSConfig()
	if err != nil {
		return err
	}
	l, err := tls.Listen("tcp", addr.String(), conf)
	if err != nil {
		return fmt.Errorf("transparent: %w; ports below 1024 need a privileged user", err)
	}
	a.secure = newServer(handler, a.log, l)
	go a.serve(a.secure)
	return nil
}

// Start begins to answer, deliver and work.
func (a *App) Start(ctx context.Context) error {
	if err := a.jobs.Start(ctx); err != nil {
		return err
	}
	if err := a.webhooks.Start(ctx); err != nil {
		return err
	}
	if a.calls != nil {
		a.calls.Start(context.WithoutCancel(ctx))
	}
	go a.serve(a.server)
	return nil
}

func (a *App) serve(s *server) {
	if err := s.serve(); err != nil {
		select {
		case a.failed <- fmt.Errorf("serving: %w", err):
		default:
		}
	}
}

// FirstAdministrator is a link that makes whoever opens it the first administrator; "" once there is anybody.
func (a *App) FirstAdministrator(ctx context.Context) (link string, err error) {
	err = a.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		link = ""
		anybody, err := account.AnybodyTx(ctx, tx)
		if err != nil || anybody {
			return err
		}
		code, err := account.InviteTx(ctx, tx, account.Invitation{Role: account.Administrator})
		link = a.URL() + manager.Prefix + "/join?code=" + code
		return err
	})
	return link, err
}

// Failed delivers the error that ended the server by itself.
func (a *App) Failed() <-chan error { return a.failed }

// URL is how callers on this machine reach the server, or the public address where one is set.
func (a *App) URL() string {
	if a.Config.PublicURL != "" {
		return strings.TrimRight(a.Config.PublicURL, "/")
	}
	return "http://" + a.listener.Addr().String()
}

// Close lets requests in flight finish until ctx ends, then stops everything. Closing twice is fine.
func (a *App) Close(ctx context.Context) error {
	var errs []error
	a.closing.Do(func() {
		crash.At(crash.ShutdownBegin)
		if a.hub != nil {
			a.hub.Close() // streams do not end by themselves
		}
		var wg sync.WaitGroup
		for _, s := range []*server{a.secure, a.server} {
			if s != nil {
				wg.Go(func() { s.close(ctx) })
			}
		}
		wg.Wait()
		crash.At(crash.ShutdownDrained)
		if a.server == nil && a.listener != nil {
			errs = append(errs, a.listener.Close())
		}
		if a.jobs != nil {
			a.jobs.Stop()
		}
		if a.calls != nil {
			a.calls.Stop()
		}
		if a.webhooks != nil {
			a.webhooks.Stop()
		}
		if a.client != nil {
			a.client.Close()
		}
		if a.DB != nil {
			errs = append(errs, a.DB.Close())
		}
	})
	return errors.Join(errs...)
}

func newLogger(c Config, w io.Writer) *slog.Logger {
	level, _ := c.logLevel() // validated
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level}))
	}
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: level}))
}

// graphDeps is what the Graph API's declarations call.
func (a *App) graphDeps(p parts) graphapi.Deps {
	d := graphapi.Deps{
		DB:          a.DB,
		Kinds:       p.kinds,
		Accounts:    p.accounts,
		Webhooks:    p.webhooks,
		Catalogs:    p.catalogs,
		Feeds:       p.feeds,
		Attachments: p.attachments,
		Exchange:    p.exchange,
		Store:       p.store,
		Reviewer:    p.reviewer,
		Templates:   p.templates,
		Flows:       p.flows,
		Numbers:     p.numbers,
		Logger:      a.log,
		Limit:       graphapi.Limits(p.limiter),
		MostAtWork:  a.Config.MostAtWork,

		TrustForwarded:      a.Config.TrustProxy,
		ShowDefaultSettings: a.Config.SettingsDefaults,
	}
	if p.faults != nil {
		d.Meddle = graphapi.Meddle(p.faults)
	}
	return d
}

// Clock is the platform's clock: the machine's, moved by what the sandbox was told.
type Clock struct {
	*clock.Adjustable
	db *db.DB
}

// clockSetting is the name under which the move is kept.
const clockSetting = "clock_offset"

func openClock(ctx context.Context, d *db.DB, c *clock.Adjustable) (*Clock, error) {
	err := d.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		text, err := db.SettingTx(ctx, tx, clockSetting)
		if err != nil || text == "" {
			return err
		}
		offset, err := time.ParseDuration(text)
		c.SetOffset(offset)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("reading the clock: %w", err)
	}
	return &Clock{Adjustable: c, db: d}, nil
}

// Advance moves the clock and keeps the move across restarts.
func (c *Clock) Advance(ctx context.Context, by time.Duration) error {
	to := c.Offset() + by
	err := c.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		return db.SetSettingTx(ctx, tx, clockSetting, to.String())
	})
	if err == nil {
		c.SetOffset(to)
	}
	return err
}
