package dev

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/i18n"
	"github.com/hawkerhq/hawker/internal/webhook"
)

// coded finds the codes of reasons where they are made.
var coded = regexp.MustCompile(`(?:\b(?:say|add)\(|[cC]ode: )"([a-z0-9_]+)"(?:, form: "([a-z]+)")?`)

// Whatever is found wrong with a signature has a text in every language, with what it names filled in.
func TestEveryReasonOfASignatureIsToldInBothLanguages(t *testing.T) {
	t.Parallel()
	const least = 23
	seen := map[string]webhook.Reason{}
	for _, name := range []string{"../webhook/signature.go", "../webhook/variant.go"} {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range coded.FindAllStringSubmatch(string(b), -1) {
			seen[m[1]+"_"+m[2]] = webhook.Reason{Code: m[1], Form: m[2], Length: 40, Signer: webhook.Key{Kind: "endpoint", ID: 77, Old: true}}
		}
	}
	if len(seen) < least {
		t.Errorf("%d reasons were found, want %d: %v", len(seen), least, seen)
	}
	for _, r := range seen {
		en, vi := reason("en", r), reason("vi", r)
		if en == vi || strings.Contains(en+vi, "dev.") || strings.ContainsAny(en+vi, "{}") {
			t.Errorf("%s %s reads %q and %q", r.Code, r.Form, en, vi)
		}
		if r.Code == "wrong_secret" && (!strings.Contains(vi, "77") || !strings.Contains(vi, "khóa cũ")) || r.Code == "header_length" && !strings.Contains(vi, "40") {
			t.Errorf("%s does not name what it is about: %q", r.Code, vi)
		}
	}
	for _, kind := range []string{"app", "app_old", "endpoint", "endpoint_old", "typed"} {
		for _, lang := range i18n.Languages() {
			if !i18n.Has(lang, "dev.key_"+kind) {
				t.Errorf("%s has no name for a secret of kind %s", lang, kind)
			}
		}
	}
}
