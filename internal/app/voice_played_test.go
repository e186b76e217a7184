package app_test

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"testing"
)

// A voice message of the business is fetched when the customer presses play, not before; then the business is told. No script is needed.
func TestAVoiceMessageIsListenedTo(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	v := visit(t, w)
	v.page(http.MethodPost, "/chat/customer", url.Values{"wa_id": {lan}})
	v.page(http.MethodPost, "/chat/"+phoneA+"/messages", url.Values{"text": {"alo"}})
	_, up := w.uploadMedia("audio/ogg", "v.ogg", []byte("OggS\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00OpusHead"))
	send := func(more string) string {
		sent := w.must(http.MethodPost, "/v25.0/"+phoneA+"/messages", `{"messaging_product":"whatsapp","to":"`+lan+`","type":"audio","audio":{"id":"`+fmt.Sprint(up["id"])+`"`+more+`}}`)
		return sent["messages"].([]any)[0].(map[string]any)["id"].(string)
	}
	voice, song, second := send(`,"voice":true`), send(``), send(`,"voice":true`)
	status := func(wamid string) any {
		for _, m := range w.must(http.MethodGet, chatA, "")["messages"].([]any) {
			if m := m.(map[string]any); m["id"] == wamid {
				return m["status"]
			}
		}
		return nil
	}
	_, page, _ := v.page(http.MethodGet, "/chat/"+phoneA, nil)
	sounds := regexp.MustCompile(`<audio class="file" src="([^"]*)" controls preload="([a-z]*)">`).FindAllStringSubmatch(page, -1)
	if len(sounds) != 3 || sounds[0][2] != "none" || sounds[1][2] != "metadata" || sounds[2][2] != "none" {
		t.Fatalf("sounds %v", sounds)
	}
	for _, s := range sounds[:2] {
		if code, body, _ := v.page(http.MethodGet, html.UnescapeString(s[1]), nil); code != http.StatusOK || len(body) == 0 {
			t.Errorf("the sound %s: %d", s[1], code)
		}
	}
	if got := []any{status(voice), status(song), status(second)}; !slices.Equal(got, []any{"played", "read", "read"}) {
		t.Errorf("after pressing play: %v", got)
	}
	w.must(http.MethodPost, chatA+"/played", `{"message_id":"`+second+`"}`)
	if got := []any{status(voice), status(song), status(second)}; !slices.Equal(got, []any{"played", "read", "played"}) {
		t.Errorf("after all: %v", got)
	}
	if code, answer := w.call(http.MethodPost, chatA+"/played", `{"message_id":"`+song+`"}`); code != http.StatusBadRequest {
		t.Errorf("a song is played: %d %v", code, answer)
	}
}
