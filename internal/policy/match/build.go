package match

import (
	"encoding/binary"
	"slices"
)

// Builder collects phrases.
type Builder struct {
	words [][]uint64
	found []int32
}

// MostWords is the longest phrase.
const MostWords = 255

// Add adds a phrase, a sequence of words, under a number. One that is empty or too long is left out.
func (b *Builder) Add(words []uint64, number int32) {
	if len(words) > 0 && len(words) <= MostWords {
		b.words, b.found = append(b.words, words), append(b.found, number)
	}
}

// node is a state in the making.
type node struct {
	word, fail, hop, child uint32
	depth                  uint8
	found                  []int32
}

// span is the phrases, in the order of their words, that lead through a state.
type span struct{ from, to int }

// Build makes the set; see [Open]. The same phrases in the same order make the same bytes.
func (b *Builder) Build() []byte {
	numbers, starts := b.number()
	phrases, order := make([][]uint32, len(b.words)), make([]int, len(b.words))
	for n, words := range b.words {
		order[n] = n
		for _, w := range words {
			phrases[n] = append(phrases[n], numbers[never0(w)])
		}
	}
	slices.SortStableFunc(order, func(x, y int) int { return slices.Compare(phrases[x], phrases[y]) })
	// By breadth: the states that a state leads to lie side by side, and a state's failure comes before the state.
	nodes, spans := []node{{}}, []span{{0, len(order)}}
	for at := 0; at < len(nodes); at++ {
		depth, in := int(nodes[at].depth), spans[at]
		for in.from < in.to && len(phrases[order[in.from]]) == depth {
			nodes[at].found = append(nodes[at].found, b.found[order[in.from]])
			in.from++
		}
		nodes[at].child = uint32(len(nodes)) //nolint:gosec // phrases are not that many
		for in.from < in.to {
			word, end := phrases[order[in.from]][depth], in.from
			for end < in.to && phrases[order[end]][depth] == word {
				end++
			}
			nodes, spans = append(nodes, node{word: word, depth: uint8(depth + 1)}), append(spans, span{in.from, end}) //nolint:gosec // see [MostWords]
			in.from = end
		}
	}
	link(nodes)
	return pack(numbers, starts, nodes)
}

// number numbers the words, those that begin a phrase first.
func (b *Builder) number() (numbers map[uint64]uint32, starts uint32) {
	numbers = map[uint64]uint32{}
	add := func(w uint64) {
		if _, ok := numbers[never0(w)]; !ok {
			numbers[never0(w)] = uint32(len(numbers)) + 1 //nolint:gosec // words are not that many
		}
	}
	for _, words := range b.words {
		add(words[0])
	}
	starts = uint32(len(numbers)) //nolint:gosec // see above
	for _, words := range b.words {
		for _, w := range words {
			add(w)
		}
	}
	return numbers, starts
}

// link finds the failures.
func link(nodes []node) {
	children := func(at uint32) []node {
		to := uint32(len(nodes)) //nolint:gosec // states are not that many
		if int(at)+1 < len(nodes) {
			to = nodes[at+1].child
		}
		return nodes[nodes[at].child:to]
	}
	for parent := range nodes {
		for n := range children(uint32(parent)) { //nolint:gosec // see above
			state := nodes[parent].child + uint32(n)                     //nolint:gosec // see above
			for f := uint32(parent); f != 0 && nodes[state].fail == 0; { //nolint:gosec // see above
				f = nodes[f].fail
				below := children(f)
				if at, ok := slices.BinarySearchFunc(below, nodes[state].word, func(c node, w uint32) int { return int(c.word) - int(w) }); ok {
					nodes[state].fail = nodes[f].child + uint32(at) //nolint:gosec // see above
				}
			}
			f := nodes[state].fail
			nodes[state].hop = f
			if len(nodes[f].found) == 0 {
				nodes[state].hop = nodes[f].hop
			}
		}
	}
}

// pack writes the parts one behind another.
func pack(numbers map[uint64]uint32, starts uint32, nodes []node) []byte {
	slots := uint32(2)
	for slots*2 < uint32(len(numbers))*3 { //nolint:gosec // see above
		slots *= 2
	}
	hashes, words := make([]uint64, slots), make([]uint32, slots)
	byNumber := make([]uint64, len(numbers)+1)
	for w, n := range numbers {
		byNumber[n] = w
	}
	for n, w := range byNumber[1:] {
		at := spread(w) & (slots - 1)
		for hashes[at] != 0 {
			at = (at + 1) & (slots - 1)
		}
		hashes[at], words[at] = w, uint32(n)+1 //nolint:gosec // see above
	}
	size := uint32(len(nodes)) //nolint:gosec // see above
	var edge, rows, found []uint32
	var depth []byte
	for _, n := range nodes {
		edge, depth = append(edge, n.word), append(depth, n.depth)
		rows = append(rows, n.child, n.fail, n.hop, uint32(len(found))) //nolint:gosec // see above
		for _, number := range n.found {
			found = append(found, uint32(number)) //nolint:gosec // comes back as it was
		}
	}
	rows = append(rows, size, 0, 0, uint32(len(found))) //nolint:gosec // see above
	var b []byte
	add := func(list ...uint32) {
		for _, n := range list {
			b = binary.LittleEndian.AppendUint32(b, n)
		}
	}
	add(slots, size, starts, uint32(len(found)), 0) //nolint:gosec // see above
	for _, h := range hashes {
		b = binary.LittleEndian.AppendUint64(b, h)
	}
	for _, list := range [][]uint32{words, edge, rows, found} {
		add(list...)
	}
	return append(b, depth...)
}
