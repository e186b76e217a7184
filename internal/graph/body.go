package graph

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// body is where an operation's body comes from.
type body struct {
	r           io.Reader // nil: none
	contentType string
}

const (
	maxDepth  = 64
	maxParams = 1000
)

// add keeps the first value of a name.
func (p *Params) add(name string, v value) error {
	if _, have := p.m[name]; have {
		return nil
	}
	if len(p.m) >= maxParams {
		return ErrBody.Withf("", "there are more than %d parameters", maxParams)
	}
	p.m[name] = v
	return nil
}

// with is a copy of p under the modifiers of a field.
func (p *Params) with(args []Arg) *Params {
	c := &Params{m: make(map[string]value, len(p.m)+len(args))}
	for k, v := range p.m {
		c.m[k] = v
	}
	for _, a := range args {
		c.m[a.Name] = value{text: a.Value}
	}
	return c
}

// readBody reads the body into r.Params, or into r.Body for a Raw edge. GET has none; a DELETE may carry a
// form, as curl -F sends it, or JSON. A parameter of the body is stronger than one of the query.
func (e *Engine) readBody(r *Request, op *operation, edge Edge) error {
	if err := r.override(); err != nil {
		return err
	}
	if op.body.r == nil || op.method == http.MethodGet {
		return e.finish(r)
	}
	most := edge.MaxBody
	if most == 0 {
		most = DefaultMaxBody
	}
	kind, params, err := mime.ParseMediaType(op.body.contentType)
	if err != nil {
		kind = strings.ToLower(strings.TrimSpace(strings.Split(op.body.contentType, ";")[0]))
	}
	isForm := kind == "application/x-www-form-urlencoded" || kind == "multipart/form-data"
	if op.method == http.MethodDelete && !isForm && kind != "application/json" {
		return e.finish(r)
	}
	query := r.Params
	r.Params = &Params{m: map[string]value{}}
	if kind == "multipart/form-data" {
		err = readMultipart(r, op, params["boundary"], most)
	} else {
		err = readPlain(r, op.body.r, kind, edge.Raw && op.method == http.MethodPost, most)
	}
	if err != nil {
		r.Params = query
		return err
	}
	if edge.Raw && r.Body == nil {
		r.Body = r.Params.Object()
	}
	for name, v := range query.m {
		if err := r.Params.add(name, v); err != nil {
			return err
		}
	}
	return e.finish(r)
}

// finish applies what may stand in query and body alike.
func (e *Engine) finish(r *Request) error {
	r.Locale = r.Params.Text("locale")
	if r.Locale == "" {
		r.Locale = r.Header.Get("Accept-Language")
	}
	return r.override()
}

// override applies method=, so that clients without verbs can write and delete.
func (r *Request) override() error {
	if r.Method == http.MethodHead {
		r.Method = http.MethodGet
	}
	if r.Params.Has("method") && (r.Method == http.MethodGet || r.Method == http.MethodPost) {
		if m := strings.ToUpper(r.Params.Text("method")); m == http.MethodGet || m == http.MethodPost || m == http.MethodDelete || m == http.MethodPut {
			r.Method = m
		}
	}
	switch r.Method {
	case http.MethodPut:
		r.Method = http.MethodPost
	case http.MethodGet, http.MethodPost, http.MethodDelete:
	default:
		return ErrMethod.Withf("", "Unsupported method %.20q: use GET, POST or DELETE", r.Method)
	}
	return nil
}

func readAll(src io.Reader, most int64) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(src, most+1))
	if err != nil {
		return nil, readFault(err)
	}
	if int64(len(b)) > most {
		return nil, tooLarge(most)
	}
	return b, nil
}

func readFault(err error) error {
	var tooMuch *http.MaxBytesError
	if errors.As(err, &tooMuch) {
		return tooLarge(tooMuch.Limit)
	}
	return ErrBody.With("", "the body broke off before its end").Wrap(err)
}

func tooLarge(most int64) error {
	return ErrTooLarge.Withf("", "the body is larger than the %d bytes this endpoint takes", most)
}

