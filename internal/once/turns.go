package once

import (
	"context"
	"sync"
)

// Turns lets calls of one process under one key come one after the other: those that repeat find the answer of the
// first instead of undoing their own work. Among processes, [KeepTx] decides. Its zero value is ready.
type Turns struct {
	mu   sync.Mutex
	held map[turn]*queue
}

type turn struct{ route, key string }

type queue struct {
	place   chan struct{} // holds a value while somebody has the turn
	waiting int           // who has the turn included
}

// Take waits for the turn of c until ctx ends, and returns what gives it back.
func (t *Turns) Take(ctx context.Context, c Call) (done func(), err error) {
	k := turn{c.Route, c.Key}
	t.mu.Lock()
	if t.held == nil {
		t.held = map[turn]*queue{}
	}
	q := t.held[k]
	if q == nil {
		q = &queue{place: make(chan struct{}, 1)}
		t.held[k] = q
	}
	q.waiting++
	t.mu.Unlock()
	select {
	case q.place <- struct{}{}:
		return func() { <-q.place; t.leave(k, q) }, nil
	case <-ctx.Done():
		t.leave(k, q)
		return nil, ctx.Err()
	}
}

func (t *Turns) leave(k turn, q *queue) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if q.waiting--; q.waiting == 0 {
		delete(t.held, k)
	}
}
