package graphapi_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/graphapi"
	"github.com/hawkerhq/hawker/internal/graphapi/apitest"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/registration"
	"github.com/hawkerhq/hawker/internal/waba"
)

func TestNumberSettings(t *testing.T) {
	t.Parallel()
	eachNumber(t, func(w *apitest.World, _ *outbox) {
		const edge = `/v25.0/{phone}/settings`
		w.Do(`GET `+edge, ``, `200 {"calling":{"status":"disabled","call_icon_visibility":"hidden","ip_addresses":{"default":[]},"callback_permission_status":"disabled"},
			"payload_encryption":{"status":"disabled"},"storage_configuration":{"status":"default"},"user_identity_change":{"enable_identity_key_check":false}}`)
		w.Do(`POST `+edge, `{"user_identity_change":{"enable_identity_key_check":true}}`, `200 {"success":true}`)
		w.Do(`POST `+edge, `{"storage_configuration":{"enabled":true,"region":"SG"}}`, `200 {"success":true}`)
		w.Do(`GET `+edge+`?fields=storage_configuration,user_identity_change`, ``,
			`200 {"storage_configuration":{"data_localization_region":"SG","status":"in_country_storage_enabled"},"user_identity_change":{"enable_identity_key_check":true}}`)
		w.Do(`POST `+edge, `{"user_identity_change":{"enabled":false}}`, `200 {"success":true}`)
		w.Do(`POST `+edge, `{"storage_configuration":{"enabled":false}}`, `200 {"success":true}`)
		w.Do(`GET `+edge+`?fields=storage_configuration,user_identity_change`, ``, `200 {"storage_configuration":{"status":"default"},"user_identity_change":{"enable_identity_key_check":false}}`)
		w.Do(`POST `+edge, `{"calling":{"status":"disabled"}}`, `200 {"success":true}`)
		w.Do(`POST `+edge, `{"calling":{"status":"enabled"}}`, `400 {"error":{"message":"(#3) Hawker does not offer this setting yet: calling of a phone number"*`)
		w.Do(`POST `+edge, `{"payload_encryption":{"status":"enabled","client_encryption_key":"x"}}`, `400 {"error":{"message":"(#3) Hawker does not offer this setting yet: payload_encryption*`)
		w.Do(`POST `+edge, `{"calling":{"status":"off"}}`, `400 {"error":{"message":"(#100) Invalid parameter: Param calling.status must be enabled or disabled"*`)
		w.Do(`POST `+edge, `{"calling":{"status":"disabled"},"payload_encryption":{"status":"disabled"}}`, `400 {"error":{"message":"(#100) Invalid parameter: Param settings must be one of calling*`)
		w.Do(`POST `+edge, `{"storage_configuration":{"enabled":true}}`, `400 {"error":{"message":"(#100) The parameter storage_configuration.region is required"*`)
		w.Do(`POST `+edge, `{"storage_configuration":{"enabled":true,"region":"MOON"}}`, `400 {"error":{"message":"(#100) Invalid parameter: storage_configuration.region is \"MOON\"; it is one of*`)
	})
}

