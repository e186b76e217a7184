package manager

import (
	"time"

	"github.com/hawkerhq/hawker/internal/account"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/storefront"
	"github.com/hawkerhq/hawker/internal/template"
	"github.com/hawkerhq/hawker/internal/ui"
	"github.com/hawkerhq/hawker/internal/waba"
)

const samplePhone = id.ID(400000000000001)

func (s sample) messages() []messaging.MessageView {
	price := func(n int64) storefront.Price { return storefront.Price{Amount: vnd(n)} }
	order := &messaging.OrderView{ID: 31, Items: 3, Total: price(190000), Note: "ít hành", Lines: []messaging.OrderLineView{{RetailerID: "PH01", Title: "Phở bò tái chín", Quantity: 2, UnitPrice: price(65000)}}}
	list := []messaging.MessageView{
		{ID: "wamid.1", Kind: "text", Text: "Quán ơi, hôm nay có phở không?"},
		{ID: "wamid.2", Business: true, Kind: "product_list", Status: "read", Header: "Món nước hôm nay", Text: "Mời bạn chọn món.", Sections: []messaging.Shelf{{Title: "Món nước", Products: []messaging.Goods{{RetailerID: "PH01", Title: "Phở bò tái chín", Image: "/demo/pictures/ph01-1.jpg", Price: price(65000)}, {RetailerID: "X", Title: longText, Price: price(65000)}}}}},
		{ID: "wamid.3", Kind: "text", Text: "Món này cay không?", Quote: &messaging.QuoteView{Text: "Bún bò Huế", Product: "PH02"}},
		{ID: "wamid.4", Kind: "order", Text: "ít hành", Order: order},
		{ID: "wamid.5", Business: true, Kind: "text", Status: "failed", Text: longText + longWord},
		{ID: "wamid.6", Kind: "text", Deleted: true},
	}
	for i := range list {
		list[i].At = s.Now.Add(-time.Duration(len(list)-i) * 7 * time.Minute)
	}
	return list
}

func (s sample) threads() []ThreadLine {
	m := s.messages()
	thread := func(wa, name string, unread int, last messaging.MessageView, ago time.Duration) ThreadLine {
		return ThreadLine{
			InboxThread: chat.InboxThread{Thread: chat.Thread{PhoneID: samplePhone, WaID: wa, LastAt: s.Now.Add(-ago), WindowUntil: s.Now.Add(20 * time.Hour)}, Customer: name, Unread: unread},
			Name:        name, Number: "+84 28 7100 0001", Last: last, Agent: map[int]string{2: "Lan Anh", 128: longText}[unread],
		}
	}
	return []ThreadLine{
		thread("84901234567", "Lan", 2, m[3], time.Minute), thread("919812345678", longText, 0, m[4], 26*time.Hour), thread("14155550123", longWord, 128, m[5], 900*time.Hour),
	}
}

// talk are the pages of chats and orders.
func (b book) talk() []ui.Story {
	return append(b.chats(), b.orderStories()...)
}

