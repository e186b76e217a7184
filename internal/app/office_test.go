package app_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

var undoOf = regexp.MustCompile(`(?s)<form class="toast toast--undo"[^>]*action="([^"]+)".*?name="back" value="([^"]+)".*?<button name="([^"]+)" value="([^"]+)">`)

// A price changed in the table can be taken back, to what it was.
func TestAChangeInPlaceIsTakenBack(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	c := login(t, w, "en")
	item := w.itemOf(catalogA, "CF01")
	form := url.Values{"price": {"23000 VND"}, "from": {"items"}, "back": {officeA + "/items?catalog=" + catalogA + "&q=CF01"}}
	page, _ := c.do(http.StatusOK, http.MethodPost, officeA+"/items/"+item, form)
	undo := undoOf.FindStringSubmatch(page)
	if undo == nil || undo[3] != "price" || undo[4] != "22000 VND" || !strings.Contains(html.UnescapeString(undo[2]), "q=CF01") {
		t.Fatalf("no undo of the price is offered: %q", undo)
	}
	page, _ = c.do(http.StatusOK, http.MethodPost, undo[1], url.Values{"from": {"items"}, "back": {html.UnescapeString(undo[2])}, undo[3]: {undo[4]}})
	if got := w.raw(http.MethodGet, "/v25.0/"+item+"?fields=price"); !strings.Contains(got, "22,000") {
		t.Errorf("after undo: %s", got)
	}
	if undo = undoOf.FindStringSubmatch(page); undo == nil || undo[4] != "23000 VND" {
		t.Errorf("the undo cannot be undone: %q", undo)
	}
	page, _ = c.do(http.StatusOK, http.MethodGet, officeA+"/items?was="+item+"&field=title&value=x", nil)
	if undoOf.MatchString(page) {
		t.Error("an address offers to change a title")
	}
}

// What many items lack is given to all of them in one go, or to none.
func TestAnIssueIsMendedForAllItems(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	c := login(t, w, "en")
	for _, sku := range []string{"CF01", "CF02"} {
		w.must(http.MethodPost, "/v25.0/"+w.itemOf(catalogA, sku), `{"brand":""}`)
	}
	page, _ := c.do(http.StatusOK, http.MethodGet, officeA+"/issues", nil)
	issue := regexp.MustCompile(`name="issue" value="([^"]+)">\s*<input type="hidden" name="field" value="brand"`).FindStringSubmatch(page)
	if issue == nil {
		t.Fatalf("the missing brand cannot be mended: %.1500s", visibleText(page))
	}
	at := officeA + "/issues?catalog=" + catalogA
	c.do(http.StatusUnprocessableEntity, http.MethodPost, at, url.Values{"issue": {issue[1]}, "field": {"brand"}, "value": {strings.Repeat("x", 101)}})
	c.do(http.StatusOK, http.MethodPost, at, url.Values{"issue": {issue[1]}, "field": {"brand"}, "value": {"Quán Góc Phố"}})
	for _, sku := range []string{"CF01", "CF02"} {
		if got := w.must(http.MethodGet, "/v25.0/"+w.itemOf(catalogA, sku)+"?fields=brand", "")["brand"]; got != "Quán Góc Phố" {
			t.Errorf("the brand of %s is %v", sku, got)
		}
	}
	c.do(http.StatusNotFound, http.MethodPost, at, url.Values{"issue": {issue[1]}, "field": {"price"}, "value": {"1 VND"}})
	c.do(http.StatusNotFound, http.MethodPost, officeB+"/issues?catalog="+catalogA, url.Values{"issue": {issue[1]}, "field": {"brand"}, "value": {"x"}})
}

// What programs write in batches is listed, with the lines that were refused.
func TestBatchesAreListed(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	c := login(t, w, "en")
	if page, _ := c.do(http.StatusOK, http.MethodGet, officeB+"/batches", nil); !strings.Contains(page, "items_batch") {
		t.Error("a catalog without batches does not tell how to make one")
	}
	handle := w.must(http.MethodPost, "/v25.0/"+catalogB+"/items_batch", `{"item_type":"PRODUCT_ITEM","requests":[
		{"method":"CREATE","data":{"id":"AO1","title":"Áo","description":"x","availability":"in stock","condition":"new","price":"1 VND","link":"https://moc.example/1","image_link":"https://moc.example/1.jpg","brand":"Mộc"}},
		{"method":"UPDATE","data":{"id":"GONE","price":"1 VND"}}]}`)["handles"].([]any)[0].(string)
	at := officeB + "/batches/" + handle
	eventually(t, "finished", func() bool {
		page, _ := c.do(http.StatusOK, http.MethodGet, at, nil)
		return !strings.Contains(page, "hx-trigger=\"every 2s\"")
	})
	page, _ := c.do(http.StatusOK, http.MethodGet, at, nil)
	if text := visibleText(page); !strings.Contains(text, "GONE") || strings.Contains(text, "AO1") {
		t.Errorf("the page of the batch tells %.900s", text)
	}
	if page, _ = c.do(http.StatusOK, http.MethodGet, officeB+"/batches", nil); !strings.Contains(page, handle) {
		t.Error("the batch is not listed")
	}
	c.do(http.StatusNotFound, http.MethodGet, officeA+"/batches/"+handle, nil)
	join(t, w, "agent").do(http.StatusForbidden, http.MethodGet, officeA+"/batches", nil)
}

