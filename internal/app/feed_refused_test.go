package app_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/account"
)

// What a file brought and was not taken comes back whole, safe in a spreadsheet, says what is wrong, and is taken once it is mended.
func TestRefusedRowsComeBackWholeAndAreTakenWhenMended(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	feed := w.newFeed(catalogB, "VND")
	const file = "ID,Title,description,availability,condition,Price,link,image_link,brand,note\n" +
		"OK1,Áo lụa,Lụa tơ tằm,in stock,new,100000 VND,https://s.example/1,https://s.example/1.jpg,Mộc,\n" +
		"BAD1,\"=HYPERLINK(\"\"https://evil.example\"\")\",\"Hai\ndòng, có phẩy\",in stock,new,a lot,https://s.example/2,https://s.example/2.jpg,@Mộc,+nhớ\n" +
		"BAD2,Khăn,Khăn,in stock,new,,https://s.example/3,https://s.example/3.jpg,Mộc,\n"
	i := w.send(feed, "shop.csv", []byte(file))
	up := w.upload(i)
	if up["num_invalid_items"] != 2.0 {
		t.Fatalf("the upload ended as %v", up)
	}
	at := "/manager/200000000000002/sources/" + feed + "/uploads/" + i
	for lang, want := range map[string]string{"en": "Download 2 refused rows to mend", "vi": "Tải 2 dòng bị từ chối để sửa"} {
		c := login(t, w, lang)
		c.page(http.MethodPost, "/language", map[string][]string{"lang": {lang}})
		if page, _ := c.do(http.StatusOK, http.MethodGet, at, nil); !strings.Contains(page, want) || !strings.Contains(page, at+"/refused.csv") {
			t.Errorf("%s: the page says %.1500s", lang, visibleText(page))
		}
	}
	c := login(t, w, "en")
	got, _ := c.do(http.StatusOK, http.MethodGet, at+"/refused.csv", nil)
	rows, err := csv.NewReader(strings.NewReader(got)).ReadAll()
	if err != nil || len(rows) != 3 || strings.Join(rows[0], ",") != "ID,Title,description,availability,condition,Price,link,image_link,brand,note,hawker_row,hawker_problem,hawker_remedy" {
		t.Fatalf("%v: %q", err, got)
	}
	if r := rows[1]; r[0] != "BAD1" || r[1] != `'=HYPERLINK("https://evil.example")` || r[2] != "Hai\ndòng, có phẩy" || r[5] != "a lot" || r[8] != "'@Mộc" || r[9] != "'+nhớ" || r[10] != "3" || r[11] == "" || r[12] == "" {
		t.Errorf("the first refused row came back as %q", r)
	}
	if r := rows[2]; r[0] != "BAD2" || r[5] != "" || !strings.Contains(r[11], "price") {
		t.Errorf("the second refused row came back as %q", r)
	}

	rows[1][5], rows[2][5] = "50000 VND", "60000 VND"
	var mended bytes.Buffer
	if err := csv.NewWriter(&mended).WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	up = w.upload(w.send(feed, "refused.csv", mended.Bytes()))
	if up["num_persisted_items"] != 2.0 || up["num_invalid_items"] != 0.0 || strings.Contains(toText(t, up["errors"]), "hawker_") {
		t.Errorf("the mended file ended as %v", up)
	}
	found := toText(t, w.must(http.MethodGet, "/v25.0/"+catalogB+`/products?fields=name,price,brand&filter={"retailer_id":{"eq":"BAD1"}}`, "")["data"])
	if !strings.Contains(found, `"name":"=HYPERLINK(`) || !strings.Contains(found, `"brand":"@M`) {
		t.Errorf("the mended item is %s", found)
	}

	stranger := newClerk(t, w, "en")
	stranger.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if status, _, _ := stranger.page(http.MethodGet, at+"/refused.csv", nil); status != http.StatusSeeOther {
		t.Errorf("somebody who did not log in got %d", status)
	}
	agent := join(t, w, account.CatalogManager) // of another shop
	for _, path := range []string{at + "/refused.csv", strings.Replace(at, "200000000000002", "200000000000001", 1) + "/refused.csv"} {
		if status, _, _ := agent.page(http.MethodGet, path, nil); status != http.StatusNotFound {
			t.Errorf("a keeper of another shop got %d from %s", status, path)
		}
	}
}

func toText(t *testing.T, v any) string {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
