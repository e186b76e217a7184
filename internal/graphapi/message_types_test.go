package graphapi_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/graphapi/apitest"
)

// TestMessageTypesRules: every limit and literal of the types without products.
func TestMessageTypesRules(t *testing.T) {
	t.Parallel()
	button := func(list string) string {
		return interactive + `{"type":"button","body":{"text":"x"},"action":{"buttons":` + list + `}}}`
	}
	reply := func(id, title string) string {
		return `{"type":"reply","reply":{"id":"` + id + `","title":"` + title + `"}}`
	}
	rows := func(sections string) string {
		return interactive + `{"type":"list","body":{"text":"x"},"action":{"button":"Open","sections":` + sections + `}}}`
	}
	link := func(parameters string) string {
		return interactive + `{"type":"cta_url","body":{"text":"x"},"action":{"name":"cta_url","parameters":` + parameters + `}}}`
	}
	cards := func(list string) string {
		return interactive + `{"type":"carousel","body":{"text":"x"},"action":{"cards":` + list + `}}}`
	}
	const card = `{"card_index":0,"type":"product","action":{"catalog_id":"{menu}","product_retailer_id":"pho"}}`
	eachStall(t, func(w *apitest.World) {
		for _, c := range []struct{ body, want string }{
			{to + `"type":"location"}`, parameter(`The parameter location is required."`)},
			{to + `"type":"location","location":{"longitude":1}}`, parameter(`The parameter location['latitude'] is required."`)},
			{to + `"type":"location","location":{"latitude":91,"longitude":"1"}}`, value(`latitude must be a number from -90 to 90, not \"91\""`)},
			{to + `"type":"contacts","contacts":[]}`, parameter(`The parameter contacts is required."`)},
			{to + `"type":"contacts","contacts":[{"name":{"first_name":"Lan"}}]}`, parameter(`The parameter contacts[0]['name']['formatted_name'] is required."`)},
			{to + `"type":"contacts","contacts":[{"name":{"formatted_name":"Lan"}}]}`, value(`name needs one more part beside formatted_name, for example first_name"`)},
			{to + `"type":"contacts","contacts":[{"name":{"formatted_name":"Lan","first_name":"Lan"},"birthday":"1.2.1990"}]}`, value(`birthday must be written YYYY-MM-DD`)},
			{to + `"type":"reaction","reaction":{"emoji":"👍"}}`, parameter(`The parameter reaction['message_id'] is required."`)},
			{to + `"type":"reaction","reaction":{"message_id":"wamid.x","emoji":"ok"}}`, value(`emoji must be a single emoji, not \"ok\""`)},
			{to + `"type":"reaction","reaction":{"message_id":"wamid.x","emoji":"👍👍"}}`, value(`emoji must be a single emoji`)},
			{button(`[]`), parameter(`The parameter interactive['action']['buttons'] is required."`)},
			{button(`[` + strings.Repeat(reply("a", "A")+`,`, 3) + reply("b", "B") + `]`), value(`Buttons count invalid. Min: 1, Max: 3; this message has 4"`)},
			{button(`[` + reply("a", strings.Repeat("ớ", 21)) + `]`), value(`Button title length invalid. Min length: 1, Max length: 20`)},
			{button(`[` + reply("a", "A") + `,` + reply("a", "B") + `]`), value(`Duplicate button id or title`)},
			{button(`[` + reply(" a", "A") + `]`), value(`Button id \" a\" begins or ends with a space`)},
			{rows(`[]`), parameter(`The parameter interactive['action']['sections'] is required."`)},
			{rows(`[{"rows":[{"id":"a"}]}]`), parameter(`The parameter interactive['action']['sections'][0]['rows'][0]['title'] is required."`)},
			{rows(`[{"rows":[{"id":"a","title":"` + strings.Repeat("x", 25) + `"}]}]`), value(`Row title is too long. Max length is 24 (it has 25)"`)},
			{rows(`[{"rows":[` + strings.TrimSuffix(strings.Repeat(`{"id":"a","title":"A"},`, 2), ",") + `]}]`), value(`Duplicate row id \"a\"`)},
			{rows(`[{"rows":[` + elevenRows() + `]}]`), value(`Total row count exceed max allowed count: 10`)},
			{strings.Replace(rows(`[{"rows":[{"id":"a","title":"A"}]}]`), `"Open"`, `"`+strings.Repeat("x", 21)+`"`, 1), value(`Button label is too long. Max length is 20`)},
			{link(`{"display_text":"Go"}`), parameter(`The parameter interactive['action']['parameters']['url'] is required."`)},
			{link(`{"display_text":"Go","url":"javascript:alert(1)"}`), value(`interactive.action.parameters.url must be a URL that starts with http:// or https://`)},
			{cards(`[` + card + `]`), value(`Cards count invalid. Min: 2, Max: 10; this message has 1"`)},
			{cards(`[` + card + `,` + card + `]`), value(`card_index must be a number from 0 to 9 that no other card has, not 0"`)},
			{cards(`[` + card + `,{"card_index":1,"type":"product","action":{"catalog_id":"5","product_retailer_id":"bun"}}]`), value(`All cards of a carousel are from one catalog`)},
			{cards(`[` + card + `,{"card_index":1,"type":"cta_url"}]`), value(`All cards of a carousel are of one type`)},
			{cards(`[` + picture(0, `"buttons":[`+quick("a")+`]`) + `,` + picture(1, `"buttons":[`+quick("a")+`]`) + `]`), value(`Duplicate button id; every quick reply of a carousel needs its own`)},
			{cards(`[` + picture(0, `"buttons":[`+quick("a")+`]`) + `,` + picture(1, `"name":"cta_url","parameters":{"display_text":"Go","url":"https://a.example"}`) + `]`), value(`All cards of a carousel have the same buttons: card 0 has 1 quick replies, this one 0`)},
			{cards(`[` + picture(0, `"buttons":[`+strings.Repeat(quick("a")+",", 3)+quick("b")+`]`) + `,` + picture(1, `"name":"x"`) + `]`), value(`Buttons count invalid. Min: 1, Max: 3; this card has 4"`)},
			{cards(`[` + picture(0, `"buttons":[`+reply("a", "A")+`]`) + `,` + picture(1, `"name":"x"`) + `]`), value(`interactive['action']['cards'][0]['action']['buttons'][0]['type'] must be \"quick_reply\", not \"reply\""`)},
			{cards(`[` + picture(0, `"buttons":[{"type":"quick_reply","quick_reply":{"title":"A"}}]`) + `,` + picture(1, `"name":"x"`) + `]`), parameter(`The parameter interactive['action']['cards'][0]['action']['buttons'][0]['quick_reply']['id'] is required."`)},
			{interactive + `{"type":"carousel","footer":{"text":"x"},"body":{"text":"x"},"action":{"cards":[]}}}`, value(`The parameter interactive['footer'] is not allowed for carousel messages`)},
			{interactive + `{"type":"location_request_message","body":{"text":"x"},"action":{"name":"x"}}}`, value(`action['name'] must be \"send_location\"`)},
			{interactive + `{"type":"address_message","body":{"text":"x"},"action":{"name":"address_message","parameters":{"country":"IN"}}}}`, value(`address_message goes from a business number of India`)},
			{interactive + bill(`"reference_id":"a b"`), value(`reference_id must be 1 to 35 letters`)},
			{interactive + bill(`"total_amount":{"value":1,"offset":100}`), value(`total_amount must be subtotal + tax + shipping − discount: 210, not 1"`)},
			{interactive + bill(`"currency":"USD"`), value(`currency must be INR or BRL`)},
		} {
			answers(w, messages, c.body, c.want)
		}
	})
}