func TestConversationalAutomation(t *testing.T) {
	t.Parallel()
	eachNumber(t, func(w *apitest.World, o *outbox) {
		const edge = `/v25.0/{phone}/conversational_automation`
		w.Do(`GET `+edge, ``, `200 {"enable_welcome_message":false,"prompts":[],"commands":[]}`)
		w.Do(`POST `+edge, `{"enable_welcome_message":true,"prompts":["Hôm nay có gì ngon?"],"commands":[{"command_name":"menu","command_description":"Xem thực đơn"}]}`, `200 {"success":true}`)
		w.Do(`GET /v25.0/{phone}?fields=conversational_automation`, ``, `200 {"conversational_automation":{"enable_welcome_message":true,"prompts":["Hôm nay có gì ngon?"],
			"commands":[{"command_name":"menu","command_description":"Xem thực đơn"}]},"id":"{phone}"}`)
		for body, want := range map[string]string{
			`{"prompts":["a","b","c","d","e"]}`:                                                                            `prompts has 5 texts, at most 4 are allowed`,
			`{"prompts":["` + strings.Repeat("ế", 81) + `"]}`:                                                              `prompts[0] has 81 characters; a prompt has 1 to 80`,
			`{"commands":[{"command_name":"a b","command_description":"x"}]}`:                                              `commands[0].command_name has 3 characters; it has 1 to 32 letters`,
			`{"commands":[{"command_name":"a","command_description":""}]}`:                                                 `commands[0].command_description has 0 characters; it has 1 to 256`,
			`{"commands":[{"command_name":"a","command_description":"x"},{"command_name":"A","command_description":"x"}]}`: `commands names \"A\" twice`,
		} {
			w.Do(`POST `+edge, body, `400 {"error":{"message":"(#100) Invalid parameter: `+want+`*`)
		}
		// Meta's node takes the same object without effect; here that is told.
		w.Do(`POST /v25.0/{phone}`, `{"prompts":["x"]}`, `400 {"error":{"message":"(#100) Invalid parameter: Param prompts has no effect here; send it to /{phone}/conversational_automation"*`)

		for _, told := range []bool{true, false} { // the second time something was said
			got, err := w.Deps.Exchange.Welcome(t.Context(), w.ID("phone"), "84901234567")
			if err != nil || got != told {
				t.Fatalf("told %v, %v", got, err)
			}
		}
		if len(o.events) != 1 || !strings.Contains(o.events[0], `"type":"request_welcome"`) || strings.Contains(o.events[0], `"text"`) {
			t.Errorf("told %q", o.events)
		}
		v, err := w.Deps.Exchange.Chat(t.Context(), w.ID("phone"), "84901234567", 0, "")
		if err != nil || len(v.Messages) != 0 || len(v.Prompts) != 1 || len(v.Commands) != 1 || v.WindowUntil.IsZero() {
			t.Errorf("the chat is %+v, %v", v, err)
		}
		w.Do(`POST `+edge, `{"enable_welcome_message":false,"prompts":[],"commands":[]}`, `200 {"success":true}`)
		w.Do(`GET `+edge+`?fields=prompts`, ``, `200 {"prompts":[]}`)
	})
}

func TestBusinessEncryption(t *testing.T) {
	t.Parallel()
	pemOf := func(bits int) string {
		key, err := rsa.GenerateKey(rand.Reader, bits)
		if err != nil {
			t.Fatal(err)
		}
		der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
		if err != nil {
			t.Fatal(err)
		}
		return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
	}
	long, short := pemOf(2048), pemOf(1024)
	eachNumber(t, func(w *apitest.World, _ *outbox) {
		const edge = `/v25.0/{phone}/whatsapp_business_encryption`
		w.Do(`GET `+edge, ``, `200 {"data":[]}`)
		w.Do(`POST `+edge, `business_public_key=`+url.QueryEscape(long), `200 {"success":true}`)
		w.Do(`GET `+edge, ``, `200 {"data":[{"business_public_key":"`+strings.ReplaceAll(long, "\n", `\n`)+`","business_public_key_signature_status":"VALID"}]}`)
		for _, bad := range []string{short, "x", strings.Replace(long, "MII", "MIJ", 1), long + long} {
			w.Do(`POST `+edge, `business_public_key=`+url.QueryEscape(bad), `400 {"error":{"message":"(#100) Invalid parameter: business_public_key must be an RSA public key of at least 2048 bits*`)
		}
	})
}

