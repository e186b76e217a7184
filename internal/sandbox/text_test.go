package sandbox_test

import (
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
)

// PostgreSQL keeps neither U+0000 nor what is not UTF-8: both are refused before a query meets them.
func TestBytesThatAreNoTextAreRefused(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		w := open(t, d, c)
		for _, bad := range []string{"%00", "%ff"} {
			for _, call := range []string{
				"GET " + w.chat("/products/a"), "DELETE " + w.chat("/cart/a"), "GET " + w.chat("?before=a"), "GET " + w.chat("/catalog?q=a"),
			} {
				method, path, _ := strings.Cut(call, " ")
				w.refused(400, 100, "bytes that are no text", method, path+bad, "")
			}
			w.refused(400, 100, "bytes that are no text", "PUT", w.chat("/cart/a")+bad, `{"quantity":1}`)
		}
		for _, call := range []string{
			`/messages {"text":"a\u0000"}`, `/messages {"text":"a","reply_to":"\u0000"}`, `/messages {"text":"a","product_retailer_id":"\u0000"}`,
			`/cart/send {"note":"\u0000"}`, `/cart/send {"form_key":"\u0000"}`, `/read {"up_to":"\u0000"}`,
		} {
			path, body, _ := strings.Cut(call, " ")
			w.refused(400, 100, "bytes that are no text", "POST", w.chat(path), body)
		}
		w.refused(400, 100, "invalid UTF-8", "POST", w.chat("/messages"), "{\"text\":\"\xff\"}")
		if status, v := w.call("POST", w.chat("/messages"), `{"text":"a\\u0000"}`); status != 200 {
			t.Errorf("an escaped backslash answers %d %v", status, v)
		}
	})
}
