// Package fold reads a text as the words a reader sees: compatibility forms, look-alike letters, invisible
// characters, accents, spaced and dotted letters and digits for letters make no difference. Every word
// knows where in the original it stands.
package fold

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Break is what stands before a word.
type Break uint8

// Breaks, the weakest first.
const (
	None  Break = iota // nothing: letters after digits, as in 500ml
	Glue               // punctuation without a space, as in B.i.a
	Space              // space
	Join               // + or &
	Comma              // a mark that ends a part of a sentence
)

// Word is a folded word of a text.
type Word struct {
	Start, End int    // bytes of the original
	Before     Break  // what separates it from the word before
	Key        uint64 // hash of the letters: no case, no accents, no plural s
	Exact      uint64 // hash of the letters with their accents; equal to Key when there are none
	Letters    int    // how many letters, marks not counted; 0 for a number or a picture
	Number     bool
	Tail       uint64 // hash without an ending or a prefix of its language; 0 when there is none
	from, to   int32  // of its letters in the text's
}

// Text is a folded text.
type Text struct {
	Words      []Word
	Variants   [][]Word // the same text with hidden spellings undone
	Vietnamese bool     // has marks only Vietnamese has, so accents count
	Marked     bool     // has any accent
	Odd        int      // runes of the original that hide letters: invisible, styled, look-alike
	Cut        bool     // the text was longer than is read
	letters    []byte   // of all words in Latin letters, one behind another
}

// Letters are a word's letters without case, accents and plural; none for a word in another script. They must not be changed.
func (t *Text) Letters(w Word) []byte { return t.letters[w.from:w.to] }

// keep makes a spelling a word of the text.
func (t *Text) keep(s *spelling, start, end int, before Break) Word {
	w, letters := s.word(start, end, before)
	w.from = int32(len(t.letters))
	if s.script == latin && !s.digits {
		t.letters = append(t.letters, letters...)
	}
	w.to = int32(len(t.letters))
	return w
}

// Digits is the word that ASCII digits are.
func Digits(s []byte) Word {
	w := Word{End: len(s), Before: Comma, Key: hash(s), Number: true}
	w.Exact = w.Key
	return w
}

// Most is how many bytes of a text are read. Listings hold far less; what is longer is cut at a rune.
const Most = 64 << 10

// Reader folds texts and keeps its memory from one to the next. It is not for several goroutines.
type Reader struct {
	word   spelling
	joined spelling
}

// spelling is a word in the making.
type spelling struct {
	letters []byte // base letters
	exact   []byte // base letters with marks of quality, once there is such a mark
	marked  bool   // there is one: exact is not letters
	tones   []byte // tones, wherever they were written
	count   int
	other   bool // not Latin
	digits  bool
	script  script
}

type script uint8

const (
	latin script = iota
	arabic
	devanagari
	foreign
)

func (s *spelling) reset() {
	s.letters, s.exact, s.tones = s.letters[:0], s.exact[:0], s.tones[:0]
	s.count, s.marked, s.other, s.digits, s.script = 0, false, false, false, latin
}

// Read folds a text. The result holds nothing of the reader but is reused when it is given again.
func (r *Reader) Read(s string, t *Text) {
	t.Words, t.Variants, t.letters, t.Vietnamese, t.Marked, t.Odd, t.Cut = t.Words[:0], t.Variants[:0], t.letters[:0], false, false, 0, false
	if len(s) > Most {
		cut := Most
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		s, t.Cut = s[:cut], true
	}
	before := Comma
	start := -1
	r.word.reset()
	end := func(at int) {
		if start >= 0 && len(r.word.letters) > 0 {
			t.Words = append(t.Words, t.keep(&r.word, start, at, before))
			before = None
		}
		start = -1
		r.word.reset()
	}
	for i := 0; i < len(s); {
		c, size := rune(s[i]), 1
		if n := r.word.run(s[i:], start >= 0); n > 0 {
			if start < 0 {
				start = i
			}
			i += n
			continue
		}
		if c >= utf8.RuneSelf {
			c, size = utf8.DecodeRuneInString(s[i:])
		}
		k := classify(c)
		switch k.kind {
		case drop:
			t.Odd += k.odd
		case mark:
			t.Marked = true
			if start >= 0 {
				r.word.mark(k)
				t.Vietnamese = t.Vietnamese || k.vietnamese
			}
		case letter, digit:
			if start >= 0 && r.word.digits != (k.kind == digit) {
				end(i)
			}
			if start < 0 {
				start = i
			}
			r.word.digits = k.kind == digit
			r.word.add(c, k)
			t.Odd += k.odd
			t.Vietnamese = t.Vietnamese || k.vietnamese
			t.Marked = t.Marked || k.quality != 0 || k.tone != 0
		case picture:
			end(i)
			r.word.add(c, k)
			r.word.count = 0
			start = i
			end(i + size)
		case inner: // an apostrophe inside a word
			if start < 0 || i+size >= len(s) || !letterAt(s, i+size) {
				end(i)
				before = max(before, Space)
			}
		case glue:
			end(i)
			before = max(before, Glue)
		case space:
			end(i)
			before = max(before, Space)
		case join:
			end(i)
			before = max(before, Join)
		case comma:
			end(i)
			// A mark between two letters, as in th.uoc or 4,5, ends nothing.
			if i > 0 && i+size < len(s) && (c == '.' || c == ',') && letterAt(s, i+size) && s[i-1] != ' ' {
				before = max(before, Glue)
			} else {
				before = Comma
			}
		}
		i += size
	}
	end(len(s))
	r.variants(s, t)
}

func letterAt(s string, i int) bool {
	c, _ := utf8.DecodeRuneInString(s[i:])
	k := classify(c).kind
	return k == letter || k == digit || k == mark
}

