package web

import (
	"fmt"
	"time"

	"github.com/hawkerhq/hawker/internal/flow"
	"github.com/hawkerhq/hawker/internal/i18n"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/ui"
	"github.com/hawkerhq/hawker/wire"
)

// chatStories are one chat, with every kind of bubble.
func chatStories() []ui.Story {
	return []ui.Story{
		story("conversation.html", "empty", func(s sample) any { return s.talk() }),
		story("conversation.html", "one", func(s sample) any {
			return s.talk(Message{ID: "a", Kind: "text", Text: "Xin chào! Quán mở cửa đến 22 giờ."})
		}),
		story("conversation.html", "shop", func(s sample) any { return s.talk(s.shopBubbles()...) }),
		story("conversation.html", "taps", func(s sample) any { return s.talk(s.tapBubbles()...) }),
		story("conversation.html", "templates", func(s sample) any { return s.talk(s.templateBubbles()...) }),
		story("flow.html", "form", func(s sample) any { return s.flow(FlowPage{}) }),
		story("flow.html", "preview", func(s sample) any {
			return s.flow(FlowPage{Preview: true, Done: "{\n  \"q\": \"" + longWord + "\"\n}"})
		}),
		story("conversation.html", "things", func(s sample) any { return s.talk(s.thingBubbles()...) }),
		story("conversation.html", "typing", func(s sample) any {
			p := s.talk(Message{ID: "a", Kind: "text", Mine: true, Status: "read", Text: "Quán ơi?"})
			p.Typing = true
			return p
		}),
		story("conversation.html", "embedded", func(s sample) any {
			p := s.talk(s.shopBubbles()...)
			p.Shell, p.Business.Embedded = s.framed("Quán Góc Phố"), true
			return p
		}),
		story("conversation.html", "offline", func(s sample) any {
			p := s.talk(Message{ID: "a", Kind: "text", Text: "Xin chào!"})
			p.Device.Offline, p.Problem = true, i18n.T(s.Lang, "chat.offline_text")
			return p
		}),
		story("conversation.html", "blocked", func(s sample) any {
			p := s.talk(Message{ID: "a", Kind: "text", Text: "Xin chào!"})
			p.Blocked = true
			return p
		}),
		story("conversation.html", "long", func(s sample) any {
			p := s.talk(
				Message{ID: "a", Kind: "text", Text: longText + "\n\n" + longWord + longWord, Forwarded: "chat.forwarded_often"},
				Message{ID: "b", Kind: "text", Mine: true, Status: "read", Text: longWord, Edited: true, Quote: &Quote{From: longWord, Text: longText}, Reactions: []string{"👍", "❤️", "😂"}},
				Message{ID: "c", Kind: "product_list", Header: longWord, Text: longText, Footer: longText, Count: 30, Href: "/chat"},
			)
			p.Business.Name, p.Business.Display, p.Older = longWord+" "+longText, longWord, "/chat"
			return p
		}),
		story("conversation.html", "many", func(s sample) any {
			var list []Message
			for i := range 20 {
				list = append(list, Message{ID: fmt.Sprint(i), Kind: "text", Mine: i%3 == 0, Status: "delivered", Text: fmt.Sprintf("Tin nhắn thứ %d", i+1)})
			}
			p := s.talk(list...)
			p.Older = "/chat"
			return p
		}),
		story("conversation.html", "error", func(s sample) any {
			p := s.talk(Message{ID: "a", Kind: "text", Mine: true, Status: "failed", Text: "Quán ơi?"})
			p.Problem, p.Quote = i18n.T(s.Lang, "chat.file_problem"), &Quote{From: "Quán Góc Phố", Text: longText, Image: s.picture("ph01"), Product: "PH01"}
			return p
		}),
	}
}

// talk is a chat with these messages, a minute apart, yesterday and today.
func (s sample) talk(list ...Message) ConversationPage {
	p := ConversationPage{Shell: s.shell("Quán Góc Phố"), Business: s.shop()}
	for i := range list {
		m := &list[i]
		m.At = s.Now.Add(-time.Duration(len(list)-i) * time.Minute)
		m.Reply, m.Inspect = "/chat", "/dev"
		if m.Tap == nil {
			m.Tap = &Tap{}
		}
		m.Tap.ID, m.Tap.Action = m.ID, "/chat/400000000000001/answer"
	}
	if n := len(list) / 2; n > 0 {
		p.Days = append(p.Days, Day{At: s.Now.Add(-24 * time.Hour), Relation: "chat.yesterday", Messages: list[:n]})
		list = list[n:]
	}
	if len(list) > 0 {
		p.Days = append(p.Days, Day{At: s.Now, Relation: "chat.today", Messages: list})
	}
	return p
}

func (s sample) thumbs() []Thumb {
	return []Thumb{{Image: s.picture("ph01"), Title: "Phở bò"}, {Image: s.picture("ph02"), Title: "Bún bò"}, {Image: s.picture("cf02"), Title: "Bạc xỉu"}}
}

