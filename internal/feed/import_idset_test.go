package feed

import (
	"hash/maphash"
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
)

func TestIDSet(t *testing.T) {
	t.Parallel()
	var s idSet
	if s.has(0) || s.has(7) {
		t.Error("an empty set has something")
	}
	seed := maphash.MakeSeed()
	hash := func(n int) uint64 { return maphash.String(seed, strconv.Itoa(n)) }
	for n := range 100_000 {
		if !s.add(hash(n)) {
			t.Fatalf("%d was there before it was added", n)
		}
		if known := rand.IntN(n + 1); s.add(hash(known)) || !s.has(hash(known)) {
			t.Fatalf("%d was forgotten", known)
		}
		if s.has(hash(-1 - n)) {
			t.Fatalf("%d is there", -1-n)
		}
	}
	if s.n != 100_000 {
		t.Errorf("%d hashes", s.n)
	}
	slots := 0
	for _, p := range s.parts {
		slots += len(p.slots)
	}
	if slots > 2*s.n {
		t.Errorf("%d slots for %d hashes", slots, s.n)
	}
	// One part alone, and the ends of the range.
	var one idSet
	for n := range uint64(1000) {
		if !one.add(math.MaxUint64-n) || one.add(math.MaxUint64-n) {
			t.Fatalf("%d", n)
		}
	}
	if !one.add(0) || one.add(0) || !one.has(0) || one.has(2) {
		t.Error("zero")
	}
}
