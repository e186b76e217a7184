package webhook

import (
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/id"
)

// What one request may carry, and when it carries more than one update: only while the receiver is behind.
// The bound keeps the header with the events' ids below what servers take.
const (
	BatchMost  = 250
	batchBytes = 3 << 20
	behind     = time.Second
)

// sending is one claimed delivery.
type sending struct {
	id, event, business, phone id.ID
	field, lane                string
	attempt                    int
	created                    time.Time
	until                      time.Time // end of the lease, which is also the fencing token
	body                       []byte

	sent    bool // an attempt was made
	outcome outcome
	retryIn time.Duration // the receiver's Retry-After
	hold    time.Duration // how long it is held back on purpose
	lost    bool          // on purpose
}

// outcome is an attempt with where it is logged.
type outcome struct {
	Attempt
	shares *sending // the delivery whose attempt keeps the heads and the answer
	logged id.ID    // of the attempt
}

// parcel is one request: a delivery, or several of a receiver that is behind.
type parcel struct {
	to    receiver
	keys  signer
	old   bool // signed with the previous secret
	list  []*sending
	lanes []*lane       // of these, busy until the answer is there
	token time.Time     // when the first lease ended as the request was started
	slots chan struct{} // the workers' places it waits for one of

	sent    bool
	outcome Attempt
	retryIn time.Duration
	hold    time.Duration
	lost    bool
	away    bool // nobody was there to take it
}

// body is what the request carries.
func (x *parcel) body() []byte {
	if len(x.list) == 1 {
		return x.list[0].body
	}
	bodies := make([][]byte, len(x.list))
	for i, d := range x.list {
		bodies[i] = d.body
	}
	return join(bodies)
}

// events are the ids of what it carries.
func (x *parcel) events() string {
	if len(x.list) == 1 {
		return x.list[0].event.String()
	}
	ids := make([]string, len(x.list))
	for i, d := range x.list {
		ids[i] = d.event.String()
	}
	return strings.Join(ids, ",")
}

// pack takes what leaves next: the first delivery of the lane that is ready longest, and, when the receiver
// is behind, its share of what waits as well. Each lane keeps its order. What was tried before goes alone, so
// that one update that a receiver cannot take never holds up others.
func (p *pump) pack(most int) *parcel {
	x := &parcel{to: p.to, keys: p.keys}
	size := len(bodyBegin) + len(bodyEnd)
	most = min(most, p.share())
	for len(p.ready) > 0 && len(x.list) < max(most, 1) {
		l := p.ready[0]
		took := 0
		for len(l.queue) > 0 && len(x.list) < max(most, 1) {
			d := l.queue[0]
			alone := d.attempt > 1 || !joinable(d.body)
			if len(x.list) > 0 && (alone || size+len(d.body) > batchBytes) {
				break
			}
			size += len(d.body)
			x.list = append(x.list, d)
			l.queue = l.queue[1:]
			took++
			if alone {
				most = 1
			}
		}
		if took == 0 {
			break
		}
		p.ready = p.ready[1:]
		x.lanes = append(x.lanes, l)
	}
	p.waiting -= len(x.list)
	// A receiver that knows one secret only answers 200 to one of two attempts in a row; from then on it gets
	// the signature it knows at once.
	other := x.list[0].attempt%2 == 0
	x.old = p.keys.previous != nil && p.e.old != other
	x.token = x.list[0].until
	for _, d := range x.list {
		if d.until.Before(x.token) {
			x.token = d.until
		}
	}
	return x
}

// share is how many updates a request carries: one, unless the receiver answers well and has been behind for
// a while.
func (p *pump) share() int {
	if p.s.Batch <= 1 || p.s.meddled() || p.e.failing() || p.e.open() {
		return 1
	}
	oldest := p.ready[0].queue[0].created
	if p.s.Clock.Now().Sub(oldest) < behind {
		return 1
	}
	return min(p.s.Batch, (p.waiting+p.e.width-1)/p.e.width)
}
