package graphapi_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"net/url"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/graphapi"
	"github.com/hawkerhq/hawker/internal/graphapi/apitest"
	"github.com/hawkerhq/hawker/internal/template"
)

// step is a call and what stands in its answer, between dots.
type step struct{ call, body, want string }

const done = `200 {"success":true`

// readBack are, for every call that changes a number, an account, a template or a flow, a write and what is read afterwards. They run in this order.
var readBack = []struct {
	node  string
	call  string
	steps []step
}{
	{"WhatsAppBusinessPhoneNumber", "POST", []step{
		{`POST /v25.0/{phone}`, `pin=048151`, done},
		{`GET /v25.0/{phone}?fields=is_pin_enabled`, ``, `200 {"is_pin_enabled":true`},
		{`POST /v25.0/{phone}`, `new_display_name=Quán Góc`, done},
		{`GET /v25.0/{phone}?fields=new_display_name,new_name_status`, ``, `200 {"new_display_name":"Quán Góc","new_name_status":"PENDING_REVIEW"`},
		{`POST /v25.0/{phone}`, `{"webhook_configuration":{"override_callback_uri":"{hook}/p","verify_token":"right"}}`, done},
		{`GET /v25.0/{phone}?fields=webhook_configuration`, ``, `200 {"webhook_configuration":{"phone_number":"{hook}/p"`},
	}},
	{"WhatsAppBusinessPhoneNumber", "POST settings", []step{
		{`POST /v25.0/{phone}/settings`, `{"user_identity_change":{"enable_identity_key_check":true}}`, done},
		{`GET /v25.0/{phone}/settings?fields=user_identity_change`, ``, `200 {"user_identity_change":{"enable_identity_key_check":true}`},
	}},
	{"WhatsAppBusinessPhoneNumber", "POST conversational_automation", []step{
		{`POST /v25.0/{phone}/conversational_automation`, `{"enable_welcome_message":true,"prompts":["Hôm nay có gì?"]}`, done},
		{`GET /v25.0/{phone}/conversational_automation`, ``, `200 {"enable_welcome_message":true,"prompts":["Hôm nay có gì?"]`},
	}},
	{"WhatsAppBusinessPhoneNumber", "POST whatsapp_business_encryption", []step{
		{`POST /v25.0/{phone}/whatsapp_business_encryption`, `business_public_key={key_form}`, done},
		{`GET /v25.0/{phone}/whatsapp_business_encryption`, ``, `200 {"data":[{"business_public_key":"-----BEGIN PUBLIC KEY-----`},
	}},
	{"WhatsAppBusinessPhoneNumber", "POST official_business_account", []step{
		{`POST /v25.0/{phone}/official_business_account`, `{"action":"SUBMIT_APPLICATION","application_data":{"business_name":"Quán"}}`, done},
		{`GET /v25.0/{phone}/official_business_account`, ``, `200 {"id":"{phone}","oba_status":"PENDING"`},
	}},
	{"WhatsAppBusinessPhoneNumber", "POST username", []step{
		{`POST /v25.0/{phone}/username`, `username=quan.goc`, done},
		{`GET /v25.0/{phone}/username`, ``, `200 {"username":"quan.goc"`},
	}},
	{"WhatsAppBusinessPhoneNumber", "DELETE username", []step{
		{`DELETE /v25.0/{phone}/username`, ``, done},
		{`GET /v25.0/{phone}/username`, ``, `200 {}`},
	}},
	{"WhatsAppBusinessPhoneNumber", "POST message_qrdls", []step{
		{`POST /v25.0/{phone}/message_qrdls`, `prefilled_message=Một`, `200 {"code":"<link>"`},
		{`POST /v25.0/{phone}/message_qrdls`, `{"code":"{link}","prefilled_message":"Hai"}`, `200 {"code":"{link}"`},
		{`GET /v25.0/{phone}/message_qrdls`, ``, `200 {"data":[{"code":"{link}","prefilled_message":"Hai"`},
	}},
	{"WhatsAppBusinessPhoneNumber", "DELETE message_qrdls", []step{
		{`DELETE /v25.0/{phone}/message_qrdls/{link}`, ``, done},
		{`GET /v25.0/{phone}/message_qrdls`, ``, `200 {"data":[]`},
	}},
	{"WhatsAppBusinessPhoneNumber", "POST block_users", []step{
		{`POST /v25.0/{phone}/block_users`, `{"messaging_product":"whatsapp","block_users":[{"user":"+84901234567"}]}`, `200 {"messaging_product":"whatsapp"…"added_users":[{`},
		{`GET /v25.0/{phone}/block_users`, ``, `200 {"data":[{…"wa_id":"84901234567"`},
	}},
	{"WhatsAppBusinessPhoneNumber", "DELETE block_users", []step{
		{`DELETE /v25.0/{phone}/block_users`, `{"messaging_product":"whatsapp","block_users":[{"user":"+84901234567"}]}`, `200 {"messaging_product":"whatsapp"…"removed_users":[{`},
		{`GET /v25.0/{phone}/block_users`, ``, `200 {"data":[]`},
	}},
	{"WhatsAppBusinessPhoneNumber", "POST whatsapp_commerce_settings", []step{
		{`POST /v25.0/{phone}/whatsapp_commerce_settings?is_cart_enabled=false`, ``, done},
		{`GET /v25.0/{phone}/whatsapp_commerce_settings`, ``, `200 {"data":[{"is_cart_enabled":false,`},
	}},
	{"WhatsAppBusinessPhoneNumber", "POST business_compliance_info", []step{
		{`POST /v25.0/{phone}/business_compliance_info`, `{"messaging_product":"whatsapp","entity_name":"Quán","entity_type":"PARTNERSHIP","is_registered":true,"grievance_officer_details":{"name":"Lan","email":"a@quan.example","mobile_number":"+842871000001"},"customer_care_details":{"email":"a@quan.example","mobile_number":"+842871000001"}}`, done},
		{`GET /v25.0/{phone}/business_compliance_info?fields=entity_name,is_registered`, ``, `200 {"data":[{…"entity_name":"Quán"`},
	}},
	{"WhatsAppBusinessPhoneNumber", "POST whatsapp_business_profile", []step{
		{`POST /v25.0/{phone}/whatsapp_business_profile`, `{"messaging_product":"whatsapp","about":"Phở nóng","vertical":"RESTAURANT"}`, done},
		{`GET /v25.0/{phone}/whatsapp_business_profile?fields=about,vertical`, ``, `200 {"data":[{"about":"Phở nóng",…"vertical":"RESTAURANT"}]}`},
	}},
	{"WhatsAppBusinessPhoneNumber", "POST media", []step{
		{"POST /v25.0/{phone}/media\nContent-Type: multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"messaging_product\"\r\n\r\nwhatsapp\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.7\n\r\n--b--\r\n", `200 {"id":"<file>"`},
		{`GET /v25.0/{file}`, ``, `200 {"messaging_product":"whatsapp","url":"…"mime_type":"application/pdf"`},
	}},
	{"WhatsAppBusinessPhoneNumber", "POST messages", []step{
		{messages, to + `"type":"document","document":{"id":"{file}"}}`, `200 {"messaging_product":"whatsapp"…"id":"wamid.`},
		{`GET /v25.0/{waba}?fields=analytics.start(1795420000).end(1795430000).granularity(DAY)`, ``, `200 {"analytics":{…"sent":1`},
	}},
	{"WhatsAppBusinessAccount", "POST phone_numbers", []step{
		{`POST /v25.0/{waba}/phone_numbers`, `cc=84&phone_number=2871000009&verified_name=Quán Hai`, `200 {"id":"<second>"`},
		{`GET /v25.0/{waba}/phone_numbers?fields=verified_name,code_verification_status,status`, ``, `200 {"data":[…"verified_name":"Quán Hai","code_verification_status":"NOT_VERIFIED"`},
	}},
	{"WhatsAppBusinessPhoneNumber", "POST request_code", []step{{`POST /v25.0/{second}/request_code`, `code_method=SMS&language=vi`, done}}},
	{"WhatsAppBusinessPhoneNumber", "POST verify_code", []step{
		{`POST /v25.0/{second}/verify_code`, `code={code}`, done},
		{`GET /v25.0/{second}?fields=code_verification_status`, ``, `200 {"code_verification_status":"VERIFIED"`},
	}},
	{"WhatsAppBusinessPhoneNumber", "POST register", []step{
		{`POST /v25.0/{second}/register`, `{"messaging_product":"whatsapp","pin":"048151"}`, done},
		{`GET /v25.0/{second}?fields=status,is_pin_enabled`, ``, `200 {"status":"CONNECTED","is_pin_enabled":true`},
	}},
	{"WhatsAppBusinessPhoneNumber", "POST deregister", []step{
		{`POST /v25.0/{second}/deregister`, ``, done},
		{`GET /v25.0/{second}?fields=status`, ``, `200 {"status":"DISCONNECTED"`},
	}},
	{"WhatsAppBusinessAccount", "POST", []step{
		{`POST /v25.0/{waba}`, `is_enabled_for_insights=true`, `200 {"id":"{waba}"`},
		{`GET /v25.0/{waba}?fields=is_enabled_for_insights`, ``, `200 {"is_enabled_for_insights":true`},
	}},
	{"WhatsAppBusinessAccount", "DELETE product_catalogs", []step{
		{`DELETE /v25.0/{waba}/product_catalogs?catalog_id={menu}`, ``, done},
		{`GET /v25.0/{waba}/product_catalogs`, ``, `200 {"data":[]`},
	}},
	{"WhatsAppBusinessAccount", "POST product_catalogs", []step{
		{`POST /v25.0/{waba}/product_catalogs`, `catalog_id={menu}`, done},
		{`GET /v25.0/{waba}/product_catalogs`, ``, `200 {"data":[{"id":"{menu}"`},
	}},
	{"WhatsAppBusinessAccount", "POST assigned_users", []step{
		{`POST /v25.0/{waba}/assigned_users`, `user={user}&tasks=["MANAGE"]`, done},
		{`GET /v25.0/{waba}/assigned_users?business={business}`, ``, `200 {"data":[{"id":"{user}"`},
	}},
	{"WhatsAppBusinessAccount", "DELETE assigned_users", []step{
		{`DELETE /v25.0/{waba}/assigned_users?user={user}`, ``, done},
		{`GET /v25.0/{waba}/assigned_users?business={business}`, ``, `200 {"data":[]`},
	}},
	{"WhatsAppBusinessAccount", "POST subscribed_apps", []step{
		{`POST /v25.0/{waba}/subscribed_apps`, `{"override_callback_uri":"{hook}/w","verify_token":"right"}`, done},
		{`GET /v25.0/{waba}/subscribed_apps`, ``, `200 {"data":[{"whatsapp_business_api_data":{…"override_callback_uri":"{hook}/w"`},
	}},
	{"WhatsAppBusinessAccount", "DELETE subscribed_apps", []step{
		{`DELETE /v25.0/{waba}/subscribed_apps`, ``, done},
		{`GET /v25.0/{waba}/subscribed_apps`, ``, `200 {"data":[]`},
	}},
	{"WhatsAppBusinessAccount", "POST message_templates", []step{
		{templates, tpl("don", "UTILITY", `[`+said("Đơn của bạn đã xong rồi nhé.")+`]`), `200 {"id":"<don>"`},
		{`GET /v25.0/{waba}/message_templates?name=don&fields=name,status`, ``, `200 {"data":[{"name":"don","status":"PENDING"`},
	}},
	{"WhatsAppMessageTemplate", "POST", []step{
		{`POST /v25.0/{don}`, `message_send_ttl_seconds=60`, done},
		{`GET /v25.0/{don}?fields=message_send_ttl_seconds`, ``, `200 {"message_send_ttl_seconds":60`},
	}},
	{"WhatsAppMessageTemplate", "POST unpause", []step{
		{`POST /v25.0/{don}/unpause`, ``, done},
		{`GET /v25.0/{don}?fields=status`, ``, `200 {"status":"APPROVED"`},
	}},
	{"WhatsAppBusinessAccount", "DELETE message_templates", []step{
		{`DELETE /v25.0/{waba}/message_templates?name=don`, ``, done},
		{`GET /v25.0/{waba}/message_templates?name=don`, ``, `200 {"data":[]`},
	}},
	{"WhatsAppBusinessAccount", "POST upsert_message_templates", []step{
		{`POST /v25.0/{waba}/upsert_message_templates`, `{"name":"ma","languages":["vi","en_US"],"category":"AUTHENTICATION","components":[{"type":"BODY"},{"type":"BUTTONS","buttons":[{"type":"OTP","otp_type":"COPY_CODE"}]}]}`, `200 {"data":[{`},
		{`GET /v25.0/{waba}/message_templates?name=ma&fields=language`, ``, `200 {"data":[{"language":"…"language":"`},
	}},
	{"WhatsAppBusinessAccount", "POST flows", []step{
		{`POST /v25.0/{waba}/flows`, `name=Hỏi&categories=["OTHER"]`, `200 {"id":"<ask>"`},
		{`GET /v25.0/{waba}/flows?fields=name,status`, ``, `200 {"data":[{"name":"Hỏi","status":"DRAFT"`},
	}},
	{"WhatsAppFlow", "POST", []step{
		{`POST /v25.0/{ask}`, `name=Hỏi quán`, done},
		{`GET /v25.0/{ask}?fields=name`, ``, `200 {"name":"Hỏi quán"`},
	}},
	{"WhatsAppFlow", "POST assets", []step{
		{"POST /v25.0/{ask}/assets\nContent-Type: multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"flow.json\"\r\nContent-Type: application/json\r\n\r\n" + form +
			"\r\n--b\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nflow.json\r\n--b\r\nContent-Disposition: form-data; name=\"asset_type\"\r\n\r\nFLOW_JSON\r\n--b--\r\n", done},
		{`GET /v25.0/{ask}?fields=json_version`, ``, `200 {"json_version":"6.0"`},
	}},
	{"WhatsAppFlow", "POST publish", []step{
		{`POST /v25.0/{ask}/publish`, ``, done},
		{`GET /v25.0/{ask}?fields=status`, ``, `200 {"status":"PUBLISHED"`},
	}},
	{"WhatsAppFlow", "POST deprecate", []step{
		{`POST /v25.0/{ask}/deprecate`, ``, done},
		{`GET /v25.0/{ask}?fields=status`, ``, `200 {"status":"DEPRECATED"`},
	}},
	{"WhatsAppFlow", "DELETE", []step{
		{`POST /v25.0/{waba}/flows`, `name=Nháp&categories=["OTHER"]`, `200 {"id":"<draft>"`},
		{`DELETE /v25.0/{draft}`, ``, done},
		{`GET /v25.0/{draft}`, ``, `400 {"error":{"message":"Unsupported get request.`},
	}},
}

