package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// A second catalog is made by the page, stays at hand from page to page, and is the composer's once the account uses it.
func TestASecondCatalogStaysAtHand(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	c := login(t, w, "en")
	if body, _ := c.do(http.StatusOK, http.MethodGet, officeA, nil); !strings.Contains(body, `action="`+officeA+`/catalogs"`) {
		t.Fatal("the home page of a business with a catalog has no form for another one")
	}
	_, at := c.do(http.StatusOK, http.MethodPost, officeA+"/catalogs", url.Values{"name": {"Quà Tết"}})
	u, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	second := u.Query().Get("catalog")
	body, _ := c.do(http.StatusOK, http.MethodGet, officeA+"/sources?catalog="+second, nil)
	for _, page := range []string{"/items", "/sets", "/queue", "/compose"} {
		if !strings.Contains(body, `href="`+officeA+page+"?catalog="+second+`"`) {
			t.Errorf("the side bar's way to %s forgets the catalog", page)
		}
	}
	if body, _ := c.do(http.StatusOK, http.MethodGet, officeA+"/sources", nil); strings.Contains(body, `href="`+officeA+`/items?catalog=`) {
		t.Error("the side bar names the first catalog, which needs no name")
	}
	const connections = officeA + "/connections/" + wabaA
	c.do(http.StatusOK, http.MethodPost, connections, url.Values{"connect": {catalogA}, "action": {"disconnect"}})
	c.do(http.StatusOK, http.MethodPost, connections, url.Values{"connect": {second}, "action": {"connect"}})
	if body, _ := c.do(http.StatusOK, http.MethodGet, officeA+"/connections", nil); !strings.Contains(body, `href="`+officeA+`/compose?from=`+phoneA+`&amp;kind=product"`) {
		t.Error("nothing leads from a connected number to a product sent as a test")
	}
	if body, _ := c.do(http.StatusOK, http.MethodGet, officeA+"/compose", nil); !strings.Contains(body, `action="`+officeA+"/compose?catalog="+second+`"`) {
		t.Error("the composer offers a catalog that the number does not use")
	}
}

// A catalog is deleted by who writes its name, and not while WhatsApp uses it.
func TestACatalogIsDeletedByItsName(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	c := login(t, w, "vi")
	_, at := c.do(http.StatusOK, http.MethodPost, officeA+"/catalogs", url.Values{"name": {"Quà Tết"}})
	u, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	second := u.Query().Get("catalog")
	there := func() bool {
		body, _ := c.do(http.StatusOK, http.MethodGet, officeA, nil)
		return strings.Contains(body, "/items?catalog="+second)
	}
	remove := officeA + "/catalogs/" + second + "/delete"
	if body, _ := c.do(http.StatusOK, http.MethodGet, officeA+"?catalog="+second, nil); !strings.Contains(body, `action="`+remove+`"`) {
		t.Fatal("the home page of the catalog has no form that deletes it")
	}
	if body, _ := c.do(http.StatusOK, http.MethodGet, officeA, nil); !strings.Contains(body, `aria-current="page" title="Home"`) || !strings.Contains(body, ` title="Data sources"`) {
		t.Error("the side bar does not tell what Meta's documents call its pages")
	}
	if body, _ := c.do(http.StatusUnprocessableEntity, http.MethodPost, remove, url.Values{"name": {"Quà tết"}}); !strings.Contains(body, "chưa xóa gì") || !there() {
		t.Errorf("another name than its own: %.300s", visibleText(body))
	}
	c.do(http.StatusUnprocessableEntity, http.MethodPost, officeA+"/catalogs/"+catalogA+"/delete", url.Values{"name": {"Quán Góc Phố"}})
	c.do(http.StatusNotFound, http.MethodPost, officeB+"/catalogs/"+second+"/delete", url.Values{"name": {"Quà Tết"}})
	if w.itemOf(catalogA, "CF01") == "" || !there() {
		t.Error("a catalog in use, or of another business, is gone")
	}
	c.do(http.StatusOK, http.MethodPost, remove, url.Values{"name": {" Quà Tết "}})
	if there() {
		t.Error("the catalog is there after it was deleted")
	}
	c.do(http.StatusNotFound, http.MethodPost, remove, url.Values{"name": {"Quà Tết"}})
}

