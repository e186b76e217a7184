package graph

import (
	"context"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/wire"
)

// maxBatch is how many operations a batch may hold.
const maxBatch = 50

// batchOp is one element of a batch, leniently read.
type batchOp struct {
	Method        string         `json:"method"`
	RelativeURL   string         `json:"relative_url"`
	Body          jsontext.Value `json:"body"`
	Name          string         `json:"name"`
	DependsOn     jsontext.Value `json:"depends_on"`
	Omit          jsontext.Value `json:"omit_response_on_success"`
	Headers       jsontext.Value `json:"headers"`
	AccessToken   string         `json:"access_token"`
	AttachedFiles string         `json:"attached_files"`
}

// state of an operation while its batch runs.
type state int

const (
	waiting state = iota
	running
	done
)

// batchRun is a batch on its way.
type batchRun struct {
	engine  *Engine
	outer   *operation
	token   string
	proof   string
	files   map[string][]*multipart.FileHeader
	ops     []batchOp
	states  []state
	replies []reply
	heads   []http.Header
	byName  map[string]int
	wanted  map[string]bool // names some operation depends on
}

// batch runs the operations of the batch parameter one after the other, each after those it depends on,
// and answers in the order asked.
func (e *Engine) batch(r *Request, outer *operation) ([]byte, error) {
	b := &batchRun{
		engine: e, outer: outer, token: r.Token, proof: r.Params.Text("appsecret_proof"), files: r.Files,
		byName: map[string]int{}, wanted: map[string]bool{},
	}
	if err := json.Unmarshal(r.Params.JSON("batch"), &b.ops); err != nil {
		return nil, ErrBatch.With("batch", "batch must be a JSON array of operations, each with method and relative_url")
	}
	if len(b.ops) > maxBatch {
		return nil, ErrBatchTooMany.Withf("batch", "(#100) Too many requests in batch message. Maximum batch size is %d", maxBatch)
	}
	if len(b.ops) == 0 {
		return nil, ErrBatch.With("batch", "batch holds no operation")
	}
	for i, op := range b.ops {
		if op.Name == "" {
			continue
		}
		if _, twice := b.byName[op.Name]; twice {
			return nil, ErrBatch.Withf("batch", "two operations are named %.40q", op.Name)
		}
		b.byName[op.Name] = i
	}
	for _, op := range b.ops {
		for _, name := range op.dependencies() {
			b.wanted[name] = true
		}
	}
	b.states, b.replies, b.heads = make([]state, len(b.ops)), make([]reply, len(b.ops)), make([]http.Header, len(b.ops))
	for i := range b.ops {
		if r.ctx.Err() == nil {
			b.run(r.ctx, i)
		}
	}
	headers := !r.Params.Has("include_headers") || r.Params.Bool("include_headers")
	return b.render(headers)
}

