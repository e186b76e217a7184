package graphapi_test

import (
	"context"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/attachment"
	"github.com/hawkerhq/hawker/internal/graphapi/apitest"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/template"
)

// approved makes templates that are approved at once; {name} is the id of each.
func approved(w *apitest.World, bodies ...string) {
	w.T.Helper()
	for _, b := range bodies {
		name, _, _ := strings.Cut(strings.TrimPrefix(b, `{"name":"`), `"`)
		w.Do(templates, b, `200 {"id":"<`+name+`>"*`)
		decide(w, name, template.Verdict{Status: template.Approved})
	}
}

// decide gives the template {name} a verdict.
func decide(w *apitest.World, name string, v template.Verdict) {
	w.T.Helper()
	owner := access.Caller{Businesses: []id.ID{w.ID("business")}, Permissions: access.Permissions()}
	if err := w.Deps.Templates.Decide(context.Background(), owner, w.ID(name), v); err != nil {
		w.T.Fatal(err)
	}
}

// send is a message of the template name with components.
func send(name, components string) string {
	return to + `"type":"template","template":{"name":"` + name + `","language":{"code":"vi"},"components":` + components + `}}`
}

// coded is a refusal with a code and details that begin so.
func coded(status, code, title, details string) string {
	return status + ` {"error":{"message":"(#` + code + `) ` + title + `","type":"OAuthException","code":` + code + `,…"error_data":{"messaging_product":"whatsapp","details":"` + details
}

