package ui

import (
	"bytes"
	"io"
	"net"
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

// changed tells a page to read itself anew.
var changed = live.Frame{Event: "changed", Data: "{}"}

// Stream tells a page that it is out of date, without saying why: the page reads itself anew. So a lost
// event or a reconnect costs one reading at the most. It ends when the page goes away or the hub ends.
//
// Most streams are silent nearly always. So one takes its connection over from the HTTP server where that can be: what the
// server keeps for a request, buffers and stacks of 30 KB, goes, and Stream returns at once.
func Stream(w http.ResponseWriter, r *http.Request, hub *live.Hub, topics ...string) {
	sub := hub.Watch(topics...)
	rc := http.NewResponseController(w)
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	first := live.Frame{Comment: "connected"}
	if r.Header.Get("Last-Event-ID") != "" {
		first = changed
	}
	if r.ProtoMajor == 1 {
		if conn, _, err := rc.Hijack(); err == nil {
			h.Set("Connection", "close") // the answer has no length: it ends with the connection
			h.Set("Date", clock.System{}.Now().UTC().Format(http.TimeFormat))
			go takeOver(conn, h, hub, sub, first)
			return
		}
	}
	tell(r.Context().Done(), hub, sub, first, func(text string) bool {
		_ = rc.SetWriteDeadline(clock.System{}.Now().Add(writeTime)) // sockets know the machine's clock only
		if _, err := io.WriteString(w, text); err != nil {
			return false
		}
		return rc.Flush() == nil
	})
}

// takeOver answers on a connection that is the stream's alone.
func takeOver(conn net.Conn, h http.Header, hub *live.Hub, sub *live.Sub, first live.Frame) {
	defer func() { _ = conn.Close() }()
	_ = conn.SetReadDeadline(time.Time{}) // that of a request ends here
	write := func(text string) bool {
		_ = conn.SetWriteDeadline(clock.System{}.Now().Add(writeTime))
		_, err := io.WriteString(conn, text)
		return err == nil
	}
	if !write(head(h)) {
		sub.Close()
		return
	}
	gone := make(chan struct{})
	go func() { // nothing more is to come: only the end is waited for
		defer close(gone)
		for b := make([]byte, 1); ; {
			if _, err := conn.Read(b); err != nil {
				return
			}
		}
	}()
	tell(gone, hub, sub, first, write)
}

// head is the beginning of an answer.
func head(h http.Header) string {
	var b bytes.Buffer
	b.WriteString("HTTP/1.1 200 OK\r\n")
	_ = h.Write(&b)
	b.WriteString("\r\n")
	return b.String()
}

// tell writes frames until the page is gone, the hub ends or a write fails.
func tell(gone <-chan struct{}, hub *live.Hub, sub *live.Sub, frame live.Frame, write func(string) bool) {
	defer sub.Close()
	tick := time.NewTicker(heartbeat)
	defer tick.Stop()
	for write(frame.String()) {
		select {
		case <-gone:
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