func (b book) chats() []ui.Story {
	thread := func(s sample, list []messaging.MessageView, open bool) ThreadPage {
		items := s.items(4)
		return ThreadPage{
			Shell: s.shell("inbox"), Inspect: "/dev/messages/", Name: "Lan", Phone: "+84 901 234 567", Open: open, Left: 20*time.Hour + 12*time.Minute, Form: readCompose(nil),
			Items: map[string]catalog.Item{"PH01": items[0], "PH02": items[0]}, People: []account.Person{{ID: 7, Name: "Nguyễn Thị Lan Anh"}, {ID: 8, Name: longText}}, Agent: 7,
			Picker: Picker{To: "/dev/storybook/", Items: []Pick{{Item: items[0], Chosen: true}, {Item: items[3], Why: "manager.rejected"}}},
			Chat:   messaging.ChatView{Business: messaging.BusinessView{PhoneID: samplePhone, Name: "Quán Góc Phố"}, WaID: "84901234567", Messages: list, WindowUntil: s.Now.Add(20 * time.Hour)},
		}
	}
	compose := func(s sample, sections ...ComposeSection) ComposePage {
		p := ComposePage{
			Shell: s.shell("compose"), Numbers: []waba.Number{{ID: samplePhone, VerifiedName: "Quán Góc Phố", Digits: "842871000001"}}, Customers: s.threads(), Sender: "Quán Góc Phố",
			Form: ComposeForm{Kind: "product_list", To: "84901234567", Sections: sections}, Picker: Picker{To: "/dev/storybook/"}, Products: map[string]catalog.Item{},
			Now: func(i catalog.Item) string { return unseen(i, s.Now) },
		}
		for _, it := range s.items(8) {
			p.Products[it.RetailerID] = it
			p.Picker.Items = append(p.Picker.Items, Pick{Item: it, Chosen: p.Form.Chosen()[it.RetailerID], Why: unseen(it, s.Now)})
		}
		return p
	}
	several := []ComposeSection{{Title: "Món nước", SKUs: []string{"PH01", "GONE"}}, {Title: longText, SKUs: []string{"XX01", longWord}}, {}}
	return []ui.Story{
		b.story("templates.html", "empty", func(s sample) any { return TemplatesPage{Shell: s.shell("templates")} }),
		b.story("templates.html", "many", func(s sample) any {
			return TemplatesPage{Shell: s.shell("templates"), Lines: []TemplateLine{
				{Template: template.Template{Name: "don_hang", Language: "vi", Category: template.Utility, Status: template.Approved, Reason: template.None}, Account: "Quán Góc Phố", Text: "Chào {{1}}, đơn của bạn đã xong."},
				{Template: template.Template{Name: "mon_moi", Language: "vi", Category: template.Marketing, Status: template.Approved, Reason: template.None, PacedUntil: s.Now.Add(time.Hour)}, Account: "Quán Góc Phố", Text: "Hôm nay quán có món mới.", Held: 3},
				{Template: template.Template{Name: "khuyen_mai", Language: "vi", Category: template.Marketing, Status: template.Rejected, Reason: "SCAM", Explanation: longText}, Account: longText, Text: longText},
			}}
		}),
		b.story("inbox.html", "empty", func(s sample) any { return InboxPage{Shell: s.shell("inbox")} }),
		b.story("inbox.html", "many", func(s sample) any {
			return InboxPage{Shell: s.shell("inbox"), Threads: s.threads(), Quick: []chat.QuickReply{{ID: 1, Name: "Chào", Text: "Chào {name}"}, {ID: 2, Name: longWord, Text: longText}}}
		}),
		b.story("inbox.html", "none", func(s sample) any {
			return InboxPage{Shell: s.shell("inbox"), Show: "mine", Search: longText, Problem: s.problem()}
		}),
		b.story("thread.html", "empty", func(s sample) any { return thread(s, nil, false) }),
		b.story("thread.html", "many", func(s sample) any {
			p := thread(s, s.messages(), true)
			p.Older, p.Quote = "#", &p.Chat.Messages[2]
			p.Quick = []chat.QuickReply{{ID: 1, Name: "Chào", Text: "Chào {name}"}, {ID: 2, Name: "Giờ mở cửa", Text: longText}}
			p.Form.add("PH01")
			p.Picking = true
			return p
		}),
		b.story("thread.html", "error", func(s sample) any {
			p := thread(s, s.messages()[:1], false)
			p.Problem, p.Draft = s.problem(), longText
			return p
		}),
		b.story("compose.html", "empty", func(s sample) any { return compose(s, ComposeSection{}) }),
		b.story("compose.html", "none", func(s sample) any {
			p := compose(s, ComposeSection{})
			p.Shell, p.Picker.Items, p.Form.Kind = s.bare("compose"), nil, "catalog_message"
			return p
		}),
		b.story("compose.html", "sent", func(s sample) any {
			p := compose(s, ComposeSection{Title: "Món nước", SKUs: []string{"PH01"}})
			p.Sent, p.Thread, p.Open, p.Tried, p.Form.Header, p.Form.Body = "wamid.HBgLODQ5MDEyMzQ1NjcVAgARGBIwMzJDMDY5RUY2RTAwMEU4QUIA", "#", true, true, "Món nước hôm nay", "Mời bạn chọn món."
			p.Call, p.JSON = "curl -X POST '"+s.Base+"/v25.0/400000000000001/messages' -H 'Authorization: Bearer …'", "{\n  \"messaging_product\": \"whatsapp\"\n}"
			return p
		}),
		b.story("compose.html", "one", func(s sample) any {
			p := compose(s, ComposeSection{SKUs: []string{"PH01"}})
			p.Form.Kind, p.Problem, p.Thread = "product", s.problem(), "#"
			return p
		}),
		b.story("compose.html", "error", func(s sample) any {
			p := compose(s, several...)
			p.Problem, p.Tried, p.Form.Header, p.Form.Body, p.Picker.More = s.problem(), true, longText, longText, true
			p.Picker.Sets, p.Picker.Set = []catalog.Set{{ID: 7, Name: longText}}, "7"
			return p
		}),
	}
}

func buyer(s sample, name string) CustomerLine {
	spent := vnd(380000)
	return CustomerLine{Buyer: chat.Buyer{WaID: "84901234567", Name: name, LastAt: s.Now.Add(-time.Hour), Orders: 2, Spent: &spent, PhoneID: samplePhone}, Title: name, Phone: "+84 901 234 567"}
}

