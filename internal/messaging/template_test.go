package messaging_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/live"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/policy"
	"github.com/hawkerhq/hawker/internal/template"
	"github.com/hawkerhq/hawker/internal/waba"
	"github.com/hawkerhq/hawker/wire"
)

// account is the WhatsApp account of the stall.
func (s *stall) account() (i id.ID) {
	s.t.Helper()
	s.must(s.DB.View(s.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		n, err := waba.NumberTx(ctx, tx, s.phone)
		i = n.WABAID
		return err
	}))
	return i
}

// template makes an approved template of the stall's account.
func (s *stall) template(t template.Template) template.Template {
	s.t.Helper()
	rules, err := policy.NewRules()
	s.must(err)
	svc := template.New(template.Deps{DB: s.DB, Live: live.New(), Outbox: &outbox{}, Rules: rules})
	if t.Language == "" {
		t.Language = "vi"
	}
	made, err := svc.Create(s.t.Context(), owner, s.account(), t)
	s.must(err)
	if made.Status != template.Approved {
		s.t.Fatalf("template %s is %s: %s", t.Name, made.Status, made.Explanation)
	}
	return made
}

// buttonsOf are a component with buttons.
func buttonsOf(list ...wire.TemplateButton) wire.TemplateComponent {
	return wire.TemplateComponent{Type: "BUTTONS", Buttons: list}
}

func bodyOf(text string, samples ...string) wire.TemplateComponent {
	return wire.TemplateComponent{Type: "BODY", Text: text, Example: &wire.TemplateExample{BodyText: samples}}
}

// fillIn is a message of a template.
func fillIn(name string, list ...wire.TemplateFill) wire.Message {
	return wire.Message{MessagingProduct: "whatsapp", To: lan, Type: "template", Template: &wire.TemplateMessage{
		Name: name, Language: &wire.TemplateLanguage{Code: "vi"}, Components: list,
	}}
}

func textOf(s string) wire.TemplateParameter {
	t := wire.LooseText(s)
	return wire.TemplateParameter{Type: "text", Text: &t}
}

func part(kind string, list ...wire.TemplateParameter) wire.TemplateFill {
	return wire.TemplateFill{Type: kind, Parameters: list}
}

func tap(sub, index string, list ...wire.TemplateParameter) wire.TemplateFill {
	i := wire.LooseText(index)
	return wire.TemplateFill{Type: "button", SubType: sub, Index: &i, Parameters: list}
}

// shown is the last message as the customer sees it.
func (s *stall) shown() messaging.MessageView {
	s.t.Helper()
	v, err := s.Chat(s.t.Context(), s.phone, lan, 1, "")
	s.must(err)
	if len(v.Messages) != 1 {
		s.t.Fatal("the chat is empty")
	}
	return v.Messages[0]
}

