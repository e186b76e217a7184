package manager

import (
	"strconv"
	"strings"

	"github.com/hawkerhq/hawker/internal/template"
	"github.com/hawkerhq/hawker/wire"
)

// TemplatePreview is a template as a customer sees it, filled in with its samples.
type TemplatePreview struct {
	Sender, Header, Body, Footer string
	Buttons                      []string
	// Problem is what the API would say against it; nil: nothing, or nothing is written yet.
	Problem *Problem
}

// preview shows what is in the form, whether it is right or not.
func (v *visit) preview(f TemplateForm, sender string) TemplatePreview {
	p := TemplatePreview{Sender: sender}
	t, err := f.read().Check()
	if problem, ok := v.words(err); ok && f.Name != "" && (f.Body != "" || f.Category == template.Authentication) {
		p.Problem = &problem
	}
	for _, c := range t.Components {
		switch strings.ToUpper(c.Type) {
		case "HEADER":
			p.Header = filledIn(c.Text, []string{f.HeaderSample})
		case "BODY":
			samples := lineList(f.Samples)
			if f.Category == template.Authentication {
				samples = []string{"123456"}
			}
			p.Body = filledIn(c.Text, samples)
		case "FOOTER":
			p.Footer = c.Text
		case "BUTTONS":
			for _, b := range c.Buttons {
				p.Buttons = append(p.Buttons, labelOf(b))
			}
		}
	}
	return p
}

// filledIn puts samples in place of {{1}}, {{2}} …; what has no sample stays.
func filledIn(text string, samples []string) string {
	for n, s := range samples {
		if s != "" {
			text = strings.ReplaceAll(text, "{{"+strconv.Itoa(n+1)+"}}", s)
		}
	}
	return text
}

// fixedLabels are what WhatsApp writes on buttons that have no text of their own.
var fixedLabels = map[string]string{"CATALOG": "View catalog", "MPM": "View items", "COPY_CODE": "Copy offer code"}

func labelOf(b wire.TemplateButton) string {
	if text, ok := fixedLabels[b.Type]; ok {
		return text
	}
	return b.Text
}
