package webhook

import (
	"math/rand/v2"
	"net/http"
	"time"
)

// The breaker of an endpoint opens when most of its latest attempts failed.
const (
	breakerLooksAt = 10
	breakerFails   = 7
	probeEvery     = 30 * time.Second
)

// startWidth is how many requests a receiver nothing is known of gets at once.
const startWidth = 2

// endpoint is what the dispatcher remembers of a receiver while it runs. Its pump owns the memory of
// outcomes; the rest is under the service's lock.
type endpoint struct {
	url   string
	again chan struct{} // something may have come due while the pump runs

	busy   bool
	done   chan struct{} // closed when the pump ends
	worked int           // deliveries the last pump sent
	err    error         // what ended it

	recent  []bool // outcomes of the latest attempts
	width   int    // requests in flight at once: grows with success, falls with failure
	streak  int    // successes since the width changed
	probeAt time.Time
}

func newEndpoint(u string) *endpoint {
	return &endpoint{url: u, again: make(chan struct{}, 1), width: startWidth}
}

// note remembers an outcome. A receiver that answers may get twice as many requests at once after each
// full set of successes; one that does not answer gets one at a time.
func (e *endpoint) note(status int, now time.Time) {
	ok := status == http.StatusOK
	e.recent = append(e.recent, ok)
	if len(e.recent) > breakerLooksAt {
		e.recent = e.recent[len(e.recent)-breakerLooksAt:]
	}
	switch {
	case ok:
		if e.streak++; e.streak >= e.width {
			e.streak, e.width = 0, min(2*e.width, widest)
		}
	case status == 0:
		e.streak, e.width = 0, 1
	default:
		e.streak, e.width = 0, max(e.width/2, 1)
	}
	if e.open() {
		e.probeAt = now.Add(probeEvery)
	}
}

// open tells whether the receiver mostly fails; one success closes the breaker.
func (e *endpoint) open() bool {
	fails := 0
	for _, ok := range e.recent {
		if !ok {
			fails++
		}
	}
	n := len(e.recent)
	return n == breakerLooksAt && fails >= breakerFails && !e.recent[n-1]
}

// held tells whether the receiver gets nothing now: its breaker is open and no probe is due.
func (e *endpoint) held(now time.Time) bool { return e.open() && now.Before(e.probeAt) }

// failing tells whether the last attempt failed: such receivers share the few slow workers.
func (e *endpoint) failing() bool { return len(e.recent) > 0 && !e.recent[len(e.recent)-1] }

// healthy tells that nothing needs to be remembered.
func (e *endpoint) healthy() bool {
	for _, ok := range e.recent {
		if !ok {
			return false
		}
	}
	return true
}

// gaps are the waits after each failed attempt; the last one repeats until seven days are over.
var gaps = []time.Duration{
	5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 12 * time.Hour,
}

// lastTry is how old a delivery is at its last attempt: a moment before it is given up.
const lastTry = giveUpAfter - time.Minute

// next is the state of a delivery after an attempt, and when it is due again.
func next(d *sending, now time.Time) (state string, due, done time.Time) {
	if d.outcome.Status == http.StatusOK {
		return stateDelivered, now, now
	}
	age := now.Sub(d.created)
	if age >= lastTry {
		return stateUndelivered, now, now
	}
	gap := gaps[min(max(d.attempt, 1)-1, len(gaps)-1)]
	gap = gap*8/10 + rand.N(gap*4/10) // ±20 %
	return statePending, now.Add(min(max(gap, d.retryIn), lastTry-age)), time.Time{}
}