func TestATemplateReachesACustomerWhoNeverWrote(t *testing.T) {
	t.Parallel()
	each(t, func(s *stall) {
		s.template(template.Template{Name: "don", Category: template.Utility, Components: []wire.TemplateComponent{
			{Type: "HEADER", Format: "TEXT", Text: "Đơn {{1}}", Example: &wire.TemplateExample{HeaderText: wire.Texts{"A"}}},
			bodyOf("Chào {{1}}, đơn của bạn giá {{2}} sẽ tới lúc {{3}} hôm nay bạn nhé.", "Lan", "45.000", "9 giờ"),
			{Type: "FOOTER", Text: "Quán Góc Phố"},
			buttonsOf(wire.TemplateButton{Type: "QUICK_REPLY", Text: "Cảm ơn"}, wire.TemplateButton{Type: "QUICK_REPLY", Text: "Đổi giờ"},
				wire.TemplateButton{Type: "URL", Text: "Theo dõi", URL: "https://quan.example/{{1}}", Example: wire.Texts{"x"}}, wire.TemplateButton{Type: "PHONE_NUMBER", Text: "Gọi", PhoneNumber: "+842871000001"}),
		}})
		payload := wire.LooseText("DOI_GIO_12")
		m := fillIn("don", part("header", textOf("A-12")),
			part("body", textOf("Lan"), wire.TemplateParameter{Type: "currency", Currency: &wire.TemplateCurrency{FallbackValue: "45.000 ₫", Code: "VND", Amount1000: "45000000"}},
				wire.TemplateParameter{Type: "date_time", DateTime: &wire.TemplateDateTime{FallbackValue: "9 giờ"}}),
			tap("quick_reply", "1", wire.TemplateParameter{Type: "payload", Payload: &payload}), tap("URL", "2", textOf("o/12")))
		a, err := s.Send(t.Context(), owner, s.phone, m)
		s.must(err)
		if a.Messages[0].MessageStatus != "accepted" {
			t.Errorf("message_status is %q", a.Messages[0].MessageStatus)
		}
		w := a.Messages[0].ID
		s.equal(bsuid(s, s.told(map[string]string{w: "W"})),
			`"contacts":[{"profile":{"name":"Nguyễn Lan"},"wa_id":"84901234567","user_id":"BSUID"}],"statuses":[{"id":"W","status":"sent","timestamp":"1795424400","recipient_id":"84901234567","recipient_user_id":"BSUID",`+
				`"pricing":{"billable":true,"pricing_model":"PMP","category":"utility","type":"regular"}}]`)
		v := s.shown()
		if v.Kind != "template" || v.Header != "Đơn A-12" || v.Text != "Chào Lan, đơn của bạn giá 45.000 ₫ sẽ tới lúc 9 giờ hôm nay bạn nhé." || v.Footer != "Quán Góc Phố" {
			t.Errorf("the chat shows %+v", v)
		}
		if b := v.Template.Buttons; len(b) != 4 || b[1].Payload != "DOI_GIO_12" || b[2].URL != "https://quan.example/o/12" || b[3].Phone != "+842871000001" {
			t.Errorf("the buttons are %+v", b)
		}
		if got := strings.Join(v.Actions, " "); got != "reply_button open_link call" {
			t.Errorf("what can be tapped: %s", got)
		}

		// The answers: by payload, and by text where no payload was given. They open the window.
		first := s.answer(messaging.Inbound{Type: "button", ReplyTo: w, Choice: "DOI_GIO_12"})
		second := s.answer(messaging.Inbound{Type: "button", ReplyTo: w, Choice: "Cảm ơn"})
		head := func(id string) string {
			return contacts + `"context":{"from":"842871000001","id":"W"},"from":"84901234567","from_user_id":"BSUID","id":"` + id + `","timestamp":"1795424400","type":"button",`
		}
		s.equal(bsuid(s, s.told(map[string]string{w: "W", first: "FIRST", second: "SECOND"})),
			head("FIRST")+`"button":{"payload":"DOI_GIO_12","text":"Đổi giờ"}}]`,
			head("SECOND")+`"button":{"payload":"Cảm ơn","text":"Cảm ơn"}}]`)
		if v := s.shown(); v.Kind != "button_reply" || v.Text != "Cảm ơn" || v.Quote == nil {
			t.Errorf("the answer is shown as %+v", v)
		}
		for _, in := range []messaging.Inbound{
			{Type: "button", ReplyTo: w, Choice: "none"}, {Type: "button", ReplyTo: first, Choice: "Cảm ơn"}, {Type: "button", Choice: "Cảm ơn"}, {Type: "button", ReplyTo: w},
		} {
			in.PhoneID, in.WaID = s.phone, lan
			if got, err := s.Receive(t.Context(), in); err == nil {
				t.Errorf("%+v was taken as %s", in, got)
			}
		}
		// Inside the window a utility template is free; a marketing one never is.
		s.template(template.Template{Name: "tin", Category: template.Marketing, Components: []wire.TemplateComponent{bodyOf("Món mới đã có ở quán.")}})
		s.send(m)
		s.send(fillIn("tin"))
		told := s.told(nil)
		for n, want := range []string{
			`"pricing":{"billable":false,"pricing_model":"PMP","category":"utility","type":"free_customer_service"}`,
			`"pricing":{"billable":true,"pricing_model":"PMP","category":"marketing","type":"regular"}`,
		} {
			if len(told) != 2 || !strings.Contains(told[n], want) {
				t.Errorf("told %v, want %s", told, want)
			}
		}
	})
}

