package feedfile_test

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/feedfile"
)

// respool replaces what a file holds: a file of its own for each input would be most of the time.
func respool(t testing.TB, f *os.File, b []byte) *os.File {
	t.Helper()
	if err := f.Truncate(0); err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt(b, 0); err != nil {
		t.Fatal(err)
	}
	return f
}

// FuzzOpen: whatever bytes come, reading ends with rows or with words, within bounds.
func FuzzOpen(f *testing.F) {
	for _, seed := range []string{
		"", "id,title\n1,a\n", rss, "PK\x03\x04", "\x1f\x8b", "BZh9", "\x28\xb5\x2f\xfd", "\xff\xfei\x00d\x00", "id\t\"", "<rss><item", "<feed><entry><id>&#x41;</id></entry></feed>",
	} {
		f.Add([]byte(seed))
	}
	for _, seed := range []string{
		"Handle,Title,Variant SKU,Variant Price,Option1 Name,Option1 Value\nx,X,,1,Size,S\nx,,,,,\n", "ID,Type,SKU,Regular price,Parent\n1,variable,a,,\n2,variation,,1,id:1\n",
		"sep=;\nid;title\n", "id\ttitle\r1\t\"a\rb\"\r", "<?xml version='1.0' encoding='windows-1258'?><rss><item><id>\xd2</id></item></rss>",
	} {
		f.Add([]byte(seed))
		f.Add(gz(f, []byte(seed)))
		f.Add(zipped(f, "a", seed))
	}
	f.Add(workbook(f, sheetXML(`<row r="1">`+text("A1", "id")+`</row><row r="2">`+text("A2", "x")+`</row>`), nil))
	file := spool(f, nil)
	f.Fuzz(func(t *testing.T, in []byte) {
		limits := feedfile.DefaultLimits()
		limits.Bytes, limits.Row, limits.Rows = 1<<20, 4096, 1000
		lines, _, err := read(respool(t, file, in), feedfile.Options{Limits: limits})
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
	file := spool(f, nil)
	f.Fuzz(func(t *testing.T, a, b, c string) {
		for _, s := range []string{a, b, c} {
			if strings.ContainsAny(s, "\r\x00\uFFFD\uFEFF") || s != strings.ToValidUTF8(s, "") {
				return
			}
		}
		var buf bytes.Buffer
		w := csv.NewWriter(&buf)
		_ = w.WriteAll([][]string{{"id", "title", "description", "brand"}, {"1", a, b, c}, {"2", "x", "y", "z"}})
		r, err := feedfile.Open(respool(t, file, buf.Bytes()), feedfile.Options{Delimiter: "COMMA", Encoding: "UTF8"})
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
	file := spool(f, nil)
	f.Fuzz(func(t *testing.T, inside string) {
		text := `<?xml version="1.0"?><rss xmlns:g="http://base.google.com/ns/1.0"><channel><item><id>1</id>` + inside + `</item></channel></rss>`
		want, ok := oracle(text)
		if !ok {
			return
		}
		compare(t, file, text, want)
	})
}

// TestTheOracleSpeaks: seeds are compared, so that the fuzz targets compare at all.
func TestTheOracleSpeaks(t *testing.T) {
	t.Parallel()
	want, ok := oracle(`<rss><channel><item><id>1</id><title>a<b>c</b>&amp;<![CDATA[<]]></title></item></channel></rss>`)
	if !ok || want["title"] != "a&<" || want["id"] != "1" {
		t.Errorf("%v %q", ok, want)
	}
}

// FuzzXMLText does the same with texts that are written rightly, in all the ways there are.
func FuzzXMLText(f *testing.F) {
	f.Add("a & b", "<c> ]]> &amp;", "&lt;d&gt;", "-x-", uint8(0))
	f.Add(" ở ", "", "&#x41;&#66;", ">", uint8(255))
	file := spool(f, nil)
	f.Fuzz(func(t *testing.T, escaped, section, plain, comment string, style uint8) {
		var title strings.Builder
		_ = xml.EscapeText(&title, []byte(escaped))
		inside := "<g:title>" + title.String() + "</g:title>"
		if style&1 != 0 {
			inside += "<!--" + comment + "-->"
		}
		inside += "\n<description>" + strings.Repeat(" ", int(style&2)) + "<![CDATA[" + section + "]]></description>"
		if style&4 != 0 {
			inside += "<?pi " + comment + "?>"
		}
		inside += "<g:brand>" + plain
		if style&8 != 0 {
			inside += "<b>" + title.String() + "</b><br/>" + plain + "<![CDATA[" + section + "]]>"
		}
		text := `<rss xmlns:g="http://base.google.com/ns/1.0"><channel><title>x</title><item><id>1</id>` + inside + `</g:brand></item></channel></rss>`
		want, ok := oracle(text)
		if !ok {
			return
		}
		compare(t, file, text, want)
	})
}

// compare reads a feed of one product, and wants its texts.
func compare(t *testing.T, file *os.File, text string, want map[string]string) {
	t.Helper()
	r, err := feedfile.Open(respool(t, file, []byte(text)), feedfile.Options{Encoding: "UTF8"})
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	defer func() { _ = r.Close() }()
	row, err := r.Next()
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	got := map[string]string{}
	for n, name := range row.Names {
		got[name] = row.Values[n]
	}
	for name, w := range want {
		if got[name] != w {
			t.Errorf("%s of %q is %q, want %q", name, text, got[name], w)
		}
	}
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
			if name != "id" && name != "title" && name != "description" && name != "brand" && depth >= 4 {
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
