package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

const (
	shopPages = "/manager/200000000000001"
	chatPages = "/chat/400000000000001"
	chatAPI   = "/sandbox/v1/customers/84901234567/chats/400000000000001"
)

// visitor is a person who is logged in everywhere, in the demo world with something on every page.
type visitor struct {
	*http.Client
	url   string
	pages []string
	pid   int
}

// visit starts the program for somebody who looks at its pages.
func (b *bench) visit(ctx context.Context) (v visitor, stop func(), err error) {
	dir, err := os.MkdirTemp("", "hawker-bench")
	if err != nil {
		return v, nil, err
	}
	at, cmd, end, err := b.processIn(ctx, dir, "--demo", "--pictures=false")
	stop = func() { end(); _ = os.RemoveAll(dir) }
	if err != nil {
		return v, stop, err
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return v, stop, err
	}
	v = visitor{&http.Client{Jar: jar}, at, nil, cmd.Process.Pid}
	if err := durable(at); err != nil {
		return v, stop, err
	}
	if _, err := call(http.MethodPut, at+chatAPI+"/cart/CF01", "application/json", strings.NewReader(`{"quantity":2}`)); err != nil {
		return v, stop, err
	}
	items, err := call(http.MethodGet, at+"/v25.0/500000000000001/products?limit=1", "", nil)
	if err != nil {
		return v, stop, err
	}
	item := fmt.Sprint(items["data"].([]any)[0].(map[string]any)["id"])
	for path, form := range map[string]url.Values{"/manager/login": {"email": {"demo@hawker.local"}, "password": {"demo"}}, "/chat/customer": {"wa_id": {"84901234567"}}} {
		res, err := v.PostForm(at+path, form)
		if err != nil {
			return v, stop, err
		}
		_ = res.Body.Close()
		if res.StatusCode != http.StatusOK {
			return v, stop, fmt.Errorf("%s answered %d", path, res.StatusCode)
		}
	}
	v.pages = []string{"/", "/help/reviews", "/chat", chatPages, chatPages + "/catalog", chatPages + "/product/CF01", chatPages + "/cart", chatPages + "/profile", shopPages}
	for _, p := range []string{"/items", "/items/" + item, "/items/" + item + "/edit", "/sets", "/sources", "/connections", "/numbers/400000000000001", "/compose", "/inbox", "/inbox/400000000000001/84901234567", "/orders", "/templates", "/queue", "/appeals", "/india", "/standing", "/issues", "/events", "/receivers", "/settings"} {
		v.pages = append(v.pages, shopPages+p)
	}
	for _, p := range []string{"", "/events", "/calls", "/explorer", "/receivers", "/signature", "/tree", "/clock", "/faults", "/snapshots"} {
		v.pages = append(v.pages, "/dev"+p)
	}
	return v, stop, nil
}

// pagesUsable is how long a page takes in Chromium until its scripts have run, from the click; the style sheets and scripts
// are there already, as on every page but the first.
func pagesUsable(ctx context.Context, b *bench) (string, error) {
	v, stop, err := b.visit(ctx)
	if stop != nil {
		defer stop()
	}
	if err != nil {
		return "", err
	}
	tab, end, err := openBrowser(ctx)
	if err != nil {
		return "", err
	}
	defer end()
	home, err := url.Parse(v.url + shopPages)
	if err != nil {
		return "", err
	}
	for _, c := range v.Jar.Cookies(home) {
		if _, err := chromedp.Call(tab, network.SetCookie, network.SetCookieParams{Name: c.Name, Value: c.Value, URL: v.url}); err != nil {
			return "", err
		}
	}
	var all []float64
	slowest, where := 0.0, ""
	for _, path := range v.pages {
		var list []float64
		for range b.rounds + 1 {
			if err := chromedp.Do(tab, chromedp.Navigate(v.url+path), chromedp.WaitReady(chromedp.CSS("body"))); err != nil {
				return "", fmt.Errorf("%s: %w", path, err)
			}
			took, err := chromedp.Run(tab, chromedp.Evaluate[float64](`performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd`))
			if err != nil {
				return "", fmt.Errorf("%s: %w", path, err)
			}
			list = append(list, took)
		}
		took := median(list[1:])
		if all = append(all, took); took > slowest {
			slowest, where = took, path
		}
	}
	return fmt.Sprintf("%.0f ms the slowest of %d (%s), %.0f ms the median, in Chromium", slowest, len(all), where, median(all)), nil
}

