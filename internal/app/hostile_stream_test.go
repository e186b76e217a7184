package app_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// Programs that listen to a stream hear hostile texts as texts: none makes an event of its own or ends one early.
func TestHostileTextsArriveByStreamsAsText(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.URL()+"/sandbox/v1/webhooks/listen?fields=messages", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer EAADEMO")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	lines.Buffer(nil, 1<<20)
	// next is the next event's kind and data; every line has to be one that the server writes.
	next := func() (event, data string) {
		t.Helper()
		for lines.Scan() {
			name, value, ok := strings.Cut(lines.Text(), ": ")
			switch {
			case lines.Text() == "" && event+data != "":
				return event, data
			case lines.Text() == "", name == "" && ok:
			case name == "event" && event == "" && slices.Contains([]string{"session", "webhook"}, value):
				event = value
			case name == "data" && data == "":
				data = value
			default:
				t.Fatalf("the stream has a line that nobody wrote: %.100q", lines.Text())
			}
		}
		t.Fatal(lines.Err())
		return "", ""
	}
	var session struct{ Session string }
	if event, data := next(); event != "session" || json.Unmarshal([]byte(data), &session) != nil {
		t.Fatalf("the stream begins with %s %s", event, data)
	}
	said := &mouth{list: hostile()}
	said.all(3900, func(text string) {
		w.must(http.MethodPost, chatA+"/messages", jsonOf(t, map[string]any{"text": text}))
		var f struct{ Request, Body string }
		var hook struct {
			Entry []struct {
				Changes []struct {
					Value struct {
						Messages []struct{ Text struct{ Body string } }
					}
				}
			}
		}
		event, data := next()
		err := json.Unmarshal([]byte(data), &f)
		if err == nil {
			err = json.Unmarshal([]byte(f.Body), &hook)
		}
		if err != nil || event != "webhook" {
			t.Fatalf("%s: %v in %.200s", event, err, data)
		}
		w.must(http.MethodPost, "/sandbox/v1/webhooks/listen/"+session.Session+"/answers", jsonOf(t, map[string]any{"request": f.Request, "status": 200}))
		if got := hook.Entry[0].Changes[0].Value.Messages[0].Text.Body; got != text {
			t.Errorf("heard %.100q, said was %.100q", got, text)
		}
	})
}
