package graphapi_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/graphapi/apitest"
)

// Nobody pays here: what asks about payments hears so.
func TestPaymentsAreNotOffered(t *testing.T) {
	t.Parallel()
	eachShop(t, func(w *apitest.World) {
		const not = `400 {"error":{"message":"(#3) Hawker does not offer this edge yet: WhatsAppBusinessPhoneNumber/payments`
		w.Do(`GET /v25.0/{phone}/payments/main-pg/CV-2026-0001`, ``, not+`.*`)
		w.Do(`POST /v25.0/{phone}/payments_refund`, `{"reference_id":"CV-2026-0001"}`, not+`_refund.*`)
		w.Do(`GET /v25.0/{phone}/message_qrdls/a/b`, ``, `400 {"error":{"message":"Unknown path components: /a/b"*`)
		for _, edge := range []string{"template_group_analytics", "call_analytics", "group_analytics"} {
			w.Do(`GET /v25.0/{waba}/`+edge, ``, `400 {"error":{"message":"(#3) Hawker does not offer this edge yet: WhatsAppBusinessAccount/`+edge+`.*`)
			w.Do(`GET /v25.0/{waba}?fields=`+edge+`.start(1)`, ``, `400 {"error":{"message":"(#3) Hawker does not offer this edge yet: WhatsAppBusinessAccount/`+edge+`.*`)
		}
	})
}

