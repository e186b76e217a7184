package app_test

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// A customer edits, reacts, takes back and sends a picture, by the menus of the chat.
func TestACustomerChangesMessagesInTheBrowser(t *testing.T) {
	t.Parallel()
	ctx, ok := browser(t)
	if !ok {
		return
	}
	w := start(t, t.TempDir())
	run := func(what string, actions ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		if err := chromedp.Do(ctx, actions...); err != nil {
			shot(t, ctx, "change-failed")
			t.Fatalf("%s: %v", what, err)
		}
	}
	w.must(http.MethodPost, chatA+"/messages", `{"text":"Cho mình hai ly cà phê sữa đá"}`)
	w.must(http.MethodPost, "/v25.0/"+phoneA+"/messages", `{"messaging_product":"whatsapp","to":"`+lan+`","type":"text","text":{"body":"Quán nhận rồi ạ."}}`)
	w.must(http.MethodPost, chatA+"/messages", `{"text":"Xem này","forwarded":"often"}`)
	run("the chat", chromedp.Navigate(w.URL()+"/chat"), chromedp.Click(chromedp.CSS(`#picker .persona[value="`+lan+`"]`)),
		chromedp.Click(chromedp.CSS(`a[href="/chat/`+phoneA+`"]`)), chromedp.WaitVisible(chromedp.CSS(`.composer textarea`)))
	first := `.message--mine:first-child`
	run("the menu", chromedp.Click(chromedp.CSS(first+` .menu summary`)), chromedp.WaitVisible(chromedp.CSS(first+` .menu textarea`)))
	shot(t, ctx, "20-menu")
	run("the edit", chromedp.SetValue(chromedp.CSS(first+` .menu textarea`), "Cho mình ba ly cà phê sữa đá"), chromedp.Click(chromedp.CSS(first+` .menu .button`)),
		chromedp.WaitVisible(chromedp.CSS(`.meta > span:first-child:not(.ticks)`)))
	run("a reaction", chromedp.Click(chromedp.CSS(`.message:not(.message--mine) .menu summary`)), chromedp.Click(chromedp.CSS(`.message:not(.message--mine) button[value="🙏"]`)),
		chromedp.WaitVisible(chromedp.CSS(`.message:not(.message--mine) .reactions`)))
	run("the last one is taken back", chromedp.Click(chromedp.CSS(`.message--mine:last-child .menu summary`)), chromedp.Click(chromedp.CSS(`.message--mine:last-child .menu button[name="delete"]`)),
		chromedp.WaitVisible(chromedp.CSS(`.bubble__text--muted`)))
	file := filepath.Join(t.TempDir(), "phở.png")
	if err := os.WriteFile(file, picture(t), 0o600); err != nil {
		t.Fatal(err)
	}
	run("the sheet for files", chromedp.Click(chromedp.CSS(`.attach summary`)), chromedp.WaitVisible(chromedp.CSS(`.attach__sheet .button`)))
	shot(t, ctx, "21-attach")
	run("a picture", chromedp.SetUploadFiles(chromedp.CSS(`.attach__sheet input[type=file]`), []string{file}), chromedp.Click(chromedp.CSS(`.attach__sheet .button`)),
		chromedp.WaitVisible(chromedp.CSS(`.file--picture img`)))
	shot(t, ctx, "22-changed")
}
