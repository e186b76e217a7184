package policy

import (
	"slices"
	"sync"

	"github.com/hawkerhq/hawker/internal/policy/fold"
)

// Most listings hold nothing of what is forbidden, and a glance tells: it knows the phrases of one word that may stand against a listing,
// of longer ones two words that follow each other, and which sets a combination needs. Words are looked at between spaces, each as
// [fold.Reader] reads it, and what was found is remembered by how the word is written. Only where a glance finds something, the listing is
// read ([listing.read]): a glance may find what is not there, and never misses what is.

// glance is what there is to be found.
type glance struct {
	lexicons []*Lexicon
	marks    []marks
	combos   [][]int // sets of each combination
	wild     []bool  // of each lexicon: numbers are words of phrases
}

// marks are what the words of a lexicon mean, by their numbers.
type marks struct {
	words []sign
	left  []bool // the word begins a pair
	right []bool // the word ends one
	pairs map[[2]uint32]sign
}

// sign is what was found.
type sign struct {
	bad  bool  // a phrase that may stand against a listing
	sets []int // words of these sets
}

func (s *sign) add(p *phrase) {
	if p.use != useSet {
		s.bad = true
	} else if !slices.Contains(s.sets, p.set) {
		s.sets = append(s.sets, p.set)
	}
}

// glanceOf makes it when it is first asked for.
func glanceOf(lexicons ...*Lexicon) func() *glance {
	return sync.OnceValue(func() *glance {
		g := &glance{lexicons: lexicons}
		for _, l := range lexicons {
			g.marks, g.wild = append(g.marks, l.marks()), append(g.wild, l.set.Word(anyNumber) != 0)
			for _, c := range l.combos {
				g.combos = append(g.combos, c.sets)
			}
		}
		return g
	})
}

// marks picks of each phrase of several words the two beside each other that fewest phrases have.
func (l *Lexicon) marks() marks {
	often := make([]int, l.set.Words())
	l.set.Each(func(words []uint32, _ int32) {
		for _, w := range words {
			often[w]++
		}
	})
	m := marks{words: make([]sign, len(often)), left: make([]bool, len(often)), right: make([]bool, len(often)), pairs: map[[2]uint32]sign{}}
	var p phrase
	l.set.Each(func(words []uint32, n int32) {
		l.phrase(l.record(n>>sideBits), &p)
		switch {
		case !p.use.accuses() && p.use != useSet:
		case len(words) == 1:
			m.words[words[0]].add(&p)
		default:
			at := 0
			for n := range len(words) - 1 {
				if often[words[n]]+often[words[n+1]] < often[words[at]]+often[words[at+1]] {
					at = n
				}
			}
			pair := [2]uint32{words[at], words[at+1]}
			s := m.pairs[pair]
			s.add(&p)
			m.pairs[pair], m.left[pair[0]], m.right[pair[1]] = s, true, true
		}
	})
	return m
}

// glanced is what is remembered of a word between spaces.
type glanced struct {
	sign
	empty        bool // nothing a phrase could begin or end with
	begins, ends bool // its first or last part is a single letter or digit: several of them may be one word
	first, last  []wordOf
}

// wordOf is a word of a lexicon.
type wordOf struct {
	lexicon int
	number  uint32
}

// Bounds of what is remembered.
const (
	mostGlanced = 1 << 14
	longGlanced = 24
)

// glancer looks at the texts of a listing, and remembers words from one listing to the next.
type glancer struct {
	*glance
	words  map[string]*glanced
	reader fold.Reader
	text   fold.Text
	once   glanced
	sets   []uint64
}

// clean tells that nothing is in the texts.
func (g *glancer) clean(texts ...[]byte) bool {
	clear(g.sets)
	for _, s := range texts {
		if !g.passes(s) {
			return false
		}
	}
	for _, c := range g.combos {
		if !slices.ContainsFunc(c, func(set int) bool { return !g.has(set) }) {
			return false
		}
	}
	return true
}

func (g *glancer) has(set int) bool { return set/64 < len(g.sets) && g.sets[set/64]>>(set%64)&1 != 0 }

// take notes what was found; false: it may stand against the listing.
func (g *glancer) take(s *sign) bool {
	for _, n := range s.sets {
		for n/64 >= len(g.sets) {
			g.sets = append(g.sets, 0)
		}
		g.sets[n/64] |= 1 << (n % 64)
	}
	return !s.bad
}

