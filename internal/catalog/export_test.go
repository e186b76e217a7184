package catalog

import (
	"context"

	"github.com/hawkerhq/hawker/internal/db"
)

// ChunkSize is how many requests are applied in one transaction.
const ChunkSize = chunkSize

// ApplyNext applies one chunk of a batch.
func (s *Service) ApplyNext(ctx context.Context, handle string) error {
	p, err := s.nextPart(ctx, handle, 0, nil)
	if err != nil {
		return err
	}
	return s.applyPart(ctx, handle, p)
}

// ApplyNextThen writes the second chunk of a batch and fails before the commit.
func (s *Service) ApplyNextThen(ctx context.Context, handle string, failure error) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		p := part{n: 1}
		err := tx.QueryRow(ctx, `SELECT catalog_id FROM catalog_batch WHERE handle = $1`, handle).Scan(&p.catalog)
		if err != nil {
			return err
		}
		p.lines = readLines(0, ItemsBatch, []Request{{Method: "CREATE", Data: map[string]any{
			"id": "half", "title": "t", "description": "d", "availability": "in stock", "condition": "new", "brand": "b",
			"price": "1 VND", "link": "https://shop.example", "image_link": "https://shop.example/1.png",
		}}})
		if err := s.applyPartTx(ctx, tx, handle, p); err != nil {
			return err
		}
		return failure
	})
}

// KeepDiagnostics has every catalog count as one that takes long to look through.
func (s *Service) KeepDiagnostics() { s.findings.slow = 0 }
