package app_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"golang.org/x/net/html"
)

// watch runs in each page before its own scripts, and notes what must not happen there.
const watch = `window.__seen = [];
for (const name of ["xssRan", "alert", "confirm", "prompt", "print"]) window[name] = (...a) => { window.__seen.push(name + "(" + a + ") ran"); };
document.addEventListener("securitypolicyviolation", (e) => window.__seen.push("the policy stopped " + e.violatedDirective + " " + e.blockedURI + " " + e.sample));
window.addEventListener("error", (e) => { if (e.message) window.__seen.push("an error: " + e.message); });`

// tell is what was noted, which elements there are with the names of their attributes, and where they and what was loaded lead.
const tell = `new Promise((done) => requestAnimationFrame(() => setTimeout(() => {
	const kinds = new Set(), bad = [...window.__seen];
	for (const e of document.querySelectorAll("*")) {
		kinds.add(e.tagName.toLowerCase() + " " + [...e.attributes].map((a) => a.name).filter((n) => !/^(class|style|data-|aria-|hx-)/.test(n)).sort().join(" "));
		for (const a of e.attributes) {
			if (/^on/.test(a.name)) bad.push(e.outerHTML.slice(0, 120));
			if (/^(href|src|action|formaction|data|srcset|poster|xlink:href)$/.test(a.name) && /^[\s\x00-\x20]*(javascript|data|vbscript|blob|file|feed|view-source)[\s\x00-\x20]*:/i.test(a.value)) bad.push(e.outerHTML.slice(0, 120));
		}
	}
	for (const r of performance.getEntriesByType("resource")) if (!r.name.startsWith(location.origin + "/") && !r.name.startsWith("data:")) bad.push("loaded " + r.name);
	const fields = [...document.querySelectorAll("input, textarea")].map((f) => f.value);
	done({bad, kinds: [...kinds], text: document.body.textContent + "\n" + fields.join("\n"), next: document.querySelector("a[rel=next]")?.getAttribute("href") ?? ""});
}, 0)))`

// told is what tell tells.
type told struct {
	Bad, Kinds []string
	Text, Next string
}

// kindsOf are the elements of a page as tell tells them.
func kindsOf(t *testing.T, page string, kinds map[string]bool) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		names := []string{}
		for _, a := range n.Attr {
			if !slices.ContainsFunc([]string{"class", "style", "data-", "aria-", "hx-"}, func(p string) bool { return strings.HasPrefix(a.Key, p) }) {
				names = append(names, a.Key)
			}
		}
		slices.Sort(names)
		kinds[strings.ToLower(n.Data)+" "+strings.Join(names, " ")] = true
	}
}

// Every hostile text, written by the calls and forms everybody has, is shown in a browser on every kind of page: no script
// runs, the policy has nothing to stop, nothing is loaded from elsewhere, and there is no element that is not there with
// harmless texts in the same places.
func TestHostileTextsInTheBrowser(t *testing.T) {
	t.Parallel()
	kinds := map[string]bool{"button title type": true, "count-stepper role tabindex": true} // the microphone, and a count that may be typed: scripts put them there
	mild, _ := speak(t, harmless(), func(_, page string) { kindsOf(t, page, kinds) })
	mild.crawl(3, func(_, page string) { kindsOf(t, page, kinds) })
	for _, book := range books(t) {
		for _, s := range book.Stories {
			kindsOf(t, render(t, book, s, nil, ""), kinds)
		}
	}

	answersSeen := 0
	wild, answers := speak(t, hostile(), func(path, page string) {
		found := map[string]bool{}
		kindsOf(t, page, found)
		for kind := range found {
			if !kinds[kind] {
				t.Errorf("the answer of %s: an element that no template wrote: <%s>", path, kind)
			}
		}
		skeleton(t, path, page)
		answersSeen++
	})
	b, ok := openTab(t, wild.world, 375, "vi", "light")
	if !ok {
		return
	}
	home, err := url.Parse(b.url + officeA)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range wild.desk.client.Jar.Cookies(home) {
		if _, err := chromedp.Call(b.ctx, network.SetCookie, network.SetCookieParams{Name: k.Name, Value: k.Value, URL: b.url}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := chromedp.Call(b.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: watch}); err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	look := func(where string) told {
		t.Helper()
		var v told
		if err := json.Unmarshal(eval[[]byte](b, tell), &v); err != nil {
			t.Fatal(err)
		}
		for _, bad := range v.Bad {
			t.Errorf("%s: %s", where, bad)
		}
		for _, kind := range v.Kinds {
			if !kinds[kind] {
				t.Errorf("%s: an element that no template wrote: <%s>", where, kind)
			}
		}
		texts[where] += squeeze(v.Text)
		return v
	}
	looked := 0
	wild.crawl(1, func(path, _ string) {
		b.do(path, chromedp.Navigate(b.url+path), chromedp.WaitReady(chromedp.CSS("body")))
		if at := eval[string](b, "location.pathname"); path != "/manager" && !strings.HasPrefix(path, at) {
			t.Errorf("%s led to %s", path, at)
		}
		next := look(path).Next
		if plain, _, _ := strings.Cut(path, "?"); plain != officeA+"/items" {
			next = ""
		}
		for ; next != ""; next = look(path).Next { // the table of items, to its end
			b.do(next, chromedp.Navigate(b.url+next), chromedp.WaitReady(chromedp.CSS("body")))
		}
		looked++
	})
	for _, a := range answers {
		if a.method != http.MethodPost || a.status != http.StatusUnprocessableEntity {
			continue
		}
		fields, err := json.Marshal(a.form)
		if err != nil {
			t.Fatal(err)
		}
		b.do("blank", chromedp.Navigate(b.url+"/healthz"))
		eval[bool](b, `(() => { const f = document.createElement("form"); f.method = "post"; f.action = `+strconv.Quote(a.path)+`;
			for (const [name, values] of Object.entries(`+string(fields)+`)) for (const v of values) { const i = document.createElement("textarea"); i.name = name; i.value = v; f.append(i); }
			document.body.append(f); window.sent = true; f.submit(); return true; })()`)
		eventually(t, "the answer of "+a.path, func() bool {
			there, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](`!window.sent && document.readyState === "complete"`))
			return err == nil && there
		})
		look("POST " + a.path)
		looked++
	}
	chat := "/chat/" + phoneA
	b.do(chat, chromedp.Navigate(b.url+chat), chromedp.WaitReady(chromedp.CSS("hx-sse, [hx-sse\\:connect]")))
	wild.all(3900, func(text string) { wild.send("text", map[string]any{"body": text}) })
	wild.send("text", map[string]any{"body": "the last one <xss-live>"})
	eventually(t, "what was said came live", func() bool {
		there, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](`document.body.textContent.includes("the last one <xss-live>")`))
		return err == nil && there
	})
	look("live")
	for _, where := range []string{"live", "/chat/" + phoneA, officeA + "/inbox/" + phoneA + "/" + lan, officeA + "/items"} {
		missing, length := 0, len(texts[where])
		for _, s := range hostile() {
			if !strings.Contains(texts[where], squeeze(s)) && len([]rune(s)) <= 190 {
				if missing++; missing < 4 {
					t.Errorf("%s does not show %q", where, s)
				}
			}
		}
		if missing > 0 {
			t.Errorf("%s, %d bytes of text, does not show %d texts", where, length, missing)
		}
	}
	t.Logf("%d pages were looked at in the browser and %d answers of forms, with %d texts said", looked, answersSeen, wild.at)
}

// squeeze leaves out white space, which pages fold.
func squeeze(text string) string { return strings.Join(strings.Fields(text), "") }
