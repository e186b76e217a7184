package graph

import (
	"context"
	"time"
)

// retrySoon is a header of calls that were refused because too many are at work.
var retrySoon = map[string]string{"Retry-After": "1"}

// As many calls as there are places wait for one, a moment at most: what came in a burst is done all the same. What comes
// on top of them is refused, after that moment, so that who comes back at once does not keep the server from its work;
// and without one where many are held so already.
const (
	waitMost  = 100 * time.Millisecond
	heldTimes = 16 // so many calls are held for each place
)

// crowded tells whether a call has no place to hope for.
func (e *Engine) crowded(ctx context.Context) bool {
	full := func() bool { return len(e.atWork) == cap(e.atWork) && e.waiting.Load() >= int64(cap(e.atWork)) }
	if e.atWork == nil || !full() {
		return false
	}
	defer e.held.Add(-1)
	if e.held.Add(1) > heldTimes*int64(cap(e.atWork)) {
		return true
	}
	t := time.NewTimer(waitMost)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
	return full()
}

// enter takes a place among the calls at work. A body that trickles in has been read before: it holds none.
func (e *Engine) enter(ctx context.Context) (leave func(), err error) {
	if e.atWork == nil {
		return func() {}, nil
	}
	leave = func() { <-e.atWork }
	select {
	case e.atWork <- struct{}{}:
		return leave, nil
	default:
	}
	e.waiting.Add(1)
	defer e.waiting.Add(-1)
	t := time.NewTimer(waitMost)
	defer t.Stop()
	select {
	case e.atWork <- struct{}{}:
		return leave, nil
	case <-t.C:
	case <-ctx.Done():
	}
	return nil, e.busy()
}

func (e *Engine) busy() error {
	return ErrBusy.Withf("", "The server is at work on %d calls already. Nothing of this one was done; try again in a second.", cap(e.atWork))
}
