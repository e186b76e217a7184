package ui_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/ui"
)

func TestPagesArePackedForThoseWhoTakeIt(t *testing.T) {
	t.Parallel()
	const text = "Chào quán, hôm nay có phở không? "
	long := strings.Repeat(text, 200)
	for _, c := range []struct {
		name, kind, accept, method string
		status                     int
		packed                     bool
	}{
		{"a page", "text/html; charset=utf-8", "gzip, br", "GET", 200, true},
		{"a page that is an error", "text/html; charset=utf-8", "gzip", "GET", 422, true},
		{"a style sheet", "text/css; charset=utf-8", "gzip", "GET", 200, true},
		{"a stream", "text/event-stream", "gzip", "GET", 200, false},
		{"a font", "font/woff2", "gzip", "GET", 200, false},
		{"a program that takes no packing", "text/html", "", "GET", 200, false},
		{"only the head", "text/html", "gzip", "HEAD", 200, false},
	} {
		h := ui.Pack(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", c.kind)
			w.WriteHeader(c.status)
			_, _ = io.WriteString(w, long)
			if err := http.NewResponseController(w).Flush(); err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
		}))
		req := httptest.NewRequestWithContext(t.Context(), c.method, "/", nil)
		req.Header.Set("Accept-Encoding", c.accept)
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, req)
		if rec.Code != c.status || (rec.Header().Get("Content-Encoding") == "gzip") != c.packed {
			t.Errorf("%s: %d, %v", c.name, rec.Code, rec.Header())
		}
		body := rec.Body.String()
		if c.packed {
			z, err := gzip.NewReader(rec.Body)
			if err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			b, err := io.ReadAll(z)
			if err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			if body = string(b); rec.Header().Get("Vary") != "Accept-Encoding" {
				t.Errorf("%s: it does not vary", c.name)
			}
		}
		if body != long {
			t.Errorf("%s: %d bytes came, %d were written", c.name, len(body), len(long))
		}
	}
	none := httptest.NewRecorder()
	req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	req.Header.Set("Accept-Encoding", "gzip")
	ui.Pack(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/css")
		w.WriteHeader(http.StatusNotModified)
	})).ServeHTTP(none, req)
	if none.Body.Len() != 0 || none.Header().Get("Content-Encoding") != "" {
		t.Errorf("what did not change answered %v with %d bytes", none.Header(), none.Body.Len())
	}
}
