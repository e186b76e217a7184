package messaging

import (
	"context"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/crash"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/limit"
	"github.com/hawkerhq/hawker/internal/once"
	"github.com/hawkerhq/hawker/internal/waba"
	"github.com/hawkerhq/hawker/wire"
)

// Try tells what would keep a message from being sent, as far as that is known before it is: its limits, the products, the
// account's standing, what Indian law asks for. Nothing is written.
func (x *Exchange) Try(ctx context.Context, c access.Caller, phoneID id.ID, m wire.Message) error {
	_, _, err := x.prepare(ctx, c, phoneID, &m)
	return err
}

// prepare checks a message and makes what is stored of it.
func (x *Exchange) prepare(ctx context.Context, c access.Caller, phoneID id.ID, m *wire.Message) (f facts, body content, err error) {
	if err := c.Require(access.WhatsAppBusinessMessaging); err != nil {
		return f, body, err
	}
	if err := check(m); err != nil {
		return f, body, err
	}
	if i := m.Interactive; m.Type == "interactive" && i.Type == "order_details" {
		if err := checkEnd(i.Action.Parameters, x.Clock.Now()); err != nil {
			return f, body, err
		}
	}
	if f, err = x.facts(ctx, c, phoneID, products(*m)); err != nil {
		return f, body, err
	}
	if err := f.standing.Allow(needs(*m), x.Clock.Now()); err != nil {
		return f, body, err
	}
	if err := mayWrite(f.number, x.Clock.Now()); err != nil {
		return f, body, err
	}
	body, err = x.compose(ctx, f, *m)
	return f, body, err
}

// Send checks a message of a business number and stores it with its first status and that status's
// webhooks. 200 means accepted: outside the customer service window, and to a customer who blocked the
// business, the message fails by a status.
func (x *Exchange) Send(ctx context.Context, c access.Caller, phoneID id.ID, m wire.Message) (wire.SendResponse, error) {
	f, body, err := x.prepare(ctx, c, phoneID, &m)
	if err != nil {
		return wire.SendResponse{}, err
	}
	number := f.number
	to, err := x.recipient(ctx, number, m, body)
	if err != nil {
		return wire.SendResponse{}, err
	}
	waID := to.WaID()
	if err := f.mayWriteTo(to, m); err != nil {
		return wire.SendResponse{}, err
	}
	if err := f.regulated(waID); err != nil {
		return wire.SendResponse{}, err
	}
	files, failed, err := x.attach(ctx, c, number, &m)
	if err != nil {
		return wire.SendResponse{}, err
	}
	body.Files = files
	if err := x.takeRates(number, waID); err != nil {
		return wire.SendResponse{}, err
	}
	msg := chat.Message{
		PhoneID: phoneID, WaID: waID, Outbound: true, Type: m.Type, Opaque: m.BizOpaqueCallbackData, ByUserID: m.To == "", Identity: m.IdentityKeyHash,
	}
	if body.Template != nil {
		msg.Category, msg.TemplateID = body.Template.Category, body.Template.ID
	}
	if m.Context != nil {
		msg.Answers = m.Context.MessageID
	}
	if failed != nil {
		fail(&msg, failed)
	}
	if msg.Content, err = body.encode(); err != nil {
		return wire.SendResponse{}, err
	}
	held := false
	ctx = once.Answering(ctx, func(wamid any) any { return sent(m, waID, wamid.(string), held) })
	var wamid string
	if body.Template != nil && body.Template.paced && failed == nil {
		wamid, err = x.pace(ctx, number, msg, &held)
	} else {
		wamid, err = x.Carrier.Deliver(ctx, number, msg)
	}
	if err != nil {
		return wire.SendResponse{}, err
	}
	return sent(m, waID, wamid, held), nil
}

// sent is the answer to a send.
func sent(m wire.Message, waID, wamid string, held bool) wire.SendResponse {
	return wire.SendResponse{
		MessagingProduct: "whatsapp",
		Contacts:         []wire.SendContact{sendContact(m, waID)},
		Messages:         []wire.SentMessage{sentMessage(m.Type, wamid, held)},
	}
}

// needs is the restriction that would forbid a message: a template begins a conversation, everything else answers.
func needs(m wire.Message) waba.Restriction {
	if m.Type == "template" {
		return waba.WriteFirst
	}
	return waba.WriteAtAll
}

// sentMessage is a message in the answer to a send. Of a template it says whether it goes out at once.
func sentMessage(kind, wamid string, held bool) wire.SentMessage {
	s := wire.SentMessage{ID: wamid}
	switch {
	case held:
		s.MessageStatus = "held_for_quality_assessment"
	case kind == "template":
		s.MessageStatus = "accepted"
	}
	return s
}

