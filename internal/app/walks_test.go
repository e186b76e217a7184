package app_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/hawkerhq/hawker/internal/app"
)

// walker is a person who does things by pages alone, in one window, language and size.
type walker struct {
	tab
	w    world
	site string // a merchant's own site, where the chat stands
}

// walks are what people come for. Each begins where it likes, and leaves what the others need alone.
var walks = []struct {
	name string
	walk func(walker)
}{
	{"first steps", walker.firstSteps},
	{"order", walker.order},
	{"enquiry", walker.enquiry},
	{"appeal", walker.appeal},
	{"feed with errors", walker.feedWithErrors},
	{"India", walker.india},
	{"resend", walker.resend},
	{"embed", walker.embed},
}

// What a person does in the pages works in both languages, on phones and on desks.
func TestWalks(t *testing.T) {
	t.Parallel()
	for _, look := range []struct {
		lang  string
		width int64
	}{{"vi", 375}, {"en", 1280}, {"en", 375}, {"vi", 1280}} {
		t.Run(fmt.Sprintf("%s at %d", look.lang, look.width), func(t *testing.T) {
			t.Parallel()
			var address string
			site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/html; charset=utf-8")
				_, _ = io.WriteString(w, `<!doctype html><html lang="`+look.lang+`"><meta name="viewport" content="width=device-width"><title>Quán</title><h1>Quán Góc Phố</h1><script src="`+address+`/embed.js" data-number="`+phoneA+`"></script></html>`)
			}))
			t.Cleanup(site.Close)
			home := strings.Replace(site.URL, "127.0.0.1", "localhost", 1) // another site than Hawker's
			c := app.Defaults()
			c.Pictures, c.EmbedOrigins = false, home
			w := startWith(t, t.TempDir(), c)
			address = w.URL()
			b, ok := openTab(t, w, look.width, look.lang, "light")
			if !ok {
				return
			}
			p := walker{b, w, home}
			p.logIn()
			p.cookie("hawker_customer", lan)
			for _, walk := range walks {
				if only := os.Getenv("HAWKER_WALK"); only != "" && only != walk.name {
					continue
				}
				begun := time.Now()
				t.Run(walk.name, func(t *testing.T) {
					q := p
					ctx, cancel := context.WithTimeout(p.ctx, walkMost)
					defer cancel()
					q.t, q.w.t, q.ctx = t, t, ctx
					walk.walk(q)
				})
				t.Logf("%s took %v", walk.name, time.Since(begun).Round(10*time.Millisecond))
			}
		})
	}
}

// walkMost is when a walk has got stuck.
const walkMost = 2 * time.Minute

// logIn makes the walker an administrator of the demo world.
func (p walker) logIn() {
	p.t.Helper()
	p.open("/manager/login", `input[name="email"]`)
	p.fill(`input[name="email"]`, "demo@hawker.local")
	p.fill(`input[name="password"]`, "demo")
	p.leave("logging in", `form[action="/manager/login"] .button`)
}

// fill writes into a field as somebody who types does.
func (p walker) fill(selector, text string) {
	p.t.Helper()
	ok := eval[bool](p.tab, fmt.Sprintf(`(() => { const e = document.querySelector(%s); if (!e) return false; e.focus(); if (e.type === "checkbox") e.checked = %v; else e.value = %s; e.dispatchEvent(new Event("input", {bubbles: true})); return true; })()`,
		strconv.Quote(selector), text != "", strconv.Quote(text)))
	if !ok {
		p.t.Fatalf("no field %s", selector)
	}
}

// leave clicks what leads to another page, and waits for it.
func (p walker) leave(what, selector string) {
	p.t.Helper()
	eval[bool](p.tab, `window.walked = true`)
	p.do(what, chromedp.Click(chromedp.CSS(selector)))
	eventually(p.t, what+" led to another page", func() bool {
		there, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool](`!window.walked && document.readyState === "complete"`))
		return err == nil && there
	})
	p.fits(what)
}

// see waits for something on the page.
func (p walker) see(what, selector string) {
	p.t.Helper()
	p.do(what, chromedp.WaitVisible(chromedp.CSS(selector)))
}

// text is what the page says.
func (p walker) text(selector string) string {
	p.t.Helper()
	return eval[string](p.tab, `document.querySelector(`+strconv.Quote(selector)+`)?.innerText ?? ""`)
}

// until waits until a page shows something, and opens it. It looks without going there, which costs a browser much less.
func (p walker) until(path, selector string) {
	p.t.Helper()
	eventually(p.t, path+" shows "+selector, func() bool {
		return eval[bool](p.tab, `fetch(`+strconv.Quote(path)+`).then(r => r.text()).then(text => !!new DOMParser().parseFromString(text, "text/html").querySelector(`+strconv.Quote(selector)+`))`)
	})
	p.open(path, selector)
}

