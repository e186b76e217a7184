package graphapi_test

import (
	"testing"

	"github.com/hawkerhq/hawker/internal/graphapi/apitest"
	"github.com/hawkerhq/hawker/internal/messaging"
)

func TestBlockUsers(t *testing.T) {
	t.Parallel()
	eachStall(t, func(w *apitest.World) {
		const call = `/v25.0/{phone}/block_users`
		list := func(users string) string { return `{"messaging_product":"whatsapp","block_users":[` + users + `]}` }
		w.Do(`GET `+call, ``, `200 {"data":[]}`)
		w.Do(`POST `+call, list(`{"user":"+84 90 123 4567"}`),
			`200 {"messaging_product":"whatsapp","block_users":{"added_users":[{"input":"+84 90 123 4567","wa_id":"84901234567","user_id":"<bsuid>"}]}}`)
		w.Do(`POST `+call, list(`{"user":"84901234567"},{"user":"84912345678"}`), `400 {"messaging_product":"whatsapp","block_users":{"added_users":[{"input":"84901234567","wa_id":"84901234567","user_id":"{bsuid}"}],`+
			`"failed_users":[{"input":"84912345678","wa_id":"84912345678","errors":[{"message":"Re-engagement message","code":131047,"error_data":{"details":"only users who wrote to this number within the last 24 hours can be blocked"}}]}]},`+
			`"error":{"message":"(#139100) Failed to block/unblock users","type":"OAuthException","code":139100,"error_data":{"messaging_product":"whatsapp","details":"Failed to block some users, see the block_users response list for details"},"fbtrace_id":"<*>"}}`)
		w.Do(`GET `+call, ``, `200 {"data":[{"messaging_product":"whatsapp","wa_id":"84901234567","user_id":"{bsuid}"}],"paging":{"cursors":{"before":"<*>","after":"<*>"}}}`)
		answers(w, messages, to+`"text":{"body":"x"}}`, `400 {"error":{"message":"(#131026) Message undeliverable",…the recipient is on the block list of this number`)
		if _, err := w.Deps.Exchange.Receive(t.Context(), messaging.Inbound{PhoneID: w.ID("phone"), WaID: "84901234567", Text: "x"}); err != nil {
			t.Error(err)
		}
		w.Do(`DELETE `+call, list(`{"user":"84901234567"}`), `200 {"messaging_product":"whatsapp","block_users":{"removed_users":[{"input":"84901234567","wa_id":"84901234567","user_id":"{bsuid}"}]}}`)
		w.Do(`GET `+call, ``, `200 {"data":[]}`)
		w.Do(messages, to+`"text":{"body":"x"}}`, accepted)

		for body, want := range map[string]string{
			list(``):                            parameter(`Invalid parameter: Param block_users must be a list of users`),
			list(`{}`):                          parameter(`Invalid parameter: Param block_users must name a user in each entry`),
			`{"messaging_product":"whatsapp"}`:  parameter(`The parameter block_users is required`),
			`{"block_users":[{"user":"1"}]}`:    parameter(`The parameter messaging_product is required`),
			list(`"84901234567"`):               parameter(``),
			`{"messaging_product":"sms","a":1}`: parameter(``),
		} {
			answers(w, `POST `+call, body, want)
		}
		answers(w.As("foreign_token"), `GET `+call, ``, `400 {"error":{"message":"Unsupported get request. Object with ID '{phone}' does not exist`)
		answers(w.As("foreign_token"), `POST `+call, list(`{"user":"84901234567"}`), `400 {"error":{"message":"Unsupported post request. Object with ID '{phone}' does not exist`)
	})
}
