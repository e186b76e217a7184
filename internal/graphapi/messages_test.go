package graphapi_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/account"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/graphapi"
	"github.com/hawkerhq/hawker/internal/graphapi/apitest"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/live"
	"github.com/hawkerhq/hawker/internal/messaging"
)

const messages = `POST /v25.0/{phone}/messages`

// approve gives items of {menu} the verdict approved.
func approve(w *apitest.World, skus ...string) {
	w.T.Helper()
	err := w.DB.Update(w.T.Context(), func(ctx context.Context, tx *db.Tx) error {
		items, err := catalog.ItemsByRetailerTx(ctx, tx, w.ID("menu"), skus)
		if err != nil {
			return err
		}
		for _, sku := range skus {
			applied, err := catalog.SetVerdictTx(ctx, tx, items[sku].ID, items[sku].Rev, catalog.Verdict{Status: catalog.Approved, Reviewer: "test"})
			if err != nil || !applied {
				return errors.Join(err, fmt.Errorf("the verdict on %s was applied: %v", sku, applied))
			}
		}
		return nil
	})
	if err != nil {
		w.T.Fatal(err)
	}
}

// eachStall is eachShop with {menu} connected and visible, the approved items pho and bun, the item raw that
// waits for its review, and a customer who has just written {inbound}.
func eachStall(t *testing.T, f func(w *apitest.World), change ...func(*messaging.Deps)) {
	t.Helper()
	eachShop(t, func(w *apitest.World) {
		w.Do(`POST /v25.0/{waba}/product_catalogs`, `catalog_id={menu}`, `200 {"success":true}`)
		w.Do(`POST /v25.0/{phone}/whatsapp_commerce_settings`, `is_catalog_visible=true`, `200 {"success":true}`)
		for _, sku := range []string{"pho", "bun", "raw"} {
			w.Do(`POST /v25.0/{menu}/products`, `name=Phở `+sku+`&retailer_id=`+sku+`&price=45000&currency=VND&image_url=https://quan.example/p.jpg&url=https://quan.example/p`, `200 {"id":"<*>"}`)
		}
		approve(w, "pho", "bun")
		wamid, err := w.Deps.Exchange.Receive(t.Context(), messaging.Inbound{PhoneID: w.ID("phone"), WaID: "84901234567", Text: "alo"})
		if err != nil {
			t.Fatal(err)
		}
		w.Set("inbound", wamid)
		f(w)
	}, func(d *graphapi.Deps) {
		deps := messaging.Deps{DB: d.DB, Clock: d.DB.Clock(), Live: live.New(), Outbox: d.Webhooks, Attachments: d.Attachments}
		for _, f := range change {
			f(&deps)
		}
		d.Exchange = messaging.New(deps)
	})
}

// to is the beginning of a message to the customer; interactive that of an interactive one.
const (
	to          = `{"messaging_product":"whatsapp","to":"84901234567",`
	interactive = to + `"type":"interactive","interactive":`
	accepted    = `200 {"messaging_product":"whatsapp","contacts":[{"input":"84901234567","wa_id":"84901234567"}],"messages":[{"id":"wamid.<*>"}]}`
)

// answers makes a call and looks in its answer for the parts of want, which stand between dots (…): the
// first part begins the answer, the others follow in order. It goes on after a failure.
func answers(w *apitest.World, call, body, want string) {
	w.T.Helper()
	got, _ := w.Call(call, body)
	rest := got
	for n, part := range strings.Split(w.Fill(want), "…") {
		at := strings.Index(rest, part)
		if at < 0 || (n == 0 && at > 0) {
			w.T.Errorf("%.60s %.300s\n got %.600s\nwant %s", call, body, got, want)
			return
		}
		rest = rest[at+len(part):]
	}
}

// value is the answer to a value that breaks a rule: 131009 with details that begin so.
func value(details string) string {
	return `400 {"error":{"message":"(#131009) Parameter value is not valid","type":"OAuthException","code":131009,…"error_data":{"messaging_product":"whatsapp","details":"` + details
}

// parameter is an answer of code 100 that begins with this message.
func parameter(message string) string {
	return `400 {"error":{"message":"(#100) ` + message + `…"type":"OAuthException","code":100,`
}

func items(skus ...string) string {
	parts := make([]string, len(skus))
	for n, sku := range skus {
		parts[n] = `{"product_retailer_id":"` + sku + `"}`
	}
	return `[` + strings.Join(parts, ",") + `]`
}

