package feedfile_test

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/feedfile"
)

// FuzzOpen: whatever bytes come, reading ends with rows or with words, within bounds.
func FuzzOpen(f *testing.F) {
	for _, seed := range []string{
		"", "id,title\n1,a\n", rss, "PK\x03\x04", "\x1f\x8b", "BZh9", "\x28\xb5\x2f\xfd", "\xff\xfei\x00d\x00", "id\t\"", "<rss><item", "<feed><entry><id>&#x41;</id></entry></feed>",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		limits := feedfile.DefaultLimits()
		limits.Bytes, limits.Row, limits.Rows = 1<<20, 4096, 1000
		lines, _, err := read(spool(t, in), feedfile.Options{Limits: limits})
		var e *feedfile.Error
		if err != nil && (!errors.As(err, &e) || e.Reason == "") {
			t.Errorf("%q ended with %v", in, err)
		}
		if len(lines) > 1000 {
			t.Errorf("%d rows, 1000 are allowed", len(lines))
		}
	})
}

// FuzzCSV holds the table reader against encoding/csv on well-formed input.
func FuzzCSV(f *testing.F) {
	f.Add("a", "b,c", "d\"e\nf")
	f.Add("", " x ", "\r\n")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		for _, s := range []string{a, b, c} {
			if strings.ContainsAny(s, "\r\x00\uFFFD\uFEFF") || s != strings.ToValidUTF8(s, "") {
				return
			}
		}
		var buf bytes.Buffer
		w := csv.NewWriter(&buf)
		_ = w.WriteAll([][]string{{"id", "title", "description", "brand"}, {"1", a, b, c}, {"2", "x", "y", "z"}})
		r, err := feedfile.Open(spool(t, buf.Bytes()), feedfile.Options{Delimiter: "COMMA", Encoding: "UTF8"})
		if err != nil {
			t.Fatalf("%q: %v", buf.String(), err)
		}
		defer func() { _ = r.Close() }()
		row, err := r.Next()
		if err != nil {
			t.Fatalf("%q: %v", buf.String(), err)
		}
		for n, want := range []string{"1", a, b, c} {
			if row.Values[n] != strings.TrimSpace(want) {
				t.Errorf("cell %d of %q is %q, want %q", n, buf.String(), row.Values[n], want)
			}
		}
		if row, err = r.Next(); err != nil || row.Values[0] != "2" {
			t.Errorf("the second row of %q is %v, %v", buf.String(), row, err)
		}
	})
}

// FuzzXML holds the scanner against encoding/xml: what that one takes as a product's texts, this one reads too.
func FuzzXML(f *testing.F) {
	f.Add("<title>a</title>")
	f.Add("<g:title><![CDATA[a]]>b</g:title><!-- c --><brand>x &amp; y</brand>")
	f.Add("<title>a<b>c</b></title><description>&#7903;</description>")
	f.Fuzz(func(t *testing.T, inside string) {
		text := `<?xml version="1.0"?><rss xmlns:g="http://base.google.com/ns/1.0"><channel><item><id>1</id>` + inside + `</item></channel></rss>`
		want, ok := oracle(text)
		if !ok {
			return
		}
		r, err := feedfile.Open(spool(t, []byte(text)), feedfile.Options{Encoding: "UTF8"})
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		defer func() { _ = r.Close() }()
		row, err := r.Next()
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		for n, name := range row.Names {
			if w, ok := want[name]; ok && row.Values[n] != w {
				t.Errorf("%s of %q is %q, want %q", name, text, row.Values[n], w)
			}
		}
	})
}

// oracle reads the texts of a product's children with encoding/xml; ok: the XML is plain enough to compare.
func oracle(text string) (values map[string]string, ok bool) {
	values = map[string]string{}
	dec := xml.NewDecoder(strings.NewReader(text))
	items, depth := 0, 0
	var name string
	var b strings.Builder
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return values, items == 1
		}
		if err != nil {
			return nil, false
		}
		switch tok := tok.(type) {
		case xml.Directive:
			return nil, false
		case xml.StartElement:
			if tok.Name.Local == "item" {
				items++
			}
			if depth++; depth == 4 {
				name = tok.Name.Local
				b.Reset()
			}
			if name != "title" && name != "description" && name != "brand" && depth >= 4 {
				return nil, false // other names may go by another one
			}
			if len(tok.Attr) > 0 && depth >= 4 || items > 1 {
				return nil, false
			}
		case xml.CharData:
			if depth == 4 {
				b.Write(tok)
			}
		case xml.EndElement:
			if depth == 4 {
				if _, twice := values[name]; twice || strings.Contains(b.String(), "\r") {
					return nil, false
				}
				values[name] = strings.TrimSpace(b.String())
			}
			depth--
		}
	}
}
