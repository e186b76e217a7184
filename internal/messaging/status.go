package messaging

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/phone"
	"github.com/hawkerhq/hawker/internal/reach"
	"github.com/hawkerhq/hawker/internal/template"
	"github.com/hawkerhq/hawker/internal/waba"
	"github.com/hawkerhq/hawker/internal/webhook"
	"github.com/hawkerhq/hawker/wire"
)

// asynchronous are the causes that reach the business as a failed status, with code and title.
var asynchronous = map[fault.Code]struct {
	code  int
	title string
}{
	ErrWindow.Code:      {131047, "Re-engagement message"},
	ErrUndelivered.Code: {131026, "Message undeliverable"},
	ErrMedia.Code:       {131053, "Media upload error"},
	ErrTarget.Code:      {131009, "Parameter value is not valid"},
	ErrBillStatus.Code:  {2046, "Order status cannot be updated"},
	ErrBillCancel.Code:  {2047, "Order cannot be canceled"},
	ErrNoMarketing.Code: {131050, "User has stopped marketing messages"},
	ErrCapped.Code:      {131049, "Meta chose not to deliver."},
	ErrExperiment.Code:  {130472, "User's number is part of an experiment"},

	ErrIdentity.Code: {137000, "Recipient identity key hash mismatch"},

	template.ErrPaused.Code:   {132015, "Template is Paused"},
	template.ErrDisabled.Code: {132016, "Template is Disabled"},
	template.ErrAbsent.Code:   {132001, "Template does not exist"},

	reach.ErrLimit.Code: {131064, "Messaging limit reached"},
	reach.ErrSpam.Code:  {131048, "Spam rate limit hit"},
}

// titles of asynchronous codes.
var titles = func() map[int]string {
	m := map[int]string{}
	for _, a := range asynchronous {
		m[a.code] = a.title
	}
	return m
}()

const errorHref = "https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes/"

// fail makes m a failed message.
func fail(m *chat.Message, f *fault.Fault) {
	m.Rank, m.ErrorCode, m.ErrorDetail = chat.Failed, asynchronous[f.Code].code, f.Detail
}

// contactTx is the customer of a thread as webhooks of a number name it: without the phone number where the customer shows a
// username and the business does not know the number.
func contactTx(ctx context.Context, tx *db.Tx, n waba.Number, t chat.Thread) (wire.Contact, error) {
	customer, _, err := chat.CustomerTx(ctx, tx, t.WaID)
	if err != nil {
		return wire.Contact{}, err
	}
	c := wire.Contact{Profile: wire.Profile{Name: customer.Name, Username: customer.Username}, WaID: t.WaID, UserID: t.UserID}
	if customer.Username != "" {
		known, err := chat.NumberKnownTx(ctx, tx, t)
		if err != nil {
			return c, err
		}
		if !known {
			c.WaID = ""
		}
	}
	switch {
	case c.Profile.Name != "":
	case c.WaID == "":
		c.Profile.Name = customer.Username
	default:
		c.Profile.Name = phone.Display(t.WaID)
	}
	if n.IdentityCheck {
		c.IdentityKeyHash = identityHash(customer, t.WaID)
	}
	return c, nil
}

// emitStatus tells the business's programs that a message to a customer reached a rank.
func (x *Exchange) emitStatus(ctx context.Context, tx *db.Tx, n waba.Number, to wire.Contact, m chat.Message, rank chat.Rank) error {
	s := wire.Status{
		ID: m.WAMID, Status: rank.String(), Timestamp: unix(tx), RecipientID: to.WaID, RecipientUserID: to.UserID,
		BizOpaqueCallbackData: m.Opaque, IdentityKeyHash: to.IdentityKeyHash,
	}
	switch rank {
	case chat.Failed:
		s.Errors = []wire.StatusError{{
			Code: m.ErrorCode, Title: titles[m.ErrorCode], Message: titles[m.ErrorCode],
			ErrorData: wire.StatusData{Details: m.ErrorDetail}, Href: errorHref,
		}}
	case chat.Sent, chat.Delivered:
		// What answers a customer inside the window is free. Pricing comes with sent and with one of delivered and
		// read: here, delivered.
		s.Pricing = &wire.Pricing{PricingModel: "PMP", Category: "service", Type: "free_customer_service"}
		if m.Type == "template" {
			s.Pricing = templatePricing(m)
		}
	}
	v := wire.Value{Statuses: []wire.Status{s}}
	if rank != chat.Failed {
		if rank == chat.Sent {
			to.Profile.Username = "" // told once the message arrived
		}
		v.Contacts = []wire.Contact{to}
	}
	return x.emitVersioned(ctx, tx, n, m.WaID, v, func(version int) *wire.Value { return olderStatus(v, s, m, rank, version) })
}

// withoutConversation is the version from which on statuses name no conversation.
const withoutConversation = 24

// olderStatus is a status for receivers of older versions: with the conversation the message belonged to. nil: as in new ones.
func olderStatus(v wire.Value, s wire.Status, m chat.Message, rank chat.Rank, version int) *wire.Value {
	if version >= withoutConversation || m.Conversation == 0 || s.Pricing == nil {
		return nil
	}
	category := m.Category
	if category == "" {
		category = chat.Service
	}
	s.Conversation = &wire.Conversation{ID: conversationID(m.Conversation), Origin: wire.ConversationOrigin{Type: strings.ToLower(category)}}
	if rank == chat.Sent {
		s.Conversation.ExpirationTimestamp = strconv.FormatInt(m.ConversationUntil.Unix(), 10)
	}
	v.Statuses = []wire.Status{s}
	return &v
}

// conversationID is a conversation's id as it is told: 32 hex digits that say nothing.
func conversationID(i id.ID) string {
	sum := sha256.Sum256([]byte("conversation/" + i.String()))
	return hex.EncodeToString(sum[:16])
}

// emit puts a value of field "messages" into the outbox; a thread keeps its order.
func (x *Exchange) emit(ctx context.Context, tx *db.Tx, n waba.Number, waID string, v wire.Value) error {
	return x.emitVersioned(ctx, tx, n, waID, v, nil)
}

// emitVersioned is emit with what receivers of older versions get.
func (x *Exchange) emitVersioned(ctx context.Context, tx *db.Tx, n waba.Number, waID string, v wire.Value, older func(version int) *wire.Value) error {
	render := func(v wire.Value) ([]byte, error) {
		v.MessagingProduct = "whatsapp"
		v.Metadata = wire.Metadata{DisplayPhoneNumber: n.Digits, PhoneNumberID: n.ID.String()}
		return json.Marshal(v)
	}
	b, err := render(v)
	if err != nil {
		return fmt.Errorf("messaging: %w", err)
	}
	e := webhook.Event{BusinessID: n.BusinessID, WABAID: n.WABAID, PhoneID: n.ID, Field: "messages", Lane: n.ID.String() + ":" + waID, Value: b}
	if older != nil {
		e.Older = func(version int) []byte {
			if o := older(version); o != nil {
				if b, err := render(*o); err == nil {
					return b
				}
			}
			return nil
		}
	}
	return x.Outbox.EnqueueTx(ctx, tx, e)
}

func unix(tx *db.Tx) string { return strconv.FormatInt(tx.Now().Unix(), 10) }
