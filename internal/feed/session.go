package feed

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/media"
)

// How the contract begins the names of a session and of a complete file.
const (
	SessionPrefix = "upload:"
	HandlePrefix  = "2:"
)

// Bounds of sessions.
const (
	sessionsMost = 100 // of one app
	partsMost    = 1000
	sessionKept  = 24 * time.Hour
)

// fileTypes of a session: the contract's, and those of feed files.
var fileTypes = []string{
	"application/pdf", "image/jpeg", "image/jpg", "image/png", "video/mp4",
	"text/csv", "text/tab-separated-values", "text/plain", "text/xml", "application/xml", "application/rss+xml", "application/atom+xml",
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/zip", "application/gzip", "application/x-bzip2", "application/zstd",
}

// Session is a file that is sent in pieces.
type Session struct {
	ID       string // with [SessionPrefix]
	AppID    id.ID
	FileName string
	FileType string
	Length   int64
	Received int64
	Handle   string // with [HandlePrefix]; empty while the file is not complete
	hash     string
}

// StartSession begins a file of a caller's app. It can be used for a day.
func (s *Service) StartSession(ctx context.Context, c access.Caller, n Session) (string, error) {
	if n.Length < 1 || n.Length > ManualBytes {
		return "", ErrParam.Withf("file_length", "file_length is %d, it must be between 1 and %d bytes", n.Length, ManualBytes)
	}
	if !slices.Contains(fileTypes, n.FileType) {
		return "", ErrParam.Withf("file_type", "file_type %.60q is not taken; one of %s", n.FileType, strings.Join(fileTypes, ", "))
	}
	if n.AppID != c.App || n.AppID == 0 {
		return "", ErrUnknown.Withf("app_id", "this token is not of app %s; a session belongs to the app whose token begins it", n.AppID)
	}
	if err := s.dropSessions(ctx); err != nil {
		return "", err
	}
	name := rand.Text() + rand.Text()
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		var have int
		if err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM upload_session WHERE app_id = $1`, n.AppID).Scan(&have); err != nil {
			return err
		}
		if have >= sessionsMost {
			return ErrFull.Withf("app_id", "the app has %d files under way or not used; each is kept for a day, begin the next one later", have)
		}
		_, err := tx.Exec(ctx, `INSERT INTO upload_session (session, app_id, file_name, file_type, file_length, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
			name, n.AppID, fileName(n.FileName), n.FileType, n.Length, tx.Now())
		return err
	})
	return SessionPrefix + name, err
}

// Session returns how far a file of the caller's app is.
func (s *Service) Session(ctx context.Context, c access.Caller, name string) (n Session, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		n, err = sessionTx(ctx, tx, c, `session`, strings.TrimPrefix(name, SessionPrefix))
		return err
	})
	return n, err
}

func sessionTx(ctx context.Context, tx *db.Tx, c access.Caller, column, name string) (n Session, err error) {
	err = db.ErrNoRows
	if clip(name, fileNameMost) == name && name != "" {
		err = tx.QueryRow(ctx, `SELECT session, app_id, file_name, file_type, file_length, received, handle, file_hash FROM upload_session
			WHERE `+column+` = $1 AND app_id = $2 AND created_at > $3`, name, c.App, tx.Now().Add(-sessionKept)).
			Scan(&n.ID, &n.AppID, &n.FileName, &n.FileType, &n.Length, &n.Received, &n.Handle, &n.hash)
	}
	if errors.Is(err, db.ErrNoRows) {
		return Session{}, ErrUnknown.Withf("id", "this token's app has no such file under way; one is kept for %d hours", sessionKept/time.Hour)
	}
	n.ID = SessionPrefix + n.ID
	return n, err
}

