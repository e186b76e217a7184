package graphapi_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/graphapi"
	"github.com/hawkerhq/hawker/internal/graphapi/apitest"
	"github.com/hawkerhq/hawker/internal/limit"
)

// unsupported is the answer to an id that names nothing for the caller.
const unsupported = `400 {"error":{"message":"Unsupported get request. Object with ID '%s' does not exist, cannot be loaded due to missing permissions, ` +
	`or does not support this operation. Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api",` +
	`"type":"GraphMethodException","code":100,"error_subcode":33,"error_user_title":"This did not work",` +
	`"error_user_msg":"That object does not exist, or you may not see it.","fbtrace_id":"A"}}`

func each(t *testing.T, f func(w *apitest.World)) {
	t.Helper()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) { f(apitest.New(t, d, c)) })
}

func TestBusiness(t *testing.T) {
	t.Parallel()
	each(t, func(w *apitest.World) {
		w.Do(`GET /v25.0/{business}`, ``, `200 {"id":"{business}","name":"Quán Góc Phố"}`)
		w.Do(`GET /v25.0/{business}?fields=verification_status,created_time,timezone_id,payment_account_id`, ``,
			`200 {"verification_status":"not_verified","created_time":"2026-11-23T09:00:00+0000","timezone_id":1,"id":"{business}"}`)
		w.Do(`GET /v25.0/{foreign}`, ``, fmt.Sprintf(unsupported, "{foreign}"))
		w.Do(`GET /v25.0/5`, ``, fmt.Sprintf(unsupported, "5"))
		w.Do(`GET /v25.0/{business}/owned_pages`, ``, `400 {"error":{"message":"(#3) Hawker does not offer this edge yet: Business/owned_pages.*`)
		w.Do(`GET /v25.0/{business}/owned_apps?fields=name,business{name}`, ``,
			`200 {"data":[{"name":"Quán Góc Phố app","business":{"name":"Quán Góc Phố","id":"{business}"},"id":"{app}"}],"paging":{"cursors":{"before":"<*>","after":"<*>"}}}`)
		w.Do("GET /v25.0/5\nAccept-Language: vi", ``, `400 {"error":{"message":"<*>, cannot be loaded due to missing permissions, or does not support this operation. `+
			`Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api","type":"GraphMethodException","code":100,"error_subcode":33,`+
			`"error_user_title":"Không thực hiện được"*`)
	})
}

