package app_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// A voice message is recorded in the chat and sent; one that was thrown away is not.
func TestAVoiceMessageIsRecorded(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	b, ok := openTab(t, w, 375, "vi", "light")
	if !ok {
		return
	}
	b.cookie("hawker_customer", lan)
	b.open("/chat/"+phoneA, ".composer textarea")
	if !eval[bool](b, `["audio/ogg;codecs=opus", "audio/mp4;codecs=opus", "audio/mp4"].some(k => MediaRecorder.isTypeSupported(k))`) {
		if eval[bool](b, `document.querySelector("voice-note").childElementCount > 0`) {
			t.Error("a microphone is offered, though this browser records in nothing the chat takes")
		}
		return
	}
	const record, recording = ".voice__button--record", ".voice[data-recording] output"
	b.do("thrown away", chromedp.Click(chromedp.CSS(record)), chromedp.WaitVisible(chromedp.CSS(recording)), chromedp.Click(chromedp.CSS(".voice__button--cancel")), chromedp.WaitVisible(chromedp.CSS(record)))
	b.do("recording", chromedp.Click(chromedp.CSS(record)), chromedp.WaitVisible(chromedp.CSS(recording)))
	b.fits("the chat while recording")
	b.shot("voice-recording")
	eventually(t, "a second recorded", func() bool { return eval[string](b, `document.querySelector("`+recording+`").textContent`) != "0:00" })
	b.do("sent", chromedp.Click(chromedp.CSS(".voice__button--stop")), chromedp.WaitVisible(chromedp.CSS(".message--mine audio")))
	sent := jsonOf(t, w.must(http.MethodGet, chatA, ""))
	if strings.Count(sent, `"kind":"audio"`) < 1 || !strings.Contains(sent, `"voice":true`) || strings.Count(sent, `"from_business":false`) != 1 {
		t.Errorf("the chat holds %.600s", sent)
	}
}
