package webhook

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

var start = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

func TestTheGapsGrowAndEndAtSevenDays(t *testing.T) {
	t.Parallel()
	now := start
	d := &sending{created: start}
	d.outcome.Status = http.StatusInternalServerError
	var tries int
	for state := statePending; state == statePending; {
		tries++
		d.attempt = tries
		var due time.Time
		state, due, _ = next(d, now)
		if state != statePending {
			break
		}
		gap, want := due.Sub(now), gaps[min(tries-1, len(gaps)-1)]
		last := due.Sub(start) == lastTry
		if !last && (gap < want*8/10 || gap >= want*12/10) {
			t.Errorf("gap %d is %v, want %v ±20 %%", tries, gap, want)
		}
		now = due
	}
	if now.Sub(start) != lastTry {
		t.Errorf("the last try was after %v, want %v", now.Sub(start), lastTry)
	}
	if tries < 20 || tries > 26 {
		t.Errorf("%d tries, want about 22", tries)
	}
}

func TestTheReceiversWishIsHonouredUpToAnHour(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]time.Duration{
		"": 0, "120": 2 * time.Minute, "86400": time.Hour, "-5": 0, "soon": 0, "1e9": 0, "99999999999999999999": 0,
		start.Add(10 * time.Minute).Format(http.TimeFormat): 10 * time.Minute,
		start.Add(-time.Minute).Format(http.TimeFormat):     0,
		start.Add(24 * time.Hour).Format(http.TimeFormat):   time.Hour,
	} {
		if got := retryAfter(header, start); got != want {
			t.Errorf("Retry-After %q is %v, want %v", header, got, want)
		}
	}
	d := &sending{created: start, attempt: 1, retryIn: time.Hour}
	d.outcome.Status = http.StatusServiceUnavailable
	if _, due, _ := next(d, start); due != start.Add(time.Hour) {
		t.Errorf("due %v, want an hour later", due)
	}
}

func TestTheBreakerOpensProbesAndCloses(t *testing.T) {
	t.Parallel()
	e := newPeer(1)
	for range 20 {
		e.note(http.StatusOK, start)
	}
	if e.width <= startWidth || e.failing() || !e.healthy() {
		t.Fatalf("after successes: %+v", e)
	}
	for range 1000 {
		e.note(http.StatusOK, start)
	}
	if e.width != widest {
		t.Errorf("width %d, want %d", e.width, widest)
	}
	e.note(http.StatusInternalServerError, start)
	if e.width != widest/2 || !e.failing() || e.held(start) {
		t.Errorf("after one refusal: %+v", e)
	}
	for range 6 {
		e.note(0, start)
	}
	if e.width != 1 || !e.held(start) || !e.held(start.Add(probeEvery-1)) || e.held(start.Add(probeEvery)) {
		t.Errorf("after seven failures in ten: %+v", e)
	}
	e.note(http.StatusBadGateway, start.Add(probeEvery))
	if !e.held(start.Add(probeEvery)) {
		t.Error("a failed probe closed the breaker")
	}
	e.note(http.StatusOK, start.Add(2*probeEvery))
	if e.held(start.Add(2 * probeEvery)) {
		t.Error("a success left the breaker open")
	}
}

func FuzzEscape(f *testing.F) {
	for _, s := range []string{"", "phở 🍜", "a/b<c>&\u2028", "\x00\x7f\u0080", "\ud7ff\ue000\U0010ffff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			s = strings.ToValidUTF8(s, "\ufffd")
		}
		in, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		out := escape(in)
		for _, b := range out {
			if b >= utf8.RuneSelf {
				t.Fatalf("%q holds a byte outside ASCII", out)
			}
		}
		var back string
		if err := json.Unmarshal(out, &back); err != nil || back != s {
			t.Fatalf("%q became %q, %v", s, back, err)
		}
	})
}
