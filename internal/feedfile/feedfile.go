// Package feedfile reads the files shops keep their products in: CSV and its relatives, Excel, RSS and Atom,
// packed or not, in whatever encoding, row by row with flat memory. It knows files and column names, and
// nothing of what a value means.
package feedfile

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// Options say what is known of a file; what is empty is found out.
type Options struct {
	Name         string // file name, for its extension
	ContentType  string
	Encoding     string // UTF8, LATIN1, UTF16LE, UTF16BE, UTF32LE, UTF32BE or AUTODETECT
	Delimiter    string // TAB, COMMA, BAR, TILDE, SEMICOLON or AUTODETECT
	QuotedFields string // on, off or autodetect
	Limits       Limits // zero: DefaultLimits
}

// Limits keep strangers' files within bounds.
type Limits struct {
	Bytes   int64 // of the unpacked file
	Ratio   int64 // unpacked to packed, after the first ten megabytes
	Row     int   // bytes of a row; a longer one is left out, and the file goes on
	Columns int
	Rows    int
	Depth   int // of XML elements
}

// DefaultLimits are 8 GB unpacked at 200:1, a megabyte a row, 2000 columns and 20 million rows.
func DefaultLimits() Limits {
	return Limits{Bytes: 8 << 30, Ratio: 200, Row: 1 << 20, Columns: 2000, Rows: 20_000_000, Depth: 32}
}

// Format is what a file turned out to be.
type Format struct {
	Container string // "", gzip, zip, bzip2, zstd
	Kind      string // csv, tsv, xlsx, rss, atom
	Delimiter string // of csv: COMMA, TAB, …
	Encoding  string // UTF8, …
	Dialect   string // whose column names: meta, google, shopify, woocommerce
}

// Row is one product of a file. Names and Values go together, and are valid until the next row is read. A
// list in XML repeats its name.
type Row struct {
	Number  int // of the row; the header of a table is 1, the first item of XML too
	Names   []string
	Values  []string
	Warning string // what is odd about the row, which counts all the same
	Problem string // why the row cannot be read; Names and Values are empty
}

// Error is what ends a file.
type Error struct {
	Row    int // where, zero for the file as a whole
	Reason string
}

func (e *Error) Error() string {
	if e.Row == 0 {
		return "feedfile: " + e.Reason
	}
	return fmt.Sprintf("feedfile: row %d: %s", e.Row, e.Reason)
}

func fail(row int, format string, args ...any) error {
	return &Error{Row: row, Reason: fmt.Sprintf(format, args...)}
}

// source reads the rows of one kind of file.
type source interface {
	next() (Row, error)
}

// Reader reads a file.
type Reader struct {
	format  Format
	columns []string
	header  []string // as the file has it
	guarded bool     // see [Harmless]
	source  source
	counter *counter
	limits  Limits
	guessed bool // whether nobody said how the file is written
	rows    int
	close   []func() error
}

// Open finds out what a file is and reads its header. The file is read from its beginning; it stays the
// caller's to close.
func Open(f *os.File, o Options) (r *Reader, err error) {
	if o.Limits == (Limits{}) {
		o.Limits = DefaultLimits()
	}
	r = &Reader{limits: o.Limits}
	defer func(opened *Reader) {
		if err != nil {
			_ = opened.Close()
		}
	}(r)
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("feedfile: %w", err)
	}
	if info.Size() == 0 {
		return nil, fail(0, "the file is empty; it needs a header row and at least one product")
	}
	r.counter = &counter{r: f}
	if isXLSX, err := r.sniffXLSX(f, info.Size()); err != nil {
		return nil, err
	} else if isXLSX {
		r.format.Kind = "xlsx"
		return r, r.openXLSX(f, info.Size())
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("feedfile: %w", err)
	}
	plain, err := r.unwrap(f, info.Size())
	if err != nil {
		return nil, err
	}
	text, err := r.decode(plain, o)
	if err != nil {
		return nil, err
	}
	return r, r.openText(text, o)
}

// openText tells XML from tables.
func (r *Reader) openText(text *bufio.Reader, o Options) error {
	head, err := text.Peek(sniffed)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return err
	}
	start := bytes.TrimLeft(head, " \t\r\n")
	if len(start) == 0 {
		return fail(0, "the file is empty; it needs a header row and at least one product")
	}
	if start[0] == '<' {
		return r.openXML(text)
	}
	if bytes.IndexByte(head, 0) >= 0 || bytes.HasPrefix(start, []byte("%PDF")) || bytes.HasPrefix(start, []byte("{")) {
		return fail(0, "this is no feed: a feed is CSV, TSV, Excel (.xlsx), RSS or Atom, plain or as gz, zip, bz2 or zst")
	}
	return r.openTable(text, o)
}

// sniffed is how much of a file is looked at to find out what it is.
const sniffed = 64 << 10

// Format tells what the file turned out to be.
func (r *Reader) Format() Format { return r.format }

// Columns are the names of a table's columns, the known ones as Meta calls them in batches; nil for XML.
func (r *Reader) Columns() []string { return r.columns }

// Header are the names of a table's columns as the file has them, one for each value of a row; nil for XML and for the
// files of other tools, whose rows are made anew.
func (r *Reader) Header() []string {
	if r.format.Dialect != "meta" && r.format.Dialect != "google" {
		return nil
	}
	return r.header
}

// BytesRead is how much of the packed file was read, for a progress bar.
func (r *Reader) BytesRead() int64 { return r.counter.n }

// Next returns the next row, [io.EOF] behind the last one, and an [*Error] where the file breaks off.
func (r *Reader) Next() (Row, error) {
	row, err := r.source.next()
	if err != nil {
		return Row{}, err
	}
	if r.guarded {
		unguardAll(row)
	}
	if r.rows++; r.rows > r.limits.Rows {
		return Row{}, fail(row.Number, "the file has more than %d rows; split it", r.limits.Rows)
	}
	return row, nil
}

// Close frees what reading needed.
func (r *Reader) Close() error {
	var errs []error
	for _, f := range r.close {
		errs = append(errs, f())
	}
	r.close = nil
	return errors.Join(errs...)
}

// counter counts what is read.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// translate makes products of the rows of other tools.
func (r *Reader) translate() {
	switch r.format.Dialect {
	case "shopify":
		r.source = newShopify(r.source, r.columns)
	case "woocommerce":
		r.source = newWooCommerce(r.source, r.columns)
	}
}

// setColumns names the columns of a table.
func (r *Reader) setColumns(header []string) error {
	if len(header) > r.limits.Columns {
		return fail(1, "the header has %d columns, at most %d are allowed", len(header), r.limits.Columns)
	}
	r.columns, r.format.Dialect = canonical(header)
	r.header, r.guarded = slices.Clone(header), guarded(r.columns)
	seen := map[string]bool{}
	known := 0
	for n, c := range r.columns {
		if c == "" {
			continue
		}
		if seen[c] {
			return fail(1, "the column %q stands twice in the header (column %d); keep one", c, n+1)
		}
		seen[c] = true
		known++
	}
	if known == 0 {
		return fail(1, "the header names no column; its first row must hold names such as id, title, price")
	}
	if !seen["id"] {
		return fail(1, `there is no column "id"; the first row must name the columns, among them id (found: %.200s)`, strings.Join(header, ", "))
	}
	return nil
}
