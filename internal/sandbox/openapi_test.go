package sandbox_test

import (
	"bytes"
	"flag"
	"io"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/sandbox"
)

var update = flag.Bool("update", false, "write the golden document anew")

func TestGoldenDocument(t *testing.T) {
	t.Parallel()
	c := clock.NewFixed(dbtest.Start)
	w := open(t, dbtest.SQLite(t, c), c)
	res, err := http.Get(w.url + sandbox.Prefix + "/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join("testdata", "openapi.json")
	if *update {
		if err := os.WriteFile(file, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := os.ReadFile(file); err != nil || !bytes.Equal(got, want) {
		t.Errorf("the document is not that of %s (%v); look at it and run: go test ./internal/sandbox -run Golden -update", file, err)
	}
}

// Every call of the document is served, and the document is complete in itself.
func TestTheDocumentIsServed(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		w := open(t, d, c)
		if w.doc["openapi"] != "3.1.0" {
			t.Errorf("the document is of OpenAPI %v", w.doc["openapi"])
		}
		ids := map[string]bool{}
		paths := w.doc["paths"].(map[string]any)
		w.token = ""
		for path, operations := range paths {
			for method, o := range operations.(map[string]any) {
				op := o.(map[string]any)
				name := op["operationId"].(string)
				if ids[name] || op["summary"] == "" {
					t.Errorf("%s %s: operationId %s is not its own, or there is no summary", method, path, name)
				}
				ids[name] = true
				w.checkParameters(path, op)
				status, v := w.call(strings.ToUpper(method), strings.TrimPrefix(path, sandbox.Prefix), "")
				if status != http.StatusUnauthorized {
					t.Errorf("%s %s without a token answered %d %v: it is not served", method, path, status, v)
				}
			}
			status, _ := w.call(http.MethodPatch, strings.TrimPrefix(path, sandbox.Prefix), "")
			if status != http.StatusBadRequest {
				t.Errorf("PATCH %s answered %d", path, status)
			}
		}
		if len(ids) < 19 {
			t.Errorf("the document has %d calls only", len(ids))
		}
		w.checkRefs(w.doc)
	})
}

var inPath = regexp.MustCompile(`\{([^}]+)\}`)

func (w *world) checkParameters(path string, op map[string]any) {
	w.Helper()
	var want, have []string
	for _, m := range inPath.FindAllStringSubmatch(path, -1) {
		want = append(want, m[1])
	}
	params, _ := op["parameters"].([]any)
	for _, p := range params {
		p := p.(map[string]any)
		if p["description"] == "" || p["schema"] == nil {
			w.Errorf("%s: parameter %v is not described", path, p["name"])
		}
		if p["in"] == "path" {
			have = append(have, p["name"].(string))
		}
	}
	if !slices.Equal(want, have) {
		w.Errorf("%s describes %q", path, have)
	}
}

// checkRefs follows every reference of the document.
func (w *world) checkRefs(v any) {
	w.Helper()
	switch v := v.(type) {
	case map[string]any:
		if r, ok := v["$ref"].(string); ok && w.deref(r) == nil {
			w.Errorf("%s leads nowhere", r)
		}
		for _, x := range v {
			w.checkRefs(x)
		}
	case []any:
		for _, x := range v {
			w.checkRefs(x)
		}
	}
}

func (w *world) deref(ref string) map[string]any {
	all := w.doc["components"].(map[string]any)["schemas"].(map[string]any)
	s, _ := all[strings.TrimPrefix(ref, "#/components/schemas/")].(map[string]any)
	return s
}

// conforms checks an answer against its schema in the document.
func (w *world) conforms(method, route string, status int, v any) {
	w.Helper()
	at := w.doc["paths"].(map[string]any)[sandbox.Prefix+route]
	for _, key := range []string{strings.ToLower(method), "responses", strconv.Itoa(status), "content", "application/json", "schema"} {
		m, ok := at.(map[string]any)
		if !ok || m[key] == nil {
			w.Fatalf("%s %s: the document has no %s for %d", method, route, key, status)
		}
		at = m[key]
	}
	w.matches(method+" "+route, at.(map[string]any), v)
}

// matches is as much of JSON Schema as the document uses.
func (w *world) matches(where string, schema map[string]any, v any) {
	w.Helper()
	if r, ok := schema["$ref"].(string); ok {
		schema = w.deref(r)
	}
	ok := true
	switch schema["type"] {
	case "string":
		var text string
		if text, ok = v.(string); ok && schema["format"] == "date-time" {
			_, err := time.Parse(time.RFC3339Nano, text)
			ok = err == nil
		}
		if p, has := schema["pattern"].(string); ok && has {
			ok = regexp.MustCompile(p).MatchString(text)
		}
	case "integer":
		var n float64
		n, ok = v.(float64)
		ok = ok && n == math.Trunc(n)
	case "number":
		_, ok = v.(float64)
	case "boolean":
		_, ok = v.(bool)
	case "array":
		var list []any
		list, ok = v.([]any)
		for n, x := range list {
			w.matches(where+"["+strconv.Itoa(n)+"]", schema["items"].(map[string]any), x)
		}
	case "object":
		var m map[string]any
		if m, ok = v.(map[string]any); ok {
			w.matchesObject(where, schema, m)
		}
	default:
		w.Errorf("%s: the document says nothing of %v", where, v)
	}
	if !ok {
		w.Errorf("%s is %v, which is no %v", where, v, schema["type"])
	}
}

func (w *world) matchesObject(where string, schema, v map[string]any) {
	w.Helper()
	required, _ := schema["required"].([]any)
	for _, name := range required {
		if _, ok := v[name.(string)]; !ok {
			w.Errorf("%s lacks %v", where, name)
		}
	}
	props := schema["properties"].(map[string]any)
	for name, x := range v {
		p, ok := props[name].(map[string]any)
		if !ok {
			w.Errorf("%s has %s, which the document does not", where, name)
			continue
		}
		w.matches(where+"."+name, p, x)
	}
}
