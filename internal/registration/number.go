package registration

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/phone"
	"github.com/hawkerhq/hawker/internal/waba"
)

// Bounds of accounts and names.
const (
	numbersMost         = 25 // of one account
	nameLeast, nameMost = 2, 75
)

// NewNumber is a number to be added to an account.
type NewNumber struct {
	// CountryCode is the dialling code without plus; empty where Digits has it.
	CountryCode string
	Digits      string
	Name        string // the display name asked for
	// Test makes a number that needs no code and no registration, and writes to a few people only.
	Test bool
}

// AddNumber adds a number to an account. It can send once it is verified by a code and registered; a test number can at once.
func (s *Service) AddNumber(ctx context.Context, c access.Caller, wabaID id.ID, want NewNumber) (n waba.Number, err error) {
	if err := checkName("verified_name", want.Name); err != nil {
		return n, err
	}
	digits, err := want.parse()
	if err != nil {
		return n, err
	}
	err = s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		a, err := waba.AccountForTx(ctx, tx, c, wabaID)
		if err != nil {
			return err
		}
		have, err := waba.NumbersOfTx(ctx, tx, a.ID)
		if err != nil {
			return err
		}
		if len(have) >= numbersMost {
			return ErrTooMany.Withf("phone_number", "this account has %d numbers, which is the most; add the number to another account", len(have))
		}
		n = waba.Number{WABAID: a.ID, Digits: digits, VerifiedName: want.Name, Test: want.Test}
		if !want.Test {
			n.Status = waba.Pending
		}
		if n, err = waba.CreateNumberTx(ctx, tx, n); err != nil {
			return blame(err)
		}
		if err := waba.DidTx(ctx, tx, c, waba.Activity{WABAID: a.ID, PhoneID: n.ID, Kind: waba.DidAddNumber, Detail: n.Display() + " was added as " + want.Name}); err != nil {
			return err
		}
		if want.Test {
			return nil
		}
		return s.askNameTx(ctx, tx, n)
	})
	return n, err
}

// parse reads a number that has its dialling code in front, or beside it.
func (n NewNumber) parse() (string, error) {
	code := strings.TrimPrefix(strings.TrimSpace(n.CountryCode), "+")
	if len(code) > 3 || strings.Trim(code, "0123456789") != "" {
		return "", ErrParam.Withf("cc", "cc is %.10q; it is a country's dialling code such as 84", n.CountryCode)
	}
	text := strings.TrimSpace(n.Digits)
	bare := strings.TrimPrefix(text, "+")
	if code == "" {
		return text, nil // as a number of the account's country, or with its dialling code
	}
	if strings.HasPrefix(bare, code) {
		if p, err := phone.Parse("+"+bare, ""); err == nil {
			return "+" + p.Digits, nil
		}
	}
	p, err := phone.Parse("+"+code+strings.TrimLeft(bare, "0"), "")
	return "+" + p.Digits, blame(err)
}

// blame names the parameter a number came in.
func blame(err error) error {
	if !errors.Is(err, phone.ErrInvalid) {
		return err
	}
	return ErrParam.With("phone_number", "phone_number is no number that can exist; write it with cc, for example cc=84 and phone_number=2871000001").Wrap(err)
}

// checkName holds a display name against its rules.
func checkName(field, name string) error {
	if n := utf8.RuneCountInString(name); n < nameLeast || n > nameMost {
		return ErrParam.Withf(field, "%s has %d characters; a display name has %d to %d", field, n, nameLeast, nameMost)
	}
	if strings.TrimSpace(name) != name || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' }) {
		return ErrParam.Withf(field, "%s begins or ends with a space, or holds a line break; leave them out", field)
	}
	return nil
}
