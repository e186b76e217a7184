package i18n_test

import (
	"regexp"
	"slices"
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
	for in, want := range map[string]string{"": "en", "vi": "vi", "vi_VN": "vi", "fr-FR, vi;q=0.8": "vi", "de": "en", "EN-us": "en"} {
		if got := i18n.Match(in); got != want {
			t.Errorf("Match(%q) = %s, want %s", in, got, want)
		}
	}
}
