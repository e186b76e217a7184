package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// A group's variants are changed in one grid, and missing combinations of colour and size are made.
func TestVariantsStandInAGrid(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	c := login(t, w, "en")
	item := w.itemOf(catalogA, "CF01")
	at := officeA + "/items/" + item
	c.do(http.StatusOK, http.MethodPost, at+"/variants", url.Values{"colors": {"Đỏ, Xanh ,Đỏ"}, "sizes": {"S, M"}})
	page, _ := c.do(http.StatusOK, http.MethodGet, at, nil)
	for _, sku := range []string{"CF01-Đỏ-S", "CF01-Đỏ-M", "CF01-Xanh-S", "CF01-Xanh-M"} {
		if !strings.Contains(page, sku) {
			t.Errorf("the grid lacks %s", sku)
		}
	}
	red := w.itemOf(catalogA, "CF01-Đỏ-S")
	form := url.Values{"price." + red: {"23000 VND"}, "availability." + red: {"out of stock"}, "price." + item: {"22000 VND"}, "colors": {"Đỏ"}, "sizes": {"S"}}
	c.do(http.StatusOK, http.MethodPost, at+"/variants", form)
	if got := w.raw(http.MethodGet, "/v25.0/"+red+"?fields=price,availability"); !strings.Contains(got, "23,000") || !strings.Contains(got, "out of stock") {
		t.Errorf("after saving the grid: %s", got)
	}
	c.do(http.StatusUnprocessableEntity, http.MethodPost, at+"/variants", url.Values{"colors": {"1,2,3,4,5,6,7,8"}, "sizes": {"1,2,3,4,5,6,7,8"}})
	c.do(http.StatusNotFound, http.MethodPost, officeB+"/items/"+item+"/variants", url.Values{"colors": {"x"}})
	join(t, w, "agent").do(http.StatusForbidden, http.MethodPost, at+"/variants", url.Values{"colors": {"x"}})
}

// What is refused in one row keeps all others from being saved; every such row says why, and nothing that was typed is lost.
func TestAGridIsSavedAsAWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	c := login(t, w, "en")
	item := w.itemOf(catalogA, "CF01")
	at := officeA + "/items/" + item
	c.do(http.StatusOK, http.MethodPost, at+"/variants", url.Values{"sizes": {"S, M"}})
	small, medium := w.itemOf(catalogA, "CF01-S"), w.itemOf(catalogA, "CF01-M")
	products := func() string {
		return w.raw(http.MethodGet, "/v25.0/"+catalogA+"/products?fields=retailer_id,price,availability&limit=100")
	}
	before := products()
	form := url.Values{
		"price." + small: {"25.000 ₫"}, "price." + medium: {"12,5"}, "availability." + medium: {"out of stock"},
		"paste": {"id\tsize\tprice\nCF01-L\tL\t30000\nCF01-XL\tXL\tdear\nPH01\tXXL\t1\nCF01-S\tS\t26000"},
	}
	page, _ := c.do(http.StatusUnprocessableEntity, http.MethodPost, at+"/variants", form)
	if after := products(); after != before {
		t.Errorf("something was written of a grid that was refused:\n%s\n%s", before, after)
	}
	text := visibleText(page)
	for _, want := range []string{"3 rows were refused", "Line 3", "Line 4", "12,5"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not tell %q", want)
		}
	}
	if strings.Contains(text, "Line 2") || strings.Contains(text, "Line 5") {
		t.Error("lines are told that are right")
	}
	for _, want := range []string{`value="25.000 ₫"`, `value="12,5"`, "CF01-XL\tXL\tdear"} {
		if !strings.Contains(page, want) {
			t.Errorf("what was typed is lost: %s", want)
		}
	}
	form.Set("price."+medium, "24000")
	form.Set("paste", "id\tsize\tprice\nCF01-L\tL\t30000\nCF01-XL\tXL\t31.000 ₫\nCF01-S\tS\t26000")
	c.do(http.StatusOK, http.MethodPost, at+"/variants", form)
	after := products()
	for _, want := range []string{`"CF01-L"`, `"CF01-XL"`, "31,000", "26,000", "24,000"} {
		if !strings.Contains(strings.ReplaceAll(after, `\u00a0`, " "), want) {
			t.Errorf("after the grid was saved, %s is missing", want)
		}
	}
}

// Cells that a spreadsheet copied fill the grid from the field at hand.
func TestCellsArePastedIntoTheGrid(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	b, ok := openTab(t, w, 1280, "vi", "light")
	if !ok {
		return
	}
	c := login(t, w, "vi")
	item := w.itemOf(catalogA, "CF01")
	at := officeA + "/items/" + item
	c.do(http.StatusOK, http.MethodPost, at+"/variants", url.Values{"sizes": {"S, M"}})
	small, medium := w.itemOf(catalogA, "CF01-S"), w.itemOf(catalogA, "CF01-M")
	p := walker{tab: b, w: w}
	b.open("/manager/login", `input[name="password"]`)
	p.fill(`input[name="email"]`, "demo@hawker.local")
	p.fill(`input[name="password"]`, "demo")
	p.leave("logging in", `form[action="/manager/login"] .button`)
	b.open(at, `[name="price.`+small+`"]`)
	eval[bool](b, `(() => { const data = new DataTransfer(); data.setData("text/plain", "25.000 ₫\tHết hàng\r\n26.000 ₫\tCòn hàng\r\n1\t2");
		document.querySelector('[name="price.`+small+`"]').dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true})); return true; })()`)
	for name, want := range map[string]string{"price." + small: "25.000 ₫", "availability." + small: "out of stock", "price." + medium: "26.000 ₫", "availability." + medium: "in stock"} {
		if got := eval[string](b, `document.querySelector('[name="`+name+`"]').value`); got != want {
			t.Errorf("%s holds %q, want %q", name, got, want)
		}
	}
	if got := eval[string](b, `document.querySelector("#toasts")?.textContent ?? ""`); !strings.Contains(got, "2 ô") {
		t.Errorf("of the cells that have no place it says %q", got)
	}
	b.shot("grid")
	p.leave("saving", `#variants form .button`)
	if got := w.raw(http.MethodGet, "/v25.0/"+small+"?fields=price,availability"); !strings.Contains(got, "25,000") || !strings.Contains(got, "out of stock") {
		t.Errorf("after saving the grid: %s", got)
	}
	b.do("the page", chromedp.WaitReady(chromedp.CSS("#variants")))
}