// TestWhatIsWrittenIsReadBack: no call on numbers, accounts, templates and flows answers a success without having done what it says.
func TestWhatIsWrittenIsReadBack(t *testing.T) {
	t.Parallel()
	listed := map[string]bool{}
	for _, c := range readBack {
		listed[c.node+" "+c.call] = true
	}
	writes := graphapi.Writes()
	for _, node := range []string{"WhatsAppBusinessPhoneNumber", "WhatsAppBusinessAccount", "WhatsAppMessageTemplate", "WhatsAppFlow"} {
		if len(writes[node]) == 0 {
			t.Errorf("%s has no call that changes it", node)
		}
		for _, call := range writes[node] {
			if !listed[node+" "+call] {
				t.Errorf("%s %s is not read back: add what it writes and where it is read to readBack", node, call)
			}
		}
	}
	pair, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&pair.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	public := url.QueryEscape(string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})))
	eachStall(t, func(w *apitest.World) {
		hook(w)
		w.Set("key_form", public)
		for _, c := range readBack {
			switch c.call {
			case "POST verify_code":
				readCode(w, "second")
			case "POST unpause":
				decide(w, "don", template.Verdict{Status: template.Approved})
				decide(w, "don", template.Verdict{Status: template.Paused})
			}
			for _, s := range c.steps {
				if want, name, captures := strings.Cut(s.want, "<"); captures {
					name, _, _ = strings.Cut(name, ">")
					w.Do(s.call, s.body, want+"<"+name+`>"*`)
					continue
				}
				answers(w, s.call, s.body, s.want)
			}
		}
	})
}
