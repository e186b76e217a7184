package feed

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/job"
)

// Files go when no row names them any more: those of uploads at their end, reports and refused rows after [reportKept], and all of a
// feed with the feed. The transaction that lets a file go leaves a job that removes it, so that a kill leaves none behind.

// DropFiles removes files, unless something names them.
type DropFiles struct {
	Hashes []string `json:"hashes"`
}

// Kind implements job.Args.
func (DropFiles) Kind() string { return "feed.drop_files" }

// DropFiles removes files that were let go.
func (s *Service) DropFiles(ctx context.Context, a DropFiles) error {
	return s.remove(ctx, a.Hashes...)
}

// dropFilesMost is how many files one job removes.
const dropFilesMost = 500

// dropTx has files removed that this transaction lets go.
func dropTx(ctx context.Context, tx *db.Tx, hashes ...string) error {
	hashes = slices.DeleteFunc(hashes, func(hash string) bool { return hash == "" })
	for part := range slices.Chunk(hashes, dropFilesMost) {
		if err := job.EnqueueTx(ctx, tx, DropFiles{Hashes: part}); err != nil {
			return err
		}
	}
	return nil
}

// dropFilesTx has the files of feeds removed that are deleted in this transaction.
func dropFilesTx(ctx context.Context, tx *db.Tx, feeds string, arg any) error {
	hashes, err := textsTx(ctx, tx, `SELECT file_hash FROM feed_upload WHERE file_hash <> '' AND feed_id IN `+feeds+`
		UNION SELECT report_hash FROM feed_upload WHERE report_hash <> '' AND feed_id IN `+feeds+`
		UNION SELECT refused_hash FROM feed_upload WHERE refused_hash <> '' AND feed_id IN `+feeds, arg)
	if err != nil {
		return fmt.Errorf("feed: deleting: %w", err)
	}
	return dropTx(ctx, tx, hashes...)
}

// DropOld removes reports and refused rows that are too old to be read.
type DropOld struct{}

// Kind implements job.Args.
func (DropOld) Kind() string { return "feed.drop_old" }

// dropLaterTx has the report or the refused rows of an upload removed when they are too old. One job goes over all of them, from
// the oldest one to the next.
func dropLaterTx(ctx context.Context, tx *db.Tx, started time.Time) error {
	return job.EnqueueTx(ctx, tx, DropOld{}, job.DueAt(started.Add(reportKept)), job.Unique())
}

// DropOld removes reports and refused rows that are too old to be read, and comes again for the others.
func (s *Service) DropOld(ctx context.Context, _ DropOld) error {
	for done := false; !done; {
		err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			done, err = dropOldTx(ctx, tx)
			return err
		})
		if err != nil {
			return fmt.Errorf("feed: old reports: %w", err)
		}
	}
	return nil
}

// oldRows is how many uploads forget their old files in one transaction.
const oldRows = 100

func dropOldTx(ctx context.Context, tx *db.Tx) (done bool, err error) {
	before := tx.Now().Add(-reportKept)
	var old []string
	for column, set := range map[string]string{"report_hash": `report_hash = ''`, "refused_hash": `refused_hash = '', refused_rows = 0`} {
		some := ` WHERE id IN (SELECT id FROM feed_upload WHERE ` + column + ` <> '' AND started_at <= $1 ORDER BY id LIMIT $2)`
		found, err := textsTx(ctx, tx, `SELECT `+column+` FROM feed_upload`+some, before, oldRows)
		if err != nil {
			return false, err
		}
		if _, err := tx.Exec(ctx, `UPDATE feed_upload SET `+set+some, before, oldRows); err != nil {
			return false, err
		}
		old = append(old, found...)
	}
	if len(old) > 0 {
		return false, dropTx(ctx, tx, old...)
	}
	var next time.Time
	err = tx.QueryRow(ctx, `SELECT started_at FROM feed_upload WHERE report_hash <> '' OR refused_hash <> '' ORDER BY started_at LIMIT 1`).Scan(&next)
	if errors.Is(err, db.ErrNoRows) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	return true, dropLaterTx(ctx, tx, next)
}

// remove removes files that no row names.
func (s *Service) remove(ctx context.Context, hashes ...string) error {
	s.keeping.Lock()
	defer s.keeping.Unlock()
	for _, hash := range hashes {
		if hash == "" {
			continue
		}
		var used bool
		err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
			return tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM feed_upload WHERE file_hash = $1) OR EXISTS (SELECT 1 FROM feed_upload WHERE report_hash = $1) OR EXISTS (SELECT 1 FROM feed_upload WHERE refused_hash = $1)
				OR EXISTS (SELECT 1 FROM upload_session WHERE file_hash = $1) OR EXISTS (SELECT 1 FROM upload_part WHERE file_hash = $1)`, hash).Scan(&used)
		})
		if err == nil && !used {
			err = s.files.Remove(hash)
		}
		if err != nil {
			return fmt.Errorf("feed: removing a file: %w", err)
		}
	}
	return nil
}
