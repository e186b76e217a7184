package catalog

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/money"
)

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
		return nil, fmt.Errorf("%s is not one of %s", show(raw), f.values())
	case count:
		return readWhole(raw, math.MaxUint32)
	case whole, minor:
		return readWhole(raw, minorMost)
	case decimal:
		return f.readDecimal(raw)
	case date:
		return readDate(raw)
	case price:
		return settled(readPrice(plainText(raw)))
	case instant:
		return readInstant(plainText(raw))
	case period:
		return settled(readPeriod(plainText(raw)))
	case labels:
		return f.readLabels(raw)
	case country:
		return readCountry(raw)
	case weight:
		return readWeight(raw)
	case mapping:
		return f.readMapping(raw)
	case pairs:
		return f.readPairs(raw)
	default:
		return f.readShape(raw)
	}
}

// scalar is the text of a JSON scalar; lists and objects are refused, and so is what no database keeps.
func scalar(raw any) (string, error) {
	switch raw.(type) {
	case map[string]any, []any:
		return "", fmt.Errorf("%s is not text", show(raw))
	}
	s := plainText(raw)
	if !storable(s) {
		return "", fmt.Errorf("%s holds bytes that are no text", show(raw))
	}
	return s, nil
}

// storable tells whether text can be kept: valid UTF-8 without the NUL character, which PostgreSQL refuses.
func storable(s string) bool { return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 }

func (f field) readText(raw any) (any, error) {
	s, err := scalar(raw)
	if err != nil {
		return nil, err
	}
	if n := utf8.RuneCountInString(s); n > f.most {
		return nil, fmt.Errorf("has %d characters, at most %d are allowed", n, f.most)
	}
	if f.name == "currency" {
		s = strings.ToUpper(s)
	}
	return s, nil
}

// linkMost is the longest URL an item may carry, in bytes.
const linkMost = 2048

func readLink(raw any) (any, error) {
	s, err := scalar(raw)
	if err != nil {
		return nil, err
	}
	if simpleLink(s) {
		return s, nil
	}
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

// minorMost bounds a price in minor units, so that a cart of 99 of everything stays within 63 bits.
const minorMost = 999_999_999_999_999

func readWhole(raw any, most int64) (any, error) {
	s := plainText(raw)
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		// 1e3 and 999.0 are whole numbers of JSON as well.
		f, ferr := strconv.ParseFloat(s, 64)
		if _, isText := raw.(string); ferr != nil || isText || f != math.Trunc(f) || math.Abs(f) > minorMost {
			return nil, fmt.Errorf("%s is not a whole number; write digits only", show(raw))
		}
		n = int64(f)
	}
	if n < 0 || n > most {
		return nil, fmt.Errorf("%s is not between 0 and %d", show(raw), most)
	}
	return n, nil
}

func (f field) readDecimal(raw any) (any, error) {
	n, err := strconv.ParseFloat(plainText(raw), 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		return nil, fmt.Errorf("%s is not a number", show(raw))
	}
	if f.most > 0 && (n < 1 || n > float64(f.most)) {
		return nil, fmt.Errorf("%s is not between 1 and %d", show(raw), f.most)
	}
	return n, nil
}

func readDate(raw any) (any, error) {
	t, err := time.Parse(time.DateOnly, plainText(raw))
	if err != nil || t.Year() < 1970 {
		return nil, fmt.Errorf("%s is not a date; write YYYY-MM-DD", show(raw))
	}
	return t.Format(time.DateOnly), nil
}

func readPrice(s string) (money.Amount, error) {
	a, err := money.Parse(s)
	if f, ok := fault.As(err); ok {
		return money.Amount{}, errors.New(f.Detail)
	}
	if err == nil && a.Minor > minorMost {
		err = fmt.Errorf("%s is more than any price can be", show(s))
	}
	return a, err
}

// settled is a value as [field.read] gives it: nothing where it could not be read.
func settled(v any, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return v, nil
}

// instants are the spellings of a date and time that the contract knows.
var instants = []string{time.RFC3339, "2006-01-02T15:04:05-0700", "2006-01-02T15:04Z07:00", "2006-01-02T15:04-0700", "2006-01-02T15:04:05", "2006-01-02T15:04", time.DateOnly}

func readInstant(s string) (any, error) {
	for _, layout := range instants {
		if t, err := time.Parse(layout, s); err == nil && t.Year() >= 1970 {
			return t.UTC(), nil
		}
	}
	return nil, fmt.Errorf("%s is not a date and time; write 2026-11-23T08:00+07:00", show(s))
}

// span is a start and an end.
type span struct{ start, end time.Time }

// wholeDay gives a day of the older form, 2026-11-23T0:00-23:59, the moment at which it begins or ends; that form says the hours of
// the day, not an offset.
func wholeDay(s, moment string) string {
	s = strings.TrimSpace(s)
	for _, hours := range []string{"T0:00-23:59", "T00:00-23:59"} {
		if day, ok := strings.CutSuffix(s, hours); ok {
			return day + moment
		}
	}
	return s
}

func readPeriod(s string) (span, error) {
	from, to, ok := strings.Cut(s, "/")
	from, to = wholeDay(from, "T00:00+00:00"), wholeDay(to, "T23:59+00:00")
	start, err1 := readInstant(strings.TrimSpace(from))
	end, err2 := readInstant(strings.TrimSpace(to))
	if !ok || err1 != nil || err2 != nil {
		return span{}, fmt.Errorf("%s is not start/end; write 2026-11-23T00:00+07:00/2026-11-30T23:59+07:00", show(s))
	}
	sp := span{start.(time.Time), end.(time.Time)}
	if !sp.start.Before(sp.end) {
		return span{}, fmt.Errorf("%s ends before it starts", show(s))
	}
	return sp, nil
}

