package graphapi_test

import (
	"context"
	"testing"

	"github.com/hawkerhq/hawker/internal/account"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/waba"
)

// connectForeign connects the catalog to a WhatsApp account of the partner.
func (m market) connectForeign() {
	m.T.Helper()
	err := m.DB.Update(m.T.Context(), func(ctx context.Context, tx *db.Tx) error {
		a, err := waba.CreateAccountTx(ctx, tx, waba.Account{BusinessID: m.ID("foreign"), Name: "Elsewhere", Currency: "VND"})
		m.Set("foreign_waba", a.ID.String())
		return err
	})
	if err != nil {
		m.T.Fatal(err)
	}
	m.As("foreign_token").Do(`POST /v25.0/{foreign_waba}/product_catalogs`, `catalog_id={catalog}`, `200 {"success":true}`)
}

// TestPartnersOfACatalog: what a business may do with a catalog that is shared with it, and what is left when it is not.
func TestPartnersOfACatalog(t *testing.T) {
	t.Parallel()
	eachMarket(t, func(m market) {
		partner := m.As("foreign_token")
		m.Do(`GET /v25.0/{catalog}/agencies`, ``, `200 {"data":[]}`)
		partner.Do(`GET /v25.0/{catalog}/agencies`, ``, `400 {"error":{"message":"Unsupported get request.*`)
		for body, want := range map[string]string{
			``:                                      `400 {"error":{"message":"(#100) The parameter business is required*`,
			`business={foreign}`:                    `400 {"error":{"message":"(#100) Invalid parameter: permitted_tasks must name at least one task of MANAGE, ADVERTISE, MANAGE_AR, AA_ANALYZE*`,
			`business=5&permitted_tasks=["MANAGE"]`: `400 {"error":{"message":"(#100) Invalid parameter: Param business must be the id of a business on this server; 5 is none*`,
			`business={foreign}&permitted_tasks=["OWN"]`:                           `400 {"error":{"message":"(#100) Invalid parameter: permitted_tasks: \"OWN\" is no task of a catalog*`,
			`business={foreign}&permitted_roles=["OWNER"]`:                         `400 {"error":{"message":"(#100) Invalid parameter: Param permitted_roles must hold ADMIN or ADVERTISER*`,
			`business={business}&permitted_tasks=["MANAGE"]`:                       `400 {"error":{"message":"(#100) Invalid parameter: business {business} owns the catalog*`,
			`business={foreign}&permitted_tasks=["MANAGE"]&utm_settings={"a":"b"}`: `400 {"error":{"message":"(#100) Invalid parameter: Param utm_settings must be left out*`,
		} {
			m.Do(`POST /v25.0/{catalog}/agencies`, body, want)
		}
		m.Do(`POST /v25.0/{catalog}/agencies`, `business={foreign}&permitted_roles=["ADVERTISER"]&skip_defaults=true`, `200 {"success":true}`)
		m.Do(`GET /v25.0/{catalog}/agencies?fields=name,permitted_tasks`, ``, `200 {"data":[{"id":"{foreign}","name":"Elsewhere","permitted_tasks":["ADVERTISE","AA_ANALYZE"]}],"paging":*`)
		partner.Do(`GET /v25.0/{foreign}/client_product_catalogs`, ``, `200 {"data":[{"id":"{catalog}","name":"Quán"}]*`)
		partner.Do(`GET /v25.0/{catalog}/agencies`, ``, `200 {"data":[{"id":"{foreign}"*`)
		partner.Do(`POST /v25.0/{catalog}/products`, `name=x&price=1&currency=USD&retailer_id=x`, `403 {"error":{"message":"(#200) Permissions error: catalog {catalog} is shared with your business for reading and connecting*`)
		partner.Do(`POST /v25.0/{catalog}/agencies`, `business={business}&permitted_tasks=["MANAGE"]`, `403 {"error":{"message":"(#200) Permissions error: catalog {catalog} is shared with your business; only its owner deletes and shares it*`)
		m.Do(`POST /v25.0/{catalog}/agencies`, `{"business":"{foreign}","permitted_tasks":["AA_ANALYZE","MANAGE"]}`, `200 {"success":true}`)
		m.Do(`GET /v25.0/{catalog}/agencies?fields=permitted_tasks`, ``, `200 {"data":[{"id":"{foreign}","permitted_tasks":["MANAGE","AA_ANALYZE"]}]*`)
		partner.Do(`POST /v25.0/{catalog}/products`, `name=x&price=1&currency=USD&retailer_id=x`, `200 {"id":"<item>"}`)
		partner.Do(`POST /v25.0/{item}`, `name=y`, `200 {"success":true}`)
		partner.Do(`GET /v25.0/{catalog}/product_feeds`, ``, `403 {"error":{"message":"(#200) Permissions error: catalog {catalog} is shared with your business*`)
		partner.Do(`DELETE /v25.0/{catalog}`, ``, `403 {"error":{"message":"(#200) Permissions error: catalog {catalog} is shared with your business; only its owner deletes*`)

		m.connectForeign()
		m.Do(`DELETE /v25.0/{catalog}/agencies?business={foreign}`, ``, `200 {"success":true}`)
		m.Do(`DELETE /v25.0/{catalog}/agencies?business={foreign}`, ``, `400 {"error":{"message":"(#100) Invalid parameter: business: the catalog is not shared with business {foreign}*`)
		partner.Do(`GET /v25.0/{item}`, ``, `400 {"error":{"message":"Unsupported get request.*`)
		partner.Do(`POST /v25.0/{catalog}/products`, `name=x&price=1&currency=USD&retailer_id=x`, `400 {"error":{"message":"Unsupported post request.*`)
		partner.Do(`GET /v25.0/{foreign_waba}/product_catalogs`, ``, `200 {"data":[]}`)
		m.Do(`GET /v25.0/{item}?fields=name,review_status`, ``, `200 {"name":"y","review_status":"","id":"{item}"}`)

		m.Do(`POST /v25.0/{catalog}/agencies`, `business={foreign}&permitted_tasks=["MANAGE"]`, `200 {"success":true}`)
		partner.Do(`DELETE /v25.0/{catalog}/agencies`, `business={foreign}`, `200 {"success":true}`)
		m.Do(`GET /v25.0/{catalog}/agencies`, ``, `200 {"data":[]}`)
	})
}

