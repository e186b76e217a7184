package catalog

import (
	"maps"
	"slices"
	"strings"
)

// variantFields are what variants differ in, the most telling first.
var variantFields = []string{"color", "size", "material", "pattern"}

// variantMost is the longest label of a variant, in characters.
const variantMost = 80

// variant tells the item from the others of its group, for people: "White · S". Items without a group have none.
func (i *Item) variant(extra func(name string) any) string {
	if i.GroupID == "" {
		return ""
	}
	var words []string
	for _, name := range variantFields {
		if s, ok := extra(name).(string); ok && s != "" {
			words = append(words, s)
		}
	}
	more, _ := extra("additional_variant_attributes").(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(more)) {
		if s, ok := more[name].(string); ok && s != "" {
			words = append(words, s)
		}
	}
	label := []rune(strings.Join(words, " · "))
	if len(label) > variantMost {
		return string(label[:variantMost-1]) + "…"
	}
	return string(label)
}

// FullTitle is the title with what tells the variant from others.
func (i Item) FullTitle() string {
	if i.Variant == "" {
		return i.Title
	}
	return i.Title + " · " + i.Variant
}
