package graph

import (
	"errors"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
)

// value is one parameter: text from a query or form, or native JSON from a body.
type value struct {
	text string
	json jsontext.Value
}

// asText is the parameter as plain text: a JSON string loses its quotes, other JSON stays as written.
func (v value) asText() string {
	if v.json == nil {
		return v.text
	}
	if v.json.Kind() == '"' {
		var s string
		if json.Unmarshal(v.json, &s) == nil {
			return s
		}
	}
	return string(v.json)
}

// asJSON is the parameter as JSON. JSON inside a string, as forms and some clients send it, is unpacked;
// text that is no JSON becomes a string.
func (v value) asJSON() jsontext.Value {
	if v.json != nil && v.json.Kind() != '"' {
		return v.json
	}
	text := strings.TrimSpace(v.asText())
	if t := jsontext.Value(text); text != "" && !tooDeep(t) && t.IsValid() {
		return t
	}
	quoted, err := json.Marshal(strings.ToValidUTF8(v.asText(), "\uFFFD"))
	if err != nil {
		return jsontext.Value(`""`)
	}
	return quoted
}

// Params are the parameters of one operation, from query, form, multipart and JSON body alike. The first
// complaint of an accessor is kept for [Params.Err], so that a handler reads all it needs and asks once.
type Params struct {
	m   map[string]value
	err error
}

// NewParams makes parameters from texts: for tests and for modifiers of a nested edge.
func NewParams(m map[string]string) *Params {
	p := &Params{m: make(map[string]value, len(m))}
	for k, v := range m {
		p.m[k] = value{text: v}
	}
	return p
}

// Err is the first complaint of an accessor.
func (p *Params) Err() error { return p.err }

// Fail records a complaint about a parameter, in the same place.
func (p *Params) Fail(err error) {
	if p.err == nil {
		p.err = err
	}
}

// Has tells whether the caller sent name, and sent something: a JSON null and an empty text count as absent.
func (p *Params) Has(name string) bool {
	v, ok := p.m[name]
	return ok && !(v.json == nil && v.text == "") && !(v.json != nil && v.json.Kind() == 'n')
}

// Names lists the parameters sent, sorted.
func (p *Params) Names() []string { return slices.Sorted(maps.Keys(p.m)) }

// Text is the parameter as sent, unchecked.
func (p *Params) Text(name string) string { return p.m[name].asText() }

// Rule restricts a parameter.
type Rule struct {
	required bool
	check    func(text string) string // what would be right, or ""
}

// Required refuses a missing parameter.
var Required = Rule{required: true}

// MaxRunes refuses a text of more than n Unicode code points.
func MaxRunes(n int) Rule {
	return Rule{check: func(s string) string {
		if got := utf8.RuneCountInString(s); got > n {
			return "must be at most " + strconv.Itoa(n) + " characters, this has " + strconv.Itoa(got)
		}
		return ""
	}}
}

// OneOf refuses a text outside list.
func OneOf(list ...string) Rule {
	return Rule{check: func(s string) string {
		if slices.Contains(list, s) {
			return ""
		}
		return "must be one of " + strings.Join(list, ", ")
	}}
}

// Between refuses an integer outside lo…hi.
func Between(lo, hi int64) Rule {
	return Rule{check: func(s string) string {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil && (n < lo || n > hi) {
			return "must be between " + strconv.FormatInt(lo, 10) + " and " + strconv.FormatInt(hi, 10)
		}
		return ""
	}}
}

// Missing is the complaint about a parameter that is required and absent.
func Missing(name string) *fault.Fault {
	return ErrRequired.Withf(name, "(#100) The parameter %s is required", name)
}

// Invalid is the complaint about a parameter: what it must be, in words that follow its name.
func Invalid(name, must string) *fault.Fault {
	return ErrParam.With(name, "Param "+name+" "+must)
}

