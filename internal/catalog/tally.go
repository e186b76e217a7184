package catalog

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// Tally counts a catalog's items by what matters to its owner.
type Tally struct {
	Items int
	// Review counts by state: [NoReview], [Pending], [Held] (which Pending does not count), [Approved], [Rejected], [Outdated].
	Review map[string]int
	Hidden int
	// Gone cannot be ordered now: sold out, discontinued.
	Gone int
	At   time.Time
}

// A tally that took long is good for a minute: it reads the whole catalog.
const (
	tallySlow = 50 * time.Millisecond
	tallyKept = time.Minute
)

type tallies struct {
	mu   sync.Mutex
	kept map[id.ID]Tally
}

func (t *tallies) get(catalog id.ID, now time.Time) (Tally, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	have, ok := t.kept[catalog]
	if ok && now.Sub(have.At).Abs() < tallyKept {
		return have, true
	}
	delete(t.kept, catalog)
	return Tally{}, false
}

func (t *tallies) put(catalog id.ID, have Tally) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.kept == nil {
		t.kept = map[id.ID]Tally{}
	}
	t.kept[catalog] = have
}

// Tally counts the items of a catalog the caller may see. Of a large one it may be up to a minute old.
func (s *Service) Tally(ctx context.Context, c access.Caller, catalog id.ID) (t Tally, err error) {
	var took time.Duration
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := CatalogTx(ctx, tx, c, catalog); err != nil {
			return err
		}
		if kept, ok := s.tallies.get(catalog, tx.Now()); ok {
			t = kept
			return nil
		}
		watch := clock.Stopwatch()
		t, err = tallyTx(ctx, tx, catalog)
		took = watch()
		return err
	})
	if err == nil && took > tallySlow {
		s.tallies.put(catalog, t)
	}
	return t, err
}

func tallyTx(ctx context.Context, tx *db.Tx, catalog id.ID) (Tally, error) {
	t := Tally{Review: map[string]int{}, At: tx.Now()}
	rows, err := tx.Query(ctx, `SELECT i.review, i.held, i.visibility <> 'published', i.availability IN ('out of stock', 'discontinued', 'mark_as_sold'), COUNT(*)
		FROM item i WHERE i.catalog_id = $1 GROUP BY 1, 2, 3, 4`, catalog)
	if err != nil {
		return Tally{}, fmt.Errorf("catalog: tally: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var review string
		var held, hidden, gone bool
		var n int
		if err := rows.Scan(&review, &held, &hidden, &gone, &n); err != nil {
			return Tally{}, fmt.Errorf("catalog: tally: %w", err)
		}
		if review == Pending && held {
			review = Held
		}
		t.Items += n
		t.Review[review] += n
		if hidden {
			t.Hidden += n
		}
		if gone {
			t.Gone += n
		}
	}
	return t, rows.Err()
}
