package picture

import (
	"bytes"
	"errors"
	"image/color"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/media"
)

func (s stall) take(raw []byte) (link string, err error) {
	return s.Take(s.t.Context(), "https://shop.example", bytes.NewReader(raw))
}

// What somebody uploads is a picture of its own address: an item that names it needs no fetching, and what no item names goes.
func TestUploadedPicturesAreKept(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		s := newStall(t, d, c)
		link, err := s.take(drawing(t, 600, color.RGBA{R: 255, A: 255}))
		if err != nil {
			t.Fatal(err)
		}
		left, err := s.take(drawing(t, 600, color.RGBA{B: 255, A: 255}))
		if err != nil || left == link {
			t.Fatalf("%s %v", left, err)
		}
		path, ok := strings.CutPrefix(link, "https://shop.example")
		if !ok || !strings.HasPrefix(path, PathOwn) {
			t.Fatalf("the address is %s", link)
		}
		for _, at := range []string{path, Full(link), Thumb(link)} {
			if kind, body := s.shown(at); kind != "image/jpeg" || len(body) < 500 {
				t.Errorf("%s answers %s of %d bytes", at, kind, len(body))
			}
		}
		if kind, _ := s.shown(PathOwn + strings.Repeat("0", 64) + ".jpg"); kind != "image/svg+xml" {
			t.Errorf("what nobody uploaded answers %s", kind)
		}
		i := s.put("a", link)
		s.drain()
		if got := s.item(i).Picture; got != catalog.PictureOK {
			t.Errorf("the item's picture is %q", got)
		}
		before := s.files()
		c.Advance(3 * 24 * time.Hour)
		s.drain()
		if kind, _ := s.shown(path); kind != "image/jpeg" {
			t.Errorf("after the sweep the item's picture is %s", kind)
		}
		if got := s.files(); got != before-2 {
			t.Errorf("%d files, %d before: what no item names stays", got, before)
		}
	})
}

func TestUploadsThatAreNoPicturesAreRefused(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		s := newStall(t, d, c)
		huge := append(drawing(t, 8, color.White), make([]byte, media.PictureBytes)...)
		for name, raw := range map[string][]byte{
			"nothing": nil, "a page": []byte("<html><script>alert(1)</script>"), "a drawing": []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), "half of one": drawing(t, 64, color.White)[:60], "a large file": huge,
		} {
			if link, err := s.take(raw); !errors.Is(err, ErrPicture) || link != "" {
				t.Errorf("%s: %q %v", name, link, err)
			}
		}
		if n := s.files(); n != 0 {
			t.Errorf("%d files are kept of it", n)
		}
	})
}

// serve answers a path as the server does.
func (s stall) serve(path string) *httptest.ResponseRecorder {
	mux := http.NewServeMux()
	for _, prefix := range []string{PathThumb, PathFull, PathOwn} {
		mux.HandleFunc("GET "+prefix+"{name}", s.Serve)
	}
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w
}
