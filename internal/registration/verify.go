package registration

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"math/big"
	"regexp"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/waba"
)

// Rules of verification codes.
const (
	codeDigits   = 6
	codeLife     = 10 * time.Minute
	codeGap      = time.Minute // between two codes
	codeGuesses  = 5
	codesMost    = 10 // within codesSpan
	codesSpan    = 72 * time.Hour
	codesRemedy  = "wait and ask again"
	codesUnasked = "ask for one with request_code"
)

var languageForm = regexp.MustCompile(`^[a-z]{2,3}(_[A-Z]{2})?$`)

// Code is a verification code on its way. Hawker reaches no telephone network: the owner reads it in the manager or the sandbox.
type Code struct {
	Code   string    `json:"code"`
	Method string    `json:"code_method"`
	Until  time.Time `json:"expires_at"`
}

// RequestCode makes a code for a number that is not registered.
func (s *Service) RequestCode(ctx context.Context, c access.Caller, phoneID id.ID, method, language string) error {
	if method != "SMS" && method != "VOICE" {
		return ErrParam.Withf("code_method", "code_method is %.20q; it is SMS or VOICE", method)
	}
	if !languageForm.MatchString(language) {
		return ErrParam.Withf("language", "language is %.20q; it is a language such as en or vi_VN", language)
	}
	code := digits(codeDigits)
	return s.change(ctx, c, phoneID, func(ctx context.Context, tx *db.Tx, n waba.Number) (refused, err error) {
		if n.Connected() {
			return nil, ErrRequestCode.With("", "the number is verified and registered; it needs no code")
		}
		sent, last, err := waba.CountTx(ctx, tx, n.ID, tx.Now().Add(-codesSpan), waba.DidAskCode)
		if err != nil {
			return nil, err
		}
		if wait := last.Add(codeGap).Sub(tx.Now()); sent > 0 && wait > 0 {
			return nil, ErrRequestCode.Withf("", "a code was sent less than a minute ago; %s in %s", codesRemedy, wait.Round(time.Second))
		}
		if sent >= codesMost {
			return nil, ErrRequestCode.Withf("", "%d codes were asked for within 72 hours, which is the most; %s later", sent, codesRemedy)
		}
		secret, err := waba.SecretTx(ctx, tx, n.ID)
		if err != nil {
			return nil, err
		}
		secret.Code, secret.CodeMethod, secret.CodeUntil, secret.CodeTries, secret.CodeSent = code, method, tx.Now().Add(codeLife), 0, tx.Now()
		if err := waba.SetSecretTx(ctx, tx, n.ID, secret); err != nil {
			return nil, err
		}
		return nil, waba.DidTx(ctx, tx, c, waba.Activity{WABAID: n.WABAID, PhoneID: n.ID, Kind: waba.DidAskCode, Detail: "A code for " + n.Display() + " was asked for by " + method})
	})
}

// digits are n random digits.
func digits(n int64) string {
	most := new(big.Int).Exp(big.NewInt(10), big.NewInt(n), nil)
	i, err := rand.Int(rand.Reader, most)
	if err != nil {
		panic(err) // the system has no randomness
	}
	return fmt.Sprintf("%0*d", int(n), i)
}

// Code is the code on its way to a number of the caller's; ok is false when none is.
func (s *Service) Code(ctx context.Context, c access.Caller, phoneID id.ID) (code Code, ok bool, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := waba.NumberForTx(ctx, tx, c, phoneID)
		if err != nil {
			return err
		}
		secret, err := waba.SecretTx(ctx, tx, n.ID)
		code, ok = Code{secret.Code, secret.CodeMethod, secret.CodeUntil}, secret.Code != "" && tx.Now().Before(secret.CodeUntil)
		return err
	})
	return code, ok, err
}

// VerifyCode takes the code that came to a number: it may be registered then.
func (s *Service) VerifyCode(ctx context.Context, c access.Caller, phoneID id.ID, code string) error {
	return s.change(ctx, c, phoneID, func(ctx context.Context, tx *db.Tx, n waba.Number) (refused, err error) {
		secret, err := waba.SecretTx(ctx, tx, n.ID)
		if err != nil {
			return nil, err
		}
		refused = guess(&secret, code, tx.Now())
		if err := waba.SetSecretTx(ctx, tx, n.ID, secret); err != nil || refused != nil {
			return refused, err
		}
		n.VerifiedAt = tx.Now()
		if err := waba.SaveNumberTx(ctx, tx, n); err != nil {
			return nil, err
		}
		return nil, waba.DidTx(ctx, tx, c, waba.Activity{WABAID: n.WABAID, PhoneID: n.ID, Kind: waba.DidVerifyNumber, Detail: n.Display() + " was verified by code"})
	})
}

// guess holds a code against the one that was sent. A right one is used up; so is one that was guessed wrong too often.
func guess(secret *waba.Secret, code string, now time.Time) error {
	switch {
	case secret.Code == "":
		return ErrVerifyCode.With("code", "no code is on its way; "+codesUnasked)
	case !now.Before(secret.CodeUntil):
		secret.Code = ""
		return ErrVerifyCode.Withf("code", "the code has expired: a code holds %s; %s", codeLife, codesUnasked)
	case subtle.ConstantTimeCompare([]byte(secret.Code), []byte(code)) == 1:
		secret.Code = ""
		return nil
	}
	if secret.CodeTries++; secret.CodeTries >= codeGuesses {
		secret.Code = ""
		return ErrVerifyCode.Withf("code", "the code is wrong, for the %dth time, and counts no more; %s", codeGuesses, codesUnasked)
	}
	return ErrVerifyCode.Withf("code", "the code is wrong; %d more guesses are allowed", codeGuesses-secret.CodeTries)
}
