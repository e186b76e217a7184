package app_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	permission "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
)

// Who allowed it is told by the browser of a new order, a rejected item and a webhook that fails, while the page is in the background.
func TestTheBrowserTellsWhatIsNew(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	b, ok := openTab(t, w, 1280, "en", "light")
	if !ok {
		return
	}
	allow := func(setting permission.PermissionSetting) {
		t.Helper()
		_, err := chromedp.Call(b.ctx, permission.SetPermission, permission.SetPermissionParams{
			Permission: &permission.PermissionDescriptor{Name: "notifications"}, Setting: setting, Origin: w.URL(), BrowserContextID: chromedp.FromContext(b.ctx).BrowserContextID,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	allow(permission.PermissionSettingPrompt)
	p := walker{tab: b, w: w}
	p.logIn()
	p.open(officeA+"/orders", "[data-pulse]")
	if !eval[bool](b, `Notification.permission === "default" && !document.querySelector("[data-notify]").hidden`) {
		t.Fatalf("nobody is asked: %s", eval[string](b, `Notification.permission`))
	}
	allow(permission.PermissionSettingGranted)
	p.open(officeA+"/orders", "[data-pulse]")
	eventually(t, "what waits is known", func() bool { return eval[bool](b, `document.body.dataset.pulsed === "yes"`) })
	if !eval[bool](b, `Notification.permission === "granted" && document.querySelector("[data-notify]").hidden`) {
		t.Fatal("who allowed it is asked again")
	}
	eval[bool](b, `(() => { window.told = []; const real = window.Notification;
		window.Notification = class extends real { constructor(title, more) { super(title, more); window.told.push(title); } };
		Object.defineProperty(document, "hidden", {get: () => true}); return true; })()`)
	broken := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }))
	t.Cleanup(broken.Close)
	login(t, w, "en").do(http.StatusOK, http.MethodPost, officeA+"/endpoints", map[string][]string{"name": {"Shop"}, "url": {broken.URL}, "field": {"messages"}})
	reject(w, "CF01")
	w.must(http.MethodPut, chatA+"/cart/PH01", `{"quantity":1}`)
	w.must(http.MethodPost, chatA+"/cart/send", `{}`)
	told := func() []string {
		return eval[[]string](b, `(document.dispatchEvent(new Event("visibilitychange")), new Promise(done => setTimeout(() => done(window.told), 200)))`)
	}
	eventually(t, "all three are told", func() bool {
		list := told()
		return slices.Contains(list, "A new order came") && slices.Contains(list, "An item was rejected") && slices.Contains(list, "A webhook fails")
	})
	if list := told(); strings.Count(strings.Join(list, "\n"), "A new order came") != 1 {
		t.Errorf("the same order is told again: %q", list)
	}
}
