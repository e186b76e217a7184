package flow

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// State is where a customer is in a flow. It travels with the page: it holds only what the customer is shown or wrote.
type State struct {
	Screen string                                `json:"screen"`
	Data   map[string]json.RawMessage            `json:"data,omitempty"`  // what the screen was given
	Forms  map[string]map[string]json.RawMessage `json:"forms,omitempty"` // what was filled in, by screen
	Path   []visited                             `json:"path,omitempty"`  // the screens before, the last one last
}

// visited is a screen the customer came from, as it was.
type visited struct {
	Screen string                     `json:"screen"`
	Data   map[string]json.RawMessage `json:"data,omitempty"`
}

// pathMost is how far back a customer can go.
const pathMost = 20

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

// player resolves what a screen shows in a state.
type player struct {
	d      Document
	state  State
	screen Screen
}

func (d Document) at(s State) (player, error) {
	screen, ok := d.screen(s.Screen)
	if !ok || screen.Layout == nil {
		return player{}, ErrInvalid.Withf("screen", "screen %.60q is none of this flow's", s.Screen)
	}
	return player{d: d, state: s, screen: screen}, nil
}

// parts are the components of the screen that are there as things stand: those of forms, and of the branches that are taken.
func (p player) parts() []Component { return p.taken(p.screen.Layout.Children) }

func (p player) taken(list []Component) (all []Component) {
	for _, c := range list {
		switch c.Type {
		case "Form":
			all = append(all, p.ofForm(c)...)
		case "If":
			branch := c.Else
			if v, err := evaluate(string(c.Condition), p.ref); err == nil && v == true {
				branch = c.Then
			}
			all = append(all, p.taken(branch)...)
		case "Switch":
			branch, ok := c.Cases[p.text(string(c.Value))]
			if !ok {
				branch = c.Cases["default"]
			}
			all = append(all, p.taken(branch)...)
		default:
			if p.yes(c.Visible, true) {
				all = append(all, c)
			}
		}
	}
	return all
}

// ofForm are the components of a form, with what it says for them.
func (p player) ofForm(c Component) []Component {
	var first, wrong map[string]json.RawMessage
	_, _ = json.Unmarshal(p.value(c.InitValues), &first), json.Unmarshal(p.value(c.ErrorMessages), &wrong)
	list := p.taken(c.Children)
	for n := range list {
		if len(list[n].InitValue) == 0 {
			list[n].InitValue = first[list[n].Name]
		}
		if text := plain(wrong[list[n].Name]); list[n].ErrorMessage == "" {
			list[n].ErrorMessage = flexible(text)
		}
	}
	return list
}

// value resolves ${data.a}, ${form.a}, ${screen.A.form.a}, ${screen.A.data.a}, and expressions in backticks. Anything else is itself.
func (p player) value(raw json.RawMessage) json.RawMessage {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return raw
	}
	if inner, ok := strings.CutPrefix(s, "`"); ok && strings.HasSuffix(inner, "`") {
		v, err := evaluate(strings.TrimSuffix(inner, "`"), p.ref)
		if err != nil {
			return nil
		}
		b, err := json.Marshal(v)
		if err != nil {
			return nil
		}
		return b
	}
	if !strings.HasPrefix(s, "${") || !strings.HasSuffix(s, "}") {
		return raw
	}
	return p.ref(s[2 : len(s)-1])
}

// ref is what a path such as data.a, form.a or screen.A.form.a names; nil for nothing.
func (p player) ref(text string) json.RawMessage {
	path := strings.Split(text, ".")
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
	case len(path) >= 4 && path[0] == "screen" && path[2] == "data":
		v = p.givenTo(path[1], path[3])
		path = path[4:]
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

// givenTo is what a screen that was visited was given under a name.
func (p player) givenTo(screen, name string) json.RawMessage {
	if screen == p.state.Screen {
		return p.given(name)
	}
	for _, v := range slices.Backward(p.state.Path) {
		if v.Screen == screen {
			return v.Data[name]
		}
	}
	return nil
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
	if !strings.HasPrefix(s, "${") && !strings.HasPrefix(s, "`") {
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

// Encode writes a state for the page, and Decode reads it back.
func (s State) Encode() (string, error) {
	b, err := json.Marshal(s)
	if err != nil {
		return "", fmt.Errorf("flow: %w", err)
	}
	return string(b), nil
}

// stateMost bounds a state, in bytes.
const stateMost = 1 << 20

// Decode reads a state.
func Decode(text string) (s State, err error) {
	if len(text) > stateMost || !utf8.ValidString(text) || json.Unmarshal([]byte(text), &s) != nil {
		return State{}, ErrInvalid.With("state", "the form was not sent as it was shown; open the flow again")
	}
	return s, nil
}
