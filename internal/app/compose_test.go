package app_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

var composed = regexp.MustCompile(`name="(title\.\d+|product\.\d+)" value="([^"]*)"`)

// sections are what the composer's form holds, in order.
func sections(body string) (list []string) {
	for _, m := range composed.FindAllStringSubmatch(body, -1) {
		list = append(list, m[1]+"="+m[2])
	}
	return list
}

// A message of products is put together by buttons of a plain form: found, added, moved, taken out, sent.
func TestAMessageIsComposedWithoutScripts(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	w.must(http.MethodPost, chatA+"/messages", `{"text":"Xin chào"}`)
	c := login(t, w, "en")
	at := officeA + "/compose?catalog=" + catalogA
	form := url.Values{"from": {phoneA}, "to": {lan}, "kind": {"product_list"}, "header": {"Today"}, "body": {"Choose"}, "title.0": {"Soups"}}
	press := func(action string, want ...string) string {
		t.Helper()
		form.Set("action", action)
		body, _ := c.do(http.StatusOK, http.MethodPost, at, form)
		got := sections(body)
		if strings.Join(got, " ") != strings.Join(want, " ") {
			t.Fatalf("after %s the form holds %q, want %q", action, got, want)
		}
		for name := range form {
			if strings.HasPrefix(name, "product.") || strings.HasPrefix(name, "title.") {
				form.Del(name)
			}
		}
		for _, one := range got {
			name, value, _ := strings.Cut(one, "=")
			form.Add(name, value)
		}
		return body
	}
	form.Set("q", "ca phe")
	if body := press("find", "title.0=Soups"); !strings.Contains(body, `value="add:CF01"`) || strings.Contains(body, `value="add:PH01"`) {
		t.Error("looking for ca phe does not find cà phê alone")
	}
	press("add:PH01", "title.0=Soups", "product.0=PH01")
	press("add:PH01", "title.0=Soups", "product.0=PH01")
	press("add:PH02", "title.0=Soups", "product.0=PH01", "product.0=PH02")
	press("section", "title.0=Soups", "product.0=PH01", "product.0=PH02", "title.1=")
	form.Set("into", "1")
	press("add:CF01", "title.0=Soups", "product.0=PH01", "product.0=PH02", "title.1=", "product.1=CF01")
	press("down:0:1", "title.0=Soups", "product.0=PH01", "title.1=", "product.1=PH02", "product.1=CF01")
	press("up:1:1", "title.0=Soups", "product.0=PH01", "title.1=", "product.1=CF01", "product.1=PH02")
	press("up:0:0", "title.0=Soups", "product.0=PH01", "title.1=", "product.1=CF01", "product.1=PH02")
	press("up:9:9", "title.0=Soups", "product.0=PH01", "title.1=", "product.1=CF01", "product.1=PH02")
	press("drop:PH02", "title.0=Soups", "product.0=PH01", "title.1=", "product.1=CF01")
	form.Set("products", "Sweet:\nAV04\nGONE")
	body := press("paste", "title.0=Soups", "product.0=PH01", "title.1=", "product.1=CF01", "title.2=Sweet", "product.2=AV04", "product.2=GONE")
	if text := visibleText(body); !strings.Contains(text, "Not in this catalog") {
		t.Error("a product that the catalog lacks is not told")
	}
	form.Del("products")
	form.Set("action", "check")
	if body, _ := c.do(http.StatusUnprocessableEntity, http.MethodPost, at, form); !strings.Contains(visibleText(body), "title") {
		t.Errorf("two sections of which one has no title: %.600s", visibleText(body))
	}
	form.Set("title.1", "Coffee")
	form.Set("action", "send")
	if body, _ := c.do(http.StatusUnprocessableEntity, http.MethodPost, at, form); !strings.Contains(visibleText(body), "GONE") {
		t.Errorf("a missing product is not named: %.600s", visibleText(body))
	}
	form["product.2"] = []string{"AV04"}
	if body, _ := c.do(http.StatusOK, http.MethodPost, at, form); !strings.Contains(body, "wamid.") {
		t.Fatalf("not sent: %.600s", visibleText(body))
	}
	chat := w.raw(http.MethodGet, chatA)
	for _, want := range []string{"Soups", "Coffee", "Sweet", "PH01", "CF01", "AV04"} {
		if !strings.Contains(chat, want) {
			t.Errorf("the customer's chat lacks %s", want)
		}
	}
	form.Set("kind", "product")
	form.Set("action", "check")
	c.do(http.StatusUnprocessableEntity, http.MethodPost, at, form) // of three products, which?
	press("add:CF01", "title.0=", "product.0=CF01")
	c.do(http.StatusNotFound, http.MethodPost, officeB+"/compose?catalog="+catalogA, form)
}

