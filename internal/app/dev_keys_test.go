package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/hawkerhq/hawker/internal/i18n"
)

// A developer goes through webhooks and to other pages without a mouse, in both languages: / searches, j and k go through rows, Enter
// opens one, ? tells the keys, Ctrl K finds a page by its name, r tries a call again.
func TestDevelopersWorkByKeys(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	visit(t, w).page(http.MethodPost, "/dev/receivers/first/listen", url.Values{})
	for range 3 {
		w.must(http.MethodPost, chatA+"/messages", `{"text":"Chào quán"}`)
	}
	for _, lang := range i18n.Languages() {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			b, ok := openTab(t, w, 1280, lang, "light")
			if !ok {
				return
			}
			press := func(key string) { b.do(key, chromedp.KeyEvent(key)) }
			at := func(script string) bool { return eval[bool](b, script) }
			b.open("/dev/events", "[data-row]")
			press("/")
			if !at(`document.activeElement.matches("[data-search]")`) {
				t.Error("/ does not lead to the search")
			}
			at(`(document.activeElement.blur(), true)`)
			press("j")
			press("j")
			if !at(`document.activeElement === document.querySelectorAll("[data-row]")[1]`) {
				t.Error("j does not go through the rows")
			}
			press("k")
			if !at(`document.activeElement === document.querySelectorAll("[data-row]")[0]`) {
				t.Error("k does not go back")
			}
			press("?")
			if !at(`document.querySelector("#keys").open && document.querySelector("#keys").innerText.includes("Ctrl")`) {
				t.Error("? does not show the keys")
			}
			at(`(document.querySelector("#keys").close(), document.querySelectorAll("[data-row]")[0].focus(), true)`)
			press("\r")
			b.do("the webhook", chromedp.WaitVisible(chromedp.CSS(".attempt")))
			at(`document.dispatchEvent(new KeyboardEvent("keydown", {key: "k", ctrlKey: true, bubbles: true, cancelable: true})), true`)
			b.do("the palette", chromedp.WaitVisible(chromedp.CSS("#palette input")), chromedp.SendKeys(chromedp.CSS("#palette input"), i18n.T(lang, "dev.nav_signature")))
			eventually(t, "the page in the palette", func() bool {
				return eval[string](b, `[...document.querySelectorAll(".palette__item")].map(e => e.textContent.trim()).join("|")`) != "" && at(`document.querySelectorAll(".palette__item").length < 4`)
			})
			press("\r")
			b.do("the signatures", chromedp.WaitVisible(chromedp.CSS(`textarea[name="body"]`)))
			b.open("/dev/calls", "[data-row]")
			press("j")
			press("\r")
			b.do("the call", chromedp.WaitVisible(chromedp.CSS(`[data-key="r"]`)))
			press("r")
			b.do("the explorer", chromedp.WaitVisible(chromedp.CSS(`input[name="path"]`)))
			if path := eval[string](b, `document.querySelector('input[name="path"]').value`); !strings.HasPrefix(path, "/v") && !strings.HasPrefix(path, "/sandbox") {
				t.Errorf("the explorer is filled in with %q", path)
			}
		})
	}
}
