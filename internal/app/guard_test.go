package app_test

import (
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/ui"
)

// route is a page of a door.
type route struct{ method, path string }

// declared finds the routes of pages where the doors declare them, so that a new one is tested without being told.
var declared = regexp.MustCompile(`"(GET|POST|PUT|PATCH|DELETE) (/[^"]*)"`)

// spelled are the ways in which paths are put together, written out.
var spelled = strings.NewReplacer(`"+b+"`, ` /manager/{business}`, `"+b,`, ` /manager/{business}",`, ` "+at+"`, ` /embed/{phone}`, ` "+at,`, ` /embed/{phone}",`, ` "+HelpPrefix+"`, ` /help`, ` "+HelpPrefix,`, ` /help",`, ` "+EmbedScript,`, ` /embed.js",`)

// routes are all pages, with the demo world's ids in their paths.
func routes(t *testing.T) (list []route) {
	t.Helper()
	fill := strings.NewReplacer("{phone}", phoneA, "{business}", "200000000000001", "{customer}", lan, "{sku}", "PH01", "{number}", "842871000001", "{$}", "", "{file...}", "css/base.css", "{topic}", "india")
	rest := regexp.MustCompile(`\{[a-z.]+\}`)
	for _, file := range []string{"../web/web.go", "../web/chat.go", "../manager/routes.go", "../dev/routes.go", "../web/embed.go"} {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		ways, found := strings.Count(string(b), `"POST`)+strings.Count(string(b), `"GET`), 0
		for _, m := range declared.FindAllStringSubmatch(spelled.Replace(string(b)), -1) {
			if found++; strings.HasSuffix(file, "embed.go") && !strings.HasPrefix(m[2], "/embed") {
				m[2] = "/embed/{phone}" + m[2]
			}
			list = append(list, route{m[1], rest.ReplaceAllString(fill.Replace(m[2]), "1")})
		}
		if found < ways {
			t.Fatalf("%s: %d routes of %d: a way of declaring routes is not known to this test", file, found, ways)
		}
	}
	if len(list) < 150 {
		t.Fatalf("only %d routes", len(list))
	}
	return list
}

// A page of another site changes nothing here: no form, no script, whoever is logged in.
func TestOtherSitesChangeNothing(t *testing.T) {
	t.Parallel()
	w := embedding(t, shopSite)
	openEmbed(t, w, shopSite)
	c := login(t, w, "en")
	c.page(http.MethodPost, "/chat/customer", url.Values{"wa_id": {lan}})
	tried := 0
	for _, r := range routes(t) {
		if r.method == http.MethodGet {
			continue
		}
		for _, from := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}, {"Origin", "null"}, {"Origin", "http://127.0.0.1:1"}} {
			if got, _, _ := c.page(r.method, r.path, url.Values{"x": {"y"}}, from...); got != http.StatusForbidden {
				t.Errorf("%s %s with %v answered %d, want 403", r.method, r.path, from, got)
			}
			tried++
		}
	}
	if tried < 200 {
		t.Errorf("only %d tries", tried)
	}
}

// Every page, whatever it answers, says that nobody may frame it, and that nothing is loaded from elsewhere.
func TestEveryRouteIsGuarded(t *testing.T) {
	t.Parallel()
	w := embedding(t, shopSite)
	openEmbed(t, w, shopSite)
	const csp = "default-src 'self'; img-src 'self' data:; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors "
	golden := map[string]string{
		"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
		"Permissions-Policy": "camera=(), microphone=(self), geolocation=()", "Access-Control-Allow-Origin": "", "X-Powered-By": "",
	}
	in, out := login(t, w, "en"), newClerk(t, w, "vi")
	in.page(http.MethodPost, "/chat/customer", url.Values{"wa_id": {lan}})
	all := append(routes(t), route{http.MethodGet, "/dev/storybook/"}, route{http.MethodGet, "/manager/nothing/here"}, route{http.MethodGet, "/chat/x/y/z"}, route{http.MethodGet, "/dev/nothing"}, route{http.MethodGet, "/embed/1"})
	for _, r := range all {
		if r.method != http.MethodGet || strings.HasSuffix(r.path, "/live") {
			continue
		}
		for _, who := range []clerk{in, out} {
			res, body := who.once(r.path)
			want := csp + "'none'"
			if strings.HasPrefix(r.path, embedA) {
				want = csp + shopSite
			}
			if got := res.Header.Get("Content-Security-Policy"); got != want {
				t.Errorf("GET %s (%d): policy %q, want %q", r.path, res.StatusCode, got, want)
			}
			for name, value := range golden {
				if got := res.Header.Get(name); got != value {
					t.Errorf("GET %s (%d): %s is %q, want %q", r.path, res.StatusCode, name, got, value)
				}
			}
			if res.StatusCode >= 500 {
				t.Errorf("GET %s answered %d: %.200s", r.path, res.StatusCode, visibleText(body))
			}
		}
	}
}

