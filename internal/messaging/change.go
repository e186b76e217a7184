package messaging

import (
	"cmp"
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/attachment"
	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/wire"
)

// How long a customer may change a message, and take it back: WhatsApp's own limits on phones.
const (
	editLife   = 15 * time.Minute
	revokeLife = 60 * time.Hour
)

// unsupportedKinds are the messages of phones that the API does not carry: spec 4.4.
var unsupportedKinds = []string{
	"edit", "poll_creation", "poll_update", "pin", "order", "product", "list", "interactive", "hsm", "gif", "group_invite", "keep_in_chat",
	"link_preview", "media_placeholder", "location", "image", "reaction", "errors",
}

// unsupportedWords are Meta's words for messages that the API does not carry, by code: of a type it does not know, with a file
// that could not be had from the customer (too large, for example), or not there at the moment.
var unsupportedWords = map[int]struct{ title, details string }{
	131051: {"Message type unknown", "Message type is currently not supported."},
	131052: {"Media download error", "Failed to download the media from the sender."},
	131060: {"This message is currently unavailable.", "This message is currently unavailable."},
}

// typeUnknown is the code where none is named.
const typeUnknown = 131051

func unsupportedErrors(code int) []wire.StatusError {
	code = cmp.Or(code, typeUnknown)
	words := unsupportedWords[code]
	return []wire.StatusError{{
		Code: code, Title: words.title, Message: words.title, ErrorData: wire.StatusData{Details: words.details},
		Href: "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
	}}
}

// Upload is a file from the customer's own device.
type Upload struct {
	MIME, Name string
	Body       io.Reader
	Voice      bool // a sound is a voice message
}

// checkChange applies the rules of edits, deletions and unsupported messages that need no look at the database.
func (in Inbound) checkChange() error {
	if in.Type == "unsupported" {
		if !slices.Contains(unsupportedKinds, in.Text) {
			return ErrValue.Withf("unsupported.type", "unsupported.type must be one of %s, not %.40q", strings.Join(unsupportedKinds, ", "), in.Text)
		}
		if _, known := unsupportedWords[cmp.Or(in.Code, typeUnknown)]; !known {
			return ErrValue.Withf("unsupported.code", "unsupported.code must be 131051 (the type is unknown), 131052 (its file could not be had) or 131060 (it is not there), not %d", in.Code)
		}
		return nil
	}
	if in.Original == "" {
		return ErrValue.Withf(in.Type+".original_message_id", "%s.original_message_id is missing: name the customer's own message", in.Type)
	}
	if err := isText("original_message_id", in.Original); err != nil || in.Type == "revoke" {
		return err
	}
	return checkInboundText(in.Text)
}

// kindOf is the type of message that a file of a customer's makes.
func kindOf(f attachment.File) string {
	family, _, _ := strings.Cut(f.MIME, "/")
	switch {
	case f.MIME == "image/webp":
		return "sticker"
	case family == "image" || family == "video" || family == "audio":
		return family
	}
	return "document"
}

// checkOrigin: who wrote it first, and what brought the customer here.
func (in Inbound) checkOrigin() error {
	if !slices.Contains([]string{"", "once", "often"}, in.Forwarded) {
		return ErrValue.Withf("forwarded", "forwarded must be once or often, not %.40q", in.Forwarded)
	}
	r := in.Referral
	if r == nil {
		return nil
	}
	if r.SourceType != "ad" && r.SourceType != "post" {
		return ErrValue.Withf("referral.source_type", "referral.source_type must be ad or post, not %.40q", r.SourceType)
	}
	return isText("referral.source_url", r.SourceURL, "referral.source_id", r.SourceID, "referral.headline", r.Headline, "referral.body", r.Body)
}

func checkCaption(caption string) error {
	if n := runes(caption); n > captionMost {
		return ErrValue.Withf("text", "the caption has %d characters, at most %d are allowed", n, captionMost)
	}
	return nil
}

// forward adds to a message what it came by.
func forward(c *content, msg *wire.Inbound, in Inbound) {
	msg.Referral = in.Referral
	if in.Forwarded == "" {
		return
	}
	c.Forwarded = in.Forwarded
	if msg.Context == nil {
		msg.Context = &wire.InboundContext{}
	}
	msg.Context.Forwarded, msg.Context.FrequentlyForwarded = in.Forwarded == "once", in.Forwarded == "often"
}

// ownMessage finds the customer's own message that is changed, young enough and of a type that can be.
func ownMessage(ctx context.Context, tx *db.Tx, in Inbound, life time.Duration, types ...string) (chat.Message, content, error) {
	field := in.Type + ".original_message_id"
	m, ok, err := chat.ByWAMIDTx(ctx, tx, in.PhoneID, in.WaID, in.Original)
	if err != nil {
		return m, content{}, err
	}
	if !ok || m.Outbound || (len(types) > 0 && !slices.Contains(types, m.Type)) {
		return m, content{}, ErrNoMessage.Withf(field, "original_message_id is no message of the customer's that an %s can change", in.Type)
	}
	if age := tx.Now().Sub(m.CreatedAt); age > life {
		return m, content{}, ErrNoMessage.Withf(field, "the message is %s old; an %s is possible for %s", age.Round(time.Minute), in.Type, life)
	}
	c, err := decode(m)
	if err == nil && c.Deleted {
		err = ErrNoMessage.With(field, "the message was deleted")
	}
	return m, c, err
}

