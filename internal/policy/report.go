package policy

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/waba"
)

// Causes of refused reports.
var (
	ErrReport      = fault.New("policy.report_invalid")
	ErrReportOften = fault.New("policy.report_often")
)

// Reasons of reports, ours: Meta publishes none.
func Reasons() []string {
	return []string{"not_real", "prohibited", "counterfeit", "misleading", "offensive", "other"}
}

// policyOf is what a person is asked to look for, by the reason of the reports.
var policyOf = map[string]string{
	"not_real": "misleading", "prohibited": "illegal", "counterfeit": "counterfeit", "misleading": "misleading", "offensive": "hate", "other": "misleading",
}

const (
	// reportsToHold is what the reports of an item weigh that take it off until a person has looked.
	reportsToHold  = 3
	reportTextMost = 500
	reportsADay    = 30 // of one customer
)

// Weights of a customer's reports, by what became of their earlier ones.
const (
	weightPlain   = 1
	weightTrusted = 2
	historyLeast  = 3 // decided reports, before they say anything of the customer
)

// Report is what a customer says of an item they were shown.
type Report struct {
	PhoneID    id.ID // the business's number in whose chat they saw it
	WaID       string
	RetailerID string
	// WAMID is the message they saw it in; "": on its page. The caller has seen to it that the message shows the item.
	WAMID  string
	Reason string // one of [Reasons]
	Text   string
}

// Report stores a report and has the item looked at again: a customer's second one of the same item, as it is, changes nothing.
// Neither side learns of the other: the customer not what came of it, the business not who it was.
func (r *Reviewer) Report(ctx context.Context, p Report) error {
	if !slices.Contains(Reasons(), p.Reason) {
		return ErrReport.Withf("reason", "%.40q is no reason; one of %v", p.Reason, Reasons())
	}
	if n := utf8.RuneCountInString(p.Text); n > reportTextMost {
		return ErrReport.Withf("text", "text has %d characters, at most %d are allowed", n, reportTextMost)
	}
	return r.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := waba.NumberTx(ctx, tx, p.PhoneID)
		if err != nil {
			return err
		}
		cat, ok, err := waba.ConnectedCatalogTx(ctx, tx, n.WABAID)
		if err != nil {
			return err
		}
		if !ok {
			return ErrReport.With("product_retailer_id", "this business has no catalog")
		}
		items, err := catalog.ItemsByRetailerTx(ctx, tx, cat, []string{p.RetailerID})
		if err != nil {
			return err
		}
		i, ok := items[p.RetailerID]
		if !ok {
			return ErrReport.Withf("product_retailer_id", "%.100q is no item of this business", p.RetailerID)
		}
		return r.reportTx(ctx, tx, i, p)
	})
}

func (r *Reviewer) reportTx(ctx context.Context, tx *db.Tx, i catalog.Item, p Report) error {
	weight, today, err := reporterTx(ctx, tx, p.WaID)
	if err != nil {
		return err
	}
	if today >= reportsADay {
		return ErrReportOften.Withf("", "a customer may report %d times in 24 hours", reportsADay)
	}
	added, err := tx.Exec(ctx, `INSERT INTO report (id, item_id, catalog_id, content, wa_id, phone_id, wamid, reason, text, weight, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING`,
		tx.NewID(), i.ID, i.CatalogID, i.Content(), p.WaID, p.PhoneID, p.WAMID, p.Reason, p.Text, weight, tx.Now())
	if err != nil || added == 0 || i.Review.Status == catalog.NoReview || i.Review.Status == catalog.Rejected {
		return err
	}
	tx.AfterCommit(func() { r.live.Publish(catalog.Topic(i.CatalogID), nil) })
	_, err = r.lookAgainTx(ctx, tx, i)
	return err
}

// lookAgainTx judges a reported item anew: by the rules, which may have changed, and by what the reports weigh. changed tells whether
// the item is no longer approved.
func (r *Reviewer) lookAgainTx(ctx context.Context, tx *db.Tx, i catalog.Item) (changed bool, err error) {
	s := Seller{}
	if r.rules.asks {
		if s, err = sellerTx(ctx, tx, i.CatalogID); err != nil {
			return false, err
		}
	}
	v := r.rules.EvaluateFor(i, s)
	if v.Status == catalog.Approved {
		var heavy bool
		if v, heavy, err = weighedTx(ctx, tx, i); err != nil || !heavy {
			return false, err
		}
	}
	if i.Review.Held && v.Status == catalog.Pending && i.Review.Reviewer != reviewerReports {
		return false, nil // a person is asked already, and why stands there
	}
	return true, r.settleTx(ctx, tx, i, v)
}

// reviewerReports is who holds an item that many reported.
const reviewerReports = "reports"

// weighedTx is the verdict that open reports of an item, as it is, lead to; ok is false where they weigh too little.
func weighedTx(ctx context.Context, tx *db.Tx, i catalog.Item) (v catalog.Verdict, ok bool, err error) {
	rows, err := tx.Query(ctx, `SELECT reason, COUNT(*), SUM(weight) FROM report WHERE item_id = $1 AND content = $2 AND settled = ''
		GROUP BY reason ORDER BY COUNT(*) DESC, reason`, i.ID, i.Content())
	if err != nil {
		return v, false, fmt.Errorf("policy: reports: %w", err)
	}
	defer rows.Close()
	weight, count, first := 0, 0, ""
	var parts []string
	for rows.Next() {
		var reason string
		var n, w int
		if err := rows.Scan(&reason, &n, &w); err != nil {
			return v, false, fmt.Errorf("policy: reports: %w", err)
		}
		if first == "" {
			first = reason
		}
		weight, count = weight+w, count+n
		parts = append(parts, fmt.Sprintf("%d %s", n, reason))
	}
	v = catalog.Verdict{
		Status: catalog.Pending, PolicyID: policyOf[first], Reviewer: reviewerReports,
		Evidence: fmt.Sprintf("reports: %d (%s)", count, strings.Join(parts, ", ")),
		Reason:   "Several customers reported this item; a person looks at it.",
	}
	return v, weight >= reportsToHold, rows.Err()
}

// reporterTx is what a customer's report weighs, and how many they made in the last 24 hours. Who was right most of the time weighs
// more, who never was weighs nothing.
func reporterTx(ctx context.Context, tx *db.Tx, waID string) (weight, today int, err error) {
	var upheld, dismissed int
	err = tx.QueryRow(ctx, `SELECT COUNT(CASE WHEN settled = 'upheld' THEN 1 END), COUNT(CASE WHEN settled = 'dismissed' THEN 1 END),
		COUNT(CASE WHEN created_at > $2 THEN 1 END) FROM report WHERE wa_id = $1`, waID, tx.Now().Add(-day)).Scan(&upheld, &dismissed, &today)
	if err != nil {
		return 0, 0, fmt.Errorf("policy: reports: %w", err)
	}
	switch {
	case upheld+dismissed < historyLeast:
		return weightPlain, today, nil
	case upheld == 0:
		return 0, today, nil
	case upheld >= 2*dismissed:
		return weightTrusted, today, nil
	}
	return weightPlain, today, nil
}
