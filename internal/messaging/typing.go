package messaging

import (
	"maps"
	"sync"
	"time"
)

// TypingFor is how long a customer sees that the business is writing, unless its message comes first.
const TypingFor = 25 * time.Second

// typing remembers since when businesses are writing, by topic of the chat. It is lost with a restart, as on phones.
type typing struct {
	mu    sync.Mutex
	since map[string]time.Time
}

func (t *typing) begin(topic string, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.since == nil {
		t.since = map[string]time.Time{}
	}
	maps.DeleteFunc(t.since, func(_ string, at time.Time) bool { return now.Sub(at) >= TypingFor })
	t.since[topic] = now
}

// at tells whether somebody is writing, when the business's last message is of that moment.
func (t *typing) at(topic string, now, last time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	since, ok := t.since[topic]
	return ok && now.Sub(since) < TypingFor && !last.After(since)
}
