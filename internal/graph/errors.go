package graph

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/grapherr"
	"github.com/hawkerhq/hawker/wire"
)

// Causes of the engine itself.
var (
	// ErrParam is a parameter of the wrong form.
	ErrParam = fault.New("graph.parameter")
	// ErrRequired is a parameter that is missing.
	ErrRequired = fault.New("graph.parameter_required")
	// ErrField is an unknown field in fields=.
	ErrField = fault.New("graph.field_unknown")
	// ErrSyntax is a fields expression that cannot be read.
	ErrSyntax = fault.New("graph.query_syntax")
	// ErrObject is an id that names nothing the caller may see, or an operation the object lacks.
	ErrObject = fault.New("graph.object_unknown")
	// ErrIDs is a bad id among ids=.
	ErrIDs = fault.New("graph.ids_unknown")
	// ErrPath is a path with too many parts, or of an unknown version.
	ErrPath = fault.New("graph.path_unknown")
	// ErrMethod is an HTTP method the Graph API does not know.
	ErrMethod = fault.New("graph.method_unknown")
	// ErrUnbuilt is an edge of Meta's graph that Hawker does not offer.
	ErrUnbuilt = fault.New("graph.edge_unbuilt")
	// ErrBody is a body that cannot be read.
	ErrBody = fault.New("graph.body")
	// ErrTooLarge is a body over the edge's limit.
	ErrTooLarge = fault.New("graph.body_too_large")
	// ErrBatch is a batch that cannot be read.
	ErrBatch = fault.New("graph.batch")
	// ErrBatchTooMany is a batch of more than 50 operations.
	ErrBatchTooMany = fault.New("graph.batch_too_many")
	// ErrTooMuch is an answer that would grow beyond reason.
	ErrTooMuch = fault.New("graph.answer_too_large")
	// ErrBusy is a call beyond those the server works on at once.
	ErrBusy = fault.New("graph.busy")
	// ErrMe is /me asked without a token.
	ErrMe = fault.New("graph.me_without_token")
)

// Error is err as the caller hears it: the voice of its cause, or code 1 for an internal error, of which
// nothing is told. status is the HTTP status.
func (e *Engine) Error(err error, trace, locale string) (w *wire.Error, status int) {
	v, f, known := grapherr.Lookup(err)
	w = &wire.Error{
		Type: v.Type, Code: v.Code, Subcode: v.Subcode, Transient: v.Transient, TraceID: trace,
		Message: "(#" + strconv.Itoa(v.Code) + ") " + v.Title,
	}
	if !known {
		return w, v.Status
	}
	switch {
	case v.Details:
		w.Data = &wire.ErrorData{MessagingProduct: "whatsapp", Details: f.Detail}
		return w, v.Status
	case v.Plain:
		w.Message = f.Detail
	case f.Detail != "":
		w.Message += ": " + f.Detail
	}
	if f.Field != "" && v.Code == 100 {
		w.Data = &wire.ErrorData{BlameFieldSpecs: [][]string{{f.Field}}}
	}
	if e.cfg.UserText != nil && v.Status < http.StatusInternalServerError {
		w.UserTitle, w.UserMsg = e.cfg.UserText(locale, f)
	}
	return w, v.Status
}

// explained is [Engine.Error] for a call, whose caller also hears which page explains the cause to people, if there is one.
func (e *Engine) explained(r *Request, err error) (*wire.Error, int) {
	w, status := e.Error(err, r.Trace, r.Locale)
	f, ok := fault.As(err)
	if !ok {
		return w, status
	}
	page := grapherr.Help(f.Code)
	if v, _, _ := grapherr.Lookup(err); v.Literal && e.cfg.UserText != nil {
		w.UserTitle, w.UserMsg = e.cfg.UserText(r.Locale, f)
	}
	switch {
	case page == "" || r.BaseURL == "":
	case w.UserMsg != "":
		w.UserMsg += " " + r.BaseURL + page
	case w.Data != nil && w.Data.Details != "":
		w.Data.Details = strings.TrimSuffix(w.Data.Details, ".") + ". See " + r.BaseURL + page
	}
	return w, status
}

// NotFound is the answer to a call about an object that is not the caller's, for a NoLoad edge to give.
func NotFound(r *Request) error { return notFound(r.Method, r.IDText) }

// notFound is the answer to an id that names nothing, or nothing of this caller's: the two are one.
func notFound(method, idText string) error {
	return ErrObject.Withf("", "Unsupported %s request. Object with ID '%s' does not exist, cannot be loaded due to missing permissions, "+
		"or does not support this operation. Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api",
		verb(method), idText)
}

func verb(method string) string {
	switch method {
	case http.MethodPost, http.MethodPut:
		return "post"
	case http.MethodDelete:
		return "delete"
	default:
		return "get"
	}
}

// isMissing tells whether err is a domain's way to say "no such row for you".
func isMissing(err error) bool {
	v, f, ok := grapherr.Lookup(err)
	return ok && f != nil && v.Code == 100 && v.Subcode == 33
}

// missing puts the words of the edge in the place of what is said of an object that is not there.
func (e *Engine) missing(r *Request, err error) error {
	if err == nil || r.Node != nil || r.Edge == "" || e.cfg.Missing == nil || !isMissing(err) {
		return err
	}
	if own := e.cfg.Missing(r.Edge); own != nil {
		return own
	}
	return err
}
