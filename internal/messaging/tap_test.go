package messaging_test

import (
	"strings"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/wire"
)

func interactive(i wire.Interactive) wire.Message {
	if i.Body == nil {
		i.Body = &wire.Part{Text: "x"}
	}
	return wire.Message{MessagingProduct: "whatsapp", To: lan, Type: "interactive", Interactive: &i}
}

// answer is what the customer does; it returns the wamid.
func (s *stall) answer(in messaging.Inbound) string {
	s.t.Helper()
	in.PhoneID, in.WaID = s.phone, lan
	w, err := s.Receive(s.t.Context(), in)
	s.must(err)
	return w
}

func TestTappedAnswersReachTheBusiness(t *testing.T) {
	t.Parallel()
	each(t, func(s *stall) {
		s.write("alo")
		buttons := s.send(interactive(wire.Interactive{Type: "button", Action: &wire.Action{Buttons: []wire.Button{
			{Type: "reply", Reply: &wire.Reply{ID: "yes", Title: "Có"}}, {Type: "reply", Reply: &wire.Reply{ID: "no", Title: "Không"}},
		}}}))
		list := s.send(interactive(wire.Interactive{Type: "list", Action: &wire.Action{Button: "Mở", Sections: []wire.Section{
			{Rows: []wire.Row{{ID: "am", Title: "Sáng", Description: "8–11h"}}},
		}}}))
		where := s.send(interactive(wire.Interactive{Type: "location_request_message", Action: &wire.Action{Name: "send_location"}}))
		s.told(nil)
		yes := s.answer(messaging.Inbound{Type: "interactive", ReplyTo: buttons, Choice: "yes"})
		am := s.answer(messaging.Inbound{Type: "interactive", ReplyTo: list, Choice: "am"})
		here := s.answer(messaging.Inbound{Type: "location", ReplyTo: where, Location: &wire.Location{Latitude: "10.77", Longitude: "106.7"}})
		card := s.answer(messaging.Inbound{Type: "contacts", Contacts: []wire.ContactCard{{Name: &wire.ContactName{FormattedName: "Minh", FirstName: "Minh"}}}})
		head := func(to, w, kind string) string {
			context := ""
			if to != "" {
				context = `"context":{"from":"842871000001","id":"` + to + `"},`
			}
			return contacts + context + `"from":"84901234567","from_user_id":"BSUID","id":"` + w + `","timestamp":"1795424400","type":"` + kind + `",`
		}
		s.equal(bsuid(s, s.told(map[string]string{buttons: "BUTTONS", list: "LIST", where: "WHERE", yes: "YES", am: "AM", here: "HERE", card: "CARD"})),
			head("BUTTONS", "YES", "interactive")+`"interactive":{"type":"button_reply","button_reply":{"id":"yes","title":"Có"}}}]`,
			head("LIST", "AM", "interactive")+`"interactive":{"type":"list_reply","list_reply":{"id":"am","title":"Sáng","description":"8–11h"}}}]`,
			head("WHERE", "HERE", "location")+`"location":{"latitude":10.77,"longitude":106.7}}]`,
			head("", "CARD", "contacts")+`"contacts":[{"name":{"formatted_name":"Minh","first_name":"Minh"}}],"origin":"other"}]`)
		for _, in := range []messaging.Inbound{
			{Type: "interactive", ReplyTo: buttons, Choice: "maybe"},
			{Type: "interactive", ReplyTo: yes, Choice: "yes"},
			{Type: "interactive", Choice: "yes"},
			{Type: "interactive", ReplyTo: buttons},
			{Type: "location"},
			{Type: "poll"},
			{Type: "interactive", ReplyTo: buttons, Form: map[string]string{"city": "Kochi"}},
			{Type: "interactive", ReplyTo: buttons, Form: map[string]string{"planet": "x"}},
		} {
			in.PhoneID, in.WaID = s.phone, lan
			if w, err := s.Receive(t.Context(), in); err == nil {
				t.Errorf("%+v was taken as %s", in, w)
			}
		}
		if told := s.told(nil); len(told) != 0 {
			t.Errorf("what was refused told %v", told)
		}
	})
}

