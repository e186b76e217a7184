package graphapi_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/graphapi/apitest"
	"github.com/hawkerhq/hawker/internal/once"
)

// under is a call with an Idempotency-Key.
func under(call, key string) string { return call + "\nIdempotency-Key: " + key }

// rows counts the rows of a table.
func rows(w *apitest.World, table string) (n int) {
	w.T.Helper()
	err := w.DB.View(w.T.Context(), func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, `SELECT count(*) FROM `+table).Scan(&n)
	})
	if err != nil {
		w.T.Fatal(err)
	}
	return n
}

func TestARepeatedCallHasItsEffectOnce(t *testing.T) {
	t.Parallel()
	eachStall(t, func(w *apitest.World) {
		text := to + `"type":"text","text":{"body":"Chào chị 🍜"}}`
		product := `name=Phở <chay>&price=45000&currency=VND&image_url=https://quan.example/p.jpg&url=https://quan.example/p&retailer_id=chay`
		batch := `{"item_type":"PRODUCT_ITEM","requests":[{"method":"UPDATE","data":{"id":"pho","title":"Phở & chả"}},{"method":"MERGE","data":{"id":"e"}}]}`
		for call, c := range map[string]struct{ body, other, table string }{
			messages:                         {text, strings.Replace(text, "chị", "anh", 1), "message"},
			`POST /v25.0/{menu}/products`:    {product, product + `&brand=x`, "item_row"},
			`POST /v25.0/{menu}/items_batch`: {batch, strings.Replace(batch, "chả", "nem", 1), "catalog_batch"},
			`POST /v25.0/{menu}/batch`:       {`{"requests":[{"method":"UPDATE","data":{"retailer_id":"pho","name":"Phở"}}]}`, `{"requests":[{"method":"UPDATE","data":{"retailer_id":"pho","name":"Bún"}}]}`, "catalog_batch"},
			messages + `?locale=vi_VN`:       {`{"messaging_product":"whatsapp","status":"read","message_id":"{inbound}"}`, text, "message"},
		} {
			key := fmt.Sprint("k", len(call))
			first, _ := w.Call(under(call, key), c.body)
			if !strings.HasPrefix(first, "200 ") {
				t.Fatalf("%s: %s", call, first)
			}
			before := rows(w, c.table)
			again, head := w.Call(under(strings.Replace(call, "v25.0", "v23.0", 1), key), c.body)
			if again != first || head.Get("Idempotent-Replayed") != "true" {
				t.Errorf("%s again: %s\nfirst: %s\n%v", call, again, first, head)
			}
			w.Do(under(call, key), c.other, `409 {"error":{"message":"(#100) The Idempotency-Key belongs to another call*`)
			w.As("foreign_token").Do(under(call, key), c.body, `400 {"error":{"message":"Unsupported post request.*`)
			if after := rows(w, c.table); after != before {
				t.Errorf("%s: %d rows of %s became %d", call, before, c.table, after)
			}
		}
	})
}

func TestAKeyIsKeptForADay(t *testing.T) {
	t.Parallel()
	eachStall(t, func(w *apitest.World) {
		text := to + `"type":"text","text":{"body":"x"}}`
		first, _ := w.Call(under(messages, "day"), text)
		w.Clock.Advance(once.Kept - time.Second)
		if again, _ := w.Call(under(messages, "day"), text); again != first {
			t.Errorf("within a day: %s\nfirst: %s", again, first)
		}
		w.Clock.Advance(-48 * time.Hour) // a clock that goes back forgets nothing
		if again, _ := w.Call(under(messages, "day"), text); again != first {
			t.Errorf("after the clock went back: %s\nfirst: %s", again, first)
		}
		w.Clock.Advance(48*time.Hour + time.Second)
		later, head := w.Call(under(messages, "day"), to+`"type":"text","text":{"body":"y"}}`)
		if !strings.HasPrefix(later, "200 ") || later == first || head.Get("Idempotent-Replayed") != "" {
			t.Errorf("a day later: %s\nfirst: %s", later, first)
		}
	})
}

func TestRefusedCallsKeepNothing(t *testing.T) {
	t.Parallel()
	eachStall(t, func(w *apitest.World) {
		w.Do(under(messages, "k"), to+`"type":"text","text":{"body":""}}`, `400 *`)
		w.Do(under(messages, "k"), to+`"type":"text","text":{"body":"mended"}}`, accepted)
		w.Do(under(`POST /v25.0/{menu}/items_batch`, "k"), `{"item_type":"PRODUCT_ITEM","requests":[{"method":"MERGE","data":{"id":"e"}}]}`, `200 {"handles":[],"validation_status":[*`)
		w.Do(under(`POST /v25.0/{menu}/items_batch`, "k"), `{"item_type":"PRODUCT_ITEM","requests":[{"method":"DELETE","data":{"id":"e"}}]}`, `200 {"handles":["<*>"],"validation_status":[]}`)
		for _, key := range []string{strings.Repeat("k", once.KeyMost+1), "a\tb", "a\u200bb"} {
			w.Do(under(messages, key), to+`"type":"text","text":{"body":"x"}}`, `400 {"error":{"message":"(#100) Invalid parameter: *`)
		}
		w.Do(under(messages, strings.Repeat("k", once.KeyMost)), to+`"type":"text","text":{"body":"x"}}`, accepted)
		w.Do(under(`POST /v25.0/{menu}/products?fields=name`, "k"), `retailer_id=x`, `400 {"error":{"message":"(#100) Invalid parameter*`)
	})
}

// Elements of a batch carry keys of their own; that of the call around them is none of theirs.
func TestKeysInsideABatch(t *testing.T) {
	t.Parallel()
	eachStall(t, func(w *apitest.World) {
		op := `{"method":"POST","relative_url":"v25.0/{phone}/messages","headers":[{"name":"Idempotency-Key","value":"inner"}],"body":"messaging_product=whatsapp&to=84901234567&text={\"body\":\"x\"}"}`
		before := rows(w, "message")
		w.Do(under(`POST /`, "outer"), `{"include_headers":false,"batch":[`+op+`,`+op+`,`+strings.Replace(op, "inner", "second", 1)+`]}`, `200 [*`)
		if n := rows(w, "message") - before; n != 2 {
			t.Errorf("%d messages; the batch holds two keys", n)
		}
	})
}

// A hundred callers under each of many keys at once: one effect for each key, and one answer.
func TestCallsUnderOneKeyAtOnce(t *testing.T) {
	t.Parallel()
	eachStall(t, func(w *apitest.World) {
		const keys, callers = 12, 100
		before := rows(w, "message")
		var mu sync.Mutex
		answers := map[string]map[string]int{}
		var wg sync.WaitGroup
		for k := range keys {
			key := fmt.Sprint("key-", k)
			answers[key] = map[string]int{}
			for range callers {
				wg.Go(func() {
					got, _ := w.Call(under(messages, key), to+`"type":"text","text":{"body":"`+key+`"}}`)
					mu.Lock()
					defer mu.Unlock()
					answers[key][got]++
				})
			}
		}
		wg.Wait()
		for key, got := range answers {
			if len(got) != 1 {
				t.Errorf("%s has %d answers: %v", key, len(got), got)
			}
			for a := range got {
				if !strings.HasPrefix(a, "200 ") {
					t.Errorf("%s: %s", key, a)
				}
			}
		}
		if n := rows(w, "message") - before; n != keys {
			t.Errorf("%d messages for %d keys", n, keys)
		}
	})
}
