package catalog

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// How well an item meets a search, the best first. Items of one rank come by id: the order is the same on every
// engine, and a deep page costs what the first one does.
const (
	rankSKU   = 1 + iota // its SKU is what was searched for
	rankWords            // title, brand and SKU hold all words
	rankBegun            // so, when the last word is only begun
	rankText             // the description is needed too
)

// Bounds of a search.
const (
	searchRunes   = 200
	searchWords   = 8
	searchEntries = 32
)

// searchWord is a word of a search: in a script without spaces, its pairs of letters.
type searchWord struct {
	parts []string
	begun bool // the beginning of a word counts too
}

// search is what somebody looks for, read.
type search struct {
	words []searchWord // all of them; none: nothing is found
	sku   string
}

// readSearch reads the words of a search; ok is false where there is nothing to look for.
func readSearch(text string) (s search, ok bool) {
	if strings.TrimSpace(text) == "" {
		return search{}, false
	}
	if r := []rune(text); len(r) > searchRunes {
		text = string(r[:searchRunes])
	}
	folded := Fold(strings.ToValidUTF8(text, " "))
	entries := 0
	words(folded, func(word string, dense bool) {
		if len(s.words) == searchWords || entries >= searchEntries {
			return
		}
		w := searchWord{parts: []string{word}}
		if dense {
			w.parts = letterPairs(word)
			w.parts = w.parts[:min(len(w.parts), searchEntries-entries)]
		}
		w.begun = !dense
		entries += len(w.parts)
		s.words = append(s.words, w)
	})
	for n := range s.words {
		s.words[n].begun = s.words[n].begun && n == len(s.words)-1
	}
	s.sku = wholeSKU(folded)
	return s, true
}

// rank is how well an item meets the search, as the index tells it; 0: not at all.
func (s search) rank(i *Item) int {
	if len(s.words) == 0 {
		return 0
	}
	w := i.words()
	if w.sku == s.sku {
		return rankSKU
	}
	rank := rankWords
	for _, word := range s.words {
		rank = max(rank, w.rankOf(word))
	}
	if rank > rankText {
		return 0
	}
	return rank
}

// rankOf is the best rank of an item with regard to one word; beyond rankText: none.
func (w itemWords) rankOf(word searchWord) int {
	rank := rankWords
	for _, p := range word.parts {
		switch {
		case w.names[p]:
		case word.begun && slices.ContainsFunc(w.whole, func(name string) bool { return strings.HasPrefix(name, p) }):
			rank = max(rank, rankBegun)
		case w.texts[p]:
			rank = max(rank, rankText)
		default:
			return rankText + 1
		}
	}
	return rank
}

// syntax is how an engine writes a search of the index. Entries are letters and digits, so that nothing in them needs
// an escape.
type syntax struct{ and, or, not, quote, begun string }

var syntaxes = map[db.Dialect]syntax{
	db.SQLite:   {and: " AND ", or: " OR ", not: " NOT ", quote: `"`, begun: " *"},
	db.Postgres: {and: " & ", or: " | ", not: " & !", quote: `'`, begun: ":*"},
}

func (x syntax) entry(catalog id.ID, kind byte, word string) string {
	return x.quote + entry(catalog, kind, word) + x.quote
}

func (x syntax) begins(catalog id.ID, word string) string {
	if utf8.RuneCountInString(word) <= beginMost {
		return x.entry(catalog, kindBegin, word)
	}
	return x.entry(catalog, kindName, word) + x.begun
}

// match writes the search of one rank for the index.
func (s search) match(x syntax, catalog id.ID, rank int) string {
	sku := x.entry(catalog, kindSKU, s.sku)
	switch rank {
	case rankSKU:
		return sku
	case rankWords:
		return s.upTo(x, catalog, rankWords) + x.not + sku
	}
	return s.upTo(x, catalog, rank) + x.not + "(" + s.upTo(x, catalog, rank-1) + x.or + sku + ")"
}

// upTo writes the search for items of a rank or a better one, but for those found by their SKU.
func (s search) upTo(x syntax, catalog id.ID, rank int) string {
	all := make([]string, 0, len(s.words))
	for _, w := range s.words {
		for _, p := range w.parts {
			either := []string{x.entry(catalog, kindName, p)}
			if w.begun && rank >= rankBegun {
				either = append(either, x.begins(catalog, p))
			}
			if rank >= rankText {
				either = append(either, x.entry(catalog, kindText, p))
			}
			all = append(all, bracket(either, x.or))
		}
	}
	return bracket(all, x.and)
}

func bracket(list []string, operator string) string {
	if len(list) == 1 {
		return list[0]
	}
	return "(" + strings.Join(list, operator) + ")"
}
