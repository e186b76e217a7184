package manager

import (
	"net/http"

	"github.com/hawkerhq/hawker/internal/catalog"
)

// IssuesPage lists what is wrong with the items of a catalog, the most urgent first.
type IssuesPage struct {
	Shell
	Groups  []IssueGroup
	Problem *Problem
}

// IssueGroup is the issues of one severity.
type IssueGroup struct {
	Severity string
	Issues   []catalog.Diagnostic
	Items    int
	Trend    Trend // of the days on which somebody looked
}

// issues shows them.
func (s *Server) issues(v *visit) error { return s.showIssues(v, http.StatusOK, nil) }

func (s *Server) showIssues(v *visit, status int, problem *Problem) error {
	p := IssuesPage{Shell: v.shell(v.t("manager.nav_issues"), "issues"), Problem: problem}
	if v.catalog.ID != 0 {
		list, err := s.Catalogs.Diagnostics(v.Context(), v.caller, v.catalog.ID)
		if err != nil {
			return err
		}
		days, err := s.Catalogs.IssueDays(v.Context(), v.caller, v.catalog.ID, list)
		if err != nil {
			return err
		}
		for _, severity := range []string{catalog.MustFix, catalog.Opportunity} {
			g := IssueGroup{Severity: severity, Trend: trendOfDays(days, severity)}
			for _, d := range list {
				if d.Severity == severity {
					g.Issues = append(g.Issues, d)
					g.Items += d.Items
				}
			}
			if len(g.Issues) > 0 {
				p.Groups = append(p.Groups, g)
			}
		}
	}
	return v.show(status, "issues.html", p)
}
