package app_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/hawkerhq/hawker/internal/app"
)

// guideMost is the size of a picture of the guide; guidePictures is how many there may be.
const (
	guideMost     = 60 << 10
	guidePictures = 20
)

// The guide shows every picture there is, all of them small.
func TestTheGuideShowsItsPictures(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/guide.md")
	if err != nil {
		t.Fatal(err)
	}
	var named []string
	for _, m := range regexp.MustCompile(`\]\(guide/([a-z-]+\.jpg)\)`).FindAllStringSubmatch(string(text), -1) {
		named = append(named, m[1])
	}
	files, err := filepath.Glob("../../docs/guide/*")
	if err != nil || len(files) == 0 || len(files) > guidePictures {
		t.Fatalf("%d pictures, %v", len(files), err)
	}
	for _, f := range files {
		info, err := os.Stat(f)
		if err != nil || info.Size() > guideMost {
			t.Errorf("%s has %d bytes, at most %d: %v", f, info.Size(), guideMost, err)
		}
		if !slices.Contains(named, filepath.Base(f)) {
			t.Errorf("the guide does not show %s", f)
		}
	}
	for _, n := range named {
		if _, err := os.Stat("../../docs/guide/" + n); err != nil {
			t.Errorf("the guide shows %s, which is not there: scripts/pictures.sh", n)
		}
	}
}

// TestPicturesOfTheGuide makes the pictures, where HAWKER_PICTURES names a folder: scripts/pictures.sh.
func TestPicturesOfTheGuide(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("HAWKER_PICTURES")
	if dir == "" {
		return
	}
	w := startWith(t, t.TempDir(), app.Defaults())
	b, ok := openTab(t, w, 1100, "en", "light")
	if !ok {
		return
	}
	eventually(t, "pictures drawn", func() bool {
		v := w.must(http.MethodGet, "/v25.0/"+catalogA+"/products?fields=image_fetch_status&limit=100", "")
		return strings.Count(jsonOf(t, v), "NO_STATUS") <= 1 // one item has none
	})
	p := walker{b, w, ""}
	p.open("/manager/login", `input[name="email"]`)
	p.fill(`input[name="email"]`, "demo@hawker.local")
	p.fill(`input[name="password"]`, "demo")
	p.leave("logging in", `form[action="/manager/login"] .button`)
	p.cookie("hawker_customer", lan)
	p.open("/dev/receivers/first", `form[action$="/listen"]`)
	p.leave("listening", `form[action$="/listen"] .button`)
	p.guideWorld()
	item := reject(w, "CF04")
	shots := []struct {
		name, path, wait string
		width, height    int64
	}{
		{"home", officeA, "main", 1100, 640},
		{"items", officeA + "/items", ".table", 1100, 640},
		{"rejected", officeA + "/items/" + item, `form[action$="/appeal"]`, 1100, 680},
		{"connections", officeB + "/connections", "main", 1100, 560},
		{"india", "/manager/200000000000003/india", "main", 1100, 620},
		{"orders", officeA + "/orders", "main", 1100, 420},
		{"thread", officeA + "/inbox/" + phoneA + "/" + lan, "#talk", 1100, 620},
		{"compose", officeA + "/compose?to=" + lan, "textarea", 1100, 640},
		{"chat", "/chat/" + phoneA, ".log", 390, 760},
		{"product", "/chat/" + phoneA + "/product/CF01", ".product__price", 390, 760},
		{"cart", "/chat/" + phoneA + "/cart", `input[name="note"]`, 390, 560},
		{"standing", officeA + "/standing", "main", 1100, 560},
		{"events", "/dev/events", "main", 1100, 520},
		{"explorer", "/dev/explorer", "main", 1100, 620},
	}
	for _, s := range shots {
		b.do("size", chromedp.EmulateViewport(s.width, s.height))
		b.open(s.path, s.wait)
		p.picture(dir, s.name)
	}
	b.do("size", chromedp.EmulateViewport(1100, 680))
	w.must(http.MethodPost, "/v25.0/"+catalogA+"/additional_reviews", `{"retailer_ids":["CF04"],"message":"It is coffee with a pinch of salt."}`)
	b.open(officeA+"/queue", "[data-case]")
	p.picture(dir, "queue")
	path := p.file("menu.csv", feedHead+"F1,Bánh đúng,Ngon,in stock,new,20000 VND,https://shop.example/1,https://shop.example/1.jpg,Q\nF2,Bánh sai,Ngon,in stock,new,\"12,5\",https://shop.example/2,https://shop.example/2.jpg,Q\n")
	b.open(officeA+"/sources", `input[name="file"]`)
	b.do("the file", chromedp.SetUploadFiles(chromedp.CSS(`form.card input[name="file"]`), []string{path}))
	p.do("checking", chromedp.Click(chromedp.CSS(`button[value="check"]`)), chromedp.WaitVisible(chromedp.CSS("#lint .tiles")))
	eval[bool](b, `(document.querySelector("#lint").scrollIntoView({block: "center"}), true)`)
	p.picture(dir, "file")
	b.open("/dev/events", `#events td a`)
	p.leave("a delivery", `#events td a`)
	p.picture(dir, "delivery")
}

// guideWorld is a talk with an order, so that pages have something to show.
func (p walker) guideWorld() {
	p.w.must(http.MethodPost, chatA+"/messages", `{"text":"Chào quán, hôm nay có phở không?"}`)
	p.w.must(http.MethodPost, "/v25.0/"+phoneA+"/messages", `{"messaging_product":"whatsapp","to":"`+lan+`","type":"interactive","interactive":{"type":"product_list",
		"header":{"type":"text","text":"Món nước hôm nay"},"body":{"text":"Mời bạn chọn món."},"action":{"catalog_id":"`+catalogA+`","sections":[
		{"title":"Món nước","product_items":[{"product_retailer_id":"PH01"},{"product_retailer_id":"PH02"}]}]}}}`)
	p.w.must(http.MethodPut, chatA+"/cart/PH01", `{"quantity":2}`)
	p.w.must(http.MethodPost, chatA+"/cart/send", `{"note":"ít hành"}`)
	p.w.must(http.MethodPost, "/v25.0/"+phoneA+"/messages", `{"messaging_product":"whatsapp","to":"`+lan+`","type":"text","text":{"body":"Dạ, 20 phút nữa có ạ."}}`)
	p.w.must(http.MethodPut, chatA+"/cart/CF01", `{"quantity":1}`)
}

// picture keeps what the window shows, as small as the guide wants it.
func (p walker) picture(dir, name string) {
	p.t.Helper()
	for _, quality := range []int64{72, 55, 40} {
		shot, err := chromedp.Call(p.ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{Format: page.CaptureScreenshotFormatJpeg, Quality: &quality})
		if err != nil {
			p.t.Fatal(err)
		}
		if len(shot.Data) > guideMost && quality > 40 {
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, name+".jpg"), shot.Data, 0o600); err != nil {
			p.t.Fatal(err)
		}
		return
	}
}
