package feedfile_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/klauspost/compress/zstd"

	"github.com/hawkerhq/hawker/internal/feedfile"
)

// delimiters of tables, each with the word for it.
var delimiters = []string{",", ";", "|", "~", "\t"}

// table writes rows as a spreadsheet would: with quotes where they are needed, or around every cell.
func table(rows [][]string, delimiter string, quoted bool) string {
	var b strings.Builder
	for _, row := range rows {
		for n, cell := range row {
			if n > 0 {
				b.WriteString(delimiter)
			}
			if quoted || strings.ContainsAny(cell, delimiter+"\"\n\r") {
				cell = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
			}
			b.WriteString(cell)
		}
		b.WriteString("\r\n")
	}
	return b.String()
}

// inEncoding writes text with a mark, or as plain UTF-8.
func inEncoding(text string, kind uint8) []byte {
	wide := func(order binary.AppendByteOrder) (b []byte) {
		b = order.AppendUint16(nil, 0xFEFF)
		for _, c := range utf16.Encode([]rune(text)) {
			b = order.AppendUint16(b, c)
		}
		return b
	}
	switch kind % 4 {
	case 1:
		return append([]byte("\xef\xbb\xbf"), text...)
	case 2:
		return wide(binary.LittleEndian)
	case 3:
		return wide(binary.BigEndian)
	}
	return []byte(text)
}

// fitForCells tells whether text comes out of a table as it went in: no marks, no zeros, and no break of another kind.
func fitForCells(list ...string) bool {
	return !slices.ContainsFunc(list, func(s string) bool {
		return strings.ContainsAny(s, "\r\x00\uFFFD\uFEFF") || s != strings.ToValidUTF8(s, "")
	})
}

// FuzzSniff: whatever the delimiter, the quotes and the encoding of a table, and without a word about them, what is read is what
// was written.
func FuzzSniff(f *testing.F) {
	f.Add("Phở bò, tái", `13" screen`, "a\nb", uint8(0), false, uint8(0))
	f.Add("a;b|c~d\te,f", "", "1,5", uint8(1), true, uint8(2))
	f.Add("مرحبا", "🍜", ";;;", uint8(4), false, uint8(3))
	f.Add(`"`, `""`, `",`, uint8(2), false, uint8(1))
	file := spool(f, nil)
	f.Fuzz(func(t *testing.T, a, b, c string, delimiter uint8, quoted bool, encoding uint8) {
		if !fitForCells(a, b, c) {
			return
		}
		rows := [][]string{{"id", "title", "description", "brand"}, {"1", a, b, c}, {"2", "x", "y", "z"}}
		text := table(rows, delimiters[int(delimiter)%len(delimiters)], quoted)
		r, err := feedfile.Open(respool(t, file, inEncoding(text, encoding)), feedfile.Options{})
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		defer func() { _ = r.Close() }()
		for _, want := range rows[1:] {
			row, err := r.Next()
			if err != nil || row.Problem != "" || len(row.Values) != len(want) {
				t.Fatalf("%q: %q %q %v", text, row.Values, row.Problem, err)
			}
			for n := range want {
				if row.Values[n] != strings.TrimSpace(want[n]) {
					t.Errorf("cell %d of %q is %q, want %q", n, text, row.Values[n], want[n])
				}
			}
		}
	})
}

// packed is a file in one of the containers.
func packed(t testing.TB, content []byte, kind uint8) []byte {
	t.Helper()
	var out bytes.Buffer
	var err error
	switch kind % 3 {
	case 0:
		w := gzip.NewWriter(&out)
		_, err = w.Write(content)
		err = errors.Join(err, w.Close())
	case 1:
		w := zip.NewWriter(&out)
		entry, e := w.Create("feed.csv")
		if e == nil {
			_, e = entry.Write(content)
		}
		err = errors.Join(e, w.Close())
	default:
		var w *zstd.Encoder
		if w, err = zstd.NewWriter(&out, zstd.WithEncoderConcurrency(1)); err == nil {
			_, err = w.Write(content)
			err = errors.Join(err, w.Close())
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// FuzzUnwrap: a packed file reads as the plain one does; cut off or damaged it ends with words; and never does more come out than
// the caps allow.
func FuzzUnwrap(f *testing.F) {
	f.Add("id,title\n1,a\n2,b\n", uint8(0), uint16(0), uint16(0), uint16(1))
	f.Add("id,title\n1,a\n", uint8(1), uint16(20), uint16(0), uint16(300))
	f.Add("id\tbrand\n1\tQuán\n", uint8(2), uint16(0), uint16(9), uint16(4000))
	f.Add("<rss><channel><item><id>1</id></item></channel></rss>", uint8(0), uint16(0), uint16(0), uint16(1))
	plainFile, packedFile := spool(f, nil), spool(f, nil)
	f.Fuzz(func(t *testing.T, content string, kind uint8, cut, flip, times uint16) {
		content = strings.Repeat(content, 1+int(times)%5000)
		if len(content) == 0 || len(content) > 1<<20 {
			return
		}
		limits := feedfile.DefaultLimits()
		limits.Bytes, limits.Rows = 256<<10, 5000
		want, _, wantErr := read(respool(t, plainFile, []byte(content)), feedfile.Options{Limits: limits})
		b := packed(t, []byte(content), kind)
		whole := true
		if cut > 0 && int(cut) < len(b) {
			b, whole = b[:len(b)-int(cut)], false
		}
		if flip > 0 && int(flip) <= len(b) {
			b[flip-1] ^= 0x55
			whole = false
		}
		got, _, err := read(respool(t, packedFile, b), feedfile.Options{Limits: limits})
		out := 0
		for _, line := range got {
			out += len(line)
		}
		if out > int(limits.Bytes)*4 { // each cell with the name of its column
			t.Errorf("%d bytes came out of %d", out, len(b))
		}
		var e *feedfile.Error
		if err != nil && (!errors.As(err, &e) || e.Reason == "") {
			t.Errorf("it ended with %v", err)
		}
		if container := [...]string{"\x1f\x8b", "PK\x03\x04", "\x28\xb5\x2f\xfd"}; whole && !slices.ContainsFunc(container[:], func(m string) bool { return strings.HasPrefix(content, m) }) {
			if (err == nil) != (wantErr == nil) || !slices.Equal(got, want) {
				t.Errorf("packed it reads %.300q, %v; plain %.300q, %v", got, err, want, wantErr)
			}
		}
	})
}
