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
	gone, err := t.gone(ctx)
	switch {
	case err != nil || len(gone) == 0:
		return err
	case t.file.unreadable > 0:
		return refusal{Problem{
			Type: TypeDeletion, Field: "id", Summary: "Rows of the file cannot be read, so nobody knows which items they hold; none was deleted.",
			Description: fmt.Sprintf("Mend the %d rows and upload the file again.", t.file.unreadable),
		}}
	case LooksBroken(int64(len(gone)), size):
		return refusal{Problem{
			Type: TypeDeletion, Field: "id",
			Summary:     fmt.Sprintf("The file leaves out %d of %d items of the feed, more than %d %%; none of them was deleted.", len(gone), size, deletionMost),
			Description: "If the file is right, delete the items by items_batch or upload in smaller steps; if it is a broken export, mend it.",
		}}
	}
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

// gone lists the feed's items that the file does not hold.
func (t *taking) gone(ctx context.Context) (gone []id.ID, err error) {
	for after := id.ID(0); ; {
		var page []catalog.FeedItem
		err := t.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			page, err = catalog.FeedItemsTx(ctx, tx, t.feed.CatalogID, t.feed.ID, after, sweepPage)
			return err
		})
		if err != nil || len(page) == 0 {
			return gone, err
		}
		for _, i := range page {
			if !t.file.has(i.RetailerID) {
				gone = append(gone, i.ID)
			}
		}
		after = page[len(page)-1].ID
	}
}
