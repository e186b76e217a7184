package media_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"runtime"
	"testing"

	"github.com/hawkerhq/hawker/internal/media"
)

// halves is a picture whose left half is red and whose right half is blue.
func halves(w, h int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{200, 0, 0, 255}
			if x >= w/2 {
				c = color.RGBA{0, 0, 200, 255}
			}
			m.SetRGBA(x, y, c)
		}
	}
	return m
}

func encoded(t testing.TB, encode func(b *bytes.Buffer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := encode(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asJPEG(t testing.TB, m image.Image) []byte {
	return encoded(t, func(b *bytes.Buffer) error { return jpeg.Encode(b, m, nil) })
}

func asPNG(t testing.TB, m image.Image) []byte {
	return encoded(t, func(b *bytes.Buffer) error { return png.Encode(b, m) })
}

// withEXIF puts an orientation behind the start of a JPEG.
func withEXIF(raw []byte, orientation byte) []byte {
	body := append([]byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00"), orientation, 0, 0, 0, 0, 0, 0)
	segment := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(body)+2))
	return append(append(append(append([]byte{}, raw[:2]...), segment...), body...), raw[2:]...)
}

// pngHead is a PNG that says how large it is and holds nothing.
func pngHead(w, h uint32, depth, kind byte) []byte {
	chunk := append([]byte("IHDR"), binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)...)
	chunk = append(chunk, depth, kind, 0, 0, 0)
	raw := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\r"), chunk...)
	return binary.BigEndian.AppendUint32(raw, crc32.ChecksumIEEE(chunk))
}

func TestRenderPictureMakesPicturesOurs(t *testing.T) {
	t.Parallel()
	m := halves(1200, 600)
	frame := image.NewPaletted(image.Rect(0, 0, 1200, 600), color.Palette{color.RGBA{200, 0, 0, 255}, color.RGBA{0, 0, 200, 255}})
	for y := range 600 {
		for x := 600; x < 1200; x++ {
			frame.SetColorIndex(x, y, 1)
		}
	}
	for name, raw := range map[string][]byte{
		"jpeg":                asJPEG(t, m),
		"png":                 asPNG(t, m),
		"gif":                 encoded(t, func(b *bytes.Buffer) error { return gif.Encode(b, frame, nil) }),
		"jpeg with page text": append(asJPEG(t, m), "<script>alert(1)</script>"...),
	} {
		p, err := media.RenderPicture(raw, 500, 100, 4000)
		if err != nil || p.Width != 1200 || p.Height != 600 || len(p.Views) != 3 {
			t.Errorf("%s: %d × %d, %d views, %v", name, p.Width, p.Height, len(p.Views), err)
			continue
		}
		for i, want := range []image.Point{{500, 250}, {100, 50}, {1200, 600}} {
			got, err := jpeg.Decode(bytes.NewReader(p.Views[i]))
			if err != nil || got.Bounds().Size() != want {
				t.Errorf("%s: view %d: %v, want %v", name, i, err, want)
				continue
			}
			left, _, _, _ := got.At(want.X/4, want.Y/2).RGBA()
			_, _, right, _ := got.At(want.X*3/4, want.Y/2).RGBA()
			if left>>8 < 180 || right>>8 < 180 || bytes.Contains(p.Views[i], []byte("script")) {
				t.Errorf("%s: view %d: red %d, blue %d", name, i, left>>8, right>>8)
			}
		}
	}
}

func TestRenderPictureTurnsAndForgets(t *testing.T) {
	t.Parallel()
	plain := asJPEG(t, halves(800, 400))
	// Where the red half is, upright: x and y in quarters.
	for orientation, red := range map[byte]image.Point{1: {1, 2}, 2: {3, 2}, 3: {3, 2}, 4: {1, 2}, 5: {2, 1}, 6: {2, 1}, 7: {2, 3}, 8: {2, 3}} {
		p, err := media.RenderPicture(withEXIF(plain, orientation), 400)
		if err != nil {
			t.Fatal(err)
		}
		got, err := jpeg.Decode(bytes.NewReader(p.Views[0]))
		if err != nil {
			t.Fatal(err)
		}
		s := got.Bounds().Size()
		r, _, _, _ := got.At(s.X*red.X/4, s.Y*red.Y/4).RGBA()
		if wide := s.X > s.Y; wide != (orientation < 5) || r>>8 < 180 || (p.Width > p.Height) != wide || bytes.Contains(p.Views[0], []byte("Exif")) {
			t.Errorf("orientation %d: %v, red %d", orientation, s, r>>8)
		}
	}
}

func TestHostilePictures(t *testing.T) { //nolint:paralleltest // counts memory
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for name, c := range map[string]struct {
		raw  []byte
		want error
	}{
		"nothing":          {nil, media.ErrPictureType},
		"svg":              {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>`), media.ErrPictureType},
		"page":             {[]byte("<html>\xff\xd8\xff"), media.ErrPictureType},
		"tiff":             {[]byte("II*\x00\x08\x00\x00\x00"), media.ErrPictureType},
		"50000 × 50000":    {pngHead(50000, 50000, 8, 6), media.ErrPictureLarge},
		"overflow":         {pngHead(1<<31-1, 1<<31-1, 8, 6), nil}, // the decoder or the count refuses it
		"deep":             {pngHead(6400, 6240, 16, 6), media.ErrPictureLarge},
		"gif 65535²":       {[]byte("GIF89a\xff\xff\xff\xff\x00\x00\x00"), media.ErrPictureLarge},
		"empty png":        {pngHead(600, 600, 8, 6), media.ErrPictureBroken},
		"cut jpeg":         {asJPEG(t, halves(600, 600))[:700], media.ErrPictureBroken},
		"too many bytes":   {bytes.Repeat([]byte("\xff\xd8\xff"), media.PictureBytes), media.ErrPictureLarge},
		"webp of nothing":  {[]byte("RIFF\x04\x00\x00\x00WEBPVP8 "), media.ErrPictureBroken},
		"segment past end": {[]byte("\xff\xd8\xff\xe1\xff\xff"), media.ErrPictureBroken},
	} {
		_, err := media.RenderPicture(c.raw, 500)
		if err == nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 64<<20 {
		t.Errorf("hostile pictures took %d MB", used>>20)
	}
}

// manyFrames is a GIF of one pixel that goes on for so many frames.
func manyFrames(n int) []byte {
	b := []byte("GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff")
	for range n {
		b = append(b, "\x21\xf9\x04\x00\x00\x00\x00\x00\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00"...)
	}
	return append(b, ';')
}

// TestPicturesThatAreMore: of a GIF of a hundred thousand frames one is looked at, and what is hidden in a picture, a page or a
// script, is not in what becomes of it.
func TestPicturesThatAreMore(t *testing.T) { //nolint:paralleltest // counts memory
	frames := manyFrames(100_000)
	page := []byte("<html><script>alert(document.domain)</script>")
	plain := asJPEG(t, halves(600, 600))
	inside := append([]byte("\xff\xd8\xff\xfe\x00"+string(rune(len(page)+2))), page...)
	for name, raw := range map[string][]byte{
		"a hundred thousand frames": frames,
		"a page in a comment":       append(inside, plain[2:]...),
		"a page behind the picture": append(bytes.Clone(plain), page...),
		"a zip behind the picture":  append(bytes.Clone(plain), "PK\x03\x04 evil.html"...),
	} {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		p, err := media.RenderPicture(raw, 500, 100)
		runtime.ReadMemStats(&after)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for n, v := range p.Views {
			if head, err := jpeg.DecodeConfig(bytes.NewReader(v)); err != nil || head.Width > 600 {
				t.Errorf("%s: view %d is no picture of ours: %v", name, n, err)
			}
			if bytes.Contains(v, []byte("<script")) || bytes.Contains(v, []byte("evil")) {
				t.Errorf("%s: view %d holds what was hidden", name, n)
			}
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > 32<<20 {
			t.Errorf("%s took %d MB", name, used>>20)
		}
	}
}

func FuzzRenderPicture(f *testing.F) {
	f.Add(withEXIF(asJPEG(f, halves(16, 8)), 6))
	f.Add(asPNG(f, halves(8, 16)))
	f.Add(pngHead(4, 4, 16, 6))
	f.Add([]byte("GIF89a\x01\x00\x01\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, err := media.RenderPicture(raw, 64)
		if err != nil {
			return
		}
		if head, err := jpeg.DecodeConfig(bytes.NewReader(p.Views[0])); err != nil || head.Width > 64 || head.Height > 64 {
			t.Fatalf("%d × %d, %v", head.Width, head.Height, err)
		}
	})
}
