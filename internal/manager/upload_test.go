package manager

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/feed"
	"github.com/hawkerhq/hawker/internal/ui"
)

// The page of an upload tells why its file has not arrived while it is asked for again, in the reader's language, and no longer when
// it has.
func TestAnUploadThatWaitsForItsFile(t *testing.T) {
	t.Parallel()
	assets, err := ui.NewAssets()
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	pages := ui.NewRenderer(templates(), clock.NewFixed(now), time.UTC, assets)
	for lang, words := range map[string]string{"en": "Attempt 2 of 6 failed at 09:00; the next one is at 09:02.", "vi": "Lần thử 2/6 không thành công lúc 09:00; lần thử tiếp theo lúc 09:02."} {
		for state, waits := range map[string]bool{feed.StateFetching: true, feed.StateRunning: false, feed.StateEnded: false} {
			p := UploadPage{Shell: Shell{Lang: lang, Base: "/manager/1", Path: "/manager/1/x"}, Upload: feed.Upload{State: state, URL: "https://shop.example/a.csv", Fetch: feed.FetchFailure{
				Error: "The server answered 503 <b>.", Remedy: "See what ails it.", Attempts: 2, FailedAt: now, NextAt: now.Add(2 * time.Minute),
			}}}
			w := httptest.NewRecorder()
			if err := pages.Write(w, http.StatusOK, lang, "upload.html", p); err != nil {
				t.Fatal(err)
			}
			for _, text := range []string{words, "The server answered 503 &lt;b&gt;.", "See what ails it."} {
				if strings.Contains(w.Body.String(), text) != waits {
					t.Errorf("%s, %s: %q is told: %v, want %v", lang, state, text, !waits, waits)
				}
			}
		}
	}
}
