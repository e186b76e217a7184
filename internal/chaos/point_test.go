package chaos

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/crash"
)

// TestKillAtEachPoint ends the program inside each of its named points while everything it does is under way, starts it again, and goes
// on. In the end nothing that was acknowledged is missing, nothing was done twice, and each point is told with how often it was hit.
func TestKillAtEachPoint(t *testing.T) {
	beside(t)
	eachDatabase(t, killAtEachPoint)
}

func killAtEachPoint(t *testing.T, database string) {
	path, err := armed()
	if err != nil {
		t.Fatalf("building: %v", err)
	}
	p := programOf(t, path, database)
	times := often(t, 1, 20)
	hits := map[crash.Point]int{}
	for range times { // while there is no database yet
		p.env = []string{crash.Env + "=" + string(crash.MigrateEach)}
		switch err := p.tryStart(); {
		case err != nil && strings.HasSuffix(err.Error(), ": "): // without a word
			hits[crash.MigrateEach]++
		case err != nil:
			t.Fatal(err)
		case database == "sqlite":
			t.Fatal("the program made its database without a point")
		default:
			p.kill()
		}
	}
	p.env = nil
	p.start()
	w := newWorks(t, p)
	p.stop()
	for n := range times {
		for _, point := range crash.Points() {
			if point == crash.MigrateEach || point == crash.BackupMid && database != "sqlite" {
				continue
			}
			p.env = []string{fmt.Sprintf("%s=%s:%d", crash.Env, point, w.turn(point, n))}
			p.start()
			w.until(t, p, point)
			hits[point]++
			w.hook.killed(t, p.unrecorded(t), time.Now(), 0)
		}
	}
	p.env = nil
	p.start()
	w.l.settle(t, p)
	w.settle(t, p)
	p.drain()
	w.l.check(t, p, w.hook)
	w.hook.check(t)
	if w.hook.kills.beyond > 0 {
		t.Errorf("%d deliveries were repeated that no kill explains", w.hook.kills.beyond)
	}
	p.stop()
	var table strings.Builder
	for _, point := range crash.Points() {
		switch {
		case hits[point] > 0:
			fmt.Fprintf(&table, " %s %d,", point, hits[point])
		case point == crash.BackupMid || point == crash.MigrateEach: // a snapshot of PostgreSQL is rows of one transaction; its database of the test has its schema
			if database == "sqlite" {
				t.Errorf("%s was never hit", point)
			}
		default:
			t.Errorf("%s was never hit", point)
		}
	}
	figure(t, "R1 points", "%s, kills inside each point:%s nothing lost of %d messages, %d orders, %d batch items, %d files and %d uploads",
		kind(database), strings.TrimSuffix(table.String(), ",")+";", len(w.l.messages), len(w.l.orders), len(w.l.items), len(w.files), len(w.uploads))
}

// armed is the program with points that can end it, built once.
var armed = sync.OnceValues(func() (string, error) { return build("hawker-faults", "-tags", "faults") })

// works is everything a program can be at: chats, orders, batches, a feed, files and snapshots.
type works struct {
	l        *ledger
	hook     *hook
	shop     *httptest.Server // has the feed's file
	feed     string
	mu       sync.Mutex
	files    map[string]string // acknowledged uploads → what they hold
	uploads  []string          // of the feed
	failures []string
}

const shopRows = 2000

func newWorks(t *testing.T, p *program) *works {
	t.Helper()
	w := &works{l: newLedger(), hook: newHook(t), files: map[string]string{}}
	file := shopFile("New", 0, shopRows)
	w.shop = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, file) }))
	t.Cleanup(w.shop.Close)
	p.listen(w.hook)
	p.greet()
	w.feed = p.must(http.MethodPost, "/v25.0/"+catalogB+"/product_feeds", map[string]string{"name": "points"})["id"].(string)
	return w
}

