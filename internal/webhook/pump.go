package webhook

import (
	"context"
	"fmt"
	"time"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/safehttp"
)

// A claim is for so long; nothing is sent on a claim that could end before the answer.
const (
	lease      = time.Minute
	leaseLeft  = safehttp.TotalTime + time.Second
	claimMost  = 1024
	claimAhead = 8                // claimed deliveries for each request in flight
	markTime   = 10 * time.Second // for one transaction
)

// pump is the work for one receiver: claim, send, mark, each beside the others. Lanes leave beside each
// other, the deliveries of a lane one after the other. All its fields belong to the goroutine of run.
type pump struct {
	s      *Service
	e      *endpoint
	killed context.Context // ends requests in flight and their marking

	hand    map[id.ID]*sending // claimed and not marked
	lanes   map[string]*lane
	ready   []*lane // lanes with something to send and nothing in flight
	waiting int     // deliveries in lanes
	flying  int
	sent    int

	answered chan *sending
	claimed  chan claim
	marked   chan error
	claiming bool
	marking  bool
	empty    bool // the last claim brought nothing
	told     bool // something came due since that claim began
	unmarked []*sending
	err      error
	broken   bool // outcomes cannot be written
}

type lane struct {
	name  string
	queue []*sending
	busy  bool
}

type claim struct {
	list []*sending
	err  error
}

// pump works off what is due for e. It returns how many requests were made.
func (s *Service) pump(ctx, killed context.Context, e *endpoint) (int, error) {
	p := &pump{
		s: s, e: e, killed: killed, hand: map[id.ID]*sending{}, lanes: map[string]*lane{},
		answered: make(chan *sending), claimed: make(chan claim), marked: make(chan error),
	}
	stop := ctx.Done()
	for {
		stopping := p.err != nil || ctx.Err() != nil || (e.open() && p.sent > 0)
		if stopping {
			p.release()
		} else {
			p.fill(ctx)
		}
		p.mark()
		if p.flying == 0 && !p.claiming && !p.marking && len(p.unmarked) == 0 && (stopping || p.waiting == 0 && p.empty) {
			return p.sent, p.err
		}
		select {
		case d := <-p.answered:
			p.take(d)
		case c := <-p.claimed:
			p.claiming = false
			p.add(c)
		case err := <-p.marked:
			p.marking = false
			if err != nil {
				p.err, p.broken = err, true
			}
		case <-e.again:
			p.empty, p.told = false, true
		case <-stop:
			stop = nil
		}
	}
}

// fill claims ahead and starts as many requests as the receiver may have at once.
func (p *pump) fill(ctx context.Context) {
	want := min(p.e.width*claimAhead, claimMost)
	enough := p.waiting >= want/2
	if p.e.open() { // the probe goes alone
		want, enough = 1, p.waiting+p.flying > 0
	}
	if !p.claiming && !p.empty && !enough {
		p.claiming, p.told = true, false
		go func() {
			// A claim cut off halfway would keep its deliveries until the lease ends.
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), markTime)
			defer cancel()
			list, err := p.s.claim(ctx, p.e.url, want)
			p.claimed <- claim{list, err}
		}()
	}
	for p.flying < p.e.width && len(p.ready) > 0 {
		l := p.ready[0]
		p.ready = p.ready[1:]
		d := l.queue[0]
		l.queue = l.queue[1:]
		l.busy = true
		p.waiting--
		p.flying++
		d.token = d.until
		slots := p.s.slots
		if p.e.failing() {
			slots = p.s.slow
		}
		go func() {
			p.s.send(p.killed, slots, d)
			p.answered <- d
		}()
	}
}

// add takes a claim in hand. A clock that was moved can end a lease early: what is in hand already only
// gets its new lease.
func (p *pump) add(c claim) {
	if c.err != nil {
		p.err = c.err
		return
	}
	p.empty = len(c.list) == 0 && !p.told
	for _, d := range c.list {
		if have, ok := p.hand[d.id]; ok {
			have.until = d.until
			continue
		}
		p.hand[d.id] = d
		p.queue(d)
	}
}

func (p *pump) queue(d *sending) {
	l, ok := p.lanes[d.lane]
	if !ok {
		l = &lane{name: d.lane}
		p.lanes[d.lane] = l
	}
	if !l.busy && len(l.queue) == 0 {
		p.ready = append(p.ready, l)
	}
	l.queue = append(l.queue, d)
	p.waiting++
}

// take notes an answer and makes its lane ready again.
func (p *pump) take(d *sending) {
	p.flying--
	l := p.lanes[d.lane]
	l.busy = false
	if len(l.queue) > 0 {
		p.ready = append(p.ready, l)
	} else {
		delete(p.lanes, l.name)
	}
	switch {
	case d.sent:
		p.sent++
		p.e.note(d.outcome.Status, p.s.Clock.Now())
	case p.killed.Err() != nil:
		return // whether the receiver got it is unknown: the lease ends, and it is sent again
	}
	p.unmarked = append(p.unmarked, d)
}

// release gives back what was claimed and not sent.
func (p *pump) release() {
	for _, l := range p.lanes {
		p.unmarked = append(p.unmarked, l.queue...)
		p.waiting -= len(l.queue)
		l.queue = nil
	}
	p.ready = nil
}

// mark writes what is known, one transaction at a time: what is answered meanwhile goes with the next.
func (p *pump) mark() {
	if p.marking || len(p.unmarked) == 0 {
		return
	}
	if p.broken { // leases end by themselves
		p.unmarked = nil
		return
	}
	list := p.unmarked
	p.unmarked, p.marking = nil, true
	marks := make([]mark, len(list))
	for i, d := range list {
		marks[i] = mark{d, d.until}
		delete(p.hand, d.id)
	}
	go func() {
		// What was answered is written even when no more requests may be made.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(p.killed), markTime)
		defer cancel()
		p.marked <- p.s.mark(ctx, marks)
	}()
}

// claim takes due deliveries, the longest due first, with their bytes and the secrets of today.
func (s *Service) claim(ctx context.Context, u string, most int) (list []*sending, err error) {
	err = s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = claimTx(ctx, tx, u, most)
		return err
	})
	if err == nil && len(list) > 0 {
		err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error { return s.loadTx(ctx, tx, list) })
	}
	if err != nil {
		return nil, fmt.Errorf("webhook: claiming: %w", err)
	}
	return list, nil
}

// mark is a delivery to be marked, with the lease it is held by.
type mark struct {
	*sending
	until time.Time
}

// mark writes the attempts and what follows from them, in one transaction.
func (s *Service) mark(ctx context.Context, list []mark) error {
	err := s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return markTx(ctx, tx, list) })
	if err != nil {
		return fmt.Errorf("webhook: marking: %w", err)
	}
	for _, d := range list {
		if d.sent {
			s.Live.Publish("events", map[string]any{
				"type": "webhook.attempt", "business_id": d.business, "delivery_id": d.id, "event_id": d.event,
				"attempt": d.attempt, "status": d.outcome.Status,
			})
		}
	}
	return nil
}
