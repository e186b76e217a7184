// Package dev is the door for developers who ask why something happened: what was called and what came of it, what
// receivers were told, and tools to try things. It lets anybody see everything, so it is open in the demo world only.
package dev

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/account"
	"github.com/hawkerhq/hawker/internal/calllog"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/grapherr"
	"github.com/hawkerhq/hawker/internal/i18n"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/inject"
	"github.com/hawkerhq/hawker/internal/live"
	"github.com/hawkerhq/hawker/internal/ui"
	"github.com/hawkerhq/hawker/internal/webhook"
)

// Deps is what the pages show and call.
type Deps struct {
	DB       *db.DB
	Clock    clock.Clock
	Accounts *account.Service
	Webhooks *webhook.Service
	Calls    *calllog.Log
	Live     *live.Hub
	Faults   *inject.Set
	World    World
	Logger   *slog.Logger
	// API answers what the pages send: the whole server, as a program reaches it.
	API http.Handler
	// Graph are the calls that the Graph API answers.
	Graph []GraphCall
	// Token is what the pages call it with; AppID and AppSecret are the program it belongs to.
	Token     string
	AppID     id.ID
	AppSecret string
	// VerifyToken is what the receiver of our own is registered with.
	VerifyToken string
	// BaseURL is the address of the server as programs reach it.
	BaseURL string
}

// Prefix is the path of all pages.
const Prefix = "/dev"

// formMost bounds a form.
const formMost = 1 << 20

// Server answers pages.
type Server struct {
	Deps
	pages     *ui.Renderer
	handler   http.Handler
	receivers receivers
}

// New returns the pages.
func New(d Deps) (*Server, error) {
	assets, err := ui.NewAssets()
	if err != nil {
		return nil, err
	}
	s := &Server{Deps: d, pages: ui.NewRenderer(templates(), d.Clock, time.Local, assets)}
	s.receivers.set(Receiver{Name: "first", Status: http.StatusOK})
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

// visit is one request of a person.
type visit struct {
	*http.Request
	w      http.ResponseWriter
	s      *Server
	lang   string
	caller access.Caller
}

// errNothing is an address where nothing is.
var errNothing = errors.New("dev: nothing here")

func (s *Server) page(f func(*visit) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, formMost)
		v := &visit{Request: r, w: w, s: s, lang: ui.Language(r)}
		defer func() {
			if p := recover(); p != nil {
				s.Logger.Error("panic in a page for developers", "panic", p, "path", r.URL.Path)
				s.problem(v, errors.New("panic"))
			}
		}()
		t, err := s.Accounts.Authenticate(r.Context(), s.Token)
		if err == nil {
			v.caller = t.Caller
			err = f(v)
		}
		if err != nil {
			s.problem(v, err)
		}
	}
}

func (s *Server) problem(v *visit, err error) {
	if v.Context().Err() != nil {
		return // nobody waits for an answer any more
	}
	p := ErrorPage{Shell: v.shell("", ""), Heading: v.t("dev.problem"), Text: v.t("dev.problem_text")}
	status := http.StatusInternalServerError
	f, known := fault.As(err)
	voice, _, voiced := grapherr.Lookup(err)
	switch {
	case errors.Is(err, errNothing) || (voiced && voice.Subcode == 33):
		status, p.Heading, p.Text = http.StatusNotFound, v.t("dev.nothing"), v.t("dev.nothing_text")
	case known:
		status, p.Text, p.Detail = http.StatusUnprocessableEntity, ui.Words(v.lang, f), f.Detail
	default:
		s.Logger.Error("a page for developers failed", "error", err, "path", v.URL.Path)
	}
	p.Title = p.Heading
	if err := v.show(status, "error.html", p); err != nil {
		s.Logger.Error("the error page failed", "error", err)
		http.Error(v.w, "internal error", http.StatusInternalServerError)
	}
}

func (v *visit) t(key string) string { return i18n.T(v.lang, key) }

func (v *visit) show(status int, file string, page any) error {
	return v.s.pages.Write(v.w, status, v.lang, file, page)
}

func (v *visit) redirect(to string) error {
	http.Redirect(v.w, v.Request, to, http.StatusSeeOther)
	return nil
}

// pathID reads an id of the path.
func (v *visit) pathID(name string) (id.ID, error) {
	i, err := id.Parse(v.PathValue(name))
	if err != nil {
		return 0, errNothing
	}
	return i, nil
}

// before reads where a page of a list begins.
func (v *visit) before() (id.ID, error) {
	text := v.URL.Query().Get("before")
	if text == "" {
		return 0, nil
	}
	i, err := id.Parse(text)
	if err != nil {
		return 0, errNothing
	}
	return i, nil
}

// shell is what surrounds a page.
func (v *visit) shell(title, section string) Shell {
	sh := Shell{Lang: v.lang, Theme: ui.Theme(v.Request), Title: title, Section: section, Path: v.URL.RequestURI(), Nav: nav()}
	if key := "dev.done_" + v.URL.Query().Get("done"); slices.Contains(i18n.Keys("en"), key) {
		sh.Toast = v.t(key)
	}
	return sh
}

// view reads in one snapshot.
func (s *Server) view(ctx context.Context, f func(ctx context.Context, tx *db.Tx) error) error {
	return s.DB.View(ctx, f)
}
