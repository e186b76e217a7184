package catalog

import (
	"context"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// needsMost is how many texts of one test are looked for in the index.
const needsMost = 20

func (g group) needs(x syntax, catalog id.ID) string {
	var list []string
	for _, r := range g.rules {
		switch need := r.needs(x, catalog); {
		case need != "":
			list = append(list, need)
		case !g.all:
			return "" // this one may hold where no word is needed
		}
	}
	if len(list) == 0 {
		return ""
	}
	if len(list) > needsMost && !g.all {
		return ""
	}
	return bracket(list[:min(len(list), needsMost)], map[bool]string{true: x.and, false: x.or}[g.all])
}

func (negation) needs(syntax, id.ID) string { return "" }

// needs are the words of a text that an item's field must hold or be.
func (t test) needs(x syntax, catalog id.ID) string {
	if !t.field.searched || t.not {
		return ""
	}
	switch t.op {
	case opContains:
		var list []string
		for _, w := range t.words {
			for _, p := range parts(w) {
				list = t.need(x, catalog, p, list)
			}
		}
		if len(list) == 0 {
			return ""
		}
		return bracket(list, x.and)
	case opEqual:
		if len(t.texts) > needsMost {
			return ""
		}
		var either []string
		for _, text := range t.texts {
			list := t.need(x, catalog, text, nil)
			if len(list) == 0 {
				return ""
			}
			either = append(either, bracket(list, x.and))
		}
		return bracket(either, x.or)
	}
	return ""
}

// need adds the first words of a text, each as a search, to a list.
func (t test) need(x syntax, catalog id.ID, text string, list []string) []string {
	add := func(word string) {
		if len(list) >= searchWords {
			return
		}
		either := []string{x.entry(catalog, kindName, word)}
		if t.field.column == "description" {
			either = append(either, x.entry(catalog, kindText, word))
		}
		list = append(list, bracket(either, x.or))
	}
	words(Fold(text), func(word string, dense bool) {
		if !dense {
			add(word)
			return
		}
		for _, p := range letterPairs(word) {
			add(p)
		}
	})
	return list
}

// narrowMost is up to how many items the index narrows a selection to. Of more the catalog itself is read: a page of
// them is found soon.
const narrowMost = 5000

// narrow looks for the words that the rules need in the index, and limits the selection to the items that have them
// and those that the index does not know as they are now.
func (s *selection) narrow(ctx context.Context, tx *db.Tx) error {
	x := syntaxes[tx.Dialect()]
	var list []string
	for _, r := range s.rules {
		if need := r.root.needs(x, s.catalog); need != "" {
			list = append(list, need)
		}
	}
	if len(list) == 0 {
		return nil
	}
	behind, known, err := behindTx(ctx, tx, s.catalog)
	if err != nil || !known {
		return err
	}
	items, err := column[id.ID](ctx, tx, indexOnly[tx.Dialect()], bracket(list, x.and), narrowMost+1)
	if err != nil || len(items) > narrowMost {
		return err
	}
	s.and(`i.id = ANY($%d)`, append(items, behind...))
	s.sparse = false
	return nil
}
