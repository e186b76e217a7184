package app_test

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// endpoint is a business's own server of a flow, as Meta's documents have one written.
type endpoint struct {
	*httptest.Server
	t   *testing.T
	key *rsa.PrivateKey

	mu     sync.Mutex
	asked  []string // what it read, decrypted
	answer func(asked string) (status int, body string)
}

func newEndpoint(t *testing.T) *endpoint {
	t.Helper()
	e := &endpoint{t: t}
	e.newKey()
	e.Server = httptest.NewServer(e)
	t.Cleanup(e.Close)
	return e
}

func (e *endpoint) newKey() {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		e.t.Fatal(err)
	}
	e.key = key
}

// public is its public key as PEM.
func (e *endpoint) public() string {
	der, err := x509.MarshalPKIXPublicKey(&e.key.PublicKey)
	if err != nil {
		e.t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

func (e *endpoint) says(answer func(asked string) (int, string)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.answer, e.asked = answer, nil
}

func (e *endpoint) all() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return strings.Join(e.asked, "\n")
}

// ServeHTTP implements [http.Handler].
func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		e.t.Error(err)
	}
	mac := hmac.New(sha256.New, []byte("demo-app-secret"))
	_, _ = mac.Write(raw)
	if r.Header.Get("X-Hub-Signature-256") != "sha256="+hex.EncodeToString(mac.Sum(nil)) {
		w.WriteHeader(432)
		return
	}
	var in struct {
		Data   string `json:"encrypted_flow_data"`
		Key    string `json:"encrypted_aes_key"`
		Vector string `json:"initial_vector"`
	}
	if err := json.Unmarshal(raw, &in); err != nil {
		e.t.Errorf("asked with %s: %v", raw, err)
	}
	decode := func(s string) []byte {
		b, err := base64.StdEncoding.DecodeString(s)
		if err != nil {
			e.t.Error(err)
		}
		return b
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	secret, err := rsa.DecryptOAEP(sha256.New(), nil, e.key, decode(in.Key), nil)
	if err != nil || len(secret) != 16 {
		w.WriteHeader(http.StatusMisdirectedRequest)
		return
	}
	block, err := aes.NewCipher(secret)
	if err != nil {
		e.t.Error(err)
		return
	}
	vector := decode(in.Vector)
	box, err := cipher.NewGCMWithNonceSize(block, len(vector))
	if err != nil {
		e.t.Error(err)
		return
	}
	plain, err := box.Open(nil, vector, decode(in.Data), nil)
	if err != nil {
		e.t.Errorf("the data: %v", err)
		return
	}
	e.asked = append(e.asked, string(plain))
	status, body := e.answer(string(plain))
	for n := range vector {
		vector[n] = ^vector[n]
	}
	w.WriteHeader(status)
	if body == "PLAIN" || status == 427 {
		_, _ = io.WriteString(w, body)
		return
	}
	_, _ = io.WriteString(w, base64.StdEncoding.EncodeToString(box.Seal(nil, vector, []byte(body), nil)))
}

// asking is a flow that asks its endpoint for times, and again at its end.
const asking = `{"version":"6.0","data_api_version":"3.0","routing_model":{"TIME":["CHECK"],"CHECK":[]},"screens":[
 {"id":"TIME","title":"Chọn giờ","data":{"times":{"type":"array","__example__":[{"id":"9","title":"9 giờ"}]}},"layout":{"type":"SingleColumnLayout","children":[
  {"type":"Dropdown","name":"day","label":"Ngày","data-source":[{"id":"mon","title":"Thứ hai"},{"id":"tue","title":"Thứ ba"}],"on-select-action":{"name":"data_exchange","payload":{"day":"${form.day}"}}},
  {"type":"Dropdown","name":"time","label":"Giờ","required":true,"data-source":"${data.times}"},
  {"type":"Footer","label":"Tiếp","on-click-action":{"name":"data_exchange","payload":{"time":"${form.time}"}}}]}},
 {"id":"CHECK","title":"Xem lại","terminal":true,"refresh_on_back":true,"data":{"sum":{"type":"string","__example__":"x"}},"layout":{"type":"SingleColumnLayout","children":[
  {"type":"TextBody","text":"${data.sum}"},{"type":"Footer","label":"Gửi","on-click-action":{"name":"data_exchange","payload":{"ok":true}}}]}}]}`