// picture is a card with a picture, and quick a quick reply of one.
func picture(n int, action string) string {
	return fmt.Sprintf(`{"card_index":%d,"type":"cta_url","header":{"type":"image","image":{"link":"https://a.example/a.png"}},"action":{%s}}`, n, action)
}

func quick(id string) string {
	return `{"type":"quick_reply","quick_reply":{"id":"` + id + `","title":"A"}}`
}

func elevenRows() string {
	var list []string
	for _, r := range "abcdefghijk" {
		list = append(list, `{"id":"`+string(r)+`","title":"`+string(r)+`"}`)
	}
	return strings.Join(list, ",")
}

// bill is an order_details message with one parameter put in place of its own.
func bill(with string) string {
	parameters := map[string]string{
		"reference_id": `"r-1"`, "type": `"physical-goods"`, "currency": `"INR"`, "payment_settings": `[{"type":"payment_gateway","payment_gateway":{"type":"razorpay","configuration_name":"main"}}]`,
		"total_amount": `{"value":210,"offset":100}`,
		"order":        order(`{"name":"Tea","amount":{"value":100,"offset":100},"quantity":2,`+imported+`}`, ``),
	}
	name, v, _ := strings.Cut(with, ":")
	if with != "" {
		parameters[strings.Trim(name, `"`)] = v
	}
	var list []string
	for n, v := range parameters {
		list = append(list, `"`+n+`":`+v)
	}
	return `{"type":"order_details","body":{"text":"x"},"action":{"name":"review_and_pay","parameters":{` + strings.Join(list, ",") + `}}}}`
}

