package graphapi_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/graphapi"
	"github.com/hawkerhq/hawker/internal/graphapi/apitest"
	"github.com/hawkerhq/hawker/internal/live"
	"github.com/hawkerhq/hawker/internal/storefront"
	"github.com/hawkerhq/hawker/internal/waba"
)

// eachShop is each with a WhatsApp account {waba} of {business}, its number {phone}, the catalog {menu}, and
// {foreign_waba} and {foreign_phone} of {foreign}.
func eachShop(t *testing.T, f func(w *apitest.World), change ...func(*graphapi.Deps)) {
	t.Helper()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		w := apitest.New(t, d, c, append(change[:len(change):len(change)], func(deps *graphapi.Deps) {
			deps.Catalogs, deps.Store = catalog.New(d, live.New()), storefront.New(d)
		})...)
		for _, side := range []struct{ business, prefix, digits string }{
			{"business", "", "+84 28 7100 0001"}, {"foreign", "foreign_", "+84 24 7100 0002"},
		} {
			err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				a, err := waba.CreateAccountTx(ctx, tx, waba.Account{
					BusinessID: w.ID(side.business), Name: "Quán", Currency: "VND", Country: "VN", TimezoneID: "132", TemplateNamespace: "ns",
				})
				if err != nil {
					return err
				}
				n, err := waba.CreateNumberTx(ctx, tx, waba.Number{WABAID: a.ID, Digits: side.digits, VerifiedName: "Quán Góc Phố"})
				w.Set(side.prefix+"waba", a.ID.String())
				w.Set(side.prefix+"phone", n.ID.String())
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		w.Do(`POST /v25.0/{business}/owned_product_catalogs`, `name=Menu`, `200 {"id":"<menu>"}`)
		f(w)
	})
}

// hook is a webhook receiver that verifies with the token "right".
func hook(w *apitest.World) {
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.FormValue("hub.verify_token") == "right" {
			_, _ = rw.Write([]byte(r.FormValue("hub.challenge")))
		}
	}))
	w.T.Cleanup(srv.Close)
	w.Set("hook", srv.URL)
}

func TestWhatsAppBusinessAccount(t *testing.T) {
	t.Parallel()
	eachShop(t, func(w *apitest.World) {
		w.Do(`GET /v25.0/{waba}`, ``, `200 {"id":"{waba}","name":"Quán","timezone_id":"132","message_template_namespace":"ns"}`)
		w.Do(`GET /v25.0/{waba}?fields=currency,country,status,account_review_status,business_verification_status,owner_business_info,owner_business{name},creation_time,health_status,on_behalf_of_business_info`, ``,
			`200 {"currency":"VND","country":"VN","status":"ACTIVE","account_review_status":"APPROVED","business_verification_status":"not_verified",
			"owner_business_info":{"name":"Quán Góc Phố","id":"{business}"},"owner_business":{"name":"Quán Góc Phố","id":"{business}"},"creation_time":1795424400,
			"health_status":{"can_send_message":"AVAILABLE","entities":[{"entity_type":"WABA","id":"{waba}","can_send_message":"AVAILABLE"},
			{"entity_type":"BUSINESS","id":"{business}","can_send_message":"AVAILABLE"},{"entity_type":"APP","id":"{app}","can_send_message":"AVAILABLE"}]},"id":"{waba}"}`)
		w.Do(`GET /v25.0/{foreign_waba}`, ``, fmt.Sprintf(unsupported, "{foreign_waba}"))
		w.Do(`GET /v25.0/{foreign_waba}/phone_numbers`, ``, fmt.Sprintf(unsupported, "{foreign_waba}"))
		w.Do(`GET /v25.0/{waba}/schedules`, ``, `400 {"error":{"message":"(#3) Hawker does not offer this edge yet: WhatsAppBusinessAccount/schedules.*`)
		w.Do(`GET /v25.0/{business}/owned_whatsapp_business_accounts`, ``, `200 {"data":[{"id":"{waba}","name":"Quán","timezone_id":"132","message_template_namespace":"ns"}],"paging":*`)
		w.Do(`GET /v25.0/{waba}?fields=phone_numbers{display_phone_number}`, ``, `200 {"phone_numbers":{"data":[{"display_phone_number":"<*>","id":"{phone}"}]*`)
	})
}

