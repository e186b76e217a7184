package template

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/hawkerhq/hawker/wire"
)

// mediaFormats are the headers with a file.
var mediaFormats = []string{"IMAGE", "VIDEO", "GIF", "DOCUMENT"}

func (c checker) header(at string, p *wire.TemplateComponent) error {
	if p.Example == nil {
		p.Example = &wire.TemplateExample{}
	}
	switch {
	case p.Format == "TEXT" && !c.card:
		return c.headerText(at, p)
	case slices.Contains(mediaFormats, p.Format) && (!c.card || p.Format == "IMAGE" || p.Format == "VIDEO"):
		if len(p.Example.HeaderHandle) != 1 || p.Example.HeaderHandle[0] == "" {
			return ErrSample.Withf(at+".example.header_handle", "component of type HEADER is missing expected field(s) (example): example.header_handle needs the handle of a sample file, from POST /{app}/uploads")
		}
		p.Example = &wire.TemplateExample{HeaderHandle: p.Example.HeaderHandle}
		p.Text = ""
		return nil
	case p.Format == "LOCATION" && !c.card && c.t.Category != Authentication, p.Format == "PRODUCT":
		p.Example, p.Text = nil, ""
		return nil
	}
	return ErrHeader.Withf(at+".format", "%s.format must be one of TEXT, IMAGE, VIDEO, GIF, DOCUMENT, LOCATION, PRODUCT (in a card: IMAGE, VIDEO, PRODUCT), not %.40q", at, p.Format)
}

func (c checker) headerText(at string, p *wire.TemplateComponent) error {
	switch {
	case strings.TrimSpace(p.Text) == "":
		return ErrHeader.Withf(at+".text", "%s.text is missing: a header of format TEXT says something", at)
	case strings.ContainsAny(plainText(p.Text), "\n\r\t*_~`"):
		return ErrHeader.Withf(at+".text", "%s.text: a header has no new lines, formatting characters or asterisks", at)
	case hasEmoji(p.Text):
		return ErrHeader.Withf(at+".text", "%s.text: a header has no emojis", at)
	case len(Parameters(p.Text)) > 1:
		return ErrHeader.Withf(at+".text", "%s.text: a header has at most one parameter, this one has %s", at, quoteNames(Parameters(p.Text)))
	}
	if err := tooLong(at+".text", "the header", p.Text, headerMost); err != nil {
		return err
	}
	e := p.Example
	if err := c.parameters(at, p.Text, ErrHeader, e.HeaderText, e.HeaderTextNamed, "header_text"); err != nil {
		return err
	}
	p.Example = nil
	if len(Parameters(p.Text)) > 0 {
		p.Example = &wire.TemplateExample{HeaderText: e.HeaderText, HeaderTextNamed: e.HeaderTextNamed}
	}
	return nil
}

func (c checker) body(at string, p *wire.TemplateComponent, list []wire.TemplateComponent) error {
	most := bodyMost
	if h, ok := component(list, header); ok && strings.EqualFold(h.Format, "PRODUCT") || c.card {
		most = cardBodyMost
	}
	for _, other := range list {
		if strings.EqualFold(other.Type, offer) {
			most = offerBodyMost
		}
	}
	if strings.TrimSpace(p.Text) == "" {
		return ErrBody.Withf(at+".text", "%s.text is missing: a body says something", at)
	}
	if err := tooLong(at+".text", "the body", p.Text, most); err != nil {
		return err
	}
	if strings.Contains(strings.ReplaceAll(p.Text, "\r", ""), "\n\n\n") || (c.card && strings.Count(p.Text, "\n") > 2) {
		return ErrBody.Withf(at+".text", "%s.text: a body has at most two new lines in a row, that of a card two in all", at)
	}
	if p.Example == nil {
		p.Example = &wire.TemplateExample{}
	}
	e := p.Example
	if err := c.parameters(at, p.Text, ErrBody, e.BodyText, e.BodyTextNamed, "body_text"); err != nil {
		return err
	}
	names := Parameters(p.Text)
	p.Example = nil
	if len(names) == 0 {
		return nil
	}
	p.Example = &wire.TemplateExample{BodyText: e.BodyText, BodyTextNamed: e.BodyTextNamed}
	if dangling(p.Text) {
		return ErrDangling.Withf(at+".text", "the body begins or ends with a parameter; put words before the first and behind the last one (a full stop is enough at the end)")
	}
	if have, need := words(p.Text), 2*len(names)+1; have < need {
		return ErrRatio.Withf(at+".text", "the body has too many parameters for its length: %d parameters need at least %d words beside them, and there are %d", len(names), need, have)
	}
	return nil
}

