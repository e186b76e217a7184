package messaging

import (
	"context"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/attachment"
	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/waba"
	"github.com/hawkerhq/hawker/wire"
)

// inboundTypes are what a customer can write.
var inboundTypes = []string{"text", "image", "video", "audio", "document", "sticker", "location", "contacts", "reaction", "interactive", "button", "edit", "revoke", "unsupported"}

// Receivable are the types of messages a customer can write, beside carts.
func Receivable() []string { return slices.Clone(inboundTypes) }

// check applies every rule that needs no look at the database.
func (in Inbound) check() error {
	if err := isText("text", in.Text, "reply_to", in.ReplyTo, "choice", in.Choice); err != nil {
		return err
	}
	if err := in.checkOrigin(); err != nil {
		return err
	}
	if in.Upload != nil {
		return checkCaption(in.Text)
	}
	switch in.Type {
	case "text":
		return checkInboundText(in.Text)
	case "image", "video", "audio", "document", "sticker":
		return checkMedia(in.Type, in.Media)
	case "location":
		return checkLocation(in.Location)
	case "contacts":
		return checkContacts(in.Contacts)
	case "reaction":
		return checkReaction(in.Reaction)
	case "interactive":
		return in.checkAnswer()
	case "button":
		if in.ReplyTo == "" || in.Choice == "" {
			return ErrValue.With("button", "button needs reply_to, the template whose quick reply is tapped, and the payload or text of the quick reply")
		}
		return nil
	case "edit", "revoke", "unsupported":
		return in.checkChange()
	}
	return ErrValue.Withf("type", "type must be one of %s, not %.40q", strings.Join(inboundTypes, ", "), in.Type)
}

func checkInboundText(text string) error {
	if strings.TrimSpace(text) == "" {
		return ErrValue.With("text", "text is empty; write 1 to 4096 characters")
	}
	if n := runes(text); n > textMost {
		return ErrValue.Withf("text", "text has %d characters, at most %d are allowed", n, textMost)
	}
	return nil
}

// checkAnswer: a tapped button or row, or a filled-in address; of a message that was sent.
func (in Inbound) checkAnswer() error {
	if in.ReplyTo == "" {
		return ErrValue.With("reply_to", "reply_to is missing: name the message whose button, row or form is answered")
	}
	given := 0
	for _, has := range []bool{in.Choice != "", len(in.Form) > 0, len(in.Response) > 0 || len(in.Picks) > 0} {
		if has {
			given++
		}
	}
	if given != 1 {
		return ErrValue.With("interactive", "an interactive answer is a tapped button or row, a filled-in address or a filled-in flow: exactly one of them")
	}
	for name, text := range in.Form {
		if !slices.Contains(addressFields, name) {
			return ErrValue.Withf("interactive", "%.40q is no line of an address; they are %s", name, strings.Join(addressFields, ", "))
		}
		if err := isText(name, text); err != nil {
			return err
		}
		if n := runes(text); n > addressMost {
			return ErrValue.Withf(name, "%s has %d characters, at most %d are allowed", name, n, addressMost)
		}
	}
	return nil
}

// inbound is what the ledger keeps of a customer's message, and what the business's programs are told.
func (x *Exchange) inbound(ctx context.Context, tx *db.Tx, n waba.Number, in Inbound, file *attachment.File) (c content, msg wire.Inbound, err error) {
	msg.Type = in.Type
	var answered chat.Message
	switch {
	case in.ProductRetailerID != "":
		c, msg.Context, err = x.enquiry(ctx, tx, n, in)
	case in.ReplyTo != "":
		answered, msg.Context, err = replyContext(ctx, tx, n, in)
	}
	if err != nil {
		return c, msg, err
	}
	switch in.Type {
	case "text":
		c.Text, msg.Text = in.Text, &wire.InboundText{Body: in.Text}
	case "image", "video", "audio", "document", "sticker":
		err = putInboundFile(&c, &msg, in, *file)
	case "location":
		c.Location, msg.Location = in.Location, in.Location
	case "contacts":
		c.Contacts = in.Contacts
		msg.Contacts, msg.Origin, err = sharedContacts(ctx, tx, answered, in)
	case "reaction":
		c.Reaction, msg.Reaction, msg.Context = in.Reaction, in.Reaction, nil
		return c, msg, x.customerReacts(ctx, tx, in)
	case "interactive":
		if c, msg.Interactive, err = answerOf(answered, in); err == nil && len(in.Picked) > 0 {
			c.Files, err = pickedFiles(ctx, tx, n.ID, in.Picked)
		}
	case "button":
		c, msg.Button, err = answerTemplate(answered, in)
	case "edit":
		msg.Edit, err = x.customerEdits(ctx, tx, in)
	case "revoke":
		msg.Revoke, err = x.customerRevokes(ctx, tx, in)
	case "unsupported":
		c.Kind, msg.Unsupported, msg.Errors = in.Text, &wire.Unsupported{Type: in.Text}, unsupportedErrors(in.Code)
	}
	if err == nil {
		forward(&c, &msg, in)
	}
	return c, msg, err
}

func (x *Exchange) customerReacts(ctx context.Context, tx *db.Tx, in Inbound) error {
	target, ok, err := chat.ByWAMIDTx(ctx, tx, in.PhoneID, in.WaID, in.Reaction.MessageID)
	if err != nil {
		return err
	}
	if why := unreactable(target, ok, tx.Now()); why != "" {
		return ErrTarget.With("reaction.message_id", why)
	}
	return chat.ReactTx(ctx, tx, target.ID, false, in.Reaction.Emoji)
}

// answerOf is a tapped button or row of a message, or its filled-in form.
func answerOf(answered chat.Message, in Inbound) (content, *wire.InboundInteractive, error) {
	asked, err := decode(answered)
	if err != nil {
		return content{}, nil, err
	}
	if len(in.Response) > 0 {
		return answerFlow(asked.Flow, in.Response)
	}
	i := asked.Interactive
	if !answered.Outbound || i == nil {
		return content{}, nil, ErrNoMessage.With("reply_to", "reply_to is no message with buttons, a list or a form")
	}
	if len(in.Form) > 0 {
		return addressOf(i, in.Form, "")
	}
	if i.Type == addressMessage {
		return savedAddress(i, in.Choice)
	}
	for _, b := range i.Action.Buttons {
		if b.Reply.ID == in.Choice {
			return content{Kind: "button_reply", Body: b.Reply.Title, Choice: in.Choice},
				&wire.InboundInteractive{Type: "button_reply", ButtonReply: b.Reply}, nil
		}
	}
	for _, c := range i.Action.Cards {
		for _, b := range c.Action.Buttons {
			if b.QuickReply.ID == in.Choice {
				return content{Kind: "button_reply", Body: b.QuickReply.Title, Choice: in.Choice},
					&wire.InboundInteractive{Type: "button_reply", ButtonReply: b.QuickReply}, nil
			}
		}
	}
	for _, s := range i.Action.Sections {
		for _, r := range s.Rows {
			if r.ID == in.Choice {
				return content{Kind: "list_reply", Body: r.Title, Footer: r.Description, Choice: in.Choice},
					&wire.InboundInteractive{Type: "list_reply", ListReply: &r}, nil
			}
		}
	}
	return content{}, nil, ErrValue.Withf("interactive", "the message has no button or row with the id %.60q", in.Choice)
}
