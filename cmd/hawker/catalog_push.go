package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hawkerhq/hawker/internal/feed"
)

// remote is a catalog on a server that speaks the Graph API: a Hawker, or Meta's.
type remote struct {
	server, token, catalog string
	client                 http.Client
}

// remoteFlags declares how a catalog is reached; environment variables stand in for flags.
func remoteFlags(cmd *cobra.Command, r *remote, environ []string) {
	env := func(name, fallback string) string {
		for _, e := range environ {
			if v, ok := strings.CutPrefix(e, name+"="); ok {
				return v
			}
		}
		return fallback
	}
	cmd.Flags().StringVar(&r.server, "server", env("HAWKER_SERVER", "http://127.0.0.1:8080"), "address of the Graph API")
	cmd.Flags().StringVar(&r.token, "token", env("HAWKER_TOKEN", ""), "access token; better in HAWKER_TOKEN")
	cmd.Flags().StringVar(&r.catalog, "catalog", env("HAWKER_CATALOG", ""), "id of the catalog")
}

func (r *remote) check() error {
	var errs []error
	if r.catalog == "" {
		errs = append(errs, errors.New("catalog: which one? --catalog names its id"))
	}
	if r.token == "" {
		errs = append(errs, errors.New("token: an access token with catalog_management is needed; put it into HAWKER_TOKEN"))
	}
	return errors.Join(errs...)
}

const graphVersion = "v25.0"

// call makes a request and reads its JSON answer; what the API refuses becomes an error with its words.
func (r *remote) call(ctx context.Context, method, path, contentType string, body io.Reader, to any) error {
	link := path
	if !strings.HasPrefix(path, "http") {
		link = strings.TrimRight(r.server, "/") + "/" + graphVersion + "/" + path
	}
	req, err := http.NewRequestWithContext(ctx, method, link, body)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+r.token)
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	res, err := r.client.Do(req)
	if err != nil {
		return fmt.Errorf("%w; does a server run at --server %s?", err, r.server)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(io.LimitReader(res.Body, 64<<20))
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		var refused struct {
			Error struct{ Message string }
		}
		if json.Unmarshal(b, &refused) == nil && refused.Error.Message != "" {
			return fmt.Errorf("the server refuses: %s", refused.Error.Message)
		}
		return fmt.Errorf("the server answers %s", res.Status)
	}
	return json.Unmarshal(b, to)
}

// post sends a form.
func (r *remote) post(ctx context.Context, path string, form url.Values, to any) error {
	return r.call(ctx, http.MethodPost, path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()), to)
}

type created struct{ ID string }

// pushFeed is the feed that pushes go through.
const pushFeed = "hawker catalog push"

func (r *remote) feed(ctx context.Context) (string, error) {
	next := r.catalog + "/product_feeds?fields=name&limit=200"
	for next != "" {
		var page struct {
			Data   []struct{ ID, Name string }
			Paging struct{ Next string }
		}
		if err := r.call(ctx, http.MethodGet, next, "", nil, &page); err != nil {
			return "", err
		}
		for _, f := range page.Data {
			if f.Name == pushFeed {
				return f.ID, nil
			}
		}
		next = page.Paging.Next
	}
	var f created
	err := r.post(ctx, r.catalog+"/product_feeds", url.Values{"name": {pushFeed}}, &f)
	return f.ID, err
}

// items lists what a catalog holds.
func (r *remote) items(ctx context.Context, fields string, each func(item map[string]any) error) error {
	next := r.catalog + "/products?limit=500&fields=" + fields
	for next != "" {
		var page struct {
			Data   []map[string]any
			Paging struct{ Next string }
		}
		if err := r.call(ctx, http.MethodGet, next, "", nil, &page); err != nil {
			return err
		}
		for _, item := range page.Data {
			if err := each(item); err != nil {
				return err
			}
		}
		next = page.Paging.Next
	}
	return nil
}

// pushed is what a push came to.
type pushed struct {
	Upload    string `json:"upload_id,omitempty"`
	Detected  int    `json:"num_detected_items"`
	Persisted int    `json:"num_persisted_items"`
	Invalid   int    `json:"num_invalid_items"`
	Deleted   int    `json:"num_deleted_items"`
	Errors    int    `json:"error_count"`
	Warnings  int    `json:"warning_count"`
	EndTime   string `json:"end_time,omitempty"`
}

