package app_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

var pickedSKU = regexp.MustCompile(`name="picked" value="([^"]*)"`)

// picked are the SKUs of a set's list, in its order.
func picked(page string) string {
	var list []string
	for _, m := range pickedSKU.FindAllStringSubmatch(page, -1) {
		list = append(list, m[1])
	}
	return strings.Join(list, " ")
}

// setOf reads a set by its name as the API tells it.
func (w world) setOf(name string) (id, filter string, skus []string) {
	w.t.Helper()
	for _, one := range w.must(http.MethodGet, "/v25.0/"+catalogA+"/product_sets?fields=id,name,filter&limit=100", "")["data"].([]any) {
		if set := one.(map[string]any); set["name"] == name {
			id, filter = set["id"].(string), set["filter"].(string)
		}
	}
	if id == "" {
		w.t.Fatalf("no set %s", name)
	}
	for _, one := range w.must(http.MethodGet, "/v25.0/"+id+"/products?fields=retailer_id&limit=100", "")["data"].([]any) {
		skus = append(skus, one.(map[string]any)["retailer_id"].(string))
	}
	return id, filter, skus
}

// A set of picked items is made and ordered by plain forms; a set by rule has its first items picked.
func TestItemsOfASetArePickedAndOrdered(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	c := login(t, w, "en")
	const at = officeA + "/sets/new?catalog=" + catalogA
	form := url.Values{"name": {"Best"}, "only": {"yes"}, "picks": {"yes"}, "picked": {}}
	press := func(path, action, want string) {
		t.Helper()
		form.Set("action", action)
		page, _ := c.do(http.StatusOK, http.MethodPost, path, form)
		if got := picked(page); got != want {
			t.Fatalf("%s leads to %q, want %q", action, got, want)
		}
		form["picked"] = strings.Fields(want)
	}
	page, _ := c.do(http.StatusUnprocessableEntity, http.MethodPost, at, form)
	if !strings.Contains(page, "needs at least one") {
		t.Errorf("nothing picked: %.600s", visibleText(page))
	}
	press(at, "add:PH01", "PH01")
	press(at, "add:CF01", "PH01 CF01")
	press(at, "add:SM01", "PH01 CF01 SM01") // sold out: a set may hold it
	press(at, "add:CF01", "PH01 CF01 SM01")
	press(at, "up:SM01", "PH01 SM01 CF01")
	press(at, "down:PH01", "SM01 PH01 CF01")
	press(at, "up:SM01", "SM01 PH01 CF01")
	press(at, "add:CF02", "SM01 PH01 CF01 CF02")
	press(at, "drop:CF02", "SM01 PH01 CF01")
	form.Del("action")
	c.do(http.StatusOK, http.MethodPost, at, form)
	set, filter, skus := w.setOf("Best")
	var rule map[string]any
	if err := json.Unmarshal([]byte(filter), &rule); err != nil || rule["retailer_id"] == nil || strings.Join(skus, " ") != "SM01 PH01 CF01" {
		t.Fatalf("the set: %s %v", filter, skus)
	}
	page, _ = c.do(http.StatusOK, http.MethodGet, officeA+"/sets/"+set, nil)
	if picked(page) != "SM01 PH01 CF01" || !strings.Contains(page, `value="yes" checked`) {
		t.Errorf("the set's page: %q", picked(page))
	}
	// The same set by rule: the picked ones stay first.
	form = url.Values{"name": {"Best"}, "only": {""}, "picks": {"yes"}, "picked": {"CF02", "CF01"}, "join": {"and"}, "field": {"retailer_id"}, "op": {"i_contains"}, "value": {"CF01"}}
	form["field"], form["op"], form["value"] = []string{"product_type"}, []string{"i_contains"}, []string{"Cà phê"}
	c.do(http.StatusOK, http.MethodPost, officeA+"/sets/"+set, form)
	if _, _, skus = w.setOf("Best"); len(skus) < 4 || skus[0] != "CF02" || skus[1] != "CF01" {
		t.Errorf("by rule: %v", skus)
	}
	// A list that was not on the page stays; so does a longer one than the page takes.
	c.do(http.StatusOK, http.MethodPost, officeA+"/sets/"+set, url.Values{"name": {"Better"}, "field": {"product_type"}, "op": {"i_contains"}, "value": {"Cà phê"}})
	if _, _, skus = w.setOf("Better"); skus[0] != "CF02" {
		t.Errorf("without the list: %v", skus)
	}
	theirs := w.must(http.MethodGet, "/v25.0/"+catalogB+"/products?limit=1", "")["data"].([]any)
	if len(theirs) > 0 {
		t.Fatal("shop B has items: the test below would need one of them")
	}
	press(officeA+"/sets/"+set, "set:"+set, "CF02 CF01 CF03 CF04 CF05 TR01 TR02 TR03 SM01")
	c.do(http.StatusNotFound, http.MethodPost, officeA+"/sets/"+set, url.Values{"action": {"set:1"}})
}

// In the browser lines are dragged, and what the rule selects is counted while it is written.
func TestASetIsOrderedInTheBrowser(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	b, ok := openTab(t, w, 375, "vi", "light")
	if !ok {
		return
	}
	p := walker{tab: b, w: w}
	p.logIn()
	p.open(officeA+"/sets/new?catalog="+catalogA, `#picked`)
	p.fill(`[name="name"]`, "Kéo thả")
	p.fill(`[name="value"]`, "Phở")
	p.see("the count", `#selects b`)
	p.do("by hand", chromedp.Click(chromedp.CSS(`[name="only"][value="yes"]`)), chromedp.Evaluate[chromedp.Void](`document.querySelector("#picked details").open = true`))
	for _, sku := range []string{"CF01", "CF02", "CF03"} {
		p.do("picking "+sku, chromedp.Click(chromedp.CSS(`.offer[value="add:`+sku+`"]`)), chromedp.WaitVisible(chromedp.CSS(`#picked li:has([value="`+sku+`"])`)))
	}
	eval[bool](b, `(() => { const of = sku => document.querySelector(`+"`#picked li:has([value=\"${sku}\"])`"+`), line = of("CF03"), first = of("CF01"), bag = new DataTransfer(), box = first.getBoundingClientRect();
		const fire = (on, kind, y) => on.dispatchEvent(new DragEvent(kind, {dataTransfer: bag, bubbles: true, cancelable: true, clientY: y}));
		fire(line, "dragstart", 0); fire(first, "dragover", box.top + 2); fire(first, "drop", box.top + 2); fire(line, "dragend", 0); return true; })()`)
	p.do("an arrow", chromedp.Focus(chromedp.CSS(`[value="up:CF02"]`)), chromedp.KeyEvent("\r"))
	eventually(t, "the order is that of hand and keyboard", func() bool {
		return eval[string](b, `[...document.querySelectorAll("[name=picked]")].map(e => e.value).join(" ")`) == "CF03 CF02 CF01"
	})
	shot(t, b.ctx, "set-order")
	p.leave("saving", `.form__end .button`)
	if _, _, skus := w.setOf("Kéo thả"); strings.Join(skus, " ") != "CF03 CF02 CF01" {
		t.Errorf("stored: %v", skus)
	}
}
