package webhook_test

import (
	"testing"

	"github.com/hawkerhq/hawker/internal/webhook"
)

func TestAWebhookIsDescribedInAFewWords(t *testing.T) {
	t.Parallel()
	in := func(field, value string) string {
		return `{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"value":` + value + `,"field":"` + field + `"}]}]}`
	}
	for name, x := range map[string]struct {
		body, kind, text string
		is               []string
	}{
		"order":   {in("messages", `{"messages":[{"from":"849","type":"order","order":{"catalog_id":"5","product_items":[{},{}]}}]}`), "order", "from 849: 2 products", []string{"order", "message", "messages"}},
		"enquiry": {in("messages", `{"messages":[{"from":"849","type":"text","text":{"body":"còn\nkhông?"},"context":{"referred_product":{"product_retailer_id":"CF01"}}}]}`), "enquiry", "from 849 about CF01: còn không?", []string{"enquiry", "message"}},
		"status":  {in("messages", `{"statuses":[{"id":"wamid.1","status":"failed","recipient_id":"849","errors":[{"code":131047,"title":"Re-engagement message"}]}]}`), "status", "failed 849 wamid.1 (131047 Re-engagement message)", []string{"status", "messages"}},
		"read":    {in("messages", `{"statuses":[{"id":"wamid.1","status":"read","recipient_id":"849"}]}`), "status", "read 849 wamid.1", []string{"status", "read"}},
		"field":   {in("security", `{"event":"PIN_CHANGED"}`), "security", `{"event":"PIN_CHANGED"}`, []string{"security"}},
		"no JSON": {`{`, "unknown", "", nil},
		"nothing": {`{"entry":[]}`, "unknown", "", nil},
	} {
		d := webhook.Describe([]byte(x.body))
		if d.Kind != x.kind || d.Text != x.text {
			t.Errorf("%s: %q %q, want %q %q", name, d.Kind, d.Text, x.kind, x.text)
		}
		for _, n := range x.is {
			if !d.Is(n) {
				t.Errorf("%s is not a %s", name, n)
			}
		}
		if d.Is("flows") {
			t.Errorf("%s is a flow", name)
		}
	}
}