func TestSystemUsersAndTheirTokens(t *testing.T) {
	t.Parallel()
	each(t, func(w *apitest.World) {
		w.Do(`POST /v25.0/{business}/system_users`, `name=Robot&role=EMPLOYEE`, `200 {"id":"<robot>"}`)
		w.Do(`POST /v25.0/{business}/system_users`, `{"role":"EMPLOYEE"}`, `400 {"error":{"message":"(#100) The parameter name is required"*`)
		w.Do(`POST /v25.0/{business}/system_users`, `{"name":"x","role":"GOD"}`, `400 {"error":{"message":"(#100) Invalid parameter: \"GOD\" is not ADMIN or EMPLOYEE"*`)
		w.Do(`GET /v25.0/{business}/system_users?fields=name,role&limit=1&summary=true`, ``, `200 {"data":[{"name":"Admin","role":"ADMIN","id":"{user}"}],
			"paging":{"cursors":{"before":"<*>","after":"<after>"},
			"next":"http://HOST/v25.0/{business}/system_users?access_token={token}&after=<*>&fields=name%2Crole&limit=1&summary=true"},"summary":{"total_count":2}}`)
		w.Do(`GET /v25.0/{business}/system_users?fields=name&after={after}`, ``, `200 {"data":[{"name":"Robot","id":"{robot}"}],"paging":{"cursors":*`)

		w.Do(`POST /v25.0/{business}/system_user_access_tokens`, `system_user_id={robot}&scope=catalog_management&set_token_expires_in_60_days=true`,
			`200 {"access_token":"<small>","token_type":"bearer","expires_in":5184000}`)
		small := w.As("small")
		small.Do(`GET /v25.0/me?fields=name,role`, ``, `200 {"name":"Robot","role":"EMPLOYEE","id":"{robot}"}`)
		small.Do(`GET /me/permissions`, ``, `200 {"data":[{"permission":"catalog_management","status":"granted"}]}`)
		small.Do(`GET /me/businesses`, ``, `200 {"data":[{"id":"{business}","name":"Quán Góc Phố"}]*`)
		small.Do(`POST /v25.0/{business}/system_users`, `name=Another`, `403 {"error":{"message":"(#200) Permissions error: the token lacks the permission business_management*`)
		w.Do(`POST /v25.0/{business}/system_user_access_tokens`, `system_user_id={robot}&scope=["ads_management"]`,
			`400 {"error":{"message":"(#100) Invalid parameter: Param scope holds ads_management, which is no permission of this platform"*`)
		w.Do(`POST /v25.0/{business}/system_user_access_tokens`, `system_user_id={foreign_user}&scope=sandbox`, `400 {"error":{"message":"no object {foreign_user} is visible to this token"*`)

		w.Do(`POST /v25.0/{business}/access_token`, `app_id={app}&scope=business_management&system_user_name=Shop`, `200 {"access_token":"<limited>","token_type":"bearer"}`)
		w.As("limited").Do(`GET /me?fields=name`, ``, `200 {"name":"Shop","id":"<*>"}`)
		w.As("limited").Do(`POST /v25.0/{business}/system_user_access_tokens`, `system_user_id={robot}&scope=sandbox`, `403 {"error":{"message":"(#200) Permissions error*`)
		w.Do(`POST /v25.0/{business}/access_token`, `app_id={foreign_app}&scope=business_management`, `400 {"error":{"message":"no object {foreign_app}*`)

		small.Do(`DELETE /me/permissions?permission=catalog_management`, ``, `200 {"success":true}`)
		small.Do(`GET /me/permissions`, ``, `200 {"data":[]}`)
		w.Clock.Advance(60 * 24 * time.Hour)
		small.Do(`GET /me`, ``, `401 {"error":{"message":"Session has expired on Fri, 22 Jan 2027 09:00:00 UTC. The current time is Fri, 22 Jan 2027 09:00:00 UTC.","type":"OAuthException","code":190,"error_subcode":463*`)
		w.As("limited").Do(`DELETE /me/permissions`, ``, `200 {"success":true}`)
		w.As("limited").Do(`GET /me`, ``, `401 {"error":{"message":"the token was revoked; make a new one","type":"OAuthException","code":190,"error_subcode":467*`)
	})
}

