package sandbox

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/storefront"
	"github.com/hawkerhq/hawker/wire"
)

// success is the answer of calls that only do something.
type success struct {
	Success bool `json:"success"`
}

var done = success{Success: true}

func (s *Server) getChat(c *call) (any, error) {
	n, err := c.number("limit", messaging.ChatDefault)
	if err != nil {
		return nil, err
	}
	v, err := s.Exchange.Chat(c.Context(), c.phone, c.waID, n, c.query("before"))
	v.Messages = orEmpty(v.Messages)
	return v, err
}

type messageBody struct {
	Type              string             `json:"type" doc:"text (the default), image, video, audio, document, sticker, location, contacts, reaction, interactive, button, edit, revoke or unsupported"`
	Text              string             `json:"text" doc:"1 to 4096 characters"`
	ProductRetailerID string             `json:"product_retailer_id" doc:"the product asked about"`
	ReplyTo           string             `json:"reply_to" doc:"the id of the message answered; not together with a product"`
	Image             *wire.Media        `json:"image" doc:"a picture behind a link, with a caption"`
	Video             *wire.Media        `json:"video" doc:"a video behind a link"`
	Audio             *wire.Media        `json:"audio" doc:"a sound behind a link; voice: a voice message"`
	Document          *wire.Media        `json:"document" doc:"a document behind a link, with its filename"`
	Sticker           *wire.Media        `json:"sticker" doc:"a sticker behind a link"`
	Location          *wire.Location     `json:"location" doc:"as in the webhook"`
	Contacts          []wire.ContactCard `json:"contacts" doc:"as in the webhook"`
	Reaction          *wire.Reaction     `json:"reaction" doc:"as in the webhook"`
	Edit              *editBody          `json:"edit" doc:"the new text or caption of the customer's own message"`
	Revoke            *originalBody      `json:"revoke" doc:"takes the customer's own message back"`
	Unsupported       *kindBody          `json:"unsupported" doc:"a message the API does not carry"`
	Forwarded         string             `json:"forwarded" doc:"once or often: somebody else wrote it first"`
	Referral          *wire.Referral     `json:"referral" doc:"the ad or post the message was written from, as in the webhook"`
	Button            *quickReplyBody    `json:"button" doc:"the quick reply that was tapped of the template reply_to"`
	Interactive       *answerBody        `json:"interactive" doc:"what was tapped or filled in of the message reply_to"`
}

// answerBody is as in the webhook; only the ids count, the rest is known.
type answerBody struct {
	Type        string       `json:"type" doc:"button_reply, list_reply or nfm_reply"`
	ButtonReply *choice      `json:"button_reply"`
	ListReply   *choice      `json:"list_reply"`
	NFMReply    *addressBody `json:"nfm_reply"`
}

// quickReplyBody is as in the webhook; either is enough.
type quickReplyBody struct {
	Payload string `json:"payload" doc:"of the quick reply"`
	Text    string `json:"text" doc:"or what is written on it"`
}

type editBody struct {
	OriginalMessageID string `json:"original_message_id" doc:"of the customer's, at most 15 minutes old"`
	Text              string `json:"text" doc:"the new text or caption"`
}

type originalBody struct {
	OriginalMessageID string `json:"original_message_id" doc:"of the customer's, at most 60 hours old"`
}

type kindBody struct {
	Type string `json:"type" doc:"for example poll_creation"`
	Code int    `json:"code" doc:"131051 (the default): a type the API does not know; 131052: its file could not be had from the customer; 131060: it is not there at the moment"`
}

type choice struct {
	ID string `json:"id" doc:"of the button or row"`
}

type addressBody struct {
	Values   map[string]string `json:"values" doc:"the lines of the address"`
	Response json.RawMessage   `json:"response" doc:"of a flow: the object that its last screen completes with"`
	// Files of pickers.
	Files map[string][]wire.Media `json:"files" doc:"of a flow: files its pickers took, by the names they get in the answer: each a link, and a filename"`
}

type messageAnswer struct {
	MessageID string `json:"message_id"`
}

