package messaging

import (
	"context"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/wire"
)

// reactionAge is how old a message may be to take a reaction.
const reactionAge = 30 * 24 * time.Hour

// special are the rules of messages that refer to something said before: reactions, bills and their statuses.
// What breaks one fails by a status. after runs once the message is stored.
func (x *Exchange) special(ctx context.Context, tx *db.Tx, m *chat.Message) (after func(chat.Message) error, err error) {
	// A message's content begins with its kind: the many that are not concerned need no decoding.
	if m.Rank != chat.Sent || (m.Type != "reaction" && !strings.HasPrefix(m.Content, `{"kind":"order_`)) {
		return nil, nil
	}
	c, err := decode(*m)
	if err != nil {
		return nil, err
	}
	switch {
	case c.Reaction != nil:
		return x.react(ctx, tx, m, c.Reaction)
	case c.Interactive != nil && c.Interactive.Type == "order_details":
		return x.bill(ctx, tx, m, c.Interactive.Action.Parameters)
	case c.Interactive != nil && c.Interactive.Type == "order_status":
		return nil, x.billStatus(ctx, tx, m, c.Interactive.Action.Parameters)
	}
	return nil, nil
}

func (x *Exchange) react(ctx context.Context, tx *db.Tx, m *chat.Message, r *wire.Reaction) (func(chat.Message) error, error) {
	target, ok, err := chat.ByWAMIDTx(ctx, tx, m.PhoneID, m.WaID, r.MessageID)
	if err != nil {
		return nil, err
	}
	if why := unreactable(target, ok, tx.Now()); why != "" {
		fail(m, ErrTarget.With("reaction.message_id", why))
		return nil, nil
	}
	return func(stored chat.Message) error { return chat.ReactTx(ctx, tx, target.ID, stored.Outbound, r.Emoji) }, nil
}

// unreactable says why a message takes no reaction, or "".
func unreactable(target chat.Message, ok bool, now time.Time) string {
	switch {
	case !ok || target.Rank == chat.Failed:
		return "message_id is no message of this chat; name the wamid of a message that reached it"
	case target.Type == "reaction":
		return "message_id is a reaction; a reaction takes none"
	case now.Sub(target.CreatedAt) > reactionAge:
		return "message_id is a message older than 30 days; those take no reactions"
	}
	return ""
}

func (x *Exchange) bill(ctx context.Context, tx *db.Tx, m *chat.Message, p *wire.ActionParameters) (func(chat.Message) error, error) {
	_, taken, err := chat.BillTx(ctx, tx, m.PhoneID, p.ReferenceID)
	if err != nil {
		return nil, err
	}
	if taken {
		return nil, ErrValue.Withf("interactive.action.parameters.reference_id", "reference_id %s was used in an order_details message before; every bill needs its own", p.ReferenceID)
	}
	return func(stored chat.Message) error {
		return chat.PutBillTx(ctx, tx, chat.Bill{PhoneID: m.PhoneID, ReferenceID: p.ReferenceID, WaID: m.WaID, MessageID: stored.ID, Status: "pending"})
	}, nil
}

// billStatus moves a bill: completed and canceled are ends, and what is paid is not canceled.
func (x *Exchange) billStatus(ctx context.Context, tx *db.Tx, m *chat.Message, p *wire.ActionParameters) error {
	b, ok, err := chat.BillTx(ctx, tx, m.PhoneID, p.ReferenceID)
	if err != nil {
		return err
	}
	paid := b.Payment == "captured" || b.Payment == "pending"
	switch {
	case !ok || b.WaID != m.WaID:
		fail(m, ErrBillStatus.Withf("interactive.action.parameters.reference_id", "no order_details message with reference_id %s was sent to this customer", p.ReferenceID))
		return nil
	case b.Ended():
		fail(m, ErrBillStatus.Withf("interactive.action.parameters.order.status", "the order %s is %s, which is final", p.ReferenceID, b.Status))
		return nil
	case p.Order.Status == "canceled" && paid:
		fail(m, ErrBillCancel.Withf("interactive.action.parameters.order.status", "the payment of the order %s is %s; an order with a payment cannot be canceled", p.ReferenceID, b.Payment))
		return nil
	}
	b.Status = p.Order.Status
	if p.Payment != nil {
		b.Payment = p.Payment.Status
	}
	return chat.PutBillTx(ctx, tx, b)
}
