package catalog_test

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
)

// The last look of each day counts, for ninety days, and goes with its catalog.
func TestIssuesAreCountedOnTheDaysOfALook(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		s := open(t, d, c)
		first := c.Now().Unix() / 86400
		found := func(must, could int) []catalog.Diagnostic {
			return []catalog.Diagnostic{{Severity: catalog.MustFix, Items: must}, {Severity: catalog.Opportunity, Items: could}, {Severity: catalog.Opportunity, Items: 1}}
		}
		look := func(must, could int, want ...catalog.IssueDay) {
			t.Helper()
			got, err := s.svc.IssueDays(t.Context(), owner, s.catalog, found(must, could))
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%v, %v, want %v", got, err, want)
			}
		}
		day := func(n int64, must, could int64) catalog.IssueDay {
			return catalog.IssueDay{Day: first + n, MustFix: must, Opportunity: could + 1}
		}
		look(5, 2, day(0, 5, 2))
		look(4, 2, day(0, 4, 2))
		look(4, 2, day(0, 4, 2))
		c.Advance(48 * time.Hour)
		look(0, 0, day(0, 4, 2), day(2, 0, 0))
		c.Advance(88 * 24 * time.Hour)
		look(1, 1, day(2, 0, 0), day(90, 1, 1))
		if _, err := s.svc.IssueDays(t.Context(), stranger, s.catalog, nil); !errors.Is(err, catalog.ErrUnknown) {
			t.Errorf("a stranger is told: %v", err)
		}
		if err := s.svc.Delete(t.Context(), owner, s.catalog, false); err != nil {
			t.Fatal(err)
		}
		left := 0
		if err := d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			return tx.QueryRow(ctx, `SELECT COUNT(*) FROM issue_day`).Scan(&left)
		}); err != nil || left != 0 {
			t.Errorf("%d days outlive the catalog, %v", left, err)
		}
	})
}
