package app_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// description is Meta's own of the messaging API, nil where it is not at hand.
func description(t *testing.T) *openapi3.T {
	t.Helper()
	dir := os.Getenv("HAWKER_ORACLE")
	if dir == "" {
		t.Log("NOT checked against Meta's description: HAWKER_ORACLE is not set")
		return nil
	}
	doc, err := openapi3.NewLoader().LoadFromFile(filepath.Join(dir, "business-messaging-api_v23.0.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// TestManagingFitsMetasDescription is [TestAnswersFitMetasDescription] for what manages numbers, accounts, templates and flows.
func TestManagingFitsMetasDescription(t *testing.T) {
	t.Parallel()
	doc := description(t)
	if doc == nil {
		return
	}
	w := start(t, t.TempDir())
	w.must(http.MethodPost, chatA+"/messages", `{"text":"alo"}`)
	made := func(path, body string) string {
		answer := w.must(http.MethodPost, "/v23.0/"+path, body)
		for _, key := range []string{"id", "code"} {
			if text, ok := answer[key].(string); ok {
				return text
			}
		}
		t.Fatalf("%s made %v", path, answer)
		return ""
	}
	const (
		number, account     = "/{Version}/{Phone-Number-ID}", "/{Version}/{WABA-ID}"
		template, flowNode  = "/{Version}/{TEMPLATE_ID}", "/{Version}/{Flow-ID}"
		assigned, qr, oneQR = "/{Version}/{WhatsApp-Business-Account-ID}/assigned_users", number + "/message_qrdls", number + "/message_qrdls/{QR-Code-ID}"
	)
	// The description's pattern of phone numbers has a backslash too many: no number fits it.
	var wrongDigits []string
	for _, at := range []string{"customer_care_details/landline_number", "customer_care_details/mobile_number", "grievance_officer_details/landline_number", "grievance_officer_details/mobile_number"} {
		wrongDigits = append(wrongDigits, "data/0/"+at+`: string doesn't match the regular expression "^\\+[1-9]\\d{1,14}$"`)
	}
	// Times of the Graph API have no colon in their zone.
	const wrongTime = `data/0/timestamp: string doesn't match the format "date-time" (string doesn't match pattern "^[0-9]{4}-(0[1-9]|10|11|12)-(0[1-9]|[12][0-9]|3[01])T([0-1][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?(Z|(\+|-)[0-9]{2}:[0-9]{2})$")`
	code := made(phoneA+"/message_qrdls", `{"prefilled_message":"Chào quán","generate_qr_image":"SVG"}`)
	written := made(wabaA+"/message_templates", `{"name":"gui_hang","language":"vi","category":"UTILITY","components":[{"type":"BODY","text":"Đơn của bạn đã gửi."}]}`)
	form := made(wabaA+"/flows", `{"name":"Đặt bàn","categories":["OTHER"]}`)
	for _, a := range []asked{
		{"GET", "/{Version}/{Business-ID}", "200000000000001?fields=id,name,timezone_id", "", ""},
		{"POST", number, phoneA, `{"webhook_configuration":{"override_callback_uri":""}}`, ""},
		{"GET", qr, phoneA + "/message_qrdls", "", ""},
		{"POST", qr, phoneA + "/message_qrdls", `{"prefilled_message":"Có phở không?"}`, ""},
		{"GET", oneQR, phoneA + "/message_qrdls/" + code, "", `code: property "code" is missing` + "\n" + `prefilled_message: property "prefilled_message" is missing` + "\n" + `deep_link_url: property "deep_link_url" is missing`},
		{"DELETE", oneQR, phoneA + "/message_qrdls/" + code, "", ""},
		{"GET", number + "/settings", phoneA + "/settings", "", ""},
		{"POST", number + "/settings", phoneA + "/settings", `{"user_identity_change":{"enable_identity_key_check":true}}`, ""},
		{"POST", number + "/business_compliance_info", phoneC + "/business_compliance_info", `{"messaging_product":"whatsapp","entity_name":"Malabar Foods","entity_type":"PARTNERSHIP","is_registered":true,
			"grievance_officer_details":{"name":"Asha","email":"g@spice.example","mobile_number":"+914847100004","landline_number":"+914847100006"},
			"customer_care_details":{"email":"c@spice.example","mobile_number":"+914847100005","landline_number":"+914847100007"}}`, ""},
		{"GET", number + "/business_compliance_info", phoneC + "/business_compliance_info?fields=entity_name,entity_type,is_registered,grievance_officer_details,customer_care_details", "", strings.Join(wrongDigits, "\n")},
		{"GET", number + "/official_business_account", phoneA + "/official_business_account", "", `oba_status: value is not one of the allowed values ["PENDING","APPROVED","REJECTED","UNDER_REVIEW","EXPIRED","CANCELLED"]`},
		{"POST", number + "/conversational_automation", phoneA + "/conversational_automation", `{"enable_welcome_message":true,"prompts":["Có gì ngon?"]}`, ""},
		{"POST", number + "/register", phoneA + "/register", `{"messaging_product":"whatsapp","pin":"123456"}`, ""},
		{"GET", account + "/message_templates", wabaA + "/message_templates", "", ""},
		{"POST", account + "/message_templates", wabaA + "/message_templates", `{"name":"da_den","language":"vi","category":"UTILITY","components":[{"type":"BODY","text":"Đơn của bạn đã đến."}]}`, ""},
		{"GET", template, written, "", ""},
		{"DELETE", account + "/message_templates", wabaA + "/message_templates?name=da_den", "", ""},
		{"GET", account + "/flows", wabaA + "/flows", "", ""},
		{"GET", flowNode, form, "", ""},
		{"GET", flowNode + "/assets", form + "/assets", "", ""},
		{"DELETE", flowNode, form, "", ""},
		{"GET", account + "/activities", wabaA + "/activities?limit=1", "", wrongTime},
		{"GET", assigned, wabaA + "/assigned_users?business=200000000000001", "", ""},
	} {
		t.Run(a.method+" "+a.path, func(t *testing.T) { fits(t, doc, w, a) })
	}
}

// TestWebhooksFitMetasDescription holds what receivers get against the description of what they must take. Its schemas of
// most messages contradict themselves (they allow no "from" and no "id"); of an order the part that is its own counts.
func TestWebhooksFitMetasDescription(t *testing.T) {
	t.Parallel()
	doc := description(t)
	if doc == nil {
		return
	}
	w := start(t, t.TempDir())
	h := newHook(t)
	w.listen(wabaA, h)
	w.must(http.MethodPost, chatA+"/messages", `{"text":"Món này cay không?","product_retailer_id":"PH02"}`)
	w.must(http.MethodPut, chatA+"/cart/PH01", `{"quantity":2}`)
	w.must(http.MethodPost, chatA+"/cart/send", `{"note":"ít hành"}`)
	w.must(http.MethodPost, "/v23.0/"+phoneA+"/messages", `{"messaging_product":"whatsapp","to":"`+lan+`","type":"text","text":{"body":"Dạ có"}}`)
	for _, told := range []struct{ what, list, schema string }{
		{`"type":"order"`, "messages", "OrderMessage"},
		{`"type":"order"`, "contacts", "ContactProfile"},
		{`"referred_product"`, "contacts", "ContactProfile"},
		{`"status":"sent"`, "statuses", "Statuses"},
	} {
		var body string
		eventually(t, "told of "+told.what, func() (ok bool) {
			body, _, ok = h.find(told.what)
			return ok
		})
		var envelope struct {
			Entry []struct {
				Changes []struct {
					Value map[string]any `json:"value"`
				} `json:"changes"`
			} `json:"entry"`
		}
		if err := json.Unmarshal([]byte(body), &envelope); err != nil {
			t.Fatal(err)
		}
		value := envelope.Entry[0].Changes[0].Value
		list, _ := value[told.list].([]any)
		if len(list) == 0 {
			t.Fatalf("no %s in %s", told.list, body)
		}
		for name, v := range map[string]any{told.schema: list[0], "Metadata": value["metadata"]} {
			schema := doc.Components.Schemas[name].Value
			if parts := schema.AllOf; len(parts) > 1 {
				schema = parts[1].Value // the first forbids what the second names
			}
			if err := schema.VisitJSON(v, openapi3.MultiErrors()); err != nil {
				t.Errorf("%s as %s: %s\n%s", told.what, name, strings.Join(reasons(err), "\n"), body)
			}
		}
	}
}
