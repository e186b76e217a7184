package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// point sends what a finger does at the last bubble of the shop, step by step: x and y are how far it has moved.
const point = `const bubble = [...document.querySelectorAll(".message:not(.message--mine) .bubble")].at(-1);
	const finger = (kind, x = 0, y = 0) => bubble.dispatchEvent(new PointerEvent(kind, {bubbles: true, pointerType: "touch", pointerId: 7, clientX: 40 + x, clientY: 400 + y}));`

// On a phone a long press on a bubble opens its menu, a tap elsewhere closes it, and a swipe answers; a short touch, a touch
// that scrolls and a short swipe do nothing.
func TestFingersOnABubble(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	b, ok := openTab(t, w, 375, "vi", "light")
	if !ok {
		return
	}
	w.must(http.MethodPost, chatA+"/messages", `{"type":"text","text":"Quán ơi"}`)
	w.must(http.MethodPost, "/v25.0/"+phoneA+"/messages", `{"messaging_product":"whatsapp","to":"`+lan+`","type":"text","text":{"body":"Dạ, quán nghe"}}`)
	b.cookie("hawker_customer", lan)
	b.open("/chat/"+phoneA, ".message:not(.message--mine)")
	open := func() bool { return eval[bool](b, `!!document.querySelector(".menu[open]")`) }
	pressed := func(move string) bool { // held for longer than a press takes
		return eval[bool](b, `(async () => {`+point+`finger("pointerdown");`+move+`await new Promise(done => setTimeout(done, 700));
			const is = !!document.querySelector(".menu[open]"); finger("pointerup"); return is; })()`)
	}
	if pressed(`finger("pointermove", 0, 30);`) {
		t.Error("a finger that scrolls opens a menu")
	}
	if !pressed(``) || !open() {
		t.Error("a long press opens no menu, or it closes when the finger goes up")
	}
	eval[bool](b, `document.querySelector(".bar").dispatchEvent(new PointerEvent("pointerdown", {bubbles: true})), true`)
	if open() {
		t.Error("a tap elsewhere leaves the menu open")
	}
	eval[bool](b, `(() => {`+point+`finger("pointerdown"); finger("pointermove", 40); finger("pointerup"); return true; })()`)
	if eval[bool](b, `!!document.querySelector(".quote--draft")`) {
		t.Error("a short swipe answers")
	}
	eval[bool](b, `(() => {`+point+`finger("pointerdown"); finger("pointermove", 40); finger("pointermove", 90); finger("pointerup"); return true; })()`)
	b.do("the answer", chromedp.WaitVisible(chromedp.CSS(".quote--draft")))
}

// Words stand in the chat as soon as they are sent, with a clock, while the server has not answered; what it never gets goes
// back into the field.
func TestWordsStandInTheChatAtOnce(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	b, ok := openTab(t, w, 375, "vi", "light")
	if !ok {
		return
	}
	w.must(http.MethodPost, chatA+"/messages", `{"type":"text","text":"Quán ơi"}`)
	b.cookie("hawker_customer", lan)
	b.open("/chat/"+phoneA, ".message--mine")
	// The request is held in the browser until the test lets it go.
	const hold = `(() => { const real = window.fetch; window.fetch = (at, how) => how?.method?.toUpperCase() === "POST" && String(at).includes("/messages")
		? new Promise((yes, no) => { window.letGo = ok => { window.fetch = real; ok ? yes(real(at, how)) : no(new TypeError("offline")); }; }) : real(at, how); return true; })()`
	send := func(text string) string {
		return eval[string](b, fmt.Sprintf(`(async () => { const field = document.querySelector(".composer textarea"); field.value = %q; field.form.requestSubmit();
			for (let i = 0; i < 100 && !window.letGo; i++) await new Promise(done => setTimeout(done, 10));
			return document.querySelector(".message--waiting")?.textContent + "|" + field.value + "|" + !!document.querySelector(".message--waiting svg"); })()`, text))
	}
	eval[bool](b, hold)
	if got := send("Hai tô phở"); got != "Hai tô phở||true" {
		t.Fatalf("while it is on its way the chat shows %q", got)
	}
	eval[bool](b, `(window.letGo(true), window.letGo = undefined, true)`)
	b.do("sent", chromedp.WaitNotPresent(chromedp.CSS(".message--waiting")))
	eventually(t, "the words in the chat", func() bool {
		return strings.Contains(jsonOf(t, w.must(http.MethodGet, chatA, "")), "Hai tô phở")
	})
	eval[bool](b, hold)
	send("Ít hành")
	eval[bool](b, `(window.letGo(false), true)`)
	eventually(t, "the words back in the field", func() bool {
		return eval[string](b, `document.querySelectorAll(".message--waiting").length + document.querySelector(".composer textarea").value`) == "0Ít hành"
	})
}

