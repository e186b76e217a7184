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
	// CatalogBatch: items_batch calls of one catalog, 200 an hour.
	CatalogBatch = Rate{Every: time.Hour / 200, Burst: 200}
	// CatalogManagement: other calls of one catalog, 20 000 an hour.
	CatalogManagement = Rate{Every: time.Hour / 20_000, Burst: 20_000}
	// WABAManagement: calls about one active WhatsApp account, 5 000 an hour.
	WABAManagement = Rate{Every: time.Hour / 5_000, Burst: 5_000}
)

const (
	shards    = 64
	shardMost = 20_000 // keys of a shard; then those at rest are forgotten
)

// Limiter counts events by key. A nil Limiter allows everything.
type Limiter struct {
	clock clock.Clock
	seed  maphash.Seed
	shard [shards]struct {
		mu   sync.Mutex
		full map[string]time.Time // when the bucket is full again
	}
}

// New returns an empty limiter.
func New(c clock.Clock) *Limiter {
	l := &Limiter{clock: c, seed: maphash.MakeSeed()}
	for i := range l.shard {
		l.shard[i].full = map[string]time.Time{}
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
	if full.Before(now) {
		full = now
	}
	next := full.Add(r.Every)
	if over := next.Sub(now) - r.Every*time.Duration(r.Burst); over > 0 {
		return over, false
	}
	if len(s.full) >= shardMost {
		for k, t := range s.full {
			if t.Before(now) {
				delete(s.full, k)
			}
		}
	}
	s.full[key] = next
	return 0, true
}

// Used is how much of key's burst is used, in percent.
func (l *Limiter) Used(r Rate, key string) int {
	if l == nil {
		return 0
	}
	now := l.clock.Now()
	s := &l.shard[maphash.String(l.seed, key)%shards]
	s.mu.Lock()
	defer s.mu.Unlock()
	used := s.full[key].Sub(now)
	if used <= 0 {
		return 0
	}
	return int(100 * used / (r.Every * time.Duration(r.Burst)))
}
