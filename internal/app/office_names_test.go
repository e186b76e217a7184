package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// People read what a webhook is about, what became of pictures and where they are logged in, not what programs call it.
func TestTheManagerNamesThingsForPeople(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	v := developer(t, w)
	v.page(http.MethodPost, "/dev/receivers/first/listen", url.Values{})
	w.must(http.MethodPost, chatA+"/messages", `{"text":"Chào quán"}`)
	w.must(http.MethodPost, "/v25.0/"+phoneA+"/messages", `{"messaging_product":"whatsapp","to":"`+lan+`","type":"text","text":{"body":"Dạ, mời chị"}}`)
	w.exec(`UPDATE item_row SET picture = 'IMAGE_FETCH_FAILED' WHERE retailer_id = 'PH01'`)
	for lang, words := range map[string][]string{
		"en": {"Message sent", "Text", "Could not be fetched", "Go-http-client"},
		"vi": {"Tin đã gửi", "Văn bản", "Không tải được", "Go-http-client"},
	} {
		c := login(t, w, lang)
		c.page(http.MethodPost, "/language", url.Values{"lang": {lang}})
		list, _ := c.do(http.StatusOK, http.MethodGet, officeA+"/events", nil)
		for _, word := range words[:2] {
			if !strings.Contains(list, ">"+word+"</a>") {
				t.Errorf("%s: no webhook is called %s: %.1500s", lang, word, visibleText(list))
			}
		}
		_, table, _ := c.page(http.MethodGet, officeA+"/items?q=PH01", nil)
		item, _ := c.do(http.StatusOK, http.MethodGet, officeA+"/items/"+found(t, `/items/([0-9]+)" data-row`, table), nil)
		if text := visibleText(item); !strings.Contains(text, words[2]) || strings.Contains(strings.SplitN(item, `class="code"`, 2)[0], "FETCH_FAILED") {
			t.Errorf("%s: the item's pictures read %.1500s", lang, text)
		}
		settings, _ := c.do(http.StatusOK, http.MethodGet, officeA+"/settings", nil)
		if text := visibleText(settings); !strings.Contains(text, words[3]) || strings.Contains(text, words[3]+"/") {
			t.Errorf("%s: the device reads %.900s", lang, text)
		}
	}
}
