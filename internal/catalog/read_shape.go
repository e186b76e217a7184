package catalog

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/microcosm-cc/bluemonday"

	"github.com/hawkerhq/hawker/internal/money"
)

// readShape reads the kinds whose values have parts.
func (f field) readShape(raw any) (any, error) {
	switch f.kind {
	case gtin:
		return readGTIN(raw)
	case html:
		return f.readHTML(raw)
	case videos:
		return readVideos(raw)
	case appLinks:
		return readAppLinks(raw)
	case shipping:
		return readShipping(raw)
	case unitPrice:
		return readUnitPrice(raw)
	case returns:
		return readReturns(raw)
	case address:
		return readAddress(raw)
	default:
		return readObject(raw)
	}
}

// gtinMost is the most characters of the field gtin, which may hold several numbers between commas.
const gtinMost = 70

// readGTIN takes trade item numbers of 8, 12, 13 or 14 digits and ISBNs of 10, with or without spaces and
// hyphens, and holds them against their check digit.
func readGTIN(raw any) (any, error) {
	s, err := scalar(raw)
	if err != nil {
		return nil, err
	}
	if n := utf8.RuneCountInString(s); n > gtinMost {
		return nil, fmt.Errorf("has %d characters, at most %d are allowed", n, gtinMost)
	}
	var list []string
	for part := range strings.SplitSeq(s, ",") {
		digits := strings.NewReplacer(" ", "", "-", "").Replace(part)
		if len(digits) == 10 {
			if digits, err = isbn13(digits); err != nil {
				return nil, err
			}
		}
		switch len(digits) {
		case 8, 12, 13, 14:
		default:
			return nil, fmt.Errorf("%s is not a GTIN of 8, 12, 13 or 14 digits; leave it out where there is none", show(part))
		}
		if strings.Trim(digits, "0123456789") != "" {
			return nil, fmt.Errorf("%s is not a GTIN: it holds more than digits", show(part))
		}
		if want := checkDigit(digits[:len(digits)-1]); digits[len(digits)-1] != want {
			return nil, fmt.Errorf("%s is not a GTIN: its check digit would be %c", show(part), want)
		}
		list = append(list, digits)
	}
	return strings.Join(list, ","), nil
}

// checkDigit is the last digit of a GTIN that begins with digits: weights 3 and 1 in turns from the right, modulo 10
// (GS1 General Specifications 7.9).
func checkDigit(digits string) byte {
	sum := 0
	for n := range len(digits) {
		weight := 1
		if (len(digits)-n)%2 == 1 {
			weight = 3
		}
		sum += weight * int(digits[n]-'0')
	}
	return byte('0' + (10-sum%10)%10)
}

// isbn13 is the GTIN of an old ISBN, whose weights are 10 to 1, modulo 11.
func isbn13(s string) (string, error) {
	sum := 0
	for n := range len(s) {
		digit := int(s[n]) - '0'
		if n == 9 && (s[n] == 'X' || s[n] == 'x') {
			digit = 10
		} else if digit < 0 || digit > 9 {
			return "", fmt.Errorf("%s is not a GTIN or ISBN", show(s))
		}
		sum += (10 - n) * digit
	}
	if sum%11 != 0 {
		return "", fmt.Errorf("%s is not an ISBN: its check digit is wrong", show(s))
	}
	body := "978" + s[:9]
	return body + string(checkDigit(body)), nil
}

// richText lets the tags of running text through, without attributes; scripts and styles go with what they hold.
var richText = bluemonday.NewPolicy().AllowElements(
	"b", "strong", "i", "em", "u", "s", "small", "sub", "sup", "p", "br", "hr", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "pre", "code",
	"h1", "h2", "h3", "h4", "h5", "h6", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "div", "span",
)

// readHTML takes text with tags and leaves the harmless ones.
func (f field) readHTML(raw any) (any, error) {
	v, err := f.readText(raw)
	if err != nil {
		return nil, err
	}
	s, _ := v.(string)
	if strings.ContainsAny(s, "<>") {
		if s = strings.TrimSpace(richText.Sanitize(s)); s == "" {
			return nil, nil
		}
	}
	return s, nil
}

// listOf reads a list of objects or texts: also written as JSON, and one entry without its list.
func listOf(raw any) ([]any, error) {
	v, err := readObject(raw)
	if err != nil {
		return nil, err
	}
	if list, ok := v.([]any); ok {
		return list, nil
	}
	return []any{v}, nil
}

// videosMost is the most videos of an item.
const videosMost = 20

