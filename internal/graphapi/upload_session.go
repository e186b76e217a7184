package graphapi

import (
	"strconv"
	"strings"

	"github.com/hawkerhq/hawker/internal/feed"
	"github.com/hawkerhq/hawker/internal/graph"
)

// sessionState is what a session answers.
type sessionState struct {
	ID     string `json:"id"`
	Offset *int64 `json:"file_offset,omitempty"`
}

// fileHandle is what a complete file answers.
type fileHandle struct {
	Handle string `json:"h"`
}

// startSession answers POST /{app}/uploads: a file that will be sent in pieces.
func (a *API) startSession(r *graph.Request) (any, error) {
	p := r.Params
	n := feed.Session{
		AppID: r.ID, FileName: p.String("file_name"), FileType: strings.ToLower(p.String("file_type", graph.Required)),
		Length: p.Int("file_length", graph.Required),
	}
	p.String("session_type", graph.OneOf("attachment"))
	if err := p.Err(); err != nil {
		return nil, err
	}
	name, err := a.Feeds.StartSession(r.Context(), r.Caller, n)
	return sessionState{ID: name}, err
}

// uploadSession declares /upload:…, where the pieces are sent.
func (a *API) uploadSession() graph.Root {
	return graph.Root{
		Stream: true,
		Get: func(r *graph.Request) (any, error) {
			n, err := a.Feeds.Session(r.Context(), r.Caller, r.IDText)
			return sessionState{ID: n.ID, Offset: &n.Received}, err
		},
		Post: func(r *graph.Request) (any, error) {
			offset, err := fileOffset(r)
			if err != nil {
				return nil, err
			}
			handle, err := a.Feeds.Append(r.Context(), r.Caller, r.IDText, offset, r.Stream)
			return fileHandle{handle}, err
		},
	}
}

// fileOffset reads the header file_offset; without one the file begins.
func fileOffset(r *graph.Request) (int64, error) {
	text := r.Header.Get("file_offset")
	if text == "" {
		text = r.Params.Text("file_offset")
	}
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil || n < 0 {
		return 0, graph.Invalid("file_offset", "must be an integer, 0 or more: how many bytes were sent before")
	}
	return n, nil
}
