package graph

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// jsonPath finds the scalars that expr names in a JSON text. It knows the parts of JSONPath that batches
// use: $, .name, ['name'], [n], .*, [*] and ..name.
func jsonPath(text []byte, expr string) ([]string, error) {
	steps, err := parseJSONPath(expr)
	if err != nil {
		return nil, err
	}
	dec := jsontext.NewDecoder(strings.NewReader(string(text)), jsontext.AllowInvalidUTF8(true))
	var root any
	if err := json.UnmarshalDecode(dec, &root, json.WithUnmarshalers(json.UnmarshalFromFunc(keepNumber))); err != nil {
		return nil, ErrBatch.With("batch", "the answer a reference points into is not JSON")
	}
	nodes := []any{root}
	for _, s := range steps {
		var next []any
		for _, n := range nodes {
			next = s.apply(next, n)
			if len(next) > maxFound {
				return nil, ErrBatch.Withf("batch", "the reference %.60q finds more than %d values", expr, maxFound)
			}
		}
		nodes = next
	}
	var found []string
	for _, n := range nodes {
		switch v := n.(type) {
		case string:
			found = append(found, v)
		case number:
			found = append(found, string(v))
		case bool:
			found = append(found, strconv.FormatBool(v))
		}
	}
	return found, nil
}

// maxFound bounds what a path may gather at any of its steps: .. upon .. multiplies.
const maxFound = 10_000

// number keeps a JSON number as written: ids must not pass through a float.
type number string

func keepNumber(dec *jsontext.Decoder, v *any) error {
	if dec.PeekKind() != '0' {
		return errors.ErrUnsupported
	}
	raw, err := dec.ReadValue()
	*v = number(raw)
	return err
}

// step is one part of a path.
type step struct {
	name string
	nth  int // -1: by name
	all  bool
	deep bool
}

func (s step) apply(found []any, n any) []any {
	switch v := n.(type) {
	case map[string]any:
		keys := slices.Sorted(maps.Keys(v))
		if s.all {
			for _, k := range keys {
				found = append(found, v[k])
			}
		} else if hit, ok := v[s.name]; ok && s.nth < 0 {
			found = append(found, hit)
		}
		if s.deep {
			for _, k := range keys {
				found = s.apply(found, v[k])
			}
		}
	case []any:
		if s.all {
			found = append(found, v...)
		} else if s.nth >= 0 && s.nth < len(v) {
			found = append(found, v[s.nth])
		}
		if s.deep {
			for _, x := range v {
				found = s.apply(found, x)
			}
		}
	}
	return found
}

func parseJSONPath(expr string) ([]step, error) {
	bad := ErrBatch.Withf("batch", "%.60q is not a JSONPath of the kind $.data.*.id", expr)
	rest, ok := strings.CutPrefix(expr, "$")
	const most = 256
	if !ok || len(expr) > most {
		return nil, bad
	}
	var steps []step
	for rest != "" {
		s := step{nth: -1}
		switch {
		case strings.HasPrefix(rest, "["):
			inner, after, ok := strings.Cut(rest[1:], "]")
			if !ok {
				return nil, bad
			}
			rest = after
			if n, err := strconv.Atoi(inner); err == nil && n >= 0 {
				s.nth = n
			} else if inner == "*" {
				s.all = true
			} else if s.name = strings.Trim(inner, `'"`); s.name == "" || len(s.name) == len(inner) {
				return nil, bad
			}
		case strings.HasPrefix(rest, "."):
			s.deep = strings.HasPrefix(rest, "..")
			rest = strings.TrimPrefix(strings.TrimPrefix(rest, "."), ".")
			end := strings.IndexAny(rest, ".[")
			if end < 0 {
				end = len(rest)
			}
			s.name, rest = rest[:end], rest[end:]
			if s.name == "" {
				return nil, bad
			}
			s.all = s.name == "*"
		default:
			return nil, bad
		}
		steps = append(steps, s)
	}
	return steps, nil
}
