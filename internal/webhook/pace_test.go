package webhook

import (
	"testing"
	"time"
)

func TestPaceDoublesAtMost(t *testing.T) {
	t.Parallel()
	var now time.Duration
	p := newPace()
	p.elapsed = func() time.Duration { return now }
	for second, used := range []int{drainStart, 100, 30, 5, 128} {
		now = time.Duration(second) * time.Second
		want := []int{64, 128, 200, 64, 64}[second]
		if left := p.left(); left != want {
			t.Errorf("second %d begins with %d, not %d", second, left, want)
		}
		p.take(used)
		now += 300 * time.Millisecond
		if left := p.left(); left != want-used {
			t.Errorf("second %d goes on with %d", second, left)
		}
		if wait := p.wait(); wait != 700*time.Millisecond {
			t.Errorf("the next second begins in %v", wait)
		}
	}
	now = time.Hour // a long silence is no credit
	if left := p.left(); left != 256 {
		t.Errorf("after an hour %d may leave", left)
	}
}
