package web

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/i18n"
	"github.com/hawkerhq/hawker/internal/money"
	"github.com/hawkerhq/hawker/internal/policy"
	"github.com/hawkerhq/hawker/internal/ui"
)

// Sample texts at the edge of what people write: nothing in them may break a page.
const (
	longWord = "SiêucấpvôđịchkhoảnhkhắcmùahènồngnhiệtkhôngcóđiểmdừngởbấtcứđâuMộtTừRấtDài"
	longText = "Phở bò tái chín nạm gầu gân sách, tô thật lớn, nước hầm xương mười hai giờ với quế hồi thảo quả và gừng nướng, ăn kèm rau thơm, giá trụng, quẩy giòn và chanh ớt – مرحبا بكم 🍜👨‍👩‍👧‍👦 नमस्ते"
)

// Book is every page with sample data.
func (s *Server) Book() ui.Book {
	stories := slices.Concat(chatStories(), typeStories(), shopStories(), frameStories())
	return ui.Book{Name: "chat", Pages: s.pages, Stories: stories}
}

// sample makes the parts of stories for one look.
type sample struct {
	ui.Look
}

func (s sample) shell(title string) Shell {
	return Shell{Lang: s.Lang, Theme: s.Theme, Title: title, Path: "/dev/storybook/", Customers: s.people()}
}

// framed is the shell of a page inside one of the business's.
func (s sample) framed(title string) Shell {
	return Shell{Lang: s.Lang, Theme: s.Theme, Title: title, Path: "/dev/storybook/", Embedded: true}
}

func (s sample) people() []Persona {
	return []Persona{
		{WaID: "84901234567", Name: "Lan", Phone: "+84 901 234 567", Country: "VN", Lang: "vi", Current: true},
		{WaID: "919812345678", Name: "Priya", Phone: "+91 98123 45678", Country: "IN", Lang: "en", Unread: 3},
		{WaID: "14155550123", Name: "Alexandria Featherstonehaugh-Cholmondeley", Phone: "+1 415-555-0123", Country: "US", Lang: "en"},
	}
}

func (s sample) shop() Business {
	return Business{Phone: "400000000000001", Name: "Quán Góc Phố", Verified: true, Display: "+84 28 7100 0001", Digits: "842871000001", CatalogVisible: true, CartEnabled: true, CartCount: 2}
}

func (s sample) picture(sku string) string { return "/demo/pictures/" + sku + "-1.jpg" }

func vnd(n int64) money.Amount { return money.Amount{Minor: n, Currency: "VND"} }

// goods are n products; the first are of the demo world, so that their pictures are there.
func (s sample) goods(n int) []Card {
	before := vnd(72000)
	list := []Card{
		{SKU: "PH01", Title: "Phở bò tái chín, tô lớn", Text: "Nước hầm xương 12 giờ, bánh phở tươi.", Image: s.picture("ph01"), Price: vnd(65000), Available: true, Quantity: 2},
		{SKU: "PH02", Title: "Bún bò Huế, ít cay", Text: "Giò heo, chả cua.", Image: s.picture("ph02"), Price: vnd(60000), Before: &before, Available: true},
		{SKU: "CF02", Title: "Bạc xỉu đá, ly 350 ml", Image: s.picture("cf02"), Price: vnd(32000), Available: true, Quantity: 99},
		{SKU: "SM01", Title: "Sinh tố bơ", Image: s.picture("sm01"), Price: vnd(48000)},
		{SKU: "CB09", Title: "Bánh chưng ngày cũ", Price: vnd(90000), Gone: true},
		{SKU: "LONG", Title: longWord + " " + longText, Text: longText, Price: vnd(99999999999), Available: true},
	}
	for i := len(list); i < n; i++ {
		c := list[i%3]
		c.SKU, c.Title, c.Quantity = fmt.Sprintf("%s-%d", c.SKU, i), fmt.Sprintf("%s %d", c.Title, i), 0
		list = append(list, c)
	}
	for i := range list {
		list[i].Href = "/chat/400000000000001/product/" + list[i].SKU
	}
	return list[:n]
}

func story(page, state string, data func(sample) any) ui.Story {
	return ui.Story{Page: page, State: state, Data: func(l ui.Look) any { return data(sample{l}) }}
}

