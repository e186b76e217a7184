package ui

import (
	"compress/gzip"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// packable are the types of what pages are made of; pictures and fonts are packed already, streams go out as they come.
func packable(kind string) bool {
	kind, _, _ = strings.Cut(kind, ";")
	return slices.Contains([]string{"text/html", "text/css", "text/javascript", "application/javascript", "image/svg+xml"}, kind)
}

var packers = sync.Pool{New: func() any {
	w, err := gzip.NewWriterLevel(io.Discard, gzip.BestSpeed)
	if err != nil {
		panic(err) // the level is a constant
	}
	return w
}}

// Pack sends pages, style sheets and scripts packed to browsers that take it: a fifth of their bytes. No page holds a
// lasting secret beside what a stranger can put on it, so that its length tells nothing.
func Pack(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") || r.Method == http.MethodHead {
			next.ServeHTTP(w, r)
			return
		}
		p := &packed{ResponseWriter: w}
		defer p.close()
		next.ServeHTTP(p, r)
	})
}

// packed is an answer that is packed where its type is one of [packable].
type packed struct {
	http.ResponseWriter
	begun bool
	to    *gzip.Writer // nil: goes out as it is
}

// Unwrap lets [http.ResponseController] at the answer below.
func (p *packed) Unwrap() http.ResponseWriter { return p.ResponseWriter }

// WriteHeader implements [http.ResponseWriter].
func (p *packed) WriteHeader(status int) {
	h := p.Header()
	if !p.begun && packable(h.Get("Content-Type")) {
		h.Add("Vary", "Accept-Encoding")
		if h.Get("Content-Encoding") == "" && status != http.StatusNotModified && status != http.StatusNoContent {
			h.Set("Content-Encoding", "gzip")
			h.Del("Content-Length")
			p.to = packers.Get().(*gzip.Writer)
			p.to.Reset(p.ResponseWriter)
		}
	}
	p.begun = true
	p.ResponseWriter.WriteHeader(status)
}

func (p *packed) Write(b []byte) (int, error) {
	if !p.begun {
		p.WriteHeader(http.StatusOK)
	}
	if p.to == nil {
		return p.ResponseWriter.Write(b)
	}
	return p.to.Write(b)
}

// close writes what is left; the reader may have gone away, and nobody is to be told.
func (p *packed) close() {
	if p.to != nil {
		_ = p.to.Close()
		packers.Put(p.to)
	}
}
