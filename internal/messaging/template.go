package messaging

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/template"
	"github.com/hawkerhq/hawker/wire"
)

// sentTemplate is what the ledger keeps of a template beside its text, its files and its products.
type sentTemplate struct {
	ID       id.ID         `json:"id"`
	Name     string        `json:"name"`
	Language string        `json:"language"`
	Category string        `json:"category"`
	Kind     template.Kind `json:"kind"`
	File     bool          `json:"file,omitempty"` // the first file is the header's
	Buttons  []sentButton  `json:"buttons,omitempty"`
	Cards    []sentCard    `json:"cards,omitempty"`
	Offer    string        `json:"offer,omitempty"`
	Until    int64         `json:"until,omitempty"` // when the offer runs out, in unix milliseconds

	paced bool // some of its messages are held
}

type sentButton struct {
	Type    string `json:"type"`
	Text    string `json:"text"`
	URL     string `json:"url,omitempty"`
	Phone   string `json:"phone,omitempty"`
	Code    string `json:"code,omitempty"`
	Payload string `json:"payload,omitempty"`
}

// sentCard is a card of a carousel: File counts the message's files and Shelf its sections from 1, zero is none.
type sentCard struct {
	Body    string       `json:"body,omitempty"`
	File    int          `json:"file,omitempty"`
	Shelf   int          `json:"shelf,omitempty"`
	Buttons []sentButton `json:"buttons,omitempty"`
}

// checkTemplate applies the rules that need no look at the template, and puts cards into their order.
func checkTemplate(t *wire.TemplateMessage) error {
	switch {
	case t == nil:
		return required("template")
	case t.Name == "":
		return required("template['name']")
	case t.Language == nil || t.Language.Code == "":
		return required("template['language']['code']")
	case t.Language.Policy != "" && t.Language.Policy != "deterministic":
		return ErrBody.Withf("template.language.policy", "(#100) Param template['language']['policy'] must be one of {DETERMINISTIC} - got %.40q", t.Language.Policy)
	}
	for _, c := range t.Components {
		slices.SortStableFunc(c.Cards, func(a, b wire.TemplateFillCard) int { return cardIndex(a) - cardIndex(b) })
	}
	return nil
}

func cardIndex(c wire.TemplateFillCard) int {
	if c.CardIndex == nil {
		return -1
	}
	return *c.CardIndex
}

// eachParameter runs f on every parameter of a template message, those of cards included, in order.
func eachParameter(list []wire.TemplateFill, f func(p wire.TemplateParameter)) {
	for _, c := range list {
		for _, p := range c.Parameters {
			f(p)
		}
		for _, card := range c.Cards {
			eachParameter(card.Components, f)
		}
	}
}

// templateProducts are the SKUs a template message names.
func templateProducts(t *wire.TemplateMessage) (skus []string) {
	add := func(sku string) {
		if sku != "" && !slices.Contains(skus, sku) {
			skus = append(skus, sku)
		}
	}
	eachParameter(t.Components, func(p wire.TemplateParameter) {
		if p.Product != nil {
			add(p.Product.ProductRetailerID)
		}
		if p.Action == nil {
			return
		}
		add(p.Action.ThumbnailProductRetailerID)
		for _, s := range p.Action.Sections {
			for _, i := range s.ProductItems {
				add(i.ProductRetailerID)
			}
		}
	})
	return skus
}

// templateMedia are the files of a template message: its header's, then those of its cards.
func templateMedia(t *wire.TemplateMessage) (list []mediaRef) {
	add := func(p wire.TemplateParameter) {
		for kind, m := range map[string]*wire.Media{"image": p.Image, "video": p.Video, "document": p.Document} {
			if m != nil && p.Type == kind {
				list = append(list, mediaRef{kind, "template.components." + kind, m})
			}
		}
	}
	headers := func(of []wire.TemplateFill) {
		for _, c := range of {
			if strings.EqualFold(c.Type, "header") {
				for _, p := range c.Parameters {
					add(p)
				}
			}
		}
	}
	headers(t.Components)
	for _, c := range t.Components {
		for _, card := range c.Cards {
			headers(card.Components)
		}
	}
	return list
}

