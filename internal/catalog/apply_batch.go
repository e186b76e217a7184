package catalog

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	json "github.com/go-json-experiment/json"

	"github.com/hawkerhq/hawker/internal/crash"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
)

// Apply works off a batch from its first unapplied chunk: a crash in between costs nothing.
func (s *Service) Apply(ctx context.Context, a ApplyBatch) error {
	err := s.db.UpdateSoon(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE catalog_batch SET status = 'dispatched' WHERE handle = $1 AND status = 'scheduled'`, a.Handle)
		return err
	})
	if err == nil {
		err = s.applyParts(ctx, a.Handle)
	}
	if err != nil {
		return fmt.Errorf("catalog: batch %s: %w", a.Handle, err)
	}
	return nil
}

// applyParts applies chunk after chunk; while one is written the next is read and checked.
func (s *Service) applyParts(ctx context.Context, handle string) error {
	type loaded struct {
		part
		err error
	}
	read := s.recent.take(handle)
	load := func(from int) <-chan loaded {
		c := make(chan loaded, 1)
		go func() {
			var p part
			err := fault.Contain(func() (err error) {
				p, err = s.nextPart(ctx, handle, from, read)
				return err
			})
			c <- loaded{p, err}
		}()
		return c
	}
	for next := load(0); ; {
		p := <-next
		if errors.Is(p.err, db.ErrNoRows) {
			return s.finish(ctx, handle)
		}
		if p.err != nil {
			return p.err
		}
		next = load(p.n + 1)
		if err := s.applyPart(ctx, handle, p.part); err != nil {
			<-next // leave nothing running behind
			return err
		}
		crash.At(crash.BatchMid)
	}
}

// part is a chunk of a stored batch that waits.
type part struct {
	catalog id.ID
	kind    BatchKind
	upsert  bool
	n       int
	lines   []line
}

// line is a request, read and checked.
type line struct {
	at     int // in the batch
	method string
	change Change
	fresh  Item // what a CREATE makes where there is nothing yet
	said   Validation
	// local and data are those of a line of localized_items_batch.
	local *Localization
	data  map[string]any
}

// readLines reads and checks requests, on all processors.
func readLines(first int, kind BatchKind, requests []Request) ([]line, error) {
	lines := make([]line, len(requests))
	read := func(n int) {
		r := requests[n]
		r.kind = kind
		l := line{at: first + n, method: strings.ToUpper(r.Method)}
		l.change, l.fresh, l.said = r.check()
		if kind == LocalizedBatch {
			l.local, l.data = r.Localization, r.override()
		}
		lines[n] = l
	}
	var wg sync.WaitGroup
	share := max(chunkSize, (len(requests)+runtime.GOMAXPROCS(0)-1)/runtime.GOMAXPROCS(0))
	errs := make([]error, 1+len(requests)/share)
	for from := 0; from < len(requests); from += share {
		wg.Go(func() {
			errs[from/share] = fault.Contain(func() error {
				for n := from; n < min(from+share, len(requests)); n++ {
					read(n)
				}
				return nil
			})
		})
	}
	wg.Wait()
	return lines, errors.Join(errs...)
}

// nextPart reads and checks the first chunk from a number on that was not applied yet, before the
// transaction that writes it and that other writers wait for. Where there is none it is [db.ErrNoRows].
// Lines that were read before are not read again.
func (s *Service) nextPart(ctx context.Context, handle string, from int, read []line) (p part, err error) {
	var first int
	var requests string
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, `SELECT b.catalog_id, b.kind, b.upsert, k.n, k.first_line, CASE WHEN $3 THEN '' ELSE k.requests END FROM catalog_batch b
			JOIN catalog_batch_chunk k ON k.handle = b.handle WHERE b.handle = $1 AND k.n >= $2 AND NOT k.applied ORDER BY k.n LIMIT 1`, handle, from, read != nil).
			Scan(&p.catalog, &p.kind, &p.upsert, &p.n, &first, &requests)
	})
	if err != nil {
		return part{}, err
	}
	if read != nil {
		p.lines = read[first:min(first+chunkSize, len(read))]
		return p, nil
	}
	var list []Request
	if err := json.Unmarshal([]byte(requests), &list); err != nil {
		return part{}, fmt.Errorf("chunk %d: %w", p.n, err)
	}
	p.lines, err = readLines(first, p.kind, list)
	return p, err
}

func (s *Service) applyPart(ctx context.Context, handle string, p part) error {
	// The commit that finishes the batch is the one that waits for the disk; a part that is lost is applied again.
	return s.db.UpdateSoon(ctx, func(ctx context.Context, tx *db.Tx) error { return s.applyPartTx(ctx, tx, handle, p) })
}

// BatchDied tells, of a batch that was given up, that it ended with an error; what was applied stays. It is for
// job.OnDead.
func (s *Service) BatchDied(ctx context.Context, tx *db.Tx, a ApplyBatch, _ error) error {
	_, err := tx.Exec(ctx, `UPDATE catalog_batch SET status = 'error', finished_at = $1 WHERE handle = $2 AND status <> 'finished'`, tx.Now(), a.Handle)
	return err
}

func (s *Service) finish(ctx context.Context, handle string) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE catalog_batch SET status = 'finished', finished_at = $1 WHERE handle = $2`, tx.Now(), handle)
		return err
	})
}