func (b book) orderStories() []ui.Story {
	order := func(s sample, state string, lines int) chat.WorkedOrder {
		o := chat.WorkedOrder{State: state, Customer: "Lan", Order: chat.Order{ID: 31, PhoneID: samplePhone, WaID: "84901234567", CatalogID: sampleCatalog, WAMID: "wamid.4", Note: "ít hành", Total: vnd(190000), CreatedAt: s.Now.Add(-time.Hour)}}
		for _, it := range s.items(lines) {
			o.Lines = append(o.Lines, chat.OrderLine{RetailerID: it.RetailerID, Title: it.Title, Image: it.ImageLink, Quantity: 2, Unit: it.Price})
		}
		return o
	}
	page := func(s sample, o chat.WorkedOrder) OrderPage {
		p := OrderPage{Shell: s.shell("orders"), Order: o, Phone: "+84 901 234 567", States: chat.OrderStates(), Now: o.Total, Open: true}
		for i, l := range o.Lines {
			p.Lines = append(p.Lines, OrderLine{OrderLine: l, Item: id.ID(700000000000000 + i), Now: l.Unit})
		}
		return p
	}
	return []ui.Story{
		b.story("orders.html", "empty", func(s sample) any { return OrdersPage{Shell: s.shell("orders"), States: chat.OrderStates()} }),
		b.story("orders.html", "many", func(s sample) any {
			p := OrdersPage{Shell: s.shell("orders"), States: chat.OrderStates(), Counts: map[string]int{}, Next: "#"}
			for i := range 9 {
				o := order(s, chat.OrderStates()[i%len(chat.OrderStates())], 0)
				o.ID, o.CreatedAt = id.ID(1000+i), s.Now.Add(-time.Duration(i*i)*time.Hour)
				if i == 3 {
					o.Customer, o.Note = longText, longText
				}
				p.Orders = append(p.Orders, o)
				p.Counts[o.State]++
			}
			return p
		}),
		b.story("board.html", "empty", func(s sample) any { return BoardPage{Shell: s.shell("orders")} }),
		b.story("board.html", "many", func(s sample) any {
			p := BoardPage{Shell: s.shell("orders"), States: chat.OrderStates()}
			for n, state := range p.States {
				c := BoardColumn{State: state, Next: nextState(state), Count: n * n}
				for i := range n {
					o := order(s, state, 0)
					o.ID, o.CreatedAt = id.ID(1000+10*n+i), s.Now.Add(-time.Duration(i*i)*time.Hour)
					if i == 2 {
						o.Customer, o.Note, o.Total = longText, longText, vnd(99999999999)
					}
					c.Cards = append(c.Cards, o)
				}
				p.Columns = append(p.Columns, c)
			}
			return p
		}),
		b.story("customers.html", "empty", func(s sample) any { return CustomersPage{Shell: s.shell("customers")} }),
		b.story("customers.html", "none", func(s sample) any { return CustomersPage{Shell: s.shell("customers"), Search: longText} }),
		b.story("customers.html", "many", func(s sample) any {
			return CustomersPage{Shell: s.shell("customers"), Customers: []CustomerLine{buyer(s, "Lan"), buyer(s, longText), buyer(s, longWord)}}
		}),
		b.story("customer.html", "one", func(s sample) any {
			return CustomerPage{Shell: s.shell("customers"), Customer: buyer(s, "Lan"), Country: "VN", Chats: s.threads()[:1], Orders: []chat.WorkedOrder{order(s, "new", 0), order(s, "done", 0)}}
		}),
		b.story("customer.html", "long", func(s sample) any {
			return CustomerPage{Shell: s.shell("customers"), Customer: buyer(s, longText), Chats: s.threads()}
		}),
		b.story("order.html", "one", func(s sample) any { return page(s, order(s, "new", 1)) }),
		b.story("order.html", "many", func(s sample) any { // bills are open
			p := page(s, order(s, "confirmed", 2))
			p.Open, p.Bills = true, []chat.Bill{{ReferenceID: "don-17", Status: "pending"}, {ReferenceID: longWord, Status: "processing"}}
			return p
		}),
		b.story("order.html", "long", func(s sample) any {
			o := order(s, "shipped", 5)
			o.Customer, o.Note = longText, longText
			p := page(s, o)
			p.Now, p.Differs, p.Open, p.Problem = vnd(1), true, false, s.problem()
			p.Lines[1].Changed, p.Lines[2].Item = true, 0
			p.Steps = []chat.OrderStep{{State: "confirmed", Person: "Lan Anh", At: s.Now}, {State: "shipped", Person: longText, At: s.Now}}
			return p
		}),
	}
}
