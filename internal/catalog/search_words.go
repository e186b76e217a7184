package catalog

import (
	"strconv"
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
func words(folded string, f func(word string, dense bool)) {
	w := wordReader{text: folded, f: f}
	for at, r := range folded {
		switch {
		case r < utf8.RuneSelf:
			switch {
			case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
				w.letter(at, r, false)
			case r == '\'':
				w.joined(at)
			default:
				w.end(at)
			}
		case r == '’' || r == 0x200C || r == 0x200D:
			w.joined(at)
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
			w.letter(at, r, unspaced(r))
		default:
			w.end(at)
			if unicode.Is(unicode.So, r) {
				f(string(r), false)
			}
		}
	}
	w.end(len(folded))
}

// wordReader is a word on its way: a part of the text, or, where a joiner was left out of it, put together in parts.
type wordReader struct {
	text  string
	f     func(word string, dense bool)
	from  int
	runes int
	dense bool
	parts []byte
}

func (w *wordReader) letter(at int, r rune, dense bool) {
	if w.runes > 0 && w.dense != dense {
		w.end(at)
	}
	if w.runes == 0 {
		w.from, w.dense = at, dense
	}
	w.runes++
	if w.runes == wordMost+1 && !dense { // the rest does not count
		if w.parts == nil {
			w.parts = append(w.parts, w.text[w.from:at]...)
		}
	} else if w.parts != nil && (dense || w.runes <= wordMost) {
		w.parts = utf8.AppendRune(w.parts, r)
	}
}

// joined leaves out what joins: "don't" is "dont".
func (w *wordReader) joined(at int) {
	if w.runes > 0 && w.parts == nil {
		w.parts = append(make([]byte, 0, wordMost), w.text[w.from:at]...)
	}
}

func (w *wordReader) end(at int) {
	if w.runes == 0 {
		return
	}
	if w.parts != nil {
		w.f(string(w.parts), w.dense)
	} else {
		w.f(w.text[w.from:at], w.dense)
	}
	w.runes, w.parts = 0, nil
}

func unspaced(r rune) bool {
	return r >= 0x0E00 && (unicode.In(r, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Han, unicode.Hiragana, unicode.Katakana) || r == 'ー')
}

// letterPairs are the neighbouring letters of a stretch, or the letter it is.
func letterPairs(stretch string) []string {
	if utf8.RuneCountInString(stretch) == 1 {
		return []string{stretch}
	}
	var list []string
	last := 0
	for at := range stretch {
		if at > 0 {
			_, size := utf8.DecodeRuneInString(stretch[at:])
			list = append(list, stretch[last:at+size])
			last = at
		}
	}
	return list
}

// wholeSKU is what of a SKU counts when it is searched for as a whole: "SKU-7" is "sku 7".
func wholeSKU(folded string) string {
	var b []byte
	words(folded, func(w string, _ bool) { b = append(b, w...) })
	return string(b)
}

// beginMost is how long a beginning of a word has an entry of its own, in characters. Longer ones are looked for among
// the words, of which few begin with them.
const beginMost = 12

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

// entries makes the entries of items. What it needs is used again.
type entries struct {
	number       []byte // of the catalog
	names, texts map[string]struct{}
	begins       map[string]struct{}
	out          []byte
}

func newEntries(catalog id.ID) *entries {
	return &entries{number: strconv.AppendInt(nil, int64(catalog), 32), names: map[string]struct{}{}, texts: map[string]struct{}{}, begins: map[string]struct{}{}}
}

// of are the entries of an item, each between quotes where quote is set.
func (e *entries) of(i *Item, quote string) string {
	clear(e.names)
	clear(e.texts)
	clear(e.begins)
	e.out = e.out[:0]
	sku := Fold(i.RetailerID)
	for _, text := range [...]string{Fold(i.Title), Fold(i.Brand), sku} {
		words(text, e.name)
	}
	words(Fold(i.Description), func(word string, dense bool) { put(e.texts, word, dense) })
	e.add(kindSKU, "", quote)
	if sku = wholeSKU(sku); sku != "" {
		e.add(kindSKU, sku, quote)
	}
	for word := range e.names {
		e.add(kindName, word, quote)
	}
	for begin := range e.begins {
		e.add(kindBegin, begin, quote)
	}
	for word := range e.texts {
		if _, named := e.names[word]; !named {
			e.add(kindText, word, quote)
		}
	}
	return string(e.out)
}

func (e *entries) add(kind byte, word, quote string) {
	if len(e.out) > 0 {
		e.out = append(e.out, ' ')
	}
	e.out = append(append(e.out, quote...), e.number...)
	e.out = append(append(append(e.out, kind), word...), quote...)
}

func (e *entries) name(word string, dense bool) {
	if _, known := e.names[word]; known {
		return
	}
	put(e.names, word, dense)
	if dense {
		return
	}
	runes := 0
	for at := range word {
		if at > 0 {
			e.begins[word[:at]] = struct{}{}
			if runes++; runes == beginMost {
				return
			}
		}
	}
	e.begins[word] = struct{}{}
}

// put notes a word, or the letters and pairs of letters of a stretch.
func put(to map[string]struct{}, word string, dense bool) {
	if !dense {
		to[word] = struct{}{}
		return
	}
	for _, p := range letterPairs(word) {
		to[p] = struct{}{}
	}
	for at, r := range word {
		to[word[at:at+utf8.RuneLen(r)]] = struct{}{}
	}
}
