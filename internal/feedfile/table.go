package feedfile

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"path"
	"strings"
	"unicode/utf8"
)

// delimiters are those of the contract, the likeliest first.
var delimiters = []struct {
	name string
	c    byte
}{{"TAB", '\t'}, {"COMMA", ','}, {"SEMICOLON", ';'}, {"BAR", '|'}, {"TILDE", '~'}}

// openTable finds out how a table separates its cells and reads its header.
func (r *Reader) openTable(text *bufio.Reader, o Options) error {
	t := &table{in: text, limit: r.limits.Row, quotes: !strings.EqualFold(o.QuotedFields, "off"), guessed: r.guessed, end: '\n'}
	head, err := text.Peek(sniffed)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if bytes.IndexByte(head, '\n') < 0 && bytes.IndexByte(head, '\r') >= 0 {
		t.end = '\r' // as old versions of Excel on a Mac end lines
	}
	name := strings.ToUpper(o.Delimiter)
	hint := excelHint(head)
	switch {
	case name != "" && name != "AUTODETECT":
	case hint != "":
		name = hint
	default:
		name = sniffDelimiter(headerLine(head, t.end), o.Name)
	}
	for _, d := range delimiters {
		if d.name == name {
			t.delimiter = d.c
		}
	}
	if t.delimiter == 0 {
		return fail(0, "there is no delimiter %q; the delimiters are TAB, COMMA, BAR, TILDE, SEMICOLON and AUTODETECT", o.Delimiter)
	}
	r.format.Kind, r.format.Delimiter = "csv", name
	if name == "TAB" {
		r.format.Kind = "tsv"
	}
	if hint != "" {
		if _, err := t.line(); err != nil && !errors.Is(err, io.EOF) {
			return err
		}
	}
	var header []string
	for header == nil {
		cells, problem, err := t.record()
		switch {
		case errors.Is(err, io.EOF):
			return fail(0, "the file has no header row")
		case err != nil:
			return err
		case problem != "":
			return fail(1, "the header row cannot be read: %s", problem)
		}
		if !blank(cells) && !strings.HasPrefix(cells[0], "#") { // Meta's templates have hints above the header
			header = append(header, cells...)
		}
	}
	t.number = 1
	if err := r.setColumns(header); err != nil {
		return err
	}
	t.names = r.columns
	r.source = t
	r.translate()
	return nil
}

// headerLine is the first line that is no comment.
func headerLine(head []byte, end byte) []byte {
	for {
		line, rest, more := bytes.Cut(head, []byte{end})
		if !more || (len(bytes.TrimSpace(line)) > 0 && line[0] != '#') {
			return line
		}
		head = rest
	}
}

// excelHint is the delimiter that a first line "sep=;" names, as Excel writes it.
func excelHint(head []byte) string {
	if len(head) < 6 || !strings.EqualFold(string(head[:4]), "sep=") || (head[5] != '\r' && head[5] != '\n') {
		return ""
	}
	for _, d := range delimiters {
		if d.c == head[4] {
			return d.name
		}
	}
	return ""
}

// sniffDelimiter is the one that stands most often in the header, outside quotes.
func sniffDelimiter(line []byte, name string) string {
	counts := map[byte]int{}
	quoted := false
	for _, c := range line {
		if c == '"' {
			quoted = !quoted
		} else if !quoted {
			counts[c]++
		}
	}
	best, most := "COMMA", 0
	if strings.EqualFold(path.Ext(name), ".tsv") {
		best = "TAB"
	}
	for _, d := range delimiters {
		if counts[d.c] > most {
			best, most = d.name, counts[d.c]
		}
	}
	return best
}

// table reads delimited text. Quotes count at the beginning of a cell only, so that 6" pipes are no quotes.
type table struct {
	in        *bufio.Reader
	delimiter byte
	end       byte // of a line
	quotes    bool
	guessed   bool // whether nobody said how the file is written
	odd       bool // whether bytes of the record are no text
	limit     int
	number    int
	names     []string
	buf       []byte
	cells     []string
	values    []string
}

func (t *table) next() (Row, error) {
	for {
		cells, problem, err := t.record()
		if err != nil {
			return Row{}, err
		}
		t.number++
		if problem != "" {
			return Row{Number: t.number, Problem: problem}, nil
		}
		if blank(cells) {
			continue
		}
		return t.row(cells), nil
	}
}

