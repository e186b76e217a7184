package feed

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/feedfile"
)

// LintOptions are what a file is checked for, besides its rows.
type LintOptions struct {
	Currency string // of prices that name none
	India    bool   // the facts Indian law asks for
	Taxonomy *catalog.Taxonomy
	Most     int    // problems told; further ones are counted. Zero: all
	Rules    []Rule // that change every row before it is read
	// Compare, where set, is given every row with an id, to compare it with what a catalog holds: what is wrong with a new item
	// only is told to it, not reported. An id that stands more than once is given again without a row.
	Compare func(row LintRow)
}

// LintRow is a row of a file that is compared with a catalog.
type LintRow struct {
	SKU   string
	Row   *catalog.Row  // nil: an id that stood before; none of its rows is taken
	Good  bool          // it would be taken where its item is there
	IfNew []LintProblem // what more is wrong with it where its item is not there
}

// LintReport is what a check of a file came to.
type LintReport struct {
	Format   feedfile.Format `json:"-"`
	Kind     string          `json:"format"`
	Encoding string          `json:"encoding,omitempty"`
	Rows     int             `json:"rows"`
	Good     int             `json:"good"`   // rows that would be taken
	Errors   int             `json:"errors"` // of rows that would not
	Warnings int             `json:"warnings"`
	// Unreadable rows are among the errors: nobody knows which items they hold.
	Unreadable int      `json:"unreadable,omitempty"`
	Unknown    []string `json:"unknown_columns,omitempty"`
	// Samples are a few values of the columns that are not known, and of those that rules read.
	Samples  map[string][]string `json:"-"`
	Problems []LintProblem       `json:"problems"`
}

// Refused counts the rows that would not be taken: a row may have several errors.
func (r LintReport) Refused() int { return r.Rows - r.Good }

// LintProblem is something wrong with a row.
type LintProblem struct {
	Row     int    `json:"row"`
	ID      string `json:"id,omitempty"`
	Fatal   bool   `json:"fatal"`
	Field   string `json:"field,omitempty"`
	Value   string `json:"value,omitempty"`
	Problem string `json:"problem"`
	Remedy  string `json:"remedy,omitempty"`
}

// Lint checks a file as an import into an empty catalog would, without a server. progress is told the bytes read so far.
func Lint(ctx context.Context, f *os.File, name string, o LintOptions, progress func(bytes int64, rows int)) (LintReport, error) {
	r, err := feedfile.Open(f, feedfile.Options{Name: name})
	if err != nil {
		return LintReport{}, err
	}
	defer func() { _ = r.Close() }()
	rules, err := compileRules(o.Rules)
	if err != nil {
		return LintReport{}, err
	}
	l := linter{
		rules: rules,
		o:     o, report: LintReport{Format: r.Format(), Problems: []LintProblem{}, Samples: map[string][]string{}}, layouts: map[string]*catalog.Rows{}, currencies: currencies{}, seed: maphash.MakeSeed(), seen: map[uint64]firstRow{},
		plain: len(rules) == 0 && (r.Format().Dialect == "meta" || r.Format().Dialect == "google"),
	}
	l.report.Kind, l.report.Encoding = r.Format().Kind, r.Format().Encoding
	for {
		if err := ctx.Err(); err != nil {
			return l.report, err
		}
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			l.strangers()
			slices.SortStableFunc(l.report.Problems, byRow)
			maps.DeleteFunc(l.report.Samples, func(name string, _ []string) bool {
				return !slices.Contains(l.report.Unknown, name) && !reads(l.rules, name)
			})
			return l.report, nil
		}
		if err != nil {
			return l.report, err
		}
		l.row(row)
		if progress != nil && l.report.Rows%1000 == 0 {
			progress(r.BytesRead(), l.report.Rows)
		}
	}
}

// strangers tells of prices in another currency than the rest.
func (l *linter) strangers() {
	for _, p := range l.currencies.strangers() {
		l.tell(LintProblem{Row: p.Row, ID: p.RetailerID, Field: p.Field, Value: p.Value, Problem: p.Summary, Remedy: p.Description})
	}
}

type linter struct {
	currencies currencies

	o       LintOptions
	report  LintReport
	layouts map[string]*catalog.Rows
	seen    map[uint64]firstRow // by hash of the SKU: a file may have millions
	plain   bool
	rules   []compiledRule
	seed    maphash.Seed
	key     []byte // of a layout
}

func (l *linter) tell(p LintProblem) {
	if p.Fatal {
		l.report.Errors++
	} else {
		l.report.Warnings++
	}
	list := l.report.Problems
	if l.o.Most == 0 {
		l.report.Problems = append(list, p)
		return
	}
	// The first ones of the file are told: a row may be found wrong long behind it, by another one with its id.
	if len(list) == l.o.Most && list[len(list)-1].Row <= p.Row {
		return
	}
	at, _ := slices.BinarySearchFunc(list, p.Row+1, func(have LintProblem, row int) int { return cmp.Compare(have.Row, row) })
	list = slices.Insert(list, at, p)
	l.report.Problems = list[:min(len(list), l.o.Most)]
}

// byRow puts problems in the order of the file.
func byRow(a, b LintProblem) int { return cmp.Compare(a.Row, b.Row) }

