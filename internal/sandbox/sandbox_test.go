package sandbox_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/demo"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/sandbox"
	"github.com/hawkerhq/hawker/internal/webhook"
)

const threads = "/customers/{wa_id}/chats/{phone_number_id}"

func TestACustomerBrowsesAsksOrdersAndReads(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		w := open(t, d, c)
		sku := w.sku()
		shelf := w.want(200, "GET", threads+"/catalog", w.chat("/catalog?limit=2"), "")
		if len(shelf["products"].([]any)) != 2 || shelf["next"] == nil {
			t.Errorf("the storefront shows %v", shelf)
		}
		w.want(200, "GET", threads+"/catalog", w.chat("/catalog?limit=2&after="+shelf["next"].(string)), "")
		if none := w.want(200, "GET", threads+"/catalog", w.chat("/catalog?q=zzzzz"), ""); len(none["products"].([]any)) != 0 {
			t.Errorf("found %v", none)
		}
		w.want(200, "GET", threads+"/products/{retailer_id}", w.chat("/products/"+sku), "")
		asked := w.want(200, "POST", threads+"/messages", w.chat("/messages"), `{"text":"Còn không?","product_retailer_id":"`+sku+`"}`)
		reply := w.reply("Còn bạn nhé")
		w.want(200, "POST", threads+"/messages", w.chat("/messages"), `{"text":"ok","reply_to":"`+reply+`"}`)
		w.want(200, "POST", threads+"/delivered", w.chat("/delivered"), `{"up_to":"`+reply+`"}`)
		w.want(200, "POST", threads+"/read", w.chat("/read"), `{"up_to":"`+reply+`"}`)
		chat := w.want(200, "GET", threads, w.chat(""), "")
		messages := chat["messages"].([]any)
		if len(messages) != 3 || messages[0].(map[string]any)["id"] != asked["message_id"] || messages[1].(map[string]any)["status"] != "read" {
			t.Errorf("the chat shows %v", messages)
		}
		if older := w.want(200, "GET", threads, w.chat("?limit=1&before="+reply), ""); len(older["messages"].([]any)) != 1 || older["has_older"] != false {
			t.Errorf("before the reply: %v", older)
		}

		w.want(200, "PUT", threads+"/cart/{retailer_id}", w.chat("/cart/"+sku), `{"quantity":3}`)
		if cart := w.want(200, "DELETE", threads+"/cart/{retailer_id}", w.chat("/cart/"+sku), ""); cart["items"] != 0.0 {
			t.Errorf("the cart holds %v", cart)
		}
		w.refused(400, 131009, "cart", "POST", w.chat("/cart/send"), `{}`)
		w.want(200, "PUT", threads+"/cart/{retailer_id}", w.chat("/cart/"+sku), `{"quantity":2}`)
		if cart := w.want(200, "GET", threads+"/cart", w.chat("/cart"), ""); cart["items"] != 2.0 {
			t.Errorf("the cart holds %v", cart)
		}
		first := w.want(200, "POST", threads+"/cart/send", w.chat("/cart/send"), `{"note":"ít đường","form_key":"k"}`)
		again := w.want(200, "POST", threads+"/cart/send", w.chat("/cart/send"), `{"note":"ít đường","form_key":"k"}`)
		if first["order_id"] != again["order_id"] {
			t.Errorf("two orders: %v and %v", first, again)
		}
		w.want(200, "GET", threads, w.chat(""), "") // with an order in it

		w.want(200, "POST", threads+"/block", w.chat("/block"), "")
		w.refused(400, 131026, "blocked", "POST", w.chat("/messages"), `{"text":"hm"}`)
		w.want(200, "DELETE", threads+"/block", w.chat("/block"), "")
		w.want(200, "POST", threads+"/messages", w.chat("/messages"), `{"text":"hm"}`)
		w.want(200, "POST", threads+"/marketing", w.chat("/marketing"), `{"value":"stop"}`)
		if v := w.want(200, "GET", threads, w.chat(""), ""); v["marketing_stopped"] != true {
			t.Errorf("the chat says %v", v["marketing_stopped"])
		}
		w.refused(400, 100, "stop or resume", "POST", w.chat("/marketing"), `{"value":"less"}`)
		w.want(200, "POST", threads+"/marketing", w.chat("/marketing"), `{"value":"resume"}`)
		w.want(200, "POST", "/customers/{wa_id}/username", "/customers/"+lan+"/username", `{"username":"lan.nguyen"}`)
		w.refused(400, 100, "3 to 35", "POST", "/customers/"+lan+"/username", `{"username":"L"}`)
		w.want(200, "POST", "/customers/{wa_id}/username", "/customers/"+lan+"/username", `{}`)
		w.want(200, "POST", "/customers/{wa_id}/identity", "/customers/"+lan+"/identity", "")
		for path, body := range map[string]string{"/quality": `{"rating":"YELLOW"}`, "/messaging-limit": `{"tier":"TIER_2K"}`, "/throughput": `{"level":"HIGH"}`} {
			w.want(200, "POST", "/numbers/{phone_number_id}"+path, "/numbers/"+w.shop.Phone.String()+path, body)
			w.refused(400, 100, "is", "POST", "/numbers/"+w.shop.Phone.String()+path, strings.ReplaceAll(body, `:"`, `:"NO_`))
		}
	})
}

