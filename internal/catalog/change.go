package catalog

import "slices"

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
		if err != nil {
			c.Problems = append(c.Problems, Problem{Field: name, Message: err.Error()})
			continue
		}
		c.values[f.name] = value
	}
	return c
}
