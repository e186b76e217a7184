package dev

import (
	"slices"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/hawkerhq/hawker/internal/webhook"
)

func TestSearchesUnderstandOperators(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 27, 9, 0, 0, 0, time.UTC)
	order := webhook.Delivery{
		ID: 12, Field: "messages", URL: "https://bot.example/hook", State: "pending", Attempts: 2, LastStatus: 500, CreatedAt: now.Add(-30 * time.Minute),
		Body: `{"entry":[{"changes":[{"value":{"messages":[{"from":"84901234567","type":"order","text":"Ph\u1edf b\u00f2"}]}}]}]}`,
	}
	for text, want := range map[string]bool{
		"": true, "is:failed": true, "is:delivered": false, "is:pending": true, "type:order": true, "type:messages": true, "type:statuses": false, "type:text": false,
		"to:+84 ": true, "to:+84901234567": true, "to:91": false, "status:500": true, "status:404": false, "url:bot.example": true, "url:other": false,
		"since:1h": true, "since:10m": false, "since:2d": true, "phở": true, "PHỞ bò": true, "pho bo": true, "bún": false, "is:failed type:order since:1h phở": true, "is:failed type:order since:1m": false,
		"http://": false, "12": true, ":": true, "x:y": false,
	} {
		if got := parseQuery(text).fits(order, now); got != want {
			t.Errorf("%q fits: %v, want %v", text, got, want)
		}
	}
	if q := parseQuery("is:broken status:x since:-1h since:soon ok"); !slices.Equal(q.Unknown, []string{"is:broken", "status:x", "since:-1h", "since:soon"}) {
		t.Errorf("unknown: %q", q.Unknown)
	}
}

// A stranger's search never breaks anything.
func FuzzQuery(f *testing.F) {
	for _, seed := range []string{"", "is:failed type:order to:+84 since:1h", "since:99999999999d", "status:-1", "::::", "\xff\x00", "url:%%%"} {
		f.Add(seed)
	}
	d := webhook.Delivery{Body: `{"a":"\u1edf"}`, State: "pending"}
	f.Fuzz(func(t *testing.T, text string) {
		q := parseQuery(text)
		if !utf8.ValidString(q.Text) || len(q.Text) > queryMost {
			t.Errorf("%q became %q", text, q.Text)
		}
		q.fits(d, time.Unix(0, 0))
	})
}

func TestSnippetsQuoteWhatShellsAndProgramsRead(t *testing.T) {
	t.Parallel()
	list := snippets("POST", "https://x.example/?a='b'", []string{"X-A: it's"}, "{\"a\":\"don't `$(rm)`\"}")
	for i, want := range []string{
		"curl -X POST 'https://x.example/?a='\\''b'\\''' \\\n  -H 'X-A: it'\\''s' \\\n  --data-binary '{\"a\":\"don'\\''t `$(rm)`\"}'",
		"const response = await fetch(\"https://x.example/?a='b'\", {\n  method: \"POST\",\n  headers: {\n    \"X-A\": \"it's\",\n  },\n  body: \"{\\\"a\\\":\\\"don't `$(rm)`\\\"}\",\n});\nconsole.log(response.status, await response.text());",
		"req, err := http.NewRequest(\"POST\", \"https://x.example/?a='b'\", strings.NewReader(\"{\\\"a\\\":\\\"don't `$(rm)`\\\"}\"))\nif err != nil {\n\tt.Fatal(err)\n}\nreq.Header.Set(\"X-A\", \"it's\")\nres, err := http.DefaultClient.Do(req)",
	} {
		if list[i].Text != want {
			t.Errorf("%s is\n%s\nwant\n%s", list[i].Name, list[i].Text, want)
		}
	}
}