func TestACartThatChangedIsNotSentButShown(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		w := open(t, d, c)
		sku := w.sku()
		w.want(200, "PUT", threads+"/cart/{retailer_id}", w.chat("/cart/"+sku), `{"quantity":1}`)
		w.want(200, "POST", "/items/{item_id}/verdict", "/items/"+w.item(sku).ID.String()+"/verdict", `{"status":"rejected","policy_id":"weapons","reason":"No."}`)
		v := w.want(409, "POST", threads+"/cart/send", w.chat("/cart/send"), `{}`)
		if removed := v["cart"].(map[string]any)["removed"].([]any); v["sent"] != false || len(removed) != 1 {
			t.Errorf("answered %v", v)
		}
		w.want(200, "POST", "/items/{item_id}/verdict", "/items/"+w.item(sku).ID.String()+"/verdict", `{"status":"approved"}`)
		if i := w.item(sku); i.Review.Status != catalog.Approved {
			t.Errorf("the item is %s", i.Review.Status)
		}
	})
}

func (w *world) item(sku string) (i catalog.Item) {
	w.Helper()
	err := w.db.View(w.Context(), func(ctx context.Context, tx *db.Tx) error {
		items, err := catalog.ItemsByRetailerTx(ctx, tx, w.shop.Catalog, []string{sku})
		i = items[sku]
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
	return i
}

func TestTheClockMovesWithinReason(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		w := open(t, d, c)
		for _, x := range []struct {
			body, now string
		}{
			{`{"advance":"24h"}`, "2026-11-24T09:00:00Z"},
			{`{"advance":"-90m"}`, "2026-11-24T07:30:00Z"},
			{`{"now":"2027-01-01T00:00:00+07:00"}`, "2026-12-31T17:00:00Z"},
		} {
			if v := w.want(200, "POST", "/clock", "/clock", x.body); v["now"] != x.now {
				t.Errorf("%s: %v, want %s", x.body, v, x.now)
			}
		}
		if v := w.want(200, "GET", "/clock", "/clock", ""); v["now"] != "2026-12-31T17:00:00Z" {
			t.Errorf("the clock shows %v", v)
		}
		for body, says := range map[string]string{
			``: `{"advance":"24h"}`, `{"advance":"1h","now":"2027-01-01T00:00:00Z"}`: "say", `{"advance":"soon"}`: `"soon" is no time`,
			`{"now":"tomorrow"}`: "is no time", `{"advance":"2000000h"}`: "the clock goes from", `{"now":"2019-12-31T00:00:00Z"}`: "2020-01-02",
		} {
			w.refused(400, 100, says, "POST", "/clock", body)
		}
	})
}

