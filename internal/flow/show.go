package flow

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// textKinds are components that only say something.
var textKinds = map[string]string{"TextHeading": "heading", "TextSubheading": "subheading", "TextBody": "body", "TextCaption": "caption", "RichText": "body"}

// fieldKinds are components that are filled in.
var fieldKinds = map[string]string{
	"TextInput": "text", "TextArea": "area", "Dropdown": "select", "RadioButtonsGroup": "radio", "CheckboxGroup": "checks", "ChipsSelector": "checks", "OptIn": "optin",
	"DatePicker": "date", "CalendarPicker": "date", "PhotoPicker": "photos", "DocumentPicker": "documents",
}

// Show is a screen as a form.
func (d Document) Show(s State) (Page, error) {
	p, err := d.at(s)
	if err != nil {
		return Page{}, err
	}
	page := Page{Title: p.text(p.screen.Title), Back: len(s.Path) > 0, Lively: lively(p.screen.Layout.Children)}
	for n, c := range p.parts() {
		list, ok := p.part(n, c)
		if !ok {
			page.Passed = true
			continue
		}
		page.Parts = append(page.Parts, list...)
	}
	return page, nil
}

// lively tells whether what is filled in changes what a screen shows.
func lively(list []Component) bool {
	return slices.ContainsFunc(list, func(c Component) bool {
		if c.Type == "If" || c.Type == "Switch" || c.OnSelect != nil || strings.Contains(string(c.Visible), "form.") {
			return true
		}
		return lively(c.Children)
	})
}

// part is what a component looks like; n is its place on the screen as it stands.
func (p player) part(n int, c Component) ([]Part, bool) {
	if kind, ok := textKinds[c.Type]; ok {
		return []Part{{Kind: kind, Text: p.text(string(c.Text))}}, true
	}
	switch c.Type {
	case "Footer":
		return []Part{{Kind: "submit", Text: p.text(c.Label)}}, true
	case "EmbeddedLink":
		if c.OnClick == nil {
			return nil, false
		}
		if c.OnClick.Name != "open_url" {
			return []Part{{Kind: "go", Text: p.text(string(c.Text)), Go: strconv.Itoa(n)}}, true
		}
		return []Part{{Kind: "link", Text: p.text(string(c.Text)), URL: webOnly(p.text(c.OnClick.URL))}}, true
	case "Image":
		return p.pictures(c.Src, c.AltText)
	case "ImageCarousel":
		return p.carousel(c)
	case "NavigationList":
		return p.destinations(n, c)
	}
	kind, ok := fieldKinds[c.Type]
	if !ok {
		return nil, false
	}
	if kind == "photos" || kind == "documents" {
		return []Part{p.files(kind, c)}, true
	}
	return []Part{p.input(kind, c)}, true
}

// input is a field.
func (p player) input(kind string, c Component) Part {
	part := Part{Kind: kind, Text: p.text(c.Label), Name: c.Name, Help: p.text(c.HelperText), Required: p.yes(c.Required, false), Input: "text"}
	if part.Text == "" {
		part.Text = p.text(c.Description)
	}
	if in := p.text(c.InputType); slices.Contains([]string{"number", "email", "password", "phone"}, in) {
		part.Input = map[string]string{"number": "number", "email": "email", "password": "password", "phone": "tel"}[in]
	}
	part.Min, part.Max = p.date(c.MinDate), p.date(c.MaxDate)
	value := p.state.Forms[p.state.Screen][c.Name]
	if value == nil {
		value = p.value(c.InitValue)
	}
	part.Value = plain(value)
	part.Options = p.options(c, value)
	part.Said = p.text(string(c.ErrorMessage))
	return part
}

// webOnly keeps addresses of the web.
func webOnly(s string) string {
	if u, err := url.Parse(s); err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" {
		return s
	}
	return ""
}

// date reads a date: 2026-11-24, or unix milliseconds as old flows have them.
func (p player) date(f flexible) string {
	s := p.text(string(f))
	if ms, err := strconv.ParseInt(s, 10, 64); err == nil {
		return time.UnixMilli(ms).UTC().Format(time.DateOnly)
	}
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return ""
	}
	return s
}

// optionsMost bounds the choices of one field.
const optionsMost = 200

func (p player) options(c Component, value json.RawMessage) []Option {
	var list []Option
	if len(c.DataSource) == 0 || json.Unmarshal(p.value(c.DataSource), &list) != nil {
		return nil
	}
	list = list[:min(len(list), optionsMost)]
	var chosen []string
	if json.Unmarshal(value, &chosen) != nil {
		chosen = []string{plain(value)}
	}
	for n := range list {
		list[n].Chosen = slices.Contains(chosen, list[n].ID)
	}
	return list
}
