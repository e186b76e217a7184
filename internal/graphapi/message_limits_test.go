package graphapi_test

import (
	"context"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/attachment"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/graphapi/apitest"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/waba"
)

// TestMessageTypesLimits: the limits of every field at their edges, which TestMessageTypesRules does not go through.
func TestMessageTypesLimits(t *testing.T) {
	t.Parallel()
	long := func(n int) string { return strings.Repeat("ớ", n) }
	button := func(header, reply string) string {
		return interactive + `{"type":"button",` + header + `"body":{"text":"x"},"action":{"buttons":[` + reply + `]}}}`
	}
	list := func(label, sections string) string {
		return interactive + `{"type":"list","body":{"text":"x"},"action":{"button":"` + label + `","sections":` + sections + `}}}`
	}
	link := func(header, text string) string {
		return interactive + `{"type":"cta_url",` + header + `"body":{"text":"x"},"action":{"name":"cta_url","parameters":{"display_text":"` + text + `","url":"https://a.example"}}}}`
	}
	cards := func(list ...string) string {
		return interactive + `{"type":"carousel","body":{"text":"x"},"action":{"cards":[` + strings.Join(list, ",") + `]}}}`
	}
	const (
		go1  = `"name":"cta_url","parameters":{"display_text":"Go","url":"https://a.example"}`
		row  = `{"id":"a","title":"A"}`
		yes  = `{"type":"reply","reply":{"id":"yes","title":"Yes"}}`
		need = `Either one of media ID or link must be present`
	)
	with := func(card, member string) string { return strings.Replace(card, `"action"`, member+`,"action"`, 1) }
	many := func(n int, one string) string { return strings.TrimSuffix(strings.Repeat(one+",", n), ",") }
	eachStall(t, func(w *apitest.World) {
		for _, c := range []struct{ body, want string }{
			{`{"messaging_product":"whatsapp","recipient":"lan","text":{"body":"x"}}`, parameter(`Invalid parameter: recipient must be a business-scoped user id`)},
			{`{"messaging_product":"whatsapp","recipient":"VN.1","text":{"body":"x"}}`, parameter(`Invalid parameter: recipient VN.1 is the user id of no customer of this business`)},
			{to + `"text":{"body":"x"},"recipient_identity_key_hash":"` + strings.Repeat("a", 129) + `"}`, value(`recipient_identity_key_hash has 129 bytes, at most 128 are allowed"`)},

			{to + `"type":"image"}`, parameter(`The parameter image is required."`)},
			{to + `"type":"image","image":{"caption":"x"}}`, value(need + `; upload the file and name its id, or name a public https link"`)},
			{to + `"type":"image","image":{"id":"7","link":"https://a.example/a.png"}}`, value(need + `, not both; keep the id or the link"`)},
			{to + `"type":"image","image":{"link":"ftp://a.example/a.png"}}`, value(`image.link must be a URL that starts with http:// or https://`)},
			{to + `"type":"image","image":{"id":"x"}}`, value(`media ID \"x\" is not a media ID`)},
			{to + `"type":"image","image":{"id":"7"}}`, value(`media ID 7 is unknown or has expired`)},
			{to + `"type":"image","image":{"id":"7","caption":"` + long(1025) + `"}}`, value(`caption has 1025 characters, at most 1024 are allowed"`)},
			{to + `"type":"video","video":{"id":"7","caption":"` + long(1025) + `"}}`, value(`caption has 1025 characters, at most 1024 are allowed"`)},
			{to + `"type":"document","document":{"id":"7","caption":"` + long(1025) + `"}}`, value(`caption has 1025 characters, at most 1024 are allowed"`)},
			{to + `"type":"document","document":{"id":"7","filename":"` + long(241) + `"}}`, value(`filename has 241 characters, at most 240 are allowed"`)},
			{to + `"type":"image","image":{"id":"7","filename":"a.png"}}`, value(`only documents have a filename, image messages do not"`)},
			{to + `"type":"video","video":{"id":"7","voice":true}}`, value(`voice belongs to audio messages"`)},
			{to + `"type":"audio","audio":{"id":"7","caption":"x"}}`, value(`audio messages have no caption; send a text beside it"`)},
			{to + `"type":"sticker","sticker":{"id":"7","caption":"x"}}`, value(`sticker messages have no caption; send a text beside it"`)},
			{to + `"type":"audio","audio":{"id":"{song}","voice":true}}`, coded("400", "131053", "Media upload error", `Media upload error: a voice message is audio/ogg with the codec OPUS, not audio/mpeg`)},
			{to + `"type":"image","image":{"id":"{song}"}}`, coded("400", "131053", "Media upload error", `Media upload error: a file of type audio/mpeg cannot be sent as image; the types are image/jpeg, image/png"`)},

			{to + `"type":"location","location":{"latitude":1}}`, parameter(`The parameter location['longitude'] is required."`)},
			{to + `"type":"location","location":{"latitude":1,"longitude":"-180.1"}}`, value(`longitude must be a number from -180 to 180, not \"-180.1\""`)},
			{to + `"type":"location","location":{"latitude":"north","longitude":1}}`, parameter(`Param location.latitude must be`)},
			{to + `"type":"location","location":{"latitude":1,"longitude":1,"name":"` + long(1025) + `"}}`, value(`name has 1025 characters, at most 1024 are allowed"`)},
			{to + `"type":"location","location":{"latitude":1,"longitude":1,"address":"` + long(1025) + `"}}`, value(`address has 1025 characters, at most 1024 are allowed"`)},
			{to + `"type":"contacts","contacts":[{}]}`, parameter(`The parameter contacts[0]['name'] is required."`)},
			{to + `"type":"contacts","contacts":[` + many(258, `{"name":{"formatted_name":"A","first_name":"A"}}`) + `]}`, value(`Contacts count invalid. Min: 1, Max: 257; this message has 258"`)},
			{to + `"type":"reaction"}`, parameter(`The parameter reaction is required."`)},

			{button(``, `{"type":"url","reply":{"id":"a","title":"A"}}`), value(`interactive['action']['buttons'][0]['type'] must be \"reply\", not \"url\""`)},
			{button(``, `{"type":"reply"}`), parameter(`The parameter interactive['action']['buttons'][0]['reply'] is required."`)},
			{button(``, `{"type":"reply","reply":{"title":"A"}}`), parameter(`The parameter interactive['action']['buttons'][0]['reply']['id'] is required."`)},
			{button(``, `{"type":"reply","reply":{"id":"a"}}`), value(`Button title length invalid. Min length: 1, Max length: 20`)},
			{button(``, `{"type":"reply","reply":{"id":"`+long(257)+`","title":"A"}}`), value(`Button id length invalid. Min length: 1, Max length: 256`)},
			{button(``, `{"type":"reply","reply":{"id":"a","title":"A"}},{"type":"reply","reply":{"id":"b","title":"A"}}`), value(`Duplicate button id or title`)},
			{button(`"header":{"type":"gif"},`, yes), value(`The header of a button must be of type text or image or video or document, not \"gif\""`)},
			{button(`"header":{"type":"video"},`, yes), parameter(`The parameter interactive['header']['video'] is required."`)},
			{button(`"header":{"type":"document","document":{}},`, yes), value(need)},
			{interactive + `{"type":"button","body":{"text":""},"action":{"buttons":[` + yes + `]}}}`, value(`Body text length invalid. Min length: 1, Max length: 1024`)},
			{interactive + `{"type":"button","action":{"buttons":[` + yes + `]}}}`, parameter(`The parameter interactive['body'] is required."`)},

			{list(``, `[{"rows":[`+row+`]}]`), parameter(`The parameter interactive['action']['button'] is required."`)},
			{list(`Open`, `[{"rows":[]}]`), parameter(`The parameter interactive['action']['sections'][0]['rows'] is required."`)},
			{list(`Open`, `[{"rows":[`+row+`]},{"rows":[{"id":"b","title":"B"}]}]`), parameter(`The parameter interactive['action']['sections'][0]['title'] is required."`)},
			{list(`Open`, `[{"title":"`+long(25)+`","rows":[`+row+`]}]`), value(`Section title is too long. Max length is 24 (section 0 has 25)"`)},
			{list(`Open`, `[`+many(11, `{"title":"A","rows":[`+row+`]}`)+`]`), value(`Sections count invalid. Min: 1, Max: 10; this message has 11"`)},
			{list(`Open`, `[{"rows":[{"title":"A"}]}]`), parameter(`The parameter interactive['action']['sections'][0]['rows'][0]['id'] is required."`)},
			{list(`Open`, `[{"rows":[{"id":"`+long(201)+`","title":"A"}]}]`), value(`Row id is too long. Max length is 200 (it has 201)"`)},
			{list(`Open`, `[{"rows":[{"id":"a","title":"A","description":"`+long(73)+`"}]}]`), value(`Row description is too long. Max length is 72 (it has 73)"`)},
			{strings.Replace(list(`Open`, `[{"rows":[`+row+`]}]`), `"body"`, `"header":{"type":"image","image":{"id":"7"}},"body"`, 1), value(`The header of a list must be of type text, not \"image\""`)},
			{strings.Replace(list(`Open`, `[{"rows":[`+row+`]}]`), `"text":"x"`, `"text":"`+long(4097)+`"`, 1), value(`Body text length invalid. Min length: 1, Max length: 4096`)},

			{link(``, long(21)), value(`Button label is too long. Max length is 20 (it has 21)"`)},
			{link(``, ``), parameter(`The parameter interactive['action']['parameters']['display_text'] is required."`)},
			{interactive + `{"type":"cta_url","body":{"text":"x"},"action":{"name":"cta_url"}}}`, parameter(`The parameter interactive['action']['parameters'] is required."`)},
			{interactive + `{"type":"cta_url","body":{"text":"x"},"action":{"name":"link"}}}`, value(`action['name'] must be \"cta_url\", not \"link\""`)},
			{interactive + `{"type":"location_request_message","header":{"type":"text","text":"x"},"body":{"text":"x"},"action":{"name":"send_location"}}}`, value(`The parameter interactive['header'] is not allowed for location request messages."`)},
			{interactive + `{"type":"call_permission_request"}}`, coded("400", "131051", "Unsupported message type", `Unsupported message type: Hawker does not send interactive call_permission_request messages yet`)},

			{cards(picture(0, go1), with(picture(1, go1), `"body":{"text":"`+long(161)+`"}`)), value(`Card body text length invalid. Min length: 0, Max length: 160`)},
			{cards(picture(0, go1), with(picture(1, go1), `"body":{"text":"a\nb\nc\nd"}`)), value(`Card body text has more than 2 line breaks; shorten it"`)},
			{cards(picture(0, go1), strings.Replace(picture(1, go1), `"header":{"type":"image","image":{"link":"https://a.example/a.png"}},`, ``, 1)), parameter(`The parameter interactive['action']['cards'][1]['header'] is required."`)},
			{cards(picture(0, go1), strings.ReplaceAll(picture(1, go1), `image`, `video`)), value(`All cards of a carousel have the same kind of header: card 0 has \"image\", this one \"video\""`)},
			{cards(picture(0, go1), strings.Replace(picture(1, go1), `{"type":"image","image":{"link":"https://a.example/a.png"}}`, `{"type":"text","text":"x"}`, 1)), value(`The header of a card must be of type image or video, not \"text\""`)},
			{cards(picture(0, go1), picture(1, strings.Replace(go1, `"Go"`, `"`+long(21)+`"`, 1))), value(`Button label is too long. Max length is 20 (it has 21)"`)},
			{cards(picture(0, go1), picture(10, go1)), value(`card_index must be a number from 0 to 9 that no other card has, not 10"`)},
			{interactive + `{"type":"carousel","body":{"text":"x"},"action":{"cards":[` + many(11, picture(0, go1)) + `]}}}`, value(`Cards count invalid. Min: 2, Max: 10; this message has 11"`)},
			{interactive + `{"type":"carousel","header":{"type":"text","text":"x"},"body":{"text":"x"},"action":{"cards":[` + many(2, picture(0, go1)) + `]}}}`, value(`The parameter interactive['header'] is not allowed for carousel messages; each card has its own"`)},
			{interactive + `{"type":"carousel","action":{"cards":[` + many(2, picture(0, go1)) + `]}}}`, parameter(`The parameter interactive['body'] is required."`)},
			{cards(strings.Replace(picture(0, go1), `"type":"cta_url"`, `"type":"poster"`, 1), strings.Replace(picture(1, go1), `"type":"cta_url"`, `"type":"poster"`, 1)), value(`interactive['action']['cards'][0]['type'] must be \"product\" or \"cta_url\", not \"poster\""`)},
		} {
			if strings.Contains(c.body, "{song}") && w.Get("song") == "" {
				f, err := w.Deps.Attachments.Put(t.Context(), attachment.File{BusinessID: w.ID("business"), PhoneID: w.ID("phone"), MIME: "audio/mpeg", Name: "a.mp3"}, strings.NewReader("ID3\x03\x00"))
				if err != nil {
					t.Fatal(err)
				}
				w.Set("song", f.ID.String())
			}
			answers(w, messages, c.body, c.want)
		}
		for _, body := range []string{
			button(``, `{"type":"reply","reply":{"id":"`+long(256)+`","title":"`+long(20)+`"}}`),
			strings.Replace(list(long(20), `[{"title":"`+long(24)+`","rows":[{"id":"`+long(200)+`","title":"`+long(24)+`","description":"`+long(72)+`"}]}]`), `"text":"x"`, `"text":"`+long(4096)+`"`, 1),
			link(`"header":{"type":"image","image":{"link":"https://a.example/a.png"}},`, long(20)),
			cards(with(picture(0, go1), `"body":{"text":"a\nb\nc"}`), with(picture(9, go1), `"body":{"text":"`+long(160)+`"}`)),
			to + `"type":"contacts","contacts":[` + many(257, `{"name":{"formatted_name":"A","first_name":"A"}}`) + `]}`,
			to + `"type":"location","location":{"latitude":"-90","longitude":"180","name":"` + long(1024) + `","address":"` + long(1024) + `"}}`,
		} {
			w.Do(messages, body, accepted)
		}
	})
}

