package sandbox

import (
	"io"
	"net/http"
	"time"

	"github.com/hawkerhq/hawker/internal/live"
)

// heartbeat keeps proxies from closing a quiet stream; writeTime bounds one write.
const (
	heartbeat = 15 * time.Second
	writeTime = 10 * time.Second
)

// stream is an answer of server-sent events.
type stream struct {
	w  http.ResponseWriter
	rc *http.ResponseController
}

// openStream begins one; false when the caller is gone already.
func openStream(c *call) (*stream, bool) {
	s := &stream{c.w, http.NewResponseController(c.w)}
	h := c.w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	return s, s.send(live.Frame{Comment: "connected"})
}

// send writes an event; false when the caller is gone.
func (s *stream) send(f live.Frame) bool {
	_ = s.rc.SetWriteDeadline(deadline(writeTime))
	if _, err := io.WriteString(s.w, f.String()); err != nil {
		return false
	}
	return s.rc.Flush() == nil
}

// beat says that the stream is alive.
func (s *stream) beat() bool { return s.send(live.Frame{Comment: "still here"}) }
