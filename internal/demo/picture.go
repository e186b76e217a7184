package demo

import (
	"bytes"
	_ "embed"
	"fmt"
	"hash/fnv"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"math"
	"strings"
	"sync"

	xdraw "golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/unicode/norm"
)

// pictureSize is the width and height of a picture in pixels.
const pictureSize = 1024

//go:embed font/BeVietnamPro-SemiBold.ttf
var fontFile []byte

// typeface is the font of the names: Latin with all Vietnamese letters.
var typeface = sync.OnceValues(func() (*opentype.Font, error) { return opentype.Parse(fontFile) })

// Views of an item's picture.
const (
	viewWhole = iota + 1
	viewClose
	viewTag
	views = viewTag
)

// drawPicture draws one view of an item as a JPEG. The same item always looks the same.
func drawPicture(it Item, view int) ([]byte, error) {
	img := image.NewRGBA(image.Rect(0, 0, pictureSize, pictureSize))
	p := paletteOf(it)
	gradient(img, p.top, p.bottom)
	scale, dx, dy := 6.4, 192.0, 110.0
	if view == viewClose {
		scale, dx, dy = 10.4, -8, -20
	}
	fill(img, fmt.Sprintf("E 50 50 %d %d", 54, 54), scale, dx, dy, p.glow)
	fill(img, "E 50 93 34 4", scale, dx, dy, p.shadow)
	for _, s := range pictograms[it.Pictogram] {
		fill(img, s.path, scale, dx, dy, p.tone(s.tone))
	}
	if view != viewClose {
		if err := caption(img, it.Title, p.ink); err != nil {
			return nil, err
		}
	}
	if view == viewTag {
		if err := priceTag(img, it.Price.Format(it.Lang), p); err != nil {
			return nil, err
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 88}); err != nil {
		return nil, fmt.Errorf("demo: picture of %s: %w", it.SKU, err)
	}
	return b.Bytes(), nil
}

// palette is the colours of one picture.
type palette struct {
	top, bottom, glow, shadow, ink color.RGBA
	main, dark, light, accent      color.RGBA
}

func (p palette) tone(r byte) color.RGBA {
	switch r {
	case 'b':
		return p.dark
	case 'c':
		return p.light
	case 'w':
		return color.RGBA{0xff, 0xfd, 0xf8, 0xff}
	case 'x':
		return p.accent
	case 'k':
		return color.RGBA{0x3b, 0x24, 0x18, 0xff}
	case 'g':
		return color.RGBA{0x4e, 0x9a, 0x51, 0xff}
	case 'y':
		return color.RGBA{0xf2, 0xb8, 0x3d, 0xff}
	}
	return p.main
}

// paletteOf chooses colours: the ground by the section, the thing by its own hue or a shift by SKU.
func paletteOf(it Item) palette {
	h := fnv.New32a()
	_, _ = h.Write([]byte(it.SKU)) // never fails
	ground := float64(it.Hue) + float64(h.Sum32()%13) - 6
	thing := hsl(float64(it.ThingHue), it.ThingSat, it.ThingLight)
	return palette{
		top: hsl(ground, .55, .93), bottom: hsl(ground+14, .5, .82), glow: alpha(hsl(ground, .6, .98), .75),
		shadow: alpha(hsl(ground, .4, .3), .18), ink: hsl(ground, .45, .2),
		main: thing, dark: hsl(float64(it.ThingHue), it.ThingSat, it.ThingLight*.72),
		light: hsl(float64(it.ThingHue), it.ThingSat*.9, math.Min(.95, it.ThingLight*.6+.4)), accent: hsl(ground+150, .5, .5),
	}
}

func hsl(h, s, l float64) color.RGBA {
	h = math.Mod(math.Mod(h, 360)+360, 360) / 60
	c := (1 - math.Abs(2*l-1)) * s
	x := c * (1 - math.Abs(math.Mod(h, 2)-1))
	m := l - c/2
	rgb := [][3]float64{{c, x, 0}, {x, c, 0}, {0, c, x}, {0, x, c}, {x, 0, c}, {c, 0, x}}[int(h)%6]
	to := func(v float64) uint8 { return uint8(math.Round(math.Max(0, math.Min(1, v+m)) * 255)) }
	return color.RGBA{to(rgb[0]), to(rgb[1]), to(rgb[2]), 255}
}

// alpha makes an opaque colour see-through; RGBA is alpha-premultiplied.
func alpha(c color.RGBA, a float64) color.RGBA {
	return color.RGBA{uint8(float64(c.R) * a), uint8(float64(c.G) * a), uint8(float64(c.B) * a), uint8(255 * a)}
}

func gradient(img *image.RGBA, top, bottom color.RGBA) {
	for y := range pictureSize {
		f := float64(y) / (pictureSize - 1)
		mix := func(a, b uint8) uint8 { return uint8(math.Round(float64(a)*(1-f) + float64(b)*f)) }
		row := image.NewUniform(color.RGBA{mix(top.R, bottom.R), mix(top.G, bottom.G), mix(top.B, bottom.B), 255})
		draw.Draw(img, image.Rect(0, y, pictureSize, y+1), row, image.Point{}, draw.Src)
	}
}

// caption writes the item's name in up to two lines at the foot.
func caption(img *image.RGBA, title string, ink color.RGBA) error {
	for size := 62.0; ; size -= 6 {
		face, err := newFace(size)
		if err != nil {
			return err
		}
		lines, fits := wrap(face, norm.NFC.String(title), pictureSize-120)
		if !fits && size > 40 {
			continue
		}
		height := size * 1.32
		y := pictureSize - 58 - height*float64(len(lines)-1)
		for _, line := range lines {
			x := (fixed.I(pictureSize) - font.MeasureString(face, line)) / 2
			d := font.Drawer{Dst: img, Src: image.NewUniform(ink), Face: face, Dot: fixed.Point26_6{X: x, Y: fixed.I(int(y))}}
			d.DrawString(line)
			y += height
		}
		return nil
	}
}

func newFace(size float64) (font.Face, error) {
	f, err := typeface()
	if err != nil {
		return nil, fmt.Errorf("demo: font: %w", err)
	}
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		return nil, fmt.Errorf("demo: font: %w", err)
	}
	return face, nil
}

// wrap breaks text into at most two lines; fits is false when something had to be cut.
func wrap(face font.Face, text string, width int) (lines []string, fits bool) {
	line := ""
	for _, word := range strings.Fields(text) {
		try := strings.TrimSpace(line + " " + word)
		if line != "" && font.MeasureString(face, try).Ceil() > width {
			lines = append(lines, line)
			try = word
		}
		line = try
	}
	lines = append(lines, line)
	if len(lines) <= 2 && font.MeasureString(face, line).Ceil() <= width {
		return lines, true
	}
	return lines[:min(2, len(lines))], false
}

func priceTag(img *image.RGBA, price string, p palette) error {
	face, err := newFace(58)
	if err != nil {
		return err
	}
	w := font.MeasureString(face, price).Ceil() + 96
	label := image.NewRGBA(image.Rect(0, 0, w, 116))
	fill(label, fmt.Sprintf("R 0 0 %d 116 58", w), 1, 0, 0, p.ink)
	d := font.Drawer{Dst: label, Src: image.White, Face: face, Dot: fixed.P(48, 78)}
	d.DrawString(price)
	at := image.Pt(pictureSize-w-48, 48)
	xdraw.Draw(img, label.Bounds().Add(at), label, image.Point{}, xdraw.Over)
	return nil
}
