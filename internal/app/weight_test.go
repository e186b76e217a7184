package app_test

import (
	"bufio"
	"context"
	"net/http"
	"net/url"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// pageMost is what a page may weigh before its pictures, with everything it loads, unpacked.
const pageMost = 150 << 10

var loaded = regexp.MustCompile(`(?:href|src)="(/static/[^"#]+)"`)

// Every main page is light: its text, style sheets and scripts together. Fonts are kept by browsers for good and left out,
// as pictures are.
func TestPagesAreLight(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	c := login(t, w, "vi")
	c.page(http.MethodPost, "/chat/customer", url.Values{"wa_id": {lan}})
	w.must(http.MethodPost, chatA+"/messages", `{"text":"Chào quán"}`)
	sizes := map[string]int{}
	heaviest, at := 0, ""
	for _, path := range mainPages(w.itemOf(catalogA, "CF01")) {
		status, body, _ := c.page(http.MethodGet, path, nil)
		if status != http.StatusOK {
			t.Fatalf("%s answered %d", path, status)
		}
		weight := len(body)
		for _, m := range loaded.FindAllStringSubmatch(body, -1) {
			if sizes[m[1]] == 0 {
				_, file, _ := c.page(http.MethodGet, m[1], nil)
				sizes[m[1]] = len(file)
			}
			if strings.Contains(m[1], "/fonts/") || strings.Contains(m[1], ".svg") {
				continue
			}
			weight += sizes[m[1]]
		}
		if weight > heaviest {
			heaviest, at = weight, path
		}
		if weight > pageMost {
			t.Errorf("%s weighs %d bytes, at most %d", path, weight, pageMost)
		}
	}
	t.Logf("the heaviest page is %s with %d KB", at, heaviest>>10)
}

// streamMost is what an open chat may cost in memory, in bytes.
const streamMost = 128 << 10

// A thousand open chats stay in the memory of a small machine.
func TestAThousandChatsAreOpen(t *testing.T) {
	w := start(t, t.TempDir())
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapInuse + m.StackInuse
	}
	before := heap()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	client := &http.Client{Transport: &http.Transport{}}
	const chats = 1000
	told := make(chan string, chats)
	for range chats {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.URL()+"/chat/"+phoneA+"/live", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Cookie", "hawker_customer="+lan)
		res, err := client.Do(req)
		if err != nil || res.StatusCode != http.StatusOK {
			t.Fatal(res, err)
		}
		go func() {
			defer res.Body.Close()
			for lines := bufio.NewScanner(res.Body); lines.Scan(); {
				if strings.HasPrefix(lines.Text(), "event: changed") {
					told <- lines.Text()
					return
				}
			}
		}()
	}
	each := (heap() - before) / chats
	t.Logf("an open chat costs %d KB, the test's own end of it included", each>>10)
	if each > streamMost {
		t.Errorf("an open chat costs %d bytes, at most %d", each, streamMost)
	}
	w.must(http.MethodPost, chatA+"/messages", `{"text":"Chào quán"}`)
	end := time.After(deadline)
	for n := range chats {
		select {
		case <-told:
		case <-end:
			t.Fatalf("%d of %d chats heard of a message", n, chats)
		}
	}
}

// A page is usable soon: measured in the browser, warm, from the click to the end of its scripts. The bound is wide, since
// tests run beside each other; the figure wanted at rest is 300 ms. A page that was slow is asked again: what counts is what it
// can do, not what else the machine had to do.
func TestPagesAreUsableSoon(t *testing.T) {
	t.Parallel()
	b, item, ok := lookedAt(t, 375, "vi")
	if !ok {
		return
	}
	const slow = 3000
	worst, at := 0.0, ""
	for _, path := range mainPages(item) {
		took := slow + 1.0
		for tries := 0; tries < 10 && took > slow; tries++ {
			b.do(path, chromedp.Navigate(b.url+path), chromedp.WaitReady(chromedp.CSS("body")))
			took = eval[float64](b, `performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd`)
		}
		if took > worst {
			worst, at = took, path
		}
	}
	t.Logf("the slowest page is %s with %.0f ms", at, worst)
	if worst > slow {
		t.Errorf("%s is usable after %.0f ms", at, worst)
	}
}