func list(sections string) string {
	return interactive + `{"type":"product_list","header":{"type":"text","text":"Menu"},"body":{"text":"Hôm nay"},"footer":{"text":"Giá đã gồm thuế"},"action":{"catalog_id":"{menu}","sections":` + sections + `}}}`
}

func TestEveryMessageTypeIsAccepted(t *testing.T) {
	t.Parallel()
	eachStall(t, func(w *apitest.World) {
		for _, body := range []string{
			to + `"type":"text","text":{"body":"Chào chị"}}`,
			to + `"recipient_type":"individual","text":{"body":"Chào chị","preview_url":true},"unknown_key":{"a":[1]}}`,
			to + `"type":"text","text":{"body":"Dạ"},"context":{"message_id":"{inbound}"},"biz_opaque_callback_data":"` + strings.Repeat("Đ", 512) + `"}`,
			to + `"type":"text","text":{"body":"` + strings.Repeat("🍜", 4096) + `"}}`,
			interactive + `{"type":"product","action":{"catalog_id":"{menu}","product_retailer_id":"pho"}}}`,
			interactive + `{"type":"product","body":{"text":"` + strings.Repeat("ở", 1024) + `"},"footer":{"text":"` + strings.Repeat("🍲", 60) + `"},"action":{"catalog_id":"{menu}","product_retailer_id":"pho"}}}`,
			list(`[{"title":"Món nước","product_items":` + items("pho") + `},{"title":"` + strings.Repeat("ớ", 24) + `","product_items":` + items("bun") + `}]`),
			list(`[{"product_items":` + items("pho", "bun") + `}]`),
			list(`[{"title":"Hết","product_items":` + items("gone", "raw") + `},{"title":"Còn","product_items":` + items("pho") + `}]`),
			list(`[{"title":"A","product_items":` + items(many(30, "pho")...) + `}]`),
			interactive + `{"type":"catalog_message","body":{"text":"Tất cả"},"footer":{"text":"x"},"action":{"name":"catalog_message","parameters":{"thumbnail_product_retailer_id":"pho"}}}}`,
		} {
			w.Do(messages, body, accepted)
		}
		for input, waID := range map[string]string{"+84 90-123 (4567)": "84901234567", "0901234567": "84901234567", "+55 11 98888-7777": "5511988887777"} {
			w.Do(messages, `{"messaging_product":"whatsapp","to":"`+input+`","text":{"body":"x"}}`,
				`200 {"messaging_product":"whatsapp","contacts":[{"input":"`+input+`","wa_id":"`+waID+`"}],"messages":[{"id":"wamid.<*>"}]}`)
		}
		w.Do(`POST /{phone}/messages/`, to+`"text":{"body":"without a version"}}`, accepted)
	})
}

func many(n int, sku string) []string {
	skus := make([]string, n)
	for i := range skus {
		skus[i] = sku
	}
	return skus
}

func TestMalformedBodies(t *testing.T) {
	t.Parallel()
	eachStall(t, func(w *apitest.World) {
		brackets := strings.Repeat("[", 1_000_000)
		for _, c := range []struct{ body, want string }{
			{`{`, parameter(`The request body is not JSON: `)},
			{`{"messaging_product":"whatsapp",}`, parameter(`The request body is not JSON: `)},
			{"{\"messaging_product\":\"whatsapp\xff\"}", parameter(`The request body is not JSON: `)},
			{`{"messaging_product":"whatsapp"} {}`, parameter(`The request body is not JSON: `)},
			{`{"to":"1","to":"2"}`, parameter(`Invalid parameter: the key to stands twice in its object; keep one`)},
			{to + `"interactive":{"action":{"sections":[{"title":"a","title":"b"}]}}}`, parameter(`Invalid parameter: the key interactive.action.sections[0].title stands twice`)},
			{to + `"unknown":{"a":1,"a":2}}`, parameter(`Invalid parameter: the key unknown.a stands twice`)},
			{`{"a":` + brackets, parameter(`Invalid parameter: the JSON body nests deeper than 64 levels`)},
			{`{"interactive":` + brackets + strings.Repeat("]", 1_000_000) + `}`, parameter(``)},
			{`{"messaging_product":7}`, parameter(`Param messaging_product must be a string, not a number`)},
			{`{"messaging_product":"whatsapp","to":["1"]}`, parameter(`Param to must be a string, not an array`)},
			{to + `"text":"hello"}`, parameter(`Param text must be an object, not a string`)},
			{to + `"text":{"body":{"a":1}}}`, parameter(`Param text.body must be a string, not an object`)},
			{to + `"text":{"body":"x","preview_url":"yes"}}`, parameter(`Param text.preview_url must be true or false, not a string`)},
			{to + `"interactive":[]}`, parameter(`Param interactive must be an object, not an array`)},
			{to + `"interactive":{"action":{"sections":{}}}}`, parameter(`Param interactive.action.sections must be an array, not an object`)},
			{to + `"interactive":{"action":{"sections":[{"product_items":[7]}]}}}`, parameter(`Param interactive.action.sections[0].product_items[0] must be an object, not a number`)},
			{to + `"biz_opaque_callback_data":false}`, parameter(`Param biz_opaque_callback_data must be a string, not true or false`)},
		} {
			answers(w, messages, c.body, c.want)
		}
		answers(w, messages, ``, parameter(`The request body is not JSON: `))
		answers(w, messages, `messaging_product=whatsapp&to=84901234567`, parameter(`The parameter text is required`))
		w.Do(messages, `messaging_product=whatsapp&to=84901234567&text={"body":"form"}`, accepted)
	})
}

