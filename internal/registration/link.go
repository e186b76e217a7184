package registration

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/phone"
	"github.com/hawkerhq/hawker/internal/waba"
)

// Bounds of links, and of the people a test number may write to.
const (
	linkLetters    = 14
	linkMessage    = 140
	linksMost      = 2000
	recipientsMost = 5
)

// PutLink makes a short link of a number, or changes the message of the one with a code.
func (s *Service) PutLink(ctx context.Context, c access.Caller, phoneID id.ID, code, message string) (l waba.Link, err error) {
	if n := utf8.RuneCountInString(message); n == 0 || n > linkMessage {
		return l, ErrParam.Withf("prefilled_message", "prefilled_message has %d characters; it has 1 to %d", n, linkMessage)
	}
	fresh := rand.Text()[:linkLetters]
	err = s.change(ctx, c, phoneID, func(ctx context.Context, tx *db.Tx, n waba.Number) (refused, err error) {
		l = waba.Link{Code: code, PhoneID: n.ID, Message: message}
		if code != "" {
			old, err := waba.LinkTx(ctx, tx, code)
			if err == nil && old.PhoneID != n.ID {
				err = waba.ErrLinkUnknown.Withf("code", "there is no link with the code %.20q", code)
			}
			if err != nil {
				return nil, err
			}
			l.CreatedAt = old.CreatedAt
			return nil, waba.PutLinkTx(ctx, tx, l)
		}
		have, err := waba.LinksTx(ctx, tx, n.ID)
		if err != nil {
			return nil, err
		}
		if len(have) >= linksMost {
			return nil, ErrParam.Withf("prefilled_message", "this number has %d QR codes, which is the most; delete one first", len(have))
		}
		l.Code, l.CreatedAt = fresh, tx.Now()
		return nil, waba.PutLinkTx(ctx, tx, l)
	})
	return l, err
}

// DeleteLink removes a short link of a number.
func (s *Service) DeleteLink(ctx context.Context, c access.Caller, phoneID id.ID, code string) error {
	return s.change(ctx, c, phoneID, func(ctx context.Context, tx *db.Tx, n waba.Number) (refused, err error) {
		gone, err := waba.DeleteLinkTx(ctx, tx, n.ID, code)
		if err == nil && !gone {
			err = waba.ErrLinkUnknown.Withf("code", "there is no link with the code %.20q", code)
		}
		return nil, err
	})
}

// AllowRecipient lets a test number write to a person, or not any more.
func (s *Service) AllowRecipient(ctx context.Context, c access.Caller, phoneID id.ID, number string, allow bool) error {
	return s.change(ctx, c, phoneID, func(ctx context.Context, tx *db.Tx, n waba.Number) (refused, err error) {
		if !n.Test {
			return nil, ErrParam.With("recipient", "this is no test number: it may write to anybody")
		}
		p, err := phone.Parse(strings.TrimSpace(number), n.Country)
		if err != nil {
			return nil, err
		}
		if !allow {
			return nil, waba.RemoveRecipientTx(ctx, tx, n.ID, p.WaID())
		}
		have, err := waba.RecipientsTx(ctx, tx, n.ID)
		if err != nil {
			return nil, err
		}
		if len(have) >= recipientsMost && !slices.Contains(have, p.WaID()) {
			return nil, ErrParam.Withf("recipient", "a test number writes to at most %d people; take one off the list first", recipientsMost)
		}
		return nil, waba.AddRecipientTx(ctx, tx, n.ID, p.WaID())
	})
}
