package manager

import (
	"context"
	"net/http"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/template"
	"github.com/hawkerhq/hawker/internal/waba"
)

// TemplatesPage lists the message templates of the business's accounts.
type TemplatesPage struct {
	Shell
	Lines   []TemplateLine
	Problem *Problem
}

// TemplateLine is a template and the account it belongs to.
type TemplateLine struct {
	template.Template
	Account string
	Text    string // what its body says
	Held    int    // messages that wait until its pacing ends
}

// templatesShown bounds the list of one account.
const templatesShown = 250

// templateTones are how statuses look.
var templateTones = map[string]string{
	template.Approved: "good", template.Pending: "warm", template.Paused: "warm", template.Rejected: "bad", template.Disabled: "bad",
}

// templateTone is how a status looks; others are plain.
func templateTone(status string) string { return templateTones[status] }

// templates shows them all, newest first.
func (s *Server) templates(v *visit) error { return s.showTemplates(v, http.StatusOK, nil) }

func (s *Server) showTemplates(v *visit, status int, problem *Problem) error {
	p := TemplatesPage{Shell: v.shell(v.t("manager.nav_templates"), "templates"), Problem: problem}
	err := s.view(v.Context(), func(ctx context.Context, tx *db.Tx) error {
		p.Lines = nil
		accounts, err := waba.AccountsTx(ctx, tx, v.caller)
		if err != nil {
			return err
		}
		for _, a := range accounts {
			list, err := template.ListTx(ctx, tx, v.caller, a.ID, template.Filter{}, 0, 0, templatesShown)
			if err != nil {
				return err
			}
			ids := make([]id.ID, len(list))
			for n, t := range list {
				ids[n] = t.ID
			}
			held, err := messaging.HeldTx(ctx, tx, ids)
			if err != nil {
				return err
			}
			for _, t := range list {
				body, _ := t.Component("BODY")
				p.Lines = append(p.Lines, TemplateLine{t, a.Name, body.Text, held[t.ID]})
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return v.show(status, "templates.html", p)
}
