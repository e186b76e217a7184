// Package graph is the engine of the Graph API's conventions: versions, paths, parameters, field
// selection, paging, batches, ETags and errors. It knows no node: those are declared in graphapi.
//
// A declaration is a [NodeType] with [Fields] and [Edges]:
//
//	graph.NodeType{
//		Kind: "business", Name: "Business", Defaults: []string{"id", "name"},
//		Load: graph.Loader(func(r *graph.Request, i id.ID) (account.Business, error) { … }),
//		Fields: graph.Fields{
//			"id":   graph.Get(func(b account.Business) any { return b.ID }),
//			"name": graph.Get(func(b account.Business) any { return b.Name }),
//		},
//		Edges: graph.Edges{
//			"system_users": {Of: "system_user", List: listSystemUsers, Post: createSystemUser},
//		},
//	}
//
// A handler reads what it needs from r.Params (or r.Body, for a Raw edge), calls one domain function, and
// returns [Success], [Created], a [Page] or any value that marshals. Errors that are faults get their
// voice from grapherr; others are logged and told as code 1.
package graph

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"mime/multipart"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/wire"
)

// DefaultMaxBody bounds a body where the edge says nothing.
const DefaultMaxBody = 4 << 20

// Config is what the engine needs from the house.
type Config struct {
	// Authenticate tells who holds token and checks an appsecret_proof. It is called with an empty token
	// when the caller sent none, for its refusal.
	Authenticate func(ctx context.Context, token, proof string) (access.Caller, error)
	// KindOf tells what an id names.
	KindOf func(ctx context.Context, i id.ID) (kind string, ok bool, err error)
	// Alias resolves a first path part that is no decimal id ("catalog:1:c2t1"); ok is false for an unknown
	// form, and a zero id with ok means that nothing is there.
	Alias func(r *Request, text string) (i id.ID, ok bool, err error)
	// Limit takes a call from the caller's allowance and returns the usage headers. nil: no limits.
	Limit func(r *Request) (usage map[string]string, err error)
	// Meddle lets a call go wrong on purpose: it may hold it up, refuse it, or have its answer lost. It returns
	// headers that say so. nil: nothing does.
	Meddle func(r *Request) (said map[string]string, lose bool, err error)
	// UserText is the error_user_title and error_user_msg of a fault in a locale. nil: none.
	UserText func(locale string, f *fault.Fault) (title, message string)
	// Missing is what an edge answers about an object that is not there, where Meta has words of its own; nil: what every other one does.
	Missing func(edge string) error
	// TrustForwarded believes X-Forwarded-Proto and X-Forwarded-Host.
	TrustForwarded bool
	// DefaultVersion answers calls without a version; empty means the newest.
	DefaultVersion string
	Logger         *slog.Logger
	// Stopwatch measures a request for the log.
	Stopwatch func() func() time.Duration
	// MostAtWork is how many calls are worked on at once. As many more wait for a moment; what comes on top is
	// refused, so that the others are answered in time. Zero: no bound.
	MostAtWork int
}

// Engine serves the Graph API.
type Engine struct {
	cfg   Config
	types map[string]*NodeType
	roots map[string]Root
	// atWork holds a place for each call that is worked on; nil: no bound. waiting is how many wait for one, held how
	// many are about to be refused.
	atWork        chan struct{}
	waiting, held atomic.Int64

	fields fieldsCache
}

// New returns an engine over the declared nodes and root endpoints. It panics on a declaration that
// contradicts itself.
func New(cfg Config, types []*NodeType, roots map[string]Root) *Engine {
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.DefaultVersion == "" {
		cfg.DefaultVersion = newestVersion
	}
	e := &Engine{cfg: cfg, types: map[string]*NodeType{}, roots: roots}
	if cfg.MostAtWork > 0 {
		e.atWork = make(chan struct{}, cfg.MostAtWork)
	}
	for _, t := range types {
		if e.types[t.Kind] != nil {
			panic("graph: kind " + t.Kind + " is declared twice")
		}
		e.types[t.Kind] = t
	}
	for _, t := range types {
		if err := e.check(t); err != nil {
			panic("graph: " + t.Kind + ": " + err.Error())
		}
	}
	return e
}

func (e *Engine) check(t *NodeType) error {
	for _, d := range t.Defaults {
		if !t.has(d) {
			return fmt.Errorf("default field %s is not declared", d)
		}
	}
	for name, f := range t.Fields {
		if f.Get == nil {
			return fmt.Errorf("field %s has no getter", name)
		}
		if f.Of != "" && e.types[f.Of] == nil {
			return fmt.Errorf("field %s is of the undeclared kind %s", name, f.Of)
		}
		if edge, both := t.Edges[name]; both && edge.List != nil {
			return fmt.Errorf("%s is both a field and an edge that lists", name)
		}
	}
	for name, edge := range t.Edges {
		if edge.Of != "" && e.types[edge.Of] == nil {
			return fmt.Errorf("edge %s is of the undeclared kind %s", name, edge.Of)
		}
		if edge.List != nil && edge.Get != nil {
			return fmt.Errorf("edge %s has both List and Get", name)
		}
	}
	return nil
}

