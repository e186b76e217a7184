package catalog

import (
	"bytes"
	stdjson "encoding/json"
	"fmt"
	"sync"

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
