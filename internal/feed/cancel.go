package feed

import (
	"context"
	"fmt"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// Cancel asks that an upload stops. It ends as failed, and nothing of it counts; one that has ended stays as it is.
func (s *Service) Cancel(ctx context.Context, c access.Caller, upload id.ID) error {
	if err := c.Require(access.CatalogManagement); err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		up, err := UploadTx(ctx, tx, c, upload)
		if err != nil {
			return err
		}
		if _, err := changeTx(ctx, tx, c, up.FeedID); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE feed_upload SET cancelled = TRUE WHERE id = $1 AND state NOT IN ('ended', 'undoing')`, upload); err != nil {
			return fmt.Errorf("feed: cancel: %w", err)
		}
		if up.State == StateFetching {
			return enqueueFetchTx(ctx, tx, up.FeedID, upload, tx.Now()) // which may wait for its next attempt
		}
		return nil
	})
}

// errCancelled ends an upload that somebody stopped.
var errCancelled = Problem{Type: TypeCancelled, Summary: "The upload was cancelled.", Description: "Nothing of it counts: the catalog is as it was before. Upload the file again when it is right."}

// goesOnTx is [errCancelled] where somebody asked that an upload stops.
func goesOnTx(ctx context.Context, tx *db.Tx, upload id.ID) error {
	var cancelled bool
	err := tx.QueryRow(ctx, `SELECT cancelled FROM feed_upload WHERE id = $1`, upload).Scan(&cancelled)
	if err == nil && cancelled {
		return errCancelled
	}
	return err
}
