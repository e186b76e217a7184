package feed

import (
	"context"
	"fmt"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

const (
	// deletionMost is the share of a feed's items, in percent, that one upload deletes at the most.
	deletionMost = 30
	deletionFree = 10   // may always go
	sweepPage    = 5000 // items looked at at once
	sweepRows    = 150  // items deleted in one transaction
)

// goneMost is how many items to delete are known at once.
var goneMost = 100_000

// sweep takes the feed's items away that the file does not hold, when all of it is taken in. Where that is more than
// [deletionMost] percent, which looks like a broken export, none is; and none where rows could not be read.
func (t *taking) sweep(ctx context.Context) error {
	var size, persisted int64
	err := t.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if size, err = catalog.FeedSizeTx(ctx, tx, t.feed.CatalogID, t.feed.ID); err != nil {
			return err
		}
		up, err := uploadTx(ctx, tx, t.up.ID)
		persisted, t.up.RowsDone = up.Persisted, up.RowsDone
		return err
	})
	if err != nil || size == persisted {
		return err // every item of the feed was in the file
	}
	gone, all, err := t.gone(ctx, 0, true)
	switch {
	case err != nil || all == 0:
		return err
	case t.file.unreadable > 0:
		return refusal{Problem{
			Type: TypeDeletion, Field: "id", Summary: "Rows of the file cannot be read, so nobody knows which items they hold; none was deleted.",
			Description: fmt.Sprintf("Mend the %d rows and upload the file again.", t.file.unreadable),
		}}
	case LooksBroken(all, size):
		return refusal{Problem{
			Type: TypeDeletion, Field: "id",
			Summary:     fmt.Sprintf("The file leaves out %d of %d items of the feed, more than %d %%; none of them was deleted.", all, size, deletionMost),
			Description: "If the file is right, delete the items by items_batch or upload in smaller steps; if it is a broken export, mend it.",
		}}
	}
	for len(gone) > 0 {
		if err := t.takeAway(ctx, gone); err != nil {
			return err
		}
		if len(gone) < goneMost {
			return nil
		}
		if gone, _, err = t.gone(ctx, gone[len(gone)-1], false); err != nil {
			return err
		}
	}
	return nil
}

// takeAway deletes items, some at a time.
func (t *taking) takeAway(ctx context.Context, gone []id.ID) error {
	for len(gone) > 0 {
		n := min(len(gone), sweepRows)
		err := t.part(ctx, func(ctx context.Context, tx *db.Tx) error {
			deleted, err := t.catalogs.TakeAwayTx(ctx, tx, t.im, gone[:n])
			if err != nil {
				return err
			}
			return advanceTx(ctx, tx, t.up.ID, Progress{Counters: Counters{Deleted: deleted}})
		})
		if err != nil {
			return fmt.Errorf("feed: upload %s: %w", t.up.ID, err)
		}
		gone = gone[n:]
	}
	return nil
}

// LooksBroken tells whether a file that leaves out so many items of a feed, which has size with those of the file, looks like a
// broken export: none of them is deleted then.
func LooksBroken(gone, size int64) bool { return gone > deletionFree && gone*100 > size*deletionMost }

// gone lists the feed's items behind one that the file does not hold, up to [goneMost] of them, and, if that is asked for, counts
// them all.
func (t *taking) gone(ctx context.Context, after id.ID, count bool) (gone []id.ID, all int64, err error) {
	for {
		var page []catalog.FeedItem
		err := t.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			page, err = catalog.FeedItemsTx(ctx, tx, t.feed.CatalogID, t.feed.ID, after, sweepPage)
			return err
		})
		if err != nil || len(page) == 0 || !count && len(gone) == goneMost {
			return gone, all, err
		}
		for _, i := range page {
			in, err := t.file.has(i.RetailerID)
			if err != nil {
				return nil, 0, err
			}
			if in {
				continue
			}
			if all++; len(gone) < goneMost {
				gone = append(gone, i.ID)
			}
		}
		after = page[len(page)-1].ID
	}
}
