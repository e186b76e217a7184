package graphapi_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/graphapi"
	"github.com/hawkerhq/hawker/internal/graphapi/apitest"
	"github.com/hawkerhq/hawker/internal/limit"
	"github.com/hawkerhq/hawker/internal/template"
)

const templates = `POST /v25.0/{waba}/message_templates`

// tpl is the body of making a template.
func tpl(name, category, components string) string {
	return `{"name":"` + name + `","language":"vi","category":"` + category + `","components":` + components + `}`
}

// said is a body of the text s with samples.
func said(s string, samples ...string) string {
	if len(samples) == 0 {
		return `{"type":"BODY","text":"` + s + `"}`
	}
	return `{"type":"BODY","text":"` + s + `","example":{"body_text":[["` + strings.Join(samples, `","`) + `"]]}}`
}

// TestTemplatesAreMadeReadEditedAndDeleted walks one template through its life at the Graph API.
func TestTemplatesAreMadeReadEditedAndDeleted(t *testing.T) {
	t.Parallel()
	eachShop(t, func(w *apitest.World) {
		w.Do(templates, tpl("don_hang", "utility", `[{"type":"header","format":"text","text":"Đơn hàng {{1}}","example":{"header_text":["A-12"]}},
			{"type":"body","text":"Chào {{1}}, đơn hàng của bạn đã được giao đi lúc {{2}} nhé.","example":{"body_text":[["Lan","9 giờ"]]}},
			{"type":"footer","text":"Quán Góc Phố"},{"type":"buttons","buttons":[{"type":"quick_reply","text":"Cảm ơn"},{"type":"url","text":"Theo dõi","url":"https://quan.example/o/{{1}}","example":["https://quan.example/o/12"]}]}]`),
			`200 {"id":"<first>","status":"PENDING","category":"UTILITY"}`)
		const components = `"components":[{"type":"HEADER","format":"TEXT","text":"Đơn hàng {{1}}","example":{"header_text":["A-12"]}},
			{"type":"BODY","text":"Chào {{1}}, đơn hàng của bạn đã được giao đi lúc {{2}} nhé.","example":{"body_text":[["Lan","9 giờ"]]}},
			{"type":"FOOTER","text":"Quán Góc Phố"},{"type":"BUTTONS","buttons":[{"type":"QUICK_REPLY","text":"Cảm ơn"},
			{"type":"URL","text":"Theo dõi","url":"https://quan.example/o/{{1}}","example":["https://quan.example/o/12"]}]}]`
		w.Do(`GET /v25.0/{first}`, ``, `200 {"name":"don_hang","parameter_format":"POSITIONAL",`+components+`,"language":"vi","status":"PENDING","category":"UTILITY","id":"{first}"}`)
		w.Do(`GET /v25.0/{first}?fields=name,quality_score,rejected_reason`, ``, `200 {"name":"don_hang","quality_score":{"score":"UNKNOWN","date":<*>},"rejected_reason":"NONE","id":"{first}"}`)
		w.Do(`GET /v25.0/{waba}/message_templates?fields=name&limit=10`, ``, `200 {"data":[{"name":"don_hang","id":"{first}"}],"paging":{"cursors":{"before":"<*>","after":"<*>"}}}`)
		w.As("foreign_token").Do(`GET /v25.0/{first}`, ``, fmt.Sprintf(unsupported, "{first}"))
		w.As("foreign_token").Do(`POST /v25.0/{first}`, `category=MARKETING`, `400 {"error":{"message":"Unsupported post request. Object with ID '{first}'*`)
		w.As("foreign_token").Do(`GET /v25.0/{waba}/message_templates`, ``, fmt.Sprintf(unsupported, "{waba}"))

		w.Do(templates, tpl("don_hang", "UTILITY", `[`+said("Khác")+`]`), `400 {"error":{"message":"(#100) Invalid parameter: Content in This Language Already Exists*`)
		w.Do(`POST /v25.0/{first}`, `{"components":[`+said("Đơn của bạn đang trên đường tới.")+`]}`, `400 {"error":{"message":"(#100) Invalid parameter: a template can be edited while it is APPROVED, REJECTED or PAUSED; this one is PENDING*`)
		w.Do(`POST /v25.0/{first}`, `message_send_ttl_seconds=60`, `200 {"success":true}`)
		w.Do(`POST /v25.0/{first}`, `message_send_ttl_seconds=20`, `400 {"error":{"message":"(#100) Invalid parameter: message_send_ttl_seconds of a template of category UTILITY must be between 30 and 43200, not 20*`)
		w.Do(`POST /v25.0/{first}`, ``, `400 {"error":{"message":"(#100) Invalid parameter: Param components or category*`)
		w.Do(`POST /v25.0/{first}`, `name=other`, `400 {"error":{"message":"(#100) Invalid parameter: Param name cannot be changed; it is don_hang*`)
		w.Do(`POST /v25.0/{first}/unpause`, ``, `400 {"error":{"message":"(#100) Invalid parameter: only a template that is PAUSED*`)

		w.Do(`DELETE /v25.0/{waba}/message_templates`, ``, `400 {"error":{"message":"(#100) The parameter name is required*`)
		w.Do(`DELETE /v25.0/{waba}/message_templates?name=none`, ``, `400 {"error":{"message":"(#100) Invalid parameter: this account has no template \"none\"*`)
		w.Do(`DELETE /v25.0/{waba}/message_templates?name=don_hang&hsm_id=7`, ``, `400 {"error":{"message":"(#100) Invalid parameter: this account has no template \"don_hang\" with the id 7*`)
		w.Do(`DELETE /v25.0/{waba}/message_templates?name=don_hang&hsm_id={first}`, ``, `200 {"success":true}`)
		w.Do(`GET /v25.0/{first}`, ``, fmt.Sprintf(unsupported, "{first}"))
		w.Do(templates, tpl("don_hang", "UTILITY", `[`+said("Lại từ đầu.")+`]`), `200 {"id":"<*>","status":"PENDING","category":"UTILITY"}`)
	})
}