func TestOfficialBusinessAccount(t *testing.T) {
	t.Parallel()
	eachNumber(t, func(w *apitest.World, o *outbox) {
		const edge = `/v25.0/{phone}/official_business_account`
		w.Do(`GET `+edge, ``, `200 {"id":"{phone}","oba_status":"NOT_STARTED","status_message":"No application was made."}`)
		w.Do(`POST `+edge, `{"action":"SUBMIT_APPLICATION","application_data":{"business_name":"Quán Góc Phố"}}`, `200 {"success":true,"message":"The application was submitted.",
			"updated_status":{"id":"{phone}","oba_status":"PENDING","status_message":"The application is being looked at."}}`)
		w.Do(`POST `+edge, `{"action":"SUBMIT_APPLICATION"}`, `400 {"error":{"message":"(#100) Invalid parameter: the application is PENDING; there can be one"*`)
		w.Do(`POST `+edge, `{"action":"WITHDRAW_APPLICATION"}`, `200 {"success":true,"message":"The application was taken back.","updated_status":{"id":"{phone}","oba_status":"CANCELLED"*`)
		w.Do(`POST `+edge, `{"action":"WITHDRAW_APPLICATION"}`, `400 {"error":{"message":"(#100) Invalid parameter: no application waits for a decision"*`)
		w.Do(`POST `+edge, `business_website_url=https://quan.example`, `200 {"success":true*`)
		w.Clock.Advance(24 * time.Hour)
		drain(w)
		o.told(w, `account_alerts {"entity_type":"PHONE_NUMBER","entity_id":"{phone}","alert_info":{"alert_severity":"WARNING","alert_status":"ACTIVE","alert_type":"OBA_REJECTED","alert_description":"The business is not verified."}}`)
		w.Do(`GET `+edge+`?fields=oba_status,status_message`, ``, `200 {"id":"{phone}","oba_status":"REJECTED","status_message":"The business is not verified."}`)
		w.Do(`POST `+edge, `action=RESUBMIT_APPLICATION`, `200 {"success":true*`)
		if err := w.Deps.Numbers.DecideOfficial(t.Context(), owner(w), w.ID("phone"), ""); err != nil {
			t.Fatal(err)
		}
		o.told(w, `account_alerts {"entity_type":"PHONE_NUMBER","entity_id":"{phone}","alert_info":{"alert_severity":"INFORMATIONAL","alert_status":"NONE","alert_type":"OBA_APPROVED","alert_description":"The number has the badge of an official business account."}}`)
		w.Do(`GET /v25.0/{phone}?fields=is_official_business_account`, ``, `200 {"is_official_business_account":true,"id":"{phone}"}`)
	})
}

func TestAccountReview(t *testing.T) {
	t.Parallel()
	eachNumber(t, func(w *apitest.World, o *outbox) {
		const node = `GET /v25.0/{waba}?fields=account_review_status`
		caller := owner(w)
		caller.Permissions = []access.Permission{access.Sandbox}
		w.Do(node, ``, `200 {"account_review_status":"APPROVED","id":"{waba}"}`)
		for _, c := range []struct{ decision, status string }{{"PENDING", "PENDING"}, {"DEFERRED", "PENDING"}, {"REJECTED", "REJECTED"}, {"APPROVED", "APPROVED"}} {
			if err := w.Deps.Numbers.DecideAccount(t.Context(), caller, w.ID("waba"), waba.Review(c.decision)); err != nil {
				t.Fatal(err)
			}
			o.told(w, `account_review_update {"decision":"`+c.decision+`"}`)
			w.Do(node, ``, `200 {"account_review_status":"`+c.status+`","id":"{waba}"}`)
		}
		if err := w.Deps.Numbers.DecideAccount(t.Context(), caller, w.ID("waba"), "MAYBE"); !errors.Is(err, registration.ErrParam) {
			t.Errorf("an unknown decision: %v", err)
		}
		caller.Businesses = nil
		if err := w.Deps.Numbers.DecideAccount(t.Context(), caller, w.ID("waba"), waba.ReviewRejected); !errors.Is(err, waba.ErrAccountUnknown) {
			t.Errorf("another business's account: %v", err)
		}
		if _, err := w.Deps.Numbers.CreateAccount(t.Context(), owner(w), waba.Account{BusinessID: w.ID("business"), Name: "Chi nhánh 2", Currency: "VND", Country: "VN"}); err != nil {
			t.Fatal(err)
		}
		o.told(w, `account_review_update {"decision":"APPROVED"}`)
	})
}

