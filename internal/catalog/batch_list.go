package catalog

import (
	"context"
	"fmt"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// BatchLine is a batch in a list: how far it is, and how many of its parts are applied.
type BatchLine struct {
	Handle, Status string
	Sets           bool // of sets, not of items
	Parts, Applied int
	CreatedAt      time.Time
	FinishedAt     time.Time // zero: not yet
}

// BatchesTx lists the batches of a catalog, the newest first.
func BatchesTx(ctx context.Context, tx *db.Tx, c access.Caller, catalog id.ID, limit int) (list []BatchLine, err error) {
	if _, err := CatalogTx(ctx, tx, c, catalog); err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, `SELECT b.handle, b.status, b.kind = 'sets', b.chunks, (SELECT COUNT(*) FROM catalog_batch_chunk p WHERE p.handle = b.handle AND p.applied), b.created_at, b.finished_at
		FROM catalog_batch b WHERE b.catalog_id = $1 ORDER BY b.created_at DESC, b.handle LIMIT $2`, catalog, limit)
	if err != nil {
		return nil, fmt.Errorf("catalog: batches: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var b BatchLine
		if err := rows.Scan(&b.Handle, &b.Status, &b.Sets, &b.Parts, &b.Applied, &b.CreatedAt, &b.FinishedAt); err != nil {
			return nil, fmt.Errorf("catalog: batches: %w", err)
		}
		list = append(list, b)
	}
	return list, rows.Err()
}