// TestAddressMessages: from and to India only.
func TestAddressMessages(t *testing.T) {
	t.Parallel()
	eachStall(t, func(w *apitest.World) {
		told := w.Deps.Exchange.Outbox.(*heard)
		err := w.DB.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			a, err := waba.CreateAccountTx(ctx, tx, waba.Account{BusinessID: w.ID("business"), Name: "Chai", Currency: "INR", Country: "IN"})
			if err != nil {
				return err
			}
			n, err := waba.CreateNumberTx(ctx, tx, waba.Number{WABAID: a.ID, Digits: "+91 22 7100 0003", VerifiedName: "Chai"})
			w.Set("chai", n.ID.String())
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		ask := func(parameters string) string {
			return strings.Replace(interactive, "84901234567", "919812345678", 1) + `{"type":"address_message","body":{"text":"Where to?"},"action":{"name":"address_message"` + parameters + `}}}`
		}
		const call = `POST /v25.0/{chai}/messages`
		for _, c := range []struct{ body, want string }{
			{ask(``), parameter(`The parameter interactive['action']['parameters']['country'] is required."`)},
			{ask(`,"parameters":{}`), parameter(`The parameter interactive['action']['parameters']['country'] is required."`)},
			{ask(`,"parameters":{"country":"VN"}`), value(`country must be IN, not \"VN\"`)},
			{ask(`,"parameters":{"country":"IN","values":{"in_pin_code":"6820011"}}`), value(`in_pin_code has 7 characters, at most 6 are allowed"`)},
			{ask(`,"parameters":{"country":"IN","values":{"zip":"1"}}`), value(`values has no field \"zip\"; the fields are address, building_name,`)},
			{ask(`,"parameters":{"country":"IN","validation_errors":{"zip":"1"}}`), value(`validation_errors has no field \"zip\"`)},
			{ask(`,"parameters":{"country":"IN","saved_addresses":[{"value":{}}]}`), parameter(`The parameter interactive['action']['parameters']['saved_addresses'][0]['id'] is required."`)},
			{ask(`,"parameters":{"country":"IN","saved_addresses":[{"id":"a","value":{"zip":"1"}}]}`), value(`saved_addresses[0].value has no field \"zip\"`)},
			{strings.Replace(ask(`,"parameters":{"country":"IN"}`), "919812345678", "84901234567", 1), value(`address_message goes from a business number of India to a customer in India (+91)"`)},
		} {
			answers(w, call, c.body, c.want)
		}
		for _, parameters := range []string{
			`{"country":"IN"}`,
			`{"country":"IN","values":{"name":"Priya","in_pin_code":"682001"},"validation_errors":{"in_pin_code":"We do not deliver there."},"saved_addresses":[{"id":"home","value":{"name":"Priya","floor_number":"3"}}]}`,
		} {
			w.Do(call, ask(`,"parameters":`+parameters), `200 {"messaging_product":"whatsapp","contacts":[{"input":"919812345678","wa_id":"919812345678"}],"messages":[{"id":"<asked>"}]}`)
		}
		answer := func(chosen string) error {
			_, err := w.Deps.Exchange.Receive(t.Context(), messaging.Inbound{PhoneID: w.ID("chai"), WaID: "919812345678", Type: "interactive", ReplyTo: w.Get("asked"), Choice: chosen})
			return err
		}
		if err := answer("work"); err == nil || !strings.Contains(err.Error(), `the message offers no address with the id "work"`) {
			t.Errorf("an address that is not offered: %v", err)
		}
		told.take()
		if err := answer("home"); err != nil {
			t.Fatal(err)
		}
		const reply = `"type":"nfm_reply","nfm_reply":{"name":"address_message","body":"Priya, 3","response_json":"{\"saved_address_id\":\"home\",\"values\":{\"floor_number\":\"3\",\"name\":\"Priya\"}}"}`
		if got := strings.Join(told.take(), ""); !strings.Contains(got, reply) {
			t.Errorf("a saved address is told as %s", got)
		}
	}, listening)
}
