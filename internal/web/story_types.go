package web

import (
	"maps"
	"slices"
	"strconv"

	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/storefront"
	"github.com/hawkerhq/hawker/internal/ui"
	"github.com/hawkerhq/hawker/wire"
)

// typeStories show one message of every type a business can send, as the exchange tells it: nothing here knows bubbles.
func typeStories() []ui.Story {
	return []ui.Story{story("conversation.html", "types", func(s sample) any {
		views := s.typeViews()
		var list []Message
		for _, name := range slices.Sorted(maps.Keys(views)) {
			m := bubble(s.Lang, s.shop(), views[name])
			for n := range m.Files { // nobody keeps files for a story
				m.Files[n].Href = s.picture("ph01")
			}
			list = append(list, m)
		}
		for n, link := range []string{"https://quan.example/menu", "https://wa.me/c/" + s.shop().Digits} {
			list = append(list, bubble(s.Lang, s.shop(), messaging.MessageView{
				ID: "link-" + strconv.Itoa(n), Business: true, Status: "read", Kind: "text", Text: "Mời bạn xem " + link, Link: &messaging.LinkView{Text: "quan.example", URL: link},
			}))
		}
		return s.talk(list...)
	})}
}

// typeViews are messages as the customer's chat gets them, by type; interactive ones by their own type.
func (s sample) typeViews() map[string]messaging.MessageView {
	file := func(kind, name string) []messaging.FileView {
		return []messaging.FileView{{ID: 7, Kind: kind, Name: name, MIME: "application/octet-stream", Size: 120_000}}
	}
	goods := func(n int) []messaging.Shelf {
		shelf := messaging.Shelf{Title: "Món nước"}
		for _, c := range s.goods(n) {
			price := storefront.Price{Amount: c.Price}
			shelf.Products = append(shelf.Products, messaging.Goods{
				RetailerID: c.SKU, Title: c.Title, Image: c.Image, Price: price,
				Now: &storefront.ProductView{RetailerID: c.SKU, Title: c.Title, Description: c.Text, Image: c.Image, Price: price, InStock: true},
			})
		}
		return []messaging.Shelf{shelf}
	}
	one := goods(1)[0].Products[0]
	total := storefront.Price{Amount: vnd(130000)}
	views := map[string]messaging.MessageView{
		"text":                     {Text: "Chào chị, quán mở cửa đến 22 giờ."},
		"image":                    {Text: "Phở", Files: file("image", "pho.png")},
		"video":                    {Text: "Nấu phở", Files: file("video", "pho.mp4")},
		"audio":                    {Files: file("audio", "pho.ogg")},
		"document":                 {Text: "Hóa đơn", Files: file("document", "hoa-don.pdf")},
		"sticker":                  {Files: file("sticker", "pho.webp")},
		"location":                 {Location: &wire.Location{Latitude: "10.78", Longitude: "106.69", Name: "Hồ Con Rùa", Address: "Quận 3"}},
		"contacts":                 {Contacts: []wire.ContactCard{{Name: &wire.ContactName{FormattedName: "Anh Tư giao hàng"}, Phones: []wire.ContactPhone{{Phone: "+84 900 000 001"}}}}},
		"reaction":                 {Text: "Quán ơi?", Reactions: []messaging.ReactionView{{Emoji: "👍", Business: true}}},
		"template":                 {Text: "Đơn hàng của bạn sẽ tới trong hôm nay.", Template: &messaging.TemplateView{Kind: "text", Buttons: []messaging.TemplateButtonView{{Type: "QUICK_REPLY", Text: "Cảm ơn", Payload: "x"}}}},
		"button":                   {Text: "Giao tận nơi hay đến quán?", Buttons: []wire.Reply{{ID: "a", Title: "Giao tận nơi"}}},
		"list":                     {Text: "Chọn giờ", List: &messaging.ListView{Button: "Xem giờ", Sections: []wire.Section{{Rows: []wire.Row{{ID: "8", Title: "8 giờ"}}}}}},
		"cta_url":                  {Text: "Thực đơn đầy đủ", Link: &messaging.LinkView{Text: "Mở trang", URL: "https://quan.example/"}},
		"product":                  {Text: "Món bạn hỏi", Sections: goods(1)},
		"product_list":             {Header: "Món nước", Text: "Hôm nay", Sections: goods(3)},
		"catalog_message":          {Text: "Cả thực đơn ở đây.", Thumbnail: &one},
		"carousel":                 {Text: "Món bán chạy", Sections: goods(2)},
		"location_request_message": {Text: "Giao đến đâu?"},
		"request_contact_info":     {Text: "Số của bạn?"},
		"flow":                     {Text: "Đặt bàn", Flow: &messaging.FlowView{ID: 7, Text: "Mở biểu mẫu"}},
		"address_message":          {Text: "Where to?", Address: &messaging.AddressView{Values: map[string]string{"name": "Priya"}}},
		"order_details":            {Text: "Hóa đơn của bạn", Bill: &messaging.BillView{Reference: "A-1", Status: "pending", Total: total, Lines: []messaging.BillLineView{{Title: "Phở", Quantity: 2, Total: total}}}},
		"order_status":             {Text: "Đang giao", Bill: &messaging.BillView{Reference: "A-1", Status: "shipped", Note: "Bằng xe đạp"}},
	}
	for kind, v := range views {
		v.ID, v.Business, v.Status, v.Kind = "type-"+kind, true, "delivered", kind
		if kind == "reaction" { // it stands on a message of the customer's
			v.Business, v.Status, v.Kind = false, "read", "text"
		}
		views[kind] = v
	}
	return views
}
