package catalog

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Taxonomy is Google's product taxonomy, as an operator loads it from the vendor's file. The nil taxonomy takes any category.
type Taxonomy struct {
	paths map[string]string // as [plainCategory] has them, to what the file writes
	ids   map[int]string    // to paths; empty where the file has none
	found []foundCategory   // what is searched, in the order of paths
}

// Bounds of a taxonomy's file, which has some 6000 lines.
const (
	taxonomyBytes = 16 << 20
	taxonomyLines = 200_000
)

var (
	// numbered is a line of the vendor's file with ids.
	numbered = regexp.MustCompile(`^(\d{1,9}) - (\S.*)$`)
	// nested is a line of its nested form: a category spans the numbers of all that lies in it. The first number only counts lines.
	nested = regexp.MustCompile(`^\s*\d+ \| \[\s*(\d{1,9})-\s*(\d{1,9})\] \| (\S.*)$`)
)

// LoadTaxonomy reads the file of that name; no name is no taxonomy.
func LoadTaxonomy(name string) (*Taxonomy, error) {
	if name == "" {
		return nil, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	t, err := ReadTaxonomy(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return t, nil
}

// ReadTaxonomy reads the vendor's file: lines like "166 - Apparel & Accessories", the same without ids, or its nested form. A
// mistake names its line.
func ReadTaxonomy(r io.Reader) (*Taxonomy, error) {
	t := &Taxonomy{paths: map[string]string{}, ids: map[int]string{}}
	var spans []categorySpan
	lines := bufio.NewScanner(io.LimitReader(r, taxonomyBytes))
	n := 0
	for ; lines.Scan(); n++ {
		line := strings.TrimRight(strings.TrimPrefix(lines.Text(), "\uFEFF"), " \r")
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case n > taxonomyLines:
			return nil, fmt.Errorf("line %d: a taxonomy has at most %d lines", n+1, taxonomyLines)
		case !utf8.ValidString(line):
			return nil, fmt.Errorf("line %d is no UTF-8", n+1)
		default:
			span, isNested, err := t.line(line)
			if err != nil {
				return nil, fmt.Errorf("line %d: %w", n+1, err)
			}
			if isNested {
				spans = append(spans, span)
			}
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("line %d: %w", n+1, err)
	}
	t.unfold(spans)
	t.index()
	if len(t.paths) == 0 {
		return nil, errors.New(`it holds no category; its lines are like "166 - Apparel & Accessories"`)
	}
	return t, nil
}

// line takes a line in; one of the nested form comes back.
func (t *Taxonomy) line(line string) (span categorySpan, isNested bool, err error) {
	if m := nested.FindStringSubmatch(line); m != nil {
		from, _ := strconv.Atoi(m[1])
		to, _ := strconv.Atoi(m[2])
		return categorySpan{from, to, m[3]}, true, nil
	}
	path := line
	if m := numbered.FindStringSubmatch(line); m != nil {
		path = m[2]
		id, _ := strconv.Atoi(m[1])
		if other, twice := t.ids[id]; twice && other != path {
			return categorySpan{}, false, fmt.Errorf("the id %d is also that of %s", id, show(other))
		}
		t.ids[id] = path
	}
	if strings.ContainsAny(path, "|\t<") || utf8.RuneCountInString(path) > 500 {
		return categorySpan{}, false, fmt.Errorf(`%s is no category; its lines are like "166 - Apparel & Accessories"`, show(line))
	}
	t.add(path)
	return categorySpan{}, false, nil
}

func (t *Taxonomy) add(path string) { t.paths[plainCategory(path)] = path }

// categorySpan is a category of the nested form.
type categorySpan struct {
	from, to int
	name     string
}

// unfold makes paths of the nested form.
func (t *Taxonomy) unfold(spans []categorySpan) {
	slices.SortFunc(spans, func(a, b categorySpan) int { return cmp.Compare(a.from, b.from) })
	var open []categorySpan
	for _, s := range spans {
		for len(open) > 0 && open[len(open)-1].to < s.from {
			open = open[:len(open)-1]
		}
		if len(open) > 0 {
			s.name = open[len(open)-1].name + " > " + s.name
		}
		open = append(open, s)
		t.add(s.name)
	}
}

// plainCategory makes two spellings of a path comparable.
func plainCategory(path string) string {
	parts := strings.Split(path, ">")
	for n := range parts {
		parts[n] = strings.Join(strings.Fields(strings.ToLower(parts[n])), " ")
	}
	return strings.Join(parts, ">")
}

// Len is how many categories there are.
func (t *Taxonomy) Len() int { return len(t.paths) }

// Path is the path of a category that is told by its id or by its path, as the file writes it.
func (t *Taxonomy) Path(category string) (path string, ok bool) {
	if t == nil {
		return "", false
	}
	category = strings.TrimSpace(category)
	if id, err := strconv.Atoi(category); err == nil {
		path, ok = t.ids[id]
		return path, ok
	}
	path, ok = t.paths[plainCategory(category)]
	return path, ok
}

// wrong says what is not right with an item's category; "": nothing, as far as the file tells.
func (t *Taxonomy) wrong(category string) string {
	if t == nil || category == "" {
		return ""
	}
	if _, err := strconv.Atoi(category); err == nil && len(t.ids) == 0 {
		return ""
	}
	if _, ok := t.Path(category); ok {
		return ""
	}
	return show(category) + " is no category of Google's product taxonomy; write an id or a path of it, for example 2271 or Apparel & Accessories > Clothing > Dresses"
}

// UseTaxonomy has batches and feeds warn of categories that are not in it. It is called while the house is put together.
func (s *Service) UseTaxonomy(t *Taxonomy) { s.taxonomy = t }

// warnings are what a taxonomy says of a row with that category.
func (t *Taxonomy) warnings(r *Row, category string) []RowProblem {
	if wrong := t.wrong(category); wrong != "" {
		return []RowProblem{r.problem(Problem{"google_product_category", wrong}, false, category)}
	}
	return nil
}

// CheckCategory is what a taxonomy says of a row that was read as a new item: see [Row.Check].
func (r *Row) CheckCategory(t *Taxonomy) []RowProblem { return t.warnings(r, r.item.GoogleCategory) }
