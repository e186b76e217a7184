package messaging

import (
	"context"

	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/waba"
	"github.com/hawkerhq/hawker/wire"
)

// welcome is the type of the message that tells of a chat opened for the first time. The chat does not show it.
const welcome = "request_welcome"

// offeredTx is what a number's chats offer by themselves.
func offeredTx(ctx context.Context, tx *db.Tx, n waba.Number) ([]string, []waba.Command, error) {
	a, err := waba.DetailTx[waba.Automation](ctx, tx, n.ID)
	return a.Prompts, a.Commands, err
}

// Welcome tells a business that wants to hear of it that a customer opened their chat for the first time. It opens the
// customer service window. told is false where nothing was to tell.
func (x *Exchange) Welcome(ctx context.Context, phoneID id.ID, waID string) (told bool, err error) {
	wanted := false
	err = x.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		wanted, err = welcomeTx(ctx, tx, phoneID, waID)
		return err
	})
	if err != nil || !wanted {
		return false, err
	}
	err = x.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if told, err = welcomeTx(ctx, tx, phoneID, waID); err != nil || !told {
			return err
		}
		n, t, err := x.enter(ctx, tx, phoneID, waID)
		if err != nil {
			return err
		}
		_, err = x.append(ctx, tx, n, t, content{}, wire.Inbound{Type: welcome}, "")
		return err
	})
	return told && err == nil, err
}

// welcomeTx tells whether a chat is to be welcomed: the business wants it, and nothing was said yet.
func welcomeTx(ctx context.Context, tx *db.Tx, phoneID id.ID, waID string) (bool, error) {
	a, err := waba.DetailTx[waba.Automation](ctx, tx, phoneID)
	if err != nil || !a.Welcome {
		return false, err
	}
	n, err := waba.NumberTx(ctx, tx, phoneID)
	if err != nil || !n.Connected() {
		return false, err
	}
	said, err := chat.AnythingSaidTx(ctx, tx, phoneID, waID)
	return !said, err
}
