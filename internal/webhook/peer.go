package webhook

import (
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/hawkerhq/hawker/internal/id"
)

// The breaker of a receiver opens when most of its latest attempts failed, none of them long ago.
const (
	breakerLooksAt = 10
	breakerFails   = 7
	breakerWindow  = 5 * time.Minute
	probeEvery     = 30 * time.Second
)

// startWidth is how many requests a receiver nothing is known of gets at once.
const startWidth = 2

// peer is what the dispatcher remembers of a receiver while it runs. Its pump owns the memory of
// outcomes; the rest is under the service's lock.
type peer struct {
	receiver id.ID
	again    chan struct{} // something may have come due while the pump runs

	busy   bool
	done   chan struct{} // closed when the pump ends
	worked int           // requests the last pump made
	err    error         // what ended it

	recent  []result // of the latest attempts
	opened  bool     // the breaker
	width   int      // requests in flight at once: grows with success, falls with failure
	streak  int      // successes since the width changed
	probeAt time.Time
	old     bool  // the receiver knew the previous secret when it last answered 200
	drain   *pace // set while the backlog of an outage is worked off
}

type result struct {
	ok bool
	at time.Time
}

func newPeer(receiver id.ID) *peer {
	return &peer{receiver: receiver, again: make(chan struct{}, 1), width: startWidth}
}

// poke tells the pump that something may have come due.
func (e *peer) poke() {
	select {
	case e.again <- struct{}{}:
	default:
	}
}

// note remembers an outcome. A receiver that answers may get twice as many requests at once after each
// full set of successes; one that does not answer gets one at a time.
func (e *peer) note(status int, now time.Time) {
	ok := status == http.StatusOK
	e.remember(result{ok, now})
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
	switch {
	case ok && e.opened:
		e.opened, e.drain = false, newPace()
	case !ok && (e.opened || e.mostlyFails()):
		e.opened, e.probeAt = true, now.Add(probeEvery)
	}
}

func (e *peer) remember(r result) {
	kept := e.recent[:0]
	for _, old := range e.recent[max(0, len(e.recent)-breakerLooksAt+1):] {
		if r.at.Sub(old.at).Abs() <= breakerWindow {
			kept = append(kept, old)
		}
	}
	e.recent = append(kept, r)
}

func (e *peer) mostlyFails() bool {
	fails := 0
	for _, r := range e.recent {
		if !r.ok {
			fails++
		}
	}
	return len(e.recent) == breakerLooksAt && fails >= breakerFails
}

// open tells whether the receiver mostly fails; one success closes the breaker.
func (e *peer) open() bool { return e.opened }

// held tells whether the receiver gets nothing now: its breaker is open and no probe is due.
func (e *peer) held(now time.Time) bool { return e.opened && now.Before(e.probeAt) }

// failing tells whether the last attempt failed: such receivers share the few slow workers.
func (e *peer) failing() bool { return len(e.recent) > 0 && !e.recent[len(e.recent)-1].ok }

// healthy tells that nothing needs to be remembered.
func (e *peer) healthy() bool {
	for _, r := range e.recent {
		if !r.ok {
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
	if age >= lastTry || d.lost {
		return stateUndelivered, now, now
	}
	gap := gaps[min(max(d.attempt, 1)-1, len(gaps)-1)]
	gap = gap*8/10 + rand.N(gap*4/10) // ±20 %
	return statePending, now.Add(min(max(gap, d.retryIn), lastTry-age)), time.Time{}
}
