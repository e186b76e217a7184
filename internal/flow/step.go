package flow

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Names of a form's fields that are no components' names.
const (
	StateField = "-state" // where the customer is
	GoField    = "-go"    // which button was pressed: Back, Refresh, or that of a part; the footer's has no value
	Back       = "back"
	Refresh    = "refresh"
)

// Move is where a step leads: on to a state, to an answer, or to the business's endpoint.
type Move struct {
	State State
	// Answer is what a completed flow says; Closed that it ends and says nothing.
	Answer map[string]json.RawMessage
	Closed bool
	// Again is the same screen, with complaints or a notice; nil where it is to be shown as it stands.
	Again *Page
	// Ask is what the endpoint is to be asked before anything is shown.
	Ask *Ask
}

// Ask is what an endpoint is asked.
type Ask struct {
	Action string // INIT, BACK or data_exchange
	Screen string
	Data   map[string]json.RawMessage
}

// Step is what a customer filled in and sent, or the button that was pressed.
func (d Document) Step(s State, form url.Values) (Move, error) { return d.StepRefusing(s, form, nil) }

// StepRefusing is [Document.Step] where files of some fields were refused before.
func (d Document) StepRefusing(s State, form url.Values, refused map[string]Complaint) (Move, error) {
	p, err := d.at(s)
	if err != nil {
		return Move{State: s}, err
	}
	button := form.Get(GoField)
	if button == Back {
		return p.back(), nil
	}
	before := p
	values, problems := p.read(form)
	maps.Copy(problems, refused)
	next := State{Screen: s.Screen, Data: s.Data, Path: s.Path, Forms: map[string]map[string]json.RawMessage{}}
	for name, f := range s.Forms {
		next.Forms[name] = f
	}
	next.Forms[s.Screen] = values
	p.state = next
	// What was chosen may call for other fields: they are shown before anything goes on.
	if a := p.selected(before); a != nil {
		return p.act(a)
	}
	if (button == Refresh && len(refused) == 0) || !slices.Equal(p.names(), before.names()) {
		return Move{State: next}, nil
	}
	if n, err := strconv.Atoi(strings.SplitN(button, ".", 2)[0]); err == nil {
		return p.press(n, button)
	}
	if len(problems) > 0 {
		shown, err := d.Show(next)
		for n := range shown.Parts {
			shown.Parts[n].Problem = problems[shown.Parts[n].Name]
		}
		return Move{State: next, Again: &shown}, err
	}
	for _, c := range p.parts() {
		if c.Type == "Footer" && c.OnClick != nil {
			return p.act(c.OnClick)
		}
	}
	return Move{State: s}, ErrInvalid.Withf("screen", "screen %s has no footer to go on with", s.Screen)
}

// names are the fields of the screen as it stands.
func (p player) names() (list []string) {
	for _, c := range p.parts() {
		if fieldKinds[c.Type] != "" {
			list = append(list, c.Name)
		}
	}
	return list
}

// back goes to the screen before; where the screen wants it, the endpoint is asked.
func (p player) back() Move {
	s := p.state
	if len(s.Path) == 0 {
		return Move{State: s}
	}
	from, refresh := s.Screen, p.screen.RefreshOnBack
	last := s.Path[len(s.Path)-1]
	s.Screen, s.Data, s.Path = last.Screen, last.Data, slices.Clone(s.Path[:len(s.Path)-1])
	if refresh {
		return Move{State: s, Ask: &Ask{Action: "BACK", Screen: from}}
	}
	return Move{State: s}
}

// selected is what the first field whose choice changed does with it; nil for nothing.
func (p player) selected(before player) *Action {
	for _, c := range p.parts() {
		if c.OnSelect == nil || fieldKinds[c.Type] == "" {
			continue
		}
		was := before.state.Forms[p.state.Screen][c.Name]
		if was == nil {
			was = p.value(c.InitValue)
		}
		if now := p.state.Forms[p.state.Screen][c.Name]; plain(now) != plain(was) {
			return c.OnSelect
		}
	}
	return nil
}

// press is a tap on part n of the screen, or on an item of its list.
func (p player) press(n int, button string) (Move, error) {
	list := p.parts()
	if n >= 0 && n < len(list) {
		a := list[n].OnClick
		if _, item, ok := strings.Cut(button, "."); ok && list[n].Type == "NavigationList" {
			a = p.destination(list[n], item)
		}
		if a != nil && a.Name != "open_url" {
			return p.act(a)
		}
	}
	return Move{State: p.state}, ErrInvalid.With("screen", "this screen has no such button; open the flow again")
}

// act does what an action says.
func (p player) act(a *Action) (Move, error) {
	payload := map[string]json.RawMessage{}
	for name, raw := range a.Payload {
		if v := p.resolved(raw, 0); len(v) > 0 {
			payload[name] = v
		}
	}
	switch {
	case a.Name == "complete":
		return Move{State: p.state, Answer: payload}, nil
	case a.Name == "data_exchange":
		return Move{State: p.state, Ask: &Ask{Action: "data_exchange", Screen: p.state.Screen, Data: payload}}, nil
	case a.Name == "update_data":
		to := p.state
		to.Data = merged(to.Data, payload)
		return Move{State: to}, nil
	case a.Name == "navigate" && a.Next != nil:
		if _, ok := p.d.screen(a.Next.Name); ok {
			return Move{State: p.state.on(a.Next.Name, payload)}, nil
		}
	}
	return Move{State: p.state}, ErrInvalid.Withf("screen", "this flow does not say where it goes on (%.40s)", a.Name)
}

// resolvedDepth bounds how deep values are looked for in a payload.
const resolvedDepth = 8

// resolved is a value of a payload with everything in it resolved.
func (p player) resolved(raw json.RawMessage, depth int) json.RawMessage {
	var object map[string]json.RawMessage
	if depth >= resolvedDepth || len(raw) == 0 || raw[0] != '{' || json.Unmarshal(raw, &object) != nil {
		return p.value(raw)
	}
	for name, v := range object {
		if object[name] = p.resolved(v, depth+1); len(object[name]) == 0 {
			delete(object, name)
		}
	}
	b, err := json.Marshal(object)
	if err != nil {
		return nil
	}
	return b
}

// on is the state on another screen. What was filled in there earlier is kept.
func (s State) on(screen string, data map[string]json.RawMessage) State {
	path := append(slices.Clone(s.Path), visited{s.Screen, s.Data})
	return State{Screen: screen, Data: data, Forms: s.Forms, Path: path[max(0, len(path)-pathMost):]}
}

func merged(a, b map[string]json.RawMessage) map[string]json.RawMessage {
	all := map[string]json.RawMessage{}
	for _, m := range []map[string]json.RawMessage{a, b} {
		for name, v := range m {
			all[name] = v
		}
	}
	return all
}

// read takes the fields of the screen from a form.
func (p player) read(form url.Values) (values map[string]json.RawMessage, problems map[string]Complaint) {
	values, problems = map[string]json.RawMessage{}, map[string]Complaint{}
	for _, c := range p.parts() {
		if fieldKinds[c.Type] == "" {
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
	if kind == "photos" || kind == "documents" {
		return p.picked(c, given)
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
