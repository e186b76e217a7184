package app_test

import (
	"bytes"
	"encoding/json"
	"image"
	"image/color"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/hawkerhq/hawker/internal/app"
)

// dot is a picture of one colour.
func dot(t *testing.T, side int) string {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, side, side))
	for n := range side * side {
		img.Set(n%side, n/side, color.RGBA{R: 200, G: 90, A: 255})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// files posts a form with files: pairs of a field and a content.
func (c clerk) files(path string, form url.Values, files ...string) (status int, body, at string) {
	c.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for k := range form {
		if err := w.WriteField(k, form.Get(k)); err != nil {
			c.t.Fatal(err)
		}
	}
	for n := 0; n < len(files); n += 2 {
		f, err := w.CreateFormFile(files[n], "a.png")
		if err != nil {
			c.t.Fatal(err)
		}
		if _, err := io.WriteString(f, files[n+1]); err != nil {
			c.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		c.t.Fatal(err)
	}
	return c.ask(http.MethodPost, path, w.FormDataContentType(), &b)
}

func mug() url.Values {
	return url.Values{"id": {"MUG"}, "title": {"Ly sứ"}, "description": {"Ly sứ trắng."}, "price": {"90000 VND"}, "availability": {"in stock"}, "condition": {"new"}, "link": {"https://quan.example/mug"}}
}

// Pictures go up with the item's form, without a script too, and are shown from here.
func TestAnItemsPicturesAreUploadedWithItsForm(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	c, agent := login(t, w, "en"), join(t, w, "agent")
	const add = officeA + "/items/new?catalog=" + catalogA
	if status, body, _ := c.files(add, mug(), "image_link_file", "<html>"); status != http.StatusUnprocessableEntity || !strings.Contains(body, "JPEG, PNG, GIF or WebP") || !strings.Contains(body, `value="Ly sứ"`) {
		t.Fatalf("no picture: %d %.600s", status, visibleText(body))
	}
	status, body, at := c.files(add, mug(), "image_link_file", dot(t, 600), "additional_image_link_file", dot(t, 610), "additional_image_link_file", dot(t, 620))
	if status != http.StatusOK || !strings.HasPrefix(at, officeA+"/items/") {
		t.Fatalf("adding: %d at %s: %.600s", status, at, visibleText(body))
	}
	item := w.itemOf(catalogA, "MUG")
	told := w.must(http.MethodGet, "/v25.0/"+item+"?fields=image_url,additional_image_urls", "")
	links := []string{told["image_url"].(string)}
	for _, l := range told["additional_image_urls"].([]any) {
		links = append(links, l.(string))
	}
	if len(links) != 3 {
		t.Fatalf("the item's pictures: %v", links)
	}
	for _, link := range links {
		if !strings.HasPrefix(link, w.URL()+"/pictures/own/") {
			t.Fatalf("%s is no picture of this server", link)
		}
		res, err := http.Get(link)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "image/jpeg" {
			t.Errorf("%s answers %d %s", link, res.StatusCode, res.Header.Get("Content-Type"))
		}
	}
	// One at a time, as a script does while the form is written.
	status, body, _ = c.files(officeA+"/items/pictures", nil, "picture", dot(t, 500))
	var one map[string]string
	if err := json.Unmarshal([]byte(body), &one); err != nil || status != http.StatusOK || !strings.HasPrefix(one["link"], w.URL()+"/pictures/own/") {
		t.Errorf("one picture: %d %s", status, body)
	}
	if status, body, _ = c.files(officeA+"/items/pictures", nil, "picture", "GIF89a"); status != http.StatusUnprocessableEntity || !strings.Contains(body, `"error"`) {
		t.Errorf("no picture: %d %s", status, body)
	}
	many := []string{}
	for range 11 {
		many = append(many, "additional_image_link_file", dot(t, 1))
	}
	if status, body, _ = c.files(officeA+"/items/"+item+"/edit", mug(), many...); status != http.StatusUnprocessableEntity || !strings.Contains(body, "at most 10 pictures") {
		t.Errorf("too many pictures: %d %.400s", status, visibleText(body))
	}
	if status, _, _ = agent.files(officeA+"/items/pictures", nil, "picture", dot(t, 9)); status != http.StatusForbidden {
		t.Errorf("an agent uploads: %d", status)
	}
}

// startWithTaxonomy is a demo server with some of Google's categories.
func startWithTaxonomy(t *testing.T) world {
	t.Helper()
	file := filepath.Join(t.TempDir(), "taxonomy.txt")
	if err := os.WriteFile(file, []byte("536 - Home & Garden\n672 - Home & Garden > Kitchen & Dining > Tableware\n2169 - Home & Garden > Kitchen & Dining > Tableware > Drinkware > Mugs\n674 - Home & Garden > Kitchen & Dining > Tableware > Drinkware > Coffee & Tea Cups\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	conf := app.Defaults()
	conf.Pictures, conf.Taxonomy = false, file
	return startWith(t, t.TempDir(), conf)
}

func TestACategoryIsSearchedAndChosenInTheForm(t *testing.T) {
	t.Parallel()
	w := startWithTaxonomy(t)
	c := login(t, w, "en")
	const add = officeA + "/items/new?catalog=" + catalogA
	form := mug()
	form.Set("action", "category")
	form.Set("google_product_category", "mug")
	body, _ := c.do(http.StatusOK, http.MethodPost, add, form)
	button := regexp.MustCompile(`name="action" value="(category:[^"]*Mugs)"`).FindStringSubmatch(body)
	if button == nil || strings.Contains(body, "Coffee &amp; Tea Cups") || !strings.Contains(body, `value="Ly sứ"`) {
		t.Fatalf("searching: %.900s", visibleText(body))
	}
	form.Set("action", strings.NewReplacer("&amp;", "&", "&gt;", ">").Replace(button[1]))
	body, _ = c.do(http.StatusOK, http.MethodPost, add, form)
	if !strings.Contains(strings.Join(strings.Fields(body), " "), `name="google_product_category" value="Home &amp; Garden &gt; Kitchen &amp; Dining &gt; Tableware &gt; Drinkware &gt; Mugs"`) {
		t.Fatalf("choosing: %.900s", visibleText(body))
	}
	form.Set("action", "category")
	form.Set("google_product_category", "spaceship")
	if body, _ = c.do(http.StatusOK, http.MethodPost, add, form); !strings.Contains(body, "No category matches") {
		t.Errorf("nothing found: %.900s", visibleText(body))
	}
	// Without the vendor's file: what the catalog uses.
	bare := login(t, start(t, t.TempDir()), "en")

	form.Set("google_product_category", "coffee")
	if body, _ = bare.do(http.StatusOK, http.MethodPost, add, form); !strings.Contains(body, "category:Food, Beverages &amp; Tobacco &gt; Beverages &gt; Coffee") || !strings.Contains(body, "--taxonomy") {
		_, found, _ := strings.Cut(body, `id="categories"`)
		t.Errorf("without a taxonomy: %.900s", found)
	}
}

// In the browser a picture goes up where it is dropped, and a category is found while it is written.
func TestTheItemFormInTheBrowser(t *testing.T) {
	t.Parallel()
	w := startWithTaxonomy(t)
	b, ok := openTab(t, w, 1280, "vi", "light")
	if !ok {
		return
	}
	p := walker{tab: b, w: w}
	p.logIn()
	p.open(officeA+"/items/new?catalog="+catalogA, `#category`)
	drop := func(into, script string) {
		t.Helper()
		p.do("dropping", chromedp.Evaluate[chromedp.Void](`(async () => { const canvas = document.createElement("canvas"); canvas.width = canvas.height = 600; canvas.getContext("2d").fillRect(0, 0, 300, 300);
			const blob = await new Promise(done => canvas.toBlob(done, "image/png")); const bag = new DataTransfer(); bag.items.add(new File([`+script+`], "ly.png", {type: "image/png"}));
			const zone = document.querySelector("[data-drop=`+into+`] .drop__zone"); zone.dispatchEvent(new DragEvent("dragover", {dataTransfer: bag, bubbles: true, cancelable: true})); zone.dispatchEvent(new DragEvent("drop", {dataTransfer: bag, bubbles: true, cancelable: true})); })()`, chromedp.EvalAwaitPromise))
	}
	field := func(name string) string { return eval[string](b, `document.querySelector('[name="`+name+`"]').value`) }
	drop("image_link", `"no picture"`)
	p.see("what was wrong", `.drop__said[data-bad]`)
	if got := p.text(`[data-drop=image_link] .drop__said`); !strings.Contains(got, "ly.png") || field("image_link") != "" {
		t.Errorf("no picture: %q, %q", got, field("image_link"))
	}
	drop("image_link", `blob`)
	p.see("the preview", `.preview .picture img[src^="/pictures/own/"]`)
	if got := field("image_link"); !strings.HasPrefix(got, w.URL()+"/pictures/own/") {
		t.Errorf("the field holds %q", got)
	}
	drop("additional_image_link", `blob`)
	eventually(t, "the other picture's address is there", func() bool { return strings.Contains(field("additional_image_link"), "/pictures/own/") })
	eval[bool](b, `(document.querySelector("#category").closest("details").open = true)`)
	p.fill(`[name=google_product_category]`, "mugs")
	p.see("the category", `#categories .chip`)
	p.do("choosing it", chromedp.Click(chromedp.CSS(`#categories .chip`)))
	eventually(t, "the category is chosen", func() bool { return strings.HasSuffix(field("google_product_category"), "> Mugs") })
	shot(t, b.ctx, "item-form")
	for name, value := range map[string]string{"id": "MUG", "title": "Ly sứ", "description": "Ly sứ trắng.", "price": "90000 VND", "link": "https://quan.example/mug"} {
		p.fill(`[name="`+name+`"]`, value)
	}
	p.leave("saving", `.form__end .button`)
	if got := p.text("h1"); got != "Ly sứ" {
		t.Errorf("saved: %q at %s", got, eval[string](b, `location.href`))
	}
}

// What customers do not see, no page says that they see.
func TestThePreviewOfAnUnseenItemSaysSo(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	c := login(t, w, "en")
	item := reject(w, "CF01")
	if page, _ := c.do(http.StatusOK, http.MethodGet, officeA+"/items/"+item, nil); strings.Contains(page, "This is how customers see it") || !strings.Contains(page, "Customers do not see it now.") {
		t.Errorf("a rejected item: %.900s", visibleText(page))
	}
	if page, _ := c.do(http.StatusOK, http.MethodGet, officeA+"/items/"+w.itemOf(catalogA, "CF02"), nil); strings.Contains(page, "Customers do not see it now.") {
		t.Errorf("an approved item: %.900s", visibleText(page))
	}
}
