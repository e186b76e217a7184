package graphapi

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/graph"
	"github.com/hawkerhq/hawker/internal/once"
)

// keyHeader lets a call be repeated without having its effect twice; replayedHeader tells that an answer is given again.
const (
	keyHeader      = "Idempotency-Key"
	replayedHeader = "Idempotent-Replayed"
)

// onceDoc says it in the list of edges.
const onceDoc = "POST takes an " + keyHeader

// once makes h honour an Idempotency-Key. h hands its answer to [once.KeepTx] in the transaction of its effect.
func (a *API) once(needs []access.Permission, h graph.Handler) graph.Handler {
	return func(r *graph.Request) (any, error) {
		if len(r.Header[keyHeader]) == 0 {
			return h(r)
		}
		if err := r.Caller.Require(needs...); err != nil {
			return nil, err
		}
		call, err := keyed(r)
		if err != nil {
			return nil, err
		}
		done, err := a.turns.Take(r.Context(), call)
		if err != nil {
			return nil, err
		}
		defer done()
		if answer, err := a.replay(r, call); answer != nil || err != nil {
			return answer, err
		}
		r.SetContext(once.Begin(r.Context(), call, graph.Marshal))
		out, err := h(r)
		if errors.Is(err, once.ErrTaken) {
			if answer, found := a.replay(r, call); answer != nil || found != nil {
				return answer, found
			}
		}
		return out, err
	}
}

// replay is the answer that was given to call before, or nil.
func (a *API) replay(r *graph.Request, call once.Call) (any, error) {
	kept, err := once.Find(r.Context(), a.DB, r.Caller.Businesses, call)
	if kept == nil || err != nil {
		return nil, err
	}
	r.Answer(replayedHeader, "true")
	return jsontext.Value(kept), nil
}

// keyed reads the key of a call, and what it asks for.
func keyed(r *graph.Request) (once.Call, error) {
	key := r.Header.Get(keyHeader)
	bad := func(c rune) bool { return !unicode.IsPrint(c) }
	if n := utf8.RuneCountInString(key); n == 0 || n > once.KeyMost || !utf8.ValidString(key) || slices.ContainsFunc([]rune(key), bad) || len(r.Header[keyHeader]) > 1 {
		return once.Call{}, once.ErrKey.Withf("", "the header %s must be one text of 1 to %d printable characters; it has %d", keyHeader, once.KeyMost, n)
	}
	if r.Params.Has("fields") && r.Body == nil {
		return once.Call{}, once.ErrKey.Withf("fields", "fields cannot be asked for under an %s: a repeated call answers what the first one was answered. Read them with a call of their own", keyHeader)
	}
	return once.Call{Route: r.Method + " /" + r.ID.String() + "/" + r.Edge, Key: key, Asked: asked(r)}, nil
}

// notAsked are parameters that do not change what a call does.
var notAsked = []string{"access_token", "appsecret_proof", "method", "locale", "debug", "pretty", "format", "suppress_http_code", "callback"}

// asked is a hash of what a call asks for, each part with its length in front.
func asked(r *graph.Request) []byte {
	h := sha256.New()
	part := func(text string) {
		_ = binary.Write(h, binary.BigEndian, int64(len(text)))
		_, _ = io.WriteString(h, text)
	}
	part(string(r.Body))
	for _, name := range r.Params.Names() {
		if !slices.Contains(notAsked, name) {
			part(name)
			part(r.Params.Text(name))
		}
	}
	return h.Sum(nil)
}
