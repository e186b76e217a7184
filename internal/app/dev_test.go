package app_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// developer is somebody at the pages for developers, in English.
func developer(t *testing.T, w world) visitor {
	t.Helper()
	v := visit(t, w)
	v.page(http.MethodPost, "/language", url.Values{"lang": {"en"}})
	return v
}

// link finds the first address of a page that begins like this.
func link(t *testing.T, body, prefix string) string {
	t.Helper()
	m := regexp.MustCompile(`href="(` + regexp.QuoteMeta(prefix) + `[^"]+)"`).FindStringSubmatch(body)
	if m == nil {
		t.Fatalf("no link to %s…", prefix)
	}
	return m[1]
}

// From a bubble to the call that sent it, what is stored, and the webhooks it caused.
func TestABubbleLeadsToItsCallAndWebhooks(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	v := developer(t, w)
	v.sees(http.MethodPost, "/dev/receivers/first/listen", url.Values{}, []string{"Webhooks come here now"})
	w.must(http.MethodPost, chatA+"/messages", `{"text":"Chào quán"}`)
	w.must(http.MethodPost, "/v25.0/"+phoneA+"/messages", `{"messaging_product":"whatsapp","to":"`+lan+`","type":"text","text":{"body":"Dạ, mời chị"}}`)
	v.page(http.MethodPost, "/chat/customer", url.Values{"wa_id": {lan}})
	chat := v.sees(http.MethodGet, "/chat/"+phoneA, nil, []string{"Dạ, mời chị", "Inspect"})
	bubbles := regexp.MustCompile(`href="(/dev/messages/[^"]+)"`).FindAllStringSubmatch(chat, -1)
	ours := bubbles[len(bubbles)-1][1]
	eventually(t, "the webhook arrived", func() bool {
		_, body, _ := v.page(http.MethodGet, ours, nil)
		return strings.Contains(body, "Attempt 1")
	})
	body := v.sees(http.MethodGet, ours, nil, []string{"POST /v25.0/" + phoneA + "/messages", "As it is stored", "Dạ, mời chị", `data-tone="stored"`, `data-tone="call"`, "Delivered"})
	v.sees(http.MethodGet, link(t, body, "/dev/calls/"), nil, []string{"messaging_product", "wamid.", "curl -X POST", "Webhooks it caused"}, "EAADEMO")
	v.sees(http.MethodGet, link(t, body, "/dev/events/"), nil, []string{"X-Hub-Signature-256: sha256=", "HTTP 200", "exact bytes", "curl -X POST"})
	v.sees(http.MethodGet, "/dev/receivers/first", nil, []string{"Signature fits"}, "Signature does not fit")
}

func TestWebhooksAreSearchedAndSentAgain(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	v := developer(t, w)
	v.sees(http.MethodPost, "/dev/receivers", url.Values{"name": {"bad"}, "status": {"500"}, "delay": {"0"}, "answer": {"broken"}}, []string{"bad"})
	v.sees(http.MethodPost, "/dev/receivers/bad/listen", url.Values{}, []string{"Webhooks come here now"})
	w.must(http.MethodPost, chatA+"/messages", `{"text":"Có bún bò không?"}`)
	eventually(t, "an attempt failed", func() bool {
		_, body, _ := v.page(http.MethodGet, "/dev/events?q=is:failed+status:500", nil)
		return strings.Contains(body, "/dev/events/8")
	})
	list := v.sees(http.MethodGet, "/dev/events?q=is:failed+type:text+b%C3%BAn+since:1h", nil, []string{"receive/bad", "Pending"})
	event := link(t, list, "/dev/events/8")
	v.sees(http.MethodGet, event, nil, []string{"HTTP 500", "broken", "Next attempt"})
	v.sees(http.MethodGet, "/dev/events?q=is:failed+type:order", nil, []string{"Nothing found"})
	v.sees(http.MethodGet, "/dev/events?q=is:nonsense", nil, []string{"Nobody knows this operator", "is:nonsense"})

	v.sees(http.MethodPost, "/dev/receivers", url.Values{"name": {"bad"}, "status": {"200"}, "delay": {"0"}, "answer": {"mended"}}, []string{"mended"})
	v.sees(http.MethodPost, event+"/resend", url.Values{}, []string{"Sent again"})
	eventually(t, "the copy arrived", func() bool {
		_, body, _ := v.page(http.MethodGet, "/dev/events?q=is:delivered", nil)
		return strings.Contains(body, "receive/bad")
	})
	id := strings.TrimPrefix(event, "/dev/events/")
	v.sees(http.MethodPost, "/dev/events/resend", url.Values{"delivery": {id}, "q": {"type:text"}}, []string{"Sent again", `value="type:text"`})
	v.sees(http.MethodPost, "/dev/events/resend", url.Values{"failed": {"1"}, "span": {"24h"}}, []string{"Sent again"})
	eventually(t, "all given up were sent again", func() bool {
		_, body, _ := v.page(http.MethodGet, "/dev/events", nil)
		return strings.Contains(body, "Sent again: 0 of 0") // nothing was given up yet: retries go on for days
	})
	if status, _, _ := v.page(http.MethodPost, "/dev/events/resend", url.Values{"failed": {"1"}, "span": {"9999h"}}); status != http.StatusNotFound {
		t.Errorf("a span nobody offers answered %d", status)
	}
	for name, form := range map[string]url.Values{
		"name": {"name": {"Not good"}, "status": {"200"}, "delay": {"0"}}, "status": {"name": {"a"}, "status": {"42"}, "delay": {"0"}}, "delay": {"name": {"a"}, "status": {"200"}, "delay": {"99"}},
	} {
		if status, _, _ := v.page(http.MethodPost, "/dev/receivers", form); status != http.StatusUnprocessableEntity {
			t.Errorf("a receiver with a wrong %s answered %d", name, status)
		}
	}
}

