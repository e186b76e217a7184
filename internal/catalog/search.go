package catalog

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// latin are the folded letters of the Latin blocks, which hold nearly all text of this trade: U+0000 to
// U+024F, and U+1E00 to U+1EFF behind them.
var latin [latinEnd + moreEnd - moreStart]string

const (
	latinEnd  = 0x250
	moreStart = 0x1E00
	moreEnd   = 0x1F00
)

func init() {
	for r := rune(0); r < latinEnd; r++ {
		latin[r] = foldRune(r)
	}
	for r := rune(moreStart); r < moreEnd; r++ {
		latin[latinEnd+r-moreStart] = foldRune(r)
	}
}

// Fold makes text comparable without diacritics: "Áo dài" and "ao dai" are the same.
func Fold(s string) string {
	b := make([]byte, 0, len(s)+8)
	for _, r := range s {
		switch {
		case r < utf8.RuneSelf:
			if 'A' <= r && r <= 'Z' {
				r += 'a' - 'A'
			}
			b = append(b, byte(r))
		case r < latinEnd:
			b = append(b, latin[r]...)
		case r >= moreStart && r < moreEnd:
			b = append(b, latin[latinEnd+r-moreStart]...)
		case !unicode.Is(unicode.Mn, r):
			b = append(b, foldRune(r)...)
		}
	}
	return string(b)
}

// foldRune is a letter in lower case, without its marks.
func foldRune(r rune) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(string(unicode.ToLower(r))) {
		switch {
		case r == 'đ':
			b.WriteByte('d')
		case !unicode.Is(unicode.Mn, r):
			b.WriteRune(r)
		}
	}
	return b.String()
}

var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// escapeLike makes a word match itself in LIKE.
func escapeLike(word string) string { return likeEscaper.Replace(word) }
