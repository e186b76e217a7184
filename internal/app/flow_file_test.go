package app_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// picking is a flow that takes pictures, and then asks its endpoint with documents.
const picking = `{"version":"7.2","data_api_version":"3.0","routing_model":{"PHOTOS":["PAPERS"],"PAPERS":[]},"screens":[
 {"id":"PHOTOS","title":"Ảnh","layout":{"type":"SingleColumnLayout","children":[{"type":"Form","name":"f","children":[
  {"type":"PhotoPicker","name":"pics","label":"Ảnh chỗ hỏng","description":"Rõ nét","min-uploaded-photos":1,"max-uploaded-photos":2,"max-file-size-kb":1},
  {"type":"Footer","label":"Tiếp","on-click-action":{"name":"navigate","next":{"type":"screen","name":"PAPERS"},"payload":{}}}]}]}},
 {"id":"PAPERS","title":"Giấy tờ","terminal":true,"layout":{"type":"SingleColumnLayout","children":[{"type":"Form","name":"g","children":[
  {"type":"DocumentPicker","name":"papers","label":"Hóa đơn","allowed-mime-types":["text/plain","application/pdf"],"max-uploaded-documents":11},
  {"type":"EmbeddedLink","text":"Kiểm tra","on-click-action":{"name":"data_exchange","payload":{"papers":"${form.papers}"}}},
  {"type":"Footer","label":"Gửi","on-click-action":{"name":"complete","payload":{"pics":"${screen.PHOTOS.form.pics}","papers":"${form.papers}"}}}]}]}}]}`

// upload is a file of a form.
type upload struct{ field, name, mime, text string }

// filled posts a form with files.
func (v visitor) filled(at string, form url.Values, files ...upload) (int, string) {
	v.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, list := range form {
		for _, value := range list {
			if err := w.WriteField(name, value); err != nil {
				v.t.Fatal(err)
			}
		}
	}
	for _, f := range files {
		part, err := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {fmt.Sprintf(`form-data; name=%q; filename=%q`, f.field, f.name)}, "Content-Type": {f.mime}})
		if err != nil {
			v.t.Fatal(err)
		}
		if _, err := io.WriteString(part, f.text); err != nil {
			v.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		v.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(v.t.Context(), http.MethodPost, v.URL()+at, &b)
	if err != nil {
		v.t.Fatal(err)
	}
	req.Header.Set("Content-Type", w.FormDataContentType())
	res, err := v.client.Do(req)
	if err != nil {
		v.t.Fatal(err)
	}
	defer res.Body.Close()
	page, err := io.ReadAll(res.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return res.StatusCode, string(page)
}

var pickedFile = regexp.MustCompile(`type="checkbox" name="(pics|papers)" value="(file\.[^"]+)" checked`)

// kept are the fields of a page that hold what was filled in.
func kept(t *testing.T, page string) url.Values {
	t.Helper()
	m := flowState.FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("no state in %s", page)
	}
	form := url.Values{"-state": {html.UnescapeString(m[1])}}
	for _, f := range pickedFile.FindAllStringSubmatch(page, -1) {
		form.Add(f[1], html.UnescapeString(f[2]))
	}
	return form
}

