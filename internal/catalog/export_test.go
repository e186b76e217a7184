package catalog

import (
	"context"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// Few items are few here, so that small shops are searched and looked through as large ones are.
func init() { fewMost, windowLeast, hitsLeast = 3, 2, 2 }

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
		p.lines, err = readLines(0, ItemsBatch, []Request{{Method: "CREATE", Data: map[string]any{
			"id": "half", "title": "t", "description": "d", "availability": "in stock", "condition": "new", "brand": "b",
			"price": "1 VND", "link": "https://shop.example", "image_link": "https://shop.example/1.png",
		}}})
		if err != nil {
			return err
		}
		if err := s.applyPartTx(ctx, tx, handle, p); err != nil {
			return err
		}
		return failure
	})
}

// KeepDiagnostics has every catalog count as one that takes long to look through.
func (s *Service) KeepDiagnostics() { s.findings.slow = 0 }

// IndexPart is a part of what is to be indexed, read and not yet written.
type IndexPart = indexWork

// ReadIndexPart reads at most so many items that are to be indexed.
func (s *Service) ReadIndexPart(ctx context.Context, catalog id.ID, most int) (IndexPart, error) {
	return s.indexWork(ctx, catalog, most)
}

// WriteIndexPart writes what [Service.ReadIndexPart] read.
func (s *Service) WriteIndexPart(ctx context.Context, catalog id.ID, p IndexPart) error {
	return s.writeIndex(ctx, catalog, p)
}

// IndexedTx lists items of a catalog that are in the index.
func IndexedTx(ctx context.Context, tx *db.Tx, catalog id.ID) ([]id.ID, error) {
	return indexedTx(ctx, tx, catalog, 100_000)
}

// Stretches writes ids and reads them again, so many at a time.
func Stretches(items []id.ID, most int) (all []id.ID, err error) {
	for rest := stretches(items); rest != ""; {
		var part []id.ID
		if part, rest, err = readStretches(rest, most); err != nil {
			return nil, err
		}
		all = append(all, part...)
	}
	return all, nil
}

// StoredSQL is the statement that finds the stored rows that stand out by a review state or an error.
func StoredSQL(review, kind, priority string) string {
	if review != "" {
		return storedSQL([]string{reviewIs(review)})
	}
	return storedSQL([]string{errorsWhere(kind, priority, 2)})
}

// PageSQL is the statement that reads a page.
func PageSQL(ctx context.Context, tx *db.Tx, catalog id.ID, q Query) (string, []any, error) {
	s, err := q.selection(ctx, tx, catalog)
	if err != nil {
		return "", nil, err
	}
	columns, _ := s.columns()
	back, from := q.Before != 0, max(q.After, q.Before)
	if s.search != nil {
		query, args := s.byIDSQL(columns, []id.ID{from})
		return query, args, nil
	}
	query, args := s.chunkSQL(columns, from, 0, q.Limit, back)
	return query, args, nil
}

// ProductTypeOf reads one field of stored ones.
var ProductTypeOf = productTypeOf

// ProductTypeIn does so of bytes, twice.
func ProductTypeIn(stored []byte) ([]byte, error) {
	t := productTypes{}
	if _, err := t.in(stored); err != nil {
		return nil, err
	}
	return t.in(stored)
}