func readPlain(r *Request, src io.Reader, kind string, raw bool, most int64) error {
	b, err := readAll(src, most)
	if err != nil {
		return err
	}
	b = bytes.TrimSpace(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")))
	if len(b) == 0 {
		return nil
	}
	isJSON := kind == "application/json" || strings.HasSuffix(kind, "+json")
	if !isJSON && b[0] != '{' {
		return parseForm(r.Params, string(b))
	}
	if tooDeep(b) {
		return ErrBody.Withf("", "the JSON body nests deeper than %d levels", maxDepth)
	}
	if raw {
		r.Body = b
		// Only a token is taken from a raw body, and only when it came no other way.
		if r.Caller.Kind != "" {
			return nil
		}
		return tokenOnly(r.Params, b)
	}
	return parseObject(r.Params, b)
}

// parseObject adds the members of a JSON object.
func parseObject(p *Params, b []byte) error {
	dec := jsontext.NewDecoder(bytes.NewReader(b))
	if dec.PeekKind() != '{' {
		if _, err := dec.ReadValue(); err != nil {
			return notJSON(err)
		}
		return ErrBody.With("", "the JSON body must be an object of parameters")
	}
	if _, err := dec.ReadToken(); err != nil {
		return notJSON(err)
	}
	for dec.PeekKind() == '"' {
		name, err := dec.ReadToken()
		if err != nil {
			return notJSON(err)
		}
		key := name.String()
		v, err := dec.ReadValue()
		if err != nil {
			return notJSON(err)
		}
		if err := p.add(key, value{json: v.Clone()}); err != nil {
			return err
		}
	}
	if _, err := dec.ReadToken(); err != nil {
		return notJSON(err)
	}
	if _, err := dec.ReadToken(); !errors.Is(err, io.EOF) {
		return ErrBody.With("", "the JSON body goes on behind its end")
	}
	return nil
}

func tokenOnly(p *Params, b []byte) error {
	all := &Params{m: map[string]value{}}
	if err := parseObject(all, b); err != nil {
		return err
	}
	for _, name := range []string{"access_token", "appsecret_proof"} {
		if v, ok := all.m[name]; ok {
			p.m[name] = v
		}
	}
	return nil
}

// notJSON explains a syntax error, with the place.
func notJSON(err error) error {
	var syn *jsontext.SyntacticError
	if errors.As(err, &syn) {
		if errors.Is(err, jsontext.ErrDuplicateName) {
			return ErrBody.Withf("", "the JSON body holds the key %s twice", syn.JSONPointer)
		}
		if syn.Err != nil {
			return ErrBody.Withf("", "the body is not valid JSON at byte %d: %s", syn.ByteOffset, syn.Err)
		}
	}
	return ErrBody.With("", "the body is not valid JSON: it ends too early")
}

// tooDeep scans for nesting over maxDepth without decoding anything.
func tooDeep(b []byte) bool {
	depth := 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '{', '[':
			if depth++; depth > maxDepth {
				return true
			}
		case '}', ']':
			depth--
		case '"':
			for i++; i < len(b) && b[i] != '"'; i++ {
				if b[i] == '\\' {
					i++
				}
			}
		}
	}
	return false
}

// maxMemory is how much of a multipart body's files stays in memory; the rest goes to temporary files.
const maxMemory = 1 << 20

func readMultipart(r *Request, op *operation, boundary string, most int64) error {
	if boundary == "" {
		return ErrBody.With("", "the multipart body names no boundary in its Content-Type")
	}
	limited := &io.LimitedReader{R: op.body.r, N: most + 1}
	form, err := multipart.NewReader(limited, boundary).ReadForm(maxMemory)
	if limited.N <= 0 {
		return tooLarge(most)
	}
	if err != nil {
		return ErrBody.With("", "the multipart body cannot be read: "+multipartReason(err)).Wrap(err)
	}
	for name, list := range form.Value {
		if len(list) > 0 {
			if err := r.Params.add(name, value{text: list[0]}); err != nil {
				return err
			}
		}
	}
	op.form, r.Files = form, form.File
	return nil
}

func multipartReason(err error) string {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return "it ends before its closing boundary"
	case errors.Is(err, multipart.ErrMessageTooLarge):
		return "its fields are too large or too many"
	default:
		return "its parts are malformed"
	}
}

// parseForm adds the parameters of an urlencoded text; the first of a name wins.
func parseForm(p *Params, text string) error {
	for part := range strings.SplitSeq(text, "&") {
		if part == "" {
			continue
		}
		k, v, _ := strings.Cut(part, "=")
		name, err := url.QueryUnescape(k)
		if err != nil {
			return ErrParam.Withf("", "a parameter's name is not percent-encoded correctly: %.40q", k)
		}
		val, err := url.QueryUnescape(v)
		if err != nil {
			// A literal % is common in hand-written calls.
			val = v
		}
		if err := p.add(name, value{text: val}); err != nil {
			return err
		}
	}
	return nil
}
