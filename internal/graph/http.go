package graph

import (
	"bytes"
	"crypto/sha1" //nolint:gosec // the length and form of Meta's ETags, no secret
	"encoding/hex"
	"log/slog"
	"maps"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/hawkerhq/hawker/internal/id"
)

// ServeHTTP implements [http.Handler].
func (e *Engine) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	elapsed := func() time.Duration { return 0 }
	if e.cfg.Stopwatch != nil {
		elapsed = e.cfg.Stopwatch()
	}
	op := &operation{
		method: req.Method, path: req.URL.EscapedPath(), query: req.URL.RawQuery, header: req.Header,
		body: body{req.Body, req.Header.Get("Content-Type")}, base: e.BaseURL(req), trace: id.NewTrace(), note: &note{},
	}
	if req.ContentLength == 0 {
		op.body.r = nil
	}
	if req.Method == http.MethodOptions {
		preflight(w.Header())
		w.WriteHeader(http.StatusOK)
		return
	}
	defer op.cleanUp()
	re := e.do(req.Context(), op)
	status := e.write(w, req, op, re)
	e.log(req, op, status, elapsed())
}

// cleanUp removes what a multipart body left on disk.
func (op *operation) cleanUp() {
	if op.form != nil {
		_ = op.form.RemoveAll() // temporary files of the system
	}
}

// BaseURL is the address the caller used, for links it can follow.
func (e *Engine) BaseURL(req *http.Request) string {
	scheme, host := "http", req.Host
	if req.TLS != nil {
		scheme = "https"
	}
	if e.cfg.TrustForwarded {
		if p := firstOf(req.Header.Get("X-Forwarded-Proto")); p == "http" || p == "https" {
			scheme = p
		}
		if h := firstOf(req.Header.Get("X-Forwarded-Host")); h != "" && !strings.ContainsAny(h, "/?#@ \\") {
			host = h
		}
	}
	return scheme + "://" + host
}

func firstOf(list string) string {
	first, _, _ := strings.Cut(list, ",")
	return strings.TrimSpace(first)
}

func preflight(h http.Header) {
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Allow-Methods", "GET, POST, DELETE, OPTIONS")
	h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, If-None-Match, Idempotency-Key")
	h.Set("Access-Control-Max-Age", "86400")
}

// fixedHeaders are on every answer, as Meta sends them. Their values are shared by all answers, and changed by none.
var fixedHeaders = map[string][]string{
	"X-Fb-Rev":                      {"1"},
	"Cache-Control":                 {"private, no-cache, no-store, must-revalidate"},
	"Expires":                       {"Sat, 01 Jan 2000 00:00:00 GMT"},
	"Pragma":                        {"no-cache"},
	"Vary":                          {"Origin, Accept-Encoding"},
	"Access-Control-Allow-Origin":   {"*"},
	"Access-Control-Expose-Headers": {"facebook-api-version, x-app-usage, x-business-use-case-usage, x-fb-request-id, x-fb-trace-id, ETag, Idempotent-Replayed"},
	"Strict-Transport-Security":     {"max-age=15552000; preload"},
	"X-Content-Type-Options":        {"nosniff"},
}

// commonHeaders are on every answer, under their canonical names.
func commonHeaders(h http.Header, op *operation, re reply) {
	maps.Copy(h, fixedHeaders)
	trace := []string{op.trace}
	h["Facebook-Api-Version"] = []string{re.version}
	h["X-Fb-Request-Id"], h["X-Fb-Trace-Id"], h["X-Fb-Debug"] = trace, trace, trace
	for name, v := range re.usage {
		h.Set(name, v)
	}
	if re.auth != nil {
		reason := "invalid_token"
		if re.auth.Code == 104 {
			reason = "not_found"
		}
		h.Set("WWW-Authenticate", `OAuth "Facebook Platform" "`+reason+`" "`+headerText(re.auth.Message)+`"`)
	}
}

// headerText keeps a message inside a quoted header value.
func headerText(s string) string {
	return strings.Map(func(c rune) rune {
		if c < ' ' || c > '~' || c == '"' || c == '\\' {
			return ' '
		}
		return c
	}, s)
}

