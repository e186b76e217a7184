package feed

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/crash"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/media"
)

// A chunk of rows is written in one transaction. Its size follows the time that the last one took: on SQLite others that
// write wait for it, on PostgreSQL nobody does.
const (
	chunkTime  = 5 * time.Millisecond   // while others write
	chunkQuiet = 10 * time.Millisecond  // while nobody else does
	chunkAlone = 100 * time.Millisecond // on PostgreSQL
	chunkFirst = 100
	chunkLeast = 25
	chunkMost  = 2000
)

// taking is an upload whose file is being taken in.
type taking struct {
	*Service
	up       Upload
	feed     Feed
	rules    []Rule
	im       catalog.Import
	matcher  *catalog.Matcher
	file     survey       // what is known of the file so far
	size     atomic.Int64 // rows of the next chunk
	matching atomic.Bool  // look rows up before they are written
	misses   int          // chunks in a row of which nothing was found
}

// importUpload takes in a file, chunk by chunk. What a killed import has done is not done again: progress is committed
// with each chunk. In the end rows whose id stood more than once are put back, and items that a replacing file does not
// hold are taken away.
func (s *Service) importUpload(ctx context.Context, up Upload, f Feed, rules []Rule) (*taking, error) {
	t := &taking{Service: s, up: up, feed: f, rules: rules}
	t.im = catalog.Import{Catalog: f.CatalogID, Feed: f.ID, UpdateOnly: up.UpdateOnly, Upload: up.ID}
	if f.Supplementary {
		t.im.Primaries = append([]id.ID{}, f.PrimaryFeeds...)
	}
	t.matcher = catalog.NewMatcher(t.im)
	t.size.Store(chunkFirst)
	t.file = newSurvey(s.files)
	defer func() { t.file.close() }()
	t.file.surveyed = f.Localised() // where one id may stand once for each country
	if f.Supplementary {
		// What it writes cannot be put back row by row.
		if err := t.look(ctx); err != nil {
			return t, err
		}
	}
	if err := t.begin(ctx); err != nil {
		return t, err
	}
	crash.At(crash.FeedParse)
	if err := t.takeIn(ctx); err != nil {
		return t, err
	}
	if err := t.putBackDoubled(ctx); err != nil {
		return t, err
	}
	if up.UpdateOnly || f.Supplementary || f.Localised() || !f.DeletionEnabled {
		return t, nil
	}
	return t, t.sweep(ctx)
}

// strangers are warnings about columns that mean nothing, and prices in another currency than the rest.
func (t *taking) strangers() []Problem {
	return slices.Concat(t.file.strangers, t.file.currencies.strangers())
}

// begin finds out whether there is anything to match rows with.
func (t *taking) begin(ctx context.Context) error {
	var have bool
	err := t.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM feed_upload WHERE feed_id = $1 AND rows_done > 0)`, t.feed.ID).Scan(&have)
	})
	t.matching.Store(have || t.up.UpdateOnly || t.feed.Supplementary)
	return err
}

// kinds of the catalog's row problems, as an upload tells them.
var rowKinds = map[string]string{
	catalog.OfOtherFeed: TypeOwner, catalog.NoSuchItem: TypeUnknown, doubledID: TypeDuplicate,
}

// doubledID is the kind of problem of a row whose id stands more than once in the file.
const (
	doubledID      = "doubled_id"
	doubledSummary = "An id stands in the file more than once."
	doubledRemedy  = "All rows with it are passed over, since nobody can tell which one counts: keep one of them."
)

func rowProblem(r catalog.RowProblem) Problem {
	return Problem{
		Fatal: r.Fatal, Type: rowKinds[r.Kind], Field: r.Field, Summary: r.Summary, Description: r.Remedy, Row: r.Row, RetailerID: r.SKU, Value: r.Value,
	}
}

// StartStored has a file taken in that [Files] keeps already, whatever its size.
func (s *Service) StartStored(ctx context.Context, c access.Caller, feed id.ID, src Source, blob media.Blob) (id.ID, error) {
	if err := c.Require(access.CatalogManagement); err != nil {
		return 0, err
	}
	s.keeping.RLock()
	defer s.keeping.RUnlock()
	return s.startUpload(ctx, c, feed, src, blob)
}