// Bills of India and Brazil: every field, limit and enumeration.
func TestBillRules(t *testing.T) {
	t.Parallel()
	const parameters = `interactive['action']['parameters']`
	pay := func(list string) string { return interactive + bill(`"payment_settings":[`+list+`]`) }
	with := func(item, more string) string { return interactive + bill(`"order":`+order(item, more)) }
	tea := func(more string) string {
		return `{"name":"Tea","amount":{"value":100,"offset":100},"quantity":2` + more + `}`
	}
	// brazil is a bill in reais.
	brazil := func(settings, item, more string) string {
		return interactive + strings.NewReplacer(`"INR"`, `"BRL","payment_type":"br"`, `"payment_settings":[{"type":"payment_gateway","payment_gateway":{"type":"razorpay","configuration_name":"main"}}]`, `"payment_settings":`+settings,
			order(tea(`,`+imported), ``), order(item, more)).Replace(bill(``))
	}
	person := func(line string) string {
		return interactive + bill(`"beneficiaries":[{"name":"R. Nair","address_line1":"12 MG Road","city":"Kochi","state":"Kerala",`+line+`}]`)
	}
	long := func(n int) string { return strings.Repeat("ớ", n) }
	const shipped = `,"shipping":{"value":0,"offset":100}`
	eachStall(t, func(w *apitest.World) {
		in := func(d time.Duration) string { return fmt.Sprint(w.Clock.Now().Add(d).Unix()) }
		ends := func(text string) string { return with(tea(`,`+imported), `,"expiration":{`+text+`}`) }
		for _, c := range []struct{ body, want string }{
			{pay(``), parameter(`The parameter ` + parameters + `['payment_settings'] is required."`)},
			{pay(`7`), value(`payment_settings[0] must be an object with a type and the member of that name"`)},
			{pay(`{}`), parameter(`The parameter ` + parameters + `['payment_settings'][0]['type'] is required."`)},
			{pay(`{"type":"boleto"}`), value(`type must be one of payment_gateway, payment_link, upi_intent_link with currency INR, not \"boleto\""`)},
			{pay(`{"type":"payment_gateway"}`), parameter(`The parameter ` + parameters + `['payment_settings'][0]['payment_gateway'] is required."`)},
			{pay(`{"type":"payment_gateway","payment_gateway":{"type":"stripe","configuration_name":"x"}}`), value(`type must be one of billdesk, razorpay, payu, zaakpay, not \"stripe\""`)},
			{pay(`{"type":"payment_gateway","payment_gateway":{"type":"payu"}}`), parameter(`The parameter ` + parameters + `['payment_settings'][0]['payment_gateway']['configuration_name'] is required."`)},
			{pay(`{"type":"payment_gateway","payment_gateway":{"type":"payu","configuration_name":"` + long(61) + `"}}`), value(`configuration_name has 61 characters, at most 60 are allowed"`)},
			{pay(`{"type":"payment_link"}`), parameter(`The parameter ` + parameters + `['payment_settings'][0]['payment_link']['uri'] is required."`)},
			{pay(`{"type":"payment_link","payment_link":{"uri":"pay.example"}}`), value(`interactive.action.parameters.payment_settings[0].payment_link.uri must be a URL`)},
			{pay(`{"type":"upi_intent_link","upi_intent_link":{"link":"https://pay.example"}}`), value(`link must begin with upi://`)},
			{pay(`{"type":"upi_intent_link"}`), parameter(`The parameter ` + parameters + `['payment_settings'][0]['upi_intent_link']['link'] is required."`)},
			{interactive + bill(`"payment_type":"br"`), value(`payment_type must be \"upi\" or left out with currency INR, not \"br\""`)},
			{interactive + bill(`"payment_configuration":"`+long(61)+`"`), value(`payment_configuration has 61 characters, at most 60 are allowed"`)},
			{interactive + bill(`"type":"services"`), value(`type must be digital-goods or physical-goods, not \"services\""`)},
			{interactive + bill(`"reference_id":"`+strings.Repeat("a", 36)+`"`), value(`reference_id must be 1 to 35 letters`)},

			{with(tea(`,`+imported), shipped), parameter(`The parameter ` + parameters + `['beneficiaries'] is required."`)},
			{person(`"country":"Vietnam","postal_code":"682001"`), value(`country must be \"India\", not \"Vietnam\""`)},
			{person(`"country":"India","postal_code":"68200"`), value(`postal_code must be 6 digits, not \"68200\""`)},
			{person(`"country":"India"`), parameter(`The parameter ` + parameters + `['beneficiaries'][0]['postal_code'] is required."`)},
			{person(`"country":"India","postal_code":"682001","address_line2":"` + long(101) + `"`), value(`address_line2 has 101 characters, at most 100 are allowed"`)},

			{with(tea(`,`+imported), `,"status":"shipped"`), parameter(`Invalid parameter: the key interactive.action.parameters.order.status stands twice`)},
			{strings.Replace(with(tea(`,`+imported), ``), `"status":"pending"`, `"status":"shipped"`, 1), value(`order['status'] must be \"pending\" in an order_details message, not \"shipped\"`)},
			{with(tea(`,`+imported), `,"type":"slow_pay"`), value(`order['type'] must be \"quick_pay\" or left out, not \"slow_pay\""`)},
			{with(tea(``), ``), parameter(`The parameter ` + parameters + `['order']['items'][0]['country_of_origin'] is required."`)},
			{with(tea(`,"country_of_origin":"India"`), ``), parameter(`The parameter ` + parameters + `['order']['items'][0]['importer_name'] is required."`)},
			{with(tea(`,"country_of_origin":"India","importer_name":"Kiln"`), ``), parameter(`The parameter ` + parameters + `['order']['items'][0]['importer_address'] is required."`)},
			{with(tea(`,`+imported+`,"sale_amount":{"value":100,"offset":100}`), ``), value(`sale_amount must be less than amount, 100; it is 100"`)},
			{with(strings.Replace(tea(``), `Tea`, long(61), 1), ``), value(`name has 61 characters, at most 60 are allowed"`)},
			{with(strings.Replace(tea(``), `"quantity":2`, `"quantity":0`, 1), ``), value(`quantity must be a whole number from 1 up, not 0"`)},
			{with(strings.Replace(tea(``), `"offset":100`, `"offset":10`, 1), ``), value(`offset must be 100, not 10"`)},
			{with(tea(`,"retailer_id":"t","image":{"link":"https://a.example/t.png"}`), ``), value(`an item with an image of its own has no retailer_id`)},
			{with(tea(`,"image":{"link":"https://a.example/t.png"}`), `,"catalog_id":"{menu}"`), value(`an item with an image of its own has no retailer_id`)},
			{with(tea(`,"image":{}`), ``), parameter(`The parameter ` + parameters + `['order']['items'][0]['image']['link'] is required."`)},
			{with(strings.TrimSuffix(strings.Repeat(tea(`,"image":{"link":"https://a.example/t.png"}`)+`,`, 11), `,`), ``), value(`at most 10 items may have images of their own; this order has 11 items"`)},
			{with(tea(`,`+imported), `,"discount":{"value":1,"offset":100,"discount_program_name":"`+long(61)+`"}`), value(`discount_program_name has 61 characters, at most 60 are allowed"`)},
			{with(tea(`,`+imported), `,"discount":{"value":1,"offset":100,"description":"`+long(61)+`"}`), value(`description has 61 characters, at most 60 are allowed"`)},
			{strings.Replace(with(tea(`,`+imported), ``), `"subtotal":{"value":200`, `"subtotal":{"value":199`, 1), value(`subtotal must be the sum of the items, each (sale_amount or amount) × quantity: 200, not 199"`)},
			{strings.Replace(with(tea(`,`+imported), ``), `,"tax":{"value":10,"offset":100}`, ``, 1), parameter(`The parameter ` + parameters + `['order']['tax'] is required."`)},

			{ends(`"description":"soon"`), parameter(`The parameter ` + parameters + `['order']['expiration']['timestamp'] is required."`)},
			{ends(`"timestamp":"tomorrow"`), value(`timestamp must be unix seconds as text, not \"tomorrow\""`)},
			{ends(`"timestamp":"` + in(299*time.Second) + `"`), value(`timestamp must be at least 300 seconds ahead: ` + in(300*time.Second) + ` or later, not ` + in(299*time.Second) + `"`)},
			{ends(`"timestamp":"` + in(time.Hour) + `","description":"` + long(121) + `"`), value(`description has 121 characters, at most 120 are allowed"`)},

			{brazil(`[]`, tea(``), ``), parameter(`The parameter ` + parameters + `['order']['items'][0]['retailer_id'] is required."`)},
			{brazil(`[{"type":"payment_gateway"}]`, tea(``), ``), value(`type must be one of boleto, payment_link, pix_dynamic_code with currency BRL`)},
			{brazil(`[{"type":"pix_dynamic_code","pix_dynamic_code":{"code":"x","merchant_name":"M","key_type":"CPF"}}]`, tea(``), ``), parameter(`The parameter ` + parameters + `['payment_settings'][0]['pix_dynamic_code']['key'] is required."`)},
			{brazil(`[{"type":"pix_dynamic_code","pix_dynamic_code":{"code":"x","merchant_name":"M","key":"1","key_type":"RG"}}]`, tea(``), ``), value(`key_type must be one of CPF, CNPJ, EMAIL, PHONE, EVP, not \"RG\""`)},
			{brazil(`[{"type":"boleto","boleto":{}}]`, tea(``), ``), parameter(`The parameter ` + parameters + `['payment_settings'][0]['boleto']['digitable_line'] is required."`)},
			{brazil(`[]`, tea(`,"retailer_id":"t"`), `,"expiration":{"timestamp":"`+in(time.Hour)+`"}`), parameter(`The parameter ` + parameters + `['order']['expiration']['description'] is required."`)},
			{strings.Replace(brazil(`[]`, tea(`,"retailer_id":"t"`), ``), `,"payment_type":"br"`, ``, 1), value(`payment_type must be \"br\" with currency BRL, not \"\""`)},
		} {
			answers(w, messages, c.body, c.want)
		}
		named := func(n int, body string) string {
			return strings.Replace(body, `"r-1"`, fmt.Sprintf(`"r-%d"`, n), 1)
		}
		for n, body := range []string{
			pay(`{"type":"payment_link","payment_link":{"uri":"https://pay.example/1"}}`),
			pay(`{"type":"upi_intent_link","upi_intent_link":{"link":"upi://pay?pa=kiln@bank"}}`),
			strings.Replace(interactive+bill(`"payment_configuration":"main"`), `"payment_settings":[{"type":"payment_gateway","payment_gateway":{"type":"razorpay","configuration_name":"main"}}]`, `"payment_type":"upi"`, 1),
			interactive + strings.Replace(bill(``), `"status":"pending"`, `"status":"pending","type":"quick_pay"`, 1),
			with(tea(`,`+imported+`,"image":{"link":"https://a.example/t.png"}`), ``),
			with(tea(``), `,"catalog_id":"{menu}"`),
			ends(`"timestamp":"` + in(300*time.Second) + `","description":"` + long(120) + `"`),
			brazil(`[{"type":"pix_dynamic_code","pix_dynamic_code":{"code":"x","merchant_name":"M","key":"1","key_type":"EVP"}},{"type":"boleto","boleto":{"digitable_line":"1"}}]`, tea(`,"retailer_id":"t"`), ``),
			strings.Replace(brazil(`[]`, tea(`,"retailer_id":"t"`), ``), `"r-1"`, `"`+strings.Repeat("b", 60)+`"`, 1),
		} {
			w.Do(messages, named(n+2, body), accepted)
		}
	})
}
