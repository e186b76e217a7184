package media

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"strings"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"
)

// Bounds of a picture of strangers.
const (
	PictureBytes  = 8 << 20
	PicturePixels = 40_000_000
	decodeBytes   = 256 << 20 // what decoding may take in memory
	quality       = 85
)

// Causes of a picture that is not taken.
var (
	ErrPictureType   = errors.New("media: not a JPEG, PNG, GIF or WebP picture")
	ErrPictureLarge  = errors.New("media: a picture may have 8 MB and 40 million pixels, deep or progressive ones fewer")
	ErrPictureBroken = errors.New("media: the picture cannot be read")
)

// Picture is a stranger's picture made ours: upright, without what its file carried besides pixels.
type Picture struct {
	Width, Height int      // of the original, upright, in pixels
	Views         [][]byte // JPEG files, one a side asked for
}

// format is how one kind of file is read.
type format struct {
	magic  func(raw []byte) bool
	config func(raw []byte) (image.Config, error)
	decode func(raw []byte) (image.Image, error)
}

// formats are named here and not by registration, so that no import elsewhere adds a decoder.
var formats = []format{
	{
		magic:  func(b []byte) bool { return bytes.HasPrefix(b, []byte("\xff\xd8\xff")) },
		config: func(b []byte) (image.Config, error) { return jpeg.DecodeConfig(bytes.NewReader(b)) },
		decode: func(b []byte) (image.Image, error) { return jpeg.Decode(bytes.NewReader(b)) },
	},
	{
		magic:  func(b []byte) bool { return bytes.HasPrefix(b, []byte("\x89PNG\r\n\x1a\n")) },
		config: func(b []byte) (image.Config, error) { return png.DecodeConfig(bytes.NewReader(b)) },
		decode: func(b []byte) (image.Image, error) { return png.Decode(bytes.NewReader(b)) },
	},
	{
		magic:  func(b []byte) bool { return bytes.HasPrefix(b, []byte("GIF8")) },
		config: func(b []byte) (image.Config, error) { return gif.DecodeConfig(bytes.NewReader(b)) },
		decode: func(b []byte) (image.Image, error) { return gif.Decode(bytes.NewReader(b)) }, // the first frame only
	},
	{
		magic:  func(b []byte) bool { return len(b) > 12 && string(b[:4]) == "RIFF" && string(b[8:12]) == "WEBP" },
		config: func(b []byte) (image.Config, error) { return webp.DecodeConfig(bytes.NewReader(b)) },
		decode: func(b []byte) (image.Image, error) { return webp.Decode(bytes.NewReader(b)) },
	},
}

// RenderPicture reads a picture by what is in it, whatever its name or type said, and writes it as JPEG
// files that fit into squares of the given sides; it is never made larger. The pixels are counted from
// the header, before anything of their size is made.
func RenderPicture(raw []byte, sides ...int) (Picture, error) {
	if len(raw) > PictureBytes {
		return Picture{}, ErrPictureLarge
	}
	for _, f := range formats {
		if f.magic(raw) {
			return f.render(raw, sides)
		}
	}
	return Picture{}, ErrPictureType
}

func (f format) render(raw []byte, sides []int) (Picture, error) {
	head, err := f.config(raw)
	if err != nil {
		return Picture{}, fmt.Errorf("%w: %w", ErrPictureBroken, err)
	}
	if head.Width < 1 || head.Height < 1 {
		return Picture{}, ErrPictureBroken
	}
	about := scanJPEG(raw)
	pixels := int64(head.Width) * int64(head.Height)
	if head.Width > PicturePixels || head.Height > PicturePixels || pixels > PicturePixels || pixels*pixelBytes(head, about) > decodeBytes {
		return Picture{}, fmt.Errorf("%w: this one is %d × %d", ErrPictureLarge, head.Width, head.Height)
	}
	img, err := f.decode(raw)
	if err != nil {
		return Picture{}, fmt.Errorf("%w: %w", ErrPictureBroken, err)
	}
	p := Picture{Width: head.Width, Height: head.Height}
	if about.orientation >= 5 {
		p.Width, p.Height = p.Height, p.Width
	}
	for _, side := range sides {
		var out bytes.Buffer
		if err := jpeg.Encode(&out, upright(fit(img, side), about.orientation), &jpeg.Options{Quality: quality}); err != nil {
			return Picture{}, fmt.Errorf("media: %w", err)
		}
		p.Views = append(p.Views, out.Bytes())
	}
	return p, nil
}

