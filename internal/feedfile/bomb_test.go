package feedfile_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/klauspost/compress/flate"
	"github.com/xuri/excelize/v2"

	"github.com/hawkerhq/hawker/internal/feedfile"
)

// bombMemory is how much memory reading any bomb may take from the system.
const bombMemory = 64 << 20

// archive writes a zip file entry by entry.
func archive(t testing.TB, write func(w *zip.Writer) error) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	if err := errors.Join(write(w), w.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// lie adds an entry that says it unpacks to another size than it does.
func lie(w *zip.Writer, name string, content []byte, says uint64) error {
	var packed bytes.Buffer
	d, err := flate.NewWriter(&packed, flate.BestSpeed)
	if err != nil {
		return err
	}
	if _, err := d.Write(content); err != nil {
		return err
	}
	if err := d.Close(); err != nil {
		return err
	}
	f, err := w.CreateRaw(&zip.FileHeader{
		Name: name, Method: zip.Deflate, CRC32: crc32.ChecksumIEEE(content), CompressedSize64: uint64(packed.Len()), UncompressedSize64: says,
	})
	if err != nil {
		return err
	}
	_, err = f.Write(packed.Bytes())
	return err
}

// workbook is an Excel file whose sheet, or another part, is replaced.
func workbook(t testing.TB, replace map[string]string, lies map[string]uint64) []byte {
	t.Helper()
	book := excelize.NewFile()
	if err := book.SetCellValue("Sheet1", "A1", "id"); err != nil {
		t.Fatal(err)
	}
	plain, err := book.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	in, err := zip.NewReader(bytes.NewReader(plain.Bytes()), int64(plain.Len()))
	if err != nil {
		t.Fatal(err)
	}
	return archive(t, func(w *zip.Writer) error {
		for _, entry := range in.File {
			f, err := entry.Open()
			if err != nil {
				return err
			}
			b, err := io.ReadAll(f)
			if err != nil {
				return err
			}
			if text, ok := replace[entry.Name]; ok {
				b = []byte(text)
			}
			if err := lie(w, entry.Name, b, uint64(len(b))); err != nil {
				return err
			}
		}
		for name, says := range lies {
			if err := lie(w, name, []byte("x"), says); err != nil {
				return err
			}
		}
		return nil
	})
}

const (
	sheetHead = `<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`
	sheetEnd  = `</sheetData></worksheet>`
	sheetPart = "xl/worksheets/sheet1.xml"
)

func sheetXML(rows string) map[string]string {
	return map[string]string{sheetPart: sheetHead + rows + sheetEnd}
}

func text(cell, s string) string {
	return `<c r="` + cell + `" t="inlineStr"><is><t>` + s + `</t></is></c>`
}

// TestBombs: what unpacks to gigabytes, lists millions of files, or never ends a row, is refused or left out within
// little memory.
func TestBombs(t *testing.T) {
	csvRow := "id,title\n1," + strings.Repeat("a", 1000) + "\n"
	member := gz(t, bytes.Repeat([]byte("a"), 16<<20))
	for name, c := range map[string]struct {
		in    []byte
		err   string // "" : the file is read
		lines []string
	}{
		"640 MB in gzip, one row": {in: append(gz(t, []byte("id,title\n1,")), bytes.Repeat(member, 40)...), err: "unpacks to more than"},
		"many rows in gzip":       {in: gz(t, bytes.Repeat([]byte(csvRow), 60_000)), err: "unpacks to more than"},
		"42.zip": {in: archive(t, func(w *zip.Writer) error {
			inner := zipped(t, "0.dll", strings.Repeat("0", 1<<20))
			for n := range 16 {
				if err := lie(w, fmt.Sprintf("lib %d.zip", n), inner, uint64(len(inner))); err != nil {
					return err
				}
			}
			return nil
		}), err: "more than one file"},
		"a zip in a zip":              {in: zipped(t, "lib.zip", string(zipped(t, "0.csv", csvRow))), err: "holds another packed file"},
		"a zip that unpacks to more":  {in: archive(t, func(w *zip.Writer) error { return lie(w, "a.csv", bytes.Repeat([]byte(csvRow), 10_000), 20) }), err: "is damaged"},
		"a zip that says 16 exabytes": {in: archive(t, func(w *zip.Writer) error { return lie(w, "a.csv", []byte("id\n1\n"), 1<<63) }), err: "is damaged"},
		"a hundred thousand files": {in: archive(t, func(w *zip.Writer) error {
			for n := range 100_000 {
				if _, err := w.CreateRaw(&zip.FileHeader{Name: fmt.Sprint(n)}); err != nil {
					return err
				}
			}
			return nil
		}), err: "lists too many files"},
		"a symbolic link": {in: archive(t, func(w *zip.Writer) error {
			h := &zip.FileHeader{Name: "feed.csv"}
			h.SetMode(fs.ModeSymlink | 0o777)
			f, err := w.CreateHeader(h)
			if err == nil {
				_, err = io.WriteString(f, "/etc/passwd")
			}
			return err
		}), err: "holds no regular file"},
		"a workbook with a sheet of gigabytes": {in: workbook(t, nil, map[string]uint64{"xl/worksheets/sheet2.xml": 5 << 30}), err: "the workbook unpacks to more than"},
		"a workbook of too many sizes":         {in: workbook(t, nil, map[string]uint64{"xl/worksheets/sheet2.xml": 1 << 63, "xl/worksheets/sheet3.xml": 1 << 63}), err: "the workbook unpacks to more than"},
		"a workbook that understates":          {in: archive(t, func(w *zip.Writer) error { return lie(w, "xl/workbook.xml", make([]byte, 128<<20), 10) }), err: "cannot be opened"},
		"a workbook with two billion rows":     {in: workbook(t, sheetXML(`<row r="1">`+text("A1", "id")+`</row><row r="2000000000">`+text("A2000000000", "x")+`</row>`), nil), err: "row number exceeds"},
		"a workbook of entities": {
			in:  workbook(t, map[string]string{sheetPart: `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>`}, nil),
			err: "feedfile",
		},
		"billion laughs":            {in: []byte(`<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]><rss><channel><item><id>&lol2;</id></item></channel></rss>`), err: "declares a document type"},
		"an external entity inside": {in: []byte(`<rss><channel><item><!ENTITY x SYSTEM "file:///etc/passwd"><id>1</id></item></channel></rss>`), err: "declares a document type"},
		"an entity nobody declared": {in: []byte(`<rss><channel><item><id>&lol;</id></item></channel></rss>`), lines: []string{"2 id=&lol;"}},
		"a comment of 64 MB":        {in: []byte(`<rss><channel><!--` + strings.Repeat("-x", 32<<20) + `--><item><id>1</id></item></channel></rss>`), lines: []string{"2 id=1"}},
		"a comment without end":     {in: []byte(`<rss><channel><!--` + strings.Repeat("x", 8<<20)), err: "ends before -->"},
		"a tag of 2 MB": {
			in:    []byte(`<rss><channel><item><id a="` + strings.Repeat("x", 2<<20) + `">1</id></item><item><id>2</id></item></channel></rss>`),
			lines: []string{"2 PROBLEM the product is longer than a megabyte", "3 id=2"},
		},
		"two million attributes": {
			in:    []byte(`<rss><channel><item><id` + strings.Repeat(` a="1"`, 1<<20) + `>1</id></item><item><id>2</id></item></channel></rss>`),
			lines: []string{"2 PROBLEM the product is longer than a megabyte", "3 id=2"},
		},
		"a CDATA section of 8 MB": {
			in:    []byte(`<rss><channel><item><id><![CDATA[` + strings.Repeat("]] >", 2<<20) + `]]></id></item><item><id>2</id></item></channel></rss>`),
			lines: []string{"2 PROBLEM the product is longer than a megabyte", "3 id=2"},
		},
		"text of 8 MB between products": {in: []byte(`<rss><channel>` + strings.Repeat("x", 8<<20) + `<item><id>2</id></item></channel></rss>`), lines: []string{"2 id=2"}},
		"a million elements":            {in: []byte(`<rss><channel><item><id>1</id>` + strings.Repeat("<a/>", 1<<20) + `</item><item><id>2</id></item></channel></rss>`), lines: []string{"2 PROBLEM the product is longer than a megabyte", "3 id=2"}},
		"a row of 8 MB": {
			in:    []byte("id,title\n1," + strings.Repeat("x", 8<<20) + "\n2,b\n"),
			lines: []string{"2 PROBLEM the row is longer than a megabyte; is a quote left open?", "3 id=2 title=b"},
		},
		"a million cells in a row": {in: []byte("id,title\n1,a" + strings.Repeat(",", 1<<20-20) + "\n2,b\n"), lines: []string{"2 id=1 title=a", "3 id=2 title=b"}},
		"a million columns":        {in: []byte("id" + strings.Repeat(",a", 1<<18) + "\n"), err: "at most 2000 are allowed"},
		"quotes and nothing else":  {in: bytes.Repeat([]byte(`"`), 1<<20), err: "names no column"},
	} {
		f := spool(t, c.in)
		c.in = nil
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		lines, _, err := read(f, feedfile.Options{})
		runtime.ReadMemStats(&after)
		switch {
		case c.err == "" && (err != nil || strings.Join(lines, "\n") != strings.Join(c.lines, "\n")):
			t.Errorf("%s: %v\n got %.300q\nwant %.300q", name, err, lines, c.lines)
		case c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)):
			t.Errorf("%s: %v after %d rows, want %q", name, err, len(lines), c.err)
		}
		if grown := int64(after.HeapSys) - int64(before.HeapSys); grown > bombMemory {
			t.Errorf("%s: the heap grew by %d MB", name, grown>>20)
		}
	}
}

