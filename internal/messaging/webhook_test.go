package messaging_test

import (
	"strings"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/storefront"
	"github.com/hawkerhq/hawker/wire"
)

// The customer as webhooks name them; the business-scoped user id is cut out.
const contacts = `"contacts":[{"profile":{"name":"Nguyễn Lan"},"wa_id":"84901234567","user_id":"BSUID"}],"messages":[{`

// bsuid replaces the customer's business-scoped user id.
func bsuid(s *stall, values []string) []string {
	s.t.Helper()
	for n, v := range values {
		_, rest, ok := strings.Cut(v, `user_id":"`)
		if !ok {
			s.t.Errorf("no user id in %s", v)
			continue
		}
		user, _, _ := strings.Cut(rest, `"`)
		if !strings.HasPrefix(user, "VN.") {
			s.t.Errorf("user id %q is not that of a customer in VN", user)
		}
		values[n] = strings.ReplaceAll(v, user, "BSUID")
	}
	return values
}

func TestWindowClosedFailsByAStatus(t *testing.T) {
	t.Parallel()
	each(t, func(s *stall) {
		m := text("chào")
		m.BizOpaqueCallbackData = "order-77"
		first := s.send(m) // nobody wrote yet
		s.write("alo")
		s.clock.Advance(24 * time.Hour)
		s.told(nil)
		late := s.send(m)
		s.clock.Advance(-time.Second)
		inside := s.send(m)
		const closed = `"status":"failed","timestamp":"1795510800","recipient_id":"84901234567","recipient_user_id":"BSUID","biz_opaque_callback_data":"order-77",` +
			`"errors":[{"code":131047,"title":"Re-engagement message","message":"Re-engagement message","error_data":{"details":"Message failed to send because more than 24 hours have passed since the customer last replied to this number."},` +
			`"href":"https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes/"}]}]`
		s.equal(bsuid(s, s.told(map[string]string{late: "LATE", inside: "INSIDE"})), `"statuses":[{"id":"LATE",`+closed,
			`"contacts":[{"profile":{"name":"Nguyễn Lan"},"wa_id":"84901234567","user_id":"BSUID"}],"statuses":[{"id":"INSIDE","status":"sent","timestamp":"1795510799","recipient_id":"84901234567","recipient_user_id":"BSUID","biz_opaque_callback_data":"order-77",`+
				`"pricing":{"billable":false,"pricing_model":"PMP","category":"service","type":"free_customer_service"}}]`)
		v, err := s.Chat(t.Context(), s.phone, lan, 0, "")
		s.must(err)
		for _, m := range v.Messages {
			if m.ID == first || m.ID == late {
				t.Errorf("the customer sees the failed message %+v", m)
			}
		}
		s.must(s.Ack(t.Context(), s.phone, lan, inside, chat.Read))
		for _, st := range s.statuses() {
			if !strings.HasSuffix(st, inside) {
				t.Errorf("a failed message moved on: %s", st)
			}
		}
	})
}

func TestWindowClosedIsRefusedAtOnceWhereWanted(t *testing.T) {
	t.Parallel()
	each(t, func(s *stall) {
		_, err := s.Send(t.Context(), owner, s.phone, text("chào"))
		refused(t, err, messaging.ErrWindow, "to")
		if told := s.told(nil); len(told) != 0 {
			t.Errorf("refused, and told %v", told)
		}
		s.write("alo")
		s.send(text("chào"))
	}, func(d *messaging.Deps) { d.SyncWindow = true })
}

func TestABlockedBusinessIsNotDelivered(t *testing.T) {
	t.Parallel()
	each(t, func(s *stall) {
		s.write("alo")
		s.must(s.Block(t.Context(), s.phone, lan, true))
		s.told(nil)
		m := s.send(text("chào"))
		s.equal(bsuid(s, s.told(map[string]string{m: "M"})), `"statuses":[{"id":"M","status":"failed","timestamp":"1795424400","recipient_id":"84901234567","recipient_user_id":"BSUID",`+
			`"errors":[{"code":131026,"title":"Message undeliverable","message":"Message undeliverable","error_data":{"details":"Message Undeliverable."},`+
			`"href":"https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes/"}]}]`)
		_, err := s.Receive(t.Context(), messaging.Inbound{PhoneID: s.phone, WaID: lan, Text: "x"})
		refused(t, err, messaging.ErrBlocked, "wa_id")
		s.must(s.Block(t.Context(), s.phone, lan, false))
		if got := s.statuses(); len(got) != 0 {
			t.Errorf("blocking told %v", got)
		}
		if m := s.send(text("chào")); len(s.statuses()) != 1 {
			t.Errorf("%s has not one status", m)
		}
	})
}