func TestDeliveriesAreListedAndReplayed(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		w := open(t, d, c)
		status := http.StatusInternalServerError
		got := 0
		hook := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if challenge := r.URL.Query().Get("hub.challenge"); challenge != "" {
				fmt.Fprint(rw, challenge)
				return
			}
			got++
			rw.WriteHeader(status)
			fmt.Fprint(rw, "hm")
		}))
		defer hook.Close()
		check := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		check(w.hooks.Subscribe(t.Context(), demo.AppID, webhook.Object, hook.URL, "vt", []string{"messages"}))
		check(w.hooks.SubscribeWABA(t.Context(), w.shop.WABA, demo.AppID, "", ""))
		w.want(200, "POST", threads+"/messages", w.chat("/messages"), `{"text":"Xin chào"}`)
		check(w.hooks.Drain(t.Context()))
		const deliveries = "/webhooks/deliveries"
		log := w.want(200, "GET", deliveries, deliveries+"?state=pending&limit=1", "")["data"].([]any)
		if len(log) != 1 || log[0].(map[string]any)["last_status"] != 500.0 {
			t.Fatalf("pending: %v", log)
		}
		one := deliveries + "/" + log[0].(map[string]any)["id"].(string)
		attempts := w.want(200, "GET", deliveries+"/{delivery_id}/attempts", one+"/attempts", "")["data"].([]any)
		if len(attempts) != 1 || attempts[0].(map[string]any)["response"] != "hm" {
			t.Errorf("attempts %v", attempts)
		}
		c.Advance(8 * 24 * time.Hour)
		check(w.hooks.Drain(t.Context()))
		status = http.StatusOK
		const replays = "/webhooks/replays"
		const failed = `{"state":"undelivered","since":"2026-11-23T00:00:00Z"}`
		run := w.want(200, "POST", replays, replays, failed)
		if run["total"] != 1.0 {
			t.Errorf("replaying %v", run)
		}
		w.work()
		if v := w.want(200, "GET", replays+"/{replay_id}", replays+"/"+run["id"].(string), ""); v["state"] != "done" || v["done"] != 1.0 {
			t.Errorf("replayed %v", v)
		}
		w.want(200, "POST", deliveries+"/{delivery_id}/replay", one+"/replay", "")
		check(w.hooks.Drain(t.Context()))
		if log := w.want(200, "GET", deliveries, deliveries+"?state=delivered", "")["data"].([]any); len(log) != 2 || got != 3 {
			t.Errorf("delivered %v after %d requests", log, got)
		}
		w.token = foreignToken
		if log := w.want(200, "GET", deliveries, deliveries, "")["data"].([]any); len(log) != 0 {
			t.Errorf("another business sees %v", log)
		}
		if v := w.want(200, "POST", replays, replays, failed); v["total"] != 0.0 {
			t.Errorf("another business replays %v", v)
		}
		w.refused(404, 100, "no replay", "GET", replays+"/"+run["id"].(string), "")
		if list := w.want(200, "GET", replays, replays, "")["data"].([]any); len(list) != 1 {
			t.Errorf("another business sees %v", list)
		}
	})
}