// imported are the facts of an item that no catalog tells; order is one of 200 in all, with one more member.
const imported = `"country_of_origin":"India","importer_name":"Kiln","importer_address":{"address_line1":"12 MG Road"}`

func order(item, more string) string {
	return `{"status":"pending","items":[` + item + `],"subtotal":{"value":200,"offset":100},"tax":{"value":10,"offset":100}` + more + `}`
}

// TestMessageTypesAreTaken: one of each type, accepted.
func TestMessageTypesAreTaken(t *testing.T) {
	t.Parallel()
	eachStall(t, func(w *apitest.World) {
		for _, body := range []string{
			to + `"type":"location","location":{"latitude":"10.77","longitude":106.7,"name":"Chợ Bến Thành","address":"Quận 1"}}`,
			to + `"type":"contacts","contacts":[{"name":{"formatted_name":"Lan Nguyễn","first_name":"Lan"},"phones":[{"phone":"+84 90 123 45 67","type":"CELL","wa_id":"84901234567"}]}]}`,
			interactive + `{"type":"button","header":{"type":"text","text":"Giao hàng"},"body":{"text":"Giao hôm nay?"},"footer":{"text":"Phí 15k"},"action":{"buttons":[` +
				`{"type":"reply","reply":{"id":"yes","title":"Có"}},{"type":"reply","reply":{"id":"no","title":"Không"}}]}}}`,
			interactive + `{"type":"list","body":{"text":"Chọn"},"action":{"button":"Mở","sections":[{"rows":[{"id":"a","title":"Sáng","description":"8–11h"}]}]}}}`,
			interactive + `{"type":"cta_url","body":{"text":"x"},"action":{"name":"cta_url","parameters":{"display_text":"Xem","url":"https://shop.example/1"}}}}`,
			interactive + `{"type":"location_request_message","body":{"text":"Giao đến đâu?"},"action":{"name":"send_location"}}}`,
			interactive + `{"type":"carousel","body":{"text":"x"},"action":{"cards":[{"card_index":0,"type":"product","action":{"catalog_id":"{menu}","product_retailer_id":"pho"}},` +
				`{"card_index":1,"type":"product","action":{"catalog_id":"{menu}","product_retailer_id":"bun"}}]}}}`,
			interactive + bill(``),
		} {
			w.Do(messages, body, accepted)
		}
	})
}