func TestCustomersMessages(t *testing.T) {
	t.Parallel()
	each(t, func(s *stall) {
		s.put("pho")
		first := s.write("alo 🍜")
		ours := s.send(text("dạ"))
		s.told(nil)
		receive := func(in messaging.Inbound) string {
			in.PhoneID, in.WaID = s.phone, lan
			w, err := s.Receive(t.Context(), in)
			s.must(err)
			return w
		}
		toUs := receive(messaging.Inbound{Text: "à", ReplyTo: ours})
		toSelf := receive(messaging.Inbound{Text: "ơ", ReplyTo: first})
		asks := receive(messaging.Inbound{Text: "còn không?", ProductRetailerID: "pho"})
		from := func(name string) string {
			return `"from":"84901234567","from_user_id":"BSUID","id":"` + name + `","timestamp":"1795424400","type":"text",`
		}
		got := bsuid(s, s.told(map[string]string{first: "FIRST", ours: "OURS", toUs: "TO_US", toSelf: "TO_SELF", asks: "ASKS"}))
		s.equal(got,
			contacts+`"context":{"from":"842871000001","id":"OURS"},`+from("TO_US")+`"text":{"body":"à"}}]`,
			contacts+`"context":{"from":"84901234567","id":"FIRST"},`+from("TO_SELF")+`"text":{"body":"ơ"}}]`,
			contacts+`"context":{"from":"842871000001","id":"wamid.HBgLODQ5MDEyMzQ1NjcVAgARGA9wcm9kdWN0X2lucXVpcnkA","referred_product":{"catalog_id":"MENU","product_retailer_id":"pho"}},`+
				from("ASKS")+`"text":{"body":"còn không?"}}]`)
		for w, want := range map[string]id.Direction{ours: id.FromBusiness, first: id.FromUser, asks: id.FromUser} {
			if digits, d, _, err := id.ParseWamid(w); err != nil || digits != lan || d != want {
				t.Errorf("wamid %s: %s %v %v", w, digits, d, err)
			}
		}
		for _, c := range []struct {
			in    messaging.Inbound
			field string
		}{
			{messaging.Inbound{Text: " "}, "text"},
			{messaging.Inbound{Text: strings.Repeat("🍜", 4097)}, "text"},
			{messaging.Inbound{Text: "x", ReplyTo: "wamid.none"}, "reply_to"},
			{messaging.Inbound{Text: "x", ProductRetailerID: "gone"}, "product_retailer_id"},
		} {
			c.in.PhoneID, c.in.WaID = s.phone, lan
			if _, err := s.Receive(t.Context(), c.in); err == nil || !strings.Contains(err.Error(), "("+c.field+")") {
				t.Errorf("%.60v: got %v, want a fault about %s", c.in, err, c.field)
			}
		}
		if told := s.told(nil); len(told) != 0 {
			t.Errorf("what was refused told %v", told)
		}
	})
}

func TestTheNumberThatCannotExistWritesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(s *stall) {
		for _, from := range []string{"", "12", "+84901234567", "84 901 234 567", "8490123456789012345", "84901234567\x00", "abc"} {
			if _, err := s.Receive(t.Context(), messaging.Inbound{PhoneID: s.phone, WaID: from, Text: "x"}); err == nil || !strings.Contains(err.Error(), "(wa_id)") {
				t.Errorf("%q: %v", from, err)
			}
		}
		_, err := s.Receive(t.Context(), messaging.Inbound{PhoneID: s.phone + 1, WaID: lan, Text: "x"})
		if err == nil {
			t.Error("a number that is none received a message")
		}
	})
}

func TestThePairLimitComesAtThe46thMessage(t *testing.T) {
	t.Parallel()
	each(t, func(s *stall) {
		s.write("alo")
		for range 45 {
			s.send(text("x"))
		}
		_, err := s.Send(t.Context(), owner, s.phone, text("x"))
		refused(t, err, messaging.ErrPairLimit, "to")
		other := text("x")
		other.To = "84912345678"
		s.send(other) // another customer is another pair
		if n := len(s.statuses()); n != 46 {
			t.Errorf("%d statuses, want 46", n)
		}
		s.clock.Advance(6 * time.Second)
		s.send(text("x"))
		_, err = s.Send(t.Context(), owner, s.phone, text("x"))
		refused(t, err, messaging.ErrPairLimit, "to")
	})
}

func TestRepliesOfTheBusinessQuoteWhatTheyAnswer(t *testing.T) {
	t.Parallel()
	each(t, func(s *stall) {
		ask := s.write("còn phở không?")
		m := text("còn ạ")
		m.Context = &wire.Context{MessageID: ask}
		s.send(m)
		v, err := s.Chat(t.Context(), s.phone, lan, 0, "")
		s.must(err)
		last := v.Messages[len(v.Messages)-1]
		if last.Text != "còn ạ" || last.Quote == nil || last.Quote.ID != ask || last.Quote.Business || last.Quote.Text != "còn phở không?" {
			t.Errorf("the answer quotes %+v", last.Quote)
		}
		m.Context.MessageID = "wamid.none"
		s.send(m) // like an old or deleted message: sent, without the bubble
	})
}

// A form of the chat page may hold any bytes.
func TestBytesThatAreNoTextAreRefused(t *testing.T) {
	t.Parallel()
	each(t, func(s *stall) {
		s.write("alo")
		s.told(nil)
		for _, bad := range []string{"a\x00", "\xff"} {
			_, err := s.Receive(t.Context(), messaging.Inbound{PhoneID: s.phone, WaID: lan, Text: bad})
			refused(t, err, messaging.ErrValue, "text")
			_, err = s.Receive(t.Context(), messaging.Inbound{PhoneID: s.phone, WaID: lan, Text: "x", ReplyTo: bad})
			refused(t, err, messaging.ErrValue, "reply_to")
			_, err = s.SendCart(t.Context(), s.phone, lan, bad, "")
			refused(t, err, messaging.ErrValue, "note")
			_, err = s.SendCart(t.Context(), s.phone, lan, "", bad)
			refused(t, err, messaging.ErrValue, "form_key")
			refused(t, s.Ack(t.Context(), s.phone, lan, bad, chat.Read), messaging.ErrValue, "up_to")
			_, err = s.Chat(t.Context(), s.phone, lan, 0, bad)
			refused(t, err, messaging.ErrValue, "before")
			_, err = s.Receive(t.Context(), messaging.Inbound{PhoneID: s.phone, WaID: lan, Text: "x", ProductRetailerID: bad})
			refused(t, err, storefront.ErrProductUnavailable, "product_retailer_id")
		}
		if told := s.told(nil); len(told) != 0 {
			t.Errorf("refused, and told %v", told)
		}
	})
}
