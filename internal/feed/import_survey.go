package feed

import (
	"context"
	"hash/maphash"
	"slices"
)

// survey is what the first reading of a file finds out. It holds eight bytes for each row.
type survey struct {
	seed       maphash.Seed
	ids        []uint64 // hashes of the ids of the file, sorted
	doubled    map[uint64]bool
	unreadable int64 // rows whose id nobody knows
	strangers  []Problem
}

// has tells whether a row of the file has that id.
func (s *survey) has(sku string) bool {
	_, ok := slices.BinarySearch(s.ids, maphash.String(s.seed, sku))
	return ok
}

// isDoubled tells whether an id stands more than once in the file.
func (s *survey) isDoubled(sku string) bool {
	return len(s.doubled) > 0 && s.doubled[maphash.String(s.seed, sku)]
}

// lookEvery is after how many rows a reader asks whether it should go on.
const lookEvery = 4096

// look reads the file to its end, so that of one that breaks off nothing is taken in.
func (t *taking) look(ctx context.Context) error {
	f, err := t.open()
	if err != nil {
		return err
	}
	defer f.close()
	s := &t.survey
	s.seed = maphash.MakeSeed()
	for n := int64(0); ; n++ {
		makeWay(n)
		if n%lookEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		l, ok, err := f.next()
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		if l.Problem != "" {
			s.unreadable++
			continue
		}
		if sku := l.layout.rows.RowID(l.Values); sku != "" {
			s.ids = append(s.ids, maphash.String(s.seed, sku))
		}
	}
	slices.Sort(s.ids)
	if !t.feed.Localised() { // where one id may stand once for each country
		s.findDoubled()
	}
	s.strangers = f.layouts.strangers()
	return nil
}

func (s *survey) findDoubled() {
	for n := 1; n < len(s.ids); n++ {
		if s.ids[n] == s.ids[n-1] {
			if s.doubled == nil {
				s.doubled = map[uint64]bool{}
			}
			s.doubled[s.ids[n]] = true
		}
	}
}