// Orders are moved from column to column, and come back to the board; what waits is counted.
func TestOrdersStandOnABoard(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	c := login(t, w, "en")
	w.must(http.MethodPost, chatA+"/messages", `{"text":"Xin chào"}`)
	w.must(http.MethodPut, chatA+"/cart/PH01", `{"quantity":2}`)
	order := w.must(http.MethodPost, chatA+"/cart/send", `{"note":"ít hành"}`)["order_id"].(string)
	pulse := func() string {
		body, _ := c.do(http.StatusOK, http.MethodGet, officeA+"/pulse", nil)
		return body
	}
	if got := pulse(); !strings.Contains(got, `"orders":1`) || !strings.Contains(got, `"inbox":2`) {
		t.Errorf("what waits is told as %s", got)
	}
	board := officeA + "/orders/board"
	column := regexp.MustCompile(`(?s)data-column="(\w+)".*?</section>`)
	where := func(page string) string {
		for _, m := range column.FindAllStringSubmatch(page, -1) {
			if strings.Contains(m[0], `id="card-`+order+`"`) {
				return m[1]
			}
		}
		return ""
	}
	page, _ := c.do(http.StatusOK, http.MethodGet, board, nil)
	if where(page) != "new" {
		t.Fatalf("the order stands under %q", where(page))
	}
	page, _ = c.do(http.StatusOK, http.MethodPost, officeA+"/orders/"+order, url.Values{"state": {"confirmed"}, "back": {board}})
	if where(page) != "confirmed" {
		t.Errorf("after it was confirmed the order stands under %q", where(page))
	}
	if got := pulse(); !strings.Contains(got, `"orders":0`) {
		t.Errorf("after it was confirmed, there waits %s", got)
	}
	body, _ := c.do(http.StatusOK, http.MethodGet, officeA+"/customers?q=LÀN", nil)
	if text := visibleText(body); !strings.Contains(text, "Lan") || !strings.Contains(text, "130,000") {
		t.Errorf("the customers are told as %.600s", text)
	}
	body, _ = c.do(http.StatusOK, http.MethodGet, officeA+"/customers/"+lan, nil)
	if !strings.Contains(body, "/orders/"+order) || !strings.Contains(body, "/inbox/"+phoneA+"/"+lan) {
		t.Error("the customer's page leads neither to the order nor to the chat")
	}
	c.do(http.StatusNotFound, http.MethodGet, officeB+"/customers/"+lan, nil)
	c.do(http.StatusNotFound, http.MethodGet, officeA+"/customers/x", nil)
}

// The side bar counts what waits, and a card dragged to another column goes there.
func TestCardsAreDraggedOnTheBoard(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	b, ok := openTab(t, w, 1280, "vi", "light")
	if !ok {
		return
	}
	w.must(http.MethodPut, chatA+"/cart/PH01", `{"quantity":2}`)
	order := w.must(http.MethodPost, chatA+"/cart/send", `{}`)["order_id"].(string)
	p := walker{tab: b, w: w}
	b.open("/manager/login", `input[name="password"]`)
	p.fill(`input[name="email"]`, "demo@hawker.local")
	p.fill(`input[name="password"]`, "demo")
	p.leave("logging in", `form[action="/manager/login"] .button`)
	b.open(officeA+"/orders/board", "#card-"+order)
	eventually(t, "the order is counted", func() bool {
		return eval[bool](b, `document.querySelector('a.nav[data-section="orders"] .nav__count')?.textContent === "1" && document.title.startsWith("(")`)
	})
	b.shot("board")
	eval[bool](b, `(() => { const drag = (on, kind) => on.dispatchEvent(new DragEvent(kind, {bubbles: true, cancelable: true, dataTransfer: new DataTransfer()}));
		const card = document.querySelector("#card-`+order+`"), to = document.querySelector('[data-column="paid"]');
		drag(card, "dragstart"); drag(to, "dragover"); drag(to, "drop"); return true; })()`)
	eventually(t, "the order is paid", func() bool {
		return eval[bool](b, `document.readyState === "complete" && !!document.querySelector('[data-column="paid"] #card-`+order+`')`)
	})
	eventually(t, "nothing waits", func() bool {
		return eval[bool](b, `!document.querySelector('a.nav[data-section="orders"] .nav__count')`)
	})
}
