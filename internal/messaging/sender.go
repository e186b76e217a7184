package messaging

import (
	"slices"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/phone"
	"github.com/hawkerhq/hawker/internal/reach"
	"github.com/hawkerhq/hawker/internal/waba"
	"github.com/hawkerhq/hawker/wire"
)

// fictional begins numbers that are sold by the platform itself: they send once their name is approved.
const fictional = "1555"

// mayWrite refuses a number that cannot send at all.
func mayWrite(n waba.Number, now time.Time) error {
	switch {
	case !n.Connected():
		return waba.ErrNotRegistered.With("", "The phone number is not registered: register it with POST /{phone-number-id}/register before it sends")
	case strings.HasPrefix(n.Digits, fictional) && n.NameStatus != waba.NameApproved:
		return ErrNameNeeded.Withf("", "The display name of %s is not approved (%s): a 555 number sends once it is", n.Display(), n.NameStatus)
	}
	return reach.Ready(n, now)
}

// mayWriteTo refuses whom a number may not write to.
func (f facts) mayWriteTo(to phone.Number, m wire.Message) error {
	n := f.number
	switch {
	case phone.Equivalent(to.WaID(), n.Digits):
		return ErrSelf.With("to", "Recipient phone number cannot be sender phone number; to is the customer's number")
	case n.Test && !slices.Contains(f.recipients, to.WaID()):
		return ErrNotAllowed.Withf("to", "this is a test number: it writes to the people on its list only, and %s is not; add it in the manager", phone.Display(to.Digits))
	case m.Interactive != nil && m.Interactive.Type == addressMessage && (n.Country != "IN" || to.Country != "IN"):
		return ErrValue.With("to", "address_message goes from a business number of India to a customer in India (+91)")
	}
	return nil
}