func (s *Server) postMessage(c *call) (any, error) {
	b := c.body.(*messageBody)
	if b.ProductRetailerID != "" && b.ReplyTo != "" {
		return nil, ErrParam.With("reply_to", "a message is a question about a product or an answer to a message, not both")
	}
	if b.Text == "" && (b.Type == "" || b.Type == "text") {
		return nil, ErrParam.With("text", "text is required: what the customer writes, 1 to 4096 characters")
	}
	in := messaging.Inbound{
		PhoneID: c.phone, WaID: c.waID, Type: b.Type, Text: b.Text, ProductRetailerID: b.ProductRetailerID, ReplyTo: b.ReplyTo,
		Media:    map[string]*wire.Media{"image": b.Image, "video": b.Video, "audio": b.Audio, "document": b.Document, "sticker": b.Sticker}[b.Type],
		Location: b.Location, Contacts: b.Contacts, Reaction: b.Reaction, Forwarded: b.Forwarded, Referral: b.Referral,
	}
	switch {
	case b.Type == "button" && b.Button != nil:
		if in.Choice = b.Button.Payload; in.Choice == "" {
			in.Choice = b.Button.Text
		}
	case b.Type == "edit" && b.Edit != nil:
		in.Original, in.Text = b.Edit.OriginalMessageID, b.Edit.Text
	case b.Type == "revoke" && b.Revoke != nil:
		in.Original = b.Revoke.OriginalMessageID
	case b.Type == "unsupported" && b.Unsupported != nil:
		in.Text, in.Code = b.Unsupported.Type, b.Unsupported.Code
	}
	if i := b.Interactive; i != nil {
		switch {
		case i.Type == "button_reply" && i.ButtonReply != nil:
			in.Choice = i.ButtonReply.ID
		case i.Type == "list_reply" && i.ListReply != nil:
			in.Choice = i.ListReply.ID
		case i.Type == "nfm_reply" && i.NFMReply != nil:
			in.Form, in.Response, in.Picks = i.NFMReply.Values, i.NFMReply.Response, i.NFMReply.Files
		default:
			return nil, ErrParam.Withf("interactive.type", "interactive.type must be button_reply, list_reply or nfm_reply with the object of that name, not %.40q", i.Type)
		}
	}
	wamid, err := s.Exchange.Receive(c.Context(), in)
	return messageAnswer{wamid}, err
}

type numberBody struct {
	WaID string `json:"wa_id" required:"true" doc:"the customer's new number, as its wa_id"`
}

// changeNumber gives a customer a new number.
func (s *Server) changeNumber(c *call) (any, error) {
	return done, s.Exchange.ChangeNumber(c.Context(), c.waID, c.body.(*numberBody).WaID)
}

func (s *Server) getCatalog(c *call) (any, error) {
	n, err := c.number("limit", storefront.DefaultPage)
	if err != nil {
		return nil, err
	}
	var after id.ID
	if text := c.query("after"); text != "" {
		if after, err = catalog.ParseKey(text); err != nil {
			return nil, ErrParam.Withf("after", "after is %.40q; it is a decimal id, the next of the page before", text)
		}
	}
	v, err := s.Store.Storefront(c.Context(), c.phone, c.waID, storefront.Query{Search: c.query("q"), After: after, Limit: n})
	v.Products = orEmpty(v.Products)
	return v, err
}

func (s *Server) getProduct(c *call) (any, error) {
	return s.Store.Product(c.Context(), c.phone, c.waID, c.PathValue("retailer_id"))
}

func (s *Server) getCart(c *call) (any, error) {
	return cart(s.Store.Cart(c.Context(), c.phone, c.waID))
}

func cart(v storefront.CartView, err error) (any, error) {
	v.Lines = orEmpty(v.Lines)
	return v, err
}

type quantityBody struct {
	Quantity json.RawMessage `json:"quantity" required:"true" doc:"a whole number from 1 to 99; 0 takes the item out" schema:"integer"`
}

func (s *Server) putCart(c *call) (any, error) {
	n, err := storefront.ParseQuantity(string(c.body.(*quantityBody).Quantity))
	if err != nil {
		return nil, err
	}
	return cart(s.Store.SetQuantity(c.Context(), c.phone, c.waID, c.PathValue("retailer_id"), n))
}