// composeTemplate finds the template of a message in the number's account and fills it in.
func (x *Exchange) composeTemplate(ctx context.Context, f facts, m *wire.TemplateMessage) (content, error) {
	var t template.Template
	err := x.DB.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		t, err = template.ByNameTx(ctx, tx, f.number.WABAID, m.Name, m.Language.Code)
		return err
	})
	if errors.Is(err, template.ErrUnknown) {
		return content{}, template.Absent(m.Name, m.Language.Code, "the account of this number has no such template in that language")
	}
	if err != nil {
		return content{}, err
	}
	filled, err := template.Fill(t, m)
	if err != nil {
		return content{}, err
	}
	c := content{Header: filled.Header, Body: filled.Body, Footer: filled.Footer, Location: filled.Location, Template: &sentTemplate{
		ID: t.ID, Name: t.Name, Language: t.Language, Category: t.Category, Kind: t.Kind(), File: filled.Media != "",
		Buttons: sentButtons(filled.Buttons), Offer: filled.Offer, Until: filled.Until, paced: !t.PacedUntil.IsZero(),
	}}
	if filled.Until != 0 && filled.Until <= x.Clock.Now().UnixMilli() {
		return content{}, template.ErrParameter.With("template.components", "limited_time_offer: expiration_time_ms is in the past; it is the end of the offer in unix milliseconds")
	}
	if err := c.fillCards(filled); err != nil {
		return content{}, err
	}
	if err := c.bill(filled, x.Clock.Now()); err != nil {
		return content{}, err
	}
	if t.Kind() == template.KindFlow {
		c.Flow, err = x.templateFlow(ctx, f, filled.Buttons)
		return c, err
	}
	if t.Sells() {
		err = x.stock(f, filled, &c)
	}
	return c, err
}

func sentButtons(list []template.FilledButton) (sent []sentButton) {
	for _, b := range list {
		sent = append(sent, sentButton{Type: b.Type, Text: b.Text, URL: b.URL, Phone: b.Phone, Code: b.Code, Payload: b.Payload})
	}
	return sent
}

// templateFlow is the flow of a template's button.
func (x *Exchange) templateFlow(ctx context.Context, f facts, list []template.FilledButton) (*sentFlow, error) {
	at := slices.IndexFunc(list, func(b template.FilledButton) bool { return b.Flow.FlowID != "" })
	if at < 0 {
		return nil, nil
	}
	b := list[at]
	i, err := flowID(string(b.Flow.FlowID))
	if err != nil {
		return nil, err
	}
	s := sentFlow{CTA: b.Text, Token: b.Action.FlowToken, Screen: b.Flow.NavigateScreen, Data: b.Action.FlowActionData, Exchange: b.Flow.FlowAction == "data_exchange"}
	if s.Exchange && len(s.Data) > 0 {
		return nil, template.ErrParameter.With("template.components", "flow_action_data is for buttons with flow_action navigate; here the endpoint says what the first screen shows")
	}
	return x.flowOf(ctx, f, "", i, s)
}

// fillCards keeps the cards; their files come behind the header's.
func (c *content) fillCards(f template.Filled) error {
	files := 0
	if f.Media != "" {
		files++
	}
	for _, card := range f.Cards {
		sent := sentCard{Body: card.Body, Buttons: sentButtons(card.Buttons)}
		if card.Media != "" {
			files++
			sent.File = files
		}
		c.Template.Cards = append(c.Template.Cards, sent)
	}
	return nil
}

// bill makes a template with an order to pay, or with an order's status, what an interactive message of that kind is.
func (c *content) bill(f template.Filled, now time.Time) error {
	i := &wire.Interactive{Action: &wire.Action{}}
	switch {
	case f.Status != nil:
		i.Type, i.Action.Parameters = "order_status", f.Status
		if err := checkBillStatus(i); err != nil {
			return err
		}
	case slices.ContainsFunc(f.Buttons, func(b template.FilledButton) bool { return b.Action.OrderDetails != nil }):
		at := slices.IndexFunc(f.Buttons, func(b template.FilledButton) bool { return b.Action.OrderDetails != nil })
		i.Type, i.Action.Parameters = "order_details", f.Buttons[at].Action.OrderDetails
		if err := cmp.Or(checkBill(i), checkEnd(i.Action.Parameters, now)); err != nil {
			return err
		}
	default:
		return nil
	}
	c.Kind, c.Interactive = i.Type, i
	return nil
}

