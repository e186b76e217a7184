package web

import (
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/i18n"
	"github.com/hawkerhq/hawker/internal/storefront"
)

// Option is something a customer chooses about a product: its colour, its size.
type Option struct {
	Label  string
	Values []OptionValue
}

// OptionValue is one choice, and the product it leads to.
type OptionValue struct {
	Text    string
	Swatch  string // the name of a colour that style sheets know; empty for none
	Href    string
	Current bool
	SoldOut bool
}

// options are what tells the items of a group apart, with where each choice leads: to the item that is like the one at
// hand in everything else, else to the first that has it.
func options(lang string, b Business, variants []storefront.VariantView, current string) (list []Option) {
	at := slices.IndexFunc(variants, func(v storefront.VariantView) bool { return v.RetailerID == current })
	if at < 0 {
		return nil
	}
	var names []string
	for _, v := range variants {
		for _, a := range v.Attributes {
			if !slices.Contains(names, a.Name) {
				names = append(names, a.Name)
			}
		}
	}
	have := attributes(variants[at])
	for _, name := range names {
		o := Option{Label: optionLabel(lang, name)}
		seen := map[string]bool{}
		for _, v := range variants {
			value := attributes(v)[name]
			if value == "" || seen[value] {
				continue
			}
			seen[value] = true
			to := nearest(variants, have, name, value)
			c := OptionValue{Text: value, Href: productPath(b, to.RetailerID), Current: have[name] == value, SoldOut: !to.InStock}
			if name == "color" {
				c.Swatch = swatch(value)
			}
			o.Values = append(o.Values, c)
		}
		if len(o.Values) > 1 {
			list = append(list, o)
		}
	}
	return list
}

func attributes(v storefront.VariantView) map[string]string {
	m := make(map[string]string, len(v.Attributes))
	for _, a := range v.Attributes {
		m[a.Name] = a.Value
	}
	return m
}

// nearest is the variant with a value that has most in common with what is chosen; one that can be bought goes first
// among equals.
func nearest(variants []storefront.VariantView, have map[string]string, name, value string) (best storefront.VariantView) {
	most := -1
	for _, v := range variants {
		a := attributes(v)
		if a[name] != value {
			continue
		}
		score := 0
		for n, other := range have {
			if n != name && a[n] == other {
				score += 2
			}
		}
		if v.InStock {
			score++
		}
		if score > most {
			best, most = v, score
		}
	}
	return best
}

// optionLabel is what people call an attribute; one of the shop's own keeps its name.
func optionLabel(lang, name string) string {
	if key := "shop.option_" + name; i18n.Has(lang, key) {
		return i18n.T(lang, key)
	}
	return name
}

// swatches are colours as shops write them, by what style sheets call them. Longer names stand first.
var swatches = []struct{ words, name string }{
	{"xanh dương|xanh lam|xanh navy|navy|xanh biển|blue|denim|indigo", "blue"},
	{"xanh lá|xanh lục|xanh rêu|olive|green|sage|mint", "green"},
	{"đen|black|charcoal", "black"},
	{"trắng|white|ivory|ngà", "white"},
	{"đỏ|red|burgundy|wine", "red"},
	{"vàng|yellow|gold|mustard", "yellow"},
	{"cam|orange|rust|terracotta", "orange"},
	{"hồng|pink|rose|blush", "pink"},
	{"tím|purple|violet|lavender|lilac", "purple"},
	{"nâu|brown|chocolate|tan|camel", "brown"},
	{"xám|ghi|grey|gray|silver|bạc", "gray"},
	{"be|kem|beige|cream|sand|natural|oatmeal|linen", "beige"},
	{"xanh", "green"},
}

// swatch finds the colour in a colour's name.
func swatch(value string) string {
	text := " " + strings.ToLower(strings.NewReplacer("-", " ", "/", " ", ",", " ").Replace(value)) + " "
	for _, s := range swatches {
		for word := range strings.SplitSeq(s.words, "|") {
			if strings.Contains(text, " "+word+" ") {
				return s.name
			}
		}
	}
	return ""
}