// TestTemplatesAreListedByTheirFilters holds each filter of the edge and its pages.
func TestTemplatesAreListedByTheirFilters(t *testing.T) {
	t.Parallel()
	eachShop(t, func(w *apitest.World) {
		for n, text := range []string{"Một tin về trà sen", "Hai tin về cà phê", "Ba tin về 100% bánh_mì"} {
			w.Do(templates, tpl(fmt.Sprintf("tin_%d", n+1), "MARKETING", `[`+said(text)+`]`), `200 {"id":"<t`+fmt.Sprint(n+1)+`>"*`)
		}
		w.Do(templates, `{"name":"tin_1","language":"en_US","category":"UTILITY","components":[`+said("Your tea is ready")+`]}`, `200 {"id":"<t4>"*`)
		for query, want := range map[string]string{
			`name=tin_1`: "t4 t1", `language=vi`: "t3 t2 t1", `language=["en_US","fr"]`: "t4", `category=UTILITY`: "t4", `category=utility,MARKETING`: "t4 t3 t2 t1",
			`status=PENDING`: "t4 t3 t2 t1", `status=APPROVED`: "", `quality_score=GREEN`: "", `quality_score=UNKNOWN&name=tin_2`: "t2",
			`name_or_content=CÀ`: "t2", `name_or_content=tin_`: "t4 t3 t2 t1", `content=tin_`: "", `content=100%`: "t3", `content=%`: "t3", `content=h_m`: "t3",
		} {
			data := []string{}
			for name := range strings.FieldsSeq(want) {
				data = append(data, `{"id":"{`+name+`}"}`)
			}
			w.Do(`GET /v25.0/{waba}/message_templates?fields=id&`+strings.ReplaceAll(query, "%", "%25"), ``, `200 {"data":[`+strings.Join(data, ",")+`]*`)
		}
		w.Do(`GET /v25.0/{waba}/message_templates?fields=id&limit=2&summary=total_count`, ``, `200 {"data":[{"id":"{t4}"},{"id":"{t3}"}],"paging":{"cursors":{"before":"<before>","after":"<after>"},"next":"<*>"},"summary":{"total_count":4}}`)
		w.Do(`GET /v25.0/{waba}/message_templates?fields=id&language=en_US&summary=total_count,message_template_count,message_template_limit,are_translations_complete`, ``,
			`200 {"data":[{"id":"{t4}"}],"paging":{"cursors":{"before":"<*>","after":"<*>"}},"summary":{"are_translations_complete":false,"message_template_count":4,"message_template_limit":250,"total_count":1}}`)
		w.Do(`GET /v25.0/{waba}/message_templates?fields=id&name=none&summary=["message_template_count","colour"]`, ``, `200 {"data":[],"summary":{"message_template_count":4}}`)
		w.Do(`GET /v25.0/{waba}/message_templates?fields=id&limit=2&after={after}`, ``, `200 {"data":[{"id":"{t2}"},{"id":"{t1}"}],"paging":{"cursors":{"before":"<third>","after":"<*>"},"previous":*`)
		w.Do(`GET /v25.0/{waba}/message_templates?fields=id&limit=1&before={third}`, ``, `200 {"data":[{"id":"{t3}"}],*`)
		w.Do(`GET /v25.0/{waba}/message_templates?after=nonsense`, ``, `400 {"error":{"message":"(#131059) Invalid paging cursor: Param after must be a cursor*`)
		w.Do(`GET /v23.0/{waba}/message_templates?after=nonsense`, ``, `400 {"error":{"message":"(#100) Invalid parameter: Param after must be a cursor*`)
		w.Do(`GET /v25.0/{waba}?fields=message_templates{name}`, ``, `200 {"message_templates":{"data":[{"name":"tin_1"*`)
	})
}

