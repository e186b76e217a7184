package graphapi_test

import (
	"context"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/graphapi/apitest"
	"github.com/hawkerhq/hawker/internal/messaging"
)

// The clock of tests stands at 1795424400, 2026-11-23T09:00:00Z.
func TestAnalytics(t *testing.T) {
	t.Parallel()
	eachStall(t, func(w *apitest.World) {
		w.Do(`POST /v25.0/{waba}/message_templates`, `{"name":"offer","language":"vi","category":"MARKETING","components":[{"type":"BODY","text":"Tuần này quán giảm giá các món nước."},`+
			`{"type":"BUTTONS","buttons":[{"type":"QUICK_REPLY","text":"Xem món"}]}]}`, `200 {"id":"<offer>","status":"PENDING","category":"MARKETING"}`)
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(w.DB.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE message_template SET status = 'APPROVED'`)
			return err
		}))
		w.Do(messages, to+`"text":{"body":"x"}}`, `200 {"messaging_product":"whatsapp","contacts":[{"input":"84901234567","wa_id":"84901234567"}],"messages":[{"id":"<first>"}]}`)
		w.Clock.Advance(24 * time.Hour)
		offer := `"type":"template","template":{"name":"offer","language":{"code":"vi"}}}`
		w.Do(messages, to+offer, `200 {"messaging_product":"whatsapp","contacts":[{"input":"84901234567","wa_id":"84901234567"}],"messages":[{"id":"<offered>","message_status":"accepted"}]}`)
		w.Do(messages, `{"messaging_product":"whatsapp","to":"+5511988887777",`+offer, `200 *`)
		w.Do(messages, to+`"text":{"body":"outside the window"}}`, accepted) // fails by a status
		must(w.Deps.Exchange.Ack(t.Context(), w.ID("phone"), "84901234567", w.Get("offered"), chat.Read))
		_, err := w.Deps.Exchange.Receive(t.Context(), messaging.Inbound{PhoneID: w.ID("phone"), WaID: "84901234567", Type: "button", ReplyTo: w.Get("offered"), Choice: "Xem món"})
		must(err)
		w.Clock.Advance(time.Hour)

		const from, days = `start(1795424400).end(1795600000)`, `"phone_numbers":["842871000001"],`
		w.Do(`GET /v25.0/{waba}?fields=analytics.`+from+`.granularity(DAY)`, ``, `200 {"analytics":{`+days+`"country_codes":["BR","VN"],"granularity":"DAY","data_points":[`+
			`{"start":1795424400,"end":1795510800,"sent":1,"delivered":0},{"start":1795510800,"end":1795597200,"sent":2,"delivered":2}]},"id":"{waba}"}`)
		w.Do(`GET /v25.0/{waba}?fields=analytics.`+from+`.granularity(HALF_HOUR).phone_numbers(["842871000001"]).country_codes(["BR"]).product_types([0])`, ``,
			`200 {"analytics":{`+days+`"country_codes":["BR"],"granularity":"HALF_HOUR","data_points":[{"start":1795510800,"end":1795512600,"sent":1,"delivered":0}]},"id":"{waba}"}`)
		w.Do(`GET /v25.0/{waba}?fields=pricing_analytics.`+from+`.granularity(DAILY).dimensions(PRICING_CATEGORY,PRICING_TYPE,COUNTRY)`, ``,
			`200 {"pricing_analytics":{"data":[{"data_points":[{"cost":0,"country":"VN","end":1795597200,"pricing_category":"SERVICE","pricing_type":"FREE_CUSTOMER_SERVICE","start":1795510800,"volume":1},`+
				`{"cost":0,"country":"VN","end":1795597200,"pricing_category":"MARKETING","pricing_type":"REGULAR","start":1795510800,"volume":1}]}]},"id":"{waba}"}`)
		w.Do(`GET /v25.0/{waba}/pricing_analytics?start=1795424400&end=1795600000&granularity=MONTHLY&metric_types=["VOLUME"]&pricing_types=["REGULAR"]`, ``,
			`200 {"data":[{"data_points":[{"end":1798016400,"start":1795424400,"volume":1}]}]}`)
		w.Do(`GET /v25.0/{waba}?fields=conversation_analytics.`+from+`.granularity(DAILY).dimensions(["CONVERSATION_CATEGORY","CONVERSATION_DIRECTION","CONVERSATION_TYPE","PHONE"])`, ``,
			`200 {"conversation_analytics":{"data":[{"data_points":[{"conversation":1,"conversation_category":"SERVICE","conversation_direction":"USER_INITIATED","conversation_type":"FREE_TIER","cost":0,"end":1795510800,"phone_number":"842871000001","start":1795424400},`+
				`{"conversation":2,"conversation_category":"MARKETING","conversation_direction":"BUSINESS_INITIATED","conversation_type":"REGULAR","cost":0,"end":1795597200,"phone_number":"842871000001","start":1795510800}]}]},"id":"{waba}"}`)
		w.Do(`GET /v25.0/{waba}/template_analytics?start=1795392000&end=1795600000&granularity=daily&template_ids=[{offer}]`, ``,
			`200 {"data":[{"data_points":[{"clicked":[{"button_content":"Xem món","count":1,"type":"quick_reply_button"}],"cost":[{"type":"amount_spent","value":0}],"delivered":1,"end":1795564800,"read":1,"sent":2,"start":1795478400,"template_id":"{offer}"}],`+
				`"granularity":"DAILY","product_type":"cloud_api"}]}`)

		w.Do(`POST /v25.0/{waba}`, `is_enabled_for_insights=true`, `200 {"id":"{waba}"}`)
		for call, want := range map[string]string{
			`?fields=analytics`: parameter(`The parameter start is required`),
			`?fields=analytics.start(1).end(2).granularity(DAY)`:                                   parameter(`Invalid parameter: Param start must be within the last year`),
			`?fields=analytics.start(1795424400).end(1795424400).granularity(DAY)`:                 parameter(`Invalid parameter: Param end must be behind start`),
			`?fields=analytics.` + from + `.granularity(DAILY)`:                                    parameter(`Invalid parameter: Param granularity must be one of HALF_HOUR, DAY, MONTH`),
			`?fields=analytics.` + from + `.granularity(DAY).phone_numbers(["84900000000"])`:       parameter(`Invalid parameter: Param phone_numbers must be numbers of this account, such as 842871000001`),
			`?fields=pricing_analytics.` + from + `.granularity(DAILY).dimensions(["MOON"])`:       parameter(`Invalid parameter: Param dimensions must be of`),
			`/template_analytics?start=1795392000&end=1795600000&granularity=daily`:                parameter(`The parameter template_ids is required`),
			`/template_analytics?start=1795392000&end=1795600000&granularity=daily&template_ids=7`: parameter(`Invalid parameter: Param template_ids must be ids of templates of this account; 7 is none`),
		} {
			answers(w, `GET /v25.0/{waba}`+call, ``, want)
		}
		answers(w.As("foreign_token"), `GET /v25.0/{waba}?fields=analytics.`+from+`.granularity(DAY)`, ``, `400 {"error":{"message":"Unsupported get request. Object with ID '{waba}' does not exist`)
	})
}
