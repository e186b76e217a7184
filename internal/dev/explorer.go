package dev

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/ui"
)

// Ask is a request that a page makes on somebody's behalf.
type Ask struct {
	Method, Path, Kind, Body string
	// Token goes into the Authorization header; a space stands for none.
	Token string
}

// Answer is what came back.
type Answer struct {
	Status  int
	Headers []string
	Body    string
	Took    time.Duration
}

// answerBytes bounds an answer that is shown.
const answerBytes = 256 << 10

// recorder keeps an answer.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header { return r.header }

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
}

func (r *recorder) Write(b []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	if room := answerBytes - r.body.Len(); room > 0 {
		r.body.Write(b[:min(room, len(b))])
	}
	return len(b), nil
}

// streamTime is how long a stream of events is listened to.
const streamTime = 2 * time.Second

// do makes a request of the server itself, as a program would.
func (s *Server) do(from *http.Request, a Ask) Answer {
	ctx, cancel := from.Context(), context.CancelFunc(func() {})
	if strings.HasSuffix(strings.SplitN(a.Path, "?", 2)[0], "/events") {
		ctx, cancel = context.WithTimeout(ctx, streamTime)
	}
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, a.Method, s.BaseURL+a.Path, strings.NewReader(a.Body))
	if err != nil {
		return Answer{Status: http.StatusBadRequest, Body: err.Error()}
	}
	req.RequestURI, req.RemoteAddr, req.Host = a.Path, from.RemoteAddr, from.Host
	if token := strings.TrimSpace(a.Token); token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if a.Kind != "" {
		req.Header.Set("Content-Type", a.Kind)
	}
	req.Header.Set("User-Agent", "Hawker explorer")
	out := &recorder{header: http.Header{}}
	elapsed := clock.Stopwatch()
	s.API.ServeHTTP(out, req)
	answer := Answer{Status: out.status, Body: strings.ToValidUTF8(out.body.String(), "\uFFFD"), Took: elapsed()}
	for name, values := range out.header {
		answer.Headers = append(answer.Headers, name+": "+strings.Join(values, ", "))
	}
	slices.Sort(answer.Headers)
	return answer
}

// ExplorerPage tries calls.
type ExplorerPage struct {
	Shell
	Ask     Ask
	Methods []string
	// Groups are the calls of the Graph API, Operations the sandbox's own, from its OpenAPI document; both that Search finds.
	Groups     []GraphGroup
	Operations []Operation
	Search     string
	// Call is the call of the Graph API at hand; nil: another one.
	Call   *GraphCall
	Tokens []Token
	// Operation is the one at hand; nil: a call written by hand.
	Operation *Operation
	Values    map[string]string
	Answer    *Answer
	Diff      []ui.DiffLine // against the answer before, where there was one
	Snippets  []Snippet
	Problem   string
}

// Example is something to begin with.
type Example struct {
	Name, Href string
}

// Token is one that a call can be made with.
type Token struct{ Value, Name string }

// Operation is a call of the OpenAPI document.
type Operation struct {
	Key, Method, Path, Summary string
	Params                     []Param
}

// Param is one of its parameters.
type Param struct {
	Name, In, Doc string // in: path, query, body
	Enum          []string
	Required      bool
}

func methods() []string {
	return []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete}
}

func (s *Server) explorer(v *visit) error {
	q := v.URL.Query()
	p := ExplorerPage{Ask: Ask{Method: http.MethodGet, Path: q.Get("path"), Body: q.Get("body"), Token: s.Token}, Values: map[string]string{}}
	if m := q.Get("method"); slices.Contains(methods(), m) {
		p.Ask.Method = m
	}
	if text := q.Get("call"); text != "" {
		i, err := id.Parse(text)
		if err != nil {
			return errNothing
		}
		c, err := s.Calls.Find(v.Context(), i)
		if err != nil {
			return err
		}
		p.Ask = Ask{Method: c.Method, Path: c.Path, Kind: c.Kind, Body: c.Request, Token: s.Token}
		if c.Query != "" {
			p.Ask.Path += "?" + c.Query
		}
	}
	if key := q.Get("graph"); key != "" {
		if p.Call = s.graphCall(key); p.Call == nil {
			return errNothing
		}
		p.Ask = s.names(v).begin(*p.Call)
	}
	if p.Ask.Path == "" {
		p.Ask.Path = graphVersion + "/me"
	}
	return s.showExplorer(v, http.StatusOK, p, q.Get("op"))
}

func (s *Server) showExplorer(v *visit, status int, p ExplorerPage, op string) error {
	p.Shell, p.Methods = v.shell(v.t("dev.nav_explorer"), "explorer"), methods()
	p.Search = clipped(v.URL.Query().Get("q"), searchMost)
	p.Groups, p.Operations = s.graphGroups(p.Search, v.lang), s.operations(v.Request)
	p.Tokens = []Token{{s.Token, v.t("dev.token_demo")}, {s.AppID.String() + "|" + s.AppSecret, v.t("dev.token_app")}}
	for i := range p.Operations {
		if p.Operations[i].Key == op {
			p.Operation = &p.Operations[i]
		}
	}
	words := strings.Fields(catalog.Fold(p.Search))
	p.Operations = slices.DeleteFunc(slices.Clone(p.Operations), func(o Operation) bool { return !found(words, o.Key, o.Summary, Said(v.lang, o.Summary)) })
	return v.show(status, "explorer.html", p)
}

