package piusalfred_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/piusalfred/whatsapp/config"
	"github.com/piusalfred/whatsapp/message"
	whttp "github.com/piusalfred/whatsapp/pkg/http"
	"github.com/piusalfred/whatsapp/webhooks"
)

const customer = "84901234567"

// TestSendsEveryType sends with each of its methods and builders.
func TestSendsEveryType(t *testing.T) {
	files := map[string]string{ // by their ending, in base64
		"/a.png": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "/a.mp4": "AAAAGGZ0eXBtcDQyAAAAAG1wNDJpc29t",
		"/a.ogg": "T2dnUwACAAAAAA==", "/a.pdf": "JVBERi0xLjQKJSVFT0YK", "/a.webp": "UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==",
	}
	shelf := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := base64.StdEncoding.DecodeString(files[r.URL.Path])
		_, _ = w.Write(b)
	}))
	defer shelf.Close()
	call(t, http.MethodPost, chat+"/messages", `{"text":"Xin chào!"}`)
	reader := config.ReaderFunc(func(context.Context) (*config.Config, error) {
		return &config.Config{BaseURL: os.Getenv("COMPAT_URL"), APIVersion: "v23.0", AccessToken: "EAADEMO", PhoneNumberID: phone, AppSecret: secret, SecureRequests: true}, nil
	})
	c, err := message.NewBaseClient(whttp.NewSender[message.Message](), reader)
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	var kinds []string
	took := func(kind string) func(res *message.Response, err error) string {
		return func(res *message.Response, err error) string {
			t.Helper()
			if err != nil || len(res.Messages) != 1 || !strings.HasPrefix(res.Messages[0].ID, "wamid.") {
				t.Errorf("%s: %+v, %v", kind, res, err)
				return ""
			}
			if kind != "reaction" {
				kinds = append(kinds, kind)
			}
			return res.Messages[0].ID
		}
	}
	text := took("text")(c.SendText(ctx, message.NewRequest(customer, &message.Text{Body: "Chào https://quan.example", PreviewURL: true})))
	took("image")(c.SendImage(ctx, message.NewRequest(customer, &message.Image{Link: shelf.URL + "/a.png", Caption: "Món"})))
	took("video")(c.SendVideo(ctx, message.NewRequest(customer, &message.Video{Link: shelf.URL + "/a.mp4"})))
	took("audio")(c.SendAudio(ctx, message.NewRequest(customer, &message.Audio{ID: upload(t, "audio/ogg", files["/a.ogg"])})))
	took("document")(c.SendDocument(ctx, message.NewRequest(customer, &message.Document{Link: shelf.URL + "/a.pdf", Filename: "menu.pdf"})))
	took("sticker")(c.SendSticker(ctx, message.NewRequest(customer, &message.Sticker{ID: upload(t, "image/webp", files["/a.webp"])})))
	took("location")(c.SendLocation(ctx, message.NewRequest(customer, &message.Location{Longitude: 106.7, Latitude: 10.77, Name: "Chợ", Address: "Quận 1"})))
	contacts := message.Contacts{message.NewContact(message.WithContactName(&message.Name{FormattedName: "Anh Tư", FirstName: "Tư"}), message.WithContactPhones(&message.Phone{Phone: "+84900000001", Type: "CELL"}))}
	took("contacts")(c.SendContacts(ctx, message.NewRequest(customer, &contacts)))
	took("reaction")(c.SendReaction(ctx, message.NewRequest(customer, &message.Reaction{MessageID: text, Emoji: "👍"})))
	where := "Ở đâu?"
	took("location_request_message")(c.RequestLocation(ctx, message.NewRequest(customer, &where)))
	took("cta_url")(c.SendInteractiveMessage(ctx, message.NewRequest(customer, message.NewInteractiveCTAURLButton(&message.InteractiveCTARequest{DisplayText: "Mở", URL: "https://quan.example/", Body: "Đường đi"}))))
	card := func(n int, sku string) message.InteractiveProductCarouselCard {
		return message.InteractiveProductCarouselCard{
			Index: n, CatalogID: catalog, ProductRetailerID: sku, HeaderMediaLink: shelf.URL + "/a.png", BodyText: "Món", CardDisplayText: "Xem", CardButtonURL: "https://quan.example/",
		}
	}
	cards := []message.InteractiveProductCarouselCard{card(0, "PH01"), card(1, "CF01")}
	took("carousel")(c.SendInteractiveMessage(ctx, message.NewRequest(customer, message.NewInteractiveProductCarousel("Hai món", cards))))
	took("carousel")(c.SendInteractiveMessage(ctx, message.NewRequest(customer, message.NewInteractiveImageCarousel("Hai món", cards))))
	for _, refused := range []*message.Interactive{
		message.NewInteractiveCallPermissionRequest("Gọi nhé"), message.NewInteractiveAddressMessage(&message.InteractiveAddressMessageRequest{Body: "Where to?", Country: "IN"}),
	} {
		if _, err := c.SendInteractiveMessage(ctx, message.NewRequest(customer, refused)); err == nil {
			t.Errorf("%s was taken", refused.Type)
		}
	}
	var shown []string
	for _, m := range call(t, http.MethodGet, chat, "")["messages"].([]any) {
		if v := m.(map[string]any); v["from_business"] == true {
			shown = append(shown, v["kind"].(string))
		}
	}
	if !slices.Equal(shown, kinds) {
		t.Errorf("the chat shows %v, want %v", shown, kinds)
	}
}