// pixelBytes is what a decoder takes for a pixel. A progressive JPEG keeps four bytes of coefficients for
// each of up to four components besides the picture.
func pixelBytes(head image.Config, about jpegHead) int64 {
	switch {
	case about.progressive:
		return 20
	case head.ColorModel == color.RGBA64Model || head.ColorModel == color.NRGBA64Model:
		return 8
	}
	return 4
}

// fit is the picture on white, within side × side. Large pictures are averaged down in stripes first, since
// a smooth filter over all their rows would take more memory than the picture.
func fit(img image.Image, side int) *image.RGBA {
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	if most := max(w, h); most > side {
		w, h = max(1, w*side/most), max(1, h*side/most)
	}
	small := shrink(img, max(1, min(b.Dx()/(2*w), b.Dy()/(2*h))))
	if small.Rect.Dx() == w && small.Rect.Dy() == h {
		return small
	}
	to := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.CatmullRom.Scale(to, to.Rect, small, small.Rect, draw.Src, nil)
	return to
}

// shrink averages squares of by × by pixels, on white.
func shrink(img image.Image, by int) *image.RGBA {
	b := img.Bounds()
	w, h := b.Dx()/by, b.Dy()/by
	to := image.NewRGBA(image.Rect(0, 0, w, h))
	stripe := image.NewRGBA(image.Rect(0, 0, w*by, by))
	for y := range h {
		draw.Draw(stripe, stripe.Rect, image.White, image.Point{}, draw.Src)
		draw.Draw(stripe, stripe.Rect, img, image.Pt(b.Min.X, b.Min.Y+y*by), draw.Over)
		for x := range w {
			var sum [3]int
			for row := range by {
				at := stripe.Pix[row*stripe.Stride+x*by*4:][:by*4]
				for i := 0; i < len(at); i += 4 {
					sum[0], sum[1], sum[2] = sum[0]+int(at[i]), sum[1]+int(at[i+1]), sum[2]+int(at[i+2])
				}
			}
			n := by * by
			to.SetRGBA(x, y, color.RGBA{uint8(sum[0] / n), uint8(sum[1] / n), uint8(sum[2] / n), 255})
		}
	}
	return to
}

// upright turns and mirrors a picture as its EXIF orientation (1 to 8) says.
func upright(img *image.RGBA, orientation int) *image.RGBA {
	if orientation < 2 || orientation > 8 {
		return img
	}
	w, h := img.Rect.Dx(), img.Rect.Dy()
	to := image.NewRGBA(image.Rect(0, 0, w, h))
	if orientation >= 5 {
		to = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			mx, my := w-1-x, h-1-y
			at := [...][2]int{2: {mx, y}, 3: {mx, my}, 4: {x, my}, 5: {y, x}, 6: {my, x}, 7: {my, mx}, 8: {y, mx}}[orientation]
			to.SetRGBA(at[0], at[1], img.RGBAAt(x, y))
		}
	}
	return to
}

// jpegHead is what the segments of a JPEG say and the decoder does not.
type jpegHead struct {
	progressive bool
	orientation int // EXIF's 1 to 8, 0 where none is told
}

// scanJPEG walks the segments before the picture's data. Other files have none.
func scanJPEG(raw []byte) (h jpegHead) {
	if !formats[0].magic(raw) {
		return h
	}
	for at := 2; at+4 <= len(raw); {
		marker := raw[at+1]
		switch {
		case raw[at] != 0xff || marker == 0xff: // fill bytes, or what the decoder skips as well
			at++
			continue
		case marker == 0x00 || marker == 0x01 || marker >= 0xd0 && marker <= 0xd8: // segments without a length
			at += 2
			continue
		case marker == 0xd9 || marker == 0xda:
			return h
		}
		size := int(raw[at+2])<<8 | int(raw[at+3])
		end := at + 2 + size
		if size < 2 || end > len(raw) {
			return h
		}
		switch marker {
		case 0xc2:
			h.progressive = true
		case 0xe1:
			if body := string(raw[at+4 : end]); h.orientation == 0 && strings.HasPrefix(body, "Exif\x00\x00") {
				h.orientation = exifOrientation([]byte(body[6:]))
			}
		}
		at = end
	}
	return h
}
