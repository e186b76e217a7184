package app_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/app"
)

// bare is a server without a demo world.
func bare(t *testing.T) world {
	t.Helper()
	c := app.Defaults()
	c.Addr, c.Data, c.LogLevel, c.Pictures = "127.0.0.1:0", t.TempDir(), "error", false
	a, err := app.New(t.Context(), c, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close(t.Context()) })
	return world{t, a}
}

// found is the first group of a pattern in a page.
func found(t *testing.T, pattern, page string) string {
	t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("no %s in %.2000s", pattern, page)
	}
	return m[1]
}

// TestANewServersNumberSends: an account and a number are made by pages alone, and a program writes from it.
func TestANewServersNumberSends(t *testing.T) {
	t.Parallel()
	w := bare(t)
	link, err := w.FirstAdministrator(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	code, _ := strings.CutPrefix(link, w.URL()+"/manager/join?code=")
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := clerk{visitor{w, &http.Client{Jar: jar}}, "en"}
	_, at := c.do(http.StatusOK, http.MethodPost, "/manager/join", url.Values{
		"code": {code}, "email": {"lan@shop.example"}, "name": {"Lan"}, "password": {"12345678"}, "business": {"Quán Mới"}, "country": {"VN"},
	})
	office := found(t, `(/manager/[0-9]+)`, at)
	post := func(path string, pairs ...string) (string, string) {
		form := url.Values{}
		for n := 0; n < len(pairs); n += 2 {
			form.Set(pairs[n], pairs[n+1])
		}
		return c.do(http.StatusOK, http.MethodPost, office+path, form)
	}
	page, _ := post("/accounts", "name", "Quán Mới", "currency", "vnd", "country", "VN")
	account := found(t, `/accounts/([0-9]+)/numbers`, page)
	_, at = post("/accounts/"+account+"/numbers", "number", "028 7100 0009", "name", "Quán Mới")
	number := found(t, `/numbers/([0-9]+)`, at)
	here := "/numbers/" + number

	body, _ := c.do(http.StatusUnprocessableEntity, http.MethodPost, office+here, url.Values{"action": {"register"}, "pin": {"048151"}})
	if !strings.Contains(visibleText(body), "verified by a code first") {
		t.Errorf("registering before verifying shows %.600s", visibleText(body))
	}
	body, _ = post(here, "action", "request_code", "method", "SMS")
	code = found(t, `<code data-copyable>([0-9]{6})</code>`, body)
	post(here, "action", "verify", "code", code)
	body, _ = post(here, "action", "register", "pin", "048151")
	if text := visibleText(body); !strings.Contains(text, "Connected") || !strings.Contains(text, "A PIN is set.") {
		t.Errorf("the registered number shows %.600s", text)
	}
	body, _ = post(here, "action", "name", "name", "Quán Mới Hơn")
	if !strings.Contains(visibleText(body), "being looked at") {
		t.Errorf("a new name shows %.600s", visibleText(body))
	}

	body, _ = post("/settings/programs", "name", "bot")
	token := found(t, `<code data-copyable>(EAA[^<]+)</code>`, body)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.URL()+"/v25.0/"+number+"/messages",
		strings.NewReader(`{"messaging_product":"whatsapp","to":"84901234567","type":"text","text":{"body":"Chào"}}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if err != nil || res.StatusCode != http.StatusOK || !strings.Contains(string(answer), "wamid.") {
		t.Errorf("the number's first message answers %d %s, %v", res.StatusCode, answer, err)
	}

	body, _ = c.do(http.StatusOK, http.MethodGet, office+"/connections", nil)
	if text := visibleText(body); !strings.Contains(text, "Connected") || strings.Contains(text, "Taken off") {
		t.Errorf("a registered number is shown as %.900s", text)
	}
	post(here, "action", "deregister")
	body, _ = c.do(http.StatusOK, http.MethodGet, office+"/connections", nil)
	if text := visibleText(body); strings.Contains(text, "Connected") || !strings.Contains(text, "Taken off") || !strings.Contains(text, "sends and receives nothing") {
		t.Errorf("a number that was taken off is shown as %.900s", text)
	}
	_, at = post("/accounts/"+account+"/numbers", "number", "+1 555 010 0001", "name", "Test Number", "test", "on")
	test := "/numbers/" + found(t, `/numbers/([0-9]+)`, at)
	body, _ = post(test, "action", "allow", "recipient", "+84 901 234 567")
	if !strings.Contains(visibleText(body), "+84901234567") {
		t.Errorf("the list shows %.600s", visibleText(body))
	}
	body, _ = post(test, "action", "forbid", "recipient", "+84901234567")
	if strings.Contains(visibleText(body), "+84901234567") {
		t.Error("the person is still on the list")
	}
	c.do(http.StatusNotFound, http.MethodPost, office+here, url.Values{"action": {"explode"}})
	c.do(http.StatusNotFound, http.MethodGet, office+"/numbers/1", nil)
	body, _ = c.do(http.StatusUnprocessableEntity, http.MethodPost, office+"/accounts", url.Values{"name": {"X"}, "currency": {"ABC"}, "country": {"VN"}})
	if !strings.Contains(body, "ISO 4217") {
		t.Errorf("a wrong currency shows %.600s", visibleText(body))
	}
}
