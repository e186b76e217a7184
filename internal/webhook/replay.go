package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/job"
)

// Replay sends an event once more to who got it, as a new delivery of the same bytes.
func (s *Service) Replay(ctx context.Context, c access.Caller, delivery id.ID) (again id.ID, err error) {
	err = s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		rows, err := tx.Query(ctx, selectReplay+` WHERE d.id = $1 AND d.business_id = ANY($2)`, delivery, c.Businesses)
		if err != nil {
			return fmt.Errorf("webhook: %w", err)
		}
		made, err := s.replayTx(ctx, tx, rows)
		if err == nil && len(made) == 0 {
			return ErrDelivery.Withf("id", "no delivery %s is visible to this token", delivery)
		}
		if err == nil {
			again = made[0].again
		}
		return err
	})
	return again, err
}

const selectReplay = `SELECT d.id, d.event_id, d.business_id, d.receiver_id, r.app_id, r.endpoint_id, COALESCE(e.url, '')
	FROM webhook_delivery d JOIN webhook_receiver r ON r.id = d.receiver_id LEFT JOIN webhook_endpoint e ON e.id = r.endpoint_id AND e.deleted_at = 0`

// replayed is a delivery and its repetition.
type replayed struct{ of, again id.ID }

// replayTx makes new deliveries of those in rows, to where their receivers listen now, and closes rows. An
// endpoint that was deleted gets nothing.
func (s *Service) replayTx(ctx context.Context, tx *db.Tx, rows *db.Rows) (made []replayed, err error) {
	defer rows.Close()
	var again [][]any
	who := map[address]bool{}
	for rows.Next() {
		var of, event, business, receiver id.ID
		var a address
		if err := rows.Scan(&of, &event, &business, &receiver, &a.app, &a.endpoint, &a.url); err != nil {
			return nil, err
		}
		n := replayed{of: of}
		if a.endpoint == 0 || a.url != "" {
			n.again = tx.NewID()
			again = append(again, []any{n.again, event, business, receiver, statePending, tx.Now(), tx.Now()})
			who[a] = true
		}
		made = append(made, n)
	}
	if err := rows.Err(); err != nil || len(made) == 0 {
		return nil, err
	}
	rows.Close()
	if _, err := tx.ExecMany(ctx, insertDelivery, again); err != nil {
		return nil, err
	}
	for a := range who {
		if a.endpoint == 0 {
			err = s.rerouteTx(ctx, tx, a.app)
		} else {
			err = s.rerouteEndpointTx(ctx, tx, a)
		}
		if err != nil {
			return nil, err
		}
	}
	return made, nil
}

// Selection says which deliveries are meant. Empty parts mean any.
type Selection struct {
	IDs        []id.ID    `json:"ids,omitempty"`
	State      string     `json:"state,omitempty"` // delivered, undelivered
	Field      string     `json:"field,omitempty"`
	ReceiverID id.ID      `json:"receiver_id,omitempty"`
	Since      *time.Time `json:"since,omitempty"`
	Until      *time.Time `json:"until,omitempty"`
}

// selectMost is how many deliveries may be named one by one.
const selectMost = 1000

// ReplayRun is work on sending many deliveries again.
type ReplayRun struct {
	ID         id.ID      `json:"id"`
	State      string     `json:"state"` // running, done
	Selection  Selection  `json:"selection"`
	Total      int        `json:"total"`
	Done       int        `json:"done"`
	CreatedAt  time.Time  `json:"created_at"`
	FinishedAt *time.Time `json:"finished_at,omitempty"`
}

// replayJob is the durable part of a run.
type replayJob struct {
	Run id.ID `json:"run"`
}

// Kind implements [job.Args].
func (replayJob) Kind() string { return "webhook.replay" }

// Register has jobs of this package done by r.
func (s *Service) Register(r *job.Runner) {
	job.Handle(r, func(ctx context.Context, a replayJob) error { return s.runReplay(ctx, a.Run) })
}

