// Package phone reads phone numbers as callers write them and spells them as WhatsApp does.
package phone

import (
	"strings"

	"github.com/nyaruka/phonenumbers"

	"github.com/hawkerhq/hawker/internal/fault"
)

// ErrInvalid is the cause of a refused number.
var ErrInvalid = fault.New("phone.invalid")

// maxLength bounds what is read: E.164 has 15 digits, the rest is room for punctuation.
const maxLength = 40

// Number is a phone number that can exist.
type Number struct {
	// Digits is E.164 without the plus.
	Digits string
	// Country is ISO 3166-1 alpha-2, or "001" for numbers of no country.
	Country string
}

// Parse reads a number made of digits, "+", "-", "(", ")", "." and spaces. Without a plus it is taken as
// an international number where its digits form one, else as a number of defaultCountry (may be empty).
func Parse(raw, defaultCountry string) (Number, error) {
	if len(raw) > maxLength || strings.ContainsFunc(raw, func(r rune) bool { return !strings.ContainsRune("0123456789+-(). \u00a0", r) }) {
		return Number{}, ErrInvalid.With("to", "a phone number holds digits, +, -, parentheses and spaces, for example +84 90 123 45 67")
	}
	trimmed := strings.TrimSpace(raw)
	if !strings.HasPrefix(trimmed, "+") {
		if n, ok := international(trimmed); ok {
			return n, nil
		}
	}
	p, err := phonenumbers.Parse(trimmed, defaultCountry)
	if err != nil || !phonenumbers.IsPossibleNumber(p) {
		return Number{}, ErrInvalid.With("to", "no such phone number can exist; write it with its country code, for example +84 90 123 45 67").Wrap(err)
	}
	return number(p), nil
}

func international(s string) (Number, bool) {
	p, err := phonenumbers.Parse("+"+s, "")
	if err != nil || !phonenumbers.IsValidNumber(p) {
		return Number{}, false
	}
	return number(p), true
}

func number(p *phonenumbers.PhoneNumber) Number {
	return Number{
		Digits:  strings.TrimPrefix(phonenumbers.Format(p, phonenumbers.E164), "+"),
		Country: phonenumbers.GetRegionCodeForNumber(p),
	}
}

// WaID is the number as WhatsApp spells it. Brazilian mobiles of area codes from 31 up lose the ninth
// digit, Mexican mobiles have a 1 behind 52, Argentinian ones a 9 behind 54.
func (n Number) WaID() string {
	d := n.Digits
	switch {
	case strings.HasPrefix(d, "55") && len(d) == 13 && d[4] == '9' && d[2:4] >= "31":
		return d[:4] + d[5:]
	case strings.HasPrefix(d, "52") && len(d) == 12:
		return "521" + d[2:]
	case strings.HasPrefix(d, "54") && len(d) == 12 && d[2] != '9':
		return "549" + d[2:]
	}
	return d
}

// Display is the number as people read it: "+84 90 123 45 67".
func Display(digits string) string {
	p, err := phonenumbers.Parse("+"+digits, "")
	if err != nil {
		return "+" + digits
	}
	return phonenumbers.Format(p, phonenumbers.INTERNATIONAL)
}

// Country is the country of digits, or "".
func Country(digits string) string {
	p, err := phonenumbers.Parse("+"+digits, "")
	if err != nil {
		return ""
	}
	return phonenumbers.GetRegionCodeForNumber(p)
}
