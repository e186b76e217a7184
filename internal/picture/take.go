package picture

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/job"
	"github.com/hawkerhq/hawker/internal/media"
)

// ErrPicture is an uploaded file that is no picture, or too large a one.
var ErrPicture = fault.New("picture.invalid")

// PathOwn is the path prefix of pictures that somebody uploaded.
const PathOwn = "/pictures/own/"

// Take keeps a picture that somebody uploaded and answers its address at base, the address of this server: an item that names it has
// its picture at once. A picture that no item names goes as others do.
func (s *Service) Take(ctx context.Context, base string, in io.Reader) (link string, err error) {
	raw, err := io.ReadAll(io.LimitReader(in, media.PictureBytes+1))
	if err != nil {
		return "", fmt.Errorf("picture: %w", err)
	}
	select {
	case s.drawing <- struct{}{}:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	made, err := s.draw(raw)
	switch {
	case errors.Is(err, media.ErrPictureLarge):
		return "", ErrPicture.Withf("image_link", "the picture is too large: at most %d MB and %d million pixels", media.PictureBytes>>20, media.PicturePixels/1_000_000)
	case err != nil:
		return "", ErrPicture.With("image_link", "the file is no picture that can be read: give a JPEG, PNG, GIF or WebP file")
	}
	s.keeping.RLock()
	defer s.keeping.RUnlock()
	p := row{State: ok, Width: made.Width, Height: made.Height}
	for n, to := range []*string{&p.Full, &p.Thumb} {
		blob, err := s.Files.Put(ctx, bytes.NewReader(made.Views[n]), media.PictureBytes)
		if err != nil {
			return "", fmt.Errorf("picture: %w", err)
		}
		*to = blob.Hash
	}
	p.URL = base + PathOwn + p.Full + ".jpg"
	p.Hash = Hash(p.URL)
	err = s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := putTx(ctx, tx, []row{p}); err != nil {
			return err
		}
		return job.EnqueueTx(ctx, tx, Sweep{}, job.DueAt(tx.Now().Add(sweepEvery)), job.Unique())
	})
	if err != nil {
		return "", fmt.Errorf("picture: %w", err)
	}
	return p.URL, nil
}

// draw takes the place in drawing that the caller has, and gives it back.
func (s *Service) draw(raw []byte) (media.Picture, error) {
	defer func() { <-s.drawing }()
	return media.RenderPicture(raw, fullSide, ThumbSide)
}
