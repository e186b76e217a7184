package flow

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Document is a flow's JSON, read.
type Document struct {
	Version        string              `json:"version"`
	DataAPIVersion string              `json:"data_api_version"`
	Routing        map[string][]string `json:"routing_model"`
	Screens        []Screen            `json:"screens"`
}

// Screen is one page of a flow.
type Screen struct {
	ID       string              `json:"id"`
	Title    string              `json:"title"`
	Terminal bool                `json:"terminal"`
	Data     map[string]declared `json:"data"`
	// RefreshOnBack: the endpoint is asked when the customer goes back from here.
	RefreshOnBack bool `json:"refresh_on_back"`
	Layout        *struct {
		Type     string      `json:"type"`
		Children []Component `json:"children"`
	} `json:"layout"`
}

// declared is what a screen says of a value it is given.
type declared struct {
	Type    string          `json:"type"`
	Example json.RawMessage `json:"__example__"`
}

// Component is a part of a screen. Which members count depends on its type; a text may be "${data.name}".
type Component struct {
	Type        string          `json:"type"`
	Text        texts           `json:"text"`
	Label       string          `json:"label"`
	Description string          `json:"description"`
	Name        string          `json:"name"`
	HelperText  string          `json:"helper-text"`
	InputType   string          `json:"input-type"`
	Required    flexible        `json:"required"`
	Visible     flexible        `json:"visible"`
	MinChars    flexible        `json:"min-chars"`
	MaxChars    flexible        `json:"max-chars"`
	MaxLength   flexible        `json:"max-length"`
	MinDate     flexible        `json:"min-date"`
	MaxDate     flexible        `json:"max-date"`
	MinSelected flexible        `json:"min-selected-items"`
	MaxSelected flexible        `json:"max-selected-items"`
	DataSource  json.RawMessage `json:"data-source"`
	InitValue   json.RawMessage `json:"init-value"`
	OnClick     *Action         `json:"on-click-action"`
	Children    []Component     `json:"children"` // of a Form
	InitValues  json.RawMessage `json:"init-values"`
	// ErrorMessages of a form are what is wrong with its fields, by their names; ErrorMessage is that of one field.
	ErrorMessages json.RawMessage        `json:"error-messages"`
	ErrorMessage  flexible               `json:"error-message"`
	OnSelect      *Action                `json:"on-select-action"`
	Condition     flexible               `json:"condition"` // of an If
	Then          []Component            `json:"then"`
	Else          []Component            `json:"else"`
	Value         flexible               `json:"value"` // of a Switch
	Cases         map[string][]Component `json:"cases"`
	Src           string                 `json:"src"` // of an Image
	AltText       string                 `json:"alt-text"`
	Images        json.RawMessage        `json:"images"`       // of an ImageCarousel
	ListItems     json.RawMessage        `json:"list-items"`   // of a NavigationList
	PhotoSource   flexible               `json:"photo-source"` // of pickers, as all below
	MaxFileKB     flexible               `json:"max-file-size-kb"`
	MinPhotos     flexible               `json:"min-uploaded-photos"`
	MaxPhotos     flexible               `json:"max-uploaded-photos"`
	MinDocuments  flexible               `json:"min-uploaded-documents"`
	MaxDocuments  flexible               `json:"max-uploaded-documents"`
	AllowedTypes  json.RawMessage        `json:"allowed-mime-types"`
}

// Action is what a tap does.
type Action struct {
	Name    string                     `json:"name"` // navigate, complete, data_exchange, open_url
	Next    *next                      `json:"next"`
	Payload map[string]json.RawMessage `json:"payload"`
	URL     string                     `json:"url"`
}

type next struct {
	Type string `json:"type"`
	Name string `json:"name"`
}

// texts are a text, or several lines of it.
type texts string

// UnmarshalJSON implements [json.Unmarshaler].
func (t *texts) UnmarshalJSON(b []byte) error {
	var lines []string
	if len(b) > 0 && b[0] == '[' {
		if err := json.Unmarshal(b, &lines); err != nil {
			return err
		}
		*t = texts(strings.Join(lines, "\n"))
		return nil
	}
	return json.Unmarshal(b, (*string)(t))
}

