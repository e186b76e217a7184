package messaging

import (
	"context"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/crash"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/phone"
	"github.com/hawkerhq/hawker/internal/storefront"
	"github.com/hawkerhq/hawker/internal/waba"
	"github.com/hawkerhq/hawker/wire"
)

// Inbound is what a customer writes to a business number.
type Inbound struct {
	PhoneID id.ID
	WaID    string
	// Type is text when empty; the others are image, video, audio, document, sticker, location, contacts, reaction,
	// interactive, edit, revoke and unsupported.
	Type string
	// Text is what is written; of an edit the new text or caption, of an unsupported message its kind, for example poll_creation.
	Text string
	// Code says why a message is unsupported: 131051, also when zero, 131052 or 131060.
	Code int
	// Original is the wamid of the message that an edit changes or a revoke deletes.
	Original string
	// Forwarded is once or often for a message somebody else wrote first.
	Forwarded string
	// Referral is the ad or post the message was written from.
	Referral *wire.Referral
	// Upload is a file of the customer's; with it Type is chosen by the file.
	Upload *Upload
	// ProductRetailerID makes the text a question about a product.
	ProductRetailerID string
	// ReplyTo is the wamid of the message that is answered; not together with a product.
	ReplyTo  string
	Location *wire.Location
	Contacts []wire.ContactCard
	Reaction *wire.Reaction
	// Media is a picture, video, sound, document or sticker behind a public link; Type says which.
	Media *wire.Media
	// Choice is the id of the button or row that was tapped in the message ReplyTo.
	Choice string
	// Form is the address filled in for the message ReplyTo.
	Form map[string]string
	// Response is the answer of a flow of the message ReplyTo: a JSON object.
	Response json.RawMessage
	// Picked are the files in Response that its pickers took. Picks are files to fetch and put there, by the names of pickers.
	Picked []id.ID
	Picks  map[string][]wire.Media
}

// noteMost is the longest note beside a cart.
const noteMost = 1024

// Receive takes a customer's message: it opens the customer service window and tells the business's
// programs. It returns the message's id.
func (x *Exchange) Receive(ctx context.Context, in Inbound) (wamid string, err error) {
	if in.Type == "" {
		in.Type = "text"
	}
	if err := in.check(); err != nil {
		return "", err
	}
	file, err := x.inboundFile(ctx, in)
	if err != nil {
		return "", err
	}
	if err := x.pick(ctx, &in); err != nil {
		return "", err
	}
	if in.Upload != nil {
		in.Type, in.Media = kindOf(*file), &wire.Media{Caption: in.Text, Filename: file.Name, Voice: in.Upload.Voice}
		if in.Text != "" && (in.Type == "audio" || in.Type == "sticker") {
			return "", ErrValue.Withf("text", "a sound and a sticker take no caption: send the text by itself")
		}
	}
	err = x.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, t, err := x.enter(ctx, tx, in.PhoneID, in.WaID)
		if err != nil {
			return err
		}
		c, msg, err := x.inbound(ctx, tx, n, in, file)
		if err != nil {
			return err
		}
		wamid, err = x.append(ctx, tx, n, t, c, msg, in.ReplyTo)
		return err
	})
	return wamid, err
}

// isText refuses values that cannot be kept: fields are pairs of name and value.
func isText(fields ...string) error {
	for n := 0; n+1 < len(fields); n += 2 {
		if s := fields[n+1]; !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
			return ErrValue.Withf(fields[n], "%s holds bytes that are no text: it must be UTF-8 without U+0000", fields[n])
		}
	}
	return nil
}

// CheckWaID refuses what is no customer's wa_id: the digits of a phone number as WhatsApp spells it.
func CheckWaID(waID string) error {
	p, err := phone.Parse("+"+waID, "")
	if err != nil {
		return phone.ErrInvalid.Withf("wa_id", "%.20q is no wa_id: the digits of a phone number with its country code, for example 84901234567", waID)
	}
	if p.WaID() != waID { // another spelling would be another chat
		return phone.ErrInvalid.Withf("wa_id", "%.20q is not how WhatsApp spells this number; its wa_id is %s", waID, p.WaID())
	}
	return nil
}

