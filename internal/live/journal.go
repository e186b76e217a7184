package live

import "sync"

// Journal remembers the latest events, so that a reader who went away can read on where it stopped. It is as
// short-lived as the process.
type Journal struct {
	keep func(Event) (payload any, ok bool)

	mu    sync.Mutex
	ring  []any
	next  uint64        // number of the next event; numbers begin with 1
	waits chan struct{} // closed by the next event; nil while nobody waits
}

// Journal has the hub remember so many of the events that keep picks, as keep wants them told. It is called
// while the house is put together.
func (h *Hub) Journal(most int, keep func(Event) (payload any, ok bool)) *Journal {
	j := &Journal{keep: keep, ring: make([]any, most), next: 1}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.journals = append(h.journals, j)
	return j
}

func (j *Journal) note(e Event) {
	payload, ok := j.keep(e)
	if !ok {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.ring[j.next%uint64(len(j.ring))] = payload
	j.next++
	if j.waits != nil {
		close(j.waits)
		j.waits = nil
	}
}

// Last is the number of the latest event; zero when there was none.
func (j *Journal) Last() uint64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.next - 1
}

// Noted is a remembered event with its number.
type Noted struct {
	Number  uint64
	Payload any
}

// After returns events behind a number, at most so many, and whether some in between are forgotten. Where there is
// none yet, more is closed by the next one.
func (j *Journal) After(number uint64, most int) (list []Noted, missed bool, more <-chan struct{}) {
	j.mu.Lock()
	defer j.mu.Unlock()
	first := uint64(1)
	if n := uint64(len(j.ring)); j.next > n {
		first = j.next - n
	}
	from := number + 1
	if from < first {
		from, missed = first, true
	}
	for n := from; n < j.next && len(list) < most; n++ {
		list = append(list, Noted{n, j.ring[n%uint64(len(j.ring))]})
	}
	if len(list) > 0 {
		return list, missed, nil
	}
	if j.waits == nil {
		j.waits = make(chan struct{})
	}
	return nil, missed, j.waits
}
