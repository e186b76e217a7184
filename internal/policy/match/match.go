// Package match finds many phrases in a text in one pass. It is the automaton of Aho and Corasick over
// words, not letters, so a phrase never begins or ends inside a word. A set is one string of bytes that is
// searched as it lies: nothing is made of it, so a set that was built before the program costs neither time
// nor memory at its start.
package match

import (
	"errors"
	"fmt"
)

// Set is a set of phrases, ready to search. It may be used by several goroutines.
type Set struct {
	mask   uint32 // of the table of words
	states uint32
	starts uint32 // how many words begin a phrase: word n leads from the beginning to state n
	hashes table  // of the words, 8 bytes each; 0 is an empty place
	words  table  // their numbers
	edge   table  // the word that leads to a state
	rows   table  // of each state, side by side: what [row] names
	found  table
	depth  string
}

// What a row tells of its state.
const (
	rowChild = iota // the first state that it leads to; they lie side by side, by their words
	rowFail
	rowHop  // the next state on the way of failures at which a phrase ends
	rowFrom // where the phrases that end at it begin
	rowSize
)

func (s *Set) row(state, what uint32) uint32 { return s.rows.at(state*rowSize + what) }

// table is numbers of 4 bytes, the low byte first.
type table string

func (t table) at(n uint32) uint32 {
	b := t[n*4:]
	_ = b[3]
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
}

func (t table) wide(n uint32) uint64 { return uint64(t.at(n*2)) | uint64(t.at(n*2+1))<<32 }

// header is how many bytes tell the sizes of the parts.
const header = 20

// ErrDamaged is a set that is not as it was built.
var ErrDamaged = errors.New("match: the set is damaged")

// Open makes a set of what [Builder.Build] made. It checks that all parts are there, not what is in them.
func Open(b string) (*Set, error) {
	if len(b) < header {
		return nil, fmt.Errorf("%w: %d bytes", ErrDamaged, len(b))
	}
	head := table(b[:header])
	slots, states, starts, found := uint64(head.at(0)), uint64(head.at(1)), head.at(2), uint64(head.at(3))
	if want := header + slots*12 + states*4 + (states+1)*rowSize*4 + found*4 + states; uint64(len(b)) != want || slots&(slots-1) != 0 || states == 0 {
		return nil, fmt.Errorf("%w: %d bytes, want %d", ErrDamaged, len(b), want)
	}
	s := &Set{mask: uint32(slots) - 1, states: uint32(states), starts: starts} //nolint:gosec // they were numbers of 32 bits
	b = b[header:]
	cut := func(size uint64) (part table) {
		part, b = table(b[:size]), b[size:]
		return part
	}
	s.hashes, s.words = cut(slots*8), cut(slots*4)
	s.edge, s.rows, s.found = cut(states*4), cut((states+1)*rowSize*4), cut(found*4)
	s.depth = b
	return s, nil
}

// Word is a word's number by its hash; 0 for a word of no phrase.
func (s *Set) Word(hash uint64) uint32 {
	hash = never0(hash)
	for n := spread(hash) & s.mask; ; n = (n + 1) & s.mask {
		switch s.hashes.wide(n) {
		case hash:
			return s.words.at(n)
		case 0:
			return 0
		}
	}
}

// never0 keeps 0 for an empty place; the other number is as unlikely a hash as any.
func never0(hash uint64) uint64 {
	if hash == 0 {
		return 0x9e3779b97f4a7c15
	}
	return hash
}

// spread makes a place of a hash.
func spread(hash uint64) uint32 { return uint32(hash ^ hash>>32) } //nolint:gosec // the low half is what is wanted

// Search calls found for every phrase in words, which are numbers of [Set.Word], with the index of its last word and its length.
func (s *Set) Search(words []uint32, found func(last, length int, number int32)) {
	at := uint32(0)
	for i, w := range words {
		if w == 0 {
			at = 0
			continue
		}
		at = s.step(at, w)
		for state := at; state != 0; state = s.row(state, rowHop) {
			for n, to := s.row(state, rowFrom), s.row(state+1, rowFrom); n < to; n++ {
				found(i, int(s.depth[state]), int32(s.found.at(n))) //nolint:gosec // as it was added
			}
		}
	}
}

// step is the state after one more word.
func (s *Set) step(at, word uint32) uint32 {
	for at != 0 {
		if to := s.next(at, word); to != 0 {
			return to
		}
		at = s.row(at, rowFail)
	}
	if word <= s.starts {
		return word
	}
	return 0
}

// next is where a word leads from a state other than the first; 0 for nowhere.
func (s *Set) next(at, word uint32) uint32 {
	low, high := s.row(at, rowChild), s.row(at+1, rowChild)
	for low < high {
		mid := (low + high) / 2
		switch w := s.edge.at(mid); {
		case w == word:
			return mid
		case w < word:
			low = mid + 1
		default:
			high = mid
		}
	}
	return 0
}

// Words is one more than the highest number of a word.
func (s *Set) Words() (n uint32) {
	for at := range s.mask + 1 {
		n = max(n, s.words.at(at))
	}
	return n + 1
}

// Each calls f for every phrase with its words, which f must not keep, and its number.
func (s *Set) Each(f func(words []uint32, number int32)) {
	var path []uint32
	var walk func(state uint32)
	walk = func(state uint32) {
		for n, to := s.row(state, rowFrom), s.row(state+1, rowFrom); n < to; n++ {
			f(path, int32(s.found.at(n))) //nolint:gosec // as it was added
		}
		for next, to := s.row(state, rowChild), s.row(state+1, rowChild); next < to; next++ {
			path = append(path, s.edge.at(next))
			walk(next)
			path = path[:len(path)-1]
		}
	}
	walk(0)
}
