package webhook

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// How the dispatcher works. A receiver gets at most an eighth of the workers.
const (
	pollEvery   = time.Second
	workers     = 256
	widest      = workers / 8 // requests in flight to one receiver
	slowWorkers = 64          // shared by the receivers that failed last
	stopGrace   = 5 * time.Second
	giveUpAfter = 7 * 24 * time.Hour
	tidyEvery   = time.Hour
)

// Wake makes the dispatcher look for due deliveries now.
func (s *Service) Wake() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// poke has a receiver's deliveries of this moment looked at: by its pump, where one runs.
func (s *Service) poke(receiver id.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e, ok := s.peers[receiver]; ok && e.busy {
		e.poke()
		return
	}
	s.Wake()
}

// Start begins to deliver. On SQLite no other process can hold a lease, so those of a crash are dropped.
func (s *Service) Start(ctx context.Context) error {
	err := s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := leftBehindTx(ctx, tx, s.DB.Instance()); err != nil || s.DB.Dialect() != db.SQLite {
			return err
		}
		return dropLeasesTx(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("webhook: %w", err)
	}
	ctx = context.WithoutCancel(ctx)
	var killed context.Context
	killed, s.kill = context.WithCancel(ctx)
	ctx, s.stop = context.WithCancel(ctx)
	s.wg.Go(func() { s.loop(ctx, killed) })
	return nil
}

// Stop claims nothing more and waits a few seconds for what is in flight; what is not answered by then is
// tried again after its lease.
func (s *Service) Stop() {
	if s.stop == nil {
		return
	}
	s.stop()
	t := time.AfterFunc(stopGrace, s.kill)
	s.wg.Wait()
	t.Stop()
	s.kill()
}

// loop looks for work when woken, and every second for what came due. Two contexts: ctx ends the
// claiming, killed ends the requests in flight too.
func (s *Service) loop(ctx, killed context.Context) {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	var tidied time.Time
	for {
		if now := s.Clock.Now(); now.Sub(tidied).Abs() >= tidyEvery {
			tidied = now
			s.forget()
			s.logError(ctx, "old webhooks cannot be deleted", s.Prune(ctx))
			s.logError(ctx, "old listeners cannot be deleted", s.DB.Update(ctx, forgetListenersTx))
		}
		_, err := s.look(ctx, killed)
		s.logError(ctx, "webhooks cannot be read", err)
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
		case <-tick.C:
		}
	}
}

// forget drops what need not be remembered of receivers.
func (s *Service) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, e := range s.peers {
		if !e.busy && e.healthy() {
			delete(s.peers, i)
		}
	}
}

// Forget drops everything that is known of receivers. Nothing may be on its way: it is for a stopped service.
func (s *Service) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.peers)
}

// trust closes the breaker of a receiver that has just proved to be there.
func (s *Service) trust(receiver id.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e, ok := s.peers[receiver]; ok && !e.busy {
		delete(s.peers, receiver)
	}
}

func (s *Service) logError(ctx context.Context, what string, err error) {
	if err != nil && ctx.Err() == nil {
		s.Logger.Error(what, "error", err)
	}
}

// look gives up what is too old and starts a pump for every receiver something is due for.
func (s *Service) look(ctx, killed context.Context) (pumps []*peer, err error) {
	var due []receiver
	var expired bool
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		if expired, err = anyExpiredTx(ctx, tx); err != nil {
			return err
		}
		due, err = dueTx(ctx, tx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("webhook: %w", err)
	}
	for expired {
		err = s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			expired, err = expireTx(ctx, tx)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("webhook: giving up: %w", err)
		}
	}
	for _, r := range due {
		if r.url == listenURL && !s.listening(r.endpoint) {
			continue
		}
		if e := s.startPump(ctx, killed, r.id); e != nil {
			pumps = append(pumps, e)
		}
	}
	return pumps, nil
}

// startPump works off one receiver beside the others, so that none waits for another. It returns nil
// where nothing was started: a pump runs already and was told to look again, or the breaker is open.
func (s *Service) startPump(ctx, killed context.Context, receiver id.ID) *peer {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, ok := s.peers[receiver]
	if !ok {
		e = newPeer(receiver)
		s.peers[receiver] = e
	}
	if e.busy {
		e.poke()
		return nil
	}
	if e.held(s.DB.Steady()) {
		return nil
	}
	e.busy, e.done = true, make(chan struct{})
	s.wg.Go(func() {
		n, err := s.pump(ctx, killed, e)
		s.logError(ctx, "webhooks cannot be sent", err)
		s.mu.Lock()
		e.busy = false
		e.worked, e.err = n, err
		close(e.done)
		s.mu.Unlock()
		select {
		case <-e.again: // told when the pump did not listen any more
			n++
		default:
		}
		if n > 0 && err == nil {
			s.Wake() // something may have come due between the last look and now
		}
	})
	return e
}

// Drain delivers what is due until nothing is, without Start: for tests.
func (s *Service) Drain(ctx context.Context) error {
	for {
		pumps, err := s.look(ctx, ctx)
		total := 0
		for _, e := range pumps {
			<-e.done
			total += e.worked
			err = errors.Join(err, e.err)
		}
		if err != nil || total == 0 {
			return err
		}
	}
}
