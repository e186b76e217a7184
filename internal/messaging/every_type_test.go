package messaging_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/attachment"
	"github.com/hawkerhq/hawker/internal/media"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/safehttp"
	"github.com/hawkerhq/hawker/internal/template"
	"github.com/hawkerhq/hawker/wire"
)

// bytesOf is the beginning of a file of each kind, enough to be known by.
var bytesOf = map[string]struct{ mime, body string }{
	"image":    {"image/png", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"},
	"video":    {"video/mp4", "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"},
	"audio":    {"audio/ogg", "OggS\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00OpusHead"},
	"document": {"application/pdf", "%PDF-1.7\n"},
	"sticker":  {"image/webp", "RIFF\x1a\x00\x00\x00WEBPVP8L"},
}

// withFiles is each with a place for files.
func withFiles(t *testing.T, f func(s *stall)) {
	t.Helper()
	each(t, f, func(d *messaging.Deps) {
		files, err := media.Open(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		d.Attachments = attachment.New(d.DB, d.Clock, files, safehttp.New(safehttp.Config{AllowPrivate: true}))
	})
}

// upload keeps a file of the stall's.
func (s *stall) upload(kind string) string {
	s.t.Helper()
	f, err := s.Attachments.Put(s.t.Context(), attachment.File{BusinessID: quan, PhoneID: s.phone, MIME: bytesOf[kind].mime, Name: "tep"}, strings.NewReader(bytesOf[kind].body))
	s.must(err)
	return f.ID.String()
}

// sends holds, for every type a business can send, a message as JSON, how the chat shows it ("kind: text [actions]"), what
// breaks it (two texts between which one is put for the other) and the refusal's words. {…} are filled in.
var sends = map[string]struct{ message, shown, from, to, refusal string }{
	"text":     {`"text":{"body":"Chào chị"}`, "text: Chào chị []", `"Chào chị"`, `""`, "The parameter text['body'] is required."},
	"image":    {`"image":{"id":"{image}","caption":"Phở"}`, "image: Phở []", `"id":"{image}",`, ``, "Either one of media ID or link must be present"},
	"video":    {`"video":{"id":"{video}"}`, "video:  []", `{video}`, `{image}`, "cannot be sent as video"},
	"audio":    {`"audio":{"id":"{audio}","voice":true}`, "audio:  []", `"voice":true`, `"caption":"x"`, "caption"},
	"document": {`"document":{"id":"{document}","filename":"menu.pdf"}`, "document:  []", `{document}`, `7`, "7"},
	"sticker":  {`"sticker":{"id":"{sticker}"}`, "sticker:  []", `{sticker}`, `{image}`, "cannot be sent as sticker"},
	"location": {`"location":{"latitude":10.77,"longitude":106.7,"name":"Quán"}`, "location:  []", `10.77`, `91`, `latitude must be a number from -90 to 90, not "91"`},
	"contacts": {
		`"contacts":[{"name":{"formatted_name":"Lan","first_name":"Lan"}}]`, "contacts:  []",
		`"formatted_name":"Lan",`, ``, "The parameter contacts[0]['name']['formatted_name'] is required.",
	},
	"reaction": {`"reaction":{"message_id":"{inbound}","emoji":"👍"}`, "", `👍`, `ok`, `emoji must be a single emoji, not "ok"`},
	"template": {`"template":{"name":"offer","language":{"code":"vi"}}`, "template: Tuần này quán giảm giá tất cả các món nước cho khách quen. []", `"offer"`, `"none"`, "template name (none) does not exist in vi"},

	"interactive/button": {
		`{"body":{"text":"Chọn"},"action":{"buttons":[{"type":"reply","reply":{"id":"a","title":"Có"}}]}}`, "button: Chọn [reply_button]",
		`"title":"Có"`, `"title":""`, "title",
	},
	"interactive/list": {
		`{"body":{"text":"Giờ"},"action":{"button":"Mở","sections":[{"rows":[{"id":"a","title":"Sáng"}]}]}}`, "list: Giờ [choose_row]",
		`"id":"a","title"`, `"title"`, "The parameter interactive['action']['sections'][0]['rows'][0]['id'] is required.",
	},
	"interactive/cta_url": {
		`{"body":{"text":"Xem"},"action":{"name":"cta_url","parameters":{"display_text":"Mở","url":"https://quan.example/"}}}`, "cta_url: Xem [open_link]",
		`https://quan.example/`, `ftp://quan.example/`, "must be a URL that starts with http:// or https://",
	},
	"interactive/product": {
		`{"action":{"catalog_id":"{menu}","product_retailer_id":"pho"}}`, "product:  [view_product]",
		`"pho"`, `"gone"`, "product not found for product_retailer_id gone in catalog_id",
	},
	"interactive/product_list": {
		`{"header":{"type":"text","text":"Món"},"body":{"text":"Hôm nay"},"action":{"catalog_id":"{menu}","sections":[{"product_items":[{"product_retailer_id":"pho"}]}]}}`,
		"product_list: Hôm nay [view_items]", `"header":{"type":"text","text":"Món"},`, ``, "The parameter interactive['header'] is required.",
	},
	"interactive/catalog_message": {
		`{"body":{"text":"Tất cả"},"action":{"name":"catalog_message","parameters":{"thumbnail_product_retailer_id":"pho"}}}`, "catalog_message: Tất cả [view_catalog]",
		`"thumbnail_product_retailer_id":"pho"`, ``, "action['parameters'] cannot be empty.",
	},
	"interactive/carousel": {
		`{"body":{"text":"Mời"},"action":{"cards":[{"card_index":0,"type":"product","action":{"catalog_id":"{menu}","product_retailer_id":"pho"}},` +
			`{"card_index":1,"type":"product","action":{"catalog_id":"{menu}","product_retailer_id":"bun"}}]}}`, "carousel: Mời [view_product]",
		`"card_index":1`, `"card_index":0`, "card_index must be a number from 0 to 9 that no other card has, not 0",
	},
	"interactive/location_request_message": {
		`{"body":{"text":"Ở đâu?"},"action":{"name":"send_location"}}`, "location_request_message: Ở đâu? [send_location]",
		`send_location`, `find`, `action['name'] must be "send_location"`,
	},
	"interactive/request_contact_info": {
		`{"body":{"text":"Số của bạn?"},"action":{"name":"request_contact_info"}}`, "request_contact_info: Số của bạn? [send_contact]",
		`"name":"request_contact_info"`, `"name":"ask"`, `action['name'] must be "request_contact_info"`,
	},
	"interactive/order_details": {
		`{"body":{"text":"Đơn"},"action":{"name":"review_and_pay","parameters":{"reference_id":"R-1","type":"digital-goods","payment_type":"br","currency":"BRL",` +
			`"total_amount":{"value":100,"offset":100},"order":{"status":"pending","items":[{"retailer_id":"pho","name":"Phở","amount":{"value":100,"offset":100},"quantity":1}],` +
			`"subtotal":{"value":100,"offset":100},"tax":{"value":0,"offset":100}}}}}`, "order_details: Đơn []",
		`"total_amount":{"value":100`, `"total_amount":{"value":101`, "total_amount",
	},
	"interactive/order_status": {
		`{"body":{"text":"Đang làm"},"action":{"name":"review_order","parameters":{"reference_id":"R-1","order":{"status":"processing"}}}}`, "order_status: Đang làm []",
		`"processing"`, `"lost"`, "order.status",
	},
	"interactive/address_message": {
		`{"body":{"text":"Where to?"},"action":{"name":"address_message","parameters":{"country":"IN"}}}`, "",
		`"country":"IN"`, `"country":""`, "country",
	},
	"interactive/flow": {`{"body":{"text":"Điền"},"action":{"name":"flow","parameters":{"flow_message_version":"3","flow_id":"7","flow_cta":"Mở"}}}`, "", `"flow_id":"7"`, `"flow_id":""`, "flow"},
}

// elsewhere are types whose acceptance needs a world of its own, and where that is tested.
var elsewhere = map[string]string{
	"interactive/address_message": "needs a business in India", "interactive/flow": "needs a published flow",
}

// TestEveryTypeIsSentShownTold fails when a type is offered and has no line in sends.
func TestEveryTypeIsSentShownTold(t *testing.T) {
	t.Parallel()
	types, interactive := messaging.Offered()
	names := slices.DeleteFunc(types, func(s string) bool { return s == "interactive" })
	for _, i := range interactive {
		names = append(names, "interactive/"+i)
	}
	withFiles(t, func(s *stall) {
		s.put("pho")
		s.put("bun")
		s.offer()
		fill := []string{"{menu}", s.menu.String(), "{inbound}", s.write("alo")}
		for kind := range bytesOf {
			fill = append(fill, "{"+kind+"}", s.upload(kind))
		}
		slices.Sort(names)
		for _, name := range names {
			c, ok := sends[name]
			if !ok {
				t.Errorf("%s has no line in sends: add its message, how the chat shows it, and what breaks it", name)
				continue
			}
			read := func(body string) wire.Message {
				kind, sub, nested := strings.Cut(name, "/")
				if nested {
					body = `"interactive":{"type":"` + sub + `",` + strings.TrimPrefix(body, "{")
				}
				m, err := messaging.Parse([]byte(strings.NewReplacer(fill...).Replace(`{"messaging_product":"whatsapp","to":"` + lan + `","type":"` + kind + `",` + body + `}`)))
				s.must(err)
				return m
			}
			broken := strings.Replace(c.message, c.from, c.to, 1)
			if broken == c.message {
				t.Errorf("%s: %s breaks nothing", name, c.from)
			}
			if _, err := s.Send(t.Context(), owner, s.phone, read(broken)); err == nil || !strings.Contains(err.Error(), c.refusal) {
				t.Errorf("%s, broken: %v, want %s", name, err, c.refusal)
			}
			if elsewhere[name] != "" {
				continue
			}
			s.told(nil)
			w := s.send(read(c.message))
			got := s.told(map[string]string{w: "W"})
			if len(got) != 1 || !strings.Contains(got[0], `"statuses":[{"id":"W","status":"sent","timestamp":"1795424400","recipient_id":"84901234567",`) || !strings.Contains(got[0], `"pricing":{"billable":`) {
				t.Errorf("%s told %v", name, got)
			}
			v := s.shown()
			if name == "reaction" { // it stands on the message
				continue
			}
			if shown := fmt.Sprintf("%s: %s %v", v.Kind, v.Text, v.Actions); shown != c.shown {
				t.Errorf("%s is shown as %q, want %q", name, shown, c.shown)
			}
		}
	})
}

// receives holds, for every type a customer can write, what is written and what the business hears from the type on.
var receives = map[string]struct {
	in   messaging.Inbound
	told string
}{
	"text":        {messaging.Inbound{Text: "alo"}, `"text","text":{"body":"alo"}}]`},
	"image":       {upload("image", false), `"image","image":{"id":"ID","mime_type":"image/png","sha256":"SHA","caption":"xem"}}]`},
	"video":       {upload("video", false), `"video","video":{"id":"ID","mime_type":"video/mp4","sha256":"SHA","caption":"xem"}}]`},
	"audio":       {upload("audio", true), `"audio","audio":{"id":"ID","mime_type":"audio/ogg","sha256":"SHA","voice":true}}]`},
	"document":    {upload("document", false), `"document","document":{"id":"ID","mime_type":"application/pdf","sha256":"SHA","caption":"xem","filename":"tep"}}]`},
	"sticker":     {upload("sticker", false), `"sticker","sticker":{"id":"ID","mime_type":"image/webp","sha256":"SHA"}}]`},
	"location":    {messaging.Inbound{Location: &wire.Location{Latitude: "10.77", Longitude: "106.7"}}, `"location","location":{"latitude":10.77,"longitude":106.7}}]`},
	"contacts":    {messaging.Inbound{Contacts: []wire.ContactCard{{Name: &wire.ContactName{FormattedName: "Minh", FirstName: "Minh"}}}}, `"contacts","contacts":[{"name":{"formatted_name":"Minh","first_name":"Minh"}}],"origin":"other"}]`},
	"reaction":    {messaging.Inbound{Reaction: &wire.Reaction{MessageID: "{ours}", Emoji: "❤️"}}, `"reaction","reaction":{"message_id":"OURS","emoji":"❤️"}}]`},
	"interactive": {messaging.Inbound{ReplyTo: "{ours}", Choice: "a"}, `"interactive","interactive":{"type":"button_reply","button_reply":{"id":"a","title":"Có"}}}]`},
	"button":      {messaging.Inbound{ReplyTo: "{template}", Choice: "Xem"}, `"button","button":{"payload":"Xem","text":"Xem"}}]`},
	"edit":        {messaging.Inbound{Original: "{theirs}", Text: "à lô"}, `"edit","edit":{"original_message_id":"THEIRS","message":{"type":"text","text":{"body":"à lô"}}}}]`},
	"revoke":      {messaging.Inbound{Original: "{theirs}"}, `"revoke","revoke":{"original_message_id":"THEIRS"}}]`},
	"unsupported": {
		messaging.Inbound{Text: "poll_creation"},
		`"unsupported","unsupported":{"type":"poll_creation"},"errors":[{"code":131051,"title":"Message type unknown","message":"Message type unknown","error_data":{"details":"Message type is currently not supported."},"href":"https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/"}]}]`,
	},
}

func upload(kind string, voice bool) messaging.Inbound {
	return messaging.Inbound{Text: "xem", Upload: &messaging.Upload{MIME: bytesOf[kind].mime, Name: "tep", Voice: voice, Body: strings.NewReader(bytesOf[kind].body)}}
}

// TestEveryTypeIsReceivedAndTold fails when a customer can write a type that has no line in receives.
func TestEveryTypeIsReceivedAndTold(t *testing.T) {
	t.Parallel()
	types := messaging.Receivable()
	slices.Sort(types)
	file := regexp.MustCompile(`"id":"[0-9]+","mime_type":"([^"]+)","sha256":"[^"]+"`)
	withFiles(t, func(s *stall) {
		s.write("alo")
		s.template(template.Template{Name: "xem", Category: template.Utility, Components: []wire.TemplateComponent{
			bodyOf("Bạn có muốn xem thực đơn hôm nay không?"), buttonsOf(wire.TemplateButton{Type: "QUICK_REPLY", Text: "Xem"}),
		}})
		buttons := s.send(interactive(wire.Interactive{Type: "button", Action: &wire.Action{Buttons: []wire.Button{{Type: "reply", Reply: &wire.Reply{ID: "a", Title: "Có"}}}}}))
		asked, theirs := s.send(fillIn("xem")), s.write("a lô")
		fill := strings.NewReplacer("{ours}", buttons, "{template}", asked, "{theirs}", theirs).Replace
		for _, name := range types {
			c, ok := receives[name]
			if !ok {
				t.Errorf("%s has no line in receives: add what is written and what the business hears", name)
				continue
			}
			in := c.in
			in.Type, in.ReplyTo, in.Original = name, fill(in.ReplyTo), fill(in.Original)
			if in.Reaction != nil {
				in.Reaction = &wire.Reaction{MessageID: fill(in.Reaction.MessageID), Emoji: in.Reaction.Emoji}
			}
			if in.Upload != nil { // read once for each database
				again := *in.Upload
				again.Body, in.Upload = strings.NewReader(bytesOf[name].body), &again
				if name == "audio" || name == "sticker" { // those take no caption
					in.PhoneID, in.WaID = s.phone, lan
					_, err := s.Receive(t.Context(), in)
					refused(t, err, messaging.ErrValue, "text")
					again.Body, in.Text = strings.NewReader(bytesOf[name].body), ""
				}
			}
			s.told(nil)
			w := s.answer(in)
			got := s.told(map[string]string{w: "W", buttons: "OURS", asked: "ASKED", theirs: "THEIRS"})
			if len(got) != 1 {
				t.Errorf("%s told %v", name, got)
				continue
			}
			told := file.ReplaceAllString(got[0], `"id":"ID","mime_type":"$1","sha256":"SHA"`)
			if !strings.Contains(told, `"from":"84901234567","from_user_id":"VN.`) || !strings.HasSuffix(told, `"id":"W","timestamp":"1795424400","type":`+c.told+"}") {
				t.Errorf("%s told\n got %s\nwant … %s", name, told, c.told)
			}
		}
	})
}