// frameStories are the pages around the chat.
func frameStories() []ui.Story {
	tour := &Tour{
		AppID: 100000000000001, AppSecret: "demo-app-secret", Token: "EAADEMO", VerifyToken: "hawker", Shop: "Mộc & Lụa", Business: 200000000000002, WABA: 300000000000002,
		Phone: 400000000000002, Catalog: 500000000000002, Customer: "84901234567", SKUs: []string{"A", "B", "C"}, Dir: "hawker-data",
	}
	begin := func(done bool) func(sample) any {
		return func(s sample) any {
			p := StartPage{Shell: s.shell("Hawker"), BaseURL: s.Base, Demo: true, Tour: *tour, Steps: steps(*tour, s.Base, map[string]bool{})}
			for i := range p.Steps {
				p.Steps[i].Done = done || i == 0
			}
			return p
		}
	}
	return []ui.Story{
		story("start.html", "one", begin(false)),
		story("start.html", "done", begin(true)),
		story("start.html", "empty", func(s sample) any { return StartPage{Shell: s.shell("Hawker"), BaseURL: s.Base} }),
		story("help.html", "empty", func(s sample) any { return HelpPage{Shell: s.shell("Help"), Topics: helpTopics} }),
		story("help.html", "many", func(s sample) any {
			return HelpPage{Shell: s.shell("Help"), Topics: helpTopics, Topic: "commerce-policy", Policies: policy.IDs()}
		}),
		story("help.html", "one", func(s sample) any { return HelpPage{Shell: s.shell("Help"), Topics: helpTopics, Topic: "reviews"} }),
		story("help.html", "done", func(s sample) any { return HelpPage{Shell: s.shell("Help"), Topics: helpTopics, Topic: "enforcement"} }),
		story("help.html", "long", func(s sample) any { return HelpPage{Shell: s.shell("Help"), Topics: helpTopics, Topic: "india"} }),
		story("error.html", "error", func(s sample) any {
			return ErrorPage{Shell: s.shell("404"), Icon: "package-x", Heading: i18n.T(s.Lang, "chat.not_found_title"), Text: i18n.T(s.Lang, "chat.not_found_text"), Back: "/chat"}
		}),
		story("error.html", "long", func(s sample) any {
			return ErrorPage{Shell: s.shell(longText), Icon: "circle-alert", Heading: longWord + longWord, Text: longText + " " + longText, Back: "/chat"}
		}),
		story("begin.html", "one", func(s sample) any {
			return BeginPage{Shell: s.framed("Quán Góc Phố"), Business: s.shop(), Days: 90}
		}),
		story("begin.html", "error", func(s sample) any {
			p := BeginPage{Shell: s.framed(longWord), Business: s.shop(), Days: 1, Name: longText, Problem: i18n.T(s.Lang, "fault.embed.name")}
			p.Business.Name = longWord
			return p
		}),
		story("picker.html", "empty", func(s sample) any {
			p := PickerPage{Shell: s.shell(i18n.T(s.Lang, "chat.who")), Next: "/chat"}
			p.Customers = nil
			return p
		}),
		story("picker.html", "many", func(s sample) any {
			p := PickerPage{Shell: s.shell(i18n.T(s.Lang, "chat.who")), Next: "/chat"}
			p.People, p.Customers = p.Customers, nil
			return p
		}),
		story("chats.html", "empty", func(s sample) any { return ChatsPage{Shell: s.shell("Hawker")} }),
		story("chats.html", "many", func(s sample) any {
			rows := []ChatRow{
				{Phone: "400000000000001", Name: "Quán Góc Phố", Preview: "Mời bạn chọn món.", Icon: "layout-grid", At: s.Now.Add(-4 * time.Minute), Unread: 3},
				{Phone: "400000000000002", Name: "Mộc & Lụa", Preview: "Cảm ơn shop!", Mine: true, Status: "read", At: s.Now.Add(-30 * time.Hour)},
				{Phone: "400000000000003", Name: longWord, Preview: longText, At: s.Now.Add(-300 * 24 * time.Hour), Unread: 128},
			}
			for i := range 8 {
				rows = append(rows, ChatRow{Phone: fmt.Sprint(400000000000010 + i), Name: fmt.Sprintf("Cửa hàng %d", i+1), Preview: strings.Repeat("Xin chào! ", i), Mine: i%2 == 0, Status: []string{"sent", "delivered", "failed"}[i%3], At: s.Now.Add(-time.Duration(i) * 20 * time.Hour)})
			}
			return ChatsPage{Shell: s.shell("Hawker"), Chats: rows}
		}),
	}
}