// flexible is a value that may also be written as an expression.
type flexible string

// UnmarshalJSON implements [json.Unmarshaler].
func (f *flexible) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		return json.Unmarshal(b, (*string)(f))
	}
	*f = flexible(b)
	return nil
}

// componentTypes are those of the contract, with what each must have. Those without a text form of ours are passed over when a
// flow is played.
var componentTypes = map[string][]string{
	"TextHeading": {"text"}, "TextSubheading": {"text"}, "TextBody": {"text"}, "TextCaption": {"text"}, "RichText": {"text"},
	"TextInput": {"label", "name"}, "TextArea": {"label", "name"}, "CheckboxGroup": {"name", "data-source"}, "RadioButtonsGroup": {"name", "data-source"},
	"Dropdown": {"label", "name", "data-source"}, "OptIn": {"label", "name"}, "DatePicker": {"label", "name"}, "CalendarPicker": {"name", "label"},
	"EmbeddedLink": {"text", "on-click-action"}, "Footer": {"label", "on-click-action"}, "Image": {"src"}, "ImageCarousel": {"images"}, "Form": {"children"},
	"If": {"condition", "then"}, "Switch": {"value", "cases"}, "PhotoPicker": {"name", "label"}, "DocumentPicker": {"name", "label"}, "ChipsSelector": {"name", "label", "data-source"},
	"NavigationList": {"name", "list-items"},
}

// actions are what a tap may do.
var actions = []string{"navigate", "complete", "data_exchange", "open_url", "update_data"}

var (
	versionPattern = regexp.MustCompile(`^[2-9]\.[0-9]$`)
	screenPattern  = regexp.MustCompile(`^[A-Za-z_]+$`)
)

// screensMost and partsMost bound what is played.
const (
	screensMost = 100
	partsMost   = 50
)

// Parse reads a flow's JSON and says what is wrong with it.
func Parse(text []byte) (Document, []Problem) {
	var d Document
	var p problems
	if err := jsonv2.Unmarshal(text, &d, jsonv2.RejectUnknownMembers(false)); err != nil {
		p.unreadable(err)
	} else {
		d.check(&p, text)
	}
	p.locate(text)
	return d, p.list
}

// problems are what is wrong, each with the path of the value at fault.
type problems struct {
	list  []Problem
	paths []string
}

// locate finds where the values at fault stand. A path that is not there is at the beginning.
func (p *problems) locate(text []byte) {
	if len(p.list) == 0 {
		return
	}
	wanted := map[string][]int{}
	for n, at := range p.paths {
		p.list[n].LineStart, p.list[n].LineEnd, p.list[n].ColumnStart, p.list[n].ColumnEnd = 1, 1, 1, 1
		wanted[at] = append(wanted[at], n)
	}
	dec := jsontext.NewDecoder(bytes.NewReader(text))
	for len(wanted) > 0 {
		from := int(dec.InputOffset())
		if _, err := dec.ReadToken(); err != nil {
			return
		}
		at := string(dec.StackPointer())
		list, ok := wanted[at]
		// The name of a member stands at the same path as its value, which is what is at fault.
		if kind, read := dec.StackIndex(dec.StackDepth()); !ok || kind == '{' && read%2 == 1 {
			continue
		}
		delete(wanted, at)
		end := int(dec.InputOffset())
		from = end - len(bytes.TrimLeft(text[from:end], " \t\r\n:,"))
		for _, n := range list {
			p.list[n].LineStart, p.list[n].ColumnStart = placeOf(text, from+1)
			p.list[n].LineEnd, p.list[n].ColumnEnd = placeOf(text, end)
		}
	}
}

// placeOf is the line and column of the character that ends at an offset.
func placeOf(text []byte, end int) (line, column int) {
	end = min(end, len(text))
	return bytes.Count(text[:end], []byte("\n")) + 1, utf8.RuneCount(text[bytes.LastIndexByte(text[:end], '\n')+1 : end])
}

// problemsMost bounds what one document is told.
const problemsMost = 50

