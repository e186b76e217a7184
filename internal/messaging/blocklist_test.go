package messaging_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/template"
	"github.com/hawkerhq/hawker/wire"
)

// offer makes an approved marketing template named offer.
func (s *stall) offer() {
	s.t.Helper()
	s.template(template.Template{Name: "offer", Category: template.Marketing, Components: []wire.TemplateComponent{
		bodyOf("Tuần này quán giảm giá tất cả các món nước cho khách quen."),
	}})
}

func TestACustomerStopsMarketingMessages(t *testing.T) {
	t.Parallel()
	each(t, func(s *stall) {
		s.offer()
		s.template(template.Template{Name: "don", Category: template.Utility, Components: []wire.TemplateComponent{bodyOf("Đơn hàng của bạn đang được giao tới nơi.")}})
		s.write("alo")
		s.told(nil)
		s.must(s.SetMarketing(t.Context(), s.phone, lan, false))
		s.must(s.SetMarketing(t.Context(), s.phone, lan, false)) // nothing new
		told := s.preferences()
		if len(told) != 1 {
			t.Fatalf("told %v", told)
		}
		const head = `{"messaging_product":"whatsapp","metadata":{"display_phone_number":"842871000001","phone_number_id":"PHONE"},` +
			`"contacts":[{"profile":{"name":"Nguyễn Lan"},"wa_id":"84901234567","user_id":"BSUID"}],"user_preferences":[{"wa_id":"84901234567","user_id":"BSUID",`
		if got, want := bsuid(s, told)[0], head+`"detail":"User requested to stop marketing messages","category":"marketing_messages","value":"stop","timestamp":1795424400}]}`; got != want {
			t.Errorf("stopping told\n got %s\nwant %s", got, want)
		}
		w := s.send(fillIn("offer"))
		s.equal(bsuid(s, s.told(map[string]string{w: "M"})), `"statuses":[{"id":"M","status":"failed","timestamp":"1795424400","recipient_id":"84901234567","recipient_user_id":"BSUID",`+
			`"errors":[{"code":131050,"title":"User has stopped marketing messages","message":"User has stopped marketing messages","error_data":{"details":"Unable to deliver the message. This recipient has chosen to stop receiving marketing messages on WhatsApp from your business"},`+
			`"href":"https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes/"}]}]`)
		for _, m := range []wire.Message{fillIn("don"), text("còn phở ạ")} { // other messages still come
			w := s.send(m)
			if got := s.statuses(); len(got) != 1 || got[0] != "sent "+w {
				t.Errorf("%s: %v", m.Type, got)
			}
		}
		if v, err := s.Chat(t.Context(), s.phone, lan, 1, ""); err != nil || !v.NoMarketing {
			t.Errorf("the chat says %v, %v", v.NoMarketing, err)
		}
		s.must(s.SetMarketing(t.Context(), s.phone, lan, true))
		if told := s.preferences(); len(told) != 1 || !strings.Contains(told[0], `"value":"resume"`) {
			t.Errorf("resuming told %v", told)
		}
		w = s.send(fillIn("offer"))
		if got := s.statuses(); len(got) != 1 || got[0] != "sent "+w {
			t.Errorf("resumed: %v", got)
		}
	})
}

// Marketing messages that customers want do not always reach them; the sandbox says so, for one number.
func TestMarketingMessagesAreWithheld(t *testing.T) {
	t.Parallel()
	each(t, func(s *stall) {
		s.offer()
		s.write("alo")
		for reason, want := range map[string]string{
			chat.Capped:     `"code":131049,"title":"Meta chose not to deliver.","message":"Meta chose not to deliver.","error_data":{"details":"This message was not delivered to maintain healthy ecosystem engagement."}`,
			chat.Experiment: `"code":130472,"title":"User's number is part of an experiment","message":"User's number is part of an experiment","error_data":{"details":"Failed to send message because this user's phone number is part of an experiment"}`,
		} {
			s.must(s.WithholdMarketing(t.Context(), s.phone, lan, reason))
			s.told(nil)
			w := s.send(fillIn("offer"))
			if got := s.told(map[string]string{w: "M"}); len(got) != 1 || !strings.Contains(got[0], `"status":"failed"`) || !strings.Contains(got[0], want) {
				t.Errorf("%s told %v", reason, got)
			}
			w = s.send(text("còn phở ạ")) // other messages still come
			if got := s.statuses(); len(got) != 1 || got[0] != "sent "+w {
				t.Errorf("%s: %v", reason, got)
			}
		}
		s.must(s.WithholdMarketing(t.Context(), s.phone, lan, ""))
		w := s.send(fillIn("offer"))
		if got := s.statuses(); len(got) != 1 || got[0] != "sent "+w {
			t.Errorf("ended: %v", got)
		}
		if err := s.WithholdMarketing(t.Context(), 7, lan, chat.Capped); err == nil {
			t.Error("a number that is not there is taken")
		}
	})
}