// once is a request that follows no redirect.
func (c clerk) once(path string) (*http.Response, string) {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), http.MethodGet, c.URL()+path, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	for _, k := range c.client.Jar.Cookies(req.URL) {
		req.AddCookie(k)
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return res, string(b)
}

// session is the cookie that a clerk's browser holds.
func (c clerk) session() string {
	u, err := url.Parse(c.URL() + "/manager")
	if err != nil {
		c.t.Fatal(err)
	}
	for _, k := range c.client.Jar.Cookies(u) {
		if k.Name == "hawker_session" {
			return k.Value
		}
	}
	return ""
}

// A session is made anew at every login, whatever the browser brought along, and is of no use after the logout.
func TestSessionsAreNeitherFixedNorReplayed(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	c := newClerk(t, w, "en")
	u, err := url.Parse(w.URL())
	if err != nil {
		t.Fatal(err)
	}
	const planted = "PLANTEDPLANTEDPLANTEDPLANTEDPLANTED"
	c.client.Jar.SetCookies(u, []*http.Cookie{{Name: "hawker_session", Value: planted, Path: "/"}})
	in := url.Values{"email": {"demo@hawker.local"}, "password": {"demo"}}
	c.do(http.StatusOK, http.MethodPost, "/manager/login", in)
	first := c.session()
	if first == planted || len(first) < 26 {
		t.Fatalf("the session after the login is %q", first)
	}
	reach := func(value string) bool {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.URL()+officeA+"/items", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Cookie", "hawker_session="+value)
		res, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		return res.StatusCode == http.StatusOK
	}
	if reach(planted) || !reach(first) {
		t.Errorf("the planted session works: %v, the real one: %v", reach(planted), reach(first))
	}
	c.do(http.StatusOK, http.MethodPost, "/manager/login", in)
	second := c.session()
	if second == first {
		t.Error("a second login keeps the session")
	}
	c.do(http.StatusOK, http.MethodPost, "/manager/logout", nil)
	if reach(second) {
		t.Error("a session is good after its logout")
	}
	for _, broken := range []string{"", "x", first + "x", strings.ToLower(first), strings.Repeat("A", 5000), "%00", "'--"} {
		if broken != first && reach(broken) {
			t.Errorf("the session %.20q opens the manager", broken)
		}
	}
}

// elsewhere are addresses that lead away from this server in some browser.
func elsewhere() []string {
	list := []string{
		"//evil.example", "///evil.example", "////evil.example", `/\evil.example`, `\\evil.example`, `\/evil.example`, "/\t/evil.example", "/\n/evil.example", "/\r/evil.example", "\t//evil.example", " //evil.example", "https://evil.example", "http://evil.example",
		"HTTPS://evil.example", "https:evil.example", "https:/evil.example", `https:\\evil.example`, "//evil.example:80/", "//user@evil.example", "//127.0.0.1@evil.example", "http://127.0.0.1@evil.example/", "javascript:alert(1)", "JavaScript:alert(1)", "java\nscript:alert(1)",
		"data:text/html,x", "vbscript:x", "ftp://evil.example", "mailto:a@evil.example", "file:///etc/passwd", "evil.example", "./evil.example", "../evil.example", "?next=//evil.example", "#//evil.example", "", " ", "%2f%2fevil.example", "//%65vil.example", "///@evil.example",
		"//evil.example/%2e%2e", `/\/evil.example`, `/\\evil.example`, "//[::1]", "//evil%00.example", "/\x00/evil.example", "/\x0b/evil.example", "//evil。example", "https://[::ffff:1.2.3.4]", "//evil.example?x=/chat", "//evil.example#/chat", "/\u2028//evil.example\\", "x://evil.example",
	}
	return append(list, strings.Repeat("/", 200)+"evil.example")
}

// A redirect after a form stays here, whatever its form says.
func TestRedirectsStayHere(t *testing.T) {
	t.Parallel()
	w := embedding(t, shopSite)
	openEmbed(t, w, shopSite)
	token := w.begin("An")
	here, err := url.Parse(w.URL())
	if err != nil {
		t.Fatal(err)
	}
	forms := []struct {
		path, field string
		form        url.Values
		cookie      string
	}{
		{"/chat/customer", "next", url.Values{"wa_id": {lan}}, ""},
		{"/language", "back", url.Values{"lang": {"vi"}}, ""},
		{"/theme", "back", url.Values{"theme": {"dark"}}, ""},
		{"/chat/device", "back", url.Values{"device": {"silent"}}, ""},
		{"/chat/" + phoneA + "/cart", "back", url.Values{"sku": {"PH01"}, "quantity": {"1"}}, "hawker_customer=" + lan},
		{"/manager/login", "next", url.Values{"email": {"demo@hawker.local"}, "password": {"demo"}}, ""},
		{embedA + "/cart", "back", url.Values{"sku": {"PH01"}, "quantity": {"1"}}, visitorOf + "=" + token},
	}
	vectors := elsewhere()
	if len(vectors) < 50 {
		t.Fatalf("%d vectors, want 50", len(vectors))
	}
	for n, to := range vectors {
		if p := ui.LocalPath(to, "/fallback"); p != "/fallback" && leads(t, here, p) != here.Host {
			t.Errorf("LocalPath(%q) is %q", to, p)
		}
		for _, f := range forms {
			if n%12 != 0 && (f.path == "/manager/login" || strings.HasPrefix(f.path, embedA)) { // slow on purpose, and held back
				continue
			}
			form := url.Values{f.field: {to}}
			for k, v := range f.form {
				form[k] = v
			}
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.URL()+f.path, strings.NewReader(form.Encode()))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if f.cookie != "" {
				req.Header.Set("Cookie", f.cookie)
			}
			res, err := http.DefaultTransport.RoundTrip(req)
			if err != nil {
				t.Fatal(err)
			}
			_ = res.Body.Close()
			if at := res.Header.Get("Location"); res.StatusCode != http.StatusSeeOther || leads(t, here, at) != here.Host {
				t.Errorf("%s with %s=%q answered %d and leads to %q", f.path, f.field, to, res.StatusCode, at)
			}
		}
	}
}