func TestStrangersAndNonsenseAreRefusedAlike(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		w := open(t, d, c)
		item := w.item(w.sku()).ID.String()
		for _, path := range []string{w.chat(""), w.chat("/cart"), w.chat("/catalog"), "/webhooks/deliveries/7/attempts"} {
			w.token = foreignToken
			foreignStatus, foreign := w.call("GET", path, "")
			w.token = demo.AccessToken
			unknownStatus, unknown := w.call("GET", strings.ReplaceAll(path, w.shop.Phone.String(), "400000000000099"), "")
			f, u := foreign["error"].(map[string]any), unknown["error"].(map[string]any)
			if foreignStatus != unknownStatus || f["code"] != u["code"] || f["error_subcode"] != u["error_subcode"] {
				t.Errorf("%s: foreign %d %v, unknown %d %v", path, foreignStatus, f, unknownStatus, u)
			}
		}
		w.token = foreignToken
		w.refused(400, 100, "", "POST", "/items/"+item+"/verdict", `{"status":"approved"}`)
		w.token = timidToken
		w.refused(403, 200, "sandbox", "GET", "/clock", "")
		w.token = ""
		w.refused(401, 104, "An access token is required", "GET", "/clock", "")
		w.token = "EAANONSENSE"
		w.refused(401, 190, "", "GET", "/clock", "")
		w.token = demo.AccessToken
		long := strings.Repeat("ă", 4097)
		for _, x := range []struct{ method, path, body, says string }{
			{"GET", "/nothing", "", "openapi.json"},
			{"PATCH", "/clock", "", "no PATCH"},
			{"GET", "/clock?tz=1", "", `"tz" is no parameter`},
			{"GET", w.chat("?limit=0"), "", "1 to 200"},
			{"GET", w.chat("?limit=201"), "", "1 to 200"},
			{"GET", w.chat("?limit=1&limit=2"), "", "given 2 times"},
			{"GET", w.chat("?limit=%zz"), "", "query"},
			{"GET", w.chat("/catalog?after=x"), "", "decimal id"},
			{"GET", "/customers/" + lan + "/chats/abc", "", "decimal id"},
			{"GET", "/webhooks/deliveries?state=lost", "", "pending, delivered, undelivered"},
			{"POST", w.chat("/messages"), ``, "text is required"},
			{"POST", w.chat("/messages"), `{`, "JSON object"},
			{"POST", w.chat("/messages"), `[]`, "it is a JSON"},
			{"POST", w.chat("/messages"), `{"text":1}`, "text may not be a JSON number"},
			{"POST", w.chat("/messages"), `{"text":"a","text":"b"}`, "duplicate"},
			{"POST", w.chat("/messages"), `{"txt":"a"}`, `"txt" is none of them`},
			{"POST", w.chat("/messages"), strings.Repeat("[", 1_000_000), "JSON object"},
			{"POST", w.chat("/messages"), `{"text":"` + strings.Repeat("x", 1<<20) + `"}`, "1 MB"},
			{"POST", w.chat("/messages"), `{"text":"a","product_retailer_id":"b","reply_to":"c"}`, "not both"},
			{"PUT", w.chat("/cart/" + w.sku()), `{}`, "quantity is required"},
			{"PUT", w.chat("/cart/" + w.sku()), `{"quantity":-1}`, "1 to 99"},
			{"PUT", w.chat("/cart/" + w.sku()), `{"quantity":1.5}`, "whole number"},
			{"PUT", w.chat("/cart/" + w.sku()), `{"quantity":100}`, "1 to 99"},
			{"POST", w.chat("/cart/send"), `{"form_key":"` + strings.Repeat("k", 101) + `"}`, "at most 100"},
			{"POST", w.chat("/read"), `{}`, "up_to is required"},
			{"POST", "/items/x/verdict", `{"status":"approved"}`, "decimal id"},
			{"POST", "/items/" + item + "/verdict", `{}`, "status is required"},
			{"POST", "/items/" + item + "/verdict", `{"status":"fine"}`, "approved, rejected, pending"},
			{"POST", "/items/" + item + "/verdict", `{"status":"rejected"}`, "policy"},
			{"POST", "/webhooks/replays", `{}`, "say which deliveries"},
			{"POST", "/webhooks/replays", `{"since":"yesterday"}`, "since cannot be read"},
			{"GET", "/webhooks/deliveries?since=yesterday", "", "a moment"},
			{"POST", "/apps/100000000000001/secret", `{"overlap":"a day"}`, "no span of time"},
			{"POST", "/apps/100000000000001/secret", `{"overlap":"169h"}`, "168h"},
			{"PUT", "/apps/100000000000001/client-certificate", `{"certificate":"x"}`, "must be a pair"},
			{"POST", "/webhooks/endpoints", `{"name":"x","url":"http://127.0.0.1:9"}`, "whose events"},
		} {
			w.refused(400, 100, x.says, x.method, x.path, x.body)
		}
		for _, waID := range []string{"abc", "0", "+84901234567", "997999999999999"} {
			status, v := w.call("GET", "/customers/"+waID+"/chats/"+w.shop.Phone.String(), "")
			if status != 400 {
				t.Errorf("wa_id %s answered %d %v", waID, status, v)
			}
		}
		w.refused(400, 131009, "4096", "POST", w.chat("/messages"), `{"text":"`+long+`"}`)
		w.refused(400, 131009, "", "POST", w.chat("/messages"), `{"text":"a","product_retailer_id":"nothing"}`)
		w.refused(400, 131009, "", "GET", w.chat("/products/nothing"), "")
	})
}

