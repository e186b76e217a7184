package app_test

import (
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/dev"
	"github.com/hawkerhq/hawker/internal/graphapi"
)

// asked finds what a form of the explorer is filled in with.
var (
	askedMethod = regexp.MustCompile(`<option selected>([A-Z]+)`)
	askedPath   = regexp.MustCompile(`name="path" value="([^"]*)"`)
	askedBody   = regexp.MustCompile(`(?s)name="body"[^>]*>(.*?)</textarea>`)
	gotStatus   = regexp.MustCompile(`(?s)id="answer".*?chip--(?:good|bad)">.*?(\d{3})</span>`)
)

// Every call that the Graph API answers is offered, is filled in with ids of this world, and can be sent: what reads answers 200 where
// there is something to read.
func TestTheExplorerOffersEveryCallOfTheGraph(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	v := developer(t, w)
	page := html.UnescapeString(v.sees(http.MethodGet, "/dev/explorer", nil, []string{"Find a call", `list="tokens"`, "|"}))
	feed := w.newFeed(catalogA, "VND")
	w.upload(w.send(feed, "a.csv", []byte("id,title,price\nX1,Bánh,a lot\n")))
	for _, o := range graphapi.New(graphapi.Deps{}).Operations() {
		href := "/dev/explorer?" + url.Values{"graph": {o.Key()}}.Encode()
		if !strings.Contains(page, href) {
			t.Errorf("%s is not offered", o.Key())
			continue
		}
		form := v.sees(http.MethodGet, href, nil, []string{"<h2>"})
		ask := url.Values{"method": {submatch(t, askedMethod, form)}, "path": {html.UnescapeString(submatch(t, askedPath, form))}, "body": {html.UnescapeString(submatch(t, askedBody, form))}, "token": {"EAADEMO"}}
		if ask.Get("method") != o.Method || o.Body != nil && ask.Get("body") == "" || o.Query != "" && !strings.Contains(ask.Get("path"), "?") {
			t.Errorf("%s is filled in as %v", o.Key(), ask)
		}
		if o.Method != http.MethodGet {
			continue
		}
		open := strings.ContainsAny(ask.Get("path"), "{…")
		status, _ := strconv.Atoi(submatch(t, gotStatus, v.sees(http.MethodPost, "/dev/explorer", ask, []string{"curl -X GET"})))
		if open && status >= 500 || !open && status != http.StatusOK {
			t.Errorf("%s: GET %s answered %d", o.Key(), ask.Get("path"), status)
		}
	}
	v.sees(http.MethodGet, "/dev/explorer?q=items_BATCH+nhieu", nil, []string{"Nothing found"})
	v.sees(http.MethodGet, "/dev/explorer?q=ITEMS_batch", nil, []string{"/{product_catalog}/items_batch"}, "/{phone_number}/messages", "The platform&#39;s clock")
	sent := url.Values{"method": {"POST"}, "path": {"/v25.0/" + catalogA + "/items_batch"}, "token": {"EAADEMO"}, "graph": {"POST /{product_catalog}/items_batch"}, "body": {`{"item_type":"PRODUCT_ITEM","requests":[{"method":"UPDATE","data":{"id":"PH01","availability":"in stock"}}]}`}}
	v.sees(http.MethodPost, "/dev/explorer", sent, []string{"handles", "Make, change and delete up to 5000 items"})
	if status, _, _ := v.page(http.MethodGet, "/dev/explorer?graph=POST+/nowhere", nil); status != http.StatusNotFound {
		t.Errorf("a call that is none answered %d", status)
	}
}

func submatch(t *testing.T, of *regexp.Regexp, text string) string {
	t.Helper()
	m := of.FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("nothing like %s", of)
	}
	return m[1]
}

// Everything a call is said to do is said in Vietnamese too, and found by it; nothing is translated that nobody says.
func TestTheExplorerSpeaksVietnamese(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	said := map[string]bool{}
	for _, o := range graphapi.New(graphapi.Deps{}).Operations() {
		said[o.Doc] = true
	}
	var doc struct {
		Paths map[string]map[string]struct{ Summary string }
	}
	if err := json.Unmarshal([]byte(w.raw(http.MethodGet, "/sandbox/v1/openapi.json")), &doc); err != nil {
		t.Fatal(err)
	}
	for _, p := range doc.Paths {
		for _, o := range p {
			said[o.Summary] = true
		}
	}
	for text := range said {
		if text != "" && dev.SaidInVietnamese()[text] == "" {
			t.Errorf("%q is not said in Vietnamese", text)
		}
	}
	for text := range dev.SaidInVietnamese() {
		if !said[text] {
			t.Errorf("%q is translated and nobody says it", text)
		}
	}
	v := visit(t, w)
	v.page(http.MethodPost, "/language", url.Values{"lang": {"vi"}})
	v.sees(http.MethodGet, "/dev/explorer", nil, []string{"Đồng hồ của nền tảng"}, "The platform&#39;s clock")
	v.sees(http.MethodGet, "/dev/explorer?q=DONG+ho+nen+tang", nil, []string{"Đồng hồ của nền tảng"}, "/{product_catalog}/items_batch")
	v.sees(http.MethodGet, "/dev/explorer?"+url.Values{"graph": {"POST /{product_catalog}/items_batch"}}.Encode(), nil, []string{"Tạo, sửa và xóa tới 5000 mặt hàng"})
	v.sees(http.MethodGet, "/dev/explorer?"+url.Values{"op": {"POST /sandbox/v1/clock"}}.Encode(), nil, []string{"Dời đồng hồ của nền tảng"})
}
