package qr_test

import (
	"bytes"
	"encoding/xml"
	"image/png"
	"regexp"
	"strconv"
	"testing"

	"github.com/hawkerhq/hawker/internal/qr"
)

const link = "https://shop.example/message/ANED2T5QRU7HG2"

// TestBothFormsShowTheSameCode: a PNG of black and white squares, and an SVG with a run of them at a time.
func TestBothFormsShowTheSameCode(t *testing.T) {
	t.Parallel()
	raw, err := qr.PNG(link)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	drawing, err := qr.SVG(link)
	if err != nil {
		t.Fatal(err)
	}
	if err := xml.Unmarshal(drawing, new(struct{})); err != nil {
		t.Fatalf("%v in %s", err, drawing)
	}
	side := number(t, regexp.MustCompile(`viewBox="0 0 (\d+) `).FindSubmatch(drawing)[1])
	pixels := img.Bounds().Dx() / side
	dark := map[[2]int]bool{}
	for _, m := range regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1`).FindAllSubmatch(drawing, -1) {
		x, y, run := number(t, m[1]), number(t, m[2]), number(t, m[3])
		for n := range run {
			dark[[2]int{x + n, y}] = true
		}
	}
	if len(dark) < 100 || dark[[2]int{0, 0}] || !dark[[2]int{4, 4}] {
		t.Fatalf("%d dark squares; the corner is dark: %v, the first finder: %v", len(dark), dark[[2]int{0, 0}], dark[[2]int{4, 4}])
	}
	for y := range side {
		for x := range side {
			r, _, _, _ := img.At(x*pixels+1, y*pixels+1).RGBA()
			if (r == 0) != dark[[2]int{x, y}] {
				t.Fatalf("square %d,%d differs", x, y)
			}
		}
	}
}

func number(t *testing.T, b []byte) int {
	t.Helper()
	n, err := strconv.Atoi(string(b))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestATextThatIsTooLongIsRefused(t *testing.T) {
	t.Parallel()
	if _, err := qr.PNG(string(bytes.Repeat([]byte("x"), 5000))); err == nil {
		t.Error("drawn")
	}
}
