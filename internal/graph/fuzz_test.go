package graph

import (
	"bytes"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// FuzzParseFields: what is printed reads back as the same, and no input breaks the parser.
func FuzzParseFields(f *testing.F) {
	for _, s := range []string{
		"id,name", "a{b{c}}", "products.limit(2).after(QVM){retailer_id}", `x.filter({"a":")"}).as(y)`, `["a","b{c}"]`, "a,,b,", "a{", "a.b", "{", "a.b(", `a.b("`, "a{}",
		strings.Repeat("a{", 40), "a.as(b),a.as(b){c}", "é", "a b",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		list, err := ParseFields(text)
		if err != nil {
			if !utf8.ValidString(err.Error()) && utf8.ValidString(text) {
				t.Errorf("the complaint about %q is not UTF-8", text)
			}
			return
		}
		again, err := ParseFields(FormatFields(list))
		if err != nil {
			t.Fatalf("%q prints as %q: %v", text, FormatFields(list), err)
		}
		if FormatFields(again) != FormatFields(list) {
			t.Errorf("%q prints as %q and then as %q", text, FormatFields(list), FormatFields(again))
		}
	})
}

// FuzzPath: a path never has an id with a slash of its own making, and doubled slashes change nothing.
func FuzzPath(f *testing.F) {
	for _, s := range []string{"/v25.0/1/products", "//v2.12//me/", "/catalog:1:c2t1=", "/a%2Fb/c", "/%zz", "/v25/1", "/v99999.0", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := parsePath(text)
		if err != nil {
			return
		}
		again, err := parsePath(strings.ReplaceAll("/"+text+"/", "/", "//"))
		if err == nil && again != p {
			t.Errorf("%q is %+v, with doubled slashes %+v", text, p, again)
		}
		if p.version == "" && p.major != 0 {
			t.Errorf("%q: a number without a version", text)
		}
	})
}

// FuzzCursor: every key comes back, and no text breaks the decoder.
func FuzzCursor(f *testing.F) {
	f.Add("123", "QVMTIz")
	f.Add("sku/1 é", "QV====")
	f.Fuzz(func(t *testing.T, key, text string) {
		if key != "" && len(key) < 500 {
			if got, err := decodeCursor("after", encodeCursor(key)); err != nil || got != key {
				t.Errorf("%q comes back as %q, %v", key, got, err)
			}
		}
		if got, err := decodeCursor("after", text); err == nil && got == "" {
			t.Errorf("%q decodes to nothing", text)
		}
	})
}

// FuzzBody: a body of any type is read or refused with a fault, and what a JSON body held comes out as it
// stood.
func FuzzBody(f *testing.F) {
	f.Add("application/json", []byte(`{"a":{"b":[1,"x"]},"c":null}`))
	f.Add("application/json", []byte(`{"a":1,"a":2}`))
	f.Add("application/x-www-form-urlencoded", []byte("a=1&b=%7B%7D&c=%zz"))
	f.Add("multipart/form-data; boundary=b", []byte("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b--\r\n"))
	f.Add("text/plain", []byte(`{`))
	f.Add("application/json", []byte(strings.Repeat("[", 1000)))
	e := New(Config{}, nil, nil)
	f.Fuzz(func(t *testing.T, contentType string, b []byte) {
		r := &Request{Params: &Params{m: map[string]value{}}, Method: http.MethodPost, Header: http.Header{}}
		op := &operation{method: http.MethodPost, body: body{bytes.NewReader(b), contentType}, header: http.Header{}}
		if err := e.readBody(r, op, Edge{}); err != nil {
			if w, status := e.Error(err, "A", ""); status >= http.StatusInternalServerError {
				t.Fatalf("%q %q: %v", contentType, b, w)
			}
			return
		}
		for _, name := range r.Params.Names() {
			r.Params.Text(name)
			r.Params.Int(name)
			r.Params.Bool(name)
			r.Params.Strings(name)
			if v := r.Params.JSON(name); v != nil && !v.IsValid() {
				t.Errorf("%q: %s is given as the invalid JSON %q", b, name, v)
			}
		}
		if o := r.Params.Object(); !o.IsValid() {
			t.Errorf("%q becomes the invalid object %q", b, o)
		}
	})
}

// FuzzBatch: no batch breaks the runner, and each operation has its place in the answer.
func FuzzBatch(f *testing.F) {
	f.Add(`[{"method":"GET","relative_url":"x","name":"a"},{"relative_url":"{result=a:$.id}","depends_on":"a"}]`)
	f.Add(`[{"relative_url":"%7Bresult%3Da:$..x%5B*%5D%7D"}]`)
	f.Add(`[null,{"headers":["a"],"body":{}}]`)
	e := New(Config{}, nil, map[string]Root{"x": {Public: true, Get: func(*Request) (any, error) { return map[string]any{"id": "1"}, nil }}})
	f.Fuzz(func(t *testing.T, batch string) {
		r := &Request{ctx: t.Context(), engine: e, Params: NewParams(map[string]string{"batch": batch}), Header: http.Header{}, warnings: new([]warning), objects: new(int)}
		out, err := e.batch(r, &operation{})
		if err != nil {
			if _, status := e.Error(err, "A", ""); status >= http.StatusInternalServerError {
				t.Fatalf("%q: %v", batch, err)
			}
			return
		}
		if !jsontext.Value(out).IsValid() {
			t.Errorf("%q answers %q", batch, out)
		}
	})
}

// FuzzJSONPath: an expression finds the same things each time.
func FuzzJSONPath(f *testing.F) {
	f.Add(`{"data":[{"id":"1"},{"id":2}]}`, "$.data.*.id")
	f.Add(`[[1],{"a":true}]`, "$..a")
	f.Add(`{"a":{"b":null}}`, "$['a'][0]")
	f.Fuzz(func(t *testing.T, text, expr string) {
		if len(text) > 1000 || strings.Count(expr, "..") > 3 {
			return
		}
		one, err := jsonPath([]byte(text), expr)
		two, again := jsonPath([]byte(text), expr)
		if (err == nil) != (again == nil) || !reflect.DeepEqual(one, two) {
			t.Errorf("%q in %q: %v, then %v", expr, text, one, two)
		}
	})
}
