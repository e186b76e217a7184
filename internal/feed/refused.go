package feed

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/feedfile"
	"github.com/hawkerhq/hawker/internal/id"
)

// Bounds of the file of refused rows.
const (
	refusedMost  = 10_000
	refusedBytes = 16 << 20
)

// refusedColumns stand behind the file's own; an upload passes over them.
var refusedColumns = []string{feedfile.MarkRow, "hawker_problem", "hawker_remedy"}

// why is what was wrong with a row.
type why struct{ problems, remedies []string }

// keepRefused writes the rows of an upload that were not taken as a file of their own, as they were, each with what was wrong: it
// can be mended and uploaded again. The file of the upload goes when it has ended.
func (s *Service) keepRefused(ctx context.Context, up Upload) error {
	var reasons map[int64]*why
	var f Feed
	var had bool
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if err = tx.QueryRow(ctx, `SELECT refused_hash <> '' FROM feed_upload WHERE id = $1`, up.ID).Scan(&had); err != nil || had {
			return err
		}
		if reasons, err = refusedTx(ctx, tx, up.ID); err != nil || len(reasons) == 0 {
			return err
		}
		f, err = feedTx(ctx, tx, up.FeedID)
		return err
	})
	if errors.Is(err, db.ErrNoRows) || err == nil && len(reasons) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	file, err := s.files.Open(up.Hash)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	text, rows, err := refusedFile(file, feedfile.Options{
		Name: up.FileName, ContentType: up.ContentType, Encoding: f.Encoding, Delimiter: f.Delimiter, QuotedFields: f.QuotedFields,
	}, reasons)
	if err != nil || rows == 0 {
		return err
	}
	s.keeping.RLock()
	defer s.keeping.RUnlock()
	blob, err := s.files.Put(ctx, bytes.NewReader(text), 2*refusedBytes)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE feed_upload SET refused_hash = $2, refused_rows = $3 WHERE id = $1`, up.ID, blob.Hash, rows)
		return err
	})
}

// refusedTx are the rows of an upload that were not taken, with all that was wrong with them.
func refusedTx(ctx context.Context, tx *db.Tx, upload id.ID) (map[int64]*why, error) {
	rows, err := tx.Query(ctx, `SELECT s.row_number, e.fatal, e.field, e.summary, e.description FROM feed_upload_error e JOIN feed_upload_sample s ON s.error_id = e.id
		WHERE e.upload_id = $1 AND s.row_number > 0 AND s.row_number IN (SELECT r.row_number FROM feed_upload_error x JOIN feed_upload_sample r ON r.error_id = x.id
			WHERE x.upload_id = $1 AND x.fatal AND r.row_number > 0 ORDER BY r.row_number LIMIT $2)
		ORDER BY s.row_number, e.id`, upload, refusedMost)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := map[int64]*why{}
	for rows.Next() {
		var row int64
		var fatal bool
		var field, summary, remedy string
		if err := rows.Scan(&row, &fatal, &field, &summary, &remedy); err != nil {
			return nil, err
		}
		w := found[row]
		if w == nil {
			w = &why{}
			found[row] = w
		}
		if field != "" {
			summary = field + ": " + summary
		}
		w.problems, w.remedies = append(w.problems, summary), append(w.remedies, remedy)
	}
	return found, rows.Err()
}

// refusedFile picks rows of a file by their numbers.
func refusedFile(f *os.File, o feedfile.Options, reasons map[int64]*why) (text []byte, rows int, err error) {
	r, err := feedfile.Open(f, o)
	if err != nil {
		return nil, 0, unreadable(err)
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	var picked []feedfile.Row
	size := 0
	last := slices.Max(slices.Collect(maps.Keys(reasons)))
	for size < refusedBytes {
		row, err := r.Next()
		if errors.Is(err, io.EOF) || err == nil && int64(row.Number) > last {
			break
		}
		if err != nil {
			return nil, 0, unreadable(err)
		}
		if reasons[int64(row.Number)] == nil || row.Problem != "" {
			continue
		}
		for _, v := range row.Values {
			size += len(v)
		}
		row.Names, row.Values = slices.Clone(row.Names), cloned(row.Values)
		picked = append(picked, row)
	}
	text, err = writeRefused(r.Header(), picked, reasons)
	return text, len(picked), err
}

// unreadable is nothing where it is the file's own fault that it cannot be read: the upload has told that.
func unreadable(err error) error {
	var e *feedfile.Error
	if errors.As(err, &e) {
		return nil
	}
	return err
}

// cloned copies values, whose memory the reader uses again.
func cloned(values []string) []string {
	list := make([]string, len(values))
	for n, v := range values {
		list[n] = strings.Clone(v)
	}
	return list
}

// writeRefused writes rows as CSV. Cells that a spreadsheet would take for formulas are guarded, and an upload of the file takes
// the guard off again.
func writeRefused(header []string, rows []feedfile.Row, reasons map[int64]*why) ([]byte, error) {
	plain := header != nil
	if !plain { // each row may have columns of its own
		for _, row := range rows {
			for _, name := range row.Names {
				if name != "" && !slices.Contains(header, name) {
					header = append(header, name)
				}
			}
		}
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	if err := w.Write(append(slices.Clone(header), refusedColumns...)); err != nil {
		return nil, err
	}
	for _, row := range rows {
		line := make([]string, 0, len(header)+len(refusedColumns))
		if plain {
			line = append(line, row.Values[:min(len(row.Values), len(header))]...)
			for len(line) < len(header) {
				line = append(line, "")
			}
		} else {
			c := newCells(row)
			for _, name := range header {
				line = append(line, c[name])
			}
		}
		y := reasons[int64(row.Number)]
		line = append(line, strconv.Itoa(row.Number), strings.Join(y.problems, "\n"), strings.Join(y.remedies, "\n"))
		for n := range line {
			line[n] = Harmless(line[n])
		}
		if err := w.Write(line); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// RefusedTx tells how many rows of an upload that were not taken are kept whole; [Service.OpenRefused] has them.
func RefusedTx(ctx context.Context, tx *db.Tx, c access.Caller, upload id.ID) (rows int, err error) {
	if _, err := UploadTx(ctx, tx, c, upload); err != nil {
		return 0, err
	}
	err = tx.QueryRow(ctx, `SELECT CASE WHEN NOT failed AND started_at > $2 THEN refused_rows ELSE 0 END FROM feed_upload WHERE id = $1`, upload, tx.Now().Add(-reportKept)).Scan(&rows)
	return rows, err
}

// OpenRefused opens the file of the rows that an upload of the caller's did not take.
func (s *Service) OpenRefused(ctx context.Context, c access.Caller, upload id.ID) (*os.File, error) {
	var hash string
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		if n, err := RefusedTx(ctx, tx, c, upload); err != nil || n == 0 {
			return cmp.Or(err, error(ErrUnknown.With("upload", "no rows of this upload are kept")))
		}
		return tx.QueryRow(ctx, `SELECT refused_hash FROM feed_upload WHERE id = $1`, upload).Scan(&hash)
	})
	if err != nil {
		return nil, err
	}
	return s.files.Open(hash)
}