func TestARefusedCallIsExplained(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	v := developer(t, w)
	v.sees(http.MethodGet, "/dev", nil, []string{"No call was refused", "Every webhook arrived"})
	w.call(http.MethodPost, "/v25.0/"+phoneA+"/messages", `{"messaging_product":"whatsapp","to":"`+lan+`","type":"interactive","interactive":{"type":"product","action":{"catalog_id":"`+catalogA+`","product_retailer_id":"NOPE"}}}`)
	list := v.sees(http.MethodGet, "/dev/calls?failed=1", nil, []string{"131009"})
	call := v.sees(http.MethodGet, link(t, list, "/dev/calls/8"), nil, []string{"Why it was refused", "product not found for product_retailer_id NOPE", "131009"})
	again := v.sees(http.MethodGet, link(t, call, "/dev/explorer?call="), nil, []string{"NOPE"})
	if !strings.Contains(again, `value="/v25.0/`+phoneA+`/messages"`) {
		t.Error("the explorer is not filled in with the call")
	}
	w.call(http.MethodGet, "/v25.0/"+catalogA+"?fields=name", "")
	v.sees(http.MethodGet, "/dev/calls", nil, []string{"/v25.0/" + phoneA + "/messages", "/v25.0/" + catalogA})
	v.sees(http.MethodGet, "/dev/calls?q=is:failed+code:131009+method:post+path:/messages+since:1h+NOPE", nil, []string{"/v25.0/" + phoneA + "/messages"}, "/v25.0/"+catalogA)
	v.sees(http.MethodGet, "/dev/calls?q=is:ok+status:200+"+url.QueryEscape("goc PHỐ"), nil, []string{"/v25.0/" + catalogA}, "/v25.0/"+phoneA)
	v.sees(http.MethodGet, "/dev/calls?q=code:1", nil, []string{"Nothing found"})
	v.sees(http.MethodGet, "/dev/calls?q=is:odd", nil, []string{"Nobody knows this operator"})
}

func TestTheExplorerCallsTheServerItself(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	v := developer(t, w)
	form := url.Values{"method": {"GET"}, "path": {"/v25.0/" + catalogA + "?fields=name"}, "token": {"EAADEMO"}}
	v.sees(http.MethodPost, "/dev/explorer", form, []string{"Quán Góc Phố", "curl -X GET"})
	form.Set("last", "{\n  \"name\": \"Before\"\n}")
	v.sees(http.MethodPost, "/dev/explorer", form, []string{`data-mark="-"`, `data-mark="&#43;"`})
	v.sees(http.MethodGet, "/dev/explorer", nil, []string{"The platform&#39;s clock", "/{phone_number}/messages"})
	op := v.sees(http.MethodGet, "/dev/explorer?op="+url.QueryEscape("POST /sandbox/v1/clock"), nil, []string{`name="p.advance"`})
	if strings.Contains(op, `name="path"`) {
		t.Error("an operation asks for a path")
	}
	v.sees(http.MethodPost, "/dev/explorer", url.Values{"op": {"POST /sandbox/v1/clock"}, "p.advance": {"2h"}, "token": {"EAADEMO"}}, []string{"&#34;now&#34;", "advance"})
	v.sees(http.MethodPost, "/dev/clock", url.Values{"advance": {"1d"}}, []string{"The clock moved"})
	if status, body, _ := v.page(http.MethodPost, "/dev/clock", url.Values{"advance": {"never"}}); status != http.StatusUnprocessableEntity || !strings.Contains(body, "The clock did not move") {
		t.Errorf("advancing by nonsense answered %d", status)
	}
	for _, path := range []string{"https://evil.example/", "//evil.example/x", "/dev/explorer", "v25.0/me", ""} {
		if status, _, _ := v.page(http.MethodPost, "/dev/explorer", url.Values{"method": {"GET"}, "path": {path}}); status != http.StatusUnprocessableEntity {
			t.Errorf("a call of %q answered %d", path, status)
		}
	}
}