func (p *problems) add(at, kind, format string, args ...any) {
	if len(p.list) >= problemsMost {
		return
	}
	p.list = append(p.list, Problem{Error: kind, ErrorType: "FLOW_JSON_ERROR", Message: fmt.Sprintf(format, args...) + " (at $root" + at + ")"})
	p.paths = append(p.paths, at)
}

// unreadable tells of JSON that cannot be read at all.
func (p *problems) unreadable(err error) {
	var semantic *jsonv2.SemanticError
	var syntactic *jsontext.SyntacticError
	switch {
	case errors.As(err, &semantic):
		p.add(string(semantic.JSONPointer), "INVALID_PROPERTY_TYPE", "The property has a value of the wrong type.")
	case errors.As(err, &syntactic):
		p.add(string(syntactic.JSONPointer), "INVALID_JSON", "The JSON is not complete or not correct at byte %d.", syntactic.ByteOffset)
	default:
		p.add("", "INVALID_JSON", "The JSON cannot be read.")
	}
}

func (d Document) check(p *problems, text []byte) {
	if !versionPattern.MatchString(d.Version) {
		p.add("/version", "INVALID_PROPERTY_VALUE", "Property 'version' must be a version of the flow JSON such as 6.0, not %.20q.", d.Version)
	}
	if len(d.Screens) == 0 || len(d.Screens) > screensMost {
		p.add("/screens", "MIN_ITEMS_REQUIRED", "Property 'screens' must have 1 to %d screens, it has %d.", screensMost, len(d.Screens))
		return
	}
	var raw struct {
		Screens []struct {
			Layout struct {
				Children []json.RawMessage `json:"children"`
			} `json:"layout"`
		} `json:"screens"`
	}
	_ = json.Unmarshal(text, &raw)
	ids, terminal := map[string]bool{}, false
	for _, s := range d.Screens {
		terminal = terminal || s.Terminal
	}
	for n, s := range d.Screens {
		at := fmt.Sprintf("/screens/%d", n)
		switch {
		case !screenPattern.MatchString(s.ID) || s.ID == "SUCCESS":
			p.add(at+"/id", "INVALID_PROPERTY_VALUE", "Property 'id' must be letters and underscores, and not SUCCESS, not %.40q.", s.ID)
		case ids[s.ID]:
			p.add(at+"/id", "DUPLICATE_SCREEN_ID", "Property 'id' of a screen must be unique, %q stands twice.", s.ID)
		}
		ids[s.ID] = true
	}
	d.checkRouting(p, ids)
	if !terminal {
		p.add("/screens", "MISSING_TERMINAL_SCREEN", "At least one screen must have 'terminal': true.")
	}
	for n, s := range d.Screens {
		at := fmt.Sprintf("/screens/%d", n)
		if s.Layout == nil || s.Layout.Type != "SingleColumnLayout" {
			p.add(at+"/layout", "INVALID_PROPERTY_VALUE", "Property 'layout' must be an object of type SingleColumnLayout with children.")
			continue
		}
		c := checker{problems: p, ids: ids, screen: s, names: map[string]bool{}}
		c.components(at+"/layout/children", s.Layout.Children, raw.Screens[n].Layout.Children)
		c.checkFilesGo(at+"/layout/children", s.Layout.Children)
		if s.Terminal && !c.footer {
			p.add(at, "MISSING_REQUIRED_PROPERTY", "The terminal screen %q must have a Footer.", s.ID)
		}
	}
}

// checkRouting checks which screens may follow which: what an endpoint answers is held against it.
func (d Document) checkRouting(p *problems, ids map[string]bool) {
	if d.DataAPIVersion != "" && d.Routing == nil {
		p.add("", "MISSING_REQUIRED_PROPERTY", "A flow with a data_api_version must have a 'routing_model': an object of screens, each with the list of those that follow it.")
	}
	for _, from := range slices.Sorted(maps.Keys(d.Routing)) {
		for _, to := range append([]string{from}, d.Routing[from]...) {
			if !ids[to] {
				p.add("/routing_model/"+pointer.Replace(from), "INVALID_ROUTING_MODEL", "Property 'routing_model' names %.40q, which is no screen of this flow.", to)
			}
		}
	}
}

