package app_test

import (
	"net/http"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"
)

// plainParts are files of templates that are no pages.
var plainParts = []string{"layout.html", "part.html", "moderation.html", "picker.html", "message.html", "message_tap.html", "product_row.html", "help_en.html", "help_vi.html", "shared.html"}

// Every page of every door stands in the storybook.
func TestEveryPageHasAStory(t *testing.T) {
	t.Parallel()
	told := map[string]bool{}
	for _, b := range books(t) {
		for _, s := range b.Stories {
			told[b.Name+"/"+s.Page] = true
		}
	}
	for book, door := range map[string]string{"chat": "web", "manager": "manager", "dev": "dev"} {
		files, err := filepath.Glob("../" + door + "/template/*.html")
		if err != nil || len(files) < 10 {
			t.Fatalf("%s: %d templates, %v", door, len(files), err)
		}
		for _, f := range files {
			if name := filepath.Base(f); !slices.Contains(plainParts, name) && !told[book+"/"+name] {
				t.Errorf("%s/%s has no story", door, name)
			}
		}
	}
}

// mainPages are those people come to most.
func mainPages(item string) []string {
	return []string{
		"/", "/help/reviews", "/chat", "/chat/" + phoneA, "/chat/" + phoneA + "/catalog", "/chat/" + phoneA + "/product/CF01", "/chat/" + phoneA + "/cart", "/chat/" + phoneA + "/profile",
		officeA, officeA + "/items", officeA + "/items/" + item, officeA + "/items/" + item + "/edit", officeA + "/sources", officeA + "/connections", officeA + "/numbers/" + phoneA, officeA + "/compose",
		officeA + "/inbox/" + phoneA + "/" + lan, officeA + "/orders", officeA + "/queue", officeA + "/standing", officeA + "/events", officeA + "/settings", "/dev", "/dev/events", "/dev/explorer", "/dev/receivers", "/dev/clock", "/dev/faults", "/dev/snapshots",
	}
}

// lookedAt is a world with something on every page, and a window logged in everywhere.
func lookedAt(t *testing.T, width int64, lang string) (b tab, item string, ok bool) {
	t.Helper()
	w := start(t, t.TempDir())
	if b, ok = openTab(t, w, width, lang, "light"); !ok {
		return b, "", false
	}
	w.must(http.MethodPost, chatA+"/messages", `{"text":"Chào quán"}`)
	w.must(http.MethodPut, chatA+"/cart/CF01", `{"quantity":2}`)
	p := walker{b, w, ""}
	p.cookie("hawker_customer", lan)
	p.open("/manager/login", `input[name="email"]`)
	p.fill(`input[name="email"]`, "demo@hawker.local")
	p.fill(`input[name="password"]`, "demo")
	p.leave("logging in", `form[action="/manager/login"] .button`)
	return b, w.itemOf(catalogA, "CF01"), true
}

// cutOff tells which text is not all there.
const cutOff = `(() => { const out = []; for (const e of document.querySelectorAll("h1, h2, h3, p, button, a, label, dt, dd, summary")) {
	if (!e.checkVisibility({visibilityProperty: true, opacityProperty: true}) || e.closest(".unseen, .skip, [hidden]")) continue;
	const s = getComputedStyle(e), lines = s.textOverflow === "ellipsis" || s.webkitLineClamp !== "none";
	if (s.overflowX === "hidden" && !lines && e.scrollWidth > e.clientWidth + 2) out.push(e.tagName + "." + e.className + ": " + e.textContent.trim().slice(0, 40)); }
	return out.slice(0, 5).join("; "); })()`

// At 200 % on a desk of 1280 pixels a page has 640: nothing is cut off, nothing has to be pushed aside, no text is lost.
func TestPagesAreReadAtTwiceTheSize(t *testing.T) {
	t.Parallel()
	b, item, ok := lookedAt(t, 640, "vi")
	if !ok {
		return
	}
	for _, path := range mainPages(item) {
		b.open(path, "body")
		b.fits(path)
		lost := eval[string](b, cutOff)
		if lost != "" {
			b.t.Errorf("%s: text is cut off: %s", path, lost)
		}
	}
}

