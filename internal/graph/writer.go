package graph

import (
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/hawkerhq/hawker/internal/id"
)

// writer puts an answer together: what nearly all fields hold is appended without looking at types at run time.
type writer struct{ b []byte }

// begin starts an object or a list, as the next element where it stands in a list.
func (w *writer) begin(bracket byte) {
	w.element()
	w.b = append(w.b, bracket)
}

func (w *writer) end(bracket byte) { w.b = append(w.b, bracket) }

// element puts the comma before what follows in a list.
func (w *writer) element() {
	if n := len(w.b); n > 0 && w.b[n-1] != '[' && w.b[n-1] != '{' && w.b[n-1] != ':' {
		w.b = append(w.b, ',')
	}
}

// name starts a member of an object.
func (w *writer) name(s string) {
	w.element()
	w.text(s)
	w.b = append(w.b, ':')
}

// text writes a string.
func (w *writer) text(s string) {
	for n := range len(s) {
		if c := s[n]; c < ' ' || c == '"' || c == '\\' || c >= 0x7f {
			w.b, _ = jsontext.AppendQuote(w.b, s) // bytes that are no text are replaced
			return
		}
	}
	w.b = append(w.b, '"')
	w.b = append(w.b, s...)
	w.b = append(w.b, '"')
}

// value writes any value, as the next element where it stands in a list.
func (w *writer) value(v any) error {
	w.element()
	switch v := v.(type) {
	case string:
		w.text(v)
	case id.ID:
		w.b = append(w.b, '"')
		if v != 0 {
			w.b = strconv.AppendInt(w.b, int64(v), 10)
		}
		w.b = append(w.b, '"')
	case bool:
		w.b = strconv.AppendBool(w.b, v)
	case int:
		w.b = strconv.AppendInt(w.b, int64(v), 10)
	case int64:
		w.b = strconv.AppendInt(w.b, v, 10)
	case time.Time:
		w.b = append(w.b, '"')
		w.b = v.UTC().AppendFormat(w.b, timeLayout)
		w.b = append(w.b, '"')
	default:
		b, err := marshal(v)
		if err != nil {
			return err
		}
		w.b = append(w.b, b...)
	}
	return nil
}

func marshal(v any) ([]byte, error) { return json.Marshal(v, marshalOptions) }

// Marshal is v as the engine writes the answer of a handler.
func Marshal(v any) ([]byte, error) { return marshal(v) }
