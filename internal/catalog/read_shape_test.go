package catalog

import (
	stdjson "encoding/json"
	"reflect"
	"strings"
	"testing"
)

// shapeSamples are values of fields with parts: what becomes of them as JSON, or what is said against them.
var shapeSamples = []struct{ name, value, want, wrong string }{
	{name: "gtin", value: "4006381333931", want: `"4006381333931"`},
	{name: "gtin", value: "4-006381-333931", want: `"4006381333931"`},
	{name: "gtin", value: "96385074", want: `"96385074"`},
	{name: "gtin", value: "036000291452,10012345678902", want: `"036000291452,10012345678902"`},
	{name: "gtin", value: "0-306-40615-2", want: `"9780306406157"`},
	{name: "gtin", value: "080442957X", want: `"9780804429573"`},
	{name: "gtin", value: "4006381333932", wrong: "its check digit would be 1"},
	{name: "gtin", value: "0306406153", wrong: "not an ISBN"},
	{name: "gtin", value: "123456789", wrong: "8, 12, 13 or 14 digits"},
	{name: "gtin", value: "400638133393a", wrong: "more than digits"},
	{name: "gtin", value: strings.Repeat("1", 71), wrong: "has 71 characters"},
	{name: "rich_text_description", value: `<p onclick="x()">Hot <b style="a">soup</b><script>alert(1)</script><a href="https://x">y</a></p>`, want: `"<p>Hot <b>soup</b>y</p>"`},
	{name: "rich_text_description", value: `Salt & pepper`, want: `"Salt & pepper"`},
	{name: "rich_text_description", value: `<script>x</script>`, want: `null`},
	{name: "rich_text_description", value: `<img src=x onerror=alert(1)>hi`, want: `"hi"`},
	{name: "rich_text_description", value: strings.Repeat("ợ", 10000), wrong: "has 10000 characters"},
	{name: "video", value: `[{"url":"https://v.example/1.mp4","tag":["a"]},"https://v.example/2.mp4"]`, want: `[{"tags":["a"],"url":"https://v.example/1.mp4"},{"url":"https://v.example/2.mp4"}]`},
	{name: "video", value: `https://v.example/1.mp4`, want: `[{"url":"https://v.example/1.mp4"}]`},
	{name: "video", value: `[]`, want: `null`},
	{name: "video", value: `[{"tag":["a"]}]`, wrong: `"url" of a video`},
	{name: "video", value: `[{"url":"ftp://v"}]`, wrong: `http(s) URL`},
	{name: "video", value: `["https://v/1"` + strings.Repeat(`,"https://v/1"`, 20) + `]`, wrong: `at most 20`},
	{name: "applink", value: `{"ios_url":"shop://1","android":[{"package":"x.y","url":"shop://2"}]}`, want: `{"android_package":"x.y","android_url":"shop://2","ios_url":"shop://1"}`},
	{name: "applink", value: `{"palm_url":"x"}`, wrong: "names nothing of an app link"},
	{name: "applink", value: `x`, wrong: "not a JSON object"},
	{name: "shipping", value: `US:CA:Ground:9.99 USD, PH::Air:300 PHP`, want: `[{"shipping_country":"US","shipping_price_currency":"USD","shipping_price_value":"9.99","shipping_region":"CA","shipping_service":"Ground"},{"shipping_country":"PH","shipping_price_currency":"PHP","shipping_price_value":"300.00","shipping_service":"Air"}]`},
	{name: "shipping", value: `[{"shipping_country":"vn","shipping_service":"Xe","shipping_price_value":20000,"shipping_price_currency":"VND"}]`, want: `[{"shipping_country":"VN","shipping_price_currency":"VND","shipping_price_value":"20000","shipping_service":"Xe"}]`},
	{name: "shipping", value: `US:Ground:1 USD`, wrong: "Country:Region:Service:Price"},
	{name: "shipping", value: `US:::1`, wrong: "shipping_price_value"},
	{name: "shipping", value: `:::1 USD`, wrong: "shipping_country"},
	{name: "shipping", value: `[{"shipping_country":"VN","colour":"red"}]`, wrong: `"colour" is not one of`},
	{name: "shipping_weight", value: "1.50KG", want: `"1.5 kg"`},
	{name: "shipping_weight", value: "0x1p4 kg", wrong: "not a weight"},
	{name: "shipping_weight", value: "1e9 kg", wrong: "not a weight"},
	{name: "shipping_weight", value: "-1 kg", wrong: "not a weight"},
	{name: "unit_price", value: `{"value":"1.99","currency":"usd","unit":"FL_OZ"}`, want: `{"currency":"USD","unit":"fl oz","value":1.99}`},
	{name: "unit_price", value: `{"value":1.99,"currency":"USD","unit":"bushel"}`, wrong: "unit: \"bushel\" is not one of"},
	{name: "unit_price", value: `{"currency":"USD","unit":"kg"}`, wrong: "value: write the price"},
	{name: "return_policy_info", value: `{"is_final_sale":"FALSE","return_policy_days":30}`, want: `{"is_final_sale":"false","return_policy_days":"30"}`},
	{name: "return_policy_info", value: `{"is_final_sale":"perhaps"}`, wrong: "is not true or false"},
	{name: "return_policy_info", value: `{"return_policy_days":"-1"}`, wrong: "return_policy_days"},
	{name: "importer_address", value: `{"street1":"1 MG Road","city":"Pune","postal_code":411001,"country":"in"}`, want: `{"city":"Pune","country":"IN","postal_code":"411001","street1":"1 MG Road"}`},
	{name: "importer_address", value: `{"city":"Pune","country":"IN"}`, wrong: "has no street1"},
	{name: "internal_label", value: `['Sale','Two words']`, want: `["sale","two words"]`},
	{name: "custom_number_0", value: "4294967295", want: `4294967295`},
	{name: "custom_number_0", value: "4294967296", wrong: "not between 0 and 4294967295"},
	{name: "availability", value: "MARK_AS_EXPIRED", want: `"mark_as_expired"`},
	{name: "offer_disclaimer_url", value: "https://shop.example/terms", want: `"https://shop.example/terms"`},
}