// dependencies are the names op waits for.
func (op batchOp) dependencies() []string {
	var names []string
	if op.DependsOn.Kind() == '"' {
		names = append(names, value{json: op.DependsOn}.asText())
	}
	for _, text := range []string{op.RelativeURL, value{json: op.Body}.asText()} {
		for _, m := range reference.FindAllStringSubmatch(text, -1) {
			names = append(names, unescape(m[1]))
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// run makes sure that operation i has its reply, if it can have one.
func (b *batchRun) run(ctx context.Context, i int) {
	if b.states[i] != waiting {
		return
	}
	b.states[i] = running
	op := b.ops[i]
	inner := &operation{
		method: strings.ToUpper(op.Method), base: b.outer.base, trace: id.NewTrace(), token: b.token, proof: b.proof,
		batched: true, header: op.header(), note: &note{},
	}
	b.heads[i] = inner.header
	err := b.prepare(ctx, op, inner)
	if err != nil {
		r := &Request{Trace: inner.trace, Header: inner.header, Version: b.engine.cfg.DefaultVersion}
		b.replies[i] = b.engine.refusal(r, err)
		b.replies[i].version = r.Version
	} else {
		b.replies[i] = b.engine.do(ctx, inner)
	}
	b.states[i] = done
}

// prepare runs what op depends on and fills in its references.
func (b *batchRun) prepare(ctx context.Context, op batchOp, inner *operation) error {
	for _, name := range op.dependencies() {
		j, ok := b.byName[name]
		if !ok {
			return ErrBatch.Withf("batch", "no operation is named %.40q", name)
		}
		if b.states[j] == running {
			return ErrBatch.Withf("batch", "the operation depends on itself through %.40q", name)
		}
		b.run(ctx, j)
		if b.states[j] != done || b.replies[j].status >= http.StatusBadRequest {
			return ErrBatch.Withf("batch", "the operation %.40q, which this one depends on, failed", name)
		}
	}
	target, err := b.fill(op.RelativeURL)
	if err != nil {
		return err
	}
	text, err := b.fill(value{json: op.Body}.asText())
	if err != nil {
		return err
	}
	inner.path, inner.query, _ = strings.Cut(target, "?")
	if op.AccessToken != "" {
		inner.token, inner.proof = op.AccessToken, ""
	}
	if text != "" {
		inner.body = body{strings.NewReader(text), "application/x-www-form-urlencoded"}
		if strings.HasPrefix(strings.TrimSpace(text), "{") {
			inner.body.contentType = "application/json"
		}
	}
	for name := range strings.SplitSeq(op.AttachedFiles, ",") {
		if f, ok := b.files[strings.TrimSpace(name)]; ok {
			if inner.files == nil {
				inner.files = map[string][]*multipart.FileHeader{}
			}
			inner.files[strings.TrimSpace(name)] = f
		}
	}
	return nil
}

// reference finds {result=name:path}, also where a client has percent-encoded it.
var reference = regexp.MustCompile(`(?i)(?:\{|%7B)result(?:=|%3D)([A-Za-z0-9_.\-]+)(?::|%3A)((?:[^{}%]|%[0-6][0-9A-F]|%7[AC-F]|%[89A-F][0-9A-F]|%7[0-9])*?)(?:\}|%7D)`)

func unescape(s string) string {
	if u, err := url.QueryUnescape(s); err == nil {
		return u
	}
	return s
}

// fill replaces the references in text by what the operations they name have answered.
func (b *batchRun) fill(text string) (string, error) {
	var failed error
	out := reference.ReplaceAllStringFunc(text, func(m string) string {
		parts := reference.FindStringSubmatch(m)
		name, expr := unescape(parts[1]), unescape(parts[2])
		found, err := jsonPath(b.replies[b.byName[name]].body, expr)
		if err == nil && len(found) == 0 {
			err = ErrBatch.Withf("batch", "the reference {result=%s:%s} finds nothing", name, expr)
		}
		if err != nil && failed == nil {
			failed = err
		}
		return url.QueryEscape(strings.Join(found, ","))
	})
	const most = DefaultMaxBody
	if len(out) > most {
		return "", ErrBatch.With("batch", "the references make an operation larger than 4 MB")
	}
	return out, failed
}

// header reads an operation's headers: a list of "Name: value", or of {"name","value"}.
func (op batchOp) header() http.Header {
	h := http.Header{}
	var list []jsontext.Value
	if json.Unmarshal(op.Headers, &list) != nil {
		return h
	}
	for _, v := range list {
		if v.Kind() == '"' {
			if name, val, ok := strings.Cut(value{json: v}.asText(), ":"); ok {
				h.Add(strings.TrimSpace(name), strings.TrimSpace(val))
			}
			continue
		}
		var pair wire.BatchHeader
		if json.Unmarshal(v, &pair) == nil && pair.Name != "" {
			h.Add(pair.Name, pair.Value)
		}
	}
	return h
}

// render makes the batch's answer.
func (b *batchRun) render(headers bool) ([]byte, error) {
	out := make([]*wire.BatchReply, len(b.ops))
	for i, op := range b.ops {
		re := b.replies[i]
		if b.states[i] != done || (re.status < http.StatusBadRequest && b.omits(op)) {
			continue
		}
		one := &wire.BatchReply{Code: re.status}
		h := http.Header{}
		h.Set("Content-Type", format(&re))
		h.Set("Facebook-Api-Version", re.version)
		for name, v := range re.usage {
			h.Set(name, v)
		}
		one.Code, one.Body = re.status, string(re.body)
		if re.status == http.StatusOK && strings.EqualFold(op.Method, http.MethodGet) {
			tag := etag(re.body)
			if m := b.heads[i].Get("If-None-Match"); m != "" && matches(m, tag) {
				one.Code, one.Body = http.StatusNotModified, ""
				h.Del("Content-Type")
			} else {
				h.Set("ETag", tag)
			}
		}
		if headers {
			one.Headers = headerList(h)
		}
		out[i] = one
	}
	return marshal(out)
}

// omits tells whether a successful op answers null: by its own word, or because others depend on it.
func (b *batchRun) omits(op batchOp) bool {
	switch asked := (value{json: op.Omit}).asText(); asked {
	case "true", "1":
		return true
	case "false", "0":
		return false
	}
	return op.Name != "" && b.wanted[op.Name]
}

func headerList(h http.Header) []wire.BatchHeader {
	list := make([]wire.BatchHeader, 0, len(h))
	for name, v := range h {
		if name == "Etag" {
			name = "ETag"
		}
		list = append(list, wire.BatchHeader{Name: name, Value: v[0]})
	}
	slices.SortFunc(list, func(a, b wire.BatchHeader) int { return strings.Compare(a.Name, b.Name) })
	return list
}
