package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"hash/maphash"
	"io"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/feed"
)

// dryRun is what a push would do.
type dryRun struct {
	Add     int      `json:"add"`
	Change  int      `json:"change"`
	Keep    int      `json:"keep"`
	Remove  int      `json:"remove"`
	Spared  int      `json:"left_out_and_kept"` // items the file leaves out, and which the server would not remove
	Foreign int      `json:"of_another_feed"`   // items the push may not touch
	Adds    []string `json:"add_ids,omitempty"`
	Changes []string `json:"change_ids,omitempty"`
	Removes []string `json:"remove_ids,omitempty"`
	feed.LintReport
}

// dryIDs is how many ids of a kind a dry run names.
const dryIDs = 20

// fileRow is what a dry run remembers of a row: which of the exported columns it has, and a hash of their values.
type fileRow struct {
	columns uint64
	hash    uint64
	number  int
	good    bool
	seen    bool               // in the catalog
	ifNew   []feed.LintProblem // what is wrong with it unless it is in the catalog
}

// dry compares a file with a catalog, as a push would: both sides are read as rows of a feed, and compared by what becomes of them.
type dry struct {
	seed       maphash.Seed
	rows       map[string]fileRow
	theirs     *catalog.Rows // items of the catalog as rows
	feed       string        // the id of the one that the push goes through; empty where it is to be made
	updateOnly bool
	owned      int // items of that feed
	out        dryRun
}

func dryPush(cmd *cobra.Command, r *remote, t target, name string, o feed.LintOptions, updateOnly, asJSON bool) error {
	if isLink(name) {
		local, err := download(cmd.Context(), r, name)
		if err != nil {
			return err
		}
		defer func() { _ = os.RemoveAll(path.Dir(local)) }()
		name = local
	}
	into, _, err := r.look(cmd.Context(), t)
	if err != nil {
		return err
	}
	o.Currency, o.Rules = cmp.Or(o.Currency, into.Currency, "USD"), into.rules // as feeds have it
	columns := make([]string, len(exported))
	for n, c := range exported {
		columns[n] = c[0]
	}
	d := dry{feed: into.ID, seed: maphash.MakeSeed(), rows: map[string]fileRow{}, theirs: catalog.NewRows(columns, catalog.RowOptions{}), updateOnly: updateOnly}
	o.Compare = d.row
	report, err := lintFile(cmd, name, o, asJSON)
	if err != nil {
		return err
	}
	d.out.LintReport = report
	err = r.items(cmd.Context(), exportedFields()+",product_feed{id}", func(item map[string]any) error {
		d.item(item)
		return nil
	})
	if err != nil {
		return err
	}
	d.end()
	if err := d.out.print(cmd.OutOrStdout(), asJSON); err != nil {
		return err
	}
	if d.out.Errors > 0 {
		return errFound
	}
	return nil
}

// end counts what only the whole catalog tells: new items, and whether the others may go.
func (d *dry) end() {
	var late []feed.LintProblem
	for sku, row := range d.rows {
		if row.seen || !row.good {
			continue
		}
		if d.updateOnly {
			row.ifNew = []feed.LintProblem{row.refused(sku, "There is no item with this id.", "This upload only changes items that exist.")}
		}
		late = append(late, row.ifNew...)
		if slices.ContainsFunc(row.ifNew, func(p feed.LintProblem) bool { return p.Fatal }) {
			d.out.Good--
			continue
		}
		d.out.Add++
		d.out.Adds = append(d.out.Adds, sku)
	}
	slices.Sort(d.out.Adds)
	d.out.Adds = d.out.Adds[:min(len(d.out.Adds), dryIDs)]
	d.out.tell(late)
	if n := d.out.Remove; n > 0 && (d.out.Unreadable > 0 || feed.LooksBroken(int64(n), int64(d.owned+d.out.Add))) {
		d.out.Remove, d.out.Spared, d.out.Removes = 0, n, nil
	}
}

// refused is a row that the server would refuse for what the catalog holds.
func (r fileRow) refused(sku, problem, remedy string) feed.LintProblem {
	return feed.LintProblem{Row: r.number, ID: sku, Fatal: true, Field: "id", Value: sku, Problem: problem, Remedy: remedy}
}

