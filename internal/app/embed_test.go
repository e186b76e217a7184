package app_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/app"
)

const (
	shopSite  = "https://shop.example"
	embedA    = "/embed/" + phoneA
	visitorOf = "__Host-hawker_visitor_" + phoneA
)

// embedding is a demo server whose operator allows a site.
func embedding(t *testing.T, origins string) world {
	t.Helper()
	c := app.Defaults()
	c.Pictures, c.EmbedOrigins = false, origins
	return startWith(t, t.TempDir(), c)
}

// open lets the chat of shop A stand in a site.
func openEmbed(t *testing.T, w world, origin string) {
	t.Helper()
	page, _ := login(t, w, "en").do(http.StatusOK, http.MethodPost, officeA+"/numbers/"+phoneA, url.Values{"action": {"embed"}, "origin": {origin}})
	if !strings.Contains(page, "/embed.js&#34; data-number=&#34;"+phoneA) && !strings.Contains(page, "embed.js&#34; data-number") {
		t.Error("the manager does not show the line for the site")
	}
}

// ask makes a request without following redirects, with a visitor's token.
func (w world) ask(method, path, token string, form url.Values) (*http.Response, string) {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), method, w.URL()+path, strings.NewReader(form.Encode()))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if token != "" {
		req.Header.Set("Cookie", visitorOf+"="+token)
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return res, string(b)
}

// begin makes a visitor and returns their token.
func (w world) begin(name string) string {
	w.t.Helper()
	res, body := w.ask(http.MethodPost, embedA+"/start", "", url.Values{"name": {name}, "lang": {"vi"}})
	if res.StatusCode != http.StatusSeeOther || len(res.Cookies()) != 1 {
		w.t.Fatalf("beginning answered %d with %d cookies: %.300s", res.StatusCode, len(res.Cookies()), visibleText(body))
	}
	k := res.Cookies()[0]
	if k.Name != visitorOf || !k.Secure || !k.HttpOnly || !k.Partitioned || k.SameSite != http.SameSiteNoneMode || k.Path != "/" {
		w.t.Errorf("the cookie is %v", k)
	}
	return k.Value
}

// A chat stands nowhere until the operator allows a site and the business picks it, and then only there.
func TestEmbeddedChatsAreOffUntilAllowed(t *testing.T) {
	t.Parallel()
	closed := start(t, t.TempDir())
	for _, path := range []string{embedA, "/embed.js"} {
		if res, _ := closed.ask(http.MethodGet, path, "", nil); res.StatusCode != http.StatusNotFound || !strings.HasSuffix(res.Header.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
			t.Errorf("without an operator's word %s answered %d, %s", path, res.StatusCode, res.Header.Get("Content-Security-Policy"))
		}
	}
	w := embedding(t, shopSite+",https://second.example")
	if res, _ := w.ask(http.MethodGet, embedA, "", nil); res.StatusCode != http.StatusNotFound {
		t.Errorf("before the business picked a site: %d", res.StatusCode)
	}
	if res, _ := w.ask(http.MethodPost, embedA+"/start", "", url.Values{"name": {"An"}}); res.StatusCode != http.StatusNotFound {
		t.Errorf("beginning before the business picked a site: %d", res.StatusCode)
	}
	openEmbed(t, w, shopSite)
	res, page := w.ask(http.MethodGet, embedA+"?lang=vi", "", nil)
	csp := res.Header.Get("Content-Security-Policy")
	if res.StatusCode != http.StatusOK || !strings.HasSuffix(csp, "frame-ancestors "+shopSite) || !strings.Contains(page, "có thể đọc và lưu") || !strings.Contains(page, "90 ngày") {
		t.Errorf("open: %d, %s", res.StatusCode, csp)
	}
	if len(res.Cookies()) != 0 {
		t.Errorf("a cookie before anybody agreed: %v", res.Cookies())
	}
	for name := range res.Header {
		if strings.HasPrefix(name, "Access-Control-") {
			t.Errorf("%s lets other sites read", name)
		}
	}
	if res, _ := w.ask(http.MethodGet, "/chat", "", nil); !strings.HasSuffix(res.Header.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
		t.Error("other pages may be framed")
	}
	if res, script := w.ask(http.MethodGet, "/embed.js", "", nil); res.StatusCode != http.StatusOK || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/javascript") || !strings.Contains(script, "/embed/") {
		t.Errorf("the script: %d %v", res.StatusCode, res.Header)
	}
	if res, _ := w.ask(http.MethodGet, "/embed/"+phoneB, "", nil); res.StatusCode != http.StatusNotFound {
		t.Errorf("another shop's chat: %d", res.StatusCode)
	}
	clerk := login(t, w, "en")
	clerk.do(http.StatusUnprocessableEntity, http.MethodPost, officeA+"/numbers/"+phoneA, url.Values{"action": {"embed"}, "origin": {"https://evil.example"}})
}