func (l *linter) row(row feedfile.Row) {
	l.report.Rows++
	if row.Problem != "" {
		l.report.Unreadable++
		l.tell(LintProblem{Row: row.Number, Fatal: true, Problem: "The row cannot be read: " + row.Problem + "."})
		return
	}
	var cells cells
	if !l.plain || l.o.India {
		cells = newCells(row)
		for _, r := range l.rules {
			r.apply(cells)
		}
		cells.translate()
	}
	l.sample(row)
	names, values := row.Names, row.Values
	if !l.plain {
		names, values = cells.columns()
	}
	layout := l.layout(names)
	sku := layout.RowID(values)
	if row.Warning != "" {
		l.tell(LintProblem{Row: row.Number, ID: sku, Problem: "The row is odd: " + row.Warning + "."})
	}
	key := maphash.String(l.seed, sku)
	if first, twice := l.seen[key]; twice && sku != "" {
		l.twice(row.Number, sku, key, first)
		if l.o.Compare != nil {
			l.o.Compare(LintRow{SKU: sku})
		}
		return
	}
	l.currencies.note(layout.Currency(values), row.Number, sku)
	read := layout.Begin(row.Number, values)
	read.Read()
	problems := read.Check()
	if l.o.Compare != nil {
		problems = read.CheckChange()
	}
	good := true
	for _, p := range slices.Concat(problems, read.CheckCategory(l.o.Taxonomy), l.india(row.Number, cells)) {
		good = good && !p.Fatal
		l.tell(lintProblem(p, sku))
	}
	if good {
		l.report.Good++
	}
	l.seen[key] = firstRow{number: row.Number, good: good}
	if l.o.Compare != nil && sku != "" {
		compared := LintRow{SKU: sku, Row: read, Good: good}
		if good {
			for _, p := range read.CheckNew() {
				compared.IfNew = append(compared.IfNew, lintProblem(p, sku))
			}
		}
		l.o.Compare(compared)
	}
}

func lintProblem(p catalog.RowProblem, sku string) LintProblem {
	return LintProblem{Row: p.Row, ID: sku, Fatal: p.Fatal, Field: p.Field, Value: p.Value, Problem: p.Summary, Remedy: p.Remedy}
}

// twice tells of a row whose id stood before; with the first such row, that one is not taken either.
func (l *linter) twice(number int, sku string, key uint64, first firstRow) {
	tell := func(row, other int) {
		l.tell(LintProblem{
			Row: row, ID: sku, Fatal: true, Field: "id", Value: sku, Problem: "An id stands in the file more than once.",
			Remedy: fmt.Sprintf("Each item needs an id of its own; row %d has this one too, and none of them is taken.", other),
		})
	}
	if !first.told {
		tell(first.number, number)
		if first.good {
			l.report.Good--
		}
		first.told = true
		l.seen[key] = first
	}
	tell(number, first.number)
}

// firstRow is the first row with an id.
type firstRow struct {
	number     int
	good, told bool
}

func (l *linter) layout(names []string) *catalog.Rows {
	l.key = l.key[:0]
	for _, name := range names {
		l.key = append(append(l.key, name...), 0)
	}
	rows, ok := l.layouts[string(l.key)]
	if !ok {
		if len(l.layouts) >= layoutsMost {
			clear(l.layouts)
		}
		rows = catalog.NewRows(names, catalog.RowOptions{Currency: l.o.Currency})
		l.layouts[string(l.key)] = rows
		for _, name := range rows.Unknown {
			if !ofTool(name) && !feedfile.OfTool(l.report.Format.Dialect, name) && !reads(l.rules, name) && !slices.Contains(l.report.Unknown, name) {
				l.report.Unknown = append(l.report.Unknown, name)
			}
		}
	}
	return rows
}

// samplesTold is how many values of a column are told, sampleRunes how much of each.
const (
	samplesTold = 3
	sampleRunes = 60
)

// sample keeps values of the first rows: the report names those of columns that mean nothing yet.
func (l *linter) sample(row feedfile.Row) {
	if l.report.Rows > 50 {
		return
	}
	for n, name := range row.Names {
		if have := l.report.Samples[name]; row.Values[n] != "" && len(have) < samplesTold {
			l.report.Samples[name] = append(have, strings.Clone(clip(row.Values[n], sampleRunes)))
		}
	}
}

// india tells which facts a shop of India has to give and the row does not.
func (l *linter) india(number int, c cells) (problems []catalog.RowProblem) {
	if !l.o.India || strings.EqualFold(c["wa_compliance_category"], "COUNTRY_ORIGIN_EXEMPT") {
		return nil
	}
	needs := []string{"origin_country"}
	if country := strings.ToUpper(c["origin_country"]); country != "" && country != "IN" {
		needs = []string{"importer_name", "importer_address"}
	}
	for _, name := range needs {
		if c[name] == "" {
			problems = append(problems, catalog.RowProblem{
				Row: number, Field: name, Summary: "A field that Indian law asks for is missing: " + name + ".",
				Remedy: "Give it, or set wa_compliance_category to COUNTRY_ORIGIN_EXEMPT where the item is exempt.",
			})
		}
	}
	return problems
}
