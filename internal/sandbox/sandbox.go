// Package sandbox is the door for what plays the rest of the world: customers, the clock, verdicts, and
// the log of what receivers were told. It is ours, not Meta's; its OpenAPI document is made from the same
// route table that serves it.
package sandbox

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/account"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/grapherr"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/inject"
	"github.com/hawkerhq/hawker/internal/live"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/policy"
	"github.com/hawkerhq/hawker/internal/reach"
	"github.com/hawkerhq/hawker/internal/registration"
	"github.com/hawkerhq/hawker/internal/storefront"
	"github.com/hawkerhq/hawker/internal/template"
	"github.com/hawkerhq/hawker/internal/waba"
	"github.com/hawkerhq/hawker/internal/webhook"
	"github.com/hawkerhq/hawker/wire"
)

// Causes.
var (
	ErrBody  = fault.New("sandbox.body")
	ErrParam = fault.New("sandbox.parameter")
)

// Clock is the platform's clock as the sandbox moves it.
type Clock interface {
	Now() time.Time
	// Advance moves the clock and keeps the move across restarts.
	Advance(ctx context.Context, by time.Duration) error
}

// Deps is what the sandbox calls.
type Deps struct {
	DB        *db.DB
	Accounts  *account.Service
	Exchange  *messaging.Exchange
	Store     *storefront.Service
	Reviewer  *policy.Reviewer
	Enforcer  *policy.Enforcer
	Templates *template.Service
	Webhooks  *webhook.Service
	Faults    *inject.Set
	Numbers   *registration.Service
	Reach     *reach.Service
	World     World
	Live      *live.Hub
	Clock     Clock
	Logger    *slog.Logger
}

// Prefix is where the sandbox is mounted.
const Prefix = "/sandbox/v1"

// Server answers the sandbox API.
type Server struct {
	Deps
	mux     *http.ServeMux
	doc     []byte
	journal *live.Journal
	epoch   string
}

// New returns the server.
func New(d Deps) *Server {
	s := &Server{Deps: d, mux: http.NewServeMux(), epoch: newEpoch()}
	s.journal = d.Live.Journal(eventsKept, s.note)
	for _, r := range s.routes() {
		s.mux.HandleFunc(r.method+" "+Prefix+r.path, s.handle(r))
	}
	s.doc = s.document()
	s.mux.HandleFunc("GET "+Prefix+"/openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(s.doc)
	})
	s.mux.HandleFunc(Prefix+"/", func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, ErrParam.Withf("", "the sandbox has no %s %.80s; its calls stand in %s/openapi.json", r.Method, r.URL.Path, Prefix), id.NewTrace())
	})
	return s
}

// ServeHTTP implements [http.Handler].
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// call is one request, authenticated.
type call struct {
	*http.Request
	w      http.ResponseWriter
	route  route
	caller access.Caller
	params url.Values
	body   any    // of the type of route.body
	phone  id.ID  // of paths with {phone_number_id}
	waID   string // of paths with {wa_id}
}

// bodyMost bounds a request body.
const bodyMost = 1 << 20

func (s *Server) handle(rt route) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		trace := id.NewTrace()
		defer func() {
			if p := recover(); p != nil {
				s.Logger.Error("panic in the sandbox", "panic", p, "path", r.URL.Path, "trace", trace)
				s.fail(w, fmt.Errorf("panic: %v", p), trace)
			}
		}()
		r.Body = http.MaxBytesReader(w, r.Body, bodyMost)
		c, err := s.enter(w, r, rt)
		var v any
		if err == nil {
			v, err = rt.do(c)
		}
		if err != nil {
			s.fail(w, err, trace)
			return
		}
		if v != nil {
			s.write(w, http.StatusOK, v)
		}
	}
}

// enter authenticates the caller and checks that the chat's number is theirs.
func (s *Server) enter(w http.ResponseWriter, r *http.Request, rt route) (*call, error) {
	params, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, ErrParam.Withf("", "the query cannot be read: %.100s", err.Error())
	}
	text := params.Get("access_token")
	if scheme, rest, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && (strings.EqualFold(scheme, "Bearer") || strings.EqualFold(scheme, "OAuth")) {
		text = strings.TrimSpace(rest)
	}
	t, err := s.Accounts.Authenticate(r.Context(), text)
	if err != nil {
		return nil, err
	}
	if err := t.Caller.Require(access.Sandbox); err != nil {
		return nil, err
	}
	c := &call{Request: r, w: w, route: rt, caller: t.Caller, params: params, waID: r.PathValue("wa_id")}
	if err := c.checkText(); err != nil {
		return nil, err
	}
	if err := c.checkQuery(); err != nil {
		return nil, err
	}
	if p := r.PathValue("phone_number_id"); p != "" {
		if err := s.enterChat(c, p); err != nil {
			return nil, err
		}
	}
	if rt.body != nil {
		c.body = reflect.New(reflect.TypeOf(rt.body).Elem()).Interface()
		if err := c.decode(c.body); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// enterChat checks that the customer, where the path has one, can exist and that the number is the caller's.
func (s *Server) enterChat(c *call, phoneID string) (err error) {
	if c.phone, err = readID("phone_number_id", phoneID); err != nil {
		return err
	}
	if c.waID != "" {
		if err := messaging.CheckWaID(c.waID); err != nil {
			return err
		}
	}
	return s.DB.View(c.Context(), func(ctx context.Context, tx *db.Tx) error {
		_, err := waba.NumberForTx(ctx, tx, c.caller, c.phone)
		return err
	})
}

func (s *Server) write(w http.ResponseWriter, status int, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		s.Logger.Error("the sandbox cannot write its answer", "error", err)
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(append(b, '\n'))
}

// fail answers in the Graph API's envelope, with the detail always in error_data.
func (s *Server) fail(w http.ResponseWriter, err error, trace string) {
	v, f, ok := grapherr.Lookup(err)
	e := &wire.Error{Message: fmt.Sprintf("(#%d) %s", v.Code, v.Title), Type: v.Type, Code: v.Code, Subcode: v.Subcode, TraceID: trace, Transient: v.Transient}
	if !ok {
		s.Logger.Error("internal error in the sandbox", "error", err, "trace", trace)
	} else {
		e.Data = &wire.ErrorData{Details: f.Detail}
		if v.Plain {
			e.Message = f.Detail
		}
	}
	s.write(w, v.Status, map[string]any{"error": e})
}