func TestEventsReachTheirBusinessOnly(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		w := open(t, d, c)
		stream := func(token, last string) *bufio.Scanner {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.url+sandbox.Prefix+"/events", nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Authorization", "Bearer "+token)
			if last != "" {
				req.Header.Set("Last-Event-ID", last)
			}
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { res.Body.Close() })
			lines := bufio.NewScanner(res.Body)
			if !lines.Scan() || lines.Text() != ": connected" || res.Header.Get("Content-Type") != "text/event-stream" {
				t.Fatalf("the stream begins with %q as %s", lines.Text(), res.Header.Get("Content-Type"))
			}
			return lines
		}
		var last string // id of the event read last
		next := func(lines *bufio.Scanner) string {
			for lines.Scan() {
				if i, ok := strings.CutPrefix(lines.Text(), "id: "); ok {
					last = i
				}
				if lines.Text() == "event: missed" {
					return "missed"
				}
				if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
					return data
				}
			}
			return ""
		}
		mine, foreign := stream(demo.AccessToken, ""), stream(foreignToken, "")
		w.want(200, "POST", threads+"/messages", w.chat("/messages"), `{"text":"Xin chào"}`)
		w.want(200, "POST", "/clock", "/clock", `{"advance":"1h"}`)
		if got := next(mine); !strings.Contains(got, "message.received") || !strings.Contains(got, w.shop.Phone.String()) {
			t.Errorf("the business heard %s", got)
		}
		if got := next(mine); !strings.Contains(got, "clock.moved") {
			t.Errorf("the business heard %s", got)
		}
		if got := next(foreign); !strings.Contains(got, "clock.moved") {
			t.Errorf("another business heard %s", got)
		}
		// Who comes back hears what happened meanwhile, once, or that it is too late for that.
		w.want(200, "POST", threads+"/messages", w.chat("/messages"), `{"text":"Còn đó không?"}`)
		w.want(200, "POST", "/clock", "/clock", `{"advance":"2h"}`)
		back := stream(demo.AccessToken, last)
		if got := next(back); !strings.Contains(got, "message.received") {
			t.Errorf("after coming back: %s", got)
		}
		if got := next(back); !strings.Contains(got, "clock.moved") {
			t.Errorf("after coming back: %s", got)
		}
		for _, unknown := range []string{"another-1", "1", last + "000"} {
			if got := next(stream(demo.AccessToken, unknown)); got != "missed" {
				t.Errorf("after %q: %s, want to be told that it is unknown", unknown, got)
			}
		}
	})
}

// reply sends a text of the shop to the customer and returns its id.
func (w *world) reply(text string) string {
	w.Helper()
	m, err := messaging.Parse([]byte(`{"messaging_product":"whatsapp","to":"` + lan + `","type":"text","text":{"body":"` + text + `"}}`))
	if err != nil {
		w.Fatal(err)
	}
	caller := access.Caller{Kind: access.KindSystemUser, Businesses: []id.ID{w.shop.Business}, Permissions: access.Permissions()}
	sent, err := w.exchange.Send(w.Context(), caller, w.shop.Phone, m)
	if err != nil {
		w.Fatal(err)
	}
	return sent.Messages[0].ID
}

func TestListingsAreReviewedDry(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		w := open(t, d, c)
		v := w.want(200, "POST", "/review", "/review", `{"items":[
			{"id":"1","title":"Bia Tiger lon","price":"20000 VND","image_link":"https://a.example/1.jpg"},
			{"method":"CREATE","data":{"id":"2","title":"Wine glasses, set of 6"}},
			{"retailer_id":"3","name":"Whey protein 2 kg"},
			{"id":"4","title":"Cup","google_product_category":"414"}]}`)
		want := []struct{ id, verdict, policy, field string }{
			{"1", "reject", "alcohol", "title"}, {"2", "approve", "", ""}, {"3", "human", "supplements", "title"}, {"4", "reject", "alcohol", "google_product_category"},
		}
		for n, got := range v["data"].([]any) {
			got, field := got.(map[string]any), ""
			if list := got["evidence"].([]any); len(list) > 0 {
				field = list[0].(map[string]any)["field"].(string)
			}
			if x := want[n]; got["id"] != x.id || got["verdict"] != x.verdict || got["policy_id"] != x.policy || field != x.field {
				t.Errorf("item %d: %v, want %v", n, got, x)
			}
		}
		w.refused(400, 100, "1 to 1000", "POST", "/review", `{"items":[]}`)
		w.refused(400, 100, "items[0]", "POST", "/review", `{"items":[7]}`)
	})
}
