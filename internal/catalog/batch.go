package catalog

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/job"
	"github.com/hawkerhq/hawker/internal/once"
)

// Bounds of a batch.
const (
	BatchMost  = 5000                // requests of one call
	BatchBytes = 28 << 20            // bytes of one call
	chunkSize  = 500                 // requests applied in one transaction: short enough for a send to slip in between
	batchKept  = 30 * 24 * time.Hour // how long a finished batch can be asked about
)

// LineProblem is one line of a batch that went wrong, or was taken with a warning.
type LineProblem struct {
	Line    int    `json:"line"` // index in requests, from 0
	ID      string `json:"id"`   // SKU
	Message string `json:"message"`
	Warning bool   `json:"warning,omitempty"`
}

// BatchStatus is how far a batch is.
type BatchStatus struct {
	Handle   string
	Status   string // scheduled, dispatched, started, finished, error
	Problems []LineProblem
}

// ApplyBatch works off a batch that was stored.
type ApplyBatch struct {
	Handle string `json:"handle"`
}

// Kind implements job.Args.
func (ApplyBatch) Kind() string { return "catalog.apply_batch" }

// Submitted is a batch that was taken: its handle, "" where every line is wrong, and what is to say of its lines.
type Submitted struct {
	Handle     string
	Validation []Validation
}

// SubmitBatch checks the requests, stores them and returns a handle: from then on they will be applied,
// in order, whatever happens. When every one of them is wrong nothing is stored and there is no handle.
func (s *Service) SubmitBatch(ctx context.Context, c access.Caller, catalog id.ID, kind BatchKind, requests []Request, upsert bool) (Submitted, error) {
	if err := c.Require(access.CatalogManagement); err != nil {
		return Submitted{}, err
	}
	if len(requests) == 0 {
		return Submitted{}, ErrParam.With("requests", `requests is empty; it is a list of {"method":"CREATE","data":{…}}`)
	}
	if len(requests) > BatchMost {
		return Submitted{}, ErrParam.Withf("requests", "requests has %d entries, at most %d are allowed in one call; split them", len(requests), BatchMost)
	}
	wrong, out := 0, Submitted{}
	lines, err := readLines(0, kind, requests)
	if err != nil {
		return Submitted{}, fmt.Errorf("catalog: reading a batch: %w", err)
	}
	for _, l := range lines {
		val := l.said
		if len(val.Errors) > 0 {
			wrong++
		}
		if len(val.Errors)+len(val.Warnings) > 0 {
			out.Validation = append(out.Validation, val)
		}
	}
	parts, err := chunks(requests)
	if err != nil {
		return Submitted{}, err
	}
	out.Handle = "A" + rand.Text() + rand.Text() + rand.Text()
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		cat, err := ownedTx(ctx, tx, c, catalog)
		if err != nil || wrong == len(requests) {
			return err
		}
		if err := storeBatch(ctx, tx, catalog, kind, out.Handle, parts, upsert); err != nil {
			return err
		}
		return once.KeepTx(ctx, tx, cat.BusinessID, out)
	})
	if err != nil {
		return Submitted{}, err
	}
	if wrong == len(requests) {
		out.Handle = ""
	} else {
		s.recent.put(out.Handle, lines)
	}
	return out, nil
}

// chunks are the requests in parts of chunkSize, each a JSON list.
func chunks(requests []Request) ([]string, error) {
	var parts []string
	for first := 0; first < len(requests); first += chunkSize {
		var b bytes.Buffer
		for n, r := range requests[first:min(first+chunkSize, len(requests))] {
			line, err := r.bytes()
			if err != nil {
				return nil, err
			}
			b.WriteByte("[,"[min(n, 1)])
			b.Write(line)
		}
		b.WriteByte(']')
		parts = append(parts, b.String())
	}
	return parts, nil
}

func storeBatch(ctx context.Context, tx *db.Tx, catalog id.ID, kind BatchKind, handle string, parts []string, upsert bool) error {
	if err := dropOldBatchesTx(ctx, tx, catalog); err != nil {
		return err
	}
	rows := make([][]any, len(parts))
	for n, part := range parts {
		rows[n] = []any{handle, n, n * chunkSize, part}
	}
	_, err := tx.Exec(ctx, `INSERT INTO catalog_batch (handle, catalog_id, kind, upsert, status, chunks, created_at) VALUES ($1, $2, $3, $4, 'scheduled', $5, $6)`,
		handle, catalog, kind, upsert, len(rows), tx.Now())
	if err != nil {
		return fmt.Errorf("catalog: %w", err)
	}
	if _, err := tx.ExecMany(ctx, `INSERT INTO catalog_batch_chunk (handle, n, first_line, requests) VALUES ($1, $2, $3, $4)`, rows); err != nil {
		return fmt.Errorf("catalog: %w", err)
	}
	return job.EnqueueTx(ctx, tx, ApplyBatch{Handle: handle}, job.Key("catalog:"+catalog.String()))
}

// dropOldBatchesTx forgets the batches of a catalog that were finished long ago.
func dropOldBatchesTx(ctx context.Context, tx *db.Tx, catalog id.ID) error {
	old := tx.Now().Add(-batchKept)
	for _, statement := range []string{
		`DELETE FROM catalog_batch_chunk WHERE handle IN (SELECT handle FROM catalog_batch WHERE catalog_id = $1 AND finished_at > 0 AND finished_at < $2)`,
		`DELETE FROM catalog_batch WHERE catalog_id = $1 AND finished_at > 0 AND finished_at < $2`,
	} {
		if _, err := tx.Exec(ctx, statement, catalog, old); err != nil {
			return fmt.Errorf("catalog: old batches: %w", err)
		}
	}
	return nil
}

// BatchStatus tells how far a batch of a catalog's items is.
func (s *Service) BatchStatus(ctx context.Context, c access.Caller, catalog id.ID, handle string) (BatchStatus, error) {
	return s.batchStatus(ctx, c, catalog, handle, false)
}

func (s *Service) batchStatus(ctx context.Context, c access.Caller, catalog id.ID, handle string, sets bool) (BatchStatus, error) {
	b := BatchStatus{Handle: handle}
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := CatalogTx(ctx, tx, c, catalog); err != nil {
			return err
		}
		err := db.ErrNoRows
		if storable(handle) {
			err = tx.QueryRow(ctx, `SELECT status FROM catalog_batch WHERE handle = $1 AND catalog_id = $2 AND (kind = 'sets') = $3`, handle, catalog, sets).Scan(&b.Status)
		}
		if errors.Is(err, db.ErrNoRows) {
			return ErrHandle.Withf("handle", "%s is no handle of a batch of catalog %s; handles are kept for %d days after the batch is finished",
				show(handle), catalog, batchKept/(24*time.Hour))
		}
		if err != nil {
			return err
		}
		b.Problems, err = problemsTx(ctx, tx, handle)
		return err
	})
	return b, err
}

func problemsTx(ctx context.Context, tx *db.Tx, handle string) ([]LineProblem, error) {
	rows, err := tx.Query(ctx, `SELECT problems FROM catalog_batch_chunk WHERE handle = $1 AND problems <> '' ORDER BY n`, handle)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []LineProblem
	for rows.Next() {
		var text string
		var part []LineProblem
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(text), &part); err != nil {
			return nil, fmt.Errorf("catalog: problems of %s: %w", handle, err)
		}
		all = append(all, part...)
	}
	return all, rows.Err()
}
