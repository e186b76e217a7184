package template

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/phone"
	"github.com/hawkerhq/hawker/wire"
)

// Types of buttons.
const (
	quickReply   = "QUICK_REPLY"
	urlButton    = "URL"
	phoneNumber  = "PHONE_NUMBER"
	copyCode     = "COPY_CODE"
	catalog      = "CATALOG"
	multiProduct = "MPM"
	oneProduct   = "SPM"
	flowButton   = "FLOW"
	orderDetails = "ORDER_DETAILS"
	otpButton    = "OTP"
	voiceCall    = "VOICE_CALL"
)

// QuickReply is the type of button that customers answer with, ContactInfo that of one they share their number with.
const (
	QuickReply  = quickReply
	ContactInfo = "REQUEST_CONTACT_INFO"
)

// buttonRule is how a type of button may be used.
type buttonRule struct {
	most  int
	label string // the only one
	alone bool   // no other button beside it
	card  bool   // may stand on a card
}

var buttonRules = map[string]buttonRule{
	quickReply: {most: buttonsMost, card: true}, urlButton: {most: 2, card: true}, phoneNumber: {most: 1, card: true}, copyCode: {most: 1, label: "Copy offer code"},
	catalog: {most: 1, label: "View catalog", alone: true}, multiProduct: {most: 1, label: "View items", alone: true},
	oneProduct: {most: 1, label: "View", alone: true, card: true}, flowButton: {most: 1}, orderDetails: {most: 1, label: "Review and Pay", alone: true},
	otpButton: {most: 1, alone: true}, voiceCall: {most: 1}, ContactInfo: {most: 1},
}

func (c checker) buttons(at string, p *wire.TemplateComponent) error {
	most := buttonsMost
	if c.card {
		most = 2
	}
	if len(p.Buttons) == 0 || len(p.Buttons) > most {
		return ErrInvalid.Withf(at+".buttons", "%s.buttons: 1 to %d buttons are allowed, there are %d", at, most, len(p.Buttons))
	}
	count := map[string]int{}
	var types []string
	for n := range p.Buttons {
		b, where := &p.Buttons[n], fmt.Sprintf("%s.buttons[%d]", at, n)
		b.Type = strings.ToUpper(b.Type)
		rule, ok := buttonRules[b.Type]
		if !ok || (c.card && !rule.card) || (b.Type == otpButton) != (c.t.Category == Authentication) {
			return ErrInvalid.Withf(where+".type", "%s.type must be a type of button that this template may have, not %.40q: QUICK_REPLY, URL, PHONE_NUMBER, COPY_CODE, CATALOG, MPM, SPM, FLOW, ORDER_DETAILS, VOICE_CALL, REQUEST_CONTACT_INFO; in a card QUICK_REPLY, URL, PHONE_NUMBER, SPM; OTP in templates of category AUTHENTICATION only", where, b.Type)
		}
		if count[b.Type]++; count[b.Type] > rule.most {
			return ErrInvalid.Withf(at+".buttons", "%s.buttons: at most %d buttons of type %s are allowed", at, rule.most, b.Type)
		}
		if rule.alone && len(p.Buttons) > 1 {
			return ErrInvalid.Withf(at+".buttons", "%s.buttons: a button of type %s stands alone", at, b.Type)
		}
		if err := label(where, b, rule); err != nil {
			return err
		}
		if err := c.button(where, b); err != nil {
			return err
		}
		if len(types) == 0 || (types[len(types)-1] == quickReply) != (b.Type == quickReply) {
			types = append(types, b.Type)
		}
	}
	if len(types) > 2 {
		return ErrInvalid.Withf(at+".buttons", "%s.buttons: quick replies stand together, before or behind the other buttons", at)
	}
	return nil
}

// label checks what is written on a button.
func label(at string, b *wire.TemplateButton, rule buttonRule) error {
	if rule.label != "" {
		if b.Type != copyCode && b.Text != "" && !strings.EqualFold(b.Text, rule.label) {
			return ErrInvalid.Withf(at+".text", "%s.text of a button of type %s is %q; leave it out or write it so", at, b.Type, rule.label)
		}
		b.Text = rule.label
		return nil
	}
	if b.Type == ContactInfo && b.Text == "" {
		b.Text = "Share contact info"
	}
	if strings.TrimSpace(b.Text) == "" {
		return ErrInvalid.Withf(at+".text", "%s.text is missing: what is written on the button, at most %d characters", at, labelMost)
	}
	if len(Parameters(b.Text)) > 0 || strings.ContainsAny(b.Text, "\n\r*~`") || hasEmoji(b.Text) {
		return ErrInvalid.Withf(at+".text", "%s.text: what is written on a button has no parameters, new lines, emojis or formatting", at)
	}
	return tooLong(at+".text", "the button's text", b.Text, labelMost)
}

