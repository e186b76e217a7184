package money_test

import (
	"testing"

	"github.com/shopspring/decimal"

	"github.com/hawkerhq/hawker/internal/money"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]money.Amount{
		"9.99 USD":     {Minor: 999, Currency: "USD"},
		"45000 VND":    {Minor: 45000, Currency: "VND"},
		"45000.00 VND": {Minor: 45000, Currency: "VND"},
		" 9.9  usd ":   {Minor: 990, Currency: "USD"},
		"1.234 KWD":    {Minor: 1234, Currency: "KWD"},
		"0 INR":        {Minor: 0, Currency: "INR"},
	} {
		if got, err := money.Parse(in); err != nil || got != want {
			t.Errorf("Parse(%q) = %+v, %v; want %+v", in, got, err, want)
		}
	}
	for _, bad := range []string{
		"", "9.99", "USD", "9,99 USD", "12,34.5 USD", "1,234.50 USD", "-1 USD", "+1 USD", "1e3 USD", "NaN USD", "9.999 USD",
		"45000.5 VND", "$9.99 USD", "9.99 XXZ", ".5 USD", "5. USD", "99999999999999999999 USD", "٩ USD",
	} {
		if got, err := money.Parse(bad); err == nil {
			t.Errorf("Parse(%q) = %+v", bad, got)
		}
	}
}

func TestWriting(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a                         money.Amount
		major, number, en, viText string
	}{
		{money.Amount{Minor: 999, Currency: "USD"}, "9.99", "9.99", "$9.99", "9,99\u00a0$"},
		{money.Amount{Minor: 14990, Currency: "BRL"}, "149.90", "149.9", "R$149.90", "149,90\u00a0R$"},
		{money.Amount{Minor: 3000, Currency: "USD"}, "30.00", "30", "$30.00", "30,00\u00a0$"},
		{money.Amount{Minor: 1250000, Currency: "VND"}, "1250000", "1250000", "1,250,000\u00a0₫", "1.250.000\u00a0₫"},
		{money.Amount{Minor: 5, Currency: "KWD"}, "0.005", "0.005", "0.005\u00a0KWD", "0,005\u00a0KWD"},
	} {
		if c.a.Major() != c.major || c.a.Number() != c.number || c.a.Format("en") != c.en || c.a.Format("vi") != c.viText {
			t.Errorf("%+v writes %q %q %q %q", c.a, c.a.Major(), c.a.Number(), c.a.Format("en"), c.a.Format("vi"))
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("9.99 USD")
	f.Add("45000 VND")
	f.Fuzz(func(t *testing.T, s string) {
		a, err := money.Parse(s)
		if err != nil {
			return
		}
		again, err := money.Parse(a.String())
		if err != nil || again != a {
			t.Fatalf("%q reads %+v, whose text reads %+v, %v", s, a, again, err)
		}
		exp, _ := money.Exponent(a.Currency)
		if want := decimal.New(a.Minor, int32(-exp)).StringFixed(int32(exp)); want != a.Major() {
			t.Fatalf("Major = %s, want %s", a.Major(), want)
		}
	})
}
