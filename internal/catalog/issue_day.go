package catalog

import (
	"context"
	"fmt"
	"slices"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// IssueDay is how many findings a catalog's items had on a day: an item with two counts twice.
type IssueDay struct {
	Day                  int64 // since 1970, in UTC
	MustFix, Opportunity int64
}

// issueDays is how many days are kept and told.
const issueDays = 90

// IssueDays are the days on which a catalog's diagnostics were looked at, the oldest first. found is what they are now: it counts for
// today, whatever was found before.
func (s *Service) IssueDays(ctx context.Context, c access.Caller, catalog id.ID, found []Diagnostic) (list []IssueDay, err error) {
	var today IssueDay
	for _, d := range found {
		if d.Severity == MustFix {
			today.MustFix += int64(d.Items)
		} else {
			today.Opportunity += int64(d.Items)
		}
	}
	known := false
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := CatalogTx(ctx, tx, c, catalog); err != nil {
			return err
		}
		today.Day = tx.Now().Unix() / (24 * 60 * 60)
		list, err = issueDaysTx(ctx, tx, catalog, today.Day)
		known = slices.Contains(list, today)
		return err
	})
	if err != nil || known {
		return list, err
	}
	// Looking at a page again writes nothing; only another count does.
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := CatalogTx(ctx, tx, c, catalog); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO issue_day (catalog_id, day, must_fix, opportunity) VALUES ($1, $2, $3, $4)
			ON CONFLICT (catalog_id, day) DO UPDATE SET must_fix = excluded.must_fix, opportunity = excluded.opportunity`,
			catalog, today.Day, today.MustFix, today.Opportunity); err != nil {
			return fmt.Errorf("catalog: days of issues: %w", err)
		}
		if _, err := tx.Exec(ctx, `DELETE FROM issue_day WHERE catalog_id = $1 AND day <= $2`, catalog, today.Day-issueDays); err != nil {
			return fmt.Errorf("catalog: days of issues: %w", err)
		}
		list, err = issueDaysTx(ctx, tx, catalog, today.Day)
		return err
	})
	return list, err
}

func issueDaysTx(ctx context.Context, tx *db.Tx, catalog id.ID, today int64) (list []IssueDay, err error) {
	rows, err := tx.Query(ctx, `SELECT day, must_fix, opportunity FROM issue_day WHERE catalog_id = $1 AND day > $2 AND day <= $3 ORDER BY day`, catalog, today-issueDays, today)
	if err != nil {
		return nil, fmt.Errorf("catalog: days of issues: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var d IssueDay
		if err := rows.Scan(&d.Day, &d.MustFix, &d.Opportunity); err != nil {
			return nil, fmt.Errorf("catalog: days of issues: %w", err)
		}
		list = append(list, d)
	}
	return list, rows.Err()
}
