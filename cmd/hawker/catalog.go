package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/feed"
	"github.com/hawkerhq/hawker/internal/feedfile"
)

func newCatalog(environ []string) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "catalog",
		Short: "Check a file of products, push it to a catalog, or export one",
	}
	cmd.AddCommand(newCatalogLint(), newCatalogPush(environ), newCatalogExport(environ))
	return cmd
}

// errFound ends a command whose report has been printed.
var errFound = errors.New("the file has errors")

// problemsShown is how many problems a person is shown.
const problemsShown = 100

func newCatalogLint() *cobra.Command {
	var o feed.LintOptions
	var asJSON bool
	var taxonomy, rules, template string
	cmd := &cobra.Command{
		Use:   "lint FILE",
		Short: "Check a file of products without a server: CSV, TSV, Excel, RSS or Atom, packed or not",
		Long: `Checks every row as an upload would: ids, prices, links, dates, lengths, values. Rows with errors would not be
taken; warnings leave a value out. The exit code is 1 when a row would not be taken.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var err error
			if o.Taxonomy, err = catalog.LoadTaxonomy(taxonomy); err != nil {
				return fmt.Errorf("taxonomy: %w", err)
			}
			if o.Rules, err = fileRules(rules); err != nil {
				return err
			}
			links, err := linkRules(template)
			if err != nil {
				return err
			}
			o.Rules = append(o.Rules, links...)
			report, err := lintFile(cmd, args[0], o, asJSON)
			if err != nil {
				return err
			}
			if err := printLint(cmd.OutOrStdout(), report, asJSON); err != nil {
				return err
			}
			if report.Errors > 0 {
				return errFound
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&o.Currency, "currency", "", "currency of prices that name none, for example USD")
	cmd.Flags().StringVar(&rules, "rules", "", "file of the feed's rules, as JSON: a list of them, or what GET /{feed}/rules answers")
	linkFlag(cmd, &template)
	cmd.Flags().StringVar(&taxonomy, "taxonomy", "", "file of Google's product taxonomy, as serve takes it: categories that are not in it are warned of")
	cmd.Flags().BoolVar(&o.India, "india", false, "also check what Indian law asks for: country of origin, importer")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the report as JSON, every problem included")
	return cmd
}

func lintFile(cmd *cobra.Command, name string, o feed.LintOptions, all bool) (feed.LintReport, error) {
	f, err := os.Open(name)
	if err != nil {
		return feed.LintReport{}, err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return feed.LintReport{}, err
	}
	if !all {
		o.Most = problemsShown
	}
	bar := newBar(cmd.ErrOrStderr(), "checked", false)
	report, err := feed.Lint(cmd.Context(), f, name, o, func(bytes int64, rows int) { bar.show(bytes, info.Size(), rows) })
	bar.end()
	return report, inWords(err)
}

// inDetail is what is wrong with what was given, without the name of the cause.
func inDetail(err error) string {
	if f, ok := fault.As(err); ok {
		return f.Detail
	}
	return err.Error()
}

// inWords is what is wrong with a file, without the name of the package that found it.
func inWords(err error) error {
	var bad *feedfile.Error
	if !errors.As(err, &bad) {
		return err
	}
	if bad.Row == 0 {
		return errors.New(bad.Reason)
	}
	return fmt.Errorf("row %d: %s", bad.Row, bad.Reason)
}

func printLint(w io.Writer, r feed.LintReport, asJSON bool) error {
	if asJSON {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		return enc.Encode(r)
	}
	p := func(format string, args ...any) { _, _ = fmt.Fprintf(w, format+"\n", args...) }
	for _, x := range r.Problems {
		severity := "warning"
		if x.Fatal {
			severity = "error"
		}
		p("row %d %s: %s: %s", x.Row, orDash(x.ID), severity, x.Problem)
		if x.Value != "" {
			p("    value   %.80q", x.Value)
		}
		if x.Remedy != "" {
			p("    remedy  %s", x.Remedy)
		}
	}
	if told := len(r.Problems); told < r.Errors+r.Warnings {
		p("… and %d more; --json prints them all", r.Errors+r.Warnings-told)
	}
	if len(r.Unknown) > 0 {
		p("columns that name no field and are passed over: %q", r.Unknown)
	}
	p("%s: %d rows, %d good; %d errors, %d warnings", r.Kind, r.Rows, r.Good, r.Errors, r.Warnings)
	return nil
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

// poll waits between looks at something that goes on elsewhere, or until ctx ends.
func poll(ctx context.Context, every time.Duration) error {
	t := time.NewTimer(every)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