// run adds the ASCII letters that a text begins with, which most texts mostly hold, unless the word is a number; n is how many. inWord
// tells that the word has begun.
func (s *spelling) run(text string, inWord bool) (n int) {
	if inWord && s.digits {
		return 0
	}
	for n < len(text) {
		c := text[n] | 0x20
		if c < 'a' || c > 'z' {
			break
		}
		s.letters = append(s.letters, c)
		if s.marked {
			s.exact = append(s.exact, c)
		}
		n++
	}
	s.count += n
	return n
}

// add appends a letter.
func (s *spelling) add(c rune, k class) {
	s.count++
	switch {
	case k.base != 0:
		s.letters = append(s.letters, k.base)
		if s.marked {
			s.exact = append(s.exact, k.base)
		}
		if k.second != 0 {
			s.letters = append(s.letters, k.second)
			if s.marked {
				s.exact = append(s.exact, k.second)
			}
		}
		s.mark(k)
	default:
		if k.to != 0 {
			c = k.to
		}
		if c == 'ँ' { // written for the other sign as often as not
			c = 'ं'
		}
		s.other = true
		switch {
		case c >= 0x600 && c < 0x780:
			s.script = arabic
		case c >= 0x900 && c < 0x980:
			s.script = devanagari
			if unicode.Is(unicode.M, c) {
				s.count-- // a vowel sign belongs to its letter
			}
		default:
			s.script = foreign
		}
		s.letters = utf8.AppendRune(s.letters, c)
		if s.marked {
			s.exact = utf8.AppendRune(s.exact, c)
		}
	}
}

func (s *spelling) mark(k class) {
	if k.quality != 0 {
		if !s.marked {
			s.exact, s.marked = append(s.exact[:0], s.letters...), true
		}
		s.exact = append(s.exact, k.quality)
	}
	if k.tone != 0 {
		s.tones = append(s.tones, k.tone)
	}
}

const (
	offset64 = 14695981039346656037
	prime64  = 1099511628211
)

func hash(b []byte) uint64 {
	h := uint64(offset64)
	for _, c := range b {
		h = (h ^ uint64(c)) * prime64
	}
	return h
}

// word hashes a spelling; the letters are those of Key.
func (s *spelling) word(start, end int, before Break) (Word, []byte) {
	w := Word{Start: start, End: end, Before: before, Letters: s.count, Number: s.digits}
	if s.digits {
		w.Letters = 0
	}
	letters := s.letters
	switch s.script {
	case latin:
		letters = stem(letters)
	case arabic:
		letters = stemArabic(letters)
	}
	w.Key = hash(letters)
	w.Exact = w.Key
	if len(s.tones) > 0 || s.marked {
		h := hash(s.letters)
		if s.marked {
			h = hash(s.exact)
		}
		for _, c := range s.tones {
			h = (h ^ uint64(c)) * prime64
		}
		w.Exact = h
	}
	if tail := s.tail(letters); tail != nil {
		w.Tail = hash(tail)
	}
	return w, letters
}

// stem takes a plural s off.
func stem(b []byte) []byte {
	if n := len(b); n >= 4 && b[n-1] == 's' && b[n-2] != 's' {
		return b[:n-1]
	}
	return b
}

var articles = [][]byte{[]byte("وال"), []byte("بال"), []byte("كال"), []byte("فال"), []byte("لل"), []byte("ال")}

// stemArabic takes the article off.
func stemArabic(b []byte) []byte {
	for _, a := range articles {
		if bytes.HasPrefix(b, a) && len(b)-len(a) >= 4 {
			return b[len(a):]
		}
	}
	return b
}

type ending struct{ from, to []byte }

var endings = [...][]ending{
	foreign: nil,
	latin:   {{[]byte("nya"), nil}},
	arabic: {
		{[]byte("ات"), []byte("ه")}, {[]byte("ات"), nil}, {[]byte("ين"), nil}, {[]byte("ون"), nil}, {[]byte("ان"), nil}, {[]byte("يه"), nil}, {[]byte("ه"), nil}, {[]byte("ي"), nil},
	},
	devanagari: {
		{[]byte("ियों"), []byte("ी")}, {[]byte("ियां"), []byte("ी")}, {[]byte("ियाँ"), []byte("ी")}, {[]byte("ओं"), nil}, {[]byte("ों"), []byte("ा")}, {[]byte("ें"), nil}, {[]byte("े"), []byte("ा")},
	},
}

// tail is the word without an ending of its language, or with the most usual one put back.
func (s *spelling) tail(letters []byte) []byte {
	if s.digits {
		return nil
	}
	for _, e := range endings[s.script] {
		if len(letters)-len(e.from) >= 4 && bytes.HasSuffix(letters, e.from) {
			return append(append([]byte{}, letters[:len(letters)-len(e.from)]...), e.to...)
		}
	}
	return nil
}

// classify tells what a rune is to a reader.
func classify(c rune) class {
	if c < 0x250 {
		return low[c]
	}
	if c >= 0x1e00 && c < 0x1f00 {
		return high[c-0x1e00]
	}
	return classifyRare(c)
}

// decompose is the compatibility form of a rune, or nothing.
func decompose(c rune) []rune {
	var b [utf8.UTFMax]byte
	n := utf8.EncodeRune(b[:], c)
	d := norm.NFKD.Properties(b[:n]).Decomposition()
	if len(d) == 0 {
		return nil
	}
	return []rune(string(d))
}

// Number is the value of digits of any script, or a large one where they are too many.
func Number(s string) (n int) {
	for _, c := range s {
		if k := classify(c); k.kind == digit && k.base != 0 {
			n = min(n*10+int(k.base-'0'), 1<<30)
		}
	}
	return n
}