func TestReactionsStandOnTheirMessage(t *testing.T) {
	t.Parallel()
	each(t, func(s *stall) {
		first := s.write("alo")
		react := func(to, emoji string) wire.Message {
			return wire.Message{MessagingProduct: "whatsapp", To: lan, Type: "reaction", Reaction: &wire.Reaction{MessageID: to, Emoji: emoji}}
		}
		ours := s.send(text("dạ"))
		thumb := s.send(react(first, "👍🏽"))
		s.answer(messaging.Inbound{Type: "reaction", Reaction: &wire.Reaction{MessageID: ours, Emoji: "❤️"}})
		shown := func(wamid string) (emojis string) {
			v, err := s.Chat(t.Context(), s.phone, lan, 0, "")
			s.must(err)
			for _, m := range v.Messages {
				if m.Kind == "reaction" {
					t.Errorf("a reaction is a bubble of its own: %+v", m)
				}
				if m.ID == wamid {
					for _, r := range m.Reactions {
						emojis += r.Emoji
					}
				}
			}
			return emojis
		}
		if a, b := shown(first), shown(ours); a != "👍🏽" || b != "❤️" {
			t.Errorf("the messages show %q and %q", a, b)
		}
		s.send(react(first, "🙏"))
		s.answer(messaging.Inbound{Type: "reaction", Reaction: &wire.Reaction{MessageID: ours}})
		if a, b := shown(first), shown(ours); a != "🙏" || b != "" {
			t.Errorf("after a change and a removal they show %q and %q", a, b)
		}
		s.told(nil)
		for _, to := range []string{"wamid.none", thumb} {
			s.send(react(to, "👍"))
			if told := strings.Join(s.told(nil), ""); !strings.Contains(told, `"status":"failed"`) || !strings.Contains(told, `"code":131009`) {
				t.Errorf("a reaction to %s told %s", to, told)
			}
		}
		s.clock.Advance(31 * 24 * time.Hour)
		s.write("lâu quá")
		s.told(nil)
		s.send(react(first, "👍"))
		if told := strings.Join(s.told(nil), ""); !strings.Contains(told, `older than 30 days`) {
			t.Errorf("a reaction to an old message told %s", told)
		}
	})
}

func TestBillsMoveForward(t *testing.T) {
	t.Parallel()
	each(t, func(s *stall) {
		s.write("alo")
		bill := func(reference string) wire.Message {
			return interactive(wire.Interactive{Type: "order_details", Action: &wire.Action{Name: "review_and_pay", Parameters: &wire.ActionParameters{
				ReferenceID: reference, Type: "physical-goods", Currency: "BRL", PaymentType: "br", TotalAmount: &wire.Amount{Value: 210, Offset: 100},
				Order: &wire.BillOrder{
					Status: "pending", Items: []wire.BillItem{{Name: "Chá", RetailerID: "t", Amount: &wire.Amount{Value: 100, Offset: 100}, Quantity: 2}},
					Subtotal: &wire.Amount{Value: 200, Offset: 100}, Tax: &wire.Amount{Value: 10, Offset: 100},
				},
			}}})
		}
		status := func(reference, to, payment string) wire.Message {
			p := &wire.ActionParameters{ReferenceID: reference, Order: &wire.BillOrder{Status: to}}
			if payment != "" {
				p.Payment = &wire.BillPayment{Status: payment}
			}
			return interactive(wire.Interactive{Type: "order_status", Action: &wire.Action{Name: "review_order", Parameters: p}})
		}
		s.send(bill("r-1"))
		_, err := s.Send(t.Context(), owner, s.phone, bill("r-1"))
		refused(t, err, messaging.ErrValue, "interactive.action.parameters.reference_id")
		for _, c := range []struct {
			m    wire.Message
			want string
		}{
			{status("r-9", "shipped", ""), `"code":2046`},
			{status("r-1", "processing", "captured"), `"status":"sent"`},
			{status("r-1", "canceled", ""), `"code":2047`},
			{status("r-1", "partially-shipped", ""), `"status":"sent"`},
			{status("r-1", "completed", ""), `"status":"sent"`},
			{status("r-1", "shipped", ""), `"code":2046`},
		} {
			s.told(nil)
			s.send(c.m)
			if told := strings.Join(s.told(nil), ""); !strings.Contains(told, c.want) {
				t.Errorf("%s: told %s, want %s", c.m.Interactive.Action.Parameters.Order.Status, told, c.want)
			}
		}
	})
}
