package ui

import (
	"io"
	"net/http"
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/live"
)

// heartbeat keeps proxies from closing a quiet stream; writeTime bounds one write.
const (
	heartbeat = 20 * time.Second
	writeTime = 10 * time.Second
)

// Stream tells a page that it is out of date, without saying why: the page reads itself anew. So a lost
// event or a reconnect costs one reading at the most. It returns when the page goes away or the hub ends.
func Stream(w http.ResponseWriter, r *http.Request, hub *live.Hub, topics ...string) {
	sub := hub.Subscribe(topics...)
	defer sub.Close()
	rc := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no")
	send := func(f live.Frame) bool {
		_ = rc.SetWriteDeadline(clock.System{}.Now().Add(writeTime)) // sockets know the machine's clock only
		if _, err := io.WriteString(w, f.String()); err != nil {
			return false
		}
		return rc.Flush() == nil
	}
	changed := live.Frame{Event: "changed", Data: "{}"}
	first := live.Frame{Comment: "connected"}
	if r.Header.Get("Last-Event-ID") != "" {
		first = changed
	}
	tick := time.NewTicker(heartbeat)
	defer tick.Stop()
	for frame := first; send(frame); {
		select {
		case <-r.Context().Done():
			return
		case <-hub.Ended():
			return
		case <-tick.C:
			frame = live.Frame{Comment: "still here"}
		case <-sub.Missed:
			frame = changed
		case <-sub.C:
			frame = changed
			frame.ID = "1"
		}
	}
}