// row puts cells under their columns.
func (t *table) row(cells []string) Row {
	row := Row{Number: t.number, Names: t.names}
	t.values = t.values[:0]
	for n := range t.names {
		value := ""
		if n < len(cells) {
			value = cells[n]
		}
		t.values = append(t.values, value)
	}
	row.Values = t.values
	if t.odd {
		row.Warning = oddBytes
	}
	if len(cells) > len(t.names) && !blank(cells[len(t.names):]) {
		row.Warning = "the row has more cells than the header has columns; the last ones are left out. Put texts that hold the delimiter in quotes"
	}
	return row
}

func blank(cells []string) bool {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

// record reads one record. problem: it cannot be read, and the next one can.
func (t *table) record() (cells []string, problem string, err error) {
	t.buf = t.buf[:0]
	quoted := false
	for {
		start := len(t.buf)
		tooLong, err := t.line()
		if tooLong {
			return nil, "the row is longer than a megabyte; is a quote left open?", nil
		}
		if err != nil && (len(t.buf) == start || !errors.Is(err, io.EOF)) {
			if errors.Is(err, io.EOF) && quoted {
				return nil, "a quote is left open at the end of the file", nil
			}
			return nil, "", err
		}
		if !t.quotes {
			break
		}
		if quoted = t.open(t.buf[start:], quoted); !quoted {
			break
		}
		if errors.Is(err, io.EOF) {
			return nil, "a quote is left open at the end of the file", nil
		}
	}
	text := string(t.buf)
	if t.odd = !isText(t.buf); t.odd {
		if t.guessed && !utf8.ValidString(text) {
			text = mendLatin(text)
		}
		text = mend(text)
	}
	return t.split(text), "", nil
}

// line appends the next line, with its end.
func (t *table) line() (tooLong bool, err error) {
	for {
		part, err := t.in.ReadSlice(t.end)
		if len(t.buf)+len(part) > t.limit {
			for errors.Is(err, bufio.ErrBufferFull) {
				_, err = t.in.ReadSlice(t.end)
			}
			return true, nil
		}
		t.buf = append(t.buf, part...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return false, err
		}
	}
}

// open tells whether a quote is open behind a line, which began inside one when quoted is set. It goes from quote
// to quote: only those count that begin a cell or end what one began.
func (t *table) open(line []byte, quoted bool) bool {
	for n, first := 0, !quoted; ; {
		at := bytes.IndexByte(line[n:], '"')
		if at < 0 {
			return quoted
		}
		at += n
		switch {
		case quoted && at+1 < len(line) && line[at+1] == '"':
			at++
		case quoted:
			quoted, first = false, false
		default:
			before := bytes.TrimRight(line[n:at], " ")
			quoted = len(before) == 0 && first || len(before) > 0 && before[len(before)-1] == t.delimiter
			first = false
		}
		n = at + 1
	}
}

// split cuts a record into cells, without the spaces around them.
func (t *table) split(text string) []string {
	text = strings.TrimRight(text, "\r\n")
	t.cells = t.cells[:0]
	for {
		cell, rest, more := t.cell(text)
		t.cells = append(t.cells, cell)
		if !more {
			return t.cells
		}
		text = rest
	}
}

func (t *table) cell(text string) (cell, rest string, more bool) {
	if text != "" && text[0] != ' ' && text[0] != '"' {
		at := strings.IndexByte(text, t.delimiter)
		if at < 0 {
			return trim(text), "", false
		}
		return trim(text[:at]), text[at+1:], true
	}
	trimmed := strings.TrimLeft(text, " ")
	if !t.quotes || !strings.HasPrefix(trimmed, `"`) {
		at := strings.IndexByte(text, t.delimiter)
		if at < 0 {
			return trim(text), "", false
		}
		return trim(text[:at]), text[at+1:], true
	}
	inside := trimmed[1:]
	for n := 0; n < len(inside); n++ {
		if inside[n] != '"' {
			continue
		}
		if n+1 < len(inside) && inside[n+1] == '"' {
			n++
			continue
		}
		cell, after := strings.ReplaceAll(inside[:n], `""`, `"`), inside[n+1:]
		at := strings.IndexByte(after, t.delimiter)
		if at < 0 {
			return strings.TrimSpace(cell + after), "", false
		}
		return strings.TrimSpace(cell + after[:at]), after[at+1:], true
	}
	return strings.TrimSpace(inside), "", false
}

// trim is strings.TrimSpace, quick where there is nothing to trim.
func trim(s string) string {
	if s == "" || tight(s[0]) && tight(s[len(s)-1]) {
		return s
	}
	return strings.TrimSpace(s)
}

func tight(c byte) bool { return c > ' ' && c < 0x80 }
