package sandbox_test

import (
	"testing"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
)

func TestTheWorldIsKeptAndBroughtBack(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		w := open(t, d, c)
		count := func() int {
			t.Helper()
			return len(w.want(200, "GET", threads, w.chat(""), "")["messages"].([]any))
		}
		w.want(200, "POST", "/snapshots", "/snapshots", `{"name":"empty-chat"}`)
		w.want(200, "POST", threads+"/messages", w.chat("/messages"), `{"text":"Xin chào"}`)
		if count() != 1 {
			t.Error("the message is not there")
		}
		w.want(200, "POST", "/snapshots/{snapshot}/restore", "/snapshots/empty-chat/restore", "")
		if n := count(); n != 0 {
			t.Errorf("%d messages after the empty chat was brought back", n)
		}
		if list := w.want(200, "GET", "/snapshots", "/snapshots", "")["data"].([]any); len(list) != 1 || list[0].(map[string]any)["name"] != "empty-chat" {
			t.Errorf("snapshots are %v", list)
		}
		w.want(200, "POST", threads+"/messages", w.chat("/messages"), `{"text":"Xin chào"}`)
		w.want(200, "POST", "/reset", "/reset", "")
		if n := count(); n != 0 {
			t.Errorf("%d messages after a reset", n)
		}
		w.want(200, "DELETE", "/snapshots/{snapshot}", "/snapshots/empty-chat", "")
		w.want(400, "POST", "/snapshots/{snapshot}/restore", "/snapshots/empty-chat/restore", "")
		w.want(400, "POST", "/snapshots", "/snapshots", `{"name":"Trước bữa trưa"}`)
	})
}
