package sandbox

import (
	"fmt"
	"net/http"
	"time"
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
	return s, s.send(": connected\n\n")
}

// send writes text; false when the caller is gone.
func (s *stream) send(text string) bool {
	_ = s.rc.SetWriteDeadline(deadline(writeTime))
	if _, err := fmt.Fprint(s.w, text); err != nil {
		return false
	}
	return s.rc.Flush() == nil
}

// beat says that the stream is alive.
func (s *stream) beat() bool { return s.send(": still here\n\n") }
