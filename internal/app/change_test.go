package app_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"
	"testing"
	"time"
)

// What a customer does to messages after sending them, and messages that are more than text: each reaches the business's
// program as Meta tells it, and shows in the chat.
func TestACustomerChangesMessages(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	h := newHook(t)
	w.listen("300000000000001", h)
	const messages = "/sandbox/v1/customers/" + lan + "/chats/400000000000001/messages"
	write := func(body string) string {
		t.Helper()
		return fmt.Sprint(w.must(http.MethodPost, messages, body)["message_id"])
	}
	told := func(parts ...string) {
		t.Helper()
		eventually(t, "told of "+strings.Join(parts, " "), func() bool {
			_, _, ok := h.find(parts...)
			return ok
		})
	}
	first := write(`{"text":"Hai ly nhé"}`)
	second := write(`{"text":"thôi"}`)
	write(`{"type":"edit","edit":{"original_message_id":"` + first + `","text":"Ba ly nhé"}}`)
	told(`"type":"edit"`, `"edit":{"original_message_id":"`+first+`","message":{"type":"text","text":{"body":"Ba ly nh\u00e9"}}}`)
	write(`{"type":"revoke","revoke":{"original_message_id":"` + second + `"}}`)
	told(`"type":"revoke"`, `"revoke":{"original_message_id":"`+second+`"}`)
	write(`{"type":"unsupported","unsupported":{"type":"poll_creation"}}`)
	told(`"type":"unsupported"`, `"unsupported":{"type":"poll_creation"}`, `"code":131051,"title":"Message type unknown"`)
	write(`{"type":"unsupported","unsupported":{"type":"media_placeholder","code":131052}}`)
	told(`"type":"unsupported"`, `"unsupported":{"type":"media_placeholder"}`, `"code":131052,"title":"Media download error"`)
	write(`{"type":"unsupported","unsupported":{"type":"image","code":131060}}`)
	told(`"type":"unsupported"`, `"unsupported":{"type":"image"}`, `"code":131060,"title":"This message is currently unavailable."`)
	write(`{"text":"xem này","forwarded":"often","referral":{"source_url":"https://fb.me/1","source_id":"1","source_type":"ad","ctwa_clid":"abc"}}`)
	told(`"context":{"frequently_forwarded":true}`, `"referral":{"source_url":"https://fb.me/1"`)

	for body, want := range map[string]string{
		`{"type":"edit","edit":{"original_message_id":"` + second + `","text":"x"}}`: "deleted",
		`{"type":"edit","edit":{"original_message_id":"wamid.unknown","text":"x"}}`:  "no message of the customer",
		`{"type":"edit","edit":{"original_message_id":"` + first + `","text":" "}}`:  "empty",
		`{"type":"revoke"}`: "original_message_id is missing",
		`{"type":"unsupported","unsupported":{"type":"fax"}}`:            "poll_creation",
		`{"type":"unsupported","unsupported":{"type":"image","code":5}}`: "131060",
		`{"text":"x","forwarded":"twice"}`:                               "once or often",
		`{"text":"x","referral":{"source_type":"tv"}}`:                   "ad or post",
	} {
		status, answer := w.call(http.MethodPost, messages, body)
		if status != http.StatusBadRequest || !strings.Contains(fmt.Sprint(answer), want) {
			t.Errorf("%s: %d %v, want %q", body, status, answer, want)
		}
	}

	// The same by the page, without scripts.
	v := visit(t, w)
	v.page(http.MethodPost, "/chat/customer", url.Values{"wa_id": {lan}})
	v.page(http.MethodPost, "/language", url.Values{"lang": {"en"}})
	const chat = "/chat/400000000000001"
	_, page, _ := v.page(http.MethodGet, chat, nil)
	for _, want := range []string{"Ba ly nhé", "You deleted this message", "Edited", "Forwarded many times", "This kind of message is not shown here."} {
		if !strings.Contains(page, want) {
			t.Errorf("the chat does not show %q", want)
		}
	}
	if strings.Contains(page, "thôi") || strings.Contains(page, "Hai ly") {
		t.Error("the chat shows what was taken back")
	}
	if status, _, _ := v.page(http.MethodPost, chat+"/answer", url.Values{"original": {first}, "edit": {"Bốn ly"}}); status != http.StatusOK {
		t.Errorf("edit by the page: %d", status)
	}
	told(`"body":"B\u1ed1n ly"`)
	if status, _, _ := v.page(http.MethodPost, chat+"/answer", url.Values{"original": {first}, "delete": {"1"}}); status != http.StatusOK {
		t.Errorf("deletion by the page: %d", status)
	}
	told(`"revoke":{"original_message_id":"` + first + `"}`)

	// Fifteen minutes later nothing can be edited.
	old := write(`{"text":"cũ"}`)
	if err := w.Clock.Advance(t.Context(), 16*time.Minute); err != nil {
		t.Fatal(err)
	}
	if status, answer := w.call(http.MethodPost, messages, `{"type":"edit","edit":{"original_message_id":"`+old+`","text":"mới"}}`); status != http.StatusBadRequest {
		t.Errorf("an edit after 16 minutes: %d %v", status, answer)
	}

	// A new number: every shop the customer wrote to is told, without contacts.
	const becomes = "84909999999"
	w.must(http.MethodPost, "/sandbox/v1/customers/"+lan+"/number", `{"wa_id":"`+becomes+`"}`)
	told(`"type":"system"`, `"system":{"body":"User `, `"wa_id":"`+becomes+`"`, `"type":"user_changed_number"}`)
	if body, _, ok := h.find(`"type":"system"`); !ok || strings.Contains(body, `"contacts"`) {
		t.Errorf("told %s", body)
	}
	if status, answer := w.call(http.MethodPost, "/sandbox/v1/customers/"+lan+"/number", `{"wa_id":"`+lan+`"}`); status != http.StatusBadRequest {
		t.Errorf("the same number: %d %v", status, answer)
	}
}

