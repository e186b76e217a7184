package messaging

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"regexp"
	"strconv"

	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/phone"
	"github.com/hawkerhq/hawker/internal/template"
	"github.com/hawkerhq/hawker/internal/waba"
	"github.com/hawkerhq/hawker/wire"
)

// userIDForm is a business-scoped user id: a country, a point, and up to 128 letters and digits.
var userIDForm = regexp.MustCompile(`^[A-Z]{2}\.[A-Za-z0-9]{1,128}$`)

func isUserID(text string) bool { return userIDForm.MatchString(text) }

// recipient is whom a message goes to: a phone number, or the customer of the business with a user id.
func (x *Exchange) recipient(ctx context.Context, n waba.Number, m wire.Message, c content) (phone.Number, error) {
	if m.To != "" {
		return phone.Parse(m.To, n.Country)
	}
	if c.Template != nil && c.Template.Category == template.Authentication {
		return phone.Number{}, ErrUserID.With("recipient", "Business-scoped User ID (BSUID) recipients are not supported for this message.")
	}
	var t chat.Thread
	err := x.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		found, ok, err := chat.ThreadByUserTx(ctx, tx, n.BusinessID, m.Recipient)
		if err == nil && !ok {
			err = ErrRecipient.Withf("recipient", "recipient %.40s is the user id of no customer of this business: user ids belong to one business, and change with the customer's number", m.Recipient)
		}
		t = found
		return err
	})
	if err != nil {
		return phone.Number{}, err
	}
	return phone.Parse("+"+t.WaID, "")
}

// sendContact is the recipient in the answer to a send.
func sendContact(m wire.Message, waID string) wire.SendContact {
	if m.To == "" {
		return wire.SendContact{Input: m.Recipient, UserID: m.Recipient}
	}
	return wire.SendContact{Input: m.To, WaID: waID, UserID: m.Recipient}
}

// identityHash stands for a customer's keys; another phone has others.
func identityHash(c chat.Customer, waID string) string {
	sum := sha256.Sum256([]byte("identity/" + waID + "/" + strconv.FormatInt(c.Identity, 10)))
	return base64.StdEncoding.EncodeToString(sum[:8])
}

// identityTx says why a message does not go to a customer whose keys are not those its sender expects.
func identityTx(ctx context.Context, tx *db.Tx, t chat.Thread, expected string) (*fault.Fault, error) {
	customer, _, err := chat.CustomerTx(ctx, tx, t.WaID)
	if err != nil || identityHash(customer, t.WaID) == expected {
		return nil, err
	}
	return ErrIdentity.With("recipient_identity_key_hash", "The identity of the recipient changed: recipient_identity_key_hash is not the hash that webhooks tell of this customer now"), nil
}
