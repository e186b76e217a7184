package flow

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// State is where a customer is in a flow. It travels with the page: it holds only what the customer is shown or wrote.
type State struct {
	Screen string                                `json:"screen"`
	Data   map[string]json.RawMessage            `json:"data,omitempty"`  // what the screen was given
	Forms  map[string]map[string]json.RawMessage `json:"forms,omitempty"` // what was filled in, by screen
}

// Page is a screen as a form.
type Page struct {
	Title string
	Parts []Part
	// Passed tells that the screen has parts that have no form here.
	Passed bool
}

// Part is a text or a field of a page. Kind is heading, subheading, body, caption, link, text, area, select, radio, checks, optin, date or submit.
type Part struct {
	Kind, Text, Name, Help, Input, Value, URL string
	Required                                  bool
	Min, Max                                  string
	Options                                   []Option
	Problem                                   Complaint // what is wrong with what was filled in
}

// Option is one of a field's choices.
type Option struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description"`
	Chosen      bool   `json:"-"`
}

// Complaint is what is wrong with a field; empty for nothing.
type Complaint string

// Complaints.
const (
	Missing Complaint = "missing"
	Short   Complaint = "short"
	Long    Complaint = "long"
	Unfit   Complaint = "unfit"
	Few     Complaint = "few"
	Many    Complaint = "many"
)

// valueMost is the longest value of a field, in characters.
const valueMost = 4000

// Start is the state in which a flow opens: at a screen, or at its first one, with data given to it.
func (d Document) Start(screen string, data json.RawMessage) (State, error) {
	s := State{Screen: screen}
	if screen == "" && len(d.Screens) > 0 {
		s.Screen = d.Screens[0].ID
	}
	if _, ok := d.screen(s.Screen); !ok {
		return s, ErrInvalid.Withf("flow_action_payload.screen", "screen %.60q is none of this flow's: %s", s.Screen, strings.Join(d.screens(), ", "))
	}
	if len(data) == 0 {
		return s, nil
	}
	if err := json.Unmarshal(data, &s.Data); err != nil {
		return s, ErrInvalid.With("flow_action_payload.data", "data must be an object")
	}
	return s, nil
}

func (d Document) screens() (list []string) {
	for _, s := range d.Screens {
		list = append(list, s.ID)
	}
	return list
}

func (d Document) screen(name string) (Screen, bool) {
	at := slices.IndexFunc(d.Screens, func(s Screen) bool { return s.ID == name })
	if at < 0 {
		return Screen{}, false
	}
	return d.Screens[at], true
}

// parts flattens forms.
func parts(list []Component) (all []Component) {
	for _, c := range list {
		if c.Type == "Form" {
			all = append(all, parts(c.Children)...)
			continue
		}
		all = append(all, c)
	}
	return all
}

// player resolves what a screen shows in a state.
type player struct {
	state  State
	screen Screen
}

func (d Document) at(s State) (player, error) {
	screen, ok := d.screen(s.Screen)
	if !ok || screen.Layout == nil {
		return player{}, ErrInvalid.Withf("screen", "screen %.60q is none of this flow's", s.Screen)
	}
	return player{s, screen}, nil
}

// value resolves an expression: ${data.a}, ${form.a}, ${screen.A.form.a}. Anything else is itself.
func (p player) value(raw json.RawMessage) json.RawMessage {
	var s string
	if json.Unmarshal(raw, &s) != nil || !strings.HasPrefix(s, "${") || !strings.HasSuffix(s, "}") {
		return raw
	}
	path := strings.Split(strings.TrimSuffix(strings.TrimPrefix(s, "${"), "}"), ".")
	var v json.RawMessage
	switch {
	case len(path) >= 2 && path[0] == "data":
		v = p.given(path[1])
		path = path[2:]
	case len(path) == 2 && path[0] == "form":
		v = p.state.Forms[p.state.Screen][path[1]]
		path = nil
	case len(path) == 4 && path[0] == "screen" && path[2] == "form":
		v = p.state.Forms[path[1]][path[3]]
		path = nil
	}
	for _, name := range path {
		var object map[string]json.RawMessage
		if json.Unmarshal(v, &object) != nil {
			return nil
		}
		v = object[name]
	}
	return v
}