// TestUsersOfACatalog: who is assigned to a catalog changes it with MANAGE only; who is not, as the token lets.
func TestUsersOfACatalog(t *testing.T) {
	t.Parallel()
	eachMarket(t, func(m market) {
		m.Do(`POST /v25.0/{business}/system_users`, `name=Robot&role=EMPLOYEE`, `200 {"id":"<robot>"}`)
		m.Do(`POST /v25.0/{business}/system_user_access_tokens`, `system_user_id={robot}&scope=catalog_management`, `200 {"access_token":"<robot_token>"*`)
		robot, partner := m.As("robot_token"), m.As("foreign_token")
		item := `name=x&price=1&currency=USD&retailer_id=x`
		robot.Do(`POST /v25.0/{catalog}/products`, item, `200 {"id":"<item>"}`)
		robot.Do(`POST /v25.0/{catalog}/product_feeds`, `name=Menu`, `200 {"id":"<feed>"}`)

		m.Do(`GET /v25.0/{catalog}/assigned_users`, ``, `400 {"error":{"message":"(#100) The parameter business is required*`)
		m.Do(`GET /v25.0/{catalog}/assigned_users?business={business}`, ``, `200 {"data":[]}`)
		m.Do(`POST /v25.0/{catalog}/assigned_users`, `user={robot}`, `400 {"error":{"message":"(#100) The parameter tasks is required*`)
		m.Do(`POST /v25.0/{catalog}/assigned_users`, `user={robot}&tasks=["PLAY"]`, `400 {"error":{"message":"(#100) Invalid parameter: tasks: \"PLAY\" is no task of a catalog*`)
		for _, who := range []string{"5", "{foreign_user}", "{item}"} {
			m.Do(`POST /v25.0/{catalog}/assigned_users`, `user=`+who+`&tasks=["MANAGE"]`, `400 {"error":{"message":"(#100) Invalid parameter: Param user must be a system user or a person of a business that this token reaches; `+who+` is none*`)
		}
		m.Do(`POST /v25.0/{catalog}/assigned_users`, `user={robot}&tasks=["AA_ANALYZE","ADVERTISE"]`, `200 {"success":true}`)
		m.Do(`GET /v25.0/{catalog}/assigned_users?business={business}`, ``,
			`200 {"data":[{"id":"{robot}","name":"Robot","user_type":"SYSTEM_USER","business":{"id":"{business}","name":"Quán Góc Phố"},"tasks":["ADVERTISE","AA_ANALYZE"]}],"paging":*`)
		m.Do(`GET /v25.0/{robot}/assigned_product_catalogs`, ``, `200 {"data":[{"id":"{catalog}","name":"Quán"}]*`)
		robot.Do(`GET /v25.0/{item}?fields=name`, ``, `200 {"name":"x","id":"{item}"}`)
		const refused = `403 {"error":{"message":"(#200) Permissions error: user {robot} is assigned to catalog {catalog} with the tasks ADVERTISE, AA_ANALYZE, and changing it needs MANAGE*`
		for _, call := range [][2]string{
			{`POST /v25.0/{catalog}/products`, item},
			{`POST /v25.0/{item}`, `name=y`},
			{`DELETE /v25.0/{item}`, ``},
			{`POST /v25.0/{catalog}/items_batch`, `{"item_type":"PRODUCT_ITEM","requests":[{"method":"DELETE","data":{"id":"x"}}]}`},
			{`POST /v25.0/{catalog}/product_sets`, `name=All`},
			{`POST /v25.0/{catalog}/product_groups`, `retailer_id=g`},
			{`POST /v25.0/{catalog}/product_feeds`, `name=More`},
			{`POST /v25.0/{feed}`, `name=More`},
			{`POST /v25.0/{feed}/uploads`, `url=https://shop.example/a.csv`},
			{`POST /v25.0/{feed}/rules`, `attribute=title&rule_type=letter_case_rule&params={"type":"capitalize_all"}`},
			{`DELETE /v25.0/{feed}`, ``},
			{`POST /v25.0/{catalog}`, `name=Mine`},
			{`DELETE /v25.0/{catalog}`, ``},
		} {
			robot.Do(call[0], call[1], refused)
		}
		m.Do(`POST /v25.0/{catalog}/userpermissions`, `user={robot}&role=BOSS`, `400 {"error":{"message":"(#100) Invalid parameter: Param role must be*`)
		m.Do(`POST /v25.0/{catalog}/userpermissions`, `user={robot}&role=ADMIN`, `200 {"success":true}`)
		m.Do(`GET /v25.0/{catalog}/assigned_users?business={business}&fields=tasks`, ``, `200 {"data":[{"id":"{robot}","tasks":["MANAGE","ADVERTISE","AA_ANALYZE"]}]*`)
		robot.Do(`POST /v25.0/{item}`, `name=y`, `200 {"success":true}`)
		m.Do(`DELETE /v25.0/{catalog}/userpermissions`, `user={robot}`, `200 {"success":true}`)
		m.Do(`DELETE /v25.0/{catalog}/assigned_users?user={robot}`, ``, `400 {"error":{"message":"(#100) Invalid parameter: user: user {robot} is not assigned to the catalog*`)
		robot.Do(`DELETE /v25.0/{feed}`, ``, `200 {"success":true}`)

		// A partner assigns its own users, with no more than it may do itself.
		partner.Do(`POST /v25.0/{catalog}/assigned_users`, `user={foreign_user}&tasks=["MANAGE"]`, `400 {"error":{"message":"Unsupported post request.*`)
		m.Do(`POST /v25.0/{catalog}/agencies`, `business={foreign}&permitted_tasks=["ADVERTISE","MANAGE"]`, `200 {"success":true}`)
		partner.Do(`POST /v25.0/{catalog}/assigned_users`, `user={foreign_user}&tasks=["AA_ANALYZE"]`, `400 {"error":{"message":"(#100) Invalid parameter: tasks: the catalog is shared with business {foreign} for MANAGE, ADVERTISE, and not for AA_ANALYZE*`)
		partner.Do(`POST /v25.0/{catalog}/assigned_users`, `user={foreign_user}&tasks=["ADVERTISE"]`, `200 {"success":true}`)
		partner.Do(`POST /v25.0/{item}`, `name=z`, `403 {"error":{"message":"(#200) Permissions error: user {foreign_user} is assigned*`)
		m.Do(`GET /v25.0/{catalog}/assigned_users?business={foreign}&fields=name,tasks`, ``, `200 {"data":[{"id":"{foreign_user}","name":"Admin","tasks":["ADVERTISE"]}]*`)
		partner.Do(`GET /v25.0/{catalog}/assigned_users?business={business}`, ``, `200 {"data":[]}`)
		m.Do(`DELETE /v25.0/{catalog}/assigned_users?user={foreign_user}`, ``, `200 {"success":true}`)
		partner.Do(`POST /v25.0/{item}`, `name=z`, `200 {"success":true}`)

		// People of the manager are users too; who has left is not listed.
		var person account.Person
		err := m.DB.Update(t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
			if err = account.CreateDemoPersonTx(ctx, tx, "lan@shop.example", "Lan", "secret-secret", []id.ID{m.ID("business")}); err != nil {
				return err
			}
			people, err := account.PeopleTx(ctx, tx, m.ID("business"))
			if err == nil {
				person = people[0]
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		m.Set("lan", person.ID.String())
		m.Do(`POST /v25.0/{catalog}/assigned_users`, `user={lan}&tasks=["ADVERTISE"]`, `200 {"success":true}`)
		m.Do(`GET /v25.0/{catalog}/assigned_users?business={business}`, ``, `200 {"data":[{"id":"{lan}","name":"Lan","user_type":"BUSINESS_USER"*`)
		err = m.Deps.Catalogs.DeleteItem(t.Context(), person.Caller(m.ID("business")), m.ID("item"))
		if err == nil {
			t.Error("a person without MANAGE deleted an item")
		}
		m.Do(`DELETE /v25.0/{catalog}`, ``, `200 {"success":true}`)
		var left int
		err = m.DB.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			list, err := catalog.AssignedToTx(ctx, tx, person.Caller(m.ID("business")), person.ID, 10)
			left = len(list)
			return err
		})
		if err != nil || left != 0 {
			t.Errorf("%d catalogs are left, %v", left, err)
		}
	})
}
