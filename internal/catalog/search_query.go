package catalog

import (
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

// searchPart is a word of a search, or a pair of letters of one in a script without spaces.
type searchPart struct {
	text         string
	dense, begun bool // begun: the beginning of a word counts too
}

// search is what somebody looks for, read.
type search struct {
	parts []searchPart // all of them; none: nothing is found
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
	count := 0
	words(folded, func(word string, dense bool) {
		if count++; count > searchWords {
			return
		}
		if !dense {
			s.parts = append(s.parts, searchPart{text: word})
			return
		}
		for _, p := range letterPairs(word) {
			s.parts = append(s.parts, searchPart{text: p, dense: true})
		}
	})
	s.parts = s.parts[:min(len(s.parts), searchEntries)]
	if n := len(s.parts); n > 0 {
		s.parts[n-1].begun = !s.parts[n-1].dense
	}
	s.sku = wholeSKU(folded)
	return s, true
}

// rank is how well an item meets the search, as the index tells it; 0: not at all.
func (s search) rank(i *Item) int {
	if len(s.parts) == 0 {
		return 0
	}
	sku := Fold(i.RetailerID)
	if wholeSKU(sku) == s.sku {
		return rankSKU
	}
	var whole, begun uint64 // the parts that were found, by their number
	see := func(word string, dense bool) {
		for n, p := range s.parts {
			switch {
			case p.dense != dense:
			case p.text == word || dense && strings.Contains(word, p.text):
				whole |= 1 << n
			case p.begun && strings.HasPrefix(word, p.text):
				begun |= 1 << n
			}
		}
	}
	for _, text := range [...]string{Fold(i.Title), Fold(i.Brand), sku} {
		words(text, see)
	}
	all := uint64(1)<<len(s.parts) - 1
	switch {
	case whole == all:
		return rankWords
	case whole|begun == all:
		return rankBegun
	}
	had := begun
	words(Fold(i.Description), see)
	if whole|had == all {
		return rankText
	}
	return 0
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

// any writes the search of all ranks.
func (s search) any(x syntax, catalog id.ID) string {
	return bracket([]string{s.upTo(x, catalog, rankText), s.match(x, catalog, rankSKU)}, x.or)
}

// upTo writes the search for items of a rank or a better one, but for those found by their SKU.
func (s search) upTo(x syntax, catalog id.ID, rank int) string {
	all := make([]string, 0, len(s.parts))
	for _, p := range s.parts {
		either := []string{x.entry(catalog, kindName, p.text)}
		if p.begun && rank >= rankBegun {
			either[0] = x.begins(catalog, p.text) // the whole word among them
		}
		if rank >= rankText {
			either = append(either, x.entry(catalog, kindText, p.text))
		}
		all = append(all, bracket(either, x.or))
	}
	return bracket(all, x.and)
}

func bracket(list []string, operator string) string {
	if len(list) == 1 {
		return list[0]
	}
	return "(" + strings.Join(list, operator) + ")"
}