// labelsMost is the most labels of one item.
const labelsMost = 5000

func (f field) readLabels(raw any) (any, error) {
	if s, ok := raw.(string); ok {
		raw = doubleQuoted(strings.TrimSpace(s))
	}
	list, err := textList(raw)
	if err != nil {
		return nil, err
	}
	if len(list) > labelsMost {
		return nil, fmt.Errorf("has %d labels, at most %d are allowed", len(list), labelsMost)
	}
	for i, s := range list {
		if n := utf8.RuneCountInString(s); n > f.most {
			return nil, fmt.Errorf("%s has %d characters, at most %d are allowed", show(s), n, f.most)
		}
		list[i] = strings.ToLower(s)
		if f.enum != nil && !slices.Contains(f.enum, list[i]) {
			return nil, fmt.Errorf("%s is not one of %s", show(s), f.values())
		}
	}
	return list, nil
}

func readCountry(raw any) (any, error) {
	s := strings.ToUpper(plainText(raw))
	if !IsCountry(s) {
		return nil, fmt.Errorf("%s is not an ISO 3166 country code such as VN or IN", show(raw))
	}
	return s, nil
}

// weightUnits are the units of a shipping weight.
var weightUnits = []string{"g", "kg", "oz", "lb"}

// weightMost is more than anything that is shipped.
const weightMost = 1e9

func readWeight(raw any) (any, error) {
	s := strings.ToLower(plainText(raw))
	for _, unit := range weightUnits {
		number, ok := strings.CutSuffix(s, unit)
		number = strings.TrimSpace(number)
		if n, err := strconv.ParseFloat(number, 64); ok && err == nil && strings.Trim(number, "0123456789.") == "" && n <= weightMost {
			return strconv.FormatFloat(n, 'f', -1, 64) + " " + unit, nil
		}
	}
	return nil, fmt.Errorf("%s is not a weight; write a number and one of %s, for example 1.5 kg", show(raw), strings.Join(weightUnits, ", "))
}

// readMapping takes a JSON object; an item_sub_type in it is one of the contract's.
func (f field) readMapping(raw any) (any, error) {
	v, err := readMapping(raw)
	if m, ok := v.(map[string]any); ok && m["item_sub_type"] != nil {
		if kind := plainText(m["item_sub_type"]); !slices.Contains(SubTypes(), strings.ToUpper(kind)) {
			return nil, fmt.Errorf("item_sub_type: %s is not one of %s", show(kind), strings.Join(SubTypes(), ", "))
		}
	}
	return v, err
}

func readMapping(raw any) (any, error) {
	v, err := readObject(raw)
	if err != nil {
		return nil, err
	}
	if _, ok := v.(map[string]any); !ok {
		return nil, fmt.Errorf("%s is not a JSON object", show(raw))
	}
	return v, nil
}

// pairsMost is the most entries of a field of kind pairs.
const pairsMost = 100

// readPairs takes an object of texts, or "Scent:Fruity,Flavor:Apple".
func (f field) readPairs(raw any) (any, error) {
	v, err := readObject(raw)
	if err != nil {
		return nil, err
	}
	m := map[string]any{}
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			s, err := scalar(e)
			if err != nil {
				return nil, err
			}
			m[k] = s
		}
	case string:
		for part := range strings.SplitSeq(v, ",") {
			k, s, ok := strings.Cut(part, ":")
			if !ok {
				return nil, fmt.Errorf("%s is not name:value pairs between commas", show(raw))
			}
			m[strings.TrimSpace(k)] = strings.TrimSpace(s)
		}
	default:
		return nil, fmt.Errorf("%s is not a JSON object", show(raw))
	}
	if len(m) > pairsMost {
		return nil, fmt.Errorf("has %d entries, at most %d are allowed", len(m), pairsMost)
	}
	for k, e := range m {
		if n := max(utf8.RuneCountInString(k), utf8.RuneCountInString(e.(string))); n > f.most {
			return nil, fmt.Errorf("%s has %d characters, at most %d are allowed", show(k), n, f.most)
		}
	}
	return m, nil
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
		v, err := decodeJSON([]byte(s))
		if err != nil {
			return nil, fmt.Errorf("%s is not a list of texts", show(s))
		}
		raw = v
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

// objectBytes is the most JSON that one field may hold.
const objectBytes = 100_000

// readObject takes JSON as it is, or as text that holds JSON; other text stays text.
func readObject(raw any) (any, error) {
	s, ok := raw.(string)
	if !ok {
		if b, err := json.Marshal(raw); err != nil || len(b) > objectBytes {
			return nil, fmt.Errorf("is larger than %d bytes", objectBytes)
		}
		return raw, nil
	}
	if len(s) > objectBytes {
		return nil, fmt.Errorf("is larger than %d bytes", objectBytes)
	}
	if t := strings.TrimSpace(s); !strings.HasPrefix(t, "{") && !strings.HasPrefix(t, "[") {
		return scalar(s)
	}
	v, err := decodeJSON([]byte(s))
	if err != nil {
		return nil, fmt.Errorf("%s is not JSON", show(s))
	}
	return v, nil
}

// plainText is a scalar of JSON as text.
func plainText(raw any) string {
	switch v := raw.(type) {
	case string:
		return strings.TrimSpace(v)
	case json.Number:
		return string(v)
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
	switch raw.(type) {
	case map[string]any, []any:
		if b, err := json.Marshal(raw); err == nil {
			s = string(b)
		}
	}
	s = strings.ToValidUTF8(s, "\uFFFD")
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return strconv.Quote(s)
}
