// Package manager is the door for those who work in a shop: the Commerce Manager. Pages are rendered on the
// server and work without a script. Whatever a page does, the API does too, by the same calls.
package manager

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/hawkerhq/hawker/internal/account"
	"github.com/hawkerhq/hawker/internal/attachment"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/embed"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/feed"
	"github.com/hawkerhq/hawker/internal/grapherr"
	"github.com/hawkerhq/hawker/internal/i18n"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/live"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/picture"
	"github.com/hawkerhq/hawker/internal/policy"
	"github.com/hawkerhq/hawker/internal/registration"
	"github.com/hawkerhq/hawker/internal/storefront"
	"github.com/hawkerhq/hawker/internal/template"
	"github.com/hawkerhq/hawker/internal/ui"
	"github.com/hawkerhq/hawker/internal/webhook"
)

// Deps is what the pages show and call.
type Deps struct {
	DB          *db.DB
	Clock       clock.Clock
	Accounts    *account.Service
	Catalogs    *catalog.Service
	Feeds       *feed.Service
	Store       *storefront.Service
	Numbers     *registration.Service
	Templates   *template.Service
	Exchange    *messaging.Exchange
	Attachments *attachment.Service
	Webhooks    *webhook.Service
	Embed       *embed.Service
	Pictures    *picture.Service
	Reviewer    *policy.Reviewer
	Enforcer    *policy.Enforcer
	Live        *live.Hub
	Logger      *slog.Logger
	// FeedReports is the path under which error reports of feeds are read.
	FeedReports string
	// Demo shows how to log in, on the login page of the demo world.
	Demo *Login
	// Secure tells whether pages are reached over TLS, so that cookies stay there.
	Secure func(*http.Request) bool
	// Place is where a request came from: the address behind a trusted proxy, else the other end of the connection.
	Place func(*http.Request) string
}

// Login is an address and a password.
type Login struct{ Email, Password string }

// Prefix is the path of all pages.
const Prefix = "/manager"

// cookieName keeps the session; formMost bounds a form, fileMost one with a file.
const (
	cookieName = "hawker_session"
	formMost   = 256 << 10
	fileMost   = 512 << 20
)

// Server answers pages.
type Server struct {
	Deps
	pages   *ui.Renderer
	handler http.Handler
}

// New returns the pages.
func New(d Deps) (*Server, error) {
	assets, err := ui.NewAssets()
	if err != nil {
		return nil, err
	}
	s := &Server{Deps: d, pages: ui.NewRenderer(templates(), d.Clock, time.Local, assets)}
	mux := http.NewServeMux()
	s.routes(mux)
	s.handler = http.NewCrossOriginProtection().Handler(mux)
	return s, nil
}

// ServeHTTP implements [http.Handler].
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ui.Guard(w.Header())
	s.handler.ServeHTTP(w, r)
}

// errNothing is an address where nothing is.
var errNothing = errors.New("manager: nothing here")

// open adapts a page that anybody may see.
func (s *Server) open(f func(*visit) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, formMost)
		s.answer(&visit{Request: r, w: w, s: s, lang: ui.Language(r)}, f)
	}
}

// page adapts a page of a business for those whose role is one of roles; none means any.
func (s *Server) page(f func(*visit) error, roles ...account.Role) http.HandlerFunc {
	return s.pageOf(formMost, f, roles...)
}

// pageOf is a page whose forms may have that many bytes.
func (s *Server) pageOf(most int64, f func(*visit) error, roles ...account.Role) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, most)
		v := &visit{Request: r, w: w, s: s, lang: ui.Language(r)}
		s.answer(v, func(v *visit) error {
			if err := v.enter(roles); err != nil {
				return err
			}
			return f(v)
		})
	}
}

func (s *Server) answer(v *visit, f func(*visit) error) {
	defer func() {
		if p := recover(); p != nil {
			s.Logger.Error("panic in a page of the manager", "panic", p, "path", v.URL.Path)
			s.problem(v, errors.New("panic"))
		}
	}()
	if err := f(v); err != nil {
		s.problem(v, err)
	}
}

// view reads in one snapshot.
func (s *Server) view(ctx context.Context, f func(ctx context.Context, tx *db.Tx) error) error {
	return s.DB.View(ctx, f)
}

// problem shows what went wrong: a cause in the visitor's words, anything else as our fault.
func (s *Server) problem(v *visit, err error) {
	switch {
	case v.Context().Err() != nil:
		return // nobody waits for an answer any more
	case errors.Is(err, account.ErrSession):
		v.toLogin()
		return
	}
	t := func(key string) string { return i18n.T(v.lang, key) }
	p := ErrorPage{Shell: v.shell("", ""), Heading: t("manager.problem"), Text: t("manager.problem_text")}
	status := http.StatusInternalServerError
	f, known := fault.As(err)
	voice, _, voiced := grapherr.Lookup(err)
	var large *http.MaxBytesError
	switch {
	case errors.Is(err, errNothing) || (voiced && voice.Subcode == 33):
		status, p.Heading, p.Text = http.StatusNotFound, t("manager.nothing"), t("manager.nothing_text")
	case errors.Is(err, errRole):
		status, p.Heading, p.Text = http.StatusForbidden, t("manager.role"), t("manager.role_text")
	case errors.As(err, &large):
		status, p.Text = http.StatusRequestEntityTooLarge, t("manager.too_large")
	case known:
		status, p.Text, p.Detail = http.StatusUnprocessableEntity, ui.Words(v.lang, f), f.Detail
	default:
		s.Logger.Error("a page of the manager failed", "error", err, "path", v.URL.Path)
	}
	p.Title = p.Heading
	if err := v.show(status, "error.html", p); err != nil {
		s.Logger.Error("the error page failed", "error", err)
		http.Error(v.w, "internal error", http.StatusInternalServerError)
	}
}

// pathID reads an id of the path.
func (v *visit) pathID(name string) (id.ID, error) {
	i, err := id.Parse(v.PathValue(name))
	if err != nil {
		return 0, errNothing
	}
	return i, nil
}
