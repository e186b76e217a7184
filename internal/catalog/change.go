package catalog

import (
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/money"
)

// Problem is a rule that a change of an item breaks.
type Problem struct {
	Field   string `json:"field"`
	Message string `json:"message"` // says the rule and what would be right
}

func (p Problem) String() string { return p.Field + ": " + p.Message }

// Change is a set of new values for an item, read and checked.
type Change struct {
	values   map[string]any // by field name; absent: unchanged
	vocab    Vocabulary
	Unknown  []string  // keys that name no field
	Problems []Problem // values that break a rule
}

// ReadChange reads the values of an item in one of the two vocabularies. Values come from JSON or, from
// forms, as strings.
func ReadChange(v Vocabulary, values map[string]any) Change {
	c := Change{values: map[string]any{}, vocab: v}
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		f, ok := index[v][name]
		if !ok {
			c.Unknown = append(c.Unknown, name)
			continue
		}
		value, err := f.read(values[name])
		if err != nil {
			c.Problems = append(c.Problems, Problem{Field: name, Message: err.Error()})
			continue
		}
		c.values[f.name] = value
	}
	return c
}

// read turns a raw value into what the field's kind stores. nil and "" clear a field.
func (f field) read(raw any) (any, error) {
	if raw == nil || raw == "" {
		return nil, nil
	}
	switch f.kind {
	case text:
		return f.readText(raw)
	case link:
		return readLink(raw)
	case links:
		return f.readLinks(raw)
	case images:
		return readImages(raw)
	case enum:
		s, _ := raw.(string)
		if e, ok := f.matchEnum(s); ok {
			return e, nil
		}
		return nil, fmt.Errorf("%s is not one of %s", show(raw), strings.Join(f.enum, ", "))
	case count, minor:
		return readCount(raw)
	case decimal:
		n, err := strconv.ParseFloat(plainText(raw), 64)
		if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
			return nil, fmt.Errorf("%s is not a number", show(raw))
		}
		return n, nil
	case date:
		t, err := time.Parse(time.DateOnly, plainText(raw))
		if err != nil {
			return nil, fmt.Errorf("%s is not a date; write YYYY-MM-DD", show(raw))
		}
		return t.Format(time.DateOnly), nil
	case price:
		a, err := money.Parse(plainText(raw))
		if err != nil {
			return nil, err
		}
		return a, nil
	case instant:
		return readInstant(plainText(raw))
	case period:
		return readPeriod(plainText(raw))
	case labels:
		return f.readLabels(raw)
	default:
		return readObject(raw)
	}
}

func (f field) readText(raw any) (any, error) {
	s := strings.TrimSpace(plainText(raw))
	if _, isMap := raw.(map[string]any); isMap {
		return nil, fmt.Errorf("%s is not text", show(raw))
	}
	if n := len([]rune(s)); n > f.most {
		return nil, fmt.Errorf("has %d characters, at most %d are allowed", n, f.most)
	}
	return s, nil
}

// linkMost is the longest URL an item may carry.
const linkMost = 2048

func readLink(raw any) (any, error) {
	s := strings.TrimSpace(plainText(raw))
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || len(s) > linkMost {
		return nil, fmt.Errorf("%s is not an http(s) URL of at most %d characters", show(raw), linkMost)
	}
	return s, nil
}

