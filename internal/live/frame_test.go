package live_test

import (
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/live"
)

// heard is an event as a browser reads it.
type heard struct{ id, event, data string }

// read reads a stream as the HTML standard says browsers do.
func read(stream string) (list []heard) {
	stream = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(stream)
	var now heard
	var data []string
	last := ""
	for line := range strings.SplitSeq(stream, "\n") {
		if line == "" {
			if data != nil {
				now.id, now.data = last, strings.Join(data, "\n")
				list = append(list, now)
			}
			now, data = heard{}, nil
			continue
		}
		name, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch name {
		case "data":
			data = append(data, value)
		case "event":
			now.event = value
		case "id":
			if !strings.Contains(value, "\x00") {
				last = value
			}
		}
	}
	return list
}

// Whatever stands in the fields of an event, a reader hears that event, whole, and the one behind it: no field breaks the
// frame.
func FuzzFrame(f *testing.F) {
	f.Add("7", "changed", `{"text":"Chào"}`, "")
	f.Add("1\ndata: x", "a\r\nevent: xss", "a\r\nevent: xss\r\ndata: x", "still here")
	f.Add("\x00", "\r", "\n\n\nid: 9\n\ndata: gone", "\n\ndata: x")
	f.Add("", "", "", "")
	f.Add("", "", "", "a")
	f.Add(" ", ":", " lead", ": x")
	f.Fuzz(func(t *testing.T, id, event, data, comment string) {
		clean := strings.NewReplacer("\r", "", "\n", "", "\x00", "").Replace
		got := read(live.Frame{ID: id, Event: event, Data: data, Comment: comment}.String() + live.Frame{Event: "after", Data: "all"}.String())
		want := []heard{{clean(id), clean(event), strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(data)}, {clean(id), "after", "all"}}
		if comment != "" && id+event+data == "" {
			want = want[1:]
		}
		if len(got) != len(want) {
			t.Fatalf("%q %q %q %q: heard %q, want %q", id, event, data, comment, got, want)
		}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("%q %q %q %q: heard %q, want %q", id, event, data, comment, got[i], want[i])
			}
		}
	})
}