// preferences are the webhooks of the field user_preferences since webhooks were last asked for.
func (s *stall) preferences() []string { return s.toldOf("user_preferences") }

func TestABusinessBlocksCustomers(t *testing.T) {
	t.Parallel()
	each(t, func(s *stall) {
		s.put("pho")
		s.write("alo")
		s.told(nil)
		change := func(on bool, users ...string) wire.BlockUsers {
			list, err := s.BlockUsers(t.Context(), owner, s.phone, users, on)
			if len(list.Failed) > 0 != errors.Is(err, messaging.ErrBlockSome) {
				t.Errorf("%v: %v", list, err)
			} else if len(list.Failed) == 0 {
				s.must(err)
			}
			return list
		}
		got := change(true, "+84 90 123 4567", "84912345678", "842871000001", "x")
		if len(got.Added) != 1 || got.Added[0].Input != "+84 90 123 4567" || got.Added[0].WaID != lan || got.Added[0].UserID == "" {
			t.Errorf("added %+v", got.Added)
		}
		var codes []int
		for _, u := range got.Failed {
			codes = append(codes, u.Errors[0].Code)
			if u.Errors[0].ErrorData.Details == "" || u.Errors[0].Message == "" {
				t.Errorf("no reason: %+v", u)
			}
		}
		if len(codes) != 3 || codes[0] != 131047 || codes[1] != 131021 || codes[2] != 100 {
			t.Errorf("refused with %v", codes)
		}

		// What the customer writes goes nowhere, and neither does what the business writes.
		lost := s.write("có ai không?")
		_, err := s.SendCart(t.Context(), s.phone, lan, "", "")
		refused(t, err, messaging.ErrNotTaken, "wa_id")
		_, err = s.Send(t.Context(), owner, s.phone, text("chào"))
		refused(t, err, messaging.ErrRefused, "to")
		if told := s.told(nil); len(told) != 0 {
			t.Errorf("a blocked customer told %v", told)
		}
		if v := s.shown(); v.ID != lost || v.Status != "sent" {
			t.Errorf("the customer sees %+v", v)
		}
		list, err := s.BlockedUsers(t.Context(), owner, s.phone, "", "", 10)
		s.must(err)
		if len(list) != 1 || list[0].WaID != lan || list[0].MessagingProduct != "whatsapp" {
			t.Errorf("the list is %+v", list)
		}

		// By the business-scoped user id, too; again is no error.
		change(true, list[0].UserID)
		if got := change(false, list[0].UserID, "84912345678"); len(got.Removed) != 2 {
			t.Errorf("removed %+v", got)
		}
		s.write("đây rồi")
		s.must(s.MarkRead(t.Context(), owner, s.phone, s.shown().ID, false))
		v, err := s.Chat(t.Context(), s.phone, lan, 2, "")
		s.must(err)
		if v.Messages[0].ID != lost || v.Messages[0].Status != "sent" || v.Messages[1].Status != "read" {
			t.Errorf("what was lost arrived: %+v", v.Messages)
		}
		s.send(text("chào"))

		// Only whoever wrote within a day can be blocked.
		s.clock.Advance(24 * time.Hour)
		if got := change(true, lan); len(got.Failed) != 1 || got.Failed[0].Errors[0].Code != 131047 {
			t.Errorf("after a day: %+v", got)
		}
		_, err = s.BlockUsers(t.Context(), owner, s.phone, make([]string, messaging.BlockMost+1), true)
		refused(t, err, messaging.ErrBlockMany, "block_users")
	})
}
