package template

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/job"
)

// pacedLongest is the longest time a template is paced.
const pacedLongest = 30 * 24 * time.Hour

// pacedMost is how many messages may go out before the rest is held.
const pacedMost = 1_000_000

// Pacing is how a template of unknown quality is sent: First messages go out at once, the rest is held until its quality is
// known, at most For a while.
type Pacing struct {
	First int
	For   time.Duration
}

// Assess is the job that lets held messages of a template go, or drops them; whoever holds them does it.
type Assess struct {
	Template id.ID `json:"template"`
}

// Kind implements [job.Args].
func (Assess) Kind() string { return "template.assess" }

// Pace paces a template of the caller's on purpose: the sandbox's way.
func (s *Service) Pace(ctx context.Context, c access.Caller, i id.ID, p Pacing) error {
	if err := c.Require(access.Sandbox); err != nil {
		return err
	}
	switch {
	case p.First < 0 || p.First > pacedMost:
		return ErrInvalid.Withf("first", "first must be 0 to %d messages, not %d", pacedMost, p.First)
	case p.For <= 0 || p.For > pacedLongest:
		return ErrInvalid.Withf("for", "for must be more than nothing and at most %s, not %s", pacedLongest, p.For)
	}
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		t, err := ForTx(ctx, tx, c, i)
		if err != nil {
			return err
		}
		if t.Status != Approved || t.Category == Authentication || t.Quality != unrated {
			return ErrState.Withf("", "only an APPROVED template of the category MARKETING or UTILITY whose quality is UNKNOWN is paced; this one is %s, %s and %s",
				t.Status, t.Category, t.Quality)
		}
		until := tx.Now().Add(p.For)
		if _, err := tx.Exec(ctx, `UPDATE message_template SET paced_left = $2, paced_until = $3 WHERE id = $1`, t.ID, p.First, until); err != nil {
			return fmt.Errorf("template: %w", err)
		}
		return job.EnqueueTx(ctx, tx, Assess{t.ID}, job.DueAt(until))
	})
}

// unrated is the quality of a template nobody has judged.
const unrated = "UNKNOWN"

// PassTx counts a message of a paced template and tells whether it goes out now.
func PassTx(ctx context.Context, tx *db.Tx, i id.ID) (bool, error) {
	var left int
	err := tx.QueryRow(ctx, `UPDATE message_template SET paced_left = paced_left - 1 WHERE id = $1 AND paced_until <> 0 RETURNING paced_left`, i).Scan(&left)
	if errors.Is(err, db.ErrNoRows) {
		return true, nil // the pacing has ended
	}
	if err != nil {
		return false, fmt.Errorf("template: %w", err)
	}
	return left >= 0, nil
}

// AssessTx ends the pacing of a template whose time is over or whose quality is known. over tells that it has ended, dropped why
// what was held does not go out: nil, it does.
func AssessTx(ctx context.Context, tx *db.Tx, i id.ID) (over bool, dropped *fault.Fault, err error) {
	t, err := getTx(ctx, tx, i)
	if errors.Is(err, ErrUnknown) {
		return true, ErrAbsent.With("template.name", "The template was deleted before this message, which was held for its assessment, went out."), nil
	}
	if err != nil {
		return false, nil, err
	}
	if t.PacedUntil.After(tx.Now()) && t.Quality == unrated && !stopped(t.Status) {
		return false, nil, nil
	}
	if _, err := tx.Exec(ctx, `UPDATE message_template SET paced_left = 0, paced_until = 0 WHERE id = $1`, i); err != nil {
		return false, nil, fmt.Errorf("template: %w", err)
	}
	switch {
	case t.Status == Disabled:
		dropped = ErrDisabled.With("template.name", "The template was disabled because of its quality before this message, which was held for its assessment, went out.")
	case stopped(t.Status):
		dropped = ErrPaused.With("template.name", "The template was stopped because of its quality before this message, which was held for its assessment, went out.")
	}
	return true, dropped, nil
}

// stopped tells whether a template of a status is not to reach anybody any more.
func stopped(status string) bool { return status == Paused || status == Disabled || status == Rejected }

// assessTx has what is held of a paced template looked at now.
func assessTx(ctx context.Context, tx *db.Tx, t Template) error {
	if t.PacedUntil.IsZero() {
		return nil
	}
	return job.EnqueueTx(ctx, tx, Assess{t.ID})
}
