package app_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"testing"
)

// The whole selling loop through the doors: a newcomer's five steps on the demo world's empty shop.
func TestFromAnEmptyCatalogToASignedOrder(t *testing.T) {
	t.Parallel()
	w, h := start(t, t.TempDir()), newHook(t)

	res, err := http.Get(w.URL() + "/demo/shop-b.json")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	batch, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	handle := w.must(http.MethodPost, "/v25.0/"+catalogB+"/items_batch", string(batch))["handles"].([]any)[0].(string)
	eventually(t, "finished", func() bool {
		v := w.must(http.MethodGet, "/v25.0/"+catalogB+"/check_batch_request_status?handle="+handle, "")
		return v["data"].([]any)[0].(map[string]any)["status"] == "finished"
	})
	w.must(http.MethodPost, "/v25.0/"+wabaB+"/product_catalogs?catalog_id="+catalogB, "")
	w.must(http.MethodPost, "/v25.0/"+phoneB+"/whatsapp_commerce_settings?is_catalog_visible=true", "")
	w.listen(wabaB, h)
	eventually(t, "reviewed", func() bool {
		v := w.must(http.MethodGet, "/v25.0/"+catalogB+"/products?return_only_approved_products=true&summary=true&limit=1", "")
		return v["summary"].(map[string]any)["total_count"].(float64) > 100
	})

	w.must(http.MethodPost, chatB+"/messages", `{"text":"Xin chào!"}`)
	w.must(http.MethodPost, "/v25.0/"+phoneB+"/messages", `{"messaging_product":"whatsapp","to":"+84 90 123 45 67","type":"interactive","interactive":{"type":"product_list",
		"header":{"type":"text","text":"For you"},"body":{"text":"Tap"},"action":{"catalog_id":"`+catalogB+`","sections":[{"title":"New","product_items":[{"product_retailer_id":"LS-white-S"},{"product_retailer_id":"nope"}]}]}}}`)
	w.must(http.MethodPut, chatB+"/cart/LS-white-S", `{"quantity":2}`)
	sent := w.must(http.MethodPost, chatB+"/cart/send", `{"note":"giao chiều","form_key":"k"}`)
	again := w.must(http.MethodPost, chatB+"/cart/send", `{"note":"giao chiều","form_key":"k"}`)
	if sent["order_id"] != again["order_id"] || sent["message_id"] != again["message_id"] {
		t.Errorf("a double tap made two orders: %v, %v", sent, again)
	}

	var body, signature string
	eventually(t, "an order webhook", func() (ok bool) {
		body, signature, ok = h.find(`"type":"order"`, `"item_price":420000`, `"quantity":2`, `"text":"giao chi\u1ec1u"`, `"product_retailer_id":"LS-white-S"`)
		return ok
	})
	mac := hmac.New(sha256.New, []byte("demo-app-secret"))
	mac.Write([]byte(body))
	if want := "sha256=" + hex.EncodeToString(mac.Sum(nil)); signature != want {
		t.Errorf("signature %s, want %s", signature, want)
	}
	eventually(t, "a sent status", func() bool {
		_, _, ok := h.find(`"status":"sent"`, `"pricing_model":"PMP"`)
		return ok
	})
}

func TestARestartKeepsTheWorldAndItsClock(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var first map[string]any
	t.Run("before", func(t *testing.T) {
		w := start(t, dir)
		w.must(http.MethodPost, chatA+"/messages", `{"text":"hi"}`)
		first = w.must(http.MethodPost, "/sandbox/v1/clock", `{"advance":"48h"}`)
	})
	t.Run("after", func(t *testing.T) {
		w := start(t, dir)
		if now := w.must(http.MethodGet, "/sandbox/v1/clock", ""); now["now"].(string) < first["now"].(string) {
			t.Errorf("the clock went back from %v to %v", first, now)
		}
		chat := w.must(http.MethodGet, chatA, "")
		if list := chat["messages"].([]any); len(list) != 1 {
			t.Errorf("messages after the restart: %v", list)
		}
		// Two days later the window is closed: accepted, and failed by a status.
		w.must(http.MethodPost, "/v25.0/"+phoneA+"/messages", `{"messaging_product":"whatsapp","to":"`+lan+`","text":{"body":"late"}}`)
		if list := w.must(http.MethodGet, chatA, "")["messages"].([]any); len(list) != 1 {
			t.Errorf("a message reached the customer outside the window: %v", list)
		}
	})
}

func TestOpenStreamsDoNotHoldTheEnd(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.URL()+"/sandbox/v1/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer EAADEMO")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	ctx, cancel := context.WithTimeout(t.Context(), deadline)
	defer cancel()
	if err := w.Close(ctx); err != nil {
		t.Error(err)
	}
	if ctx.Err() != nil {
		t.Errorf("the end did not come by itself: %v", ctx.Err())
	}
}