// What waits in one catalog is not overlooked in the queue of another.
func TestTheQueueNamesOtherCatalogs(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	c := login(t, w, "en")
	other := w.must(http.MethodPost, "/v25.0/200000000000001/owned_product_catalogs", `{"name":"Quà Tết"}`)["id"].(string)
	item := w.itemOf(catalogA, "CF01")
	w.must(http.MethodPost, "/sandbox/v1/items/"+item+"/verdict", `{"status":"rejected","policy_id":"weapons","reason":"No."}`)
	w.must(http.MethodPost, "/sandbox/v1/items/"+item+"/appeal", `{"message":"Coffee"}`)
	link := `href="` + officeA + "/queue?catalog=" + catalogA + `"`
	if body, _ := c.do(http.StatusOK, http.MethodGet, officeA+"/queue?catalog="+other, nil); !strings.Contains(body, link) {
		t.Errorf("the queue of an idle catalog does not lead to the one with an appeal: %.400s", visibleText(body))
	}
	if body, _ := c.do(http.StatusOK, http.MethodGet, officeA+"/queue?catalog="+catalogA, nil); strings.Contains(body, "/queue?catalog="+other+`"`) && strings.Contains(visibleText(body), "in other catalogs") {
		t.Error("the queue names a catalog in which nothing waits")
	}
}

// A row with two errors is one refused row, before an upload and after it.
func TestRefusedRowsAreCountedOnce(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	c := login(t, w, "en")
	const file = "id,title,description,availability,condition,price,link,image_link,brand\n" +
		"R1,Nón lá,Nón,maybe,as new,x,https://shop.example/1,https://shop.example/1.jpg,Huế\n" +
		"R2,Gốm,Gốm,in stock,new,5000 VND,https://shop.example/2,https://shop.example/2.jpg,Bát Tràng\n"
	at := officeA + "/sources?catalog=" + catalogA
	if _, body, _ := c.upload(at, map[string]string{"action": "check"}, "rows.csv", file); !strings.Contains(strings.Join(strings.Fields(visibleText(body)), " "), "1 taken 1 refused") {
		t.Errorf("checked: %.400s", visibleText(body))
	}
	_, _, at = c.upload(at, map[string]string{"action": "upload", "name": "Rows"}, "rows.csv", file)
	eventually(t, "the upload ends", func() bool {
		body, _ := c.do(http.StatusOK, http.MethodGet, at, nil)
		return strings.Contains(visibleText(body), "1 row refused")
	})
	feed, _, _ := strings.Cut(at, "/uploads/")
	for _, page := range []string{at, feed, officeA + "/sources"} {
		if body, _ := c.do(http.StatusOK, http.MethodGet, page, nil); strings.Contains(visibleText(body), "3 rows refused") || strings.Contains(body, `<td class="num" data-label="refused">3</td>`) {
			t.Errorf("%s counts errors as rows: %.600s", page, visibleText(body))
		}
	}
}

// A message to somebody who has not written within 24 hours is taken and fails, as on Meta's platform; the composer says so.
func TestTheComposerSaysThatAMessageDoesNotArrive(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	c := login(t, w, "en")
	form := url.Values{"from": {phoneA}, "to": {"+84 901 234 567"}, "kind": {"product"}, "body": {"Phở"}, "product.0": {"PH01"}, "title.0": {""}, "action": {"send"}}
	at := officeA + "/compose?catalog=" + catalogA
	if body, _ := c.do(http.StatusOK, http.MethodPost, at, form); !strings.Contains(body, "wamid.") || !strings.Contains(visibleText(body), "does not reach the customer") {
		t.Errorf("nobody is told that the message does not arrive: %.400s", visibleText(body))
	}
	if body, _ := c.do(http.StatusOK, http.MethodGet, officeA+"/inbox/"+phoneA+"/"+lan, nil); !strings.Contains(visibleText(body), "Not sent") {
		t.Errorf("the talk hides what failed: %.600s", visibleText(body))
	}
	if chat := w.raw(http.MethodGet, chatA); strings.Contains(chat, "PH01") {
		t.Error("the customer has what failed")
	}
	w.must(http.MethodPost, chatA+"/messages", `{"text":"Xin chào"}`)
	if body, _ := c.do(http.StatusOK, http.MethodPost, at, form); !strings.Contains(visibleText(body), "Sent:") || strings.Contains(visibleText(body), "does not reach") {
		t.Errorf("a message that arrives: %.400s", visibleText(body))
	}
}
