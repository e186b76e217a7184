package i18n_test

import (
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/i18n"
)

// samples are what may stand in a phrase.
var samples = map[string]string{"{n}": "12", "{all}": "40", "{most}": "9", "{field}": "price", "{what}": "is missing", "{then}": "is missing"}

// Each phrase is found again in what the program makes of it, and by no other.
func TestEachPhraseIsRetold(t *testing.T) {
	t.Parallel()
	found := 0
	for _, k := range i18n.Keys("en") {
		if !strings.HasPrefix(k, "told.") {
			continue
		}
		found++
		fill := func(lang string) string {
			return placeholder.ReplaceAllStringFunc(i18n.T(lang, k), func(name string) string {
				switch value, known := samples[name]; {
				case known && lang == "vi" && value == samples["{what}"]:
					return i18n.T("vi", "told.missing")
				case known:
					return value
				}
				return "abc"
			})
		}
		if got, want := i18n.Retell("vi", fill("en")), fill("vi"); got != want {
			t.Errorf("%s: %q is retold as %q, want %q", k, fill("en"), got, want)
		}
	}
	if found == 0 {
		t.Error("there are no phrases")
	}
}

func TestRetell(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`"12,5" is not a price; write digits with a decimal point and no grouping, for example 1234.50`: `"12,5" không phải là giá; viết chữ số với dấu chấm thập phân, không tách hàng nghìn, ví dụ 1234.50`,
		"A field has a value that is not right: link is not an http(s) URL of at most 2048 characters.": "Một trường có giá trị chưa đúng: link không phải địa chỉ http(s) dài tối đa 2048 ký tự.",
		"Write YYYY-MM-DD.": "Viết theo dạng YYYY-MM-DD.",
		`price: "x" is not a number; expiration_date: is missing`: `price: "x" không phải là số; expiration_date: còn thiếu`,
		"phở bò; is missing":                                      "phở bò; còn thiếu",
		// What others wrote stays.
		"": "", "Ngon lắm": "Ngon lắm", "The dog is missing": "The dog is missing", `"`: `"`, ": ": ": ", "; ": "; ", "A.": "A.",
	} {
		if got := i18n.Retell("vi", in); got != want {
			t.Errorf("%q is retold as %q, want %q", in, got, want)
		}
		if got := i18n.Retell("en", in); got != in {
			t.Errorf("%q is retold in English as %q", in, got)
		}
	}
}

func FuzzRetell(f *testing.F) {
	f.Add(`price: "a; b" is missing; The server answered 503 x instead of the file. It was tried 6 times.`)
	f.Add("A field has a value that is not right: x A field has a value that is not right: x y..")
	f.Fuzz(func(t *testing.T, text string) {
		if got := i18n.Retell("en", text); got != text {
			t.Errorf("%q became %q", text, got)
		}
		if got := i18n.Retell("vi", text); text != "" && got == "" {
			t.Errorf("%q became nothing", text)
		}
	})
}
