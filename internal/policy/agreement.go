package policy

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// AgreementDays is how far back agreement is counted; judgedMost how many decisions and opinions are read for it.
const (
	AgreementDays = 90
	judgedMost    = 20_000
)

// Agreement is how much moderators agree on what more than one of them judged: one asked for a second opinion, or a decision was
// appealed and another person decided.
type Agreement struct {
	Since  time.Time
	People []Moderator
	// Twice is how often a second person judged what a first one had; Agreed how often both said the same; SamePolicy how often of
	// those that both rejected they named the same policy, Rejected how many those were.
	Twice, Agreed, Rejected, SamePolicy int
	// FirstApproved is how often the first of two would approve or did, SecondApproved the second.
	FirstApproved, SecondApproved int
}

// Moderator is what one person decided, and what others made of it.
type Moderator struct {
	ID                       id.ID
	Name                     string
	Approved, Rejected, Held int
	// Twice is how often somebody else judged the same, Agreed how often alike, Reversed how often this person's decision was changed.
	Twice, Agreed, Reversed int
}

// Kappa is Cohen's: how much more the first and the second agree than they would by chance, from -1 to 1. ok is false where chance
// alone would make them agree.
func (a Agreement) Kappa() (k float64, ok bool) {
	if a.Twice == 0 {
		return 0, false
	}
	n := float64(a.Twice)
	first, second := float64(a.FirstApproved)/n, float64(a.SecondApproved)/n
	chance := first*second + (1-first)*(1-second)
	if chance > 1-1e-9 {
		return 0, false
	}
	return (float64(a.Agreed)/n - chance) / (1 - chance), true
}

// statement is what a person said of an item as it was: a decision, or an opinion that asked for another's.
type statement struct {
	item        id.ID
	content     string
	person      id.ID
	name        string
	act, policy string
	at          time.Time
	order       id.ID
	decided     bool
}

// AgreementTx counts how much the moderators of the caller's catalogs agreed lately.
func AgreementTx(ctx context.Context, tx *db.Tx, c access.Caller) (Agreement, error) {
	a := Agreement{Since: tx.Now().AddDate(0, 0, -AgreementDays)}
	rulings, err := rulingsTx(ctx, tx, theirs+`AND at >= $2 ORDER BY id DESC LIMIT $3`, c.Businesses, a.Since, judgedMost)
	if err != nil {
		return a, err
	}
	list, err := opinionsSinceTx(ctx, tx, c, a.Since)
	if err != nil {
		return a, err
	}
	for _, r := range rulings {
		list = append(list, statement{item: r.ItemID, content: r.Content, person: r.PersonID, name: r.Person, act: r.Act, policy: r.Policy, at: r.At, order: r.ID, decided: true})
	}
	a.count(list)
	return a, nil
}

func opinionsSinceTx(ctx context.Context, tx *db.Tx, c access.Caller, since time.Time) (list []statement, err error) {
	rows, err := tx.Query(ctx, `SELECT id, item_id, content, person_id, person, verdict, policy_id, created_at FROM opinion WHERE`+theirs+`AND created_at >= $2
		ORDER BY id DESC LIMIT $3`, c.Businesses, since, judgedMost)
	if err != nil {
		return nil, fmt.Errorf("policy: opinions: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var j statement
		if err := rows.Scan(&j.order, &j.item, &j.content, &j.person, &j.name, &j.act, &j.policy, &j.at); err != nil {
			return nil, fmt.Errorf("policy: opinions: %w", err)
		}
		list = append(list, j)
	}
	return list, rows.Err()
}

// count goes through what was said of each item, in the order it was said: who speaks after somebody else agrees or does not.
func (a *Agreement) count(list []statement) {
	slices.SortFunc(list, func(x, y statement) int {
		return cmp.Or(cmp.Compare(x.item, y.item), cmp.Compare(x.content, y.content), x.at.Compare(y.at), cmp.Compare(x.order, y.order))
	})
	people := map[id.ID]*Moderator{}
	of := func(j statement) *Moderator {
		if people[j.person] == nil {
			people[j.person] = &Moderator{ID: j.person}
		}
		people[j.person].Name = j.name
		return people[j.person]
	}
	var before statement
	for _, j := range list {
		of(j).said(j)
		if j.act == ActHold {
			continue // nothing that others could agree with
		}
		if before.item == j.item && before.content == j.content && before.person != j.person {
			a.pair(before, j, of(before), of(j))
		}
		before = j
	}
	for _, m := range people {
		a.People = append(a.People, *m)
	}
	slices.SortFunc(a.People, func(x, y Moderator) int {
		return cmp.Or(cmp.Compare(y.Approved+y.Rejected+y.Held, x.Approved+x.Rejected+x.Held), cmp.Compare(x.ID, y.ID))
	})
}

// said counts a decision.
func (m *Moderator) said(j statement) {
	switch {
	case !j.decided:
	case j.act == ActApprove:
		m.Approved++
	case j.act == ActReject:
		m.Rejected++
	default:
		m.Held++
	}
}

// pair counts that two judged the same.
func (a *Agreement) pair(first, second statement, one, other *Moderator) {
	a.Twice++
	one.Twice++
	other.Twice++
	if first.act == ActApprove {
		a.FirstApproved++
	}
	if second.act == ActApprove {
		a.SecondApproved++
	}
	if first.act != second.act {
		if first.decided {
			one.Reversed++
		}
		return
	}
	a.Agreed++
	one.Agreed++
	other.Agreed++
	if first.act == ActReject {
		a.Rejected++
		if first.policy == second.policy {
			a.SamePolicy++
		}
	}
}