// subcoded is an answer of code 100 with a subcode that begins with this message.
func subcoded(subcode int, message string) string {
	return `400 {"error":{"message":"(#100) Invalid parameter: ` + message + `…"code":100,"error_subcode":` + fmt.Sprint(subcode) + `,`
}

// TestTemplateRules: every limit and literal of making a template.
func TestTemplateRules(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ấ", 1025)
	head := func(h string) string { return tpl("x", "MARKETING", `[`+h+`,`+said("Một lời chào")+`]`) }
	button := func(list string) string {
		return tpl("x", "MARKETING", `[`+said("Một lời chào")+`,{"type":"BUTTONS","buttons":[`+list+`]}]`)
	}
	card := func(parts string) string { return `{"components":[` + parts + `]}` }
	const spm = `{"type":"header","format":"product"},{"type":"buttons","buttons":[{"type":"spm","text":"View"}]}`
	cards := func(list string) string {
		return tpl("x", "MARKETING", `[`+said("Ba món mới")+`,{"type":"carousel","cards":[`+list+`]}]`)
	}
	eachShop(t, func(w *apitest.World) {
		for _, c := range []struct{ body, want string }{
			{`{"language":"vi","category":"UTILITY","components":[]}`, parameter(`The parameter name is required`)},
			{tpl("Hello", "UTILITY", `[`+said("x")+`]`), parameter(`Invalid parameter: name must be 1 to 512 lowercase letters, digits and underscores, not \"Hello\"`)},
			{tpl(strings.Repeat("a", 513), "UTILITY", `[`+said("x")+`]`), parameter(`Invalid parameter: name must be 1 to 512`)},
			{tpl("x", "OTP", `[`+said("x")+`]`), parameter(`Invalid parameter: category must be one of MARKETING, UTILITY, AUTHENTICATION, not \"OTP\"`)},
			{strings.Replace(tpl("x", "UTILITY", `[`+said("x")+`]`), `"vi"`, `"xx"`, 1), parameter(`Invalid parameter: language must be a language code`)},
			{strings.Replace(tpl("x", "UTILITY", `[`+said("x")+`]`), `"components"`, `"parameter_format":"mixed","components"`, 1), parameter(`Invalid parameter: parameter_format must be positional or named`)},
			{strings.Replace(tpl("x", "MARKETING", `[`+said("x")+`]`), `"components"`, `"sub_category":"ORDER_STATUS","components"`, 1), parameter(`Invalid parameter: sub_category must be`)},
			{strings.Replace(tpl("x", "MARKETING", `[`+said("x")+`]`), `"components"`, `"message_send_ttl_seconds":-1,"components"`, 1), parameter(`Invalid parameter: message_send_ttl_seconds of a template of category MARKETING must be between 43200 and 2592000, not -1`)},
			{tpl("x", "UTILITY", `[]`), parameter(`Invalid parameter: components is missing`)},
			{tpl("x", "UTILITY", `[{"type":"FOOTER","text":"x"}]`), subcoded(2388072, `a component of type BODY is missing`)},
			{tpl("x", "UTILITY", `[`+said("x")+`,`+said("y")+`]`), parameter(`Invalid parameter: components[1]: a template has one component of type BODY`)},
			{tpl("x", "UTILITY", `[{"type":"TAIL"}]`), parameter(`Invalid parameter: components[0].type must be one of`)},
			{tpl("x", "UTILITY", `[{"type":"BODY","text":7}]`), parameter(`Invalid parameter: Param components[0].text must be a string`)},
			{tpl("x", "UTILITY", `[`+said(long)+`]`), subcoded(2388040, `the body has 1025 characters, at most 1024 are allowed`)},
			{tpl("x", "UTILITY", `[`+said(" ")+`]`), subcoded(2388072, `components[0].text is missing`)},
			{tpl("x", "UTILITY", `[`+said(`a\n\n\nb`)+`]`), subcoded(2388072, `components[0].text: a body has at most two new lines in a row`)},
			{tpl("x", "UTILITY", `[`+said("Chào bạn {{1}} nhé bạn", "Lan", "Minh")+`]`), subcoded(2388043, `component of type BODY is missing expected field(s) (example): example.body_text needs 1 samples, one a parameter, and has 2`)},
			{tpl("x", "UTILITY", `[`+said("Chào bạn {{1}} nhé bạn")+`]`), subcoded(2388043, `component of type BODY is missing expected field(s) (example)`)},
			{tpl("x", "UTILITY", `[`+said("Chào bạn {{2}} nhé bạn", "a")+`]`), subcoded(2388072, `components[0]: parameters are counted from {{1}} without gaps`)},
			{tpl("x", "UTILITY", `[`+said("Chào bạn {{ten}} nhé bạn", "a")+`]`), subcoded(2388072, `components[0]: parameters are counted from {{1}}`)},
			{tpl("x", "UTILITY", `[`+said("{{1}} xin chào bạn nhé", "a")+`]`), subcoded(2388299, `the body begins or ends with a parameter`)},
			{tpl("x", "UTILITY", `[`+said("Xin chào bạn nhé {{1}}", "a")+`]`), subcoded(2388299, `the body begins or ends with a parameter`)},
			{tpl("x", "UTILITY", `[`+said("Chào {{1}}, {{2}} nhé.", "a", "b")+`]`), subcoded(2388293, `the body has too many parameters for its length: 2 parameters need at least 5 words beside them, and there are 2`)},
			{tpl("x", "UTILITY", `[`+said("x")+`,{"type":"FOOTER","text":"`+strings.Repeat("x", 61)+`"}]`), subcoded(2388040, `the footer has 61 characters, at most 60 are allowed`)},
			{tpl("x", "UTILITY", `[`+said("x")+`,{"type":"FOOTER","text":"Chào {{1}} nhé"}]`), subcoded(2388073, `components[1].text: a footer has no parameters`)},
			{head(`{"type":"HEADER","format":"SONG"}`), subcoded(2388047, `components[0].format must be one of`)},
			{head(`{"type":"HEADER","format":"TEXT","text":"` + strings.Repeat("x", 61) + `"}`), subcoded(2388040, `the header has 61 characters, at most 60 are allowed`)},
			{head(`{"type":"HEADER","format":"TEXT","text":"a\nb"}`), subcoded(2388047, `components[0].text: a header has no new lines`)},
			{head(`{"type":"HEADER","format":"TEXT","text":"Phở 🍜"}`), subcoded(2388047, `components[0].text: a header has no emojis`)},
			{head(`{"type":"HEADER","format":"TEXT","text":"a {{1}} {{2}}","example":{"header_text":["x","y"]}}`), subcoded(2388047, `components[0].text: a header has at most one parameter`)},
			{head(`{"type":"HEADER","format":"IMAGE"}`), subcoded(2388043, `component of type HEADER is missing expected field(s) (example): example.header_handle`)},
			{head(`{"type":"HEADER","format":"IMAGE","example":{"header_handle":["4:none"]}}`), parameter(`Invalid parameter: header_handle: this token's app has no such file`)},
			{head(`{"type":"HEADER","format":"IMAGE","example":{"header_handle":["http://HOST/template-samples/NONE"]}}`), parameter(`Invalid parameter: example.header_handle is neither a handle`)},
			{button(``), parameter(`Invalid parameter: components[1].buttons: 1 to 10 buttons are allowed, there are 0`)},
			{button(strings.TrimSuffix(strings.Repeat(`{"type":"QUICK_REPLY","text":"a"},`, 11), ",")), parameter(`Invalid parameter: components[1].buttons: 1 to 10 buttons are allowed, there are 11`)},
			{button(`{"type":"PAY","text":"x"}`), parameter(`Invalid parameter: components[1].buttons[0].type must be a type of button`)},
			{button(`{"type":"QUICK_REPLY"}`), parameter(`Invalid parameter: components[1].buttons[0].text is missing`)},
			{button(`{"type":"QUICK_REPLY","text":"` + strings.Repeat("x", 26) + `"}`), subcoded(2388040, `the button's text has 26 characters, at most 25 are allowed`)},
			{button(`{"type":"QUICK_REPLY","text":"Có 👍"}`), parameter(`Invalid parameter: components[1].buttons[0].text: what is written on a button has no parameters, new lines, emojis or formatting`)},
			{button(`{"type":"QUICK_REPLY","text":"a"},{"type":"URL","text":"b","url":"https://x.example"},{"type":"QUICK_REPLY","text":"c"}`), parameter(`Invalid parameter: components[1].buttons: quick replies stand together`)},
			{button(strings.TrimSuffix(strings.Repeat(`{"type":"URL","text":"b","url":"https://x.example"},`, 3), ",")), parameter(`Invalid parameter: components[1].buttons: at most 2 buttons of type URL are allowed`)},
			{button(`{"type":"URL","text":"b","url":"ftp://x.example"}`), parameter(`Invalid parameter: components[1].buttons[0].url must be an address`)},
			{button(`{"type":"URL","text":"b","url":"https://wa.me/84901234567"}`), parameter(`Invalid parameter: components[1].buttons[0].url: links to WhatsApp itself`)},
			{button(`{"type":"URL","text":"b","url":"https://x.example/{{1}}/y","example":["1"]}`), parameter(`Invalid parameter: components[1].buttons[0].url: an address has one parameter`)},
			{button(`{"type":"URL","text":"b","url":"https://x.example/{{1}}"}`), subcoded(2388043, `components[1].buttons[0].example is missing`)},
			{button(`{"type":"PHONE_NUMBER","text":"b","phone_number":"12"}`), parameter(`Invalid parameter: components[1].buttons[0].phone_number must be a phone number`)},
			{button(`{"type":"COPY_CODE"}`), subcoded(2388043, `components[1].buttons[0].example is missing`)},
			{button(`{"type":"COPY_CODE","example":"` + strings.Repeat("x", 21) + `"}`), subcoded(2388040, `the code has 21 characters, at most 20 are allowed`)},
			{button(`{"type":"CATALOG","text":"Xem"}`), parameter(`Invalid parameter: components[1].buttons[0].text of a button of type CATALOG is \"View catalog\"`)},
			{button(`{"type":"CATALOG","text":"View catalog"},{"type":"QUICK_REPLY","text":"a"}`), parameter(`Invalid parameter: components[1].buttons: a button of type CATALOG stands alone`)},
			{button(`{"type":"CATALOG","text":"View catalog"}`), parameter(`Invalid parameter: a template with products needs a catalog`)},
			{button(`{"type":"MPM","text":"View items"}`), subcoded(2388047, `components: a template with a button of type MPM has a header of format TEXT`)},
			{button(`{"type":"SPM","text":"View"}`), parameter(`Invalid parameter: components: a header of format PRODUCT and a button of type SPM`)},
			{button(`{"type":"OTP","otp_type":"COPY_CODE"}`), parameter(`Invalid parameter: components[1].buttons[0].type must be a type of button`)},
			{button(`{"type":"FLOW","text":"Đặt bàn"}`), parameter(`Invalid parameter: components[1].buttons[0]: a button of type FLOW names its flow by exactly one`)},
			{head(`{"type":"HEADER","format":"PRODUCT"}`), parameter(`Invalid parameter: components: a header of format PRODUCT and a button of type SPM`)},
			{tpl("x", "MARKETING", `[{"type":"header","format":"product"},`+said(strings.Repeat("x", 161))+`,{"type":"buttons","buttons":[{"type":"spm"}]}]`), subcoded(2388040, `the body has 161 characters, at most 160 are allowed`)},
			{tpl("x", "UTILITY", `[`+said("x")+`,{"type":"buttons","buttons":[{"type":"catalog"}]}]`), parameter(`Invalid parameter: category must be MARKETING`)},
			{cards(card(spm)), parameter(`Invalid parameter: components[1].cards: a carousel has 2 to 10 cards, this one has 1`)},
			{cards(card(spm) + `,` + card(`{"type":"header","format":"product"},{"type":"buttons","buttons":[{"type":"url","text":"x","url":"https://x.example"}]}`)), parameter(`Invalid parameter: components[1].cards[1].components: all cards have the same components`)},
			{cards(card(`{"type":"buttons","buttons":[{"type":"quick_reply","text":"x"}]}`) + `,` + card(spm)), parameter(`Invalid parameter: components[1].cards[0].components: a card has a HEADER`)},
			{cards(card(`{"type":"footer","text":"x"}`) + `,` + card(spm)), parameter(`Invalid parameter: components[1].cards[0].components[0].type must be one of`)},
			{tpl("x", "MARKETING", `[`+said("x")+`,{"type":"footer","text":"y"},{"type":"carousel","cards":[`+card(spm)+`,`+card(spm)+`]}]`), parameter(`Invalid parameter: components: beside a CAROUSEL there is a BODY and nothing else`)},
			{tpl("x", "MARKETING", `[`+said("x")+`,{"type":"limited_time_offer"}]`), parameter(`Invalid parameter: components[1].limited_time_offer is missing`)},
			{tpl("x", "MARKETING", `[`+said("x")+`,{"type":"limited_time_offer","limited_time_offer":{"text":"`+strings.Repeat("x", 17)+`","has_expiration":true}}]`), subcoded(2388040, `the offer's text has 17 characters, at most 16 are allowed`)},
			{tpl("x", "MARKETING", `[`+said("x")+`,{"type":"limited_time_offer","limited_time_offer":{"text":"Hết hôm nay"}}]`), parameter(`Invalid parameter: components: beside a LIMITED_TIME_OFFER there is no FOOTER`)},
			{tpl("x", "AUTHENTICATION", `[{"type":"BODY"}]`), parameter(`Invalid parameter: components: a template of category AUTHENTICATION has a button of type OTP`)},
			{tpl("x", "AUTHENTICATION", `[{"type":"BODY"},{"type":"FOOTER","code_expiration_minutes":91},{"type":"BUTTONS","buttons":[{"type":"OTP","otp_type":"COPY_CODE"}]}]`), subcoded(2388073, `components[1].code_expiration_minutes must be from 1 to 90`)},
			{tpl("x", "AUTHENTICATION", `[{"type":"BODY"},{"type":"BUTTONS","buttons":[{"type":"OTP","otp_type":"ONE_TAP"}]}]`), parameter(`Invalid parameter: components[1].buttons[0].supported_apps must name 1 to 5 apps`)},
			{tpl("x", "AUTHENTICATION", `[{"type":"BODY"},{"type":"BUTTONS","buttons":[{"type":"OTP","otp_type":"SMS"}]}]`), parameter(`Invalid parameter: components[1].buttons[0].otp_type must be COPY_CODE, ONE_TAP or ZERO_TAP`)},
			{tpl("x", "UTILITY", `[{"type":"BODY","text":"x","add_security_recommendation":true}]`), parameter(`Invalid parameter: components[0]: add_security_recommendation`)},
			{`{"name":"x","language":"vi","category":"UTILITY","parameter_format":"named","components":[{"type":"BODY","text":"Chào bạn {{Ten}} nhé bạn"}]}`, subcoded(2388072, `components[0]: named parameters have lowercase letters`)},
			{`{"name":"x","language":"vi","category":"UTILITY","parameter_format":"named","components":[{"type":"BODY","text":"Chào bạn {{ten}} nhé bạn","example":{"body_text_named_params":[{"param_name":"x","example":"y"}]}}]}`, subcoded(2388043, `component of type BODY is missing expected field(s) (example): example.body_text_named_params needs a sample of {{ten}}`)},
		} {
			answers(w, templates, c.body, c.want)
		}
	})
}

