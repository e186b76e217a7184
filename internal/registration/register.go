package registration

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/waba"
)

// Rules of registering and of the two-step PIN.
const (
	pinDigits   = 6
	pinGuesses  = 5
	pinGap      = 5 * time.Second // after a wrong guess
	pinPause    = time.Hour       // after pinGuesses wrong ones
	againAfter  = 5 * time.Minute // registering after deregistering
	changesMost = 10              // registrations and deregistrations within changesSpan
	changesSpan = 72 * time.Hour
)

// Regions are where a number's messages can be kept at rest, by country.
func Regions() []string {
	return []string{"AU", "ID", "IN", "JP", "SG", "KR", "DE", "CH", "GB", "BR", "BH", "ZA", "AE", "CA"}
}

// Register makes a verified number able to send. The PIN becomes its two-step PIN, or has to be the one it has. A region of
// storage is kept with the number's settings; empty means none.
func (s *Service) Register(ctx context.Context, c access.Caller, phoneID id.ID, pin, region string) error {
	if err := checkPIN(pin); err != nil {
		return err
	}
	if err := checkRegion("data_localization_region", region); err != nil {
		return err
	}
	salt := salted()
	return s.change(ctx, c, phoneID, func(ctx context.Context, tx *db.Tx, n waba.Number) (refused, err error) {
		if err := registerable(ctx, tx, n); err != nil {
			return nil, err
		}
		secret, err := waba.SecretTx(ctx, tx, n.ID)
		if err != nil {
			return nil, err
		}
		set := secret.PINHash == ""
		if set {
			secret.PINHash = hashPIN(salt, pin)
		} else {
			refused = guessPIN(&secret, pin, tx.Now())
		}
		if err := waba.SetSecretTx(ctx, tx, n.ID, secret); err != nil || refused != nil {
			return refused, err
		}
		if region != "" {
			if err := waba.SetDetailTx(ctx, tx, n.ID, waba.NumberSettings{StorageRegion: region}); err != nil {
				return nil, err
			}
		}
		return nil, s.connectTx(ctx, tx, c, n, set)
	})
}

// registerable refuses a number that may not be registered now.
func registerable(ctx context.Context, tx *db.Tx, n waba.Number) error {
	if status := n.CodeStatus(tx.Now()); status != waba.CodeVerified {
		return ErrUnverified.Withf("", "the phone number needs to be verified before registering (code_verification_status is %s): ask for a code with request_code and tell it with verify_code", status)
	}
	if err := changesLeft(ctx, tx, n); err != nil {
		return err
	}
	gone, last, err := waba.CountTx(ctx, tx, n.ID, tx.Now().Add(-againAfter), waba.DidDeregister)
	if err != nil || gone == 0 || n.Connected() {
		return err
	}
	return ErrWait.Withf("", "the number was deregistered less than 5 minutes ago; try to register it in %s", last.Add(againAfter).Sub(tx.Now()).Round(time.Second))
}

// changesLeft refuses the eleventh registration or deregistration of a number within 72 hours.
func changesLeft(ctx context.Context, tx *db.Tx, n waba.Number) error {
	changes, _, err := waba.CountTx(ctx, tx, n.ID, tx.Now().Add(-changesSpan), waba.DidRegister, waba.DidDeregister)
	if err != nil || changes < changesMost {
		return err
	}
	return ErrRate.Withf("", "the number was registered or deregistered %d times within 72 hours, which is the most; wait until the first of them is 72 hours ago", changes)
}

// connectTx makes a number able to send and tells the business's programs.
func (s *Service) connectTx(ctx context.Context, tx *db.Tx, c access.Caller, n waba.Number, pinSet bool) error {
	fresh := !n.Connected()
	n.Status = waba.Connected
	if fresh {
		n.OnboardedAt = tx.Now()
	}
	if err := waba.SaveNumberTx(ctx, tx, n); err != nil {
		return err
	}
	did := waba.Activity{WABAID: n.WABAID, PhoneID: n.ID, Kind: waba.DidRegister, Detail: n.Display() + " was registered"}
	if err := waba.DidTx(ctx, tx, c, did); err != nil {
		return err
	}
	if pinSet {
		if err := s.tellPIN(ctx, tx, c, n); err != nil {
			return err
		}
	}
	if !fresh {
		return nil
	}
	tier, err := waba.TierTx(ctx, tx, n.BusinessID)
	if err != nil {
		return err
	}
	return s.emit(ctx, tx, n, "phone_number_quality_update", qualityUpdate{n.Digits, "ONBOARDING", tier, tier})
}

// qualityUpdate is the value of the field phone_number_quality_update.
type qualityUpdate struct {
	Display string `json:"display_phone_number"`
	Event   string `json:"event"`
	Limit   string `json:"current_limit"`
	Daily   string `json:"max_daily_conversations_per_business"`
}

