package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/hawkerhq/hawker/internal/feed"
	"github.com/hawkerhq/hawker/internal/feedfile"
)

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

	Fetch fetchFailure `json:"last_fetch_error,omitzero"`
}

// fetchFailure is why a file did not arrive, while the server asks for it again.
type fetchFailure struct {
	Message     string `json:"message"`
	Remedy      string `json:"remedy"`
	Attempts    int    `json:"attempts"`
	MaxAttempts int    `json:"max_attempts"`
	NextAttempt string `json:"next_attempt_time"`
}

func (f fetchFailure) String() string {
	return fmt.Sprintf("attempt %d of %d: %s %s The next attempt is at %s.", f.Attempts, f.MaxAttempts, f.Message, f.Remedy, f.NextAttempt)
}

func newCatalogPush(environ []string) *cobra.Command {
	var r remote
	var t target
	var dry, asJSON, updateOnly bool
	var o feed.LintOptions
	cmd := &cobra.Command{
		Use:   "push FILE|URL",
		Short: "Upload a file of products to a catalog, and tell what became of each row",
		Long: `Uploads the file to a feed of the catalog, named "` + pushFeed + `" unless --feed names another, and follows it to its end.
The feed's rules change its rows; --link-template adds two that give rows without a link one. What the file
leaves out of that feed is deleted; --update-only only changes items. --dry-run checks the file and says what a push would
add, change, keep and remove. The exit code is 1 when a row is not taken, or, in a dry run, would not be.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := r.check(); err != nil {
				return err
			}
			if err := t.check(); err != nil {
				return err
			}
			if dry {
				return dryPush(cmd, &r, t, args[0], o, updateOnly, asJSON)
			}
			return push(cmd, &r, t, args[0], o.Currency, updateOnly, asJSON)
		},
	}
	remoteFlags(cmd, &r, environ)
	t.flags(cmd)
	cmd.Flags().StringVar(&o.Currency, "currency", "", "currency of prices that name none, for example USD")
	cmd.Flags().BoolVar(&dry, "dry-run", false, "change nothing; say what would be added, changed and removed")
	cmd.Flags().BoolVar(&updateOnly, "update-only", false, "never create or delete items")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the result as JSON")
	return cmd
}

func push(cmd *cobra.Command, r *remote, t target, from, currency string, updateOnly, asJSON bool) error {
	ctx := cmd.Context()
	feedID, err := r.prepare(ctx, t, currency)
	if err != nil {
		return err
	}
	var up created
	if isLink(from) {
		_, _ = fmt.Fprintln(cmd.ErrOrStderr(), "The server fetches the file. While its address does not answer it is asked again, with growing pauses, and told here; Ctrl-C ends this command, not the upload.")
		err = r.post(ctx, feedID+"/uploads", url.Values{"url": {from}, "update_only": {strconv.FormatBool(updateOnly)}}, &up)
	} else {
		err = r.upload(ctx, feedID, from, updateOnly, &up)
	}
	if err != nil {
		return err
	}
	p, err := r.follow(cmd, up.ID, from)
	if err != nil {
		return err
	}
	p.Upload = up.ID
	return r.printPush(cmd, p, asJSON)
}

const uploadFields = "end_time,num_detected_items,num_persisted_items,num_invalid_items,num_deleted_items,error_count,warning_count"

// follow watches an upload to its end.
func (r *remote) follow(cmd *cobra.Command, upload, from string) (p pushed, err error) {
	ctx, stop := context.WithCancel(cmd.Context())
	defer stop()
	bar := newBar(cmd.ErrOrStderr(), "taken in", true)
	fields, told := uploadFields, fetchFailure{}
	if isLink(from) {
		fields += ",last_fetch_error"
	}
	rows, counted := int64(0), make(chan int64, 1)
	if !isLink(from) {
		go func() { counted <- countRows(ctx, from) }()
	}
	for {
		p = pushed{}
		err := r.call(ctx, http.MethodGet, upload+"?fields="+fields, "", nil, &p)
		if err != nil && fields != uploadFields { // Meta's server does not know Hawker's own field
			fields = uploadFields
			continue
		}
		if err != nil {
			return p, err
		}
		select {
		case rows = <-counted:
		default:
		}
		if p.Fetch != told && p.Fetch.Message != "" {
			_, _ = fmt.Fprintln(cmd.ErrOrStderr(), p.Fetch)
		}
		told = p.Fetch
		bar.show(int64(p.Detected), rows, p.Detected)
		if p.EndTime != "" {
			bar.end()
			return p, nil
		}
		if err := poll(ctx, 250*time.Millisecond); err != nil {
			return p, err
		}
	}
}

// countRows counts the rows of a file, for a progress bar: zero where they cannot be counted.
func countRows(ctx context.Context, name string) (n int64) {
	f, err := os.Open(name)
	if err != nil {
		return 0
	}
	defer func() { _ = f.Close() }()
	reader, err := feedfile.Open(f, feedfile.Options{Name: name})
	if err != nil {
		return 0
	}
	defer func() { _ = reader.Close() }()
	for ; ctx.Err() == nil; n++ {
		if _, err := reader.Next(); err != nil {
			return n
		}
	}
	return 0
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
