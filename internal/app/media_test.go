package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"strings"
	"testing"
	"time"
)

// picture is a small PNG.
func picture(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewRGBA(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// uploadMedia sends a file to a number's media.
func (w world) uploadMedia(mime, name string, content []byte) (int, map[string]any) {
	w.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	_ = form.WriteField("messaging_product", "whatsapp")
	part, err := form.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="file"; filename="` + name + `"`}, "Content-Type": {mime}})
	if err != nil {
		w.t.Fatal(err)
	}
	_, _ = part.Write(content)
	_ = form.Close()
	req, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.URL()+"/v25.0/400000000000001/media", &body)
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer EAADEMO")
	req.Header.Set("Content-Type", form.FormDataContentType())
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var v map[string]any
	if err := json.NewDecoder(res.Body).Decode(&v); err != nil {
		w.t.Fatal(err)
	}
	return res.StatusCode, v
}

// read gets bytes from an address, with a token where one is given.
func (w world) read(address, token string, ranges ...string) (int, http.Header, []byte) {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), http.MethodGet, address, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	for _, r := range ranges {
		req.Header.Set("Range", r)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return res.StatusCode, res.Header, b
}

func TestMediaTravelBothWays(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	files := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/menu.pdf":
			rw.Header().Set("Content-Type", "application/pdf")
			_, _ = io.WriteString(rw, "%PDF-1.4 menu")
		case "/me.png":
			rw.Header().Set("Content-Type", "image/png")
			_, _ = rw.Write(picture(t))
		case "/page.png":
			rw.Header().Set("Content-Type", "image/png")
			_, _ = io.WriteString(rw, "<html>404</html>")
		default:
			http.NotFound(rw, r)
		}
	}))
	t.Cleanup(files.Close)

	// Upload, read at the address with a token, not without one, and not after five minutes.
	status, up := w.uploadMedia("image/png", "phở.png", picture(t))
	if status != http.StatusOK {
		t.Fatalf("%d %v", status, up)
	}
	mediaID := fmt.Sprint(up["id"])
	info := w.must(http.MethodGet, "/v25.0/"+mediaID+"?phone_number_id=400000000000001", "")
	if info["mime_type"] != "image/png" || info["file_size"] != float64(len(picture(t))) || info["messaging_product"] != "whatsapp" {
		t.Errorf("the media is %v", info)
	}
	address := fmt.Sprint(info["url"])
	if status, header, b := w.read(address, "EAADEMO"); status != http.StatusOK || !bytes.Equal(b, picture(t)) || header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%d %v %d bytes", status, header, len(b))
	}
	if status, header, b := w.read(address, "EAADEMO", "bytes=1-3"); status != http.StatusPartialContent || string(b) != "PNG" || !strings.HasPrefix(header.Get("Content-Range"), "bytes 1-3/") {
		t.Errorf("a range: %d %q %v", status, b, header)
	}
	if status, _, _ := w.read(address, ""); status != http.StatusUnauthorized {
		t.Errorf("without a token: %d", status)
	}
	if status, _, _ := w.read(strings.Replace(address, "mid="+mediaID, "mid=400000000000001", 1), "EAADEMO"); status != http.StatusNotFound {
		t.Errorf("another id with the same signature: %d", status)
	}
	for _, c := range []struct{ mime, content string }{{"image/png", "<html>no picture</html>"}, {"text/html", "<html>"}, {"image/jpeg", ""}} {
		if status, v := w.uploadMedia(c.mime, "x", []byte(c.content)); status != http.StatusBadRequest {
			t.Errorf("%s %q: %d %v", c.mime, c.content, status, v)
		}
	}

	// Sent by id and by link; what is wrong with a link fails by a status.
	v := visit(t, w)
	v.page(http.MethodPost, "/chat/customer", url.Values{"wa_id": {lan}})
	v.page(http.MethodPost, "/chat/400000000000001/messages", url.Values{"text": {"alo"}})
	const to = `{"messaging_product":"whatsapp","to":"` + lan + `","type":`
	w.must(http.MethodPost, "/v25.0/400000000000001/messages", to+`"image","image":{"id":"`+mediaID+`","caption":"Phở hôm nay"}}`)
	w.must(http.MethodPost, "/v25.0/400000000000001/messages", to+`"document","document":{"link":"`+files.URL+`/menu.pdf","filename":"Thực đơn.pdf"}}`)
	w.must(http.MethodPost, "/v25.0/400000000000001/messages", to+`"interactive","interactive":{"type":"button","header":{"type":"image","image":{"id":"`+mediaID+`"}},"body":{"text":"Nhé?"},"action":{"buttons":[{"type":"reply","reply":{"id":"y","title":"Ừ"}}]}}}`)
	for _, link := range []string{"/gone.png", "/page.png", "/menu.pdf"} {
		w.must(http.MethodPost, "/v25.0/400000000000001/messages", to+`"image","image":{"link":"`+files.URL+link+`"}}`)
	}
	for body, want := range map[string]string{
		`"image","image":{}}`: "131009", `"image","image":{"id":"5"}}`: "131009", `"image","image":{"id":"1","link":"https://x.example/a.png"}}`: "131009",
		`"audio","audio":{"id":"` + mediaID + `"}}`: "131053", `"sticker","sticker":{"id":"` + mediaID + `","caption":"x"}}`: "131009", `"video"}`: "100",
	} {
		status, answer := w.call(http.MethodPost, "/v25.0/400000000000001/messages", to+body)
		problem, _ := answer["error"].(map[string]any)
		if status != http.StatusBadRequest || fmt.Sprint(problem["code"]) != want {
			t.Errorf("%s: %d %v, want %s", body, status, answer, want)
		}
	}
	_, page, _ := v.page(http.MethodGet, "/chat/400000000000001", nil)
	picturePath := "/chat/400000000000001/media/" + mediaID
	if !strings.Contains(page, `<img src="`+picturePath+`?m=`) || !strings.Contains(page, "Thực đơn.pdf") || strings.Contains(page, "gone.png") {
		t.Errorf("the chat does not show picture and document")
	}
	if status, b, _ := v.page(http.MethodGet, picturePath, nil); status != http.StatusOK || b != string(picture(t)) {
		t.Errorf("the picture in the chat: %d", status)
	}
	if status, _, _ := v.page(http.MethodGet, "/chat/400000000000003/media/"+mediaID, nil); status != http.StatusNotFound {
		t.Errorf("the picture in another shop's chat: %d", status)
	}

	// A customer's picture reaches the business, and can be read by its id.
	h := newHook(t)
	w.listen("300000000000001", h)
	w.must(http.MethodPost, "/sandbox/v1/customers/"+lan+"/chats/400000000000001/messages", `{"type":"image","image":{"link":"`+files.URL+`/me.png","caption":"Cái này?"}}`)
	var got string
	eventually(t, "told of the picture", func() bool {
		body, _, told := h.find(`"type":"image"`)
		got = body
		return told
	})
	_, rest, _ := strings.Cut(got, `"image":{"id":"`)
	inbound, _, _ := strings.Cut(rest, `"`)
	if !strings.Contains(got, `"mime_type":"image/png","sha256":"`) {
		t.Errorf("told %s", got)
	}
	w.must(http.MethodGet, "/v25.0/"+inbound, "")

	if err := w.Clock.Advance(t.Context(), 6*time.Minute); err != nil {
		t.Fatal(err)
	}
	if status, _, _ := w.read(address, "EAADEMO"); status != http.StatusNotFound {
		t.Errorf("an address of six minutes ago: %d", status)
	}
	if err := w.Clock.Advance(t.Context(), 31*24*time.Hour); err != nil {
		t.Fatal(err)
	}
	if status, answer := w.call(http.MethodGet, "/v25.0/"+mediaID, ""); status != http.StatusBadRequest {
		t.Errorf("after 31 days: %d %v", status, answer)
	}
}
