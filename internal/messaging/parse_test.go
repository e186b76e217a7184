package messaging_test

import (
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/messaging"
)

// FuzzParse: strangers' bodies never panic, and what is refused is refused by a cause with a reason.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		``, `{`, `{}`, `null`, `[]`, `7`, `"x"`, "\xff", `{"to":1}`, `{"to":"1","to":"2"}`, `{"text":{"body":[]}}`,
		`{"messaging_product":"whatsapp","to":"84901234567","type":"text","text":{"body":"Chào 🍜","preview_url":true}}`,
		`{"interactive":{"type":"product_list","header":{"type":"text","text":"x"},"action":{"catalog_id":"1","sections":[{"title":"a","product_items":[{"product_retailer_id":"b"}]}]}}}`,
		`{"text":{"body":"\u0000"}}`, `{"text":{"body":"\\u0000"}}`, `{"text":{"body":"\ud800"}}`, `{"a/b":{"~0":[{"x":1,"x":2}]}}`,
		`{"to":"1","type":"text","text":"{\"body\":\"x\"}"}`, `{"text":"{\"body\":\"\\u0000\"}"}`,
		`{"interactive":` + strings.Repeat("[", 20_000), `{"` + strings.Repeat("k", 5000) + `":{"a":1,"a":1}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		m, err := messaging.Parse(body)
		if err == nil {
			for _, s := range []string{m.To, m.Type, m.MessageID, m.BizOpaqueCallbackData} {
				if strings.ContainsRune(s, 0) {
					t.Errorf("%q was taken with U+0000", body)
				}
			}
			return
		}
		got, ok := fault.As(err)
		if !ok || got.Detail == "" || len(got.Detail) > 600 {
			t.Errorf("%.100q is refused by %.700v", body, err)
		}
	})
}

// Objects and arrays may come as their JSON text, as Graph takes any parameter.
func TestObjectsMayComeAsText(t *testing.T) {
	t.Parallel()
	m, err := messaging.Parse([]byte(`{"messaging_product":"whatsapp","to":"1","type":"contacts","contacts":"[{\"name\":{\"formatted_name\":\"Tư\"}}]","context":"{\"message_id\":\"w\"}"}`))
	if err != nil || len(m.Contacts) != 1 || m.Contacts[0].Name.FormattedName != "Tư" || m.Context.MessageID != "w" {
		t.Errorf("read %+v, %v", m, err)
	}
	for body, want := range map[string]string{
		`{"to":"1","text":"hello"}`:                    "Param text must be an object, not a string",
		`{"to":"1","contacts":"{\"a\":1}"}`:            "Param contacts must be an array, not an object",
		`{"to":"1","text":"{\"body\":\"a\\u0000b\"}"}`: "U+0000",
	} {
		if _, err := messaging.Parse([]byte(body)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", body, err, want)
		}
	}
}
