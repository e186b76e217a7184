package feed

import (
	"context"
	"hash/maphash"
)

// survey is what reading a file finds out besides its rows.
type survey struct {
	seed       maphash.Seed
	ids        idStore // of the file
	doubled    idStore // those that stand more than once
	surveyed   bool    // the file was read before, so that doubled holds all of them
	unreadable int64   // rows whose id nobody knows
	strangers  []Problem
	currencies currencies
}

func newSurvey(files Files) survey {
	return survey{seed: maphash.MakeSeed(), currencies: currencies{}, ids: idStore{temp: files.Temp}, doubled: idStore{temp: files.Temp}}
}

// close lets go what the survey keeps of ids.
func (s *survey) close() {
	s.ids.close()
	s.doubled.close()
}

// has tells whether a row of the file has that id.
func (s *survey) has(sku string) (bool, error) { return s.ids.has(s.hash(sku)) }

func (s *survey) hash(sku string) uint64 { return maphash.String(s.seed, sku) }

// note takes the id of the next row down.
func (s *survey) note(sku string) (again bool, err error) {
	h := s.hash(sku)
	if fresh, err := s.ids.add(h); err != nil || fresh {
		return false, err
	}
	_, err = s.doubled.add(h)
	return true, err
}

// isDoubled tells whether an id is known to stand more than once in the file.
func (s *survey) isDoubled(sku string) (bool, error) {
	if s.doubled.empty() {
		return false, nil
	}
	return s.doubled.has(s.hash(sku))
}

// lookEvery is after how many rows a reader asks whether it should go on.
const lookEvery = 4096

// look reads the file to its end, so that of one that breaks off nothing is taken in.
func (t *taking) look(ctx context.Context) error {
	s := newSurvey(t.files)
	err := t.eachRow(ctx, func(l line) error {
		if l.Problem != "" {
			s.unreadable++
		} else if sku := l.layout.rows.RowID(l.Values); sku != "" {
			_, err := s.note(sku)
			return err
		}
		return nil
	})
	s.ids.close()
	s.surveyed = true
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