func TestUsernames(t *testing.T) {
	t.Parallel()
	eachNumber(t, func(w *apitest.World, o *outbox) {
		const edge = `/v25.0/{phone}/username`
		w.Do(`GET `+edge, ``, `200 {}`)
		for _, bad := range []string{"ab", strings.Repeat("a", 36), "123", ".abc", "abc.", "a..b", "www.abc", "quan.com", "quán", "a b"} {
			w.Do(`POST `+edge, `username=`+url.QueryEscape(bad), `400 {"error":{"message":"(#100) Invalid parameter: username \"`+bad+`\" is not in the right form*`)
		}
		w.Do(`POST `+edge, `{"username":"Quan.Goc_Pho"}`, `200 {"success":true}`)
		o.told(w, `business_username_update {"display_phone_number":"842871000001","username":"quan.goc_pho","status":"approved"}`)
		w.Do(`GET `+edge, ``, `200 {"username":"quan.goc_pho","status":"approved"}`)
		w.Do(`POST `+edge, `username=quan.goc_pho`, `200 {"success":true}`)
		w.As("foreign_token").Do(`POST /v25.0/{foreign_phone}/username`, `username=quan.goc_pho`, refused("147001", "Username is not available", "the username quan.goc_pho is not available; choose another one"))

		w.Do(`POST /v25.0/{waba}/phone_numbers`, `cc=84&phone_number=2871000009&verified_name=Quán Hai`, `200 {"id":"<new>"}`)
		w.Do(`POST /v25.0/{new}/username`, `username=quan.hai`, refused("133010", "Phone number not registered", "the number is not registered: register it before it asks for a username"))
		if err := w.Deps.Numbers.RequestCode(t.Context(), owner(w), w.ID("new"), "SMS", "vi"); err != nil {
			t.Fatal(err)
		}
		readCode(w, "new")
		w.Do(`POST /v25.0/{new}/verify_code`, `code={code}`, `200 {"success":true}`)
		w.Do(`POST /v25.0/{new}/register`, `{"messaging_product":"whatsapp","pin":"048151"}`, `200 {"success":true}`)
		w.Do(`POST /v25.0/{new}/username`, `username=quan.hai`, refused("147002", "Account is not eligible for a username", "the display name of the number is not approved yet; ask again when it is"))
		w.Clock.Advance(10 * time.Minute)
		drain(w)
		w.Do(`POST /v25.0/{new}/username`, `username=quan.goc_pho`, refused("147005", "Username belongs to another number of this business",
			"the username quan.goc_pho belongs to your number +84 28 7100 0001; send transfer_action force_transfer to move it"))
		o.told(w, o.events...)
		w.Do(`POST /v25.0/{new}/username`, `username=quan.goc_pho&transfer_action=force_transfer`, `200 {"success":true}`)
		o.told(w, `business_username_update {"display_phone_number":"842871000001","username":"quan.goc_pho","status":"deleted"}`,
			`business_username_update {"display_phone_number":"842871000009","username":"quan.goc_pho","status":"approved"}`)
		w.Do(`GET /v25.0/{phone}?fields=username`, ``, `200 {"id":"{phone}"}`)
		w.Do(`DELETE /v25.0/{new}/username`, ``, `200 {"success":true}`)
		w.Do(`DELETE /v25.0/{new}/username`, ``, `400 {"error":{"message":"(#100) Invalid parameter: the number has no username"*`)
	})
}

