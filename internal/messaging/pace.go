package messaging

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/job"
	"github.com/hawkerhq/hawker/internal/once"
	"github.com/hawkerhq/hawker/internal/template"
	"github.com/hawkerhq/hawker/internal/waba"
)

// RegisterJobs has the jobs of the exchange done.
func (x *Exchange) RegisterJobs(r *job.Runner) { job.Handle(r, x.assess) }

// pace sends a message of a paced template at once, or holds it; held tells which.
func (x *Exchange) pace(ctx context.Context, n waba.Number, m chat.Message, held *bool) (wamid string, err error) {
	err = x.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		goes, err := template.PassTx(ctx, tx, m.TemplateID)
		if err != nil {
			return err
		}
		if *held = !goes; goes {
			wamid, err = x.deliverTx(ctx, tx, n, m)
		} else {
			wamid, err = holdTx(ctx, tx, n, m)
		}
		if err != nil {
			return err
		}
		return once.KeepTx(ctx, tx, n.BusinessID, wamid)
	})
	return wamid, err
}

// holdTx keeps a message back. It has its wamid already; its customer sees nothing of it.
func holdTx(ctx context.Context, tx *db.Tx, n waba.Number, m chat.Message) (string, error) {
	t, err := chat.ThreadTx(ctx, tx, n.ID, n.BusinessID, m.WaID)
	if err != nil {
		return "", err
	}
	if t.Refused() {
		return "", refusal()
	}
	m = chat.NameTx(tx, m)
	b, err := json.Marshal(m)
	if err != nil {
		return "", fmt.Errorf("messaging: %w", err)
	}
	if _, err := tx.Exec(ctx, `INSERT INTO held_message (id, template_id, message) VALUES ($1, $2, $3)`, m.ID, m.TemplateID, string(b)); err != nil {
		return "", fmt.Errorf("messaging: %w", err)
	}
	return m.WAMID, nil
}

// assess lets what is held of a template go, or drops it with a failed status each, once its pacing has ended.
func (x *Exchange) assess(ctx context.Context, a template.Assess) error {
	var over bool
	var dropped *fault.Fault
	err := x.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		over, dropped, err = template.AssessTx(ctx, tx, a.Template)
		return err
	})
	if err != nil || !over {
		return err
	}
	for {
		m, ok, err := x.nextHeld(ctx, a.Template)
		if err != nil || !ok {
			return err
		}
		if dropped != nil {
			fail(&m, dropped)
		}
		err = x.letGo(ctx, m)
		if f := (*fault.Fault)(nil); errors.As(err, &f) {
			// What is refused at a send is a failed status here: the send was answered long ago.
			fail(&m, ErrUndelivered.With("to", f.Detail))
			err = x.letGo(ctx, m)
		}
		if err != nil {
			return err
		}
	}
}

// HeldTx counts what is held of each template, of those that hold anything.
func HeldTx(ctx context.Context, tx *db.Tx, templates []id.ID) (map[id.ID]int, error) {
	held := map[id.ID]int{}
	rows, err := tx.Query(ctx, `SELECT template_id, COUNT(*) FROM held_message WHERE template_id = ANY($1) GROUP BY template_id`, templates)
	if err != nil {
		return nil, fmt.Errorf("messaging: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var i id.ID
		var n int
		if err := rows.Scan(&i, &n); err != nil {
			return nil, fmt.Errorf("messaging: %w", err)
		}
		held[i] = n
	}
	return held, rows.Err()
}

// nextHeld is the oldest message held of a template.
func (x *Exchange) nextHeld(ctx context.Context, i id.ID) (m chat.Message, ok bool, err error) {
	var text string
	err = x.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, `SELECT message FROM held_message WHERE template_id = $1 ORDER BY id LIMIT 1`, i).Scan(&text)
	})
	if errors.Is(err, db.ErrNoRows) {
		return m, false, nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(text), &m)
	}
	if err != nil {
		return m, false, fmt.Errorf("messaging: %w", err)
	}
	return m, true, nil
}

// letGo sends a held message, or tells that it failed.
func (x *Exchange) letGo(ctx context.Context, m chat.Message) error {
	return x.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		gone, err := tx.Exec(ctx, `DELETE FROM held_message WHERE id = $1`, m.ID)
		if err != nil {
			return fmt.Errorf("messaging: %w", err)
		}
		if gone == 0 {
			return nil
		}
		n, err := waba.NumberTx(ctx, tx, m.PhoneID)
		if err != nil {
			return err
		}
		_, err = x.deliverTx(ctx, tx, n, m)
		return err
	})
}
