package phone_test

import (
	"testing"

	"github.com/hawkerhq/hawker/internal/phone"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ raw, country, waID string }{
		{"+84 90 123 45 67", "", "84901234567"},
		{"84901234567", "", "84901234567"},
		{"0901234567", "VN", "84901234567"},
		{"+1 (415) 555-0123", "", "14155550123"},
		{"+91 98123-45678", "", "919812345678"},
		{"+55 11 98888-7777", "", "5511988887777"},
		{"+55 41 98888-7777", "", "554188887777"},
		{"+52 55 1234 5678", "", "5215512345678"},
	} {
		n, err := phone.Parse(c.raw, c.country)
		if err != nil || n.WaID() != c.waID {
			t.Errorf("Parse(%q) = %q, %v; want %q", c.raw, n.WaID(), err, c.waID)
		}
	}
	for _, bad := range []string{"", "+", "12", "+84 abc", "tel:+84901234567", "+999999999999999999", "0901234567"} {
		if n, err := phone.Parse(bad, ""); err == nil {
			t.Errorf("Parse(%q) = %+v", bad, n)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("+55 41 98888-7777")
	f.Add("0901234567")
	f.Fuzz(func(t *testing.T, s string) {
		n, err := phone.Parse(s, "VN")
		if err != nil {
			return
		}
		again, err := phone.Parse("+"+n.Digits, "")
		if err != nil || again.Digits != n.Digits {
			t.Errorf("%q reads %q, which reads %q, %v", s, n.Digits, again.Digits, err)
		}
	})
}
