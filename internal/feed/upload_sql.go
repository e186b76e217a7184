package feed

import (
	"context"
	"errors"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

const uploadCols = `SELECT u.id, u.feed_id, f.catalog_id, u.schedule_id, u.input_method, u.url, u.username, u.password, u.file_name, u.content_type,
	u.file_hash, u.file_size, u.etag, u.last_modified, u.update_only, u.state, u.tries, u.rows_done, u.doubled_done, u.detected, u.persisted, u.invalid, u.deleted,
	u.errors, u.warnings, u.failed, u.report_status, u.report_hash, u.report_key, u.started_at, u.ended_at,
	u.cancelled, u.fetch_error, u.fetch_remedy, u.fetch_failed_at, u.fetch_next_at
	FROM feed_upload u JOIN product_feed f ON f.id = u.feed_id `

func scanUpload(row interface{ Scan(...any) error }) (u Upload, err error) {
	err = row.Scan(&u.ID, &u.FeedID, &u.CatalogID, &u.ScheduleID, &u.InputMethod, &u.URL, &u.Username, &u.password, &u.FileName, &u.ContentType,
		&u.Hash, &u.Size, &u.etag, &u.lastModified, &u.UpdateOnly, &u.State, &u.tries, &u.RowsDone, &u.DoubledDone, &u.Detected, &u.Persisted, &u.Invalid, &u.Deleted,
		&u.Errors, &u.Warnings, &u.Failed, &u.ReportStatus, &u.ReportHash, &u.ReportKey, &u.StartedAt, &u.EndedAt,
		&u.cancelled, &u.Fetch.Error, &u.Fetch.Remedy, &u.Fetch.FailedAt, &u.Fetch.NextAt)
	u.Fetch.Attempts = u.tries
	return u, err
}

func insertUploadTx(ctx context.Context, tx *db.Tx, u Upload) error {
	_, err := tx.Exec(ctx, `INSERT INTO feed_upload (id, feed_id, schedule_id, input_method, url, username, password, file_name, content_type,
		file_hash, file_size, update_only, state, started_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		u.ID, u.FeedID, u.ScheduleID, u.InputMethod, u.URL, u.Username, u.password, u.FileName, u.ContentType,
		u.Hash, u.Size, u.UpdateOnly, u.State, u.StartedAt)
	return err
}

// UploadTx returns an upload of a feed that the caller's businesses own.
func UploadTx(ctx context.Context, tx *db.Tx, c access.Caller, i id.ID) (Upload, error) {
	u, err := scanUpload(tx.QueryRow(ctx, uploadCols+`WHERE `+mine+` AND u.id = $2`, c.Businesses, i))
	if errors.Is(err, db.ErrNoRows) {
		return Upload{}, ErrUnknown.Withf("upload_id", "no upload %s is visible to this token", i)
	}
	u.outdate(tx.Now())
	return u, err
}

// uploadTx is an upload for the service's own work; [db.ErrNoRows] when it, or its feed, is deleted.
func uploadTx(ctx context.Context, tx *db.Tx, i id.ID) (Upload, error) {
	return scanUpload(tx.QueryRow(ctx, uploadCols+`WHERE u.id = $1 AND NOT f.deleted`, i))
}

// UploadsTx lists uploads of a feed that the caller's businesses own, the latest first: those older than
// before, or, newest first too, those newer than after the newer side of a page.
func UploadsTx(ctx context.Context, tx *db.Tx, c access.Caller, feed, older, newer id.ID, limit int) ([]Upload, error) {
	where, bound, order := `AND ($3 = 0 OR u.id < $3) `, older, `DESC`
	if newer != 0 {
		where, bound, order = `AND u.id > $3 `, newer, `ASC`
	}
	rows, err := tx.Query(ctx, uploadCols+`WHERE `+mine+` AND u.feed_id = $2 `+where+`ORDER BY u.id `+order+` LIMIT $4`, c.Businesses, feed, bound, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Upload
	for rows.Next() {
		u, err := scanUpload(rows)
		if err != nil {
			return nil, err
		}
		u.outdate(tx.Now())
		if newer != 0 {
			list = append([]Upload{u}, list...)
		} else {
			list = append(list, u)
		}
	}
	return list, rows.Err()
}

// UploadCountTx is the number of uploads of a feed.
func UploadCountTx(ctx context.Context, tx *db.Tx, feed id.ID) (n int64, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM feed_upload WHERE feed_id = $1`, feed).Scan(&n)
	return n, err
}

// Progress is what a transaction of an import adds to its upload.
type Progress struct {
	Rows int64 // of the file, that are committed
	Counters
}

// advanceTx commits progress together with the rows it is about.
func advanceTx(ctx context.Context, tx *db.Tx, upload id.ID, p Progress) error {
	_, err := tx.Exec(ctx, `UPDATE feed_upload SET rows_done = rows_done + $2, detected = detected + $3, persisted = persisted + $4, invalid = invalid + $5,
		deleted = deleted + $6, errors = errors + $7, warnings = warnings + $8, state = 'running' WHERE id = $1`,
		upload, p.Rows, p.Detected, p.Persisted, p.Invalid, p.Deleted, p.Errors, p.Warnings)
	return err
}