// A customer sends files from the chat page: the file says what kind of message it is.
func TestACustomerSendsFilesFromThePage(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	h := newHook(t)
	w.listen("300000000000001", h)
	v := visit(t, w)
	v.page(http.MethodPost, "/chat/customer", url.Values{"wa_id": {lan}})
	send := func(mime, name, content string, fields map[string]string) int {
		t.Helper()
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		for k, text := range fields {
			_ = form.WriteField(k, text)
		}
		part, err := form.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="file"; filename="` + name + `"`}, "Content-Type": {mime}})
		if err != nil {
			t.Fatal(err)
		}
		_, _ = part.Write([]byte(content))
		_ = form.Close()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.URL()+"/chat/400000000000001/files", &body)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", form.FormDataContentType())
		res, err := v.client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		return res.StatusCode
	}
	for _, k := range []struct {
		mime, name, content string
		fields              map[string]string
		status              int
		told                []string
	}{
		{"image/png", "phở.png", string(picture(t)), map[string]string{"caption": "Món này?"}, http.StatusOK, []string{`"type":"image"`, `"caption":"M\u00f3n n\u00e0y?"`}},
		{"audio/ogg", "voice.ogg", "OggS\x00\x02", map[string]string{"voice": "1"}, http.StatusOK, []string{`"type":"audio"`, `"voice":true`}},
		{"audio/ogg", "song.ogg", "OggS\x00\x02", nil, http.StatusOK, []string{`"type":"audio"`, `"voice":false`}},
		{"application/pdf", "đơn.pdf", "%PDF-1.4", nil, http.StatusOK, []string{`"type":"document"`, `"filename":"\u0111\u01a1n.pdf"`}},
		{"text/html", "x.html", "<script>", nil, http.StatusUnprocessableEntity, nil},
		{"image/png", "x.png", "<script>", nil, http.StatusUnprocessableEntity, nil},
	} {
		if status := send(k.mime, k.name, k.content, k.fields); status != k.status {
			t.Errorf("%s: %d, want %d", k.name, status, k.status)
		}
		if k.told != nil {
			eventually(t, "told of "+k.name, func() bool {
				_, _, ok := h.find(k.told...)
				return ok
			})
		}
	}
	_, page, _ := v.page(http.MethodGet, "/chat/400000000000001", nil)
	if !strings.Contains(page, "Món này?") || !strings.Contains(page, "đơn.pdf") || !strings.Contains(page, "<audio") {
		t.Error("the chat does not show the files")
	}
}