func TestPhoneNumber(t *testing.T) {
	t.Parallel()
	eachShop(t, func(w *apitest.World) {
		const standard = `"verified_name":"Quán Góc Phố","code_verification_status":"VERIFIED","display_phone_number":"+84 28 7100 0001",` +
			`"quality_rating":"GREEN","platform_type":"CLOUD_API","throughput":{"level":"STANDARD"},"id":"{phone}"`
		w.Do(`GET /v25.0/{phone}`, ``, `200 {`+standard+`}`)
		w.Do(`GET /v25.0/{phone}?fields=status,name_status,account_mode,is_pin_enabled,last_onboarded_time,quality_score,whatsapp_business_manager_messaging_limit,webhook_configuration,certificate`, ``,
			`200 {"status":"CONNECTED","name_status":"APPROVED","account_mode":"LIVE","is_pin_enabled":false,"last_onboarded_time":"2026-11-23T09:00:00+0000",
			"quality_score":{"score":"GREEN"},"whatsapp_business_manager_messaging_limit":"TIER_250","id":"{phone}"}`)
		w.Do(`GET /v25.0/{phone}?fields=mood`, ``, `400 {"error":{"message":"(#100) Tried accessing nonexisting field (mood) on node type (WhatsAppBusinessPhoneNumber)"*`)
		w.Do(`GET /v25.0/{foreign_phone}`, ``, fmt.Sprintf(unsupported, "{foreign_phone}"))
		w.Do(`GET /v25.0/{phone}/calls`, ``, `400 {"error":{"message":"(#3) Hawker does not offer this edge yet: WhatsAppBusinessPhoneNumber/calls.*`)

		w.Do(`GET /v25.0/{waba}/phone_numbers`, ``, `200 {"data":[{`+standard+`}],"paging":{"cursors":{"before":"<*>","after":"<*>"}}}`)
		w.Do(`GET /v25.0/{waba}/phone_numbers?fields=id&filtering=[{"field":"account_mode","operator":"EQUAL","value":"SANDBOX"}]`, ``, `200 {"data":[]}`)
		w.Do(`GET /v25.0/{waba}/phone_numbers?fields=id&sort=['last_onboarded_time_descending']&filtering=[{"field":"account_mode","operator":"EQUAL","value":"LIVE"}]`, ``,
			`200 {"data":[{"id":"{phone}"}]*`)
		w.Do(`GET /v25.0/{waba}/phone_numbers?sort=mood`, ``, `400 {"error":{"message":"(#100) Invalid parameter: Param sort must be last_onboarded_time_ascending or*`)
		w.Do(`GET /v25.0/{waba}/phone_numbers?filtering=[{"field":"id","operator":"EQUAL","value":"1"}]`, ``, `400 {"error":{"message":"(#100) Invalid parameter: Param filtering must be*`)
		w.Do(`GET /v25.0/{waba}/phone_numbers?filtering=7`, ``, `400 {"error":{"message":"(#100) Invalid parameter: Param filtering must be an array"*`)
	})
}

