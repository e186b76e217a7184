package template

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/wire"
)

// Limits in characters (Unicode code points) or pieces.
const (
	nameMost       = 512
	headerMost     = 60
	bodyMost       = 1024
	cardBodyMost   = 160
	offerBodyMost  = 600
	offerMost      = 16
	footerMost     = 60
	buttonsMost    = 10
	labelMost      = 25
	urlMost        = 2000
	phoneMost      = 20
	couponMost     = 20
	cardsLeast     = 2
	cardsMost      = 10
	componentsMost = 10
	jsonMost       = 64 << 10 // bytes of all components
)

// Types of components.
const (
	header   = "HEADER"
	body     = "BODY"
	footer   = "FOOTER"
	buttons  = "BUTTONS"
	carousel = "CAROUSEL"
	offer    = "LIMITED_TIME_OFFER"
)

// lifetimes are the bounds of message_send_ttl_seconds by category.
var lifetimes = map[string]struct{ least, most, standard int }{
	Authentication: {30, 900, 600}, Utility: {30, 43_200, 0}, Marketing: {43_200, 2_592_000, 0},
}

// forever is the lifetime of 30 days.
const forever = -1

// checkName refuses what is no name.
func checkName(name string) error {
	if name == "" || len(name) > nameMost || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
		return ErrInvalid.Withf("name", "name must be 1 to %d lowercase letters, digits and underscores, not %.60q", nameMost, name)
	}
	return nil
}

func checkCategory(category string) error {
	if category != Marketing && category != Utility && category != Authentication {
		return ErrInvalid.Withf("category", "category must be one of MARKETING, UTILITY, AUTHENTICATION, not %.40q", category)
	}
	return nil
}

func checkTTL(category string, ttl int) error {
	if ttl == 0 || (ttl == forever && category != Marketing) {
		return nil
	}
	if l := lifetimes[category]; ttl < l.least || ttl > l.most {
		return ErrInvalid.Withf("message_send_ttl_seconds", "message_send_ttl_seconds of a template of category %s must be between %d and %d, not %d", category, l.least, l.most, ttl)
	}
	return nil
}

// check normalises what a template says and applies every rule that needs no look at the database.
func (t *Template) check() error {
	if err := checkName(t.Name); err != nil {
		return err
	}
	if !knownLanguage(t.Language) {
		return ErrInvalid.Withf("language", "language must be a language code such as en_US, vi or pt_BR, not %.40q", t.Language)
	}
	if err := checkCategory(t.Category); err != nil {
		return err
	}
	if t.Format != Positional && t.Format != Named {
		return ErrInvalid.Withf("parameter_format", "parameter_format must be positional or named, not %.40q", t.Format)
	}
	if t.SubCategory != "" && (t.Category != Utility || (t.SubCategory != "ORDER_DETAILS" && t.SubCategory != "ORDER_STATUS")) {
		return ErrInvalid.Withf("sub_category", "sub_category must be ORDER_DETAILS or ORDER_STATUS, of a template of category UTILITY, not %.40q", t.SubCategory)
	}
	if err := checkTTL(t.Category, t.TTL); err != nil {
		return err
	}
	if len(t.Components) == 0 {
		return ErrInvalid.With("components", "components is missing: a list with at least a BODY")
	}
	if len(t.Components) > componentsMost {
		return ErrInvalid.Withf("components", "components has %d parts, at most %d are allowed", len(t.Components), componentsMost)
	}
	c := checker{t: t, at: "components"}
	if err := c.all(); err != nil {
		return err
	}
	text, err := t.encode()
	if err != nil {
		return err
	}
	if len(text) > jsonMost {
		return ErrInvalid.Withf("components", "components have %d bytes, at most %d are allowed", len(text), jsonMost)
	}
	t.fingerprint, t.content = said(t.Components)
	return nil
}

