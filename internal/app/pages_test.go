package app_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// visitor is a person whose browser runs no scripts.
type visitor struct {
	world
	client *http.Client
}

func visit(t *testing.T, w world) visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return visitor{w, &http.Client{Jar: jar}}
}

// page makes a request and returns what a person would see.
func (v visitor) page(method, path string, form url.Values, header ...string) (int, string, http.Header) {
	v.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	req, err := http.NewRequestWithContext(v.t.Context(), method, v.URL()+path, body)
	if err != nil {
		v.t.Fatal(err)
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := v.client.Do(req)
	if err != nil {
		v.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return res.StatusCode, string(b), res.Header
}

var formKey = regexp.MustCompile(`name="form_key" value="([^"]+)"`)

// Every step works as links and plain forms, and a form sent twice is one order.
func TestACustomerOrdersWithoutScripts(t *testing.T) {
	t.Parallel()
	v := visit(t, start(t, t.TempDir()))
	steps := func(method, path string, form url.Values, want ...string) string {
		t.Helper()
		status, body, _ := v.page(method, path, form)
		if status != http.StatusOK {
			t.Fatalf("%s %s answered %d", method, path, status)
		}
		for _, part := range want {
			if !strings.Contains(body, part) {
				t.Errorf("%s %s does not show %q", method, path, part)
			}
		}
		return body
	}
	at := "/chat/" + phoneA
	steps(http.MethodGet, at, nil, `value="`+lan+`"`) // who are you?
	steps(http.MethodPost, "/chat/customer", url.Values{"wa_id": {lan}, "next": {at}}, "Quán Góc Phố")
	steps(http.MethodPost, at+"/messages", url.Values{"text": {"<script>alert(1)</script> chào"}}, "&lt;script&gt;alert(1)&lt;/script&gt; chào")
	steps(http.MethodGet, at+"/catalog?q=pho", nil, "Phở bò tái chín")
	steps(http.MethodGet, at+"/product/PH01", nil, "65.000")
	cart := steps(http.MethodPost, at+"/cart", url.Values{"sku": {"PH01"}, "quantity": {"2"}, "back": {at + "/cart"}}, "130.000")
	form := url.Values{"form_key": {formKey.FindStringSubmatch(cart)[1]}, "note": {"ít hành"}}
	steps(http.MethodPost, at+"/cart/send", form, "order-card")
	steps(http.MethodPost, at+"/cart/send", form)
	orders := 0
	for _, m := range v.must(http.MethodGet, chatA, "")["messages"].([]any) {
		if m.(map[string]any)["kind"] == "order" {
			orders++
		}
	}
	if orders != 1 {
		t.Errorf("%d orders, want 1", orders)
	}
	if status, _, _ := v.page(http.MethodPost, at+"/cart", url.Values{"sku": {"PH01"}, "quantity": {"100"}}); status != http.StatusUnprocessableEntity {
		t.Errorf("a hundred of one item answered %d", status)
	}
}

func TestPagesAreGuarded(t *testing.T) {
	t.Parallel()
	v := visit(t, start(t, t.TempDir()))
	v.page(http.MethodPost, "/chat/customer", url.Values{"wa_id": {lan}})
	for _, path := range []string{"/", "/chat", "/chat/" + phoneA, "/chat/" + phoneA + "/cart", "/chat/nope", "/static/css/base.css", "/chat/" + phoneA + "/product/nope"} {
		_, body, h := v.page(http.MethodGet, path, nil)
		if csp := h.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'self'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: policy %q", path, csp)
		}
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") == "" {
			t.Errorf("%s lacks its headers: %v", path, h)
		}
		if strings.Contains(body, " style=\"") || strings.Contains(body, "<script>") {
			t.Errorf("%s has inline styles or scripts, which its policy forbids", path)
		}
	}
	for path, want := range map[string]int{
		"/chat/400000000000009": http.StatusNotFound, "/chat/nope": http.StatusNotFound, "/chat/" + phoneA + "/product/nope": http.StatusNotFound,
		"/c/%00": http.StatusNotFound, "/p/1/842871000001": http.StatusNotFound, "/chat/" + phoneA + "/items?m=x": http.StatusUnprocessableEntity,
		"/chat/" + phoneB + "/catalog": http.StatusNotFound,
	} {
		if got, _, _ := v.page(http.MethodGet, path, nil); got != want && got != http.StatusUnprocessableEntity {
			t.Errorf("%s answered %d, want %d", path, got, want)
		}
	}
	if status, _, _ := v.page(http.MethodPost, "/chat/"+phoneA+"/messages", url.Values{"text": {"hi"}}, "Sec-Fetch-Site", "cross-site"); status != http.StatusForbidden {
		t.Errorf("a form of another site answered %d, want 403", status)
	}
	stranger := visit(t, v.world)
	if status, _, _ := stranger.page(http.MethodGet, "/chat", nil, "Cookie", "hawker_customer=nobody'--"); status != http.StatusOK {
		t.Errorf("a broken cookie answered %d", status)
	}
	// Redirects stay on this server.
	if status, body, _ := stranger.page(http.MethodPost, "/chat/customer", url.Values{"wa_id": {lan}, "next": {"//evil.example/"}}); status != http.StatusOK || !strings.Contains(body, "chat-row") {
		t.Errorf("next=//evil.example/ led to an answer of %d that is not the chats", status)
	}
}