// says writes into the chat with a number.
func (p walker) says(phone, text string) {
	p.t.Helper()
	p.open("/chat/"+phone, ".composer textarea")
	p.fill(".composer textarea", text)
	p.do("sending", chromedp.Click(chromedp.CSS(".composer__send")), chromedp.WaitVisible(chromedp.CSS(".message--mine:last-of-type")))
}

// file is a file to upload.
func (p walker) file(name, content string) string {
	p.t.Helper()
	path := filepath.Join(p.t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		p.t.Fatal(err)
	}
	return path
}

const feedHead = "id,title,description,availability,condition,price,link,image_link,brand\n"

// From an empty catalog to an order that a program was told of.
func (p walker) firstSteps() {
	path := p.file("shop.csv", feedHead+"T1,Áo lụa,Lụa tơ tằm,in stock,new,420000 VND,https://shop.example/1,https://shop.example/1.jpg,Mộc\nT2,Khăn lụa,Lụa Hà Đông,in stock,new,290000 VND,https://shop.example/2,https://shop.example/2.jpg,Mộc\n")
	p.open(officeB+"/sources", `input[name="file"]`)
	p.do("the file", chromedp.SetUploadFiles(chromedp.CSS(`form.card input[name="file"]`), []string{path}))
	p.leave("uploading", `button[value="upload"]`)
	p.see("taken in", `a.button[href*="/items"]`)
	p.open(officeB+"/connections", `button[value="connect"]`)
	p.leave("connecting", `button[value="connect"]`)
	p.open(officeB+"/connections", `input[name="visible"]`)
	p.fill(`input[name="visible"]`, "on")
	p.fill(`input[name="cart"]`, "on")
	p.leave("settings", `form[action$="/commerce"] .button`)
	p.open("/dev/receivers/first", `form[action$="/listen"]`)
	p.leave("listening", `form[action$="/listen"] .button`)
	p.until(officeB+"/items?q=T2", ".chip--good")
	p.says(phoneB, "Xin chào!")
	p.open(officeB+"/compose?to="+lan, `.offer[value="add:T1"]`)
	p.fill(`input[name="header"]`, "Hàng mới")
	p.fill(`textarea[name="body"]`, "Mời bạn xem")
	p.fill(`input[name="title.0"]`, "Lụa")
	p.do("the first", chromedp.Click(chromedp.CSS(`.offer[value="add:T1"]`)), chromedp.WaitVisible(chromedp.CSS(`.offer[value="drop:T1"]`)))
	p.do("the second", chromedp.Click(chromedp.CSS(`.offer[value="add:T2"]`)), chromedp.WaitVisible(chromedp.CSS(`.offer[value="drop:T2"]`)))
	p.leave("sending products", `button[value="send"]`)
	p.see("sent", `.note[role="status"]`)
	p.open("/chat/"+phoneB, "a.stack")
	p.do("the list", chromedp.Click(chromedp.CSS("a.stack")), chromedp.WaitVisible(chromedp.CSS(`button[name="quantity"][value="1"]`)))
	p.do("into the cart", chromedp.Click(chromedp.CSS(`button[name="quantity"][value="1"]`)), chromedp.WaitVisible(chromedp.CSS(`button[name="quantity"][value="2"]`)))
	p.open("/chat/"+phoneB+"/cart", `input[name="note"]`)
	p.do("the order", chromedp.Click(chromedp.CSS("form[data-once] button")), chromedp.WaitVisible(chromedp.CSS("a.order-card")))
	p.until("/dev/receivers/first", "#got details")
	eventually(p.t, "the order signed and received", func() bool { // it comes live
		return strings.Contains(eval[string](p.tab, `document.querySelector("#got").textContent`), `"type": "order"`)
	})
}

