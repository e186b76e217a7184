package app_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

const threadA = officeA + "/inbox/" + phoneA + "/" + lan

// A chat is given to somebody, found again, and answered with what is ready.
func TestChatsAreGivenToPeople(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	w.must(http.MethodPost, chatA+"/messages", `{"text":"Xin chào"}`)
	w.must(http.MethodPost, "/sandbox/v1/customers/84912345678/chats/"+phoneA+"/messages", `{"text":"Quán ơi"}`)
	c := login(t, w, "en")
	shown := func(query, want string) {
		t.Helper()
		body, _ := c.do(http.StatusOK, http.MethodGet, officeA+"/inbox"+query, nil)
		got := ""
		for name, wa := range map[string]string{"Lan": lan, "Minh": "84912345678"} {
			if strings.Contains(body, "/inbox/"+phoneA+"/"+wa+`"`) {
				got += name
			}
		}
		if len(got) != len(want) || (want != "" && want != "both" && got != want) {
			if want != "both" || len(got) != len("LanMinh") {
				t.Errorf("%s shows %q, want %q", query, got, want)
			}
		}
	}
	shown("", "both")
	shown("?q=LÁN", "Lan")
	shown("?q=0912+345", "Minh")
	shown("?show=mine", "")
	page, _ := c.do(http.StatusOK, http.MethodGet, threadA, nil)
	me := regexp.MustCompile(`<option value="(\d+)">Demo</option>`).FindStringSubmatch(page)
	if me == nil {
		t.Fatal("the chat cannot be given to Demo")
	}
	c.do(http.StatusOK, http.MethodPost, threadA+"/agent", url.Values{"agent": {me[1]}})
	shown("?show=mine", "Lan")
	shown("?show=nobody", "Minh")
	shown("?show=unread", "Minh") // opening the other marked it as read
	c.do(http.StatusNotFound, http.MethodPost, threadA+"/agent", url.Values{"agent": {"1"}})
	c.do(http.StatusOK, http.MethodPost, threadA+"/agent", url.Values{"agent": {""}})
	shown("?show=mine", "")
	c.do(http.StatusNotFound, http.MethodGet, officeA+"/inbox?show=x", nil)
	c.do(http.StatusNotFound, http.MethodPost, officeB+"/inbox/"+phoneA+"/"+lan+"/agent", url.Values{"agent": {me[1]}})
}

func TestQuickRepliesAreReady(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	w.must(http.MethodPost, chatA+"/messages", `{"text":"Xin chào"}`)
	c := login(t, w, "vi")
	c.do(http.StatusOK, http.MethodPost, officeA+"/inbox", url.Values{"name": {"Chào"}, "text": {"Chào {name}, quán mở cửa lúc 6 giờ <3"}})
	c.do(http.StatusUnprocessableEntity, http.MethodPost, officeA+"/inbox", url.Values{"name": {strings.Repeat("x", 41)}, "text": {"x"}})
	c.do(http.StatusUnprocessableEntity, http.MethodPost, officeA+"/inbox", url.Values{"name": {"x"}, "text": {" "}})
	page, _ := c.do(http.StatusOK, http.MethodGet, threadA, nil)
	quick := regexp.MustCompile(`value="quick:(\d+)"`).FindStringSubmatch(page)
	if quick == nil {
		t.Fatal("the chat does not offer the quick reply")
	}
	page, _ = c.do(http.StatusOK, http.MethodPost, threadA, url.Values{"action": {"quick:" + quick[1]}})
	if !strings.Contains(page, ">Chào Lan, quán mở cửa lúc 6 giờ &lt;3</textarea>") {
		t.Error("the quick reply does not stand in the field, for the customer")
	}
	if n := strings.Count(w.raw(http.MethodGet, chatA), "quán mở cửa"); n != 0 {
		t.Error("choosing a quick reply has sent it")
	}
	c.do(http.StatusNotFound, http.MethodPost, threadA, url.Values{"action": {"quick:1"}})
	other, _ := c.do(http.StatusOK, http.MethodGet, officeB+"/inbox", nil)
	if strings.Contains(other, "quán mở cửa") {
		t.Error("another business reads the quick reply")
	}
	c.do(http.StatusOK, http.MethodPost, officeB+"/inbox", url.Values{"remove": {quick[1]}})
	if page, _ = c.do(http.StatusOK, http.MethodGet, threadA, nil); !strings.Contains(page, "quick:"+quick[1]) {
		t.Error("another business has removed the quick reply")
	}
	c.do(http.StatusOK, http.MethodPost, officeA+"/inbox", url.Values{"remove": {quick[1]}})
	if page, _ = c.do(http.StatusOK, http.MethodGet, threadA, nil); strings.Contains(page, "quick:"+quick[1]) {
		t.Error("the quick reply is still there")
	}
}

