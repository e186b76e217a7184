package webhook

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/safehttp"
)

// A program that listens is an endpoint like any other, with a log, retries and a breaker; only its requests
// leave by a stream that it opened, and it tells how they were answered.

// listenURL stands where other receivers have an address.
const listenURL = "hawker listen"

// forgetAfter is how long webhooks wait for a program that went away.
const forgetAfter = 10 * time.Minute

// errAway: nobody listens; what was to be sent is sent once somebody does.
var errAway = errors.New("webhook: the program that listens is away")

// ErrListener is a listener that is not there.
var ErrListener = fault.New("webhook.listener_unknown")

// Listener is a connected program.
type Listener struct {
	// Session names the endpoint; who comes back with it gets what was caused meanwhile.
	Session id.ID
	// C has the requests to pass on.
	C chan Forward

	s    *Service
	gone chan struct{} // closed when it is not connected any more
	held map[id.ID]chan safehttp.Answer
}

// Forward is a request as it would have been made.
type Forward struct {
	ID     id.ID       `json:"request"`
	Header http.Header `json:"headers"`
	Body   string      `json:"body"`
}

// Forwarded is how a request was answered where it was passed on to.
type Forwarded struct {
	Status   int
	Header   http.Header
	Body     string
	Duration time.Duration
	// Error says why there is no answer.
	Error string
}

// Listen makes the caller's program hear of its businesses, as its app would. session is zero or that of a
// listener that went away a little while ago. No fields are all. The caller closes the listener.
func (s *Service) Listen(ctx context.Context, c access.Caller, session id.ID, fields []string) (*Listener, error) {
	if c.App == 0 {
		return nil, ErrParam.With("access_token", "listening needs a token made for an app: its secret signs")
	}
	if len(fields) == 0 {
		fields = Fields()
	}
	for _, f := range fields {
		if !slices.Contains(Fields(), f) {
			return nil, ErrParam.Withf("fields", "%.40q is not a field; the fields are %s", f, strings.Join(Fields(), ", "))
		}
	}
	err := s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if session == 0 {
			session, err = s.newSessionTx(ctx, tx, c, fields)
			return err
		}
		return s.resumeSessionTx(ctx, tx, c, session)
	})
	if err != nil {
		return nil, err
	}
	l := &Listener{Session: session, C: make(chan Forward), s: s, gone: make(chan struct{}), held: map[id.ID]chan safehttp.Answer{}}
	s.mu.Lock()
	before := s.listeners[session]
	s.listeners[session] = l
	s.mu.Unlock()
	if before != nil {
		close(before.gone)
	}
	s.Wake()
	return l, nil
}

func (s *Service) newSessionTx(ctx context.Context, tx *db.Tx, c access.Caller, fields []string) (id.ID, error) {
	i := tx.NewID()
	_, err := tx.Exec(ctx, `INSERT INTO webhook_endpoint (id, business_id, app_id, kind, name, url, fields, secret, instance, created_at) VALUES ($1, 0, $2, $3, $4, $4, $5, '', $6, $7)`,
		i, c.App, kindStream, listenURL, strings.Join(fields, " "), s.DB.Instance(), tx.Now())
	if err != nil {
		return 0, fmt.Errorf("webhook: %w", err)
	}
	rows := make([][]any, len(c.Businesses))
	for n, b := range c.Businesses {
		rows[n] = []any{b, i}
	}
	if _, err := tx.ExecMany(ctx, `INSERT INTO webhook_endpoint_hears (business_id, endpoint_id) VALUES ($1, $2)`, rows); err != nil {
		return 0, fmt.Errorf("webhook: %w", err)
	}
	return i, nil
}

func (s *Service) resumeSessionTx(ctx context.Context, tx *db.Tx, c access.Caller, session id.ID) error {
	if err := sessionTx(ctx, tx, c, session); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE webhook_endpoint SET expires_at = 0, instance = $1 WHERE id = $2`, s.DB.Instance(), session)
	return err
}

// sessionTx refuses sessions that are not the caller's: of its app, and about its businesses only.
func sessionTx(ctx context.Context, tx *db.Tx, c access.Caller, session id.ID) error {
	var one int
	err := tx.QueryRow(ctx, `SELECT 1 FROM webhook_endpoint e WHERE e.id = $1 AND e.kind = $2 AND e.app_id = $3 AND e.deleted_at = 0
		AND NOT EXISTS (SELECT 1 FROM webhook_endpoint_hears h WHERE h.endpoint_id = e.id AND h.business_id <> ALL($4))`,
		session, kindStream, c.App, c.Businesses).Scan(&one)
	if errors.Is(err, db.ErrNoRows) {
		return ErrListener.Withf("session", "no listener %s is known to this token; begin a new one without session", session)
	}
	return err
}

// Gone is closed when another connection took the session over.
func (l *Listener) Gone() <-chan struct{} { return l.gone }

// Close ends listening. What is caused in the next minutes waits for somebody who comes back with the session.
func (l *Listener) Close(ctx context.Context) error {
	l.s.mu.Lock()
	mine := l.s.listeners[l.Session] == l
	if mine {
		delete(l.s.listeners, l.Session)
		close(l.gone)
	}
	l.s.mu.Unlock()
	if !mine {
		return nil
	}
	return l.s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE webhook_endpoint SET expires_at = $1 WHERE id = $2`, tx.Now().Add(forgetAfter), l.Session)
		return err
	})
}

