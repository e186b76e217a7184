package template

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/job"
)

// pauses are how long quality stops a template, the first time and the second; the third time it ends.
var pauses = []struct {
	title string
	long  time.Duration
}{{"FIRST_PAUSE", 3 * time.Hour}, {"SECOND_PAUSE", 6 * time.Hour}}

// setTx gives a template a status and tells of it.
func (s *Service) setTx(ctx context.Context, tx *db.Tx, t *Template, status, reason, explanation string) error {
	return s.statusTx(ctx, tx, t, status, reason, explanation, statusNews{})
}

func (s *Service) statusTx(ctx context.Context, tx *db.Tx, t *Template, status, reason, explanation string, news statusNews) error {
	t.Status, t.Reason, t.Explanation = status, reason, explanation
	if status != Paused {
		t.PausedUntil = time.Time{}
	}
	if err := updateTx(ctx, tx, *t); err != nil {
		return err
	}
	s.changed(tx, *t)
	if stopped(status) {
		if err := assessTx(ctx, tx, *t); err != nil {
			return err
		}
	}
	return s.tellStatus(ctx, tx, *t, news)
}

// moveTx changes a template's category and tells of it.
func (s *Service) moveTx(ctx context.Context, tx *db.Tx, t *Template, category string) error {
	t.PreviousCategory, t.Category, t.CorrectCategory = t.Category, category, ""
	if checkTTL(t.Category, t.TTL) != nil {
		t.TTL = 0
	}
	if err := updateTx(ctx, tx, *t); err != nil {
		return err
	}
	s.changed(tx, *t)
	return s.tellCategory(ctx, tx, *t)
}

// announceTx tells that a template's category will change at a time.
func (s *Service) announceTx(ctx context.Context, tx *db.Tx, t *Template, category string, at time.Time) error {
	t.CorrectCategory = category
	if err := updateTx(ctx, tx, *t); err != nil {
		return err
	}
	if err := s.tellImpending(ctx, tx, *t, at); err != nil {
		return err
	}
	return job.EnqueueTx(ctx, tx, Recategorize{Template: t.ID, Category: category}, job.DueAt(at))
}

// Qualities lists the scores of a template.
func Qualities() []string { return []string{"GREEN", "YELLOW", "RED", "UNKNOWN"} }

// rateTx gives a template a quality score. A red one pauses an approved template, the third ends it.
func (s *Service) rateTx(ctx context.Context, tx *db.Tx, t *Template, score string) error {
	before := t.Quality
	t.Quality, t.QualityAt = score, tx.Now()
	if err := updateTx(ctx, tx, *t); err != nil {
		return err
	}
	s.changed(tx, *t)
	if err := s.tellQuality(ctx, tx, *t, before); err != nil {
		return err
	}
	if score == "RED" && t.Status == Approved {
		return s.pauseTx(ctx, tx, t)
	}
	if score == unrated {
		return nil
	}
	return assessTx(ctx, tx, *t)
}

func (s *Service) pauseTx(ctx context.Context, tx *db.Tx, t *Template) error {
	if t.Pauses >= len(pauses) {
		t.Pauses++
		return s.disableTx(ctx, tx, t, "Customers blocked and reported this template too often after two pauses.")
	}
	p := pauses[t.Pauses]
	t.Pauses++
	t.PausedUntil = tx.Now().Add(p.long)
	why := "Customers blocked or reported this template; it can be sent again at " + t.PausedUntil.Format(time.RFC3339) + "."
	if err := s.statusTx(ctx, tx, t, Paused, None, why, statusNews{title: p.title}); err != nil {
		return err
	}
	return job.EnqueueTx(ctx, tx, Resume{Template: t.ID, Until: t.PausedUntil}, job.DueAt(t.PausedUntil))
}

func (s *Service) unpauseTx(ctx context.Context, tx *db.Tx, t *Template) error {
	return s.statusTx(ctx, tx, t, Approved, None, "", statusNews{title: "UNPAUSE", description: "The pause is over; the template can be sent again."})
}

func (s *Service) disableTx(ctx context.Context, tx *db.Tx, t *Template, why string) error {
	return s.statusTx(ctx, tx, t, Disabled, None, why, statusNews{title: "DISABLED"})
}

