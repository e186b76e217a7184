package web

import (
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/ui"
)

// marks are what a bubble of each type shows that no other message has, beside its words.
var marks = map[string]string{
	"text": "Chào chị, quán mở cửa đến 22 giờ.", "image": "file--picture", "video": "<video", "audio": "<audio", "document": "hoa-don.pdf", "sticker": "file--picture",
	"location": "openstreetmap.org", "contacts": "Anh Tư giao hàng", "reaction": `class="reactions">👍`, "template": `name="quick" value="x"`,
	"button": `name="choice" value="a"`, "list": `name="choice" value="8"`, "cta_url": `href="https://quan.example/"`, "product": "product-card", "product_list": "stack__thumbs",
	"catalog_message": "/catalog", "carousel": `class="cards"`, "location_request_message": `name="latitude"`, "request_contact_info": `name="contact"`, "flow": "/flow?m=",
	"address_message": `name="in_pin_code"`, "order_details": "bill__total", "order_status": "Bằng xe đạp",
}

// TestEveryTypeIsDrawn fails when a type can be sent that no story of the chat draws.
func TestEveryTypeIsDrawn(t *testing.T) {
	t.Parallel()
	assets, err := ui.NewAssets()
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	pages := ui.NewRenderer(templates(), clock.NewFixed(now), time.UTC, assets)
	s := sample{ui.Look{Lang: "vi", Theme: "light", Base: "http://127.0.0.1", Now: now}}
	types, interactive := messaging.Offered()
	views := s.typeViews()
	for _, name := range slices.Concat(types, interactive) {
		if name == "interactive" {
			continue
		}
		v, ok := views[name]
		if !ok || marks[name] == "" {
			t.Errorf("%s is drawn by no story: add it to typeViews, and what is seen of it to marks", name)
			continue
		}
		m := bubble(s.Lang, s.shop(), v)
		if m.Kind == "unsupported" {
			t.Errorf("%s is drawn as a message that cannot be shown", name)
		}
		w := httptest.NewRecorder()
		if err := pages.Write(w, 200, s.Lang, "conversation.html", s.talk(m)); err != nil {
			t.Fatal(err)
		}
		if page := w.Body.String(); w.Code != 200 || !strings.Contains(page, marks[name]) {
			t.Errorf("%s: %d, its page shows no %q", name, w.Code, marks[name])
		}
	}
}

// The link of a text is a button; that of the business's own catalog is the catalog.
func TestLinksArePreviewed(t *testing.T) {
	t.Parallel()
	s := sample{ui.Look{Lang: "vi"}}
	hidden := s.shop()
	hidden.CatalogVisible = false
	for _, c := range []struct {
		b    Business
		url  string
		want string
	}{
		{s.shop(), "", "text"},
		{s.shop(), "https://quan.example/", "tap"},
		{s.shop(), "https://wa.me/c/" + s.shop().Digits, "catalog"},
		{hidden, "https://wa.me/c/" + s.shop().Digits, "catalog gone"},
		{s.shop(), "https://wa.me/c/15550100", "tap"},
	} {
		v := messaging.MessageView{Business: true, Kind: "text", Text: "x"}
		if c.url != "" {
			v.Link = &messaging.LinkView{Text: "x", URL: c.url}
		}
		m := bubble("vi", c.b, v)
		if got := m.Kind + map[bool]string{true: " gone"}[m.Gone]; got != c.want {
			t.Errorf("%s is drawn as %s, want %s", c.url, got, c.want)
		}
	}
}