func (c checker) footer(at string, p *wire.TemplateComponent) error {
	switch {
	case strings.TrimSpace(p.Text) == "":
		return ErrFooter.Withf(at+".text", "%s.text is missing: a footer says something", at)
	case strings.ContainsAny(p.Text, "\n\r") || len(Parameters(p.Text)) > 0:
		return ErrFooter.Withf(at+".text", "%s.text: a footer has no parameters and no new lines", at)
	}
	p.Example = nil
	return tooLong(at+".text", "the footer", p.Text, footerMost)
}

func (c checker) offer(at string, p *wire.TemplateComponent) error {
	o := p.LimitedTimeOffer
	if o == nil || strings.TrimSpace(o.Text) == "" {
		return ErrInvalid.Withf(at+".limited_time_offer", "%s.limited_time_offer is missing: an object with text and has_expiration", at)
	}
	return tooLong(at+".limited_time_offer.text", "the offer's text", o.Text, offerMost)
}

// carousel checks the cards, all of one shape.
func (c checker) carousel(at string, p *wire.TemplateComponent) error {
	if len(p.Cards) < cardsLeast || len(p.Cards) > cardsMost {
		return ErrInvalid.Withf(at+".cards", "%s.cards: a carousel has %d to %d cards, this one has %d", at, cardsLeast, cardsMost, len(p.Cards))
	}
	var first string
	for n := range p.Cards {
		inner := checker{t: c.t, at: fmt.Sprintf("%s.cards[%d].components", at, n), card: true}
		list := p.Cards[n].Components
		if err := inner.list(list); err != nil {
			return err
		}
		if _, ok := component(list, header); !ok {
			return ErrInvalid.Withf(inner.at, "%s: a card has a HEADER: a picture, a video or a product", inner.at)
		}
		if _, ok := component(list, buttons); !ok {
			return ErrInvalid.Withf(inner.at, "%s: a card has BUTTONS, one or two", inner.at)
		}
		shape := shapeOf(list)
		if n == 0 {
			first = shape
		}
		if shape != first {
			return ErrInvalid.Withf(inner.at, "%s: all cards have the same components: the first has %s, this one %s", inner.at, first, shape)
		}
	}
	return nil
}

// shapeOf tells what a card is made of.
func shapeOf(list []wire.TemplateComponent) string {
	var parts []string
	for _, kind := range []string{header, body, buttons} {
		p, ok := component(list, kind)
		if !ok {
			continue
		}
		part := kind
		if p.Format != "" {
			part += " " + p.Format
		}
		for _, b := range p.Buttons {
			part += " " + b.Type
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ", ")
}

// plainText is a text without its parameters.
func plainText(text string) string {
	var b strings.Builder
	for _, p := range split(text) {
		if !p.param {
			b.WriteString(p.text)
		}
	}
	return b.String()
}

// hasEmoji tells whether a text holds a pictograph.
func hasEmoji(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return r >= 0x1F000 && r <= 0x1FAFF || r == 0xFE0F || r == 0x20E3 || (r >= 0x2600 && r <= 0x27BF && unicode.Is(unicode.So, r))
	})
}
