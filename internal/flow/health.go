package flow

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/job"
	"github.com/hawkerhq/hawker/internal/webhook"
)

// What went wrong with a question to an endpoint: it was not answered, answered with an error, or with something of no use.
const (
	timedOut    = "TIMEOUT"
	unreachable = "UNREACHABLE"
	badStatus   = "HTTP_STATUS_CODE"
	badKey      = "DECRYPTION_FAILED"
	badSecret   = "SIGNATURE_REFUSED"
	noKey       = "PUBLIC_KEY_MISSING"
	useless     = "INVALID_RESPONSE"
	noWay       = "INVALID_SCREEN_TRANSITION"
)

// clientKinds are failures that the customer's side notices in an answer; all others are the endpoint's.
var clientKinds = []string{noKey, useless, noWay}

// Rules of the watch over endpoints. A rate counts from leastAsked questions on.
const (
	leastAsked   = 10
	watchSoon    = time.Minute
	watchAgain   = 10 * time.Minute
	askKept      = time.Hour
	blockRate    = 90 // percent of questions that fail, of a throttled flow
	sentThrottle = 10 // messages an hour
)

// Watch is the job that rates the endpoint of a flow. Again: it pings it, because the flow is under watch.
type Watch struct {
	Flow  id.ID `json:"flow"`
	Again bool  `json:"again,omitempty"`
}

// Kind implements [job.Args].
func (Watch) Kind() string { return "flow.watch" }

// kindOf is what went wrong; counted tells whether the endpoint was asked at all.
func kindOf(err error) (kind string, counted bool) {
	f, ok := fault.As(err)
	switch {
	case err == nil, errors.Is(err, ErrEnded):
		return "", true
	case ok && errors.Is(err, ErrEndpoint):
		return cmp.Or(f.Facts["kind"], useless), true
	}
	return "", false
}

