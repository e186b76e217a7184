package messaging

import (
	"context"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/phone"
	"github.com/hawkerhq/hawker/internal/waba"
	"github.com/hawkerhq/hawker/wire"
)

// Bounds of block lists.
const (
	// BlockMost is how many users one call may name.
	BlockMost = 1000
	// blockListMost is how many users a number may block.
	blockListMost = 64_000
)

// Causes of changes of a block list that were refused.
var (
	// ErrBlockSome says that some of the users of a call could not be blocked or unblocked.
	ErrBlockSome = fault.New("messaging.block_some")
	ErrBlockMany = fault.New("messaging.block_too_many")
	errBlockFull = fault.New("messaging.block_list_full")
)

// blockErrors are the causes told of one user of a call, with code and message.
var blockErrors = map[fault.Code]struct {
	code    int
	message string
}{
	ErrSelf.Code:          {131021, "Recipient cannot be sender"},
	ErrWindow.Code:        {131047, "Re-engagement message"},
	errBlockFull.Code:     {139101, "Blocklist limit reached"},
	phone.ErrInvalid.Code: {100, "Invalid parameter"},
}

// BlockUsers puts customers on a number's block list, or takes them off. Whoever could not be blocked stands in the answer, with
// the reason; err is then [ErrBlockSome], and what could be done is done.
func (x *Exchange) BlockUsers(ctx context.Context, c access.Caller, phoneID id.ID, users []string, block bool) (list wire.BlockUsers, err error) {
	if len(users) > BlockMost {
		return list, ErrBlockMany.Withf("block_users", "one call names at most %d users, this one has %d", BlockMost, len(users))
	}
	err = x.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		list = wire.BlockUsers{}
		n, err := waba.NumberForTx(ctx, tx, c, phoneID)
		if err != nil {
			return err
		}
		held, err := chat.RefusedCountTx(ctx, tx, phoneID)
		if err != nil {
			return err
		}
		for _, user := range users {
			u, changed, err := x.blockTx(ctx, tx, n, user, block, held)
			why, refused := fault.As(err)
			switch {
			case refused:
				told := blockErrors[why.Code]
				u.Errors = []wire.BlockError{{Message: told.message, Code: told.code, ErrorData: wire.StatusData{Details: why.Detail}}}
				list.Failed = append(list.Failed, u)
			case err != nil:
				return err
			case block:
				list.Added = append(list.Added, u)
			default:
				list.Removed = append(list.Removed, u)
			}
			if changed {
				held++
			}
		}
		return nil
	})
	if err == nil && len(list.Failed) > 0 {
		err = ErrBlockSome.With("block_users", "Failed to block some users, see the block_users response list for details")
	}
	return list, err
}

// blockTx blocks or unblocks one user; held is how many are blocked already.
func (x *Exchange) blockTx(ctx context.Context, tx *db.Tx, n waba.Number, user string, block bool, held int) (u wire.BlockedUser, added bool, err error) {
	u.Input = user
	t, known, err := x.customerTx(ctx, tx, n, user, &u)
	if err != nil {
		return u, false, err
	}
	switch {
	case !block:
		if known && t.Refused() {
			x.changed(tx, n.ID, t.WaID, "thread.unblocked_by_business", "")
			err = chat.RefuseTx(ctx, tx, n.ID, t.WaID, false)
		}
		return u, false, err
	case phone.Equivalent(u.WaID, n.Digits):
		return u, false, ErrSelf.With("block_users", "a number cannot block itself")
	case known && t.Refused():
		return u, false, nil
	case !known || !t.Open(tx.Now()):
		return u, false, ErrWindow.With("block_users", "only users who wrote to this number within the last 24 hours can be blocked")
	case held >= blockListMost:
		return u, false, errBlockFull.Withf("block_users", "the block list has %d users, which is the most it can have", held)
	}
	x.changed(tx, n.ID, t.WaID, "thread.blocked_by_business", "")
	return u, true, chat.RefuseTx(ctx, tx, n.ID, t.WaID, true)
}

// customerTx finds the chat of a user, who is named by a phone number or a business-scoped user id.
func (x *Exchange) customerTx(ctx context.Context, tx *db.Tx, n waba.Number, user string, u *wire.BlockedUser) (t chat.Thread, known bool, err error) {
	if isUserID(user) {
		u.UserID = user
		other, ok, err := chat.ThreadByUserTx(ctx, tx, n.BusinessID, user)
		if err != nil || !ok {
			return t, false, err
		}
		u.WaID = other.WaID
	} else {
		to, err := phone.Parse(user, n.Country)
		if err != nil {
			return t, false, err
		}
		u.WaID = to.WaID()
	}
	t, known, err = chat.FindThreadTx(ctx, tx, n.ID, u.WaID)
	if known {
		u.UserID = t.UserID
	}
	return t, known, err
}

// BlockedUsers lists a number's block list by wa_id: up to limit behind after, or the last ones in front of before.
func (x *Exchange) BlockedUsers(ctx context.Context, c access.Caller, phoneID id.ID, after, before string, limit int) (list []wire.BlockedUser, err error) {
	err = x.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := waba.NumberForTx(ctx, tx, c, phoneID); err != nil {
			return err
		}
		threads, err := chat.RefusedTx(ctx, tx, phoneID, after, before, limit)
		list = make([]wire.BlockedUser, len(threads))
		for i, t := range threads {
			list[i] = wire.BlockedUser{MessagingProduct: "whatsapp", WaID: t.WaID, UserID: t.UserID}
		}
		return err
	})
	return list, err
}