// etag is the mark of a body: forty hex digits in quotes.
func etag(b []byte) string {
	sum := sha1.Sum(b) //nolint:gosec // see above
	tag := append(make([]byte, 0, 2+2*len(sum)), '"')
	return string(append(hex.AppendEncode(tag, sum[:]), '"'))
}

// matches tells whether If-None-Match names tag.
func matches(header, tag string) bool {
	for t := range strings.SplitSeq(header, ",") {
		t = strings.TrimPrefix(strings.TrimSpace(t), "W/")
		if t == tag || t == "*" {
			return true
		}
	}
	return false
}

// callbackName is what may stand before the parenthesis of a JSONP answer.
var callbackName = regexp.MustCompile(`^[A-Za-z_$][A-Za-z0-9_$.]{0,127}$`)

// format applies debug=, pretty= and callback= to a body.
func format(re *reply) (contentType string) {
	contentType = "application/json; charset=UTF-8"
	p := re.params
	if p == nil {
		return contentType
	}
	if v := strings.ToLower(p.Text("pretty")); v == "1" || v == "true" {
		indented := jsontext.Value(bytes.Clone(re.body))
		if indented.Indent(jsontext.WithIndent("   ")) == nil {
			re.body = indented
		}
	}
	if name := p.Text("callback"); name != "" && callbackName.MatchString(name) {
		re.body = []byte("/**/ " + name + "(" + scriptSafe.Replace(string(re.body)) + ");")
		re.status = http.StatusOK // a script tag runs nothing else
		return "text/javascript; charset=UTF-8"
	}
	return contentType
}

// scriptSafe escapes what JSON allows in strings and old JavaScript does not.
var scriptSafe = strings.NewReplacer("\u2028", `\u2028`, "\u2029", `\u2029`)

// write sends an answer and returns its status.
func (e *Engine) write(w http.ResponseWriter, req *http.Request, op *operation, re reply) int {
	h := w.Header()
	commonHeaders(h, op, re)
	h["Content-Type"] = []string{format(&re)}
	if re.status == http.StatusOK && (req.Method == http.MethodGet || req.Method == http.MethodHead) {
		tag := etag(re.body)
		if m := req.Header.Get("If-None-Match"); m != "" && matches(m, tag) {
			h.Del("Content-Type")
			w.WriteHeader(http.StatusNotModified)
			return http.StatusNotModified
		}
		h["Etag"] = []string{tag}
	}
	h["Content-Length"] = []string{strconv.Itoa(len(re.body))}
	w.WriteHeader(re.status)
	if req.Method != http.MethodHead {
		_, _ = w.Write(re.body) // the caller may be gone
	}
	return re.status
}

// note is what the log says of an operation.
type note struct {
	kind, edge, method string
	app, user          id.ID
	code               int
}

func (n *note) fill(r *Request, re reply) {
	if n == nil {
		return
	}
	*n = note{code: re.code, kind: r.Kind, edge: r.Edge, method: r.Method, app: r.Caller.App, user: r.Caller.User}
}

// log writes the one line of a call. The path carries ids only; query and body, which carry tokens and
// telephone numbers, are never logged.
func (e *Engine) log(req *http.Request, op *operation, status int, took time.Duration) {
	level := slog.LevelInfo
	if status >= http.StatusInternalServerError {
		level = slog.LevelError
	}
	n := op.note
	if !e.cfg.Logger.Enabled(req.Context(), level) {
		return
	}
	e.cfg.Logger.LogAttrs(req.Context(), level, "graph", slog.String("method", n.method), slog.String("path", safePath(op.path)),
		slog.Int("status", status), slog.Int("code", n.code), slog.Duration("took", took), slog.String("trace", op.trace),
		slog.String("kind", n.kind), slog.String("edge", n.edge), slog.String("app", n.app.String()), slog.String("user", n.user.String()))
}

// safePath cuts a path to what an id, an alias and an edge need.
func safePath(p string) string {
	const most = 200
	p = strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f {
			return -1
		}
		return c
	}, p)
	if len(p) > most {
		return p[:most] + "…"
	}
	return p
}