// said is the hash of body and footer, and all texts in small letters.
func said(list []wire.TemplateComponent) (fingerprint, content string) {
	var texts []string
	var add func(list []wire.TemplateComponent)
	add = func(list []wire.TemplateComponent) {
		for _, c := range list {
			if c.Text != "" {
				texts = append(texts, c.Text)
			}
			for _, b := range c.Buttons {
				texts = append(texts, b.Text)
			}
			for _, card := range c.Cards {
				add(card.Components)
			}
		}
	}
	add(list)
	b, _ := component(list, body)
	f, _ := component(list, footer)
	sum := sha256.Sum256([]byte(strings.ToLower(b.Text + "\x00" + f.Text)))
	return hex.EncodeToString(sum[:]), strings.ToLower(strings.Join(texts, "\n"))
}

// checker checks the components of a template, or of one card of it.
type checker struct {
	t    *Template
	at   string // where they stand
	card bool
}

// all checks the components one by one, then what belongs together.
func (c checker) all() error { return c.list(c.t.Components) }

func (c checker) list(list []wire.TemplateComponent) error {
	seen := map[string]bool{}
	for n := range list {
		p := &list[n]
		at := fmt.Sprintf("%s[%d]", c.at, n)
		p.Type, p.Format = strings.ToUpper(p.Type), strings.ToUpper(p.Format)
		if !slices.Contains([]string{header, body, footer, buttons, carousel, offer}, p.Type) || (c.card && (p.Type == carousel || p.Type == offer || p.Type == footer)) {
			return ErrInvalid.Withf(at+".type", "%s.type must be one of HEADER, BODY, FOOTER, BUTTONS, CAROUSEL, LIMITED_TIME_OFFER (in a card: HEADER, BODY, BUTTONS), not %.40q", at, p.Type)
		}
		if seen[p.Type] {
			return ErrInvalid.Withf(at+".type", "%s: a template has one component of type %s", at, p.Type)
		}
		seen[p.Type] = true
	}
	if !seen[body] && !c.card {
		return ErrBody.With(c.at, "a component of type BODY is missing; every template has one")
	}
	for n := range list {
		if err := c.one(fmt.Sprintf("%s[%d]", c.at, n), &list[n], list); err != nil {
			return err
		}
	}
	return c.together(list)
}

func (c checker) one(at string, p *wire.TemplateComponent, list []wire.TemplateComponent) error {
	if c.t.Category == Authentication {
		return c.authentication(at, p)
	}
	if p.AddSecurityRecommendation != nil || p.CodeExpirationMinutes != nil {
		return ErrInvalid.Withf(at, "%s: add_security_recommendation and code_expiration_minutes belong to templates of category AUTHENTICATION", at)
	}
	switch p.Type {
	case header:
		return c.header(at, p)
	case body:
		return c.body(at, p, list)
	case footer:
		return c.footer(at, p)
	case buttons:
		return c.buttons(at, p)
	case carousel:
		return c.carousel(at, p)
	}
	return c.offer(at, p)
}

func tooLong(at, what, text string, most int) error {
	if n := len([]rune(text)); n > most {
		return ErrTooLong.Withf(at, "%s has %d characters, at most %d are allowed", what, n, most)
	}
	return nil
}

// parameters checks how a text names its parameters and that each has a sample.
func (c checker) parameters(at, text string, cause *fault.Fault, plain []string, byName []wire.NamedExample, member string) error {
	wrong := positional
	if c.t.Format == Named {
		wrong = named
	}
	if why := wrong(text); why != "" {
		return cause.Withf(at+".text", "%s: %s", at, why)
	}
	names := Parameters(text)
	if len(names) == 0 {
		return nil
	}
	if c.t.Format == Named {
		for _, n := range names {
			if !slices.ContainsFunc(byName, func(e wire.NamedExample) bool { return e.ParamName == n && e.Example != "" }) {
				return ErrSample.Withf(at+".example", "component of type %s is missing expected field(s) (example): example.%s_named_params needs a sample of {{%s}}", kindOf(cause), member, n)
			}
		}
		return nil
	}
	if len(plain) != len(names) || slices.Contains(plain, "") {
		return ErrSample.Withf(at+".example", "component of type %s is missing expected field(s) (example): example.%s needs %d samples, one a parameter, and has %d", kindOf(cause), member, len(names), len(plain))
	}
	return nil
}

func kindOf(cause *fault.Fault) string {
	if cause == ErrHeader {
		return header
	}
	return body
}
