package chaos

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// batchOf is a call of items_batch: every item is made or changed twice, so that the order of lines counts, and every
// hundredth line is wrong.
func batchOf(round, items int) map[string]any {
	var list []any
	for pass := range 2 {
		for n := range items {
			data := map[string]any{
				"id": fmt.Sprintf("k%06d", n), "title": fmt.Sprintf("Round %d pass %d", round, pass), "description": "Lotus", "availability": "in stock", "condition": "new",
				"price": fmt.Sprintf("%d.50 USD", 1+(n+round)%90), "link": fmt.Sprintf("https://s.example/%d", n), "image_link": fmt.Sprintf("https://s.example/%d.jpg", n), "brand": "Lotus",
			}
			method := "UPDATE"
			switch {
			case n%100 == 99:
				data["price"] = "one"
			case n%7 == round%7 && pass == 1:
				method, data = "DELETE", map[string]any{"id": data["id"]}
			case n%5 == round%5 && pass == 1:
				data = map[string]any{"id": data["id"], "color": fmt.Sprintf("colour %d", round)}
			}
			list = append(list, map[string]any{"method": method, "data": data})
		}
	}
	return map[string]any{"item_type": "PRODUCT_ITEM", "requests": list}
}

// TestKillInABatch kills the program while it applies calls of items_batch that it has answered. In the end the catalog and what
// is told of each handle are as after a run that nothing disturbed.
func TestKillInABatch(t *testing.T) {
	beside(t)
	onEach(t, killInABatch)
}

func killInABatch(t *testing.T, database func(t *testing.T) string) {
	rounds, items := often(t, 4, 60), 1200
	run := func(kill bool) (catalog string, told []string, inside int) {
		p := newProgram(t, database(t))
		p.with = []string{"--pictures=false"}
		p.start()
		random := rand.New(rand.NewPCG(11, uint64(rounds)))
		var handles []string
		most := 120 * time.Millisecond
		status := func(handle string) map[string]any {
			v := p.must(http.MethodGet, "/v25.0/"+catalogB+"/check_batch_request_status?load_ids_of_invalid_requests=true&handle="+url.QueryEscape(handle), nil)
			return v["data"].([]any)[0].(map[string]any)
		}
		for round := range rounds {
			v := p.must(http.MethodPost, "/v25.0/"+catalogB+"/items_batch", batchOf(round, items))
			handle := v["handles"].([]any)[0].(string)
			handles = append(handles, handle)
			if kill {
				<-time.After(time.Duration(random.Int64N(int64(most)))) // anywhere in the batch
				if status(handle)["status"] != "finished" {
					inside++
				} else {
					most /= 3 // a fast machine: sooner next time
				}
				p.kill()
				p.start()
			}
		}
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for _, handle := range handles {
			s := status(handle)
			for waited := 0; s["status"] != "finished"; waited++ {
				if waited > 2000 {
					t.Fatalf("a batch does not end: %v", s)
				}
				<-tick.C
				s = status(handle)
			}
			delete(s, "handle")
			b, err := json.Marshal(s)
			if err != nil {
				t.Fatal(err)
			}
			told = append(told, string(b))
		}
		catalog = p.itemsOf(catalogB)
		p.stop()
		return catalog, told, inside
	}
	want, wantTold, _ := run(false)
	got, gotTold, inside := run(true)
	figure(t, "batches", "%d kills, %d of them inside a batch of %d lines", rounds, inside, 2*items)
	if inside < rounds/2 {
		t.Errorf("only %d of %d kills were inside a batch", inside, rounds)
	}
	if got != want {
		t.Errorf("the catalogs are not the same: %s", firstDifference(got, want))
	}
	if n := strings.Count(want, "\n"); n < items/2 || strings.Count(want, "pass 1") < items/3 {
		t.Errorf("%d items:\n%.500s", n, want)
	}
	for n := range wantTold {
		if gotTold[n] != wantTold[n] {
			t.Errorf("batch %d tells %.300s, undisturbed %.300s", n, gotTold[n], wantTold[n])
		}
	}
}

// firstDifference names the first line that differs.
func firstDifference(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	n := 0
	for n < min(len(a), len(b))-1 && a[n] == b[n] {
		n++
	}
	return fmt.Sprintf("of %d and %d lines, the first that differs is %s, undisturbed %s", len(a), len(b), a[n], b[n])
}

// gallery serves pictures. It can stop in the middle of one until its client is gone, so that a kill meets it on its way.
type gallery struct {
	*httptest.Server
	before atomic.Int64  // pictures to serve whole before the one that is held; never held where it is below zero
	held   chan struct{} // one is held
}

// hold makes the picture after the next n stop half-way.
func (g *gallery) hold(n int) { g.before.Store(int64(n)) }

func newGallery(t *testing.T) *gallery {
	t.Helper()
	g := &gallery{held: make(chan struct{}, 1)}
	g.hold(-1)
	g.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var n int
		if _, err := fmt.Sscanf(r.URL.Path, "/%d.jpg", &n); err != nil {
			http.NotFound(w, r)
			return
		}
		img := image.NewRGBA(image.Rect(0, 0, 520, 520))
		draw.Draw(img, img.Bounds(), image.NewUniform(color.RGBA{uint8(n * 7), uint8(n * 3), uint8(255 - n), 255}), image.Point{}, draw.Src)
		var b bytes.Buffer
		if err := jpeg.Encode(&b, img, nil); err != nil {
			http.Error(w, "no picture", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "image/jpeg")
		half := b.Len() / 2
		_, _ = w.Write(b.Bytes()[:half])
		_ = http.NewResponseController(w).Flush()
		if g.before.Add(-1) == -1 {
			g.held <- struct{}{}
			<-r.Context().Done()
			return
		}
		_, _ = w.Write(b.Bytes()[half:])
	}))
	t.Cleanup(g.Close)
	return g
}

