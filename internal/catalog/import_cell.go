package catalog

import (
	"strconv"
	"strings"

	"github.com/hawkerhq/hawker/internal/money"
)

// readCell is [field.read] for a cell of a file: quick for what most cells are, with the same outcome.
func (r *Rows) readCell(f *field, cell string) (any, error) {
	s := strings.TrimSpace(cell)
	if s == "" {
		return nil, nil
	}
	switch f.kind {
	case text:
		if f.name != "currency" && len(s) <= f.most && plainASCII(s) {
			return s, nil
		}
	case link:
		if simpleLink(s) {
			return s, nil
		}
	case enum:
		for _, e := range f.enum {
			if e == s {
				return e, nil
			}
		}
	case price:
		return settled(r.readPrice(s))
	case period:
		return settled(r.readPeriod(s))
	case links:
		return f.readLinksCell(s)
	}
	return f.read(s)
}

// bareNumber is what a price without any word of a currency is written with.
const bareNumber = "0123456789.,'+- "

// readPrice reads a price; one without a currency has the feed's.
func (r *Rows) readPrice(s string) (money.Amount, error) {
	if a, ok := usualPrice(s); ok {
		return a, nil
	}
	if currency := r.options.Currency; currency != "" && strings.Trim(s, bareNumber) == "" {
		s += " " + currency
	}
	return readPrice(s)
}

// usualPrice reads "1234.50 USD" of a currency of two decimals, as nearly all prices are written.
func usualPrice(s string) (money.Amount, bool) {
	const behind = len(".50 USD")
	at := len(s) - behind
	if at < 1 || at > 9 || s[at] != '.' || s[at+3] != ' ' {
		return money.Amount{}, false
	}
	if exp, ok := money.Exponent(s[at+4:]); !ok || exp != 2 {
		return money.Amount{}, false
	}
	var minor int64
	for n := range at + 3 {
		if n == at {
			continue
		}
		if s[n] < '0' || s[n] > '9' {
			return money.Amount{}, false
		}
		minor = minor*10 + int64(s[n]-'0')
	}
	return money.Amount{Minor: minor, Currency: s[at+4:]}, true
}

// readPeriod reads when a sale is on. It is often the same as in the row before.
func (r *Rows) readPeriod(s string) (span, error) {
	if last := r.period.Load(); last != nil && last.text == s {
		return last.span, nil
	}
	sp, err := readPeriod(s)
	if err == nil {
		r.period.Store(&knownPeriod{strings.Clone(s), sp})
	}
	return sp, err
}

// knownPeriod is a period that was read.
type knownPeriod struct {
	text string
	span
}

// plainASCII tells whether text has neither letters beyond ASCII nor the NUL character.
func plainASCII(s string) bool {
	for n := range len(s) {
		if c := s[n]; c >= 0x80 || c == 0 {
			return false
		}
	}
	return true
}

// linkChars are the characters of which a URL that begins with http(s)://name/ needs no closer look.
var linkChars = func() (set [256]bool) {
	for _, c := range "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/?=&+" {
		set[c] = true
	}
	return set
}()

// simpleLink tells that s is a URL that [readLink] takes; false says nothing.
func simpleLink(s string) bool {
	rest, ok := strings.CutPrefix(s, "https://")
	if !ok {
		if rest, ok = strings.CutPrefix(s, "http://"); !ok {
			return false
		}
	}
	if len(s) > linkMost || rest == "" || rest[0] == '/' || rest[0] == '?' {
		return false
	}
	for n := range len(rest) {
		if !linkChars[rest[n]] {
			return false
		}
	}
	return true
}

// readLinksCell reads URLs between commas, semicolons, bars or spaces, which may stand inside a URL as well: only
// where the next URL begins do they end one.
func (f *field) readLinksCell(s string) (any, error) {
	if simpleLink(s) {
		return []string{s}, nil
	}
	if strings.HasPrefix(s, "[") {
		return f.read(s)
	}
	return f.read(splitLinks(s))
}

func splitLinks(s string) []any {
	const between = ",;| \t\n\r"
	var list []any
	start := 0
	cut := func(end int) {
		if part := strings.Trim(s[start:end], between); part != "" {
			list = append(list, part)
		}
	}
	for n := 1; n < len(s); n++ {
		if s[n] == 'h' && strings.IndexByte(between, s[n-1]) >= 0 && (strings.HasPrefix(s[n:], "http://") || strings.HasPrefix(s[n:], "https://")) {
			cut(n)
			start = n
		}
	}
	cut(len(s))
	return list
}

// doubleQuoted turns a list as Meta's files write it, ['a','b'], into JSON.
func doubleQuoted(s string) string {
	if len(s) < len("['']") || !strings.HasPrefix(s, "['") || !strings.HasSuffix(s, "']") {
		return s
	}
	var b strings.Builder
	b.WriteByte('[')
	for n, part := range strings.Split(s[2:len(s)-2], "'") {
		if n%2 == 1 {
			if strings.TrimSpace(part) != "," {
				return s // no list after all; the reader says so
			}
			b.WriteByte(',')
			continue
		}
		b.WriteString(string(appendString(nil, part)))
	}
	b.WriteByte(']')
	return b.String()
}

// foldMost bounds the index of a column like image[7].url.
const foldMost = 100

// fold puts a field's cells together; nil when the row does not speak of it, "" when it clears it.
func (f *foldedField) fold(cells []string) any {
	var texts []string
	var tree any
	seen := false
	for _, c := range f.cells {
		if c.at >= len(cells) {
			continue
		}
		seen = true
		s := strings.TrimSpace(cells[c.at])
		switch {
		case s == "":
		case len(c.path) == 0:
			texts = append(texts, s)
		default:
			tree = graft(tree, c.path, s)
		}
	}
	switch {
	case !seen:
		return nil
	case tree != nil:
		return f.shaped(tree)
	case len(texts) == 0 && f.kind == images:
		return nil // image_link counts then
	case len(texts) == 0:
		return ""
	case len(texts) == 1:
		return texts[0]
	}
	return f.list(texts)
}

// list is a field that stands more than once in a row.
func (f *foldedField) list(texts []string) any {
	switch f.kind {
	case links, labels, object, videos, shipping:
		list := make([]any, len(texts))
		for n, s := range texts {
			list[n] = s
		}
		return list
	case images:
		list := make([]any, len(texts))
		for n, s := range texts {
			list[n] = map[string]any{"url": s}
		}
		return list
	}
	return texts[0]
}

// shaped drops the entries that no column gave, and lets additional_image_link[0] be a list of texts.
func (f *foldedField) shaped(tree any) any {
	list, ok := tree.([]any)
	if !ok {
		return tree
	}
	kept := list[:0]
	for _, e := range list {
		if e != nil {
			kept = append(kept, e)
		}
	}
	return kept
}

// graft puts a value into a tree of lists and objects.
func graft(tree any, path []string, value any) any {
	if len(path) == 0 {
		return value
	}
	if n, err := strconv.Atoi(path[0]); err == nil && n >= 0 && n < foldMost {
		list, ok := tree.([]any)
		if tree != nil && !ok {
			return tree // a list and an object at once: the first one counts
		}
		for len(list) <= n {
			list = append(list, nil)
		}
		list[n] = graft(list[n], path[1:], value)
		return list
	}
	m, ok := tree.(map[string]any)
	if tree == nil {
		m, ok = map[string]any{}, true
	}
	if !ok {
		return tree
	}
	m[path[0]] = graft(m[path[0]], path[1:], value)
	return m
}
