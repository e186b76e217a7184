package catalog

import (
	"iter"
	"maps"
	"slices"
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
	c := Change{values: map[string]any{}, vocab: v}
	names := make([]string, 0, len(values))
	for name := range values {
		if slices.Contains(without, name) {
			continue
		}
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
		if err != nil && f.kind == gtin && v == Batch {
			c.Warned = append(c.Warned, Problem{Field: name, Message: err.Error()})
			continue
		}
		if err != nil {
			c.Problems = append(c.Problems, Problem{Field: name, Message: err.Error()})
			continue
		}
		c.values[f.name] = value
	}
	return c
}
