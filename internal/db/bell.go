package db

import (
	"maps"
	"slices"
	"sync"
)

// bell tells listeners in this process that something was committed.
type bell struct {
	mu        sync.RWMutex
	listeners map[string][]*func()
}

// OnNotify has f called after each commit of a transaction that called [Tx.Notify] with topic, until cancel is
// called. f must return at once. It is a hint: whoever listens also looks by itself from time to time, because
// a crash, or a commit of another process, rings no bell here.
func (d *DB) OnNotify(topic string, f func()) (cancel func()) {
	b := &d.bell
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.listeners == nil {
		b.listeners = map[string][]*func(){}
	}
	b.listeners[topic] = append(slices.Clip(b.listeners[topic]), &f)
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.listeners[topic] = slices.DeleteFunc(slices.Clone(b.listeners[topic]), func(g *func()) bool { return g == &f })
	}
}

func (b *bell) ring(topic string) {
	b.mu.RLock()
	fs := b.listeners[topic]
	b.mu.RUnlock()
	for _, f := range fs {
		(*f)()
	}
}

// ringAll tells the listeners of every topic: everything may have changed.
func (b *bell) ringAll() {
	b.mu.RLock()
	topics := slices.Collect(maps.Keys(b.listeners))
	b.mu.RUnlock()
	for _, t := range topics {
		b.ring(t)
	}
}

// Notify tells the listeners of topic, once, after the commit; see [DB.OnNotify].
func (tx *Tx) Notify(topic string) {
	if !slices.Contains(tx.topics, topic) {
		tx.topics = append(tx.topics, topic)
	}
}
