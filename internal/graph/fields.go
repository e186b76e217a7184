package graph

import (
	"bytes"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
)

// Selection is one element of a fields expression: name, modifiers and what is asked inside it.
type Selection struct {
	Name string
	// As is the alias the answer uses instead of Name.
	As   string
	Args []Arg
	// Sub is what stands in braces; nil where there are none.
	Sub []Selection
}

// Arg is one modifier: .limit(5) is {"limit", "5"}.
type Arg struct{ Name, Value string }

// out is the name the answer uses.
func (s Selection) out() string {
	if s.As != "" {
		return s.As
	}
	return s.Name
}

// Bounds of a fields expression.
const (
	maxFieldsText  = 64 << 10
	maxFieldsDepth = 16
	maxFieldsCount = 2000
)

// fieldsCache keeps what programs ask again and again, read. What is in it is never changed.
type fieldsCache struct {
	mu   sync.RWMutex
	read map[string][]Selection
}

// Bounds of the cache; it starts over when full.
const (
	cachedFields     = 1000
	cachedFieldsText = 2 << 10
)

func (c *fieldsCache) parse(text string) ([]Selection, error) {
	c.mu.RLock()
	list, ok := c.read[text]
	c.mu.RUnlock()
	if ok {
		return list, nil
	}
	list, err := ParseFields(text)
	if err != nil || len(text) > cachedFieldsText {
		return list, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.read == nil || len(c.read) >= cachedFields {
		c.read = map[string][]Selection{}
	}
	c.read[strings.Clone(text)] = list
	return list, nil
}

// ParseFields reads a fields expression: a comma list of
//
//	item := name ("." ident "(" arg ")")* ["{" list "}"]
//
// or a JSON array of strings holding such lists. Spaces around names are ignored. A name asked twice is
// asked once, with both selections.
func ParseFields(text string) ([]Selection, error) {
	if len(text) > maxFieldsText {
		return nil, ErrSyntax.Withf("fields", "Syntax error: fields is longer than %d bytes", maxFieldsText)
	}
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "[") {
		var list []string
		if err := json.Unmarshal([]byte(text), &list); err != nil {
			return nil, ErrSyntax.With("fields", "Syntax error: fields begins with [ but is not a JSON array of strings")
		}
		text = strings.Join(list, ",")
	}
	if text == "" {
		return nil, nil
	}
	p := fieldsParser{text: text}
	list, err := p.list(0)
	if err != nil {
		return nil, err
	}
	if p.pos < len(p.text) {
		return nil, p.fail("end of string")
	}
	return list, nil
}

type fieldsParser struct {
	text  string
	pos   int
	count int
}

func (p *fieldsParser) fail(want string) error {
	got := "end of string"
	if p.pos < len(p.text) {
		got = "\"" + string([]rune(p.text[p.pos:])[:1]) + "\""
	}
	return ErrSyntax.Withf("fields", "Syntax error \"Expected %s instead of %s.\" at character %d: %s", want, got, p.pos, p.excerpt())
}

func (p *fieldsParser) excerpt() string {
	const most = 100
	return strings.ToValidUTF8(p.text[:min(len(p.text), most)], "\uFFFD")
}

func (p *fieldsParser) space() {
	for p.pos < len(p.text) && strings.IndexByte(" \t\r\n", p.text[p.pos]) >= 0 {
		p.pos++
	}
}

func (p *fieldsParser) take(c byte) bool {
	p.space()
	if p.pos < len(p.text) && p.text[p.pos] == c {
		p.pos++
		return true
	}
	return false
}

func (p *fieldsParser) list(depth int) ([]Selection, error) {
	if depth > maxFieldsDepth {
		return nil, ErrSyntax.Withf("fields", "Syntax error: fields nests deeper than %d levels", maxFieldsDepth)
	}
	list := []Selection{}
	for {
		p.space()
		// Clients leave trailing and doubled commas behind; so did Meta's own samples.
		if p.take(',') {
			continue
		}
		if p.pos == len(p.text) || p.text[p.pos] == '}' {
			return list, nil
		}
		s, err := p.item(depth)
		if err != nil {
			return nil, err
		}
		list = merge(list, s)
		p.space()
		if p.pos < len(p.text) && p.text[p.pos] != ',' && p.text[p.pos] != '}' {
			return nil, p.fail("end of string")
		}
	}
}

