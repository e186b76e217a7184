package template

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/wire"
)

// Causes of templates that cannot be sent.
var (
	ErrAbsent       = fault.New("template.absent")
	ErrPaused       = fault.New("template.paused")
	ErrDisabled     = fault.New("template.disabled")
	ErrCount        = fault.New("template.parameter_count")
	ErrMismatch     = fault.New("template.format_mismatch")
	ErrParameter    = fault.New("template.parameter_invalid")
	ErrMissing      = fault.New("template.parameter_missing")
	ErrNameless     = fault.New("template.parameter_nameless")
	ErrTooLongFinal = fault.New("template.filled_too_long")
)

// Filled is a template as a customer reads it. What it shows of files and products is left to whoever sends it.
type Filled struct {
	Header   string
	Media    string // the kind of the header's file: image, video or document
	Location *wire.Location
	Product  *wire.TemplateProduct
	Body     string
	Footer   string
	Buttons  []FilledButton
	Cards    []FilledCard
	Offer    string
	Until    int64 // when the offer runs out, in unix milliseconds
	Bill     *wire.ActionParameters
	Status   *wire.ActionParameters // of an order
}

// FilledButton is a button as a customer sees it.
type FilledButton struct {
	Type, Text, URL, Phone, Code, Payload string
	Action                                wire.TemplateAction
	Flow                                  wire.TemplateButton // of a button of type FLOW: what it was made with
}

// FilledCard is a card of a carousel.
type FilledCard struct {
	Media   string
	Product *wire.TemplateProduct
	Body    string
	Buttons []FilledButton
}

// Fill fills a template in: header first, then the numbers of parameters, then buttons, as Meta does.
func Fill(t Template, m *wire.TemplateMessage) (f Filled, err error) {
	if err := sendable(t, m); err != nil {
		return f, err
	}
	in := filler{t: t, at: "template.components"}
	given, err := byType(in.at, m.Components)
	if err != nil {
		return f, err
	}
	if err := in.parts(&f, t.Components, given); err != nil {
		return f, err
	}
	if err := in.offer(&f, given[strings.ToLower(offer)]); err != nil {
		return f, err
	}
	if err := in.cards(&f, given["carousel"]); err != nil {
		return f, err
	}
	if f.Buttons, err = in.buttons(t.Components, given); err != nil {
		return f, err
	}
	return f, in.order(&f, given["order_status"])
}

// sendable refuses a template that is not approved.
func sendable(t Template, m *wire.TemplateMessage) error {
	switch t.Status {
	case Approved:
		return nil
	case Paused:
		return ErrPaused.Withf("template.name", "template %s in %s is paused because of its quality until %s; unpause it or send another one", t.Name, t.Language, t.PausedUntil.Format("2006-01-02T15:04:05Z"))
	case Disabled:
		return ErrDisabled.Withf("template.name", "template %s in %s is disabled because of its quality; make another one", t.Name, t.Language)
	}
	return Absent(m.Name, t.Language, "it is "+t.Status)
}

// Absent is the refusal of a template that is not there to be sent.
func Absent(name, language, why string) error {
	return ErrAbsent.Withf("template.name", "template name (%s) does not exist in %s; %s", name, language, why)
}

// filler fills in the components of a template or of a card.
type filler struct {
	t    Template
	at   string
	card bool
}

// given is what a message fills in, by type of component; buttons have a list of their own.
type given map[string][]placed

// placed is what is filled in, and where it stands in the message.
type placed struct {
	wire.TemplateFill
	at string
}

// fillTypes are the types of what is filled in.
var fillTypes = []string{"header", "body", "footer", "button", "carousel", "limited_time_offer", "order_status"}

func byType(at string, list []wire.TemplateFill) (given, error) {
	g := given{}
	for n, c := range list {
		kind := strings.ToLower(c.Type)
		if !slices.Contains(fillTypes, kind) {
			return nil, ErrNameless.Withf(fmt.Sprintf("%s[%d].type", at, n), "Param %s[%d]['type'] must be one of {%s} - got %.40q", bracketed(at), n, strings.ToUpper(strings.Join(fillTypes, ", ")), c.Type)
		}
		if kind != "button" && len(g[kind]) > 0 {
			return nil, ErrParameter.Withf(fmt.Sprintf("%s[%d]", at, n), "%s: the component stands twice", kind)
		}
		g[kind] = append(g[kind], placed{c, fmt.Sprintf("%s[%d]", at, n)})
	}
	return g, nil
}

