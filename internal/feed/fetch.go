package feed

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/crash"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/job"
	"github.com/hawkerhq/hawker/internal/safehttp"
)

// How a file is fetched.
const (
	fetchTime  = 30 * time.Minute
	fetchTries = 6
	retryFirst = time.Minute // doubling
	retryMost  = time.Hour
)

// FetchUpload fetches the file of an upload.
type FetchUpload struct {
	UploadID id.ID `json:"upload_id"`
}

// Kind implements job.Args.
func (FetchUpload) Kind() string { return "feed.fetch_upload" }

// StartFetch has a file fetched and taken in.
func (s *Service) StartFetch(ctx context.Context, c access.Caller, feed id.ID, link, username, password string, updateOnly *bool) (i id.ID, err error) {
	if err := c.Require(access.CatalogManagement); err != nil {
		return 0, err
	}
	// A schedule knows the rules of user names and passwords.
	probe := Schedule{Interval: Hourly, Count: 1, Hour: unset, Minute: unset, DayOfMonth: unset, URL: link, Username: username, password: password}
	if err := probe.check("upload"); err != nil {
		return 0, err
	}
	up := Upload{InputMethod: UserFetched, URL: sheetURL(link), Username: username, password: password, State: StateFetching}
	if up.URL != link {
		up.InputMethod = Sheets
	}
	if _, err := s.client.CheckURL("url", up.URL); err != nil {
		return 0, err
	}
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		f, err := changeTx(ctx, tx, c, feed)
		if err != nil {
			return err
		}
		up.UpdateOnly = f.UpdateOnly || f.Supplementary || (updateOnly != nil && *updateOnly)
		if i, err = newUploadTx(ctx, tx, f, up); err != nil {
			return err
		}
		return enqueueFetchTx(ctx, tx, f.ID, i, tx.Now())
	})
	return i, err
}

// startScheduledTx starts the upload of a schedule's moment.
func startScheduledTx(ctx context.Context, tx *db.Tx, f Feed, sch Schedule) error {
	up := Upload{
		ScheduleID: sch.ID, InputMethod: Fetched, URL: sch.URL, Username: sch.Username, password: sch.password, State: StateFetching,
		UpdateOnly: sch.Updates || f.UpdateOnly || f.Supplementary,
	}
	if strings.HasPrefix(sch.URL, sheetsHost) {
		up.InputMethod = Sheets
	}
	i, err := newUploadTx(ctx, tx, f, up)
	if err != nil {
		return err
	}
	return enqueueFetchTx(ctx, tx, f.ID, i, tx.Now())
}

func enqueueFetchTx(ctx context.Context, tx *db.Tx, feed, upload id.ID, due time.Time) error {
	return job.EnqueueTx(ctx, tx, FetchUpload{UploadID: upload}, job.Key("feed:"+feed.String()), job.DueAt(due))
}

// Fetch fetches the file of an upload and has it taken in. What may pass is tried again with growing pauses;
// otherwise, and in the end, the upload ends with the reason, and the catalog stays as it was.
func (s *Service) Fetch(ctx context.Context, a FetchUpload) error {
	var up Upload
	var sch Schedule
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if up, err = uploadTx(ctx, tx, a.UploadID); err != nil || up.ScheduleID == 0 {
			return err
		}
		sch, err = scanSchedule(tx.QueryRow(ctx, scheduleCols+`WHERE s.id = $1`, up.ScheduleID))
		if errors.Is(err, db.ErrNoRows) {
			err = nil
		}
		return err
	})
	if errors.Is(err, db.ErrNoRows) || (err == nil && up.State != StateFetching) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("feed: upload %s: %w", a.UploadID, err)
	}
	if up.cancelled {
		return s.fail(ctx, up, errCancelled)
	}
	f, err := s.download(ctx, up, sch)
	crash.At(crash.FeedFetch)
	if f != nil {
		defer func() { _ = errors.Join(f.file.Close(), os.Remove(f.file.Name())) }()
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var failed *failure
	switch {
	case errors.As(err, &failed):
		return s.fetchFailed(ctx, up, failed)
	case err != nil:
		return fmt.Errorf("feed: upload %s: %w", up.ID, err)
	case f == nil:
		return s.unchanged(ctx, up, sch)
	default:
		return s.fetched(ctx, up, f)
	}
}