// An order of something found in the shop, and its way through the merchant's hands.
func (p walker) order() {
	p.open("/chat/"+phoneA+"/catalog?q=ca+phe", "#shop .row")
	p.open("/chat/"+phoneA+"/product/CF01", ".product__price")
	p.do("into the cart", chromedp.Click(chromedp.CSS(`.foot button[name="quantity"]`)), chromedp.WaitVisible(chromedp.CSS(".foot .stepper")))
	p.open("/chat/"+phoneA+"/cart", `input[name="note"]`)
	p.fill(`input[name="note"]`, "ít đường")
	p.fits("the cart")
	p.do("the order", chromedp.Click(chromedp.CSS("form[data-once] button")), chromedp.WaitVisible(chromedp.CSS("a.order-card")))
	p.open(officeA+"/orders", "main a[href*='/orders/']")
	p.leave("the order's page", `main a[href*="/orders/"]:not([href$=".csv"])`)
	if text := p.text("main"); !strings.Contains(text, "ít đường") {
		p.t.Errorf("the order's page does not tell the note: %.300s", text)
	}
	p.leave("confirming", `main form button[value="confirmed"]`)
	exact := eval[string](p.tab, `(() => { const time = document.querySelector("main time[datetime]"); time.dispatchEvent(new PointerEvent("pointerover", {bubbles: true})); return time.title; })()`)
	if !strings.HasSuffix(exact, " UTC") || !strings.Contains(exact, " · ") {
		p.t.Errorf("a time under the pointer tells %q", exact)
	}
}

// A question about a product, and its answer.
func (p walker) enquiry() {
	p.open("/chat/"+phoneA+"/product/CF03", ".product__price")
	p.do("asking", chromedp.Click(chromedp.CSS(`a[href*="?product="]`)), chromedp.WaitVisible(chromedp.CSS(".quote--draft")))
	p.fill(".composer textarea", "Có ít ngọt không?")
	p.do("sending", chromedp.Click(chromedp.CSS(".composer__send")), chromedp.WaitVisible(chromedp.CSS(".message--mine .quote")))
	p.open(officeA+"/inbox", ".thread")
	p.leave("the thread", ".thread")
	if text := p.text("#talk"); !strings.Contains(text, "CF03") || !strings.Contains(text, "Có ít ngọt không?") {
		p.t.Errorf("the inbox does not show the product asked about: %.300s", text)
	}
	p.fill(`#reply textarea`, "Dạ có ạ")
	p.leave("replying", "#reply .button")
	p.open("/chat/"+phoneA, ".log")
	if text := p.text(".log"); !strings.Contains(text, "Dạ có ạ") {
		p.t.Errorf("the reply is not in the chat: %.300s", text)
	}
}

// A rejected item, the request for another look, and a moderator's word.
func (p walker) appeal() {
	item := reject(p.w, "CF02")
	p.open(officeA+"/items/"+item, `form[action$="/appeal"]`)
	p.fill(`form[action$="/appeal"] textarea`, "Đây là cà phê.")
	p.leave("appealing", `form[action$="/appeal"] .button`)
	if text := p.text("main"); !strings.Contains(text, "Đây là cà phê.") {
		p.t.Errorf("the item's page does not tell of the appeal: %.300s", text)
	}
	p.open(officeA+"/queue", "[data-case]")
	p.leave("approving", `form[data-verdict]:has(input[name="item"][value="`+item+`"]) button[value="approve"]`)
	p.open(officeA+"/items/"+item, "main")
	p.see("approved", ".head ~ .split .chip--good, .chip--good")
	p.open("/chat/"+phoneA+"/product/CF02", ".product__price")
}

// A file with rows that are wrong: which, where and what to do, and the others are there.
func (p walker) feedWithErrors() {
	path := p.file("gia.csv", feedHead+"F1,Bánh đúng,Ngon,in stock,new,20000 VND,https://shop.example/1,https://shop.example/1.jpg,Q\nF2,Bánh sai,Ngon,in stock,new,\"12,5\",https://shop.example/2,https://shop.example/2.jpg,Q\n")
	p.open(officeA+"/sources", `input[name="file"]`)
	p.do("the file", chromedp.SetUploadFiles(chromedp.CSS(`form.card input[name="file"]`), []string{path}))
	p.do("checking", chromedp.Click(chromedp.CSS(`button[value="check"]`)), chromedp.WaitVisible(chromedp.CSS("#lint .tiles")))
	p.see("what the check says", `.tile[data-tone="bad"]`)
	p.do("the file", chromedp.SetUploadFiles(chromedp.CSS(`form.card input[name="file"]`), []string{path}))
	p.leave("uploading", `button[value="upload"]`)
	p.see("taken in", `form[action$="/report"] .button`)
	if text := p.text("#upload"); !strings.Contains(text, "F2") || !strings.Contains(text, "price") || !strings.Contains(text, "12,5") {
		p.t.Errorf("the page does not tell row, column and value: %.500s", text)
	}
	english := strings.Contains(p.text("#upload"), "A field has a value that is not right")
	if vi := eval[string](p.tab, `document.documentElement.lang`) == "vi"; vi == english {
		p.t.Errorf("the error is not told in the reader's language: %.500s", p.text("#upload"))
	}
	p.leave("the report", `form[action$="/report"] .button`)
}

