package messaging

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/phone"
	"github.com/hawkerhq/hawker/internal/reach"
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

// contactTx is the customer of a thread as webhooks name it.
func contactTx(ctx context.Context, tx *db.Tx, t chat.Thread) (wire.Contact, error) {
	customer, _, err := chat.CustomerTx(ctx, tx, t.WaID)
	name := customer.Name
	if name == "" {
		name = phone.Display(t.WaID)
	}
	return wire.Contact{Profile: wire.Profile{Name: name}, WaID: t.WaID, UserID: t.UserID}, err
}

// emitStatus tells the business's programs that a message to a customer reached a rank.
func (x *Exchange) emitStatus(ctx context.Context, tx *db.Tx, n waba.Number, to wire.Contact, m chat.Message, rank chat.Rank) error {
	s := wire.Status{
		ID: m.WAMID, Status: rank.String(), Timestamp: unix(tx), RecipientID: m.WaID, RecipientUserID: to.UserID,
		BizOpaqueCallbackData: m.Opaque,
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
			var err error
			if s.Pricing, err = templatePricing(m); err != nil {
				return err
			}
		}
	}
	v := wire.Value{Statuses: []wire.Status{s}}
	if rank != chat.Failed {
		v.Contacts = []wire.Contact{to}
	}
	return x.emit(ctx, tx, n, m.WaID, v)
}

// emit puts a value of field "messages" into the outbox; a thread keeps its order.
func (x *Exchange) emit(ctx context.Context, tx *db.Tx, n waba.Number, waID string, v wire.Value) error {
	v.MessagingProduct = "whatsapp"
	v.Metadata = wire.Metadata{DisplayPhoneNumber: n.Digits, PhoneNumberID: n.ID.String()}
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("messaging: %w", err)
	}
	return x.Outbox.EnqueueTx(ctx, tx, webhook.Event{
		BusinessID: n.BusinessID, WABAID: n.WABAID, PhoneID: n.ID, Field: "messages",
		Lane: n.ID.String() + ":" + waID, Value: b,
	})
}

func unix(tx *db.Tx) string { return strconv.FormatInt(tx.Now().Unix(), 10) }