// A set is sent as a message of products: its page leads to the composer, with what customers see of it.
func TestASetIsSentAsAMessage(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	c := login(t, w, "vi")
	page, _ := c.do(http.StatusOK, http.MethodGet, officeA+"/sets", nil)
	link := regexp.MustCompile(`href="(/manager/[^"]*/compose\?[^"]*set=\d+)"`).FindStringSubmatch(page)
	if link == nil {
		t.Fatalf("no set leads to the composer: %.800s", visibleText(page))
	}
	body, _ := c.do(http.StatusOK, http.MethodGet, strings.ReplaceAll(link[1], "&amp;", "&"), nil)
	if got := sections(body); len(got) < 3 || got[0] == "title.0=" {
		t.Errorf("the composer holds %q", got)
	}
	c.do(http.StatusNotFound, http.MethodGet, officeA+"/compose?set=1", nil)
}

// With scripts the picker is used by keyboard alone, limits are told while one writes, and nothing is lost on the way.
func TestThePickerIsUsedByKeyboard(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	b, ok := openTab(t, w, 1280, "en", "light")
	if !ok {
		return
	}
	w.must(http.MethodPost, chatA+"/messages", `{"text":"Xin chào"}`)
	p := walker{tab: b, w: w}
	b.open("/manager/login", `input[name="password"]`)
	p.fill(`input[name="email"]`, "demo@hawker.local")
	p.fill(`input[name="password"]`, "demo")
	p.leave("logging in", `form[action="/manager/login"] .button`)
	b.open(officeA+"/compose?to="+lan, "#picks .offer")
	p.fill(`input[name="header"]`, strings.Repeat("x", 61))
	eventually(t, "the limit is told", func() bool {
		return eval[bool](b, `document.querySelector("[data-over]") !== null && !!document.querySelector("#as-api .note--warm")?.textContent.includes("60")`)
	})
	p.fill(`input[name="header"]`, "Soups")
	p.fill(`textarea[name="body"]`, "Choose one")
	b.do("searching", chromedp.Focus(chromedp.CSS(`input[name="q"]`)), chromedp.SendKeys(chromedp.CSS(`input[name="q"]`), "tai chin"))
	t.Cleanup(func() { b.shot("composer-end") })
	eventually(t, "phở is found", func() bool { return eval[bool](b, `document.querySelector(".offer")?.value === "add:PH01"`) })
	b.do("down", chromedp.KeyEvent(kb.ArrowDown))
	if at := eval[string](b, `document.activeElement.value ?? ""`); at != "add:PH01" {
		t.Fatalf("the arrow leads to %q", at)
	}
	b.do("taking it", chromedp.KeyEvent("\r"))
	eventually(t, "it is chosen", func() bool {
		return eval[bool](b, `document.querySelector('input[name="product.0"]')?.value === "PH01"`)
	})
	if at := eval[string](b, `document.activeElement.value ?? ""`); at != "drop:PH01" {
		t.Errorf("after it was taken, the focus is on %q", at)
	}
	for field, want := range map[string]string{`input[name="header"]`: "Soups", `textarea[name="body"]`: "Choose one", `input[name="q"]`: "tai chin"} {
		if got := eval[string](b, `document.querySelector('`+field+`').value`); got != want {
			t.Errorf("%s holds %q, want %q", field, got, want)
		}
	}
	if text := eval[string](b, `document.querySelector("[data-count]").textContent`); text != "5 / 60" {
		t.Errorf("the header's counter says %q", text)
	}
	if text := eval[string](b, `document.querySelector("#as-api").textContent`); !strings.Contains(text, "PH01") || !strings.Contains(text, "curl -X POST") {
		t.Errorf("beside it stands %.300s", text)
	}
	b.shot("composer")
	p.leave("sending", `button[value="send"]`)
	p.see("sent", `.note[role="status"] code`)
}
