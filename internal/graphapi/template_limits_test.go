package graphapi_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/graphapi/apitest"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/template"
)

// TestTemplateLimits: the limits of the contract at their edges, which TestTemplateRules does not go through.
func TestTemplateLimits(t *testing.T) {
	t.Parallel()
	eachShop(t, func(w *apitest.World) {
		w.Do(`POST /v25.0/{waba}/product_catalogs`, `catalog_id={menu}`, `200 {"success":true}`)
		handle(w, "image/png", "picture")
		handle(w, "video/mp4", "moving")
		many := func(n int, one string) string { return strings.TrimSuffix(strings.Repeat(one+",", n), ",") }
		buttons := func(list string) string {
			return tpl("x", "MARKETING", `[`+said("Một lời chào")+`,{"type":"BUTTONS","buttons":[`+list+`]}]`)
		}
		address := func(n int) string {
			return `{"type":"URL","text":"Xem","url":"https://x.example/` + strings.Repeat("a", n-len("https://x.example/")) + `"}`
		}
		offer := func(n int, text string) string {
			return tpl("x", "MARKETING", `[`+said(strings.Repeat("ớ", n))+`,{"type":"limited_time_offer","limited_time_offer":{"text":"`+text+`"}},{"type":"buttons","buttons":[{"type":"copy_code","example":"SEN"},{"type":"url","text":"Mua","url":"https://x.example"}]}]`)
		}
		cards := func(n int, body string) string {
			one := `{"components":[{"type":"header","format":"image","example":{"header_handle":["{picture}"]}},` + body + `{"type":"buttons","buttons":[{"type":"quick_reply","text":"Thích"}]}]}`
			return tpl("x", "MARKETING", `[`+said("Mời bạn xem")+`,{"type":"carousel","cards":[`+many(n, one)+`]}]`)
		}
		lives := func(category string, seconds int) string {
			components := `[` + said("Một lời chào") + `]`
			if category == "AUTHENTICATION" {
				components = `[{"type":"body"},{"type":"buttons","buttons":[{"type":"otp","otp_type":"copy_code"}]}]`
			}
			return strings.Replace(tpl("x", category, components), `"components"`, fmt.Sprintf(`"message_send_ttl_seconds":%d,"components"`, seconds), 1)
		}
		between := func(category string, least, most, got int) string {
			return parameter(fmt.Sprintf(`Invalid parameter: message_send_ttl_seconds of a template of category %s must be between %d and %d, not %d`, category, least, most, got))
		}
		const phone, code = `{"type":"PHONE_NUMBER","text":"Gọi","phone_number":"842871000001"}`, `{"type":"COPY_CODE","example":"SEN"}`
		for _, c := range []struct{ body, want string }{
			{buttons(many(2, phone)), parameter(`Invalid parameter: components[1].buttons: at most 1 buttons of type PHONE_NUMBER are allowed`)},
			{buttons(many(2, code)), parameter(`Invalid parameter: components[1].buttons: at most 1 buttons of type COPY_CODE are allowed`)},
			{buttons(address(2001)), subcoded(2388040, `components[1].buttons[0].url has 2001 characters, at most 2000 are allowed`)},
			{offer(601, "Hôm nay"), subcoded(2388040, `the body has 601 characters, at most 600 are allowed`)},
			{cards(11, ``), parameter(`Invalid parameter: components[1].cards: a carousel has 2 to 10 cards, this one has 11`)},
			{cards(2, said(strings.Repeat("ớ", 161))+`,`), subcoded(2388040, `the body has 161 characters, at most 160 are allowed`)},
			{lives("UTILITY", 29), between("UTILITY", 30, 43200, 29)},
			{lives("UTILITY", 43201), between("UTILITY", 30, 43200, 43201)},
			{lives("AUTHENTICATION", 29), between("AUTHENTICATION", 30, 900, 29)},
			{lives("AUTHENTICATION", 901), between("AUTHENTICATION", 30, 900, 901)},
			{lives("MARKETING", 43199), between("MARKETING", 43200, 2592000, 43199)},
			{lives("MARKETING", 2592001), between("MARKETING", 43200, 2592000, 2592001)},
		} {
			answers(w, templates, c.body, c.want)
		}
		for n, body := range []string{
			buttons(phone + `,` + code), buttons(address(2000)), buttons(many(10, `{"type":"QUICK_REPLY","text":"`+strings.Repeat("x", 25)+`"}`)),
			offer(600, strings.Repeat("x", 16)), cards(10, said(strings.Repeat("ớ", 160))+`,`),
			tpl("x", "MARKETING", `[{"type":"header","format":"gif","example":{"header_handle":["{moving}"]}},`+said("Một lời chào")+`]`),
			lives("UTILITY", 30), lives("UTILITY", -1), lives("AUTHENTICATION", 900), lives("AUTHENTICATION", -1), lives("MARKETING", 2592000),
		} {
			w.Do(templates, strings.Replace(body, `"x"`, fmt.Sprintf(`"x%d"`, n), 1), `200 {"id":"<*>","status":"PENDING"*`)
		}
	})
}

// A message that was held is not held twice when its call is made again, and its answer says the same.
func TestAHeldMessageIsRepeated(t *testing.T) {
	t.Parallel()
	eachStall(t, func(w *apitest.World) {
		approved(w, tpl("mon_moi", "MARKETING", `[`+said("Hôm nay quán có món mới.")+`]`))
		if err := w.Deps.Templates.Pace(t.Context(), access.Caller{Businesses: []id.ID{w.ID("business")}, Permissions: access.Permissions()}, w.ID("mon_moi"), template.Pacing{For: time.Hour}); err != nil {
			t.Fatal(err)
		}
		call := under(messages, "held")
		first, _ := w.Call(call, send("mon_moi", `[]`))
		again, header := w.Call(call, send("mon_moi", `[]`))
		if first != again || !strings.Contains(first, `"message_status":"held_for_quality_assessment"`) || header.Get("Idempotent-Replayed") != "true" {
			t.Errorf("first %s\nagain %s", first, again)
		}
		if n := rows(w, "held_message"); n != 1 {
			t.Errorf("%d messages are held", n)
		}
		w.Do(messages, send("mon_moi", `[]`), `200 *`)
		if n := rows(w, "held_message"); n != 2 {
			t.Errorf("%d messages are held after another call", n)
		}
	})
}