// A question about a product shows it, with what it costs now; products are sent from the chat itself.
func TestAQuestionShowsItsProduct(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	w.must(http.MethodPost, chatA+"/messages", `{"text":"Món này cay không?","product_retailer_id":"PH02"}`)
	c := login(t, w, "vi")
	item := w.itemOf(catalogA, "PH02")
	page, _ := c.do(http.StatusOK, http.MethodGet, threadA, nil)
	if !strings.Contains(page, `class="talk__product" href="`+officeA+"/items/"+item+`"`) || !strings.Contains(visibleText(page), "Bún bò Huế") {
		t.Error("the question does not show its product")
	}
	if text := visibleText(page); !strings.Contains(text, "còn 23 giờ 59 phút") && !strings.Contains(text, "còn 24 giờ 0 phút") {
		t.Error("the window is not counted down")
	}
	page, _ = c.do(http.StatusOK, http.MethodPost, threadA, url.Values{"action": {"add:PH02"}, "text": {"Không cay ạ"}, "title.0": {""}})
	if !strings.Contains(page, `name="product.0" value="PH02"`) || !strings.Contains(page, "Không cay ạ</textarea>") {
		t.Error("the product is not chosen, or the draft is lost")
	}
	c.do(http.StatusOK, http.MethodPost, threadA, url.Values{"action": {"products"}, "text": {"Không cay ạ"}, "title.0": {""}, "product.0": {"PH02"}})
	c.do(http.StatusOK, http.MethodPost, threadA, url.Values{"action": {"products"}, "title.0": {""}, "product.0": {"PH02", "PH01"}})
	chat := w.raw(http.MethodGet, chatA)
	for _, want := range []string{`"kind":"product"`, `"kind":"product_list"`, "Không cay ạ", "Mời bạn xem"} {
		if !strings.Contains(strings.ReplaceAll(chat, `": "`, `":"`), want) {
			t.Errorf("the customer's chat lacks %s", want)
		}
	}
	c.do(http.StatusUnprocessableEntity, http.MethodPost, threadA, url.Values{"action": {"products"}, "title.0": {""}, "product.0": {"GONE"}})
	w.must(http.MethodPost, "/sandbox/v1/clock", `{"advance":"25h"}`)
	if page, _ = c.do(http.StatusOK, http.MethodGet, threadA, nil); strings.Contains(page, "data-left") || !strings.Contains(page, "/templates") {
		t.Error("after the window closed, the chat does not lead to the templates")
	}
}

// What stands behind a message is one tap away from the inbox too, in the demo world.
func TestMessagesOfTheInboxAreInspected(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	sent, _ := w.must(http.MethodPost, chatA+"/messages", `{"text":"Quán ơi"}`)["message_id"].(string)
	c := login(t, w, "vi")
	page, _ := c.do(http.StatusOK, http.MethodGet, threadA, nil)
	link := regexp.MustCompile(`href="(/dev/messages/[^"]+)" aria-label="Xem kỹ thuật"`).FindStringSubmatch(page)
	if link == nil || !strings.HasSuffix(html.UnescapeString(link[1]), sent) {
		t.Fatalf("the bubble of %s does not lead to what stands behind it: %v", sent, link)
	}
	if behind, _ := c.do(http.StatusOK, http.MethodGet, html.UnescapeString(link[1]), nil); !strings.Contains(behind, "Quán ơi") {
		t.Error("the page does not tell the message")
	}
}
