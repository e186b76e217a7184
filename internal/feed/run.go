package feed

import (
	"context"
	"errors"
	"fmt"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
)

// importTries is how often an import that fails for reasons of ours is begun again: it goes on behind the
// rows that are committed.
const importTries = 8

// Import takes in the file of an upload. An import goes on where a killed one stopped; in the end the upload
// has ended, whatever happened.
func (s *Service) Import(ctx context.Context, a ImportUpload) error {
	var up Upload
	var f Feed
	var rules []Rule
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if up, err = uploadTx(ctx, tx, a.UploadID); err != nil || up.State == StateEnded {
			return err
		}
		if f, err = feedTx(ctx, tx, up.FeedID); err != nil {
			return err
		}
		if rules, err = rulesTx(ctx, tx, up.FeedID); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `UPDATE feed_upload SET state = 'running', tries = tries + 1 WHERE id = $1`, up.ID)
		return err
	})
	switch {
	case errors.Is(err, db.ErrNoRows):
		return nil // the feed or its catalog was deleted
	case err != nil:
		return fmt.Errorf("feed: upload %s: %w", a.UploadID, err)
	case up.State == StateEnded:
		return s.letGo(ctx, up.ID) // a kill may have come in between
	}
	err = s.importUpload(ctx, up, f, rules)
	if ctx.Err() != nil {
		return ctx.Err() // the program is ending: next time
	}
	var p Problem
	switch {
	case err == nil:
		return s.finish(ctx, up.ID)
	case fileFault(err, &p):
	case up.tries+1 >= importTries:
		s.log.Error("an upload was given up", "upload", up.ID.String(), "error", err)
		p = Problem{Type: TypeInternal, Summary: "The file could not be taken in to its end.", Description: "This is a fault of the server, told in its log; the upload was stopped. Upload the file again."}
	default:
		return fmt.Errorf("feed: upload %s: %w", up.ID, err)
	}
	return s.fail(ctx, up.ID, p)
}

// fileFault makes a problem of an error that is the file's own fault, so that trying again cannot help.
func fileFault(err error, p *Problem) bool {
	if errors.As(err, p) {
		return true
	}
	f, ok := fault.As(err)
	if ok {
		*p = Problem{Type: TypeFile, Field: f.Field, Summary: f.Detail}
	}
	return ok
}

// Error makes a problem with the whole file an error of the import: it ends the upload.
func (p Problem) Error() string { return p.Summary }

// finish ends an upload whose file was taken in.
func (s *Service) finish(ctx context.Context, upload id.ID) error {
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		return endTx(ctx, tx, upload)
	})
	if err != nil {
		return fmt.Errorf("feed: upload %s: %w", upload, err)
	}
	return s.letGo(ctx, upload)
}

// fail ends an upload whose file could not be taken in to its end, and says why.
func (s *Service) fail(ctx context.Context, upload id.ID, p Problem) error {
	p.Fatal = true
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := tx.Exec(ctx, `UPDATE feed_upload SET failed = TRUE, errors = errors + 1 WHERE id = $1 AND state <> 'ended'`, upload)
		if err != nil || n == 0 {
			return err
		}
		if err := recordProblemsTx(ctx, tx, upload, []Problem{p}); err != nil {
			return err
		}
		return endTx(ctx, tx, upload)
	})
	if err != nil {
		return fmt.Errorf("feed: upload %s: %w", upload, err)
	}
	return s.letGo(ctx, upload)
}

// endTx ends an upload. An upload by schedule that went well lets the next fetch ask for changes only.
func endTx(ctx context.Context, tx *db.Tx, upload id.ID) error {
	_, err := tx.Exec(ctx, `UPDATE feed_schedule SET etag = u.etag, last_modified = u.last_modified, settled_upload = u.id
		FROM feed_upload u WHERE u.id = $1 AND u.state <> 'ended' AND NOT u.failed AND feed_schedule.id = u.schedule_id`, upload)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE feed_upload SET state = 'ended', ended_at = $2, password = '' WHERE id = $1 AND state <> 'ended'`, upload, tx.Now())
	return err
}

// letGo removes the file of an upload that has ended, unless something else names it.
func (s *Service) letGo(ctx context.Context, upload id.ID) error {
	var hash string
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		err := tx.QueryRow(ctx, `SELECT file_hash FROM feed_upload WHERE id = $1 AND state = 'ended'`, upload).Scan(&hash)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `UPDATE feed_upload SET file_hash = '' WHERE id = $1`, upload)
		return err
	})
	if errors.Is(err, db.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("feed: upload %s: %w", upload, err)
	}
	return s.remove(ctx, hash)
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
			return tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM feed_upload WHERE file_hash = $1) OR EXISTS (SELECT 1 FROM feed_upload WHERE report_hash = $1)
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