// enter finds the number and the thread a customer writes in.
func (x *Exchange) enter(ctx context.Context, tx *db.Tx, phoneID id.ID, waID string) (waba.Number, chat.Thread, error) {
	if err := CheckWaID(waID); err != nil {
		return waba.Number{}, chat.Thread{}, err
	}
	n, err := waba.NumberTx(ctx, tx, phoneID)
	if err != nil {
		return waba.Number{}, chat.Thread{}, err
	}
	if !n.Connected() {
		return n, chat.Thread{}, waba.ErrNotRegistered.With("", "the business's number is not registered: nothing reaches it")
	}
	t, err := chat.ThreadTx(ctx, tx, n.ID, n.BusinessID, waID)
	if err == nil && t.Blocked {
		err = ErrBlocked.With("wa_id", "the customer has blocked this business; unblock it first")
	}
	return n, t, err
}

// enquiry is a question about a product: its context names a message that does not exist.
func (x *Exchange) enquiry(ctx context.Context, tx *db.Tx, n waba.Number, in Inbound) (content, *wire.InboundContext, error) {
	catalogID, ok, err := waba.ConnectedCatalogTx(ctx, tx, n.WABAID)
	if err != nil {
		return content{}, nil, err
	}
	var item catalog.Item
	if ok {
		found, err := catalog.ResolveVisibleTx(ctx, tx, catalogID, []string{in.ProductRetailerID})
		if err != nil {
			return content{}, nil, err
		}
		item, ok = found[in.ProductRetailerID]
	}
	if !ok {
		return content{}, nil, storefront.ErrProductUnavailable.Withf("product_retailer_id", "the shop shows no product %.60q now", in.ProductRetailerID).
			Fact("product", in.ProductRetailerID)
	}
	s := x.snap(item)
	return content{Text: in.Text, CatalogID: catalogID, Referred: &s}, &wire.InboundContext{
		From: n.Digits, ID: id.ProductInquiryWamid(in.WaID),
		ReferredProduct: &wire.ReferredProduct{CatalogID: catalogID.String(), ProductRetailerID: in.ProductRetailerID},
	}, nil
}

func replyContext(ctx context.Context, tx *db.Tx, n waba.Number, in Inbound) (chat.Message, *wire.InboundContext, error) {
	m, ok, err := chat.ByWAMIDTx(ctx, tx, n.ID, in.WaID, in.ReplyTo)
	if err != nil {
		return m, nil, err
	}
	if !ok {
		return m, nil, ErrNoMessage.With("reply_to", "reply_to is no message of this chat")
	}
	from := in.WaID
	if m.Outbound {
		from = n.Digits
	}
	return m, &wire.InboundContext{From: from, ID: m.WAMID}, nil
}

// append stores an inbound message, opens the window and puts the webhook into the outbox. What a customer on the number's
// block list writes stays sent: the business hears nothing of it.
func (x *Exchange) append(ctx context.Context, tx *db.Tx, n waba.Number, t chat.Thread, c content, msg wire.Inbound, answers string) (string, error) {
	text, err := c.encode()
	if err != nil {
		return "", err
	}
	rank := chat.Delivered
	if t.Refused() {
		rank = chat.Sent
	}
	m, err := chat.AppendTx(ctx, tx, t, chat.Message{
		PhoneID: n.ID, WaID: t.WaID, Type: msg.Type, Content: text, Answers: answers, Rank: rank,
	})
	if err != nil {
		return "", err
	}
	if t.Refused() {
		x.changed(tx, n.ID, t.WaID, "message.not_taken", m.WAMID)
		return m.WAMID, nil
	}
	if msg.Type != "system" { // the customer said nothing
		if err := chat.TouchWindowTx(ctx, tx, n.ID, t.WaID); err != nil {
			return "", err
		}
	}
	from, err := contactTx(ctx, tx, n, t)
	if err != nil {
		return "", err
	}
	msg.From, msg.FromUserID, msg.ID, msg.Timestamp = from.WaID, t.UserID, m.WAMID, unix(tx)
	if msg.Context != nil && msg.Context.From == t.WaID {
		msg.Context.From = from.WaID
	}
	x.changed(tx, n.ID, t.WaID, "message.received", m.WAMID)
	v := wire.Value{Messages: []wire.Inbound{msg}}
	if msg.Type != "system" || msg.Identity != nil {
		v.Contacts = []wire.Contact{from}
	}
	return m.WAMID, x.emit(ctx, tx, n, t.WaID, v)
}

// SentOrder is a cart on its way to the business.
type SentOrder struct {
	MessageID string `json:"message_id"`
	OrderID   id.ID  `json:"order_id"`
}