func TestConnectedCatalog(t *testing.T) {
	t.Parallel()
	eachShop(t, func(w *apitest.World) {
		w.Do(`GET /v25.0/{waba}/product_catalogs`, ``, `200 {"data":[]}`)
		w.Do(`POST /v25.0/{waba}/product_catalogs`, ``, `400 {"error":{"message":"(#100) The parameter catalog_id is required"*`)
		w.Do(`POST /v25.0/{waba}/product_catalogs`, `catalog_id=menu`, `400 {"error":{"message":"(#100) Invalid parameter: Param catalog_id must be a valid ID, digits only"*`)
		w.Do(`POST /v25.0/{waba}/product_catalogs?catalog_id={menu}`, ``, `200 {"success":true}`)
		w.Do(`POST /v25.0/{waba}/product_catalogs`, `{"catalog_id":"{menu}"}`, `200 {"success":true}`)
		w.Do(`GET /v25.0/{waba}/product_catalogs`, ``, `200 {"data":[{"id":"{menu}","name":"Menu"}],"paging":{"cursors":{"before":"<*>","after":"<*>"}}}`)
		w.Do(`GET /v25.0/{waba}/product_catalogs?fields=vertical,product_count`, ``, `200 {"data":[{"vertical":"commerce","product_count":0,"id":"{menu}"}]*`)

		w.Do(`POST /v25.0/{business}/owned_product_catalogs`, `name=Drinks`, `200 {"id":"<drinks>"}`)
		w.Do(`POST /v25.0/{waba}/product_catalogs`, `catalog_id={drinks}`, `400 {"error":{"message":"(#100) Invalid parameter: an account is connected to one catalog at a time, and this one is connected to {menu} (\"Menu\"); disconnect it first with DELETE /{waba}/product_catalogs?catalog_id={menu}",
			"type":"OAuthException","code":100,"error_user_title":"This did not work",
			"error_user_msg":"This account is connected to the catalog {menu} (\"Menu\") already. Disconnect it first.",
			"error_data":{"blame_field_specs":[["catalog_id"]]},"fbtrace_id":"A"}}`)
		w.Do(`DELETE /v25.0/{waba}/product_catalogs?catalog_id={drinks}`, ``, `400 {"error":{"message":"(#100) Invalid parameter: catalog {drinks} is not connected to account {waba}; GET*`)
		w.Do(`DELETE /v25.0/{menu}`, ``, `400 {"error":{"message":"(#100) Invalid parameter: catalog {menu} is connected*`)
		w.Do(`DELETE /v25.0/{waba}/product_catalogs?catalog_id={menu}`, ``, `200 {"success":true}`)
		w.Do(`POST /v25.0/{waba}/product_catalogs`, `catalog_id={drinks}`, `200 {"success":true}`)

		w.Do(`POST /v25.0/{business}/owned_product_catalogs`, `name=Rooms&vertical=hotels`, `200 {"id":"<rooms>"}`)
		w.Do(`POST /v25.0/{waba}/product_catalogs`, `catalog_id={rooms}`, `400 {"error":{"message":"(#100) Invalid parameter: catalog {rooms} has the vertical hotels; only catalogs of vertical commerce can be connected*`)

		foreign := w.As("foreign_token")
		foreign.Do(`POST /v25.0/{foreign_waba}/product_catalogs`, `catalog_id={menu}`, `400 {"error":{"message":"no catalog {menu} is visible to this token"*`)
		foreign.Do(`POST /v25.0/{foreign_waba}/product_catalogs`, `catalog_id=5`, `400 {"error":{"message":"no catalog 5 is visible to this token"*`)
		w.Do(`POST /v25.0/{business}/system_user_access_tokens`, `system_user_id={user}&scope=whatsapp_business_management,catalog_management`, `200 {"access_token":"<weak>"*`)
		w.As("weak").Do(`GET /v25.0/{waba}/product_catalogs`, ``,
			`403 {"error":{"message":"(#200) Permissions error: the token lacks the permission whatsapp_business_messaging*`)
	})
}

