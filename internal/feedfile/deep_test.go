package feedfile_test

import (
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/feedfile"
)

// TestMoreBombs: what nests deeply, has many attributes, or is packed by the other tools, is read or refused within little memory.
func TestMoreBombs(t *testing.T) { //nolint:paralleltest // counts memory
	zeros := strings.Repeat("a", 64<<20)
	for name, c := range map[string]struct {
		in    []byte
		err   string
		lines string
	}{
		"elements in elements":          {in: []byte(`<rss><channel><item><id>1</id>` + strings.Repeat("<a>", 200_000) + "x" + strings.Repeat("</a>", 100) + `</item><item><id>2</id></item></channel></rss>`), err: "nested deeper than 32 levels"},
		"elements above the products":   {in: []byte(strings.Repeat("<a>", 1<<20) + `<rss><channel><item><id>1</id></item></channel></rss>`), err: "the XML begins with <a>"},
		"a hundred thousand attributes": {in: []byte(`<rss><channel><item><id` + strings.Repeat(` a="1"`, 100_000) + `>1</id></item><item><id>2</id></item></channel></rss>`), lines: "2 id=1|3 id=2"},
		"zstd of one long row":          {in: packed(t, []byte("id,title\n1,"+zeros), 2), err: "unpacks to more than", lines: "2 PROBLEM the row is longer than a megabyte; is a quote left open?"},
		"a zip of one long row":         {in: packed(t, []byte("id,title\n1,"+zeros), 1), err: "unpacks to more than", lines: "2 PROBLEM the row is longer than a megabyte; is a quote left open?"},
	} {
		f := spool(t, c.in)
		c.in = nil
		var lines []string
		var err error
		grown := grownBy(func() { lines, _, err = read(f, feedfile.Options{}) })
		if got := strings.Join(lines, "|"); got != c.lines || (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: %v after %.300q, want %q after %q", name, err, got, c.err, c.lines)
		}
		if grown > 16<<20 {
			t.Errorf("%s: the heap grew by %d MB", name, grown>>20)
		}
	}
}
