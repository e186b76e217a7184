package catalog

import (
	"iter"
	"maps"
	"slices"
	"strings"
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
	rows     *Rows          // of a row of a file, instead of values: its layout and its slots
	slots    []any
	bare     bool // leave [Item.Extra] alone
	vocab    Vocabulary
	Unknown  []string  // keys that name no field
	Problems []Problem // values that break a rule
	Warned   []Problem // values that break a rule and are left out
}

// value is the new value of a field; ok is false where it stays as it is. nil clears it.
func (c Change) value(name string) (v any, ok bool) {
	if c.rows == nil {
		v, ok = c.values[name]
		return v, ok
	}
	n, ok := c.rows.slot[name]
	if !ok || c.slots[n] == absent {
		return nil, false
	}
	return c.slots[n], true
}

func (c Change) get(name string) any {
	v, _ := c.value(name)
	return v
}

// all are the new values by field name.
func (c Change) all() iter.Seq2[string, any] {
	if c.rows == nil {
		return maps.All(c.values)
	}
	return func(yield func(string, any) bool) {
		for n, name := range c.rows.names {
			if c.slots[n] != absent && !yield(name, c.slots[n]) {
				return
			}
		}
	}
}

// ReadChange reads the values of an item in one of the two vocabularies. Values come from JSON or, from
// forms, as strings. Those named in without are passed over.
func ReadChange(v Vocabulary, values map[string]any, without ...string) Change {
	c := Change{values: make(map[string]any, len(values)), vocab: v}
	fields := index[v]
	twice := false // two names of one field
	for name, raw := range values {
		if slices.Contains(without, name) {
			continue
		}
		f, ok := fields[name]
		if !ok {
			c.Unknown = append(c.Unknown, name)
			continue
		}
		_, have := c.values[f.name]
		twice = twice || have
		c.read(&f, name, raw)
	}
	if twice {
		// The last one by name holds.
		for _, name := range slices.Sorted(maps.Keys(values)) {
			if f, ok := fields[name]; ok && !slices.Contains(without, name) {
				if value, err := f.read(values[name]); err == nil {
					c.values[f.name] = value
				}
			}
		}
	}
	slices.Sort(c.Unknown)
	byField := func(a, b Problem) int { return strings.Compare(a.Field, b.Field) }
	slices.SortFunc(c.Problems, byField)
	slices.SortFunc(c.Warned, byField)
	return c
}

// read reads one value.
func (c *Change) read(f *field, name string, raw any) {
	value, err := f.read(raw)
	switch {
	case err != nil && f.kind == gtin && c.vocab == Batch:
		c.Warned = append(c.Warned, Problem{Field: name, Message: err.Error()})
	case err != nil:
		c.Problems = append(c.Problems, Problem{Field: name, Message: err.Error()})
	default:
		c.values[f.name] = value
	}
}
