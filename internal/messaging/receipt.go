package messaging

import (
	"context"

	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/waba"
	"github.com/hawkerhq/hawker/wire"
)

// receipt is a message of a chat whose business is told how far the customer's side is with it.
type receipt struct {
	number   waba.Number
	customer wire.Contact
	message  chat.Message
}

func receiptTx(ctx context.Context, tx *db.Tx, phoneID id.ID, waID, wamid, field string) (r receipt, err error) {
	if r.number, err = waba.NumberTx(ctx, tx, phoneID); err != nil {
		return r, err
	}
	var ok bool
	if r.message, ok, err = chat.ByWAMIDTx(ctx, tx, phoneID, waID, wamid); err != nil {
		return r, err
	}
	if !ok {
		return r, ErrNoMessage.Withf(field, "%s is no message of this chat", field)
	}
	t, _, err := chat.FindThreadTx(ctx, tx, phoneID, waID)
	if err != nil {
		return r, err
	}
	r.customer, err = contactTx(ctx, tx, r.number, t)
	return r, err
}

// advance lifts the business's messages, up to and with that of r, and tells each step.
func (x *Exchange) advance(ctx context.Context, tx *db.Tx, r receipt, to chat.Rank) error {
	phoneID, waID := r.message.PhoneID, r.message.WaID
	for _, rank := range []chat.Rank{chat.Delivered, chat.Read} {
		if rank > to {
			break
		}
		moved, err := chat.AdvanceTx(ctx, tx, phoneID, waID, true, r.message.ID, rank)
		if err != nil {
			return err
		}
		for _, m := range moved {
			if err := x.emitStatus(ctx, tx, r.number, r.customer, m, rank); err != nil {
				return err
			}
			x.changed(tx, phoneID, waID, "message."+rank.String(), m.WAMID)
		}
	}
	return nil
}

// Played tells that the customer listened to a voice message of the business, once. It was read by then, and so was what came
// before it, unless the customer lets nobody know what was read: then receipts says [chat.Delivered].
func (x *Exchange) Played(ctx context.Context, phoneID id.ID, waID, wamid string, receipts chat.Rank) error {
	if err := isText("message_id", wamid); err != nil {
		return err
	}
	return x.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		r, err := receiptTx(ctx, tx, phoneID, waID, wamid, "message_id")
		if err != nil {
			return err
		}
		voice, err := isVoice(r.message)
		if err != nil {
			return err
		}
		if !voice {
			return ErrValue.With("message_id", "message_id must be a voice message of the business that arrived: type audio, sent with voice")
		}
		if err := x.advance(ctx, tx, r, receipts); err != nil {
			return err
		}
		first, err := chat.PlayTx(ctx, tx, r.message.ID)
		if err != nil || !first {
			return err
		}
		x.changed(tx, phoneID, waID, "message.played", wamid)
		return x.emitStatus(ctx, tx, r.number, r.customer, r.message, chat.Played)
	})
}

// isVoice tells whether a message is a voice message of the business that reached its customer.
func isVoice(m chat.Message) (bool, error) {
	if !m.Outbound || m.Rank == chat.Failed || m.Type != "audio" {
		return false, nil
	}
	c, err := decode(m)
	return err == nil && len(c.Files) > 0 && c.Files[0].Voice, err
}
