package feed

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/feedfile"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/job"
)

// States of an error report, as the contract spells them.
const (
	ReportNone     = "NOT_REQUESTED"
	ReportAsked    = "REQUESTED"
	ReportFinished = "WRITE_FINISHED"
	ReportOutdated = "ERROR_REPORT_OUTDATED"
)

// reportKept is how long a report can be read.
const reportKept = 30 * 24 * time.Hour

// reportBytes bounds a report.
const reportBytes = 256 << 20

// WriteReport writes the error report of an upload.
type WriteReport struct {
	UploadID id.ID `json:"upload_id"`
}

// Kind implements job.Args.
func (WriteReport) Kind() string { return "feed.write_report" }

// RequestReport has the error report of an upload written.
func (s *Service) RequestReport(ctx context.Context, c access.Caller, upload id.ID) error {
	if err := c.Require(access.CatalogManagement); err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		up, err := UploadTx(ctx, tx, c, upload)
		if err != nil || up.ReportStatus == ReportAsked {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE feed_upload SET report_status = $2 WHERE id = $1`, upload, ReportAsked); err != nil {
			return err
		}
		return job.EnqueueTx(ctx, tx, WriteReport{UploadID: upload}, job.Key("report:"+upload.String()))
	})
}

// Report writes the error report of an upload as CSV: each problem's rows, a line each.
func (s *Service) Report(ctx context.Context, a WriteReport) error {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		b.Reset()
		list, err := errorsTx(ctx, tx, a.UploadID)
		if err != nil {
			return err
		}
		if err := w.Write([]string{"retailer_id", "row", "severity", "field", "message", "remedy", "value", "total_count", "affected_capabilities", "blocks_capability"}); err != nil {
			return err
		}
		for _, e := range list {
			if err := reportTx(ctx, tx, w, e); err != nil {
				return err
			}
		}
		w.Flush()
		return w.Error()
	})
	if err != nil {
		return fmt.Errorf("feed: report of %s: %w", a.UploadID, err)
	}
	old, err := s.keepReport(ctx, a.UploadID, &b)
	if err == nil {
		err = s.remove(ctx, old)
	}
	if err != nil {
		return fmt.Errorf("feed: report of %s: %w", a.UploadID, err)
	}
	return nil
}

// keepReport stores the report of an upload and tells the file it takes the place of: the one before, or, where the upload was
// deleted meanwhile, the report itself.
func (s *Service) keepReport(ctx context.Context, upload id.ID, text *bytes.Buffer) (old string, err error) {
	s.keeping.RLock()
	defer s.keeping.RUnlock()
	blob, err := s.files.Put(ctx, text, reportBytes)
	if err != nil {
		return "", err
	}
	return old, s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		var started time.Time
		err := tx.QueryRow(ctx, `SELECT report_hash, started_at FROM feed_upload WHERE id = $1`, upload).Scan(&old, &started)
		if errors.Is(err, db.ErrNoRows) {
			old = blob.Hash
			return nil
		}
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE feed_upload SET report_status = $2, report_hash = $3, report_key = $4 WHERE id = $1`,
			upload, ReportFinished, blob.Hash, rand.Text()); err != nil {
			return err
		}
		return dropLaterTx(ctx, tx, started)
	})
}

func reportTx(ctx context.Context, tx *db.Tx, w *csv.Writer, e UploadError) error {
	severity := "WARNING"
	if e.Fatal {
		severity = "FATAL"
	}
	samples, err := samplesTx(ctx, tx, e.ID, samplesMost)
	if err != nil {
		return err
	}
	if len(samples) == 0 {
		samples = []Sample{{}}
	}
	for _, sample := range samples {
		row := ""
		if sample.Row > 0 {
			row = strconv.FormatInt(sample.Row, 10)
		}
		line := []string{sample.RetailerID, row, severity, e.Field, e.Summary, e.Description, sample.Value, strconv.FormatInt(e.Total, 10), "whatsapp", strconv.FormatBool(e.Fatal)}
		for n := range line {
			line[n] = Harmless(line[n])
		}
		if err := w.Write(line); err != nil {
			return err
		}
	}
	return nil
}

// Harmless keeps a spreadsheet from taking a text for a formula.
func Harmless(s string) string { return feedfile.Harmless(s) }

// outdate forgets the report of an upload that is too old to be read.
func (u *Upload) outdate(now time.Time) {
	if u.ReportStatus != ReportNone && !now.Before(u.StartedAt.Add(reportKept)) {
		u.ReportStatus, u.ReportKey = ReportOutdated, ""
	}
}

// OpenReport opens the error report that a key names.
func (s *Service) OpenReport(ctx context.Context, key string) (*os.File, error) {
	if clip(key, valueMost) != key {
		return nil, ErrUnknown.With("key", "no error report has this address")
	}
	var hash string
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, `SELECT report_hash FROM feed_upload WHERE report_key = $1 AND report_key <> '' AND started_at > $2`,
			key, tx.Now().Add(-reportKept)).Scan(&hash)
	})
	if errors.Is(err, db.ErrNoRows) {
		return nil, ErrUnknown.With("key", "no error report has this address")
	}
	if err != nil {
		return nil, err
	}
	return s.files.Open(hash)
}

// Clear removes the items of a deleted feed, and then the feed.
type Clear struct {
	FeedID id.ID `json:"feed_id"`
}

// Kind implements job.Args.
func (Clear) Kind() string { return "feed.clear" }

// Clear deletes the items of a deleted feed, some at a time, and what is left of it.
func (s *Service) Clear(ctx context.Context, a Clear) error {
	for {
		var done bool
		err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
			var catalogID id.ID
			err := tx.QueryRow(ctx, `SELECT catalog_id FROM product_feed WHERE id = $1 AND deleted`, a.FeedID).Scan(&catalogID)
			if done = errors.Is(err, db.ErrNoRows); done {
				return nil
			}
			if err != nil {
				return err
			}
			done, err = s.clearTx(ctx, tx, catalogID, a.FeedID)
			return err
		})
		if err != nil || done {
			return err
		}
	}
}

func (s *Service) clearTx(ctx context.Context, tx *db.Tx, catalogID, feed id.ID) (done bool, err error) {
	page, err := catalog.FeedItemsTx(ctx, tx, catalogID, feed, 0, sweepRows)
	if err != nil {
		return false, err
	}
	if len(page) > 0 {
		items := make([]id.ID, len(page))
		for n, item := range page {
			items[n] = item.ID
		}
		_, err = s.catalogs.DeleteOfFeedTx(ctx, tx, catalogID, feed, items)
		return false, err
	}
	return true, dropFeedsTx(ctx, tx, `id = $1`, feed)
}
