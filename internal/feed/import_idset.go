package feed

import "math/bits"

// idSet is a set of hashes. It grows by parts and by half of what it is, so that a file of twice the rows does not need
// many times the memory while it is copied: about 13 bytes a hash.
type idSet struct {
	parts []idPart
	n     int
}

// idPart are the hashes that begin with the same idPartBits.
type idPart struct {
	slots []uint64 // zero is empty
	n     int
}

const (
	idPartBits  = 8
	idPartFirst = 16 // slots
)

// add tells whether a hash is new.
func (s *idSet) add(h uint64) bool {
	if s.parts == nil {
		s.parts = make([]idPart, 1<<idPartBits)
	}
	h = max(h, 1)
	p := &s.parts[h>>(64-idPartBits)]
	if 4*p.n >= 3*len(p.slots) {
		p.grow()
	}
	at := p.find(h)
	if p.slots[at] != 0 {
		return false
	}
	p.slots[at] = h
	p.n++
	s.n++
	return true
}

func (s *idSet) has(h uint64) bool {
	if s.n == 0 {
		return false
	}
	h = max(h, 1)
	p := &s.parts[h>>(64-idPartBits)]
	return p.n > 0 && p.slots[p.find(h)] != 0
}

// find is where a hash stands or would stand.
func (p *idPart) find(h uint64) int {
	at, _ := bits.Mul64(h<<idPartBits, uint64(len(p.slots)))
	for p.slots[at] != 0 && p.slots[at] != h {
		if at++; at == uint64(len(p.slots)) {
			at = 0
		}
	}
	return int(at)
}

func (p *idPart) grow() {
	old := p.slots
	p.slots = make([]uint64, max(idPartFirst, len(old)+len(old)/2))
	for _, h := range old {
		if h != 0 {
			p.slots[p.find(h)] = h
		}
	}
}