func (sel Selection) check() error {
	switch {
	case len(sel.IDs) > selectMost:
		return ErrParam.Withf("ids", "%d deliveries are named, at most %d can be; leave ids out and say state, field or since", len(sel.IDs), selectMost)
	case sel.State != "" && sel.State != stateDelivered && sel.State != stateUndelivered:
		return ErrParam.Withf("state", "%.20q cannot be sent again; state is delivered or undelivered", sel.State)
	case sel.Field != "" && !slices.Contains(Fields(), sel.Field):
		return ErrParam.Withf("field", "%.40q is not a field; the fields are %s", sel.Field, strings.Join(Fields(), ", "))
	case len(sel.IDs) == 0 && sel.State == "" && sel.Field == "" && sel.ReceiverID == 0 && sel.Since == nil:
		return ErrParam.With("ids", `say which deliveries: ids, state, field, receiver_id or since, for example {"state":"undelivered","since":"2026-11-24T09:00:00Z"}`)
	}
	return nil
}

// where is the condition on webhook_delivery d and webhook_event v. Of what was given up, only that which was
// not sent again since is meant.
func (sel Selection) where(businesses []id.ID, args []any) (sql string, out []any) {
	add := func(condition string, v any) {
		args = append(args, v)
		sql += fmt.Sprintf(" AND "+condition, len(args))
	}
	sql = "d.state <> 'pending'"
	add("d.business_id = ANY($%d)", businesses)
	if len(sel.IDs) > 0 {
		add("d.id = ANY($%d)", sel.IDs)
	}
	if sel.State != "" {
		add("d.state = $%d", sel.State)
	}
	if sel.Field != "" {
		add("v.field = $%d", sel.Field)
	}
	if sel.ReceiverID != 0 {
		add("d.receiver_id = $%d", sel.ReceiverID)
	}
	if sel.Since != nil {
		add("d.done_at >= $%d", *sel.Since)
	}
	if sel.Until != nil {
		add("d.done_at < $%d", *sel.Until)
	}
	if sel.State == stateUndelivered {
		sql += ` AND NOT EXISTS (SELECT 1 FROM webhook_delivery n JOIN webhook_receiver o ON o.id = n.receiver_id
			WHERE n.event_id = d.event_id AND n.id > d.id AND o.app_id = r.app_id AND o.endpoint_id = r.endpoint_id)`
	}
	return sql, args
}

// StartReplay begins to send deliveries of the caller's businesses again; a job does the work.
func (s *Service) StartReplay(ctx context.Context, c access.Caller, sel Selection) (ReplayRun, error) {
	if err := sel.check(); err != nil {
		return ReplayRun{}, err
	}
	raw, err := json.Marshal(sel)
	if err != nil {
		return ReplayRun{}, fmt.Errorf("webhook: %w", err)
	}
	run := ReplayRun{State: "running", Selection: sel}
	return run, s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		run.ID, run.CreatedAt = tx.NewID(), tx.Now()
		where, args := sel.where(c.Businesses, nil)
		var last id.ID
		err := tx.QueryRow(ctx, `SELECT count(*), COALESCE(max(d.id), 0) FROM webhook_delivery d JOIN webhook_receiver r ON r.id = d.receiver_id
			JOIN webhook_event v ON v.id = d.event_id WHERE `+where, args...).Scan(&run.Total, &last)
		if err != nil {
			return fmt.Errorf("webhook: %w", err)
		}
		_, err = tx.Exec(ctx, `INSERT INTO webhook_replay (id, filter, state, last_id, total, created_at) VALUES ($1, $2, 'running', $3, $4, $5)`,
			run.ID, string(raw), last, run.Total, run.CreatedAt)
		if err != nil {
			return fmt.Errorf("webhook: %w", err)
		}
		rows := make([][]any, len(c.Businesses))
		for i, b := range c.Businesses {
			rows[i] = []any{b, run.ID}
		}
		if _, err := tx.ExecMany(ctx, `INSERT INTO webhook_replay_business (business_id, replay_id) VALUES ($1, $2)`, rows); err != nil {
			return fmt.Errorf("webhook: %w", err)
		}
		return job.EnqueueTx(ctx, tx, replayJob{run.ID})
	})
}