// shopBubbles are all kinds that sell something.
func (s sample) shopBubbles() []Message {
	goods := s.goods(5)
	return []Message{
		{ID: "hello", Kind: "text", Mine: true, Status: "read", Text: "Quán ơi, hôm nay có phở không?"},
		{ID: "list", Kind: "product_list", Header: "Món nước hôm nay", Text: "Mời bạn chọn món.", Footer: "Giao trong 30 phút", Count: 4, Thumbs: s.thumbs(), Href: "/chat"},
		{ID: "gone", Kind: "product_list", Header: "Tết", Text: "Bánh ngày Tết.", Count: 1, Gone: true, Thumbs: []Thumb{{}}, Href: "/chat"},
		{ID: "single", Kind: "product", Text: "Hoặc bún bò", Footer: "Giá đã gồm thuế", Product: &goods[1]},
		{ID: "single-gone", Kind: "product", Text: "Bánh chưng", Product: &goods[4]},
		{ID: "catalog", Kind: "catalog", Header: "Quán Góc Phố", Text: "Cả thực đơn ở đây.", Thumbs: s.thumbs()[:1], Href: "/chat"},
		{ID: "enquiry", Kind: "text", Mine: true, Status: "delivered", Text: "Món này có cay không?", Quote: &Quote{From: "Quán Góc Phố", Text: "Bún bò Huế, ít cay", Image: s.picture("ph02"), Href: "/chat"}},
		{ID: "order", Kind: "order", Mine: true, Status: "sent", Count: 3, Total: vnd(190000), Text: "ít hành", Thumbs: s.thumbs(), Href: "/chat"},
	}
}

// tapBubbles are all kinds with something to tap or fill in.
func (s sample) tapBubbles() []Message {
	goods := s.goods(3)
	lines := []BillLine{{Title: "Phở bò tái chín, tô lớn", Quantity: 2, Total: vnd(130000)}}
	return []Message{
		{ID: "buttons", Kind: "tap", Text: "Giao tận nơi hay đến quán?", Footer: "Quán Góc Phố", Tap: &Tap{Buttons: []wire.Reply{{ID: "a", Title: "Giao tận nơi"}, {ID: "b", Title: "Đến quán"}}}},
		{ID: "list", Kind: "tap", Text: "Chọn giờ giao", Tap: &Tap{List: &messaging.ListView{Button: "Xem giờ", Sections: []wire.Section{{Title: "Sáng", Rows: []wire.Row{{ID: "8", Title: "8 giờ", Description: "Còn 3 suất"}}}}}}},
		{ID: "link", Kind: "tap", Text: "Thực đơn đầy đủ", Tap: &Tap{Link: &Link{Text: "Mở trang", URL: "https://tiem.example/", Host: "tiem.example"}}},
		{ID: "cards", Kind: "tap", Text: "Món bán chạy", Tap: &Tap{Cards: []TapCard{{Product: &goods[0]}, {Product: &goods[1]}, {Text: longText, Link: &Link{Text: "Xem", URL: "https://tiem.example/", Host: "tiem.example"}}}}},
		{ID: "bill", Kind: "tap", Tap: &Tap{Bill: &Bill{Reference: "A-1024", Label: "bill.pending", Lines: lines, Total: vnd(130000)}}},
		{ID: "where", Kind: "tap", Text: "Bạn đang ở đâu?", Tap: &Tap{Ask: true}},
		{ID: "address", Kind: "tap", Text: "Giao đến địa chỉ nào?", Tap: &Tap{Address: addressForm(&messaging.AddressView{
			Values: map[string]string{"name": "Priya", "in_pin_code": "682001", "address": longText}, Problems: map[string]string{"in_pin_code": "Chúng tôi chưa giao đến đây."},
			Saved: []wire.SavedAddress{{ID: "home", Value: map[string]string{"name": "Priya", "house_number": "12", "address": "MG Road", "city": "Kochi"}}, {ID: "work", Value: map[string]string{"address": longText}}},
		})}},
	}
}

// templateBubbles are templates with all kinds of buttons.
func (s sample) templateBubbles() []Message {
	goods := s.goods(2)
	reply := TapButton{Kind: "reply", Icon: "reply", Text: "Thích", Value: "x"}
	link := TapButton{Kind: "link", Icon: "external-link", Text: "Xem", Href: "https://tiem.example/", Host: "tiem.example"}
	call := TapButton{Kind: "call", Icon: "phone", Text: "Gọi cho quán", Href: "tel:+842871000001"}
	code := TapButton{Kind: "copy", Icon: "copy", Text: "Sao chép mã", Value: "SEN25"}
	view := TapButton{Kind: "product", Text: "View", Href: "/chat"}
	return []Message{
		{ID: "tpl", Kind: "tap", Header: "Đơn hàng A-12", Text: "Chào Lan, đơn hàng của bạn sẽ tới lúc 9 giờ.", Footer: "Quán Góc Phố", Tap: &Tap{More: []TapButton{reply, {Kind: "reply", Icon: "reply", Text: "Đổi giờ", Value: "y"}, link, call, {Kind: "contact", Icon: "user-round", Text: "Gửi liên hệ"}}}},
		{ID: "offer", Kind: "tap", Text: "Chỉ hôm nay thôi bạn nhé.", Files: []File{{Kind: "image", Href: "/demo/pictures/ph01-1.jpg"}}, Tap: &Tap{Offer: &Offer{Text: "Hết hôm nay", Until: s.Now.Add(time.Hour)}, More: []TapButton{code, link}}},
		{ID: "cards", Kind: "tap", Text: "Hai món mới ở quán.", Tap: &Tap{Cards: []TapCard{{Product: &goods[0], More: []TapButton{view}}, {Product: &goods[1], More: []TapButton{view}}}}},
		{ID: "media", Kind: "tap", Text: longText, Tap: &Tap{Cards: []TapCard{
			{File: &File{Kind: "image", Href: "/demo/pictures/ph01-1.jpg"}, Text: "Trà ướp sen", More: []TapButton{reply, link}}, {File: &File{Kind: "image", Href: "/demo/pictures/ph01-1.jpg"}, Text: longText, More: []TapButton{reply, link}},
		}}},
	}
}

