package messaging_test

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/template"
	"github.com/hawkerhq/hawker/internal/waba"
	"github.com/hawkerhq/hawker/wire"
)

// minh never wrote to the stall, and has a username.
const minh = "84912345678"

func (s *stall) as(waID string, in messaging.Inbound) string {
	s.t.Helper()
	in.PhoneID, in.WaID = s.phone, waID
	w, err := s.Receive(s.t.Context(), in)
	s.must(err)
	return w
}

// userOf is the business-scoped user id of a customer.
func (s *stall) userOf(waID string) string { return chat.UserID(waID, quan) }

func TestACustomerWithAUsernameHidesTheNumber(t *testing.T) {
	t.Parallel()
	each(t, func(s *stall) {
		s.must(s.DB.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			return chat.PutCustomerTx(ctx, tx, chat.Customer{WaID: minh, Name: "Minh"})
		}))
		s.must(s.SetUsername(t.Context(), minh, "minh.tran"))
		bsuid := s.userOf(minh)
		asks := s.as(minh, messaging.Inbound{Text: "còn phở không?"})
		again := s.as(minh, messaging.Inbound{Text: "alo", ReplyTo: asks})
		const who = `"contacts":[{"profile":{"name":"Minh","username":"minh.tran"},"user_id":"BSUID"}],"messages":[{`
		names := map[string]string{asks: "ASKS", again: "AGAIN"}
		hidden := func(values []string) []string {
			for n, v := range values {
				if strings.Contains(v, minh) {
					t.Errorf("the number is told: %s", v)
				}
				values[n] = strings.ReplaceAll(v, bsuid, "BSUID")
			}
			return values
		}
		s.equal(hidden(s.told(names)),
			who+`"from_user_id":"BSUID","id":"ASKS","timestamp":"1795424400","type":"text","text":{"body":"còn phở không?"}}]`,
			who+`"context":{"id":"ASKS"},"from_user_id":"BSUID","id":"AGAIN","timestamp":"1795424400","type":"text","text":{"body":"alo"}}]`)

		// Answered by the user id, the number stays hidden.
		m := text("còn ạ")
		m.To, m.Recipient = "", bsuid
		a, err := s.Send(t.Context(), owner, s.phone, m)
		s.must(err)
		if c := a.Contacts[0]; c != (wire.SendContact{Input: bsuid, UserID: bsuid}) {
			t.Errorf("the answer names %+v", c)
		}
		w := a.Messages[0].ID
		s.must(s.Ack(t.Context(), s.phone, minh, w, chat.Delivered))
		const pricing = `"pricing":{"billable":false,"pricing_model":"PMP","category":"service","type":"free_customer_service"}}]`
		s.equal(hidden(s.told(map[string]string{w: "W"})),
			`"contacts":[{"profile":{"name":"Minh"},"user_id":"BSUID"}],"statuses":[{"id":"W","status":"sent","timestamp":"1795424400","recipient_user_id":"BSUID",`+pricing,
			`"contacts":[{"profile":{"name":"Minh","username":"minh.tran"},"user_id":"BSUID"}],"statuses":[{"id":"W","status":"delivered","timestamp":"1795424400","recipient_user_id":"BSUID",`+pricing)

		// A button asks for the number; whoever taps it shares it.
		s.template(template.Template{Name: "so", Category: template.Utility, Components: []wire.TemplateComponent{
			bodyOf("Quán cần số điện thoại của bạn để giao hàng tới nơi."), buttonsOf(wire.TemplateButton{Type: "REQUEST_CONTACT_INFO"}),
		}})
		m = fillIn("so")
		m.To, m.Recipient = "", bsuid
		asked := s.send(m)
		s.told(nil)
		card := []wire.ContactCard{{Name: &wire.ContactName{FormattedName: "Minh", FirstName: "Minh"}, Phones: []wire.ContactPhone{{Phone: "+" + minh, WaID: minh, Type: "CELL"}}}}
		shares := s.as(minh, messaging.Inbound{Type: "contacts", Contacts: card, ReplyTo: asked})
		s.equal(s.told(map[string]string{shares: "SHARES", asked: "ASKED"}),
			`"contacts":[{"profile":{"name":"Minh","username":"minh.tran"},"wa_id":"84912345678","user_id":"`+bsuid+`"}],"messages":[{"context":{"from":"842871000001","id":"ASKED"},`+
				`"from":"84912345678","from_user_id":"`+bsuid+`","id":"SHARES","timestamp":"1795424400","type":"contacts",`+
				`"contacts":[{"name":{"formatted_name":"Minh","first_name":"Minh"},"phones":[{"phone":"+84912345678","type":"CELL","wa_id":"84912345678"}],`+
				`"vcard":"BEGIN:VCARD\nVERSION:3.0\nFN:Minh\nTEL;type=CELL;waid=84912345678:+84912345678\nEND:VCARD"}],"origin":"contact_request"}]`)
	})
}

