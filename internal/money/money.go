// Package money keeps amounts as integers of a currency's smallest unit, by the exponents of ISO 4217.
package money

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/hawkerhq/hawker/internal/fault"
)

// Amount is a price: Minor units of Currency. 999 USD is $9.99; 45000 VND is 45.000 ₫.
type Amount struct {
	Minor    int64
	Currency string // ISO 4217, upper case
}

// Causes of a refused price.
var (
	ErrFormat   = fault.New("money.format")
	ErrCurrency = fault.New("money.currency_unknown")
)

// maxDigits bounds the digits of a price in minor units, so that the sum of a cart, 99 of each of
// hundreds of items, stays within 63 bits.
const maxDigits = 14

// Exponent is how many digits of the minor unit a currency has; ok is false for an unknown currency.
func Exponent(currency string) (n int, ok bool) {
	n, ok = exponents[currency]
	return n, ok
}

// Parse reads "9.99 USD": a number with a decimal point and no grouping, a space, an ISO 4217 code in
// either case. A comma is refused in every place: 1,234 is a thousand in one country and one in another. What people write instead,
// with the sign of a currency or marks between thousands, is refused with the words for it.
func Parse(s string) (Amount, error) {
	a, err := parse(s)
	if err == nil {
		return a, nil
	}
	if advice := advise(s); advice != "" {
		return Amount{}, ErrFormat.Withf("price", "%s is not a price; write %s: digits, a point before decimals, a space and the code of the currency", quote(s), advice)
	}
	return Amount{}, err
}

func parse(s string) (Amount, error) {
	number, currency, ok := strings.Cut(strings.TrimSpace(s), " ")
	if !ok {
		return Amount{}, ErrFormat.Withf("price", "%s has no currency; write a number, a space and an ISO 4217 code, for example 9.99 USD", quote(s))
	}
	return ParseNumber(number, strings.TrimSpace(currency))
}

// ParseNumber reads a number of major units of a currency, without sign, grouping or exponent. Zeros may
// go on behind the currency's last decimal: 45000.00 VND is 45000 VND, 45000.50 VND is refused. So is 45.000 VND: who writes
// dong with a point means thousands.
func ParseNumber(number, currency string) (Amount, error) {
	currency = strings.ToUpper(currency)
	exp, ok := Exponent(currency)
	if !ok {
		return Amount{}, ErrCurrency.Withf("price", "%s is not an ISO 4217 currency code such as USD or VND; write a price as 9.99 USD", quote(currency))
	}
	return readNumber(number, currency, exp)
}

func readNumber(number, currency string, exp int) (Amount, error) {
	whole, fraction, point := strings.Cut(number, ".")
	if !digits(whole) || (point && !digits(fraction)) {
		return Amount{}, ErrFormat.Withf("price", "%s is not a price; write digits with a decimal point and no grouping, for example 1234.50", quote(number))
	}
	if exp == 0 && fraction == "000" && len(whole) <= 3 && whole[0] != '0' {
		return Amount{}, ErrFormat.Withf("price", "%s is not a price; write %s000 %s, or %s %s: no point stands between thousands", quote(number), whole, currency, whole, currency)
	}
	whole, fraction = strings.TrimLeft(whole, "0"), strings.TrimRight(fraction, "0")
	if len(fraction) > exp {
		return Amount{}, ErrFormat.Withf("price", "%s has %s, %s has %d", quote(number), decimals(len(fraction)), currency, exp)
	}
	if len(whole)+exp > maxDigits {
		return Amount{}, ErrFormat.Withf("price", "%s is too large; a price in %s has at most %d digits before the decimal point", quote(number), currency, maxDigits-exp)
	}
	minor, err := strconv.ParseInt("0"+whole+fraction+strings.Repeat("0", exp-len(fraction)), 10, 64)
	if err != nil {
		return Amount{}, fmt.Errorf("money: %s: %w", quote(number), err) // digits only, and few of them
	}
	return Amount{Minor: minor, Currency: currency}, nil
}

func digits(s string) bool {
	for _, r := range []byte(s) {
		if r < '0' || r > '9' {
			return false
		}
	}
	return s != ""
}

func decimals(n int) string {
	if n == 1 {
		return "1 decimal"
	}
	return strconv.Itoa(n) + " decimals"
}

func quote(s string) string {
	const most = 40
	if len([]rune(s)) > most {
		s = string([]rune(s)[:most]) + "…"
	}
	return strconv.Quote(s)
}

// Major is the amount in major units with all its decimals: "9.99", "45000".
func (a Amount) Major() string {
	exp, _ := Exponent(a.Currency)
	sign, minor := "", a.Minor
	if minor < 0 {
		sign, minor = "-", -minor
	}
	s := strconv.FormatInt(minor, 10)
	if exp == 0 {
		return sign + s
	}
	if len(s) <= exp {
		s = strings.Repeat("0", exp-len(s)+1) + s
	}
	return sign + s[:len(s)-exp] + "." + s[len(s)-exp:]
}

// Number is the amount in major units as the shortest JSON number: 9.99, 149.9, 30.
func (a Amount) Number() string {
	s := a.Major()
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// String is the amount as a feed writes it: "9.99 USD".
func (a Amount) String() string { return a.Major() + " " + a.Currency }

// Times is n of a.
func (a Amount) Times(n int) Amount { return Amount{Minor: a.Minor * int64(n), Currency: a.Currency} }

// Plus is the sum of two amounts of one currency. The zero Amount is the start of every sum.
func (a Amount) Plus(b Amount) Amount {
	if a.Currency == "" {
		return b
	}
	return Amount{Minor: a.Minor + b.Minor, Currency: a.Currency}
}

// symbols of currencies people know by their sign; others show their code.
var symbols = map[string]string{
	"USD": "$", "VND": "₫", "INR": "₹", "EUR": "€", "GBP": "£", "JPY": "¥", "BRL": "R$", "THB": "฿", "KRW": "₩", "PHP": "₱", "IDR": "Rp",
}

// Format writes the amount for people: "$9.99" in English, "9,99 $" and "45.000 ₫" in Vietnamese.
func (a Amount) Format(locale string) string {
	group, point := ",", "."
	if strings.HasPrefix(locale, "vi") {
		group, point = ".", ","
	}
	whole, fraction, _ := strings.Cut(a.Major(), ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "-", whole[1:]
	}
	var b strings.Builder
	for i, r := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(group)
		}
		b.WriteRune(r)
	}
	number := b.String()
	if fraction != "" {
		number += point + fraction
	}
	symbol, ok := symbols[a.Currency]
	switch {
	case !ok:
		return sign + number + "\u00a0" + a.Currency
	case strings.HasPrefix(locale, "vi") || a.Currency == "VND":
		return sign + number + "\u00a0" + symbol
	default:
		return sign + symbol + number
	}
}