func TestNulCharactersAreRefused(t *testing.T) {
	t.Parallel()
	eachStall(t, func(w *apitest.World) {
		want := parameter(`Invalid parameter: … holds the character U+0000`)
		for _, body := range []string{
			to + `"text":{"body":"a\u0000b"}}`,
			to + `"text":{"body":"a"},"biz_opaque_callback_data":"\u0000"}`,
			to + `"text":{"body":"a"},"context":{"message_id":"\u0000"}}`,
			interactive + `{"type":"product","action":{"catalog_id":"{menu}","product_retailer_id":"\u0000"}}}`,
			`{"messaging_product":"whatsapp","status":"read","message_id":"\u0000"}`,
		} {
			answers(w, messages, body, want)
		}
		w.Do(messages, to+`"text":{"body":"a\\u0000b"}}`, accepted)
	})
}

func TestEnvelopeRules(t *testing.T) {
	t.Parallel()
	eachStall(t, func(w *apitest.World) {
		for _, c := range []struct{ body, want string }{
			{`{"to":"84901234567","text":{"body":"x"}}`, parameter(`The parameter messaging_product is required."`)},
			{`{"messaging_product":"sms","to":"84901234567"}`, parameter(`Param messaging_product must be one of {WHATSAPP}`)},
			{`{"messaging_product":"whatsapp","text":{"body":"x"}}`, parameter(`The parameter to is required."`)},
			{to + `"type":"text"}`, parameter(`The parameter text is required."`)},
			{to + `"text":null}`, parameter(`The parameter text is required."`)},
			{to + `"type":"text","text":{}}`, parameter(`The parameter text['body'] is required."`)},
			{to + `"text":{"body":" \n "}}`, parameter(`The parameter text['body'] is required."`)},
			{to + `"text":{"body":"` + strings.Repeat("🍜", 4097) + `"}}`, parameter(`Param text['body'] must be at most 4096 characters long; it has 4097`)},
			{to + `"type":"telegram","text":{"body":"x"}}`, parameter(`Param type must be one of {TEXT, IMAGE,`)},
			{to + `"type":"poll","poll":{"name":"Lunch?"}}`, `400 {"error":{"message":"(#100) Param type must be one of {TEXT, IMAGE,`},
			{interactive + `{"type":"flow","body":{"text":"x"},"action":{"name":"flow"}}}`, parameter(`The parameter interactive['action']['parameters'] is required."`)},
			{to + `"recipient_type":"group","text":{"body":"x"}}`, `400 {"error":{"message":"(#131051) Unsupported message type"`},
			{to + `"recipient_type":"crowd","text":{"body":"x"}}`, value(`recipient_type \"crowd\" is not individual or group`)},
			{to + `"text":{"body":"x"},"biz_opaque_callback_data":"` + strings.Repeat("a", 513) + `"}`, value(`biz_opaque_callback_data has 513 characters, at most 512 are allowed"`)},
			{`{"messaging_product":"whatsapp","to":"+842871000001","text":{"body":"x"}}`, `400 {"error":{"message":"(#131021) Recipient cannot be sender"`},
			{`{"messaging_product":"whatsapp","to":"12","text":{"body":"x"}}`, `400 {"error":{"message":"(#100) Invalid parameter","type":"OAuthException","code":100`},
			{`{"messaging_product":"whatsapp","to":"+84 abc","text":{"body":"x"}}`, `400 {"error":{"message":"(#100) Invalid parameter","type":"OAuthException","code":100`},
			{`{"messaging_product":"whatsapp","to":"+999123456789","text":{"body":"x"}}`, `400 {"error":{"message":"(#100) Invalid parameter","type":"OAuthException","code":100`},
			{`{"messaging_product":"whatsapp","to":"` + strings.Repeat("9", 100_000) + `","text":{"body":"x"}}`, `400 {"error":{"message":"(#100) Invalid parameter","type":"OAuthException","code":100`},
		} {
			answers(w, messages, c.body, c.want)
		}
	})
}