func TestTokenEndpoints(t *testing.T) {
	t.Parallel()
	each(t, func(w *apitest.World) {
		w.Set("app_token", w.Get("app")+"|app-secret")
		nobody := w.As("")
		nobody.Do(`GET /oauth/access_token?grant_type=client_credentials&client_id={app}&client_secret={secret}`, ``, `200 {"access_token":"{app}|app-secret","token_type":"bearer"}`)
		nobody.Do(`GET /oauth/access_token?grant_type=client_credentials&client_id={app}&client_secret=wrong`, ``, `400 {"error":{"message":"Error validating client secret.","type":"OAuthException","code":101*`)
		nobody.Do(`GET /oauth/access_token?grant_type=client_credentials&client_id=5&client_secret=wrong`, ``, `400 {"error":{"message":"Error validating client secret.","type":"OAuthException","code":101*`)
		nobody.Do(`GET /v25.0/oauth/access_token?client_id={app}&client_secret={secret}&code=x`, ``, `400 {"error":{"message":"(#100) Hawker has no login dialog*`)
		nobody.Do(`POST /v25.0/oauth/access_token`, `grant_type=fb_exchange_token&client_id={app}&client_secret={secret}&fb_exchange_token={token}`, `200 {"access_token":"{token}","token_type":"bearer"}`)
		nobody.Do(`POST /v25.0/oauth/access_token`, `grant_type=fb_exchange_token&client_id={app}&client_secret={secret}&fb_exchange_token={foreign_token}`, `400 {"error":{"message":"(#100) The token belongs to another app*`)
		nobody.Do(`GET /oauth/access_token`, ``, `400 {"error":{"message":"(#100) The parameter client_id is required"*`)

		w.Do(`POST /v25.0/{business}/system_user_access_tokens`, `system_user_id={user}&scope=catalog_management&set_token_expires_in_60_days=1`, `200 {"access_token":"<short>"*`)
		w.Clock.Advance(30 * 24 * time.Hour)
		nobody.Do(`GET /oauth/access_token?grant_type=fb_exchange_token&client_id={app}&client_secret={secret}&fb_exchange_token={short}`, ``, `200 {"access_token":"<long>","token_type":"bearer","expires_in":5184000}`)
		w.Clock.Advance(40 * 24 * time.Hour)
		w.As("long").Do(`GET /me`, ``, `200 {"id":"{user}","name":"Admin"}`)

		app := w.As("app_token")
		app.Do(`GET /debug_token?input_token={long}`, ``, `200 {"data":{"app_id":"{app}","type":"SYSTEM_USER","application":"Quán Góc Phố app","data_access_expires_at":0,
			"expires_at":1803200400,"is_valid":true,"issued_at":1798016400,"scopes":["catalog_management"],"granular_scopes":[{"scope":"catalog_management"}],"user_id":"{user}"}}`)
		app.Do(`GET /debug_token?input_token={long}&fields=app_id`, ``, `200 {"data":{"app_id":"{app}"}}`)
		app.Do(`GET /debug_token?input_token={short}`, ``, `200 {"data":{"app_id":"{app}","type":"SYSTEM_USER","application":"Quán Góc Phố app","data_access_expires_at":0,
			"expires_at":<*>,"is_valid":false,"issued_at":<*>,"scopes":["catalog_management"],"granular_scopes":[{"scope":"catalog_management"}],"user_id":"{user}",
			"error":{"code":190,"message":"Session has expired*`)
		app.Do(`GET /debug_token?input_token=EAAnonsense`, ``, `200 {"data":{"data_access_expires_at":0,"expires_at":0,"is_valid":false,"scopes":[],"error":{"code":190,"message":"Invalid OAuth access token - Cannot parse access token"}}}`)
		app.Do(`GET /debug_token?input_token={foreign_token}`, ``, `400 {"error":{"message":"(#100) You must provide an app access token*`)
		app.Do(`GET /debug_token`, ``, `400 {"error":{"message":"(#100) The parameter input_token is required"*`)
		nobody.Do(`GET /debug_token?input_token={token}`, ``, `401 {"error":{"message":"An access token is required to request this resource.","type":"OAuthException","code":104*`)
		app.Do(`GET /me`, ``, `200 {"category":"Business","link":"http://HOST/games/?app_id={app}","name":"Quán Góc Phố app","id":"{app}"}`)
	})
}

func TestProof(t *testing.T) {
	t.Parallel()
	each(t, func(w *apitest.World) {
		mac := hmac.New(sha256.New, []byte("app-secret"))
		mac.Write([]byte(w.Get("token")))
		w.Set("proof", hex.EncodeToString(mac.Sum(nil)))
		w.Do(`GET /v25.0/{business}?fields=id&appsecret_proof={proof}`, ``, `200 {"id":"{business}"}`)
		w.Do(`GET /v25.0/{business}?appsecret_proof=0{proof}`, ``, `400 {"error":{"message":"Invalid appsecret_proof provided in the API argument*`)
		w.As("").Do(`POST /?access_token={token}&appsecret_proof={proof}`, `batch=[{"method":"GET","relative_url":"{business}?fields=id"}]&include_headers=false`, `200 [{"code":200,"body":"{\"id\":\"{business}\"}"}]`)
	})
}

