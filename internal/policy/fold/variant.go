package fold

import "unicode/utf8"

// leet are the letters that digits and signs stand for. 1 and ! are i in one reading and l in the other.
var leet = map[rune][2]byte{
	'0': {'o', 'o'}, '1': {'i', 'l'}, '2': {'z', 'z'}, '3': {'e', 'e'}, '4': {'a', 'a'}, '5': {'s', 's'}, '6': {'g', 'g'}, '7': {'t', 't'}, '8': {'b', 'b'}, '9': {'g', 'g'},
	'@': {'a', 'a'}, '$': {'s', 's'}, '!': {'i', 'l'}, '|': {'l', 'i'}, '€': {'e', 'e'}, '£': {'l', 'l'}, '¡': {'i', 'i'},
}

// group is a run of words that may be one word in disguise.
type group struct {
	from, to int // words
}

// variants reads runs of glued pieces and of single letters as one word each.
func (r *Reader) variants(s string, t *Text) {
	var groups []group
	words := t.Words
	end := 0 // of the glued run that i stands in: looked for once, however long the run is
	for i := 0; i < len(words); {
		if end <= i {
			end = i + 1
			for end < len(words) && words[end].Before <= Glue {
				end++
			}
		}
		j := end
		if j-i > 1 && worthJoining(words[i:j]) {
			groups = append(groups, group{i, j})
			i = j
			continue
		}
		// single letters with spaces between
		j = i
		for j < len(words) && words[j].Single() && (j == i || words[j].Before <= Space) {
			j++
		}
		if j-i >= 3 {
			groups = spaced(groups, words, i, j)
			i = j
			continue
		}
		i = max(i+1, j-1)
		if i > len(words) {
			break
		}
	}
	if len(groups) == 0 {
		return
	}
	for reading := range 2 {
		list := make([]Word, 0, len(words))
		next, differs := 0, reading == 0
		for _, g := range groups {
			list = append(list, words[next:g.from]...)
			w, other := r.join(s, t, words[g.from:g.to], reading)
			differs = differs || other
			list = append(list, w)
			next = g.to
		}
		if differs {
			t.Variants = append(t.Variants, append(list, words[next:]...))
		}
	}
}

// spaced are the words that a run of single letters spells: a gap wider than the others parts two of them.
func spaced(groups []group, words []Word, from, to int) []group {
	gap := func(n int) int { return words[n].Start - words[n-1].End }
	narrow := gap(from + 1)
	for n := from + 2; n < to; n++ {
		narrow = min(narrow, gap(n))
	}
	for n := from + 1; n <= to; n++ {
		if n == to || gap(n) > narrow {
			if spells(words[from:n]) {
				groups = append(groups, group{from, n})
			}
			from = n
		}
	}
	return groups
}

// spells tells whether single letters and digits may be a word: "C 1 g" is an amount.
func spells(words []Word) bool {
	letters := 0
	for _, w := range words {
		letters += w.Letters
	}
	return letters == len(words) && letters > 1 || letters > 2
}

// worthJoining leaves numbers with a unit alone.
func worthJoining(words []Word) bool {
	if len(words) > 24 {
		return false
	}
	letters := 0
	for _, w := range words {
		letters += w.Letters
	}
	if letters < 2 {
		return false
	}
	return len(words) != 2 || !words[0].Number || words[1].Letters > 3
}

// Single tells whether a word is one letter or digit.
func (w *Word) Single() bool { return w.Letters == 1 || w.Number && w.End-w.Start == 1 }

// foreignLetters tells that a text has letters of another script than the Latin one.
func foreignLetters(s string) bool {
	for _, c := range s {
		if k := classify(c); k.kind == letter && k.base == 0 {
			return true
		}
	}
	return false
}

// join reads words as one. other tells that the two readings differ.
func (r *Reader) join(s string, t *Text, words []Word, reading int) (w Word, other bool) {
	start, end := words[0].Start, words[len(words)-1].End
	r.joined.reset()
	other = foreignLetters(s[start:end])
	for i := start; i < end; {
		c, size := utf8.DecodeRuneInString(s[i:])
		i += size
		k := classify(c)
		if other && reading == 1 && (k.kind == digit || leet[c] != [2]byte{}) {
			continue // in a script that digits look like no letter of they only part a word
		}
		if k.kind == digit && k.base != 0 {
			c = rune(k.base)
		}
		if l, ok := leet[c]; ok {
			other = other || l[0] != l[1]
			r.joined.add(c, class{kind: letter, base: l[reading]})
			continue
		}
		switch k.kind {
		case letter:
			r.joined.add(c, k)
		case mark:
			r.joined.mark(k)
		}
	}
	return t.keep(&r.joined, start, end, words[0].Before), other
}