// TestLimits: what is at a limit passes, and one more does not.
func TestLimits(t *testing.T) {
	t.Parallel()
	limits := feedfile.DefaultLimits()
	limits.Bytes, limits.Rows = 64, 3
	for in, want := range map[string]string{
		"id\n1\n2\n3\n":                          "",
		"id\n1\n2\n3\n4\n":                       "more than 3 rows",
		"id\n" + strings.Repeat("1", 60) + "\n":  "",
		"id\n" + strings.Repeat("1", 61) + "\n":  "larger than",
		"id\n" + strings.Repeat("1", 900) + "\n": "larger than",
	} {
		if lines, _, err := read(spool(t, []byte(in)), feedfile.Options{Limits: limits}); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%.20q: %v after %q, want %q", in, err, lines, want)
		}
	}
}

// TestWorkbooks: cells are what a person sees, pictures do not belong into a feed, and a file without a name is read too.
func TestWorkbooks(t *testing.T) {
	t.Parallel()
	rows := `<row r="1">` + text("A1", "id") + text("B1", "price") + text("C1", "expiration date") + text("D1", "gtin") + `</row>` +
		`<row r="3">` + text("A3", "1E10") + `<c r="B3"><v>19.989999999999998</v></c><c r="C3"><v>46350</v></c><c r="D3"><v>8.9345631381640005E+12</v></c></row>` +
		`<row r="4"><c r="A4"><v>42</v></c>` + text("B4", " 9.99 USD ") + text("C4", "2026-12-31") + text("D4", "0012") + text("E4", "more") + `</row>`
	want := "3 id=1E10 price=19.99 expiration_date=2026-11-24 gtin=8934563138164|4 id=42 price=9.99 USD expiration_date=2026-12-31 gtin=0012 WARNING"
	in := workbook(t, sheetXML(rows), nil)
	named := spool(t, in)
	unnamed, err := os.Create(filepath.Join(t.TempDir(), "gone"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unnamed.Close() })
	if _, err := unnamed.Write(in); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(unnamed.Name()); err != nil {
		t.Fatal(err)
	}
	for _, f := range []*os.File{named, unnamed} {
		if got, format, err := read(f, feedfile.Options{}); err != nil || strings.Join(got, "|") != want || format.Kind != "xlsx" {
			t.Errorf("%v %q, want %q", err, got, want)
		}
	}
	picture := workbook(t, nil, map[string]uint64{"xl/media/image1.png": 40 << 20})
	limits := feedfile.DefaultLimits()
	limits.Ratio = 1 << 20
	if _, _, err := read(spool(t, picture), feedfile.Options{Limits: limits}); err == nil || !strings.Contains(err.Error(), "save the sheet alone") {
		t.Errorf("a large picture: %v", err)
	}
}
