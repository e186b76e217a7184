package feed

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/feedfile"
	"github.com/hawkerhq/hawker/internal/id"
)

// How a file is taken in.
const (
	// chunkRows are stored in one transaction: short enough for a send to slip in between.
	chunkRows = 250
	sweepRows = 250
	// deletionsMost is the part of a feed's items, in percent, that a file may leave out before it looks like a
	// broken export.
	deletionsMost = 30
	// deletionsFree may always go.
	deletionsFree = 10
)

// importUpload reads the file of an upload to its end. What it commits, it commits with its progress; begun
// again, it goes on behind that.
func (s *Service) importUpload(ctx context.Context, up Upload, f Feed, rules []Rule) error {
	file, err := s.files.Open(up.Hash)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	r, err := feedfile.Open(file, feedfile.Options{
		Name: up.FileName, ContentType: up.ContentType, Encoding: f.Encoding, Delimiter: f.Delimiter, QuotedFields: f.QuotedFields,
	})
	if err != nil {
		return fileProblem(err)
	}
	defer func() { _ = r.Close() }()
	compiled, err := compileRules(rules)
	if err != nil {
		return err
	}
	im := &importer{
		s: s, up: up, feed: f, rules: compiled, seed: maphash.MakeSeed(), seen: map[uint64]struct{}{},
		into: catalog.Import{Catalog: up.CatalogID, Feed: f.ID, UpdateOnly: up.UpdateOnly}, layouts: map[string]*catalog.Rows{},
		told: map[string]bool{}, seedOfRules: seedOf(rules),
	}
	if f.Supplementary {
		im.into.Primaries = f.PrimaryFeeds
	}
	im.plain = len(rules) == 0 && (r.Format().Dialect == "meta" || r.Format().Dialect == "google")
	if err := im.read(ctx, r); err != nil {
		return err
	}
	if up.UpdateOnly || !f.DeletionEnabled || f.Supplementary || f.Localised() {
		return nil
	}
	return im.sweep(ctx)
}

// fileProblem makes a problem of what ends a file.
func fileProblem(err error) error {
	var broken *feedfile.Error
	if !errors.As(err, &broken) {
		return err
	}
	return Problem{
		Type: TypeFile, Row: broken.Row, Summary: "The file cannot be read: " + broken.Reason + ".",
		Description: "Rows before it are taken; nothing was deleted. Mend the file and upload it again.",
	}
}

// importer takes in one file.
type importer struct {
	s     *Service
	up    Upload
	feed  Feed
	rules []compiledRule
	into  catalog.Import
	seed  maphash.Seed
	seen  map[uint64]struct{} // SKUs of the file so far, by hash
	rows  int64               // read
	// layouts are the columns rows were read by so far: one for a table, some for XML.
	layouts     map[string]*catalog.Rows
	seedOfRules string
	told        map[string]bool // columns that name no field, told once
	plain       bool            // cells are what they are: no rules, no other tool's words
	chunk       []*catalog.Row
	local       []catalog.LocalRow
	found       []Problem
	count       Counters
}

// seedOf names the rules of a feed: where they change, every row is read anew.
func seedOf(rules []Rule) string {
	var b strings.Builder
	for _, r := range rules {
		fmt.Fprintf(&b, "%s %s %s\n", r.Type, r.Attribute, toJSON(r.Params, len(r.Params)))
	}
	return b.String()
}

func (im *importer) hash(sku string) uint64 { return maphash.String(im.seed, sku) }

func (im *importer) read(ctx context.Context, r *feedfile.Reader) error {
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			return im.commit(ctx)
		}
		if err != nil {
			return errors.Join(im.commit(ctx), fileProblem(err))
		}
		im.rows++
		done := im.rows <= im.up.RowsDone
		sku, twice := im.note(row)
		if done {
			continue
		}
		im.count.Detected++
		switch {
		case row.Problem != "":
			im.refuse(Problem{Type: TypeRow, Summary: "A row cannot be read: " + row.Problem + ".", Description: "Mend the row in your file.", Row: row.Number})
		case twice:
			im.refuse(Problem{
				Type: TypeDuplicate, Field: "id", Summary: "An id stands in the file more than once.", Description: "Each item needs an id of its own; the first row with it counts.",
				Row: row.Number, RetailerID: sku, Value: sku,
			})
		default:
			im.take(row)
		}
		if len(im.chunk)+len(im.local) >= chunkRows || im.count.Detected >= 4*chunkRows {
			if err := im.commit(ctx); err != nil {
				return err
			}
		}
	}
}

// note remembers a row's SKU.
func (im *importer) note(row feedfile.Row) (sku string, twice bool) {
	at := slices.Index(row.Names, "id")
	if at < 0 || row.Values[at] == "" {
		return "", false
	}
	sku = row.Values[at]
	if im.feed.Localised() {
		return sku, false // one row for each country or language
	}
	h := im.hash(sku)
	if _, twice = im.seen[h]; !twice {
		im.seen[h] = struct{}{}
	}
	return sku, twice
}

func (im *importer) refuse(p Problem) {
	p.Fatal = true
	im.count.Invalid++
	im.count.Errors++
	im.found = append(im.found, p)
}

func (im *importer) warn(p Problem) {
	im.count.Warnings++
	im.found = append(im.found, p)
}

// take puts a row into the chunk.
func (im *importer) take(row feedfile.Row) {
	names, values := row.Names, slices.Clone(row.Values)
	if !im.plain || im.feed.Localised() {
		c := newCells(row)
		for _, r := range im.rules {
			r.apply(c)
		}
		c.translate()
		if im.feed.Localised() {
			im.takeLocal(row, c)
			return
		}
		names, values = c.columns()
	}
	layout := im.layout(names)
	r := layout.Begin(row.Number, values)
	if row.Warning != "" {
		im.warn(Problem{Type: TypeRow, Summary: "A row is odd: " + row.Warning + ".", Row: row.Number, RetailerID: r.SKU})
	}
	im.chunk = append(im.chunk, r)
}