func bracketed(at string) string {
	return strings.Replace(at, "template.components", "template['components']", 1)
}

// parameters are those of a component that is given once, or none.
func (g given) parameters(kind string) []wire.TemplateParameter {
	if len(g[kind]) == 0 {
		return nil
	}
	return g[kind][0].Parameters
}

// parts fills in header, body and footer.
func (in filler) parts(f *Filled, list []wire.TemplateComponent, g given) (err error) {
	h, _ := component(list, header)
	if err := in.header(f, h, g.parameters("header")); err != nil {
		return err
	}
	b, hasBody := component(list, body)
	if !hasBody && len(g.parameters("body")) > 0 {
		return countFault("body", len(g.parameters("body")), 0)
	}
	if f.Body, err = in.text("body", b.Text, g.parameters("body")); err != nil {
		return err
	}
	foot, _ := component(list, footer)
	if n := len(g.parameters("footer")); n > 0 {
		return countFault("footer", n, 0)
	}
	f.Footer = foot.Text
	if n := len([]rune(f.Header)); n > headerMost {
		return ErrTooLongFinal.Withf(in.at, "Translated text too long: the header has %d characters with its parameters, at most %d are allowed", n, headerMost)
	}
	if n := len([]rune(f.Body)); n > bodyMost {
		return ErrTooLongFinal.Withf(in.at, "Translated text too long: the body has %d characters with its parameters, at most %d are allowed", n, bodyMost)
	}
	return nil
}

func countFault(part string, have, want int) error {
	return ErrCount.Withf("template.components", "%s: number of localizable_params (%d) does not match the expected number of params (%d)", part, have, want)
}

func mismatch(part, want, got string) error {
	return ErrMismatch.Withf("template.components", "%s: Format mismatch, expected %s, received %s", part, want, got)
}

func (in filler) header(f *Filled, h wire.TemplateComponent, list []wire.TemplateParameter) (err error) {
	switch h.Format {
	case "", "TEXT":
		if h.Format == "" && len(list) > 0 {
			return countFault("header", len(list), 0)
		}
		f.Header, err = in.text("header", h.Text, list)
		return err
	}
	received := "UNKNOWN"
	if len(list) > 0 && list[0].Type != "" {
		received = strings.ToUpper(list[0].Type)
	}
	want := h.Format
	if want == "GIF" && received == "VIDEO" {
		want = received
	}
	if received != want {
		return mismatch("header", h.Format, received)
	}
	if len(list) > 1 {
		return countFault("header", len(list), 1)
	}
	p := list[0]
	switch want {
	case "LOCATION":
		if p.Location == nil || p.Location.Latitude == "" || p.Location.Longitude == "" {
			return ErrMissing.With(in.at, "header: Parameter of type location is missing latitude or longitude")
		}
		f.Location = p.Location
	case "PRODUCT":
		if p.Product == nil || p.Product.ProductRetailerID == "" || p.Product.CatalogID == "" {
			return ErrMissing.With(in.at, "header: Parameter of type product is missing product_retailer_id or catalog_id")
		}
		f.Product = p.Product
	default:
		f.Media = strings.ToLower(want)
		media := map[string]*wire.Media{"image": p.Image, "video": p.Video, "document": p.Document}[f.Media]
		if media == nil || (media.ID == "") == (media.Link == "") {
			return ErrParameter.With(in.at, "Either one of media ID or link must be present")
		}
	}
	return nil
}

// text fills in a text.
func (in filler) text(part, text string, list []wire.TemplateParameter) (string, error) {
	names := Parameters(text)
	if in.t.Format != Named {
		if len(list) != len(names) {
			return "", countFault(part, len(list), len(names))
		}
	}
	values := map[string]string{}
	for n, p := range list {
		v, err := in.value(part, p)
		if err != nil {
			return "", err
		}
		name := strconv.Itoa(n + 1)
		if in.t.Format == Named {
			if name = p.ParameterName; name == "" {
				return "", ErrNameless.With(in.at, "Parameter name is missing or empty")
			}
			if !slices.Contains(names, name) {
				return "", ErrParameter.Withf(in.at, "%s: the template has no parameter %.60q; it has %s", part, name, strings.Join(names, ", "))
			}
		}
		values[name] = v
	}
	if len(values) != len(names) {
		return "", countFault(part, len(list), len(names))
	}
	return fill(text, values), nil
}