func TestTemplatesWithProductsShowThem(t *testing.T) {
	t.Parallel()
	each(t, func(s *stall) {
		for _, sku := range []string{"pho", "bun", "cha"} {
			s.put(sku)
		}
		s.template(template.Template{Name: "menu", Category: template.Marketing, Components: []wire.TemplateComponent{bodyOf("Mời bạn xem thực đơn."), buttonsOf(wire.TemplateButton{Type: "CATALOG"})}})
		s.template(template.Template{Name: "list", Category: template.Marketing, Components: []wire.TemplateComponent{
			{Type: "HEADER", Format: "TEXT", Text: "Hôm nay"}, bodyOf("Vài món cho bạn."), buttonsOf(wire.TemplateButton{Type: "MPM"}),
		}})
		s.template(template.Template{Name: "one", Category: template.Marketing, Components: []wire.TemplateComponent{
			{Type: "HEADER", Format: "PRODUCT"}, bodyOf("Có lại rồi bạn ơi."), buttonsOf(wire.TemplateButton{Type: "SPM"}),
		}})
		card := wire.TemplateCard{Components: []wire.TemplateComponent{{Type: "HEADER", Format: "PRODUCT"}, buttonsOf(wire.TemplateButton{Type: "SPM"})}}
		s.template(template.Template{Name: "cards", Category: template.Marketing, Components: []wire.TemplateComponent{
			bodyOf("Ba món mới ở quán."), {Type: "CAROUSEL", Cards: []wire.TemplateCard{card, {Components: []wire.TemplateComponent{{Type: "HEADER", Format: "PRODUCT"}, buttonsOf(wire.TemplateButton{Type: "SPM"})}}}},
		}})
		action := func(a wire.TemplateAction) wire.TemplateParameter {
			return wire.TemplateParameter{Type: "action", Action: &a}
		}
		product := func(sku string) wire.TemplateParameter {
			return wire.TemplateParameter{Type: "product", Product: &wire.TemplateProduct{ProductRetailerID: sku, CatalogID: s.menu.String()}}
		}
		carousel := func(skus ...string) wire.TemplateFill {
			f := wire.TemplateFill{Type: "carousel"}
			for n := range skus {
				at := len(skus) - 1 - n // the last first: cards are put into order
				f.Cards = append(f.Cards, wire.TemplateFillCard{CardIndex: &at, Components: []wire.TemplateFill{part("header", product(skus[at]))}})
			}
			return f
		}
		items := func(skus ...string) (list []wire.ProductItem) {
			for _, sku := range skus {
				list = append(list, wire.ProductItem{ProductRetailerID: sku})
			}
			return list
		}

		s.send(fillIn("menu", tap("CATALOG", "0", action(wire.TemplateAction{ThumbnailProductRetailerID: "pho"}))))
		if v := s.shown(); v.Thumbnail == nil || v.Thumbnail.RetailerID != "pho" || v.Template.Kind != template.KindCatalog || v.Actions[0] != "view_catalog" {
			t.Errorf("the catalog is shown as %+v", v)
		}
		s.send(fillIn("list", tap("mpm", "0", action(wire.TemplateAction{ThumbnailProductRetailerID: "bun", Sections: []wire.Section{
			{Title: "Nước", ProductItems: items("pho", "gone")}, {Title: "Khô", ProductItems: items("bun", "cha")},
		}}))))
		if v := s.shown(); len(v.Sections) != 2 || len(v.Sections[0].Products) != 1 || len(v.Sections[1].Products) != 2 || v.Header != "Hôm nay" || v.Actions[0] != "view_items" {
			t.Errorf("the list is shown as %+v", v)
		}
		s.send(fillIn("one", part("header", product("cha"))))
		if v := s.shown(); len(v.Sections) != 1 || v.Sections[0].Products[0].RetailerID != "cha" || v.Actions[0] != "view_product" {
			t.Errorf("the product is shown as %+v", v)
		}
		s.send(fillIn("cards", carousel("pho", "gone", "bun")))
		if v := s.shown(); len(v.Template.Cards) != 2 || v.Template.Cards[0].Product.RetailerID != "pho" || v.Template.Cards[1].Product.RetailerID != "bun" {
			t.Errorf("the cards are shown as %+v", v.Template)
		}

		for _, c := range []struct {
			m     wire.Message
			begin string
		}{
			{fillIn("menu"), "buttons: Button at index 0 of type Catalog requires a parameter"},
			{fillIn("menu", tap("CATALOG", "0", action(wire.TemplateAction{ThumbnailProductRetailerID: "gone"}))), "Products not found in FB Catalog"},
			{fillIn("list"), "buttons: Button of type Mpm requires action.thumbnail_product_retailer_id"},
			{fillIn("list", tap("mpm", "0", action(wire.TemplateAction{ThumbnailProductRetailerID: "pho", Sections: []wire.Section{{ProductItems: items("gone")}}}))), "None of the products provided could be sent. Please check your catalog."},
			{fillIn("list", tap("mpm", "0", action(wire.TemplateAction{ThumbnailProductRetailerID: "pho", Sections: []wire.Section{{Title: strings.Repeat("x", 25), ProductItems: items("pho")}}}))), "Section title is too long. Max length is 24"},
			{fillIn("one"), "header: Format mismatch, expected PRODUCT, received UNKNOWN"},
			{fillIn("one", part("header", product("gone"))), "product not found for product_retailer_id gone in catalog_id " + s.menu.String()},
			{fillIn("one", part("header", wire.TemplateParameter{Type: "product", Product: &wire.TemplateProduct{ProductRetailerID: "pho", CatalogID: "5"}})), "product not found for product_retailer_id pho in catalog_id 5"},
			{fillIn("cards", carousel("gone", "away")), "None of the products provided could be sent."},
			{fillIn("cards", carousel("pho")), "carousel: number of cards (1) must be 2 to 10"},
		} {
			s.refuses(c.m, c.begin)
		}
		hidden := false
		s.must(s.store.SetCommerceSettings(t.Context(), owner, s.phone, waba.SettingsChange{CatalogVisible: &hidden}))
		s.refuses(fillIn("menu", tap("CATALOG", "0", action(wire.TemplateAction{ThumbnailProductRetailerID: "pho"}))), "Check if a catalog is linked to the WhatsApp Business Account")
		s.send(fillIn("one", part("header", product("cha")))) // product messages need no visible catalog
	})
}

