package feed

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/feedfile"
)

// file is an open file of an upload.
type file struct {
	f       *os.File
	r       *feedfile.Reader
	plain   bool // cells are what they are: no rules, no other tool's words
	rules   []compiledRule
	layouts layouts
}

// open opens the file of the upload before its first row.
func (t *taking) open() (*file, error) {
	f, err := t.files.Open(t.up.Hash)
	if err != nil {
		return nil, fmt.Errorf("feed: the file of upload %s: %w", t.up.ID, err)
	}
	r, err := feedfile.Open(f, feedfile.Options{
		Name: t.up.FileName, ContentType: t.up.ContentType, Encoding: t.feed.Encoding, Delimiter: t.feed.Delimiter, QuotedFields: t.feed.QuotedFields,
	})
	if err != nil {
		_ = f.Close()
		return nil, fileProblem(err)
	}
	rules, err := compileRules(t.rules)
	if err != nil {
		return nil, errors.Join(err, r.Close(), f.Close())
	}
	dialect := r.Format().Dialect
	plain := len(rules) == 0 && !t.feed.Localised() && (dialect == "meta" || dialect == "google")
	return &file{
		f: f, r: r, rules: rules, plain: plain,
		layouts: layouts{
			options: catalog.RowOptions{Currency: t.feed.Currency, Seed: seedOf(t.rules)}, known: map[string]*layout{}, rules: rules, dialect: dialect, fixed: plain && r.Columns() != nil, header: headerOf(r),
		},
	}, nil
}

// headerOf is the row that names the columns of a table; zero in XML.
func headerOf(r *feedfile.Reader) int {
	if r.Columns() == nil {
		return 0
	}
	return 1
}

func (f *file) close() {
	_ = f.r.Close()
	_ = f.f.Close()
}

// line is a row of the file, as the rules make it.
type line struct {
	feedfile.Row
	layout *layout // nil where the row cannot be read
	cells  cells   // nil in a plain file
}

// next is the next row; ok is false behind the last one. Its cells are valid until the one after it.
func (f *file) next() (l line, ok bool, err error) {
	l.Row, err = f.r.Next()
	switch {
	case errors.Is(err, io.EOF):
		return line{}, false, nil
	case err != nil:
		return line{}, false, fileProblem(err)
	case l.Problem != "":
		return l, true, nil
	}
	if !f.plain {
		l.cells = newCells(l.Row)
		for _, r := range f.rules {
			r.apply(l.cells)
		}
		l.cells.translate()
		l.Names, l.Values = l.cells.columns()
	}
	l.layout = f.layouts.of(l.Names)
	return l, true, nil
}

// fileProblem makes a problem of what ends a file.
func fileProblem(err error) error {
	var broken *feedfile.Error
	if !errors.As(err, &broken) {
		return err
	}
	return Problem{
		Fatal: true, Type: TypeFile, Row: broken.Row, Summary: "The file cannot be read: " + broken.Reason + ".",
		Description: "Nothing of it was taken in, and nothing was deleted. Mend the file and upload it again.",
	}
}

// seedOf names the rules of a feed: where they change, every row is read anew.
func seedOf(rules []Rule) string {
	var b strings.Builder
	for _, r := range rules {
		fmt.Fprintf(&b, "%s %s %s\n", r.Type, r.Attribute, toJSON(r.Params, len(r.Params)))
	}
	return b.String()
}

// Bounds of the layouts of one file: each item of XML may have its own.
const (
	layoutsMost = 256
	unknownMost = 100
)

// layout is how rows of certain columns are read.
type layout struct {
	names []string
	rows  *catalog.Rows
}

// layouts are those of one file.
type layouts struct {
	options catalog.RowOptions
	known   map[string]*layout
	last    *layout
	key     []byte
	rules   []compiledRule
	unknown []string // columns that mean nothing, to rules neither
	fixed   bool     // all rows have the columns of the table
	header  int      // the row that names the columns; zero in XML
	dialect string
}

// of is the layout of rows with these columns.
func (l *layouts) of(names []string) *layout {
	if l.last != nil && (l.fixed && len(names) == len(l.last.names) || slices.Equal(l.last.names, names)) {
		return l.last
	}
	l.key = l.key[:0]
	for _, n := range names {
		l.key = append(append(l.key, n...), 0x1f)
	}
	found := l.known[string(l.key)]
	if found == nil {
		found = l.make(names)
		if len(l.known) >= layoutsMost {
			clear(l.known)
		}
		l.known[string(l.key)] = found
	}
	l.last = found
	return found
}

func (l *layouts) make(names []string) *layout {
	own := make([]string, len(names)) // the reader's own may change
	for n, name := range names {
		own[n] = strings.Clone(name)
	}
	rows := catalog.NewRows(own, l.options)
	for _, name := range rows.Unknown {
		if !ofTool(name) && !feedfile.OfTool(l.dialect, name) && !reads(l.rules, name) && len(l.unknown) < unknownMost && !slices.Contains(l.unknown, name) {
			l.unknown = append(l.unknown, name)
		}
	}
	return &layout{own, rows}
}

// strangers are warnings about columns that mean nothing.
func (l *layouts) strangers() []Problem {
	list := make([]Problem, len(l.unknown))
	for n, name := range l.unknown {
		list[n] = Problem{
			Type: TypeColumn, Field: name, Row: l.header, Summary: "A column names no field and was passed over: " + clip(name, valueMost) + ".",
			Description: "Rename it, map it with a rule, or leave it.",
		}
	}
	return list
}