// until keeps the program at work until it ends itself at the point. Points of the end are reached by asking it to.
func (w *works) until(t *testing.T, p *program, point crash.Point) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	rest := w.l.load(t, p)
	var wg sync.WaitGroup
	for _, work := range w.kinds(point) {
		wg.Go(func() {
			for n := 0; ctx.Err() == nil && work(p, n) == nil; n++ {
			}
		})
	}
	if strings.HasPrefix(string(point), "shutdown.") {
		w.l.waitFor(t, 20)
		if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
			t.Error(err)
		}
	}
	ended := make(chan struct{})
	go func() { _ = p.cmd.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(patience):
		t.Errorf("the program was never at %s", point)
		p.kill()
		<-ended
	}
	cancel()
	rest()
	wg.Wait()
}

// turn is the how manieth time a point is where the program ends.
func (w *works) turn(point crash.Point, n int) int {
	if strings.HasPrefix(string(point), "shutdown.") || point == crash.LeaseRenew {
		return 1
	}
	return 2 + n%3
}

// kinds is the work besides chats that reaches a point; each ends with the program.
func (w *works) kinds(point crash.Point) []func(*program, int) error {
	name := string(point)
	switch {
	case strings.HasPrefix(name, "feed."), point == crash.LeaseRenew:
		return []func(*program, int) error{w.fetch}
	case strings.HasPrefix(name, "media."):
		return []func(*program, int) error{w.file}
	case point == crash.BackupMid:
		return []func(*program, int) error{w.snapshot}
	case point == crash.BatchMid:
		return []func(*program, int) error{func(p *program, _ int) error { return w.l.batch(p, w.l.next()) }}
	default:
		return nil
	}
}

// fetch has the feed fetched, and waits for it.
func (w *works) fetch(p *program, _ int) error {
	v, err := p.call(http.MethodPost, "/v25.0/"+w.feed+"/uploads", map[string]string{"url": w.shop.URL + "/shop.csv"})
	if err != nil {
		return w.over(err)
	}
	id := v["id"].(string)
	w.mu.Lock()
	w.uploads = append(w.uploads, id)
	w.mu.Unlock()
	for v["end_time"] == nil {
		if v, err = p.call(http.MethodGet, "/v25.0/"+id+"?fields=end_time", nil); err != nil {
			return w.over(err)
		}
	}
	return nil
}

// over notes a refusal: under this work nobody is to see one.
func (w *works) over(err error) error {
	if errors.Is(err, errRefused) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.failures = append(w.failures, err.Error())
	}
	return err
}

// file uploads a file for messages, each with bytes of its own.
func (w *works) file(p *program, n int) error {
	text := fmt.Sprintf("file %d of %d", n, w.l.next())
	v, err := p.postFile("/v25.0/"+phone+"/media", map[string]string{"messaging_product": "whatsapp", "type": "text/plain"}, "note.txt", "text/plain", text)
	if err != nil {
		return w.over(err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.files[v["id"].(string)] = text
	return nil
}

// fileOf is what an uploaded file holds.
func (p *program) fileOf(id string) string {
	p.t.Helper()
	req, err := http.NewRequest(http.MethodGet, p.must(http.MethodGet, "/v25.0/"+id, nil)["url"].(string), nil)
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer EAADEMO")
	res, err := client.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	raw, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if err != nil {
		p.t.Fatal(err)
	}
	return string(raw)
}

func (w *works) snapshot(p *program, _ int) error {
	_, err := p.call(http.MethodPost, "/sandbox/v1/snapshots", map[string]string{"name": "points"})
	return w.over(err)
}

// settle waits for the uploads and compares what they and the files came to.
func (w *works) settle(t *testing.T, p *program) {
	t.Helper()
	for _, f := range w.failures {
		t.Errorf("under load: %s", f)
	}
	for _, id := range w.uploads {
		p.uploaded(id)
	}
	if n := strings.Count(p.itemsOf(catalogB), "\n"); len(w.uploads) > 0 && (n < shopRows*9/10 || n > shopRows) {
		t.Errorf("the feed made %d items of %d rows", n, shopRows)
	}
	for id, text := range w.files {
		if got := p.fileOf(id); got != text {
			t.Errorf("file %s was acknowledged with %d bytes and has %d", id, len(text), len(got))
		}
	}
	if n := p.files("attachments/part") + p.files("feeds/part"); n > 0 {
		t.Errorf("%d half-written files are left", n)
	}
}