func TestSubscriptions(t *testing.T) {
	t.Parallel()
	each(t, func(w *apitest.World) {
		w.Set("app_token", w.Get("app")+"|app-secret")
		hook := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if r.FormValue("hub.verify_token") == "right" && r.FormValue("hub.mode") == "subscribe" {
				_, _ = rw.Write([]byte(r.FormValue("hub.challenge")))
			}
		}))
		w.T.Cleanup(hook.Close)
		w.Set("hook", hook.URL)
		app := w.As("app_token")
		app.Do(`GET /v25.0/{app}/subscriptions`, ``, `200 {"data":[]}`)
		app.Do(`POST /v25.0/{app}/subscriptions`, `object=whatsapp_business_account&callback_url={hook}&verify_token=right&fields=messages,account_update&include_values=true`, `200 {"success":true}`)
		app.Do(`GET /v25.0/{app}/subscriptions`, ``, `200 {"data":[{"object":"whatsapp_business_account","callback_url":"{hook}","active":true,
			"fields":[{"name":"messages","version":"v25.0"},{"name":"account_update","version":"v25.0"}]}]}`)
		app.Do(`POST /v25.0/{app}/subscriptions`, `{"object":"whatsapp_business_account","callback_url":"{hook}","verify_token":"wrong","fields":["messages"]}`, `400 {"error":{"message":"*`)
		app.Do(`POST /v25.0/{app}/subscriptions`, `object=page&callback_url={hook}&verify_token=right&fields=messages`, `400 {"error":{"message":"*`)
		app.Do(`POST /v25.0/{app}/subscriptions`, `object=whatsapp_business_account`, `400 {"error":{"message":"(#100) The parameter callback_url is required"*`)
		app.Do(`DELETE /v25.0/{app}/subscriptions?object=whatsapp_business_account&fields=messages`, ``, `200 {"success":true}`)
		app.Do(`GET /v25.0/{app}/subscriptions`, ``, `200 {"data":[{"object":"whatsapp_business_account","callback_url":"{hook}","active":true,"fields":[{"name":"account_update"*`)
		app.Do(`DELETE /v25.0/{app}/subscriptions`, `object=whatsapp_business_account`, `200 {"success":true}`)
		app.Do(`GET /v25.0/{app}/subscriptions`, ``, `200 {"data":[]}`)
		app.Do(`POST /v25.0/{app}/instruments`, `{"bizsdk_crash_report":{}}`, `200 {"success":true}`)
		app.Do(`GET /v25.0/{foreign_app}/subscriptions`, ``, fmt.Sprintf(unsupported, "{foreign_app}"))
	})
}

func TestBatch(t *testing.T) {
	t.Parallel()
	each(t, func(w *apitest.World) {
		w.Do(`POST /v25.0/`, `{"include_headers":false,"batch":[
			{"method":"POST","relative_url":"{business}/system_users","body":"name=Robot","name":"make"},
			{"method":"GET","relative_url":"v24.0/{result=make:$.id}?fields=name"},
			{"method":"GET","relative_url":"{business}/system_users?fields=id","name":"all","omit_response_on_success":false},
			{"method":"GET","relative_url":"?ids={result=all:$.data.*.id}&fields=role"},
			{"method":"GET","relative_url":"{foreign}"},
			{"method":"GET","relative_url":"me","depends_on":"nobody"}]}`,
			`200 [null,{"code":200,"body":"{\"name\":\"Robot\",\"id\":\"<robot>\"}"},
			{"code":200,"body":"{\"data\":[{\"id\":\"{user}\"},{\"id\":\"<*>\"}],\"paging\":{\"cursors\":{\"before\":\"<*>\",\"after\":\"<*>\"}}}"},
			{"code":200,"body":"{\"{user}\":{\"role\":\"ADMIN\",\"id\":\"{user}\"},\"<*>\":{\"role\":\"EMPLOYEE\",\"id\":\"<*>\"}}"},
			{"code":400,"body":"{\"error\":{\"message\":\"Unsupported get request*`)
		w.Do(`POST /v25.0/?include_headers=0`, `batch=[{"method":"GET","relative_url":"me?fields=id"},{"method":"GET","relative_url":"me?fields=id%26access_token={foreign_token}"}]`,
			`200 [{"code":200,"body":"{\"id\":\"{user}\"}"},{"code":200,"body":"{\"id\":\"{foreign_user}\"}"}]`)
	})
}