func TestDevelopersHaveTheirTools(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	v := developer(t, w)
	v.sees(http.MethodPost, "/dev/signature", url.Values{"secret": {"s"}, "body": {"{\r\n}"}, "header": {"X-Hub-Signature-256: sha256=0"}}, []string{
		"sha256=", "over 3 bytes", "It differs at character",
	})
	body := v.sees(http.MethodPost, "/dev/signature", url.Values{"secret": {"s"}, "body": {"x"}}, []string{"over 1 byte"})
	sum := regexp.MustCompile(`sha256=[0-9a-f]{64}`).FindString(body)
	v.sees(http.MethodPost, "/dev/signature", url.Values{"secret": {"s"}, "body": {"x"}, "header": {sum}}, []string{"It fits."})
	v.page(http.MethodPost, "/language", url.Values{"lang": {"vi"}})
	v.sees(http.MethodPost, "/dev/signature", url.Values{"secret": {"s"}, "body": {"x\r\n"}, "header": {sum}}, []string{"kết thúc bằng một dấu xuống dòng", "Từ byte 2"}, "the body given")
	v.sees(http.MethodPost, "/dev/signature", url.Values{"secret": {"s"}, "body": {"x"}, "header": {"X-Hub-Signature-256: " + sum}}, []string{"chỉ lấy phần sau dấu hai chấm"})
	v.page(http.MethodPost, "/language", url.Values{"lang": {"en"}})
	v.sees(http.MethodGet, "/dev/tree", nil, []string{"Quán Góc Phố", catalogA, phoneA, "Malabar Spice Room"})
	status, found, _ := v.page(http.MethodGet, "/dev/find?q=pho+bo", nil)
	if status != http.StatusOK || !strings.Contains(found, `"note":"PH01"`) {
		t.Errorf("the palette found %d %s", status, found)
	}
	if status, found, _ := v.page(http.MethodGet, "/dev/find?q=x", nil); status != http.StatusOK || strings.TrimSpace(found) != "[]" {
		t.Errorf("one letter found %d %s", status, found)
	}
	for _, path := range []string{"/dev/nowhere", "/dev/events/1", "/dev/calls/1", "/dev/calls/x", "/dev/receivers/nobody", "/dev/receive/nobody", "/dev/messages/1/x"} {
		if status, _, _ := v.page(http.MethodGet, path, nil); status != http.StatusNotFound {
			t.Errorf("%s answered %d, want 404", path, status)
		}
	}
}

