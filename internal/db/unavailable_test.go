package db_test

import (
	"context"
	"errors"
	"testing"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
)

// A caller that goes away says nothing of the server.
func TestACallerThatGoesAwayIsNoServerThatIsAway(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		nothing := func(context.Context, *db.Tx) error { return nil }
		during := func(end context.CancelFunc) func(context.Context, *db.Tx) error {
			return func(ctx context.Context, tx *db.Tx) error {
				end()
				var one int
				return tx.QueryRow(ctx, `SELECT 1`).Scan(&one)
			}
		}
		for name, run := range map[string]func() error{
			"Update before": func() error { return d.Update(gone, nothing) },
			"View before":   func() error { return d.View(gone, during(func() {})) },
			"Read before":   func() error { return d.Read(gone, during(func() {})) },
			"Update within": func() error {
				ctx, end := context.WithCancel(t.Context())
				return d.Update(ctx, during(end))
			},
			"Read within": func() error {
				ctx, end := context.WithCancel(t.Context())
				return d.Read(ctx, during(end))
			},
		} {
			if err := run(); errors.Is(err, db.ErrAway) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}