// TestFilesArePickedInAFlow picks pictures and documents in the chat: within the limits, kept between screens, read by the endpoint
// encrypted and by the business as media.
func TestFilesArePickedInAFlow(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	h := newHook(t)
	w.listen(wabaA, h)
	e := newEndpoint(t)
	e.says(func(string) (int, string) { return 200, `{"data":{"status":"active"}}` })
	key, _ := json.Marshal(map[string]string{"business_public_key": e.public()})
	w.must(http.MethodPost, "/v25.0/"+phoneA+"/whatsapp_business_encryption", string(key))
	text, _ := json.Marshal(map[string]any{"name": "Sửa đồ", "categories": []string{"OTHER"}, "flow_json": picking, "endpoint_uri": e.URL, "publish": true})
	id := w.must(http.MethodPost, "/v25.0/"+wabaA+"/flows", string(text))["id"].(string)
	w.must(http.MethodPost, chatA+"/messages", `{"text":"alo"}`)
	sent := w.must(http.MethodPost, "/v25.0/"+phoneA+"/messages", `{"messaging_product":"whatsapp","to":"`+lan+`","type":"interactive","interactive":{"type":"flow","body":{"text":"Gửi ảnh nhé"},
		"action":{"name":"flow","parameters":{"flow_message_version":"3","flow_id":"`+id+`","flow_cta":"Gửi ảnh","flow_token":"tok-9"}}}}`)
	wamid := sent["messages"].([]any)[0].(map[string]any)["id"].(string)
	v := visit(t, w)
	v.page(http.MethodPost, "/chat/customer", url.Values{"wa_id": {lan}})
	at := "/chat/" + phoneA + "/flow?m=" + url.QueryEscape(wamid)
	_, page, _ := v.page(http.MethodGet, at, nil)
	if !strings.Contains(page, `enctype="multipart/form-data"`) || !strings.Contains(page, `accept="image/jpeg,`) {
		t.Fatalf("no picker in %s", page)
	}
	png := "\x89PNG\r\n\x1a\n" + strings.Repeat("x", 100)
	for want, files := range map[string][]upload{
		"Vui lòng điền mục này.":               nil,
		"Có tệp quá lớn.":                      {{"pics", "a.png", "image/png", png + strings.Repeat("x", 1024)}},
		"Có tệp không đúng loại được yêu cầu.": {{"pics", "a.png", "image/png", "<html><body>hi"}},
		"Hãy chọn ít hơn.":                     {{"pics", "a.png", "image/png", png}, {"pics", "b.png", "image/png", png + "b"}, {"pics", "c.png", "image/png", png + "c"}},
	} {
		if status, page := v.filled(at, kept(t, page), files...); status != http.StatusUnprocessableEntity || !strings.Contains(page, want) || pickedFile.MatchString(page) {
			t.Errorf("%s: %d %s", want, status, page)
		}
	}
	_, page = v.filled(at, kept(t, page), upload{"pics", "hỏng.png", "image/png", png})
	if !strings.Contains(page, "Giấy tờ") {
		t.Fatalf("after the pictures: %s", page)
	}
	// What was picked is there when the customer comes back, and can be left out.
	back := kept(t, page)
	back.Set("-go", "back")
	_, first := v.filled(at, back)
	if !strings.Contains(first, "hỏng.png") || !pickedFile.MatchString(first) {
		t.Errorf("back at the pictures: %s", first)
	}
	readByEndpoint(t, w, v, e, at, page)

	_, page = v.filled(at, kept(t, page), upload{"papers", "hoa-don.txt", "text/plain", "chín mươi nghìn"})
	if !strings.Contains(page, "hỏng.png") && !strings.Contains(page, "/media/") {
		t.Errorf("the answer shows no files: %s", page)
	}
	var answer map[string]any
	eventually(t, "told of the answer", func() bool {
		found, _, ok := h.find(`"type":"nfm_reply"`)
		if ok {
			answer = responseIn(t, found)
		}
		return ok
	})
	pic := answer["pics"].([]any)[0].(map[string]any)
	sum := sha256.Sum256([]byte(png))
	if pic["file_name"] != "hỏng.png" || pic["mime_type"] != "image/png" || pic["sha256"] != base64.StdEncoding.EncodeToString(sum[:]) || answer["flow_token"] != "tok-9" {
		t.Errorf("the answer is %v", answer)
	}
	media := w.must(http.MethodGet, "/v25.0/"+pic["id"].(string), "")
	if media["mime_type"] != "image/png" {
		t.Errorf("its media is %v", media)
	}
	// A program can answer with files as well.
	w.must(http.MethodPost, chatA+"/messages", `{"type":"interactive","reply_to":"`+wamid+`","interactive":{"type":"nfm_reply","nfm_reply":{"response":{"a":1},"files":{"pics":[{"link":"`+w.URL()+`/demo/pictures/ph01-1.jpg","filename":"ca-phe.jpg"}]}}}}`)
	eventually(t, "told of the program's answer", func() bool {
		_, _, ok := h.find(`\"file_name\":\"ca-phe.jpg\"`, `\"a\":1`)
		return ok
	})
}

