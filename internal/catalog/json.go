package catalog

import (
	"bytes"
	stdjson "encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// decoders are used again: batches decode thousands of small values.
var decoders = sync.Pool{New: func() any { return new(jsontext.Decoder) }}

// decodeJSON reads one JSON value. Numbers become [stdjson.Number] and keep their spelling, so that what is
// stored and read again is the same value. A key that stands twice is refused.
func decodeJSON(b []byte) (any, error) {
	dec := decoders.Get().(*jsontext.Decoder)
	defer decoders.Put(dec)
	dec.Reset(bytes.NewBuffer(b))
	v, err := decodeValue(dec)
	if err != nil {
		return nil, err
	}
	if dec.PeekKind() != 0 {
		return nil, fmt.Errorf("catalog: more than one JSON value")
	}
	return v, nil
}

func decodeValue(dec *jsontext.Decoder) (any, error) {
	if dec.PeekKind() == '0' {
		v, err := dec.ReadValue()
		return stdjson.Number(v), err
	}
	tok, err := dec.ReadToken()
	if err != nil {
		return nil, err
	}
	switch tok.Kind() {
	case 'n':
		return nil, nil
	case 't', 'f':
		return tok.Bool(), nil
	case '"':
		return tok.String(), nil
	case '{':
		m := map[string]any{}
		for dec.PeekKind() != '}' {
			key, err := dec.ReadToken()
			if err != nil {
				return nil, err
			}
			name := key.String()
			if m[name], err = decodeValue(dec); err != nil {
				return nil, err
			}
		}
		_, err = dec.ReadToken()
		return m, err
	default:
		list := []any{}
		for dec.PeekKind() != ']' {
			v, err := decodeValue(dec)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err = dec.ReadToken()
		return list, err
	}
}

// jsonText is a value as a column keeps it: nothing when it has no elements.
func jsonText(v any, n int) string {
	if n == 0 {
		return ""
	}
	return string(appendJSON(make([]byte, 0, 256), v))
}

// appendJSON appends what the standard encoder makes of a value that came from JSON or from a cell, but faster
// for what most of them are.
func appendJSON(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...)
	case string:
		return appendString(b, v)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case []string:
		b = append(b, '[')
		for n, s := range v {
			if n > 0 {
				b = append(b, ',')
			}
			b = appendString(b, s)
		}
		return append(b, ']')
	case map[string]any:
		if v != nil {
			return appendObject(b, v)
		}
	}
	text, err := stdjson.Marshal(v)
	if err != nil {
		panic(err) // strings and values that came from JSON
	}
	return append(b, text...)
}

func appendObject(b []byte, m map[string]any) []byte {
	var few [32]string
	names := few[:0]
	for name := range maps.Keys(m) {
		names = append(names, name)
	}
	slices.Sort(names)
	b = append(b, '{')
	for n, name := range names {
		if n > 0 {
			b = append(b, ',')
		}
		b = appendString(b, name)
		b = append(b, ':')
		b = appendJSON(b, m[name])
	}
	return append(b, '}')
}

func appendString(b []byte, s string) []byte {
	start := len(b)
	b = append(b, '"')
	plain := true
	done := 0
	for n := range len(s) {
		c := s[n]
		if c >= ' ' && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&' && c < utf8.RuneSelf {
			continue
		}
		switch {
		case c >= utf8.RuneSelf:
			plain = false
		case c < ' ':
			return appendEscaped(b[:start], s)
		case c == '"', c == '\\':
			b = append(append(b, s[done:n]...), '\\', c)
			done = n + 1
		default:
			b = append(append(b, s[done:n]...), '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
			done = n + 1
		}
	}
	if !plain && (!utf8.ValidString(s) || strings.Contains(s, "\u2028") || strings.Contains(s, "\u2029")) {
		return appendEscaped(b[:start], s)
	}
	return append(append(b, s[done:]...), '"')
}

const hexDigits = "0123456789abcdef"

func appendEscaped(b []byte, s string) []byte {
	text, err := stdjson.Marshal(s)
	if err != nil {
		panic(err) // a string always encodes
	}
	return append(b, text...)
}
