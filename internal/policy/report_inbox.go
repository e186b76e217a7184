package policy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// What became of reports.
const (
	reportUpheld    = "upheld"
	reportDismissed = "dismissed"
	reportChanged   = "changed"
)

// settleReportsTx closes the open reports of an item as it is.
func settleReportsTx(ctx context.Context, tx *db.Tx, i catalog.Item, outcome string) error {
	_, err := tx.Exec(ctx, `UPDATE report SET settled = $3, settled_at = $4 WHERE item_id = $1 AND content = $2 AND settled = ''`, i.ID, i.Content(), outcome, tx.Now())
	if err != nil {
		return fmt.Errorf("policy: reports: %w", err)
	}
	return nil
}

// overtakenTx closes reports and appeals of what items no longer say: the review of what they say now goes its own way.
func overtakenTx(ctx context.Context, tx *db.Tx, cat id.ID, items func() []id.ID) error {
	open := false
	err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM report WHERE catalog_id = $1 AND settled = '')
		OR EXISTS (SELECT 1 FROM item_appeal WHERE catalog_id = $1 AND state = 'open')`, cat).Scan(&open)
	if err != nil || !open {
		return err
	}
	rows, err := tx.Query(ctx, `SELECT item_id FROM report WHERE settled = '' AND item_id = ANY($1)
		UNION SELECT item_id FROM item_appeal WHERE state = 'open' AND item_id = ANY($1)`, items())
	if err != nil {
		return fmt.Errorf("policy: reports: %w", err)
	}
	defer rows.Close()
	var found []id.ID
	for rows.Next() {
		var i id.ID
		if err := rows.Scan(&i); err != nil {
			return fmt.Errorf("policy: reports: %w", err)
		}
		found = append(found, i)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	rows.Close()
	whole, err := catalog.WholeTx(ctx, tx, found)
	if err != nil {
		return err
	}
	for _, i := range whole {
		if _, err := tx.Exec(ctx, `UPDATE report SET settled = $3, settled_at = $4 WHERE item_id = $1 AND content <> $2 AND settled = ''`, i.ID, i.Content(), reportChanged, tx.Now()); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE item_appeal SET state = $3, decided_at = $4 WHERE item_id = $1 AND content <> $2 AND state = 'open'`, i.ID, i.Content(), AppealOvertaken, tx.Now()); err != nil {
			return err
		}
	}
	return nil
}

// Reported is an item that customers reported, as it is.
type Reported struct {
	catalog.Item
	Count   int
	Reasons []ReasonCount // the most frequent first
	Texts   []string      // what they wrote, without who; the latest first
	Latest  time.Time
}

// ReasonCount is how many named a reason.
type ReasonCount struct {
	Reason string
	Count  int
}

// textsShown is how many of the customers' words a moderator reads of one item.
const textsShown = 5

// ReportedTx lists items of a catalog with open reports, those with the most first. Who reported is told to nobody.
func ReportedTx(ctx context.Context, tx *db.Tx, c access.Caller, cat id.ID, limit int) ([]Reported, error) {
	if _, err := catalog.CatalogTx(ctx, tx, c, cat); err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, `SELECT item_id FROM report WHERE catalog_id = $1 AND settled = '' GROUP BY item_id ORDER BY SUM(weight) DESC, MAX(created_at) DESC, item_id LIMIT $2`, cat, limit)
	if err != nil {
		return nil, fmt.Errorf("policy: reports: %w", err)
	}
	defer rows.Close()
	var ids []id.ID
	for rows.Next() {
		var i id.ID
		if err := rows.Scan(&i); err != nil {
			return nil, fmt.Errorf("policy: reports: %w", err)
		}
		ids = append(ids, i)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	rows.Close()
	var list []Reported
	for _, i := range ids {
		it, err := catalog.ItemTx(ctx, tx, c, i)
		if errors.Is(err, catalog.ErrItemUnknown) {
			continue // it was deleted
		}
		if err != nil {
			return nil, err
		}
		r, err := reportedTx(ctx, tx, it)
		if err != nil {
			return nil, err
		}
		if r.Count > 0 {
			list = append(list, r)
		}
	}
	return list, nil
}

// reportedTx tells what customers say of an item as it is.
func reportedTx(ctx context.Context, tx *db.Tx, i catalog.Item) (r Reported, err error) {
	r.Item = i
	rows, err := tx.Query(ctx, `SELECT reason, text, created_at FROM report WHERE item_id = $1 AND content = $2 AND settled = '' ORDER BY created_at DESC, id DESC`, i.ID, i.Content())
	if err != nil {
		return r, fmt.Errorf("policy: reports: %w", err)
	}
	defer rows.Close()
	counts := map[string]int{}
	for rows.Next() {
		var reason, text string
		var at time.Time
		if err := rows.Scan(&reason, &text, &at); err != nil {
			return r, fmt.Errorf("policy: reports: %w", err)
		}
		if r.Count == 0 {
			r.Latest = at
		}
		r.Count++
		counts[reason]++
		if text != "" && len(r.Texts) < textsShown {
			r.Texts = append(r.Texts, text)
		}
	}
	for _, reason := range Reasons() {
		if counts[reason] > 0 {
			r.Reasons = append(r.Reasons, ReasonCount{reason, counts[reason]})
		}
	}
	slices.SortStableFunc(r.Reasons, func(a, b ReasonCount) int { return b.Count - a.Count })
	return r, rows.Err()
}

// LookAgain has the rules judge a reported item once more. changed is false where they still approve it, and the reports weigh too
// little to take it off.
func (r *Reviewer) LookAgain(ctx context.Context, c access.Caller, item id.ID) (changed bool, err error) {
	err = r.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		i, err := catalog.ItemTx(ctx, tx, c, item)
		if err != nil {
			return err
		}
		if i.Review.Status == catalog.NoReview || i.Review.Status == catalog.Rejected {
			return ErrDecided
		}
		tx.AfterCommit(func() { r.live.Publish(catalog.Topic(i.CatalogID), nil) })
		changed, err = r.lookAgainTx(ctx, tx, i)
		return err
	})
	return changed, err
}
