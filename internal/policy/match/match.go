// Package match finds many phrases in a text in one pass. It is the automaton of Aho and Corasick over
// words, not letters, so a phrase never begins or ends inside a word.
package match

// Set is a set of phrases, ready to search. It may be used by several goroutines.
type Set struct {
	next  map[edge]int32
	fail  []int32
	found [][]int32 // phrases that end at a state
	hop   []int32   // the next state on the way of failures at which a phrase ends
	depth []int32
}

type edge struct {
	state int32
	word  uint64
}

// Builder collects phrases.
type Builder struct {
	next  map[edge]int32
	found [][]int32
	depth []int32
	order []edge // edges as they were made; a state's number is its edge's place + 1
}

// Grow makes room for phrases of so many words in all, so that adding them moves nothing.
func (b *Builder) Grow(words int) {
	if b.next == nil {
		b.next, b.found, b.depth = make(map[edge]int32, words), make([][]int32, 1, words+1), make([]int32, 1, words+1)
		b.order = make([]edge, 0, words)
	}
}

// Add adds a phrase, a sequence of words, under a number.
func (b *Builder) Add(words []uint64, number int32) {
	if len(words) == 0 {
		return
	}
	b.Grow(0)
	at := int32(0)
	for _, w := range words {
		e := edge{at, w}
		to, ok := b.next[e]
		if !ok {
			to = int32(len(b.found))
			b.next[e] = to
			b.found = append(b.found, nil)
			b.depth = append(b.depth, b.depth[at]+1)
			b.order = append(b.order, e)
		}
		at = to
	}
	b.found[at] = append(b.found[at], number)
}

// Build makes the set.
func (b *Builder) Build() *Set {
	n := len(b.found)
	s := &Set{next: b.next, found: b.found, fail: make([]int32, n), hop: make([]int32, n), depth: b.depth}
	// By depth: a state's failure is shallower than the state.
	byDepth := make([][]int32, 1)
	for state := 1; state < n; state++ {
		for int(b.depth[state]) >= len(byDepth) {
			byDepth = append(byDepth, nil)
		}
		byDepth[b.depth[state]] = append(byDepth[b.depth[state]], int32(state))
	}
	for _, states := range byDepth {
		for _, state := range states {
			e := b.order[state-1]
			if e.state != 0 {
				f := s.fail[e.state]
				for {
					if to, ok := s.next[edge{f, e.word}]; ok {
						s.fail[state] = to
						break
					}
					if f == 0 {
						break
					}
					f = s.fail[f]
				}
			}
			if f := s.fail[state]; len(s.found[f]) > 0 {
				s.hop[state] = f
			} else {
				s.hop[state] = s.hop[f]
			}
		}
	}
	return s
}

// Search calls found for every phrase in words, with the index of its last word and its length.
func (s *Set) Search(words []uint64, found func(last, length int, number int32)) {
	at := int32(0)
	for i, w := range words {
		at = s.Step(at, w)
		s.Ends(at, func(length int, number int32) { found(i, length, number) })
	}
}

// Step is the state after one more word.
func (s *Set) Step(at int32, word uint64) int32 {
	for {
		if to, ok := s.next[edge{at, word}]; ok {
			return to
		}
		if at == 0 {
			return 0
		}
		at = s.fail[at]
	}
}

// Ends calls found for every phrase that ends at a state.
func (s *Set) Ends(at int32, found func(length int, number int32)) {
	if len(s.found) == 0 {
		return
	}
	for state := at; state != 0; state = s.hop[state] {
		for _, n := range s.found[state] {
			found(int(s.depth[state]), n)
		}
	}
}
