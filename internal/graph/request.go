package graph

import (
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"slices"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/wire"
)

// Request is one operation: a call over HTTP, one element of a batch, or an edge expanded inside fields.
type Request struct {
	ctx context.Context

	// Version answers: "v25.0".
	Version string
	// Method is GET, POST or DELETE, after any method= override.
	Method string
	// IDText is the first part of the path as the caller spelled it; Kind and ID are what it names.
	IDText string
	Kind   string
	ID     id.ID
	Edge   string
	// Item is the third part of the path, on edges with Items.
	Item string
	// Status is the HTTP status of an answer that is no refusal; zero means 200.
	Status int
	// Node is the loaded node; nil for an edge with NoLoad.
	Node   any
	Params *Params
	// Fields is what the caller asked for; nil means the defaults.
	Fields []Selection
	Caller access.Caller
	Token  string
	// BaseURL is how the caller reached us: "https://shop.example:8443", without a slash at the end.
	BaseURL string
	// Locale is from locale= or Accept-Language, unparsed.
	Locale string
	// Trace is the fbtrace_id.
	Trace  string
	Header http.Header
	// Body is the JSON body of a POST on a Raw edge.
	Body []byte
	// Stream is the body of a POST on a root endpoint that takes it as it arrives; never nil there.
	Stream io.Reader
	// Files are the parts of a multipart body that have a file name.
	Files map[string][]*multipart.FileHeader

	engine   *Engine
	warnings *[]warning
	objects  *int // written so far
	batched  bool
	heads    map[string]string // more headers of the answer
}

type warning struct {
	Message string `json:"message"`
	Type    string `json:"type"`
}

// Context ends when the caller goes away.
func (r *Request) Context() context.Context { return r.ctx }

// SetContext makes what follows happen under ctx, which was made from [Request.Context].
func (r *Request) SetContext(ctx context.Context) { r.ctx = ctx }

// Answer adds a header to the answer.
func (r *Request) Answer(header, value string) {
	if r.heads == nil {
		r.heads = map[string]string{}
	}
	r.heads[header] = value
}

// Warn adds a message for callers that ask debug=all or debug=warning.
func (r *Request) Warn(message string) {
	*r.warnings = append(*r.warnings, warning{message, "warning"})
}

// withDebug adds the messages that debug= asks for to an object.
func (r *Request) withDebug(out []byte) []byte {
	level := r.Params.Text("debug")
	if (level != "all" && level != "info" && level != "warning") || len(out) < 2 || out[0] != '{' {
		return out
	}
	type debug struct {
		Messages []warning `json:"messages"`
	}
	b, err := marshal(debug{append([]warning{}, *r.warnings...)})
	if err != nil {
		return out
	}
	sep := ","
	if len(out) == len("{}") {
		sep = ""
	}
	return slices.Concat(out[:len(out)-1], []byte(sep+`"__debug__":`), b, []byte("}"))
}

// Fail is err as the caller would hear it, for handlers that report errors inside a success.
func (r *Request) Fail(err error) *wire.Error {
	w, _ := r.engine.explained(r, err)
	return w
}

// URL is the absolute address of a node or edge under the caller's own address and version.
func (r *Request) URL(path string) string { return r.BaseURL + "/" + r.Version + "/" + path }