// given is what the screen was given under a name, or its example in a draft that was given nothing.
func (p player) given(name string) json.RawMessage {
	if v, ok := p.state.Data[name]; ok {
		return v
	}
	return p.screen.Data[name].Example
}

// text resolves a text.
func (p player) text(s string) string {
	if !strings.HasPrefix(s, "${") {
		return s
	}
	quoted, err := json.Marshal(s)
	if err != nil {
		return ""
	}
	return plain(p.value(quoted))
}

// plain is a JSON value as people read it.
func plain(v json.RawMessage) string {
	var s string
	if json.Unmarshal(v, &s) == nil {
		return s
	}
	if string(v) == "null" {
		return ""
	}
	return string(v)
}

func (p player) yes(f flexible, otherwise bool) bool {
	switch s := p.text(string(f)); s {
	case "true":
		return true
	case "false":
		return false
	}
	return otherwise
}

func (p player) number(f flexible) int {
	n, err := strconv.Atoi(p.text(string(f)))
	if err != nil {
		return 0
	}
	return n
}

// textKinds are components that only say something.
var textKinds = map[string]string{"TextHeading": "heading", "TextSubheading": "subheading", "TextBody": "body", "TextCaption": "caption", "RichText": "body"}

// fieldKinds are components that are filled in.
var fieldKinds = map[string]string{
	"TextInput": "text", "TextArea": "area", "Dropdown": "select", "RadioButtonsGroup": "radio", "CheckboxGroup": "checks", "ChipsSelector": "checks", "OptIn": "optin",
	"DatePicker": "date", "CalendarPicker": "date",
}

// Show is a screen as a form.
func (d Document) Show(s State) (Page, error) {
	p, err := d.at(s)
	if err != nil {
		return Page{}, err
	}
	page := Page{Title: p.text(p.screen.Title)}
	for _, c := range parts(p.screen.Layout.Children) {
		if !p.yes(c.Visible, true) {
			continue
		}
		part, ok := p.part(c)
		if !ok {
			page.Passed = true
			continue
		}
		page.Parts = append(page.Parts, part)
	}
	return page, nil
}

