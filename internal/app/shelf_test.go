package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// Filters keep their names, columns are chosen, and pages say how a program does the same.
func TestTheTableOfItemsIsArranged(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	c := login(t, w, "en")
	c.do(http.StatusOK, http.MethodPost, officeA+"/items/views?availability=out+of+stock", url.Values{"name": {"Sold out <b>"}})
	body, _ := c.do(http.StatusOK, http.MethodGet, officeA+"/items", nil)
	if !strings.Contains(body, "Sold out &lt;b&gt;") || !strings.Contains(body, "availability=out&#43;of&#43;stock") {
		t.Error("the view is not offered")
	}
	if strings.Contains(body, `data-label="Brand"`) || !strings.Contains(body, `data-label="Review"`) {
		t.Error("the columns are not those shown at first")
	}
	c.do(http.StatusUnprocessableEntity, http.MethodPost, officeA+"/items/views", url.Values{"name": {" "}})
	c.do(http.StatusOK, http.MethodPost, officeA+"/items/columns", url.Values{"column": {"brand", "price", "nonsense"}, "back": {officeA + "/items"}})
	body, _ = c.do(http.StatusOK, http.MethodGet, officeA+"/items", nil)
	if !strings.Contains(body, `data-label="Brand"`) || strings.Contains(body, `data-label="Review"`) {
		t.Error("the columns are not those that were chosen")
	}
	c.do(http.StatusOK, http.MethodPost, officeA+"/items/columns", url.Values{"column": {"sets"}, "back": {officeA + "/items"}})
	body, _ = c.do(http.StatusOK, http.MethodGet, officeA+"/items?q=PH01", nil)
	if _, cell, found := strings.Cut(body, `data-label="Sets"`); !found || !strings.Contains(strings.SplitN(cell, "</td>", 2)[0], "Món nước") {
		t.Error("the table does not tell the sets of an item")
	}
	other, _ := c.do(http.StatusOK, http.MethodGet, officeB+"/items", nil)
	if strings.Contains(other, "Sold out &lt;b&gt;") {
		t.Error("another business offers the view")
	}
}

func TestAChangeSaysHowAProgramMakesIt(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	c := login(t, w, "en")
	found := w.must(http.MethodGet, "/v25.0/"+catalogA+`/products?filter=%7B%22retailer_id%22%3A%7B%22eq%22%3A%22PH01%22%7D%7D`, "")
	item := found["data"].([]any)[0].(map[string]any)["id"].(string)
	body, _ := c.do(http.StatusOK, http.MethodPost, officeA+"/items/"+item, url.Values{"price": {"70000 VND"}})
	for _, want := range []string{"The same by the API", "/items_batch", "&#34;id&#34;: &#34;PH01&#34;", "&#34;price&#34;: &#34;70000 VND&#34;", "Bearer …"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not show %s", want)
		}
	}
	body, _ = c.do(http.StatusOK, http.MethodGet, officeA+"/items/"+item, nil)
	if strings.Contains(body, "The same by the API") {
		t.Error("the call is shown twice")
	}
	for _, want := range []string{"Changes", "Demo", `data-mark="-"`, `&#34;price&#34;: &#34;65000 VND&#34;`} {
		if !strings.Contains(body, want) {
			t.Errorf("the item's history does not show %s", want)
		}
	}
	body, _ = c.do(http.StatusOK, http.MethodPost, officeA+"/items", url.Values{"action": {"hide"}, "item": {item}})
	if !strings.Contains(body, "&#34;visibility&#34;: &#34;staging&#34;") || !strings.Contains(body, "data-leaves") {
		t.Error("hiding does not show its call and a way back")
	}
}

// The rail beside the table filters by policy, category and brand, each in the address; rows are low for those who want it.
func TestItemsAreFilteredInTheRail(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	c := login(t, w, "vi")
	reject(w, "CF01")
	held(w, "WHEY1", "Whey protein 1 kg")
	eventually(t, "held", func() bool {
		page, _ := c.do(http.StatusOK, http.MethodGet, officeA+"/items?policy=supplements", nil)
		return strings.Contains(page, "<small>WHEY1")
	})
	for query, want := range map[string]string{
		"policy=weapons": "CF01", "policy=alcohol": "", "policy=supplements&review=held": "WHEY1", "policy=supplements&review=rejected": "", "policy=weapons&q=ca+phe": "CF01",
		"category=BEVERAGES&q=phin+nong": "CF01", "category=bakery&q=phin+nong": "", "category=spaceship": "",
	} {
		page, _ := c.do(http.StatusOK, http.MethodGet, officeA+"/items?"+query, nil)
		rows := strings.Count(page, `class="pick"><input`)
		if want == "" && rows != 0 || want != "" && (rows != 1 || !strings.Contains(page, "<small>"+want)) {
			t.Errorf("%s shows %d items, want %q", query, rows, want)
		}
	}
	c.do(http.StatusNotFound, http.MethodGet, officeA+"/items?policy=%3Cb%3E", nil)
	page, _ := c.do(http.StatusOK, http.MethodGet, officeA+"/items", nil)
	if !strings.Contains(page, `<datalist id="category-list"><option value="Food`) || strings.Contains(page, "table--dense") {
		t.Errorf("the table: %.600s", visibleText(page))
	}
	if status, file, _ := c.ask(http.MethodGet, officeA+"/items.csv?policy=weapons", "", nil); status != http.StatusOK || strings.Count(file, "\n") != 2 || !strings.Contains(file, "CF01") {
		t.Errorf("the file of the filter: %d %.300s", status, file)
	}
	c.do(http.StatusOK, http.MethodPost, officeA+"/items/columns", url.Values{"column": {"price"}, "dense": {"on"}, "back": {officeA + "/items"}})
	if page, _ = c.do(http.StatusOK, http.MethodGet, officeA+"/items", nil); !strings.Contains(page, "table--dense") {
		t.Error("rows are not low")
	}
}