// value is what a parameter of a text says.
func (in filler) value(part string, p wire.TemplateParameter) (string, error) {
	v := ""
	switch p.Type {
	case "text":
		if p.Text != nil {
			v = string(*p.Text)
		}
	case "currency":
		if p.Currency != nil && p.Currency.Code != "" && p.Currency.Amount1000 != "" {
			v = p.Currency.FallbackValue
		}
	case "date_time":
		if p.DateTime != nil {
			v = p.DateTime.FallbackValue
		}
	default:
		got := strings.ToUpper(p.Type)
		if got == "" {
			got = "UNKNOWN"
		}
		return "", mismatch(part, "TEXT", got)
	}
	if v == "" {
		return "", ErrMissing.Withf(in.at, "%s: Parameter of type %s is missing %s value", part, p.Type, p.Type)
	}
	if strings.ContainsAny(v, "\n\r\t") || strings.Contains(v, "     ") {
		return "", ErrParameter.Withf(in.at, "%s: Param text cannot have new-line/tab characters or more than 4 consecutive spaces", part)
	}
	return v, nil
}

func (in filler) offer(f *Filled, list []placed) error {
	o, ok := in.t.Component(offer)
	if !ok {
		if len(list) > 0 {
			return countFault("limited_time_offer", 1, 0)
		}
		return nil
	}
	f.Offer = o.LimitedTimeOffer.Text
	if !o.LimitedTimeOffer.HasExpiration {
		return nil
	}
	if len(list) == 0 || len(list[0].Parameters) != 1 || list[0].Parameters[0].LimitedTimeOffer == nil || list[0].Parameters[0].LimitedTimeOffer.ExpirationTimeMS <= 0 {
		return ErrMissing.With(in.at, "limited_time_offer: Parameter of type limited_time_offer is missing expiration_time_ms value")
	}
	f.Until = list[0].Parameters[0].LimitedTimeOffer.ExpirationTimeMS
	return nil
}

// cards fills in the cards of a carousel. One of products takes as many as are given, any other as many as it was made with.
func (in filler) cards(f *Filled, list []placed) error {
	c, ok := in.t.Component(carousel)
	if !ok {
		if len(list) > 0 {
			return countFault("carousel", len(list[0].Cards), 0)
		}
		return nil
	}
	var cards []wire.TemplateFillCard
	if len(list) > 0 {
		cards = list[0].Cards
	}
	products := in.t.Kind() == KindProductCards
	if products && (len(cards) < cardsLeast || len(cards) > cardsMost) {
		return ErrCount.Withf(in.at, "carousel: number of cards (%d) must be %d to %d", len(cards), cardsLeast, cardsMost)
	}
	if !products && len(cards) != len(c.Cards) {
		return ErrCount.Withf(in.at, "carousel: number of cards (%d) does not match the expected number of cards (%d)", len(cards), len(c.Cards))
	}
	seen := map[int]bool{}
	for n, card := range cards {
		at := fmt.Sprintf("%s.cards[%d]", in.at, n)
		if card.CardIndex == nil || *card.CardIndex < 0 || *card.CardIndex >= len(cards) || seen[*card.CardIndex] {
			return ErrParameter.Withf(at+".card_index", "carousel: card_index must be a number from 0 to %d that no other card has", len(cards)-1)
		}
		seen[*card.CardIndex] = true
		made := c.Cards[0].Components
		if !products {
			made = c.Cards[*card.CardIndex].Components
		}
		one, err := filler{t: in.t, at: at, card: true}.one(made, card.Components)
		if err != nil {
			return err
		}
		f.Cards = append(f.Cards, one)
	}
	return nil
}

func (in filler) one(made []wire.TemplateComponent, list []wire.TemplateFill) (FilledCard, error) {
	g, err := byType(in.at, list)
	if err != nil {
		return FilledCard{}, err
	}
	var f Filled
	if err := in.parts(&f, made, g); err != nil {
		return FilledCard{}, err
	}
	buttons, err := in.buttons(made, g)
	return FilledCard{Media: f.Media, Product: f.Product, Body: f.Body, Buttons: buttons}, err
}

func (in filler) order(f *Filled, list []placed) error {
	if in.t.SubCategory != "ORDER_STATUS" {
		if len(list) > 0 {
			return countFault("order_status", 1, 0)
		}
		return nil
	}
	if len(list) == 0 || len(list[0].Parameters) != 1 || list[0].Parameters[0].OrderStatus == nil {
		return ErrMissing.With(in.at, "order_status: Parameter of type order_status is missing order_status value")
	}
	f.Status = list[0].Parameters[0].OrderStatus
	return nil
}
