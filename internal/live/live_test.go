package live_test

import (
	"testing"

	"github.com/hawkerhq/hawker/internal/live"
)

func TestSubscribersHearTheirTopicsAndLearnWhatTheyMissed(t *testing.T) {
	t.Parallel()
	h := live.New()
	s := h.Subscribe("a", "b")
	h.Publish("a", 1)
	h.Publish("c", 2)
	h.Publish("b", 3)
	if e := <-s.C; e.Topic != "a" || e.Payload != 1 {
		t.Errorf("got %+v", e)
	}
	if e := <-s.C; e.Topic != "b" || e.Payload != 3 {
		t.Errorf("got %+v", e)
	}
	for i := range 1000 {
		h.Publish("a", i)
	}
	select {
	case <-s.Missed:
	default:
		t.Error("not told of missed events")
	}
	s.Close()
	s.Close()
	h.Publish("a", 0)
}