func TestSubscribedApps(t *testing.T) {
	t.Parallel()
	eachShop(t, func(w *apitest.World) {
		hook(w)
		w.Do(`GET /v25.0/{waba}/subscribed_apps`, ``, `200 {"data":[]}`)
		w.Do(`POST /v25.0/{waba}/subscribed_apps`, ``, `200 {"success":true}`)
		const plain = `{"whatsapp_business_api_data":{"id":"{app}","link":"http://HOST/games/?app_id={app}","name":"Quán Góc Phố app"}`
		w.Do(`GET /v25.0/{waba}/subscribed_apps`, ``, `200 {"data":[`+plain+`}]}`)
		w.Do(`POST /v25.0/{waba}/subscribed_apps`, `{"override_callback_uri":"{hook}/w","verify_token":"wrong"}`, `400 {"error":{"message":"(#2200) Callback verification failed*`)
		w.Do(`POST /v25.0/{waba}/subscribed_apps`, `{"override_callback_uri":"{hook}/w"}`, `400 {"error":{"message":"(#100) Invalid parameter: override_callback_uri comes with verify_token*`)
		w.Do(`GET /v25.0/{waba}/subscribed_apps`, ``, `200 {"data":[`+plain+`}]}`)
		w.Do(`POST /v25.0/{waba}/subscribed_apps`, `{"override_callback_uri":"{hook}/w","verify_token":"right"}`, `200 {"success":true}`)
		w.Do(`GET /v25.0/{waba}/subscribed_apps`, ``, `200 {"data":[`+plain+`,"override_callback_uri":"{hook}/w"}]}`)

		w.Do(`POST /v25.0/{phone}`, `{"webhook_configuration":{"override_callback_uri":"{hook}/p","verify_token":"right"}}`, `200 {"success":true}`)
		w.Do(`GET /v25.0/{phone}?fields=webhook_configuration`, ``,
			`200 {"webhook_configuration":{"phone_number":"{hook}/p","whatsapp_business_account":"{hook}/w"},"id":"{phone}"}`)
		w.Do(`POST /v25.0/{phone}`, `{"webhook_configuration":{"override_callback_uri":""}}`, `200 {"success":true}`)
		w.Do(`POST /v25.0/{waba}/subscribed_apps`, ``, `200 {"success":true}`)
		w.Do(`POST /v25.0/{app}/subscriptions`, `object=whatsapp_business_account&callback_url={hook}/a&verify_token=right&fields=messages`, `200 {"success":true}`)
		w.Do(`GET /v25.0/{phone}?fields=webhook_configuration`, ``, `200 {"webhook_configuration":{"application":"{hook}/a"},"id":"{phone}"}`)
		w.Do(`DELETE /v25.0/{waba}/subscribed_apps`, ``, `200 {"success":true}`)
		w.Do(`GET /v25.0/{waba}/subscribed_apps`, ``, `200 {"data":[]}`)

		w.Do(`POST /v25.0/{phone}`, `{"webhook_configuration":[]}`, `400 {"error":{"message":"(#100) Invalid parameter: Param webhook_configuration must be an object"*`)
		w.Do(`POST /v25.0/{phone}`, ``, `400 {"error":{"message":"(#100) The parameter webhook_configuration is required"*`)
		w.Do(`POST /v25.0/{phone}`, `search_visibility=VISIBLE`, `400 {"error":{"message":"(#3) Hawker does not offer this parameter yet: search_visibility of a phone number"*`)
		w.As("foreign_token").Do(`POST /v25.0/{waba}/subscribed_apps`, ``, `400 {"error":{"message":"Unsupported post request. Object with ID '{waba}' does not exist*`)
	})
}

