package app_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/account"
)

// TestATemplateByPagesAlone fills the form in wrongly, then rightly, has the template decided on, and deletes it.
func TestATemplateByPagesAlone(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	c := login(t, w, "vi")
	c.do(http.StatusOK, http.MethodGet, officeA+"/templates/new", nil)
	form := url.Values{
		"account": {wabaA}, "name": {"don_da_giao"}, "language": {"vi"}, "category": {"UTILITY"}, "header": {"Đơn hàng"}, "footer": {"Quán Góc Phố"},
		"body": {"Chào {{1}}, đơn {{2}} đã được giao cho bạn."}, "reply_0": {"Đã nhận"}, "button": {"url"}, "link_text": {"Xem đơn"}, "link": {"https://shop.example/don/{{1}}"}, "link_sample": {"https://shop.example/don/A1"},
	}
	body, _ := c.do(http.StatusUnprocessableEntity, http.MethodPost, officeA+"/templates", form)
	if !strings.Contains(body, `role="alert"`) || !strings.Contains(body, `value="don_da_giao"`) || !strings.Contains(body, "Chào {{1}}") {
		t.Errorf("samples are missing, and the form does not say so or loses what was written: %s", visibleText(body))
	}
	form.Set("samples", "Lan\nA1\n")
	if body, _ = c.do(http.StatusOK, http.MethodPost, officeA+"/templates", form); !strings.Contains(body, "don_da_giao") || !strings.Contains(body, "PENDING") {
		t.Errorf("handed in: %s", visibleText(body))
	}
	made := w.must(http.MethodGet, "/v25.0/"+wabaA+"/message_templates?name=don_da_giao&fields=components", "")["data"].([]any)[0].(map[string]any)["components"].([]any)
	if len(made) != 4 {
		t.Errorf("components: %v", made)
	}
	w.must(http.MethodPost, "/sandbox/v1/clock", `{"advance":"1m"}`)
	eventually(t, "approved", func() bool {
		body, _ = c.do(http.StatusOK, http.MethodGet, officeA+"/templates", nil)
		return strings.Contains(body, "don_da_giao") && strings.Contains(body, "APPROVED")
	})
	gone := regexp.MustCompile(`action="(/manager/200000000000001/templates/\d+/delete)"`).FindStringSubmatch(body)
	if gone == nil {
		t.Fatal("the template cannot be deleted")
	}
	join(t, w, account.CatalogManager).do(http.StatusForbidden, http.MethodPost, gone[1], url.Values{})
	login(t, w, "vi").do(http.StatusNotFound, http.MethodPost, strings.Replace(gone[1], "200000000000001", "200000000000002", 1), url.Values{})
	c.do(http.StatusOK, http.MethodPost, gone[1], url.Values{})
}

// The form shows the message as customers will see it, and what the API would say, before it is handed in.
func TestATemplateIsShownBeforeItIsHandedIn(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	c := login(t, w, "en")
	shown := func(form url.Values) string {
		t.Helper()
		form.Set("account", wabaA)
		form.Set("action", "check")
		body, _ := c.do(http.StatusOK, http.MethodPost, officeA+"/templates", form)
		_, preview, _ := strings.Cut(body, `id="preview"`)
		preview, _, _ = strings.Cut(preview, "</aside>")
		return visibleText(preview)
	}
	text := url.Values{"name": {"order_sent"}, "language": {"en"}, "category": {"UTILITY"}, "header": {"Order"}, "body": {"Hi {{1}}, order {{2}} is on its way."}, "samples": {"Lan\nA1"}, "reply_0": {"Got it"}}
	if got := shown(text); !strings.Contains(got, "Hi Lan, order A1 is on its way.") || !strings.Contains(got, "Got it") || strings.Contains(got, "{{") {
		t.Errorf("a text: %s", got)
	}
	text.Set("samples", "Lan")
	if got := shown(text); !strings.Contains(got, "order {{2}} is") || !strings.Contains(got, "example") {
		t.Errorf("a sample is missing: %s", got)
	}
	offer := url.Values{"name": {"offer"}, "language": {"en"}, "category": {"MARKETING"}, "body": {"Ten percent off."}, "button": {"code"}, "offer": {"TEN"}}
	if got := shown(offer); !strings.Contains(got, "Copy offer code") || strings.Contains(got, "missing") {
		t.Errorf("a code to copy: %s", got)
	}
	code := url.Values{"name": {"log_in"}, "language": {"en"}, "category": {"AUTHENTICATION"}, "minutes": {"10"}, "advice": {"on"}, "body": {"not used"}}
	if got := shown(code); !strings.Contains(got, "123456") || !strings.Contains(got, "10 minutes") || strings.Contains(got, "not used") {
		t.Errorf("a code to log in: %s", got)
	}
	code.Set("minutes", "900")
	if got := shown(code); !strings.Contains(got, "from 1 to 90") {
		t.Errorf("a code that is good for long: %s", got)
	}
	for _, form := range []url.Values{offer, code, {"name": {"our_menu"}, "language": {"en"}, "category": {"MARKETING"}, "header": {"New"}, "body": {"Look what is new."}, "button": {"products"}}} {
		form.Set("account", wabaA)
		form.Del("action")
		if form.Get("minutes") != "" {
			form.Set("minutes", "10")
		}
		if body, _ := c.do(http.StatusOK, http.MethodPost, officeA+"/templates", form); !strings.Contains(body, form.Get("name")) {
			t.Errorf("%s is not handed in: %.600s", form.Get("name"), visibleText(body))
		}
	}
}
