package feedfile_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/hawkerhq/hawker/internal/feedfile"
)

// grownBy is how much memory was taken from the system by f.
func grownBy(f func()) int64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return int64(after.HeapSys) - int64(before.HeapSys)
}

// overlapping is an archive whose list names one stretch of packed bytes many times over, as D. Fifield's bombs do.
func overlapping(t *testing.T, times int) []byte {
	t.Helper()
	one := zipped(t, "a.csv", strings.Repeat("id,title\n1,a\n", 1000))
	at := bytes.Index(one, []byte("PK\x01\x02"))
	end := bytes.Index(one, []byte("PK\x05\x06"))
	entry := one[at:end]
	out := append(bytes.Clone(one[:at]), bytes.Repeat(entry, times)...)
	tail := bytes.Clone(one[end:])
	binary.LittleEndian.PutUint16(tail[8:], uint16(times))
	binary.LittleEndian.PutUint16(tail[10:], uint16(times))
	binary.LittleEndian.PutUint32(tail[12:], uint32(times*len(entry)))
	return append(out, tail...)
}

// zip64Lie is an archive of one file whose list tells sizes in the 64-bit field, other than they are.
func zip64Lie(t *testing.T) []byte {
	t.Helper()
	content := []byte("id,title\n1,a\n")
	return archive(t, func(w *zip.Writer) error {
		extra := binary.LittleEndian.AppendUint16(nil, 1)
		extra = binary.LittleEndian.AppendUint16(extra, 16)
		extra = binary.LittleEndian.AppendUint64(extra, 1<<62) // unpacked
		extra = binary.LittleEndian.AppendUint64(extra, 1<<62) // packed
		f, err := w.CreateRaw(&zip.FileHeader{Name: "a.csv", Method: zip.Store, CompressedSize64: 1<<32 - 1, UncompressedSize64: 1<<32 - 1, Extra: extra})
		if err == nil {
			_, err = f.Write(content)
		}
		return err
	})
}

// wide is text in UTF-16, little endian.
func wide(s string) (b []byte) {
	for _, c := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, c)
	}
	return b
}

// TestTraps: archives and documents that mean to lead out of bounds are refused, or read as the plain files they are, within
// little memory and without a file written anywhere.
func TestTraps(t *testing.T) { //nolint:paralleltest // counts memory
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	t.Chdir(dir)
	entities := `<!DOCTYPE x [<!ENTITY a "` + strings.Repeat("a", 50_000) + `">]>`
	for name, c := range map[string]struct {
		in    []byte
		err   string // "" : the file is read
		lines string
	}{
		"a path that climbs":           {in: zipped(t, "../../../etc/feed.csv", "id,title\n1,a\n"), lines: "2 id=1 title=a"},
		"an absolute path":             {in: zipped(t, "/etc/cron.d/feed.csv", "id,title\n1,a\n"), lines: "2 id=1 title=a"},
		"a path of Windows":            {in: zipped(t, `C:\Windows\..\feed.csv`, "id,title\n1,a\n"), lines: "2 id=1 title=a"},
		"one stretch, many names":      {in: overlapping(t, 20_000), err: "more than one file"},
		"sizes of four exabytes":       {in: zip64Lie(t), err: "damaged"},
		"a list that begins elsewhere": {in: append(zipped(t, "a.csv", "id\n1\n")[:30], "PK\x05\x06\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00"...), err: "damaged"},
		"a gz in a gz":                 {in: gz(t, gz(t, []byte("id\n1\n"))), err: "holds another packed file"},
		"quadratic blow-up":            {in: []byte(`<?xml version="1.0"?>` + entities + `<rss><channel><item><id>` + strings.Repeat("&a;", 50_000) + `</id></item></channel></rss>`), err: "declares a document type"},
		"an entity from a file":        {in: []byte(`<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><item><id>&x;</id></item></channel></rss>`), err: "declares a document type"},
		"an entity from the network":   {in: []byte(`<?xml version="1.0"?><!DOCTYPE r SYSTEM "http://169.254.169.254/x.dtd"><rss><channel><item><id>1</id></item></channel></rss>`), err: "declares a document type"},
		"parameter entities":           {in: []byte(`<?xml version="1.0"?><!DOCTYPE r [<!ENTITY % p SYSTEM "http://127.0.0.1/x"> %p;]><rss/>`), err: "declares a document type"},
		"UTF-7":                        {in: []byte(`<?xml version="1.0" encoding="UTF-7"?>+ADw-rss+AD4-`), err: "holds no rss"},
		"UTF-7 of a document type":     {in: []byte(`<?xml version="1.0" encoding="utf-7"?>+ADwAIQ-DOCTYPE x+AD4-<rss><channel><item><id>+ADw-b</id></item></channel></rss>`), lines: "2 id=+ADw-b"},
		"says UTF-16 and is not":       {in: []byte(`<?xml version="1.0" encoding="UTF-16"?><rss><channel><item><id>1</id></item></channel></rss>`), lines: "2 id=1"},
		"a document type in UTF-16":    {in: append([]byte{0xff, 0xfe}, wide(`<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE x [<!ENTITY a "b">]><rss><channel><item><id>&a;</id></item></channel></rss>`)...), err: "declares a document type"},
		"UTF-16 that says UTF-8":       {in: append([]byte{0xff, 0xfe}, wide(`<?xml version="1.0" encoding="UTF-8"?><rss><channel><item><id>ở</id></item></channel></rss>`)...), lines: "2 id=ở"},
		"a document type further down": {in: []byte(`<rss><channel><item><id>1</id></item>` + strings.Repeat(" ", 200_000) + `<!DOCTYPE x><item><id>2</id></item></channel></rss>`), err: "declares a document type"},
	} {
		f := spool(t, c.in)
		c.in = nil
		var lines []string
		var err error
		grown := grownBy(func() { lines, _, err = read(f, feedfile.Options{}) })
		switch got := strings.Join(lines, "|"); {
		case c.err == "" && (err != nil || got != c.lines):
			t.Errorf("%s: %v\n got %.300q\nwant %.300q", name, err, got, c.lines)
		case c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)):
			t.Errorf("%s: %v after %q, want %q", name, err, got, c.err)
		}
		if grown > bombMemory {
			t.Errorf("%s: the heap grew by %d MB", name, grown>>20)
		}
	}
	left, err := filepath.Glob(filepath.Join(dir, "*", "*"))
	if err != nil || len(left) > 20*2 {
		t.Errorf("files were written: %q %v", left, err)
	}
	if _, err := os.Stat("/etc/cron.d/feed.csv"); err == nil {
		t.Error("a file was written by the path of an archive")
	}
}

// TestACommentOfAGigabyte is passed by in a buffer: the file has a hole, which takes no room on the disk.
func TestACommentOfAGigabyte(t *testing.T) { //nolint:paralleltest // counts memory
	f, err := os.Create(filepath.Join(t.TempDir(), "feed.xml"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	head := `<?xml version="1.0" encoding="UTF-8"?><rss><channel><!--` + strings.Repeat("a comment ", 10_000)
	if _, err := f.WriteString(head); err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt([]byte(`--><item><id>1</id></item></channel></rss>`), 1<<30); err != nil {
		t.Fatal(err)
	}
	var lines []string
	grown := grownBy(func() { lines, _, err = read(f, feedfile.Options{}) })
	if err != nil || strings.Join(lines, "|") != "2 id=1" {
		t.Errorf("%v %.200q", err, lines)
	}
	if grown > 16<<20 {
		t.Errorf("the heap grew by %d MB", grown>>20)
	}
}
