package feed

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/job"
	"github.com/hawkerhq/hawker/internal/media"
	"github.com/hawkerhq/hawker/internal/node"
)

// Files is where the files of uploads are kept by their hash until nothing needs them.
type Files interface {
	// Put stores what r holds; more than limit bytes are [media.ErrTooLarge].
	Put(ctx context.Context, r io.Reader, limit int64) (media.Blob, error)
	Open(hash string) (*os.File, error)
	Remove(hash string) error
	// Temp makes a file for passing use, which is gone after a restart.
	Temp() (*os.File, error)
}

// Bounds of a file, as it travels: what it unpacks to is feedfile's to bound.
const (
	ManualBytes = 100 << 20 // sent by multipart or resumable upload
	FetchBytes  = 1 << 30   // fetched
)

// Input methods of an upload, as the contract spells them.
const (
	Manual      = "Manual Upload"
	Fetched     = "Server Fetch"
	UserFetched = "User initiated server fetch"
	Sheets      = "Google Sheets Fetch"
)

// States of an upload.
const (
	StateFetching = "fetching" // the file is on its way
	StateWaiting  = "waiting"  // the file is here
	StateRunning  = "running"
	StateUndoing  = "undoing" // what was written is taken back
	StateEnded    = "ended"
)

// Upload is one taking in of one file.
type Upload struct {
	ID, FeedID, CatalogID id.ID
	ScheduleID            id.ID // zero where a person started it
	InputMethod           string
	URL                   string
	FileName              string
	ContentType           string
	Hash                  string // of the file in Files; empty before it is fetched and after the end
	Size                  int64
	// UpdateOnly never creates or deletes items: asked for by the upload, its schedule or its feed.
	UpdateOnly bool
	State      string
	// RowsDone is how many rows of the file, its header not counted, are committed: a restart goes on behind them.
	RowsDone int64
	Counters
	// Failed: the file as a whole was not taken, or only a part of it.
	Failed bool
	// DoubledDone is how many ids that stand more than once in the file were put back.
	DoubledDone        int64
	ReportStatus       string
	ReportHash         string
	ReportKey          string
	StartedAt, EndedAt time.Time
	// Fetch is the last attempt to fetch the file, where it failed and another one comes.
	Fetch              FetchFailure
	Username           string
	tries              int
	cancelled          bool
	password           string
	etag, lastModified string
}

// Counters are what an upload came to so far.
type Counters struct {
	Detected  int64 // items in the file
	Persisted int64 // items as the file says: stored, or found so
	Invalid   int64 // items not taken
	Deleted   int64
	Errors    int64
	Warnings  int64
}

// ImportUpload takes in a file that is here.
type ImportUpload struct {
	UploadID id.ID `json:"upload_id"`
}

// Kind implements job.Args.
func (ImportUpload) Kind() string { return "feed.import_upload" }

// Source is a file that a person hands in.
type Source struct {
	FileName    string
	ContentType string
	UpdateOnly  *bool // nil: as the feed says
}

// StartUpload stores a file and has it taken in. When it returns, the file is safe.
func (s *Service) StartUpload(ctx context.Context, c access.Caller, feed id.ID, src Source, r io.Reader) (id.ID, error) {
	if err := c.Require(access.CatalogManagement); err != nil {
		return 0, err
	}
	// Asked before the file is read, so that a stranger's is not stored.
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := changeTx(ctx, tx, c, feed)
		return err
	})
	if err != nil {
		return 0, err
	}
	s.keeping.RLock()
	defer s.keeping.RUnlock()
	blob, err := s.files.Put(ctx, r, ManualBytes)
	if errors.Is(err, media.ErrTooLarge) {
		return 0, ErrTooLarge.Withf("file", "file is larger than %d MB, the most an upload by hand may have; compress it, or let it be fetched by url", ManualBytes>>20)
	}
	if err != nil {
		return 0, fmt.Errorf("feed: %w", err)
	}
	return s.startUpload(ctx, c, feed, src, blob)
}

// startUpload has a stored file taken in; the caller holds s.keeping.
func (s *Service) startUpload(ctx context.Context, c access.Caller, feed id.ID, src Source, blob media.Blob) (i id.ID, err error) {
	if blob.Size == 0 {
		return 0, ErrNoFile.With("file", "file is empty; send the feed's file in it, or url")
	}
	up := Upload{InputMethod: Manual, FileName: fileName(src.FileName), ContentType: src.ContentType, Hash: blob.Hash, Size: blob.Size, State: StateWaiting}
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		f, err := changeTx(ctx, tx, c, feed)
		if err != nil {
			return err
		}
		up.UpdateOnly = f.UpdateOnly || f.Supplementary || (src.UpdateOnly != nil && *src.UpdateOnly)
		if i, err = newUploadTx(ctx, tx, f, up); err != nil {
			return err
		}
		return enqueueImportTx(ctx, tx, f.CatalogID, i)
	})
	return i, err
}

// newUploadTx stores an upload of a feed and makes it the feed's latest.
func newUploadTx(ctx context.Context, tx *db.Tx, f Feed, up Upload) (id.ID, error) {
	i, err := node.NewTx(ctx, tx, node.FeedUpload)
	if err != nil {
		return 0, err
	}
	up.ID, up.FeedID, up.StartedAt = i, f.ID, tx.Now()
	if err := insertUploadTx(ctx, tx, up); err != nil {
		return 0, err
	}
	_, err = tx.Exec(ctx, `UPDATE product_feed SET latest_upload = $2 WHERE id = $1`, f.ID, i)
	return i, err
}

func enqueueImportTx(ctx context.Context, tx *db.Tx, catalogID, upload id.ID) error {
	return job.EnqueueTx(ctx, tx, ImportUpload{UploadID: upload}, job.Key(catalogKey(catalogID)))
}

// fileName is the last part of a path, without what no file name holds.
func fileName(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f {
			return -1
		}
		return c
	}, strings.ToValidUTF8(name, "�"))
	if r := []rune(name); len(r) > fileNameMost {
		name = string(r[len(r)-fileNameMost:])
	}
	return name
}