func (x *Exchange) takeRates(n waba.Number, waID string) error {
	rate := limit.Number
	if n.Throughput == waba.ThroughputHigh {
		rate = limit.NumberHigh
	}
	if wait, ok := x.Limiter.Take(rate, "number:"+n.ID.String()); !ok {
		return ErrRateLimit.Withf("", "Cloud API message throughput has been reached: at most %d messages a second from one number; try again in %s", rate.Burst, wait.Round(time.Millisecond))
	}
	if wait, ok := x.Limiter.Take(limit.Pair, "pair:"+n.ID.String()+":"+waID); !ok {
		return ErrPairLimit.Withf("to", "Message failed to send because there were too many messages sent from this phone number to the same phone number in a short period of time; try again in %s", wait.Round(time.Second))
	}
	return nil
}

// builtin carries messages to the built-in chat.
type builtin struct{ x *Exchange }

// Deliver implements [Carrier]: the message, its status and that status's webhooks are one transaction.
func (b builtin) Deliver(ctx context.Context, n waba.Number, m chat.Message) (wamid string, err error) {
	crash.At(crash.APIBeforeTx)
	err = b.x.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if wamid, err = b.x.deliverTx(ctx, tx, n, m); err != nil {
			return err
		}
		crash.At(crash.APIAfterInsert)
		err = once.KeepTx(ctx, tx, n.BusinessID, wamid)
		crash.At(crash.APIBeforeCommit)
		return err
	})
	crash.At(crash.APIAfterCommitBeforeAck)
	return wamid, err
}

// deliverTx hands a message to the built-in chat: it is sent at once, or fails at once.
func (x *Exchange) deliverTx(ctx context.Context, tx *db.Tx, n waba.Number, m chat.Message) (wamid string, err error) {
	t, err := chat.ThreadTx(ctx, tx, n.ID, n.BusinessID, m.WaID)
	if err != nil {
		return "", err
	}
	if m.Rank != chat.Failed {
		m.Rank = chat.Sent
	}
	if m.Rank == chat.Sent {
		if err := x.admitTx(ctx, tx, n, t, &m); err != nil {
			return "", err
		}
	}
	after, err := x.special(ctx, tx, &m)
	if err != nil {
		return "", err
	}
	rank := m.Rank
	switch {
	case rank != chat.Sent:
	case m.Type == "reaction":
		m.Rank = chat.Read // it has no further statuses
	default:
		c, err := chat.ConverseTx(ctx, tx, t, m.Category)
		if err != nil {
			return "", err
		}
		m.Conversation, m.ConversationUntil = c.ID, c.Until
	}
	if !m.ByUserID && !t.NumberKnown {
		if err := chat.KnowNumberTx(ctx, tx, n.ID, t.WaID); err != nil {
			return "", err
		}
		t.NumberKnown = true
	}
	if m, err = chat.AppendTx(ctx, tx, t, m); err != nil {
		return "", err
	}
	if after != nil && rank == chat.Sent {
		if err := after(m); err != nil {
			return "", err
		}
	}
	x.changed(tx, n.ID, m.WaID, "message."+rank.String(), m.WAMID)
	to, err := contactTx(ctx, tx, n, t)
	if err != nil {
		return "", err
	}
	return m.WAMID, x.emitStatus(ctx, tx, n, to, m, rank)
}

// windowDetail is the literal of a message outside the customer service window.
const windowDetail = "Message failed to send because more than 24 hours have passed since the customer last replied to this number."

// compose turns the request into what the ledger keeps: products come from the account's connected
// catalog, and only those that may be sent stay.
func (x *Exchange) compose(ctx context.Context, f facts, m wire.Message) (content, error) {
	switch m.Type {
	case "template":
		return x.composeTemplate(ctx, f, m.Template)
	case "text":
		c := content{Text: m.Text.Body}
		if m.Text.PreviewURL {
			c.Preview = firstLink(m.Text.Body)
		}
		return c, nil
	case "location":
		return content{Location: m.Location}, nil
	case "contacts":
		return content{Contacts: m.Contacts}, nil
	case "reaction":
		return content{Reaction: m.Reaction}, nil
	case "image", "video", "audio", "document", "sticker":
		return content{Text: mediaOf(&m).Caption}, nil
	}
	i := m.Interactive
	c := content{Kind: i.Type}
	if !sellsProducts(i) {
		c.Interactive = i
	} else {
		c.CatalogID = f.catalog
	}
	if i.Header != nil {
		c.Header = i.Header.Text
	}
	if i.Body != nil {
		c.Body = i.Body.Text
	}
	if i.Footer != nil {
		c.Footer = i.Footer.Text
	}
	switch {
	case i.Type == "flow":
		var err error
		c.Flow, err = x.composeFlow(ctx, f, i.Action.Parameters)
		return c, err
	case c.Interactive != nil:
		return c, nil
	case i.Type == "catalog_message":
		return c, x.composeCatalog(f, i.Action, &c)
	case !f.connected:
		return content{}, notLinked("interactive.action.catalog_id")
	}
	if named := catalogOf(i); named != f.catalog.String() {
		return content{}, ErrValue.Withf("interactive.action.catalog_id", "%s; catalog_id must be the catalog connected to this account, %s",
			noProduct(i), f.catalog)
	}
	return c, x.composeProducts(f, i, &c)
}