func TestMessageLinks(t *testing.T) {
	t.Parallel()
	eachNumber(t, func(w *apitest.World, _ *outbox) {
		const edge = `/v25.0/{phone}/message_qrdls`
		w.Do(`GET `+edge, ``, `200 {"data":[]}`)
		w.Do(`POST `+edge, `{"prefilled_message":"Cho mình xem thực đơn","generate_qr_image":"SVG"}`, `200 {"code":"<link>","prefilled_message":"Cho mình xem thực đơn",
			"deep_link_url":"http://HOST/message/<*>","qr_image_url":"http://HOST/qr/<*>.svg"}`)
		w.Clock.Advance(time.Second)
		w.Do(`POST `+edge, `prefilled_message=Hai`, `200 {"code":"<second>","prefilled_message":"Hai","deep_link_url":"http://HOST/message/<*>"}`)
		w.Do(`GET `+edge, ``, `200 {"data":[{"code":"{second}","prefilled_message":"Hai","deep_link_url":"http://HOST/message/{second}"},{"code":"{link}"*`)
		w.Do(`GET `+edge+`?fields=code,creation_time,qr_image_url.format(PNG)&code={link}`, ``, `200 {"data":[{"code":"{link}","creation_time":1795424400,"qr_image_url":"http://HOST/qr/{link}.png"}]*`)
		w.Do(`GET `+edge+`/{link}`, ``, `200 {"data":[{"code":"{link}","prefilled_message":"Cho mình xem thực đơn","deep_link_url":"http://HOST/message/{link}"}]*`)
		w.Do(`GET `+edge+`?fields=qr_image_url.format(GIF)`, ``, `400 {"error":{"message":"(#100) Invalid parameter: Param fields qr_image_url.format() must be SVG or PNG"*`)
		w.Do(`POST `+edge, `{"code":"{link}","prefilled_message":"Mới"}`, `200 {"code":"{link}","prefilled_message":"Mới"*`)
		w.Do(`POST `+edge, `{"code":"NOSUCHCODE2222","prefilled_message":"Mới"}`, `400 {"error":{"message":"there is no link with the code \"NOSUCHCODE2222\"","type":"GraphMethodException","code":100,"error_subcode":33*`)
		w.As("foreign_token").Do(`POST /v25.0/{foreign_phone}/message_qrdls`, `{"code":"{link}","prefilled_message":"Mới"}`, `400 {"error":{"message":"there is no link with the code \"{link}\""*`)
		w.Do(`POST `+edge, `prefilled_message=`+strings.Repeat("a", 141), `400 {"error":{"message":"(#100) Invalid parameter: prefilled_message has 141 characters; it has 1 to 140"*`)

		api := graphapi.New(w.Deps)
		for name, kind := range map[string]string{w.Get("link") + ".png": "image/png", w.Get("link") + ".svg": "image/svg+xml", "NOSUCHCODE2222.png": "", w.Get("link") + ".gif": ""} {
			rec := httptest.NewRecorder()
			req := httptest.NewRequest(http.MethodGet, "http://shop.example/qr/"+name, nil)
			req.SetPathValue("name", name)
			api.QRCodes(rec, req)
			if got := rec.Header().Get("Content-Type"); (kind == "") != (rec.Code == http.StatusNotFound) || (kind != "" && got != kind) {
				t.Errorf("%s answers %d %s", name, rec.Code, got)
			}
		}
		w.Do(`DELETE `+edge+`/{link}`, ``, `200 {"success":true}`)
		w.Do(`DELETE `+edge+`/{link}`, ``, `400 {"error":{"message":"there is no link with the code*`)
		w.Do(`DELETE /v25.0/{waba}/phone_numbers/{phone}`, ``, `400 {"error":{"message":"Unknown path components: /{phone}"*`)
	})
}

// gif is a picture of one pixel.
const gif = "R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs="