// Who reads further up is told how many messages came in, and comes down to them by a press; who reads the newest is told nothing.
func TestWhoReadsFurtherUpIsToldOfNewMessages(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	b, ok := openTab(t, w, 375, "vi", "light")
	if !ok {
		return
	}
	for n := range 30 {
		w.must(http.MethodPost, chatA+"/messages", fmt.Sprintf(`{"type":"text","text":"Tin thứ %d"}`, n))
	}
	writes := func(text string) {
		t.Helper()
		w.must(http.MethodPost, "/v25.0/"+phoneA+"/messages", fmt.Sprintf(`{"messaging_product":"whatsapp","to":%q,"type":"text","text":{"body":%q}}`, lan, text))
		eventually(t, text+" in the chat", func() bool {
			return strings.Contains(eval[string](b, `document.querySelector(".log").innerText`), text)
		})
	}
	told := func() string {
		return eval[string](b, `(() => { const e = document.querySelector(".newer"); return e.hidden ? "" : e.textContent; })()`)
	}
	b.cookie("hawker_customer", lan)
	b.open("/chat/"+phoneA, ".message--mine")
	writes("Chào bạn")
	if got := told(); got != "" {
		t.Errorf("at the newest message one is told %q", got)
	}
	b.do("up", chromedp.Evaluate[chromedp.Void](`document.querySelector(".log").scrollTop = -600; 0`))
	writes("Còn phở không")
	writes("Còn ạ")
	eventually(t, "two new messages told", func() bool { return told() == "2 tin mới ↓" })
	b.fits("the pill")
	b.shot("newer")
	b.do("down", chromedp.Click(chromedp.CSS(".newer")))
	eventually(t, "the newest in sight", func() bool {
		return told() == "" && eval[int](b, `Math.round(document.querySelector(".log").scrollTop)`) == 0
	})
}

// Who looks at a product and goes back, by the arrow or by the browser, or loads the page anew, finds the list where it was;
// who comes to it by a link starts at its top.
func TestGoingBackKeepsThePlace(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	b, ok := openTab(t, w, 375, "vi", "light")
	if !ok {
		return
	}
	b.cookie("hawker_customer", lan)
	catalog := "/chat/" + phoneA + "/catalog"
	b.open(catalog, "#shop .row")
	at := func() int { return eval[int](b, `Math.round(document.querySelector("#shop").scrollTop)`) }
	b.do("down", chromedp.Evaluate[chromedp.Void](`document.querySelector("#shop").scrollTop = 640; 0`))
	eventually(t, "the place known", func() bool { return eval[string](b, `sessionStorage.getItem("place:`+catalog+`") ?? ""`) == "640" })
	product := func() {
		t.Helper()
		b.do("the product", chromedp.Evaluate[chromedp.Void](`document.querySelectorAll("#shop .row__link[href]")[6].click(); 0`), chromedp.WaitVisible(chromedp.CSS(".product__price")))
	}
	for what, back := range map[string]string{"the arrow": `document.querySelector(".bar__back").click(); 0`, "the browser": `history.back(); 0`} {
		product()
		b.do(what, chromedp.Evaluate[chromedp.Void](back), chromedp.WaitVisible(chromedp.CSS("#shop .row")))
		eventually(t, "the place after "+what, func() bool { return at() == 640 })
	}
	b.do("anew", chromedp.Reload(), chromedp.WaitVisible(chromedp.CSS("#shop .row")))
	eventually(t, "the place after loading anew", func() bool { return at() == 640 })
	b.open("/chat/"+phoneA, `.bar a[href$="/catalog"]`)
	b.do("by a link", chromedp.Click(chromedp.CSS(`.bar a[href$="/catalog"]`)), chromedp.WaitVisible(chromedp.CSS("#shop .row")))
	if got := at(); got != 0 {
		t.Errorf("by a link the list starts at %d", got)
	}
}
