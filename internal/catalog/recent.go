package catalog

import "sync"

// recentMost is how many batches wait in memory at the most, besides in the database.
const recentMost = 2

// recent keeps the requests of the last batches as they were read when they came, so that applying them need not
// read them again. It may lose them at any time.
type recent struct {
	mu    sync.Mutex
	list  map[string][]line
	order []string
}

func (r *recent) put(handle string, lines []line) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.list == nil {
		r.list = map[string][]line{}
	}
	if len(r.order) >= recentMost {
		delete(r.list, r.order[0])
		r.order = r.order[1:]
	}
	r.list[handle], r.order = lines, append(r.order, handle)
}

// take returns a batch's lines, once; nil when they are not here.
func (r *recent) take(handle string) []line {
	r.mu.Lock()
	defer r.mu.Unlock()
	lines, ok := r.list[handle]
	if !ok {
		return nil
	}
	delete(r.list, handle)
	for n, h := range r.order {
		if h == handle {
			r.order = append(r.order[:n:n], r.order[n+1:]...)
			break
		}
	}
	return lines
}
