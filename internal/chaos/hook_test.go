package chaos

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

const secret = "demo-app-secret"

// hook is the receiver: it keeps what came under each event id.
type hook struct {
	*httptest.Server
	mu       sync.Mutex
	bodies   map[string]string // by event id
	copies   map[string]int    // of each event
	count    int
	problems []string
	conns    int // open ones

	taken map[string]time.Time // when an event came last
	may   map[string]int       // how many copies of an event kills explain
	kills openAtKills
}

// openAtKills is what had come and was not recorded when the program was killed: what may come again.
type openAtKills struct {
	beyond int // copies that no kill explains
	most   int // at one kill
	floor  int // younger at the kill than one sync of the disk takes, so that no sender could have recorded them
	ages   []time.Duration
}

// median is how old half of what was open at kills was at the most.
func (k *openAtKills) median() time.Duration {
	if len(k.ages) == 0 {
		return 0
	}
	slices.Sort(k.ages)
	return k.ages[len(k.ages)/2]
}

func newHook(t *testing.T) *hook {
	t.Helper()
	h := &hook{bodies: map[string]string{}, copies: map[string]int{}, may: map[string]int{}, taken: map[string]time.Time{}}
	h.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c := r.URL.Query().Get("hub.challenge"); c != "" {
			_, _ = io.WriteString(w, c)
			return
		}
		b, err := io.ReadAll(r.Body)
		if err != nil {
			return // cut off by a kill: it will come again
		}
		h.take(r.Header.Get("X-Hawker-Event-Id"), r.Header.Get("X-Hub-Signature-256"), string(b))
	}))
	h.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		h.mu.Lock()
		defer h.mu.Unlock()
		switch state {
		case http.StateNew:
			h.conns++
		case http.StateClosed, http.StateHijacked:
			h.conns--
		case http.StateActive, http.StateIdle:
		}
	}
	h.Start()
	t.Cleanup(h.Close)
	return h
}

// killed is told that the program was at a moment, and which events it had not recorded as delivered. Those of them that have come
// were in flight, or answered a moment before: one more copy of each is what was promised. syncs is what the disk took to sync then.
func (h *hook) killed(t *testing.T, unrecorded []string, at time.Time, syncs time.Duration) {
	t.Helper()
	until(t, "what was on its way at a kill", func() bool { // a dead program's connections end behind its last bytes
		h.mu.Lock()
		defer h.mu.Unlock()
		return h.conns == 0
	})
	h.mu.Lock()
	defer h.mu.Unlock()
	open := 0
	for _, e := range unrecorded {
		n := h.copies[e]
		if n == 0 || h.may[e] == n+1 { // it has not come, or waits since an earlier kill for its claim to end
			continue
		}
		h.may[e] = n + 1
		open++
		age := max(at.Sub(h.taken[e]), 0)
		h.kills.ages = append(h.kills.ages, age)
		if age <= syncs {
			h.kills.floor++
		}
	}
	h.kills.most = max(h.kills.most, open)
}

func (h *hook) take(event, signature, body string) {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(body))
	h.mu.Lock()
	defer h.mu.Unlock()
	if signature != "sha256="+hex.EncodeToString(mac.Sum(nil)) {
		h.problems = append(h.problems, "event "+event+" has a wrong signature")
	}
	events, entries := strings.Split(event, ","), entries(body)
	if len(events) != len(entries) {
		h.problems = append(h.problems, fmt.Sprintf("%d event ids for %d entries", len(events), len(entries)))
		return
	}
	now := time.Now()
	for i, e := range events {
		h.count++
		h.taken[e] = now
		if h.copies[e]++; h.copies[e] > 1 && h.copies[e] > h.may[e] {
			h.kills.beyond++
		}
		if before, ok := h.bodies[e]; ok && before != entries[i] {
			h.problems = append(h.problems, "event "+e+" came twice with different bytes")
		}
		h.bodies[e] = entries[i]
	}
}

// entries are the updates of a body: several when the receiver was behind.
func entries(body string) []string {
	var envelope struct{ Entry []json.RawMessage }
	if err := json.Unmarshal([]byte(body), &envelope); err != nil {
		return nil
	}
	list := make([]string, len(envelope.Entry))
	for i, e := range envelope.Entry {
		list[i] = string(e)
	}
	return list
}

func (h *hook) check(t *testing.T) {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, p := range h.problems {
		t.Error(p)
	}
}

func (h *hook) total() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.count
}

func (h *hook) repeated() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.count - len(h.bodies)
}

// all is every body once, for looking things up.
func (h *hook) all() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var b strings.Builder
	for _, body := range h.bodies {
		b.WriteString(body)
		b.WriteByte('\n')
	}
	return b.String()
}