func TestProfilePictures(t *testing.T) {
	t.Parallel()
	eachNumber(t, func(w *apitest.World, _ *outbox) {
		upload := func(content []byte) {
			w.Do(`POST /v25.0/{app}/uploads?file_name=a.png&file_type=image/png&file_length=`+strconv.Itoa(len(content)), ``, `200 {"id":"<session>"}`)
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.URL+"/v25.0/"+w.Get("session"), strings.NewReader(string(content)))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Authorization", "OAuth "+w.Get("token"))
			req.Header.Set("file_offset", "0")
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			b, err := io.ReadAll(res.Body)
			_ = res.Body.Close()
			if err != nil || res.StatusCode != http.StatusOK {
				t.Fatalf("%d %s %v", res.StatusCode, b, err)
			}
			w.Set("handle", strings.Split(string(b), `"`)[3])
		}
		picture, err := base64.StdEncoding.DecodeString(gif)
		if err != nil {
			t.Fatal(err)
		}
		upload(picture)
		const edge = `/v25.0/{phone}/whatsapp_business_profile`
		w.Do(`POST `+edge, `{"messaging_product":"whatsapp","profile_picture_handle":"{handle}","vertical":"ALCOHOL"}`, `200 {"success":true}`)
		w.Do(`GET `+edge+`?fields=profile_picture_url,vertical`, ``, `200 {"data":[{"messaging_product":"whatsapp","profile_picture_url":"<picture>","vertical":"ALCOHOL"}]}`)
		name := w.Get("picture")[strings.LastIndex(w.Get("picture"), "/")+1:]
		serve := func() int {
			rec := httptest.NewRecorder()
			req := httptest.NewRequest(http.MethodGet, "/profile/"+name, nil)
			req.SetPathValue("name", name)
			w.Deps.Numbers.ServePicture(rec, req)
			return rec.Code
		}
		if code := serve(); code != http.StatusOK || !strings.HasPrefix(w.Get("picture"), "http://HOST/profile/") {
			t.Errorf("%s answers %d", w.Get("picture"), code)
		}
		upload([]byte("no picture"))
		w.Do(`POST `+edge, `{"messaging_product":"whatsapp","profile_picture_handle":"{handle}"}`, `400 {"error":{"message":"(#100) Invalid parameter: the file is no picture that can be read*`)
		w.Do(`POST `+edge, `{"messaging_product":"whatsapp","profile_picture_handle":"4:nothing"}`, `400 {"error":{"message":"(#100) Invalid parameter: profile_picture_handle names no file*`)
	})
}

// Test numbers write to five people at most, and hear from everybody.
func TestTestNumbers(t *testing.T) {
	t.Parallel()
	eachNumber(t, func(w *apitest.World, _ *outbox) {
		n, err := w.Deps.Numbers.AddNumber(t.Context(), owner(w), w.ID("waba"), newTestNumber)
		if err != nil {
			t.Fatal(err)
		}
		w.Set("test", n.ID.String())
		w.Do(`GET /v25.0/{test}?fields=account_mode,status,name_status`, ``, `200 {"account_mode":"SANDBOX","status":"CONNECTED","name_status":"APPROVED","id":"{test}"}`)
		w.Do(`GET /v25.0/{waba}/phone_numbers?fields=id&filtering=[{"field":"account_mode","operator":"EQUAL","value":"SANDBOX"}]`, ``, `200 {"data":[{"id":"{test}"}]*`)
		const hello = `{"messaging_product":"whatsapp","to":"84901234567","type":"text","text":{"body":"Chào"}}`
		const send = `POST /v25.0/{test}/messages`
		w.Do(send, hello, refused("131030", "Recipient phone number not in allowed list", "this is a test number: it writes to the people on its list only, and +84 901 234 567 is not; add it in the manager"))
		for _, p := range []string{"+84 901 234 567", "+84 901 234 568", "+84 901 234 569", "+84 901 234 570", "84901234571"} {
			if err := w.Deps.Numbers.AllowRecipient(t.Context(), owner(w), n.ID, p, true); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Deps.Numbers.AllowRecipient(t.Context(), owner(w), n.ID, "84901234572", true); err == nil {
			t.Error("a sixth person was added")
		}
		w.Do(send, hello, `200 {"messaging_product":"whatsapp"*`)
		if err := w.Deps.Numbers.AllowRecipient(t.Context(), owner(w), n.ID, "84901234567", false); err != nil {
			t.Fatal(err)
		}
		w.Do(send, hello, `400 {"error":{"message":"(#131030)*`)
		if _, err := w.Deps.Exchange.Receive(t.Context(), messaging.Inbound{PhoneID: n.ID, WaID: "84909999999", Text: "alo"}); err != nil {
			t.Error(err)
		}
		if err := w.Deps.Numbers.AllowRecipient(t.Context(), owner(w), w.ID("phone"), "84901234567", true); err == nil {
			t.Error("a live number got a list")
		}
	})
}

var newTestNumber = registration.NewNumber{Digits: "+1 555 010 0001", Name: "Test Number", Test: true}
