// Package web is the door for people: the start page and the customer's chat. Pages are rendered on the
// server and work without a script; htmx only saves reloads.
package web

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/attachment"
	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/embed"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/flow"
	"github.com/hawkerhq/hawker/internal/grapherr"
	"github.com/hawkerhq/hawker/internal/i18n"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/live"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/phone"
	"github.com/hawkerhq/hawker/internal/policy"
	"github.com/hawkerhq/hawker/internal/storefront"
	"github.com/hawkerhq/hawker/internal/ui"
)

// Deps is what the pages show and call.
type Deps struct {
	DB          *db.DB
	Clock       clock.Clock
	Exchange    *messaging.Exchange
	Attachments *attachment.Service
	Store       *storefront.Service
	Flows       *flow.Service
	Reviewer    *policy.Reviewer
	Live        *live.Hub
	Logger      *slog.Logger
	// Embed keeps the sites that chats may stand in, Place tells where a request came from.
	Embed *embed.Service
	Place func(*http.Request) string
	// BaseURL is how the server is reached from elsewhere.
	BaseURL string
	// Tour is what the start page leads a newcomer through; nil outside the demo world, where there is no
	// chat either: in it anybody can be any customer.
	Tour *Tour
}

// Server answers pages.
type Server struct {
	Deps
	pages   *ui.Renderer
	assets  *ui.Assets
	handler http.Handler
}

func templates() ui.Templates {
	return ui.Templates{Files: templateFiles, Shared: shared, Pages: slices.Collect(maps.Keys(pages)), Funcs: funcs}
}

// New returns the pages.
func New(d Deps) (*Server, error) {
	a, err := ui.NewAssets()
	if err != nil {
		return nil, err
	}
	s := &Server{Deps: d, pages: ui.NewRenderer(templates(), d.Clock, time.Local, a), assets: a}
	mux := http.NewServeMux()
	mux.Handle("GET /static/{file...}", a)
	mux.HandleFunc("GET /{$}", s.page(s.start))
	mux.HandleFunc("GET "+HelpPrefix, s.page(s.help))
	mux.HandleFunc("GET "+HelpPrefix+"/{topic}", s.page(s.help))
	mux.HandleFunc("POST /language", s.page(s.pickLanguage))
	mux.HandleFunc("POST /theme", s.page(s.pickTheme))
	mux.HandleFunc("GET /flow-preview/{key}", s.page(s.previewFlow))
	mux.HandleFunc("POST /flow-preview/{key}", s.pageOf(flowMost, s.postPreview))
	if d.Tour != nil {
		s.chatRoutes(mux)
	}
	if len(d.Embed.Origins()) > 0 {
		s.embedRoutes(mux)
	}
	mux.HandleFunc("/", s.page(func(*visit) error { return errNothing }))
	s.handler = http.NewCrossOriginProtection().Handler(mux)
	return s, nil
}

// Patterns are the paths of the pages besides "/".
func Patterns() []string {
	return []string{"/static/", "/chat", "/chat/", "POST /language", "POST /theme", HelpPrefix, HelpPrefix + "/", "/c/", "/p/", "/message/", "/flow-preview/", EmbedPrefix + "/", EmbedScript}
}

// ServeHTTP implements [http.Handler].
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ui.Guard(w.Header())
	s.handler.ServeHTTP(w, r)
}

// visit is one request of a person.
type visit struct {
	*http.Request
	w        http.ResponseWriter
	lang     string
	customer chat.Customer // zero: not chosen yet
	phone    id.ID         // of paths with {phone}
	device   Device
	// embedded: the chat stands in a page of the business, and the customer is a visitor of it.
	embedded bool
}

// customerCookie tells who the visitor of the chat is.
const (
	customerCookie = "hawker_customer"
	formMost       = 64 << 10
)

// errNothing is an address where nothing is; errPick asks to choose a customer first.
var (
	errNothing = errors.New("web: nothing here")
	errPick    = errors.New("web: no customer chosen")
)

// page adapts a handler: it finds out who visits, and shows what went wrong.
func (s *Server) page(f func(*visit) error) http.HandlerFunc { return s.pageOf(formMost, f) }

// pageOf is a page whose forms may have that many bytes.
func (s *Server) pageOf(most int64, f func(*visit) error) http.HandlerFunc {
	return s.adapt(most, s.identify, f)
}

func (s *Server) adapt(most int64, identify, f func(*visit) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v := &visit{Request: r, w: w, lang: i18n.Match(r.Header.Get("Accept-Language"))}
		r.Body = http.MaxBytesReader(w, r.Body, most)
		defer func() {
			if p := recover(); p != nil {
				s.Logger.Error("panic in a page", "panic", p, "path", r.URL.Path)
				s.problem(v, errors.New("panic"))
			}
		}()
		err := identify(v)
		if err == nil {
			err = f(v)
		}
		if err != nil {
			s.problem(v, err)
		}
	}
}

