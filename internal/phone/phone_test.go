package phone_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/phone"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ raw, country, digits, waID string }{
		{"+84 90 123 45 67", "", "84901234567", "84901234567"},
		{"84901234567", "", "84901234567", "84901234567"},
		{"0901234567", "VN", "84901234567", "84901234567"},
		{"84901234567", "BR", "84901234567", "84901234567"},
		{"\u00a0+84 90.123.45.67", "", "84901234567", "84901234567"},
		{"+1 (415) 555-0123", "", "14155550123", "14155550123"},
		{"(415) 555-0123", "US", "14155550123", "14155550123"},
		{"+91 98123-45678", "", "919812345678", "919812345678"},
		{"9812345678", "IN", "919812345678", "919812345678"},
		// Brazil: up to area code 28 with the ninth digit, from 31 up without, landlines never.
		{"+55 11 98888-7777", "", "5511988887777", "5511988887777"},
		{"551188887777", "", "5511988887777", "5511988887777"},
		{"+55 41 98888-7777", "", "5541988887777", "554188887777"},
		{"554188887777", "", "5541988887777", "554188887777"},
		{"+55 41 3888-7777", "", "554138887777", "554138887777"},
		// Mexico: the 1 that mobiles had until 2019 lives on in wa_ids.
		{"+52 55 1234 5678", "", "525512345678", "5215512345678"},
		{"5215512345678", "", "525512345678", "5215512345678"},
		{"+521 55 1234 5678", "", "525512345678", "5215512345678"},
		// Argentina: a 9 behind the country code.
		{"+54 11 2345-6789", "", "541123456789", "5491123456789"},
		{"5491123456789", "", "5491123456789", "5491123456789"},
	} {
		n, err := phone.Parse(c.raw, c.country)
		if err != nil || n.Digits != c.digits || n.WaID() != c.waID {
			t.Errorf("Parse(%q) = %q, wa_id %q, %v; want %q, %q", c.raw, n.Digits, n.WaID(), err, c.digits, c.waID)
		}
	}
}

func TestNumbersThatCannotExistAreRefused(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{
		"", "+", " ", "12", "+84 abc", "tel:+84901234567", "+999999999999999999", "0901234567", "+999 123 4567", "+1 2345678",
		"+84 90 123", "٨٤٩٠١٢٣٤٥٦٧", "+84901234567;ext=3", "+84\n901234567", strings.Repeat("1", 41), "(((())))", "00",
	} {
		if n, err := phone.Parse(bad, ""); !errors.Is(err, phone.ErrInvalid) {
			t.Errorf("Parse(%q) = %+v, %v; want ErrInvalid", bad, n, err)
		}
	}
}

func TestOnePersonHasOneSpelling(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"5541988887777", "554188887777", true},
		{"5511988887777", "551188887777", true},
		{"525512345678", "5215512345678", true},
		{"541123456789", "5491123456789", true},
		{"84901234567", "84901234567", true},
		{"84901234567", "84901234568", false},
		{"554138887777", "5541938887777", false},
	} {
		if phone.Equivalent(c.a, c.b) != c.same {
			t.Errorf("Equivalent(%s, %s) = %v", c.a, c.b, !c.same)
		}
	}
}

func TestDisplayAndCountryReadBothSpellings(t *testing.T) {
	t.Parallel()
	for digits, want := range map[string][2]string{
		"84901234567":   {"+84 901 234 567", "VN"},
		"5215512345678": {"+52 55 1234 5678", "MX"},
		"554188887777":  {"+55 41 98888-7777", "BR"},
		"5491123456789": {"+54 9 11 2345-6789", "AR"},
		"14155550123":   {"+1 415-555-0123", "US"},
		"0":             {"+0", ""},
	} {
		if d, c := phone.Display(digits), phone.Country(digits); d != want[0] || c != want[1] {
			t.Errorf("%s shows %q, %q; want %q, %q", digits, d, c, want[0], want[1])
		}
	}
}

// FuzzParse holds that whatever is read can be answered to: the wa_id of a number reads as the same
// person, with a plus and without.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"+55 41 98888-7777", "0901234567", "5215512345678", "541123456789", "+521 55 1234 5678", "1 415 555 0123", "+800 1234 5678"} {
		f.Add(s, "VN")
	}
	f.Add("98888-7777", "BR")
	f.Add("(415) 555-0123", "US")
	f.Fuzz(func(t *testing.T, s, country string) {
		n, err := phone.Parse(s, country)
		if err != nil {
			return
		}
		if len(n.Digits) > 17 || strings.Trim(n.Digits, "0123456789") != "" {
			t.Fatalf("%q reads %q", s, n.Digits)
		}
		waID := n.WaID()
		for _, spelling := range []struct{ raw, country string }{{"+" + waID, country}, {"+" + n.Digits, country}, {waID, ""}, {n.Digits, ""}} {
			again, err := phone.Parse(spelling.raw, spelling.country)
			if err != nil || again.WaID() != waID {
				t.Errorf("%q reads %q with wa_id %q, but %q reads %q, %v", s, n.Digits, waID, spelling, again.WaID(), err)
			}
		}
		if !phone.Equivalent(n.Digits, waID) {
			t.Errorf("%q and %q are not one person", n.Digits, waID)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	for b.Loop() {
		if _, err := phone.Parse("84901234567", "VN"); err != nil {
			b.Fatal(err)
		}
	}
}
