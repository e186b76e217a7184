// Package reach is how far a business reaches: how many customers it may write to first within a day (the messaging limit),
// how customers take a number's messages (its quality), and how fast a number sends (its throughput).
package reach

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/job"
	"github.com/hawkerhq/hawker/internal/waba"
	"github.com/hawkerhq/hawker/internal/webhook"
)

// Causes.
var (
	// ErrLimit is a customer more than a business may write to first within a day.
	ErrLimit = fault.New("reach.limit")
	// ErrSpam is one more than a number of low quality may.
	ErrSpam = fault.New("reach.spam")
	// ErrUpgrading is a message of a number that is being made faster.
	ErrUpgrading = fault.New("reach.upgrading")
	// ErrParam is a value there is none of.
	ErrParam = fault.New("reach.parameter")
)

const (
	// day is how long a customer counts against the messaging limit.
	day = 24 * time.Hour
	// raiseAfter is how long a raise takes once it is earned.
	raiseAfter = 6 * time.Hour
	// upgradeTakes is how long a number sends nothing while its throughput is raised.
	upgradeTakes = time.Minute
	// upgradeFrom is how many customers a business writes to first within a day whose numbers become faster.
	upgradeFrom = 100_000
)

// Outbox is where webhooks go: webhook.Service.
type Outbox interface {
	EnqueueTx(ctx context.Context, tx *db.Tx, e webhook.Event) error
}

// Service counts, rates and raises.
type Service struct {
	db  *db.DB
	out Outbox
	// counting: the messaging limit holds.
	counting bool

	mu sync.Mutex
	// room is how many customers more a business surely may write to first, by what was counted last.
	room map[id.ID]room
	// looked is when it was last looked whether a business has earned more.
	looked map[id.ID]time.Time
}

type room struct {
	tier string
	left int
}

// New returns the service. Where it is not counting, everybody may write first to as many customers as they like.
func New(d *db.DB, out Outbox, counting bool) *Service {
	return &Service{db: d, out: out, counting: counting, room: map[id.ID]room{}, looked: map[id.ID]time.Time{}}
}

// RegisterJobs makes a runner do what waits for the clock.
func (s *Service) RegisterJobs(r *job.Runner) {
	job.Handle(r, s.raise)
	job.Handle(r, s.upgrade)
	job.Handle(r, s.rate)
}

// AllowTx counts a customer whom a number writes to first, or says why that cannot be. A customer counts for a day, whatever
// number of the business writes, and however often.
func (s *Service) AllowTx(ctx context.Context, tx *db.Tx, n waba.Number, waID string) (*fault.Fault, error) {
	if !s.counting {
		return nil, nil
	}
	at, known, err := waba.ReachedTx(ctx, tx, n.BusinessID, waID)
	if err != nil || (known && tx.Now().Sub(at) < day) {
		return nil, err
	}
	tier, err := waba.TierTx(ctx, tx, n.BusinessID)
	if err != nil {
		return nil, err
	}
	if why, err := s.refuseTx(ctx, tx, n, tier); why != nil || err != nil {
		return why, err
	}
	if err := waba.ReachTx(ctx, tx, n, waID); err != nil {
		return nil, err
	}
	return nil, s.earnedTx(ctx, tx, n, tier)
}

func (s *Service) refuseTx(ctx context.Context, tx *db.Tx, n waba.Number, tier string) (*fault.Fault, error) {
	if n.QualityRating == waba.QualityRed {
		most := redShare(tier)
		held, err := waba.ReachCountTx(ctx, tx, n.BusinessID, n.ID, tx.Now().Add(-day), most)
		if err != nil {
			return nil, err
		}
		if held >= most {
			return ErrSpam.Withf("to", "Message failed to send because there are restrictions on how many messages can be sent from this phone number. "+
				"Its quality is RED: it may write first to %d customers within 24 hours", most), nil
		}
	}
	size, bounded := waba.TierSize(tier)
	if !bounded || s.take(n.BusinessID, tier) {
		return nil, nil
	}
	held, err := waba.ReachCountTx(ctx, tx, n.BusinessID, 0, tx.Now().Add(-day), size)
	if err != nil {
		return nil, err
	}
	if held >= size {
		return ErrLimit.Withf("to", "The messaging limit of this business is reached (%s): it may write first to %d customers within 24 hours", tier, size), nil
	}
	s.found(tx, n.BusinessID, tier, size-held-1)
	return nil, nil
}

// redShare is how many customers a number of quality RED may write to first within a day: a tenth of the limit.
func redShare(tier string) int {
	size, bounded := waba.TierSize(tier)
	if !bounded {
		size = upgradeFrom
	}
	return size / 10
}

// Forget drops what was counted: everything may have changed.
func (s *Service) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.room)
	clear(s.looked)
}

// take uses a place that was counted before. A transaction that is undone gives none back: the count comes sooner.
func (s *Service) take(business id.ID, tier string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.room[business]
	if r.tier != tier || r.left <= 0 {
		return false
	}
	r.left--
	s.room[business] = r
	return true
}

// found remembers how much room was counted. On PostgreSQL other processes use it, too: it is counted again in steps of at most a
// hundred, and each time towards the end.
func (s *Service) found(tx *db.Tx, business id.ID, tier string, left int) {
	if tx.Dialect() == db.Postgres {
		left = min(left/4, 100)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.room[business] = room{tier, left}
}

// tell sends a value of a field about a number, or about an account where the number has no id.
func (s *Service) tell(ctx context.Context, tx *db.Tx, n waba.Number, field string, value any) error {
	b, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("reach: %w", err)
	}
	lane := n.ID.String() + ":" + field
	if n.ID == 0 {
		lane = "account:" + n.WABAID.String()
	}
	return s.out.EnqueueTx(ctx, tx, webhook.Event{
		BusinessID: n.BusinessID, WABAID: n.WABAID, PhoneID: n.ID, Field: field, Lane: lane, Value: b,
	})
}

// own finds a number of the caller's.
func (s *Service) own(ctx context.Context, c access.Caller, phone id.ID, f func(ctx context.Context, tx *db.Tx, n waba.Number) error) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := waba.NumberForTx(ctx, tx, c, phone)
		if err != nil {
			return err
		}
		return f(ctx, tx, n)
	})
}
