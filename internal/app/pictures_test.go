package app_test

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/app"
)

// TestPagesShowPicturesFromHere: the demo shop's pictures are fetched, told by the Graph API, and shown from Hawker's own
// address; no page names the shop's.
func TestPagesShowPicturesFromHere(t *testing.T) {
	t.Parallel()
	w := startWith(t, t.TempDir(), app.Defaults())
	var item map[string]any
	eventually(t, "fetched", func() bool {
		v := w.must(http.MethodGet, "/v25.0/"+catalogA+"/products?fields=image_url,image_fetch_status,image_cdn_urls&filter="+`%7B%22retailer_id%22:%7B%22eq%22:%22CF01%22%7D%7D`, "")
		item = v["data"].([]any)[0].(map[string]any)
		return item["image_fetch_status"] == "FETCHED"
	})
	pair := item["image_cdn_urls"].([]any)[0].(map[string]any)
	address := pair["value"].(string)
	if pair["key"] != item["image_url"] || !strings.HasPrefix(address, w.URL()+"/pictures/full/") {
		t.Fatalf("image_cdn_urls: %v of %v", pair, item["image_url"])
	}
	kind, _ := get(t, address)
	if kind != "image/jpeg" {
		t.Errorf("%s is %s", address, kind)
	}
	small := w.must(http.MethodGet, "/v25.0/"+item["id"].(string)+"?fields=image_cdn_urls&image_width=320", "")["image_cdn_urls"].([]any)[0].(map[string]any)
	if at, _ := small["value"].(string); !strings.HasPrefix(at, w.URL()+"/pictures/thumb/") {
		t.Errorf("the small view is %v", small)
	}
	v := visit(t, w)
	v.page(http.MethodPost, "/chat/customer", url.Values{"wa_id": {lan}})
	_, page, _ := v.page(http.MethodGet, "/chat/"+phoneA+"/catalog", nil)
	sources := regexp.MustCompile(`<img[^>]* src="([^"]*)"`).FindAllStringSubmatch(page, -1)
	if len(sources) == 0 {
		t.Fatalf("no pictures on the page: %.300s", page)
	}
	for _, s := range sources {
		if !strings.HasPrefix(s[1], "/pictures/thumb/") {
			t.Errorf("the page asks %s for a picture", s[1])
		}
	}
	if kind, body := get(t, w.URL()+sources[0][1]); kind != "image/jpeg" || len(body) > 60_000 {
		t.Errorf("%s: %s of %d bytes", sources[0][1], kind, len(body))
	}
}

func get(t *testing.T, address string) (kind, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s answered %d %v", address, res.StatusCode, err)
	}
	return res.Header.Get("Content-Type"), string(raw)
}
