// Package limit keeps Meta's published rates, on the platform's clock. It remembers only the latest
// arrival of each key (the generic cell rate algorithm), so a bucket costs a few bytes.
package limit

import (
	"hash/maphash"
	"sync"
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
)

// Rate is how often something may happen.
type Rate struct {
	// Every is the sustained gap between two events.
	Every time.Duration
	// Burst is how many may happen at once, borrowed from the future.
	Burst int
}

// Rates of the platform.
var (
	// Pair: messages of one number to one customer.
	Pair = Rate{Every: 6 * time.Second, Burst: 45}
	// Number: messages of one number to anybody.
	Number = Rate{Every: time.Second / 80, Burst: 80}
	// NumberHigh: the same of a number whose throughput was raised.
	NumberHigh = Rate{Every: time.Second / 1000, Burst: 1000}
	// CatalogBatch: items_batch calls of one catalog, 200 an hour.
	CatalogBatch = Rate{Every: time.Hour / 200, Burst: 200}
	// CatalogManagement: other calls of one catalog, 20 000 an hour.
	CatalogManagement = Rate{Every: time.Hour / 20_000, Burst: 20_000}
	// TemplateCreation: templates made in one WhatsApp account, 100 an hour.
	TemplateCreation = Rate{Every: time.Hour / 100, Burst: 100}
	// WABAManagement: calls about one active WhatsApp account, 5 000 an hour.
	WABAManagement = Rate{Every: time.Hour / 5_000, Burst: 5_000}
)

const (
	shards = 64
	// sweepFrom is how many keys a shard holds before it looks for buckets that are full again, and forgets them.
	sweepFrom = 1_000
)

// Limiter counts events by key. A nil Limiter allows everything.
type Limiter struct {
	clock clock.Clock
	seed  maphash.Seed
	shard [shards]shard
}

type shard struct {
	mu    sync.Mutex
	full  map[string]time.Time // when the bucket is full again
	sweep int                  // keys at which to look for those that are
}

// forget drops the buckets that are full again, which say nothing. The next look is at twice what is
// left, so that a flood of keys costs each of them a constant share.
func (s *shard) forget(now time.Time) {
	for k, t := range s.full {
		if !t.After(now) {
			delete(s.full, k)
		}
	}
	s.sweep = max(sweepFrom, 2*len(s.full))
}

// New returns an empty limiter.
func New(c clock.Clock) *Limiter {
	l := &Limiter{clock: c, seed: maphash.MakeSeed()}
	for i := range l.shard {
		l.shard[i].full, l.shard[i].sweep = map[string]time.Time{}, sweepFrom
	}
	return l
}

// Take counts one event of key. Where it is one too many, ok is false and wait says when to come back.
func (l *Limiter) Take(r Rate, key string) (wait time.Duration, ok bool) {
	if l == nil {
		return 0, true
	}
	now := l.clock.Now()
	s := &l.shard[maphash.String(l.seed, key)%shards]
	s.mu.Lock()
	defer s.mu.Unlock()
	full := s.full[key]
	if full.Before(now) || full.Sub(now) > r.Every*time.Duration(r.Burst) { // the second: the clock was set back
		full = now
	}
	next := full.Add(r.Every)
	if over := next.Sub(now) - r.Every*time.Duration(r.Burst); over > 0 {
		return over, false
	}
	if len(s.full) >= s.sweep {
		s.forget(now)
	}
	s.full[key] = next
	return 0, true
}

// Used is how much of key's burst is used, in percent, rounded down: 100 means that the next event is refused.
func (l *Limiter) Used(r Rate, key string) int {
	if l == nil {
		return 0
	}
	now := l.clock.Now()
	s := &l.shard[maphash.String(l.seed, key)%shards]
	s.mu.Lock()
	defer s.mu.Unlock()
	owed := s.full[key].Sub(now)
	if owed <= 0 {
		return 0
	}
	// Events count whole: a bucket that refills is not free again before it may take one more.
	events := (owed + r.Every - 1) / r.Every
	return int(100 * events / time.Duration(r.Burst))
}