func TestCommerceSettings(t *testing.T) {
	t.Parallel()
	eachShop(t, func(w *apitest.World) {
		const edge = `/v25.0/{phone}/whatsapp_commerce_settings`
		w.Do(`GET `+edge, ``, `200 {"data":[]}`)
		w.Do(`POST `+edge+`?is_catalog_visible=true`, ``, `200 {"success":true}`)
		w.Do(`GET `+edge, ``, `200 {"data":[{"is_cart_enabled":true,"is_catalog_visible":true,"id":"<settings>"}]}`)
		if w.Get("settings") == w.Get("phone") {
			w.T.Error("the settings have the number's id")
		}
		w.Do(`POST `+edge, `is_cart_enabled=false`, `200 {"success":true}`)
		w.Do(`POST `+edge, `{"is_catalog_visible":false}`, `200 {"success":true}`)
		w.Do(`GET `+edge+`?fields=is_cart_enabled,is_catalog_visible`, ``, `200 {"data":[{"id":"{settings}","is_cart_enabled":false,"is_catalog_visible":false}]}`)
		w.Do(`POST `+edge, `{"is_catalog_visible":true,"is_cart_enabled":"true"}`, `200 {"success":true}`)
		w.Do(`GET `+edge, ``, `200 {"data":[{"is_cart_enabled":true,"is_catalog_visible":true,"id":"{settings}"}]}`)

		for _, bad := range []string{`is_cart_enabled=maybe`, `{"is_cart_enabled":"no"}`, `{"is_cart_enabled":2}`, `{"is_cart_enabled":[true]}`, `{"is_cart_enabled":{}}`} {
			w.Do(`POST `+edge, bad, `400 {"error":{"message":"(#100) Invalid parameter: Param is_cart_enabled must be a boolean: true or false","type":"OAuthException","code":100*`)
		}
		w.Do(`POST `+edge, `{"is_cart_enabled":false,"is_catalog_visible":"x"}`, `400 {"error":{"message":"(#100) Invalid parameter: Param is_catalog_visible must be*`)
		w.Do(`POST `+edge, ``, `400 {"error":{"message":"(#100) Invalid parameter: there is nothing to change; send is_cart_enabled, is_catalog_visible or both, each true or false",
			"type":"OAuthException","code":100,"error_user_title":"<*>","error_user_msg":"A setting can only be on or off."*`)
		w.Do(`GET `+edge, ``, `200 {"data":[{"is_cart_enabled":true,"is_catalog_visible":true,"id":"{settings}"}]}`)
		w.As("foreign_token").Do(`POST `+edge, `is_cart_enabled=false`, `400 {"error":{"message":"Unsupported post request. Object with ID '{phone}' does not exist*`)
	})
}

func TestDefaultCommerceSettingsAreShownOnDemand(t *testing.T) {
	t.Parallel()
	eachShop(t, func(w *apitest.World) {
		w.Do(`GET /v25.0/{phone}/whatsapp_commerce_settings`, ``, `200 {"data":[{"is_cart_enabled":true,"is_catalog_visible":false}]}`)
	}, func(d *graphapi.Deps) { d.ShowDefaultSettings = true })
}

func TestBusinessProfile(t *testing.T) {
	t.Parallel()
	eachShop(t, func(w *apitest.World) {
		const edge = `/v25.0/{phone}/whatsapp_business_profile`
		w.Do(`GET `+edge+`?fields=about,vertical`, ``, `200 {"data":[{"messaging_product":"whatsapp"}]}`)
		w.Do(`POST `+edge, `{"messaging_product":"whatsapp","about":"Phở nóng","address":"1 Phố Huế","vertical":"RESTAURANT","websites":["https://quan.example"],"email":"a@quan.example"}`, `200 {"success":true}`)
		w.Do(`POST `+edge, `messaging_product=whatsapp&description=Từ 1979`, `200 {"success":true}`)
		w.Do(`POST `+edge, `{"messaging_product":"whatsapp","email":""}`, `200 {"success":true}`)
		w.Do(`GET `+edge+`?fields=about,address,description,email,profile_picture_url,websites,vertical`, ``, `200 {"data":[{"about":"Phở nóng","address":"1 Phố Huế",
			"description":"Từ 1979","messaging_product":"whatsapp","vertical":"RESTAURANT","websites":["https://quan.example"]}]}`)
		w.Do(`GET `+edge, ``, `200 {"data":[{"messaging_product":"whatsapp"}]}`)
		w.Do(`POST `+edge, `{"about":"x"}`, `400 {"error":{"message":"(#100) The parameter messaging_product is required"*`)
		w.Do(`POST `+edge, `{"messaging_product":"sms","about":"x"}`, `400 {"error":{"message":"(#100) Invalid parameter: Param messaging_product must be one of whatsapp"*`)
		w.Do(`POST `+edge, `{"messaging_product":"whatsapp","websites":["quan.example"]}`, `400 {"error":{"message":"(#100) Invalid parameter: a website must be an address that begins with*`)
		w.Do(`POST `+edge, `{"messaging_product":"whatsapp","profile_picture_handle":"4:abc"}`, `400 {"error":{"message":"(#100) Invalid parameter: profile_picture_handle names no file that this token's app uploaded within a day*`)
		w.As("foreign_token").Do(`GET `+edge, ``, fmt.Sprintf(unsupported, "{phone}"))
	})
}
