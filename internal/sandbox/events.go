package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/hawkerhq/hawker/internal/id"
)

// heartbeat keeps proxies from closing a quiet stream; writeTime bounds one write.
const (
	heartbeat = 15 * time.Second
	writeTime = 10 * time.Second
)

// events streams what happens to the caller's numbers until they go away.
func (s *Server) events(c *call) (any, error) {
	sub := s.Live.Subscribe("events")
	defer sub.Close()
	rc := http.NewResponseController(c.w)
	c.w.Header().Set("Content-Type", "text/event-stream")
	c.w.Header().Set("Cache-Control", "no-store")
	c.w.Header().Set("X-Accel-Buffering", "no")
	send := func(text string) bool {
		_ = rc.SetWriteDeadline(deadline(writeTime))
		if _, err := fmt.Fprint(c.w, text); err != nil {
			return false
		}
		return rc.Flush() == nil
	}
	mine := map[id.ID]bool{}
	tick := time.NewTicker(heartbeat)
	defer tick.Stop()
	if !send(": connected\n\n") {
		return nil, nil
	}
	for {
		select {
		case <-c.Context().Done():
			return nil, nil
		case <-s.Live.Ended():
			return nil, nil
		case <-tick.C:
			if !send(": still here\n\n") {
				return nil, nil
			}
		case <-sub.Missed:
			if !send("event: missed\ndata: {}\n\n") {
				return nil, nil
			}
		case e := <-sub.C:
			payload, _ := e.Payload.(map[string]any)
			if !s.concerns(c, mine, payload) {
				continue
			}
			b, err := json.Marshal(payload)
			if err != nil {
				return nil, fmt.Errorf("sandbox: event: %w", err)
			}
			if !send("data: " + string(b) + "\n\n") {
				return nil, nil
			}
		}
	}
}

// clockMoved is the one event that concerns everybody.
const clockMoved = "clock.moved"

// concerns tells whether an event is one of the caller's businesses.
func (s *Server) concerns(c *call, known map[id.ID]bool, payload map[string]any) bool {
	if b, ok := payload["business_id"].(id.ID); ok {
		return c.caller.Reaches(b)
	}
	if p, ok := payload["phone_number_id"].(id.ID); ok {
		return s.reaches(c, known, p)
	}
	return payload["type"] == clockMoved
}