// passes tells that nothing but words of sets is in a text.
func (g *glancer) passes(s []byte) bool {
	if len(s) > fold.Most {
		return false
	}
	var last []wordOf
	single := false
	for n := 0; n < len(s); {
		for n < len(s) && blank(s[n]) {
			n++
		}
		from := n
		for n < len(s) && !blank(s[n]) {
			n++
		}
		if from == n {
			break
		}
		w := g.word(s[from:n])
		if w.empty {
			continue
		}
		if single && w.begins || !g.take(&w.sign) || len(last) > 0 && !g.pairs(last, w.first) {
			return false
		}
		last, single = w.last, w.ends
		if w == &g.once {
			last = slices.Clone(last)
		}
	}
	return true
}

func blank(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// pairs looks at words that follow each other; false: they may stand against the listing.
func (g *glancer) pairs(before, after []wordOf) bool {
	for _, a := range before {
		for _, b := range after {
			if a.lexicon != b.lexicon {
				continue
			}
			if s, ok := g.marks[a.lexicon].pairs[[2]uint32{a.number, b.number}]; ok && !g.take(&s) {
				return false
			}
		}
	}
	return true
}

// word is what is to say of a word between spaces.
func (g *glancer) word(s []byte) *glanced {
	if w := g.words[string(s)]; w != nil {
		return w
	}
	if digits(s) {
		g.number(s, &g.once)
		return &g.once
	}
	if len(s) > longGlanced || len(s) > 4 && s[len(s)-1] >= '0' && s[len(s)-1] <= '9' { // as articles are numbered
		g.look(string(s), &g.once)
		return &g.once
	}
	if g.words == nil || len(g.words) >= mostGlanced {
		g.words = map[string]*glanced{}
	}
	w, key := &glanced{}, string(s)
	g.look(key, w)
	g.words[key] = w
	return w
}

// digits tells that a word is a number, of which there are too many to remember.
func digits(s []byte) bool {
	for _, c := range s {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(s) > 1
}

// number is [glancer.look] for digits.
func (g *glancer) number(s []byte, w *glanced) {
	*w = glanced{first: w.first[:0], last: w.last[:0]}
	word := fold.Digits(s)
	all := g.numbers(&word)
	for _, x := range all {
		s := &g.marks[x.lexicon].words[x.number]
		w.bad, w.sets = w.bad || s.bad, append(w.sets, s.sets...)
	}
	w.first, w.last = g.append(w.first, all, false), g.append(w.last, all, true)
}

// look reads a word between spaces, which may be several, and may be hidden.
func (g *glancer) look(s string, w *glanced) {
	*w = glanced{first: w.first[:0], last: w.last[:0]}
	t := &g.text
	g.reader.Read(s, t)
	if len(t.Words) == 0 {
		w.empty = true
		return
	}
	w.begins, w.ends = t.Words[0].Single(), t.Words[len(t.Words)-1].Single()
	outer := g.sets
	g.sets = nil
	for _, words := range append(t.Variants, t.Words) {
		var before []wordOf
		for n := range words {
			all := g.numbers(&words[n])
			for _, x := range all {
				s := &g.marks[x.lexicon].words[x.number]
				w.bad = w.bad || s.bad
				w.sets = append(w.sets, s.sets...)
			}
			w.bad = w.bad || g.medicine(&words[n]) || !g.pairs(before, all)
			before = all
			if n == 0 {
				w.first = g.append(w.first, all, false)
			}
		}
		w.last = g.append(w.last, before, true)
	}
	for n := range len(g.sets) * 64 {
		if g.has(n) {
			w.sets = append(w.sets, n)
		}
	}
	g.sets = outer
}

// append keeps words that pairs begin with, or end with.
func (g *glancer) append(list, words []wordOf, begin bool) []wordOf {
	for _, x := range words {
		m := &g.marks[x.lexicon]
		if (begin && m.left[x.number] || !begin && m.right[x.number]) && !slices.Contains(list, x) {
			list = append(list, x)
		}
	}
	return list
}

// numbers are the words of phrases that a word is, in whatever way phrases compare it.
func (g *glancer) numbers(w *fold.Word) (list []wordOf) {
	for n, l := range g.lexicons {
		for _, hash := range [...]uint64{w.Key, w.Exact, w.Tail} {
			if x := (wordOf{n, l.set.Word(hash)}); x.number != 0 && !slices.Contains(list, x) {
				list = append(list, x)
			}
		}
		if w.Number && g.wild[n] {
			list = append(list, wordOf{n, l.set.Word(anyNumber)})
		}
	}
	return list
}

// medicine tells whether a word may end as a medicine's name does.
func (g *glancer) medicine(w *fold.Word) bool {
	letters := g.text.Letters(*w)
	if len(letters) < leastEnding {
		return false
	}
	for _, l := range g.lexicons {
		if len(l.endings) > 0 && l.endings[[leastEnding]byte(letters[len(letters)-leastEnding:])] != nil {
			return true
		}
	}
	return false
}