// readVideos takes [{"url","tag":[…]}], and URLs alone, and gives [{"url","tags"}] as the item node reads it.
func readVideos(raw any) (any, error) {
	entries, err := listOf(raw)
	if err != nil {
		return nil, err
	}
	if len(entries) > videosMost {
		return nil, fmt.Errorf("has %d videos, at most %d are allowed", len(entries), videosMost)
	}
	var list []any
	for _, e := range entries {
		m, ok := e.(map[string]any)
		if !ok {
			m = map[string]any{"url": e}
		}
		if u, _ := m["url"].(string); u == "" {
			return nil, fmt.Errorf(`%s is not an object with an http(s) "url" of a video`, show(e))
		}
		u, err := readLink(m["url"])
		if err != nil {
			return nil, err
		}
		video := map[string]any{"url": u}
		for _, name := range []string{"tag", "tags"} {
			if m[name] == nil {
				continue
			}
			tags, err := textList(m[name])
			if err != nil {
				return nil, err
			}
			video["tags"] = tags
		}
		list = append(list, video)
	}
	if len(list) == 0 {
		return nil, nil
	}
	return list, nil
}

// Platforms that links into apps are for, and what is said of each.
var (
	linkPlatforms = []string{"android", "ios", "ipad", "iphone", "web", "windows_phone", "windows"}
	linkParts     = []string{"app_id", "app_name", "app_store_id", "class", "package", "should_fallback", "url"}
)

// readAppLinks takes {"ios_url":…} and {"ios":[{"url":…}]} and gives the first.
func readAppLinks(raw any) (any, error) {
	v, err := readMapping(raw)
	if err != nil {
		return nil, err
	}
	m, _ := v.(map[string]any)
	flat := map[string]any{}
	put := func(name string, v any) error {
		s, err := scalar(v)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if !isLinkName(name) {
			return fmt.Errorf("%s names nothing of an app link; write ios_url, android_package and the like", show(name))
		}
		if len(s) > linkMost {
			return fmt.Errorf("%s is longer than %d bytes", name, linkMost)
		}
		if s != "" && v != nil {
			flat[name] = s
		}
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(m)) {
		inner, _ := m[name].(map[string]any)
		if list, ok := m[name].([]any); ok && len(list) > 0 {
			inner, _ = list[0].(map[string]any)
		}
		if inner == nil {
			if err := put(name, m[name]); err != nil {
				return nil, err
			}
			continue
		}
		for _, part := range slices.Sorted(maps.Keys(inner)) {
			if err := put(name+"_"+part, inner[part]); err != nil {
				return nil, err
			}
		}
	}
	if len(flat) == 0 {
		return nil, nil
	}
	return flat, nil
}

func isLinkName(name string) bool {
	return slices.ContainsFunc(linkPlatforms, func(p string) bool {
		part, ok := strings.CutPrefix(name, p+"_")
		return ok && slices.Contains(linkParts, part)
	})
}

// shippingMost is the most rates of one item.
const shippingMost = 100

// readShipping takes a list of {"shipping_country", "shipping_region", "shipping_service", "shipping_price_value",
// "shipping_price_currency"}, or "US:CA:Ground:9.99 USD,PH::Air:300 PHP", and gives the list.
func readShipping(raw any) (any, error) {
	entries, err := listOf(raw)
	if err != nil {
		return nil, err
	}
	var rates []any
	for _, e := range entries {
		switch e := e.(type) {
		case map[string]any:
			rate, err := shippingRate(e)
			if err != nil {
				return nil, err
			}
			rates = append(rates, rate)
		case string:
			for part := range strings.SplitSeq(e, ",") {
				rate, err := shippingText(part)
				if err != nil {
					return nil, err
				}
				rates = append(rates, rate)
			}
		default:
			return nil, fmt.Errorf("%s is not a shipping rate", show(e))
		}
	}
	if len(rates) > shippingMost {
		return nil, fmt.Errorf("has %d rates, at most %d are allowed", len(rates), shippingMost)
	}
	if len(rates) == 0 {
		return nil, nil
	}
	return rates, nil
}

func shippingText(s string) (any, error) {
	parts := strings.Split(s, ":")
	if len(parts) != 4 {
		return nil, fmt.Errorf("%s is not Country:Region:Service:Price; write US:CA:Ground:9.99 USD, and nothing between the colons for no region", show(s))
	}
	value, currency, _ := strings.Cut(strings.TrimSpace(parts[3]), " ")
	return shippingRate(map[string]any{
		"shipping_country": parts[0], "shipping_region": parts[1], "shipping_service": parts[2],
		"shipping_price_value": value, "shipping_price_currency": currency,
	})
}

// partMost is the longest text inside a rate or an address.
const partMost = 200

