package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
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
	page, _ = c.do(http.StatusUnprocessableEntity, http.MethodPost, at+"/variants", url.Values{"price." + red: {"12,5"}})
	if text := visibleText(page); !strings.Contains(text, "CF01-Đỏ-S: ") {
		t.Errorf("a wrong price is told as %.400s", text)
	}
	c.do(http.StatusUnprocessableEntity, http.MethodPost, at+"/variants", url.Values{"colors": {"1,2,3,4,5,6,7,8"}, "sizes": {"1,2,3,4,5,6,7,8"}})
	c.do(http.StatusNotFound, http.MethodPost, officeB+"/items/"+item+"/variants", url.Values{"colors": {"x"}})
	join(t, w, "agent").do(http.StatusForbidden, http.MethodPost, at+"/variants", url.Values{"colors": {"x"}})
}