func newCatalogPush(environ []string) *cobra.Command {
	var r remote
	var dry, asJSON, updateOnly bool
	var o feed.LintOptions
	cmd := &cobra.Command{
		Use:   "push FILE|URL",
		Short: "Upload a file of products to a catalog, and tell what became of each row",
		Long: `Uploads the file to a feed of the catalog named "` + pushFeed + `" and follows it to its end. What the file
leaves out of that feed is deleted; --update-only only changes items. --dry-run checks the file and says what a push would
add, change and remove.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := r.check(); err != nil {
				return err
			}
			if dry {
				return dryPush(cmd, &r, args[0], o, asJSON)
			}
			return push(cmd, &r, args[0], updateOnly, asJSON)
		},
	}
	remoteFlags(cmd, &r, environ)
	cmd.Flags().StringVar(&o.Currency, "currency", "USD", "currency of prices that name none, for --dry-run")
	cmd.Flags().BoolVar(&dry, "dry-run", false, "change nothing; say what would be added, changed and removed")
	cmd.Flags().BoolVar(&updateOnly, "update-only", false, "never create or delete items")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the result as JSON")
	return cmd
}

// dryRun is what a push would do.
type dryRun struct {
	Add    int `json:"add"`
	Change int `json:"change_or_keep"`
	Remove int `json:"remove"`
	feed.LintReport
}

func dryPush(cmd *cobra.Command, r *remote, name string, o feed.LintOptions, asJSON bool) error {
	report, err := lintFile(cmd, name, o, asJSON)
	if err != nil {
		return err
	}
	ids, err := idsOf(cmd.Context(), name)
	if err != nil {
		return err
	}
	out := dryRun{LintReport: report}
	there := map[string]bool{}
	err = r.items(cmd.Context(), "retailer_id,product_feed{name}", func(item map[string]any) error {
		sku, _ := item["retailer_id"].(string)
		from, _ := item["product_feed"].(map[string]any)
		there[sku] = true
		if !ids[sku] && from["name"] == pushFeed {
			out.Remove++
		}
		return nil
	})
	if err != nil {
		return err
	}
	for sku := range ids {
		if there[sku] {
			out.Change++
		} else {
			out.Add++
		}
	}
	if asJSON {
		enc := json.NewEncoder(cmd.OutOrStdout())
		enc.SetIndent("", "  ")
		return enc.Encode(out)
	}
	if err := printLint(cmd.OutOrStdout(), report, false); err != nil {
		return err
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "A push would add %d, change or keep %d, and remove %d items.\n", out.Add, out.Change, out.Remove)
	return err
}

// idsOf are the ids of the rows of a file that can be read.
func idsOf(ctx context.Context, name string) (map[string]bool, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return feed.IDs(ctx, f, name)
}

func push(cmd *cobra.Command, r *remote, from string, updateOnly, asJSON bool) error {
	ctx := cmd.Context()
	feedID, err := r.feed(ctx)
	if err != nil {
		return err
	}
	var up created
	if strings.HasPrefix(from, "http://") || strings.HasPrefix(from, "https://") {
		err = r.post(ctx, feedID+"/uploads", url.Values{"url": {from}, "update_only": {strconv.FormatBool(updateOnly)}}, &up)
	} else {
		err = r.upload(ctx, feedID, from, updateOnly, &up)
	}
	if err != nil {
		return err
	}
	bar := newBar(cmd.ErrOrStderr(), "taken")
	var p pushed
	for p.EndTime == "" {
		err := r.call(ctx, http.MethodGet, up.ID+"?fields=end_time,num_detected_items,num_persisted_items,num_invalid_items,num_deleted_items,error_count,warning_count", "", nil, &p)
		if err != nil {
			return err
		}
		bar.show(int64(p.Persisted+p.Invalid), int64(max(p.Detected, 1)), p.Detected)
		if p.EndTime == "" {
			if err := poll(ctx, 250*time.Millisecond); err != nil {
				return err
			}
		}
	}
	bar.end()
	p.Upload = up.ID
	return r.printPush(cmd, p, asJSON)
}

// upload sends a file as it is read.
func (r *remote) upload(ctx context.Context, feedID, name string, updateOnly bool, to *created) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	pr, pw := io.Pipe()
	form := multipart.NewWriter(pw)
	go func() {
		err := form.WriteField("update_only", strconv.FormatBool(updateOnly))
		if err == nil {
			var part io.Writer
			if part, err = form.CreateFormFile("file", filepath.Base(name)); err == nil {
				_, err = io.Copy(part, f)
			}
		}
		_ = pw.CloseWithError(errors.Join(err, form.Close()))
	}()
	return r.call(ctx, http.MethodPost, feedID+"/uploads", form.FormDataContentType(), pr, to)
}

func (r *remote) printPush(cmd *cobra.Command, p pushed, asJSON bool) error {
	w := cmd.OutOrStdout()
	if asJSON {
		if err := json.NewEncoder(w).Encode(p); err != nil {
			return err
		}
	} else {
		if err := r.printErrors(cmd.Context(), w, p); err != nil {
			return err
		}
		_, _ = fmt.Fprintf(w, "%d rows: %d stored, %d not taken, %d items removed; %d errors, %d warnings\n", p.Detected, p.Persisted, p.Invalid, p.Deleted, p.Errors, p.Warnings)
	}
	if p.Errors > 0 {
		return errFound
	}
	return nil
}

func (r *remote) printErrors(ctx context.Context, w io.Writer, p pushed) error {
	if p.Errors+p.Warnings == 0 {
		return nil
	}
	var list struct {
		Data []struct {
			Summary, Description, Severity string
			Total                          int `json:"total_count"`
			Samples                        struct {
				Data []struct {
					Row int    `json:"row_number"`
					SKU string `json:"retailer_id"`
				}
			}
		}
	}
	if err := r.call(ctx, http.MethodGet, p.Upload+"/errors?limit=100&fields=summary,description,severity,total_count,samples.limit(5){row_number,retailer_id}", "", nil, &list); err != nil {
		return err
	}
	for _, e := range list.Data {
		_, _ = fmt.Fprintf(w, "%s (%d×): %s %s\n", e.Severity, e.Total, e.Summary, e.Description)
		for _, s := range e.Samples.Data {
			_, _ = fmt.Fprintf(w, "    row %d  %s\n", s.Row, s.SKU)
		}
	}
	return nil
}

// exported are the columns of an export, and the fields they are read from.
var exported = [][2]string{
	{"id", "retailer_id"},
	{"title", "name"},
	{"description", "description"},
	{"availability", "availability"},
	{"condition", "condition"},
	{"price", "price"},
	{"sale_price", "sale_price"},
	{"link", "url"},
	{"image_link", "image_url"},
	{"brand", "brand"},
	{"google_product_category", "category"},
	{"item_group_id", "retailer_product_group_id"},
	{"color", "color"},
	{"size", "size"},
	{"gender", "gender"},
	{"age_group", "age_group"},
	{"material", "material"},
	{"pattern", "pattern"},
	{"gtin", "gtin"},
	{"mpn", "manufacturer_part_number"},
	{"product_type", "product_type"},
	{"status", "visibility"},
	{"quantity_to_sell_on_facebook", "quantity_to_sell_on_facebook"},
	{"origin_country", "origin_country"},
	{"importer_name", "importer_name"},
	{"review_status", "review_status"},
}

func newCatalogExport(environ []string) *cobra.Command {
	var r remote
	var plain bool
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write a catalog as CSV to the standard output",
		Long: `Writes every item as a row, in the columns of a feed. Cells that a spreadsheet would take for a formula get an
apostrophe before them; --plain leaves it out, for programs.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := r.check(); err != nil {
				return err
			}
			return r.export(cmd.Context(), cmd.OutOrStdout(), plain)
		},
	}
	remoteFlags(cmd, &r, environ)
	cmd.Flags().BoolVar(&plain, "plain", false, "no apostrophes before cells that look like formulas")
	return cmd
}