// TestEveryKindOfTemplateIsTaken: one of each kind, with the skeletons of the contract.
func TestEveryKindOfTemplateIsTaken(t *testing.T) {
	t.Parallel()
	eachShop(t, func(w *apitest.World) {
		w.Do(`POST /v25.0/{waba}/product_catalogs`, `catalog_id={menu}`, `200 {"success":true}`)
		handle(w, "image/png", "picture")
		handle(w, "application/pdf", "paper")
		const spm = `{"components":[{"type":"header","format":"product"},{"type":"buttons","buttons":[{"type":"spm","text":"View"}]}]}`
		picture := `{"components":[{"type":"header","format":"image","example":{"header_handle":["{picture}"]}},` + said("Trà ướp sen") + `,
			{"type":"buttons","buttons":[{"type":"quick_reply","text":"Thích"},{"type":"url","text":"Xem","url":"https://x.example/{{1}}","example":["tra"]}]}]}`
		for n, body := range []string{
			tpl("n", "MARKETING", `[{"type":"BODY","text":"{{1}}% off this week","example":{"body_text":[["10"]]}},{"type":"FOOTER","text":"While stock lasts"},{"type":"BUTTONS","buttons":[{"type":"CATALOG","text":"View catalog"}]}]`),
			tpl("n", "marketing", `[{"type":"HEADER","format":"TEXT","text":"Your picks"},{"type":"BODY","text":"Hand picked for you"},{"type":"BUTTONS","buttons":[{"type":"MPM","text":"View items"}]}]`),
			tpl("n", "marketing", `[{"type":"header","format":"product"},{"type":"body","text":"Back in stock"},{"type":"buttons","buttons":[{"type":"spm","text":"View"}]}]`),
			tpl("n", "marketing", `[{"type":"body","text":"Three new mugs"},{"type":"carousel","cards":[`+spm+`,`+spm+`]}]`),
			tpl("n", "marketing", `[`+said("Mời bạn xem hai món")+`,{"type":"carousel","cards":[`+picture+`,`+picture+`]}]`),
			tpl("n", "marketing", `[{"type":"header","format":"image","example":{"header_handle":["{picture}"]}},`+said("Chỉ hôm nay bạn {{1}} ơi", "Lan")+`,{"type":"limited_time_offer","limited_time_offer":{"text":"Hết hôm nay","has_expiration":true}},
				{"type":"buttons","buttons":[{"type":"copy_code","example":"TRASEN"},{"type":"url","text":"Mua","url":"https://x.example"}]}]`),
			tpl("n", "authentication", `[{"type":"body","add_security_recommendation":true},{"type":"footer","code_expiration_minutes":10},{"type":"buttons","buttons":[{"type":"otp","otp_type":"one_tap","package_name":"com.example.app","signature_hash":"K8a/AINcGX7"}]}]`),
			tpl("n", "utility", `[{"type":"header","format":"document","example":{"header_handle":"{paper}"}},`+said("Hóa đơn của bạn ở trên.")+`,{"type":"buttons","buttons":[{"type":"phone_number","text":"Gọi","phone_number":"842871000001"},{"type":"voice_call","text":"Gọi ngay"}]}]`),
			tpl("n", "utility", `[{"type":"header","format":"location"},`+said("Đơn đang ở đây.")+`,{"type":"buttons","buttons":[{"type":"request_contact_info"}]}]`),
			strings.Replace(tpl("n", "utility", `[`+said("Đơn hàng chờ bạn trả tiền.")+`,{"type":"buttons","buttons":[{"type":"order_details"}]}]`), `"components"`, `"sub_category":"order_details","components"`, 1),
			`{"name":"n","language":"en","category":"UTILITY","parameter_format":"NAMED","message_send_ttl_seconds":-1,"components":[{"type":"BODY","text":"Hello {{first_name}}, your order is on its way.","example":{"body_text_named_params":[{"param_name":"first_name","example":"Lan"}]}}]}`,
		} {
			w.Do(templates, strings.Replace(body, `"n"`, fmt.Sprintf(`"n%d"`, n), 1), `200 {"id":"<k`+fmt.Sprint(n)+`>","status":"PENDING","category":"<*>"}`)
		}
		w.Do(`GET /v25.0/{k6}?fields=components`, ``, `200 {"components":[{"type":"BODY","text":"*{{1}}* là mã xác minh của bạn. Vì lý do bảo mật, đừng chia sẻ mã này.","example":{"body_text":[["123456"]]},"add_security_recommendation":true},
			{"type":"FOOTER","text":"Mã này hết hạn sau 10 phút.","code_expiration_minutes":10},
			{"type":"BUTTONS","buttons":[{"type":"OTP","text":"Sao chép mã","otp_type":"ONE_TAP","autofill_text":"Tự động điền","supported_apps":[{"package_name":"com.example.app","signature_hash":"K8a/AINcGX7"}]}]}],"id":"{k6}"}`)
		w.Do(`GET /v25.0/{k5}?fields=components`, ``, `200 {"components":[{"type":"HEADER","format":"IMAGE","example":{"header_handle":["http://HOST/template-samples/<*>"]}}*`)
		w.Do(templates, tpl("wrong", "utility", `[{"type":"header","format":"video","example":{"header_handle":["{paper}"]}},`+said("x")+`]`),
			`400 {"error":{"message":"(#100) Invalid parameter: the sample of a header of format VIDEO must be of type video/mp4; the uploaded file is application/pdf*`)
	})
}