// upload keeps a file of the business and gives its id.
func upload(t *testing.T, mime, text string) string {
	t.Helper()
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	body := "--b\r\nContent-Disposition: form-data; name=\"messaging_product\"\r\n\r\nwhatsapp\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\nContent-Type: " + mime +
		"\r\n\r\n" + string(raw) + "\r\n--b--\r\n"
	req, err := http.NewRequest(http.MethodPost, os.Getenv("COMPAT_URL")+"/v23.0/"+phone+"/media", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer EAADEMO")
	req.Header.Set("Content-Type", "multipart/form-data; boundary=b")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var v struct {
		ID string `json:"id"`
	}
	if err := json.NewDecoder(res.Body).Decode(&v); err != nil || v.ID == "" {
		t.Fatalf("uploading %s answered %d, %v", mime, res.StatusCode, err)
	}
	return v.ID
}

// TestReadsEveryWebhook has it verify everything a business is told, and read all but orders and preferences.
func TestReadsEveryWebhook(t *testing.T) {
	hook, got := receiver(t)
	call(t, http.MethodPost, "/v25.0/100000000000001/subscriptions", `{"access_token":"100000000000001|`+secret+`","object":"whatsapp_business_account","verify_token":"v","callback_url":"`+hook.URL+`",
		"fields":"messages,user_preferences,message_template_status_update,message_template_quality_update,template_category_update,account_update,account_alerts,phone_number_quality_update,phone_number_name_update,business_capability_update,flows"}`)
	call(t, http.MethodPost, "/v25.0/300000000000001/subscribed_apps", "")
	out := filepath.Join(t.TempDir(), "told.json")
	if text, err := exec.Command("node", "../events.mjs", out).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	var told struct {
		Types map[string]string `json:"types"`
	}
	if err := json.Unmarshal(b, &told); err != nil {
		t.Fatal(err)
	}
	listener := webhooks.NewListener(webhooks.NewHandler(), webhooks.ConfigReaderFunc(func(*http.Request) (*webhooks.Config, error) {
		return &webhooks.Config{Token: "v", Validate: true, AppSecret: secret}, nil
	}))
	left := told.Types
	end := time.After(20 * time.Second)
	for len(left) > 0 {
		select {
		case d := <-got:
			signature, err := webhooks.ExtractSignatureFromHeader(d.header)
			if err != nil {
				t.Fatal(err)
			}
			if err := webhooks.ValidateSignature(d.body, webhooks.ValidateSignatureOptions{Signature: signature, AppSecret: secret}); err != nil {
				t.Errorf("the signature of %s: %v", d.body, err)
			}
			w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/", strings.NewReader(string(d.body)))
			r.Header = d.header
			listener.HandleNotification(w, r)
			// This version types times of preferences as texts, too: Meta sends numbers.
			unread := strings.Contains(string(d.body), `"type":"order"`) || strings.Contains(string(d.body), `"field":"user_preferences"`)
			if !unread && w.Code != http.StatusOK {
				t.Errorf("the listener answered %d to %s", w.Code, d.body)
			}
			for wamid := range left {
				if strings.Contains(string(d.body), `"id":"`+wamid+`"`) {
					delete(left, wamid)
				}
			}
		case <-end:
			t.Fatalf("never told of %v", left)
		}
	}
}
