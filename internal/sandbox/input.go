package sandbox

import (
	"errors"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json"

	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/messaging"
)

// query is a parameter of the query; empty where there is none.
func (c *call) query(name string) string { return c.params.Get(name) }

// number reads a whole number of the query.
func (c *call) number(name string, fallback int) (int, error) {
	text := c.query(name)
	if text == "" {
		return fallback, nil
	}
	most := 0
	for _, p := range c.route.query {
		if p.name == name {
			most = p.max
		}
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > most {
		return 0, ErrParam.Withf(name, "%s is %.20q; it is a whole number from 1 to %d", name, text, most)
	}
	return n, nil
}

// readID reads an id; empty is zero.
func readID(name, text string) (id.ID, error) {
	if text == "" {
		return 0, nil
	}
	i, err := id.Parse(text)
	if err != nil {
		return 0, ErrParam.Withf(name, "%s is %.40q; it is a decimal id", name, text)
	}
	return i, nil
}

// checkText refuses a path or query with bytes that are no text.
func (c *call) checkText() error {
	if !isText(c.URL.Path) {
		return ErrParam.With("", "the path holds bytes that are no text: it must be UTF-8 without U+0000")
	}
	for name, values := range c.params {
		if slices.ContainsFunc(values, func(v string) bool { return !isText(v) }) {
			return ErrParam.Withf(name, "%.40q holds bytes that are no text: it must be UTF-8 without U+0000", name)
		}
	}
	return nil
}

func isText(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// checkQuery refuses parameters the call does not have: a slip of the pen would go unnoticed.
func (c *call) checkQuery() error {
	var names []string
	for _, p := range c.route.query {
		names = append(names, p.name)
		if v := c.query(p.name); v != "" && p.enum != nil && !slices.Contains(p.enum, v) {
			return ErrParam.Withf(p.name, "%s is %.40q; it is one of %s", p.name, v, strings.Join(p.enum, ", "))
		}
	}
	for name, values := range c.params {
		switch {
		case name == "access_token":
		case !slices.Contains(names, name):
			has := "no parameters"
			if len(names) > 0 {
				has = "the parameters " + strings.Join(names, ", ")
			}
			return ErrParam.Withf(name, "%.40q is no parameter of this call; it has %s", name, has)
		case len(values) > 1:
			return ErrParam.Withf(name, "%s is given %d times", name, len(values))
		}
	}
	return nil
}

// decode reads the JSON object a call takes into v, a pointer to a struct; an empty body is an object
// without members.
func (c *call) decode(v any) error {
	b, err := io.ReadAll(c.Body)
	if err != nil {
		return ErrBody.With("", "the body is larger than 1 MB or was cut off").Wrap(err)
	}
	if len(b) > 0 {
		if err := json.Unmarshal(b, v, json.RejectUnknownMembers(true)); err != nil {
			return ErrBody.Withf("", "the body is not the JSON object this call takes, with the members %s: %.200s", strings.Join(members(v), ", "), plain(err))
		}
	}
	if messaging.HoldsNUL(b) {
		return ErrBody.With("", "the body holds bytes that are no text: leave U+0000 out")
	}
	s := reflect.ValueOf(v).Elem()
	for n := range s.NumField() {
		if f := s.Type().Field(n); f.Tag.Get("required") != "" && s.Field(n).IsZero() {
			return ErrParam.Withf(memberName(f), "%s is required: %s", memberName(f), f.Tag.Get("doc"))
		}
	}
	return nil
}

// plain is an error of the JSON decoder without the names of our types.
func plain(err error) string {
	var unfit *json.SemanticError
	if !errors.As(err, &unfit) {
		return strings.TrimPrefix(err.Error(), "jsontext: ")
	}
	text := strings.TrimPrefix(string(unfit.JSONPointer), "/")
	switch {
	case errors.Is(err, json.ErrUnknownName):
		return strconv.Quote(text) + " is none of them"
	case unfit.Err != nil:
		return text + " cannot be read: " + unfit.Err.Error()
	case text == "":
		return "it is a JSON " + unfit.JSONKind.String()
	}
	return text + " may not be a JSON " + unfit.JSONKind.String()
}

func members(v any) []string {
	t := reflect.TypeOf(v).Elem()
	names := make([]string, t.NumField())
	for n := range names {
		names[n] = memberName(t.Field(n))
	}
	return names
}

func memberName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

// orEmpty makes an empty list of none, for JSON.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
