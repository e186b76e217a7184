package graphapi_test

import (
	"testing"

	"github.com/hawkerhq/hawker/internal/graphapi/apitest"
)

func TestAssignedUsersOfAnAccount(t *testing.T) {
	t.Parallel()
	eachShop(t, func(w *apitest.World) {
		const users = `/v25.0/{waba}/assigned_users`
		w.Do(`GET `+users+`?business={business}`, ``, `200 {"data":[]}`)
		w.Do(`POST `+users, `user={user}&tasks=["MANAGE"]`, `200 {"success":true}`)
		w.Do(`POST `+users, `user={user}&tasks=["MESSAGING","VIEW_TEMPLATES"]`, `200 {"success":true}`)
		w.Do(`GET `+users+`?business={business}`, ``, `200 {"data":[{"id":"{user}","name":"Admin","user_type":"SYSTEM_USER","business":{"id":"{business}","name":"Quán Góc Phố"},"tasks":["MESSAGING","VIEW_TEMPLATES"]}],*`)
		w.Do(`GET `+users+`?business={foreign}`, ``, `200 {"data":[]}`)
		w.Do(`GET /v25.0/{user}/assigned_whatsapp_business_accounts?fields=id`, ``, `200 {"data":[{"id":"{waba}"}],*`)
		for call, want := range map[string]string{
			`GET ` + users: parameter(`The parameter business is required`),
			`POST ` + users + `?user={foreign_user}&tasks=["MANAGE"]`:     parameter(`Invalid parameter: Param user must be a system user or a person of the account's business`),
			`POST ` + users + `?user={user}&tasks=["COOK"]`:               parameter(`Invalid parameter: tasks holds \"COOK\"; they are DEVELOP, MANAGE,`),
			`POST ` + users + `?user={user}`:                              parameter(`The parameter tasks is required`),
			`DELETE ` + users + `?user=7`:                                 parameter(`Invalid parameter: user 7 is not assigned to the account`),
			`GET /v25.0/{foreign_waba}/assigned_users?business={foreign}`: `400 {"error":{"message":"Unsupported get request. Object with ID '{foreign_waba}' does not exist`,
		} {
			answers(w, call, ``, want)
		}
		w.Do(`DELETE `+users+`?user={user}`, ``, `200 {"success":true}`)
		w.Do(`GET `+users+`?business={business}`, ``, `200 {"data":[]}`)
		w.Do(`GET /v25.0/{business}/client_whatsapp_business_accounts`, ``, `200 {"data":[]}`)
	})
}
