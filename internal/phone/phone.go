// Package phone reads phone numbers as callers write them and spells them as WhatsApp does.
//
// One person has two spellings: the E.164 number ([Number.Digits]) and the wa_id of webhooks
// ([Number.WaID]). They differ in Brazil, Mexico and Argentina. Parse reads either one, so that a program
// may answer to the `from` it was sent.
package phone

import (
	"hash/maphash"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/nyaruka/phonenumbers"

	"github.com/hawkerhq/hawker/internal/fault"
)

// ErrInvalid is the cause of a refused number.
var ErrInvalid = fault.New("phone.invalid")

// maxLength bounds what is read: E.164 has 15 digits, the rest is room for punctuation.
const maxLength = 40

// accepted are the characters the Cloud API takes in a number, the dot and the no-break space that
// people copy along, and the ASCII space.
const accepted = "0123456789+-(). \u00a0"

// Number is a phone number that can exist.
type Number struct {
	// Digits is E.164 without the plus.
	Digits string
	// Country is ISO 3166-1 alpha-2, or "001" for numbers of no country. Empty where a number is of
	// possible length but in no known range.
	Country string
}

// Parse reads a number made of digits, "+", "-", "(", ")", "." and spaces. Without a plus it is taken as
// an international number where its digits form one, else as a number of defaultCountry (may be empty).
func Parse(raw, defaultCountry string) (Number, error) {
	slot := &seen[maphash.String(seed, raw)%seenMost]
	if r := slot.Load(); r != nil && r.raw == raw && r.country == defaultCountry {
		return r.number, nil
	}
	n, err := read(raw, defaultCountry)
	if err == nil {
		slot.Store(&reading{raw: strings.Clone(raw), country: defaultCountry, number: n})
	}
	return n, err
}

// seen remembers what was read lately: a shop writes to the same people again and again, and the tables
// of number ranges are slow. Each number has one place, which it may lose to another one.
var (
	seen [seenMost]atomic.Pointer[reading]
	seed = maphash.MakeSeed()
)

const seenMost = 1 << 14

type reading struct {
	raw, country string
	number       Number
}

func read(raw, defaultCountry string) (Number, error) {
	if len(raw) > maxLength || strings.ContainsFunc(raw, func(r rune) bool { return !strings.ContainsRune(accepted, r) }) {
		return Number{}, ErrInvalid.With("to", "a phone number holds digits, +, -, parentheses and spaces, for example +84 90 123 45 67")
	}
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, raw)
	if isVisitor(digits) {
		return Number{Digits: digits, Country: "001"}, nil
	}
	international := parse("+"+e164(digits), "")
	written := []candidate{international}
	if !strings.HasPrefix(strings.TrimLeft(raw, " \u00a0"), "+") && defaultCountry != "" {
		written = append(written, parse(digits, defaultCountry))
	}
	for _, good := range []func(candidate) bool{candidate.valid, candidate.possible} {
		for _, c := range written {
			if good(c) {
				return c.number(), nil
			}
		}
	}
	return Number{}, ErrInvalid.With("to", "no such phone number can exist; write it with its country code, for example +84 90 123 45 67").Wrap(international.err)
}

// candidate is one reading of a number.
type candidate struct {
	p   *phonenumbers.PhoneNumber
	err error
}

func parse(s, country string) candidate {
	p, err := phonenumbers.Parse(s, country)
	return candidate{p, err}
}

// valid says that the number lies in a range that is handed out.
func (c candidate) valid() bool { return c.err == nil && phonenumbers.IsValidNumber(c.p) }

// possible says that a number of this country code may have this length: ranges are handed out faster
// than tables learn of them.
func (c candidate) possible() bool {
	return c.err == nil && phonenumbers.IsPossibleNumberWithReason(c.p) == phonenumbers.IS_POSSIBLE && c.stable()
}

// stable says that the number, written out, reads as itself. Some that are too short to be anybody's lose
// another zero each time they are read.
func (c candidate) stable() bool {
	n := c.number()
	for _, spelling := range []string{n.Digits, n.WaID()} {
		again := parse("+"+e164(spelling), "")
		if again.err != nil || again.number().WaID() != n.WaID() {
			return false
		}
	}
	return true
}

func (c candidate) number() Number {
	return Number{
		Digits:  strings.TrimPrefix(phonenumbers.Format(c.p, phonenumbers.E164), "+"),
		Country: phonenumbers.GetRegionCodeForNumber(c.p),
	}
}

// WaID is the number as WhatsApp spells it. Brazilian mobiles of area codes from 31 up lose the ninth
// digit, Mexican numbers have a 1 behind 52, Argentinian ones a 9 behind 54.
func (n Number) WaID() string {
	d := n.Digits
	switch {
	case strings.HasPrefix(d, "55") && len(d) == 13 && d[4] == '9' && mobile(d[5]) && d[2:4] >= "31":
		return d[:4] + d[5:]
	case strings.HasPrefix(d, "52") && len(d) == 12:
		return "521" + d[2:]
	case strings.HasPrefix(d, "54") && len(d) == 12:
		return "549" + d[2:]
	}
	return d
}

// e164 undoes what [Number.WaID] does in Brazil and Mexico, where its spelling is no number of today's
// plan. In Argentina both spellings are.
func e164(digits string) string {
	switch {
	case strings.HasPrefix(digits, "55") && len(digits) == 12 && mobile(digits[4]):
		return digits[:4] + "9" + digits[4:]
	case strings.HasPrefix(digits, "521") && len(digits) == 13:
		return "52" + digits[3:]
	}
	return digits
}

// mobile says that an eight-digit Brazilian number of this first digit was a mobile before all of them got a 9.
func mobile(first byte) bool { return first >= '6' && first <= '9' }

// Equivalent says whether two spellings, digits only, reach one person.
func Equivalent(a, b string) bool {
	return Number{Digits: e164(a)}.WaID() == Number{Digits: e164(b)}.WaID()
}

// Display is a wa_id or an E.164 number as people read it: "+84 90 123 45 67".
func Display(digits string) string {
	slot := &displayed[maphash.String(seed, digits)%displayedMost]
	if d := slot.Load(); d != nil && d.digits == digits {
		return d.text
	}
	d := &display{strings.Clone(digits), written(digits)}
	slot.Store(d)
	return d.text
}

// displayed remembers what was written lately, as seen does: every webhook names its customer.
var displayed [displayedMost]atomic.Pointer[display]

const displayedMost = 1 << 13

type display struct{ digits, text string }

func written(digits string) string {
	if isVisitor(digits) {
		return "+" + digits
	}
	c := parse("+"+e164(digits), "")
	if c.err != nil {
		return "+" + digits
	}
	return phonenumbers.Format(c.p, phonenumbers.INTERNATIONAL)
}

// Country is the country of a wa_id or an E.164 number, or "".
func Country(digits string) string {
	if isVisitor(digits) {
		return ""
	}
	c := parse("+"+e164(digits), "")
	if c.err != nil {
		return ""
	}
	return phonenumbers.GetRegionCodeForNumber(c.p)
}

// Countries lists the ISO 3166-1 codes of countries that have numbers.
func Countries() []string {
	list := make([]string, 0, len(phonenumbers.GetSupportedRegions()))
	for c := range phonenumbers.GetSupportedRegions() {
		if len(c) == 2 {
			list = append(list, c)
		}
	}
	slices.Sort(list)
	return list
}
