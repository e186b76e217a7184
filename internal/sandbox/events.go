package sandbox

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/live"
)

// eventsKept is from how far back a stream can be read on; eventsAtOnce is how many are written in one go.
const (
	eventsKept   = 8192
	eventsAtOnce = 100
)

// happened is an event as the journal keeps it.
type happened struct {
	at      time.Time
	payload map[string]any
}

// note picks what streams tell out of all that is published in the house.
func (s *Server) note(e live.Event) (any, bool) {
	if payload, ok := e.Payload.(map[string]any); ok && e.Topic == "events" {
		return happened{s.Clock.Now(), payload}, true
	}
	if text, ok := strings.CutPrefix(e.Topic, "catalog:"); ok {
		if i, err := id.Parse(text); err == nil {
			return happened{s.Clock.Now(), map[string]any{"type": "catalog.changed", "catalog_id": i}}, true
		}
	}
	return nil, false
}

// events streams what happens to the caller's businesses until they go away. A stream that names the last event it
// had in Last-Event-ID (or after) is told what it missed.
func (s *Server) events(c *call) (any, error) {
	last := c.Header.Get("Last-Event-ID")
	if after := c.query("after"); after != "" {
		last = after
	}
	number, known := s.number(last)
	out, ok := openStream(c)
	if !ok || (!known && !out.send(live.Frame{Event: "missed", Data: "{}"})) {
		return nil, nil
	}
	mine := map[id.ID]bool{}
	tick := time.NewTicker(heartbeat)
	defer tick.Stop()
	for {
		list, missed, more := s.journal.After(number, eventsAtOnce)
		if missed && !out.send(live.Frame{Event: "missed", Data: "{}"}) {
			return nil, nil
		}
		for _, n := range list {
			number = n.Number
			e := n.Payload.(happened)
			if !s.concerns(c, mine, e.payload) {
				continue
			}
			frame, err := s.tell(n.Number, e)
			if err != nil {
				return nil, err
			}
			if !out.send(frame) {
				return nil, nil
			}
		}
		if more == nil {
			continue
		}
		select {
		case <-c.Context().Done():
			return nil, nil
		case <-s.Live.Ended():
			return nil, nil
		case <-tick.C:
			if !out.beat() {
				return nil, nil
			}
		case <-more:
		}
	}
}

// tell writes an event with the id it can be read on from.
func (s *Server) tell(number uint64, e happened) (live.Frame, error) {
	told := map[string]any{"at": e.at}
	for k, v := range e.payload {
		told[k] = v
	}
	b, err := json.Marshal(told)
	if err != nil {
		return live.Frame{}, fmt.Errorf("sandbox: event: %w", err)
	}
	return live.Frame{ID: s.epoch + "-" + strconv.FormatUint(number, 10), Data: string(b)}, nil
}

// number reads the id of an event. Without one, what comes from now on is told; an id of another run of the
// server is not known.
func (s *Server) number(last string) (n uint64, known bool) {
	if last == "" {
		return s.journal.Last(), true
	}
	epoch, text, _ := strings.Cut(last, "-")
	n, err := strconv.ParseUint(text, 10, 64)
	if epoch != s.epoch || err != nil || n > s.journal.Last() {
		return s.journal.Last(), false
	}
	return n, true
}

// newEpoch tells one run of the server from another.
func newEpoch() string { return strconv.FormatInt(clock.System{}.Now().UnixMilli(), 36) }

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
	if i, ok := payload["catalog_id"].(id.ID); ok {
		return s.reachesCatalog(c, known, i)
	}
	return payload["type"] == clockMoved
}
