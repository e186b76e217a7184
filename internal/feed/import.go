package feed

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/media"
)

// A chunk of rows is written in one transaction. Its size follows the time that the last one took: on SQLite others that
// write wait for it, on PostgreSQL nobody does.
const (
	chunkTime  = 5 * time.Millisecond
	chunkAlone = 100 * time.Millisecond
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
	file     survey        // what is known of the file so far
	pace     time.Duration // that a chunk may take
	size     atomic.Int64  // rows of the next chunk
	matching atomic.Bool   // look rows up before they are written
	misses   int           // chunks in a row of which nothing was found
}

// importUpload takes in a file, chunk by chunk. What a killed import has done is not done again: progress is committed
// with each chunk. In the end rows whose id stood more than once are put back, and items that a replacing file does not
// hold are taken away.
func (s *Service) importUpload(ctx context.Context, up Upload, f Feed, rules []Rule) (*taking, error) {
	t := &taking{Service: s, up: up, feed: f, rules: rules, pace: chunkTime}
	if s.db.Dialect() == db.Postgres {
		t.pace = chunkAlone
	}
	t.im = catalog.Import{Catalog: f.CatalogID, Feed: f.ID, UpdateOnly: up.UpdateOnly, Upload: up.ID}
	if f.Supplementary {
		t.im.Primaries = append([]id.ID{}, f.PrimaryFeeds...)
	}
	t.size.Store(chunkFirst)
	t.file = newSurvey()
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

// takeIn writes the rows of the file that are not written yet.
func (t *taking) takeIn(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	p := newPipe(t)
	p.start(ctx)
	defer p.wait()
	defer close(p.written)
	defer stop()
	for k := range p.ordered {
		select {
		case <-k.ready:
		case <-ctx.Done():
			return ctx.Err()
		}
		if k.err != nil {
			return k.err
		}
		if err := t.write(ctx, k); err != nil {
			return err
		}
		p.written <- k
	}
	return ctx.Err()
}

// write commits a chunk with the progress it makes.
func (t *taking) write(ctx context.Context, k *chunk) error {
	var took time.Duration
	var out catalog.Imported
	err := t.part(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		watch := clock.Stopwatch()
		if out, err = t.writeRowsTx(ctx, tx, k); err != nil {
			return err
		}
		p := Progress{RowsDone: k.done, Counters: Counters{Detected: k.detected, Persisted: out.Persisted, Invalid: out.Refused + k.unreadable}}
		problems := slices.Clone(k.problems)
		for _, r := range out.Problems {
			problems = append(problems, rowProblem(r))
		}
		for _, r := range problems {
			if r.Fatal {
				p.Errors++
			} else {
				p.Warnings++
			}
		}
		if err := recordProblemsTx(ctx, tx, t.up.ID, problems); err != nil {
			return err
		}
		err = advanceTx(ctx, tx, t.up.ID, p)
		took = watch()
		return err
	})
	if err != nil {
		return fmt.Errorf("feed: upload %s: row %d: %w", t.up.ID, k.done, err)
	}
	t.adapt(k, out, took)
	return nil
}

func (t *taking) writeRowsTx(ctx context.Context, tx *db.Tx, k *chunk) (catalog.Imported, error) {
	if t.feed.Localised() {
		return catalog.ImportLocalTx(ctx, tx, t.feed.CatalogID, t.up.ID, k.local)
	}
	return t.catalogs.ImportRowsTx(ctx, tx, t.im, k.rows)
}

// missesMost is how many chunks without a match end the looking up.
const missesMost = 3

// adapt makes the next chunks as large as time allows, and stops looking rows up where none is ever found.
func (t *taking) adapt(k *chunk, out catalog.Imported, took time.Duration) {
	size, rows := t.size.Load(), int64(len(k.rows)+len(k.local))
	if rows == size || took > t.pace {
		want := int64(chunkMost)
		if took > 0 {
			want = rows * int64(t.pace) / int64(took)
		}
		t.size.Store(min(max((size+want)/2, chunkLeast, size/4), chunkMost))
	}
	switch found := out.Persisted > out.Created; {
	case found:
		t.misses = 0
		t.matching.Store(true)
	case k.matched:
		if t.misses++; t.misses >= missesMost && !t.up.UpdateOnly {
			t.matching.Store(false)
		}
	}
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