// fetched is a file that has arrived.
type fetched struct {
	file                                  *os.File
	name, contentType, etag, lastModified string
}

// FetchFailure is an attempt to fetch a file that failed, when another one comes.
type FetchFailure struct {
	Error, Remedy    string
	Attempts         int
	FailedAt, NextAt time.Time
}

// AttemptsMost is how often a file is asked for.
func (FetchFailure) AttemptsMost() int { return fetchTries }

// Retrying tells whether the file did not arrive yet, and is asked for again.
func (u Upload) Retrying() bool { return u.State == StateFetching && u.Fetch.Error != "" }

// failure is why no file arrived.
type failure struct {
	text, remedy string
	passing      bool          // may be better later
	after        time.Duration // the server's own wish
}

func (f *failure) Error() string { return f.text }

// download fetches into a temporary file; it returns nil where the server says that nothing has changed.
func (s *Service) download(ctx context.Context, up Upload, sch Schedule) (f *fetched, err error) {
	header := http.Header{"User-Agent": {"Hawker"}, "Accept": {"*/*"}}
	if up.Username != "" || up.password != "" {
		req := http.Request{Header: header}
		req.SetBasicAuth(up.Username, up.password)
	}
	if sch.settled != 0 && sch.URL == up.URL {
		for name, v := range map[string]string{"If-None-Match": sch.etag, "If-Modified-Since": sch.lastModified} {
			if v != "" {
				header.Set(name, v)
			}
		}
	}
	tmp, err := os.CreateTemp("", "hawker-feed-")
	if err != nil {
		return nil, fmt.Errorf("feed: %w", err)
	}
	defer func() {
		if f == nil {
			_ = errors.Join(tmp.Close(), os.Remove(tmp.Name()))
		}
	}()
	a, err := s.client.Download(ctx, up.URL, header, tmp, FetchBytes, fetchTime)
	if err != nil {
		return nil, explain(err)
	}
	if a.Status == http.StatusNotModified && sch.settled != 0 {
		return nil, nil
	}
	if a.Status != http.StatusOK {
		return nil, refused(a)
	}
	if _, err := tmp.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("feed: %w", err)
	}
	return &fetched{
		file: tmp, name: nameOf(up.URL, a.Header), contentType: clip(a.Header.Get("Content-Type"), valueMost),
		etag: kept(a.Header.Get("ETag")), lastModified: kept(a.Header.Get("Last-Modified")),
	}, nil
}

// kept is a header's value, if it is fit for being sent back.
func kept(v string) string {
	if len(v) > 1000 || clip(v, 1000) != v {
		return ""
	}
	return v
}

// explain makes a failure of what went wrong on the way.
func explain(err error) error {
	if errors.Is(err, safehttp.ErrTooLarge) {
		return &failure{
			text:   fmt.Sprintf("The file is larger than %d MB.", FetchBytes>>20),
			remedy: "Compress it (gzip, zip), or divide it between several feeds.",
		}
	}
	f, ok := fault.As(err)
	if !ok {
		return err
	}
	if f.Code == safehttp.ErrAddress.Code {
		return &failure{text: "The file's address is refused: " + f.Detail + ".", remedy: "Give an address that the public internet reaches."}
	}
	return &failure{text: "The file could not be fetched: " + f.Detail + ".", remedy: "See that the server answers and lets this one in.", passing: true}
}

// refused makes a failure of an answer that is not the file.
func refused(a safehttp.Answer) *failure {
	f := &failure{text: fmt.Sprintf("The server answered %d %s instead of the file.", a.Status, http.StatusText(a.Status))}
	switch {
	case a.Status == http.StatusUnauthorized || a.Status == http.StatusForbidden:
		f.remedy = "Give the user name and password that open the file, or let everybody read it."
	case a.Status == http.StatusNotFound || a.Status == http.StatusGone:
		f.remedy = "Correct the URL, or put the file back in its place."
	case a.Status == http.StatusTooManyRequests || a.Status == http.StatusRequestTimeout || a.Status >= http.StatusInternalServerError:
		f.passing, f.remedy = true, "See what ails the server that holds the file."
		if n, err := strconv.Atoi(strings.TrimSpace(a.Header.Get("Retry-After"))); err == nil && n > 0 {
			f.after = min(time.Duration(min(n, 1<<20))*time.Second, retryMost)
		}
	default:
		f.remedy = "Open the URL in a browser: it has to answer 200 with the file."
	}
	return f
}

