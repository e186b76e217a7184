package manager

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/feed"
	"github.com/hawkerhq/hawker/internal/feedfile"
	"github.com/hawkerhq/hawker/internal/id"
)

// mappedMost is how many columns of a file a form maps.
const mappedMost = 50

// ColumnChoice is a column of a file, the field its values go to, and some of them.
type ColumnChoice struct {
	From, To string
	Samples  []string
}

// columnTargets are the fields that a column can be. A file names its column of ids itself: without one it is no feed.
func columnTargets() []string {
	var list []string
	for _, g := range itemFields() {
		for _, f := range g.Fields {
			if f.Name != "id" && !strings.Contains(f.Name, ".") {
				list = append(list, f.Name)
			}
		}
	}
	return list
}

// mappedColumns reads which column is which field.
func (v *visit) mappedColumns() (list []ColumnChoice) {
	from, to := v.PostForm["map_from"], v.PostForm["map_to"]
	for n := range min(len(from), len(to), mappedMost) {
		if slices.Contains(columnTargets(), to[n]) {
			list = append(list, ColumnChoice{From: from[n], To: to[n]})
		}
	}
	return list
}

// rule is the choice as a rule of a feed.
func (c ColumnChoice) rule() feed.Rule {
	return feed.Rule{Attribute: c.To, Type: feed.MappingRule, Params: map[string]string{"map_from": c.From}}
}

// columnsOf are the columns that nothing is known of, with what was chosen for them.
func columnsOf(report feed.LintReport, mapped []ColumnChoice) (list []ColumnChoice) {
	for _, name := range slices.Sorted(maps.Keys(report.Samples)) {
		c := ColumnChoice{From: name, Samples: report.Samples[name]}
		for _, m := range mapped {
			if strings.EqualFold(m.From, name) {
				c.To = m.To
			}
		}
		if list = append(list, c); len(list) == mappedMost {
			break
		}
	}
	return list
}

// checkedInto is the feed that would take a file, and the rules it would have: a zero one where it would be new.
func (s *Server) checkedInto(v *visit, form SourceForm) (f feed.Feed, rules []feed.Rule, err error) {
	f.Currency = "USD"
	if i, perr := id.Parse(form.Feed); perr == nil {
		err = s.view(v.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
			if f, err = feed.FeedTx(ctx, tx, v.caller, i); err != nil {
				return err
			}
			rules, err = feed.RulesTx(ctx, tx, v.caller, i)
			return err
		})
	}
	for _, c := range form.Mapped {
		rules = append(rules, c.rule())
	}
	return f, rules, err
}

// mapColumns gives a feed the rules that say which column is which field, but for those it has.
func (s *Server) mapColumns(v *visit, f id.ID, mapped []ColumnChoice) error {
	if len(mapped) == 0 {
		return nil
	}
	var have []feed.Rule
	err := s.view(v.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		have, err = feed.RulesTx(ctx, tx, v.caller, f)
		return err
	})
	if err != nil {
		return err
	}
	for _, c := range mapped {
		r := c.rule()
		if slices.ContainsFunc(have, func(h feed.Rule) bool {
			return h.Type == r.Type && h.Attribute == r.Attribute && maps.Equal(h.Params, r.Params)
		}) {
			continue
		}
		if _, err := s.Feeds.AddRule(v.Context(), v.caller, f, r); err != nil {
			return err
		}
	}
	return nil
}

// checkFile tells what a file would come to, and takes nothing in.
func (s *Server) checkFile(v *visit, p SourcesPage) error {
	p.Checked = true
	file, head, err := v.FormFile("file")
	if err != nil {
		problem, _ := v.words(errNoFile)
		p.Problem = &problem
		return s.showSources(v, http.StatusUnprocessableEntity, p)
	}
	defer func() { _ = file.Close() }()
	kept, err := os.CreateTemp("", "hawker-check")
	if err != nil {
		return err
	}
	defer func() { _ = errors.Join(kept.Close(), os.Remove(kept.Name())) }()
	if _, err := io.Copy(kept, file); err != nil {
		return err
	}
	if _, err := kept.Seek(0, io.SeekStart); err != nil {
		return err
	}
	into, rules, err := s.checkedInto(v, p.Form)
	if err != nil {
		return err
	}
	d := newDryRun(s, v, into, p.Form.UpdateOnly)
	report, err := feed.Lint(v.Context(), kept, head.Filename, feed.LintOptions{Most: problemsShown, Rules: rules, Currency: into.Currency, Compare: d.row}, nil)
	if err == nil {
		err = d.end(&report)
	}
	if problem, ok := v.words(err); ok {
		p.Problem = &problem
		return s.showSources(v, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		var whole feed.Problem
		var broken *feedfile.Error
		switch {
		case errors.As(err, &whole):
			p.Problem = &Problem{Text: whole.Summary, Detail: whole.Description}
		case errors.As(err, &broken):
			p.Problem = &Problem{Text: v.t("manager.file_unreadable"), Detail: broken.Reason}
		default:
			return err
		}
		return s.showSources(v, http.StatusUnprocessableEntity, p)
	}
	p.Lint, p.LintName, p.Dry, p.Targets = &report, head.Filename, d.counted(), columnTargets()
	p.Columns = columnsOf(report, p.Form.Mapped)
	return s.showSources(v, http.StatusOK, p)
}