// A visitor writes, orders and is answered like any customer; nobody else reads it, and none of it goes too fast.
func TestAVisitorWritesAndOrders(t *testing.T) {
	t.Parallel()
	w := embedding(t, shopSite)
	openEmbed(t, w, shopSite)
	h := newHook(t)
	w.listen("300000000000001", h)
	an := w.begin("Chị An")
	post := func(path, token string, form url.Values) int {
		t.Helper()
		res, _ := w.ask(http.MethodPost, embedA+path, token, form)
		return res.StatusCode
	}
	if got := post("/messages", an, url.Values{"text": {"Quán còn phở không?"}}); got != http.StatusSeeOther {
		t.Fatalf("writing answered %d", got)
	}
	var body string
	eventually(t, "told to the program", func() (ok bool) { body, _, ok = h.find(`"from":"999`, `Ch\u1ecb An`); return ok })
	from := body[strings.Index(body, `"from":"`)+8:]
	from = from[:strings.IndexByte(from, '"')]
	w.must(http.MethodPost, "/v25.0/"+phoneA+"/messages", `{"messaging_product":"whatsapp","to":"`+from+`","type":"text","text":{"body":"Dạ còn ạ"}}`)
	res, page := w.ask(http.MethodGet, embedA, an, nil)
	if res.StatusCode != http.StatusOK || !strings.Contains(page, "Dạ còn ạ") || strings.Contains(page, "/dev/") || strings.Contains(page, `href="/chat`) || strings.Contains(page, `action="/chat`) || strings.Contains(page, lan) {
		t.Errorf("the visitor's chat: %d %.200s", res.StatusCode, visibleText(page))
	}
	if got := post("/cart", an, url.Values{"sku": {"PH01"}, "quantity": {"2"}}); got != http.StatusSeeOther {
		t.Errorf("the cart answered %d", got)
	}
	_, cart := w.ask(http.MethodGet, embedA+"/cart", an, nil)
	form := url.Values{"form_key": {formKey.FindStringSubmatch(cart)[1]}, "note": {"ít hành"}}
	if got := post("/cart/send", an, form); got != http.StatusSeeOther {
		t.Errorf("the order answered %d", got)
	}
	eventually(t, "the order told", func() bool { _, _, ok := h.find(`"type":"order"`, from); return ok })

	// Somebody without the token, and with another's, sees nothing of it.
	bao := w.begin("Bảo")
	if _, page := w.ask(http.MethodGet, embedA, bao, nil); strings.Contains(page, "Quán còn phở") || strings.Contains(page, "order-card") {
		t.Error("another visitor reads the chat")
	}
	for _, path := range []string{"/cart", "/catalog", "/profile", "/live", "/media/1"} {
		if res, _ := w.ask(http.MethodGet, embedA+path, "", nil); res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != embedA {
			t.Errorf("%s without a token answered %d", path, res.StatusCode)
		}
	}
	if got := post("/messages", "", url.Values{"text": {"x"}}); got != http.StatusSeeOther {
		t.Errorf("writing without a token answered %d", got)
	}
	for _, path := range []string{"/files", "/block"} {
		if got := post(path, an, url.Values{}); got != http.StatusNotFound {
			t.Errorf("%s is open to visitors: %d", path, got)
		}
	}
	for range 25 {
		if got := post("/messages", bao, url.Values{"text": {"x"}}); got == http.StatusTooManyRequests {
			if got := post("/messages", an, url.Values{"text": {"y"}}); got != http.StatusSeeOther {
				t.Errorf("one visitor's haste holds another back: %d", got)
			}
			if got := post("/end", an, nil); got != http.StatusSeeOther {
				t.Errorf("ending answered %d", got)
			}
			if _, page := w.ask(http.MethodGet, embedA, an, nil); strings.Contains(page, "Dạ còn ạ") {
				t.Error("the token still opens a chat that was ended")
			}
			return
		}
	}
	t.Error("a visitor may write as fast as they like")
}

// A file is read by the visitor it was sent to, and by no other one.
func TestAFileOfAVisitorIsTheirs(t *testing.T) {
	t.Parallel()
	w := embedding(t, shopSite)
	openEmbed(t, w, shopSite)
	w.must(http.MethodPost, chatA+"/messages", `{"text":"Hi"}`)
	_, put := w.uploadMedia("text/plain", "a.txt", []byte("for Lan only"))
	upload := put["id"].(string)
	sent := w.must(http.MethodPost, "/v25.0/"+phoneA+"/messages", `{"messaging_product":"whatsapp","to":"`+lan+`","type":"document","document":{"id":"`+upload+`"}}`)
	wamid := sent["messages"].([]any)[0].(map[string]any)["id"].(string)
	an := w.begin("An")
	for _, q := range []string{"", "?m=" + url.QueryEscape(wamid)} {
		if res, _ := w.ask(http.MethodGet, embedA+"/media/"+upload+q, an, nil); res.StatusCode == http.StatusOK {
			t.Errorf("a visitor reads a file of somebody else's chat (%s)", q)
		}
	}
}
