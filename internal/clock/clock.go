// Package clock is the only place that asks the operating system for the time.
//
// Everything that stores, compares or schedules a moment takes a [Clock], so that
// the sandbox can move the platform's time and tests can own it.
package clock

import (
	"sync"
	"time"
)

// Clock tells the platform's time.
type Clock interface {
	// Now is the current moment, in UTC.
	Now() time.Time
}

// System is the machine's own clock.
type System struct{}

// Now implements [Clock].
func (System) Now() time.Time { return time.Now().UTC() }

// Stopwatch starts now and measures on the machine's monotonic clock, which no clock of the platform bends.
func Stopwatch() (elapsed func() time.Duration) {
	start := time.Now()
	return func() time.Duration { return time.Since(start) }
}

// Adjustable is a clock that runs at the machine's pace from a movable origin.
// The zero value is not usable; see [NewAdjustable].
type Adjustable struct {
	base Clock

	mu       sync.RWMutex
	offset   time.Duration
	watchers []func()
}

// NewAdjustable returns a clock that shows base's time until it is moved.
func NewAdjustable(base Clock) *Adjustable { return &Adjustable{base: base} }

// Now implements [Clock].
func (a *Adjustable) Now() time.Time {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.base.Now().Add(a.offset)
}

// Offset is how far the clock stands from its base.
func (a *Adjustable) Offset() time.Duration {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.offset
}

// SetOffset moves the clock to base + offset and tells every watcher.
func (a *Adjustable) SetOffset(offset time.Duration) {
	a.mu.Lock()
	a.offset = offset
	watchers := a.watchers
	a.mu.Unlock()
	for _, w := range watchers {
		w()
	}
}

// Advance moves the clock by d and tells every watcher.
func (a *Adjustable) Advance(d time.Duration) { a.SetOffset(a.Offset() + d) }

// OnMove registers f, called after each move: pollers use it to look again at once.
func (a *Adjustable) OnMove(f func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.watchers = append(a.watchers[:len(a.watchers):len(a.watchers)], f)
}

// Fixed is a clock that stands still until it is set: for tests.
type Fixed struct {
	mu  sync.RWMutex
	now time.Time
}

// NewFixed returns a clock standing at now.
func NewFixed(now time.Time) *Fixed { return &Fixed{now: now.UTC()} }

// Now implements [Clock].
func (f *Fixed) Now() time.Time {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.now
}

// Set moves the clock to now.
func (f *Fixed) Set(now time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = now.UTC()
}

// Advance moves the clock by d.
func (f *Fixed) Advance(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = f.now.Add(d)
}
