// Package qr draws QR codes as PNG and SVG.
package qr

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// quiet is the white border that readers ask for, in modules; pixels is the side of a module in a PNG.
const (
	quiet  = 4
	pixels = 12
)

// modules is the code as squares: true is dark.
func modules(text string) ([][]bool, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return nil, fmt.Errorf("qr: %w", err)
	}
	b := code.Bounds()
	rows := make([][]bool, b.Dy())
	for y := range rows {
		rows[y] = make([]bool, b.Dx())
		for x := range rows[y] {
			r, _, _, _ := code.At(b.Min.X+x, b.Min.Y+y).RGBA()
			rows[y][x] = r == 0
		}
	}
	return rows, nil
}

// PNG is the code as a picture of two colours.
func PNG(text string) ([]byte, error) {
	rows, err := modules(text)
	if err != nil {
		return nil, err
	}
	side := (len(rows) + 2*quiet) * pixels
	img := image.NewPaletted(image.Rect(0, 0, side, side), color.Palette{color.White, color.Black})
	for y, row := range rows {
		for x, dark := range row {
			if dark {
				fill(img, (x+quiet)*pixels, (y+quiet)*pixels)
			}
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		return nil, fmt.Errorf("qr: %w", err)
	}
	return out.Bytes(), nil
}

func fill(img *image.Paletted, left, top int) {
	for y := top; y < top+pixels; y++ {
		for x := left; x < left+pixels; x++ {
			img.SetColorIndex(x, y, 1)
		}
	}
}

// SVG is the code as a drawing: one path of the dark squares, a run of them at a time.
func SVG(text string) ([]byte, error) {
	rows, err := modules(text)
	if err != nil {
		return nil, err
	}
	side := len(rows) + 2*quiet
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h%dv%dH0z"/><path d="`, side, side, side, side)
	for y, row := range rows {
		for x := 0; x < len(row); x++ {
			run := 0
			for x+run < len(row) && row[x+run] {
				run++
			}
			if run > 0 {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", x+quiet, y+quiet, run, run)
				x += run
			}
		}
	}
	b.WriteString(`"/></svg>`)
	return []byte(b.String()), nil
}
