package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// held adds an item that the rules hold for a person, and returns its id.
func held(w world, sku, title string) string {
	w.t.Helper()
	w.must(http.MethodPost, "/v25.0/"+catalogA+"/items_batch", `{"item_type":"PRODUCT_ITEM","requests":[{"method":"CREATE","data":{"id":"`+sku+`","title":"`+title+
		`","description":"As it is.","availability":"in stock","condition":"new","price":"100000 VND","link":"https://quan.example/`+sku+`","image_link":"https://quan.example/`+sku+`.jpg"}}]}`)
	item := ""
	eventually(w.t, sku+" is held", func() bool {
		list := w.must(http.MethodGet, "/v25.0/"+catalogA+`/products?fields=id,review_status&filter=%7B%22retailer_id%22:%7B%22eq%22:%22`+sku+`%22%7D%7D`, "")["data"].([]any)
		if len(list) == 1 {
			item = list[0].(map[string]any)["id"].(string)
		}
		return item != ""
	})
	return item
}

// A moderator sees what was decided on the like of an item, and all see how much they agree.
func TestModeratorsSeeSimilarDecisionsAndHowMuchTheyAgree(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	mod, owner, keeper := join(t, w, "moderator"), login(t, w, "vi"), join(t, w, "catalog_manager")
	decide := func(c clerk, item string, more url.Values) {
		t.Helper()
		var page string
		eventually(t, item+" waits", func() bool {
			page, _ = c.do(http.StatusOK, http.MethodGet, officeA+"/queue", nil)
			return strings.Contains(page, `name="item" value="`+item+`"`)
		})
		more.Set("item", item)
		more.Set("content", hidden(t, page, item, "content"))
		c.do(http.StatusOK, http.MethodPost, officeA+"/queue", more)
	}
	if page, _ := mod.do(http.StatusOK, http.MethodGet, officeA+"/queue/agreement", nil); !strings.Contains(visibleText(page), "Nobody decided anything yet.") {
		t.Errorf("before anything: %.400s", visibleText(page))
	}
	one := held(w, "WHEY1", "Whey protein 1 kg")
	decide(mod, one, url.Values{"action": {"second"}, "lean": {"approve"}})
	decide(owner, one, url.Values{"action": {"reject"}, "policy": {"supplements"}, "reason": {"Liều lượng không rõ."}})
	two := held(w, "WHEY2", "Whey protein 2 kg")
	eventually(t, "the second one waits", func() bool {
		page, _ := mod.do(http.StatusOK, http.MethodGet, officeA+"/queue", nil)
		return strings.Contains(page, `name="item" value="`+two+`"`)
	})
	page, _ := mod.do(http.StatusOK, http.MethodGet, officeA+"/queue", nil)
	_, similar, found := strings.Cut(visibleText(page), "Decided before")
	if !found || !strings.Contains(similar, "Whey protein 1 kg") || !strings.Contains(similar, "Liều lượng không rõ.") || !strings.Contains(similar, "same words: ") {
		t.Errorf("what was decided before: %.700s", visibleText(page))
	}
	page, _ = owner.do(http.StatusOK, http.MethodGet, officeA+"/queue/agreement", nil)
	if text := visibleText(page); !strings.Contains(text, "0 % ") || !strings.Contains(text, "Hai người cùng xét") {
		t.Errorf("agreement: %.700s", text)
	}
	keeper.do(http.StatusForbidden, http.MethodGet, officeA+"/queue/agreement", nil)
	if page, _ = owner.do(http.StatusOK, http.MethodGet, officeB+"/queue/agreement", nil); strings.Contains(page, "<table") {
		t.Errorf("another business counts them: %.400s", visibleText(page))
	}
}
