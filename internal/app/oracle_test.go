package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// asked is a call whose answer Meta's own description of the messaging API covers.
type asked struct {
	method, path string // as the description names it
	call, body   string
	differs      string // the one place known to differ: docs/divergences.md says why
}

// Meta's description is not part of the project. Where it is at hand (HAWKER_ORACLE names its folder), every answer it
// covers is held against it; what differs and why stands in docs/divergences.md.
func TestAnswersFitMetasDescription(t *testing.T) {
	t.Parallel()
	doc := description(t)
	if doc == nil {
		return
	}
	w := start(t, t.TempDir())
	w.must(http.MethodPost, chatA+"/messages", `{"text":"alo"}`)
	const phone, account = "400000000000001", "300000000000001"
	media := fmt.Sprint(uploaded(t, w))
	const to = `{"messaging_product":"whatsapp","recipient_type":"individual","to":"` + lan + `",`
	wamid := fmt.Sprint(w.must(http.MethodPost, "/v23.0/"+phone+"/messages", to+`"type":"text","text":{"body":"a"}}`)["messages"].([]any)[0].(map[string]any)["id"])
	messages := "/{Version}/{Phone-Number-ID}/messages"
	list := []asked{
		{"GET", "/{Version}/{Phone-Number-ID}", phone, "", ""},
		{"GET", "/{Version}/{Phone-Number-ID}/whatsapp_business_profile", phone + "/whatsapp_business_profile?fields=about,address,description,email,profile_picture_url,websites,vertical", "", ""},
		{"POST", "/{Version}/{Phone-Number-ID}/whatsapp_business_profile", phone + "/whatsapp_business_profile", `{"messaging_product":"whatsapp","about":"Mở đến 22 giờ"}`, ""},
		{"GET", "/{Version}/{Phone-Number-ID}/whatsapp_commerce_settings", phone + "/whatsapp_commerce_settings", "", ""},
		{"POST", "/{Version}/{Phone-Number-ID}/whatsapp_commerce_settings", phone + "/whatsapp_commerce_settings", `{"is_cart_enabled":true}`, ""},
		{"GET", "/{Version}/{Media-ID}", media + "?phone_number_id=" + phone, "", "file_size: value must be a string"},
		{"GET", "/{Version}/{WABA-ID}", account, "", ""},
		{"GET", "/{Version}/{WABA-ID}/phone_numbers", account + "/phone_numbers", "", `data/0/status: property "status" is missing`},
		{"POST", "/{Version}/{WABA-ID}/subscribed_apps", account + "/subscribed_apps", "", ""},
		{"GET", "/{Version}/{WABA-ID}/subscribed_apps", account + "/subscribed_apps", "", ""},
		{"GET", "/{Version}/{Business-ID}/owned_whatsapp_business_accounts", "200000000000001/owned_whatsapp_business_accounts", "", ""},
		{"POST", messages, phone + "/messages", `{"messaging_product":"whatsapp","status":"read","message_id":"` + firstInbound(t, w) + `"}`, ""},
		{"POST", messages, phone + "/messages", to + `"type":"reaction","reaction":{"message_id":"` + wamid + `","emoji":"👍"}}`, ""},
		{"POST", messages, phone + "/messages", to + `"type":"image","image":{"id":"` + media + `"}}`, ""},
		{"POST", messages, phone + "/messages", to + `"type":"interactive","interactive":{"type":"product","body":{"text":"a"},"action":{"catalog_id":"` + catalogA + `","product_retailer_id":"CF01"}}}`, ""},
		{"DELETE", "/{Version}/{Media-ID}", media, "", ""},
		{"DELETE", "/{Version}/{WABA-ID}/subscribed_apps", account + "/subscribed_apps", "", ""},
	}
	for _, a := range list {
		t.Run(a.method+" "+a.call, func(t *testing.T) { fits(t, doc, w, a) })
	}
}

func fits(t *testing.T, doc *openapi3.T, w world, a asked) {
	t.Helper()
	status, answer := w.call(a.method, "/v23.0/"+a.call, a.body)
	if status != http.StatusOK {
		t.Fatalf("%d %v", status, answer)
	}
	item := doc.Paths.Value(a.path)
	if item == nil {
		t.Fatalf("the description has no %s", a.path)
	}
	content := item.GetOperation(a.method).Responses.Status(status).Value.Content.Get("application/json")
	if content == nil || content.Schema == nil {
		t.Fatal("the description has no schema of this answer")
	}
	found := ""
	if err := content.Schema.Value.VisitJSON(answer, openapi3.MultiErrors()); err != nil {
		found = strings.Join(reasons(err), "\n")
	}
	if found != a.differs {
		t.Errorf("%v: %q, want %q", answer, found, a.differs)
	}
}

// reasons are the places of a mismatch, without the whole schema.
func reasons(err error) []string {
	var list []string
	var many openapi3.MultiError
	if m, ok := err.(openapi3.MultiError); ok { //nolint:errorlint // the library's own tree, looked at node by node
		many = m
	} else if s, ok := err.(*openapi3.SchemaError); ok { //nolint:errorlint // as above
		return []string{strings.Join(s.JSONPointer(), "/") + ": " + s.Reason}
	} else {
		return []string{err.Error()}
	}
	for _, e := range many {
		list = append(list, reasons(e)...)
	}
	return list
}

func uploaded(t *testing.T, w world) any {
	t.Helper()
	status, answer := w.uploadMedia("image/png", "a.png", picture(t))
	if status != http.StatusOK {
		t.Fatalf("%d %v", status, answer)
	}
	return answer["id"]
}

// firstInbound is the id of a message of the customer's.
func firstInbound(t *testing.T, w world) string {
	t.Helper()
	for _, m := range w.must(http.MethodGet, chatA, "")["messages"].([]any) {
		if m := m.(map[string]any); m["from_business"] == false {
			return fmt.Sprint(m["id"])
		}
	}
	t.Fatal("the customer wrote nothing")
	return ""
}
