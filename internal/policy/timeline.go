package policy

import (
	"context"
	"slices"
	"time"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
)

// What a timeline tells.
const (
	ToldReviewed = "reviewed" // a verdict: the rules', a person's, or the sandbox's
	ToldAppealed = "appealed"
	ToldGranted  = "granted"
	ToldRefused  = "refused"
	ToldChanged  = "overtaken"
	ToldSecond   = "second" // a moderator asked for a second opinion
)

// Told is one thing that happened to an item's review.
type Told struct {
	What     string
	At       time.Time
	By       string
	Text     string // in the words of whoever did it
	Status   string // with [ToldReviewed]
	PolicyID string
}

// TimelineTx is what happened to an item's review, the latest first: what its business may read. What moderators tell each other,
// and who reported it, is not part of it.
func TimelineTx(ctx context.Context, tx *db.Tx, i catalog.Item) ([]Told, error) {
	appeals, err := AppealsTx(ctx, tx, i.ID)
	if err != nil {
		return nil, err
	}
	var list []Told
	for _, a := range appeals {
		list = append(list, Told{What: ToldAppealed, At: a.CreatedAt, By: a.AskedBy, Text: a.Message})
		if a.State != AppealOpen {
			list = append(list, Told{What: a.State, At: a.DecidedAt, By: a.DecidedBy, Text: a.Reason})
		}
	}
	opinions, err := OpinionsTx(ctx, tx, i)
	if err != nil {
		return nil, err
	}
	for _, o := range opinions {
		list = append(list, Told{What: ToldSecond, At: o.At})
	}
	if r := i.Review; !r.At.IsZero() {
		list = append(list, Told{What: ToldReviewed, At: r.At, By: r.Reviewer, Text: r.Reason, Status: r.Status, PolicyID: r.PolicyID})
	}
	slices.SortStableFunc(list, func(a, b Told) int { return b.At.Compare(a.At) })
	return list, nil
}