func (f field) readLinks(raw any) (any, error) {
	list, err := textList(raw)
	if err != nil {
		return nil, err
	}
	if len(list) > f.most {
		return nil, fmt.Errorf("has %d URLs, at most %d are allowed", len(list), f.most)
	}
	for _, s := range list {
		if _, err := readLink(s); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// imagesMost is the most pictures of the batch field "image".
const imagesMost = 21

func readImages(raw any) (any, error) {
	v, err := readObject(raw)
	if err != nil {
		return nil, err
	}
	entries, ok := v.([]any)
	if !ok || len(entries) > imagesMost {
		return nil, fmt.Errorf(`must be a list of at most %d objects {"url":"https://…"}`, imagesMost)
	}
	var list []string
	for _, e := range entries {
		m, _ := e.(map[string]any)
		s, _ := m["url"].(string)
		if _, err := readLink(s); err != nil || s == "" {
			return nil, fmt.Errorf(`%s is not an object with an http(s) "url"`, show(e))
		}
		list = append(list, s)
	}
	return list, nil
}

func readCount(raw any) (any, error) {
	n, err := strconv.ParseInt(plainText(raw), 10, 64)
	if err != nil || n < 0 || n > math.MaxUint32*1000 {
		return nil, fmt.Errorf("%s is not a whole number from 0 up", show(raw))
	}
	return n, nil
}

// instants are the spellings of a date and time that the contract knows.
var instants = []string{time.RFC3339, "2006-01-02T15:04:05-0700", "2006-01-02T15:04Z07:00", "2006-01-02T15:04-0700", "2006-01-02T15:04:05", "2006-01-02T15:04", time.DateOnly}

func readInstant(s string) (any, error) {
	for _, layout := range instants {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	return nil, fmt.Errorf("%s is not a date and time; write 2026-11-23T08:00+07:00", show(s))
}

// span is a start and an end.
type span struct{ start, end time.Time }

func readPeriod(s string) (any, error) {
	from, to, ok := strings.Cut(s, "/")
	start, err1 := readInstant(strings.TrimSpace(from))
	end, err2 := readInstant(strings.TrimSpace(to))
	if !ok || err1 != nil || err2 != nil {
		return nil, fmt.Errorf("%s is not start/end; write 2026-11-23T00:00+07:00/2026-11-30T23:59+07:00", show(s))
	}
	sp := span{start.(time.Time), end.(time.Time)}
	if !sp.start.Before(sp.end) {
		return nil, fmt.Errorf("%s ends before it starts", show(s))
	}
	return sp, nil
}

// labelsMost is the most labels of one item.
const labelsMost = 5000

func (f field) readLabels(raw any) (any, error) {
	list, err := textList(raw)
	if err != nil {
		return nil, err
	}
	if len(list) > labelsMost {
		return nil, fmt.Errorf("has %d labels, at most %d are allowed", len(list), labelsMost)
	}
	for i, s := range list {
		if n := len([]rune(s)); n > f.most {
			return nil, fmt.Errorf("%s has %d characters, at most %d are allowed", show(s), n, f.most)
		}
		list[i] = strings.ToLower(s)
	}
	return list, nil
}

// textList reads a list, a list written as JSON, or texts between commas.
func textList(raw any) ([]string, error) {
	if s, ok := raw.(string); ok {
		if !strings.HasPrefix(strings.TrimSpace(s), "[") {
			var list []string
			for part := range strings.SplitSeq(s, ",") {
				if part = strings.TrimSpace(part); part != "" {
					list = append(list, part)
				}
			}
			return list, nil
		}
		if err := json.Unmarshal([]byte(s), &raw); err != nil {
			return nil, fmt.Errorf("%s is not a list of texts", show(s))
		}
	}
	entries, ok := raw.([]any)
	if !ok {
		return nil, fmt.Errorf("%s is not a list of texts", show(raw))
	}
	list := make([]string, 0, len(entries))
	for _, e := range entries {
		s, ok := e.(string)
		if !ok {
			return nil, fmt.Errorf("%s is not a list of texts", show(raw))
		}
		list = append(list, s)
	}
	return list, nil
}

// readObject takes JSON as it is, or as text that holds JSON; other text stays text.
func readObject(raw any) (any, error) {
	s, ok := raw.(string)
	if !ok {
		return raw, nil
	}
	if t := strings.TrimSpace(s); !strings.HasPrefix(t, "{") && !strings.HasPrefix(t, "[") {
		return s, nil
	}
	var v any
	if err := json.Unmarshal([]byte(s), &v); err != nil {
		return nil, fmt.Errorf("%s is not JSON", show(s))
	}
	return v, nil
}

// plainText is a scalar of JSON as text.
func plainText(raw any) string {
	switch v := raw.(type) {
	case string:
		return strings.TrimSpace(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	default:
		return fmt.Sprint(v)
	}
}

// show quotes a stranger's value, shortened.
func show(raw any) string {
	const most = 40
	s := plainText(raw)
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return strconv.Quote(s)
}