// Whatever can be clicked is reached by the Tab key, in the order of the page, and shows that it is reached.
func TestTheKeyboardReachesEverything(t *testing.T) {
	t.Parallel()
	b, item, ok := lookedAt(t, 1280, "en")
	if !ok {
		return
	}
	for _, path := range mainPages(item) {
		b.open(path, "body")
		problems := eval[string](b, reach)
		if problems != "" {
			t.Errorf("%s: %s", path, problems)
		}
	}
	// And by real keys: on the page where there is most to do, Tab goes on and on and comes to the end.
	b.open(officeA+"/items", "main")
	want := eval[int](b, `document.querySelectorAll("main a[href], main button, main input:not([type=hidden]), main select").length`)
	if want < 20 {
		t.Fatalf("only %d things to reach", want)
	}
	eval[bool](b, `(() => { window.reached = new Set(); document.addEventListener("focusin", (e) => window.reached.add(e.target)); return true; })()`)
	keys := make([]chromedp.Action[chromedp.Void], 0, want+60)
	for range want + 60 {
		keys = append(keys, chromedp.KeyEvent("\t"))
	}
	b.do("Tab", keys...)
	missed := eval[string](b, `[...document.querySelectorAll("main a[href], main button, main input:not([type=hidden]):not([type=radio]), main select")].filter(e => e.checkVisibility({visibilityProperty: true}) && !e.disabled && e.tabIndex >= 0 && !window.reached.has(e)).slice(0, 5).map(e => e.outerHTML.slice(0, 80)).join("; ")`)
	if missed != "" {
		t.Errorf("Tab does not come to %s", missed)
	}
}

// reach tells what can be clicked and not be reached, what is taken out of its order, and what does not show its focus.
const reach = `(() => {
	const out = [], seen = (e) => e.checkVisibility({visibilityProperty: true, opacityProperty: false}) && !e.closest("[inert]");
	for (const e of document.querySelectorAll("[tabindex]")) if (e.tabIndex > 0) out.push("out of its order: " + e.outerHTML.slice(0, 80));
	for (const e of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [role=tab], [data-copyable], [data-copy], [data-open-dialog]")) {
		if (!seen(e) || e.disabled) continue;
		if (e.tabIndex < 0 && !e.matches("[data-copyable]")) out.push("not reached: " + e.outerHTML.slice(0, 80));
	}
	let n = 0;
	for (const e of document.querySelectorAll("main a[href], main button, main input:not([type=hidden]), main select, main textarea, main summary")) {
		if (!seen(e) || e.disabled || n++ > 25) continue;
		e.focus({preventScroll: true, focusVisible: true});
		if (document.activeElement !== e) continue;
		const s = getComputedStyle(e), r = getComputedStyle(e.parentElement);
		if (s.outlineStyle === "none" && s.boxShadow === "none" && r.outlineStyle === "none" && r.boxShadow === "none") out.push("shows no focus: " + e.outerHTML.slice(0, 80));
	}
	return out.slice(0, 5).join("; ");
})()`

// moves tells what moves.
const moves = `[...document.querySelectorAll("*")].filter(e => { const s = getComputedStyle(e); return s.animationName !== "none" || (s.transitionProperty !== "none" && s.transitionDuration.split(",").some(d => parseFloat(d) > 0)) || s.scrollBehavior === "smooth"; }).slice(0, 3).map(e => e.outerHTML.slice(0, 80)).join("; ")`

// Whoever asks for less motion gets none.
func TestNothingMovesForThoseWhoAskForIt(t *testing.T) {
	t.Parallel()
	b, item, ok := lookedAt(t, 375, "vi") // the browser of the tests asks for less motion
	if !ok {
		return
	}
	for _, path := range mainPages(item)[2:12] {
		b.open(path, "body")
		moving := eval[string](b, moves)
		if moving != "" {
			t.Errorf("%s moves: %s", path, moving)
		}
	}
}