// customerEdits changes the text or caption of the customer's own message.
func (x *Exchange) customerEdits(ctx context.Context, tx *db.Tx, in Inbound) (*wire.Edit, error) {
	m, c, err := ownMessage(ctx, tx, in, editLife, "text", "image", "video", "document")
	if err != nil {
		return nil, err
	}
	if m.Type != "text" {
		if err := checkCaption(in.Text); err != nil {
			return nil, err
		}
	}
	c.Text, c.Edited = in.Text, true
	text, err := c.encode()
	if err != nil {
		return nil, err
	}
	e := &wire.Edit{OriginalMessageID: m.WAMID, Message: wire.Inbound{Type: m.Type}}
	if m.Type == "text" {
		e.Message.Text = &wire.InboundText{Body: in.Text}
	} else if err := editedFile(ctx, tx, &e.Message, c, m); err != nil {
		return nil, err
	}
	x.changed(tx, in.PhoneID, in.WaID, "message.edited", m.WAMID)
	return e, chat.RewriteTx(ctx, tx, m.ID, text)
}

// customerRevokes takes the customer's own message back: nothing of it is kept.
func (x *Exchange) customerRevokes(ctx context.Context, tx *db.Tx, in Inbound) (*wire.Revoke, error) {
	m, _, err := ownMessage(ctx, tx, in, revokeLife)
	if err != nil {
		return nil, err
	}
	text, err := content{Deleted: true}.encode()
	if err != nil {
		return nil, err
	}
	x.changed(tx, in.PhoneID, in.WaID, "message.deleted", m.WAMID)
	return &wire.Revoke{OriginalMessageID: m.WAMID}, chat.RewriteTx(ctx, tx, m.ID, text)
}

// ChangeNumber gives a customer a new number: every business the customer ever wrote to is told by a system message in
// the old chat, which ends there. The customer's chats under the new number begin empty.
func (x *Exchange) ChangeNumber(ctx context.Context, waID, becomes string) error {
	for _, w := range []string{waID, becomes} {
		if err := CheckWaID(w); err != nil {
			return err
		}
	}
	if waID == becomes {
		return ErrValue.With("wa_id", "wa_id is the number the customer has already")
	}
	return x.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		customer, ok, err := chat.CustomerTx(ctx, tx, waID)
		if err != nil {
			return err
		}
		if ok {
			customer.WaID = becomes
			if err := chat.PutCustomerTx(ctx, tx, customer); err != nil {
				return err
			}
		}
		threads, err := chat.ThreadsOfTx(ctx, tx, waID)
		if err != nil {
			return err
		}
		for _, t := range threads {
			if t.Blocked {
				continue
			}
			if err := x.tellNumber(ctx, tx, t, becomes); err != nil {
				return err
			}
		}
		if customer.Username == "" {
			return nil
		}
		if _, err := chat.UsernameTx(ctx, tx, waID, ""); err != nil { // it goes along
			return err
		}
		_, err = chat.UsernameTx(ctx, tx, becomes, customer.Username)
		return err
	})
}

func (x *Exchange) tellNumber(ctx context.Context, tx *db.Tx, t chat.Thread, becomes string) error {
	n, _, err := x.enter(ctx, tx, t.PhoneID, t.WaID)
	if err != nil {
		return err
	}
	was, err := contactTx(ctx, tx, n, t)
	if err != nil {
		return err
	}
	s := wire.System{WaID: becomes, UserID: chat.UserID(becomes, n.BusinessID), Type: "user_changed_number"}
	s.Body = "User " + was.Profile.Name + " changed from " + t.WaID + " to " + becomes
	shown := becomes
	if was.WaID == "" { // the business knows neither number
		s.WaID, s.Type = "", "user_changed_user_id"
		s.Body = "User " + was.Profile.Name + " changed from " + was.UserID + " to " + s.UserID
		shown = ""
	}
	_, err = x.append(ctx, tx, n, t, content{Text: s.Body, Became: shown}, wire.Inbound{Type: "system", System: &s}, "")
	return err
}

// editedFile is the file of an edited caption, as the webhook names it.
func editedFile(ctx context.Context, tx *db.Tx, msg *wire.Inbound, c content, m chat.Message) error {
	if len(c.Files) == 0 {
		return ErrNoMessage.With("edit.original_message_id", "the message has no caption")
	}
	kept := c.Files[0]
	f, ok, err := attachment.OfNumberTx(ctx, tx, m.PhoneID, kept.ID)
	if err != nil {
		return err
	}
	if !ok {
		return ErrNoMessage.With("edit.original_message_id", "the file of the message is no longer kept")
	}
	return tellFile(msg, f, wire.Media{Caption: c.Text, Filename: kept.Name, Voice: kept.Voice})
}
