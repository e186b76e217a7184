package app_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
)

// reject has an item of shop A rejected and returns its id.
func reject(w world, sku string) string {
	w.t.Helper()
	list := w.must(http.MethodGet, "/v25.0/"+catalogA+`/products?filter=%7B%22retailer_id%22:%7B%22eq%22:%22`+sku+`%22%7D%7D`, "")["data"].([]any)
	item := list[0].(map[string]any)["id"].(string)
	w.must(http.MethodPost, "/sandbox/v1/items/"+item+"/verdict", `{"status":"rejected","policy_id":"weapons","reason":"No."}`)
	return item
}

func (w world) review(item string) string {
	w.t.Helper()
	return w.must(http.MethodGet, "/v25.0/"+item+"?fields=review_status", "")["review_status"].(string)
}

func TestARejectedItemIsAppealedOnceAndDecidedByAPerson(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	const reviews = "/v25.0/" + catalogA + "/additional_reviews"
	one, two := reject(w, "CF01"), reject(w, "CF02")
	w.must(http.MethodPost, reviews, `{"retailer_ids":["CF01"],"message":"It is coffee."}`)
	for body, want := range map[string]string{
		`{"retailer_ids":["CF01"]}`:   "asked for already",
		`{"retailer_ids":["CF03"]}`:   "is not rejected",
		`{"retailer_ids":["NOSUCH"]}`: "no item of this catalog",
		`{"retailer_ids":[]}`:         "from 1 to 100",
		`{"product_item_ids":["1"]}`:  "",
	} {
		if status, v := w.call(http.MethodPost, reviews, body); status != http.StatusBadRequest || !strings.Contains(v["error"].(map[string]any)["message"].(string), want) {
			t.Errorf("%s answered %d %v", body, status, v)
		}
	}
	c := login(t, w, "en")
	c.do(http.StatusOK, http.MethodPost, officeA+"/items/"+two+"/appeal", url.Values{"message": {"It is coffee too."}})
	c.do(http.StatusUnprocessableEntity, http.MethodPost, officeA+"/items/"+two+"/appeal", url.Values{"message": {"Again"}})
	if w.review(one) != "rejected" {
		t.Errorf("an appeal alone makes it %s", w.review(one))
	}
	queue, _ := c.do(http.StatusOK, http.MethodGet, officeA+"/queue", nil)
	if !strings.Contains(queue, "It is coffee.") || !strings.Contains(queue, "It is coffee too.") {
		t.Fatalf("the queue: %.600s", visibleText(queue))
	}
	content := func(item string) string {
		at := strings.Index(queue, `name="item" value="`+item+`"`)
		rest := queue[at+strings.Index(queue[at:], `name="content" value="`)+len(`name="content" value="`):]
		return rest[:strings.Index(rest, `"`)]
	}
	c.do(http.StatusOK, http.MethodPost, officeA+"/queue", url.Values{"item": {one}, "content": {content(one)}, "action": {"approve"}})
	c.do(http.StatusConflict, http.MethodPost, officeA+"/queue", url.Values{"item": {one}, "content": {content(one)}, "action": {"approve"}})
	c.do(http.StatusOK, http.MethodPost, officeA+"/queue", url.Values{"item": {two}, "content": {content(two)}, "action": {"reject"}, "policy": {"weapons"}, "reason": {"Still no."}})
	if a, b := w.review(one), w.review(two); a != "approved" || b != "rejected" {
		t.Errorf("granted %s, refused %s", a, b)
	}
	if status, v := w.call(http.MethodPost, reviews, `{"retailer_ids":["CF02"]}`); status != http.StatusBadRequest {
		t.Errorf("a refused appeal is asked for again: %v", v)
	}
	if page, _ := c.do(http.StatusOK, http.MethodGet, officeA+"/items/"+two, nil); !strings.Contains(page, "The rejection stands") {
		t.Error("the page does not say that the appeal was refused")
	}
	w.must(http.MethodPost, "/v25.0/"+two, `{"name":"Bạc xỉu nóng"}`)
	eventually(t, "reviewed again", func() bool { return w.review(two) == "approved" })
	agent := join(t, w, "agent")
	agent.do(http.StatusForbidden, http.MethodGet, officeA+"/queue", nil)
	agent.do(http.StatusForbidden, http.MethodPost, officeA+"/items/"+two+"/appeal", nil)
}

func TestAppealsHaveADailyLimit(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	for n := range 10 {
		sku := []string{"CF01", "CF02", "CF03", "CF04", "CF05", "TR01", "TR02", "TR03", "BM01", "BM02"}[n]
		reject(w, sku)
		w.must(http.MethodPost, "/v25.0/"+catalogA+"/additional_reviews", `{"retailer_ids":["`+sku+`"]}`)
	}
	reject(w, "PH01")
	if _, v := w.call(http.MethodPost, "/v25.0/"+catalogA+"/additional_reviews", `{"retailer_ids":["PH01"]}`); v["error"].(map[string]any)["code"] != 80014.0 {
		t.Errorf("the 11th call of a day: %v", v)
	}
	w.must(http.MethodPost, "/sandbox/v1/clock", `{"advance":"24h"}`)
	w.must(http.MethodPost, "/v25.0/"+catalogA+"/additional_reviews", `{"retailer_ids":["PH01"]}`)
}

func TestReportsOfSeveralCustomersHoldAnItem(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	list := w.must(http.MethodGet, "/v25.0/"+catalogA+`/products?filter=%7B%22retailer_id%22:%7B%22eq%22:%22PH01%22%7D%7D`, "")["data"].([]any)
	item := list[0].(map[string]any)["id"].(string)
	report := func(customer, body string) (int, map[string]any) {
		return w.call(http.MethodPost, "/sandbox/v1/customers/"+customer+"/chats/"+phoneA+"/products/PH01/report", body)
	}
	for range 5 { // one customer counts once
		if status, v := report(lan, `{"reason":"misleading","text":"Không giống hình"}`); status != http.StatusOK {
			t.Fatalf("%d %v", status, v)
		}
	}
	v := visit(t, w)
	v.page(http.MethodPost, "/chat/customer", url.Values{"wa_id": {"84912345678"}})
	if status, _, h := v.page(http.MethodPost, "/chat/"+phoneA+"/product/PH01/report", url.Values{"reason": {"other"}}); status != http.StatusOK || h.Get("Content-Type") == "" {
		t.Errorf("reporting by the page: %s", strconv.Itoa(status))
	}
	if w.review(item) != "approved" {
		t.Errorf("two reports make it %s", w.review(item))
	}
	if status, _ := report(lan, `{"reason":"because"}`); status != http.StatusBadRequest {
		t.Errorf("an unknown reason: %d", status)
	}
	report("14155550123", `{"reason":"not_real"}`)
	if w.review(item) != "pending" {
		t.Errorf("three reports leave it %s", w.review(item))
	}
	queue, _ := login(t, w, "vi").do(http.StatusOK, http.MethodGet, officeA+"/queue", nil)
	if !strings.Contains(queue, "reports: 3") || strings.Contains(queue, lan) || strings.Contains(queue, "Không giống hình") {
		t.Errorf("the queue: %.800s", visibleText(queue))
	}
}