func TestANumberThatIsKnownStaysKnown(t *testing.T) {
	t.Parallel()
	each(t, func(s *stall) {
		s.write("alo") // without a username yet
		s.must(s.SetUsername(t.Context(), lan, "lan_nguyen"))
		s.told(nil)
		w := s.write("vẫn là mình")
		s.equal(bsuid(s, s.told(map[string]string{w: "W"})),
			`"contacts":[{"profile":{"name":"Nguyễn Lan","username":"lan_nguyen"},"wa_id":"84901234567","user_id":"BSUID"}],"messages":[{`+
				`"from":"84901234567","from_user_id":"BSUID","id":"W","timestamp":"1795424400","type":"text","text":{"body":"vẫn là mình"}}]`)

		s.must(s.SetUsername(t.Context(), minh, "minh.tran"))
		m := text("chào")
		m.To = minh // the business writes to the number: it knows it
		s.send(m)
		s.told(nil)
		s.as(minh, messaging.Inbound{Text: "chào quán"})
		if told := s.told(nil); len(told) != 1 || !strings.Contains(told[0], `"from":"84912345678"`) {
			t.Errorf("told %v", told)
		}
		for _, bad := range []string{"ab", "Lan", "...", ".lan", "lan.", "l..an", "www.lan", "123", strings.Repeat("a", 36), "minh.tran"} {
			refused(t, s.SetUsername(t.Context(), lan, bad), messaging.ErrUsername, "username")
		}
		s.must(s.SetUsername(t.Context(), lan, ""))
	})
}

func TestSendingByUserID(t *testing.T) {
	t.Parallel()
	each(t, func(s *stall) {
		s.write("alo")
		m := text("dạ")
		m.Recipient = s.userOf(lan) // beside the number, which goes before it
		a, err := s.Send(t.Context(), owner, s.phone, m)
		s.must(err)
		if c := a.Contacts[0]; c != (wire.SendContact{Input: lan, WaID: lan, UserID: s.userOf(lan)}) {
			t.Errorf("the answer names %+v", c)
		}
		m.To = ""
		for _, bad := range []string{"VN.1", chat.UserID(lan, quan+1), s.userOf(minh)} {
			m.Recipient = bad
			_, err := s.Send(t.Context(), owner, s.phone, m)
			refused(t, err, messaging.ErrRecipient, "recipient")
		}
		m.Recipient = "84901234567"
		_, err = s.Send(t.Context(), owner, s.phone, m)
		refused(t, err, messaging.ErrRecipient, "recipient")

		s.template(template.Template{Name: "ma", Category: template.Authentication, Components: []wire.TemplateComponent{
			{Type: "BODY"}, buttonsOf(wire.TemplateButton{Type: "OTP", OTPType: "COPY_CODE"}),
		}})
		m = fillIn("ma", part("body", textOf("123456")), tap("url", "0", textOf("123456")))
		m.To, m.Recipient = "", s.userOf(lan)
		_, err = s.Send(t.Context(), owner, s.phone, m)
		refused(t, err, messaging.ErrUserID, "recipient")
		if !strings.Contains(err.Error(), "Business-scoped User ID (BSUID) recipients are not supported for this message.") {
			t.Error(err)
		}
	})
}

func TestAHiddenNumberChanges(t *testing.T) {
	t.Parallel()
	each(t, func(s *stall) {
		s.must(s.SetUsername(t.Context(), minh, "minh.tran"))
		s.as(minh, messaging.Inbound{Text: "alo"})
		s.told(nil)
		const becomes = "84987654321"
		s.must(s.ChangeNumber(t.Context(), minh, becomes))
		was, is := s.userOf(minh), s.userOf(becomes)
		told := s.told(nil)
		if len(told) != 1 {
			t.Fatalf("told %v", told)
		}
		told[0] = wamid.ReplaceAllString(told[0], "W")
		s.equal(told, `"messages":[{"from_user_id":"`+was+`","id":"W","timestamp":"1795424400","type":"system",`+
			`"system":{"body":"User minh.tran changed from `+was+` to `+is+`","user_id":"`+is+`","type":"user_changed_user_id"}}]`)
		s.as(becomes, messaging.Inbound{Text: "alo"})
		if told := s.told(nil); len(told) != 1 || !strings.Contains(told[0], `"username":"minh.tran"`) || strings.Contains(wamid.ReplaceAllString(told[0], ""), becomes) {
			t.Errorf("told %v", told)
		}
	})
}

