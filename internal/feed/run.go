package feed

import (
	"context"
	"errors"
	"fmt"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/crash"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
)

// importTries is how often an import that fails for reasons of ours is begun again: it goes on behind the
// rows that are committed.
const importTries = 8

// Import takes in the file of an upload. What it writes is seen when all of it is written, and not at all where the file
// breaks off. An import goes on where a killed one stopped; in the end the upload has ended, whatever happened.
func (s *Service) Import(ctx context.Context, a ImportUpload) error {
	var up Upload
	var f Feed
	var rules []Rule
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if up, err = uploadTx(ctx, tx, a.UploadID); err != nil || up.State == StateEnded || up.State == StateUndoing {
			return err
		}
		if f, err = feedTx(ctx, tx, up.FeedID); err != nil {
			return err
		}
		if rules, err = rulesTx(ctx, tx, up.FeedID); err != nil {
			return err
		}
		if err := catalog.HideTx(ctx, tx, f.CatalogID, up.ID); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `UPDATE feed_upload SET state = 'running', tries = tries + 1 WHERE id = $1`, up.ID)
		return err
	})
	switch {
	case errors.Is(err, db.ErrNoRows):
		return s.undo(ctx, a.UploadID) // the feed or its catalog was deleted
	case err != nil:
		return fmt.Errorf("feed: upload %s: %w", a.UploadID, err)
	case up.State == StateUndoing:
		return s.undone(ctx, up)
	case up.State == StateEnded:
		return s.letGo(ctx, up) // a kill may have come in between
	}
	if err := s.forget(ctx, up.CatalogID); err != nil {
		return err
	}
	t, err := s.importUpload(ctx, up, f, rules)
	if ctx.Err() != nil {
		return ctx.Err() // the program is ending: next time
	}
	if err == nil {
		err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error { return goesOnTx(ctx, tx, up.ID) })
	}
	var refused refusal
	var p Problem
	switch {
	case err == nil:
		return s.end(ctx, up, t.strangers(), nil)
	case errors.As(err, &refused):
		return s.end(ctx, up, t.strangers(), &refused.Problem)
	case fileFault(err, &p):
	case up.tries+1 >= importTries:
		s.log.Error("an upload was given up", "upload", up.ID.String(), "error", err)
		p = Problem{Type: TypeInternal, Summary: "The file could not be taken in to its end.", Description: "This is a fault of the server, told in its log; the upload was stopped. Upload the file again."}
	default:
		return fmt.Errorf("feed: upload %s: %w", up.ID, err)
	}
	return s.fail(ctx, up, p)
}

// refusal is something that an upload does not do, although its rows count.
type refusal struct{ Problem }

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

// end ends an upload whose file was taken in: from now on everybody sees it. failure is what it did not do, if anything.
func (s *Service) end(ctx context.Context, up Upload, warnings []Problem, failure *Problem) error {
	if err := s.keepRefused(ctx, up); err != nil {
		return fmt.Errorf("feed: the refused rows of upload %s: %w", up.ID, err)
	}
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := goesOnTx(ctx, tx, up.ID); err != nil {
			return err // the job begins again, and takes it back
		}
		problems := warnings
		if failure != nil {
			p := *failure
			p.Fatal = true
			problems = append(problems[:len(problems):len(problems)], p)
		}
		n, err := tx.Exec(ctx, `UPDATE feed_upload SET failed = $2, errors = errors + $3, warnings = warnings + $4 WHERE id = $1 AND state <> 'ended'`,
			up.ID, failure != nil, len(problems)-len(warnings), len(warnings))
		if err != nil || n == 0 {
			return err
		}
		if err := recordProblemsTx(ctx, tx, up.ID, problems); err != nil {
			return err
		}
		if err := s.catalogs.ShowTx(ctx, tx, up.CatalogID, up.ID); err != nil {
			return err
		}
		err = endTx(ctx, tx, up.ID)
		crash.At(crash.FeedApply)
		return err
	})
	if err != nil {
		return fmt.Errorf("feed: upload %s: %w", up.ID, err)
	}
	crash.At(crash.FeedFinish)
	return s.letGo(ctx, up)
}