// TestKillInAPictureJob kills the program while it fetches pictures. In the end every item's pictures are as after a run that
// nothing disturbed, byte for byte, and nothing half-written is left.
func TestKillInAPictureJob(t *testing.T) {
	beside(t)
	onEach(t, killInAPictureJob)
}

func killInAPictureJob(t *testing.T, database func(t *testing.T) string) {
	kills, items := often(t, 5, 60), 160
	if kills > 20 {
		items = 3000
	}
	g := newGallery(t)
	var list []any
	for n := range items {
		link := fmt.Sprintf("%s/%d.jpg", g.URL, n)
		if n%10 == 9 {
			link = g.URL + "/none.jpg"
		}
		list = append(list, map[string]any{"method": "CREATE", "data": map[string]any{
			"id": fmt.Sprintf("k%06d", n), "title": "Lotus", "description": "Lotus", "availability": "in stock", "condition": "new", "price": "1.00 USD",
			"link": fmt.Sprintf("https://s.example/%d", n), "image_link": link, "brand": "Lotus",
		}})
	}
	run := func(kill bool) (pictures string) {
		p := newProgram(t, database(t))
		p.start()
		random := rand.New(rand.NewPCG(13, uint64(kills)))
		next := func() { g.hold(random.IntN(items / kills / 2)) }
		if kill {
			next()
		}
		for first := 0; first < items; first += 3000 {
			p.must(http.MethodPost, "/v25.0/"+catalogB+"/items_batch", map[string]any{"item_type": "PRODUCT_ITEM", "requests": list[first:min(first+3000, items)]})
		}
		for killed := 0; kill && killed < kills; killed++ {
			select {
			case <-g.held:
			case <-time.After(2 * time.Minute):
				t.Fatalf("no picture was on its way for kill %d", killed)
			}
			p.kill()
			if killed < kills-1 {
				next()
			}
			p.start()
		}
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		pictures, waiting := p.pictures()
		for waited := 0; waiting > 0 || strings.Count(pictures, "\n") < items; waited++ {
			if waited > 1200 {
				t.Fatalf("%d pictures still wait", waiting)
			}
			<-tick.C
			pictures, waiting = p.pictures()
		}
		pictures = p.shown(pictures)
		p.stop()
		if n := p.files("pictures/part"); n > 0 {
			t.Errorf("%d half-written files are left", n)
		}
		return pictures
	}
	want, got := run(false), run(true)
	figure(t, "pictures", "%d kills, each while one of the pictures of %d items was on its way", kills, items)
	if got != want {
		t.Errorf("the pictures are not the same: %s", firstDifference(got, want))
	}
	if fetched := strings.Count(want, "FETCHED"); fetched != items-items/10 || strings.Count(want, "FETCH_FAILED") != items/10 {
		t.Errorf("%d pictures were fetched:\n%.500s", fetched, want)
	}
}

// pictures is how the pictures of the test's items stand, a line for each, and how many are not fetched yet.
func (p *program) pictures() (lines string, waiting int) {
	p.t.Helper()
	var b strings.Builder
	for after := ""; ; {
		v := p.must(http.MethodGet, "/v25.0/"+catalogB+"/products?fields=retailer_id,image_fetch_status,image_cdn_urls&limit=1000&after="+after, nil)
		for _, i := range v["data"].([]any) {
			m := i.(map[string]any)
			status, link := m["image_fetch_status"].(string), ""
			if status == "NO_STATUS" || status == "OUTDATED" {
				waiting++
			}
			if list, _ := m["image_cdn_urls"].([]any); len(list) > 0 {
				link, _ = list[0].(map[string]any)["value"].(string)
				if u, err := url.Parse(link); err == nil {
					link = u.Path
				}
			}
			fmt.Fprintln(&b, m["retailer_id"], status, link)
		}
		paging, _ := v["paging"].(map[string]any)
		if paging == nil || paging["next"] == nil {
			return b.String(), waiting
		}
		after = paging["cursors"].(map[string]any)["after"].(string)
	}
}

// shown adds to each line what is shown at its address.
func (p *program) shown(lines string) string {
	p.t.Helper()
	var b strings.Builder
	for line := range strings.Lines(lines) {
		line = strings.TrimSpace(line)
		if path := line[strings.LastIndexByte(line, ' ')+1:]; strings.HasPrefix(path, "/") {
			res, err := client.Get(p.url + path)
			if err != nil {
				p.t.Fatal(err)
			}
			raw, err := io.ReadAll(res.Body)
			_ = res.Body.Close()
			if err != nil {
				p.t.Fatal(err)
			}
			line += fmt.Sprintf(" %s %x", res.Header.Get("Content-Type"), sha256.Sum256(raw))
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

// files counts the files under a directory of the program's data.
func (p *program) files(dir string) (n int) {
	p.t.Helper()
	err := filepath.WalkDir(filepath.Join(p.data, dir), func(_ string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			n++
		}
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return n
}
