package flow

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// errExpression: an expression cannot be read.
var errExpression = errors.New("flow: not an expression")

// Bounds of an expression.
const (
	expressionMost  = 2000 // bytes
	expressionDepth = 40
)

// operators, those that bind least first.
var operators = [][]string{{"||"}, {"&&"}, {"==", "!="}, {"<=", ">=", "<", ">"}, {"+", "-"}, {"*", "/", "%"}}

// expression is one that is being read and worked out. ref finds what ${…} names.
type expression struct {
	rest  string
	depth int
	ref   func(path string) json.RawMessage
}

// evaluate works out an expression such as ${form.n} > 2 && ${data.open}. Several of them in a row are a text together.
func evaluate(text string, ref func(path string) json.RawMessage) (any, error) {
	if len(text) > expressionMost || !utf8.ValidString(text) {
		return nil, errExpression
	}
	e := &expression{rest: text, ref: ref}
	v, err := e.level(0)
	if err != nil {
		return nil, err
	}
	for e.space(); e.rest != ""; e.space() {
		next, err := e.level(0)
		if err != nil {
			return nil, err
		}
		v = said(v) + said(next)
	}
	return v, nil
}

func (e *expression) space() { e.rest = strings.TrimLeftFunc(e.rest, unicode.IsSpace) }

// takes takes a mark where it stands next.
func (e *expression) takes(mark string) bool {
	e.space()
	rest, ok := strings.CutPrefix(e.rest, mark)
	if ok {
		e.rest = rest
	}
	return ok
}

// level reads what operators of one level and the levels below join.
func (e *expression) level(n int) (any, error) {
	if n == len(operators) {
		return e.unary()
	}
	left, err := e.level(n + 1)
	for err == nil {
		at := slices.IndexFunc(operators[n], e.takes)
		if at < 0 {
			return left, nil
		}
		var right any
		if right, err = e.level(n + 1); err == nil {
			left = join(operators[n][at], left, right)
		}
	}
	return nil, err
}

func (e *expression) unary() (any, error) {
	if e.depth++; e.depth > expressionDepth {
		return nil, errExpression
	}
	defer func() { e.depth-- }()
	switch {
	case strings.HasPrefix(strings.TrimLeftFunc(e.rest, unicode.IsSpace), "!="):
		return nil, errExpression
	case e.takes("!"):
		v, err := e.unary()
		return v != true, err
	case e.takes("("):
		v, err := e.level(0)
		if err == nil && !e.takes(")") {
			err = errExpression
		}
		return v, err
	case e.takes("${"):
		path, rest, ok := strings.Cut(e.rest, "}")
		if !ok {
			return nil, errExpression
		}
		e.rest = rest
		return decoded(e.ref(strings.TrimSpace(path))), nil
	case e.takes("'"):
		return e.quoted()
	}
	return e.word()
}

// quoted reads a text up to its closing quote; \' stands for one inside.
func (e *expression) quoted() (any, error) {
	var b strings.Builder
	for n := 0; n < len(e.rest); n++ {
		switch {
		case e.rest[n] == '\\' && n+1 < len(e.rest):
			n++
		case e.rest[n] == '\'':
			e.rest = e.rest[n+1:]
			return b.String(), nil
		}
		b.WriteByte(e.rest[n])
	}
	return nil, errExpression
}

// word reads true, false or a number.
func (e *expression) word() (any, error) {
	e.space()
	at := 0
	if strings.HasPrefix(e.rest, "-") {
		at = 1
	}
	for at < len(e.rest) && (e.rest[at] == '.' || e.rest[at] >= '0' && e.rest[at] <= '9' || e.rest[at] >= 'a' && e.rest[at] <= 'z') {
		at++
	}
	text := e.rest[:at]
	e.rest = e.rest[at:]
	switch text {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return nil, errExpression
	}
	return n, nil
}

// join is what an operator makes of two values; nil where it makes nothing of them.
func join(operator string, a, b any) any {
	switch operator {
	case "||":
		return a == true || b == true
	case "&&":
		return a == true && b == true
	case "==":
		return same(a, b)
	case "!=":
		return !same(a, b)
	}
	x, okX := number(a)
	y, okY := number(b)
	if !okX || !okY {
		// Nothing is less or more than what is no number; two texts are put together by +.
		switch operator {
		case "+":
			return said(a) + said(b)
		case "<", ">", "<=", ">=":
			return false
		}
		return nil
	}
	switch operator {
	case "<":
		return x < y
	case ">":
		return x > y
	case "<=":
		return x <= y
	case ">=":
		return x >= y
	case "+":
		return x + y
	case "-":
		return x - y
	case "*":
		return x * y
	}
	if y == 0 || int64(y) == 0 && operator == "%" {
		return nil
	}
	if operator == "%" {
		return float64(int64(x) % int64(y))
	}
	return x / y
}

// same tells whether two values are equal: numbers as numbers, also where a form has them as text.
func same(a, b any) bool {
	x, okX := number(a)
	y, okY := number(b)
	if okX && okY {
		return x == y
	}
	_, boolA := a.(bool)
	_, boolB := b.(bool)
	if boolA != boolB {
		return false
	}
	return said(a) == said(b)
}

func number(v any) (float64, bool) {
	switch v := v.(type) {
	case float64:
		return v, true
	case string:
		n, err := strconv.ParseFloat(v, 64)
		return n, err == nil
	}
	return 0, false
}

// decoded is a JSON value as Go has it; nil for none.
func decoded(raw json.RawMessage) any {
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return nil
	}
	return v
}

// said is a value as text.
func said(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(b)
}