// handle uploads a small file and gives its handle a name.
func handle(w *apitest.World, mime, name string) {
	w.T.Helper()
	w.Do(`POST /v25.0/{app}/uploads?file_length=4&file_type=`+mime+`&file_name=x`, ``, `200 {"id":"<session>"}`)
	w.Do("POST /v25.0/{session}\nfile_offset: 0\nContent-Type: application/octet-stream", `abcd`, `200 {"h":"<`+name+`>"}`)
}

func TestAnAccountHasSoManyTemplates(t *testing.T) {
	t.Parallel()
	eachShop(t, func(w *apitest.World) {
		for n := range 100 {
			w.Do(templates, tpl(fmt.Sprintf("t%d", n), "UTILITY", `[`+said("x")+`]`), `200 {"id":"<last>"*`)
		}
		w.Do(templates, tpl("more", "UTILITY", `[`+said("x")+`]`), `400 {"error":{"message":"(#80007) Rate limit issues: There have been too many calls to this WhatsApp Business account: at most 100 templates are made in an hour*`)
		for n := range 150 {
			w.Clock.Advance(time.Minute)
			w.Do(templates, tpl(fmt.Sprintf("u%d", n), "UTILITY", `[`+said("x")+`]`), `200 {"id":"<last>"*`)
		}
		w.Clock.Advance(time.Hour)
		answers(w, templates, tpl("more", "UTILITY", `[`+said("x")+`]`), subcoded(2388019, `Message template limit exceeded: this account has 250 templates`))
		w.Do(`GET /v25.0/{waba}/message_templates?summary=message_template_limit&limit=1&fields=id`, ``, `200 {"data":[{"id":"<*>"}],"paging":{"cursors":{"before":"<*>","after":"<*>"},"next":"<*>"},"summary":{"message_template_limit":250}}`)
		err := w.DB.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE business SET verification_status = 'verified' WHERE id = $1`, w.ID("business"))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		w.Do(templates, tpl("more", "UTILITY", `[`+said("x")+`]`), `200 {"id":"<last>"*`)
		answers(w, `GET /v25.0/{waba}/message_templates?summary=message_template_limit&limit=1&fields=id`, ``, `200 {"data":[…"summary":{"message_template_limit":6000}`)
	}, func(d *graphapi.Deps) { d.Templates.Limiter = limit.New(d.DB.Clock()) })
}

// TestTheTemplateLibrary: searched, and templates made from it, in each of its languages.
func TestTheTemplateLibrary(t *testing.T) {
	t.Parallel()
	eachShop(t, func(w *apitest.World) {
		w.Do(`GET /v25.0/message_template_library?search=ĐƠN&language=vi&topic=order_management&limit=1`, ``, `200 {"data":[{"name":"order_confirmed_1","language":"vi","category":"UTILITY","topic":"ORDER_MANAGEMENT",
			"usecase":"ORDER_CONFIRMATION","industry":["E_COMMERCE"],"body":"Chào {{1}}, chúng tôi đã nhận đơn hàng {{2}} của bạn và bắt đầu chuẩn bị ngay. Đơn sẽ rời cửa hàng sau khoảng {{3}} nữa.",
			"body_params":["Lan","A-1042","30 phút"],"body_param_types":["TEXT","TEXT","TEXT"],"buttons":[{"type":"URL","text":"Xem đơn hàng","url":"https://www.example.com"}],"id":"<*>"}],"paging":{"cursors":{"after":"<after>","before":"<*>"}}}`)
		w.Do(`GET /v25.0/message_template_library?search=ĐƠN&language=vi&topic=order_management&limit=1&after={after}`, ``, `200 {"data":[{"name":"order_on_its_way_1"*`)
		w.Do(`GET /v25.0/message_template_library?search=nonsense`, ``, `200 {"data":[]}`)
		w.As("").Do(`GET /v25.0/message_template_library`, ``, `401 *`)
		for _, l := range template.Library(template.LibraryFilter{}) {
			w.Do(templates, `{"name":"mine_`+l.Name+`","language":"`+l.Language+`","category":"UTILITY","library_template_name":"`+l.Name+`",
				"library_template_button_inputs":"[{\"type\":\"URL\",\"url\":{\"base_url\":\"https://quan.example/{{1}}\",\"url_suffix_example\":\"https://quan.example/1\"}},{\"type\":\"PHONE_NUMBER\",\"phone_number\":\"+842871000001\"}]"}`,
				`200 {"id":"<*>","status":"PENDING","category":"UTILITY"}`)
		}
		w.Do(templates, `{"name":"x","language":"ar","category":"UTILITY","library_template_name":"order_confirmed_1"}`, `400 {"error":{"message":"(#100) Invalid parameter: the library has no template \"order_confirmed_1\" in \"ar\"*`)
		w.Do(templates, `{"name":"x","language":"vi","category":"UTILITY","library_template_name":"order_confirmed_1"}`, `400 {"error":{"message":"(#100) Invalid parameter: library_template_button_inputs needs an entry of type URL*`)

		w.Do(`GET /v25.0/{waba}/message_template_previews?category=AUTHENTICATION&languages=en_US,vi&add_security_recommendation=true&code_expiration_minutes=10&button_types=OTP`, ``,
			`200 {"data":[{"body":"*{{1}}* is your verification code. For your security, do not share this code.","buttons":[{"autofill_text":"Autofill","text":"Copy code"}],"footer":"This code expires in 10 minutes.","language":"en_US"},
			{"body":"*{{1}}* là mã xác minh của bạn. Vì lý do bảo mật, đừng chia sẻ mã này.","buttons":[{"autofill_text":"Tự động điền","text":"Sao chép mã"}],"footer":"Mã này hết hạn sau 10 phút.","language":"vi"}]}`)
		w.Do(`GET /v25.0/{waba}/message_template_previews?category=UTILITY`, ``, `400 {"error":{"message":"(#100) Invalid parameter: Param category must be AUTHENTICATION*`)

		const code = `"components":[{"type":"BODY","add_security_recommendation":true},{"type":"FOOTER","code_expiration_minutes":5},{"type":"BUTTONS","buttons":[{"type":"OTP","otp_type":"COPY_CODE"}]}]`
		w.Do(`POST /v25.0/{waba}/upsert_message_templates`, `{"name":"code","category":"AUTHENTICATION","languages":["en_US","vi"],`+code+`}`,
			`200 {"data":[{"id":"<en>","status":"PENDING","language":"en_US"},{"id":"<vi>","status":"PENDING","language":"vi"}]}`)
		w.Do(`POST /v25.0/{waba}/upsert_message_templates`, `{"name":"code","category":"AUTHENTICATION","languages":"vi,fr",`+strings.Replace(code, "5}", "9}", 1)+`}`,
			`200 {"data":[{"id":"{vi}","status":"PENDING","language":"vi"},{"id":"<fr>","status":"PENDING","language":"fr"}]}`)
		w.Do(`GET /v25.0/{vi}?fields=components`, ``, `200 {"components":[{"type":"BODY","text":"*{{1}}* là mã xác minh của bạn. Vì lý do bảo mật, đừng chia sẻ mã này.","example":{"body_text":[["123456"]]},"add_security_recommendation":true},{"type":"FOOTER","text":"Mã này hết hạn sau 9 phút."*`)
		w.Do(`POST /v25.0/{waba}/upsert_message_templates`, `{"name":"code","category":"UTILITY","languages":["vi"],`+code+`}`, `400 {"error":{"message":"(#100) Invalid parameter: category must be AUTHENTICATION*`)
	})
}