// nameOf is the file's name as the server tells it, or the URL.
func nameOf(link string, h http.Header) string {
	if _, params, err := mime.ParseMediaType(h.Get("Content-Disposition")); err == nil && params["filename"] != "" {
		return fileName(params["filename"])
	}
	u, err := url.Parse(link)
	if err != nil {
		return ""
	}
	if name := path.Base(u.Path); name != "." && name != "/" {
		return fileName(name)
	}
	return ""
}

// fetched hands a file on to the importer.
func (s *Service) fetched(ctx context.Context, up Upload, f *fetched) error {
	s.keeping.RLock()
	defer s.keeping.RUnlock()
	blob, err := s.files.Put(ctx, f.file, FetchBytes)
	if err != nil {
		return fmt.Errorf("feed: upload %s: %w", up.ID, err)
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := tx.Exec(ctx, `UPDATE feed_upload SET state = 'waiting', tries = 0, fetch_error = '', fetch_remedy = '', file_hash = $2, file_size = $3, file_name = $4, content_type = $5,
			etag = $6, last_modified = $7, password = '' WHERE id = $1 AND state = 'fetching'`,
			up.ID, blob.Hash, blob.Size, f.name, f.contentType, f.etag, f.lastModified)
		if err != nil || n == 0 {
			return err
		}
		return enqueueImportTx(ctx, tx, up.CatalogID, up.ID)
	})
}

// fetchFailed tries again later, or ends the upload.
func (s *Service) fetchFailed(ctx context.Context, up Upload, f *failure) error {
	if !f.passing || up.tries+1 >= fetchTries {
		text := f.text
		if f.passing {
			text += fmt.Sprintf(" It was tried %d times.", up.tries+1)
		}
		return s.fail(ctx, up, Problem{Type: TypeFetch, Field: "url", Summary: text, Description: f.remedy + " The catalog stays as it was."})
	}
	pause := max(min(retryFirst<<up.tries, retryMost), f.after)
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := tx.Exec(ctx, `UPDATE feed_upload SET tries = tries + 1, fetch_error = $3, fetch_remedy = $4, fetch_failed_at = $5, fetch_next_at = $6
			WHERE id = $1 AND state = 'fetching' AND tries = $2`, up.ID, up.tries, clip(f.text, textMost), clip(f.remedy, textMost), tx.Now(), tx.Now().Add(pause))
		if err != nil || n == 0 {
			return err
		}
		return enqueueFetchTx(ctx, tx, up.FeedID, up.ID, tx.Now().Add(pause))
	})
}

// unchanged ends an upload whose file is the one of the schedule's last good upload: it has that one's counts.
func (s *Service) unchanged(ctx context.Context, up Upload, sch Schedule) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		var c Counters
		var name string
		err := tx.QueryRow(ctx, `SELECT detected, persisted, invalid, file_name FROM feed_upload WHERE id = $1`, sch.settled).
			Scan(&c.Detected, &c.Persisted, &c.Invalid, &name)
		if err != nil && !errors.Is(err, db.ErrNoRows) {
			return err
		}
		_, err = tx.Exec(ctx, `UPDATE feed_upload SET state = 'ended', ended_at = $2, detected = $3, persisted = $4, invalid = $5, file_name = $6, password = ''
			WHERE id = $1 AND state = 'fetching'`, up.ID, tx.Now(), c.Detected, c.Persisted, c.Invalid, name)
		return err
	})
}

const sheetsHost = "https://docs.google.com/spreadsheets/d/"

// sheetURL is the address of a Google sheet's cells, for the address its editor shows; others stay as they are.
func sheetURL(link string) string {
	rest, ok := strings.CutPrefix(link, sheetsHost)
	key, tail, more := strings.Cut(rest, "/")
	if !ok || !more || key == "" || !strings.HasPrefix(tail, "edit") {
		return link
	}
	export := sheetsHost + key + "/export?format=csv"
	if _, gid, ok := strings.Cut(tail, "gid="); ok {
		if _, err := strconv.ParseUint(gid, 10, 63); err == nil {
			export += "&gid=" + gid
		}
	}
	return export
}