func TestLimits(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		w := apitest.New(t, d, c, func(d *graphapi.Deps) { d.Limit = graphapi.Limits(limit.New(c)) })
		w.Do(`POST /v25.0/{business}/owned_product_catalogs`, `name=Shop`, `200 {"id":"<catalog>"}`)
		for range 100 {
			w.Call(`POST /v25.0/{catalog}/items_batch`, `{}`)
		}
		_, h := w.Call(`POST /v25.0/{catalog}/items_batch`, `{}`)
		if got, want := h.Get("X-Business-Use-Case-Usage"), w.Fill(`{"{catalog}":[{"type":"catalog_batch","call_count":50,"total_cputime":50,"total_time":50,"estimated_time_to_regain_access":0}]}`); got != want {
			t.Errorf("usage %s, want %s", got, want)
		}
		for n := range 99 { // the three forms of a batch have one allowance
			w.Call(`POST /v25.0/{catalog}/`+[]string{"items_batch", "localized_items_batch", "batch"}[n%3], `{}`)
		}
		w.Do(`POST /v25.0/{catalog}/items_batch`, `{}`, `400 {"error":{"message":"(#80014) Too many calls: There have been too many calls for the batch uploads to this catalog account. Wait a bit and try again: `+
			`the next call is possible in 18s","type":"OAuthException","code":80014,"is_transient":true*`)
		if _, h := w.Call(`POST /v25.0/{catalog}/items_batch`, `{}`); !strings.Contains(h.Get("X-Business-Use-Case-Usage"), `"estimated_time_to_regain_access":1`) {
			t.Errorf("usage when refused: %s", h.Get("X-Business-Use-Case-Usage"))
		}
		for _, edge := range []string{"localized_items_batch", "batch"} {
			w.Do(`POST /v25.0/{catalog}/`+edge, `{}`, `400 {"error":{"message":"(#80014) Too many calls*`)
		}
		// All other calls of a catalog have theirs, and those of its items, sets, groups and feeds have the business's.
		for kind, typ := range map[string]string{`GET /v25.0/{catalog}?fields=name`: `{"{catalog}":`, `POST /v25.0/{catalog}/product_sets_batch`: `{"{catalog}":`} {
			_, h := w.Call(kind, ``)
			if got := h.Get("X-Business-Use-Case-Usage"); !strings.HasPrefix(got, w.Fill(typ)+`[{"type":"catalog_management"`) {
				t.Errorf("%s: usage %s", kind, got)
			}
		}
		w.Do(`GET /v25.0/{catalog}?fields=name`, ``, `200 {"name":"Shop","id":"{catalog}"}`)
		c.Advance(time.Minute)
		if answer, _ := w.Call(`POST /v25.0/{catalog}/items_batch`, `{}`); strings.Contains(answer, "80014") {
			t.Errorf("a minute later: %s", answer)
		}
	})
}

// TestACatalogIsAskedTwentyThousandTimesAnHour, then 80009 says when it may be asked again.
func TestACatalogIsAskedTwentyThousandTimesAnHour(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		l := limit.New(c)
		w := apitest.New(t, d, c, func(d *graphapi.Deps) { d.Limit = graphapi.Limits(l) })
		w.Do(`POST /v25.0/{business}/owned_product_catalogs`, `name=Shop`, `200 {"id":"<catalog>"}`)
		for range 20_000 {
			l.Take(limit.CatalogManagement, w.Fill("catalog_management:{catalog}"))
		}
		w.Do(`GET /v25.0/{catalog}/products`, ``, `400 {"error":{"message":"(#80009) Too many calls: There have been too many calls for this catalog account. Wait a bit and try again: `+
			`the next call is possible in 1s","type":"OAuthException","code":80009,"is_transient":true*`)
		w.Do(`POST /v25.0/{catalog}/items_batch`, `{"item_type":"PRODUCT_ITEM","requests":[]}`, `400 {"error":{"message":"(#100)*`)
		c.Advance(time.Second)
		w.Do(`GET /v25.0/{catalog}/products`, ``, `200 {"data":[]}`)
	})
}
