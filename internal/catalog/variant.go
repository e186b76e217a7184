package catalog

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// variantFields are what variants differ in, the most telling first.
var variantFields = []string{"color", "size", "material", "pattern"}

// variantMost is the longest label of a variant, in characters.
const variantMost = 80

// Attribute is something that variants differ in, and what the item is.
type Attribute struct{ Name, Value string }

// attributes are what tells the item from the others of its group, the most telling first. Items without a group have none.
func (i *Item) attributes(extra func(name string) any) (list []Attribute) {
	if i.GroupID == "" {
		return nil
	}
	for _, name := range variantFields {
		if s, ok := extra(name).(string); ok && s != "" {
			list = append(list, Attribute{name, s})
		}
	}
	more, _ := extra("additional_variant_attributes").(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(more)) {
		if s, ok := more[name].(string); ok && s != "" {
			list = append(list, Attribute{name, s})
		}
	}
	return list
}

// Attributes are what tells the item from the others of its group.
func (i *Item) Attributes() []Attribute { return i.attributes(i.extra) }

// variant tells the item from the others of its group, for people: "White · S".
func (i *Item) variant(extra func(name string) any) string {
	list := i.attributes(extra)
	words := make([]string, len(list))
	for n, a := range list {
		words[n] = a.Value
	}
	label := []rune(strings.Join(words, " · "))
	if len(label) > variantMost {
		return string(label[:variantMost-1]) + "…"
	}
	return string(label)
}

// VisibleGroupTx lists what customers see of a group, at most so many, oldest first.
func VisibleGroupTx(ctx context.Context, tx *db.Tx, catalog id.ID, group string, most int) ([]Item, error) {
	if group == "" {
		return nil, nil
	}
	return queryItems(ctx, tx, selectItem+`WHERE `+visible+` AND i.group_id = $3 ORDER BY i.id LIMIT $4`, catalog, tx.Now(), group, most)
}

// FullTitle is the title with what tells the variant from others.
func (i Item) FullTitle() string {
	if i.Variant == "" {
		return i.Title
	}
	return i.Title + " · " + i.Variant
}
