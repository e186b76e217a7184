package messaging

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/template"
	"github.com/hawkerhq/hawker/internal/waba"
	"github.com/hawkerhq/hawker/internal/webhook"
	"github.com/hawkerhq/hawker/wire"
)

// noMarketing is the literal of a marketing message to a customer who wants none.
const noMarketing = "Unable to deliver the message. This recipient has chosen to stop receiving marketing messages on WhatsApp from your business"

// unwanted tells whether a message of a category is one that the customer asked to hear no more.
func unwanted(t chat.Thread, category string) bool {
	return t.NoMarketing && category == template.Marketing
}

// withheldTx says why marketing messages do not reach a customer for now, or nil.
func withheldTx(ctx context.Context, tx *db.Tx, n waba.Number, t chat.Thread) (*fault.Fault, error) {
	reason, err := chat.WithheldTx(ctx, tx, n.ID, t.WaID)
	switch {
	case err != nil:
		return nil, err
	case reason == chat.Capped:
		return ErrCapped.With("to", "This message was not delivered to maintain healthy ecosystem engagement."), nil
	case reason == chat.Experiment:
		return ErrExperiment.With("to", "Failed to send message because this user's phone number is part of an experiment"), nil
	}
	return nil, nil
}

// WithholdMarketing has marketing messages of a number not reach a customer, for a reason; "" ends that.
func (x *Exchange) WithholdMarketing(ctx context.Context, phoneID id.ID, waID, reason string) error {
	if err := CheckWaID(waID); err != nil {
		return err
	}
	return x.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := waba.NumberTx(ctx, tx, phoneID); err != nil {
			return err
		}
		return chat.WithholdTx(ctx, tx, phoneID, waID, reason)
	})
}

// SetMarketing stores whether a customer wants marketing messages of a business, and tells the business's programs where that
// changed.
func (x *Exchange) SetMarketing(ctx context.Context, phoneID id.ID, waID string, wanted bool) error {
	if err := CheckWaID(waID); err != nil {
		return err
	}
	return x.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := waba.NumberTx(ctx, tx, phoneID)
		if err != nil {
			return err
		}
		t, err := chat.ThreadTx(ctx, tx, n.ID, n.BusinessID, waID)
		if err != nil || t.NoMarketing == !wanted {
			return err
		}
		if err := chat.MarketingTx(ctx, tx, phoneID, waID, !wanted); err != nil {
			return err
		}
		x.changed(tx, phoneID, waID, "thread.marketing", "")
		return x.tellPreference(ctx, tx, n, t, wanted)
	})
}

func (x *Exchange) tellPreference(ctx context.Context, tx *db.Tx, n waba.Number, t chat.Thread, wanted bool) error {
	customer, err := contactTx(ctx, tx, n, t)
	if err != nil {
		return err
	}
	value := "stop"
	if wanted {
		value = "resume"
	}
	v, err := json.Marshal(wire.PreferenceValue{
		MessagingProduct: "whatsapp",
		Metadata:         wire.Metadata{DisplayPhoneNumber: n.Digits, PhoneNumberID: n.ID.String()},
		Contacts:         []wire.Contact{customer},
		UserPreferences: []wire.UserPreference{{
			WaID: customer.WaID, UserID: customer.UserID, Detail: "User requested to " + value + " marketing messages",
			Category: "marketing_messages", Value: value, Timestamp: tx.Now().Unix(),
		}},
	})
	if err != nil {
		return fmt.Errorf("messaging: %w", err)
	}
	return x.Outbox.EnqueueTx(ctx, tx, webhook.Event{
		BusinessID: n.BusinessID, WABAID: n.WABAID, PhoneID: n.ID, Field: "user_preferences", Lane: n.ID.String() + ":" + t.WaID, Value: v,
	})
}
