package graphapi_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/graphapi/apitest"
	"github.com/hawkerhq/hawker/internal/messaging"
)

// form is a small flow.
const form = `{"version":"6.0","screens":[{"id":"ASK","title":"Hỏi","terminal":true,"layout":{"type":"SingleColumnLayout","children":[{"type":"TextInput","name":"q","label":"Câu hỏi"},{"type":"Footer","label":"Gửi","on-click-action":{"name":"complete","payload":{"q":"${form.q}"}}}]}}]}`

// quoted is a text as a JSON string.
func quoted(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

// upload sends a flow's JSON as the file of a form.
func uploadFlow(w *apitest.World, flow, text, want string) {
	w.T.Helper()
	body := "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"flow.json\"\r\nContent-Type: application/json\r\n\r\n" + text +
		"\r\n--b\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nflow.json\r\n--b\r\nContent-Disposition: form-data; name=\"asset_type\"\r\n\r\nFLOW_JSON\r\n--b--\r\n"
	w.Do("POST /v25.0/{"+flow+"}/assets\nContent-Type: multipart/form-data; boundary=b", body, want)
}

func TestFlowsAreMadePublishedAndEnded(t *testing.T) {
	t.Parallel()
	eachShop(t, func(w *apitest.World) {
		w.Do(`POST /v25.0/{waba}/flows`, `name=Đặt bàn&categories=["APPOINTMENT_BOOKING"]`, `200 {"id":"<book>"}`)
		w.Do(`GET /v25.0/{book}`, ``, `200 {"id":"{book}","name":"Đặt bàn","status":"DRAFT","categories":["APPOINTMENT_BOOKING"],"validation_errors":[]}`)
		w.Do(`POST /v25.0/{waba}/flows`, `name=Đặt bàn&categories=["OTHER"]`, `400 {"error":{"message":"(#100) Invalid parameter: name \"Đặt bàn\" belongs to another flow of this account*`)
		w.Do(`POST /v25.0/{waba}/flows`, `name=x&categories=["GAMES"]`, `400 {"error":{"message":"(#100) Invalid parameter: categories must be some of*`)
		w.Do(`POST /v25.0/{waba}/flows`, `name=x`, `400 {"error":{"message":"(#100) Invalid parameter: categories must name at least one*`)
		w.Do(`POST /v25.0/{waba}/flows`, `name=x&categories=["OTHER"]&endpoint_uri=ftp://x.example`, `400 {"error":{"message":"(#100) Invalid parameter: endpoint_uri must be an https address*`)
		w.Do(`POST /v25.0/{book}/publish`, ``, `400 {"error":{"message":"(#139002) Publishing attempt failed: the flow shows nothing yet*`)
		uploadFlow(w, "book", strings.Replace(form, "TextInput", "Song", 1), `200 {"success":true,"validation_errors":[{"error":"INVALID_PROPERTY_VALUE","error_type":"FLOW_JSON_ERROR",
			"message":"Property 'type' must be the name of a component such as TextInput, not \"Song\". (at $root/screens/0/layout/children/0/type)","line_start":1,"line_end":1,"column_start":129,"column_end":134}]}`)
		w.Do(`POST /v25.0/{book}/publish`, ``, `400 {"error":{"message":"(#139002) Publishing attempt failed: the flow's JSON has 1 problems, the first: Property 'type'*`)
		uploadFlow(w, "book", form, `200 {"success":true,"validation_errors":[]}`)
		w.Do(`POST /v25.0/{book}/assets`, `name=other.json&asset_type=FLOW_JSON`, `400 {"error":{"message":"(#100) Invalid parameter: Param name must be one of flow.json*`)
		w.Do(`POST /v25.0/{book}/assets`, `asset_type=FLOW_JSON`, `400 {"error":{"message":"(#100) The parameter file is required*`)
		w.Do(`POST /v25.0/{book}`, `name=Đặt chỗ`, `200 {"success":true}`)
		w.Do(`GET /v25.0/{book}?fields=name,json_version,preview,application`, ``, `200 {"name":"Đặt chỗ","json_version":"6.0","preview":{"preview_url":"http://HOST/flow-preview/<key>","expires_at":"2026-12-23T09:00:00+0000"},
			"application":{"id":"{app}","link":"http://HOST/games/?app_id={app}","name":"Quán Góc Phố app"},"id":"{book}"}`)
		w.Do(`GET /v25.0/{book}?fields=preview.invalidate(false)`, ``, `200 {"preview":{"preview_url":"http://HOST/flow-preview/{key}"*`)
		w.Do(`GET /v25.0/{book}?fields=whatsapp_business_account`, ``, `200 {"whatsapp_business_account":{"id":"{waba}","name":"<*>","currency":"<*>","timezone_id":"<*>","message_template_namespace":"<*>"},"id":"{book}"}`)
		w.Do(`GET /v25.0/{book}?fields=whatsapp_business_account{id}`, ``, `200 {"whatsapp_business_account":{"id":"{waba}"},"id":"{book}"}`)
		w.Do(`GET /v25.0/{book}/assets`, ``, `200 {"data":[{"name":"flow.json","asset_type":"FLOW_JSON","download_url":"http://HOST/flow-json/{key}"}]}`)
		w.Do(`POST /v25.0/{book}/publish`, ``, `200 {"success":true}`)
		w.Do(`POST /v25.0/{book}/publish`, ``, `400 {"error":{"message":"(#139002) Publishing attempt failed: the flow is PUBLISHED*`)
		w.Do(`POST /v25.0/{book}`, `name=Khác`, `400 {"error":{"message":"(#139001) Updating attempt failed: the flow is PUBLISHED*`)
		w.Do(`DELETE /v25.0/{book}`, ``, `400 {"error":{"message":"(#139004) Deleting attempt failed: the flow is PUBLISHED*`)
		w.Do(`POST /v25.0/{waba}/flows`, `name=Bản sao&categories=["OTHER"]&clone_flow_id={book}`, `200 {"id":"<copy>"}`)
		w.Do(`GET /v25.0/{copy}?fields=status,json_version`, ``, `200 {"status":"DRAFT","json_version":"6.0","id":"{copy}"}`)
		w.Do(`POST /v25.0/{copy}/deprecate`, ``, `400 {"error":{"message":"(#139003) Deprecating attempt failed: the flow is DRAFT*`)
		w.Do(`DELETE /v25.0/{copy}`, ``, `200 {"success":true}`)
		w.Do(`POST /v25.0/{waba}/flows`, `{"name":"Ngay","categories":["OTHER"],"publish":true,"flow_json":`+quoted(form)+`}`, `200 {"id":"<now>","success":true,"validation_errors":[]}`)
		w.Do(`GET /v25.0/{waba}/flows?fields=name,status`, ``, `200 {"data":[{"name":"Ngay","status":"PUBLISHED","id":"{now}"},{"name":"Đặt chỗ","status":"PUBLISHED","id":"{book}"}],"paging":*`)
		w.Do(`POST /v25.0/{book}/deprecate`, ``, `200 {"success":true}`)
		foreign := w.As("foreign_token")
		foreign.Do(`GET /v25.0/{book}`, ``, fmt.Sprintf(unsupported, "{book}"))
		foreign.Do(`GET /v25.0/{waba}/flows`, ``, fmt.Sprintf(unsupported, "{waba}"))
		foreign.Do(`POST /v25.0/{foreign_waba}/flows`, `name=x&categories=["OTHER"]&clone_flow_id={book}`, `400 {"error":{"message":"(#100) Invalid parameter: there is no flow {book} to copy*`)
	})
}

// TestFlowMessages: every rule of the type, and the answer of a customer.
func TestFlowMessages(t *testing.T) {
	t.Parallel()
	eachStall(t, func(w *apitest.World) {
		w.Do(`POST /v25.0/{waba}/flows`, `{"name":"Hỏi","categories":["OTHER"],"publish":true,"flow_json":`+quoted(form)+`}`, `200 {"id":"<flow>"*`)
		w.Do(`POST /v25.0/{waba}/flows`, `{"name":"Nháp","categories":["OTHER"],"flow_json":`+quoted(form)+`}`, `200 {"id":"<draft>"*`)
		message := func(parameters string) string {
			return interactive + `{"type":"flow","header":{"type":"text","text":"Hỏi quán"},"body":{"text":"Bạn hỏi gì?"},"footer":{"text":"x"},"action":{"name":"flow","parameters":` + parameters + `}}}`
		}
		const base = `{"flow_message_version":"3","flow_cta":"Mở",`
		for _, c := range []struct{ body, want string }{
			{message(`{"flow_cta":"Mở","flow_id":"{flow}"}`), parameter(`The parameter interactive['action']['parameters']['flow_message_version'] is required."`)},
			{message(`{"flow_message_version":"2","flow_cta":"Mở","flow_id":"{flow}"}`), value(`flow_message_version must be \"3\", not \"2\""`)},
			{message(base + `"flow_id":"{flow}","flow_name":"Hỏi"}`), value(`exactly one of flow_id and flow_name must name the flow"`)},
			{message(base + `"flow_id":"5"}`), value(`Flow with id or name \"5\" does not exist in the account of this number`)},
			{message(base + `"flow_name":"Không"}`), value(`Flow with id or name \"Không\" does not exist`)},
			{message(base + `"flow_id":"{draft}"}`), parameter(`Invalid parameter: flow \"Nháp\" is DRAFT; publish it, or send it in mode draft`)},
			{message(base + `"flow_id":"{flow}","mode":"draft"}`), parameter(`Invalid parameter: mode is draft, but flow \"Hỏi\" is PUBLISHED`)},
			{message(base + `"flow_id":"{flow}","flow_action":"data_exchange"}`), value(`flow \"Hỏi\" asks no endpoint: flow_action data_exchange needs an endpoint_uri`)},
			{message(base + `"flow_id":"{flow}","flow_action":"data_exchange","flow_action_payload":{"screen":"ASK"}}`), value(`flow_action_payload is for flow_action navigate`)},
			{message(base + `"flow_id":"{flow}","flow_action_payload":{"screen":"NO"}}`), parameter(`Invalid parameter: screen \"NO\" is none of this flow's: ASK`)},
			{message(base + `"flow_id":"{flow}","flow_action_payload":{"screen":"ASK","data":{}}}`), value(`data must be an object with at least one value`)},
			{strings.Replace(message(base+`"flow_id":"{flow}"}`), `"Mở"`, `"`+strings.Repeat("ở", 31)+`"`, 1), value(`Button label is too long. Max length is 30 (it has 31)"`)},
		} {
			answers(w, messages, c.body, c.want)
		}
		w.Do(messages, message(base+`"flow_id":"{draft}","mode":"draft"}`), accepted)
		got, _ := w.Call(messages, message(base+`"flow_name":"Hỏi","flow_token":"t-1","flow_action_payload":{"screen":"ASK"}}`))
		wamid := got[strings.Index(got, "wamid.") : len(got)-len(`"}]}`)]
		in := messaging.Inbound{PhoneID: w.ID("phone"), WaID: "84901234567", Type: "interactive", ReplyTo: wamid, Response: json.RawMessage(`{"q":"Mấy giờ mở cửa?","flow_token":"forged"}`)}
		if _, err := w.Deps.Exchange.Receive(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		v, err := w.Deps.Exchange.Chat(t.Context(), w.ID("phone"), "84901234567", 2, "")
		if err != nil {
			t.Fatal(err)
		}
		if m := v.Messages[1]; m.Kind != "flow_reply" || m.Response != `{"flow_token":"t-1","q":"Mấy giờ mở cửa?"}` || v.Messages[0].Flow == nil || v.Messages[0].Flow.Text != "Mở" {
			t.Errorf("the chat shows %+v", v.Messages)
		}
		in.Response = json.RawMessage(`[1]`)
		if _, err := w.Deps.Exchange.Receive(t.Context(), in); err == nil {
			t.Error("an answer that is no object was taken")
		}
		in.ReplyTo, in.Response = w.Get("inbound"), json.RawMessage(`{}`)
		if _, err := w.Deps.Exchange.Receive(t.Context(), in); err == nil {
			t.Error("an answer to a message without a flow was taken")
		}

		// Buttons of templates: by id, by name, and with the JSON along.
		button := func(name, more string) string {
			return tpl(name, "UTILITY", `[`+said("Bạn "+name+" hỏi gì quán không?")+`,{"type":"BUTTONS","buttons":[{"type":"FLOW","text":"Hỏi","navigate_screen":"ASK",`+more+`}]}]`)
		}
		approved(w, button("hoi_id", `"flow_id":"{flow}"`), button("hoi_ten", `"flow_name":"Hỏi"`), button("hoi_json", `"flow_json":`+quoted(form)))
		answers(w, templates, button("hoi_nhap", `"flow_id":"{draft}"`), parameter(`Invalid parameter: flow \"Nháp\" is DRAFT`))
		answers(w, templates, button("hoi_khong", `"flow_id":"5"`), parameter(`Invalid parameter: the account has no flow \"5\"`))
		answers(w, templates, strings.Replace(button("hoi_man", `"flow_id":"{flow}"`), `"ASK"`, `"NO"`, 1), parameter(`Invalid parameter: screen \"NO\" is none of this flow's`))
		answers(w, templates, button("hoi_may", `"flow_id":"{flow}","flow_action":"data_exchange"`), parameter(`Invalid parameter: flow \"Hỏi\" asks no endpoint`))
		w.Do(`GET /v25.0/{waba}/flows?fields=name,status&limit=1`, ``, `200 {"data":[{"name":"hoi_json vi","status":"PUBLISHED","id":"<made>"}]*`)
		w.Do(`GET /v25.0/{hoi_json}?fields=components`, ``, `200 {"components":[{"type":"BODY","text":"Bạn hoi_json hỏi gì quán không?"},{"type":"BUTTONS","buttons":[{"type":"FLOW","text":"Hỏi","flow_id":"{made}","flow_action":"navigate","navigate_screen":"ASK"}]}],"id":"{hoi_json}"}`)
		for _, name := range []string{"hoi_id", "hoi_ten", "hoi_json"} {
			w.Do(messages, send(name, `[{"type":"button","sub_type":"flow","index":"0","parameters":[{"type":"action","action":{"flow_token":"t-2","flow_action_data":{"a":1}}}]}]`),
				`200 {"messaging_product":"whatsapp","contacts":[{"input":"84901234567","wa_id":"84901234567"}],"messages":[{"id":"wamid.<*>","message_status":"accepted"}]}`)
		}
		w.Do(messages, send("hoi_id", `[]`), `200 *`)
		w.Do(`POST /v25.0/{flow}/deprecate`, ``, `200 {"success":true}`)
		answers(w, messages, send("hoi_id", `[]`), parameter(`Invalid parameter: flow \"Hỏi\" is DEPRECATED`))
	})
}
