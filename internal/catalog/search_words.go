package catalog

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hawkerhq/hawker/internal/id"
)

// Both engines search the same words, made here: letters and digits without case and diacritics. Scripts that put no
// spaces between words, such as Thai and Chinese, are found by their letters and pairs of letters; a sign such as ☕ is
// a word. What stands between words in the filter ([filterWords]) also does here, so that the index can narrow one.

// wordMost is how much of a word counts, in characters.
const wordMost = 64

// words calls f with each word of a folded text, and tells whether it is a stretch of a script without spaces.
func words(folded string, f func(word string, unspaced bool)) {
	var word []byte
	runes, dense := 0, false
	end := func() {
		if runes > 0 {
			f(string(word), dense)
		}
		word, runes, dense = word[:0], 0, false
	}
	for _, r := range folded {
		switch {
		case r == '\'' || r == '’' || r == 0x200C || r == 0x200D: // joins: "don't" is "dont"
		case r < utf8.RuneSelf && !('a' <= r && r <= 'z' || '0' <= r && r <= '9'):
			end()
		case r >= utf8.RuneSelf && unicode.Is(unicode.So, r):
			end()
			f(string(r), false)
		case r >= utf8.RuneSelf && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r):
			end()
		default:
			if u := r >= utf8.RuneSelf && unspaced(r); runes > 0 && u != dense {
				end()
				dense = u
			} else if runes == 0 {
				dense = u
			}
			if runes++; dense || runes <= wordMost {
				word = utf8.AppendRune(word, r)
			}
		}
	}
	end()
}

func unspaced(r rune) bool {
	return r >= 0x0E00 && (unicode.In(r, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Han, unicode.Hiragana, unicode.Katakana) || r == 'ー')
}

// letterPairs are the neighbouring letters of a stretch, or the letter it is.
func letterPairs(stretch string) []string {
	r := []rune(stretch)
	if len(r) == 1 {
		return []string{stretch}
	}
	list := make([]string, len(r)-1)
	for n := range list {
		list[n] = string(r[n : n+2])
	}
	return list
}

// wholeSKU is what of a SKU counts when it is searched for as a whole: "SKU-7" is "sku 7".
func wholeSKU(folded string) string {
	var b strings.Builder
	words(folded, func(w string, _ bool) { b.WriteString(w) })
	return b.String()
}

// beginMost is how long a beginning of a word has an entry of its own, in characters. Longer ones are looked for among
// the words, of which few begin with them.
const beginMost = 3

// Kinds of entries in the index. An entry is the catalog's number, one of these and the word: a search meets no
// entry of another catalog. The number is written with 0 to 9 and a to v, so that its end is seen.
const (
	kindName  = 'w' // a word of title, brand or SKU
	kindBegin = 'x' // the beginning of one
	kindText  = 'y' // a word of the description
	kindSKU   = 'z' // a whole SKU; alone: any item of the catalog
)

// entry is the name of an entry in the index.
func entry(catalog id.ID, kind byte, word string) string {
	b := make([]byte, 0, 16+len(word))
	b = strconv.AppendInt(b, int64(catalog), 32)
	b = append(b, kind)
	return string(append(b, word...))
}

// itemWords are the words an item is found by.
type itemWords struct {
	names, texts map[string]bool // with the pairs of scripts without spaces; texts: of the description
	whole        []string        // of names: words that may be begun
	sku          string
}

func (i *Item) words() itemWords {
	w := itemWords{names: map[string]bool{}, texts: map[string]bool{}}
	put := func(to map[string]bool) func(string, bool) {
		return func(word string, dense bool) {
			if !dense {
				to[word] = true
				return
			}
			for _, p := range letterPairs(word) {
				to[p] = true
			}
			for _, r := range word {
				to[string(r)] = true
			}
		}
	}
	names := put(w.names)
	for _, text := range [...]string{i.Title, i.Brand, i.RetailerID} {
		words(Fold(text), func(word string, dense bool) {
			names(word, dense)
			if !dense {
				w.whole = append(w.whole, word)
			}
		})
	}
	words(Fold(i.Description), put(w.texts))
	w.sku = wholeSKU(Fold(i.RetailerID))
	return w
}

// entries are the entries of an item in the index.
func (w itemWords) entries(catalog id.ID) []string {
	list := make([]string, 0, 2+4*len(w.names)+len(w.texts))
	list = append(list, entry(catalog, kindSKU, ""))
	if w.sku != "" {
		list = append(list, entry(catalog, kindSKU, w.sku))
	}
	for word := range w.names {
		list = append(list, entry(catalog, kindName, word))
	}
	begins := map[string]bool{}
	for _, word := range w.whole {
		for n := range beginnings(word) {
			if b := word[:n]; !begins[b] {
				begins[b] = true
				list = append(list, entry(catalog, kindBegin, b))
			}
		}
	}
	for word := range w.texts {
		if !w.names[word] {
			list = append(list, entry(catalog, kindText, word))
		}
	}
	return list
}

// beginnings are the lengths, in bytes, of the beginnings of a word that have entries.
func beginnings(word string) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		runes := 0
		for at := range word {
			if at > 0 {
				if runes++; !yield(at) || runes == beginMost {
					return
				}
			}
		}
		yield(len(word))
	}
}
