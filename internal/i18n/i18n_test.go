package i18n_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/i18n"
)

var placeholder = regexp.MustCompile(`\{[a-z_]+\}`)

func TestEveryTextExistsInEveryLanguageWithTheSamePlaceholders(t *testing.T) {
	t.Parallel()
	en := i18n.Keys("en")
	if len(en) == 0 {
		t.Fatal("no texts")
	}
	for _, lang := range i18n.Languages() {
		if got := i18n.Keys(lang); !slices.Equal(got, en) {
			t.Errorf("%s has %d keys, en %d; they differ", lang, len(got), len(en))
		}
		for _, k := range en {
			want, got := placeholder.FindAllString(i18n.T("en", k), -1), placeholder.FindAllString(i18n.T(lang, k), -1)
			slices.Sort(want)
			slices.Sort(got)
			if !slices.Equal(want, got) {
				t.Errorf("%s: %s has placeholders %v, en has %v", k, lang, got, want)
			}
		}
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"": "en", "vi": "vi", "vi_VN": "vi", "fr-FR, vi;q=0.8": "vi", "de": "en", "EN-us": "en", "*": "en",
		"en;q=0.5, vi": "vi", "en;q=0.5,vi;q=0.6": "vi", "vi,en": "vi", "en,vi": "en", "vi;q=0, en;q=0.1": "en", "vi;q=0": "en",
		"vi;q=NaN": "en", "vi;q=7": "en", ",,;;=": "en",
	} {
		if got := i18n.Match(in); got != want {
			t.Errorf("Match(%q) = %s, want %s", in, got, want)
		}
	}
}

func TestAValueThatLooksLikeAPlaceholderIsNotFilled(t *testing.T) {
	t.Parallel()
	got := i18n.T("en", "cart.add_title", "title", "{title} of {n}", "n", "5")
	if got != "Add {title} of {n} to the cart" {
		t.Errorf("got %q", got)
	}
	if got := i18n.T("en", "no.such.key", "a", "b"); got != "no.such.key" {
		t.Errorf("an unknown key reads %q", got)
	}
}

func TestCountsHaveBothForms(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Languages() {
		for _, k := range i18n.Keys(lang) {
			base, form, _ := strings.Cut(k, ".one")
			if form != "" || base == k {
				continue
			}
			if !i18n.Has(lang, base+".other") {
				t.Errorf("%s: %s has no .other", lang, k)
			}
		}
		if one, two := i18n.N(lang, "shop.items", 1), i18n.N(lang, "shop.items", 2); !strings.Contains(one, "1") || !strings.Contains(two, "2") {
			t.Errorf("%s: counts read %q, %q", lang, one, two)
		}
	}
	if one, two := i18n.N("en", "shop.items", 1), i18n.N("en", "shop.items", 2); one != "1 item" || two != "2 items" {
		t.Errorf("counts read %q, %q", one, two)
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("en;q=0.5, vi")
	f.Fuzz(func(t *testing.T, header string) {
		if got := i18n.Match(header); !slices.Contains(i18n.Languages(), got) {
			t.Errorf("Match(%q) = %q", header, got)
		}
	})
}
