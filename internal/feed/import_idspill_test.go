package feed

import (
	"math/rand/v2"
	"os"
	"runtime"
	"testing"
)

// Tests of this package spill after a few hashes, and delete few items at once: what a file of millions of rows meets.
func init() { idsHeld, goneMost = 100, 7 }

// TestIDStoreIsASet of any size: it says what a map says, of what is in memory, in runs, and in neither.
func TestIDStoreIsASet(t *testing.T) {
	dir := t.TempDir()
	rnd := rand.New(rand.NewPCG(20261128, 7))
	s := idStore{temp: func() (*os.File, error) { return os.CreateTemp(dir, "") }}
	want := map[uint64]bool{}
	if in, err := s.has(7); err != nil || in || !s.empty() {
		t.Errorf("an empty set has something: %v", err)
	}
	hashes := []uint64{1, 0, 1<<64 - 1, 1 << 63}
	for range 20_000 {
		h := rnd.Uint64()
		if rnd.IntN(4) == 0 {
			h = hashes[rnd.IntN(len(hashes))]
		}
		hashes = append(hashes, h)
	}
	for n, h := range hashes {
		fresh, err := s.add(h)
		if err != nil || fresh == want[max(h, 1)] {
			t.Fatalf("%d: %x is new: %v, %v", n, h, fresh, err)
		}
		want[max(h, 1)] = true
		if in, err := s.has(h); err != nil || !in {
			t.Fatalf("%d: %x is forgotten: %v", n, h, err)
		}
		if other := rnd.Uint64(); !want[other] {
			if in, err := s.has(other); err != nil || in {
				t.Fatalf("%d: %x is in it: %v", n, other, err)
			}
		}
	}
	for h := range want {
		if in, err := s.has(h); err != nil || !in {
			t.Fatalf("%x is forgotten: %v", h, err)
		}
	}
	if len(s.runs) < 100 || s.size != int64(8*(len(want)-s.fresh.n)) {
		t.Errorf("%d runs, %d bytes of %d hashes", len(s.runs), s.size, len(want))
	}
	s.close()
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
	if !s.empty() {
		t.Error("it is not empty when it is closed")
	}
}

// TestIDStoreIsFlat: twice the ids take no more memory.
func TestIDStoreIsFlat(t *testing.T) {
	defer func(n int) { idsHeld = n }(idsHeld)
	idsHeld = 64 << 10
	rnd := rand.New(rand.NewPCG(1, 2))
	s := idStore{temp: func() (*os.File, error) { return os.CreateTemp(t.TempDir(), "") }}
	defer s.close()
	held := func() int64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	before := held()
	fill := func(to int) int64 {
		for n := s.fresh.n + int(s.size/8); n < to; n++ {
			if _, err := s.add(rnd.Uint64()); err != nil {
				t.Fatal(err)
			}
		}
		return held() - before
	}
	one, two := fill(500_000), fill(1_000_000)
	if most := int64(10 << 20); one > most || two > one+one/20 {
		t.Errorf("half a million ids take %d KB, a million %d KB", one>>10, two>>10)
	}
	t.Logf("half a million ids take %d KB, a million %d KB", one>>10, two>>10)
}
