package webhook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // the legacy signature header is SHA-1 by contract
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// States of a delivery.
const (
	statePending     = "pending"
	stateDelivered   = "delivered"
	stateUndelivered = "undelivered"
)

// How the dispatcher works.
const (
	userAgent   = "facebookexternalua"
	pollEvery   = time.Second
	claimMost   = 256 // rows of one endpoint at once
	inFlight    = 16  // lanes of one endpoint at once
	lease       = 2 * time.Minute
	giveUpAfter = 7 * 24 * time.Hour
	retryMost   = time.Hour // the longest Retry-After that is honoured
	excerpt     = 1024      // bytes of an answer that are kept
)

// The breaker of an endpoint opens when most of its latest attempts failed.
const (
	breakerLooksAt = 10
	breakerFails   = 7
	probeEvery     = 30 * time.Second
)

// gaps are the waits after each failed attempt; the last one repeats until seven days are over.
var gaps = []time.Duration{
	5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 12 * time.Hour,
}

// endpoint is what the dispatcher remembers of a receiver while it runs.
type endpoint struct {
	busy    bool
	recent  []bool // outcomes of the latest attempts
	probeAt time.Time
}

// Wake makes the dispatcher look for due deliveries now.
func (s *Service) Wake() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Start begins to deliver. On SQLite no other process can hold a lease, so those of a crash are dropped.
func (s *Service) Start(ctx context.Context) error {
	if s.DB.Dialect() == db.SQLite {
		err := s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE webhook_delivery SET lease_until = 0 WHERE state = 'pending' AND lease_until > 0`)
			return err
		})
		if err != nil {
			return fmt.Errorf("webhook: %w", err)
		}
	}
	ctx, s.stop = context.WithCancel(context.WithoutCancel(ctx))
	s.wg.Add(1)
	go s.loop(ctx)
	return nil
}

// Stop ends deliveries; those in flight are tried again later.
func (s *Service) Stop() {
	if s.stop != nil {
		s.stop()
		s.wg.Wait()
	}
}

func (s *Service) loop(ctx context.Context) {
	defer s.wg.Done()
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		urls, err := s.due(ctx)
		if err != nil && ctx.Err() == nil {
			s.Logger.Error("webhooks cannot be read", "error", err)
		}
		for _, u := range urls {
			s.startEndpoint(ctx, u)
		}
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
		case <-tick.C:
		}
	}
}

// startEndpoint works off one receiver beside the others, so that none waits for another.
func (s *Service) startEndpoint(ctx context.Context, u string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.endpoint(u)
	if e.busy {
		return
	}
	e.busy = true
	s.wg.Go(func() {
		for {
			n, err := s.round(ctx, u, e)
			if err != nil && ctx.Err() == nil {
				s.Logger.Error("webhooks cannot be sent", "error", err)
			}
			if n == 0 || err != nil || ctx.Err() != nil {
				break
			}
		}
		s.mu.Lock()
		e.busy = false
		s.mu.Unlock()
		// Something may have come due between the last look and now.
		s.Wake()
	})
}

// endpoint returns the memory of a receiver; the caller holds the lock.
func (s *Service) endpoint(u string) *endpoint {
	e, ok := s.endpoints[u]
	if !ok {
		e = &endpoint{}
		s.endpoints[u] = e
	}
	return e
}

// Drain delivers what is due until nothing is: for tests and shutdown.
func (s *Service) Drain(ctx context.Context) error {
	for {
		urls, err := s.due(ctx)
		if err != nil {
			return err
		}
		total := 0
		for _, u := range urls {
			s.mu.Lock()
			e := s.endpoint(u)
			s.mu.Unlock()
			n, err := s.round(ctx, u, e)
			if err != nil {
				return err
			}
			total += n
		}
		if total == 0 {
			return nil
		}
	}
}

// due lists the receivers something is due for.
func (s *Service) due(ctx context.Context) ([]string, error) {
	var urls []string
	err := s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		rows, err := tx.Query(ctx, `SELECT DISTINCT url FROM webhook_delivery
			WHERE state = 'pending' AND due_at <= $1 AND lease_until < $1`, tx.Now())
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var u string
			if err := rows.Scan(&u); err != nil {
				return err
			}
			urls = append(urls, u)
		}
		return rows.Err()
	})
	return urls, err
}

// sending is one claimed delivery.
type sending struct {
	id, event, app id.ID
	url, lane      string
	attempt        int
	created        time.Time
	until          time.Time // the lease, which is also the fencing token
	body           []byte
	secret         string

	outcome Attempt
	retryIn time.Duration // the receiver's Retry-After
}

// round claims due deliveries of one receiver, sends them and marks the outcomes.
func (s *Service) round(ctx context.Context, u string, e *endpoint) (int, error) {
	n := claimMost
	if e.open() {
		if s.Clock.Now().Before(e.probeAt) {
			return 0, nil
		}
		n = 1
	}
	list, err := s.claim(ctx, u, n)
	if err != nil || len(list) == 0 {
		return 0, err
	}
	s.sendAll(ctx, list)
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	for _, d := range list {
		e.note(d.outcome.Status == http.StatusOK)
	}
	if e.open() {
		e.probeAt = s.Clock.Now().Add(probeEvery)
	}
	return len(list), s.mark(ctx, list)
}

func (e *endpoint) note(ok bool) {
	e.recent = append(e.recent, ok)
	if len(e.recent) > breakerLooksAt {
		e.recent = e.recent[len(e.recent)-breakerLooksAt:]
	}
}

// open tells whether the receiver mostly fails; one success closes the breaker.
func (e *endpoint) open() bool {
	fails := 0
	for _, ok := range e.recent {
		if !ok {
			fails++
		}
	}
	n := len(e.recent)
	return n == breakerLooksAt && fails >= breakerFails && !e.recent[n-1]
}

// claim takes due deliveries, oldest first, with their bytes and the secrets of today.
func (s *Service) claim(ctx context.Context, u string, most int) ([]*sending, error) {
	var list []*sending
	err := s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		list = list[:0]
		rows, err := tx.Query(ctx, `UPDATE webhook_delivery SET lease_until = $1, attempt = attempt + 1
			WHERE id IN (SELECT id FROM webhook_delivery WHERE url = $2 AND state = 'pending' AND due_at <= $3 AND lease_until < $3
				ORDER BY id LIMIT $4 `+tx.SkipLocked()+`)
			RETURNING id, event_id, app_id, attempt, created_at, lease_until`, tx.Now().Add(lease), u, tx.Now(), most)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			d := &sending{url: u}
			if err := rows.Scan(&d.id, &d.event, &d.app, &d.attempt, &d.created, &d.until); err != nil {
				return err
			}
			list = append(list, d)
		}
		return rows.Err()
	})
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list, s.load(ctx, list)
}

func (s *Service) load(ctx context.Context, list []*sending) error {
	return s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		secrets := map[id.ID]string{}
		for _, d := range list {
			if _, ok := secrets[d.app]; !ok {
				secret, err := s.Secrets(ctx, tx, d.app)
				if err != nil {
					return err
				}
				secrets[d.app] = secret
			}
			d.secret = secrets[d.app]
			if err := tx.QueryRow(ctx, `SELECT lane, body FROM webhook_event WHERE id = $1`, d.event).Scan(&d.lane, &d.body); err != nil {
				return err
			}
		}
		return nil
	})
}

// sendAll sends lanes beside each other and each lane in order.
func (s *Service) sendAll(ctx context.Context, list []*sending) {
	var order []string
	lanes := map[string][]*sending{}
	for _, d := range sortByID(list) {
		if _, ok := lanes[d.lane]; !ok {
			order = append(order, d.lane)
		}
		lanes[d.lane] = append(lanes[d.lane], d)
	}
	var wg sync.WaitGroup
	slots := make(chan struct{}, inFlight)
	for _, name := range order {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			for _, d := range lanes[name] {
				s.send(ctx, d)
			}
		})
	}
	wg.Wait()
}

// send makes one attempt. Exactly 200 is success.
func (s *Service) send(ctx context.Context, d *sending) {
	d.outcome.At = s.Clock.Now()
	a, err := s.Client.Do(ctx, http.MethodPost, d.url, headers(d), bytes.NewReader(d.body))
	d.outcome.Status, d.outcome.DurationMS = a.Status, a.Duration.Milliseconds()
	d.outcome.Response = string(bytes.ToValidUTF8(a.Body[:min(len(a.Body), excerpt)], []byte("\ufffd")))
	if err != nil {
		d.outcome.Status, d.outcome.Error = 0, err.Error()
		return
	}
	if secs, err := strconv.Atoi(a.Header.Get("Retry-After")); err == nil && secs > 0 {
		d.retryIn = min(time.Duration(secs)*time.Second, retryMost)
	}
}

func headers(d *sending) http.Header {
	sum := func(mac interface {
		Write([]byte) (int, error)
		Sum([]byte) []byte
	},
	) string {
		_, _ = mac.Write(d.body)
		return hex.EncodeToString(mac.Sum(nil))
	}
	return http.Header{
		"Content-Type":        {"application/json"},
		"User-Agent":          {userAgent},
		"X-Hub-Signature":     {"sha1=" + sum(hmac.New(sha1.New, []byte(d.secret)))},
		"X-Hub-Signature-256": {"sha256=" + sum(hmac.New(sha256.New, []byte(d.secret)))},
		"X-Hawker-Event-Id":   {d.event.String()},
		"X-Hawker-Attempt":    {strconv.Itoa(d.attempt)},
	}
}

// mark writes the attempts of a round and what follows from them, in one transaction.
func (s *Service) mark(ctx context.Context, list []*sending) error {
	err := s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		attempts := make([][]any, 0, len(list))
		marks := make([][]any, 0, len(list))
		for _, d := range list {
			o := d.outcome
			attempts = append(attempts, []any{tx.NewID(), d.id, o.At, o.Status, o.DurationMS, o.Response, o.Error})
			state, due, done := next(d, tx.Now())
			marks = append(marks, []any{state, due, done, o.Status, d.id, d.until})
		}
		_, err := tx.ExecMany(ctx, `INSERT INTO webhook_attempt (id, delivery_id, at, status, duration_ms, response, error) VALUES ($1, $2, $3, $4, $5, $6, $7)`, attempts)
		if err != nil {
			return err
		}
		_, err = tx.ExecMany(ctx, `UPDATE webhook_delivery SET state = $1, due_at = $2, done_at = $3, last_status = $4, lease_until = 0 WHERE id = $5 AND lease_until = $6`, marks)
		return err
	})
	if err != nil {
		return fmt.Errorf("webhook: marking: %w", err)
	}
	for _, d := range list {
		s.Live.Publish("events", map[string]any{
			"type": "webhook.attempt", "delivery_id": d.id, "event_id": d.event, "attempt": d.attempt, "status": d.outcome.Status,
		})
	}
	return nil
}

// next is the state of a delivery after an attempt, and when it is due again.
func next(d *sending, now time.Time) (state string, due, done time.Time) {
	if d.outcome.Status == http.StatusOK {
		return stateDelivered, now, now
	}
	gap := gaps[min(d.attempt-1, len(gaps)-1)]
	gap = gap*8/10 + rand.N(gap*4/10) // ±20 %
	due = now.Add(max(gap, d.retryIn))
	if due.Sub(d.created) > giveUpAfter {
		return stateUndelivered, now, now
	}
	return statePending, due, time.Time{}
}
