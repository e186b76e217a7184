package messaging

import (
	"context"
	"errors"

	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/template"
	"github.com/hawkerhq/hawker/internal/waba"
)

// admit says why a message may not go to a customer now, or nil: what it names fails the message by a status. Templates go
// outside the customer service window too; category is theirs, and empty for any other message.
func (x *Exchange) admit(ctx context.Context, tx *db.Tx, n waba.Number, t chat.Thread, category string) (*fault.Fault, error) {
	switch {
	case t.Blocked:
		return ErrUndelivered.With("to", "Message Undeliverable."), nil
	case category == "" && !t.Open(tx.Now()):
		return ErrWindow.With("to", windowDetail), nil
	case unwanted(t, category):
		return ErrNoMarketing.With("to", noMarketing), nil
	}
	if category == template.Marketing {
		if why, err := withheldTx(ctx, tx, n, t); err != nil || why != nil {
			return why, err
		}
	}
	switch {
	case x.Reach != nil && category != "" && !t.Open(tx.Now()):
		return x.Reach.AllowTx(ctx, tx, n, t.WaID)
	}
	return nil, nil
}

// refusal is why nothing is sent to a customer on the number's own block list.
func refusal() error {
	return ErrRefused.With("to", "the recipient is on the block list of this number; take it off first, with DELETE /{phone-number-id}/block_users")
}

// admitTx fails a message that may not go to its customer now. One to a customer on the number's own block list is refused at
// once, and so is one outside the window where the operator wants it so.
func (x *Exchange) admitTx(ctx context.Context, tx *db.Tx, n waba.Number, t chat.Thread, m *chat.Message) error {
	if t.Refused() {
		return refusal()
	}
	m.Free = m.Category == template.Utility && t.Open(tx.Now())
	why, err := x.admit(ctx, tx, n, t, m.Category)
	if err == nil && why == nil && m.Identity != "" {
		why, err = identityTx(ctx, tx, t, m.Identity)
	}
	if err != nil || why == nil {
		return err
	}
	if x.SyncWindow && errors.Is(why, ErrWindow) {
		return why
	}
	fail(m, why)
	return nil
}
