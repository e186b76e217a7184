package webhook

import (
	"context"
	"net/http"
	"time"

	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/safehttp"
)

// A claim is for so long; nothing is sent on a claim that could end before the answer.
const (
	lease      = time.Minute
	leaseLeft  = safehttp.TotalTime + time.Second
	claimMost  = 1024
	claimAhead = 16  // claimed deliveries for each request in flight
	markMost   = 256 // answered and not recorded; a crash repeats these
	markEnough = 64  // recorded at once; while many wait to be sent, fewer wait a moment for others
	markWait   = 5 * time.Millisecond
	markTime   = 10 * time.Second // for one transaction
)

// pump is the work for one receiver: claim, send, mark, each beside the others. Lanes leave beside each
// other, the deliveries of a lane one after the other. All its fields belong to the goroutine of run.
type pump struct {
	s      *Service
	e      *peer
	killed context.Context // ends requests in flight and their marking

	to      receiver           // as the last claim read it
	keys    signer             // of that moment
	hand    map[id.ID]*sending // claimed and not marked
	lanes   map[string]*lane
	ready   []*lane // lanes with something to send and nothing in flight
	waiting int     // deliveries in lanes
	flying  int
	sent    int

	out      chan *parcel // to the workers
	workers  int
	answered chan *parcel
	claimed  chan claim
	marked   chan marked
	claiming bool
	marking  bool
	empty    bool // the last claim brought nothing
	told     bool // something came due since that claim began
	unmarked []*sending
	ripe     <-chan time.Time // ends the wait of what is unmarked
	overdue  bool             // it has waited
	err      error
	broken   bool // outcomes cannot be written
	paused   bool // the receiver gets nothing until somebody resumes it
}

type lane struct {
	name  string
	queue []*sending
}

type claim struct {
	to   receiver
	keys signer
	list []*sending
	err  error
}

type marked struct {
	paused string
	err    error
}

// pump works off what is due for e. It returns how many requests were made.
func (s *Service) pump(ctx, killed context.Context, e *peer) (int, error) {
	p := &pump{
		s: s, e: e, killed: killed, hand: map[id.ID]*sending{}, lanes: map[string]*lane{},
		out: make(chan *parcel, widest), answered: make(chan *parcel, widest), claimed: make(chan claim), marked: make(chan marked),
	}
	defer close(p.out)
	stop := ctx.Done()
	for {
		var pace <-chan time.Time
		stopping := p.err != nil || p.paused || ctx.Err() != nil || (e.open() && p.sent > 0)
		if stopping {
			p.release()
		} else {
			pace = p.fill(ctx)
		}
		if stopping || p.overdue || p.short() || p.flying == 0 || len(p.unmarked) >= markEnough {
			p.mark()
		}
		if p.flying == 0 && !p.claiming && !p.marking && len(p.unmarked) == 0 && (stopping || p.waiting == 0 && p.empty) {
			if !stopping {
				e.drain = nil // the backlog is gone
			}
			return p.sent, p.err
		}
		select {
		case x := <-p.answered:
			p.take(x)
			for more := true; more; {
				select {
				case x = <-p.answered:
					p.take(x)
				default:
					more = false
				}
			}
		case c := <-p.claimed:
			p.claiming = false
			p.add(c)
		case m := <-p.marked:
			p.marking = false
			p.paused = p.paused || m.paused != ""
			if m.err != nil {
				p.err, p.broken = m.err, true
			}
		case <-e.again:
			p.empty, p.told = false, true
		case <-p.ripe:
			p.overdue = true
		case <-pace:
		case <-stop:
			stop = nil
		}
	}
}

// fill claims ahead and starts as many requests as the receiver may have at once. Where more could leave
// in a moment, it returns when to look again.
func (p *pump) fill(ctx context.Context) <-chan time.Time {
	want := min(p.e.width*claimAhead, claimMost)
	if len(p.ready) > 0 && p.share() > 1 {
		want = claimMost
	}
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
			p.claimed <- p.s.claim(ctx, p.e.receiver, want)
		}()
	}
	for p.flying < p.e.width && len(p.ready) > 0 && len(p.unmarked) < markMost {
		most := BatchMost
		if p.e.drain != nil {
			if most = min(most, p.e.drain.left()); most <= 0 {
				return time.After(p.e.drain.wait())
			}
		}
		x := p.pack(most)
		if p.e.drain != nil {
			p.e.drain.take(len(x.list))
		}
		x.slots = p.s.slots
		if p.e.failing() {
			x.slots = p.s.slow
		}
		if p.flying++; p.workers < p.flying {
			p.workers++
			go p.work()
		}
		p.out <- x
	}
	return nil
}

// work makes requests until the pump ends.
func (p *pump) work() {
	for x := range p.out {
		p.s.send(p.killed, x.slots, x)
		p.answered <- x
	}
}

// add takes a claim in hand. A clock that was moved can end a lease early: what is in hand already only
// gets its new lease.
func (p *pump) add(c claim) {
	if c.err != nil {
		p.err = c.err
		return
	}
	if len(c.list) > 0 {
		p.to, p.keys = c.to, c.keys
		p.paused = p.paused || !c.to.pausedAt.IsZero()
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
		p.ready = append(p.ready, l)
	}
	l.queue = append(l.queue, d)
	p.waiting++
}

// take notes an answer and makes its lanes ready again.
func (p *pump) take(x *parcel) {
	p.flying--
	for _, l := range x.lanes {
		if len(l.queue) > 0 {
			p.ready = append(p.ready, l)
		} else {
			delete(p.lanes, l.name)
		}
	}
	p.paused = p.paused || x.away
	switch {
	case x.lost:
		p.sent++ // the receiver has nothing to do with it
	case x.sent:
		p.sent++
		p.e.note(x.outcome.Status, p.s.DB.Steady())
		if x.outcome.Status == http.StatusOK {
			p.e.old = x.old
		}
	case p.killed.Err() != nil:
		return // whether the receiver got it is unknown: the lease ends, and it is sent again
	}
	for _, d := range x.list {
		d.sent, d.outcome.Attempt, d.retryIn, d.hold, d.lost = x.sent, x.outcome, x.retryIn, x.hold, x.lost
		if d != x.list[0] {
			d.outcome.shares = x.list[0]
		}
		p.unmarked = append(p.unmarked, d)
	}
	if p.ripe == nil {
		p.ripe = time.After(markWait)
	}
}

// release gives back what was claimed and not sent.
func (p *pump) release() {
	for _, l := range p.ready {
		delete(p.lanes, l.name)
	}
	for _, l := range append(p.ready, p.busy()...) {
		p.unmarked = append(p.unmarked, l.queue...)
		p.waiting -= len(l.queue)
		l.queue = nil
	}
	p.ready = nil
}

// busy lists the lanes that have something in flight.
func (p *pump) busy() (list []*lane) {
	for _, l := range p.lanes {
		list = append(list, l)
	}
	return list
}

// short tells that hardly more waits than may leave at once. Then answers are recorded as they come, so that a crash repeats
// few of them; behind a long queue that would cost a seventh of what leaves.
func (p *pump) short() bool { return p.waiting <= p.e.width }

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
	p.unmarked, p.marking, p.ripe, p.overdue = nil, true, nil, false
	marks := make([]mark, len(list))
	for i, d := range list {
		marks[i] = mark{d, d.until}
		delete(p.hand, d.id)
	}
	to := p.to
	go func() {
		// What was answered is written even when no more requests may be made.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(p.killed), markTime)
		defer cancel()
		paused, err := p.s.mark(ctx, to, marks)
		p.marked <- marked{paused, err}
	}()
}