// TestTemplateMessagesAreRefusedInOrder: every literal of the contract, header before counts before buttons.
func TestTemplateMessagesAreRefusedInOrder(t *testing.T) {
	t.Parallel()
	eachStall(t, func(w *apitest.World) {
		handle(w, "image/png", "picture")
		approved(w,
			tpl("anh", "MARKETING", `[{"type":"header","format":"image","example":{"header_handle":["{picture}"]}},`+said("Chào {{1}}, mời bạn ghé quán lúc {{2}} hôm nay.", "Lan", "9 giờ")+`,
				{"type":"buttons","buttons":[{"type":"quick_reply","text":"Có"},{"type":"url","text":"Xem","url":"https://quan.example/{{1}}","example":["x"]}]}]`),
			tpl("noi", "UTILITY", `[{"type":"header","format":"location"},`+said("Quán ở đây bạn nhé.")+`]`),
			strings.Replace(tpl("ten", "UTILITY", `[{"type":"BODY","text":"Chào bạn {{ten}}, đơn {{don}} của bạn đã xong rồi nhé.","example":{"body_text_named_params":[{"param_name":"ten","example":"Lan"},{"param_name":"don","example":"A"}]}}]`),
				`"components"`, `"parameter_format":"NAMED","components"`, 1),
			tpl("nghi", "UTILITY", `[`+said("Quán nghỉ hôm nay.")+`]`), tpl("cho", "UTILITY", `[`+said("Quán mở cửa lại.")+`]`), tpl("het", "UTILITY", `[`+said("Quán đã dời đi.")+`]`),
		)
		decide(w, "nghi", template.Verdict{Status: template.Paused})
		decide(w, "het", template.Verdict{Status: template.Disabled})
		w.Do(templates, tpl("moi", "UTILITY", `[`+said("Chưa được duyệt.")+`]`), `200 *`)
		const (
			image  = `{"type":"header","parameters":[{"type":"image","image":{"link":"https://quan.example/a.jpg"}}]}`
			two    = `{"type":"body","parameters":[{"type":"text","text":"Lan"},{"type":"text","text":"9 giờ"}]}`
			path   = `{"type":"button","sub_type":"url","index":"1","parameters":[{"type":"text","text":"x"}]}`
			issue  = "There's an issue with the parameters in your template"
			counts = "Template Param Count Mismatch"
			format = "Template Parameter Format Mismatch"
			lacks  = "Required parameter is missing"
		)
		for _, c := range []struct{ body, want string }{
			{to + `"type":"template"}`, parameter(`The parameter template is required."`)},
			{to + `"type":"template","template":{"language":{"code":"vi"}}}`, parameter(`The parameter template['name'] is required."`)},
			{to + `"type":"template","template":{"name":"anh"}}`, parameter(`The parameter template['language']['code'] is required."`)},
			{to + `"type":"template","template":{"name":"anh","language":{"code":"vi","policy":"fallback"}}}`, parameter(`Param template['language']['policy'] must be one of {DETERMINISTIC}`)},
			{send("khong", `[]`), coded("404", "132001", "Template does not exist", `template name (khong) does not exist in vi; `)},
			{strings.Replace(send("anh", `[]`), `"vi"`, `"pt_BR"`, 1), coded("404", "132001", "Template does not exist", `template name (anh) does not exist in pt_BR; `)},
			{send("moi", `[]`), coded("404", "132001", "Template does not exist", `template name (moi) does not exist in vi; it is PENDING"`)},
			{send("nghi", `[]`), coded("400", "132015", "Template is Paused", `template nghi in vi is paused because of its quality until 2026-11-23T12:00:00Z`)},
			{send("het", `[]`), coded("400", "132016", "Template is Disabled", `template het in vi is disabled`)},
			{send("anh", `[]`), coded("400", "132012", format, `header: Format mismatch, expected IMAGE, received UNKNOWN"`)},
			{send("anh", `[{"type":"header","parameters":[{"type":"text","text":"x"}]}]`), coded("400", "132012", format, `header: Format mismatch, expected IMAGE, received TEXT"`)},
			{send("anh", `[{"type":"header","parameters":[{"type":"image","image":{}}]}]`), coded("400", "132018", issue, `Either one of media ID or link must be present"`)},
			{send("anh", `[`+image+`,{"type":"body","parameters":[{"type":"text","text":"Lan"}]}]`), coded("400", "132000", counts, `body: number of localizable_params (1) does not match the expected number of params (2)"`)},
			{send("anh", `[`+image+`]`), coded("400", "132000", counts, `body: number of localizable_params (0) does not match the expected number of params (2)"`)},
			{send("anh", `[`+image+`,{"type":"body","parameters":[{"type":"text","text":"Lan"},{"type":"image","image":{"link":"https://x.example"}}]}]`), coded("400", "132012", format, `body: Format mismatch, expected TEXT, received IMAGE"`)},
			{send("anh", `[`+image+`,{"type":"body","parameters":[{"type":"text","text":"Lan"},{"type":"text"}]}]`), coded("400", "131008", lacks, `body: Parameter of type text is missing text value"`)},
			{send("anh", `[`+image+`,{"type":"body","parameters":[{"type":"text","text":"Lan"},{"type":"text","text":"a\nb"}]}]`), coded("400", "132018", issue, `body: Param text cannot have new-line/tab characters or more than 4 consecutive spaces"`)},
			{send("anh", `[`+image+`,{"type":"body","parameters":[{"type":"text","text":"Lan"},{"type":"text","text":"`+strings.Repeat("x", 1000)+`"}]}]`), coded("400", "132005", "Template Hydrated Text Too Long", `Translated text too long`)},
			{send("anh", `[`+image+`,`+two+`]`), coded("400", "131008", lacks, `buttons: Button at index 1 of type Url requires a parameter"`)},
			{send("anh", `[`+image+`,`+two+`,{"type":"button","sub_type":"quick_reply","index":1,"parameters":[{"type":"payload","payload":"x"}]}]`), coded("400", "132018", issue, `buttons: Button at index 1 must be of type Url"`)},
			{send("anh", `[`+image+`,`+two+`,{"type":"button","sub_type":"url","index":2}]`), coded("400", "132018", issue, `buttons: Button at index 2 does not exist`)},
			{send("anh", `[`+image+`,`+two+`,{"type":"button","sub_type":"url"}]`), coded("400", "100", "Invalid parameter", `The parameter template['components'][2]['index'] is required."`)},
			{send("anh", `[`+image+`,`+two+`,{"type":"button","index":"0"}]`), coded("400", "100", "Invalid parameter", `The parameter template['components'][2]['sub_type'] is required."`)},
			{send("anh", `[`+image+`,`+two+`,{"type":"button","sub_type":"pay","index":"0"}]`), coded("400", "100", "Invalid parameter", `Param template['components'][2]['sub_type'] must be one of`)},
			{send("anh", `[{"type":"tail"}]`), coded("400", "100", "Invalid parameter", `Param template['components'][0]['type'] must be one of`)},
			{send("anh", `[`+image+`,`+two+`,`+path+`,{"type":"carousel","cards":[]}]`), coded("400", "132000", counts, `carousel: number of localizable_params (0)`)},
			{send("noi", `[]`), coded("400", "132012", format, `header: Format mismatch, expected LOCATION, received UNKNOWN"`)},
			{send("noi", `[{"type":"header","parameters":[{"type":"location","location":{"latitude":"10.7"}}]}]`), coded("400", "131008", lacks, `header: Parameter of type location is missing latitude or longitude"`)},
			{send("ten", `[{"type":"body","parameters":[{"type":"text","text":"Lan"},{"type":"text","text":"A"}]}]`), coded("400", "100", "Invalid parameter", `Parameter name is missing or empty"`)},
			{send("ten", `[{"type":"body","parameters":[{"type":"text","parameter_name":"ai","text":"Lan"}]}]`), coded("400", "132018", issue, `body: the template has no parameter \"ai\"; it has ten, don"`)},
			{send("ten", `[{"type":"body","parameters":[{"type":"text","parameter_name":"ten","text":"Lan"}]}]`), coded("400", "132000", counts, `body: number of localizable_params (1) does not match the expected number of params (2)"`)},
			{send("cho", `[{"type":"body","parameters":[{"type":"text","text":"x"}]}]`), coded("400", "132000", counts, `body: number of localizable_params (1) does not match the expected number of params (0)"`)},
			{send("cho", `{}`), parameter(`Param template.components must be an array, not an object"`)},
		} {
			answers(w, messages, c.body, c.want)
		}
		w.As("foreign_token").Do(messages, send("cho", `[]`), `400 {"error":{"message":"Unsupported post request. Object with ID '{phone}'*`)
		w.As("foreign_token").Do(`POST /v25.0/{foreign_phone}/messages`, send("cho", `[]`), `404 {"error":{"message":"(#132001) Template does not exist*`)

		const taken = `200 {"messaging_product":"whatsapp","contacts":[{"input":"84901234567","wa_id":"84901234567"}],"messages":[{"id":"wamid.<*>","message_status":"accepted"}]}`
		w.Do(messages, send("cho", `[]`), taken)
		w.Do(messages, strings.Replace(send("cho", `[]`), `,"components":[]`, ``, 1), taken)
		w.Do(messages, send("ten", `[{"type":"BODY","parameters":[{"type":"text","parameter_name":"don","text":"A"},{"type":"text","parameter_name":"ten","text":"Lan"}]}]`), taken)
		w.Do(messages, send("noi", `[{"type":"header","parameters":[{"type":"location","location":{"latitude":10.7,"longitude":"106.7","name":"Quán"}}]}]`), taken)
		own, err := w.Deps.Attachments.Put(t.Context(), attachment.File{BusinessID: w.ID("business"), PhoneID: w.ID("phone"), MIME: "image/png", Name: "a.png"}, strings.NewReader(pixel))
		if err != nil {
			t.Fatal(err)
		}
		w.Set("file", own.ID.String())
		w.Do(messages, send("anh", `[{"type":"header","parameters":[{"type":"image","image":{"id":"{file}"}}]},`+two+`,`+path+`]`), taken)
		v, err := w.Deps.Exchange.Chat(t.Context(), w.ID("phone"), "84901234567", 1, "")
		if err != nil {
			t.Fatal(err)
		}
		if m := v.Messages[0]; len(m.Files) != 1 || m.Files[0].ID != own.ID || m.Text != "Chào Lan, mời bạn ghé quán lúc 9 giờ hôm nay." || m.Template.Buttons[1].URL != "https://quan.example/x" {
			t.Errorf("the chat shows %+v", m)
		}
		_, err = w.Deps.Exchange.Receive(t.Context(), messaging.Inbound{PhoneID: w.ID("phone"), WaID: "84901234567", Type: "button", ReplyTo: v.Messages[0].ID, Choice: "Có"})
		if err != nil {
			t.Error(err)
		}
	})
}

// pixel is a PNG of one pixel.
const pixel = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\xdac\xfc\xcf\xc0P\x0f\x00\x04\x85\x01\x80\x84\xa9\x8c!\x00\x00\x00\x00IEND\xaeB`\x82"