// Types lists the declared node types, by kind.
func (e *Engine) Types() []*NodeType {
	return slices.SortedFunc(maps.Values(e.types), func(a, b *NodeType) int { return strings.Compare(a.Kind, b.Kind) })
}

// Roots lists the declared root endpoints' names, sorted.
func (e *Engine) Roots() []string { return slices.Sorted(maps.Keys(e.roots)) }

// operation is one thing to do: an HTTP call, or an element of a batch.
type operation struct {
	method  string
	path    string // escaped
	query   string
	header  http.Header
	body    body
	base    string
	trace   string
	token   string // of the batch around it, with its proof
	proof   string
	files   map[string][]*multipart.FileHeader
	batched bool
	note    *note           // out: for the log
	form    *multipart.Form // out: its files are removed at the end
}

// reply is the answer to an operation.
type reply struct {
	status  int
	code    int // of the error
	body    []byte
	version string
	auth    *wire.Error // set when the token was refused
	usage   map[string]string
	params  *Params
}

// do answers one operation. It never panics and never fails: errors are answers.
func (e *Engine) do(ctx context.Context, op *operation) (re reply) {
	r := &Request{
		ctx: ctx, engine: e, Trace: op.trace, BaseURL: op.base, Header: op.header, batched: op.batched,
		Version: e.cfg.DefaultVersion, Method: op.method, Params: &Params{m: map[string]value{}}, warnings: new([]warning), objects: new(int),
	}
	defer func() {
		if p := recover(); p != nil {
			if p == http.ErrAbortHandler { //nolint:errorlint // a panic value, compared as net/http does
				panic(p)
			}
			e.cfg.Logger.Error("panic", "trace", op.trace, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			re = e.refusal(r, fmt.Errorf("panic: %v", p))
		}
		re.version, re.params = r.Version, r.Params
		op.note.fill(r, re)
	}()
	out, usage, err := e.serve(r, op)
	if err != nil {
		re = e.refusal(r, err)
	} else {
		re = reply{status: cmp.Or(r.Status, http.StatusOK), body: r.withDebug(out)}
	}
	if len(r.heads) > 0 {
		maps.Copy(r.heads, usage)
		usage = r.heads
	}
	re.usage = usage
	return re
}

// refusal is the answer to an operation that failed.
func (e *Engine) refusal(r *Request, err error) reply {
	if r.Locale == "" {
		r.Locale = r.Header.Get("Accept-Language")
	}
	w, status := e.explained(r, err)
	if _, isFault := fault.As(err); !isFault {
		e.cfg.Logger.Error("internal error", "trace", r.Trace, "kind", r.Kind, "edge", r.Edge, "error", err)
	}
	body, merr := marshal(wire.ErrorEnvelope{Error: w})
	if merr != nil {
		body = []byte(`{"error":{"message":"(#1) An unknown error occurred.","type":"OAuthException","code":1,"fbtrace_id":"` + r.Trace + `"}}`)
	}
	re := reply{status: status, code: w.Code, body: body}
	if w.Code == 190 || w.Code == 104 || w.Code == 102 {
		re.auth = w
	}
	return re
}

// serve runs one operation up to its JSON answer.
func (e *Engine) serve(r *Request, op *operation) (out []byte, usage map[string]string, err error) {
	if !op.batched && e.crowded(r.ctx) { // its body is not read
		return nil, retrySoon, e.busy()
	}
	t, err := e.receive(r, op)
	if err != nil {
		return nil, nil, err
	}
	if !op.batched { // the parts of a batch work in its place
		leave, err := e.enter(r.ctx)
		if err != nil {
			return nil, retrySoon, err
		}
		defer leave()
	}
	if !t.public {
		if err := e.authenticate(r, op); err != nil {
			return nil, nil, err
		}
	}
	if err := e.resolve(r, &t); err != nil {
		return nil, nil, e.missing(r, err)
	}
	if t.batch {
		out, err = e.batch(r, op)
		return out, nil, err
	}
	if e.cfg.Limit != nil && !t.public {
		if usage, err = e.cfg.Limit(r); err != nil {
			return nil, usage, err
		}
	}
	lose := false
	if e.cfg.Meddle != nil && !t.public {
		var said map[string]string
		said, lose, err = e.cfg.Meddle(r)
		if usage == nil {
			usage = said
		}
		maps.Copy(usage, said)
		if err != nil {
			return nil, usage, err
		}
	}
	out, err = e.dispatch(r, t)
	err = e.missing(r, err)
	if lose {
		panic(http.ErrAbortHandler)
	}
	return out, usage, err
}

// dispatch calls the handler and renders its answer.
func (e *Engine) dispatch(r *Request, t target) ([]byte, error) {
	if r.Params.Has("fields") && !t.rawPost(r.Method) {
		var err error
		if r.Fields, err = e.fields.parse(r.Params.Text("fields")); err != nil {
			return nil, err
		}
	}
	switch {
	case t.root != nil:
		return e.call(r, pick(r.Method, t.root.Get, t.root.Post, t.root.Delete), nil)
	case t.ids:
		return e.ids(r)
	case t.edge != nil:
		return e.onEdge(r, t)
	default:
		return e.onNode(r, t.typ)
	}
}

func (t target) rawPost(method string) bool {
	return t.edge != nil && t.edge.Raw && method == http.MethodPost
}

func pick(method string, get, post, del Handler) Handler {
	switch method {
	case http.MethodGet:
		return get
	case http.MethodPost:
		return post
	default:
		return del
	}
}

// load puts the node into r, or answers that there is none for this caller.
func (e *Engine) load(r *Request, t *NodeType) error {
	if t.Load == nil {
		return notFound(r.Method, r.IDText)
	}
	n, err := t.Load(r, r.ID)
	if isMissing(err) || (err == nil && n == nil) {
		return notFound(r.Method, r.IDText)
	}
	if err != nil {
		return err
	}
	r.Node = n
	return nil
}

func (e *Engine) onNode(r *Request, t *NodeType) ([]byte, error) {
	if err := e.load(r, t); err != nil {
		return nil, err
	}
	if err := r.Caller.Require(t.Needs...); err != nil {
		return nil, err
	}
	if err := e.checkFields(t, r.Fields); err != nil {
		return nil, err
	}
	if r.Method == http.MethodGet {
		return e.node(r, t)
	}
	return e.call(r, pick(r.Method, nil, t.Update, t.Delete), t)
}

func (e *Engine) onEdge(r *Request, t target) ([]byte, error) {
	edge := *t.edge
	if edge.Unbuilt {
		return nil, e.unseen(r, nil, t.typ, edge.unbuilt("", t.typ.Name, r.Edge))
	}
	if !edge.NoLoad {
		if err := e.load(r, t.typ); err != nil {
			return nil, err
		}
	}
	if err := r.Caller.Require(edge.Needs...); err != nil {
		return nil, err
	}
	of := e.types[edge.Of]
	if of != nil {
		if err := e.checkFields(of, r.Fields); err != nil {
			return nil, err
		}
	}
	if r.Method == http.MethodGet && edge.List != nil {
		var w writer
		if err := e.list(r, &w, edge, true); err != nil {
			return nil, err
		}
		return w.b, nil
	}
	return e.call(r, pick(r.Method, edge.Get, edge.Post, edge.Delete), of)
}

// call runs h and renders what it returns; a creation or update answers the fields asked for, if any.
func (e *Engine) call(r *Request, h Handler, t *NodeType) ([]byte, error) {
	if h == nil {
		return nil, notFound(r.Method, r.IDText)
	}
	out, err := h(r)
	if err != nil {
		return nil, err
	}
	if err := r.Params.Err(); err != nil {
		// A handler that forgot to ask has already acted; telling is better than hiding.
		return nil, err
	}
	if t != nil && t.Load != nil && len(r.Fields) > 0 && r.Method == http.MethodPost {
		switch v := out.(type) {
		case Created:
			return e.readBack(r, t, v.ID)
		case Success:
			if r.Edge == "" {
				return e.readBack(r, t, r.ID)
			}
		}
	}
	return marshal(out)
}

func (e *Engine) readBack(r *Request, t *NodeType, i id.ID) ([]byte, error) {
	r.ID, r.IDText, r.Kind, r.Edge = i, i.String(), t.Kind, ""
	if err := e.load(r, t); err != nil {
		return nil, err
	}
	return e.node(r, t)
}

// ids answers ?ids=a,b with an object keyed by id. One bad id fails the call.
func (e *Engine) ids(r *Request) ([]byte, error) {
	const most = 50
	list := r.Params.Strings("ids")
	if err := r.Params.Err(); err != nil {
		return nil, err
	}
	if r.Method != http.MethodGet {
		return nil, ErrMethod.Withf("ids", "Unsupported %s request. ids= can only be read", verb(r.Method))
	}
	if len(list) > most {
		return nil, ErrParam.Withf("ids", "Param ids must name at most %d objects", most)
	}
	var b bytes.Buffer
	b.WriteByte('{')
	seen := map[string]bool{}
	for _, text := range list {
		if seen[text] {
			continue
		}
		seen[text] = true
		one, err := e.oneOfIDs(r, text)
		if err != nil {
			return nil, err
		}
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		key, err := marshal(text)
		if err != nil {
			return nil, err
		}
		b.Write(key)
		b.WriteByte(':')
		b.Write(one)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

func (e *Engine) oneOfIDs(r *Request, text string) ([]byte, error) {
	sub := *r
	sub.IDText, sub.ID, sub.Edge = text, 0, ""
	missing := ErrIDs.Withf("ids", "(#803) Some of the aliases you requested do not exist: %s", text)
	if n, err := id.Parse(text); err == nil {
		sub.ID = n
	}
	var t target
	if err := e.resolve(&sub, &t); err != nil {
		if isMissing(err) {
			return nil, missing
		}
		return nil, err
	}
	if e.cfg.Limit != nil {
		if _, err := e.cfg.Limit(&sub); err != nil {
			return nil, err
		}
	}
	out, err := e.onNode(&sub, t.typ)
	if isMissing(err) {
		return nil, missing
	}
	return out, err
}