// merge adds s to list, into the element of the same output name if there is one.
func merge(list []Selection, s Selection) []Selection {
	for i := range list {
		if list[i].out() != s.out() {
			continue
		}
		for _, sub := range s.Sub {
			list[i].Sub = merge(list[i].Sub, sub)
		}
		if len(list[i].Args) == 0 {
			list[i].Args = s.Args
		}
		return list
	}
	return append(list, s)
}

func (p *fieldsParser) item(depth int) (s Selection, err error) {
	if p.count++; p.count > maxFieldsCount {
		return s, ErrSyntax.Withf("fields", "Syntax error: fields names more than %d fields", maxFieldsCount)
	}
	if s.Name, err = p.name(); err != nil {
		return s, err
	}
	for p.take('.') {
		a, err := p.modifier()
		if err != nil {
			return s, err
		}
		if a.Name != "as" {
			s.Args = append(s.Args, a)
			continue
		}
		if !isName(a.Value) {
			return s, ErrSyntax.Withf("fields", "Syntax error: %q is not a name to call a field by; use letters, digits and _", a.Value)
		}
		s.As = a.Value
	}
	if !p.take('{') {
		return s, nil
	}
	if s.Sub, err = p.list(depth + 1); err != nil {
		return s, err
	}
	if !p.take('}') {
		return s, p.fail("\"}\"")
	}
	return s, nil
}

func nameByte(c byte) bool {
	return c == '_' || c == '-' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func isName(s string) bool {
	for i := range len(s) {
		if !nameByte(s[i]) {
			return false
		}
	}
	return s != ""
}

func (p *fieldsParser) name() (string, error) {
	p.space()
	start := p.pos
	for p.pos < len(p.text) && nameByte(p.text[p.pos]) {
		p.pos++
	}
	if p.pos == start {
		return "", p.fail("a field name")
	}
	return p.text[start:p.pos], nil
}

// modifier reads what follows the dot. The argument runs to the closing parenthesis, over strings and
// inner brackets.
func (p *fieldsParser) modifier() (a Arg, err error) {
	if a.Name, err = p.name(); err != nil {
		return a, err
	}
	if !p.take('(') {
		return a, p.fail("\"(\"")
	}
	start, depth := p.pos, 0
	for ; p.pos < len(p.text); p.pos++ {
		switch c := p.text[p.pos]; c {
		case '"':
			if !p.skipString() {
				return a, p.fail("\"\\\"\"")
			}
		case '(', '[', '{':
			depth++
		case ']', '}':
			depth--
		case ')':
			if depth == 0 {
				a.Value = strings.TrimSpace(p.text[start:p.pos])
				p.pos++
				return a, nil
			}
			depth--
		}
		if depth < 0 {
			return a, p.fail("\")\"")
		}
	}
	return a, p.fail("\")\"")
}

// skipString leaves pos on the closing quote.
func (p *fieldsParser) skipString() bool {
	for p.pos++; p.pos < len(p.text); p.pos++ {
		switch p.text[p.pos] {
		case '\\':
			p.pos++
		case '"':
			return true
		}
	}
	p.pos = len(p.text)
	return false
}

// FormatFields writes selections the way [ParseFields] reads them.
func FormatFields(list []Selection) string {
	var b bytes.Buffer
	formatFields(&b, list)
	return b.String()
}

func formatFields(b *bytes.Buffer, list []Selection) {
	for i, s := range list {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(s.Name)
		for _, a := range s.Args {
			b.WriteString("." + a.Name + "(" + a.Value + ")")
		}
		if s.As != "" {
			b.WriteString(".as(" + s.As + ")")
		}
		if s.Sub != nil {
			b.WriteByte('{')
			formatFields(b, s.Sub)
			b.WriteByte('}')
		}
	}
}