// A shop in India that has not told its details sells nothing, and sells once it has.
func (p walker) india() {
	p.w.exec(`DELETE FROM business_compliance`)
	p.w.must(http.MethodPost, chatC+"/messages", `{"text":"Hi"}`)
	const office = "/manager/200000000000003"
	send := func(what string) {
		p.t.Helper()
		p.open(office+"/compose?to="+priya, `textarea[name="products"]`)
		p.fill(`input[name="header"]`, "Spices")
		p.fill(`textarea[name="body"]`, "For you")
		p.fill(`textarea[name="products"]`, "W01")
		p.leave(what, `button[value="send"]`)
	}
	send("refused")
	p.see("why", `.note--bad a[href="/help/india"]`)
	p.open(office+"/india", `input[name="entity_name"]`)
	for name, text := range map[string]string{
		"entity_name": "Malabar Spice Room", "entity_type": "PARTNERSHIP", "is_registered": "on", "grievance_officer_details.name": "A. Nair", "grievance_officer_details.email": "a@spice.example",
		"grievance_officer_details.mobile_number": "+914847100004", "customer_care_details.email": "c@spice.example", "customer_care_details.mobile_number": "+914847100005",
	} {
		p.fill(`form [name="`+name+`"]`, text)
	}
	p.leave("telling", `form:has(input[name="entity_name"]) .button`)
	p.see("told", ".chip--good")
	send("sent")
	p.see("sent", `.note[role="status"]`)
}

// A webhook that failed is sent again by hand.
func (p walker) resend() {
	p.open("/dev/receivers/first", `input[name="status"]`)
	p.fill(`form[action="/dev/receivers"] input[name="status"]`, "500")
	p.leave("failing", `form[action="/dev/receivers"] .button`)
	p.leave("listening", `form[action$="/listen"] .button`)
	p.says(phoneA, "Nghe không?")
	p.until(officeA+"/events?state=pending", `#events a[href*="/events/"]`)
	p.leave("the delivery", `#events td a[href*="/events/"]`)
	delivery := strings.SplitN(strings.TrimPrefix(p.where(), p.url), "?", 2)[0]
	p.open("/dev/receivers/first", `input[name="status"]`)
	p.fill(`form[action="/dev/receivers"] input[name="status"]`, "200")
	p.leave("mended", `form[action="/dev/receivers"] .button`)
	p.open(delivery, `form[action$="/resend"]`) // by its address: a retry of its own may be faster than this walk
	p.leave("resending", `form[action$="/resend"] .button`)
	p.until(delivery, ".chip--good")
}

func (p walker) where() string {
	at, err := chromedp.Run(p.ctx, chromedp.Location())
	if err != nil {
		p.t.Fatal(err)
	}
	return at
}

// The chat in a merchant's own site, which the merchant opens first.
func (p walker) embed() {
	p.open(officeA+"/numbers/"+phoneA, "#embed")
	p.fill(`#embed input[name="origin"]`, "on")
	p.leave("opening the chat to the site", `#embed .button`)
	p.do("the merchant's page", chromedp.Navigate(p.site), chromedp.WaitReady(chromedp.CSS("#hawker-chat")))
	eval[bool](p.tab, `document.querySelector("#hawker-chat").shadowRoot.querySelector("button").click(), true`)
	frame := p.frame(embedA)
	frame.do("a name", chromedp.WaitVisible(chromedp.CSS(`input[name="name"]`)), chromedp.SendKeys(chromedp.CSS(`input[name="name"]`), "Chị An"))
	p.shot("embed-begin-" + fmt.Sprint(p.t.Name()[len("TestWalks/"):][:2]))
	frame.do("beginning", chromedp.Click(chromedp.CSS(`form[action$="/start"] button`)), chromedp.WaitVisible(chromedp.CSS(`.composer textarea`)))
	frame.do("writing", chromedp.SendKeys(chromedp.CSS(`.composer textarea`), "Quán còn phở không?"), chromedp.Click(chromedp.CSS(`.composer__send`)), chromedp.WaitVisible(chromedp.CSS(`.message--mine`)))
	frame.fits("the embedded chat")
}

// frame is a page inside the page at hand, from another site.
func (b tab) frame(path string) (frame tab) {
	b.t.Helper()
	eventually(b.t, "the frame there", func() bool {
		list, err := chromedp.Targets(b.ctx)
		for _, info := range list {
			if err == nil && info.Type == "iframe" && strings.HasPrefix(info.URL, b.url+path) {
				inside, cancel := chromedp.NewContext(b.ctx, chromedp.WithTargetID(info.TargetID))
				b.t.Cleanup(cancel)
				frame = tab{b.t, inside, b.url}
				return true
			}
		}
		return false
	})
	return frame
}
