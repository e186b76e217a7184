package manager

import (
	"context"
	"hash/maphash"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/feed"
)

// comparedMost is how many rows a file may have that is compared with the catalog; comparedPage how many are looked up at once.
const (
	comparedMost = 200_000
	comparedPage = 500
)

// DryRun is what taking a file in would do to the catalog.
type DryRun struct {
	Add, Change, Same, Remove int
	Elsewhere                 int // items of other feeds, which stay as they are
}

// comparedColumns are what a row and its item are compared by.
func comparedColumns() []string {
	return []string{"id", "title", "description", "availability", "condition", "price", "link", "image_link", "brand", "sale_price", categoryField}
}

// dryRun compares the rows of a file with the catalog at hand.
type dryRun struct {
	s          *Server
	v          *visit
	into       feed.Feed
	updateOnly bool
	seed       maphash.Seed
	theirs     *catalog.Rows
	rows       map[string]comparedRow
	many       bool // more than are compared
	out        DryRun
}

// comparedRow is what is remembered of a row: which columns it speaks of, and a hash of what it says.
type comparedRow struct {
	columns uint32
	hash    uint64
	good    bool
	ifNew   []feed.LintProblem
}

func newDryRun(s *Server, v *visit, into feed.Feed, updateOnly bool) *dryRun {
	return &dryRun{
		s: s, v: v, into: into, updateOnly: updateOnly, seed: maphash.MakeSeed(), rows: map[string]comparedRow{},
		theirs: catalog.NewRows(comparedColumns(), catalog.RowOptions{}),
	}
}

// row takes note of a row. An id that stands twice is taken with none of its rows.
func (d *dryRun) row(l feed.LintRow) {
	if d.many = d.many || len(d.rows) >= comparedMost; d.many {
		d.rows = nil
		return
	}
	sku := string([]byte(l.SKU)) // a part of the row's text would keep all of it
	if l.Row == nil {
		d.rows[sku] = comparedRow{}
		return
	}
	r := comparedRow{good: l.Good, ifNew: l.IfNew}
	if l.Good {
		r.columns, r.hash = d.hash(l.Row, ^uint32(0))
	}
	d.rows[sku] = r
}

// hash is a hash of what a row says of the columns that mask names.
func (d *dryRun) hash(row *catalog.Row, mask uint32) (columns uint32, sum uint64) {
	var h maphash.Hash
	h.SetSeed(d.seed)
	for n, c := range comparedColumns()[1:] {
		if mask&(1<<n) == 0 {
			continue
		}
		if text, ok := row.Value(c); ok {
			columns |= 1 << n
			_, _ = h.WriteString(c + "\x1f" + text + "\x1e")
		}
	}
	return columns, h.Sum64()
}

// end looks the rows up in the catalog. What is wrong with a row only because its item is new is told now.
func (d *dryRun) end(report *feed.LintReport) error {
	if d.many {
		return nil
	}
	kept := 0 // items of the feed that are in the file
	page := make([]string, 0, comparedPage)
	look := func() error {
		var items map[string]catalog.Item
		err := d.s.view(d.v.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
			items, err = catalog.ItemsByRetailerTx(ctx, tx, d.v.catalog.ID, page)
			return err
		})
		for _, sku := range page {
			i, have := items[sku]
			if have && d.into.ID != 0 && i.FeedID == d.into.ID {
				kept++
			}
			d.compare(d.rows[sku], i, have, report)
		}
		page = page[:0]
		return err
	}
	for sku := range d.rows {
		if page = append(page, sku); len(page) == comparedPage {
			if err := look(); err != nil {
				return err
			}
		}
	}
	if err := look(); err != nil {
		return err
	}
	return d.countRemoved(report, kept)
}

// compare counts what becomes of one row's item.
func (d *dryRun) compare(r comparedRow, i catalog.Item, have bool, report *feed.LintReport) {
	switch {
	case !r.good:
	case !have && d.updateOnly:
		report.Good--
		report.Errors++
	case !have:
		fatal := false
		for _, p := range r.ifNew {
			if fatal = fatal || p.Fatal; p.Fatal {
				report.Errors++
			} else {
				report.Warnings++
			}
			if len(report.Problems) < problemsShown {
				report.Problems = append(report.Problems, p)
			}
		}
		if fatal {
			report.Good--
		} else {
			d.out.Add++
		}
	case i.FeedID != 0 && i.FeedID != d.into.ID:
		d.out.Elsewhere++
	default:
		if _, hash := d.hash(d.theirs.Begin(0, comparedCells(i)), r.columns); hash == r.hash {
			d.out.Same++
		} else {
			d.out.Change++
		}
	}
}

// comparedCells is an item as a row of [comparedColumns].
func comparedCells(i catalog.Item) []string {
	sale := ""
	if i.Sale != nil {
		sale = i.Sale.Major() + " " + i.Sale.Currency
	}
	return []string{
		i.RetailerID, i.Title, i.Description, i.Availability, i.Condition, i.Price.Major() + " " + i.Price.Currency, i.Link, i.ImageLink, i.Brand, sale, i.GoogleCategory,
	}
}

// countRemoved counts the feed's items that the file leaves out, where the feed takes those away and would.
func (d *dryRun) countRemoved(report *feed.LintReport, kept int) error {
	if d.into.ID == 0 || !d.into.DeletionEnabled || d.updateOnly || report.Unreadable > 0 {
		return nil
	}
	var all int64
	err := d.s.view(d.v.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		all, err = catalog.FeedSizeTx(ctx, tx, d.v.catalog.ID, d.into.ID)
		return err
	})
	if left := all - int64(kept); left > 0 && !feed.LooksBroken(left, all+int64(d.out.Add)) {
		d.out.Remove = int(left)
	}
	return err
}

// counted is what was counted; nil for a file with too many rows.
func (d *dryRun) counted() *DryRun {
	if d.many {
		return nil
	}
	return &d.out
}