func TestInteractiveRules(t *testing.T) {
	t.Parallel()
	eachStall(t, func(w *apitest.World) {
		const product = `"action":{"catalog_id":"{menu}","product_retailer_id":"pho"}}}`
		const thumb = `"action":{"name":"catalog_message","parameters":{"thumbnail_product_retailer_id":"pho"}}}}`
		const unlit = interactive + `{"type":"product_list",`
		const section = `"action":{"catalog_id":"{menu}","sections":[{"product_items":[{"product_retailer_id":"pho"}]}]}}}`
		for _, c := range []struct{ body, want string }{
			{to + `"type":"interactive"}`, parameter(`The parameter interactive is required."`)},
			{interactive + `{}}`, parameter(`The parameter interactive['type'] is required."`)},
			{interactive + `{"type":"poster"}}`, parameter(`Param interactive['type'] must be one of {BUTTON,`)},
			{interactive + `{"type":"voice_call"}}`, `400 {"error":{"message":"(#131051) Unsupported message type"`},
			{interactive + `{"type":"product"}}`, parameter(`The parameter interactive['action'] is required."`)},
			{interactive + `{"type":"product","header":{"type":"text","text":"x"},` + product, value(`The parameter interactive['header'] is not allowed for product messages`)},
			{interactive + `{"type":"product","body":{"text":"` + strings.Repeat("ở", 1025) + `"},` + product, value(`Body text length invalid. Min length: 1, Max length: 1024`)},
			{interactive + `{"type":"product","footer":{"text":"` + strings.Repeat("🍲", 61) + `"},` + product, value(`Footer text length invalid. Min length: 0, Max length: 60`)},
			{interactive + `{"type":"product","action":{"product_retailer_id":"pho"}}}`, parameter(`The parameter interactive['action']['catalog_id'] is required."`)},
			{interactive + `{"type":"product","action":{"catalog_id":"{menu}"}}}`, parameter(`The parameter interactive['action']['product_retailer_id'] is required."`)},
			{unlit + `"body":{"text":"x"},` + section, parameter(`The parameter interactive['header'] is required."`)},
			{unlit + `"header":{"type":"image"},"body":{"text":"x"},` + section, value(`The header of a product_list must be of type text`)},
			{unlit + `"header":{"type":"text","text":""},"body":{"text":"x"},` + section, value(`Header text length invalid. Min length: 1, Max length: 60`)},
			{unlit + `"header":{"type":"text","text":"` + strings.Repeat("ớ", 61) + `"},"body":{"text":"x"},` + section, value(`Header text length invalid. Min length: 1, Max length: 60`)},
			{unlit + `"header":{"type":"text","text":"x"},` + section, parameter(`The parameter interactive['body'] is required."`)},
			{list(`null`), parameter(`The parameter interactive['action']['sections'] is required."`)},
			{list(`[]`), parameter(`The parameter interactive['action']['sections'] is required."`)},
			{list(`[{"title":"A","product_items":` + items("pho") + `},{"product_items":` + items("bun") + `}]`), parameter(`The parameter interactive['action']['sections'][1]['title'] is required."`)},
			{list(`[{"title":"` + strings.Repeat("ớ", 25) + `","product_items":` + items("pho") + `}]`), value(`Section title is too long. Max length is 24`)},
			{list(`[{"title":"A","product_items":[]}]`), parameter(`The parameter interactive['action']['sections'][0]['product_items'] is required."`)},
			{list(`[{"title":"A","product_items":[{}]}]`), parameter(`The parameter interactive['action']['sections'][0]['product_items'][0]['product_retailer_id'] is required."`)},
			{list(`[{"title":"A","product_items":` + items(many(31, "pho")...) + `}]`), value(`Products count invalid. Min: 1, Max: 30 across all sections; this message has 31"`)},
			{list(`[` + strings.Repeat(`{"title":"A","product_items":`+items("pho")+`},`, 10) + `{"title":"A","product_items":` + items("pho") + `}]`), value(`Sections count invalid. Min: 1, Max: 10; this message has 11"`)},
			{interactive + `{"type":"catalog_message","header":{"type":"text","text":"x"},"body":{"text":"x"},` + thumb, value(`The parameter interactive['header'] is not allows for catalog messages."`)},
			{interactive + `{"type":"catalog_message",` + thumb, parameter(`The parameter interactive['body'] is required."`)},
			{interactive + `{"type":"catalog_message","body":{"text":"x"},"action":{"name":"catalog_message"}}}`, value(`action['parameters'] cannot be empty."`)},
			{interactive + `{"type":"catalog_message","body":{"text":"x"},"action":{"name":"catalog_message","parameters":{}}}}`, value(`action['parameters'] cannot be empty."`)},
			{interactive + `{"type":"catalog_message","body":{"text":"x"},"action":{"name":"shop","parameters":{"thumbnail_product_retailer_id":"pho"}}}}`, value(`action['name'] must be \"catalog_message\"`)},
		} {
			answers(w, messages, c.body, c.want)
		}
	})
}

