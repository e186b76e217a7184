package graph_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"mime/multipart"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/graph"
)

// TestLogTellsNoSecrets: one line for each call, with what happened and without what the caller sent.
func TestLogTellsNoSecrets(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	srv := library(t, func(c *graph.Config) { c.Logger = slog.New(slog.NewJSONHandler(&log, nil)) })
	ask(t, srv, "GET /v25.0/11/books?access_token=T&limit=1", "")
	ask(t, srv, "GET /v25.0/11?access_token=hush-hush&phone=84901234567", "")
	ask(t, srv, "POST /v25.0/11/raw", `{"access_token":"hush-hush","to":"84901234567"}`)
	ask(t, srv, "GET /v25.0/11?fields=panics", "", "Authorization: Bearer T")
	srv.Close() // the last line is written behind the answer
	text := log.String()
	if strings.Contains(text, "hush") || strings.Contains(text, "8490") {
		t.Errorf("the log tells what it should not:\n%s", text)
	}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	type line struct {
		Level, Msg, Method, Path, Trace, Kind, Edge, App, Stack string
		Status, Code                                            int
	}
	var calls []line
	var panics int
	for _, l := range lines {
		var one line
		if err := json.Unmarshal([]byte(l), &one); err != nil {
			t.Fatal(err)
		}
		if one.Msg == "graph" {
			calls = append(calls, one)
		}
		if one.Msg == "panic" && one.Stack != "" && one.Trace != "" {
			panics++
		}
	}
	if len(calls) != 4 || panics != 1 {
		t.Fatalf("%d calls and %d panics in\n%s", len(calls), panics, text)
	}
	first, refused, last := calls[0], calls[1], calls[3]
	if first.Path != "/v25.0/11/books" || first.Status != 200 || first.Kind != "shelf" || first.Edge != "books" || first.App != "1" || len(first.Trace) != 23 {
		t.Errorf("the first call: %+v", first)
	}
	if refused.Status != http.StatusUnauthorized || refused.Code != 190 {
		t.Errorf("the refused call: %+v", refused)
	}
	if last.Status != http.StatusInternalServerError || last.Code != 1 || last.Level != "ERROR" {
		t.Errorf("the call that panicked: %+v", last)
	}
}

// TestFilesOfAMultipartBodyAreRemoved: what did not fit memory leaves nothing on disk.
func TestFilesOfAMultipartBodyAreRemoved(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	srv := library(t, nil)
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("file", "a.bin")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(make([]byte, 3<<20)); err != nil {
		t.Fatal(err)
	}
	if err := w.WriteField("number", "22"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	status, got, _ := ask(t, srv, "POST /v25.0/11/books?access_token=T", b.String(), "Content-Type: "+w.FormDataContentType())
	if status != http.StatusOK || got != `{"id":"22"}` {
		t.Errorf("got %d %s", status, got)
	}
	srv.Close()
	left, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range left {
		t.Errorf("%s is left behind", f.Name())
	}
}