func (r *remote) export(ctx context.Context, out io.Writer, plain bool) error {
	var fields, columns []string
	for _, c := range exported {
		columns, fields = append(columns, c[0]), append(fields, c[1])
	}
	w := csv.NewWriter(out)
	if err := w.Write(columns); err != nil {
		return err
	}
	err := r.items(ctx, strings.Join(append(slices.Clone(fields), "currency"), ","), func(item map[string]any) error {
		line := make([]string, len(fields))
		for n, f := range fields {
			line[n] = exportCell(item, f)
			if !plain {
				line[n] = feed.Harmless(line[n])
			}
		}
		return w.Write(line)
	})
	w.Flush()
	return errors.Join(err, w.Error())
}

// exportCell is a field as feeds write it.
func exportCell(item map[string]any, field string) string {
	switch v := item[field].(type) {
	case nil:
		return ""
	case string:
		if field == "price" || field == "sale_price" {
			return feedPrice(v, fmt.Sprint(item["currency"]))
		}
		return v
	default:
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		_ = enc.Encode(v)
		return strings.TrimSpace(b.String())
	}
}

// feedPrice turns a price as the node shows it ("$1,234.50") into one of a feed ("1234.50 USD").
func feedPrice(shown, currency string) string {
	digits := strings.Map(func(c rune) rune {
		if c >= '0' && c <= '9' || c == '.' {
			return c
		}
		return -1
	}, shown)
	return strings.Trim(digits, ".") + " " + currency
}
