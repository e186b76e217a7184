package limit_test

import (
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/limit"
)

func TestABurstIsBorrowedFromTheFuture(t *testing.T) {
	t.Parallel()
	c := clock.NewFixed(time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC))
	l := limit.New(c)
	take := func() int {
		n := 0
		for ; n < 1000; n++ {
			if _, ok := l.Take(limit.Pair, "a"); !ok {
				break
			}
		}
		return n
	}
	if n := take(); n != 45 {
		t.Errorf("burst of %d, want 45", n)
	}
	if wait, ok := l.Take(limit.Pair, "a"); ok || wait != 6*time.Second {
		t.Errorf("wait %v, want 6s", wait)
	}
	if _, ok := l.Take(limit.Pair, "b"); !ok {
		t.Error("another pair was held too")
	}
	c.Advance(12 * time.Second)
	if n := take(); n != 2 {
		t.Errorf("%d after 12 s, want 2", n)
	}
	if used := l.Used(limit.Pair, "a"); used != 100 {
		t.Errorf("used %d %%, want 100", used)
	}
	c.Advance(time.Hour)
	if n := take(); n != 45 {
		t.Errorf("%d after an hour, want 45", n)
	}
	var off *limit.Limiter
	if _, ok := off.Take(limit.Pair, "a"); !ok {
		t.Error("no limiter refused")
	}
}
