package policy

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// What a timeline tells.
const (
	ToldReviewed  = "reviewed" // a verdict: the rules', a person's, the reports', or the sandbox's
	ToldAppealed  = "appealed"
	ToldGranted   = "granted"
	ToldRefused   = "refused"
	ToldChanged   = "overtaken"
	ToldSecond    = "second"    // a moderator asked for a second opinion
	ToldConsulted = "consulted" // the operator's own reviewer answered
	ToldSilent    = "silent"    // it did not
	ToldReported  = "reported"  // a customer reported the item: for moderators
	ToldOpinion   = "opinion"   // what a moderator thinks: for moderators
	ToldViolation = "violation" // the rejection is part of a violation of the account
	ToldLifted    = "lifted"    // the violation was taken back
)

// Told is one thing that happened to an item's review.
type Told struct {
	What     string
	At       time.Time
	By       string
	Text     string // in the words of whoever did it
	Status   string // with [ToldReviewed]; with [ToldConsulted] and [ToldOpinion] what they would do: approve, reject or hold
	PolicyID string
	Rev      int64 // the item's revision, where it is known
	order    id.ID // of what happened in the same instant
}

// TimelineTx is what happened to an item's review, the latest first: what its business may read. What moderators tell each other,
// and that it was reported, is not part of it.
func TimelineTx(ctx context.Context, tx *db.Tx, i catalog.Item) ([]Told, error) {
	return timeline(ctx, tx, i, verdictsOf, appealsOf, secondsOf, consultationsOf, violationsOf)
}

// FullTimelineTx is [TimelineTx] for moderators: with the reports, without who made them, and with what moderators think.
func FullTimelineTx(ctx context.Context, tx *db.Tx, i catalog.Item) ([]Told, error) {
	return timeline(ctx, tx, i, verdictsOf, appealsOf, opinionsOf, consultationsOf, violationsOf, reportsOf)
}

func timeline(ctx context.Context, tx *db.Tx, i catalog.Item, parts ...func(context.Context, *db.Tx, catalog.Item) ([]Told, error)) (list []Told, err error) {
	for _, part := range parts {
		more, err := part(ctx, tx, i)
		if err != nil {
			return nil, err
		}
		list = append(list, more...)
	}
	slices.SortStableFunc(list, func(a, b Told) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(b.order, a.order)) })
	return list, nil
}

// verdictsOf are the verdicts that were kept, and the one on the item where it is older than keeping them.
func verdictsOf(ctx context.Context, tx *db.Tx, i catalog.Item) ([]Told, error) {
	list, err := verdictsTx(ctx, tx, i.CatalogID, i.ID)
	if err != nil {
		return nil, err
	}
	if r := i.Review; !r.At.IsZero() && !slices.ContainsFunc(list, func(t Told) bool { return t.At.Equal(r.At) }) {
		list = append(list, Told{What: ToldReviewed, At: r.At, By: r.Reviewer, Text: r.Reason, Status: r.Status, PolicyID: r.PolicyID})
	}
	return list, nil
}

// last is behind everything else of an instant.
const last = id.ID(1) << 62

func appealsOf(ctx context.Context, tx *db.Tx, i catalog.Item) (list []Told, err error) {
	appeals, err := AppealsTx(ctx, tx, i.ID)
	for _, a := range appeals {
		list = append(list, Told{What: ToldAppealed, At: a.CreatedAt, By: a.AskedBy, Text: a.Message, Rev: a.Rev, order: a.ID})
		if a.State != AppealOpen {
			list = append(list, Told{What: a.State, At: a.DecidedAt, By: a.DecidedBy, Text: a.Reason, Rev: a.Rev, order: last})
		}
	}
	return list, err
}

// secondsOf tells that moderators asked each other, and no more.
func secondsOf(ctx context.Context, tx *db.Tx, i catalog.Item) (list []Told, err error) {
	opinions, err := allOpinionsTx(ctx, tx, i.ID)
	for _, o := range opinions {
		list = append(list, Told{What: ToldSecond, At: o.At})
	}
	return list, err
}

func opinionsOf(ctx context.Context, tx *db.Tx, i catalog.Item) (list []Told, err error) {
	opinions, err := allOpinionsTx(ctx, tx, i.ID)
	for _, o := range opinions {
		list = append(list, Told{What: ToldOpinion, At: o.At, By: o.Person, Status: o.Verdict, PolicyID: o.PolicyID, Text: o.Reason})
	}
	return list, err
}

// toldTx reads rows of a time, who, a text, a status, a policy, a revision and an id.
func toldTx(ctx context.Context, tx *db.Tx, what, query string, item id.ID) (list []Told, err error) {
	rows, err := tx.Query(ctx, query, item)
	if err != nil {
		return nil, fmt.Errorf("policy: timeline: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		t := Told{What: what}
		if err := rows.Scan(&t.At, &t.By, &t.Text, &t.Status, &t.PolicyID, &t.Rev, &t.order); err != nil {
			return nil, fmt.Errorf("policy: timeline: %w", err)
		}
		list = append(list, t)
	}
	return list, rows.Err()
}

func consultationsOf(ctx context.Context, tx *db.Tx, i catalog.Item) ([]Told, error) {
	list, err := toldTx(ctx, tx, ToldConsulted, `SELECT told_at, reviewer, CASE WHEN state = 'answered' THEN reason ELSE problem END,
		verdict, policy_id, rev, id FROM consultation WHERE item_id = $1 ORDER BY id DESC LIMIT 200`, i.ID)
	for n, t := range list {
		if t.Status == "" {
			list[n].What = ToldSilent
		}
	}
	return list, err
}

func reportsOf(ctx context.Context, tx *db.Tx, i catalog.Item) ([]Told, error) {
	return toldTx(ctx, tx, ToldReported, `SELECT created_at, '', text, reason, '', 0, id FROM report WHERE item_id = $1 ORDER BY id DESC LIMIT 200`, i.ID)
}

func violationsOf(ctx context.Context, tx *db.Tx, i catalog.Item) ([]Told, error) {
	list, err := toldTx(ctx, tx, ToldViolation, `SELECT v.created_at, v.decided_by, v.reason, v.rung, v.policy_id, 0, v.id FROM waba_strike s
		JOIN waba_violation v ON v.id = s.violation_id WHERE s.item_id = $1 ORDER BY v.id DESC LIMIT 200`, i.ID)
	if err != nil {
		return nil, err
	}
	lifted, err := toldTx(ctx, tx, ToldLifted, `SELECT v.lifted_at, v.lifted_by, '', v.rung, v.policy_id, 0, v.id FROM waba_strike s
		JOIN waba_violation v ON v.id = s.violation_id WHERE s.item_id = $1 AND v.lifted_at > 0 ORDER BY v.id DESC LIMIT 200`, i.ID)
	return append(list, lifted...), err
}
