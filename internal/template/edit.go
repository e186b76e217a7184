package template

import (
	"context"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// Bounds of edits of an approved template.
const (
	editsADay   = 1
	editsAMonth = 10
)

// Edit changes a template: a new text is decided on again.
func (s *Service) Edit(ctx context.Context, c access.Caller, i id.ID, change Template, what Edited) (Template, error) {
	var t Template
	samples, err := s.takeSamples(ctx, c, &change)
	if err != nil {
		return t, err
	}
	var old []string
	err = s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		old = nil
		if t, err = ForTx(ctx, tx, c, i); err != nil {
			return err
		}
		before := t
		if err := t.apply(change, what); err != nil {
			return err
		}
		if !what.Components && t.Category == before.Category {
			return updateTx(ctx, tx, t)
		}
		if err := mayEditTx(ctx, tx, before, t); err != nil {
			return err
		}
		if err := connectedTx(ctx, tx, t); err != nil {
			return err
		}
		if what.Components {
			t.Components = cloneComponents(change.Components)
			if err := s.flowsTx(ctx, tx, c, &t); err != nil {
				return err
			}
		}
		t.Status, t.Reason, t.Explanation, t.PausedUntil, t.Rev = Pending, None, "", time.Time{}, t.Rev+1
		if err := updateTx(ctx, tx, t); err != nil {
			return err
		}
		if what.Components {
			if old, err = s.replaceSamplesTx(ctx, tx, t, samples); err != nil {
				return err
			}
			if err := s.tellComponents(ctx, tx, t); err != nil {
				return err
			}
		}
		if err := s.tellStatus(ctx, tx, t, statusNews{}); err != nil {
			return err
		}
		return s.submitTx(ctx, tx, &t)
	})
	if err != nil {
		s.dropFiles(ctx, samples)
		return t, err
	}
	s.dropUnused(ctx, old)
	return t, nil
}

// Edited tells what an edit names.
type Edited struct{ Category, Components, TTL, Untracked bool }

// apply puts a change into t and checks the result.
func (t *Template) apply(change Template, what Edited) error {
	if what.Category {
		t.Category = change.Category
	}
	if what.Components {
		t.Components = change.Components
	}
	if what.TTL {
		t.TTL = change.TTL
	}
	if what.Untracked {
		t.Untracked = change.Untracked
	}
	return t.check()
}

// mayEditTx tells whether a template may get a new text now, and notes that it did.
func mayEditTx(ctx context.Context, tx *db.Tx, before, after Template) error {
	if before.Status != Approved && before.Status != Rejected && before.Status != Paused {
		return ErrState.Withf("", "a template can be edited while it is APPROVED, REJECTED or PAUSED; this one is %s", before.Status)
	}
	if before.Status != Approved {
		return nil
	}
	if after.Category != before.Category {
		return ErrState.Withf("category", "the category of an approved template cannot be changed; it is %s", before.Category)
	}
	day, err := editsSinceTx(ctx, tx, before.ID, tx.Now().Add(-24*time.Hour))
	if err != nil {
		return err
	}
	month, err := editsSinceTx(ctx, tx, before.ID, tx.Now().Add(-nameKept))
	if err != nil {
		return err
	}
	if day >= editsADay || month >= editsAMonth {
		return ErrState.Withf("", "an approved template can be edited %d time in 24 hours and %d times in 30 days; this one was edited %d and %d times", editsADay, editsAMonth, day, month)
	}
	_, err = tx.Exec(ctx, `INSERT INTO template_edit (template_id, at) VALUES ($1, $2)`, before.ID, tx.Now())
	return err
}

func editsSinceTx(ctx context.Context, tx *db.Tx, i id.ID, since time.Time) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM template_edit WHERE template_id = $1 AND at > $2`, i, since).Scan(&n)
	return n, err
}