func (s *Service) applyPartTx(ctx context.Context, tx *db.Tx, handle string, p part) error {
	n, err := tx.Exec(ctx, `UPDATE catalog_batch_chunk SET applied = TRUE, requests = '' WHERE handle = $1 AND n = $2 AND NOT applied`, handle, p.n)
	if err != nil || n == 0 {
		return err // another worker was faster, or the catalog is gone
	}
	problems, err := s.applyLinesTx(ctx, tx, p.catalog, p.upsert, p.lines)
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		if _, err := tx.Exec(ctx, `UPDATE catalog_batch_chunk SET problems = $1 WHERE handle = $2 AND n = $3`, jsonText(problems, len(problems)), handle, p.n); err != nil {
			return err
		}
	}
	if p.n == 0 {
		if _, err := tx.Exec(ctx, `UPDATE catalog_batch SET status = 'started' WHERE handle = $1`, handle); err != nil {
			return err
		}
	}
	s.changed(tx, p.catalog)
	return nil
}

// chunk is the state of items while a chunk's requests are applied to them in order.
type chunk struct {
	upsert    bool
	reviewed  bool
	prices    PriceEye
	inIndia   bool // a business in India sells the catalog
	taxonomy  *Taxonomy
	items     map[string]*Item // by SKU; nil: deleted
	order     []string         // SKUs touched, in order
	deleted   []id.ID
	problems  []LineProblem
	elsewhere []line // of items that exist
}

func (s *Service) applyLinesTx(ctx context.Context, tx *db.Tx, catalog id.ID, upsert bool, lines []line) ([]LineProblem, error) {
	skus := make([]string, len(lines))
	for n, l := range lines {
		skus[n] = l.said.RetailerID
	}
	// The lock makes connecting the catalog wait, and the other way round: no item slips past its review.
	var reviewed bool
	if err := tx.QueryRow(ctx, `SELECT reviewed FROM catalog WHERE id = $1`+lock(tx, "FOR SHARE"), catalog).Scan(&reviewed); err != nil {
		return nil, err
	}
	if reviewed && len(lines) >= leastSwept { // before items are locked, as whoever writes a sweep does
		if err := HoldSweepTx(ctx, tx, catalog); err != nil {
			return nil, err
		}
	}
	have, err := lockItemsTx(ctx, tx, catalog, skus)
	if err != nil {
		return nil, err
	}
	inIndia, err := s.inIndiaTx(ctx, tx, catalog)
	if err != nil {
		return nil, err
	}
	k := chunk{upsert: upsert, reviewed: reviewed, prices: s.prices, inIndia: inIndia, taxonomy: s.taxonomy, items: make(map[string]*Item, len(lines))}
	for sku, it := range have {
		k.items[sku] = &it
	}
	for _, l := range lines {
		k.apply(catalog, l, tx.Now())
	}
	return k.problems, k.save(ctx, tx, catalog)
}

