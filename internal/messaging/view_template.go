package messaging

import (
	"time"

	"github.com/hawkerhq/hawker/internal/template"
)

// TemplateView is a template as the customer sees it.
type TemplateView struct {
	Name     string               `json:"name"`
	Language string               `json:"language"`
	Category string               `json:"category"`
	Kind     template.Kind        `json:"kind"`
	Buttons  []TemplateButtonView `json:"buttons,omitempty"`
	Cards    []TemplateCardView   `json:"cards,omitempty"`
	Offer    *OfferView           `json:"offer,omitempty"`
}

// TemplateButtonView is a button of a template. A quick reply is answered with its payload.
type TemplateButtonView struct {
	Type    string `json:"type"`
	Text    string `json:"text"`
	URL     string `json:"url,omitempty"`
	Phone   string `json:"phone_number,omitempty"`
	Code    string `json:"code,omitempty"`
	Payload string `json:"payload,omitempty"`
}

// TemplateCardView is a card of a carousel template.
type TemplateCardView struct {
	Text    string               `json:"text,omitempty"`
	File    *FileView            `json:"file,omitempty"`
	Product *Goods               `json:"product,omitempty"`
	Buttons []TemplateButtonView `json:"buttons,omitempty"`
}

// OfferView is an offer that may run out.
type OfferView struct {
	Text  string    `json:"text"`
	Until time.Time `json:"until,omitzero"`
}

// templateActions are what can be tapped, by type of button.
var templateActions = map[string]string{
	"QUICK_REPLY": "reply_button", "URL": "open_link", "PHONE_NUMBER": "call", "VOICE_CALL": "call", "COPY_CODE": "copy_code", "OTP": "copy_code", "CATALOG": "view_catalog",
	"MPM": "view_items", "SPM": "view_product", "FLOW": "open_flow", "ORDER_DETAILS": "pay", "REQUEST_CONTACT_INFO": "send_contact",
}

func buttonViews(list []sentButton) (views []TemplateButtonView) {
	for _, b := range list {
		views = append(views, TemplateButtonView(b))
	}
	return views
}

// templateView fills what a template shows. v has its sections already.
func templateView(v *MessageView, t *sentTemplate) {
	view := &TemplateView{Name: t.Name, Language: t.Language, Category: t.Category, Kind: t.Kind, Buttons: buttonViews(t.Buttons)}
	if t.Offer != "" {
		view.Offer = &OfferView{Text: t.Offer}
		if t.Until != 0 {
			view.Offer.Until = time.UnixMilli(t.Until).UTC()
		}
	}
	for _, c := range t.Cards {
		card := TemplateCardView{Text: c.Body, Buttons: buttonViews(c.Buttons)}
		if c.File > 0 && c.File <= len(v.Files) {
			card.File = &v.Files[c.File-1]
		}
		if c.Shelf > 0 && c.Shelf <= len(v.Sections) {
			card.Product = &v.Sections[c.Shelf-1].Products[0]
		}
		view.Cards = append(view.Cards, card)
	}
	if t.File && len(v.Files) > 0 {
		v.Files = v.Files[:1]
	} else {
		v.Files = nil
	}
	for _, b := range t.Buttons {
		v.act(templateActions[b.Type])
	}
	for _, c := range t.Cards {
		for _, b := range c.Buttons {
			v.act(templateActions[b.Type])
		}
	}
	v.Template = view
}

// act notes that something can be tapped, once.
func (v *MessageView) act(action string) {
	for _, have := range v.Actions {
		if have == action {
			return
		}
	}
	v.Actions = append(v.Actions, action)
}