// openBrowser opens a window as large as a phone.
func openBrowser(ctx context.Context) (tab context.Context, end func(), err error) {
	path := ""
	for _, name := range []string{"chromium", "google-chrome", "chromium-browser"} {
		if path, err = exec.LookPath(name); err == nil {
			break
		}
	}
	if path == "" {
		return nil, nil, errors.New("there is no Chromium here")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WindowSize(390, 844), chromedp.Flag("force-prefers-reduced-motion", true))
	alloc, endBrowser := chromedp.NewExecAllocator(ctx, opts...)
	tab, endTab := chromedp.NewContext(alloc)
	return tab, func() { endTab(); endBrowser() }, nil
}

var loadedBy = regexp.MustCompile(`(?:href|src)="(/static/[^"#]+)"`)

// pagesWeight is the heaviest page with its style sheets and scripts, as it is sent and unpacked; fonts and pictures are
// kept by browsers.
func pagesWeight(ctx context.Context, b *bench) (string, error) {
	v, stop, err := b.visit(ctx)
	if stop != nil {
		defer stop()
	}
	if err != nil {
		return "", err
	}
	// size is how long a file is as it is sent, and unpacked.
	size := func(path string) (sent, whole int, body string, err error) {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, v.url+path, nil)
		if err != nil {
			return 0, 0, "", err
		}
		req.Header.Set("Accept-Encoding", "gzip") // asked for by hand, so that it is not unpacked before it is counted
		res, err := v.Do(req)
		if err != nil {
			return 0, 0, "", err
		}
		defer func() { _ = res.Body.Close() }()
		raw, err := io.ReadAll(res.Body)
		if err == nil && res.StatusCode != http.StatusOK {
			err = fmt.Errorf("%s answered %d", path, res.StatusCode)
		}
		if err != nil || res.Header.Get("Content-Encoding") != "gzip" {
			return len(raw), len(raw), string(raw), err
		}
		z, err := gzip.NewReader(bytes.NewReader(raw))
		if err != nil {
			return 0, 0, "", err
		}
		b, err := io.ReadAll(z)
		return len(raw), len(b), string(b), err
	}
	type weight struct {
		sent, whole int
		page        string
	}
	var heaviest weight
	files := map[string]weight{}
	for _, path := range v.pages {
		sent, whole, body, err := size(path)
		if err != nil {
			return "", err
		}
		for _, m := range loadedBy.FindAllStringSubmatch(body, -1) {
			if strings.Contains(m[1], "/fonts/") || strings.Contains(m[1], ".svg") {
				continue
			}
			f, known := files[m[1]]
			if !known {
				if f.sent, f.whole, _, err = size(m[1]); err != nil {
					return "", err
				}
				files[m[1]] = f
			}
			sent, whole = sent+f.sent, whole+f.whole
		}
		if whole > heaviest.whole {
			heaviest = weight{sent, whole, path}
		}
	}
	return fmt.Sprintf("%d KB as sent, %d KB unpacked, the heaviest of %d (%s)", heaviest.sent>>10, heaviest.whole>>10, len(v.pages), heaviest.page), nil
}

// chatsOpen is how many chats are looked at at once.
const chatsOpen = 1000

// chatMemory is what the open streams of a thousand chats cost a server.
func chatMemory(ctx context.Context, b *bench) (string, error) {
	v, stop, err := b.visit(ctx)
	if stop != nil {
		defer stop()
	}
	if err != nil {
		return "", err
	}
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	open := func(n int) error {
		for range n {
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, v.url+chatPages+"/live", nil)
			if err != nil {
				return err
			}
			req.Header.Set("Cookie", "hawker_customer=84901234567")
			res, err := client.Do(req) //nolint:bodyclose // stays open until the server ends
			if err != nil {
				return err
			}
			if _, err := io.ReadFull(res.Body, make([]byte, 1)); err != nil {
				return err
			}
		}
		return nil
	}
	if err := open(chatsOpen / 20); err != nil { // what the first ones cost once
		return "", err
	}
	time.Sleep(5 * time.Second)
	before := residentKB(v.pid)
	if err := open(chatsOpen); err != nil {
		return "", err
	}
	time.Sleep(b.slice)
	after := residentKB(v.pid)
	return fmt.Sprintf("%.1f KB a chat, of %d; %d MB the whole server", float64(after-before)/chatsOpen, chatsOpen, after/1024), nil
}