func TestProductsThatCannotBeSent(t *testing.T) {
	t.Parallel()
	eachStall(t, func(w *apitest.World) {
		product := func(catalog, sku string) string {
			return interactive + `{"type":"product","action":{"catalog_id":"` + catalog + `","product_retailer_id":"` + sku + `"}}}`
		}
		thumb := func(sku string) string {
			return interactive + `{"type":"catalog_message","body":{"text":"x"},"action":{"name":"catalog_message","parameters":{"thumbnail_product_retailer_id":"` + sku + `"}}}}`
		}
		const none = `None of the products provided could be sent. Please check your catalog.`
		const linked = `Check if a catalog is linked to the WhatsApp Business Account and the catalog is enabled in the WhatsApp Commerce Settings"`
		for _, sku := range []string{"gone", "raw"} {
			answers(w, messages, product("{menu}", sku), value(`product not found for product_retailer_id `+sku+` in catalog_id {menu}"`))
			answers(w, messages, thumb(sku), value(`Products not found in FB Catalog"`))
		}
		answers(w, messages, list(`[{"title":"A","product_items":`+items("gone", "raw")+`}]`), value(none+`"`))

		w.Do(`POST /v25.0/{business}/owned_product_catalogs`, `name=Drinks`, `200 {"id":"<drinks>"}`)
		for _, other := range []string{"{drinks}", "5", "menu"} {
			answers(w, messages, product(other, "pho"), value(`product not found for product_retailer_id pho in catalog_id `+other+`; catalog_id must be the catalog connected to this account, {menu}"`))
		}
		answers(w, messages, strings.ReplaceAll(list(`[{"title":"A","product_items":`+items("pho")+`}]`), "{menu}", "{drinks}"), value(none+`; catalog_id must be`))

		w.Do(`POST /v25.0/{phone}/whatsapp_commerce_settings`, `is_catalog_visible=false`, `200 {"success":true}`)
		answers(w, messages, thumb("pho"), value(linked))
		w.Do(messages, product("{menu}", "pho"), accepted)

		w.Do(`POST /v25.0/catalog:{menu}:cGhv`, `name=Phở mới`, `200 {"success":true}`) // to be reviewed again
		answers(w, messages, product("{menu}", "pho"), value(`product not found for product_retailer_id pho`))
		w.Do(`POST /v25.0/catalog:{menu}:YnVu`, `visibility=staging`, `200 {"success":true}`)
		answers(w, messages, product("{menu}", "bun"), value(`product not found for product_retailer_id bun`))

		w.Do(`DELETE /v25.0/{waba}/product_catalogs?catalog_id={menu}`, ``, `200 {"success":true}`)
		answers(w, messages, product("{menu}", "bun"), value(linked))
		answers(w, messages, thumb("bun"), value(linked))
		answers(w, messages, list(`[{"title":"A","product_items":`+items("bun")+`}]`), value(linked))
	})
}