func (s *Server) deleteCart(c *call) (any, error) {
	return cart(s.Store.SetQuantity(c.Context(), c.phone, c.waID, c.PathValue("retailer_id"), 0))
}

type sendBody struct {
	Note    string `json:"note" doc:"at most 1024 characters"`
	FormKey string `json:"form_key" doc:"a text of your own, at most 100 characters: calls with one key are one order"`
}

// cartChanged is the answer when the shop changed something since the customer last looked.
type cartChanged struct {
	Sent    bool                `json:"sent"`
	Message string              `json:"message"`
	Cart    storefront.CartView `json:"cart"`
}

// formKeyMost is the longest form_key, in bytes.
const formKeyMost = 100

func (s *Server) sendCart(c *call) (any, error) {
	b := c.body.(*sendBody)
	if len(b.FormKey) > formKeyMost {
		return nil, ErrParam.Withf("form_key", "form_key has %d bytes, at most %d are allowed", len(b.FormKey), formKeyMost)
	}
	sent, err := s.Exchange.SendCart(c.Context(), c.phone, c.waID, b.Note, b.FormKey)
	var changed *storefront.CartChangedError
	if errors.As(err, &changed) {
		changed.View.Lines = orEmpty(changed.View.Lines)
		s.write(c.w, http.StatusConflict, cartChanged{Message: "One or more items in your cart have been updated", Cart: changed.View})
		return nil, nil
	}
	return sent, err
}

type upToBody struct {
	UpTo string `json:"up_to" required:"true" doc:"the id of a message: up to and with that one"`
}

func (s *Server) ack(to chat.Rank) func(*call) (any, error) {
	return func(c *call) (any, error) {
		return done, s.Exchange.Ack(c.Context(), c.phone, c.waID, c.body.(*upToBody).UpTo, to)
	}
}

type playedBody struct {
	MessageID string `json:"message_id" required:"true" doc:"the id of a voice message: type audio, sent with voice"`
}

func (s *Server) postPlayed(c *call) (any, error) {
	return done, s.Exchange.Played(c.Context(), c.phone, c.waID, c.body.(*playedBody).MessageID, chat.Read)
}

func (s *Server) block(on bool) func(*call) (any, error) {
	return func(c *call) (any, error) { return done, s.Exchange.Block(c.Context(), c.phone, c.waID, on) }
}

type marketingBody struct {
	Value string `json:"value" required:"true" enum:"stop,resume" doc:"what the customer wants of the business's marketing messages"`
}

func (s *Server) postMarketing(c *call) (any, error) {
	v := c.body.(*marketingBody).Value
	if v != "stop" && v != "resume" {
		return nil, ErrParam.Withf("value", "value is %.20q; it is stop or resume", v)
	}
	return done, s.Exchange.SetMarketing(c.Context(), c.phone, c.waID, v == "resume")
}

type withholdBody struct {
	Reason string `json:"reason" required:"true" enum:"capped,experiment,none" doc:"capped: the customer got enough of them (131049); experiment: part of one that gets none (130472); none ends it"`
}

func (s *Server) postWithhold(c *call) (any, error) {
	reason := c.body.(*withholdBody).Reason
	switch reason {
	case chat.Capped, chat.Experiment:
	case "none":
		reason = ""
	default:
		return nil, ErrParam.Withf("reason", "reason is %.20q; it is capped, experiment or none", reason)
	}
	return done, s.Exchange.WithholdMarketing(c.Context(), c.phone, c.waID, reason)
}

type usernameBody struct {
	Username string `json:"username" doc:"3 to 35 of a-z, 0-9, point and underscore; empty shows the number again"`
}

func (s *Server) postUsername(c *call) (any, error) {
	return done, s.Exchange.SetUsername(c.Context(), c.waID, c.body.(*usernameBody).Username)
}

func (s *Server) postIdentity(c *call) (any, error) {
	return done, s.Exchange.ChangeIdentity(c.Context(), c.waID)
}