// count keeps how a question went, and has the endpoint rated soon.
func (s *Service) count(ctx context.Context, f Flow, took time.Duration, cause error) error {
	kind, counted := kindOf(cause)
	if !counted || f.Endpoint == "" {
		return nil
	}
	key := rand.Text()
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO flow_ask (id, flow_id, at, took, kind) VALUES ($1, $2, $3, $4, $5)`, key, f.ID, tx.Now(), took.Milliseconds(), kind)
		if err != nil {
			return wrap(err)
		}
		return job.EnqueueTx(ctx, tx, Watch{Flow: f.ID}, job.Key("flow:"+f.ID.String()), job.DueAt(tx.Now().Add(watchSoon)), job.Unique())
	})
}

// Watch rates the endpoint of a flow: it tells of thresholds that were reached or left, throttles and blocks the flow, and frees it step by step.
func (s *Service) Watch(ctx context.Context, a Watch) error {
	var x Session
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if x.Flow, err = one(a.Flow, tx.QueryRow(ctx, `SELECT `+columns+` FROM flow WHERE id = $1`, a.Flow)); err != nil {
			return err
		}
		x.Phone, err = keyedTx(ctx, tx, x.Flow.WABAID)
		return err
	})
	if errors.Is(err, ErrUnknown) {
		return nil // deleted since
	}
	if err != nil {
		return err
	}
	well := true
	if a.Again {
		from := s.db.Clock().Now()
		cause := s.Ping(ctx, x)
		well = cause == nil
		if err := s.count(ctx, x.Flow, s.db.Clock().Now().Sub(from), cause); err != nil {
			return err
		}
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		f, err := one(a.Flow, tx.QueryRow(ctx, `SELECT `+columns+` FROM flow WHERE id = $1`, a.Flow))
		if err != nil {
			return err
		}
		return s.rateTx(ctx, tx, f, a.Again, well)
	})
}

func (s *Service) rateTx(ctx context.Context, tx *db.Tx, f Flow, again, well bool) error {
	if _, err := tx.Exec(ctx, `DELETE FROM flow_ask WHERE flow_id = $1 AND at <= $2`, f.ID, tx.Now().Add(-askKept)); err != nil {
		return wrap(err)
	}
	active, worst := false, 0
	for _, m := range metrics {
		found, err := m.measure(ctx, tx, f)
		if err != nil {
			return err
		}
		worst = max(worst, found.grade)
		active = active || found.threshold > 0
		if err := s.alertTx(ctx, tx, f, m, found); err != nil {
			return err
		}
	}
	if status := nextStatus(f.Status, worst, again, well); status != f.Status {
		if err := s.statusTx(ctx, tx, &f, status); err != nil {
			return err
		}
	}
	if !active && f.Status != Throttled && f.Status != Blocked {
		return nil
	}
	return job.EnqueueTx(ctx, tx, Watch{f.ID, true}, job.Key("flow:"+f.ID.String()), job.DueAt(tx.Now().Add(watchAgain)), job.Unique())
}

// Grades of an endpoint: what happens to its flow.
const (
	fine = iota
	throttle
	block
)

// nextStatus is what becomes of a flow, one step at a time. again: it is under watch for a while. well: the endpoint answered its health check.
func nextStatus(status string, grade int, again, well bool) string {
	free := again && well && grade == fine
	switch {
	case status == Published && grade >= throttle:
		return Throttled
	case status == Throttled && grade == block && again:
		return Blocked
	case status == Blocked && free:
		return Throttled
	case status == Throttled && free:
		return Published
	}
	return status
}

// alertTx tells of a threshold that was reached, or left.
func (s *Service) alertTx(ctx context.Context, tx *db.Tx, f Flow, m metric, found finding) error {
	was := 0
	err := tx.QueryRow(ctx, `SELECT threshold FROM flow_alert WHERE flow_id = $1 AND event = $2`, f.ID, m.event).Scan(&was)
	if err != nil && !errors.Is(err, db.ErrNoRows) {
		return wrap(err)
	}
	state, threshold := "ACTIVATED", found.threshold
	switch {
	case found.threshold == was:
		return nil
	case m.rank(found.threshold) < m.rank(was):
		state, threshold = "DEACTIVATED", was
	}
	_, err = tx.Exec(ctx, `DELETE FROM flow_alert WHERE flow_id = $1 AND event = $2`, f.ID, m.event)
	if err == nil && found.threshold > 0 {
		_, err = tx.Exec(ctx, `INSERT INTO flow_alert (flow_id, event, threshold) VALUES ($1, $2, $3)`, f.ID, m.event, found.threshold)
	}
	if err != nil {
		return wrap(err)
	}
	value := map[string]any{"event": m.event, "flow_id": f.ID, "threshold": threshold, "alert_state": state, "message": m.words(threshold, state)}
	for name, v := range found.facts {
		value[name] = v
	}
	b, err := json.Marshal(value)
	if err != nil {
		return wrap(err)
	}
	return s.out.EnqueueTx(ctx, tx, webhook.Event{BusinessID: f.BusinessID, WABAID: f.WABAID, Field: "flows", Lane: "flow:" + f.ID.String(), Value: b})
}

// SentTx counts a message with a throttled flow: ten go out in an hour.
func SentTx(ctx context.Context, tx *db.Tx, f Flow, key string) error {
	if _, err := tx.Exec(ctx, `DELETE FROM flow_sent WHERE flow_id = $1 AND at <= $2`, f.ID, tx.Now().Add(-time.Hour)); err != nil {
		return wrap(err)
	}
	sent := 0
	if err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM flow_sent WHERE flow_id = $1`, f.ID).Scan(&sent); err != nil {
		return wrap(err)
	}
	if sent >= sentThrottle {
		return ErrThrottled.Withf("flow_id", "Flow is throttled: flow %q was sent %d times in the last hour, which is all that is allowed until its endpoint does well again", f.Name, sent)
	}
	_, err := tx.Exec(ctx, `INSERT INTO flow_sent (id, flow_id, at) VALUES ($1, $2, $3)`, key, f.ID, tx.Now())
	return wrap(err)
}

// isClient tells whose failure a kind is.
func isClient(kind string) bool { return slices.Contains(clientKinds, kind) }
