package policy

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// Verdicts are kept for good, each with the revision it was made on, whatever becomes of the item. What the rules approve of a large
// catalog in one go is one row for a page of items, since it says the same of each.

// leastPage is how many approvals are kept as one row.
const leastPage = 20

// keepVerdictTx keeps a verdict that was stored on an item.
func keepVerdictTx(ctx context.Context, tx *db.Tx, i catalog.Item, v catalog.Verdict) error {
	_, err := tx.Exec(ctx, insertVerdict, verdictRow(tx, i, i.Content(), v)...)
	if err != nil {
		return fmt.Errorf("policy: verdicts: %w", err)
	}
	return nil
}

const insertVerdict = `INSERT INTO verdict (id, item_id, catalog_id, rev, content, status, policy_id, reason, evidence, reviewer, at)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`

func verdictRow(tx *db.Tx, i catalog.Item, content string, v catalog.Verdict) []any {
	return []any{tx.NewID(), i.ID, i.CatalogID, i.Rev, content, v.Status, v.PolicyID, v.Reason, v.Evidence, v.Reviewer, tx.Now()}
}

// keepVerdictsTx keeps what the rules decided on items of a page.
func keepVerdictsTx(ctx context.Context, tx *db.Tx, items []catalog.Item, verdicts []catalog.Verdict) error {
	rows := make([][]any, 0, len(items))
	for n, i := range items {
		rows = append(rows, verdictRow(tx, i, "", verdicts[n]))
	}
	if _, err := tx.ExecMany(ctx, insertVerdict, rows); err != nil {
		return fmt.Errorf("policy: verdicts: %w", err)
	}
	return nil
}

// runs are items by rising id, as runs of ids that follow each other and are of one revision: the first, the last and the revision.
type runs [][3]int64

func (list runs) add(item id.ID, rev int64) runs {
	if n := len(list) - 1; n >= 0 && list[n][1]+1 == int64(item) && list[n][2] == rev {
		list[n][1]++
		return list
	}
	return append(list, [3]int64{int64(item), int64(item), rev})
}

func runsOf(items []catalog.Item) (list runs) {
	for _, i := range items {
		list = list.add(i.ID, i.Rev)
	}
	return list
}

// count is how many items there are.
func (list runs) count() (n int64) {
	for _, r := range list {
		n += r[1] - r[0] + 1
	}
	return n
}

// items are the items.
func (list runs) items(cat id.ID) (all []catalog.Item) {
	for _, r := range list {
		for n := r[0]; n <= r[1]; n++ {
			all = append(all, catalog.Item{ID: id.ID(n), CatalogID: cat, Rev: r[2]})
		}
	}
	return all
}

// keepApprovedTx keeps that the rules approved items of a catalog.
func keepApprovedTx(ctx context.Context, tx *db.Tx, cat id.ID, list runs, reviewer string) error {
	if len(list) == 0 {
		return nil
	}
	if list.count() < leastPage {
		items := list.items(cat)
		verdicts := make([]catalog.Verdict, len(items))
		for n := range verdicts {
			verdicts[n] = catalog.Verdict{Status: catalog.Approved, Reviewer: reviewer}
		}
		return keepVerdictsTx(ctx, tx, items, verdicts)
	}
	text, err := json.Marshal(list)
	if err != nil {
		return fmt.Errorf("policy: verdicts: %w", err)
	}
	_, err = tx.Exec(ctx, `INSERT INTO verdict_page (id, catalog_id, first_item, last_item, items, reviewer, at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		tx.NewID(), cat, list[0][0], list[len(list)-1][1], string(text), reviewer, tx.Now())
	if err != nil {
		return fmt.Errorf("policy: verdicts: %w", err)
	}
	return nil
}

// revisionIn is the revision at which a page approved an item; ok is false when it says nothing of it. Pages kept by older versions list
// pairs of an item and its revision.
func revisionIn(text string, item id.ID) (rev int64, ok bool, err error) {
	var list [][]int64
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return 0, false, fmt.Errorf("policy: verdicts: %w", err)
	}
	for _, p := range list {
		if len(p) >= 2 && p[0] <= int64(item) && int64(item) <= p[len(p)-2] {
			return p[len(p)-1], true, nil
		}
	}
	return 0, false, nil
}

// Bounds of what a timeline reads.
const (
	mostVerdicts = 200
	mostPages    = 50
)

// verdictsTx is every verdict on an item, the latest first.
func verdictsTx(ctx context.Context, tx *db.Tx, cat, item id.ID) ([]Told, error) {
	rows, err := tx.Query(ctx, `SELECT id, rev, status, policy_id, reason, reviewer, at FROM verdict WHERE item_id = $1 ORDER BY id DESC LIMIT $2`, item, mostVerdicts)
	if err != nil {
		return nil, fmt.Errorf("policy: verdicts: %w", err)
	}
	defer rows.Close()
	var list []Told
	for rows.Next() {
		t := Told{What: ToldReviewed}
		if err := rows.Scan(&t.order, &t.Rev, &t.Status, &t.PolicyID, &t.Text, &t.By, &t.At); err != nil {
			return nil, fmt.Errorf("policy: verdicts: %w", err)
		}
		list = append(list, t)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("policy: verdicts: %w", err)
	}
	rows.Close()
	pages, err := pagesTx(ctx, tx, cat, item)
	return append(list, pages...), err
}

// pagesTx is the approvals of an item that are kept with those of others.
func pagesTx(ctx context.Context, tx *db.Tx, cat, item id.ID) ([]Told, error) {
	rows, err := tx.Query(ctx, `SELECT id, items, reviewer, at FROM verdict_page WHERE catalog_id = $1 AND last_item >= $2 AND first_item <= $2 ORDER BY id DESC LIMIT $3`, cat, item, mostPages)
	if err != nil {
		return nil, fmt.Errorf("policy: verdicts: %w", err)
	}
	defer rows.Close()
	var list []Told
	for rows.Next() {
		t, text := Told{What: ToldReviewed, Status: catalog.Approved}, ""
		if err := rows.Scan(&t.order, &text, &t.By, &t.At); err != nil {
			return nil, fmt.Errorf("policy: verdicts: %w", err)
		}
		rev, ok, err := revisionIn(text, item)
		if err != nil {
			return nil, err
		}
		if t.Rev = rev; ok {
			list = append(list, t)
		}
	}
	return list, rows.Err()
}