// Unpause ends the pause of a template of the caller's.
func (s *Service) Unpause(ctx context.Context, c access.Caller, i id.ID) error {
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		t, err := ForTx(ctx, tx, c, i)
		if err != nil {
			return err
		}
		if t.Status != Paused {
			return ErrState.Withf("", "only a template that is PAUSED can be unpaused; this one is %s", t.Status)
		}
		return s.unpauseTx(ctx, tx, &t)
	})
}

// Verdict is what the sandbox decides on a template, on purpose. Empty parts change nothing.
type Verdict struct {
	Status, Reason, Explanation string
	Quality                     string
	// Category is what the platform makes of it: at once, or After a while, which it announces.
	Category string
	After    time.Duration
}

// statuses a verdict may give. FLAGGED and REINSTATED are told, and leave or make the template APPROVED.
var statuses = []string{Approved, Pending, Rejected, Paused, Disabled, InAppeal, LimitExceeded, Archived, "UNARCHIVED", Locked, "FLAGGED", "REINSTATED"}

// Statuses lists what a verdict may give.
func Statuses() []string { return slices.Clone(statuses) }

func (v Verdict) check() error {
	switch {
	case v.Status == "" && v.Quality == "" && v.Category == "":
		return ErrInvalid.With("status", "a verdict names status, quality or category")
	case v.Status != "" && !slices.Contains(statuses, v.Status):
		return ErrInvalid.Withf("status", "status must be one of %s, not %.40q", strings.Join(statuses, ", "), v.Status)
	case v.Reason != "" && (v.Status != Rejected || !slices.Contains(Reasons(), v.Reason)):
		return ErrInvalid.Withf("reason", "reason comes with the status REJECTED and is one of %s, not %.40q", strings.Join(Reasons(), ", "), v.Reason)
	case v.Quality != "" && !slices.Contains(Qualities(), v.Quality):
		return ErrInvalid.Withf("quality", "quality must be one of %s, not %.40q", strings.Join(Qualities(), ", "), v.Quality)
	case v.Category != "":
		return checkCategory(v.Category)
	}
	return nil
}

// Decide gives a template of the caller's a verdict on purpose: the sandbox's way.
func (s *Service) Decide(ctx context.Context, c access.Caller, i id.ID, v Verdict) error {
	if err := c.Require(access.Sandbox); err != nil {
		return err
	}
	if err := v.check(); err != nil {
		return err
	}
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		t, err := ForTx(ctx, tx, c, i)
		if err != nil {
			return err
		}
		if v.Category != "" && v.Category != t.Category {
			if v.After > 0 {
				err = s.announceTx(ctx, tx, &t, v.Category, tx.Now().Add(v.After))
			} else {
				err = s.moveTx(ctx, tx, &t, v.Category)
			}
			if err != nil {
				return err
			}
		}
		if v.Status != "" {
			if err := s.imposeTx(ctx, tx, &t, v); err != nil {
				return err
			}
		}
		if v.Quality != "" {
			return s.rateTx(ctx, tx, &t, v.Quality)
		}
		return nil
	})
}

// imposeTx gives a template the status of a verdict.
func (s *Service) imposeTx(ctx context.Context, tx *db.Tx, t *Template, v Verdict) error {
	reason := v.Reason
	if reason == "" {
		reason = None
		if v.Status == Rejected {
			reason = reasonFormat
		}
	}
	switch v.Status {
	case Paused:
		return s.pauseTx(ctx, tx, t)
	case Disabled:
		return s.disableTx(ctx, tx, t, v.Explanation)
	case "FLAGGED", "REINSTATED", "UNARCHIVED":
		if err := s.quietTx(ctx, tx, t); err != nil {
			return err
		}
		told := *t
		told.Status = v.Status
		return s.tellStatus(ctx, tx, told, statusNews{})
	}
	return s.setTx(ctx, tx, t, v.Status, reason, v.Explanation)
}

// quietTx approves a template without telling of it: the event that is told has a name of its own.
func (s *Service) quietTx(ctx context.Context, tx *db.Tx, t *Template) error {
	t.Status, t.Reason, t.Explanation, t.PausedUntil = Approved, None, "", time.Time{}
	s.changed(tx, *t)
	return updateTx(ctx, tx, *t)
}