// explore makes the call that was written down or filled in.
func (s *Server) explore(v *visit) error {
	p := ExplorerPage{Values: map[string]string{}, Ask: Ask{
		Method: v.PostFormValue("method"), Path: strings.TrimSpace(v.PostFormValue("path")), Body: strings.ReplaceAll(v.PostFormValue("body"), "\r\n", "\n"), Token: v.PostFormValue("token"),
	}}
	p.Call = s.graphCall(v.PostFormValue("graph"))
	op := v.PostFormValue("op")
	if op != "" {
		for _, o := range s.operations(v.Request) {
			if o.Key == op {
				p.Ask, p.Values = o.fill(v.PostForm, p.Ask.Token)
			}
		}
	}
	if !slices.Contains(methods(), p.Ask.Method) || !strings.HasPrefix(p.Ask.Path, "/") || strings.HasPrefix(p.Ask.Path, "//") || strings.HasPrefix(p.Ask.Path, Prefix+"/") {
		p.Problem = v.t("dev.explorer_path")
		return s.showExplorer(v, http.StatusUnprocessableEntity, p, op)
	}
	if _, err := url.ParseRequestURI(p.Ask.Path); err != nil {
		p.Problem = v.t("dev.explorer_path")
		return s.showExplorer(v, http.StatusUnprocessableEntity, p, op)
	}
	if p.Ask.Body != "" {
		p.Ask.Kind = "application/json"
		if !strings.HasPrefix(strings.TrimSpace(p.Ask.Body), "{") && !strings.HasPrefix(strings.TrimSpace(p.Ask.Body), "[") {
			p.Ask.Kind = "application/x-www-form-urlencoded"
		}
	}
	a := s.do(v.Request, p.Ask)
	a.Body = pretty(a.Body)
	p.Answer = &a
	if last := strings.ReplaceAll(v.PostFormValue("last"), "\r\n", "\n"); last != "" && last != a.Body {
		p.Diff = ui.Diff(last, a.Body)
	}
	heads := []string{"Authorization: Bearer " + strings.TrimSpace(p.Ask.Token)}
	if p.Ask.Kind != "" {
		heads = append(heads, "Content-Type: "+p.Ask.Kind)
	}
	p.Snippets = snippets(p.Ask.Method, s.BaseURL+p.Ask.Path, heads, p.Ask.Body)
	return s.showExplorer(v, http.StatusOK, p, op)
}

// searchMost is how long a search for a call may be.
const searchMost = 100

// clipped is a text of at most so many characters.
func clipped(text string, most int) string {
	if r := []rune(text); len(r) > most {
		return string(r[:most])
	}
	return text
}

// fill makes the request of an operation from a form.
func (o Operation) fill(form url.Values, token string) (Ask, map[string]string) {
	values := map[string]string{}
	a := Ask{Method: o.Method, Path: o.Path, Token: token}
	q, body := url.Values{}, map[string]any{}
	for _, p := range o.Params {
		text := strings.TrimSpace(form.Get("p." + p.Name))
		values[p.Name] = text
		switch {
		case p.In == "path":
			a.Path = strings.ReplaceAll(a.Path, "{"+p.Name+"}", url.PathEscape(text))
		case text == "":
		case p.In == "query":
			q.Set(p.Name, text)
		default:
			var v any = text
			if strings.ContainsAny(text[:1], "{[-0123456789tfn") && json.Unmarshal([]byte(text), &v) != nil {
				v = text // looks like JSON and is a text
			}
			body[p.Name] = v
		}
	}
	if len(q) > 0 {
		a.Path += "?" + q.Encode()
	}
	if len(body) > 0 {
		if b, err := json.Marshal(body); err == nil {
			a.Body = string(b)
		}
	}
	return a, values
}

// operations reads the OpenAPI document of the sandbox.
func (s *Server) operations(from *http.Request) (list []Operation) {
	a := s.do(from, Ask{Method: http.MethodGet, Path: "/sandbox/v1/openapi.json"})
	var doc struct {
		Servers []struct{ URL string }
		Paths   map[string]map[string]struct {
			Summary    string
			Parameters []struct {
				Name, In, Description string
				Required              bool
				Schema                struct{ Enum []string }
			}
			RequestBody struct {
				Content map[string]struct{ Schema schema }
			}
		}
		Components struct{ Schemas map[string]schema }
	}
	if json.Unmarshal([]byte(a.Body), &doc) != nil {
		return nil
	}
	base := ""
	if len(doc.Servers) > 0 {
		base = strings.TrimSuffix(doc.Servers[0].URL, "/")
	}
	for _, path := range slices.Sorted(maps.Keys(doc.Paths)) {
		for _, method := range slices.Sorted(maps.Keys(doc.Paths[path])) {
			d := doc.Paths[path][method]
			o := Operation{Method: strings.ToUpper(method), Path: base + path, Summary: d.Summary}
			if base == "" && !strings.HasPrefix(path, "/sandbox") {
				o.Path = "/sandbox/v1" + path
			}
			o.Key = o.Method + " " + path
			for _, p := range d.Parameters {
				o.Params = append(o.Params, Param{Name: p.Name, In: p.In, Doc: p.Description, Enum: p.Schema.Enum, Required: p.Required})
			}
			for _, c := range d.RequestBody.Content {
				o.Params = append(o.Params, c.Schema.params(doc.Components.Schemas)...)
			}
			list = append(list, o)
		}
	}
	return list
}

// schema is what of a schema a form needs.
type schema struct {
	Ref         string `json:"$ref"`
	Description string
	Enum        []string
	Required    []string
	Properties  map[string]schema
}

func (sc schema) params(all map[string]schema) (list []Param) {
	if name, ok := strings.CutPrefix(sc.Ref, "#/components/schemas/"); ok {
		sc = all[name]
	}
	for _, name := range slices.Sorted(maps.Keys(sc.Properties)) {
		p := sc.Properties[name]
		list = append(list, Param{Name: name, In: "body", Doc: p.Description, Enum: p.Enum, Required: slices.Contains(sc.Required, name)})
	}
	return list
}
