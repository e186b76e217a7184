// Package live tells pages and programs in this process that something changed. It promises nothing: a
// slow subscriber misses events and is told so, and then reads the state anew.
package live

import "sync"

// queue is how many events wait for a slow subscriber.
const queue = 64

// Event is one change.
type Event struct {
	Topic   string
	Payload any
}

// Hub passes events from publishers to subscribers.
type Hub struct {
	mu    sync.RWMutex
	subs  map[string]map[*Sub]struct{}
	ended chan struct{}
	end   sync.Once

	journals []*Journal
}

// New returns an empty hub.
func New() *Hub { return &Hub{subs: map[string]map[*Sub]struct{}{}, ended: make(chan struct{})} }

// Close tells streams to end: the program stops. Closing twice is fine.
func (h *Hub) Close() { h.end.Do(func() { close(h.ended) }) }

// Ended is closed when streams shall end.
func (h *Hub) Ended() <-chan struct{} { return h.ended }

// Sub is one subscription.
type Sub struct {
	// C delivers the events. It is never closed.
	C chan Event
	// Missed holds a token after events were dropped.
	Missed chan struct{}

	hub    *Hub
	topics []string
}

// Subscribe listens to topics until Close.
func (h *Hub) Subscribe(topics ...string) *Sub { return h.subscribe(queue, topics) }

// Watch is Subscribe for who wants to know only that something has changed: one event waits, which stands for all.
func (h *Hub) Watch(topics ...string) *Sub { return h.subscribe(1, topics) }

func (h *Hub) subscribe(queue int, topics []string) *Sub {
	s := &Sub{C: make(chan Event, queue), Missed: make(chan struct{}, 1), hub: h, topics: topics}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, t := range topics {
		if h.subs[t] == nil {
			h.subs[t] = map[*Sub]struct{}{}
		}
		h.subs[t][s] = struct{}{}
	}
	return s
}

// Close ends the subscription. Closing twice is fine.
func (s *Sub) Close() {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	for _, t := range s.topics {
		delete(s.hub.subs[t], s)
		if len(s.hub.subs[t]) == 0 {
			delete(s.hub.subs, t)
		}
	}
}

// Publish tells topic's subscribers. It never waits.
func (h *Hub) Publish(topic string, payload any) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for _, j := range h.journals {
		j.note(Event{topic, payload})
	}
	for s := range h.subs[topic] {
		select {
		case s.C <- Event{Topic: topic, Payload: payload}:
		default:
			select {
			case s.Missed <- struct{}{}:
			default:
			}
		}
	}
}
