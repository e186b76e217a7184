package db_test

import (
	"context"
	"errors"
	"testing"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
)

// TestWhatIsSubmittedRunsInOrder: the next part may be handed over before the last one has ended; it runs behind it, sees
// what it wrote, and is told when it failed only by what is not there.
func TestWhatIsSubmittedRunsInOrder(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		broken := errors.New("broken")
		part := func(needs, makes string, fails error) *db.Submitted {
			return d.Submit(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				if needs != "" {
					var v string
					if err := tx.QueryRow(ctx, `SELECT value FROM setting WHERE name = $1`, needs).Scan(&v); err != nil {
						return err
					}
				}
				return errors.Join(put(ctx, tx, makes, "x"), fails)
			})
		}
		first, second, third, fourth := part("", "a", nil), part("a", "b", nil), part("b", "c", broken), part("c", "d", nil)
		if err := errors.Join(first.Wait(), second.Wait()); err != nil {
			t.Error(err)
		}
		if err := third.Wait(); !errors.Is(err, broken) {
			t.Errorf("the part that fails: %v", err)
		}
		if err := fourth.Wait(); !errors.Is(err, db.ErrNoRows) {
			t.Errorf("the part behind it saw what was undone: %v", err)
		}
		for _, k := range []string{"c", "d"} {
			if _, err := get(t, d, k); !errors.Is(err, db.ErrNoRows) {
				t.Errorf("%s: %v", k, err)
			}
		}
	})
}

func TestNothingIsSubmittedFromWithinATransaction(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Update(t.Context(), func(ctx context.Context, _ *db.Tx) error {
			return d.Submit(ctx, func(context.Context, *db.Tx) error { return nil }).Wait()
		})
		if !errors.Is(err, db.ErrNested) {
			t.Errorf("%v", err)
		}
	})
}
