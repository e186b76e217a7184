package picture

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/job"
	"github.com/hawkerhq/hawker/internal/live"
	"github.com/hawkerhq/hawker/internal/media"
	"github.com/hawkerhq/hawker/internal/safehttp"
)

var owner = access.Caller{Businesses: []id.ID{7}, Permissions: access.Permissions()}

// host is a shop's server: it answers what a test tells it to, and counts.
type host struct {
	*httptest.Server
	mu     sync.Mutex
	asked  map[string]int
	status map[string]int
	bodies map[string][]byte
}

func newHost(t *testing.T) *host {
	t.Helper()
	h := &host{asked: map[string]int{}, status: map[string]int{}, bodies: map[string][]byte{}}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.mu.Lock()
		h.asked[r.URL.Path]++
		status, body := h.status[r.URL.Path], h.bodies[r.URL.Path]
		h.mu.Unlock()
		if status == 0 && body == nil {
			status = http.StatusNotFound
		}
		if status != 0 {
			w.WriteHeader(status)
		}
		_, _ = w.Write(body)
	}))
	t.Cleanup(h.Close)
	return h
}

func (h *host) answer(path string, status int, body []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.status[path], h.bodies[path] = status, body
}

func (h *host) count(path string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.asked[path]
}

// drawing is a picture of one colour.
func drawing(t *testing.T, side int, c color.Color) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, side, side))
	for n := range side * side {
		img.Set(n%side, n/side, c)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// stall is a catalog with everything that works on its pictures.
type stall struct {
	*Service
	t      *testing.T
	clock  *clock.Fixed
	svc    *catalog.Service
	runner *job.Runner
	cat    id.ID
	dir    string
}

func newStall(t *testing.T, d *db.DB, c *clock.Fixed) stall {
	t.Helper()
	dir := t.TempDir()
	files, err := media.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	hub := live.New()
	s := stall{
		Service: New(Deps{DB: d, Clock: c, Files: files, Client: safehttp.New(safehttp.Config{AllowPrivate: true}), Live: hub, Logger: slog.New(slog.DiscardHandler)}),
		t:       t, clock: c, svc: catalog.New(d, hub), runner: job.NewRunner(d, c, slog.New(slog.DiscardHandler)), dir: dir,
	}
	s.Register(s.runner)
	cat, err := s.svc.Create(t.Context(), owner, catalog.Catalog{BusinessID: 7, Name: "Quán"})
	if err != nil {
		t.Fatal(err)
	}
	s.cat = cat.ID
	return s
}

// put creates or changes an item.
func (s stall) put(sku string, images ...string) id.ID {
	s.t.Helper()
	values := map[string]any{"name": "Cà phê " + sku, "price": "1000", "currency": "VND", "url": "https://shop.example/" + sku, "description": "x", "image_url": images[0]}
	if len(images) > 1 {
		more := []any{}
		for _, link := range images[1:] {
			more = append(more, link)
		}
		values["additional_image_urls"] = more
	}
	i, err := s.svc.CreateItem(s.t.Context(), owner, s.cat, sku, catalog.ReadChange(catalog.Node, values), true)
	if err != nil {
		s.t.Fatal(err)
	}
	return i
}

func (s stall) drain() {
	s.t.Helper()
	if err := s.runner.Drain(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
}

func (s stall) item(i id.ID) (it catalog.Item) {
	s.t.Helper()
	err := s.DB.View(s.t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		it, err = catalog.ItemTx(ctx, tx, owner, i)
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return it
}

// shown asks for a path and returns content type and body.
func (s stall) shown(path string) (string, []byte) {
	s.t.Helper()
	w := s.serve(path)
	if w.Code != http.StatusOK {
		s.t.Fatalf("%s answered %d", path, w.Code)
	}
	return w.Header().Get("Content-Type"), w.Body.Bytes()
}

// files counts what is kept on disk.
func (s stall) files() (n int) {
	s.t.Helper()
	err := filepath.WalkDir(s.dir, func(_ string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			n++
		}
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

func TestPicturesAreFetchedOnceAndShownFromHere(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		h, s := newHost(t), newStall(t, d, c)
		red := drawing(t, 600, color.RGBA{R: 255, A: 255})
		h.answer("/red.png", 0, red)
		one, two := s.put("a", h.URL+"/red.png"), s.put("b", h.URL+"/red.png")
		if kind, _ := s.shown(Thumb(h.URL + "/red.png")); kind != "image/svg+xml" {
			t.Errorf("before it is fetched: %s", kind)
		}
		s.drain()
		for _, i := range []id.ID{one, two} {
			if it := s.item(i); it.Picture != catalog.PictureOK || it.ImageFetchStatus() != "FETCHED" {
				t.Errorf("item %s: %q %s", i, it.Picture, it.ImageFetchStatus())
			}
		}
		if n := h.count("/red.png"); n != 1 {
			t.Errorf("asked %d times for one address", n)
		}
		for path, side := range map[string]int{Thumb(h.URL + "/red.png"): ThumbSide, Full(h.URL + "/red.png"): 600} {
			kind, raw := s.shown(path)
			img, err := jpeg.Decode(bytes.NewReader(raw))
			if kind != "image/jpeg" || err != nil || img.Bounds().Dx() != side {
				t.Errorf("%s is %s, %v", path, kind, err)
			}
		}
	})
}

// TestStatesOfPictures: each way a picture can be wrong is told as the contract's error type, and blocks nothing.
func TestStatesOfPictures(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		h, s := newHost(t), newStall(t, d, c)
		h.answer("/ok.png", 0, drawing(t, 500, color.White))
		h.answer("/small.png", 0, drawing(t, 40, color.White))
		h.answer("/secret.png", http.StatusForbidden, nil)
		h.answer("/page.html", 0, []byte("<html><script>alert(1)</script>"))
		h.answer("/script.svg", 0, []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`))
		h.answer("/huge.png", 0, bytes.Repeat([]byte{0}, media.PictureBytes+1))
		h.answer("/down.png", http.StatusBadGateway, nil)
		for _, want := range []struct {
			state, status string
			images        []string
		}{
			{"ok", "FETCHED", []string{"/ok.png"}},
			{"small", "FETCHED", []string{"/small.png"}},
			{"part", "PARTIAL_FETCH", []string{"/ok.png", "/gone.png"}},
			{"IMAGE_FETCH_FAILED_LINK_BROKEN", "FETCH_FAILED", []string{"/gone.png"}},
			{"IMAGE_FETCH_FAILED_FORBIDDEN", "FETCH_FAILED", []string{"/secret.png"}},
			{"INVALID_IMAGES", "FETCH_FAILED", []string{"/page.html"}},
			{"INVALID_IMAGES", "FETCH_FAILED", []string{"/script.svg"}},
			{"IMAGE_FETCH_FAILED_FILE_SIZE_EXCEEDED", "FETCH_FAILED", []string{"/huge.png"}},
			{"IMAGE_FETCH_FAILED_BAD_GATEWAY", "FETCH_FAILED", []string{"/down.png"}},
		} {
			links := make([]string, len(want.images))
			for n, path := range want.images {
				links[n] = h.URL + path
			}
			i := s.put(strings.Join(want.images, ""), links...)
			s.drain()
			if it := s.item(i); it.Picture != want.state || it.ImageFetchStatus() != want.status {
				t.Errorf("%s: %s %s, want %s %s", want.images, it.Picture, it.ImageFetchStatus(), want.state, want.status)
			}
			if kind, raw := s.shown(Full(links[0])); kind != "image/jpeg" && !bytes.Equal(raw, placeholder) {
				t.Errorf("%s: the shop's bytes are shown as %s", want.images, kind)
			}
		}
	})
}

// TestAPageInAPictureIsNoPage: a file that is a picture and a page at once is shown as a picture of ours, which says what it is.
func TestAPageInAPictureIsNoPage(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		h, s := newHost(t), newStall(t, d, c)
		var plain bytes.Buffer
		if err := jpeg.Encode(&plain, image.NewGray(image.Rect(0, 0, 600, 600)), nil); err != nil {
			t.Fatal(err)
		}
		const page = "<html><script>alert(1)</script>"
		both := append([]byte("\xff\xd8\xff\xfe\x00"+string(rune(len(page)+2))+page), plain.Bytes()[2:]...)
		h.answer("/both.html", 0, append(both, page...))
		s.put("a", h.URL+"/both.html")
		s.drain()
		mux := http.NewServeMux()
		mux.HandleFunc("GET "+PathFull+"{name}", s.Serve)
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, Full(h.URL+"/both.html"), nil))
		if w.Header().Get("Content-Type") != "image/jpeg" || w.Header().Get("X-Content-Type-Options") != "nosniff" || bytes.Contains(w.Body.Bytes(), []byte("<script")) {
			t.Errorf("it is served with %v", w.Header())
		}
		if policy := w.Header().Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "sandbox") {
			t.Errorf("the policy is %q", policy)
		}
		if img, err := jpeg.Decode(w.Body); err != nil || img.Bounds().Dx() != 600 {
			t.Errorf("it is no picture: %v", err)
		}
	})
}

// TestPassingFailuresAreTriedAgain: later and later, and at most five times; a broken link once.
func TestPassingFailuresAreTriedAgain(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		h, s := newHost(t), newStall(t, d, c)
		h.answer("/late.png", http.StatusServiceUnavailable, nil)
		h.answer("/never.png", http.StatusServiceUnavailable, nil)
		late, never, broken := s.put("late", h.URL+"/late.png"), s.put("never", h.URL+"/never.png"), s.put("broken", h.URL+"/broken.png")
		s.drain()
		c.Advance(retryFirst - time.Second)
		s.drain()
		if n := h.count("/late.png"); n != 1 {
			t.Fatalf("asked %d times before it was due", n)
		}
		h.answer("/late.png", 0, drawing(t, 500, color.Black))
		c.Advance(2 * time.Second)
		s.drain()
		if it := s.item(late); it.Picture != catalog.PictureOK {
			t.Errorf("after the server is well again: %q", it.Picture)
		}
		for range 40 {
			c.Advance(24 * time.Hour)
			s.drain()
		}
		if n := h.count("/never.png"); n != triesMost {
			t.Errorf("a server that never answers was asked %d times", n)
		}
		if n := h.count("/broken.png"); n != 1 {
			t.Errorf("a broken link was asked %d times", n)
		}
		if a, b := s.item(never).Picture, s.item(broken).Picture; a != "IMAGE_FETCH_FAILED_BAD_GATEWAY" || b != "IMAGE_FETCH_FAILED_LINK_BROKEN" {
			t.Errorf("%s, %s", a, b)
		}
	})
}

// TestASickHostIsLeftInPeace: after three failures in a row the rest waits a minute.
func TestASickHostIsLeftInPeace(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		h, s := newHost(t), newStall(t, d, c)
		for n := range 25 {
			path := fmt.Sprintf("/%d.png", n)
			h.answer(path, http.StatusBadGateway, nil)
			s.put(path, h.URL+path)
		}
		asked := func() (n int) {
			for k := range 25 {
				n += h.count(fmt.Sprintf("/%d.png", k))
			}
			return n
		}
		s.drain()
		if n := asked(); n != chunk {
			t.Errorf("a sick host was asked %d times, want one chunk of %d", n, chunk)
		}
		c.Advance(hostPause)
		s.drain()
		if n := asked(); n != 2*chunk {
			t.Errorf("after the pause: asked %d times, want %d", n, 2*chunk)
		}
	})
}

func TestAChangedPictureIsFetched(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		h, s := newHost(t), newStall(t, d, c)
		h.answer("/1.png", 0, drawing(t, 500, color.Black))
		h.answer("/2.png", 0, drawing(t, 500, color.White))
		i := s.put("a", h.URL+"/1.png")
		s.drain()
		s.put("a", h.URL+"/2.png")
		if it := s.item(i); it.Picture != catalog.PictureWaits {
			t.Errorf("a changed picture is %q at once", it.Picture)
		}
		s.drain()
		if it := s.item(i); it.Picture != catalog.PictureOK || h.count("/2.png") != 1 {
			t.Errorf("%q, asked %d times", it.Picture, h.count("/2.png"))
		}
	})
}

// TestPicturesNobodyNamesGo: the sweep removes them with their files, and no file that another picture shows.
func TestPicturesNobodyNamesGo(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		h, s := newHost(t), newStall(t, d, c)
		same := drawing(t, 500, color.Black)
		h.answer("/1.png", 0, same)
		h.answer("/copy.png", 0, same)
		h.answer("/2.png", 0, drawing(t, 500, color.White))
		one, two := s.put("one", h.URL+"/1.png"), s.put("two", h.URL+"/2.png")
		s.put("copy", h.URL+"/copy.png")
		s.drain()
		if n := s.files(); n != 4 {
			t.Fatalf("%d files of two different pictures in two sizes", n)
		}
		for _, i := range []id.ID{one, two} {
			if err := s.svc.DeleteItem(t.Context(), owner, i); err != nil {
				t.Fatal(err)
			}
		}
		c.Advance(2 * sweepEvery)
		s.drain()
		if n := s.files(); n != 2 {
			t.Errorf("%d files are left, want those of the one that is named", n)
		}
		if kind, _ := s.shown(Thumb(h.URL + "/2.png")); kind != "image/svg+xml" {
			t.Errorf("a swept picture is shown as %s", kind)
		}
		if kind, _ := s.shown(Full(h.URL + "/copy.png")); kind != "image/jpeg" {
			t.Errorf("a picture in use is shown as %s", kind)
		}
	})
}

// TestAKilledFetchGoesOn: killed after any commit and begun again, it ends as an undisturbed one does.
func TestAKilledFetchGoesOn(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		h, s := newHost(t), newStall(t, d, c)
		h.answer("/ok.png", 0, drawing(t, 500, color.Black))
		var items []id.ID
		for n := range 3*chunk + 1 {
			path := "/ok.png"
			if n%4 == 3 {
				path = fmt.Sprintf("/gone%d.png", n)
			}
			items = append(items, s.put(fmt.Sprint(n), h.URL+path))
		}
		kills := 0
		for {
			ctx, kill := context.WithCancel(t.Context())
			d.OnNotify(catalog.Changes, func() {
				kills++
				kill()
			})
			err := s.Fetch(ctx, catalog.PicturesChanged{CatalogID: s.cat})
			kill()
			if err == nil {
				break
			}
			if !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
		}
		if kills < 3 {
			t.Fatalf("killed %d times", kills)
		}
		for n, i := range items {
			want := catalog.PictureOK
			if n%4 == 3 {
				want = "IMAGE_FETCH_FAILED_LINK_BROKEN"
			}
			if got := s.item(i).Picture; got != want {
				t.Errorf("item %d: %q, want %q", n, got, want)
			}
		}
		if n := h.count("/ok.png"); n != 1 {
			t.Errorf("asked %d times", n)
		}
	})
}