func (k *chunk) apply(catalog id.ID, l line, now time.Time) {
	sku, v, next := l.said.RetailerID, l.said, l.fresh
	note := func(warning bool, text string) {
		k.problems = append(k.problems, LineProblem{Line: l.at, ID: sku, Message: text, Warning: warning})
	}
	for _, e := range v.Errors {
		note(false, e.Message)
	}
	if len(v.Errors) > 0 {
		return
	}
	it := k.items[sku]
	switch {
	case l.local != nil:
		if it == nil {
			note(false, "there is no item with this id; only items that exist can be localized")
			return
		}
		k.elsewhere = append(k.elsewhere, l)
		return
	case l.method == "DELETE":
		if it == nil {
			note(true, "there is no item with this id; nothing was deleted")
			return
		}
		if it.ID != 0 {
			k.deleted = append(k.deleted, it.ID)
		}
		k.items[sku] = nil
		return
	case l.method == "UPDATE" && it == nil && !k.upsert:
		note(false, "there is no item with this id; create it, or leave allow_upsert on")
		return
	}
	if l.method == "UPDATE" || it != nil {
		// A CREATE of a new item was made when it was read.
		next = Item{}
		if it != nil {
			next = *it
		}
		if problems := l.change.applyTo(&next, it == nil); len(problems) > 0 {
			for _, p := range problems {
				note(false, p.String())
			}
			return
		}
	}
	for _, w := range v.Warnings {
		note(true, w.Message)
	}
	if fields := next.MissingInIndia(); k.inIndia && len(fields) > 0 {
		note(true, indiaWarning(fields))
	}
	if wrong := k.taxonomy.wrong(next.GoogleCategory); wrong != "" && (it == nil || it.GoogleCategory != next.GoogleCategory) {
		note(true, "google_product_category: "+wrong)
	}
	next.CatalogID, next.RetailerID = catalog, sku
	next.settle(it, k.reviewed, k.prices, now)
	k.items[sku] = &next
	k.order = append(k.order, sku)
}

// save writes what the requests of the chunk came to, each item once.
func (k *chunk) save(ctx context.Context, tx *db.Tx, catalog id.ID) error {
	var changed []Item
	var fresh []*Item
	review := false
	seen := map[string]bool{}
	for _, sku := range k.order {
		it := k.items[sku]
		if it == nil || seen[sku] {
			continue
		}
		seen[sku] = true
		review = review || it.Review.Status == Pending || it.Review.Status == Outdated
		if it.ID == 0 {
			fresh = append(fresh, it)
		} else {
			changed = append(changed, *it)
		}
	}
	if len(k.deleted) > 0 {
		if err := deleteTx(ctx, tx, k.deleted); err != nil {
			return err
		}
	}
	if err := insertTx(ctx, tx, catalog, k.reviewed, fresh); err != nil {
		return err
	}
	if err := upsertTx(ctx, tx, 0, changed); err != nil {
		return err
	}
	for _, l := range k.elsewhere {
		data := l.data
		if l.method == "DELETE" {
			data = nil
		}
		if err := setOverrideTx(ctx, tx, catalog, 0, k.items[l.said.RetailerID].ID, *l.local, data); err != nil {
			return err
		}
	}
	if review {
		return enqueueReviewTx(ctx, tx, catalog)
	}
	return nil
}

// ImportTx applies requests to a catalog in the caller's transaction, with upsert, and returns the errors:
// for small, trusted sets such as the demo world's.
func (s *Service) ImportTx(ctx context.Context, tx *db.Tx, catalog id.ID, requests []Request) ([]LineProblem, error) {
	s.changed(tx, catalog)
	lines, err := readLines(0, ItemsBatch, requests)
	if err != nil {
		return nil, err
	}
	problems, err := s.applyLinesTx(ctx, tx, catalog, true, lines)
	return slices.DeleteFunc(problems, func(p LineProblem) bool { return p.Warning }), err
}
