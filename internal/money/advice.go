package money

import (
	"regexp"
	"slices"
	"strings"
)

// signs are what people write for a currency, in lower case, beside its ISO 4217 code. A bare $, £, ¥ or Rs is taken for what most
// prices mean by it: the advice names the code, so that somebody who means another currency sees it.
var signs = map[string]string{
	"$": "USD", "us$": "USD", "a$": "AUD", "au$": "AUD", "c$": "CAD", "ca$": "CAD", "hk$": "HKD", "s$": "SGD", "nt$": "TWD", "mx$": "MXN", "nz$": "NZD", "r$": "BRL",
	"₫": "VND", "đ": "VND", "vnđ": "VND", "đồng": "VND", "₹": "INR", "rs": "INR", "rs.": "INR", "€": "EUR", "£": "GBP", "¥": "JPY", "円": "JPY", "元": "CNY", "cn¥": "CNY",
	"฿": "THB", "₩": "KRW", "원": "KRW", "₱": "PHP", "rp": "IDR", "rp.": "IDR", "rm": "MYR", "₺": "TRY", "₽": "RUB", "₴": "UAH", "₦": "NGN", "₪": "ILS", "₵": "GHS",
	"zł": "PLN", "kč": "CZK", "د.إ": "AED", "ر.س": "SAR", "৳": "BDT", "₸": "KZT", "៛": "KHR", "₭": "LAK", "kr": "SEK",
}

// shared are signs of more than one currency: a code beside them says which.
var shared = []string{"$", "£", "¥", "rs", "rs.", "kr"}

// peoplesPrice is a number with what stands around it, as people write prices.
var peoplesPrice = regexp.MustCompile(`^([^\d\s\p{Z}]*)[\s\p{Z}]*(\d+(?:[.,'’\s\p{Z}]\d+)*)[\s\p{Z}]*([^\d\s\p{Z}]*)$`)

// advise is how a feed writes what people write as "1.250.000 ₫", "R$ 10,00" or "USD 1,234.50": "1250000 VND". It is empty where that
// is nothing of the kind, and names both readings where there are two.
func advise(s string) string {
	const most = 60
	if len(s) > most {
		return ""
	}
	parts := peoplesPrice.FindStringSubmatch(strings.TrimSpace(s))
	if parts == nil {
		return ""
	}
	code := currencyOf(parts[1], parts[3])
	exp, ok := Exponent(code)
	if !ok || (parts[1] == "" && strings.EqualFold(parts[3], code) && len(strings.Fields(s)) == 2 && strings.Trim(parts[2], "0123456789") == ".") {
		return "" // none of its form: the number itself is wrong
	}
	var readings []string
	for _, number := range readingsOf(parts[2], exp) {
		if a, err := readNumber(number, code, exp); err == nil {
			readings = append(readings, a.String())
		}
	}
	return strings.Join(readings, " or ")
}

// currencyOf is the currency that what stands before and behind a number names.
func currencyOf(before, behind string) string {
	one, other := codeOf(before), codeOf(behind)
	switch {
	case behind == "" || one == other || one != "" && slices.Contains(shared, strings.ToLower(behind)) && strings.EqualFold(before, one):
		return one
	case before == "" || other != "" && slices.Contains(shared, strings.ToLower(before)) && strings.EqualFold(behind, other):
		return other
	}
	return ""
}

func codeOf(sign string) string {
	if code := signs[strings.ToLower(sign)]; code != "" {
		return code
	}
	code := strings.ToUpper(sign)
	if _, ok := Exponent(code); ok {
		return code
	}
	return ""
}

// readingsOf are the numbers with a decimal point that a number with separators may be.
func readingsOf(number string, exp int) []string {
	groups := strings.FieldsFunc(number, func(r rune) bool { return r < '0' || r > '9' })
	marks := strings.FieldsFunc(number, func(r rune) bool { return '0' <= r && r <= '9' })
	if len(marks) == 0 {
		return []string{number}
	}
	last := len(groups) - 1
	whole := strings.Join(groups[:last], "")
	point := strings.ContainsAny(marks[last-1], ".,") && !slices.Contains(marks[:last-1], marks[last-1])
	var list []string
	if !slices.ContainsFunc(marks, func(m string) bool { return m != marks[0] }) && grouped(groups) {
		list = append(list, whole+groups[last])
	}
	if point && (last == 1 || grouped(groups[:last])) && (len(list) == 0 || exp > 0) {
		list = append(list, whole+"."+groups[last])
	}
	return list
}

// grouped tells whether digits stand in groups of three, or of two before the last, as in India.
func grouped(groups []string) bool {
	for n, g := range groups[1:] {
		if len(g) != 3 && (len(g) != 2 || n == len(groups)-2) {
			return false
		}
	}
	return len(groups[0]) <= 3 && groups[0][0] != '0'
}
