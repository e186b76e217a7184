package feed

import (
	"context"
	"hash/maphash"
)

// survey is what reading a file finds out besides its rows.
type survey struct {
	seed       maphash.Seed
	ids        idSet // of the file
	doubled    idSet // those that stand more than once
	surveyed   bool  // the file was read before, so that doubled holds all of them
	unreadable int64 // rows whose id nobody knows
	strangers  []Problem
	currencies currencies
}

func newSurvey() survey { return survey{seed: maphash.MakeSeed(), currencies: currencies{}} }

// has tells whether a row of the file has that id.
func (s *survey) has(sku string) bool { return s.ids.has(s.hash(sku)) }

func (s *survey) hash(sku string) uint64 { return maphash.String(s.seed, sku) }

// note takes the id of the next row down.
func (s *survey) note(sku string) (again bool) {
	h := s.hash(sku)
	if s.ids.add(h) {
		return false
	}
	s.doubled.add(h)
	return true
}

// isDoubled tells whether an id is known to stand more than once in the file.
func (s *survey) isDoubled(sku string) bool {
	return s.doubled.n > 0 && s.doubled.has(s.hash(sku))
}

// lookEvery is after how many rows a reader asks whether it should go on.
const lookEvery = 4096

// look reads the file to its end, so that of one that breaks off nothing is taken in.
func (t *taking) look(ctx context.Context) error {
	s := newSurvey()
	err := t.eachRow(ctx, func(l line) error {
		if l.Problem != "" {
			s.unreadable++
		} else if sku := l.layout.rows.RowID(l.Values); sku != "" {
			s.note(sku)
		}
		return nil
	})
	s.ids, s.surveyed = idSet{}, true
	t.file = s
	return err
}

// eachRow reads the file to its end.
func (t *taking) eachRow(ctx context.Context, do func(l line) error) error {
	f, err := t.open()
	if err != nil {
		return err
	}
	defer f.close()
	for n := int64(0); ; n++ {
		makeWay(n)
		if n%lookEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		l, ok, err := f.next()
		if err != nil || !ok {
			return err
		}
		if err := do(l); err != nil {
			return err
		}
	}
}

// idSet is a set of hashes, of eight bytes each and as much again to spare.
type idSet struct {
	slots []uint64 // zero is empty
	n     int
}

const idSetFirst = 1 << 10

// add tells whether a hash is new.
func (s *idSet) add(h uint64) bool {
	if 4*s.n >= 3*len(s.slots) {
		s.grow()
	}
	at := s.find(h)
	if s.slots[at] != 0 {
		return false
	}
	s.slots[at] = max(h, 1)
	s.n++
	return true
}

func (s *idSet) has(h uint64) bool { return s.n > 0 && s.slots[s.find(h)] != 0 }

// find is where a hash stands or would stand.
func (s *idSet) find(h uint64) int {
	h = max(h, 1)
	mask := uint64(len(s.slots) - 1)
	for at := h & mask; ; at = (at + 1) & mask {
		if s.slots[at] == 0 || s.slots[at] == h {
			return int(at)
		}
	}
}

func (s *idSet) grow() {
	old := s.slots
	s.slots = make([]uint64, max(idSetFirst, 2*len(old)))
	for _, h := range old {
		if h != 0 {
			s.slots[s.find(h)] = h
		}
	}
}
