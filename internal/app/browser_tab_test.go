package app_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// chromium is one browser for all tests; each test has a window of its own, with its own cookies.
var chromium struct {
	once  sync.Once
	path  string
	ctx   context.Context
	err   error
	close func()
}

// Most of these tests wait: for a browser, for jobs, for receivers. More of them at once than there are processors get on
// with it.
func TestMain(m *testing.M) {
	flag.Parse()
	if n := runtime.GOMAXPROCS(0); flag.Lookup("test.parallel").Value.String() == strconv.Itoa(n) {
		if err := flag.Set("test.parallel", strconv.Itoa(2*n)); err != nil {
			panic(err)
		}
	}
	code := m.Run()
	if chromium.close != nil {
		chromium.close()
	}
	os.Exit(code)
}

func openChromium() {
	for _, name := range []string{"chromium", "google-chrome", "chromium-browser"} {
		if p, err := exec.LookPath(name); err == nil {
			chromium.path = p
			break
		}
	}
	if chromium.path == "" {
		return
	}
	dir, err := os.MkdirTemp("", "hawker-chromium-")
	if err != nil {
		chromium.err = err
		return
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium.path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("use-fake-device-for-media-stream", true), chromedp.Flag("use-fake-ui-for-media-stream", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("force-prefers-reduced-motion", true),
		chromedp.WindowSize(390, 844), chromedp.Flag("accept-lang", "vi-VN,vi"), chromedp.UserDataDir(dir))
	alloc, cancelAlloc := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, cancel := chromedp.NewContext(alloc)
	chromium.ctx, chromium.err = ctx, chromedp.Do(ctx)
	chromium.close = func() { cancel(); cancelAlloc(); _ = os.RemoveAll(dir) }
}

// tabTime is when a test in a browser has got stuck.
const tabTime = 10 * time.Minute

// browser opens a phone-sized window that nobody used before. Where there is no Chromium the test says so loudly; in
// CI it fails.
func browser(t *testing.T) (ctx context.Context, ok bool) {
	t.Helper()
	chromium.once.Do(openChromium)
	if chromium.err != nil {
		t.Fatal(chromium.err)
	}
	if chromium.path == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("no Chromium: in CI the browser tests run")
		}
		t.Log("*** no Chromium: this browser test did NOT run; `make test` installs one ***")
		return nil, false
	}
	ctx, cancel := chromedp.NewContext(chromium.ctx, chromedp.WithNewBrowserContext())
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	limited, cancelTime := context.WithTimeout(ctx, tabTime)
	t.Cleanup(func() { cancelTime(); cancel() })
	return limited, true
}

// tab is a window of a test that ends at the first thing that goes wrong.
type tab struct {
	t   *testing.T
	ctx context.Context
	url string // of the server
}

// openTab is [browser] at a server, in a size, language and theme.
func openTab(t *testing.T, w world, width int64, lang, theme string) (tab, bool) {
	t.Helper()
	ctx, ok := browser(t)
	if !ok {
		return tab{}, false
	}
	b := tab{t, ctx, w.URL()}
	b.size(width)
	b.cookie("hawker_lang", lang)
	b.cookie("hawker_theme", theme)
	return b, true
}

func (b tab) size(width int64) {
	b.t.Helper()
	b.do("size", chromedp.EmulateViewport(width, 900))
}

func (b tab) cookie(name, value string) {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: b.url}); err != nil {
		b.t.Fatalf("cookie %s: %v", name, err)
	}
}

func (b tab) do(what string, actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		shot(b.t, b.ctx, "failed")
		where, _ := chromedp.Run(b.ctx, chromedp.Location()) // for the message only
		b.t.Fatalf("%s, at %s: %v", what, where, err)
	}
}

// open goes to a path of the server and waits for something on it.
func (b tab) open(path, wait string) {
	b.t.Helper()
	b.do(path, chromedp.Navigate(b.url+path), chromedp.WaitReady(chromedp.CSS(wait)))
}

// eval runs a script in the page.
func eval[T any](b tab, script string) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%.80s: %v", script, err)
	}
	return v
}

// fits tells by how many pixels the page is wider than the window.
func (b tab) fits(what string) {
	b.t.Helper()
	if over := eval[int](b, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
		widest := eval[string](b, `(() => { let w = document.documentElement.clientWidth, out = []; for (const e of document.querySelectorAll("body *")) { const r = e.getBoundingClientRect(); if (r.right > w + 1 && r.width > 0) out.push(e.tagName.toLowerCase() + "." + [...e.classList].join(".") + " " + Math.round(r.left) + " to " + Math.round(r.right) + " " + getComputedStyle(e).font + " “" + e.textContent.trim().slice(0, 60) + "”"); } return out.slice(0, 6).join(", "); })()`)
		b.t.Errorf("%s is %d pixels wider than its window: %s", what, over, widest)
	}
}

// lastly keeps a picture of a story for a person to look at.
func (b tab) shot(name string) { b.t.Helper(); shot(b.t, b.ctx, fmt.Sprint(name)) }