// Deregister takes a number off: it sends and receives nothing until it is registered again. Its PIN stays.
func (s *Service) Deregister(ctx context.Context, c access.Caller, phoneID id.ID) error {
	return s.change(ctx, c, phoneID, func(ctx context.Context, tx *db.Tx, n waba.Number) (refused, err error) {
		if !n.Connected() {
			return nil, waba.ErrNotRegistered.With("", "the number is not registered: there is nothing to take off")
		}
		if err := changesLeft(ctx, tx, n); err != nil {
			return nil, err
		}
		n.Status, n.VerifiedAt = waba.Disconnected, tx.Now() // who could register it has it for as long as a new code would say
		if err := waba.SaveNumberTx(ctx, tx, n); err != nil {
			return nil, err
		}
		return nil, waba.DidTx(ctx, tx, c, waba.Activity{WABAID: n.WABAID, PhoneID: n.ID, Kind: waba.DidDeregister, Detail: n.Display() + " was deregistered"})
	})
}

// SetPIN sets the two-step PIN of a number; an empty one takes it off.
func (s *Service) SetPIN(ctx context.Context, c access.Caller, phoneID id.ID, pin string) error {
	if pin != "" {
		if err := checkPIN(pin); err != nil {
			return err
		}
	}
	salt := salted()
	return s.change(ctx, c, phoneID, func(ctx context.Context, tx *db.Tx, n waba.Number) (refused, err error) {
		if !n.Connected() {
			return nil, waba.ErrNotRegistered.With("pin", "the number is not registered: its PIN is set by register")
		}
		secret, err := waba.SecretTx(ctx, tx, n.ID)
		if err != nil {
			return nil, err
		}
		secret.PINHash, secret.PINTries = "", 0
		if pin != "" {
			secret.PINHash = hashPIN(salt, pin)
		}
		if err := waba.SetSecretTx(ctx, tx, n.ID, secret); err != nil {
			return nil, err
		}
		return nil, s.tellPIN(ctx, tx, c, n)
	})
}

// tellPIN notes that a PIN was changed, and by whom.
func (s *Service) tellPIN(ctx context.Context, tx *db.Tx, c access.Caller, n waba.Number) error {
	err := waba.DidTx(ctx, tx, c, waba.Activity{WABAID: n.WABAID, PhoneID: n.ID, Kind: waba.DidSecurity, Detail: "The two-step PIN of " + n.Display() + " was changed"})
	if err != nil {
		return err
	}
	requester := c.User
	if requester == 0 {
		requester = c.App
	}
	return s.emit(ctx, tx, n, "security", security{n.Digits, "PIN_CHANGED", requester})
}

// security is the value of the field security.
type security struct {
	Display   string `json:"display_phone_number"`
	Event     string `json:"event"`
	Requester id.ID  `json:"requester"`
}

func checkPIN(pin string) error {
	if len(pin) != pinDigits || strings.Trim(pin, "0123456789") != "" {
		return ErrParam.Withf("pin", "pin must be %d digits, for example 048151", pinDigits)
	}
	return nil
}

// guessPIN holds a PIN against the one that is set. Wrong guesses are counted, and slowed down.
func guessPIN(secret *waba.Secret, pin string, now time.Time) error {
	if secret.PINTries >= pinGuesses {
		if wait := secret.PINTried.Add(pinPause).Sub(now); wait > 0 {
			return ErrPINGuesses.Withf("pin", "the PIN was guessed wrong %d times; try again in %s", secret.PINTries, wait.Round(time.Second))
		}
		secret.PINTries = 0
	}
	if wait := secret.PINTried.Add(pinGap).Sub(now); secret.PINTries > 0 && wait > 0 {
		return ErrPINTooFast.Withf("pin", "the PIN was guessed too soon after a wrong guess; try again in %s", wait.Round(time.Second))
	}
	salt, _, _ := strings.Cut(secret.PINHash, "$")
	if subtle.ConstantTimeCompare([]byte(hashPIN(salt, pin)), []byte(secret.PINHash)) == 1 {
		secret.PINTries = 0
		return nil
	}
	secret.PINTries++
	secret.PINTried = now
	return ErrPINMismatch.With("pin", "the PIN is not the two-step PIN of this number; it was set when the number was registered, or by POST /{phone-number-id} with pin")
}

// hashPIN keeps a PIN out of sight. No hash makes six digits a secret to who holds the database; guesses by call are counted.
func hashPIN(salt, pin string) string {
	sum := sha256.Sum256([]byte(salt + pin))
	return salt + "$" + hex.EncodeToString(sum[:])
}

func salted() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}
