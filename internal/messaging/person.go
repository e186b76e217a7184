package messaging

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/template"
	"github.com/hawkerhq/hawker/internal/waba"
	"github.com/hawkerhq/hawker/wire"
)

// usernameForm is a username: letters, digits, points and underscores.
var usernameForm = regexp.MustCompile(`^[a-z0-9._]{3,35}$`)

// SetUsername gives a customer a username, which hides the number from businesses that do not know it yet; an empty one shows the
// number again.
func (x *Exchange) SetUsername(ctx context.Context, waID, username string) error {
	if err := CheckWaID(waID); err != nil {
		return err
	}
	if username != "" && (!usernameForm.MatchString(username) || !strings.ContainsAny(username, "abcdefghijklmnopqrstuvwxyz") ||
		strings.HasPrefix(username, ".") || strings.HasSuffix(username, ".") || strings.Contains(username, "..") || strings.HasPrefix(username, "www")) {
		return ErrUsername.Withf("username", "username must be 3 to 35 of a-z, 0-9, point and underscore, with a letter, without a point at an end or two in a row, and not begin with www; %.50q is not", username)
	}
	return x.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if username != "" {
			if _, taken, err := waba.NumberByUsernameTx(ctx, tx, username); err != nil || taken {
				return takenOr(err, username)
			}
		}
		taken, err := chat.UsernameTx(ctx, tx, waID, username)
		if err == nil && taken {
			err = takenOr(nil, username)
		}
		tx.AfterCommit(func() { x.Live.Publish(TopicCustomer(waID), nil) })
		return err
	})
}

func takenOr(err error, username string) error {
	if err != nil {
		return err
	}
	return ErrUsername.Withf("username", "the username %s is somebody else's", username)
}

// ChangeIdentity gives a customer new keys, as a new phone does. The numbers that check identities are told.
func (x *Exchange) ChangeIdentity(ctx context.Context, waID string) error {
	if err := CheckWaID(waID); err != nil {
		return err
	}
	return x.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := chat.NewIdentityTx(ctx, tx, waID); err != nil {
			return err
		}
		threads, err := chat.ThreadsOfTx(ctx, tx, waID)
		if err != nil {
			return err
		}
		for _, t := range threads {
			n, err := waba.NumberTx(ctx, tx, t.PhoneID)
			if err != nil {
				return err
			}
			if !n.IdentityCheck || !n.Connected() || t.Blocked {
				continue
			}
			if err := x.tellIdentity(ctx, tx, n, t); err != nil {
				return err
			}
		}
		return nil
	})
}

func (x *Exchange) tellIdentity(ctx context.Context, tx *db.Tx, n waba.Number, t chat.Thread) error {
	is, err := contactTx(ctx, tx, n, t)
	if err != nil {
		return err
	}
	body := "User " + is.Profile.Name + " may have changed: the security code is another one"
	_, err = x.append(ctx, tx, n, t, content{Text: body}, wire.Inbound{
		Type: "system", System: &wire.System{Body: body, Identity: is.IdentityKeyHash, Customer: is.WaID, UserID: is.UserID, Type: "customer_identity_changed"},
		Identity: &wire.Identity{Created: unix(tx), Hash: is.IdentityKeyHash},
	}, "")
	return err
}

// Where contacts come from: a button that asks for them, or the customer's own wish.
const (
	originAsked = "contact_request"
	originOther = "other"
)

// sharedContacts are the cards a customer shares. Whoever taps the button that asks for contact details shares the number: from
// then on the business knows it.
func sharedContacts(ctx context.Context, tx *db.Tx, answered chat.Message, in Inbound) ([]wire.ContactCard, string, error) {
	if !answered.Outbound {
		return in.Contacts, originOther, nil
	}
	asked, err := decode(answered)
	if err != nil || !asked.asksForContact() {
		return in.Contacts, originOther, err
	}
	cards := slices.Clone(in.Contacts)
	for i := range cards {
		cards[i].VCard = vCard(cards[i])
	}
	return cards, originAsked, chat.KnowNumberTx(ctx, tx, in.PhoneID, in.WaID)
}

// asksForContact tells whether a message has a button that shares the customer's contact details.
func (c content) asksForContact() bool {
	if c.Template != nil {
		return slices.ContainsFunc(c.Template.Buttons, func(b sentButton) bool { return b.Type == template.ContactInfo })
	}
	return c.Interactive != nil && c.Interactive.Type == "request_contact_info"
}

// vCard writes a card as RFC 6350's predecessor does, which phones exchange.
func vCard(c wire.ContactCard) string {
	escape := strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`, "\r", "").Replace
	var b strings.Builder
	b.WriteString("BEGIN:VCARD\nVERSION:3.0\n")
	if c.Name != nil {
		b.WriteString("FN:" + escape(c.Name.FormattedName) + "\n")
	}
	for _, p := range c.Phones {
		b.WriteString("TEL;type=CELL;waid=" + escape(p.WaID) + ":" + escape(p.Phone) + "\n")
	}
	b.WriteString("END:VCARD")
	return b.String()
}