// dot is a small picture.
const dot = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

// flow is a screen with every kind of part.
func (s sample) flow(p FlowPage) FlowPage {
	options := []flow.Option{{ID: "in", Title: "Trong nhà", Chosen: true}, {ID: "out", Title: longText, Description: longText}}
	p.Shell, p.Business, p.Back, p.Action = s.shell("Đặt bàn"), s.shop(), "/chat", "/chat"
	p.Page = flow.Page{Title: "Đặt bàn", Notice: "Hết bàn lúc 9 giờ, mời bạn chọn giờ khác.", Passed: true, Lively: true, Back: true, Parts: []flow.Part{
		{Kind: "heading", Text: "Mời bạn chọn bàn"},
		{Kind: "subheading", Text: "Quán Góc Phố"},
		{Kind: "body", Text: longText},
		{Kind: "caption", Text: "Giờ mở cửa 7–22 giờ"},
		{Kind: "text", Text: "Tên", Name: "name", Input: "text", Required: true, Problem: flow.Missing},
		{Kind: "text", Text: "Số người", Name: "people", Input: "number", Value: "2", Help: longText},
		{Kind: "select", Text: "Giờ", Name: "time", Options: options},
		{Kind: "radio", Text: "Chỗ ngồi", Name: "where", Options: options},
		{Kind: "checks", Text: "Thêm", Name: "extra", Options: options, Problem: flow.Many},
		{Kind: "date", Text: "Ngày", Name: "day", Min: "2026-11-24"},
		{Kind: "area", Text: "Ghi chú", Name: "note"},
		{Kind: "photos", Text: "Ảnh chỗ bạn muốn ngồi", Name: "photos", Help: longText, Accept: "image/jpeg,image/png", Many: true, Required: true, Problem: flow.Large, Files: []flow.PickedFile{
			{Ref: "file.1", Name: "ban-cua-so.jpg", Size: "120 kB"}, {Ref: "file.2", Name: longWord + ".jpg", Size: "24 MB", Said: "Ảnh quá mờ, mời bạn chụp lại."},
		}},
		{Kind: "documents", Text: "Hợp đồng", Name: "contract", Accept: "application/pdf", Problem: flow.Type},
		{Kind: "optin", Text: "Nhắn tôi khi bàn sẵn sàng", Name: "ok"},
		{Kind: "link", Text: "Điều khoản", URL: "https://tiem.example/"},
		{Kind: "go", Text: "Xem thực đơn", Help: longText, Go: "12"},
		{Kind: "image", Text: "Cây cà phê", URL: dot},
		{Kind: "submit", Text: "Tiếp tục"},
	}}
	return p
}

// thingBubbles are files, places and people, and what happens to messages.
func (s sample) thingBubbles() []Message {
	return []Message{
		{ID: "image", Kind: "tap", Mine: true, Status: "read", Text: "Như hình này ạ", Files: []File{{Kind: "image", Href: "/demo/pictures/ph01-1.jpg"}}, Editable: true},
		{ID: "document", Kind: "tap", Files: []File{{Kind: "document", Href: "/chat", Name: longWord + ".pdf", Size: "120 kB"}}},
		{ID: "place", Kind: "tap", Mine: true, Status: "sent", Place: &Place{Name: "Hồ Con Rùa", Address: "Quận 3, TP. Hồ Chí Minh", Href: "https://www.openstreetmap.org/", Degrees: "10.78,106.69"}},
		{ID: "people", Kind: "tap", People: []Person{{Name: "Anh Tư giao hàng", Detail: "+84 900 000 001"}, {Name: longWord, Detail: longText}}},
		{ID: "deleted", Kind: "deleted", Mine: true, Status: "read"},
		{ID: "unsupported", Kind: "unsupported"},
		{ID: "forwarded", Kind: "text", Text: "Khuyến mãi cuối tuần!", Forwarded: "chat.forwarded"},
		{ID: "edited", Kind: "text", Mine: true, Status: "read", Text: "Hai tô nhé", Edited: true, Editable: true, Reactions: []string{"👍"}},
	}
}
