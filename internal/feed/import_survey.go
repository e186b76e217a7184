package feed

import (
	"context"
	"hash/maphash"
	"slices"
)

// survey is what the first reading of a file finds out.
type survey struct {
	seed       maphash.Seed
	ids        []uint64 // hashes of the ids of the file, sorted: eight bytes for each row
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
	*s = survey{seed: maphash.MakeSeed()}
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
		if n == lookEvery {
			s.ids = slices.Grow(s.ids, f.rowsLeft(n))
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

// rowsLeft is about how many rows follow the n that were read: growing a long list bit by bit would take memory twice.
func (f *file) rowsLeft(n int64) int {
	info, err := f.f.Stat()
	if err != nil || f.r.BytesRead() == 0 {
		return 0
	}
	const most = 4 << 20
	left := float64(info.Size()-f.r.BytesRead()) / float64(f.r.BytesRead()) * float64(n)
	return int(min(max(left*1.05, 0), most))
}
