package demo

import (
	"image"
	"image/color"
	"math"
	"strconv"
	"strings"

	"golang.org/x/image/vector"
)

// shape is a filled outline of a pictogram on a 100 × 100 square, in one of the palette's tones:
// a main, b dark, c light, w white, x accent, k coffee, g green, y yellow.
type shape struct {
	tone byte
	path string
}

// fill draws an outline in absolute coordinates: M x y, L x y, Q cx cy x y, C c1 c2 end, Z, and the
// whole figures E cx cy rx ry (ellipse) and R x y w h r (rounded rectangle).
func fill(img *image.RGBA, path string, scale, dx, dy float64, c color.RGBA) {
	// Only the part of the picture that the shape reaches is worked on: a canvas of the whole picture for each
	// shape takes 8 MB of memory and ten times as long.
	e := emptyExtent()
	trace(path, &outline{r: e, scale: scale, dx: dx, dy: dy})
	at := e.box().Intersect(img.Bounds())
	r := vector.NewRasterizer(at.Dx(), at.Dy())
	trace(path, &outline{r: r, scale: scale, dx: dx - float64(at.Min.X), dy: dy - float64(at.Min.Y)})
	r.Draw(img, at, image.NewUniform(c), image.Point{})
}

// trace follows an outline with a pen.
func trace(path string, o *outline) {
	fields := strings.Fields(path)
	for len(fields) > 0 {
		n := arity[fields[0]]
		var v [6]float64
		for i := range n {
			v[i], _ = strconv.ParseFloat(fields[1+i], 64) // the paths are ours; a test draws every one
		}
		o.do(fields[0], v)
		fields = fields[1+n:]
	}
}

// pen is what an outline is drawn with.
type pen interface {
	MoveTo(x, y float32)
	LineTo(x, y float32)
	QuadTo(bx, by, cx, cy float32)
	CubeTo(bx, by, cx, cy, dx, dy float32)
	ClosePath()
}

// extent is a pen that notes how far an outline reaches; curves stay within their control points.
type extent struct {
	x0, y0, x1, y1 float32
}

func emptyExtent() *extent {
	return &extent{x0: math.MaxInt16, y0: math.MaxInt16, x1: math.MinInt16, y1: math.MinInt16}
}

func (e *extent) MoveTo(x, y float32) {
	e.x0, e.y0, e.x1, e.y1 = min(e.x0, x), min(e.y0, y), max(e.x1, x), max(e.y1, y)
}
func (e *extent) LineTo(x, y float32)           { e.MoveTo(x, y) }
func (e *extent) QuadTo(bx, by, cx, cy float32) { e.MoveTo(bx, by); e.MoveTo(cx, cy) }
func (e *extent) CubeTo(bx, by, cx, cy, dx, dy float32) {
	e.QuadTo(bx, by, cx, cy)
	e.MoveTo(dx, dy)
}
func (e *extent) ClosePath() {}

// box is the extent in whole pixels.
func (e *extent) box() image.Rectangle {
	return image.Rect(int(e.x0)-1, int(e.y0)-1, int(e.x1)+2, int(e.y1)+2)
}

var arity = map[string]int{"M": 2, "L": 2, "Q": 4, "C": 6, "Z": 0, "E": 4, "R": 5}

type outline struct {
	r             pen
	scale, dx, dy float64
}

func (o *outline) x(v float64) float32 { return float32(v*o.scale + o.dx) }
func (o *outline) y(v float64) float32 { return float32(v*o.scale + o.dy) }

func (o *outline) do(command string, v [6]float64) {
	switch command {
	case "M":
		o.r.MoveTo(o.x(v[0]), o.y(v[1]))
	case "L":
		o.r.LineTo(o.x(v[0]), o.y(v[1]))
	case "Q":
		o.r.QuadTo(o.x(v[0]), o.y(v[1]), o.x(v[2]), o.y(v[3]))
	case "C":
		o.r.CubeTo(o.x(v[0]), o.y(v[1]), o.x(v[2]), o.y(v[3]), o.x(v[4]), o.y(v[5]))
	case "Z":
		o.r.ClosePath()
	case "E":
		o.rounded(v[0]-v[2], v[1]-v[3], 2*v[2], 2*v[3], v[2], v[3])
	case "R":
		o.rounded(v[0], v[1], v[2], v[3], v[4], v[4])
	}
}

// rounded is a rectangle with elliptic corners; a whole ellipse when the radii are half its sides.
func (o *outline) rounded(x, y, w, h, rx, ry float64) {
	const k = .5523 // a quarter of an ellipse as a cubic curve
	o.do("M", [6]float64{x + rx, y})
	o.do("L", [6]float64{x + w - rx, y})
	o.do("C", [6]float64{x + w - rx + k*rx, y, x + w, y + ry - k*ry, x + w, y + ry})
	o.do("L", [6]float64{x + w, y + h - ry})
	o.do("C", [6]float64{x + w, y + h - ry + k*ry, x + w - rx + k*rx, y + h, x + w - rx, y + h})
	o.do("L", [6]float64{x + rx, y + h})
	o.do("C", [6]float64{x + rx - k*rx, y + h, x, y + h - ry + k*ry, x, y + h - ry})
	o.do("L", [6]float64{x, y + ry})
	o.do("C", [6]float64{x, y + ry - k*ry, x + rx - k*rx, y, x + rx, y})
	o.do("Z", [6]float64{})
}