func TestWhoMaySend(t *testing.T) {
	t.Parallel()
	eachStall(t, func(w *apitest.World) {
		const body = to + `"text":{"body":"x"}}`
		answers(w.As("foreign_token"), messages, body, `400 {"error":{"message":"Unsupported post request. Object with ID '{phone}' does not exist`)
		answers(w, `POST /v25.0/{foreign_phone}/messages`, body, `400 {"error":{"message":"Unsupported post request. Object with ID '{foreign_phone}' does not exist`)
		w.Set("weak", token(w, access.CatalogManagement))
		for _, who := range []*apitest.World{w, w.As("weak")} {
			for _, sent := range []string{body, to + `"type":"text"}`, `{"messaging_product":"whatsapp","status":"read","message_id":"{inbound}"}`} {
				foreign, _ := who.Call(`POST /v25.0/{foreign_phone}/messages`, sent)
				unknown, _ := who.Call(`POST /v25.0/4711/messages`, sent)
				if foreign != strings.ReplaceAll(unknown, "4711", w.Get("foreign_phone")) {
					t.Errorf("%s: a foreign number answers\n%s\nan unknown one\n%s", sent, foreign, unknown)
				}
			}
		}
		answers(w, `POST /v25.0/{waba}/messages`, body, `400 {"error":{"message":"Unknown path components: /messages","type":"OAuthException","code":2500,`+``)
		answers(w.As(""), messages, body, `401 {"error":{"message":"…"code":104,`+``)
		w.Set("wrong", "EAAwrong")
		answers(w.As("wrong"), messages, body, `401 {"error":{"message":…"type":"OAuthException","code":190`)
		w.Set("short", token(w, access.WhatsAppBusinessMessaging))
		w.As("short").Do(messages, body, accepted)
		w.Clock.Advance(time.Hour)
		answers(w.As("short"), messages, body, `401 {"error":{"message":…"type":"OAuthException","code":190,"error_subcode":463`)
		w.Set("weak", token(w, access.CatalogManagement))
		answers(w.As("weak"), messages, body, `403 {"error":{"message":"(#200) Permissions error: the token lacks the permission whatsapp_business_messaging`)
	})
}

// token is a token with one permission that lives for an hour.
func token(w *apitest.World, p access.Permission) (text string) {
	w.T.Helper()
	err := w.DB.Update(w.T.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		text, err = account.CreateTokenTx(ctx, tx, account.NewToken{
			App: w.ID("app"), User: w.ID("user"), Businesses: []id.ID{w.ID("business")}, Permissions: []access.Permission{p}, ExpiresAt: tx.Now().Add(time.Hour),
		})
		return err
	})
	if err != nil {
		w.T.Fatal(err)
	}
	return text
}

func TestMarkAsRead(t *testing.T) {
	t.Parallel()
	eachStall(t, func(w *apitest.World) {
		const read = `{"messaging_product":"whatsapp","status":"read","message_id":`
		w.Do(messages, read+`"{inbound}"}`, `200 {"success":true}`)
		w.Do(messages, read+`"{inbound}","typing_indicator":{"type":"text"}}`, `200 {"success":true}`)
		answers(w, messages, read+`"{inbound}","typing_indicator":{"type":"voice"}}`, parameter(`Param typing_indicator['type'] must be one of {TEXT} - got`))
		w.Do(messages, to+`"text":{"body":"x"}}`, `200 {"messaging_product":"whatsapp","contacts":[{"input":"84901234567","wa_id":"84901234567"}],"messages":[{"id":"<ours>"}]}`)
		for _, id := range []string{"wamid.none", "{ours}", strings.Repeat("x", 10_000)} {
			answers(w, messages, read+`"`+id+`"}`, value(`message_id is not a message that a customer sent to this number"`))
		}
		answers(w, messages, `{"messaging_product":"whatsapp","status":"read"}`, parameter(`The parameter message_id is required."`))
		answers(w, messages, `{"status":"read","message_id":"{inbound}"}`, parameter(`The parameter messaging_product is required."`))
		answers(w, messages, `{"messaging_product":"whatsapp","status":"seen","message_id":"{inbound}"}`, parameter(`Param status must be one of {READ} - got`))
		answers(w.As("foreign_token"), messages, read+`"{inbound}"}`, `400 {"error":{"message":"Unsupported post request. Object with ID '{phone}' does not exist`)
		answers(w, `POST /v25.0/{foreign_phone}/messages`, read+`"{inbound}"}`, `400 {"error":{"message":"Unsupported post request. Object with ID '{foreign_phone}' does not exist`)
	})
}