func (s *Server) identify(v *visit) error {
	v.device = device(v.Request)
	if c, err := v.Cookie(customerCookie); err == nil && digits(c.Value) {
		err := s.DB.View(v.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
			v.customer, _, err = chat.CustomerTx(ctx, tx, c.Value)
			return err
		})
		if err != nil {
			return err
		}
		if v.customer.Locale != "" && v.Header.Get("Accept-Language") == "" {
			v.lang = i18n.Match(v.customer.Locale)
		}
	}
	if c, err := v.Cookie(ui.LanguageCookie); err == nil && slices.Contains(i18n.Languages(), c.Value) {
		v.lang = c.Value
	}
	if p := v.PathValue("phone"); p != "" {
		var err error
		if v.phone, err = id.Parse(p); err != nil {
			return errNothing
		}
		if v.customer.WaID == "" {
			return errPick
		}
	}
	return nil
}

func (s *Server) show(v *visit, status int, file string, page any) error {
	return s.pages.Write(v.w, status, v.lang, file, page)
}

// problem shows what went wrong: a cause in the visitor's words, anything else as our fault.
func (s *Server) problem(v *visit, err error) {
	if errors.Is(err, errPick) && v.embedded {
		http.Redirect(v.w, v.Request, v.at(), http.StatusSeeOther)
		return
	}
	if errors.Is(err, errPick) {
		http.Redirect(v.w, v.Request, "/chat?next="+url.QueryEscape(v.URL.RequestURI()), http.StatusSeeOther)
		return
	}
	t := func(key string) string { return i18n.T(v.lang, key) }
	p := ErrorPage{Shell: Shell{Lang: v.lang, Theme: ui.Theme(v.Request), Path: v.URL.Path, Embedded: v.embedded}, Icon: "circle-alert", Heading: t("chat.problem_title"), Text: t("chat.problem_text"), Back: "/chat"}
	status := http.StatusInternalServerError
	f, known := fault.As(err)
	voice, _, voiced := grapherr.Lookup(err)
	switch {
	case errors.Is(err, errNothing) || (voiced && voice.Subcode == 33):
		status, p.Icon, p.Heading, p.Text = http.StatusNotFound, "package-x", t("chat.not_found_title"), t("chat.not_found_text")
	case errors.Is(err, storefront.ErrCatalogHidden), errors.Is(err, storefront.ErrNoCatalog):
		status, p.Icon, p.Heading, p.Text = http.StatusNotFound, "store", t("shop.invalid_link"), t("shop.invalid_link_text")
	case errors.Is(err, storefront.ErrProductUnavailable):
		status, p.Icon, p.Heading, p.Text = http.StatusNotFound, "package-x", t("shop.gone"), t("shop.product_gone_text")
	case isTooMany(err):
		status, p.Text = http.StatusTooManyRequests, ui.Words(v.lang, f)
	case known:
		status, p.Text = http.StatusUnprocessableEntity, ui.Words(v.lang, f)
	default:
		s.Logger.Error("a page failed", "error", err, "path", v.URL.Path)
	}
	p.Title = p.Heading
	if v.phone != 0 {
		p.Back = v.at()
	} else if v.embedded {
		p.Back = ""
	}
	if err := s.show(v, status, "error.html", p); err != nil {
		s.Logger.Error("the error page failed", "error", err)
		http.Error(v.w, "internal error", http.StatusInternalServerError)
	}
}

// isTooMany tells what comes too fast from everything else that is refused.
func isTooMany(err error) bool {
	return errors.Is(err, embed.ErrTooMany) || errors.Is(err, flow.ErrTooMany)
}

// digits tells whether a stranger's text can be a number at all.
func digits(s string) bool {
	const most = 20
	return s != "" && len(s) <= most && strings.Trim(s, "0123456789") == ""
}

func (v *visit) redirect(to string) error {
	http.Redirect(v.w, v.Request, to, http.StatusSeeOther)
	return nil
}

// shell is what surrounds a page of the chat.
func (s *Server) shell(v *visit, title, live string) (Shell, error) {
	sh := Shell{Lang: v.lang, Theme: ui.Theme(v.Request), Title: title, Path: v.URL.RequestURI(), Live: live, Device: v.device, Undo: v.undo()}
	if v.device.Offline {
		sh.Live = ""
	}
	if sh.Embedded = v.embedded; v.embedded {
		return sh, nil
	}
	people, err := s.Exchange.Customers(v.Context())
	for _, c := range people {
		sh.Customers = append(sh.Customers, Persona{
			WaID: c.WaID, Name: c.Name, Phone: phone.Display(c.WaID), Country: phone.Country(c.WaID), Lang: c.Locale, Current: c.WaID == v.customer.WaID,
		})
	}
	return sh, err
}