func TestFieldsWithParts(t *testing.T) {
	t.Parallel()
	for _, s := range shapeSamples {
		v, err := index[Batch][s.name].read(s.value)
		switch {
		case s.wrong != "":
			if err == nil || !strings.Contains(err.Error(), s.wrong) {
				t.Errorf("%s %.60q: %v, %v; want an error with %q", s.name, s.value, v, err, s.wrong)
			}
		case err != nil:
			t.Errorf("%s %.60q: %v", s.name, s.value, err)
		default:
			if got := plainJSON(t, v); got != s.want {
				t.Errorf("%s %.60q\n got %s\nwant %s", s.name, s.value, got, s.want)
			}
		}
	}
}

func plainJSON(t *testing.T, v any) string {
	t.Helper()
	var b strings.Builder
	enc := stdjson.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(b.String())
}

// FuzzField: what a field takes it takes again as the same, after the database kept it as JSON.
func FuzzField(f *testing.F) {
	for _, s := range shapeSamples {
		f.Add(s.name, s.value)
	}
	for _, s := range []string{"2026-11-23T00:00+07:00/2026-11-30T23:59+07:00", "2026-11-23", "9.99 USD", "Scent:Fruity, Flavor:Apple"} {
		for _, name := range []string{"sale_price_effective_date", "expiration_date", "price", "additional_variant_attribute"} {
			f.Add(name, s)
		}
	}
	f.Fuzz(func(t *testing.T, name, value string) {
		def, ok := index[Batch][name]
		if !ok {
			return
		}
		v, err := def.read(value)
		if err != nil || v == nil || !extras[def.name] {
			return
		}
		kept, err := decodeJSON([]byte(jsonText(v, 1)))
		if err != nil {
			t.Fatalf("%s %q is kept as %q: %v", name, value, jsonText(v, 1), err)
		}
		again, err := def.read(kept)
		if err != nil {
			t.Fatalf("%s %q was taken as %v, which is refused: %v", name, value, v, err)
		}
		if def.kind == html {
			return // an escaped & may be escaped once more
		}
		if got, want := jsonText(again, 1), jsonText(v, 1); got != want && !reflect.DeepEqual(again, v) {
			t.Errorf("%s %q becomes %s, and that %s", name, value, want, got)
		}
	})
}