// texts takes the named texts of an object; others are refused.
func texts(m map[string]any, names ...string) (map[string]any, error) {
	out := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(m)) {
		if m[name] == nil {
			continue
		}
		if !slices.Contains(names, name) {
			return nil, fmt.Errorf("%s is not one of %s", show(name), strings.Join(names, ", "))
		}
		s, err := scalar(m[name])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if n := utf8.RuneCountInString(s); n > partMost {
			return nil, fmt.Errorf("%s has %d characters, at most %d are allowed", name, n, partMost)
		}
		if s != "" {
			out[name] = s
		}
	}
	return out, nil
}

func shippingRate(m map[string]any) (any, error) {
	rate, err := texts(m, "shipping_country", "shipping_region", "shipping_service", "shipping_price_value", "shipping_price_currency")
	if err != nil {
		return nil, err
	}
	if rate["shipping_country"], err = readCountry(rate["shipping_country"]); err != nil {
		return nil, fmt.Errorf("shipping_country: %w", err)
	}
	amount, err := amountOf(rate["shipping_price_value"], rate["shipping_price_currency"])
	if err != nil {
		return nil, fmt.Errorf("shipping_price_value: %w", err)
	}
	rate["shipping_price_value"], rate["shipping_price_currency"] = amount.Major(), amount.Currency
	return rate, nil
}

// amountOf reads an amount whose currency stands beside it.
func amountOf(value, currency any) (money.Amount, error) {
	if value == nil || currency == nil {
		return money.Amount{}, fmt.Errorf("write the price with its currency")
	}
	return readPrice(plainText(value) + " " + plainText(currency))
}

// units are those of a unit price.
var units = []string{
	"cl", "cm", "ct", "cbm", "ft", "fl oz", "gal", "g", "in", "kg", "l", "m", "mg", "ml", "oz", "pt", "lb", "qt", "sqft", "sqm", "yd",
}

// readUnitPrice takes {"value","currency","unit"}.
func readUnitPrice(raw any) (any, error) {
	v, err := readMapping(raw)
	if err != nil {
		return nil, err
	}
	m, _ := v.(map[string]any)
	if m, err = texts(m, "value", "currency", "unit"); err != nil {
		return nil, err
	}
	amount, err := amountOf(m["value"], m["currency"])
	if err != nil {
		return nil, fmt.Errorf("value: %w", err)
	}
	unit, _ := m["unit"].(string)
	unit = strings.ToLower(strings.Join(strings.Fields(strings.ReplaceAll(unit, "_", " ")), " "))
	if !slices.Contains(units, unit) {
		return nil, fmt.Errorf("unit: %s is not one of %s", show(unit), strings.Join(units, ", "))
	}
	return map[string]any{"value": json.Number(amount.Major()), "currency": amount.Currency, "unit": unit}, nil
}

// readReturns takes {"is_final_sale":"false","return_policy_days":"30"}.
func readReturns(raw any) (any, error) {
	v, err := readMapping(raw)
	if err != nil {
		return nil, err
	}
	m, _ := v.(map[string]any)
	if m, err = texts(m, "is_final_sale", "return_policy_days"); err != nil {
		return nil, err
	}
	if s, ok := m["is_final_sale"].(string); ok {
		b, err := strconv.ParseBool(strings.ToLower(s))
		if err != nil {
			return nil, fmt.Errorf("is_final_sale: %s is not true or false", show(s))
		}
		m["is_final_sale"] = strconv.FormatBool(b)
	}
	if s, ok := m["return_policy_days"]; ok {
		n, err := readWhole(s, 1<<32-1)
		if err != nil {
			return nil, fmt.Errorf("return_policy_days: %w", err)
		}
		m["return_policy_days"] = fmt.Sprint(n)
	}
	if len(m) == 0 {
		return nil, nil
	}
	return m, nil
}

// readAddress takes an importer's address: {"street1","street2","city","region","postal_code","country"}.
func readAddress(raw any) (any, error) {
	v, err := readMapping(raw)
	if err != nil {
		return nil, err
	}
	m, _ := v.(map[string]any)
	if m, err = texts(m, "street1", "street2", "city", "region", "postal_code", "country"); err != nil {
		return nil, err
	}
	if len(m) == 0 {
		return nil, nil
	}
	for _, name := range []string{"street1", "city", "country"} {
		if m[name] == nil {
			return nil, fmt.Errorf(`has no %s; write {"street1":"…","city":"…","country":"IN"}`, name)
		}
	}
	if m["country"], err = readCountry(m["country"]); err != nil {
		return nil, fmt.Errorf("country: %w", err)
	}
	return m, nil
}