func TestTheIdentityCheck(t *testing.T) {
	t.Parallel()
	each(t, func(s *stall) {
		s.must(s.DB.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			n, err := waba.NumberTx(ctx, tx, s.phone)
			if err != nil {
				return err
			}
			n.IdentityCheck = true
			return waba.SaveNumberTx(ctx, tx, n)
		}))
		s.write("alo")
		hash := regexp.MustCompile(`"identity_key_hash":"([A-Za-z0-9+/]{11}=)"`)
		first := hash.FindStringSubmatch(s.told(nil)[0])
		if first == nil {
			t.Fatal("no hash is told")
		}
		m := text("dạ")
		m.IdentityKeyHash = first[1]
		s.send(m)
		if told := s.told(nil); len(told) != 1 || !strings.Contains(told[0], `"status":"sent"`) || !strings.Contains(told[0], `"recipient_identity_key_hash":"`+first[1]+`"`) {
			t.Errorf("told %v", told)
		}
		s.must(s.ChangeIdentity(t.Context(), lan))
		told := s.told(nil)
		second := regexp.MustCompile(`"identity":"([A-Za-z0-9+/]{11}=)"`).FindStringSubmatch(strings.Join(told, ""))
		if len(told) != 1 || second == nil || second[1] == first[1] || !strings.Contains(told[0], `"type":"customer_identity_changed"`) ||
			!strings.Contains(told[0], `"identity":{"acknowledged":false,"created_timestamp":"1795424400","hash":"`+second[1]+`"}`) || !strings.Contains(told[0], `"contacts":[{"profile"`) {
			t.Fatalf("told %v", told)
		}
		w := s.send(m)
		if told := s.told(nil); len(told) != 1 || !strings.Contains(told[0], `"errors":[{"code":137000,"title":"Recipient identity key hash mismatch"`) || !strings.Contains(told[0], w) {
			t.Errorf("told %v", told)
		}
		m.IdentityKeyHash = second[1]
		if w := s.send(m); s.statuses()[0] != "sent "+w {
			t.Error("the new hash is refused")
		}
		m.IdentityKeyHash = strings.Repeat("x", 129)
		_, err := s.Send(t.Context(), owner, s.phone, m)
		refused(t, err, messaging.ErrValue, "recipient_identity_key_hash")
	})
}

// Receivers that subscribed before v24.0 hear of conversations.
func TestConversationsOfOlderVersions(t *testing.T) {
	t.Parallel()
	each(t, func(s *stall) {
		s.offer()
		s.write("alo")
		s.told(nil)
		service := s.send(text("dạ"))
		same := s.send(text("mời chị"))
		offer := s.send(fillIn("offer"))
		s.must(s.Ack(t.Context(), s.phone, lan, service, chat.Delivered))
		conversation := regexp.MustCompile(`"conversation":\{"id":"([0-9a-f]{32})",(?:"expiration_timestamp":"([0-9]+)",)?"origin":\{"type":"([a-z]+)"\}\},"pricing"`)
		var ids, rest []string
		for _, e := range s.out.events {
			if e.Older(24) != nil || strings.Contains(string(e.Value), "conversation") {
				t.Errorf("a conversation in v24.0: %s", e.Value)
			}
			m := conversation.FindStringSubmatch(string(e.Older(23)))
			if m == nil {
				t.Fatalf("none in v23.0: %s", e.Older(23))
			}
			ids, rest = append(ids, m[1]), append(rest, m[2]+" "+m[3])
		}
		if strings.Join(rest, ",") != "1795510800 service,1795510800 service,1795510800 marketing, service" {
			t.Errorf("told %v", rest)
		}
		if len(ids) != 4 || ids[0] != ids[1] || ids[0] == ids[2] || ids[0] != ids[3] {
			t.Errorf("conversations %v of %s %s %s", ids, service, same, offer)
		}
	})
}