// responseIn is the response_json of a webhook.
func responseIn(t *testing.T, body string) (answer map[string]any) {
	t.Helper()
	m := regexp.MustCompile(`"response_json":("(?:[^"\\]|\\.)*")`).FindStringSubmatch(body)
	if m == nil {
		t.Fatalf("no response_json in %s", body)
	}
	var text string
	if err := json.Unmarshal([]byte(m[1]), &text); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(text), &answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

// readByEndpoint lets an endpoint read the files it is asked with, as Meta's documents say.
func readByEndpoint(t *testing.T, w world, v visitor, e *endpoint, at, page string) {
	t.Helper()
	const paper = "hóa đơn số 7: chín mươi nghìn đồng"
	e.says(func(string) (int, string) {
		return 200, `{"screen":"PAPERS","data":{"error_message":"Xem lại nhé"}}`
	})
	form := kept(t, page)
	form.Set("-go", "1") // the link
	status, page := v.filled(at, form, upload{"papers", "so-7.txt", "text/plain; charset=utf-8", paper})
	if !strings.Contains(page, "Xem lại nhé") || !strings.Contains(page, "so-7.txt") {
		t.Fatalf("the endpoint's word: %d %s", status, page)
	}
	var asked struct {
		Data struct {
			Papers []struct {
				ID   string `json:"media_id"`
				URL  string `json:"cdn_url"`
				Name string `json:"file_name"`
				Meta struct {
					Hash  []byte `json:"encrypted_hash"`
					IV    []byte `json:"iv"`
					Key   []byte `json:"encryption_key"`
					MAC   []byte `json:"hmac_key"`
					Plain []byte `json:"plaintext_hash"`
				} `json:"encryption_metadata"`
			} `json:"papers"`
		} `json:"data"`
	}
	if err := json.Unmarshal([]byte(e.all()), &asked); err != nil || len(asked.Data.Papers) != 1 {
		t.Fatalf("%v in %s", err, e.all())
	}
	f := asked.Data.Papers[0]
	read := func(address string) (int, []byte) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, b
	}
	_, sealed := read(f.URL)
	hash := sha256.Sum256(sealed)
	text, code := sealed[:len(sealed)-10], sealed[len(sealed)-10:]
	mac := hmac.New(sha256.New, f.Meta.MAC)
	_, _ = mac.Write(append(bytes.Clone(f.Meta.IV), text...))
	if !bytes.Equal(hash[:], f.Meta.Hash) || !bytes.Equal(mac.Sum(nil)[:10], code) {
		t.Error("the file is not what its hash and code say")
	}
	block, err := aes.NewCipher(f.Meta.Key)
	if err != nil {
		t.Fatal(err)
	}
	plain := make([]byte, len(text))
	cipher.NewCBCDecrypter(block, f.Meta.IV).CryptBlocks(plain, text)
	plain = plain[:len(plain)-int(plain[len(plain)-1])]
	if sum := sha256.Sum256(plain); string(plain) != paper || !bytes.Equal(sum[:], f.Meta.Plain) || f.Name != "so-7.txt" {
		t.Errorf("the endpoint read %q", plain)
	}
	if status, _ := read(strings.Replace(f.URL, "hash=", "hash=0", 1)); status != http.StatusNotFound {
		t.Errorf("a wrong address answered %d", status)
	}
	_ = w
}