// button checks what a type of button needs beside its label, and drops the rest.
func (c checker) button(at string, b *wire.TemplateButton) error {
	keep := wire.TemplateButton{Type: b.Type, Text: b.Text}
	switch b.Type {
	case urlButton:
		if err := checkLink(at, b); err != nil {
			return err
		}
		keep.URL, keep.Example = b.URL, b.Example
		if len(Parameters(b.URL)) == 0 {
			keep.Example = nil
		}
	case phoneNumber:
		p, err := phone.Parse("+"+strings.TrimPrefix(strings.TrimSpace(b.PhoneNumber), "+"), "")
		if err != nil || len(b.PhoneNumber) > phoneMost {
			return ErrInvalid.Withf(at+".phone_number", "%s.phone_number must be a phone number with its country code, at most %d characters, not %.40q", at, phoneMost, b.PhoneNumber)
		}
		keep.PhoneNumber = "+" + p.Digits
	case copyCode:
		if len(b.Example) != 1 || b.Example[0] == "" {
			return ErrSample.Withf(at+".example", "%s.example is missing: a sample of the code, at most %d characters", at, couponMost)
		}
		if err := tooLong(at+".example", "the code", b.Example[0], couponMost); err != nil {
			return err
		}
		keep.Example = b.Example
	case flowButton:
		return checkFlow(at, b)
	}
	*b = keep
	return nil
}

func checkLink(at string, b *wire.TemplateButton) error {
	names := Parameters(b.URL)
	u, err := url.Parse(strings.ReplaceAll(b.URL, "{{1}}", "1"))
	switch {
	case err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "":
		return ErrInvalid.Withf(at+".url", "%s.url must be an address that begins with http:// or https://, not %.80q", at, b.URL)
	case len([]rune(b.URL)) > urlMost:
		return ErrTooLong.Withf(at+".url", "%s.url has %d characters, at most %d are allowed", at, len([]rune(b.URL)), urlMost)
	case strings.EqualFold(u.Hostname(), "wa.me") || strings.EqualFold(u.Hostname(), "api.whatsapp.com"):
		return ErrInvalid.Withf(at+".url", "%s.url: links to WhatsApp itself (wa.me) are not allowed on buttons", at)
	case len(names) > 0 && (!slices.Equal(names, []string{"1"}) || !strings.HasSuffix(b.URL, "{{1}}") || strings.Count(b.URL, "{{") > 1):
		return ErrInvalid.Withf(at+".url", "%s.url: an address has one parameter, {{1}}, at its end", at)
	case len(names) > 0 && (len(b.Example) != 1 || b.Example[0] == ""):
		return ErrSample.Withf(at+".example", "%s.example is missing: a sample of the address, or of what {{1}} becomes", at)
	}
	return nil
}

func checkFlow(at string, b *wire.TemplateButton) error {
	named := 0
	for _, s := range []string{string(b.FlowID), b.FlowName, b.FlowJSON} {
		if s != "" {
			named++
		}
	}
	b.FlowAction = strings.ToLower(b.FlowAction)
	if b.FlowAction == "" {
		b.FlowAction = "navigate"
	}
	switch {
	case named != 1:
		return ErrInvalid.Withf(at, "%s: a button of type FLOW names its flow by exactly one of flow_id, flow_name and flow_json", at)
	case b.FlowAction != "navigate" && b.FlowAction != "data_exchange":
		return ErrInvalid.Withf(at+".flow_action", "%s.flow_action must be navigate or data_exchange, not %.40q", at, b.FlowAction)
	}
	*b = wire.TemplateButton{
		Type: b.Type, Text: b.Text, FlowID: b.FlowID, FlowName: b.FlowName, FlowJSON: b.FlowJSON, FlowAction: b.FlowAction, NavigateScreen: b.NavigateScreen,
	}
	return nil
}
