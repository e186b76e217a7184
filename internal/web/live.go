package web

import (
	"io"
	"net/http"
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/messaging"
)

// heartbeat keeps proxies from closing a quiet stream; writeTime bounds one write.
const (
	heartbeat = 20 * time.Second
	writeTime = 10 * time.Second
)

func (s *Server) liveChats(v *visit) error {
	if v.customer.WaID == "" {
		return errPick
	}
	return s.stream(v, messaging.TopicCustomer(v.customer.WaID))
}

func (s *Server) liveChat(v *visit) error {
	return s.stream(v, messaging.Topic(v.phone, v.customer.WaID))
}

// stream tells a page that it is out of date, without saying why: the page reads itself anew. So a lost
// event or a reconnect costs one reading at the most.
func (s *Server) stream(v *visit, topics ...string) error {
	sub := s.Live.Subscribe(topics...)
	defer sub.Close()
	rc := http.NewResponseController(v.w)
	v.w.Header().Set("Content-Type", "text/event-stream")
	v.w.Header().Set("Cache-Control", "no-store")
	v.w.Header().Set("X-Accel-Buffering", "no")
	send := func(text string) bool {
		_ = rc.SetWriteDeadline(clock.System{}.Now().Add(writeTime)) // sockets know the machine's clock only
		if _, err := io.WriteString(v.w, text); err != nil {
			return false
		}
		return rc.Flush() == nil
	}
	const changed = "event: changed\ndata: {}\n\n"
	first := ": connected\n\n"
	if v.Header.Get("Last-Event-ID") != "" {
		first = changed
	}
	tick := time.NewTicker(heartbeat)
	defer tick.Stop()
	for text := first; send(text); {
		select {
		case <-v.Context().Done():
			return nil
		case <-s.Live.Ended():
			return nil
		case <-tick.C:
			text = ": still here\n\n"
		case <-sub.Missed:
			text = changed
		case <-sub.C:
			text = "id: 1\n" + changed
		}
	}
	return nil
}