// stock puts the products of the connected catalog into a template, as they are now.
func (x *Exchange) stock(f facts, filled template.Filled, c *content) error {
	const at = "template.components"
	if !f.connected || (c.Template.Kind == template.KindCatalog && !f.settings.CatalogVisible) {
		return notLinked(at)
	}
	if err := f.compliance(at); err != nil {
		return err
	}
	c.CatalogID = f.catalog
	switch c.Template.Kind {
	case template.KindCatalog:
		return x.thumbnail(f, filled.Buttons[0].Action.ThumbnailProductRetailerID, c)
	case template.KindMultiProduct:
		a := filled.Buttons[0].Action
		if err := x.thumbnail(f, a.ThumbnailProductRetailerID, c); err != nil {
			return err
		}
		if err := checkShelves("template.components", a.Sections); err != nil {
			return err
		}
		x.shelve(f, a.Sections, c)
	case template.KindProduct:
		if err := ofCatalog(f, *filled.Product); err != nil {
			return err
		}
		x.shelve(f, []wire.Section{{ProductItems: []wire.ProductItem{{ProductRetailerID: filled.Product.ProductRetailerID}}}}, c)
		if len(c.Sections) == 0 {
			return ErrNoProduct.Withf(at, "product not found for product_retailer_id %s in catalog_id %s", filled.Product.ProductRetailerID, filled.Product.CatalogID)
		}
	case template.KindProductCards:
		if err := x.productCards(f, filled, c); err != nil {
			return err
		}
	}
	if len(c.Sections) == 0 {
		return ErrNoProduct.With(at, "None of the products provided could be sent. Please check your catalog.")
	}
	return nil
}

// ofCatalog refuses a product of another catalog than the connected one.
func ofCatalog(f facts, p wire.TemplateProduct) error {
	if p.CatalogID == f.catalog.String() {
		return nil
	}
	return ErrValue.Withf("template.components", "product not found for product_retailer_id %s in catalog_id %s; catalog_id must be the catalog connected to this account, %s",
		p.ProductRetailerID, p.CatalogID, f.catalog)
}

// thumbnail is the product that stands for many; without one there is no picture.
func (x *Exchange) thumbnail(f facts, sku string, c *content) error {
	if sku == "" {
		return nil
	}
	item, ok := f.items[sku]
	if !ok {
		return ErrNoProduct.With("template.components", "Products not found in FB Catalog")
	}
	s := x.snap(item)
	c.Thumbnail = &s
	return nil
}

// productCards keeps the cards whose products can be sent, each with a shelf of its own.
func (x *Exchange) productCards(f facts, filled template.Filled, c *content) error {
	var kept []sentCard
	for n, card := range filled.Cards {
		if err := ofCatalog(f, *card.Product); err != nil {
			return err
		}
		before := len(c.Sections)
		x.shelve(f, []wire.Section{{ProductItems: []wire.ProductItem{{ProductRetailerID: card.Product.ProductRetailerID}}}}, c)
		if len(c.Sections) > before {
			sent := c.Template.Cards[n]
			sent.Shelf = len(c.Sections)
			kept = append(kept, sent)
		}
	}
	c.Template.Cards = kept
	return nil
}

// answerTemplate is a tapped quick reply of a template: payload and text.
func answerTemplate(answered chat.Message, in Inbound) (content, *wire.InboundButton, error) {
	asked, err := decode(answered)
	if err != nil {
		return content{}, nil, err
	}
	t := asked.Template
	if !answered.Outbound || t == nil {
		return content{}, nil, ErrNoMessage.With("reply_to", "reply_to is no template with quick replies")
	}
	all := slices.Clone(t.Buttons)
	for _, c := range t.Cards {
		all = append(all, c.Buttons...)
	}
	all = slices.DeleteFunc(all, func(b sentButton) bool { return b.Type != template.QuickReply })
	for _, same := range []func(b sentButton) bool{
		func(b sentButton) bool { return b.Payload == in.Choice },
		func(b sentButton) bool { return b.Text == in.Choice },
	} {
		if at := slices.IndexFunc(all, same); at >= 0 {
			b := all[at]
			return content{Kind: "button_reply", Body: b.Text, Choice: b.Payload}, &wire.InboundButton{Payload: b.Payload, Text: b.Text}, nil
		}
	}
	return content{}, nil, ErrValue.Withf("button", "the template has no quick reply with the payload or text %.60q", in.Choice)
}

// templatePricing says what a template costs: a service message of the category utility is free inside the window.
func templatePricing(m chat.Message) *wire.Pricing {
	p := &wire.Pricing{Billable: !m.Free, PricingModel: "PMP", Category: strings.ToLower(m.Category), Type: "regular"}
	if m.Free {
		p.Type = "free_customer_service"
	}
	return p
}
