package main

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/maphash"
	"io"
	"net/http"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hawkerhq/hawker/internal/feed"
	"github.com/hawkerhq/hawker/internal/feedfile"
	"github.com/hawkerhq/hawker/internal/money"
)

// dryRun is what a push would do.
type dryRun struct {
	Add     int      `json:"add"`
	Change  int      `json:"change"`
	Keep    int      `json:"keep"`
	Remove  int      `json:"remove"`
	Foreign int      `json:"of_another_feed"` // items the push may not touch
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
	good    bool
	seen    bool // in the catalog
}

// dry compares a file with a catalog.
type dry struct {
	seed     maphash.Seed
	currency string
	rows     map[string]fileRow
	out      dryRun
}

func dryPush(cmd *cobra.Command, r *remote, name string, o feed.LintOptions, updateOnly, asJSON bool) error {
	if isLink(name) {
		local, err := download(cmd.Context(), r, name)
		if err != nil {
			return err
		}
		defer func() { _ = os.RemoveAll(path.Dir(local)) }()
		name = local
	}
	if o.Currency == "" {
		o.Currency = "USD" // as feeds have it
	}
	d := dry{seed: maphash.MakeSeed(), currency: o.Currency, rows: map[string]fileRow{}}
	o.Each = d.row
	report, err := lintFile(cmd, name, o, asJSON)
	if err != nil {
		return err
	}
	d.out.LintReport = report
	err = r.items(cmd.Context(), exportedFields()+",product_feed{name}", func(item map[string]any) error {
		d.item(item, updateOnly)
		return nil
	})
	if err != nil {
		return err
	}
	for sku, row := range d.rows {
		if !row.seen && row.good && !updateOnly {
			d.out.Add++
			d.out.Adds = append(d.out.Adds, sku)
		}
	}
	slices.Sort(d.out.Adds)
	d.out.Adds = d.out.Adds[:min(len(d.out.Adds), dryIDs)]
	return d.out.print(cmd.OutOrStdout(), asJSON)
}

func (o dryRun) print(w io.Writer, asJSON bool) error {
	if asJSON {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		return enc.Encode(o)
	}
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
	if o.Foreign > 0 {
		_, _ = fmt.Fprintf(w, "%d items belong to another feed; their rows would be refused.\n", o.Foreign)
	}
	_, err := fmt.Fprintf(w, "A push would add %d, change %d, keep %d, and remove %d items.\n", o.Add, o.Change, o.Keep, o.Remove)
	return err
}

// row remembers a row of the file.
func (d *dry) row(sku string, get func(column string) (string, bool), good bool) {
	if old, twice := d.rows[sku]; twice {
		old.good = false
		d.rows[sku] = old
		return
	}
	row := fileRow{good: good}
	if good {
		row.columns, row.hash = d.hash(get, ^uint64(0))
	}
	d.rows[strings.Clone(sku)] = row // a part of the row's text would keep all of it
}

// item compares an item of the catalog with its row.
func (d *dry) item(item map[string]any, updateOnly bool) {
	sku, _ := item["retailer_id"].(string)
	from, _ := item["product_feed"].(map[string]any)
	owner, owned := from["name"].(string)
	row, ok := d.rows[sku]
	if !ok {
		if owner == pushFeed && !updateOnly {
			d.out.Remove++
			d.out.Removes = note(d.out.Removes, sku)
		}
		return
	}
	row.seen = true
	d.rows[sku] = row
	_, hash := d.hash(func(column string) (string, bool) {
		at := slices.IndexFunc(exported, func(c [2]string) bool { return c[0] == column })
		return exportCell(item, column, exported[at][1]), true
	}, row.columns)
	switch {
	case owned && owner != pushFeed:
		d.out.Foreign++
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

// hash is a hash of the values of the exported columns that mask names and that there are.
func (d *dry) hash(get func(column string) (string, bool), mask uint64) (columns, sum uint64) {
	var h maphash.Hash
	h.SetSeed(d.seed)
	for n, c := range exported {
		if mask&(1<<n) == 0 || c[0] == "id" || c[0] == "review_status" {
			continue
		}
		if v, ok := get(c[0]); ok {
			columns |= 1 << n
			_, _ = h.WriteString(c[0] + "\x1f" + d.canonical(c[0], v) + "\x1e")
		}
	}
	return columns, h.Sum64()
}

// canonical is one spelling of all that mean the same value.
func (d *dry) canonical(column, v string) string {
	v = strings.TrimSpace(v)
	switch column {
	case "price", "sale_price":
		if a, err := money.Parse(v); err == nil {
			return a.String()
		}
		if a, err := money.ParseNumber(v, d.currency); err == nil {
			return a.String()
		}
	case "status":
		switch strings.ToLower(v) {
		case "", "published", "active":
			return "published"
		case "staging", "archived":
			return "staging"
		}
		return strings.ToLower(v)
	case "availability", "condition", "gender", "age_group", "origin_country", "wa_compliance_category":
		return strings.ReplaceAll(strings.ToLower(v), "_", " ")
	case "additional_image_link":
		return strings.Join(strings.FieldsFunc(v, func(c rune) bool { return strings.ContainsRune(",;| ", c) }), " ")
	case "additional_variant_attribute":
		parts := strings.Split(v, ",")
		for n := range parts {
			parts[n] = strings.TrimSpace(parts[n])
		}
		slices.Sort(parts)
		return strings.Join(parts, ",")
	case "sale_price_effective_date":
		return instants(v)
	case "importer_address":
		var any any
		if json.Unmarshal([]byte(v), &any) == nil {
			b, _ := json.Marshal(any)
			return string(b)
		}
	}
	return v
}

// instants are the ends of a period in UTC.
func instants(period string) string {
	ends := strings.Split(period, "/")
	for n, end := range ends {
		for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05-0700", "2006-01-02T15:04Z07:00", "2006-01-02T15:04-0700"} {
			if t, err := time.Parse(layout, strings.TrimSpace(end)); err == nil {
				ends[n] = t.UTC().Format(time.RFC3339)
				break
			}
		}
	}
	return strings.Join(ends, "/")
}

func isLink(name string) bool {
	return strings.HasPrefix(name, "http://") || strings.HasPrefix(name, "https://")
}

// downloadMost is as much of a feed as is fetched.
const downloadMost = 1 << 30

// download fetches a file into a directory of its own, which is the caller's to remove.
func download(ctx context.Context, r *remote, link string) (name string, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, link, http.NoBody)
	if err != nil {
		return "", err
	}
	res, err := r.client.Do(req)
	if err != nil {
		return "", err
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s answers %s", link, res.Status)
	}
	dir, err := os.MkdirTemp("", "hawker-push-")
	if err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			_ = os.RemoveAll(dir)
		}
	}()
	f, err := os.Create(dir + "/feed" + path.Ext(req.URL.Path))
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	n, err := io.Copy(f, io.LimitReader(res.Body, downloadMost+1))
	switch {
	case err != nil:
		return "", fmt.Errorf("%s: %w", link, err)
	case n > downloadMost:
		return "", &feedfile.Error{Reason: "the file is larger than 1 GB; pack it"}
	}
	return f.Name(), nil
}
