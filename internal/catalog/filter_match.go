package catalog

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

func (t test) match(i *Item) bool { return t.positive(i) != t.not }

func (t test) namesSKUs() bool {
	return t.field.column == "retailer_id" && t.op == opEqual && !t.not
}

func (t test) positive(i *Item) bool {
	if t.field.numeric {
		n, ok := t.field.number(i)
		return ok && t.compare(n)
	}
	for _, value := range t.field.text(i) {
		if t.holds(value) {
			return true
		}
	}
	return false
}

func (t test) compare(n int64) bool {
	switch t.op {
	case opPresent:
		return true
	case opLess:
		return n < t.numbers[0]
	case opAtMost:
		return n <= t.numbers[0]
	case opMore:
		return n > t.numbers[0]
	case opAtLeast:
		return n >= t.numbers[0]
	}
	return slices.Contains(t.numbers, n)
}

func (t test) holds(value string) bool {
	switch t.op {
	case opPresent:
		return true
	case opEqual:
		return slices.ContainsFunc(t.texts, func(o string) bool { return t.field.same(value, o) })
	case opContains:
		return containsWords(value, t.words)
	case opStarts:
		if isASCII(t.texts[0]) {
			return strings.HasPrefix(lowerASCII(value), t.texts[0])
		}
		return strings.HasPrefix(strings.ToLower(value), t.texts[0])
	case opRegex:
		return t.regex.MatchString(value)
	}
	return false
}

// joiners hold words together that also count by themselves: "t-shirt" holds "t-shirt", "t" and "shirt".
const joiners = "&:/._#-"

// filterWords are the words of a text, in lower case: runs of letters, marks, digits, symbols, apostrophes and
// joiners. Text without spaces between words, as in Thai or Chinese, is one word.
func filterWords(s string) []string {
	words := strings.FieldsFunc(strings.ToLower(norm.NFC.String(s)), func(r rune) bool {
		return !wordRune(r) && !strings.ContainsRune(joiners, r)
	})
	return slices.DeleteFunc(words, func(w string) bool { return strings.Trim(w, joiners) == "" })
}

func wordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || unicode.Is(unicode.So, r) || unicode.Is(unicode.Sk, r) ||
		r == '\'' || r == '’' || r == 0x200C || r == 0x200D
}

// parts are what joiners hold together.
func parts(word string) []string {
	return strings.FieldsFunc(word, func(r rune) bool { return strings.ContainsRune(joiners, r) })
}

// containsWords tells whether every word stands in a text, in any order.
func containsWords(value string, words []string) bool {
	have := map[string]bool{}
	for _, w := range filterWords(value) {
		have[w] = true
		if strings.ContainsAny(w, joiners) {
			for _, p := range parts(w) {
				have[p] = true
			}
		}
	}
	for _, w := range words {
		if have[w] {
			continue
		}
		split := parts(w)
		if len(split) == 0 || slices.ContainsFunc(split, func(p string) bool { return !have[p] }) {
			return false
		}
	}
	return true
}