// fail gives an upload up whose file cannot be taken in to its end, and says why: nothing of it counts.
func (s *Service) fail(ctx context.Context, up Upload, p Problem) error {
	p.Fatal = true
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := tx.Exec(ctx, `UPDATE feed_upload SET failed = TRUE, state = 'undoing', errors = errors + 1, detected = 0, persisted = 0, invalid = 0, deleted = 0
			WHERE id = $1 AND state NOT IN ('ended', 'undoing')`, up.ID)
		if err != nil || n == 0 {
			return err
		}
		if err := recordProblemsTx(ctx, tx, up.ID, []Problem{p}); err != nil {
			return err
		}
		if _, hidden, err := catalog.UnseenTx(ctx, tx, up.ID); err != nil || hidden {
			return err
		}
		return endTx(ctx, tx, up.ID) // it wrote nothing
	})
	if err != nil {
		return fmt.Errorf("feed: upload %s: %w", up.ID, err)
	}
	return s.undone(ctx, up)
}

// undone takes back what an upload wrote, and ends it.
func (s *Service) undone(ctx context.Context, up Upload) error {
	if err := s.undo(ctx, up.ID); err != nil {
		return err
	}
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return endTx(ctx, tx, up.ID) })
	if err != nil {
		return fmt.Errorf("feed: upload %s: %w", up.ID, err)
	}
	return s.letGo(ctx, up)
}

// undoRows is how many items are put back in one transaction.
const undoRows = 150

// undo takes back what an upload wrote, which nobody has seen, some at a time.
func (s *Service) undo(ctx context.Context, upload id.ID) error {
	for after, done := id.ID(0), false; !done; {
		var next id.ID
		err := s.part(ctx, func(ctx context.Context, tx *db.Tx) error {
			cat, hidden, err := catalog.UnseenTx(ctx, tx, upload)
			if done = err == nil && !hidden; err != nil || done {
				return err
			}
			if next, done, err = catalog.UndoTx(ctx, tx, cat, upload, after, undoRows); err == nil && done {
				err = s.catalogs.ShowTx(ctx, tx, cat, upload)
			}
			return err
		})
		if err != nil {
			return fmt.Errorf("feed: taking back upload %s: %w", upload, err)
		}
		after = next
	}
	return nil
}

// forgetRows is how many items are forgotten in one transaction.
const forgetRows = 200

// forget removes what items of a catalog were before uploads that everybody sees.
func (s *Service) forget(ctx context.Context, cat id.ID) error {
	for {
		var left bool
		err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			left, err = catalog.ToForgetTx(ctx, tx, cat)
			return err
		})
		if err == nil && left {
			err = s.part(ctx, func(ctx context.Context, tx *db.Tx) error { return catalog.ForgetTx(ctx, tx, cat, forgetRows) })
		}
		if err != nil {
			return fmt.Errorf("feed: catalog %s: %w", cat, err)
		}
		if !left {
			return nil
		}
	}
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

// letGo removes what an upload that has ended leaves behind: what items were before it, and its file, unless something else
// names it.
func (s *Service) letGo(ctx context.Context, up Upload) error {
	if err := s.forget(ctx, up.CatalogID); err != nil {
		return err
	}
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		var hash string
		err := tx.QueryRow(ctx, `SELECT file_hash FROM feed_upload WHERE id = $1 AND state = 'ended'`, up.ID).Scan(&hash)
		if err != nil {
			return err
		}
		if _, err = tx.Exec(ctx, `UPDATE feed_upload SET file_hash = '' WHERE id = $1`, up.ID); err != nil {
			return err
		}
		if err := dropTx(ctx, tx, hash); err != nil {
			return err
		}
		return dropLaterTx(ctx, tx, up.StartedAt)
	})
	if errors.Is(err, db.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("feed: upload %s: %w", up.ID, err)
	}
	return nil
}

// part commits a part of the work on an upload, which goes on by itself where it stopped.
func (s *Service) part(ctx context.Context, fn func(ctx context.Context, tx *db.Tx) error) error {
	return s.wrote(s.db.UpdateSoon(ctx, fn))
}

// wrote takes note that a part was written.
func (s *Service) wrote(err error) error {
	if err == nil && s.committed != nil {
		s.committed()
	}
	return err
}