// sellsProducts tells whether a message shows products of the connected catalog.
func sellsProducts(i *wire.Interactive) bool {
	switch i.Type {
	case "product", "product_list", "catalog_message":
		return true
	case "carousel":
		return i.Action.Cards[0].Type == "product"
	}
	return false
}

// catalogOf is the catalog a message names.
func catalogOf(i *wire.Interactive) string {
	if i.Type == "carousel" {
		return i.Action.Cards[0].Action.CatalogID
	}
	return i.Action.CatalogID
}

func notLinked(field string) error {
	return ErrValue.With(field, "Check if a catalog is linked to the WhatsApp Business Account and the catalog is enabled in the WhatsApp Commerce Settings")
}

// noProduct is the literal of a message none of whose products can be sent.
func noProduct(i *wire.Interactive) string {
	if i.Type == "product" {
		return "product not found for product_retailer_id " + i.Action.ProductRetailerID + " in catalog_id " + i.Action.CatalogID
	}
	return "None of the products provided could be sent. Please check your catalog."
}

// composeCatalog gates on the number's setting: a hidden catalog cannot be shared as a whole.
func (x *Exchange) composeCatalog(f facts, a *wire.Action, c *content) error {
	if !f.connected || !f.settings.CatalogVisible {
		return notLinked("interactive.action")
	}
	if err := f.compliance("interactive.action.parameters.thumbnail_product_retailer_id"); err != nil {
		return err
	}
	item, ok := f.items[a.Parameters.ThumbnailProductRetailerID]
	if !ok {
		return ErrNoProduct.With("interactive.action.parameters.thumbnail_product_retailer_id", "Products not found in FB Catalog")
	}
	s := x.snap(item)
	c.Thumbnail = &s
	return nil
}

// sectionsOf are the sections of a list, one section for a single product, and one a card of a carousel.
func sectionsOf(i *wire.Interactive) []wire.Section {
	one := func(sku string) wire.Section {
		return wire.Section{ProductItems: []wire.ProductItem{{ProductRetailerID: sku}}}
	}
	switch i.Type {
	case "product":
		return []wire.Section{one(i.Action.ProductRetailerID)}
	case "carousel":
		var cards []wire.Section
		for _, c := range i.Action.Cards {
			cards = append(cards, one(c.Action.ProductRetailerID))
		}
		return cards
	}
	return i.Action.Sections
}

// products are the SKUs a message names.
func products(m wire.Message) []string {
	if m.Type == "template" {
		return templateProducts(m.Template)
	}
	if m.Type != "interactive" || !sellsProducts(m.Interactive) {
		return nil
	}
	if m.Interactive.Type == "catalog_message" {
		return []string{m.Interactive.Action.Parameters.ThumbnailProductRetailerID}
	}
	var skus []string
	for _, s := range sectionsOf(m.Interactive) {
		for _, p := range s.ProductItems {
			skus = append(skus, p.ProductRetailerID)
		}
	}
	return skus
}

func (x *Exchange) composeProducts(f facts, i *wire.Interactive, c *content) error {
	field := map[string]string{
		"product": "interactive.action.product_retailer_id", "product_list": "interactive.action.sections", "carousel": "interactive.action.cards",
	}[i.Type]
	if err := f.compliance(field); err != nil {
		return err
	}
	if len(f.items) == 0 {
		return ErrNoProduct.With(field, noProduct(i))
	}
	x.shelve(f, sectionsOf(i), c)
	return nil
}

// shelve puts products into a message. Those that cannot be sent are left out without a word, as Meta does; so are
// sections left empty.
func (x *Exchange) shelve(f facts, sections []wire.Section, c *content) {
	for _, s := range sections {
		out := section{Title: s.Title}
		for _, p := range s.ProductItems {
			if item, ok := f.items[p.ProductRetailerID]; ok {
				out.Products = append(out.Products, x.snap(item))
			}
		}
		if len(out.Products) > 0 {
			c.Sections = append(c.Sections, out)
		}
	}
}

// MarkRead tells the customer that the business has read up to a message; writing shows that an answer is
// on its way.
func (x *Exchange) MarkRead(ctx context.Context, c access.Caller, phoneID id.ID, wamid string, writing bool) error {
	if err := c.Require(access.WhatsAppBusinessMessaging); err != nil {
		return err
	}
	if wamid == "" {
		return required("message_id")
	}
	return x.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		number, err := waba.NumberForTx(ctx, tx, c, phoneID)
		if err != nil {
			return err
		}
		m, ok, err := chat.ByWAMIDTx(ctx, tx, phoneID, "", wamid)
		if err != nil {
			return err
		}
		if !ok || m.Outbound {
			return ErrValue.With("message_id", "message_id is not a message that a customer sent to this number")
		}
		if writing {
			tx.AfterCommit(func() { x.typing.begin(Topic(phoneID, m.WaID), x.Clock.Now()) })
		}
		x.changed(tx, phoneID, m.WaID, "message.read_by_business", wamid)
		if _, err := chat.AdvanceTx(ctx, tx, phoneID, m.WaID, false, m.ID, chat.Read); err != nil {
			return err
		}
		return once.KeepTx(ctx, tx, number.BusinessID, nil)
	})
}