// SendCart sends the cart of a chat as an order, with a note. Two calls with one formKey are one order.
// When the shop changed something since the customer last looked, nothing is sent and the error is a
// [storefront.CartChangedError].
func (x *Exchange) SendCart(ctx context.Context, phoneID id.ID, waID, note, formKey string) (SentOrder, error) {
	note = strings.TrimSpace(note)
	if n := runes(note); n > noteMost {
		return SentOrder{}, ErrValue.Withf("note", "the note has %d characters, at most %d are allowed", n, noteMost)
	}
	if err := isText("note", note, "form_key", formKey); err != nil {
		return SentOrder{}, err
	}
	var sent SentOrder
	var changed error
	err := x.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		changed = nil
		n, t, err := x.enter(ctx, tx, phoneID, waID)
		if err != nil {
			return err
		}
		if formKey != "" {
			have, ok, err := chat.OrderByFormKeyTx(ctx, tx, phoneID, waID, formKey)
			if err != nil {
				return err
			}
			if ok {
				sent = SentOrder{MessageID: have.WAMID, OrderID: have.ID}
				return nil
			}
		}
		if t.Refused() {
			return ErrNotTaken.With("wa_id", "the business takes nothing from this customer: the customer is on the number's block list")
		}
		taken, err := storefront.TakeCartTx(ctx, tx, phoneID, waID)
		if err != nil {
			return err
		}
		if changed = taken.Err(); changed != nil {
			return nil //nolint:nilerr // the cart as it is now stays, and the customer is shown it
		}
		sent, err = x.order(ctx, tx, n, t, taken, note, formKey)
		return err
	})
	if err == nil {
		err = changed
	}
	return sent, err
}

func (x *Exchange) order(ctx context.Context, tx *db.Tx, n waba.Number, t chat.Thread, taken storefront.Taken, note, formKey string) (SentOrder, error) {
	order := wire.Order{CatalogID: taken.CatalogID.String(), Text: note}
	for _, l := range taken.Lines {
		order.ProductItems = append(order.ProductItems, wire.OrderItem{
			ProductRetailerID: l.RetailerID, Quantity: l.Quantity, ItemPrice: json.Number(l.Unit.Number()), Currency: l.Unit.Currency,
		})
	}
	wamid, err := x.append(ctx, tx, n, t, content{Text: note, CatalogID: taken.CatalogID}, wire.Inbound{Type: "order", Order: &order}, "")
	if err != nil {
		return SentOrder{}, err
	}
	stored, _, err := chat.CreateOrderTx(ctx, tx, chat.Order{
		PhoneID: n.ID, WaID: t.WaID, CatalogID: taken.CatalogID, WAMID: wamid, Note: note, Lines: taken.Lines, FormKey: formKey,
	})
	crash.At(crash.OrderCreatedBeforeEvent) // the webhook stands in the same transaction, which is not committed
	return SentOrder{MessageID: wamid, OrderID: stored.ID}, err
}

// Ack tells how far the customer's side is with the business's messages, up to and with one: delivered
// when the chat took them, read when they were on screen. Each step of each message is a webhook, and no
// message goes back.
func (x *Exchange) Ack(ctx context.Context, phoneID id.ID, waID, upTo string, to chat.Rank) error {
	if err := isText("up_to", upTo); err != nil {
		return err
	}
	return x.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		r, err := receiptTx(ctx, tx, phoneID, waID, upTo, "up_to")
		if err != nil {
			return err
		}
		return x.advance(ctx, tx, r, to)
	})
}

// Block stores whether the customer wants nothing of the business.
func (x *Exchange) Block(ctx context.Context, phoneID id.ID, waID string, blocked bool) error {
	if err := CheckWaID(waID); err != nil {
		return err
	}
	return x.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := waba.NumberTx(ctx, tx, phoneID)
		if err != nil {
			return err
		}
		t, err := chat.ThreadTx(ctx, tx, n.ID, n.BusinessID, waID)
		if err != nil || t.Blocked == blocked {
			return err
		}
		x.changed(tx, phoneID, waID, "thread.blocked", "")
		if err := chat.BlockTx(ctx, tx, phoneID, waID, blocked); err != nil || x.Reach == nil {
			return err
		}
		return x.Reach.BlockedTx(ctx, tx, n, blocked)
	})
}