// tell adds problems to the report.
func (o *dryRun) tell(list []feed.LintProblem) {
	for _, p := range list {
		if p.Fatal {
			o.Errors++
		} else {
			o.Warnings++
		}
	}
	o.Problems = append(o.Problems, list...)
	slices.SortStableFunc(o.Problems, func(a, b feed.LintProblem) int { return cmp.Compare(a.Row, b.Row) })
}

func (o dryRun) print(w io.Writer, asJSON bool) error {
	if asJSON {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		return enc.Encode(o)
	}
	o.Problems = o.Problems[:min(len(o.Problems), problemsShown)]
	if err := printLint(w, o.LintReport, false); err != nil {
		return err
	}
	for _, l := range []struct {
		what string
		n    int
		ids  []string
	}{{"add", o.Add, o.Adds}, {"change", o.Change, o.Changes}, {"remove", o.Remove, o.Removes}} {
		if l.n > 0 {
			more := ""
			if l.n > len(l.ids) {
				more = " …"
			}
			_, _ = fmt.Fprintf(w, "%-7s %s%s\n", l.what, strings.Join(l.ids, " "), more)
		}
	}
	if o.Spared > 0 {
		_, _ = fmt.Fprintf(w, "The file leaves out %d items of the feed. None of them would be removed: they are too many, or rows cannot be read.\n", o.Spared)
	}
	_, err := fmt.Fprintf(w, "A push would add %d, change %d, keep %d, and remove %d items.\n", o.Add, o.Change, o.Keep, o.Remove)
	return err
}

// row remembers a row of the file.
func (d *dry) row(l feed.LintRow) {
	if l.Row == nil {
		old := d.rows[l.SKU]
		old.good = false
		d.rows[l.SKU] = old
		return
	}
	row := fileRow{number: l.Row.Number, good: l.Good, ifNew: l.IfNew}
	if l.Good {
		row.columns, row.hash = d.hash(l.Row, ^uint64(0))
	}
	d.rows[strings.Clone(l.SKU)] = row // a part of the row's text would keep all of it
}

// item compares an item of the catalog with its row.
func (d *dry) item(item map[string]any) {
	sku, _ := item["retailer_id"].(string)
	from, _ := item["product_feed"].(map[string]any)
	owner, owned := from["id"].(string)
	if owned && owner == d.feed {
		d.owned++
	}
	row, ok := d.rows[sku]
	if !ok {
		if owned && owner == d.feed && !d.updateOnly {
			d.out.Remove++
			d.out.Removes = note(d.out.Removes, sku)
		}
		return
	}
	row.seen = true
	d.rows[sku] = row
	cells := make([]string, len(exported))
	for n, c := range exported {
		cells[n] = exportCell(item, c[0], c[1])
	}
	_, hash := d.hash(d.theirs.Begin(0, cells), row.columns)
	switch {
	case owned && owner != d.feed:
		if d.out.Foreign++; row.good {
			d.out.Good--
			d.out.tell([]feed.LintProblem{row.refused(sku, "The item belongs to another feed.", "An item lives in exactly one primary feed: take it out of one of the two files.")})
		}
	case !row.good || hash == row.hash:
		d.out.Keep++
	default:
		d.out.Change++
		d.out.Changes = note(d.out.Changes, sku)
	}
}

func note(list []string, sku string) []string {
	if len(list) == dryIDs {
		return list
	}
	return append(list, sku)
}

// hash is a hash of what a row says of the exported columns that mask names; columns are those it speaks of.
func (d *dry) hash(row *catalog.Row, mask uint64) (columns, sum uint64) {
	var h maphash.Hash
	h.SetSeed(d.seed)
	for n, c := range exported {
		if mask&(1<<n) == 0 || c[0] == "id" || c[0] == "review_status" {
			continue
		}
		if v, ok := row.Value(c[0]); ok {
			columns |= 1 << n
			_, _ = h.WriteString(c[0] + "\x1f" + v + "\x1e")
		}
	}
	return columns, h.Sum64()
}