// Answer tells how a request was answered.
func (s *Service) Answer(ctx context.Context, c access.Caller, session, request id.ID, f Forwarded) error {
	err := s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error { return sessionTx(ctx, tx, c, session) })
	if err != nil {
		return err
	}
	s.mu.Lock()
	var waits chan safehttp.Answer
	if l := s.listeners[session]; l != nil {
		waits = l.held[request]
		delete(l.held, request)
	}
	s.mu.Unlock()
	if waits == nil {
		return ErrListener.Withf("request", "request %s does not wait for an answer any more", request)
	}
	a := safehttp.Answer{Status: f.Status, Header: f.Header, Body: []byte(f.Body), Duration: f.Duration}
	if f.Error != "" {
		a.Status, a.Header = 0, http.Header{listenError: {f.Error}}
	}
	waits <- a
	return nil
}

// listenError carries the reason of a failure inside an answer.
const listenError = "X-Listen-Error"

// listening tells whether the program of an endpoint is connected here.
func (s *Service) listening(endpoint id.ID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.listeners[endpoint] != nil
}

// stream carries requests to a program that listens.
type stream struct {
	s        *Service
	endpoint id.ID
}

// Post implements [Transport].
func (t stream) Post(ctx context.Context, _ string, header http.Header, body []byte) (safehttp.Answer, error) {
	f := Forward{ID: t.s.DB.NewID(), Header: header, Body: string(body)}
	answer := make(chan safehttp.Answer, 1)
	t.s.mu.Lock()
	l := t.s.listeners[t.endpoint]
	if l != nil {
		l.held[f.ID] = answer
	}
	t.s.mu.Unlock()
	if l == nil {
		return safehttp.Answer{}, errAway
	}
	ctx, cancel := context.WithTimeout(ctx, safehttp.TotalTime)
	defer cancel()
	took := clock.Stopwatch()
	select {
	case l.C <- f:
	case <-l.gone:
		return safehttp.Answer{}, errAway
	case <-ctx.Done():
		return safehttp.Answer{Duration: took()}, safehttp.ErrUnreachable.With("", "the program that listens did not take the request in time")
	}
	select {
	case a := <-answer:
		if text := a.Header.Get(listenError); a.Status == 0 {
			return a, safehttp.ErrUnreachable.With("", text)
		}
		return a, nil
	case <-l.gone:
		return safehttp.Answer{}, errAway
	case <-ctx.Done():
		t.s.mu.Lock()
		delete(l.held, f.ID)
		t.s.mu.Unlock()
		return safehttp.Answer{Duration: took()}, safehttp.ErrUnreachable.With("", "the program that listens did not tell of an answer in time")
	}
}

// leftBehindTx lets the sessions of a process that died expire like others.
func leftBehindTx(ctx context.Context, tx *db.Tx, instance int) error {
	_, err := tx.Exec(ctx, `UPDATE webhook_endpoint SET expires_at = $1 WHERE kind = $2 AND expires_at = 0 AND deleted_at = 0 AND instance = $3`,
		tx.Now().Add(forgetAfter), kindStream, instance)
	return err
}

// forgetListenersTx removes the endpoints of programs that did not come back.
func forgetListenersTx(ctx context.Context, tx *db.Tx) error {
	rows, err := tx.Query(ctx, `SELECT id FROM webhook_endpoint WHERE kind = $1 AND deleted_at = 0 AND expires_at > 0 AND expires_at < $2`, kindStream, tx.Now())
	if err != nil {
		return err
	}
	defer rows.Close()
	var list []id.ID
	for rows.Next() {
		var i id.ID
		if err := rows.Scan(&i); err != nil {
			return err
		}
		list = append(list, i)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	rows.Close()
	for _, i := range list {
		if err := deleteEndpointTx(ctx, tx, i); err != nil {
			return err
		}
	}
	return nil
}