// What somebody breaks by the page breaks, is counted, and is ended one by one or altogether.
func TestFaultsAreSetByPagesAlone(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	v := developer(t, w)
	w.must(http.MethodPost, chatA+"/messages", `{"text":"Chào quán"}`)
	const send = `{"messaging_product":"whatsapp","to":"` + lan + `","type":"text","text":{"body":"Dạ"}}`
	empty := v.sees(http.MethodGet, "/dev/faults", nil, []string{"Nothing goes wrong on purpose", "Every second send fails with 131000"})
	for _, m := range regexp.MustCompile(`href="/dev/faults\?([^"#]+)#new"`).FindAllStringSubmatch(empty, -1) {
		form, err := url.ParseQuery(html.UnescapeString(m[1]))
		if err != nil {
			t.Fatal(err)
		}
		filled := v.sees(http.MethodGet, "/dev/faults?"+form.Encode(), nil, []string{"Another fault"})
		if !strings.Contains(filled, `value="`+form.Get("name")+`"`) {
			t.Errorf("the example %s does not fill in the form", form.Get("name"))
		}
		v.sees(http.MethodPost, "/dev/faults", form, []string{"From now on it goes wrong", form.Get("name"), "/sandbox/v1/faults"})
	}
	v.sees(http.MethodPost, "/dev/faults/end", url.Values{}, []string{"It no longer goes wrong", "Nothing goes wrong on purpose"})

	v.sees(http.MethodPost, "/dev/faults", url.Values{"on": {"graph"}, "name": {"next two"}, "route": {"*/messages"}, "calls": {"2"}, "code": {"131000"}, "status": {"500"}, "message": {"Broken"}}, []string{"next two", "2 more to come"})
	v.sees(http.MethodPost, "/dev/faults", url.Values{"on": {"webhook"}, "delay": {"1h"}}, []string{"next two", "1h0m0s"})
	if status, body := w.call(http.MethodPost, "/v25.0/"+phoneA+"/messages", send); status != 500 {
		t.Errorf("a broken call answered %d %v", status, body)
	}
	v.sees(http.MethodGet, "/dev/faults", nil, []string{"hit 1 time", "1 more to come", "POST /" + phoneA + "/messages"})
	v.sees(http.MethodPost, "/dev/faults", url.Values{"on": {"graph"}, "latency": {"1ms"}}, []string{"1 more to come"}) // the others go on counting
	v.sees(http.MethodPost, "/dev/faults/end", url.Values{"name": {"next two"}}, []string{"1h0m0s"})
	w.must(http.MethodPost, "/v25.0/"+phoneA+"/messages", send)

	for name, form := range map[string]url.Values{
		"nothing": {"on": {"graph"}}, "latency": {"on": {"graph"}, "latency": {"soon"}}, "share": {"on": {"graph"}, "share": {"NaN"}, "status": {"500"}},
		"on": {"on": {"moon"}, "status": {"500"}}, "calls": {"on": {"graph"}, "calls": {"many"}, "status": {"500"}}, "phone_number_id": {"on": {"graph"}, "phone_number_id": {"x"}, "status": {"500"}},
	} {
		status, body, _ := v.page(http.MethodPost, "/dev/faults", form)
		if status != http.StatusUnprocessableEntity || !strings.Contains(visibleText(body), name) {
			t.Errorf("a fault with a wrong %s answered %d", name, status)
		}
	}
}

// The whole world is kept, brought back and begun anew, and the one it takes the place of is not lost.
func TestSnapshotsAreTakenByPagesAlone(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	v := developer(t, w)
	said := func() int { return len(w.must(http.MethodGet, chatA, "")["messages"].([]any)) }
	act := func(action, name string, want ...string) {
		t.Helper()
		v.sees(http.MethodPost, "/dev/snapshots", url.Values{"action": {action}, "name": {name}, "keep": {"1"}}, want)
	}
	v.sees(http.MethodGet, "/dev/snapshots", nil, []string{"No snapshot yet", "replaces everything for everybody"})
	act("take", "silence", "Snapshot taken", "silence")
	w.must(http.MethodPost, chatA+"/messages", `{"text":"Chào quán"}`)
	act("restore", "silence", "The snapshot is back", "before-restore")
	if n := said(); n != 0 {
		t.Errorf("%d messages after the silence was brought back", n)
	}
	act("restore", "before-restore", "The snapshot is back")
	if n := said(); n != 1 {
		t.Errorf("%d messages after the way back, want 1", n)
	}
	act("reset", "", "The world is new", "silence")
	if n := said(); n != 0 {
		t.Errorf("%d messages in a new world", n)
	}
	act("restore", "before-restore", "The snapshot is back")
	if n := said(); n != 1 {
		t.Errorf("%d messages after the way back from a new world, want 1", n)
	}
	act("delete", "silence", "Snapshot deleted")
	for _, form := range []url.Values{{"action": {"take"}, "name": {"Trước bữa trưa"}}, {"action": {"restore"}, "name": {"silence"}}} {
		if status, _, _ := v.page(http.MethodPost, "/dev/snapshots", form); status != http.StatusUnprocessableEntity {
			t.Errorf("%v answered %d", form, status)
		}
	}
	if status, _, _ := v.page(http.MethodPost, "/dev/snapshots", url.Values{"action": {"dance"}}); status != http.StatusNotFound {
		t.Errorf("dancing answered %d", status)
	}
}