// get applies rules; ok is false when the parameter is absent or refused.
func (p *Params) get(name string, rules []Rule) (string, bool) {
	if !p.Has(name) {
		for _, r := range rules {
			if r.required {
				p.Fail(Missing(name))
			}
		}
		return "", false
	}
	text := p.Text(name)
	if !utf8.ValidString(text) {
		p.Fail(Invalid(name, "must be valid UTF-8"))
		return "", false
	}
	if strings.ContainsRune(text, 0) {
		p.Fail(Invalid(name, "must not hold the character U+0000"))
		return "", false
	}
	for _, r := range rules {
		if r.check == nil {
			continue
		}
		if must := r.check(text); must != "" {
			p.Fail(Invalid(name, must))
			return "", false
		}
	}
	return text, true
}

// String is a text. A JSON number or boolean is taken as written; an object or array is refused.
func (p *Params) String(name string, rules ...Rule) string {
	if k := p.m[name].json.Kind(); k == '{' || k == '[' {
		p.Fail(Invalid(name, "must be a string"))
		return ""
	}
	s, _ := p.get(name, rules)
	return s
}

// OptString is a text, nil when absent.
func (p *Params) OptString(name string, rules ...Rule) *string {
	if !p.Has(name) {
		return nil
	}
	s := p.String(name, rules...)
	return &s
}

// Int is an integer, zero when absent.
func (p *Params) Int(name string, rules ...Rule) int64 {
	s, ok := p.get(name, rules)
	if !ok {
		return 0
	}
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	if err != nil {
		p.Fail(Invalid(name, "must be an integer"))
	}
	return n
}

// OptInt is an integer, nil when absent.
func (p *Params) OptInt(name string, rules ...Rule) *int64 {
	if !p.Has(name) {
		return nil
	}
	n := p.Int(name, rules...)
	return &n
}

// Bool is true, false, 1 or 0; false when absent.
func (p *Params) Bool(name string, rules ...Rule) bool {
	s, ok := p.get(name, rules)
	if !ok {
		return false
	}
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "true", "1":
		return true
	case "false", "0":
	default:
		p.Fail(Invalid(name, "must be a boolean: true or false"))
	}
	return false
}

// OptBool is a boolean, nil when absent.
func (p *Params) OptBool(name string) *bool {
	if !p.Has(name) {
		return nil
	}
	b := p.Bool(name)
	return &b
}

// ID is a node's id, zero when absent.
func (p *Params) ID(name string, rules ...Rule) id.ID {
	s, ok := p.get(name, rules)
	if !ok {
		return 0
	}
	i, err := id.Parse(strings.TrimSpace(s))
	if err != nil {
		p.Fail(Invalid(name, "must be a valid ID, digits only"))
	}
	return i
}

// Time is a moment: unix seconds, RFC 3339, or the Graph API's own spelling. Zero when absent.
func (p *Params) Time(name string, rules ...Rule) time.Time {
	s, ok := p.get(name, rules)
	if !ok {
		return time.Time{}
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return time.Unix(n, 0).UTC()
	}
	for _, layout := range []string{time.RFC3339, timeLayout, "2006-01-02"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC()
		}
	}
	p.Fail(Invalid(name, "must be a time: unix seconds or like 2026-11-23T09:00:00+0000"))
	return time.Time{}
}

// Strings is a list: a JSON array, or a comma list.
func (p *Params) Strings(name string, rules ...Rule) []string {
	text, ok := p.get(name, rules)
	if !ok {
		return nil
	}
	if !strings.HasPrefix(strings.TrimSpace(text), "[") {
		var list []string
		for s := range strings.SplitSeq(text, ",") {
			if s = strings.TrimSpace(s); s != "" {
				list = append(list, s)
			}
		}
		return list
	}
	var raw []jsontext.Value
	if err := json.Unmarshal([]byte(text), &raw); err != nil {
		p.Fail(Invalid(name, "must be a list of strings"))
		return nil
	}
	list := make([]string, 0, len(raw))
	for _, r := range raw {
		if k := r.Kind(); k == '{' || k == '[' || k == 'n' {
			p.Fail(Invalid(name, "must be a list of strings"))
			return nil
		}
		list = append(list, value{json: r}.asText())
	}
	return list
}