func (p player) part(c Component) (Part, bool) {
	if kind, ok := textKinds[c.Type]; ok {
		return Part{Kind: kind, Text: p.text(string(c.Text))}, true
	}
	if c.Type == "Footer" {
		return Part{Kind: "submit", Text: p.text(c.Label)}, true
	}
	if c.Type == "EmbeddedLink" && c.OnClick != nil && c.OnClick.Name == "open_url" {
		return Part{Kind: "link", Text: p.text(string(c.Text)), URL: webOnly(p.text(c.OnClick.URL))}, true
	}
	kind, ok := fieldKinds[c.Type]
	if !ok {
		return Part{}, false
	}
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
	return part, true
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

// Step is what a customer filled in and sent: the state it leads to, or the answer of a completed flow. Where something is wrong with it,
// page is the same screen with complaints.
func (d Document) Step(s State, form url.Values) (to State, answer map[string]json.RawMessage, page *Page, err error) {
	p, err := d.at(s)
	if err != nil {
		return s, nil, nil, err
	}
	values, problems := p.read(form)
	next := State{Screen: s.Screen, Data: s.Data, Forms: map[string]map[string]json.RawMessage{}}
	for name, f := range s.Forms {
		next.Forms[name] = f
	}
	next.Forms[s.Screen] = values
	if len(problems) > 0 {
		shown, err := d.Show(next)
		for n := range shown.Parts {
			shown.Parts[n].Problem = problems[shown.Parts[n].Name]
		}
		return next, nil, &shown, err
	}
	p.state = next
	for _, c := range parts(p.screen.Layout.Children) {
		if c.Type == "Footer" && c.OnClick != nil {
			return p.act(d, c.OnClick)
		}
	}
	return s, nil, nil, ErrInvalid.Withf("screen", "screen %s has no footer to go on with", s.Screen)
}

func (p player) act(d Document, a *Action) (to State, answer map[string]json.RawMessage, page *Page, err error) {
	payload := map[string]json.RawMessage{}
	for name, raw := range a.Payload {
		if v := p.value(raw); len(v) > 0 {
			payload[name] = v
		}
	}
	switch {
	case a.Name == "complete":
		return p.state, payload, nil, nil
	case a.Name == "navigate" && a.Next != nil:
		to = p.state
		to.Screen, to.Data = a.Next.Name, payload
		if _, ok := d.screen(to.Screen); ok {
			return to, nil, nil, nil
		}
	}
	return p.state, nil, nil, ErrInvalid.Withf("screen", "this flow goes on at the business's own server (%s), which Hawker does not call", a.Name)
}

// read takes the fields of the screen from a form.
func (p player) read(form url.Values) (values map[string]json.RawMessage, problems map[string]Complaint) {
	values, problems = map[string]json.RawMessage{}, map[string]Complaint{}
	for _, c := range parts(p.screen.Layout.Children) {
		if fieldKinds[c.Type] == "" || !p.yes(c.Visible, true) {
			continue
		}
		v, complaint := p.field(c, form[c.Name])
		if complaint != "" {
			problems[c.Name] = complaint
		}
		if v == nil {
			continue
		}
		b, err := json.Marshal(v)
		if err == nil {
			values[c.Name] = b
		}
	}
	return values, problems
}

// field reads one field; nil where it is empty.
func (p player) field(c Component, given []string) (v any, complaint Complaint) {
	given = slices.DeleteFunc(slices.Clone(given), func(s string) bool { return strings.TrimSpace(s) == "" })
	required := p.yes(c.Required, false)
	kind := fieldKinds[c.Type]
	if kind == "optin" {
		if required && len(given) == 0 {
			return false, Missing
		}
		return len(given) > 0, ""
	}
	if len(given) == 0 {
		if required {
			return nil, Missing
		}
		return nil, ""
	}
	if kind == "select" || kind == "radio" || kind == "checks" {
		return p.chosen(c, kind, given)
	}
	text := given[0]
	n := utf8.RuneCountInString(text)
	most := p.number(c.MaxChars)
	if most == 0 {
		most = p.number(c.MaxLength)
	}
	switch {
	case !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		return nil, Unfit
	case n > valueMost || (most > 0 && n > most):
		return text, Long
	case n < p.number(c.MinChars):
		return text, Short
	case kind == "date" && !p.within(c, text), p.text(c.InputType) == "number" && !isNumber(text):
		return text, Unfit
	}
	return text, ""
}

func isNumber(s string) bool { _, err := strconv.ParseFloat(s, 64); return err == nil }

func (p player) within(c Component, text string) bool {
	if _, err := time.Parse(time.DateOnly, text); err != nil {
		return false
	}
	least, most := p.date(c.MinDate), p.date(c.MaxDate)
	return (least == "" || text >= least) && (most == "" || text <= most)
}

func (p player) chosen(c Component, kind string, given []string) (any, Complaint) {
	list := p.options(c, nil)
	for _, g := range given {
		if !slices.ContainsFunc(list, func(o Option) bool { return o.ID == g }) {
			return nil, Unfit
		}
	}
	if kind != "checks" {
		return given[0], ""
	}
	least, most := p.number(c.MinSelected), p.number(c.MaxSelected)
	switch {
	case len(given) < least:
		return given, Few
	case most > 0 && len(given) > most:
		return given, Many
	}
	return given, ""
}

// Encode writes a state for the page, and Decode reads it back.
func (s State) Encode() (string, error) {
	b, err := json.Marshal(s)
	if err != nil {
		return "", fmt.Errorf("flow: %w", err)
	}
	return string(b), nil
}

// stateMost bounds a state, in bytes.
const stateMost = 48 << 10

// Decode reads a state.
func Decode(text string) (s State, err error) {
	if len(text) > stateMost || !utf8.ValidString(text) || json.Unmarshal([]byte(text), &s) != nil {
		return State{}, ErrInvalid.With("state", "the form was not sent as it was shown; open the flow again")
	}
	return s, nil
}
