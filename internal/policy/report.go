package policy

import (
	"context"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/waba"
)

// ErrReport is a report that breaks a rule.
var ErrReport = fault.New("policy.report_invalid")

// Reasons of reports, ours: Meta publishes none.
func Reasons() []string {
	return []string{"not_real", "prohibited", "counterfeit", "misleading", "offensive", "other"}
}

const (
	// reportsToHold is how many customers take an item off until a person has looked.
	reportsToHold  = 3
	reportTextMost = 500
)

// Report is what a customer says of an item they were shown.
type Report struct {
	PhoneID    id.ID // the business's number in whose chat they saw it
	WaID       string
	RetailerID string
	Reason     string // one of [Reasons]
	Text       string
}

// Report stores a report and has the item looked at again: a customer's second one of the same item changes nothing. Neither
// side learns of the other: the customer not what came of it, the business not who it was.
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
	added, err := tx.Exec(ctx, `INSERT INTO item_report (item_id, wa_id, reason, text, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
		i.ID, p.WaID, p.Reason, p.Text, tx.Now())
	if err != nil || added == 0 || i.Review.Status == catalog.NoReview || i.Review.Status == catalog.Rejected {
		return err
	}
	var reports int
	if err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM item_report WHERE item_id = $1`, i.ID).Scan(&reports); err != nil {
		return fmt.Errorf("policy: reports: %w", err)
	}
	v := r.rules.Evaluate(i)
	if v.Status == catalog.Approved {
		if reports < reportsToHold {
			return nil
		}
		v = catalog.Verdict{
			Status: catalog.Pending, PolicyID: "misleading", Reviewer: "reports", Evidence: fmt.Sprintf("reports: %d, the latest %s", reports, p.Reason),
			Reason: "Several customers reported this item; a person looks at it.",
		}
	}
	tx.AfterCommit(func() { r.live.Publish(catalog.Topic(i.CatalogID), nil) })
	return r.settleTx(ctx, tx, i, v)
}