// Append adds bytes to a file at an offset, which is how many are here already. What arrives before a broken
// connection is kept. It returns the file's handle when the file is complete.
func (s *Service) Append(ctx context.Context, c access.Caller, name string, offset int64, r io.Reader) (handle string, err error) {
	n, err := s.Session(ctx, c, name)
	if err != nil {
		return "", err
	}
	if offset != n.Received {
		return "", ErrParam.Withf("file_offset", "file_offset is %d, %d bytes are here already; ask with GET /%s and go on from there", offset, n.Received, SessionPrefix+"…")
	}
	if n.Handle != "" {
		return n.Handle, nil
	}
	var broken error
	if n.Received < n.Length {
		if broken, err = s.keepPart(ctx, &n, r); err != nil {
			return "", err
		}
	}
	if n.Received < n.Length {
		text := "the body ended"
		if broken != nil {
			text = "the connection broke off"
		}
		return "", ErrParam.Withf("file_offset", "%s at byte %d of %d; send the rest with file_offset: %d", text, n.Received, n.Length, n.Received)
	}
	return s.complete(ctx, n)
}

// keepPart stores what r holds as the next part of a file. broken is why r ended early.
func (s *Service) keepPart(ctx context.Context, n *Session, r io.Reader) (broken, err error) {
	tmp, err := os.CreateTemp("", "hawker-part-")
	if err != nil {
		return nil, fmt.Errorf("feed: %w", err)
	}
	defer func() { _ = errors.Join(tmp.Close(), os.Remove(tmp.Name())) }()
	arriving := &reader{r: io.LimitReader(r, n.Length-n.Received+1)}
	size, err := io.Copy(tmp, arriving)
	if err != nil && arriving.err == nil {
		return nil, fmt.Errorf("feed: %w", err)
	}
	if n.Received+size > n.Length {
		return nil, ErrParam.Withf("file_length", "the body goes on behind the %d bytes of file_length; begin a session with the file's true length", n.Length)
	}
	if size == 0 {
		return arriving.err, nil
	}
	if _, err := tmp.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("feed: %w", err)
	}
	ctx = context.WithoutCancel(ctx) // whoever sent this may be gone; what arrived is kept
	s.keeping.RLock()
	defer s.keeping.RUnlock()
	blob, err := s.files.Put(ctx, tmp, ManualBytes)
	if err != nil {
		return nil, fmt.Errorf("feed: %w", err)
	}
	session := strings.TrimPrefix(n.ID, SessionPrefix)
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		var parts int
		if err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM upload_part WHERE session = $1`, session).Scan(&parts); err != nil {
			return err
		}
		if parts >= partsMost {
			return ErrFull.Withf("file_offset", "the file came in %d parts, no more are taken; begin again with larger parts", parts)
		}
		moved, err := tx.Exec(ctx, `UPDATE upload_session SET received = received + $3 WHERE session = $1 AND received = $2`, session, n.Received, size)
		if err == nil && moved == 0 {
			err = ErrParam.Withf("file_offset", "somebody else sent bytes at file_offset %d meanwhile; ask with GET how many are here", n.Received)
		}
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `INSERT INTO upload_part (session, at, file_hash) VALUES ($1, $2, $3)`, session, n.Received, blob.Hash)
		return err
	})
	if err == nil {
		n.Received += size
	}
	return arriving.err, err
}

// reader remembers what ended it.
type reader struct {
	r   io.Reader
	err error
}

func (r *reader) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		r.err = err
	}
	return n, err
}

// complete joins the parts of a file and gives it its handle.
func (s *Service) complete(ctx context.Context, n Session) (string, error) {
	session := strings.TrimPrefix(n.ID, SessionPrefix)
	var parts []string
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		parts, err = textsTx(ctx, tx, `SELECT file_hash FROM upload_part WHERE session = $1 ORDER BY at`, session)
		return err
	})
	if err != nil {
		return "", err
	}
	handle, err := s.join(ctx, session, parts)
	if err == nil {
		err = s.remove(ctx, parts...)
	}
	if err != nil {
		return "", fmt.Errorf("feed: joining a file: %w", err)
	}
	return handle, nil
}

func (s *Service) join(ctx context.Context, session string, parts []string) (handle string, err error) {
	s.keeping.RLock()
	defer s.keeping.RUnlock()
	blob, err := s.putJoined(ctx, parts)
	if err != nil {
		return "", err
	}
	handle = HandlePrefix + rand.Text() + rand.Text()
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		moved, err := tx.Exec(ctx, `UPDATE upload_session SET handle = $2, file_hash = $3 WHERE session = $1 AND handle = ''`, session, handle, blob.Hash)
		if err != nil {
			return err
		}
		if moved == 0 { // somebody was faster
			return tx.QueryRow(ctx, `SELECT handle FROM upload_session WHERE session = $1`, session).Scan(&handle)
		}
		_, err = tx.Exec(ctx, `DELETE FROM upload_part WHERE session = $1`, session)
		return err
	})
	return handle, err
}

// putJoined stores the parts as one file, opening one at a time.
func (s *Service) putJoined(ctx context.Context, parts []string) (media.Blob, error) {
	r, w := io.Pipe()
	go func() {
		for _, hash := range parts {
			f, err := s.files.Open(hash)
			if err == nil {
				_, err = io.Copy(w, f)
				err = errors.Join(err, f.Close())
			}
			if err != nil {
				_ = w.CloseWithError(err)
				return
			}
		}
		_ = w.Close()
	}()
	blob, err := s.files.Put(ctx, r, ManualBytes)
	return blob, errors.Join(err, r.Close())
}

// StartUploadOf has the file of a handle taken in.
func (s *Service) StartUploadOf(ctx context.Context, c access.Caller, feed id.ID, handle string, updateOnly *bool) (id.ID, error) {
	if err := c.Require(access.CatalogManagement); err != nil {
		return 0, err
	}
	s.keeping.RLock()
	defer s.keeping.RUnlock()
	var n Session
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		n, err = sessionTx(ctx, tx, c, `handle`, handle)
		return err
	})
	if errors.Is(err, ErrUnknown) {
		return 0, ErrParam.With("file", "file: this token's app has no such file; a handle can be used for a day after POST /{app}/uploads")
	}
	if err != nil {
		return 0, err
	}
	src := Source{FileName: n.FileName, ContentType: n.FileType, UpdateOnly: updateOnly}
	return s.startUpload(ctx, c, feed, src, media.Blob{Hash: n.hash, Size: n.Length})
}

// OpenHandle opens the file of a handle of the caller's app and says of which type it is.
func (s *Service) OpenHandle(ctx context.Context, c access.Caller, handle string) (mime string, f io.ReadCloser, err error) {
	s.keeping.RLock()
	defer s.keeping.RUnlock()
	var n Session
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		n, err = sessionTx(ctx, tx, c, `handle`, handle)
		return err
	})
	if errors.Is(err, ErrUnknown) {
		return "", nil, ErrParam.With("header_handle", "header_handle: this token's app has no such file; a handle can be used for a day after POST /{app}/uploads")
	}
	if err != nil {
		return "", nil, err
	}
	f, err = s.files.Open(n.hash)
	return n.FileType, f, err
}

// dropSessions removes files nobody used, some at a time.
func (s *Service) dropSessions(ctx context.Context) error {
	const most = 20
	var hashes []string
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		hashes = nil
		old, err := textsTx(ctx, tx, `SELECT session FROM upload_session WHERE created_at <= $1 ORDER BY created_at LIMIT $2`, tx.Now().Add(-sessionKept), most)
		if err != nil || len(old) == 0 {
			return err
		}
		for _, q := range []string{`SELECT file_hash FROM upload_part WHERE session = ANY($1)`, `SELECT file_hash FROM upload_session WHERE session = ANY($1)`} {
			found, err := textsTx(ctx, tx, q, old)
			if err != nil {
				return err
			}
			hashes = append(hashes, found...)
		}
		for _, q := range []string{`DELETE FROM upload_part WHERE session = ANY($1)`, `DELETE FROM upload_session WHERE session = ANY($1)`} {
			if _, err := tx.Exec(ctx, q, old); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("feed: old files: %w", err)
	}
	if len(hashes) == 0 {
		return nil
	}
	return s.remove(ctx, hashes...)
}

func textsTx(ctx context.Context, tx *db.Tx, query string, args ...any) ([]string, error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		list = append(list, text)
	}
	return list, rows.Err()
}
