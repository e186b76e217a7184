package feed

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// Bounds of what an [idStore] keeps in memory, whatever a file has: some 7 MB of hashes, 8 MB of filter, and 8 KB for each run.
const (
	idBlock    = 512 // hashes read from the disk at once
	filterBits = 8 << 23
)

// idsHeld is how many hashes are kept in memory.
var idsHeld = 512 << 10

// idStore is a set of hashes of any size in bounded memory: the latest are in an [idSet]; when it is full, they are written to a
// file in order, as a run. A filter tells of nearly all others that they are in no run.
type idStore struct {
	temp   func() (*os.File, error) // where runs go
	fresh  idSet
	runs   []idRun
	filter []uint64
	file   *os.File
	named  bool  // it has to be removed
	size   int64 // of the file, in bytes
	block  [8 * idBlock]byte
}

// idRun is a sorted stretch of the file.
type idRun struct {
	at     int64 // where it begins, in bytes
	n      int
	firsts []uint64 // of each block
}

// empty tells whether nothing was added.
func (s *idStore) empty() bool { return s.fresh.n == 0 && len(s.runs) == 0 }

// add tells whether a hash is new.
func (s *idStore) add(h uint64) (fresh bool, err error) {
	h = max(h, 1) // as idSet has it
	if old, err := s.written(h); err != nil || old {
		return false, err
	}
	if !s.fresh.add(h) {
		return false, nil
	}
	if s.fresh.n >= idsHeld {
		err = s.spill()
	}
	return true, err
}

func (s *idStore) has(h uint64) (bool, error) {
	if h = max(h, 1); s.fresh.has(h) {
		return true, nil
	}
	return s.written(h)
}

// close removes what is on the disk.
func (s *idStore) close() {
	if s.file != nil {
		_ = s.file.Close()
		if s.named {
			_ = os.Remove(s.file.Name())
		}
	}
	*s = idStore{temp: s.temp}
}

// spill writes what is in memory as a run.
func (s *idStore) spill() (err error) {
	if s.file == nil {
		if s.file, err = s.temp(); err != nil {
			return fmt.Errorf("feed: %w", err)
		}
		s.named = os.Remove(s.file.Name()) != nil // where an open file may go without a name, a kill leaves nothing behind
		s.filter = make([]uint64, filterBits/64)
	}
	run := idRun{at: s.size, firsts: make([]uint64, 0, s.fresh.n/idBlock+1)}
	var sorted []uint64
	buffer := s.block[:0]
	for n := range s.fresh.parts {
		part := &s.fresh.parts[n]
		sorted = sorted[:0]
		for _, h := range part.slots {
			if h != 0 {
				sorted = append(sorted, h)
			}
		}
		slices.Sort(sorted)
		for _, h := range sorted {
			if run.n%idBlock == 0 {
				run.firsts = append(run.firsts, h)
			}
			run.n++
			s.mark(h)
			if buffer = binary.BigEndian.AppendUint64(buffer, h); len(buffer) == len(s.block) {
				if err := s.write(buffer); err != nil {
					return err
				}
				buffer = buffer[:0]
			}
		}
		clear(part.slots)
		part.n = 0
	}
	if err := s.write(buffer); err != nil {
		return err
	}
	s.fresh.n = 0
	s.runs = append(s.runs, run)
	return nil
}

func (s *idStore) write(b []byte) error {
	if _, err := s.file.WriteAt(b, s.size); err != nil {
		return fmt.Errorf("feed: %w", err)
	}
	s.size += int64(len(b))
	return nil
}

// places are the bits of a hash in the filter: stretches of it, since it is as good as random.
func places(h uint64) [3]uint64 {
	return [3]uint64{h % filterBits, h >> 20 % filterBits, h >> 38 % filterBits}
}

func (s *idStore) mark(h uint64) {
	for _, at := range places(h) {
		s.filter[at/64] |= 1 << (at % 64)
	}
}

// written tells whether a hash is in a run.
func (s *idStore) written(h uint64) (bool, error) {
	if len(s.runs) == 0 {
		return false, nil
	}
	for _, at := range places(h) {
		if s.filter[at/64]&(1<<(at%64)) == 0 {
			return false, nil
		}
	}
	for n := range s.runs {
		if found, err := s.runHas(&s.runs[n], h); err != nil || found {
			return found, err
		}
	}
	return false, nil
}

func (s *idStore) runHas(r *idRun, h uint64) (bool, error) {
	block, exact := slices.BinarySearch(r.firsts, h)
	if exact {
		return true, nil
	}
	if block == 0 {
		return false, nil
	}
	block--
	b := s.block[:8*min(idBlock, r.n-block*idBlock)]
	if _, err := s.file.ReadAt(b, r.at+int64(8*block*idBlock)); err != nil && !errors.Is(err, io.EOF) {
		return false, fmt.Errorf("feed: %w", err)
	}
	low, high := 0, len(b)/8
	for low < high {
		if mid := (low + high) / 2; binary.BigEndian.Uint64(b[8*mid:]) < h {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low < len(b)/8 && binary.BigEndian.Uint64(b[8*low:]) == h, nil
}