// IDs is a list of node ids.
func (p *Params) IDs(name string, rules ...Rule) []id.ID {
	var ids []id.ID
	for _, s := range p.Strings(name, rules...) {
		i, err := id.Parse(s)
		if err != nil {
			p.Fail(Invalid(name, "must be a list of IDs, digits only"))
			return nil
		}
		ids = append(ids, i)
	}
	return ids
}

// JSON is the parameter as JSON, whether it came native or inside a string; nil when absent.
func (p *Params) JSON(name string) jsontext.Value {
	if !p.Has(name) {
		return nil
	}
	return p.m[name].asJSON()
}

// Value is the parameter as the caller wrote it: a text, or for native JSON a text, a bool, nil, a
// map[string]any or a []any. Numbers are texts, digit for digit.
func (p *Params) Value(name string) any {
	v := p.m[name]
	if v.json == nil {
		return v.text
	}
	switch v.json.Kind() {
	case 'n':
		return nil
	case 't', 'f':
		return v.json.Kind() == 't'
	case '{', '[':
		var out any
		if json.Unmarshal(v.json, &out) == nil {
			return out
		}
	}
	return v.asText()
}

// Decode reads a structured parameter into dst, native or inside a string; false when it is absent or
// refused. The complaint names the place inside.
func (p *Params) Decode(name string, dst any, rules ...Rule) bool {
	if _, ok := p.get(name, rules); !ok {
		return false
	}
	if err := json.Unmarshal(p.m[name].asJSON(), dst); err != nil {
		p.Fail(decodeFault(name, err))
		return false
	}
	return true
}

// decodeFault turns a JSON decoder's complaint into ours.
func decodeFault(name string, err error) *fault.Fault {
	if f, ok := fault.As(err); ok {
		return f
	}
	var sem *json.SemanticError
	if errors.As(err, &sem) {
		where := name
		for tok := range sem.JSONPointer.Tokens() {
			if _, err := strconv.Atoi(tok); err == nil {
				where += "[" + tok + "]"
				continue
			}
			if where != "" {
				where += "."
			}
			where += tok
		}
		must := "has the wrong type"
		if sem.GoType != nil {
			must = "must be " + goTypeName(sem.GoType.Kind().String())
		}
		return Invalid(where, must)
	}
	if errors.Is(err, jsontext.ErrDuplicateName) {
		return Invalid(name, "must not hold the same key twice")
	}
	return Invalid(name, "must be valid JSON")
}

func goTypeName(kind string) string {
	switch kind {
	case "slice", "array":
		return "an array"
	case "struct", "map":
		return "an object"
	case "bool":
		return "a boolean"
	case "string":
		return "a string"
	case "float64", "float32":
		return "a number"
	default:
		return "an integer"
	}
}

// Object is all parameters as one JSON object, structured ones unpacked: for decoding a whole body into a
// struct whose members are lenient about strings.
func (p *Params) Object() jsontext.Value {
	m := make(map[string]jsontext.Value, len(p.m))
	for name, v := range p.m {
		if v.json != nil && v.json.Kind() != '"' {
			m[name] = v.json
			continue
		}
		if t := strings.TrimSpace(v.asText()); strings.HasPrefix(t, "{") || strings.HasPrefix(t, "[") {
			m[name] = v.asJSON()
			continue
		}
		quoted, err := json.Marshal(strings.ToValidUTF8(v.asText(), "\uFFFD"))
		if err == nil {
			m[name] = quoted
		}
	}
	b, err := json.Marshal(m, json.Deterministic(true))
	if err != nil {
		return jsontext.Value("{}")
	}
	return b
}

// query is the parameters as a query string, for paging links.
func (p *Params) query() url.Values {
	q := make(url.Values, len(p.m))
	for name, v := range p.m {
		q.Set(name, v.asText())
	}
	return q
}
