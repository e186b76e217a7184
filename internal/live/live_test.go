package live_test

import (
	"slices"
	"sync"
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

func TestPublishingNeverWaits(t *testing.T) {
	t.Parallel()
	h := live.New()
	s := h.Subscribe("a") // nobody reads
	defer s.Close()
	other := h.Subscribe("a")
	defer other.Close()
	for i := range 10 * cap(s.C) {
		h.Publish("a", i)
		<-other.C
	}
	if len(s.C) != cap(s.C) {
		t.Errorf("%d events wait, want %d", len(s.C), cap(s.C))
	}
	select {
	case <-other.Missed:
		t.Error("a subscriber that keeps up was told that it missed something")
	default:
	}
}

func TestSubscribersComeAndGoWhileEventsFly(t *testing.T) {
	t.Parallel()
	h := live.New()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range 2000 {
				h.Publish("a", i)
			}
		})
		wg.Go(func() {
			for range 500 {
				s := h.Subscribe("a", "b", "a")
				h.Publish("b", nil)
				<-s.C
				s.Close()
			}
		})
	}
	wg.Wait()
	// Whoever comes afterwards hears only what comes afterwards.
	s := h.Subscribe("a")
	defer s.Close()
	h.Publish("a", "late")
	if e := <-s.C; e.Payload != "late" || len(s.C) != 0 {
		t.Errorf("got %+v and %d more", e, len(s.C))
	}
}

func TestAClosedHubEndsStreams(t *testing.T) {
	t.Parallel()
	h := live.New()
	select {
	case <-h.Ended():
		t.Fatal("ended before it was closed")
	default:
	}
	h.Close()
	h.Close()
	<-h.Ended()
	h.Publish("a", 1)
}

func TestAJournalIsReadOnWhereItWasLeft(t *testing.T) {
	t.Parallel()
	h := live.New()
	const kept = 4
	j := h.Journal(kept, func(e live.Event) (any, bool) { return e.Payload, e.Topic == "a" })
	list, missed, more := j.After(0, 10)
	if len(list) != 0 || missed || more == nil || j.Last() != 0 {
		t.Fatalf("an empty journal: %v, %v", list, missed)
	}
	h.Publish("b", 0)
	select {
	case <-more:
		t.Fatal("told of an event that is not kept")
	default:
	}
	for i := 1; i <= 3; i++ {
		h.Publish("a", i)
	}
	<-more
	read := func(after uint64, most int) (numbers []uint64, missed bool) {
		list, missed, _ := j.After(after, most)
		for _, n := range list {
			if n.Payload != int(n.Number) {
				t.Errorf("number %d is %v", n.Number, n.Payload)
			}
			numbers = append(numbers, n.Number)
		}
		return numbers, missed
	}
	want := func(after uint64, most int, missed bool, numbers ...uint64) {
		t.Helper()
		if got, lost := read(after, most); !slices.Equal(got, numbers) || lost != missed {
			t.Errorf("after %d: %v, %v, want %v, %v", after, got, lost, numbers, missed)
		}
	}
	want(0, 10, false, 1, 2, 3)
	want(1, 1, false, 2)
	for i := 4; i <= 6; i++ {
		h.Publish("a", i)
	}
	want(2, 10, false, 3, 4, 5, 6)
	want(1, 10, true, 3, 4, 5, 6)
	want(6, 10, false)
	if j.Last() != 6 {
		t.Errorf("the last is %d", j.Last())
	}
}