func (im *importer) layout(names []string) *catalog.Rows {
	key := strings.Join(names, "\x00")
	l, ok := im.layouts[key]
	if !ok {
		l = catalog.NewRows(names, catalog.RowOptions{Currency: im.feed.Currency, Seed: im.seedOfRules})
		im.layouts[key] = l
		for _, name := range l.Unknown {
			if !notOfItem[name] && !im.told[name] && im.up.RowsDone == 0 {
				im.told[name] = true
				im.warn(Problem{Type: TypeColumn, Field: name, Summary: "A column names no field and was passed over: " + clip(name, valueMost) + ".", Description: "Rename it, map it with a rule, or leave it."})
			}
		}
	}
	return l
}

// takeLocal puts a row of a localised feed into the chunk.
func (im *importer) takeLocal(row feedfile.Row, c cells) {
	key := c["override"]
	if key == "" {
		key = im.feed.OverrideValue
	}
	im.local = append(im.local, catalog.LocalRow{
		Number: row.Number, SKU: c["id"], For: catalog.Localization{Type: im.feed.OverrideType, Value: key}, Data: c.data(im.feed.Currency),
	})
}

// commit stores the chunk with its problems and the progress of the upload.
func (im *importer) commit(ctx context.Context) error {
	if im.count == (Counters{}) {
		return nil
	}
	err := im.s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error { return catalog.MatchTx(ctx, tx, im.into, im.chunk) })
	if err != nil {
		return err
	}
	for _, r := range im.chunk {
		r.Read() // before the transaction that others wait for
	}
	base, found := im.count, len(im.found)
	err = im.s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		im.count, im.found = base, im.found[:found] // the transaction may run again
		out, err := im.s.catalogs.ImportRowsTx(ctx, tx, im.into, im.chunk)
		if err != nil {
			return err
		}
		local, err := im.s.catalogs.ImportLocalTx(ctx, tx, im.up.CatalogID, im.local)
		if err != nil {
			return err
		}
		for _, o := range []catalog.Imported{out, local} {
			im.count.Persisted += o.Persisted
			im.count.Invalid += o.Refused
			im.tell(o.Problems)
		}
		if err := recordProblemsTx(ctx, tx, im.up.ID, im.found); err != nil {
			return err
		}
		return advanceTx(ctx, tx, im.up.ID, Progress{RowsDone: im.rows, Counters: im.count})
	})
	im.chunk, im.local, im.found, im.count = im.chunk[:0], im.local[:0], im.found[:0], Counters{}
	return err
}

// kindsOfCatalog are the catalog's kinds of problem, as the contract names them.
var kindsOfCatalog = map[string]string{catalog.OfOtherFeed: TypeOwner, catalog.NoSuchItem: TypeUnknown}

// tell makes problems of what the catalog said.
func (im *importer) tell(wrong []catalog.RowProblem) {
	for _, w := range wrong {
		if w.Fatal {
			im.count.Errors++
		} else {
			im.count.Warnings++
		}
		im.found = append(im.found, Problem{
			Fatal: w.Fatal, Type: kindsOfCatalog[w.Kind], Field: w.Field, Summary: w.Summary, Description: w.Remedy, Row: w.Row, RetailerID: w.SKU, Value: w.Value,
		})
	}
}

// sweep deletes the feed's items that the file does not hold. A file that leaves out a large part of them
// looks like a broken export: then nothing is deleted.
func (im *importer) sweep(ctx context.Context) error {
	gone, kept, err := im.leftOut(ctx, func([]id.ID) error { return nil })
	if err != nil || gone == 0 {
		return err
	}
	if gone > deletionsFree && gone*100 > (gone+kept)*deletionsMost {
		return Problem{
			Type: TypeDeletion, Field: "id",
			Summary:     fmt.Sprintf("The file leaves out %d of %d items of the feed, more than %d %%; none of them was deleted.", gone, gone+kept, deletionsMost),
			Description: "If the file is right, delete the items by items_batch or upload in smaller steps; if it is a broken export, mend it.",
		}
	}
	_, _, err = im.leftOut(ctx, func(list []id.ID) error {
		return im.s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
			n, err := im.s.catalogs.DeleteOfFeedTx(ctx, tx, im.up.CatalogID, im.feed.ID, list)
			if err != nil {
				return err
			}
			return advanceTx(ctx, tx, im.up.ID, Progress{RowsDone: im.rows, Counters: Counters{Deleted: n}})
		})
	})
	return err
}

// leftOut walks over the feed's items and hands those that the file does not hold to f.
func (im *importer) leftOut(ctx context.Context, f func([]id.ID) error) (gone, kept int, err error) {
	for after := id.ID(0); ; {
		var page []catalog.FeedItem
		err := im.s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			page, err = catalog.FeedItemsTx(ctx, tx, im.up.CatalogID, im.feed.ID, after, sweepRows)
			return err
		})
		if err != nil {
			return 0, 0, err
		}
		var list []id.ID
		for _, item := range page {
			if _, ok := im.seen[im.hash(item.RetailerID)]; ok {
				kept++
			} else {
				list = append(list, item.ID)
			}
		}
		gone += len(list)
		if len(list) > 0 {
			if err := f(list); err != nil {
				return 0, 0, err
			}
		}
		if len(page) < sweepRows {
			return gone, kept, nil
		}
		after = page[len(page)-1].ID
	}
}