// checker checks the components of a screen.
type checker struct {
	*problems
	ids    map[string]bool
	screen Screen
	names  map[string]bool
	count  int
	footer bool
	// pickers are those of the screen.
	pickers []Component
}

func (c *checker) components(at string, list []Component, raw []json.RawMessage) {
	for n, x := range list {
		where := fmt.Sprintf("%s/%d", at, n)
		if c.count++; c.count > partsMost {
			c.add(where, "MAX_ITEMS_EXCEEDED", "A screen has at most %d components.", partsMost)
			return
		}
		needs, known := componentTypes[x.Type]
		if !known {
			c.add(where+"/type", "INVALID_PROPERTY_VALUE", "Property 'type' must be the name of a component such as TextInput, not %.40q.", x.Type)
			continue
		}
		var members map[string]json.RawMessage
		if n < len(raw) {
			_ = json.Unmarshal(raw[n], &members)
		}
		for _, name := range needs {
			if len(members[name]) == 0 || string(members[name]) == `""` {
				c.add(where, "REQUIRED_PROPERTY_MISSING", "Required property '%s' is missing for component %s.", name, x.Type)
			}
		}
		c.one(where, x)
		if x.Type == "Form" {
			var inner []json.RawMessage
			_ = json.Unmarshal(members["children"], &inner)
			c.components(where+"/children", x.Children, inner)
		}
		c.branches(where, x, members)
	}
}

// branches checks what an If or a Switch leads to, and that it can be decided.
func (c *checker) branches(at string, x Component, members map[string]json.RawMessage) {
	branch := func(at string, list []Component, raw json.RawMessage) {
		var inner []json.RawMessage
		_ = json.Unmarshal(raw, &inner)
		names := maps.Clone(c.names) // of two branches, one is shown: they may name the same
		c.components(at, list, inner)
		c.names = names
	}
	switch x.Type {
	case "If":
		if _, err := evaluate(string(x.Condition), func(string) json.RawMessage { return nil }); err != nil && x.Condition != "" {
			c.add(at+"/condition", "INVALID_PROPERTY_VALUE", "Property 'condition' must be an expression such as ${form.n} > 2 && ${data.open}, not %.60q.", string(x.Condition))
		}
		branch(at+"/then", x.Then, members["then"])
		branch(at+"/else", x.Else, members["else"])
	case "Switch":
		var cases map[string]json.RawMessage
		_ = json.Unmarshal(members["cases"], &cases)
		for _, name := range slices.Sorted(maps.Keys(x.Cases)) {
			branch(at+"/cases/"+pointer.Replace(name), x.Cases[name], cases[name])
		}
	}
}

// pointer writes a name as part of a JSON pointer.
var pointer = strings.NewReplacer("~", "~0", "/", "~1")

func (c *checker) one(at string, x Component) {
	c.footer = c.footer || x.Type == "Footer"
	c.checkPicker(at, x)
	if x.Name != "" && x.Type != "Form" {
		if c.names[x.Name] {
			c.add(at+"/name", "DUPLICATE_FORM_COMPONENT_NAME", "Property 'name' of a component must be unique on its screen, %q stands twice.", x.Name)
		}
		c.names[x.Name] = true
	}
	a := x.OnClick
	if a == nil {
		return
	}
	if !slices.Contains(actions, a.Name) {
		c.add(at+"/on-click-action", "INVALID_PROPERTY_VALUE", "Property 'name' of an action must be one of %s, not %.40q.", strings.Join(actions, ", "), a.Name)
	}
	switch a.Name {
	case "navigate":
		if a.Next == nil || !c.ids[a.Next.Name] {
			c.add(at+"/on-click-action/next", "INVALID_ROUTING", "The action navigate must name a screen of this flow in next.name.")
		}
	case "complete":
		if !c.screen.Terminal {
			c.add(at+"/on-click-action", "INVALID_ON_CLICK_ACTION", "The action complete is allowed on a screen with 'terminal': true only; %q is none.", c.screen.ID)
		}
	}
}
