package manager

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/template"
	"github.com/hawkerhq/hawker/internal/waba"
	"github.com/hawkerhq/hawker/wire"
)

// repliesMost is how many quick replies the form offers.
const repliesMost = 3

// TemplateFormPage makes a message template.
type TemplateFormPage struct {
	Shell
	Accounts   []waba.Account
	Languages  []string
	Categories []string
	Replies    []int
	Form       TemplateForm
	Preview    TemplatePreview
	Problem    *Problem
}

// TemplateForm is what is filled in.
type TemplateForm struct {
	Account                          id.ID
	Name, Language, Category         string
	Header, Body, Footer             string
	HeaderSample, Samples            string // Samples: one value a line, in the order of the placeholders
	Replies                          []string
	LinkText, Link, LinkSample, Kind string
	Offer                            string // a sample of a code that customers copy
	// Of a template that carries a code to log in: its texts are WhatsApp's own.
	Advice  bool
	Minutes string
}

// Reply is the text of quick reply i.
func (f TemplateForm) Reply(i int) string {
	if i < len(f.Replies) {
		return f.Replies[i]
	}
	return ""
}

// read is the template that the form describes.
func (f TemplateForm) read() template.Template {
	t := template.Template{Name: f.Name, Language: f.Language, Category: f.Category, Format: template.Positional}
	if f.Category == template.Authentication {
		t.Components = f.codeParts()
		return t
	}
	if f.Header != "" {
		h := wire.TemplateComponent{Type: "HEADER", Format: "TEXT", Text: f.Header}
		if f.HeaderSample != "" {
			h.Example = &wire.TemplateExample{HeaderText: wire.Texts{f.HeaderSample}}
		}
		t.Components = append(t.Components, h)
	}
	body := wire.TemplateComponent{Type: "BODY", Text: f.Body}
	if samples := lineList(f.Samples); len(samples) > 0 {
		body.Example = &wire.TemplateExample{BodyText: wire.TemplateSamples(samples)}
	}
	t.Components = append(t.Components, body)
	if f.Footer != "" {
		t.Components = append(t.Components, wire.TemplateComponent{Type: "FOOTER", Text: f.Footer})
	}
	if buttons := f.buttons(); len(buttons) > 0 {
		t.Components = append(t.Components, wire.TemplateComponent{Type: "BUTTONS", Buttons: buttons})
	}
	return t
}

// codeParts are the components of a template that carries a code.
func (f TemplateForm) codeParts() []wire.TemplateComponent {
	list := []wire.TemplateComponent{{Type: "BODY", AddSecurityRecommendation: &f.Advice}}
	if f.Minutes != "" {
		minutes, _ := strconv.Atoi(f.Minutes) // what is no number is refused as zero is
		list = append(list, wire.TemplateComponent{Type: "FOOTER", CodeExpirationMinutes: &minutes})
	}
	return append(list, wire.TemplateComponent{Type: "BUTTONS", Buttons: []wire.TemplateButton{{Type: "OTP", OTPType: "COPY_CODE"}}})
}

func (f TemplateForm) buttons() (list []wire.TemplateButton) {
	for _, text := range f.Replies {
		if text != "" {
			list = append(list, wire.TemplateButton{Type: "QUICK_REPLY", Text: text})
		}
	}
	switch f.Kind {
	case "url":
		b := wire.TemplateButton{Type: "URL", Text: f.LinkText, URL: f.Link}
		if f.LinkSample != "" {
			b.Example = wire.Texts{f.LinkSample}
		}
		list = append(list, b)
	case "catalog":
		list = append(list, wire.TemplateButton{Type: "CATALOG", Text: "View catalog"})
	case "products":
		list = append(list, wire.TemplateButton{Type: "MPM", Text: "View items"})
	case "code":
		b := wire.TemplateButton{Type: "COPY_CODE"}
		if f.Offer != "" {
			b.Example = wire.Texts{f.Offer}
		}
		list = append(list, b)
	}
	return list
}

// lineList are the lines of a text that hold something.
func lineList(text string) (list []string) {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			list = append(list, line)
		}
	}
	return list
}

// newTemplate shows the empty form.
func (s *Server) newTemplate(v *visit) error {
	return s.showTemplateForm(v, http.StatusOK, TemplateForm{Language: v.lang, Category: template.Utility}, nil)
}

func (s *Server) showTemplateForm(v *visit, status int, f TemplateForm, problem *Problem) error {
	p := TemplateFormPage{
		Shell: v.shell(v.t("manager.new_template"), "templates"), Languages: template.Languages(), Categories: []string{template.Utility, template.Marketing, template.Authentication},
		Replies: []int{0, 1, 2}, Form: f, Problem: problem,
	}
	err := s.view(v.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		p.Accounts, err = waba.AccountsTx(ctx, tx, v.caller)
		return err
	})
	if err != nil {
		return err
	}
	p.Preview = v.preview(f, v.business.Name)
	return v.show(status, "template_form.html", p)
}

// createTemplate makes the template and has it decided on.
func (s *Server) createTemplate(v *visit) error {
	text := func(name string) string { return strings.TrimSpace(v.PostFormValue(name)) }
	f := TemplateForm{
		Name: text("name"), Language: text("language"), Category: text("category"), Header: text("header"), Body: text("body"), Footer: text("footer"), HeaderSample: text("header_sample"),
		Samples: text("samples"), LinkText: text("link_text"), Link: text("link"), LinkSample: text("link_sample"), Kind: text("button"),
		Offer: text("offer"), Advice: text("advice") != "", Minutes: text("minutes"),
	}
	for i := range repliesMost {
		f.Replies = append(f.Replies, text(fmt.Sprintf("reply_%d", i)))
	}
	f.Replies = slices.DeleteFunc(f.Replies, func(r string) bool { return r == "" })
	var err error
	if f.Account, err = id.Parse(v.PostFormValue("account")); err != nil {
		return errNothing
	}
	if v.PostFormValue("action") == "check" {
		return s.showTemplateForm(v, http.StatusOK, f, nil)
	}
	_, err = s.Templates.Create(v.Context(), v.caller, f.Account, f.read())
	if problem, ok := v.words(err); ok {
		return s.showTemplateForm(v, http.StatusUnprocessableEntity, f, &problem)
	}
	if err != nil {
		return err
	}
	return v.done(v.at("/templates"), "manager.done_template")
}

// deleteTemplate removes one language of a template.
func (s *Server) deleteTemplate(v *visit) error {
	i, err := v.pathID("template")
	if err != nil {
		return err
	}
	var t template.Template
	err = s.view(v.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		t, err = template.ForTx(ctx, tx, v.caller, i)
		return err
	})
	if err == nil {
		err = s.Templates.Delete(v.Context(), v.caller, t.WABAID, t.Name, t.ID)
	}
	if errors.Is(err, template.ErrUnknown) {
		return errNothing
	}
	if problem, ok := v.words(err); ok {
		return s.showTemplates(v, http.StatusUnprocessableEntity, &problem)
	}
	if err != nil {
		return err
	}
	return v.done(v.at("/templates"), "manager.done_template_gone")
}
