package limit_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

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

// A plain token bucket is the model: credit grows with time up to the burst, an event costs one gap.
func TestTakesWhatATokenBucketGives(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := limit.Rate{
			Every: time.Duration(rapid.Int64Range(1, int64(time.Minute)).Draw(t, "every")),
			Burst: rapid.IntRange(1, 50).Draw(t, "burst"),
		}
		c := clock.NewFixed(time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC))
		l := limit.New(c)
		most := r.Every * time.Duration(r.Burst)
		credit := most
		for range rapid.IntRange(1, 200).Draw(t, "steps") {
			if rapid.Bool().Draw(t, "advance") {
				d := time.Duration(rapid.Int64Range(0, int64(2*r.Every)).Draw(t, "d"))
				c.Advance(d)
				credit = min(most, credit+d)
			}
			wait, ok := l.Take(r, "k")
			if want := credit >= r.Every; ok != want {
				t.Fatalf("took %v with a credit of %v and a gap of %v", ok, credit, r.Every)
			}
			if ok {
				credit -= r.Every
			} else if wait != r.Every-credit {
				t.Fatalf("told to wait %v, want %v", wait, r.Every-credit)
			}
			if full := l.Used(r, "k") == 100; full != (credit < r.Every) {
				t.Fatalf("used %d %% with a credit of %v and a gap of %v", l.Used(r, "k"), credit, r.Every)
			}
		}
	})
}

func TestRatesAreExactOverTenSeconds(t *testing.T) {
	t.Parallel()
	c := clock.NewFixed(time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC))
	l := limit.New(c)
	n := 0
	for range 10_000 {
		for range 3 {
			if _, ok := l.Take(limit.Number, "number"); ok {
				n++
			}
		}
		c.Advance(time.Millisecond)
	}
	if want := 80 + 800; n < want-1 || n > want {
		t.Errorf("%d messages in ten seconds, want %d", n, want)
	}
}

func TestManyAtOnceTakeNoMoreThanTheBurst(t *testing.T) {
	t.Parallel()
	l := limit.New(clock.NewFixed(time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)))
	var taken atomic.Int64
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for range 100 {
				if _, ok := l.Take(limit.Pair, "pair"); ok {
					taken.Add(1)
				}
			}
		})
	}
	wg.Wait()
	if taken.Load() != int64(limit.Pair.Burst) {
		t.Errorf("%d took, want %d", taken.Load(), limit.Pair.Burst)
	}
}

func TestForgettingForgetsNothingThatCounts(t *testing.T) {
	t.Parallel()
	c := clock.NewFixed(time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC))
	l := limit.New(c)
	for range limit.Pair.Burst {
		l.Take(limit.Pair, "busy")
	}
	for i := range 200_000 { // several sweeps in every shard
		l.Take(limit.Number, fmt.Sprint(i))
		if i%1000 == 0 {
			c.Advance(time.Millisecond)
		}
	}
	if _, ok := l.Take(limit.Pair, "busy"); ok {
		t.Error("a bucket in use was forgotten")
	}
}

func TestAClockThatIsSetBackDoesNotLockAnybodyOut(t *testing.T) {
	t.Parallel()
	c := clock.NewFixed(time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC))
	l := limit.New(c)
	l.Take(limit.Pair, "a")
	c.Advance(-24 * time.Hour)
	if wait, ok := l.Take(limit.Pair, "a"); !ok {
		t.Errorf("told to wait %v", wait)
	}
}