// runReplay works a run off, a batch a transaction: it may stop anywhere and go on.
func (s *Service) runReplay(ctx context.Context, run id.ID) error {
	for more := true; more; {
		err := s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			more, err = s.replayBatchTx(ctx, tx, run)
			return err
		})
		if err != nil {
			return fmt.Errorf("webhook: sending again: %w", err)
		}
	}
	return nil
}

func (s *Service) replayBatchTx(ctx context.Context, tx *db.Tx, run id.ID) (more bool, err error) {
	var raw, state string
	var last, cursor id.ID
	err = tx.QueryRow(ctx, `SELECT filter, state, last_id, cursor_id FROM webhook_replay WHERE id = $1`, run).Scan(&raw, &state, &last, &cursor)
	if errors.Is(err, db.ErrNoRows) || (err == nil && state != "running") {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	var sel Selection
	if err := json.Unmarshal([]byte(raw), &sel); err != nil {
		return false, err
	}
	businesses, err := replayBusinessesTx(ctx, tx, run)
	if err != nil {
		return false, err
	}
	where, args := sel.where(businesses, []any{cursor, last, batch})
	rows, err := tx.Query(ctx, selectReplay+` JOIN webhook_event v ON v.id = d.event_id WHERE d.id > $1 AND d.id <= $2 AND `+where+` ORDER BY d.id LIMIT $3`, args...)
	if err != nil {
		return false, err
	}
	made, err := s.replayTx(ctx, tx, rows)
	if err != nil {
		return false, err
	}
	if len(made) > 0 {
		cursor = made[len(made)-1].of
	}
	if len(made) == batch {
		_, err = tx.Exec(ctx, `UPDATE webhook_replay SET cursor_id = $1, done = done + $2 WHERE id = $3`, cursor, len(made), run)
		return true, err
	}
	_, err = tx.Exec(ctx, `UPDATE webhook_replay SET cursor_id = $1, done = done + $2, state = 'done', finished_at = $3 WHERE id = $4`, cursor, len(made), tx.Now(), run)
	return false, err
}

func replayBusinessesTx(ctx context.Context, tx *db.Tx, run id.ID) (list []id.ID, err error) {
	rows, err := tx.Query(ctx, `SELECT business_id FROM webhook_replay_business WHERE replay_id = $1`, run)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var b id.ID
		if err := rows.Scan(&b); err != nil {
			return nil, err
		}
		list = append(list, b)
	}
	return list, rows.Err()
}

// Replays lists the latest runs that concern nobody but the caller's businesses, newest first; run 0 means all.
func (s *Service) Replays(ctx context.Context, c access.Caller, run id.ID, limit int) (list []ReplayRun, err error) {
	last := run
	if run == 0 {
		last = id.Max
	}
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		list = nil
		rows, err := tx.Query(ctx, `SELECT p.id, p.filter, p.state, p.total, p.done, p.created_at, p.finished_at FROM webhook_replay p
			WHERE p.id >= $2 AND p.id <= $4 AND EXISTS (SELECT 1 FROM webhook_replay_business b WHERE b.replay_id = p.id AND b.business_id = ANY($1))
			AND NOT EXISTS (SELECT 1 FROM webhook_replay_business b WHERE b.replay_id = p.id AND b.business_id <> ALL($1))
			ORDER BY p.id DESC LIMIT $3`, c.Businesses, run, limit, last)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var r ReplayRun
			var raw string
			var finished time.Time
			if err := rows.Scan(&r.ID, &raw, &r.State, &r.Total, &r.Done, &r.CreatedAt, &finished); err != nil {
				return err
			}
			if err := json.Unmarshal([]byte(raw), &r.Selection); err != nil {
				return err
			}
			if !finished.IsZero() {
				r.FinishedAt = &finished
			}
			list = append(list, r)
		}
		return rows.Err()
	})
	if err == nil && run != 0 && len(list) == 0 {
		err = ErrReplay.Withf("id", "no replay %s is visible to this token", run)
	}
	return list, err
}