// TestAFlowAsksItsEndpoint plays a flow whose screens come from the business's server, encrypted both ways.
func TestAFlowAsksItsEndpoint(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	h := newHook(t)
	w.listen(wabaA, h)
	e := newEndpoint(t)
	pong := func(asked string) (int, string) {
		if asked != `{"version":"3.0","action":"ping"}` {
			t.Errorf("the health check is %s", asked)
		}
		return 200, `{"data":{"status":"active"}}`
	}
	e.says(pong)
	text, err := json.Marshal(map[string]any{"name": "Đặt bàn", "categories": []string{"OTHER"}, "flow_json": asking, "endpoint_uri": e.URL})
	if err != nil {
		t.Fatal(err)
	}
	id := w.must(http.MethodPost, "/v25.0/"+wabaA+"/flows", string(text))["id"].(string)
	refused := func(want string) {
		t.Helper()
		status, v := w.call(http.MethodPost, "/v25.0/"+id+"/publish", "")
		if b, _ := json.Marshal(v); status != http.StatusBadRequest || !strings.Contains(string(b), want) {
			t.Errorf("publishing answered %d %s, want %s", status, b, want)
		}
	}
	refused("has a public key")
	key, err := json.Marshal(map[string]string{"business_public_key": e.public()})
	if err != nil {
		t.Fatal(err)
	}
	edge := "/v25.0/" + phoneA + "/whatsapp_business_encryption"
	w.must(http.MethodPost, edge, string(key))
	for want, answer := range map[string]func(string) (int, string){
		`status 503`:                       func(string) (int, string) { return 503, `` },
		`must answer the action ping with`: func(string) (int, string) { return 200, `{"data":{}}` },
		`is not base64`:                    func(string) (int, string) { return 200, `PLAIN` },
	} {
		e.says(answer)
		refused(want)
	}
	e.says(pong)
	w.must(http.MethodPost, "/v25.0/"+id+"/publish", "")

	w.must(http.MethodPost, chatA+"/messages", `{"text":"alo"}`)
	send := func() string {
		t.Helper()
		v := w.must(http.MethodPost, "/v25.0/"+phoneA+"/messages", `{"messaging_product":"whatsapp","to":"`+lan+`","type":"interactive","interactive":{"type":"flow","body":{"text":"Đặt bàn nhé"},
			"action":{"name":"flow","parameters":{"flow_message_version":"3","flow_id":"`+id+`","flow_cta":"Đặt bàn ngay","flow_token":"tok-7","flow_action":"data_exchange"}}}}`)
		return v["messages"].([]any)[0].(map[string]any)["id"].(string)
	}
	wamid := send()
	v := visit(t, w)
	v.page(http.MethodPost, "/chat/customer", url.Values{"wa_id": {lan}})
	at := "/chat/" + phoneA + "/flow?m=" + url.QueryEscape(wamid)
	shows := func(body string, parts ...string) {
		t.Helper()
		for _, p := range parts {
			if !strings.Contains(body, p) {
				t.Errorf("the page does not show %q:\n%s", p, body)
			}
		}
	}
	state := func(page string) string {
		t.Helper()
		m := flowState.FindStringSubmatch(page)
		if m == nil {
			t.Fatalf("no state in %s", page)
		}
		return html.UnescapeString(m[1])
	}
	asked := func(want ...string) {
		t.Helper()
		if got := e.all(); got != strings.Join(want, "\n") {
			t.Errorf("the endpoint was asked\n%s\nwant\n%s", got, strings.Join(want, "\n"))
		}
	}
	reply := func(body string) func(string) (int, string) {
		return func(string) (int, string) { return 200, body }
	}
	const times = `{"screen":"TIME","data":{"times":[{"id":"9","title":"9 giờ"},{"id":"10","title":"<b>10</b> giờ"}]}}`

	// INIT, then what is chosen is asked for, then an error of the business's, then the next screen.
	e.says(reply(times))
	_, page, _ := v.page(http.MethodGet, at, nil)
	shows(page, "Chọn giờ", "&lt;b&gt;10&lt;/b&gt; giờ", `value="refresh"`)
	asked(`{"version":"3.0","action":"INIT","flow_token":"tok-7"}`)
	e.says(reply(`{"screen":"TIME","data":{"times":[{"id":"7","title":"7 giờ sáng"}]}}`))
	status, page, _ := v.page(http.MethodPost, at, url.Values{"-state": {state(page)}, "day": {"tue"}, "time": {"9"}})
	shows(page, "7 giờ sáng")
	asked(`{"version":"3.0","action":"data_exchange","screen":"TIME","data":{"day":"tue"},"flow_token":"tok-7"}`)
	if status != http.StatusOK {
		t.Errorf("a choice answered %d", status)
	}
	e.says(reply(`{"screen":"TIME","data":{"error_message":"Giờ này <kín> rồi"}}`))
	status, page, _ = v.page(http.MethodPost, at, url.Values{"-state": {state(page)}, "day": {"tue"}, "time": {"7"}})
	shows(page, "Giờ này &lt;kín&gt; rồi", "7 giờ sáng")
	asked(`{"version":"3.0","action":"data_exchange","screen":"TIME","data":{"time":"7"},"flow_token":"tok-7"}`)
	if status != http.StatusUnprocessableEntity {
		t.Errorf("an error of the business answered %d", status)
	}
	e.says(reply(`{"screen":"CHECK","data":{"sum":"7 giờ, hai người"}}`))
	form := url.Values{"-state": {state(page)}, "day": {"tue"}, "time": {"7"}}
	_, check, _ := v.page(http.MethodPost, at, form)
	shows(check, "Xem lại", "7 giờ, hai người", `value="back"`)
	e.says(reply(times))
	_, page, _ = v.page(http.MethodPost, at, url.Values{"-state": {state(check)}, "-go": {"back"}})
	shows(page, "Chọn giờ", "&lt;b&gt;10&lt;/b&gt; giờ")
	asked(`{"version":"3.0","action":"BACK","screen":"CHECK","flow_token":"tok-7"}`)

	// Answers that lead nowhere are shown and told to the endpoint.
	for _, c := range []struct {
		status     int
		body       string
		want, told string
	}{
		{200, `{"screen":"NOWHERE","data":{}}`, "which this flow does not have", `"error":"INVALID_SCREEN_TRANSITION"`},
		{200, `{"screen":"CHECK","data":{}}`, "without data.sum", `"error":"INVALID_SCREEN_TRANSITION"`},
		{200, `[]`, "is not JSON such as", `"error":"INVALID_RESPONSE"`},
		{200, `PLAIN`, "not base64", ``},
		{500, ``, "status 500", ``},
	} {
		e.says(func(string) (int, string) { return c.status, c.body })
		status, page, _ := v.page(http.MethodPost, at, form)
		shows(html.UnescapeString(page), c.want, "7 giờ sáng")
		if status != http.StatusUnprocessableEntity || !strings.Contains(e.all(), c.told) {
			t.Errorf("%s answered %d, told %s", c.body, status, e.all())
		}
	}

	// Another key at the endpoint: 421, until its number has it.
	e.mu.Lock()
	e.newKey()
	e.mu.Unlock()
	e.says(reply(times))
	_, page, _ = v.page(http.MethodPost, at, form)
	shows(page, "answered 421")
	if key, err = json.Marshal(map[string]string{"business_public_key": e.public()}); err != nil {
		t.Fatal(err)
	}
	w.must(http.MethodPost, edge, string(key))

	// The end: what the endpoint says becomes the answer.
	e.says(reply(`{"screen":"SUCCESS","data":{"extension_message_response":{"params":{"flow_token":"tok-7","booking":"B-1"}}}}`))
	_, chat, _ := v.page(http.MethodPost, at, url.Values{"-state": {state(check)}})
	shows(chat, "Sent")
	eventually(t, "told of the answer", func() bool {
		_, _, ok := h.find(`"type":"nfm_reply"`, `\"booking\":\"B-1\"`, `\"flow_token\":\"tok-7\"`, `"id":"`+wamid+`"`)
		return ok
	})
	e.says(reply(`{"screen":"SUCCESS","data":{}}`))
	_, chat, _ = v.page(http.MethodPost, at, url.Values{"-state": {state(check)}})
	if n := strings.Count(chat, `<p class="bubble__text">Sent`); n != 1 {
		t.Errorf("a flow closed without an answer shows %d answers", n)
	}

	// 427 takes the button away.
	e.says(func(string) (int, string) { return 427, `{"error_msg":"Bàn đã được đặt rồi"}` })
	status, page, _ = v.page(http.MethodPost, at, form)
	shows(page, "Bàn đã được đặt rồi")
	if status != http.StatusUnprocessableEntity || strings.Contains(page, `name="-state"`) {
		t.Errorf("an ended flow answered %d:\n%s", status, page)
	}
	_, chat, _ = v.page(http.MethodGet, "/chat/"+phoneA, nil)
	shows(chat, "bubble__action--ended")
	if strings.Contains(chat, "/flow?m=") {
		t.Error("an ended flow can still be opened from the chat")
	}
	if status, _, _ = v.page(http.MethodGet, at, nil); status != http.StatusUnprocessableEntity {
		t.Errorf("an ended flow opens with %d", status)
	}

	// A wrong secret: 432 on the page.
	second := "/chat/" + phoneA + "/flow?m=" + url.QueryEscape(send())
	e.says(reply(times))
	w.must(http.MethodPost, "/sandbox/v1/apps/100000000000001/secret", `{}`)
	status, page, _ = v.page(http.MethodGet, second, nil)
	shows(page, "answered 432")
	if status != http.StatusUnprocessableEntity {
		t.Errorf("a refused signature answered %d", status)
	}

	// A customer who has it asked again and again is told to wait, where they are; the others are not.
	const most = 60
	n := 0
	for ; n <= most && status == http.StatusUnprocessableEntity; n++ {
		status, page, _ = v.page(http.MethodPost, second, form)
	}
	if status != http.StatusTooManyRequests || n < most/2 {
		t.Errorf("question %d answered %d", n, status)
	}
	shows(page, "Bạn thao tác hơi nhanh", "7 giờ sáng", `value="tue" selected`)
	if status, page, _ = v.page(http.MethodGet, second, nil); status != http.StatusTooManyRequests || !strings.Contains(page, "Bạn thao tác hơi nhanh") {
		t.Errorf("opening it once more answered %d", status)
	}
	w.must(http.MethodPost, "/sandbox/v1/clock", `{"advance":"3s"}`)
	if status, page, _ = v.page(http.MethodPost, second, form); status != http.StatusUnprocessableEntity {
		t.Errorf("after the wait it answered %d", status)
	}
	shows(page, "answered 432")
}
