package app_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

const foreignColumns = "id,ten,description,availability,condition,gia_ban,link,image_link,brand\n" +
	"AO1,Áo thun,Vải bông,in stock,new,220000 VND,https://moc.example/1,https://moc.example/1.jpg,Mộc\n" +
	"AO2,Áo sơ mi,Vải lanh,in stock,new,420000 VND,https://moc.example/2,https://moc.example/2.jpg,Mộc\n"

// files with columns of their own are mapped on the page; a dry run tells what an upload would do.
func TestColumnsOfAFileAreMapped(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	c := login(t, w, "en")
	const at = officeB + "/sources?catalog=" + catalogB
	form := func(action string) map[string]string { return map[string]string{"action": action, "name": "Lụa"} }
	if status, page, _ := c.upload(at, form("check"), "ao.csv", strings.Replace(foreignColumns, "id,", "ma,", 1)); status != http.StatusUnprocessableEntity || !strings.Contains(page, "there is no column") {
		t.Errorf("a file without ids: %d %.600s", status, visibleText(page))
	}
	_, page, _ := c.upload(at, form("check"), "ao.csv", foreignColumns)
	if !strings.Contains(page, `name="map_from" value="gia_ban"`) || !strings.Contains(page, "220000 VND · 420000 VND") || !strings.Contains(page, "adds 0 items") {
		t.Fatalf("the check: %.900s", visibleText(page))
	}
	mapped := []string{"ten", "title", "gia_ban", "price"}
	check := func(feed, action, file string) (page, end string) {
		t.Helper()
		status, page, end := c.mapped(at, action, feed, file, mapped)
		if status != http.StatusOK {
			t.Fatalf("%s: %d %.600s", action, status, visibleText(page))
		}
		return page, end
	}
	if page, _ = check("", "check", foreignColumns); !strings.Contains(page, "adds 2 items") || !strings.Contains(page, `<option value="price" selected>`) {
		t.Fatalf("the check with columns mapped: %.900s", visibleText(page))
	}
	_, end := check("", "upload", foreignColumns)
	eventually(t, "taken in", func() bool {
		page, _ = c.do(http.StatusOK, http.MethodGet, end, nil)
		return !strings.Contains(page, "hx-trigger")
	})
	if got := w.raw(http.MethodGet, "/v25.0/"+w.itemOf(catalogB, "AO2")+"?fields=name,price"); !strings.Contains(got, "Áo sơ mi") || !strings.Contains(got, "420") {
		t.Fatalf("AO2 is %s", got)
	}
	feed := strings.Split(strings.TrimPrefix(end, officeB+"/sources/"), "/")[0]
	mapped = nil // the source keeps what its columns are
	next := strings.Replace(foreignColumns, "420000", "430000", 1) + "AO3,Quần,Vải lanh,in stock,new,300000 VND,https://moc.example/3,https://moc.example/3.jpg,Mộc\n"
	if page, _ = check(feed, "check", next); !strings.Contains(page, "adds 1 item") || !strings.Contains(page, "changes 1") || !strings.Contains(page, "leaves 1 as it is") {
		t.Errorf("the next file: %.900s", visibleText(page))
	}
	mapped = []string{"ten", "title", "gia_ban", "price"}
	if page, _ = check("", "check", foreignColumns); !strings.Contains(page, "2 belong to other sources and stay") {
		t.Errorf("the same file by another source: %.900s", visibleText(page))
	}
}

// In the browser the file stays chosen while its columns are mapped.
func TestColumnsAreMappedInTheBrowser(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	b, ok := openTab(t, w, 375, "vi", "dark")
	if !ok {
		return
	}
	p := walker{tab: b, w: w}
	p.logIn()
	p.open(officeB+"/sources?catalog="+catalogB, `input[name="file"]`)
	p.do("choosing a file without ids", chromedp.SetUploadFiles(chromedp.CSS(`input[name="file"]`), []string{p.file("x.csv", "a,b\n1,2\n")}))
	p.do("checking it", chromedp.Click(chromedp.CSS(`button[value="check"]`)), chromedp.WaitVisible(chromedp.CSS(`#lint .note--bad`)))
	p.do("choosing", chromedp.SetUploadFiles(chromedp.CSS(`input[name="file"]`), []string{p.file("ao.csv", foreignColumns)}))
	p.do("checking", chromedp.Click(chromedp.CSS(`button[value="check"]`)), chromedp.WaitVisible(chromedp.CSS(`#lint select`)))
	for from, to := range map[string]string{"ten": "title", "gia_ban": "price"} {
		p.fill(`#lint select[aria-label="`+from+`"]`, to)
	}
	shot(t, b.ctx, "columns")
	p.leave("uploading", `button[value="upload"]`)
	eventually(t, "taken in", func() bool {
		return len(w.must(http.MethodGet, "/v25.0/"+catalogB+"/products", "")["data"].([]any)) == 2
	})
}

// mapped posts a file with its columns mapped: pairs of a column and a field.
func (c clerk) mapped(path, action, feed, file string, pairs []string) (status int, body, at string) {
	c.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	write := func(name, value string) {
		if err := w.WriteField(name, value); err != nil {
			c.t.Fatal(err)
		}
	}
	write("action", action)
	write("feed", feed)
	write("name", "Lụa")
	for n := 0; n < len(pairs); n += 2 {
		write("map_from", pairs[n])
		write("map_to", pairs[n+1])
	}
	f, err := w.CreateFormFile("file", "ao.csv")
	if err != nil {
		c.t.Fatal(err)
	}
	if _, err := io.WriteString(f, file); err != nil {
		c.t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		c.t.Fatal(err)
	}
	return c.ask(http.MethodPost, path, w.FormDataContentType(), &b)
}