// refuses checks that a message is refused with a detail that begins so.
func (s *stall) refuses(m wire.Message, begin string) {
	s.t.Helper()
	s.clock.Advance(time.Minute)
	_, err := s.Send(s.t.Context(), owner, s.phone, m)
	if err == nil || !strings.Contains(err.Error(), ": "+begin) {
		s.t.Errorf("%+v: %v, want %s", m.Template.Components, err, begin)
	}
}

func TestCodesOffersAndBillsAreFilledIn(t *testing.T) {
	t.Parallel()
	each(t, func(s *stall) {
		yes, minutes := true, 5
		s.template(template.Template{Name: "ma", Category: template.Authentication, Components: []wire.TemplateComponent{
			{Type: "BODY", AddSecurityRecommendation: &yes}, {Type: "FOOTER", CodeExpirationMinutes: &minutes}, buttonsOf(wire.TemplateButton{Type: "OTP", OTPType: "COPY_CODE"}),
		}})
		s.template(template.Template{Name: "giam", Category: template.Marketing, Components: []wire.TemplateComponent{
			bodyOf("Chỉ hôm nay thôi bạn nhé."),
			{Type: "LIMITED_TIME_OFFER", LimitedTimeOffer: &wire.LimitedTimeOffer{Text: "Hết hôm nay", HasExpiration: true}},
			buttonsOf(wire.TemplateButton{Type: "COPY_CODE", Example: wire.Texts{"SEN"}}, wire.TemplateButton{Type: "URL", Text: "Mua", URL: "https://quan.example"}),
		}})
		s.template(template.Template{Name: "tra", Category: template.Utility, SubCategory: "ORDER_DETAILS", Components: []wire.TemplateComponent{
			bodyOf("Hóa đơn của bạn đây nhé."), buttonsOf(wire.TemplateButton{Type: "ORDER_DETAILS"}),
		}})
		s.template(template.Template{Name: "giao", Category: template.Utility, SubCategory: "ORDER_STATUS", Components: []wire.TemplateComponent{bodyOf("Đơn của bạn có tin mới.")}})

		s.send(fillIn("ma", part("body", textOf("123456")), tap("url", "0", textOf("123456"))))
		if v := s.shown(); !strings.HasPrefix(v.Text, "*123456* là mã") || v.Footer != "Mã này hết hạn sau 5 phút." || v.Template.Buttons[0].Code != "123456" || v.Actions[0] != "copy_code" {
			t.Errorf("the code is shown as %+v", v)
		}
		if told := strings.Join(s.told(nil), ""); !strings.Contains(told, `"category":"authentication"`) {
			t.Errorf("told %s", told)
		}
		until := s.clock.Now().Add(time.Hour)
		ends := func(ms int64) wire.TemplateFill {
			return part("limited_time_offer", wire.TemplateParameter{Type: "limited_time_offer", LimitedTimeOffer: &wire.OfferExpiration{ExpirationTimeMS: ms}})
		}
		coupon := tap("copy_code", "0", wire.TemplateParameter{Type: "coupon_code", CouponCode: "SEN25"})
		s.send(fillIn("giam", ends(until.UnixMilli()), coupon))
		if v := s.shown(); v.Template.Offer == nil || v.Template.Offer.Text != "Hết hôm nay" || !v.Template.Offer.Until.Equal(until) || v.Template.Buttons[0].Code != "SEN25" {
			t.Errorf("the offer is shown as %+v", v.Template)
		}
		bill := &wire.ActionParameters{
			ReferenceID: "r-1", Type: "digital-goods", Currency: "BRL", PaymentType: "br", TotalAmount: &wire.Amount{Value: 200, Offset: 100},
			Order: &wire.BillOrder{Status: "pending", Items: []wire.BillItem{{RetailerID: "x", Name: "Chá", Amount: &wire.Amount{Value: 200, Offset: 100}, Quantity: 1}}, Subtotal: &wire.Amount{Value: 200, Offset: 100}, Tax: &wire.Amount{Value: 0, Offset: 100}},
		}
		pay := fillIn("tra", tap("order_details", "0", wire.TemplateParameter{Type: "action", Action: &wire.TemplateAction{OrderDetails: bill}}))
		s.send(pay)
		if v := s.shown(); v.Bill == nil || v.Bill.Reference != "r-1" || v.Text != "Hóa đơn của bạn đây nhé." {
			t.Errorf("the bill is shown as %+v", v)
		}
		s.send(fillIn("giao", part("order_status", wire.TemplateParameter{Type: "order_status", OrderStatus: &wire.ActionParameters{ReferenceID: "r-1", Order: &wire.BillOrder{Status: "shipped"}}})))
		if v := s.shown(); v.Bill == nil || v.Bill.Status != "shipped" {
			t.Errorf("the status is shown as %+v", v)
		}
		for _, c := range []struct {
			m     wire.Message
			begin string
		}{
			{fillIn("ma", part("body", textOf("123456"))), "buttons: Button at index 0 of type Url requires a parameter"},
			{fillIn("ma", part("body", textOf("1")), tap("url", "0", textOf(strings.Repeat("1", 16)))), "buttons: the code has 16 characters, at most 15 are allowed"},
			{fillIn("giam", coupon), "limited_time_offer: Parameter of type limited_time_offer is missing expiration_time_ms value"},
			{fillIn("giam", ends(1), coupon), "limited_time_offer: expiration_time_ms is in the past"},
			{fillIn("giam", ends(until.Add(time.Hour).UnixMilli())), "buttons: Button at index 0 of type CopyCode requires a parameter"},
			{fillIn("tra"), "buttons: Button at index 0 of type OrderDetails requires a parameter"},
			{pay, "reference_id r-1 was used in an order_details message before"},
			{fillIn("giao"), "order_status: Parameter of type order_status is missing order_status value"},
		} {
			s.refuses(c.m, c.begin)
		}
	})
}
