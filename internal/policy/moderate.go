package policy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
)

// Causes of decisions that are not taken.
var (
	// ErrDecided is a decision on an item that changed meanwhile, or needs none.
	ErrDecided = errors.New("policy: nothing to decide")
	// ErrSecond is a decision by the one who asked for a second opinion.
	ErrSecond = fault.New("policy.second_opinion")
	// ErrDecision is a decision that breaks a rule.
	ErrDecision = fault.New("policy.decision_invalid")
)

// What a moderator does with an item.
const (
	ActApprove = "approve"
	ActReject  = "reject"
	ActHold    = "hold"   // it is taken off until somebody decides
	ActSecond  = "second" // another moderator decides, and reads what this one thinks
)

// Decision is what a moderator does.
type Decision struct {
	Act      string
	PolicyID string // with reject and second
	Reason   string // with reject: for the seller; with second: for the other moderator
	// Lean is what the moderator would decide, with [ActSecond]: approve or reject.
	Lean   string
	Person id.ID
	By     string
}

func (d Decision) check() error {
	if !slices.Contains([]string{ActApprove, ActReject, ActHold, ActSecond}, d.Act) {
		return ErrDecision.Withf("action", "%.40q is no decision; one of approve, reject, hold, second", d.Act)
	}
	if (d.Act == ActReject || (d.Act == ActSecond && d.Lean == ActReject)) && !slices.Contains(IDs(), d.PolicyID) {
		return ErrDecision.Withf("policy", "policy is %.40q; one of %v", d.PolicyID, IDs())
	}
	if n := utf8.RuneCountInString(d.Reason); n > reasonMost {
		return ErrDecision.Withf("reason", "reason has %d characters, at most %d are allowed", n, reasonMost)
	}
	return nil
}

// Opinion is what a moderator thinks who asked for a second one.
type Opinion struct {
	PersonID                  id.ID
	Person                    string
	Verdict, PolicyID, Reason string
	At                        time.Time
}

// OpinionsTx lists the opinions on an item as it is, the first one first.
func OpinionsTx(ctx context.Context, tx *db.Tx, i catalog.Item) ([]Opinion, error) {
	return opinions(ctx, tx, `item_id = $1 AND content = $2 ORDER BY id`, i.ID, i.Content())
}

// allOpinionsTx lists the opinions on an item whatever it said then, the latest first.
func allOpinionsTx(ctx context.Context, tx *db.Tx, item id.ID) ([]Opinion, error) {
	return opinions(ctx, tx, `item_id = $1 ORDER BY id DESC LIMIT 100`, item)
}

func opinions(ctx context.Context, tx *db.Tx, where string, args ...any) (list []Opinion, err error) {
	rows, err := tx.Query(ctx, `SELECT person_id, person, verdict, policy_id, reason, created_at FROM opinion WHERE `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("policy: opinions: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var o Opinion
		if err := rows.Scan(&o.PersonID, &o.Person, &o.Verdict, &o.PolicyID, &o.Reason, &o.At); err != nil {
			return nil, fmt.Errorf("policy: opinions: %w", err)
		}
		list = append(list, o)
	}
	return list, rows.Err()
}

// Moderate is a person's decision on an item that is held, whose rejection is appealed, or that customers reported. content is what the
// person saw: [ErrDecided] where the item says something else by now.
func (r *Reviewer) Moderate(ctx context.Context, c access.Caller, item id.ID, content string, d Decision) error {
	if err := d.check(); err != nil {
		return err
	}
	return r.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		i, err := catalog.ItemTx(ctx, tx, c, item)
		if err != nil {
			return err
		}
		waits, err := waitsTx(ctx, tx, i)
		if err != nil {
			return err
		}
		if i.Content() != content || !waits {
			return ErrDecided
		}
		opinions, err := OpinionsTx(ctx, tx, i)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(opinions, func(o Opinion) bool { return o.PersonID == d.Person }) {
			return ErrSecond.With("action", "you asked for a second opinion on this item: another moderator decides")
		}
		if d.Act == ActSecond {
			return r.askSecondTx(ctx, tx, i, d)
		}
		if err := keepRulingTx(ctx, tx, i, d); err != nil {
			return err
		}
		switch d.Act {
		case ActHold:
			return r.decideTx(ctx, tx, i, catalog.Verdict{Status: catalog.Pending, PolicyID: d.PolicyID, Reason: d.Reason, Evidence: i.Review.Evidence, Reviewer: d.By})
		case ActReject:
			return r.decideTx(ctx, tx, i, catalog.Verdict{Status: catalog.Rejected, PolicyID: d.PolicyID, Reason: d.Reason, Evidence: i.Review.Evidence, Reviewer: d.By})
		}
		return r.decideTx(ctx, tx, i, catalog.Verdict{Status: catalog.Approved, Reason: d.Reason, Reviewer: d.By})
	})
}

// waitsTx tells whether an item waits for a person.
func waitsTx(ctx context.Context, tx *db.Tx, i catalog.Item) (bool, error) {
	if i.Review.Status == catalog.NoReview {
		return false, nil
	}
	if i.Review.Held {
		return true, nil
	}
	a, appealed, err := AppealOfTx(ctx, tx, i)
	if err != nil || (appealed && a.State == AppealOpen) {
		return true, err
	}
	said, err := reportedTx(ctx, tx, i)
	return said.Count > 0 && i.Review.Status != catalog.Rejected, err
}

func (r *Reviewer) askSecondTx(ctx context.Context, tx *db.Tx, i catalog.Item, d Decision) error {
	lean := ActApprove
	if d.Lean == ActReject {
		lean = ActReject
	}
	tx.AfterCommit(func() { r.live.Publish(catalog.Topic(i.CatalogID), nil) })
	_, err := tx.Exec(ctx, `INSERT INTO opinion (id, item_id, catalog_id, content, person_id, person, verdict, policy_id, reason, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, tx.NewID(), i.ID, i.CatalogID, i.Content(), d.Person, d.By, lean, d.PolicyID, d.Reason, tx.Now())
	if err != nil {
		return fmt.Errorf("policy: opinions: %w", err)
	}
	return nil
}

// decideTx stores a verdict of a person, and settles the item's appeal and reports.
func (r *Reviewer) decideTx(ctx context.Context, tx *db.Tx, i catalog.Item, v catalog.Verdict) error {
	tx.AfterCommit(func() { r.live.Publish(catalog.Topic(i.CatalogID), nil) })
	if err := r.settleTx(ctx, tx, i, v); err != nil {
		return err
	}
	state := map[string]string{catalog.Approved: AppealGranted, catalog.Rejected: AppealRefused}[v.Status]
	if state == "" {
		return nil
	}
	if v.Status == catalog.Approved {
		if err := settleReportsTx(ctx, tx, i, reportDismissed); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, `UPDATE item_appeal SET state = $3, reason = $4, decided_by = $5, decided_at = $6 WHERE item_id = $1 AND content = $2 AND state = 'open'`,
		i.ID, i.Content(), state, v.Reason, v.Reviewer, tx.Now())
	return err
}
