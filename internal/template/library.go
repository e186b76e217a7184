package template

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/hawkerhq/hawker/wire"
)

//go:embed library.json
var libraryData []byte

// shelf is a text of the library in all its languages.
type shelf struct {
	Name     string   `json:"name"`
	Topic    string   `json:"topic"`
	UseCase  string   `json:"usecase"`
	Industry []string `json:"industry"`
	Types    []string `json:"body_param_types"`
	Buttons  []string `json:"buttons"` // their types
	Texts    map[string]struct {
		Header  string   `json:"header"`
		Body    string   `json:"body"`
		Params  []string `json:"body_params"`
		Buttons []string `json:"buttons"` // their labels
	} `json:"texts"`
}

// LibraryTemplate is a text of the library in one language, as it is listed.
type LibraryTemplate struct {
	Name     string                `json:"name"`
	Language string                `json:"language"`
	Category string                `json:"category"`
	Topic    string                `json:"topic"`
	UseCase  string                `json:"usecase"`
	Industry []string              `json:"industry"`
	Header   string                `json:"header,omitempty"`
	Body     string                `json:"body"`
	Params   []string              `json:"body_params,omitempty"`
	Types    []string              `json:"body_param_types,omitempty"`
	Buttons  []wire.TemplateButton `json:"buttons,omitempty"`
	ID       string                `json:"id"`
}

// libraryID is the id of the first text of the library.
const libraryID = 7_000_000_000_000_01

// library is all of it, by name and language.
var library = sync.OnceValue(func() (list []LibraryTemplate) {
	var shelves []shelf
	if err := json.Unmarshal(libraryData, &shelves); err != nil {
		panic(fmt.Sprintf("template: the library: %v", err)) // embedded
	}
	for _, s := range shelves {
		for _, lang := range slices.Sorted(maps.Keys(s.Texts)) {
			text := s.Texts[lang]
			t := LibraryTemplate{
				Name: s.Name, Language: lang, Category: Utility, Topic: s.Topic, UseCase: s.UseCase, Industry: s.Industry, Header: text.Header, Body: text.Body,
				Params: text.Params, Types: s.Types, ID: strconv.Itoa(libraryID + len(list)),
			}
			for n, kind := range s.Buttons {
				b := wire.TemplateButton{Type: kind, Text: text.Buttons[n]}
				switch kind {
				case urlButton:
					b.URL = "https://www.example.com"
				case phoneNumber:
					b.PhoneNumber = "+12025550100"
				}
				t.Buttons = append(t.Buttons, b)
			}
			list = append(list, t)
		}
	}
	return list
})

// LibraryFilter picks texts of the library; empty parts pick all.
type LibraryFilter struct{ Search, Name, Topic, UseCase, Industry, Language string }

// Library lists the texts that f picks.
func Library(f LibraryFilter) (list []LibraryTemplate) {
	search := strings.ToLower(f.Search)
	for _, t := range library() {
		switch {
		case f.Name != "" && f.Name != t.Name, f.Topic != "" && !strings.EqualFold(f.Topic, t.Topic), f.UseCase != "" && !strings.EqualFold(f.UseCase, t.UseCase),
			f.Language != "" && f.Language != t.Language,
			f.Industry != "" && !slices.ContainsFunc(t.Industry, func(s string) bool { return strings.EqualFold(s, f.Industry) }),
			search != "" && !strings.Contains(strings.ToLower(t.Name+"\n"+t.Header+"\n"+t.Body), search):
		default:
			list = append(list, t)
		}
	}
	return list
}

// ButtonInput is what a button of a library text gets.
type ButtonInput struct {
	Type        string         `json:"type"`
	PhoneNumber wire.LooseText `json:"phone_number"`
	URL         *struct {
		Base    string     `json:"base_url"`
		Example wire.Texts `json:"url_suffix_example"`
	} `json:"url"`
}

// FromLibrary fills t with a text of the library.
func (t *Template) FromLibrary(name string, inputs []ButtonInput) error {
	found := Library(LibraryFilter{Name: name, Language: t.Language})
	if len(found) == 0 {
		return ErrInvalid.Withf("library_template_name", "the library has no template %.60q in %.20q; GET /message_template_library lists what it has", name, t.Language)
	}
	from := found[0]
	t.Library, t.Components = from.Name, nil
	if from.Header != "" {
		t.Components = append(t.Components, wire.TemplateComponent{Type: header, Format: "TEXT", Text: from.Header})
	}
	t.Components = append(t.Components, wire.TemplateComponent{Type: body, Text: from.Body, Example: &wire.TemplateExample{BodyText: from.Params}})
	list := slices.Clone(from.Buttons)
	for n := range list {
		if list[n].Type == quickReply {
			continue
		}
		at := slices.IndexFunc(inputs, func(i ButtonInput) bool { return strings.EqualFold(i.Type, list[n].Type) })
		if at < 0 {
			return ErrInvalid.Withf("library_template_button_inputs", "library_template_button_inputs needs an entry of type %s: the text %s has such a button", list[n].Type, name)
		}
		if err := inputs[at].into(&list[n]); err != nil {
			return err
		}
	}
	if len(list) > 0 {
		t.Components = append(t.Components, wire.TemplateComponent{Type: buttons, Buttons: list})
	}
	return nil
}

func (i ButtonInput) into(b *wire.TemplateButton) error {
	if b.Type == phoneNumber {
		b.PhoneNumber = string(i.PhoneNumber)
		return nil
	}
	if i.URL == nil {
		return ErrInvalid.With("library_template_button_inputs", "an entry of type URL of library_template_button_inputs needs url, an object with base_url")
	}
	b.URL, b.Example = i.URL.Base, i.URL.Example
	return nil
}

// Preview is an authentication template in one language, before it is made.
type Preview struct {
	Body     string          `json:"body"`
	Buttons  []PreviewButton `json:"buttons,omitempty"`
	Footer   string          `json:"footer,omitempty"`
	Language string          `json:"language"`
}

// PreviewButton is the button of a preview.
type PreviewButton struct {
	Autofill string `json:"autofill_text"`
	Text     string `json:"text"`
}

// PreviewCode shows what an authentication template would say. minutes zero: no footer.
func PreviewCode(language string, advice bool, minutes int, button bool) Preview {
	texts := otpText(language)
	p := Preview{Body: texts.body, Language: language}
	if advice {
		p.Body += " " + texts.advice
	}
	if minutes > 0 {
		p.Footer = strings.ReplaceAll(texts.footer, "{{minutes}}", strconv.Itoa(minutes))
	}
	if button {
		p.Buttons = []PreviewButton{{texts.autofill, texts.copyCode}}
	}
	return p
}

// CodeLanguages lists the languages with texts of their own for codes.
func CodeLanguages() []string { return slices.Sorted(maps.Keys(otpTexts)) }
