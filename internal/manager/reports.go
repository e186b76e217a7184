package manager

import (
	"context"
	"errors"
	"net/http"

	"github.com/hawkerhq/hawker/internal/account"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/policy"
)

// ReportsPage is what customers reported, one line an item. Who they are stands nowhere.
type ReportsPage struct {
	Shell
	Items   []policy.Reported
	Problem *Problem
}

// reports shows them.
func (s *Server) reports(v *visit) error { return s.showReports(v, http.StatusOK, nil) }

func (s *Server) showReports(v *visit, status int, problem *Problem) error {
	p := ReportsPage{Shell: v.shell(v.t("manager.nav_reports"), "reports"), Problem: problem}
	if v.catalog.ID == 0 {
		return v.show(status, "reports.html", p)
	}
	err := s.view(v.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		p.Items, err = policy.ReportedTx(ctx, tx, v.caller, v.catalog.ID, queueShown)
		return err
	})
	if err != nil {
		return err
	}
	if !v.may(account.Moderator) {
		for n := range p.Items {
			p.Items[n].Texts = nil // their words could tell the business who they are
		}
	}
	return v.show(status, "reports.html", p)
}

// lookAgain has the rules judge a reported item once more.
func (s *Server) lookAgain(v *visit) error {
	i, err := id.Parse(v.PostFormValue("item"))
	if err != nil {
		return errNothing
	}
	changed, err := s.Reviewer.LookAgain(v.Context(), v.caller, i)
	if errors.Is(err, policy.ErrDecided) {
		return s.showReports(v, http.StatusConflict, &Problem{Text: v.t("manager.decided")})
	}
	if err != nil {
		return err
	}
	toast := "manager.done_looked_same"
	if changed {
		toast = "manager.done_looked_changed"
	}
	return v.done(v.at("/reports?catalog="+v.catalog.ID.String()), toast)
}