// leads is the host that a browser goes to: it drops tabs and line ends, and reads backslashes as slashes.
func leads(t *testing.T, base *url.URL, to string) string {
	t.Helper()
	to = strings.NewReplacer("\t", "", "\n", "", "\r", "", `\`, "/").Replace(strings.Trim(to, " "))
	u, err := base.Parse(to)
	if err != nil {
		return "nowhere: " + err.Error()
	}
	if u.Scheme != base.Scheme {
		return u.Scheme + ":"
	}
	return u.Host
}

// Text of strangers makes no line of its own in a stream of events.
func TestStreamsKeepTheirLines(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.URL()+"/sandbox/v1/webhooks/listen", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer EAADEMO")
	res, err := http.DefaultClient.Do(req)
	if err != nil || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/event-stream") {
		t.Fatal(res, err)
	}
	defer res.Body.Close()
	breaks := []string{"\r\nevent: forged\r\ndata: x\r\n\r\n", "\n\nid: 7\n\n", "\r\rdata: x\r\r", "\u2028data: x\u2029", "\u0085event: forged", "\vdata: x\f", "\x1cdata", ":comment\n", "retry: 1\r\n"}
	w.must(http.MethodPost, chatA+"/messages", fmt.Sprintf(`{"text":%s}`, jsonOf(t, strings.Join(breaks, "x")+"the last one")))
	lines := bufio.NewScanner(res.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		l := lines.Text()
		if l != "" && !strings.HasPrefix(l, "data: {") && l[0] != ':' && l != "event: webhook" && l != "event: session" {
			t.Errorf("the stream has the line %q", l)
		}
		if strings.ContainsAny(l, "\r\u2028\u2029") {
			t.Errorf("the stream has a line that browsers break: %q", l)
		}
		if strings.Contains(l, "the last one") {
			return
		}
	}
	t.Errorf("the stream ended: %v", lines.Err())
}

// No cell of a table that is downloaded begins a formula.
func TestTablesHoldNoFormulas(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	formulas := []string{"=1+1", "+1+1", "-1+1", "@SUM(1)", "=HYPERLINK(\"//evil.example\")", "-2+3+cmd|' /C calc'!A0", "＝1+1", "＋1", "－1", "＠SUM(1)", "+Inf", "-0x1p-2"}
	for n, f := range formulas {
		sku := fmt.Sprintf("FORM%d", n)
		w.must(http.MethodPost, "/v25.0/"+catalogA+"/items_batch", jsonOf(t, map[string]any{"item_type": "PRODUCT_ITEM", "requests": []any{map[string]any{"method": "UPDATE", "data": map[string]any{
			"id": sku, "title": f, "description": f + " text", "brand": f, "availability": "in stock", "condition": "new", "price": "1000 VND", "link": "https://shop.example/", "image_link": "https://shop.example/a.jpg",
		}}}}))
	}
	c := login(t, w, "en")
	w.must(http.MethodPut, chatA+"/cart/PH01", `{"quantity":1}`)
	w.must(http.MethodPost, chatA+"/cart/send", `{"note":"=cmd|' /C calc'!A0"}`)
	eventually(t, "items there", func() bool {
		_, body, _ := c.page(http.MethodGet, officeA+"/items.csv?q=FORM0", nil)
		return strings.Contains(body, "FORM0")
	})
	number := regexp.MustCompile(`^[+-]?\d+(\.\d+)?$`)
	for path, want := range map[string]string{"/items.csv": "'=1+1", "/orders.csv": "'=cmd|"} {
		_, body, _ := c.page(http.MethodGet, officeA+path, nil)
		rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
		if err != nil || !strings.Contains(body, want) {
			t.Fatalf("%s: %v, without %q", path, err, want)
		}
		for _, row := range rows {
			for _, cell := range row {
				if strings.IndexAny(cell, "=+-@\t\r＝＋－＠") == 0 && !number.MatchString(cell) {
					t.Errorf("%s: the cell %q begins a formula", path, cell)
				}
			}
		}
	}
}
