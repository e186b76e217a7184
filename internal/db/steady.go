package db

import (
	"sync"
	"time"

	"github.com/hawkerhq/hawker/internal/id"
)

// jumpLeast is how far a clock goes back before that counts as a jump: transactions beside each other differ by less.
const jumpLeast = time.Second

// steady is a time that never goes back: it runs as the clock does, and where the clock jumps back it runs on from
// where it stood. What waits and what expires is measured by it, so that a clock that is set back makes nothing wait
// longer and brings nothing back to life. It starts behind every id on disk, so a restart does not turn it back either.
type steady struct {
	mu   sync.Mutex
	wall time.Time // what the clock showed last
	now  time.Time
}

func (s *steady) at(wall time.Time) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	step := wall.Sub(s.wall)
	switch {
	case s.wall.IsZero(), step > 0 && wall.After(s.now.Add(step)):
		s.now, s.wall = later(wall, s.now), wall
	case step > 0:
		s.now, s.wall = s.now.Add(step), wall
	case step < -jumpLeast:
		s.wall = wall
	}
	return s.now
}

// startAt makes the time go on from the newest id on disk.
func (s *steady) startAt(newest id.ID, wall time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wall, s.now = wall, wall
	if t := newest.Time(); newest > 0 && t.Sub(wall) > jumpLeast {
		s.now = t
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Steady is the time that never goes back; see [Tx.Steady].
func (d *DB) Steady() time.Time { return d.steady.at(d.clock.Now().UTC().Truncate(time.Millisecond)) }

// steadyClock shows the steady time.
type steadyClock struct{ d *DB }

func (c steadyClock) Now() time.Time { return c.d.Steady() }

// Steady is this transaction's moment on a time that never goes back: what is due and what has expired is told by it.
func (tx *Tx) Steady() time.Time { return later(tx.db.steady.at(tx.now), tx.now) }

// Ahead is how far the steady time is ahead of the clock: zero unless the clock was set back.
func (tx *Tx) Ahead() time.Duration { return tx.Steady().Sub(tx.now) }
