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
		cat, err := CatalogTx(ctx, tx, c, catalog)
		if err != nil {
			return err
		}
		if kept, ok := s.tallies.get(catalog, tx.Now()); ok {
			t = kept
			return nil
		}
		watch := clock.Stopwatch()
		t, err = tallyTx(ctx, tx, cat)
		took = watch()
		return err
	})
	if err == nil && took > tallySlow {
		s.tallies.put(catalog, t)
	}
	return t, err
}

// tallyTx counts all items along a narrow index, and those that stand out along theirs: see standout.go.
func tallyTx(ctx context.Context, tx *db.Tx, cat Catalog) (Tally, error) {
	t := Tally{Review: map[string]int{}, At: tx.Now()}
	uploading, err := unseen(ctx, tx)
	if err != nil {
		return Tally{}, err
	}
	from := `item_row i` // what everybody sees is all there is
	if uploading {
		from = `item i`
	}
	count := func(to *int, where string) error {
		err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM (SELECT i.id FROM `+from+` WHERE i.catalog_id = $1`+where+allOfThem+`) AS part`, cat.ID).Scan(to)
		if err != nil {
			return fmt.Errorf("catalog: tally: %w", err)
		}
		return nil
	}
	for _, c := range []struct {
		to    *int
		where string
	}{
		{&t.Items, ""}, {&t.Hidden, ` AND ` + hidden}, {&t.Gone, ` AND ` + away + ` AND i.availability IN ('out of stock', 'discontinued', 'mark_as_sold')`},
	} {
		if err := count(c.to, c.where); err != nil {
			return Tally{}, err
		}
	}
	rest := t.Items
	if !cat.Reviewed {
		t.Review[NoReview] = rest
		return t, nil
	}
	for _, state := range []string{Held, Rejected, Pending, Outdated} {
		n := 0
		if err := count(&n, ` AND `+reviewIs(state)); err != nil {
			return Tally{}, err
		}
		t.Review[state] = n
		rest -= n
	}
	if !uploading {
		// The rows do not say that the first review has yet to come by: see item_stored.
		n := 0
		if err := count(&n, ` AND i.review = '' AND i.id > (SELECT s.swept_to FROM review_sweep s WHERE s.catalog_id = i.catalog_id AND NOT s.done)`); err != nil {
			return Tally{}, err
		}
		t.Review[Pending] += n
		rest -= n
	}
	t.Review[Approved] = rest
	return t, nil
}
