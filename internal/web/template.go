package web

import (
	"html/template"
	"net/url"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/messaging"
	tpl "github.com/hawkerhq/hawker/internal/template"
)

// TapButton is a button of a template. Kind is reply, link, call, copy, flow, product or contact.
type TapButton struct {
	Kind, Icon, Text string
	Value            string // what a reply answers, or a code to copy
	Href             template.URL
	Host             string
	Ended            bool // there is nothing to tap any more
}

// Tapped is a button with the message it belongs to.
type Tapped struct {
	Tap    *Tap
	Button TapButton
}

// Offer is an offer that may run out.
type Offer struct {
	Text  string
	Until time.Time // zero: it does not
}

// templateKinds are the bubbles of free-form messages that templates with products look like.
var templateKinds = map[tpl.Kind]string{tpl.KindCatalog: "catalog_message", tpl.KindMultiProduct: "product_list", tpl.KindProduct: "product"}

// bubbleKind is how a message looks.
func bubbleKind(m messaging.MessageView) string {
	if m.Template == nil {
		return m.Kind
	}
	if kind, ok := templateKinds[m.Template.Kind]; ok {
		return kind
	}
	return "template"
}

// templateTap fills what a template has to tap.
func templateTap(t *Tap, b Business, m messaging.MessageView) {
	if o := m.Template.Offer; o != nil {
		t.Offer = &Offer{Text: o.Text, Until: o.Until}
	}
	if _, sells := templateKinds[m.Template.Kind]; !sells {
		t.More = tapButtons(b, m.ID, m.Template.Buttons, nil)
	}
	for _, c := range m.Template.Cards {
		card := TapCard{Text: c.Text}
		if c.File != nil {
			f := fileOf(b, m.ID, *c.File)
			card.File = &f
		}
		if c.Product != nil {
			p := goodsCard(b, m.ID, *c.Product)
			card.Product = &p
		}
		card.More = tapButtons(b, m.ID, c.Buttons, card.Product)
		t.Cards = append(t.Cards, card)
	}
}

func tapButtons(b Business, wamid string, list []messaging.TemplateButtonView, product *Card) (out []TapButton) {
	for _, x := range list {
		switch x.Type {
		case "QUICK_REPLY":
			out = append(out, TapButton{Kind: "reply", Icon: "reply", Text: x.Text, Value: x.Payload})
		case "URL":
			if l := webLink(&messaging.LinkView{Text: x.Text, URL: x.URL}); l != nil {
				out = append(out, TapButton{Kind: "link", Icon: "external-link", Text: l.Text, Href: safeLink(l.URL), Host: l.Host})
			}
		case "PHONE_NUMBER":
			out = append(out, TapButton{Kind: "call", Icon: "phone", Text: x.Text, Href: callLink(x.Phone)})
		case "VOICE_CALL":
			out = append(out, TapButton{Kind: "call", Icon: "phone", Text: x.Text, Href: callLink(b.Display)})
		case "COPY_CODE", "OTP":
			out = append(out, TapButton{Kind: "copy", Icon: "copy", Text: x.Text, Value: x.Code})
		case "REQUEST_CONTACT_INFO":
			out = append(out, TapButton{Kind: "contact", Icon: "user-round", Text: x.Text})
		case "FLOW":
			out = append(out, TapButton{Kind: "flow", Icon: "list", Text: x.Text, Href: flowLink(b, wamid)})
		case "SPM":
			if product != nil && !product.Gone {
				out = append(out, TapButton{Kind: "product", Text: x.Text, Href: template.URL(product.Href)}) //nolint:gosec // a path of our own
			}
		}
	}
	return out
}

// flowLink opens the flow of a message.
func flowLink(b Business, wamid string) template.URL {
	return template.URL(b.At() + "/flow?m=" + url.QueryEscape(wamid)) //nolint:gosec // a path of our own
}

// safeLink keeps addresses of the web; template buttons have been checked to be such.
func safeLink(s string) template.URL {
	if u, err := url.Parse(s); err == nil && (u.Scheme == "https" || u.Scheme == "http") {
		return template.URL(u.String()) //nolint:gosec // its scheme is known
	}
	return ""
}

// callLink dials a number: digits and a plus are all that is left of it.
func callLink(number string) template.URL {
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, number)
	return template.URL("tel:+" + digits) //nolint:gosec // digits only
}
